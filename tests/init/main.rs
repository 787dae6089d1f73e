//! What `init` writes: read, rendered, linted, and tried with the real programs that it is for.

#[path = "../common/cluster.rs"]
mod cluster;
#[path = "../common/libpq.rs"]
mod libpq;
#[path = "../common/postgres.rs"]
mod postgres;
#[path = "../common/process.rs"]
mod support;

mod files;
mod hostile;
mod prompts;
mod runbook;
mod values;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::Answer;

/// The repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Our binary in a folder, with no environment but what it needs.
fn plimsoll(work: &Path) -> Command {
    support::command(Path::new(env!("CARGO_BIN_EXE_plimsoll")), work, work)
}

/// Runs it with these arguments.
fn init(work: &Path, args: &[&str]) -> Answer {
    let mut command = plimsoll(work);
    command.arg("init").args(args);
    support::run(command, b"")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Real Helm's verdict on the reference chart with a values file: `helm lint --strict`, then `helm template`.
fn helm_takes(values: &Path, work: &Path) -> Vec<u8> {
    let helm: PathBuf = support::helm(support::DEFAULT);
    let mut lint = support::command(&helm, work, work);
    lint.args(["lint", "--strict"]).arg(root().join("chart")).arg("-f").arg(values);
    let answer = support::run(lint, b"");
    assert_eq!(answer.exit, Some(0), "helm lint: {}{}", text(&answer.stdout), text(&answer.stderr));
    let mut template = support::command(&helm, work, work);
    template.args(["template", "rel"]).arg(root().join("chart")).arg("-f").arg(values);
    let answer = support::run(template, b"");
    assert_eq!(answer.exit, Some(0), "helm template: {}", text(&answer.stderr));
    answer.stdout
}

/// Our own strict verdict on it.
fn lint(values: &Path, work: &Path) -> Answer {
    let mut command = plimsoll(work);
    command.args(["lint", "--strict", "--no-config"]).arg(root().join("chart")).arg("-f").arg(values);
    support::run(command, b"")
}
