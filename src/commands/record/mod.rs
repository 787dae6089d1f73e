//! `record NAME CHART -o FILE`: writes what a live cluster can do and answers to a chart's lookups, for `render --world`. Exit codes:
//! 0 written, 2 usage, unreadable input, or a cluster that cannot be asked.

use std::io::Write;
use std::path::PathBuf;

use bumpalo::Bump;
use clap::Args;

use super::chart_flags::Setup;
use super::live_flags::LiveFlags;
use crate::chart::{self, Log};
use crate::cluster;
use crate::diagnostic::{Plain, Refusal};
use crate::limits::{Stack, with_deep_stack};
use crate::render;
use crate::world::Recording;

/// What is recorded, and where to.
#[derive(Args, Debug)]
pub struct Flags {
    #[command(flatten)]
    pub live: LiveFlags,

    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Record the values of Secrets too; without, placeholders stand for them
    #[arg(long)]
    pub secret_values: bool,
}

/// Runs the subcommand; the result is the exit code.
pub fn run(flags: &Flags) -> u8 {
    match attempt(flags) {
        Ok(()) => 0,
        Err(words) => {
            let _ = writeln!(std::io::stderr().lock(), "error[usage]: {}", Plain(&words));
            2
        }
    }
}

fn attempt(flags: &Flags) -> Result<(), String> {
    let setup = flags.live.setup()?;
    let recording = with_deep_stack(setup.settings.limits.stack, |stack| record(flags, setup, stack));
    let recording = recording.map_err(|e| format!("no room for a stack: {e}"))??;
    write(flags, recording.write(flags.secret_values).as_bytes())
        .map_err(|e| format!("{}: {e}", flags.output.display()))
}

/// A file that may hold Secrets is its owner's alone.
fn write(flags: &Flags, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&flags.output)?.write_all(bytes)
}

fn record(flags: &Flags, setup: Setup, stack: Stack) -> Result<Recording, String> {
    let words = |refusal: Refusal| refusal.message;
    let runtime = cluster::runtime()?;
    let cluster = runtime.block_on(flags.live.access().open())?;
    let mut recording = runtime.block_on(cluster::capabilities(&cluster)).map_err(|refused| refused.to_string())?;
    let Setup { mut settings, overrides, options } = setup;
    settings.capabilities = recording.capabilities(settings.dialect)?;
    let mut log = Log::new(settings.dialect);
    let arena = Bump::new();
    let path = chart::locate(&flags.live.chart_path).map_err(words)?;
    let loaded = render::load(&path, &options, &overrides, &settings, &arena, &mut log).map_err(words)?;
    let bound =
        render::bind(loaded.chart, loaded.user, settings, &arena, stack, &mut log).map_err(|s| words(s.refusal))?;
    let mut answer = |query: &crate::world::Query| runtime.block_on(cluster::lookup(&cluster, query));
    cluster::rendered(&bound, stack, &mut recording, &mut answer).map_err(|stopped| words(stopped.refusal))?;
    Ok(recording)
}
