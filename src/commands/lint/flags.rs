//! The flags of `lint`.

use std::path::PathBuf;

use clap::Args;

use crate::commands::chart_flags::ChartFlags;
use crate::config;
use crate::report::{FailOn, Target};

/// What is judged, and how it is told.
#[derive(Args, Debug)]
pub struct Flags {
    /// Charts: folders or .tgz files. Without any, those of .plimsoll.yaml
    #[arg(value_name = "CHART")]
    pub charts: Vec<String>,

    #[command(flatten)]
    pub chart: ChartFlags,

    /// Name of the release
    #[arg(long, value_name = "NAME", default_value = "release-name")]
    pub release: String,
    /// Judge an upgrade: .Release.IsUpgrade
    #[arg(long)]
    pub is_upgrade: bool,

    /// Fail from this level on: error, warning, info or nothing
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    pub fail_on: Option<FailOn>,
    /// Fail on warnings too
    #[arg(long)]
    pub strict: bool,

    /// text, json, sarif, junit or github, to standard output or a file (repeatable)
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub report: Vec<Target>,

    /// Accept what this rule finds (repeatable); .plimsoll.yaml and comments can say why and until when
    #[arg(long, value_name = "ID")]
    pub allow: Vec<String>,
    /// Leave alone what this file lists
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<String>,
    /// List what is found in this file, for --baseline
    #[arg(long, value_name = "FILE")]
    pub write_baseline: Option<String>,

    /// The configuration, instead of the nearest .plimsoll.yaml
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Look at no configuration
    #[arg(long)]
    pub no_config: bool,
}

fn level(text: &str) -> Result<FailOn, String> {
    config::fail_on(text).ok_or_else(|| "known: error, warning, info, nothing".to_string())
}
