//! `smoke CHART`: a chart on a real cluster. Exit codes: 0 everything passed, 1 something fails, 2 usage, something that a run
//! needs is missing or a name is taken, 3 nothing fails but something could not be shown.

mod clean;
mod flags;

pub use flags::Flags;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::clock::now;
use super::reports;
use crate::chart;
use crate::config::Config;
use crate::diagnostic::Plain;
use crate::limits::Limits;
use crate::report::{Answers, Asked};
use crate::smoke::{self, APP_FILE, App, Ask, Provider, Scenario};
use crate::values::Overrides;

/// Runs the subcommand; the result is the exit code.
pub fn run(flags: &Flags) -> u8 {
    let done = match &flags.command {
        Some(flags::Command::Clean(flags)) => clean::run(flags),
        None => attempt(flags),
    };
    done.unwrap_or_else(|words| {
        let _ = writeln!(std::io::stderr().lock(), "error[usage]: {}", Plain(&words));
        2
    })
}

fn attempt(flags: &Flags) -> Result<u8, String> {
    reports::no_places(&flags.report, "a run")?;
    let ask = ask(flags)?;
    let ended = smoke::run(&ask)?;
    let answers = Answers {
        asked: Asked::Smoke,
        chart: ask.chart_shown.clone(),
        release: format!("run {}", ask.id),
        namespace: flags.scenario.iter().map(|s| scenario(*s).name()).collect::<Vec<_>>().join(", "),
        vantage: ended.vantage,
        answers: ended.answers,
        strict: flags.strict,
        course: Some(ended.course),
    };
    reports::write(&flags.report, |format, colour| answers.write(format, colour, &ended.secrets))?;
    if let Some(folder) = ended.diagnostics {
        let _ = writeln!(std::io::stderr().lock(), "what there was to see is in {}", folder.display());
    }
    Ok(answers.exit_code())
}

fn scenario(flag: flags::Scenario) -> Scenario {
    match flag {
        flags::Scenario::Install => Scenario::Install,
        flags::Scenario::Managed => Scenario::Managed,
        flags::Scenario::Upgrade => Scenario::Upgrade,
    }
}

fn ask(flags: &Flags) -> Result<Ask, String> {
    if !(10..=7200).contains(&flags.timeout) {
        return Err("--timeout: 10 to 7200 seconds".into());
    }
    let chart_shown = flags.chart.clone().unwrap_or_default();
    let chart = chart::locate(&chart_shown).map_err(|refusal| refusal.message)?;
    let id = match &flags.run {
        Some(id) => id.clone(),
        None => smoke::chance(6)?,
    };
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if !(4..=20).contains(&id.len()) || !id.chars().all(fine) {
        return Err("--run: 4 to 20 letters a to z and digits".into());
    }
    let provider = match flags.provider {
        flags::Provider::Kind => Provider::Kind {
            program: flags.kind_bin.clone(),
            image: flags.image.clone(),
            runtime: flags.container_runtime.clone(),
        },
        flags::Provider::Existing => Provider::Existing {
            kubeconfig: flags.kubeconfig.clone().map(absolute).transpose()?,
            context: flags.kube_context.clone().filter(|context| !context.is_empty()),
        },
    };
    let in_chart = chart.join(APP_FILE);
    let app = match &flags.app {
        Some(path) => Some(App::read(path)?),
        None if in_chart.is_file() => Some(App::read(&in_chart)?),
        None => None,
    };
    let allowed = match Config::find(&chart) {
        Some(file) => {
            let config = Config::read(&file).map_err(|refusal| refusal.message)?;
            let file = file.to_string_lossy().into_owned();
            config.allow.into_iter().map(|allow| (allow, file.clone())).collect()
        }
        None => Vec::new(),
    };
    Ok(Ask {
        baseline: flags.baseline.clone(),
        allowed,
        force_upgrade: flags.force_upgrade,
        chart: absolute(chart)?,
        chart_shown,
        scenarios: flags.scenario.iter().map(|s| scenario(*s)).collect(),
        overrides: Overrides { files: flags.values.clone(), set: flags.set.clone(), ..Overrides::default() },
        options: chart::Options::default(),
        limits: Limits::default(),
        provider,
        helm: flags.helm.clone(),
        helm_flags: flags.helm_flag.clone(),
        app,
        deadline: Duration::from_secs(flags.timeout),
        state: state(flags.state.as_deref())?,
        id,
        keep: flags.keep,
        diagnostics: flags.diagnostics.clone(),
        quiet: flags.quiet,
        now: now(),
    })
}

/// `--state`, else `plimsoll/smoke` of `XDG_STATE_HOME`, else of `~/.local/state`.
fn state(given: Option<&Path>) -> Result<PathBuf, String> {
    let env = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let folder = match given {
        Some(folder) => folder.to_path_buf(),
        None => env("XDG_STATE_HOME")
            .or_else(|| env("HOME").map(|home| home.join(".local/state")))
            .ok_or("there is no home folder to keep the run's record in: name one by --state")?
            .join("plimsoll/smoke"),
    };
    absolute(folder)
}

fn absolute(path: PathBuf) -> Result<PathBuf, String> {
    std::path::absolute(&path).map_err(|e| format!("{}: {e}", path.display()))
}
