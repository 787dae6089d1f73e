//! A port in front of a real Postgres that closes, falls silent or speaks half a message.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::tcp::listen;

/// What it does with connections, those that are open and new ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// What a Postgres does.
    Fine,
    /// Each is closed.
    Closed,
    /// It accepts, and not a byte comes.
    Silent,
    /// Some bytes of the server's first answer, and the end.
    Half,
    /// It speaks, and not Postgres.
    Foreign,
}

/// The port. Its connections end when the test does.
pub struct FaultyDatabase {
    pub port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    upstream: u16,
    mode: Mutex<Mode>,
    open: Mutex<Vec<TcpStream>>,
    hits: Mutex<usize>,
}

impl FaultyDatabase {
    pub fn start(upstream: u16) -> FaultyDatabase {
        let shared = Shared { upstream, mode: Mutex::new(Mode::Fine), open: Mutex::default(), hits: Mutex::default() };
        let shared = Arc::new(shared);
        let of_server = shared.clone();
        // Whoever breaks off is served no more.
        let port = listen(move |stream| drop(serve(stream, &of_server)));
        FaultyDatabase { port, shared }
    }

    /// From now on. Connections that are open are closed, unless silence is what is wanted of them.
    pub fn set(&self, mode: Mode) {
        *self.shared.mode.lock().unwrap() = mode;
        if mode != Mode::Silent {
            for stream in self.shared.open.lock().unwrap().drain(..) {
                let _ = stream.shutdown(Shutdown::Both);
                *self.shared.hits.lock().unwrap() += usize::from(mode != Mode::Fine);
            }
        }
    }

    /// Connections that something went wrong with.
    pub fn hits(&self) -> impl Fn() -> usize + Send + use<> {
        let shared = self.shared.clone();
        move || *shared.hits.lock().unwrap()
    }
}

impl Shared {
    fn mode(&self) -> Mode {
        *self.mode.lock().unwrap()
    }

    fn hit(&self) {
        *self.hits.lock().unwrap() += 1;
    }

    fn silence(&self) {
        let begin = Instant::now();
        while self.mode() == Mode::Silent && begin.elapsed() < Duration::from_secs(600) {
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn serve(mut client: TcpStream, shared: &Arc<Shared>) -> std::io::Result<()> {
    shared.open.lock().unwrap().push(client.try_clone()?);
    let mode = shared.mode();
    if mode != Mode::Fine {
        shared.hit();
    }
    match mode {
        Mode::Closed => return client.shutdown(Shutdown::Both),
        Mode::Silent => {
            shared.silence();
            return client.shutdown(Shutdown::Both);
        }
        Mode::Foreign => {
            client.write_all(b"220 mail.example.com ESMTP ready\r\n")?;
            return client.shutdown(Shutdown::Both);
        }
        Mode::Fine | Mode::Half => {}
    }
    let server = TcpStream::connect(("127.0.0.1", shared.upstream))?;
    shared.open.lock().unwrap().push(server.try_clone()?);
    let (from, to, of_thread) = (client.try_clone()?, server.try_clone()?, shared.clone());
    std::thread::spawn(move || drop(carry(from, to, &of_thread, usize::MAX)));
    carry(server, client, shared, if mode == Mode::Half { 6 } else { usize::MAX })
}

/// Carries bytes in one direction, at most so many.
fn carry(mut from: TcpStream, mut to: TcpStream, shared: &Shared, mut most: usize) -> std::io::Result<()> {
    let mut piece = [0; 8192];
    loop {
        let n = from.read(&mut piece).unwrap_or(0).min(most);
        if shared.mode() == Mode::Silent {
            shared.hit();
            shared.silence();
        }
        most -= n;
        if n > 0 {
            to.write_all(&piece[..n])?;
        }
        if n == 0 || most == 0 {
            let _ = from.shutdown(Shutdown::Both);
            return to.shutdown(Shutdown::Both);
        }
    }
}
