//! `explain ID`: a rule's page. `explain CHART`: where a line of the output comes from, and which Postgres a chart has.

mod pages;

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
    /// Where a line of `plimsoll render`'s output comes from
    #[arg(long, value_name = "N", group = "what")]
    pub line: Option<u32>,

    /// Name of the release
    #[arg(long, value_name = "NAME", default_value = "release-name")]
    pub release: String,
    #[command(flatten)]
    pub chart: ChartFlags,
}

/// Runs the subcommand; the result is the exit code.
pub fn run(flags: &Flags) -> u8 {
    let asked = flags.topology || flags.line.is_some();
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
            usage(&format!("nothing is called {}{near} (of a chart, say --topology or --line N)", Plain(subject)))
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
        };
        let what = |facts: &Facts<'_>| match flags.line {
            Some(line) => line_of(facts, line),
            None => {
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

/// The document, field and template of a line of the output.
fn line_of(facts: &Facts<'_>, line: u32) -> String {
    let Some((document, path)) = facts.manifests.at_line(line) else {
        return format!("line {line}: no document stands there\n");
    };
    let text = String::from_utf8_lossy(facts.manifests.line(line).unwrap_or_default()).into_owned();
    let field = if path.0.is_empty() { "the object itself".into() } else { path.to_string() };
    let mut out = format!("{line} | {}\n", Plain(&text));
    out.push_str(&format!("  {} of {}\n", Plain(&field), Plain(&facts.subject(document).to_string())));
    out.push_str(&format!("  rendered by {}\n", Plain(document.template)));
    out
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
