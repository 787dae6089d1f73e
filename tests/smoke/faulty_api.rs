//! A port in front of a real API server that answers some requests wrongly, late, half or never, and hands on the others.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::tcp::listen;

/// What becomes of a request.
#[derive(Clone, Copy, Debug)]
pub enum Wrong {
    /// A `Status` of Kubernetes with that code.
    Status(u16),
    /// No answer, for as long as somebody waits.
    Hangs,
    /// Half of the first line, then the end.
    HalfALine,
    /// Half of what was promised, then the end.
    HalfABody,
    /// The connection is reset.
    Reset,
    /// 200, and no JSON.
    NoJson,
    /// The API server does it, and nobody hears of it.
    Unheard,
    /// It is handed on after so many milliseconds.
    Late(u64),
}

/// To which requests it happens.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// A part of `METHOD path user-agent`.
    pub of: &'static str,
    pub wrong: Wrong,
    /// The first ones that are handed on all the same, and how many are not.
    pub after: usize,
    pub times: usize,
}

/// Rules that are always meant.
pub fn always(of: &'static str, wrong: Wrong) -> Rule {
    Rule { of, wrong, after: 0, times: usize::MAX }
}

/// The port. Its connections end when the test does.
pub struct FaultyApi {
    pub port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    upstream: PathBuf,
    rule: Mutex<Option<Rule>>,
    seen: AtomicUsize,
    hits: AtomicUsize,
}

impl FaultyApi {
    /// In front of a socket of `kubectl proxy`.
    pub fn start(upstream: &Path) -> FaultyApi {
        let shared = Arc::new(Shared {
            upstream: upstream.to_path_buf(),
            rule: Mutex::default(),
            seen: AtomicUsize::new(0),
            hits: AtomicUsize::new(0),
        });
        let of_server = shared.clone();
        // Whoever breaks off is served no more.
        let port = listen(move |stream| drop(serve(stream, &of_server)));
        FaultyApi { port, shared }
    }

    /// From now on.
    pub fn set(&self, rule: Rule) {
        self.shared.seen.store(0, Ordering::SeqCst);
        *self.shared.rule.lock().unwrap() = Some(rule);
    }

    /// All is well again.
    pub fn heal(&self) {
        *self.shared.rule.lock().unwrap() = None;
    }

    /// How many requests went wrong.
    pub fn hits(&self) -> impl Fn() -> usize + Send + use<> {
        let shared = self.shared.clone();
        move || shared.hits.load(Ordering::SeqCst)
    }

    /// A kubeconfig that leads here. The credentials are those of the proxy behind.
    pub fn kubeconfig(&self) -> String {
        let server = format!("http://127.0.0.1:{}", self.port);
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: faulty\nclusters: [{{name: faulty, cluster: {{server: '{server}'}}}}]\n\
             users: [{{name: faulty, user: {{}}}}]\ncontexts: [{{name: faulty, context: {{cluster: faulty, user: faulty}}}}]\n"
        )
    }
}

impl Shared {
    /// What becomes of this request, if it is not handed on.
    fn judge(&self, request: &str) -> Option<Wrong> {
        let rule = *self.rule.lock().unwrap();
        let rule = rule.filter(|rule| request.contains(rule.of))?;
        let n = self.seen.fetch_add(1, Ordering::SeqCst);
        let meant = n >= rule.after && n - rule.after < rule.times;
        if meant {
            self.hits.fetch_add(1, Ordering::SeqCst);
        }
        meant.then_some(rule.wrong)
    }

    fn is_healed(&self) -> bool {
        self.rule.lock().unwrap().is_none()
    }
}

/// One request; the connection ends with it.
fn serve(mut client: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let (head, rest) = head(&mut client)?;
    let mut lines = head.split("\r\n");
    let first = lines.next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_string();
    let is = |line: &&str, name: &str| line.to_ascii_lowercase().starts_with(name);
    let agent = lines.clone().find(|l| is(l, "user-agent:")).unwrap_or_default();
    let wrong = shared.judge(&format!("{first} {agent}"));
    let mut unheard = false;
    match wrong {
        None => {}
        Some(Wrong::Unheard) => unheard = true,
        Some(Wrong::Late(millis)) => std::thread::sleep(Duration::from_millis(millis)),
        Some(wrong) => return answer(client, wrong, shared),
    }
    let mut server = UnixStream::connect(&shared.upstream)?;
    let upgrade = lines.clone().any(|l| is(&l, "upgrade:"));
    let mut sent = head.split("\r\n").next().unwrap_or_default().to_string() + "\r\n";
    for line in lines.filter(|l| !l.is_empty()) {
        if upgrade || !is(&line, "connection:") {
            sent += &format!("{line}\r\n");
        }
    }
    // One request a connection: the next one is judged as well.
    sent += if upgrade { "\r\n" } else { "Connection: close\r\n\r\n" };
    server.write_all(sent.as_bytes())?;
    server.write_all(&rest)?;
    let (mut from, mut to) = (client.try_clone()?, server.try_clone()?);
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    match unheard {
        true => drop(std::io::copy(&mut server, &mut std::io::sink())),
        false => drop(std::io::copy(&mut server, &mut client)),
    }
    client.shutdown(Shutdown::Both)
}

/// The head of a request, and what came with it of the body.
fn head(client: &mut TcpStream) -> std::io::Result<(String, Vec<u8>)> {
    let (mut bytes, mut piece) = (Vec::new(), [0; 8192]);
    loop {
        let n = client.read(&mut piece)?;
        if n == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&piece[..n]);
        if let Some(at) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            let rest = bytes.split_off(at + 4);
            return Ok((String::from_utf8_lossy(&bytes).into_owned(), rest));
        }
    }
}

fn answer(mut client: TcpStream, wrong: Wrong, shared: &Shared) -> std::io::Result<()> {
    let json = "Content-Type: application/json\r\nConnection: close";
    match wrong {
        Wrong::Status(code) => {
            let reason = match code {
                429 => "TooManyRequests",
                503 => "ServiceUnavailable",
                _ => "InternalError",
            };
            let body = format!(
                r#"{{"kind":"Status","apiVersion":"v1","metadata":{{}},"status":"Failure","message":"injected","reason":"{reason}","code":{code}}}"#
            );
            write!(client, "HTTP/1.1 {code} X\r\n{json}\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
        }
        Wrong::Hangs => {
            let begin = Instant::now();
            while begin.elapsed() < Duration::from_secs(600) && !shared.is_healed() {
                std::thread::sleep(Duration::from_millis(100));
            }
        }
        Wrong::HalfALine => client.write_all(b"HTTP/1.1 2")?,
        Wrong::HalfABody => {
            write!(client, "HTTP/1.1 200 OK\r\n{json}\r\nContent-Length: 4000\r\n\r\n{{\"kind\": \"Li")?;
        }
        Wrong::NoJson => {
            let body = "<html>sign in</html>";
            write!(client, "HTTP/1.1 200 OK\r\n{json}\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
        }
        Wrong::Reset => {
            let now = libc::linger { l_onoff: 1, l_linger: 0 };
            let size = size_of::<libc::linger>() as libc::socklen_t;
            // SAFETY: the option is read from a value that lives, with its size.
            let set = unsafe {
                let option = (&raw const now).cast();
                libc::setsockopt(client.as_raw_fd(), libc::SOL_SOCKET, libc::SO_LINGER, option, size)
            };
            assert_eq!(set, 0, "a socket can be told not to linger");
            return Ok(());
        }
        Wrong::Unheard | Wrong::Late(_) => unreachable!("these are handed on"),
    }
    client.shutdown(Shutdown::Both)
}
