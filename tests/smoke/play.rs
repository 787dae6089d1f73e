//! Plays failures: the run, what happens in it, and what must hold afterwards.

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::failures::{End, Failure, Left};
use crate::faulty_api::FaultyApi;
use crate::faulty_database::{FaultyDatabase, Mode};
use crate::stage::{ID, Site, Stage};
use crate::support::count_line;

/// How long a run may take, and what removes the rest of it.
const DEADLINE: Duration = Duration::from_secs(240);

/// What came of a run.
struct Ran {
    end: Option<End>,
    said: String,
    happened: bool,
    took: Duration,
}

/// Runs the program, and lets it happen.
fn run(failure: &Failure, stage: &Stage<'_>, args: &[String]) -> Ran {
    let args: Vec<&str> = args.iter().map(String::as_str).chain(failure.args.iter().copied()).collect();
    let begin = Instant::now();
    let mut child = stage.smoke(&args).spawn().unwrap();
    stage.pid.store(child.id(), Ordering::SeqCst);
    let (line, lines) = mpsc::channel();
    let mut said = String::new();
    let (mut happened, mut broken) = (failure.at.0.is_empty(), false);
    let (err, out) = (child.stderr.take().unwrap(), child.stdout.take().unwrap());
    std::thread::scope(|scope| {
        let on = line.clone();
        scope.spawn(move || BufReader::new(err).lines().map_while(Result::ok).for_each(|l| drop(on.send(l))));
        scope.spawn(move || BufReader::new(out).lines().map_while(Result::ok).for_each(|l| drop(line.send(l))));
        let mut seen = 0;
        loop {
            match lines.recv_timeout(DEADLINE.saturating_sub(begin.elapsed())) {
                Ok(line) => {
                    seen += usize::from(!happened && line.contains(failure.at.0));
                    said += &format!("{line}\n");
                    if !happened && seen == failure.at.1 {
                        // The run is played to its end, also where its failure cannot be had.
                        let done = catch_unwind(AssertUnwindSafe(|| (failure.fault)(stage)));
                        (happened, broken) = (true, done.is_err());
                    }
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    let _ = child.kill();
                }
            }
        }
    });
    let took = begin.elapsed();
    let status = child.wait().unwrap();
    let end = match (status.code(), status.signal()) {
        _ if took >= DEADLINE => None,
        (Some(code), _) => Some(End::Exit(code)),
        (None, Some(9)) => Some(End::Killed),
        _ => None,
    };
    Ran { end, said, happened: happened && !broken, took }
}

fn holds(bytes: &[u8], secret: &str) -> bool {
    bytes.windows(secret.len()).any(|window| window == secret.as_bytes())
}

/// Plays one failure: what is wrong afterwards, and what to tell of it.
fn play(failure: &Failure, stage: &Stage<'_>) -> (Vec<String>, String) {
    let mut wrong = Vec::new();
    stage.site.foreign(stage);
    let before = stage.there();
    if let Some(kubeconfig) = stage.site.kubeconfig() {
        let own = || std::fs::read_to_string(kubeconfig).unwrap();
        let text = if failure.faulty { stage.api.kubeconfig() } else { own() };
        std::fs::write(&stage.kubeconfig, text).unwrap();
    }
    let helm = stage.helm();
    let mut args = stage.site.prepare(stage);
    args.extend(["--run", &stage.id, "--helm", &helm, "--scenario", stage.scenario].map(str::to_owned));
    failure.before.iter().for_each(|before| before(stage));
    if failure.at.0.is_empty() {
        (failure.fault)(stage);
    }
    let ran = run(failure, stage, &args);
    if !ran.happened {
        wrong.push(format!("it did not happen at {:?}", failure.at));
    }
    if !ran.end.is_some_and(|end| failure.ends.contains(&end)) {
        wrong.push(format!("it ended with {:?}, and not with one of {:?}", ran.end, failure.ends));
    }
    if !ran.said.contains(failure.says) {
        wrong.push(format!("it does not say {:?}", failure.says));
    }
    if ran.said.contains(stage.site.secret()) {
        wrong.push("it tells the password".into());
    }
    for (what, proof) in stage.proofs.lock().unwrap().iter() {
        if !proof() {
            wrong.push(format!("it did not happen: {what}"));
        }
    }
    for (name, bytes) in crate::support::files_under(stage.folder) {
        let is_told = name.starts_with("report.") || name.ends_with("record.jsonl");
        if is_told && holds(&bytes, stage.site.secret()) {
            wrong.push(format!("{name} tells the password"));
        }
    }
    // While it is still broken, what is left is told of.
    let (listed, list) = stage.clean(&["--list"]);
    let theirs = stage.there().difference(&before).count();
    let left = match listed {
        Some(0) => Left::Nothing,
        Some(3) => Left::Listed,
        _ => Left::Either,
    };
    if left == Left::Either || (failure.left != Left::Either && left != failure.left) {
        wrong.push(format!("smoke clean --list ends with {listed:?}, wanted: {:?}\n{list}", failure.left));
    }
    if theirs > 0 && left == Left::Nothing {
        wrong.push(format!("{theirs} objects are left, and not listed"));
    }
    stage.api.heal();
    stage.database.set(Mode::Fine);
    stage.healing.lock().unwrap().drain(..).for_each(|healing| healing());
    let begin = Instant::now();
    let cleaned = loop {
        let (exit, said) = stage.clean(&[]);
        // What a program does that outlived its run, it does to the end first.
        let at_work = exit == Some(3) && said.contains("still going on");
        if exit == Some(0) || !at_work || begin.elapsed() > DEADLINE {
            break (exit, said);
        }
        std::thread::sleep(Duration::from_millis(300));
    };
    if cleaned.0 != Some(0) {
        wrong.push(format!("smoke clean ends with {:?}\n{}", cleaned.0, cleaned.1));
    }
    let after = stage.there();
    if after != before {
        let gone: Vec<_> = before.difference(&after).collect();
        let more: Vec<_> = after.difference(&before).collect();
        wrong.push(format!("the cluster is another one: gone {gone:?}, more {more:?}"));
    }
    let folder = stage.state().join(&stage.id);
    let kept: Vec<_> = std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|e| e.file_name()).collect();
    if kept.iter().any(|name| name != "diagnostics") {
        wrong.push(format!("{} holds {kept:?}", folder.display()));
    }
    let told = crate::support::files_under(stage.folder).into_iter();
    for (name, _) in told.filter(|(name, bytes)| name.contains("diagnostics") && holds(bytes, stage.site.secret())) {
        wrong.push(format!("{name} tells the password"));
    }
    if !wrong.is_empty() {
        wrong.push(format!("it said:\n{}", ran.said));
    }
    let end = match ran.end {
        Some(End::Exit(code)) => format!("exit {code}"),
        Some(End::Killed) => "killed".into(),
        None => "no end".into(),
    };
    let left = if left == Left::Listed { "listed, then removed" } else { "nothing left" };
    (wrong, format!("{end} after {:.1} s, {left}", ran.took.as_secs_f64()))
}

/// Plays a table, some at a time; `FAILURE` is a part of a name. Fails when something is wrong with any.
pub fn play_all(what: &str, site: &dyn Site, failures: &[Failure], lanes: usize) {
    let wanted = std::env::var("FAILURE").unwrap_or_default();
    let meant: Vec<_> = failures.iter().filter(|f| f.name.contains(&wanted)).collect();
    let (begin, first) = (Instant::now(), site.everything());
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..lanes {
            scope.spawn(|| {
                while let Some((n, failure)) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|n| meant.get(n).map(|f| (n, f)))
                {
                    let dir = tempfile::tempdir().unwrap();
                    let stage = Stage {
                        site,
                        id: format!("{ID}{n:03}x"),
                        scenario: failure.scenario,
                        folder: dir.path(),
                        kubeconfig: dir.path().join("kubeconfig"),
                        api: FaultyApi::start(&site.socket()),
                        database: FaultyDatabase::start(site.database()),
                        pid: AtomicU32::new(0),
                        healing: Mutex::default(),
                        endings: Mutex::default(),
                        proofs: Mutex::default(),
                    };
                    // A step that cannot be done is told as what is wrong with this failure, and the others are played.
                    let played = catch_unwind(AssertUnwindSafe(|| play(failure, &stage)));
                    let broken = |_| (vec!["it could not be played; see above".into()], "broken".into());
                    stage.endings.lock().unwrap().drain(..).for_each(|ending| ending());
                    let (found, told) = played.unwrap_or_else(broken);
                    count_line(&format!("smoke: {what}: {}: {told}", failure.name));
                    if !found.is_empty() {
                        wrong.lock().unwrap().push(format!("{}: {}", failure.name, found.join("\n")));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), meant.len(), wrong.join("\n\n"));
    // Nothing of what was there at first is another one now.
    let last = site.everything();
    let gone: Vec<_> = first.difference(&last).collect();
    assert!(gone.is_empty(), "{gone:?}");
    count_line(&format!("smoke: {what}: {} failures in {:.0} s", meant.len(), begin.elapsed().as_secs_f64()));
}
