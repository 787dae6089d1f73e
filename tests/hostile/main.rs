//! Bombs and escapes: whatever a chart, an archive, a values file or a flag does, the answer comes soon, in little memory,
//! without a panic, and without half an output. Each input is made here, in a folder of its own.
//!
//! `HOSTILE=word` runs only the cases whose name has the word in it; `HOSTILE_TABLE=1` prints what each cost.

mod archives;
mod files;
#[path = "../common/process.rs"]
mod process;
mod run;
mod schemas;
mod templates;
mod values;

use std::path::Path;

use run::{Bounds, Ended};

/// What becomes of an input.
#[derive(Clone, Copy, Debug)]
pub enum Verdict {
    /// Exactly what real Helm says, refusal or not.
    Helm,
    /// Our refusal under this id; Helm would go on.
    Ours(&'static str),
    /// Helm may be asked or not: it ends in a refusal whose text has this in it. For what Helm's own answer depends on the
    /// machine, or costs it too much.
    Says(&'static str),
    /// It renders.
    Renders,
}

/// Writes an input into an empty folder and gives the arguments behind `render`.
type Make = Box<dyn Fn(&Path) -> Vec<String> + Send + Sync>;

/// One input: it is made in an empty folder, and gives the arguments behind `render`.
pub struct Case {
    pub name: String,
    pub verdict: Verdict,
    pub make: Make,
}

impl Case {
    pub fn new(
        name: impl Into<String>,
        verdict: Verdict,
        make: impl Fn(&Path) -> Vec<String> + Send + Sync + 'static,
    ) -> Self {
        Case { name: name.into(), verdict, make: Box::new(make) }
    }
}

pub const CHART_YAML: &str = "apiVersion: v2\nname: c\nversion: 1.0.0\n";

/// Writes files below `dir`, folders included.
pub fn write(dir: &Path, files: &[(&str, &[u8])]) {
    for (name, bytes) in files {
        let path = dir.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

/// A chart in `dir/c` with these files beside its Chart.yaml; the arguments that render it.
pub fn chart(dir: &Path, files: &[(&str, &[u8])]) -> Vec<String> {
    write(&dir.join("c"), &[("Chart.yaml", CHART_YAML.as_bytes())]);
    write(&dir.join("c"), files);
    vec!["rel".into(), "c".into()]
}

/// `None` when the answer is what the verdict asks for.
fn complaint(case: &Case, work: &Path, args: &[String], ended: &Ended) -> Option<String> {
    let bounds = Bounds::default();
    let stderr = String::from_utf8_lossy(&ended.answer.stderr).into_owned();
    let first: String = stderr.chars().take(300).collect();
    let Some(exit) = ended.answer.exit else {
        return Some(format!("killed, by a signal or by the deadline: {first}"));
    };
    if !(0..=2).contains(&exit) || stderr.contains("panicked at") {
        return Some(format!("exit {exit}: {first}"));
    }
    if ended.cpu > bounds.cpu {
        return Some(format!("took {:?} of processor time: {first}", ended.cpu));
    }
    if ended.rss > bounds.rss {
        return Some(format!("took {} MiB: {first}", ended.rss >> 20));
    }
    if exit != 0 && !ended.answer.stdout.is_empty() {
        return Some(format!("refused with output: {first}"));
    }
    match case.verdict {
        Verdict::Renders => (exit != 0).then(|| format!("does not render: {first}")),
        Verdict::Says(words) => {
            (exit != 1 || !stderr.contains(words)).then(|| format!("exit {exit}, want {words:?}: {first}"))
        }
        Verdict::Ours(id) => {
            let well = exit == 1
                && stderr.contains(&format!("error[{id}]: "))
                && stderr.contains("\n  --> ")
                && stderr.trim_end().lines().last().is_some_and(|l| l.starts_with("   = help: ") && l.contains("--"));
            // Helm's own log may come first; it quotes.
            let escapes = stderr.bytes().any(|b| b < 0x20 && b != b'\n' && b != b'\t' || b == 0x7F);
            (!well || escapes).then(|| format!("exit {exit}, want error[{id}] with place and switch: {first}"))
        }
        Verdict::Helm => {
            let mut helm = process::theirs(process::DEFAULT, work, work);
            helm.args(args);
            let theirs = process::run(helm, b"");
            (theirs != ended.answer).then(|| process::difference(&theirs, &ended.answer))
        }
    }
}

#[test]
fn every_bomb_is_refused_and_every_escape_is_seen() {
    let only = std::env::var("HOSTILE").unwrap_or_default();
    let show = std::env::var_os("HOSTILE_TABLE").is_some();
    let cases = [templates::cases(), values::cases(), files::cases(), archives::cases(), schemas::cases()];
    let cases: Vec<Case> = cases.into_iter().flatten().filter(|c| c.name.contains(&only)).collect();
    assert!(!cases.is_empty());
    let results = process::parallel(&cases, |case| {
        let folder = tempfile::tempdir().unwrap();
        let work = folder.path();
        let args = (case.make)(work);
        let ended = run::ours(work, &args);
        let complaint = complaint(case, work, &args, &ended);
        if show {
            let said = String::from_utf8_lossy(&ended.answer.stderr).into_owned();
            let said: String = said.lines().next().unwrap_or_default().chars().take(110).collect();
            process::count_line(&format!(
                "| {} | {} | {:?} | {:.2} s | {} MiB | {said} |",
                if complaint.is_some() { "FAIL" } else { "ok" },
                case.name,
                case.verdict,
                ended.cpu.as_secs_f64(),
                ended.rss >> 20,
            ));
        }
        (complaint, ended.cpu, ended.rss)
    });
    let failed: Vec<String> = cases
        .iter()
        .zip(&results)
        .filter_map(|(case, (complaint, ..))| Some(format!("{}: {}", case.name, complaint.as_ref()?)))
        .collect();
    let cpu = results.iter().map(|r| r.1).max().unwrap_or_default();
    let rss = results.iter().map(|r| r.2).max().unwrap_or_default() >> 20;
    process::count_line(&format!(
        "generated hostile: {} inputs, {} wrong, at most {:.1} s and {rss} MiB each",
        cases.len(),
        failed.len(),
        cpu.as_secs_f64()
    ));
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
