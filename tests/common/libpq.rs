//! Real libpq, one build a child process, asked over a pipe (tests/oracles/libpq.py says what it understands).
//!
//! `scripts/oracles` installs the builds; where one is missing every test that needs it fails: it is never skipped.
#![allow(dead_code, reason = "each suite uses a part of this")]

use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The Postgres builds that `scripts/oracles` installs: one of each major that is told apart.
pub const BUILDS: [(u8, &str); 4] = [(15, "15.18.0"), (16, "16.14.0"), (17, "17.10.0"), (18, "18.4.0")];

/// Where `scripts/oracles` keeps what it installs.
pub fn cache() -> PathBuf {
    let cache = match std::env::var_os("PLIMSOLL_CACHE").filter(|c| !c.is_empty()) {
        Some(cache) => PathBuf::from(cache),
        None => PathBuf::from(std::env::var_os("HOME").expect("HOME is set")).join(".cache/plimsoll"),
    };
    cache.join("oracles")
}

/// The folder of a major's build: bin, lib, share.
pub fn build(major: u8) -> PathBuf {
    let (_, version) = BUILDS.iter().find(|(m, _)| *m == major).expect("a major that is installed");
    let path = cache().join(format!("postgres-{version}"));
    assert!(path.is_dir(), "{} is missing: run scripts/oracles", path.display());
    path
}

/// A libpq that answers.
pub struct Libpq {
    pub major: u8,
    child: Child,
    input: Option<BufWriter<ChildStdin>>,
    output: BufReader<ChildStdout>,
}

/// A request or an answer.
pub type Fields = Vec<Vec<u8>>;

impl Libpq {
    /// The build of a major.
    pub fn start(major: u8) -> Libpq {
        let libpq = Libpq::load(&build(major).join(format!("lib/libpq.so.5.{major}")), major);
        libpq.checked()
    }

    /// Any libpq.
    pub fn load(path: &Path, major: u8) -> Libpq {
        let mut child = Command::new("python3")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracles/libpq.py"))
            .arg(path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the libpq oracle needs python3");
        let input = BufWriter::with_capacity(1 << 20, child.stdin.take().unwrap());
        let output = BufReader::with_capacity(1 << 20, child.stdout.take().unwrap());
        Libpq { major, child, input: Some(input), output }
    }

    fn checked(mut self) -> Libpq {
        let said = self.ask(&[b"version".to_vec()]).remove(0);
        let version: u32 = String::from_utf8(said).unwrap().parse().unwrap();
        assert_eq!(version / 10_000, u32::from(self.major), "another libpq was loaded");
        self
    }

    /// Asks one question.
    pub fn ask(&mut self, request: &[Vec<u8>]) -> Fields {
        self.ask_all(&[request.to_vec()]).remove(0)
    }

    /// Asks many; the answers come in the same order.
    pub fn ask_all(&mut self, requests: &[Fields]) -> Vec<Fields> {
        let input = self.input.as_mut().expect("the child is running");
        let output = &mut self.output;
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for request in requests {
                    let frame: Vec<u8> = request.iter().flat_map(|field| sized(field)).collect();
                    input.write_all(&sized(&frame)).unwrap();
                }
                input.flush().unwrap();
            });
            requests.iter().map(|_| read(output)).collect()
        })
    }
}

impl Drop for Libpq {
    fn drop(&mut self) {
        self.input = None;
        drop(self.child.wait());
    }
}

fn sized(field: &[u8]) -> Vec<u8> {
    [&(field.len() as u32).to_be_bytes(), field].concat()
}

fn read(output: &mut impl Read) -> Fields {
    let mut head = [0; 4];
    output.read_exact(&mut head).expect("the libpq oracle ended early (see its stderr above)");
    let mut frame = vec![0; u32::from_be_bytes(head) as usize];
    output.read_exact(&mut frame).unwrap();
    let (mut rest, mut fields) = (frame.as_slice(), Vec::new());
    while let Some((head, after)) = rest.split_first_chunk::<4>() {
        let (field, after) = after.split_at(u32::from_be_bytes(*head) as usize);
        fields.push(field.to_vec());
        rest = after;
    }
    fields
}
