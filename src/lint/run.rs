//! Many charts at once, on as many threads as there are processors.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::chart::{Job, Linted, lint};
use crate::config::Date;
use crate::diagnostic::{Kind, Refusal};
use crate::limits::with_deep_stack;
use crate::redact::Secrets;
use crate::report::{FailOn, Report};

/// What came of all charts.
#[derive(Debug, Default)]
pub struct Outcome {
    pub report: Report,
    pub secrets: Secrets,
    /// Charts that could not be read, with what was said about them.
    pub unreadable: Vec<(String, Refusal)>,
}

/// Judges charts, by the names that the user gave them. `progress` hears how many are done.
pub fn run(job: &Job, charts: &[String], fail_on: FailOn, progress: &(dyn Fn(usize) + Sync)) -> Outcome {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = processors.min(charts.len().max(1));
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let results: Mutex<Vec<(usize, Linted)>> = Mutex::new(Vec::new());
    let work = || {
        while let Some((at, chart)) = take(charts, &next) {
            let linted = with_deep_stack(job.limits.stack, |stack| lint(job, chart, stack, processors > threads))
                .unwrap_or_else(|e| Linted {
                    unreadable: Some(Refusal::new(Kind::Limit, format!("no room for a stack: {e}"))),
                    ..Linted::default()
                });
            // Nobody panics while holding it.
            results.lock().unwrap_or_else(|e| e.into_inner()).push((at, linted));
            progress(done.fetch_add(1, Ordering::Relaxed) + 1);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    let mut results = results.into_inner().unwrap_or_else(|e| e.into_inner());
    results.sort_by_key(|(at, _)| *at);
    gather(job, charts, results, fail_on)
}

fn take<'c>(charts: &'c [String], next: &AtomicUsize) -> Option<(usize, &'c String)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    charts.get(at).map(|chart| (at, chart))
}

fn gather(job: &Job, charts: &[String], results: Vec<(usize, Linted)>, fail_on: FailOn) -> Outcome {
    let mut outcome = Outcome { report: Report { fail_on, ..Report::default() }, ..Outcome::default() };
    for (at, linted) in results {
        outcome.secrets.extend(linted.secrets);
        outcome.report.notices.extend(linted.notices);
        match linted.unreadable {
            Some(refusal) => outcome.unreadable.push((charts.get(at).cloned().unwrap_or_default(), refusal)),
            None => outcome.report.charts.push(linted.report),
        }
    }
    let today = Date::of_seconds(job.now);
    outcome.report.notices.extend(job.permissions.iter().filter_map(|p| p.notice(today)));
    let Outcome { report, secrets, .. } = &mut outcome;
    report.without_secrets(secrets);
    outcome
}
