//! All cases of all charts, on as many threads as there are processors.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::check::{Checked, Read, Verdict, check};
use super::coverage::Coverage;
use super::expected::{FILES, bytes, file_name};
use super::oracle::Helm;
use super::suite::{Found, Suite};
use crate::diagnostic::{Kind, Refusal};
use crate::dialect::Dialect;
use crate::limits::{Limits, with_deep_stack};
use crate::redact::Secrets;

/// What is asked about every chart.
pub struct Job {
    /// How the arguments of a case are read.
    pub read: Read,
    pub limits: Limits,
    /// For cases that name no version.
    pub dialect: &'static Dialect,
    /// Patterns of the charts' own values files.
    pub patterns: Vec<String>,
    /// Where the cases are, if not beside the chart.
    pub folder: Option<PathBuf>,
    /// Only cases whose name has this in it.
    pub filter: Option<String>,
    /// Bring the expected files up to date.
    pub update: bool,
    /// Ask real Helm too.
    pub helm: Option<Helm>,
    /// Tell what the cases reach.
    pub coverage: bool,
    /// Of a hundred branches so many must be reached.
    pub fail_under: Option<f64>,
}

/// One case, and what came of it.
#[derive(Clone, Debug)]
pub struct Tested {
    pub name: String,
    pub why: String,
    pub folder: PathBuf,
    pub verdict: Verdict,
    /// Files that were written.
    pub updated: Vec<String>,
}

/// One chart.
#[derive(Clone, Debug, Default)]
pub struct ChartTested {
    /// As the user named it.
    pub chart: String,
    pub folder: PathBuf,
    pub cases: Vec<Tested>,
    /// What its cases reach, where that was asked.
    pub coverage: Option<Coverage>,
}

/// All that one run has to tell.
#[derive(Debug, Default)]
pub struct Tests {
    pub charts: Vec<ChartTested>,
    /// Cases and charts that cannot be read.
    pub unreadable: Vec<Refusal>,
    pub secrets: Secrets,
    /// Of a hundred branches of each chart so many must be reached.
    pub fail_under: Option<f64>,
}

/// How many cases there are of each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
    pub undecided: usize,
}

impl Tests {
    /// 2 when something cannot be read, 1 when a case fails or too little is reached, 3 when one is undecided or nothing was tested, else 0.
    pub fn exit_code(&self) -> u8 {
        let Tally { passed, failed, undecided } = self.tally();
        let failed = failed + self.charts.iter().filter(|chart| self.reaches_too_little(chart)).count();
        match (self.unreadable.is_empty(), failed, undecided) {
            (false, _, _) => 2,
            (true, 1.., _) => 1,
            (true, 0, 0) if passed > 0 => 0,
            _ => 3,
        }
    }

    /// Whether the cases of a chart reach less of its branches than they must.
    pub fn reaches_too_little(&self, chart: &ChartTested) -> bool {
        let percent = chart.coverage.as_ref().map(|coverage| coverage.totals().percent());
        percent.zip(self.fail_under).is_some_and(|(percent, wanted)| percent < wanted)
    }

    pub fn tally(&self) -> Tally {
        self.charts.iter().map(ChartTested::tally).fold(Tally::default(), |a, b| Tally {
            passed: a.passed + b.passed,
            failed: a.failed + b.failed,
            undecided: a.undecided + b.undecided,
        })
    }
}

impl ChartTested {
    pub fn tally(&self) -> Tally {
        let of = |wanted: fn(&Verdict) -> bool| self.cases.iter().filter(|case| wanted(&case.verdict)).count();
        Tally {
            passed: of(|v| matches!(v, Verdict::Passes)),
            failed: of(|v| matches!(v, Verdict::Fails(_))),
            undecided: of(|v| matches!(v, Verdict::Undecided(_))),
        }
    }
}

/// Tests charts, by the names that the user gave them.
pub fn run(job: &Job, charts: &[String]) -> Tests {
    let mut tests = Tests { fail_under: job.fail_under, ..Tests::default() };
    let mut suites = Vec::new();
    for chart in charts {
        match Suite::find(chart, job.folder.as_deref(), &job.patterns) {
            Ok(suite) => suites.push(suite),
            Err(refusals) => tests.unreadable.extend(refusals),
        }
    }
    let answers: Vec<Vec<Vec<u8>>> = suites.iter().map(expected_outputs).collect();
    let wanted = |found: &Found| job.filter.as_ref().is_none_or(|part| found.name.contains(part.as_str()));
    let work: Vec<(usize, &Suite, &Found)> = suites
        .iter()
        .enumerate()
        .flat_map(|(n, suite)| suite.cases.iter().map(move |found| (n, suite, found)))
        .filter(|(_, _, found)| wanted(found))
        .collect();
    if work.is_empty()
        && !suites.is_empty()
        && let Some(part) = &job.filter
    {
        tests.unreadable.push(Refusal::new(Kind::Usage, format!("--filter: no case has {part:?} in its name")));
    }
    let done = parallel(&work, |(n, suite, found)| {
        let answers = answers.get(*n).map_or(&[][..], Vec::as_slice);
        with_deep_stack(job.limits.stack, |stack| check(job, suite, found, answers, stack)).unwrap_or_else(|e| {
            let refusal = Refusal::new(Kind::Limit, format!("no room for a stack: {e}"));
            Checked { refusals: vec![refusal], ..Checked::default() }
        })
    });
    tests.charts = suites
        .iter()
        .map(|s| ChartTested {
            chart: s.chart.clone(),
            folder: s.folder.clone(),
            cases: Vec::new(),
            coverage: job.coverage.then(Coverage::default),
        })
        .collect();
    for ((n, _, found), checked) in work.into_iter().zip(done) {
        tests.secrets.extend(checked.secrets);
        if let Some(all) = tests.charts.get_mut(n).and_then(|chart| chart.coverage.as_mut()) {
            all.add(checked.coverage);
        }
        if !checked.refusals.is_empty() {
            tests.unreadable.extend(checked.refusals);
            continue;
        }
        let Found { name, folder, case, .. } = found;
        let (name, why, folder) = (name.clone(), case.why.clone(), folder.clone());
        let tested = Tested { name, why, folder, verdict: checked.verdict, updated: checked.updated };
        if let Some(chart) = tests.charts.get_mut(n) {
            chart.cases.push(tested);
        }
    }
    tests
}

/// The main expected output of every case.
fn expected_outputs(suite: &Suite) -> Vec<Vec<u8>> {
    let [(stem, ending), ..] = FILES;
    let name = file_name(stem, ending, None);
    suite.cases.iter().filter_map(|found| bytes(&found.folder.join(&name)).ok().flatten()).collect()
}

/// The same map as `items.iter().map(f)`, over all processors.
fn parallel<T: Sync, R: Send>(items: &[T], f: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(items.len().max(1));
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::new());
    let work = || {
        while let Some((at, item)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| items.get(at).map(|item| (at, item)))
        {
            let result = f(item);
            // Nobody panics while holding it.
            results.lock().unwrap_or_else(|e| e.into_inner()).push((at, result));
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
    results.into_iter().map(|(_, result)| result).collect()
}
