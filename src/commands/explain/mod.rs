//! `explain ID`: a rule's page. `explain CHART`: where a line of the output or a part of a connection comes from, and which
//! Postgres a chart has.

mod dsn;
mod pages;
mod trace;

use std::io::Write;

use clap::Args;

use super::chart_flags::{ChartFlags, Setup};
use crate::chart::{self, Log};
use crate::diagnostic::{Plain, Refusal};
use crate::limits::{Stack, with_deep_stack};
use crate::lint::{Collected, Request, Stop, examine};
use crate::postgres::topology;
use crate::redact::Secrets;
use crate::rules::Facts;
use crate::world::World;

/// What is to be explained.
#[derive(Args, Debug)]
pub struct Flags {
    /// The id of a rule or refusal; or a chart, with one of the flags below. Without any, all rules are listed
    #[arg(value_name = "ID|CHART")]
    pub subject: Option<String>,

    /// The Postgres of the chart: who serves, who connects, by what, to where
    #[arg(long, group = "what")]
    pub topology: bool,
    /// Where a line of `plimsoll render --include-crds` comes from: template, and the values behind it
    #[arg(long, value_name = "N", group = "what")]
    pub line: Option<u32>,
    /// Where a value comes from, and which fields change with it: postgres.tls.mode
    #[arg(long, value_name = "PATH", group = "what")]
    pub path: Option<String>,

    /// Where every part of a connection comes from: Deployment/store, a container, a variable, or any part of these
    #[arg(long, value_name = "WHO", group = "what")]
    pub dsn: Option<String>,

    /// Name of the release
    #[arg(long, value_name = "NAME", default_value = "release-name")]
    pub release: String,
    #[command(flatten)]
    pub chart: ChartFlags,
}

/// Runs the subcommand; the result is the exit code.
pub fn run(flags: &Flags) -> u8 {
    let asked = flags.topology || flags.line.is_some() || flags.path.is_some() || flags.dsn.is_some();
    let Some(subject) = &flags.subject else {
        if asked {
            return usage("which chart?");
        }
        return print(pages::list().as_bytes());
    };
    if asked {
        return about_chart(flags, subject);
    }
    match pages::page(subject) {
        Some(page) => print(page.as_bytes()),
        None => {
            let near = pages::near(subject).map(|n| format!("; is {n} meant?")).unwrap_or_default();
            usage(&format!(
                "nothing is called {}{near} (of a chart, say --topology, --line N, --path P or --dsn WHO)",
                Plain(subject)
            ))
        }
    }
}

fn about_chart(flags: &Flags, chart: &str) -> u8 {
    let setup = match flags.chart.setup(&flags.release, false) {
        Ok(setup) => setup,
        Err(words) => return usage(&words),
    };
    let told = with_deep_stack(setup.settings.limits.stack, |stack| tell(flags, chart, &setup, stack));
    match told {
        Err(e) => usage(&format!("no room for a stack: {e}")),
        Ok((Ok(text), secrets)) => print(secrets.hide(&text).as_bytes()),
        Ok((Err(refusal), secrets)) => {
            let words = secrets.hide(&refusal.message).into_owned();
            say(&format!("error[{}]: {}", refusal.kind.id(), Plain(&words)));
            2
        }
    }
}

fn tell(flags: &Flags, chart: &str, setup: &Setup, stack: Stack) -> (Result<String, Refusal>, Secrets) {
    let mut collected = Collected::default();
    let mut log = Log::new(setup.settings.dialect);
    let told = chart::locate(chart).and_then(|path| {
        let request = Request {
            chart: &path,
            options: &setup.options,
            overrides: &setup.overrides,
            settings: setup.settings.clone(),
            world: &World::seeded(0, 0),
            beside: &[],
            share: false,
        };
        let what = |facts: &Facts<'_>| match (flags.line, &flags.path, &flags.dsn) {
            (Some(line), ..) => trace::line(facts, line),
            (None, Some(path), _) => trace::value(facts, path),
            (None, None, Some(who)) => dsn::parts(facts, who),
            (None, None, None) => {
                let told = topology::describe(facts.topology, facts.manifests);
                told.lines().map(|line| format!("{}\n", Plain(line))).collect()
            }
        };
        examine(&request, stack, &mut log, &mut collected, what).map_err(|stop| match stop {
            Stop::Refused(refusal) => refusal,
            Stop::Schema { root, violations } => {
                let told: Vec<String> =
                    violations.iter().map(|(v, _)| format!("{} {}", v.path.join("."), v.message)).collect();
                Refusal::new(crate::diagnostic::Kind::Schema, format!("{root}: {}", told.join("; ")))
            }
        })
    });
    (told, collected.into_secrets())
}

fn print(bytes: &[u8]) -> u8 {
    // A closed pipe is the reader's choice.
    match std::io::stdout().lock().write_all(bytes) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
            say(&format!("error: {e}"));
            2
        }
        _ => 0,
    }
}

fn usage(words: &str) -> u8 {
    say(&format!("error[usage]: {words}"));
    2
}

fn say(line: &str) {
    let _ = std::io::stderr().lock().write_all(format!("{line}\n").as_bytes());
}
