//! The command line: which subcommand was meant, and what is said when none was.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::commands::{check, drift, explain, init, lint, render, test, values};
#[cfg(feature = "live")]
use crate::commands::{preflight, record, smoke};

/// Renders a Helm chart exactly as Helm does, and refuses what is unsafe for the Postgres it lives on.
#[derive(Parser, Debug)]
#[command(name = "plimsoll", version, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Subcommands,
}

#[derive(Subcommand, Debug)]
enum Subcommands {
    /// Render a chart: `helm template`, byte for byte
    Render(render::Flags),
    /// Judge charts: their values schema first, then rules about the Postgres that they live on
    Lint(lint::Flags),
    /// Test charts: what each of their golden cases answers, byte for byte
    Test(test::Flags),
    /// Check charts in one line, for continuous integration: today that is lint and test
    Check(check::Flags),
    /// Compare what several Helms make of charts: which documents change, and why
    Drift(drift::Flags),
    /// Say what a rule means, where a line comes from, or which Postgres a chart has
    Explain(explain::Flags),
    /// Show the values that templates see, and what set each
    Values(values::Flags),
    /// Write files that nobody should have to write by hand
    Init(init::Flags),
    /// Look at what a deploy will meet: the databases of the chart, with the TLS that its clients will use
    #[cfg(feature = "live")]
    Preflight(preflight::Flags),
    /// Write down what a cluster can do and answers to a chart's lookups, for `render --world`
    #[cfg(feature = "live")]
    Record(record::Flags),
    /// Show a chart on a real cluster, and leave nothing behind
    #[cfg(feature = "live")]
    Smoke(smoke::Flags),
}

/// Runs the program; the result is its exit code.
pub fn main(args: impl IntoIterator<Item = OsString>) -> u8 {
    let args: Vec<OsString> = args.into_iter().collect();
    let is_render = args.get(1).is_some_and(|name| name == "render");
    let matches = match command().try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(error) => return refuse(&error, is_render),
    };
    match Cli::from_arg_matches(&matches) {
        Ok(Cli { command: Subcommands::Render(flags) }) => render::run(&flags, &render::reaching_out(&matches)),
        Ok(Cli { command: Subcommands::Lint(flags) }) => lint::run(&flags),
        Ok(Cli { command: Subcommands::Test(flags) }) => test::run(&flags),
        Ok(Cli { command: Subcommands::Check(flags) }) => check::run(&flags),
        Ok(Cli { command: Subcommands::Drift(flags) }) => drift::run(&flags),
        Ok(Cli { command: Subcommands::Explain(flags) }) => explain::run(&flags),
        Ok(Cli { command: Subcommands::Values(flags) }) => values::run(&flags),
        Ok(Cli { command: Subcommands::Init(flags) }) => init::run(&flags),
        #[cfg(feature = "live")]
        Ok(Cli { command: Subcommands::Preflight(flags) }) => preflight::run(&flags),
        #[cfg(feature = "live")]
        Ok(Cli { command: Subcommands::Record(flags) }) => record::run(&flags),
        #[cfg(feature = "live")]
        Ok(Cli { command: Subcommands::Smoke(flags) }) => smoke::run(&flags),
        Err(error) => refuse(&error, is_render),
    }
}

fn command() -> Command {
    Cli::command().mut_subcommand("render", render::augment)
}

/// Help and version are no errors; everything else is told in pflag's words, as `helm template` would, and ends with its exit
/// code where it is `render` that was meant.
fn refuse(error: &clap::Error, is_render: bool) -> u8 {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // A closed pipe is the reader's choice.
            let _ = error.print();
            0
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        | ErrorKind::InvalidSubcommand
        | ErrorKind::MissingSubcommand => {
            let _ = error.print();
            2
        }
        _ => {
            eprintln!("Error: {}", pflag_words(error));
            if is_render { 1 } else { 2 }
        }
    }
}

fn pflag_words(error: &clap::Error) -> String {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(s)) => s.clone(),
        _ => String::new(),
    };
    let argument = text(ContextKind::InvalidArg);
    // Clap names an argument with its shape: `--set <PAIRS>`.
    let flag = argument.split([' ', '[', '=']).next().unwrap_or_default();
    match error.kind() {
        ErrorKind::UnknownArgument => match flag.strip_prefix('-').filter(|f| !f.starts_with('-')) {
            Some(short) => format!("unknown shorthand flag: '{}' in -{short}", short.chars().next().unwrap_or('-')),
            None => format!("unknown flag: {flag}"),
        },
        ErrorKind::InvalidValue | ErrorKind::NoEquals | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("flag needs an argument: {flag}")
        }
        ErrorKind::ValueValidation => {
            let source = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            format!("invalid argument {:?} for \"{flag}\" flag: {source}", text(ContextKind::InvalidValue))
        }
        _ => error.to_string().trim_start_matches("error: ").trim_end().to_string(),
    }
}
