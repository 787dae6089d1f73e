//! The flags of `drift`.

use std::path::PathBuf;

use clap::Args;

use crate::commands::chart_flags::ChartFlags;
use crate::report::Target;

/// What is compared, and how it is told.
#[derive(Args, Debug)]
pub struct Flags {
    /// Charts: folders or .tgz files. Without any, those of .plimsoll.yaml
    #[arg(value_name = "CHART")]
    pub charts: Vec<String>,

    /// The Helm that is used today; without it, each of .plimsoll.yaml's helmVersions, or of all there are
    #[arg(long, value_name = "VERSION")]
    pub from: Option<String>,
    /// The Helm that will be used; without it, the newest
    #[arg(long, value_name = "VERSION")]
    pub to: Option<String>,
    /// Compare with the defaults and with the chart's own ci/*-values.yaml (as without values flags)
    #[arg(long)]
    pub cases: bool,

    #[command(flatten)]
    pub chart: ChartFlags,

    /// Name of the release
    #[arg(long, value_name = "NAME", default_value = "release-name")]
    pub release: String,
    /// Compare an upgrade: .Release.IsUpgrade
    #[arg(long)]
    pub is_upgrade: bool,

    /// text, json, sarif, junit or github, to standard output or a file (repeatable)
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub report: Vec<Target>,

    /// The configuration, instead of the nearest .plimsoll.yaml
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Look at no configuration
    #[arg(long)]
    pub no_config: bool,
}
