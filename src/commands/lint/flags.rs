//! The flags of `lint`.

use clap::Args;

use crate::commands::chart_flags::ChartFlags;
use crate::commands::configuration::Told;
use crate::config;
use crate::report::FailOn;

/// What is judged, and how it is told.
#[derive(Args, Debug)]
pub struct Flags {
    #[command(flatten)]
    pub told: Told,

    #[command(flatten)]
    pub chart: ChartFlags,

    /// Name of the release
    #[arg(long, value_name = "NAME", default_value = "release-name")]
    pub release: String,
    /// Judge an upgrade: .Release.IsUpgrade
    #[arg(long)]
    pub is_upgrade: bool,

    /// Secrets and ConfigMaps that exist beside the chart: manifests, or what `record --secret-values` wrote (repeatable)
    #[arg(long, value_name = "FILE")]
    pub beside: Vec<String>,

    /// Fail from this level on: error, warning, info or nothing
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    pub fail_on: Option<FailOn>,
    /// Fail on warnings too
    #[arg(long)]
    pub strict: bool,

    /// Accept what this rule finds (repeatable); .plimsoll.yaml and comments can say why and until when
    #[arg(long, value_name = "ID")]
    pub allow: Vec<String>,
    /// Leave alone what this file lists
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<String>,
    /// List what is found in this file, for --baseline
    #[arg(long, value_name = "FILE")]
    pub write_baseline: Option<String>,
}

fn level(text: &str) -> Result<FailOn, String> {
    config::fail_on(text).ok_or_else(|| "known: error, warning, info, nothing".to_string())
}
