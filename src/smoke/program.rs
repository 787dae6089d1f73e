//! Programs that a run calls: kind, helm, the container runtime. Each in a group of processes of its own, within a deadline; one
//! that is given up goes with all that it started.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

use crate::diagnostic::excerpt;

/// What is kept of one stream, in bytes; what comes after it is read and left.
const MOST: usize = 8 << 20;
/// How long a program may take to end once it is asked to.
const PATIENCE: Duration = Duration::from_secs(5);
/// Characters of a program's own words that are repeated.
const SHOWN: usize = 1500;

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// None: by a signal.
    pub code: Option<i32>,
    pub out: Vec<u8>,
    pub err: Vec<u8>,
}

/// Why a program did not come to an end of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// There is no such program, or it cannot be run.
    Missing(String),
    /// It took longer than it may.
    Late(String),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Missing(why) | Failure::Late(why) => f.write_str(why),
        }
    }
}

impl Ended {
    pub fn ok(&self) -> bool {
        self.code == Some(0)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.out).trim().to_string()
    }

    /// Its last words: standard error, or what it printed where it is silent there.
    pub fn words(&self) -> String {
        let said = if self.err.iter().all(u8::is_ascii_whitespace) { &self.out } else { &self.err };
        let text = String::from_utf8_lossy(said);
        let text = text.trim();
        let skip = text.chars().count().saturating_sub(SHOWN);
        let tail: String = text.chars().skip(skip).collect();
        let ended = self.code.map_or("was killed by a signal".to_string(), |code| format!("ended with {code}"));
        if tail.is_empty() { ended } else { format!("{ended}: {}", excerpt(&tail, SHOWN)) }
    }
}

/// A program with what it is told beside its arguments.
#[derive(Clone, Debug)]
pub struct Program {
    pub path: PathBuf,
    pub env: Vec<(String, String)>,
    /// Its standard input: the record of the run, which stays held until the program has ended. Nothing is read from it.
    held: Option<Arc<File>>,
}

/// A group of processes that does not outlive this.
struct Group(Option<Pid>);

impl Group {
    fn tell(&self, signal: Signal) {
        if let Some(pid) = self.0 {
            // It may have gone already.
            let _ = kill_process_group(pid, signal);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.tell(Signal::KILL);
    }
}

impl Program {
    pub fn new(path: &Path) -> Program {
        Program { path: path.to_path_buf(), env: Vec::new(), held: None }
    }

    pub fn env(mut self, name: &str, value: impl Into<String>) -> Program {
        self.env.push((name.to_string(), value.into()));
        self
    }

    /// The same, holding a record as long as it lives.
    pub fn holding(mut self, record: Arc<File>) -> Program {
        self.held = Some(record);
        self
    }

    /// What to call it.
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Runs it to its end. No secret stands in `args`: who needs one reads a file.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn run(&self, args: &[&str], deadline: Duration) -> Result<Ended, Failure> {
        let mut command = Command::new(&self.path);
        command.args(args).envs(self.env.iter().map(|(n, v)| (n, v)));
        let held = self.held.as_ref().and_then(|record| record.try_clone().ok());
        command.stdin(held.map_or_else(Stdio::null, Stdio::from)).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.process_group(0).kill_on_drop(true);
        let mut child = command.spawn().map_err(|e| Failure::Missing(format!("{} cannot be run: {e}", self.name())))?;
        let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let mut group = Group(pid);
        let (out, err) = (tokio::spawn(kept(child.stdout.take())), tokio::spawn(kept(child.stderr.take())));
        let ended = tokio::time::timeout(deadline, child.wait()).await;
        let Ok(ended) = ended else {
            group.tell(Signal::TERM);
            let _ = tokio::time::timeout(PATIENCE, child.wait()).await;
            let what = args.iter().take(2).copied().collect::<Vec<_>>().join(" ");
            return Err(Failure::Late(format!("{} {what} does not end within {} s", self.name(), deadline.as_secs())));
        };
        // A child of its own that keeps the pipes open is no reason to wait on.
        let read = async { (out.await.unwrap_or_default(), err.await.unwrap_or_default()) };
        let (out, err) = tokio::time::timeout(PATIENCE, read).await.unwrap_or_default();
        // Its number may be somebody else's from here on.
        group.0 = None;
        let ended = ended.map_err(|e| Failure::Missing(format!("{}: {e}", self.name())))?;
        Ok(Ended { code: ended.code(), out, err })
    }
}

async fn kept(stream: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let mut kept = Vec::new();
    let Some(mut stream) = stream else { return kept };
    let mut piece = [0; 16 << 10];
    while let Ok(n @ 1..) = stream.read(&mut piece).await {
        let room = MOST.saturating_sub(kept.len()).min(n);
        kept.extend_from_slice(piece.get(..room).unwrap_or_default());
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(script: &str, deadline: u64) -> Result<Ended, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let shell = Program::new(Path::new("/bin/sh")).env("SAID", "x");
        runtime.block_on(shell.run(&["-c", script], Duration::from_secs(deadline)))
    }

    #[test]
    fn what_a_program_says_is_kept_and_how_it_ended() {
        let ended = run("echo out $SAID; echo err >&2; exit 3", 10).unwrap();
        assert_eq!(
            (ended.code, ended.text().as_str(), ended.words().as_str()),
            (Some(3), "out x", "ended with 3: err")
        );
        assert_eq!(run("kill -9 $$", 10).unwrap().words(), "was killed by a signal");
    }

    #[test]
    fn one_that_hangs_goes_with_its_children() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("pid");
        let script = format!("trap '' TERM; sleep 600 & echo $! > {}; wait; sleep 600", file.display());
        let late = run(&script, 1).unwrap_err();
        assert!(matches!(&late, Failure::Late(why) if why.contains("within 1 s")), "{late}");
        let pid: i32 = std::fs::read_to_string(&file).unwrap().trim().parse().unwrap();
        // A signal takes a moment; killed, it may be a zombie until its new parent looks.
        let is_gone = || {
            let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            state.is_empty() || state.contains(") Z ")
        };
        let begin = std::time::Instant::now();
        while !is_gone() {
            assert!(begin.elapsed() < Duration::from_secs(20), "process {pid} goes on");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    #[test]
    fn a_program_that_is_not_there_is_told() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let gone = runtime.block_on(Program::new(Path::new("/nowhere/kind")).run(&[], Duration::from_secs(1)));
        assert!(matches!(gone, Err(Failure::Missing(why)) if why.contains("/nowhere/kind cannot be run")));
    }
}
