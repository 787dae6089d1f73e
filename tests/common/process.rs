//! What the suites that compare whole programs share: running one with a deadline, a short diff, a parallel map.
#![allow(dead_code, reason = "each suite uses a part of this")]

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, mpsc};
use std::time::Duration;

/// The version that a plain `render` speaks, and the other one that this repository compares with.
pub const DEFAULT: &str = "4.3.1";
pub const OTHER: &str = "3.22.0";

/// How long one program may run; a hang is a failure like any other.
const DEADLINE: Duration = Duration::from_secs(120);

/// What a program answered. `exit` is None when it was killed by a signal or by the deadline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub exit: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

/// Where `scripts/oracles` keeps the real Helm of that version.
pub fn helm(version: &str) -> PathBuf {
    let cache = match std::env::var_os("PLIMSOLL_CACHE").filter(|c| !c.is_empty()) {
        Some(cache) => PathBuf::from(cache),
        None => PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache/plimsoll"),
    };
    cache.join(format!("oracles/helm-{version}/helm"))
}

/// A command with an environment that holds nothing of the caller's but PATH, in `work`, with its home in `home`.
pub fn command(program: &Path, work: &Path, home: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().current_dir(work).env("HOME", home).env("TZ", "UTC");
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

/// Our binary as `helm template` of that version; `PLIMSOLL_BIN` names another build of it.
pub fn ours(version: &str, work: &Path, home: &Path) -> Command {
    let other_build = std::env::var_os("PLIMSOLL_BIN").map(PathBuf::from);
    let built = Path::new(env!("CARGO_BIN_EXE_plimsoll"));
    let mut command = command(other_build.as_deref().unwrap_or(built), work, home);
    command.arg("render");
    if version != DEFAULT {
        command.args(["--helm-version", version]);
    }
    command
}

/// Real `helm template` of that version.
pub fn theirs(version: &str, work: &Path, home: &Path) -> Command {
    let mut command = command(&helm(version), work, home);
    command.arg("template");
    command
}

/// Runs a command to its end or to the deadline.
pub fn run(command: Command, stdin: &[u8]) -> Answer {
    run_within(DEADLINE, command, stdin)
}

/// [`run`], for a program whose work is that of many.
pub fn run_within(deadline: Duration, mut command: Command, stdin: &[u8]) -> Answer {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child =
        command.spawn().unwrap_or_else(|error| panic!("{:?} does not start: {error}", command.get_program()));
    let (mut input, out, err) =
        (child.stdin.take().unwrap(), child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let (done, finished) = mpsc::channel();
    std::thread::scope(|scope| {
        // A program that does not read its input closes the pipe; that is its right.
        scope.spawn(move || drop(input.write_all(stdin)));
        let stdout = scope.spawn(reader(out, done.clone()));
        let stderr = scope.spawn(reader(err, done));
        // Both pipes close when the program ends, so nothing has to be polled.
        let in_time = (0..2).all(|_| finished.recv_timeout(deadline).is_ok());
        if !in_time {
            child.kill().expect("the child can be killed");
        }
        let status = child.wait().expect("the child can be waited for");
        let exit = in_time.then(|| status.code()).flatten();
        Answer { exit, stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap() }
    })
}

fn reader(mut from: impl Read + Send, done: mpsc::Sender<()>) -> impl FnOnce() -> Vec<u8> + Send {
    move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).expect("a pipe can be read");
        // The other end is gone only after the deadline.
        done.send(()).ok();
        bytes
    }
}

/// Prints the line in which a suite says how much it compared; the test harness holds `println!` of a passing test back.
pub fn count_line(line: &str) {
    // A line of its own, wherever the harness has stopped in its own.
    std::io::stdout().write_all(format!("\n{line}\n").as_bytes()).expect("standard output can be written");
}

/// The same map as `items.iter().map(f)`, over as many threads as there are processors.
pub fn parallel<T: Sync, R: Send>(items: &[T], f: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get());
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((index, item)) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| items.get(i).map(|item| (i, item)))
                {
                    let result = f(item);
                    results.lock().unwrap().push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap();
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// What differs between two answers, a few lines of each part; empty when nothing does.
pub fn difference(want: &Answer, got: &Answer) -> String {
    let mut text = String::new();
    if want.exit != got.exit {
        text += &format!("  exit: want {:?}, got {:?}\n", want.exit, got.exit);
    }
    text += &lines_that_differ("stdout", &want.stdout, &got.stdout);
    text += &lines_that_differ("stderr", &want.stderr, &got.stderr);
    text
}

/// The lines between the common head and the common tail, at most `SHOWN` of each side.
pub fn lines_that_differ(name: &str, want: &[u8], got: &[u8]) -> String {
    const SHOWN: usize = 8;
    if want == got {
        return String::new();
    }
    let split = |bytes: &[u8]| -> Vec<Vec<u8>> { bytes.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect() };
    let (want, got) = (split(want), split(got));
    let head = want.iter().zip(&got).take_while(|(a, b)| a == b).count();
    let tail = want[head..].iter().rev().zip(got[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let mut text = format!("  {name}, line {}:\n", head + 1);
    for (sign, lines) in [('-', &want[head..want.len() - tail]), ('+', &got[head..got.len() - tail])] {
        for line in lines.iter().take(SHOWN) {
            let shown: String = String::from_utf8_lossy(line).chars().take(400).collect();
            text +=
                &format!("  {sign} {}\n", shown.strip_suffix('\n').map_or_else(|| format!("{shown}⏎✗"), str::to_owned));
        }
        if lines.len() > SHOWN {
            text += &format!("  {sign} ... {} more lines\n", lines.len() - SHOWN);
        }
    }
    text
}

/// Copies a folder, symbolic links as links, and makes the copy writable.
pub fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (source, target, kind) = (entry.path(), to.join(entry.file_name()), entry.file_type()?);
        if kind.is_dir() {
            copy_folder(&source, &target)?;
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(std::fs::read_link(&source)?, &target)?;
        } else {
            std::fs::write(&target, std::fs::read(&source)?)?;
        }
    }
    Ok(())
}

/// Every file under a folder, by its path from there; nothing when the folder is missing.
pub fn files_under(folder: &Path) -> Vec<(String, Vec<u8>)> {
    fn walk(root: &Path, folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(root, &path, found);
            } else if let (Ok(name), Ok(bytes)) = (path.strip_prefix(root), std::fs::read(&path)) {
                found.push((name.to_string_lossy().into_owned(), bytes));
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    found.sort();
    found
}

/// Replaces every occurrence of a path by a short token, so that answers from different folders compare.
pub fn mask(text: &[u8], path: &Path, token: &str) -> Vec<u8> {
    let needle = path.as_os_str().as_encoded_bytes();
    let mut masked = Vec::with_capacity(text.len());
    let mut rest = text;
    while !needle.is_empty()
        && let Some(at) = rest.windows(needle.len()).position(|window| window == needle)
    {
        masked.extend_from_slice(&rest[..at]);
        masked.extend_from_slice(token.as_bytes());
        rest = &rest[at + needle.len()..];
    }
    masked.extend_from_slice(rest);
    masked
}
