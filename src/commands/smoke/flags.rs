//! The flags of `smoke`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::report::Target;

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Scenario {
    /// The chart from nothing to the end of its work
    Install,
    /// The chart on a Postgres that it did not make, with TLS
    Managed,
    /// From the baseline's chart to this one, in place, under a live writer
    Upgrade,
}

/// Where it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Provider {
    /// A cluster of the run's own
    Kind,
    /// A cluster that is there, in a namespace of the run's own
    Existing,
}

/// A chart, and where and how it is shown; or what earlier runs left.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Flags {
    #[command(subcommand)]
    pub command: Option<Command>,

    /// The chart: a folder or a .tgz file
    #[arg(value_name = "CHART", required = true)]
    pub chart: Option<String>,

    /// What is shown (repeatable, in this order)
    #[arg(long, value_name = "NAME", default_value = "install")]
    pub scenario: Vec<Scenario>,
    /// Where the cluster comes from
    #[arg(long, value_name = "NAME", default_value = "kind")]
    pub provider: Provider,
    /// The kind binary
    #[arg(long, value_name = "FILE", default_value = "kind")]
    pub kind_bin: PathBuf,
    /// The node image of kind
    #[arg(long, value_name = "IMAGE")]
    pub image: Option<String>,
    /// The container runtime of kind: docker, podman or nerdctl
    #[arg(long, value_name = "NAME")]
    pub container_runtime: Option<String>,
    /// The helm binary
    #[arg(long, value_name = "FILE", default_value = "helm")]
    pub helm: PathBuf,
    /// A further flag of helm install and helm upgrade, such as --wait (repeatable)
    #[arg(long, value_name = "FLAG", allow_hyphen_values = true)]
    pub helm_flag: Vec<String>,
    /// The kubeconfig file of a cluster that is there
    #[arg(long, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,
    /// Its context
    #[arg(long, value_name = "NAME")]
    pub kube_context: Option<String>,

    /// The commit whose chart an upgrade begins at; without it the merge base with origin/main, or the commit before HEAD
    #[arg(long, value_name = "REF")]
    pub baseline: Option<String>,
    /// Go on with an upgrade that a rule or the API server's dry run refuses, to see what becomes of it
    #[arg(long)]
    pub force_upgrade: bool,

    /// What the chart's maker says about the application; without it, ci/smoke.yaml of the chart
    #[arg(long, value_name = "FILE")]
    pub app: Option<PathBuf>,
    /// Values from a YAML file (repeatable; later ones win)
    #[arg(short = 'f', long = "values", value_name = "FILE")]
    pub values: Vec<String>,
    /// Set values: key1=val1,key2=val2 (repeatable)
    #[arg(long, value_name = "PAIRS")]
    pub set: Vec<String>,

    /// How long each wait may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub timeout: u64,
    /// Where runs keep their records; without it, plimsoll/smoke of XDG_STATE_HOME
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// The run's id, in which all names end; chosen by chance without it
    #[arg(long, value_name = "ID")]
    pub run: Option<String>,
    /// Keep what was made; `smoke clean` removes it
    #[arg(long)]
    pub keep: bool,
    /// Where a failure leaves logs, events and manifests; without it, the run's folder
    #[arg(long, value_name = "DIR")]
    pub diagnostics: Option<PathBuf>,
    /// Say nothing but the report
    #[arg(short = 'q', long)]
    pub quiet: bool,
    /// Fail on warnings too
    #[arg(long)]
    pub strict: bool,
    /// text, json, junit, github or html, to standard output or a file (repeatable)
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub report: Vec<Target>,
}

/// What is done about earlier runs.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Remove what runs left: of one, or of all that are over
    Clean(Clean),
}

/// Which runs.
#[derive(Args, Debug)]
pub struct Clean {
    /// The run's id; all that are over without it
    #[arg(value_name = "RUN")]
    pub run: Option<String>,
    /// Tell what is left, and remove nothing
    #[arg(long)]
    pub list: bool,
    /// The helm binary, in the place of the one that the run had
    #[arg(long, value_name = "FILE")]
    pub helm: Option<PathBuf>,
    /// Where runs keep their records
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
}
