//! The oracle server: Go and the libraries that Helm links, asked over a pipe.
//!
//! `tests/oracles` is built once into the oracle cache (`${PLIMSOLL_CACHE:-~/.cache/plimsoll}/oracles`), started
//! once per test binary, and asked in batches. Without Go every test that needs it fails: it is never skipped.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::PathBuf;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, OnceLock};

/// What the server said to one request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(dead_code)]
pub enum Answer {
    Ok(Vec<u8>),
    /// The operation's error, with Go's text.
    Err(Vec<u8>),
    /// The operation panicked; the panic's value as fmt.Sprint shows it.
    Panic(Vec<u8>),
}

/// Asks one question.
#[allow(dead_code)]
pub fn ask(op: &str, payload: &[u8]) -> Answer {
    ask_all(op, &[payload.to_vec()]).remove(0)
}

/// Asks one operation about many payloads; the answers come in the same order.
#[allow(dead_code)]
pub fn ask_all(op: &str, payloads: &[Vec<u8>]) -> Vec<Answer> {
    static SERVER: OnceLock<Mutex<Server>> = OnceLock::new();
    let server = SERVER.get_or_init(|| Mutex::new(Server::start()));
    // A test that failed while it held the server has not broken the stream's framing: panics happen outside.
    let mut server = server.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let Server { input, output } = &mut *server;
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for payload in payloads {
                let length = 1 + op.len() + payload.len();
                input.write_all(&(length as u32).to_be_bytes()).unwrap();
                input.write_all(&[op.len() as u8]).unwrap();
                input.write_all(op.as_bytes()).unwrap();
                input.write_all(payload).unwrap();
            }
            input.flush().unwrap();
        });
        payloads.iter().map(|_| read_answer(output)).collect()
    })
}

/// A payload of several fields, as `args` in main.go takes it apart.
#[allow(dead_code)]
pub fn fields<T: AsRef<[u8]>>(fields: &[T]) -> Vec<u8> {
    let mut out = Vec::new();
    for field in fields {
        out.extend((field.as_ref().len() as u32).to_be_bytes());
        out.extend(field.as_ref());
    }
    out
}

/// An answer of several fields, as `join` in main.go puts it together.
#[allow(dead_code)]
pub fn split(mut payload: &[u8]) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    while let Some((head, rest)) = payload.split_first_chunk::<4>() {
        let (field, rest) = rest.split_at(u32::from_be_bytes(*head) as usize);
        out.push(field.to_vec());
        payload = rest;
    }
    out
}

/// How many generated cases a test runs: `PLIMSOLL_CASES`, or the test's own default.
#[allow(dead_code)]
pub fn cases(default: usize) -> usize {
    match std::env::var("PLIMSOLL_CASES") {
        Ok(text) => text.parse().expect("PLIMSOLL_CASES is a number"),
        Err(_) => default,
    }
}

struct Server {
    input: BufWriter<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Server {
    // It serves the whole test process and ends when that closes its standard input.
    #[allow(clippy::zombie_processes)]
    fn start() -> Server {
        let mut child = Command::new(build())
            // The zone that a test means is the one it names.
            .env("TZ", "UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("start the oracle server");
        let input = BufWriter::with_capacity(1 << 20, child.stdin.take().unwrap());
        let output = BufReader::with_capacity(1 << 20, child.stdout.take().unwrap());
        Server { input, output }
    }
}

fn read_answer(output: &mut impl Read) -> Answer {
    let mut head = [0; 4];
    output.read_exact(&mut head).expect("the oracle server ended early (see its stderr above)");
    let mut frame = vec![0; u32::from_be_bytes(head) as usize];
    output.read_exact(&mut frame).unwrap();
    let status = frame.remove(0);
    match status {
        0 => Answer::Ok(frame),
        1 => Answer::Err(frame),
        _ => Answer::Panic(frame),
    }
}

/// Builds the server (Go's own build cache makes a second time quick) and gives its path.
fn build() -> PathBuf {
    let cache = match std::env::var_os("PLIMSOLL_CACHE") {
        Some(dir) => PathBuf::from(dir),
        None => PathBuf::from(std::env::var_os("HOME").expect("HOME is set")).join(".cache/plimsoll"),
    };
    let dir = cache.join("oracles");
    std::fs::create_dir_all(&dir).expect("create the oracle cache");
    // Several test binaries may build at once: each writes its own file and renames it into place. A worktree
    // has a server of its own, so that one at another commit does not answer for it.
    let mut hasher = DefaultHasher::new();
    env!("CARGO_MANIFEST_DIR").hash(&mut hasher);
    let path = dir.join(format!("server-{:016x}", hasher.finish()));
    let temporary = path.with_extension(std::process::id().to_string());
    let status = Command::new("go")
        .args(["build", "-o"])
        .arg(&temporary)
        .arg(".")
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracles"))
        .status()
        .expect("the oracle tests need Go (go.dev/dl); scripts/oracles says more");
    assert!(status.success(), "go build of tests/oracles failed");
    std::fs::rename(&temporary, &path).expect("put the oracle server in place");
    path
}
