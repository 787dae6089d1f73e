//! `lint CHART...`: values schema, then rules. Exit codes: 0 clean, 1 findings, 2 usage or unreadable input, 3 undecided.

mod flags;

pub use flags::Flags;

use std::io::{IsTerminal, Write};

use super::beside;
use super::chart_flags::{ChartFlags, kube_version};
use super::clock::now;
use super::configuration::{Usage, say};
use super::reports;
use crate::chart;
use crate::config::{self, Config};
use crate::diagnostic::{Plain, nearest};
use crate::dialect::DIALECTS;
use crate::lint::{Baseline, CONVENTION, Job, Outcome, Permission, Target};
use crate::render::Release;
use crate::report::{self, FailOn, Format};
use crate::rules::RULES;

/// Runs the subcommand; the result is the exit code.
pub fn run(flags: &Flags) -> u8 {
    match attempt(flags) {
        Ok(exit) => exit,
        Err(usage) => usage.tell(),
    }
}

fn attempt(flags: &Flags) -> Result<u8, Usage> {
    flags.told.only(&Format::OF_FINDINGS, "findings")?;
    let (config, charts) = flags.told.charts.read()?;
    let mut job = permitted(flags, &config)?;
    job.beside = beside::read(&flags.beside)?;
    let fail_on = match (&flags.fail_on, flags.strict) {
        (Some(level), _) => *level,
        (None, true) => FailOn::Warning,
        (None, false) => config.fail_on().unwrap_or_default(),
    };
    if job.given.as_ref().is_some_and(|o| o.files.iter().any(|f| f == "-")) && charts.len() * job.targets.len() > 1 {
        return Err(Usage::new("values from standard input can be read once: name one chart and one version".into()));
    }
    let progress = Progress::new(charts.len());
    let mut outcome = crate::lint::run(&job, &charts, fail_on, &|done| progress.tell(done));
    progress.end();
    if let Some(file) = &flags.write_baseline {
        let text = outcome.secrets.hide(&Baseline::of(&outcome.report).to_json()).into_owned();
        std::fs::write(file, text).map_err(|e| Usage::new(format!("{file}: {e}")))?;
    }
    if let Some(file) = &flags.baseline {
        let text = std::fs::read_to_string(file).map_err(|e| Usage::new(format!("{file}: {e}")))?;
        let baseline = Baseline::parse(&text).map_err(|e| Usage::new(format!("{file}: {e}")))?;
        baseline.apply(&mut outcome.report, file);
    }
    tell(&flags.told.report, &outcome)
}

/// What is asked about every chart, and what is allowed.
fn permitted(flags: &Flags, config: &Config) -> Result<Job, Usage> {
    let mut job = job(&flags.chart, &flags.release, flags.is_upgrade, config)?;
    let file = config.path.to_string_lossy().into_owned();
    job.permissions = config.allow.iter().map(|a| Permission::configured(a, &file)).collect();
    for id in &flags.allow {
        if !config::is_id(id) {
            let near = nearest(id, RULES.iter().map(|r| r.id)).map(|n| format!("; is {n} meant?")).unwrap_or_default();
            return Err(Usage::new(format!("--allow: no rule is called {:?}{near}", Plain(id).to_string())));
        }
        job.permissions.push(Permission::flag(id));
    }
    Ok(job)
}

/// What is asked about every chart.
pub(super) fn job(chart_flags: &ChartFlags, release: &str, is_upgrade: bool, config: &Config) -> Result<Job, Usage> {
    let overrides = chart_flags.overrides();
    let none_given = [&overrides.files, &overrides.set, &overrides.set_json, &overrides.set_string]
        .into_iter()
        .chain([&overrides.set_file, &overrides.set_literal])
        .all(Vec::is_empty);
    // What the command line says beats the file.
    let by_flag = chart_flags.helm_version != DIALECTS[0].version;
    let helms: Vec<&str> = match config.helm_versions.as_slice() {
        [_, ..] if !by_flag => config.helm_versions.iter().map(String::as_str).collect(),
        _ => vec![&chart_flags.helm_version],
    };
    let mut targets = Vec::new();
    for helm in helms {
        let dialect = ChartFlags::dialect(helm)?;
        match (chart_flags.kube_version(dialect)?, config.kubernetes_versions.as_slice()) {
            (None, [_, ..]) => {
                for version in &config.kubernetes_versions {
                    targets.push(Target { dialect, kube_version: Some(kube_version(version, dialect)?) });
                }
            }
            (given, _) => targets.push(Target { dialect, kube_version: given }),
        }
    }
    let patterns = config.cases.clone().unwrap_or_else(|| vec![CONVENTION.into()]);
    Ok(Job {
        given: (!none_given).then_some(overrides),
        patterns,
        targets,
        api_versions: chart_flags.api_versions(),
        release: Release { name: release.into(), namespace: chart_flags.namespace(), is_upgrade },
        options: chart::Options { allow_outside: chart_flags.allow_outside.clone() },
        limits: chart_flags.limits()?,
        permissions: Vec::new(),
        beside: Vec::new(),
        now: now(),
    })
}

/// Writes the reports that were asked for, and names the charts that could not be read; the result is the exit code.
pub(super) fn tell(wanted: &[report::Target], outcome: &Outcome) -> Result<u8, Usage> {
    let written = |format, colour| report::write(&outcome.report, format, colour, &outcome.secrets);
    reports::write(wanted, written)?;
    for (chart, refusal) in &outcome.unreadable {
        let words = outcome.secrets.hide(&refusal.message).into_owned();
        say(&format!("error[{}]: {}: {}", refusal.kind.id(), Plain(chart), Plain(&words)));
    }
    Ok(if outcome.unreadable.is_empty() { outcome.report.exit_code() } else { 2 })
}

/// How far it has come, for somebody who watches.
struct Progress {
    total: usize,
    shown: bool,
}

impl Progress {
    fn new(total: usize) -> Self {
        Progress { total, shown: total > 1 && std::io::stderr().is_terminal() }
    }

    fn tell(&self, done: usize) {
        if self.shown {
            let _ = write!(std::io::stderr().lock(), "\r{done}/{} charts", self.total);
        }
    }

    fn end(&self) {
        if self.shown {
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K");
        }
    }
}
