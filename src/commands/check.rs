//! `check CHART...`: what continuous integration wants in one line and one exit code. Today that is `lint` and `test`, as
//! they are without flags. Exit codes: 2 where either cannot read its input, else 1 where either finds something, else 3
//! where something is undecided, else 0.

use clap::{Args, Command, FromArgMatches};

use super::configuration::{Charts, Usage, say};
use super::{lint, test};

/// What is checked.
#[derive(Args, Debug)]
pub struct Flags {
    #[command(flatten)]
    pub charts: Charts,

    /// Secrets and ConfigMaps that exist beside the chart, for lint (repeatable)
    #[arg(long, value_name = "FILE")]
    pub beside: Vec<String>,
    /// Fail on warnings too
    #[arg(long)]
    pub strict: bool,
}

/// Runs the subcommand; the result is the exit code.
pub fn run(flags: &Flags) -> u8 {
    match attempt(flags) {
        Ok(exit) => exit,
        Err(usage) => usage.tell(),
    }
}

fn attempt(flags: &Flags) -> Result<u8, Usage> {
    let mut shared: Vec<String> = flags.charts.no_config.then(|| "--no-config".to_string()).into_iter().collect();
    if let Some(path) = &flags.charts.config {
        shared.extend(["--config".to_string(), path.to_string_lossy().into_owned()]);
    }
    let beside = flags.beside.iter().flat_map(|file| ["--beside".to_string(), file.clone()]);
    let of_lint: Vec<String> = flags.strict.then(|| "--strict".to_string()).into_iter().chain(beside).collect();
    let charts = std::iter::once("--".to_string()).chain(flags.charts.named.iter().cloned());
    let charts: Vec<String> = charts.collect();
    let lint = lint::run(&read::<lint::Flags>("lint", shared.iter().chain(&of_lint).chain(&charts))?);
    let test = test::run(&read::<test::Flags>("test", shared.iter().chain(&charts))?);
    say(&format!("check: lint {}, test {}", words(lint), words(test)));
    let worst = [2, 1, 3].into_iter().find(|code| [lint, test].contains(code));
    Ok(worst.unwrap_or(0))
}

/// The flags of a subcommand, as its own command line would read them.
fn read<'a, F: Args + FromArgMatches>(
    name: &'static str,
    arguments: impl Iterator<Item = &'a String>,
) -> Result<F, Usage> {
    let words = |e: clap::Error| Usage::new(e.to_string());
    let matches = F::augment_args(Command::new(name).no_binary_name(true)).try_get_matches_from(arguments);
    F::from_arg_matches(&matches.map_err(words)?).map_err(words)
}

/// An exit code, in a word.
fn words(exit: u8) -> &'static str {
    match exit {
        0 => "clean",
        1 => "failed",
        2 => "unreadable",
        _ => "undecided",
    }
}
