//! The `helm` binary of the user's choice. Its settings are those of the run alone: no repository, plugin or cache of the user's
//! plays a part, and values go by files.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::ledger::Reach;
use super::program::{Ended, Failure, Program};
use crate::dialect::Dialect;

/// What asks and does not make.
const SHORT: Duration = Duration::from_secs(60);
/// Beyond Helm's own `--timeout`.
const GRACE: Duration = Duration::from_secs(30);

/// A helm that was found, with the cluster that it works on.
#[derive(Clone, Debug)]
pub struct Helm {
    program: Program,
    kubeconfig: Option<PathBuf>,
    context: Option<String>,
}

/// What is installed.
pub struct Release<'r> {
    pub name: &'r str,
    pub namespace: &'r str,
    pub chart: &'r Path,
    pub values: &'r Path,
    pub deadline: Duration,
    /// Further flags, as the user gave them.
    pub flags: &'r [String],
}

impl Helm {
    /// `home`: a folder of the run's for Helm's own files.
    pub fn new(path: &Path, home: &Path) -> Helm {
        let folder = |name: &str| home.join(name).to_string_lossy().into_owned();
        let program = Program::new(path)
            .env("HELM_CACHE_HOME", folder("cache"))
            .env("HELM_CONFIG_HOME", folder("config"))
            .env("HELM_DATA_HOME", folder("data"))
            .env("HELM_PLUGINS", folder("plugins"))
            .env("HELM_NAMESPACE", "")
            .env("HELM_KUBECONTEXT", "");
        Helm { program, kubeconfig: None, context: None }
    }

    /// The same, for a cluster.
    pub fn on(mut self, reach: &Reach) -> Helm {
        (self.kubeconfig, self.context) = (reach.kubeconfig.clone(), reach.context.clone());
        self
    }

    /// The same, holding the run's record as long as it is at work.
    pub fn holding(mut self, record: Arc<File>) -> Helm {
        self.program = self.program.holding(record);
        self
    }

    pub fn path(&self) -> PathBuf {
        self.program.path.clone()
    }

    /// Its version, and the row of it.
    ///
    /// # Errors
    /// In words: there is none, it is no helm, it is too old.
    pub async fn version(&self) -> Result<(String, &'static Dialect), String> {
        let path = self.program.path.display();
        let said = self.program.run(&["version", "--template", "{{.Version}}"], SHORT).await;
        let said = said.map_err(|failure| match failure {
            Failure::Missing(why) => format!("{why}: install Helm, or name it by --helm"),
            late => late.to_string(),
        })?;
        let text = said.text();
        let number = text.trim_start_matches('v').to_string();
        if !said.ok() || !text.starts_with('v') {
            return Err(format!("{path} is no helm: it {}", said.words()));
        }
        match Dialect::find(&number) {
            Some(dialect) => Ok((number, dialect)),
            None => Err(format!("{path} is Helm {number}, which is too old or not known here: 3.16 to 4.3 are")),
        }
    }

    async fn run(&self, args: &[&str], deadline: Duration) -> Result<Ended, String> {
        let kubeconfig = self.kubeconfig.as_ref().map(|path| path.to_string_lossy().into_owned());
        let mut all = args.to_vec();
        if let Some(kubeconfig) = &kubeconfig {
            all.extend(["--kubeconfig", kubeconfig]);
        }
        if let Some(context) = &self.context {
            all.extend(["--kube-context", context]);
        }
        self.program.run(&all, deadline).await.map_err(|f| f.to_string())
    }

    async fn must(&self, args: &[&str], deadline: Duration) -> Result<String, String> {
        let said = self.run(args, deadline).await?;
        match said.ok() {
            true => Ok(String::from_utf8_lossy(&said.out).into_owned()),
            false => Err(format!("helm {} {}", args.first().unwrap_or(&""), said.words())),
        }
    }

    /// `helm install`.
    ///
    /// # Errors
    /// Helm's own words.
    pub async fn install(&self, release: &Release<'_>) -> Result<String, String> {
        self.deploy("install", release).await
    }

    /// `helm upgrade`, of what is there.
    ///
    /// # Errors
    /// Helm's own words.
    pub async fn upgrade(&self, release: &Release<'_>) -> Result<String, String> {
        self.deploy("upgrade", release).await
    }

    async fn deploy(&self, verb: &str, release: &Release<'_>) -> Result<String, String> {
        let (chart, values) = (release.chart.to_string_lossy(), release.values.to_string_lossy());
        let timeout = format!("{}s", release.deadline.as_secs());
        let mut args = vec![verb, release.name, &chart, "--namespace", release.namespace, "--values", &values];
        args.extend(["--timeout", &timeout]);
        args.extend(release.flags.iter().map(String::as_str));
        self.must(&args, release.deadline + GRACE).await
    }

    /// The manifests of the release as Helm keeps them; hooks are none.
    ///
    /// # Errors
    /// Helm's own words.
    pub async fn manifest(&self, name: &str, namespace: &str) -> Result<String, String> {
        self.must(&["get", "manifest", name, "--namespace", namespace], SHORT).await
    }

    /// `helm test`, with the logs of its pods.
    ///
    /// # Errors
    /// Helm's own words.
    pub async fn test(&self, name: &str, namespace: &str, deadline: Duration) -> Result<String, String> {
        let timeout = format!("{}s", deadline.as_secs());
        self.must(&["test", name, "--namespace", namespace, "--timeout", &timeout], deadline + GRACE).await
    }

    /// `helm uninstall`; a release that is not there is none.
    ///
    /// # Errors
    /// Helm's own words.
    pub async fn uninstall(&self, name: &str, namespace: &str, deadline: Duration) -> Result<(), String> {
        let timeout = format!("{}s", deadline.as_secs());
        // No hook may keep the run from removing what it made.
        let args =
            ["uninstall", name, "--namespace", namespace, "--ignore-not-found", "--no-hooks", "--timeout", &timeout];
        self.must(&args, deadline + GRACE).await.map(drop)
    }
}
