//! `init WHAT`: files that nobody should have to write by hand. Nothing that is there is overwritten without `--force`.
//! Exit codes: 0 written, 1 what would be written has findings, 2 usage or a missing answer, 3 undecided.

mod ask;
mod case;
mod config;
mod runbook;
mod service;
mod values;

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::diagnostic::{Kind, Plain, Refusal};
use crate::init::file::{self, Draft};

/// What is to be written.
#[derive(Args, Debug)]
pub struct Flags {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// A values file for embedded or external Postgres, with what is known of the provider
    Values(Box<values::Flags>),
    /// The steps from the embedded to an external Postgres, or back, with your own names: Markdown
    Runbook(Box<runbook::Flags>),
    /// A connection string as libpq's service file
    Service(Box<service::Flags>),
    /// A golden case of a chart, without its expected output
    Case(case::Flags),
    /// A .plimsoll.yaml for the charts that are here
    Config(config::Flags),
}

/// Where the result goes.
#[derive(Args, Debug)]
struct Output {
    /// Write this file, instead of standard output
    #[arg(short = 'o', long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace what is there
    #[arg(long)]
    force: bool,
}

/// Runs the subcommand; the result is the exit code.
pub fn run(flags: &Flags) -> u8 {
    let done = match &flags.what {
        What::Values(flags) => values::run(flags),
        What::Runbook(flags) => runbook::run(flags),
        What::Service(flags) => service::run(flags),
        What::Case(flags) => case::run(flags),
        What::Config(flags) => config::run(flags),
    };
    done.unwrap_or_else(|refusal| {
        let place = refusal.place.as_ref().map(|p| format!("\n  --> {}", Plain(&p.to_string()))).unwrap_or_default();
        say(&format!("error[{}]: {}{place}", refusal.kind.id(), Plain(&refusal.message)));
        if refusal.kind == Kind::Undecided { 3 } else { 2 }
    })
}

impl Output {
    /// Writes the text, and the other files with it: all or none.
    fn write(&self, text: String, secret: bool, others: Vec<Draft>) -> Result<u8, Refusal> {
        let Some(path) = &self.output else {
            if secret && std::io::stdout().is_terminal() {
                let words = "a password would stand on the terminal: name a file by -o";
                return Err(Refusal::new(Kind::Usage, words));
            }
            file::write(&others, self.force)?;
            return match std::io::stdout().lock().write_all(text.as_bytes()) {
                // A closed pipe is the reader's choice.
                Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
                    Err(Refusal::new(Kind::Usage, format!("standard output: {e}")))
                }
                _ => Ok(0),
            };
        };
        let mut drafts = vec![Draft { path: path.clone(), text, secret }];
        drafts.extend(others);
        file::write(&drafts, self.force)?;
        Ok(0)
    }
}

/// A line for standard error. Where nobody listens any more, there is nobody to tell that.
fn say(line: &str) {
    let _ = std::io::stderr().lock().write_all(format!("{line}\n").as_bytes());
}
