//! Real Helm, asked the same as a case: `--oracle helm[=PATH]`.

use std::collections::HashMap;
use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::answer::{Answer, noted};
use super::case::Oracle;
use super::suite::Found;

/// How long one Helm may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often it is looked at.
const GLANCE: Duration = Duration::from_millis(3);
/// Bytes of its answer.
const LONGEST: u64 = 64 << 20;

/// Flags of `helm template` that `helm install` does not have, and that change nothing of NOTES.
const WITHOUT_NOTES: [&str; 3] = ["--skip-tests", "--include-crds", "--no-hooks"];
/// Flags that `helm install` does not have, and that may change NOTES.
const CHANGES_NOTES: [&str; 7] =
    ["--is-upgrade", "--api-versions", "-a", "--kube-version", "--show-only", "-s", "--debug"];

/// Where real Helms are: a name on PATH, or a path in which `{version}` stands for the version.
pub struct Helm {
    pattern: String,
    /// What each program says its version is; asked once.
    versions: Mutex<HashMap<PathBuf, Result<String, String>>>,
}

struct Run {
    exit: Option<i32>,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl Helm {
    pub fn new(pattern: &str) -> Self {
        Helm { pattern: pattern.into(), versions: Mutex::default() }
    }

    /// What the Helm of a case's oracle answers, paths and all.
    ///
    /// # Errors
    /// In words: there is no such Helm, it is of another version, or does not come to an end.
    pub fn answer(&self, found: &Found, oracle: &Oracle) -> Result<Answer, String> {
        let program = PathBuf::from(self.pattern.replace("{version}", oracle.dialect.version));
        let version = self.version(&program)?;
        let wanted = oracle.version.trim_start_matches('v');
        if version != wanted && !version.starts_with(&format!("{wanted}.")) {
            let program = program.display();
            return Err(format!(
                "the case names Helm {wanted}, and {program} is {version}: name its path with {{version}}"
            ));
        }
        let arguments: Vec<String> = found.arguments().into_iter().map(|argument| in_chart(argument, found)).collect();
        let mut template = vec!["template".to_string()];
        template.extend(arguments.iter().cloned());
        let run = launch(&program, &template, &found.folder)?;
        let exit = run.exit.and_then(|code| u8::try_from(code).ok());
        let exit = exit.ok_or_else(|| format!("{} was ended by a signal", program.display()))?;
        let notes = if exit == 0 { notes(&program, &arguments, found) } else { Some(Vec::new()) };
        Ok(Answer { exit, stdout: run.stdout, stderr: run.stderr, notes })
    }

    fn version(&self, program: &PathBuf) -> Result<String, String> {
        // Nobody panics while holding it.
        let mut versions = self.versions.lock().unwrap_or_else(|e| e.into_inner());
        let ask = || {
            let arguments = ["version", "--template", "{{.Version}}"].map(str::to_string);
            let run = launch(program, &arguments, &std::env::temp_dir())?;
            let text = String::from_utf8_lossy(&run.stdout).trim().trim_start_matches('v').to_string();
            if run.exit == Some(0) && text.starts_with(|c: char| c.is_ascii_digit()) {
                Ok(text)
            } else {
                Err(format!("{} does not say which Helm it is", program.display()))
            }
        };
        versions.entry(program.clone()).or_insert_with(ask).clone()
    }
}

/// `chart` and `chart/...` as paths.
fn in_chart(argument: String, found: &Found) -> String {
    match argument.strip_prefix("chart") {
        Some("") => found.chart.to_string_lossy().into_owned(),
        Some(rest) if rest.starts_with('/') => format!("{}{rest}", found.chart.to_string_lossy()),
        _ => argument,
    }
}

/// NOTES, which only `helm install` tells; `None` where it cannot be asked: Helm 3 wants a cluster for that.
fn notes(program: &PathBuf, arguments: &[String], found: &Found) -> Option<Vec<u8>> {
    let is = |argument: &String, flags: &[&str]| {
        let name = argument.split('=').next().unwrap_or_default();
        flags.contains(&name)
    };
    if arguments.iter().any(|argument| is(argument, &CHANGES_NOTES)) {
        return None;
    }
    let mut install = vec!["install".to_string()];
    install.extend(arguments.iter().filter(|argument| !is(argument, &WITHOUT_NOTES)).cloned());
    install.extend(["--dry-run=client", "-o", "json"].map(str::to_string));
    let run = launch(program, &install, &found.folder).ok().filter(|run| run.exit == Some(0))?;
    let release: serde_json::Value = serde_json::from_slice(&run.stdout).ok()?;
    let notes = release.pointer("/info/notes").and_then(serde_json::Value::as_str).unwrap_or_default();
    Some(noted(notes.as_bytes()))
}

/// Runs a program to its end, with nothing of the caller's environment but PATH.
fn launch(program: &PathBuf, arguments: &[String], folder: &std::path::Path) -> Result<Run, String> {
    let nowhere = std::env::temp_dir().join("plimsoll-no-home");
    let mut command = Command::new(program);
    command.env_clear().env("HOME", nowhere).env("TZ", "UTC").current_dir(folder).args(arguments);
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|e| format!("{}: {e}", program.display()))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        let stdout = scope.spawn(|| read(stdout));
        let stderr = scope.spawn(|| read(stderr));
        let until = Instant::now() + PATIENCE;
        let status = loop {
            match child.try_wait() {
                Ok(Some(status)) => break Ok(status),
                Ok(None) if Instant::now() < until => std::thread::sleep(GLANCE),
                Ok(None) => break Err(format!("{} does not come to an end", program.display())),
                Err(e) => break Err(format!("{}: {e}", program.display())),
            }
        };
        if status.is_err() {
            // It may have ended by itself; then there is nothing to end.
            let _ = child.kill();
            let _ = child.wait();
        }
        let (stdout, stderr) = (stdout.join().unwrap_or_default(), stderr.join().unwrap_or_default());
        Ok(Run { exit: status?.code(), stdout, stderr })
    })
}

fn read(from: Option<impl std::io::Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What came before a pipe broke is what there is.
    let _ = from.map(|from| from.take(LONGEST).read_to_end(&mut bytes));
    bytes
}
