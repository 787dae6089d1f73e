//! `init runbook CHART`: both states and the one between are linted and rendered; then the way from one to the other is printed.

use std::io::Write;

use clap::Args;

use super::{Output, say};
use crate::chart::{self, Log};
use crate::commands::chart_flags::{ChartFlags, Setup};
use crate::commands::clock::now;
use crate::config;
use crate::diagnostic::{Kind, Plain, Refusal};
use crate::init::runbook::{self, Direction, Names, Plan, State};
use crate::init::{names, wrong};
use crate::limits::{Stack, with_deep_stack};
use crate::lint::{Collected, Job, Permission, Request, Stop, Target, examine};
use crate::redact::Secrets;
use crate::report::{self, FailOn, Format};
use crate::values::Overrides;
use crate::world::World;

/// Which move, of which release.
#[derive(Args, Debug)]
pub struct Flags {
    /// A folder or .tgz
    #[arg(value_name = "CHART")]
    name: String,
    /// embedded or external: where the data is
    #[arg(long, value_name = "MODE")]
    from: Option<String>,
    /// external or embedded: where it is to be
    #[arg(long, value_name = "MODE")]
    to: Option<String>,
    /// Name of the release
    #[arg(long, value_name = "NAME")]
    release: Option<String>,
    /// The values of the target, on top of those that the release has (-f: `helm get values RELEASE -o yaml`) (repeatable)
    #[arg(long, value_name = "FILE")]
    to_values: Vec<String>,
    /// Image of the pod that connects to the external server, where it is not the embedded server's
    #[arg(long, value_name = "IMAGE")]
    client_image: Option<String>,
    /// The connection whose data moves, where the applications have several
    #[arg(long, value_name = "NAME")]
    role: Option<String>,
    /// Accept what this rule finds or cannot decide; the runbook says so (repeatable)
    #[arg(long, value_name = "ID")]
    allow: Vec<String>,
    #[command(flatten)]
    chart: ChartFlags,
    #[command(flatten)]
    output: Output,
}

pub fn run(flags: &Flags) -> Result<u8, Refusal> {
    let direction = direction(flags)?;
    let setup = setup(flags)?;
    let names = names(flags, &setup)?;
    // The lint of each state has a stack of its own, and a log: nothing is rendered that is not fit to be.
    let written = with_deep_stack(setup.settings.limits.stack, |stack| {
        Run { flags, setup: &setup, stack }.text(direction, names)
    });
    let written = written.map_err(|e| Refusal::new(Kind::Limit, format!("no room for a stack: {e}")))??;
    match written {
        Written::Text(text, commands) => {
            let done = flags.output.write(text, false, Vec::new())?;
            say(&format!("note: three states linted and rendered, {commands} commands checked; nothing was executed"));
            Ok(done)
        }
        Written::Refused(exit) => Ok(exit),
    }
}

enum Written {
    /// The runbook, and how many commands are in it.
    Text(String, usize),
    /// Told already, with this exit code.
    Refused(u8),
}

fn direction(flags: &Flags) -> Result<Direction, Refusal> {
    let from = flags.from.as_deref().ok_or_else(|| wrong("--from", "is missing: embedded or external"))?;
    let to = flags.to.as_deref().ok_or_else(|| wrong("--to", "is missing: embedded or external"))?;
    match (from, to) {
        ("embedded", "external") => Ok(Direction::ToExternal),
        ("external", "embedded") => Ok(Direction::ToEmbedded),
        _ => Err(wrong("--from and --to", "are embedded and external, or the other way round")),
    }
}

fn setup(flags: &Flags) -> Result<Setup, Refusal> {
    let release = flags.release.as_deref().ok_or_else(|| wrong("--release", "is missing"))?;
    names::label(release, 53).map_err(|words| wrong("--release", words))?;
    let setup = flags.chart.setup(release, true).map_err(|words| Refusal::new(Kind::Usage, words))?;
    let Overrides { set, set_string, set_file, set_json, set_literal, .. } = &setup.overrides;
    if [set, set_string, set_file, set_json, set_literal].into_iter().any(|given| !given.is_empty()) {
        return Err(wrong("--set and the like", "a runbook is made from files: -f and --to-values"));
    }
    Ok(setup)
}

/// The names as they will stand in commands.
fn names(flags: &Flags, setup: &Setup) -> Result<Names, Refusal> {
    let namespace = setup.settings.release.namespace.clone();
    names::label(&namespace, 63).map_err(|words| wrong("--namespace", words))?;
    let file = |flag: &str, path: &str| {
        if path.is_empty() || path.starts_with('-') || path.chars().any(char::is_control) {
            return Err(wrong(flag, format!("{:?} cannot stand in a command", Plain(path).to_string())));
        }
        Ok(path.to_string())
    };
    let all = |flag: &str, paths: &[String]| paths.iter().map(|path| file(flag, path)).collect::<Result<Vec<_>, _>>();
    if let Some(image) = &flags.client_image {
        names::word(image).map_err(|words| wrong("--client-image", words))?;
    }
    if let Some(id) = flags.allow.iter().find(|id| !config::is_id(id)) {
        return Err(wrong("--allow", format!("no rule is called {:?}", Plain(id).to_string())));
    }
    Ok(Names {
        release: setup.settings.release.name.clone(),
        namespace,
        chart: file("CHART", &flags.name)?,
        stored: all("--values", &setup.overrides.files)?,
        target: all("--to-values", &flags.to_values)?,
        client_image: flags.client_image.clone(),
        role: flags.role.clone(),
        allowed: flags.allow.clone(),
    })
}

struct Run<'r> {
    flags: &'r Flags,
    setup: &'r Setup,
    stack: Stack,
}

impl Run<'_> {
    fn text(&self, direction: Direction, names: Names) -> Result<Written, Refusal> {
        let mut secrets = Secrets::new();
        let mut refused = None;
        let mut state = |overrides: &Overrides, what: &str, with_values: bool| {
            let exit = self.lint(overrides, what);
            if exit != 0 {
                refused = Some(exit);
                return Ok(None);
            }
            let (state, known) = self.state(overrides, with_values);
            secrets.extend(known);
            state.map(Some)
        };
        let stored = self.setup.overrides.clone();
        let told = (|| {
            let Some(before) = state(&stored, "the present state", true)? else { return Ok(None) };
            let plan = Plan::new(direction, names, &before)?;
            let mut overrides = stored.clone();
            overrides.files.extend(self.flags.to_values.iter().cloned());
            overrides.set_json = vec![plan.swap.to_string()];
            let Some(after) = state(&overrides, "the swap", false)? else { return Ok(None) };
            stand_still(&after)?;
            overrides.set_json.push(plan.raise.to_string());
            let Some(raised) = state(&overrides, "the second upgrade", false)? else { return Ok(None) };
            if let Some(app) =
                raised.apps.iter().find(|a| plan.apps.iter().any(|b| a.name == b.name && a.replicas != b.replicas))
            {
                return Err(undecided(format!("{}/{} would not come back with its replicas", app.kind, app.name)));
            }
            Ok(Some(plan.text(&before, &after)? + "\n"))
        })();
        if let Some(exit) = refused {
            return Ok(Written::Refused(exit));
        }
        let text = told
            .map_err(|refusal: Refusal| Refusal { message: secrets.hide(&refusal.message).into_owned(), ..refusal })?;
        let text = text.unwrap_or_default();
        let commands =
            runbook::check(&text, &secrets).map_err(|why| undecided(format!("no runbook is printed: {why}")))?;
        Ok(Written::Text(text, commands))
    }

    /// 0 where a state is fit for deployment; else it has been told why it is not.
    fn lint(&self, overrides: &Overrides, what: &str) -> u8 {
        let Setup { settings, options, .. } = self.setup;
        let job = Job {
            given: Some(overrides.clone()),
            patterns: Vec::new(),
            targets: vec![Target {
                dialect: settings.dialect,
                kube_version: Some(settings.capabilities.kube_version.clone()),
            }],
            api_versions: self.flags.chart.api_versions(),
            release: settings.release.clone(),
            options: options.clone(),
            limits: settings.limits.clone(),
            permissions: self.flags.allow.iter().map(|id| Permission::flag(id)).collect(),
            beside: Vec::new(),
            now: now(),
        };
        let outcome = crate::lint::run(&job, std::slice::from_ref(&self.flags.name), FailOn::Error, &|_| {});
        let exit = if outcome.unreadable.is_empty() { outcome.report.exit_code() } else { 2 };
        if exit != 0 {
            for (chart, refusal) in &outcome.unreadable {
                let words = outcome.secrets.hide(&refusal.message).into_owned();
                say(&format!("error[{}]: {}: {}", refusal.kind.id(), Plain(chart), Plain(&words)));
            }
            let bytes = report::write(&outcome.report, Format::Text, false, &outcome.secrets).unwrap_or_default();
            // Where nobody listens any more, there is nobody to tell.
            let _ = std::io::stderr().lock().write_all(&bytes);
            let more = if exit == 3 { "; --allow ID accepts what a rule cannot decide" } else { "" };
            say(&format!("error: no runbook: {what} cannot be deployed{more}"));
        }
        exit
    }

    fn state(&self, overrides: &Overrides, with_values: bool) -> (Result<State, Refusal>, Secrets) {
        let Setup { settings, options, .. } = self.setup;
        let (mut collected, mut log) = (Collected::default(), Log::new(settings.dialect));
        let read = chart::locate(&self.flags.name).and_then(|path| {
            let world = World::seeded(0, 0);
            let settings = settings.clone();
            let request =
                Request { chart: &path, options, overrides, settings, world: &world, beside: &[], share: false };
            let examined =
                examine(&request, self.stack, &mut log, &mut collected, |facts| State::read(facts, with_values));
            examined.unwrap_or_else(|stop| match stop {
                Stop::Refused(refusal) => Err(refusal),
                // Lint has just taken it.
                Stop::Schema { .. } => Err(undecided("the schema refuses what lint accepted".into())),
            })
        });
        (read, collected.into_secrets())
    }
}

/// A swap that leaves an application running loses what it writes meanwhile.
fn stand_still(after: &State) -> Result<(), Refusal> {
    match after.apps.iter().find(|app| app.replicas != 0) {
        Some(app) => {
            Err(undecided(format!("the swap would leave {}/{} at {} replicas", app.kind, app.name, app.replicas)))
        }
        None => Ok(()),
    }
}

fn undecided(words: String) -> Refusal {
    Refusal::new(Kind::Undecided, words)
}
