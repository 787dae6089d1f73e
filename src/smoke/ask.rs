//! What the user wants of a run.

use std::path::PathBuf;
use std::time::Duration;

use super::app::App;
use crate::chart;
use crate::config::Allow;
use crate::limits::Limits;
use crate::values::Overrides;

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scenario {
    /// The chart as it is, from nothing.
    Install,
    /// On a Postgres that the chart did not make, with TLS.
    Managed,
    /// From the baseline's chart to this one, in place.
    Upgrade,
}

impl Scenario {
    pub fn name(self) -> &'static str {
        match self {
            Scenario::Install => "install",
            Scenario::Managed => "managed",
            Scenario::Upgrade => "upgrade",
        }
    }
}

/// Where it is shown.
#[derive(Clone, Debug)]
pub enum Provider {
    /// A cluster of the run's own.
    Kind { program: PathBuf, image: Option<String>, runtime: Option<String> },
    /// A cluster that is there; the run makes a namespace in it.
    Existing { kubeconfig: Option<PathBuf>, context: Option<String> },
}

/// All of it.
#[derive(Clone, Debug)]
pub struct Ask {
    /// As the user named it.
    pub chart_shown: String,
    pub chart: PathBuf,
    pub scenarios: Vec<Scenario>,
    pub overrides: Overrides,
    pub options: chart::Options,
    pub limits: Limits,
    pub provider: Provider,
    pub helm: PathBuf,
    /// Further flags of `helm install` and `helm upgrade`.
    pub helm_flags: Vec<String>,
    pub app: Option<App>,
    /// A ref of git.
    pub baseline: Option<String>,
    /// Findings that the configuration allows, with the file that says so.
    pub allowed: Vec<(Allow, String)>,
    /// Upgrade even where something refuses it beforehand, to see what becomes of it.
    pub force_upgrade: bool,
    /// How long each wait may take.
    pub deadline: Duration,
    /// Where runs have their folders.
    pub state: PathBuf,
    /// Every name that the run chooses ends in it.
    pub id: String,
    /// What was made stays, and is listed by `smoke clean`.
    pub keep: bool,
    /// Where a failure leaves what there was to see; None: the run's own folder.
    pub diagnostics: Option<PathBuf>,
    pub quiet: bool,
    /// Seconds since 1970.
    pub now: i64,
}
