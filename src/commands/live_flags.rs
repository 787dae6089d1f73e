//! The flags of subcommands that ask a live cluster about one release: which release of which chart, and how long a call may take.

use std::time::Duration;

use clap::Args;

use super::chart_flags::{ChartFlags, Setup};
use super::cluster_flags::ClusterFlags;
use crate::cluster::Access;

/// One release of a chart, and the cluster beside it.
#[derive(Args, Debug)]
pub struct LiveFlags {
    /// Name of the release
    #[arg(value_name = "NAME")]
    pub name: String,
    /// The chart: a folder or a .tgz file
    #[arg(value_name = "CHART")]
    pub chart_path: String,

    #[command(flatten)]
    pub chart: ChartFlags,
    #[command(flatten)]
    pub cluster: ClusterFlags,

    /// Set .Release.IsUpgrade instead of .Release.IsInstall
    #[arg(long)]
    pub is_upgrade: bool,
    /// How long each step may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub timeout: u64,
}

impl LiveFlags {
    /// What the chart is rendered with. The error is in words.
    pub fn setup(&self) -> Result<Setup, String> {
        self.chart.setup(&self.name, self.is_upgrade)
    }

    pub fn step(&self) -> Duration {
        Duration::from_secs(self.timeout)
    }

    /// How the cluster is reached, as Helm has it.
    pub fn access(&self) -> Access {
        self.cluster.access(&self.chart, self.step())
    }
}
