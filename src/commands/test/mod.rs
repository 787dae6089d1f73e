//! `test CHART...`: golden cases. Exit codes: 0 all pass, 1 a case fails, 2 usage or unreadable input, 3 undecided.

mod asked;
mod flags;

pub use flags::Flags;

use super::chart_flags::ChartFlags;
use super::configuration::Usage;
use super::reports;
use crate::diagnostic::Plain;
use crate::golden::report::{self, FORMATS};
use crate::golden::{self, Helm, Job};
use crate::limits::Limits;
use crate::lint::CONVENTION;

/// Runs the subcommand; the result is the exit code.
pub fn run(flags: &Flags) -> u8 {
    match attempt(flags) {
        Ok(exit) => exit,
        Err(usage) => usage.tell(),
    }
}

fn attempt(flags: &Flags) -> Result<u8, Usage> {
    flags.told.only(&FORMATS, "tests")?;
    let (config, charts) = flags.told.charts.read()?;
    if flags.golden.is_some() && charts.len() > 1 {
        return Err(Usage::new("--golden names the cases of one chart".into()));
    }
    let mut limits = Limits::default();
    if let Some(wrong) = flags.limit.iter().find_map(|text| limits.set(text).err()) {
        return Err(Usage::new(format!("--limit: {wrong}")));
    }
    let job = Job {
        read: asked::read,
        limits,
        dialect: ChartFlags::dialect(&flags.helm_version)?,
        patterns: config.cases.clone().unwrap_or_else(|| vec![CONVENTION.into()]),
        folder: flags.golden.clone(),
        filter: flags.filter.clone(),
        update: flags.update,
        helm: flags.oracle.as_deref().map(Helm::new),
        coverage: flags.coverage || flags.lcov.is_some() || flags.fail_under.is_some(),
        fail_under: flags.fail_under,
    };
    let tests = golden::run(&job, &charts);
    reports::write(&flags.told.report, |format, colour| Ok(report::write(&tests, format, colour).unwrap_or_default()))?;
    if let Some(path) = &flags.lcov {
        let text = golden::lcov(tests.charts.iter().filter_map(|chart| chart.coverage.as_ref()));
        let fail = |e| Usage::new(format!("{}: {e}", Plain(&path.to_string_lossy())));
        std::fs::write(path, tests.secrets.hide(&text).as_bytes()).map_err(fail)?;
    }
    Ok(tests.exit_code())
}
