//! `init config`: a `.plimsoll.yaml` at the root of the repository.

use clap::Args;

use super::say;
use crate::config::FILE;
use crate::diagnostic::{Kind, Plain, Refusal};
use crate::init::config;
use crate::init::file::{self, Draft};

#[derive(Args, Debug)]
pub struct Flags {
    /// Replace what is there
    #[arg(long)]
    force: bool,
}

pub fn run(flags: &Flags) -> Result<u8, Refusal> {
    let here = std::env::current_dir().map_err(|e| Refusal::new(Kind::Usage, format!("the current folder: {e}")))?;
    let root = config::root(&here);
    let charts = config::charts(&root)?;
    let path = root.join(FILE);
    file::write(&[Draft { path: path.clone(), text: config::text(&charts)?, secret: false }], flags.force)?;
    say(&format!("note: {} names {} charts", Plain(&path.to_string_lossy()), charts.len()));
    Ok(0)
}
