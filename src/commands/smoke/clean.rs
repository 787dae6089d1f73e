//! `smoke clean [RUN]`: what runs left. Exit codes: 0 nothing is left, 2 usage, 3 something is.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::flags::Clean;
use super::state;
use crate::diagnostic::Plain;
use crate::smoke::{self, Fate, Ledger, Unheld};

/// Runs it: the exit code.
///
/// # Errors
/// In words: there is no such run, or records cannot be read.
pub fn run(flags: &Clean) -> Result<u8, String> {
    let folder = state(flags.state.as_deref())?;
    let runs = match &flags.run {
        Some(id) => {
            let run = folder.join(id);
            let plain = id.chars().all(|c| c.is_ascii_alphanumeric());
            if !plain || !smoke::has_record(&run) {
                return Err(format!("no run {id} is recorded in {}", folder.display()));
            }
            vec![run]
        }
        None => runs(&folder)?,
    };
    if runs.is_empty() {
        say("no run has left anything");
    }
    let mut left = false;
    for run in runs {
        left |= if flags.list { list(&run) } else { remove(&run, flags.helm.as_deref()) };
    }
    Ok(if left { 3 } else { 0 })
}

fn runs(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(format!("{}: {e}", folder.display())),
    };
    let mut runs: Vec<PathBuf> = entries.flatten().map(|e| e.path()).filter(|p| smoke::has_record(p)).collect();
    runs.sort();
    Ok(runs)
}

fn name(run: &Path) -> String {
    run.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Tells what a run has left; whether there is anything.
fn list(run: &Path) -> bool {
    match Ledger::read(run) {
        Err(why) => {
            say(&format!("run {}: {why}", name(run)));
            true
        }
        Ok((of, entries)) => {
            let left: Vec<_> = entries.iter().filter(|e| !e.gone).collect();
            say(&format!("run {} of chart {}: {} left", of.id, of.chart, left.len()));
            for entry in &left {
                let known =
                    if entry.identity.is_some() { "" } else { " (announced; whether it was made is not known)" };
                say(&format!("  {}{known}", entry.what));
            }
            !left.is_empty()
        }
    }
}

/// Removes what a run has left; whether there is still anything.
fn remove(run: &Path, helm: Option<&Path>) -> bool {
    let mut ledger = match Ledger::take(run) {
        Ok(ledger) => ledger,
        Err(Unheld::Running) => {
            say(&format!("run {} is still going on, or a program that it started is: it is left alone", name(run)));
            return true;
        }
        Err(Unheld::Unreadable(why)) => {
            say(&format!("run {}: {why}", name(run)));
            return true;
        }
    };
    let id = ledger.run.id.clone();
    let tell = |what: &smoke::Resource, fate: &Fate| say(&format!("run {id}: {what}: {fate}"));
    if let Err(why) = smoke::clean_run(&mut ledger, run, helm, &tell) {
        say(&format!("run {id}: {why}"));
    }
    let left = !ledger.left().is_empty();
    drop(ledger);
    if let Some(kept) = smoke::forget(run, !left) {
        say(&format!("run {id}: what there was to see stays in {}", kept.display()));
    }
    left
}

fn say(text: &str) {
    // A closed pipe is the reader's choice.
    let _ = writeln!(std::io::stdout().lock(), "{}", Plain(text));
}
