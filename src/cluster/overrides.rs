//! What a user says about the cluster beside the kubeconfig: `--kube-apiserver` and its like, as Helm has them. Each takes the place of
//! what the chosen context says (client-go `tools/clientcmd`, `ConfigOverrides`).

use std::path::PathBuf;

use kube::config::{AuthInfo, Cluster, Context, Kubeconfig, NamedAuthInfo, NamedCluster, NamedContext};
use serde_json::json;

/// All of it; nothing is said by default.
#[derive(Clone, Default)]
pub struct Overrides {
    pub server: Option<String>,
    /// Secret.
    pub token: Option<String>,
    pub as_user: Option<String>,
    pub as_groups: Vec<String>,
    pub ca_file: Option<PathBuf>,
    pub skip_tls_verify: bool,
    pub tls_server_name: Option<String>,
}

impl std::fmt::Debug for Overrides {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Overrides")
            .field("server", &self.server)
            .field("as_user", &self.as_user)
            .finish_non_exhaustive()
    }
}

/// What an entry is called that nobody named.
const NAMELESS: &str = "flags";

impl Overrides {
    pub fn is_empty(&self) -> bool {
        let Overrides { server, token, as_user, as_groups, ca_file, skip_tls_verify, tls_server_name } = self;
        let texts = [server, token, as_user, tls_server_name];
        texts.iter().all(|text| text.is_none()) && as_groups.is_empty() && ca_file.is_none() && !skip_tls_verify
    }

    /// A kubeconfig whose chosen context says it. Without any context there is one, if a server was named.
    pub(super) fn onto(&self, mut file: Kubeconfig, context: Option<&str>) -> Kubeconfig {
        if self.is_empty() {
            return file;
        }
        let chosen = context.map(str::to_string).or_else(|| file.current_context.clone());
        let chosen = match chosen {
            Some(name) if file.contexts.iter().any(|c| c.name == name) => name,
            // A context that was asked for and is not there is an error, which is told where it is looked for.
            Some(_) if context.is_some() || self.server.is_none() => return file,
            _ if self.server.is_none() => return file,
            _ => {
                let context = Context { cluster: NAMELESS.into(), user: Some(NAMELESS.into()), ..Context::default() };
                file.contexts.push(NamedContext {
                    name: NAMELESS.into(),
                    context: Some(context),
                    ..NamedContext::default()
                });
                file.current_context = Some(NAMELESS.into());
                NAMELESS.into()
            }
        };
        let found = file.contexts.iter_mut().find(|c| c.name == chosen).and_then(|c| c.context.as_mut());
        let Some(context) = found else { return file };
        let user = context.user.get_or_insert_with(|| NAMELESS.into()).clone();
        let cluster = context.cluster.clone();
        let new = || NamedCluster { name: cluster.clone(), ..NamedCluster::default() };
        let named = entry(&mut file.clusters, |c| c.name == cluster, new);
        self.on_cluster(named.cluster.get_or_insert_default());
        let new = || NamedAuthInfo { name: user.clone(), ..NamedAuthInfo::default() };
        let named = entry(&mut file.auth_infos, |a| a.name == user, new);
        self.on_user(named.auth_info.get_or_insert_default());
        file
    }

    fn on_cluster(&self, cluster: &mut Cluster) {
        if let Some(server) = &self.server {
            cluster.server = Some(server.clone());
        }
        if let Some(path) = &self.ca_file {
            cluster.certificate_authority = Some(path.to_string_lossy().into_owned());
            cluster.certificate_authority_data = None;
        }
        if self.skip_tls_verify {
            cluster.insecure_skip_tls_verify = Some(true);
            cluster.certificate_authority = None;
            cluster.certificate_authority_data = None;
        }
        if let Some(name) = &self.tls_server_name {
            cluster.tls_server_name = Some(name.clone());
        }
    }

    fn on_user(&self, user: &mut AuthInfo) {
        if let Some(token) = &self.token {
            // The type of a token is the crate's own, and this is its way in.
            user.token = serde_json::from_value::<AuthInfo>(json!({"token": token})).ok().and_then(|auth| auth.token);
            user.token_file = None;
        }
        if let Some(name) = &self.as_user {
            user.impersonate = Some(name.clone());
        }
        if !self.as_groups.is_empty() {
            user.impersonate_groups = Some(self.as_groups.clone());
        }
    }
}

/// The entry that is meant, made where it is missing.
fn entry<T>(all: &mut Vec<T>, is_meant: impl Fn(&T) -> bool, new: impl FnOnce() -> T) -> &mut T {
    let at = all.iter().position(is_meant).unwrap_or_else(|| {
        all.push(new());
        all.len() - 1
    });
    &mut all[at]
}
