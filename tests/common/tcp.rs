//! Whoever answers on a port of this machine, for tests of servers that are none.
#![allow(dead_code, reason = "each suite uses a part of this")]

use std::io::Read;
use std::net::{TcpListener, TcpStream};

/// Answers every connection with `serve`, for as long as the test runs; the port.
pub fn listen(serve: impl Fn(TcpStream) + Clone + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = serve.clone();
            std::thread::spawn(move || serve(stream));
        }
    });
    port
}

/// Says nothing, until the other side goes away.
pub fn silent(mut stream: TcpStream) {
    let mut buffer = [0; 4096];
    while stream.read(&mut buffer).is_ok_and(|n| n > 0) {}
}
