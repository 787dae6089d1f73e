//! The flags of `drift`.

use clap::Args;

use crate::commands::chart_flags::ChartFlags;
use crate::commands::configuration::Told;

/// What is compared, and how it is told.
#[derive(Args, Debug)]
pub struct Flags {
    #[command(flatten)]
    pub told: Told,

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
}
