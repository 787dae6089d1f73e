//! The flags that say how a cluster is reached beside `--kubeconfig` and `--kube-context`, by the names and variables of Helm.

use std::path::PathBuf;
#[cfg(feature = "live")]
use std::time::Duration;

use clap::Args;

#[cfg(feature = "live")]
use super::chart_flags::ChartFlags;
#[cfg(feature = "live")]
use crate::cluster::{Access, Overrides};

/// What takes the place of what the kubeconfig says.
#[derive(Args, Debug)]
pub struct ClusterFlags {
    /// The API server's address
    #[arg(long, value_name = "URL")]
    pub kube_apiserver: Option<String>,
    /// The bearer token; HELM_KUBETOKEN keeps it out of the list of processes
    #[arg(long, value_name = "TOKEN")]
    pub kube_token: Option<String>,
    /// Ask as this user
    #[arg(long, value_name = "NAME")]
    pub kube_as_user: Option<String>,
    /// Ask as a member of this group (repeatable)
    #[arg(long, value_name = "NAME")]
    pub kube_as_group: Vec<String>,
    /// Root certificates of the API server
    #[arg(long, value_name = "FILE")]
    pub kube_ca_file: Option<PathBuf>,
    /// Do not verify the API server's certificate
    #[arg(long)]
    pub kube_insecure_skip_tls_verify: bool,
    /// The name that the API server's certificate is held to
    #[arg(long, value_name = "NAME")]
    pub kube_tls_server_name: Option<String>,
}

#[cfg(feature = "live")]
impl ClusterFlags {
    /// How the cluster is reached, as Helm has it. `step`: how long one call may take.
    pub fn access(&self, chart: &ChartFlags, step: Duration) -> Access {
        let (path, context) = (chart.kubeconfig.clone(), chart.context());
        Access { path, context, overrides: self.overrides(), step }
    }

    /// What is said by flags, else by Helm's variables.
    fn overrides(&self) -> Overrides {
        let env = |name: &str| std::env::var(name).ok();
        let text =
            |flag: &Option<String>, name: &str| flag.clone().or_else(|| env(name)).filter(|text| !text.is_empty());
        let groups = env("HELM_KUBEASGROUPS").unwrap_or_default();
        let groups = groups.split(',').map(str::trim).filter(|group| !group.is_empty()).map(str::to_string);
        let skip =
            env("HELM_KUBEINSECURE_SKIP_TLS_VERIFY").is_some_and(|text| super::render::go_bool(&text) == Ok(true));
        Overrides {
            server: text(&self.kube_apiserver, "HELM_KUBEAPISERVER"),
            token: text(&self.kube_token, "HELM_KUBETOKEN"),
            as_user: text(&self.kube_as_user, "HELM_KUBEASUSER"),
            as_groups: if self.kube_as_group.is_empty() { groups.collect() } else { self.kube_as_group.clone() },
            ca_file: self.kube_ca_file.clone().or_else(|| text(&None, "HELM_KUBECAFILE").map(PathBuf::from)),
            skip_tls_verify: self.kube_insecure_skip_tls_verify || skip,
            tls_server_name: text(&self.kube_tls_server_name, "HELM_KUBETLS_SERVER_NAME"),
        }
    }
}
