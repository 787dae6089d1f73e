//! How the cluster is reached. As client-go has it: `--kubeconfig`, else the files of `KUBECONFIG`, else `~/.kube/config`, else
//! the account of the pod that this runs in.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

use super::ask::quoted;
use super::discovery::Resource;
use super::overrides::Overrides;

/// What the user says about it.
#[derive(Clone, Debug)]
pub struct Access {
    /// `--kubeconfig`.
    pub path: Option<PathBuf>,
    /// `--kube-context`.
    pub context: Option<String>,
    /// What takes the place of what the kubeconfig says.
    pub overrides: Overrides,
    /// How long one call may take.
    pub step: Duration,
}

/// A cluster that can be asked. It has not been asked yet.
pub struct Cluster {
    pub(super) client: Client,
    /// One whose connections may be silent: for ports of pods.
    pub(super) patient: Client,
    pub(super) step: Duration,
    /// The API server's address.
    pub server: String,
    /// Resources of the versions that were asked for.
    pub(super) known: RefCell<HashMap<String, Vec<Resource>>>,
}

impl Access {
    /// Reads what says how the cluster is reached. Nothing is sent.
    ///
    /// # Errors
    /// In words, which hold no credential: no kubeconfig, no such context, a certificate that cannot be read.
    pub async fn open(&self) -> Result<Cluster, String> {
        let mut config = self.config().await?;
        config.connect_timeout = Some(self.step);
        let patient = config.clone();
        config.read_timeout = Some(self.step);
        config.write_timeout = Some(self.step);
        // A call has one deadline: trying again within it hides that the server refuses.
        config.default_retry = false;
        let server = config.cluster_url.to_string();
        let made = |config| {
            Client::try_from(config)
                .map_err(|e: kube::Error| format!("the cluster cannot be reached: {}", quoted(&e.to_string())))
        };
        let (client, patient) = (made(config)?, made(patient)?);
        Ok(Cluster { client, patient, step: self.step, server, known: RefCell::default() })
    }

    async fn config(&self) -> Result<Config, String> {
        let options = KubeConfigOptions { context: self.context.clone(), ..KubeConfigOptions::default() };
        let broken = |e: &dyn std::fmt::Display| format!("the kubeconfig cannot be used: {}", quoted(&e.to_string()));
        let env = std::env::var_os("KUBECONFIG").filter(|list| !list.is_empty());
        let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".kube/config"));
        let file = match (&self.path, env) {
            (Some(path), _) => Kubeconfig::read_from(path).map_err(|e| broken(&e))?,
            (None, Some(_)) => Kubeconfig::from_env().map_err(|e| broken(&e))?.unwrap_or_default(),
            (None, None) => match home.filter(|path| path.is_file()) {
                Some(path) => Kubeconfig::read_from(path).map_err(|e| broken(&e))?,
                None if self.overrides.server.is_some() => Kubeconfig::default(),
                None if self.context.is_none() && self.overrides.is_empty() => {
                    return Config::incluster()
                        .map_err(|_| "there is no kubeconfig, and this runs in no pod".to_string());
                }
                None => return Err("there is no kubeconfig".into()),
            },
        };
        let file = self.overrides.onto(file, self.context.as_deref());
        Config::from_custom_kubeconfig(file, &options).await.map_err(|e| broken(&e))
    }
}
