//! `drift CHART...`: the same charts through several Helms. Exit codes: 0 all the same, 1 differences, 2 usage or unreadable
//! input, 3 nothing found but something undecided.

mod flags;

pub use flags::Flags;

use super::configuration::Usage;
use super::lint::{job, tell};
use crate::dialect::{DIALECTS, Dialect};
use crate::drift::{Question, drift};
use crate::limits::with_deep_stack;
use crate::lint::{Collected, Job, Outcome};
use crate::report::{FailOn, Format, Report};

use super::chart_flags::ChartFlags;

/// Runs the subcommand; the result is the exit code.
pub fn run(flags: &Flags) -> u8 {
    match attempt(flags) {
        Ok(exit) => exit,
        Err(usage) => usage.tell(),
    }
}

fn attempt(flags: &Flags) -> Result<u8, Usage> {
    flags.told.only(&Format::OF_FINDINGS, "differences")?;
    let (config, charts) = flags.told.charts.read()?;
    let pairs = pairs(flags, &config.helm_versions)?;
    let job: Job = job(&flags.chart, &flags.release, flags.is_upgrade, &config)?;
    if flags.cases && job.given.is_some() {
        return Err(Usage::new("--cases looks at the chart's own values; leave values flags out".into()));
    }
    let kube_version = flags.chart.kube_version.as_deref().filter(|v| !v.is_empty());
    let question = Question { job: &job, kube_version, pairs: &pairs };
    let mut outcome = Outcome { report: Report { fail_on: FailOn::Info, ..Report::default() }, ..Outcome::default() };
    for chart in &charts {
        let drifted = with_deep_stack(job.limits.stack, |stack| drift(&question, chart, stack))
            .map_err(|e| Usage::new(format!("no room for a stack of {} bytes: {e}", job.limits.stack)))?;
        match drifted.unreadable {
            Some(refusal) => outcome.unreadable.push((chart.clone(), refusal)),
            None => outcome.report.charts.push(drifted.report),
        }
        let secrets: Collected = drifted.secrets;
        outcome.secrets.extend(secrets.into_secrets());
    }
    tell(&flags.told.report, &outcome)
}

/// Which rows are compared with which: `--from` with `--to`, else all that the configuration names, or all there are, with
/// `--to` or the default.
fn pairs(flags: &Flags, configured: &[String]) -> Result<Vec<(&'static Dialect, &'static Dialect)>, Usage> {
    let to = flags.to.as_deref().map_or(Ok(DIALECTS[0]), ChartFlags::dialect)?;
    let from: Vec<&'static Dialect> = match (&flags.from, configured) {
        (Some(version), _) => vec![ChartFlags::dialect(version)?],
        (None, [_, ..]) => configured.iter().map(|v| ChartFlags::dialect(v)).collect::<Result<_, _>>()?,
        (None, []) => DIALECTS.to_vec(),
    };
    let pairs: Vec<_> = from.into_iter().filter(|d| d.version != to.version).map(|d| (d, to)).collect();
    if pairs.is_empty() {
        let words = "there is nothing to compare: --from and --to are one and the same to this program";
        return Err(Usage::new(format!("{words} (Helm {})", to.speaks_for())));
    }
    Ok(pairs)
}
