//! The flags of `test`.

use std::path::PathBuf;

use clap::Args;

use crate::commands::configuration::Told;
use crate::dialect::DIALECTS;

/// What is tested, and how it is told.
#[derive(Args, Debug)]
pub struct Flags {
    #[command(flatten)]
    pub told: Told,

    /// Where the cases are, instead of golden/CHART beside the chart
    #[arg(long, value_name = "DIR")]
    pub golden: Option<PathBuf>,
    /// Only cases whose name has this in it
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// The Helm version of cases that name none
    #[arg(long, value_name = "VERSION", default_value = DIALECTS[0].version)]
    pub helm_version: String,

    /// Keep what the cases answer now as what is expected
    #[arg(long)]
    pub update: bool,
    /// Ask real Helm too, of the version that each case names: `helm`, or `helm=PATH` with {version} in the path
    #[arg(long, value_name = "helm[=PATH]", value_parser = oracle)]
    pub oracle: Option<String>,

    /// Tell which branches, values and schema clauses no case reaches
    #[arg(long)]
    pub coverage: bool,
    /// Write the coverage as an lcov tracefile
    #[arg(long, value_name = "FILE")]
    pub lcov: Option<PathBuf>,
    /// Fail when fewer of a hundred branches are reached
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub fail_under: Option<f64>,

    /// Let an input cost more, or less (repeatable), as for render
    #[arg(long, value_name = "NAME=N")]
    pub limit: Vec<String>,
}

/// The program of `--oracle`.
fn oracle(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        None if text == "helm" => Ok("helm".into()),
        Some(("helm", path)) if !path.is_empty() => Ok(path.into()),
        _ => Err("it is helm or helm=PATH".into()),
    }
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|n| (0.0..=100.0).contains(n));
    number.ok_or_else(|| "it is a number from 0 to 100".into())
}
