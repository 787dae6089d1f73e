//! Whoever answers is no server, or a bad one: a refusal with its name, in time.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::bed::{Bed, CANARY, detour};
use crate::postgres::NAME;
use crate::tcp::{listen, silent};

fn read_some(stream: &mut TcpStream) {
    let mut buffer = [0; 4096];
    drop(stream.read(&mut buffer));
}

fn closes(mut stream: TcpStream) {
    read_some(&mut stream);
}

fn half_a_message(mut stream: TcpStream) {
    read_some(&mut stream);
    drop(stream.write_all(&[b'R', 0, 0]));
    silent(stream);
}

fn http(mut stream: TcpStream) {
    read_some(&mut stream);
    drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
    silent(stream);
}

fn huge_error(mut stream: TcpStream) {
    read_some(&mut stream);
    drop(stream.write_all(&[b'E', 0x40, 0, 0, 0]));
    let chunk = vec![b'x'; 1 << 20];
    while stream.write_all(&chunk).is_ok() {}
}

fn endless_notices(mut stream: TcpStream) {
    read_some(&mut stream);
    drop(stream.write_all(&[b'R', 0, 0, 0, 8, 0, 0, 0, 0]));
    let mut notice = vec![b'N', 0, 0x10, 0, 4];
    notice.extend(vec![b'S'; 1 << 20]);
    while stream.write_all(&notice).is_ok() {}
}

fn a_byte_a_second(mut stream: TcpStream) {
    read_some(&mut stream);
    for byte in [b'R', 0, 0, 0, 8, 0, 0, 0, 0].iter().cycle() {
        if stream.write_all(&[*byte]).is_err() {
            return;
        }
        std::thread::sleep(Duration::from_millis(700));
    }
}

fn agrees_and_closes(mut stream: TcpStream) {
    read_some(&mut stream);
    drop(stream.write_all(b"S"));
    read_some(&mut stream);
}

fn agrees_and_is_silent(mut stream: TcpStream) {
    read_some(&mut stream);
    drop(stream.write_all(b"S"));
    silent(stream);
}

fn agrees_and_babbles(mut stream: TcpStream) {
    read_some(&mut stream);
    drop(stream.write_all(b"S"));
    std::thread::sleep(Duration::from_millis(50));
    drop(stream.write_all(&[0x55; 4096]));
    silent(stream);
}

fn lets_in_and_is_silent(mut stream: TcpStream) {
    read_some(&mut stream);
    let ok = [b'R', 0, 0, 0, 8, 0, 0, 0, 0];
    let key = [b'K', 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 2];
    let ready = [b'Z', 0, 0, 0, 5, b'I'];
    drop(stream.write_all(&[&ok[..], &key, &ready].concat()));
    silent(stream);
}

/// Asks for the password in the clear, and repeats it in its error.
fn repeats_the_password(mut stream: TcpStream) {
    read_some(&mut stream);
    drop(stream.write_all(&[b'R', 0, 0, 0, 8, 0, 0, 0, 3]));
    let mut buffer = [0; 4096];
    let n = stream.read(&mut buffer).unwrap_or(0);
    let password = String::from_utf8_lossy(buffer.get(5..n.max(6) - 1).unwrap_or_default()).into_owned();
    let body = format!("SFATAL\0VFATAL\0C28P01\0Mwrong password: {password}\x1b[2J\n::error::\0\0");
    let mut message = vec![b'E'];
    message.extend((body.len() as u32 + 4).to_be_bytes());
    message.extend(body.as_bytes());
    drop(stream.write_all(&message));
    silent(stream);
}

/// A database that lets in and answers nothing; whatever it is asked is unknown, and nothing of it passes.
const SILENT_INSIDE: &str = "lets in and is silent";

#[test]
fn hostile_servers_are_named_in_time() {
    let bed = Bed::new();
    type Serve = fn(TcpStream);
    let cases: &[(&str, &str, Serve, &str)] = &[
        ("silent", "disable", silent, "logging in: no answer"),
        ("silent to TLS", "require", silent, "asking for TLS: no answer"),
        ("closes", "disable", closes, "closed the connection"),
        ("closes on TLS", "require", closes, "closed the connection"),
        ("half a message", "disable", half_a_message, "logging in: no answer"),
        ("half a message to TLS", "require", half_a_message, "no Postgres server"),
        ("HTTP", "disable", http, "no Postgres server"),
        ("HTTP to TLS", "require", http, "no Postgres server"),
        ("an error of 1 GiB", "disable", huge_error, "more than any Postgres server"),
        ("an error of 1 GiB to TLS", "require", huge_error, "TLS"),
        ("endless notices", "disable", endless_notices, "more than any Postgres server"),
        ("a byte a second", "disable", a_byte_a_second, "logging in: no answer"),
        ("agrees and closes", "verify-full", agrees_and_closes, "closed the connection"),
        ("agrees and is silent", "require", agrees_and_is_silent, "TLS handshake: no answer"),
        ("agrees and babbles", "require", agrees_and_babbles, "TLS handshake failed"),
        ("repeats the password", "disable", repeats_the_password, "SQLSTATE 28P01"),
        (SILENT_INSIDE, "disable", lets_in_and_is_silent, ""),
    ];
    std::thread::scope(|scope| {
        for (name, mode, serve, words) in cases {
            let bed = &bed;
            scope.spawn(move || {
                let port = listen(*serve);
                let roots = if mode.starts_with('v') { "&sslrootcert=/ca/ca.crt" } else { "" };
                let url = format!("postgresql://probe:{CANARY}@{NAME}:5432/shop?sslmode={mode}{roots}");
                let values = json!({"url": url, "ca": bed.pem("root.pem")});
                let started = Instant::now();
                let told = bed.preflight(&values, &["--connect-to", &detour(port), "--timeout", "2"]);
                assert!(started.elapsed() < Duration::from_secs(60), "{name} took {:?}", started.elapsed());
                if *name == SILENT_INSIDE {
                    assert_eq!((told.exit, told.of("server-version")), (3, "UNKNOWN"), "{name}: {}", told.text);
                    assert!(told.reasons("server-version").contains("no answer within 2 s"), "{}", told.text);
                    return;
                }
                assert_eq!((told.exit, told.of("database-reachable")), (1, "FAIL"), "{name}: {}", told.text);
                let reasons = told.reasons("database-reachable");
                assert!(reasons.contains(words), "{name}: {reasons}");
            });
        }
    });
    println!("preflight: {} hostile servers", cases.len());
}

#[test]
fn nobody_at_home_is_unknown() {
    let bed = Bed::new();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let values = json!({"url": format!("postgresql://probe:{CANARY}@{NAME}:5432/shop?sslmode=require")});
    let told = bed.preflight(&values, &["--connect-to", &detour(port)]);
    assert_eq!((told.exit, told.of("database-reachable")), (3, "UNKNOWN"), "{}", told.text);
    // A name that is nobody's (RFC 6761).
    let values = json!({"url": format!("postgresql://probe:{CANARY}@db.invalid:5432/shop?sslmode=require")});
    let told = bed.preflight(&values, &[]);
    assert_eq!((told.exit, told.of("database-reachable")), (3, "UNKNOWN"), "{}", told.text);
}
