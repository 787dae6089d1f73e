//! The whole bed as a place for failures: one kind cluster with pods, and the reference chart.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::api::{Api, Identity};
use crate::cluster::said;
use crate::foreign::foreign;
use crate::regressions::There;
use crate::scenarios::{edit, repository};
use crate::stage::{Site, Stage};

/// The pod of the chart's own server.
pub const SERVER: &str = "smoke-workqueue-postgres-0";

/// The bed.
pub struct Bed {
    api: Api,
    there: There,
    repository: tempfile::TempDir,
}

impl Bed {
    pub fn start() -> Bed {
        let repository = repository(|_| ());
        edit(&repository.path().join("chart"), "values.yaml", "podAnnotations: {}", "podAnnotations: {rolled: once}");
        let there = There::create();
        let mut kubectl = in_bed(Path::new("kubectl"));
        kubectl.args(["--kubeconfig", &there.kubeconfig()]);
        let api = Api::start(kubectl, repository.path());
        Bed { api, there, repository }
    }
}

/// A program where the daemon and its nodes are reached.
pub fn in_bed(program: &Path) -> Command {
    let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/testbed"));
    command.arg("run").arg(program);
    command
}

impl Site for Bed {
    fn program(&self, path: &Path) -> Command {
        in_bed(path)
    }

    fn api(&self) -> &Api {
        &self.api
    }

    fn everything(&self) -> BTreeSet<Identity> {
        self.api.everything()
    }

    fn foreign(&self, stage: &Stage<'_>) {
        foreign(&self.api, stage);
    }

    fn prepare(&self, stage: &Stage<'_>) -> Vec<String> {
        let chart = self.repository.path().join("chart");
        let (chart, kubeconfig) = (chart.to_str().unwrap(), stage.kubeconfig.to_str().unwrap());
        let mut args = vec![chart, "--provider", "existing", "--kubeconfig", kubeconfig];
        if stage.scenario == "upgrade" {
            args.extend(["--baseline", "HEAD"]);
        }
        args.into_iter().map(str::to_owned).collect()
    }

    fn kubeconfig(&self) -> Option<PathBuf> {
        Some(self.there.kubeconfig().into())
    }

    fn kubectl(&self, stage: &Stage<'_>) -> Command {
        let mut command = in_bed(Path::new("kubectl"));
        command.args(["--kubeconfig", &self.there.kubeconfig(), "--namespace", &stage.namespace()]);
        command
    }

    fn sql(&self, stage: &Stage<'_>, sql: &str) {
        let psql = "PGPASSWORD=$POSTGRES_PASSWORD exec psql -h 127.0.0.1 -U $POSTGRES_USER -d $POSTGRES_DB -q -v ON_ERROR_STOP=1";
        let mut command = self.kubectl(stage);
        command.args(["exec", "--stdin", SERVER, "--", "sh", "-c", psql]);
        let done = said(command, sql);
        assert!(done.ok, "{sql}: {}{}", done.out, done.err);
    }

    fn secret(&self) -> &str {
        "not-a-secret"
    }
}
