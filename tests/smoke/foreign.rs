//! Objects of a cluster that are nobody's business, some of which look like those of a run: its label, names that begin as its do,
//! what Helm writes into objects of a release.

use serde_json::json;

use crate::api::Api;
use crate::stage::Stage;

/// Makes them, and waits until Kubernetes has added what it adds.
pub fn foreign(api: &Api, stage: &Stage<'_>) {
    let id = &stage.id;
    let other = if stage.scenario == "install" { "upgrade" } else { "install" };
    let own = stage.namespace();
    let object = |kind: &str, name: &str, more: serde_json::Value| {
        let version = if kind == "ClusterRole" { "rbac.authorization.k8s.io/v1" } else { "v1" };
        let mut object = json!({"apiVersion": version, "kind": kind, "metadata": {"name": name}});
        object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        object
    };
    // As if a release of that name in the run's namespace had made it.
    let taken = json!({"metadata": {"name": format!("small-{id}"), "labels": {"app.kubernetes.io/managed-by": "Helm", "plimsoll.dev/smoke": id},
        "annotations": {"meta.helm.sh/release-name": "smoke", "meta.helm.sh/release-namespace": own}}});
    for name in [format!("plimsoll-{other}-{id}"), format!("{own}-theirs")] {
        let labels = json!({"metadata": {"name": name, "labels": {"plimsoll.dev/smoke": id}}});
        api.must("POST", "/api/v1/namespaces", Some(&object("Namespace", &name, labels)));
        let release = json!({"type": "helm.sh/release.v1", "data": {"release": "eA=="}});
        let release = object("Secret", "sh.helm.release.v1.smoke.v1", release);
        api.must("POST", &format!("/api/v1/namespaces/{name}/secrets"), Some(&release));
        let map = object("ConfigMap", "small", json!({"data": {"a": "b"}}));
        api.must("POST", &format!("/api/v1/namespaces/{name}/configmaps"), Some(&map));
        for made in ["configmaps/kube-root-ca.crt", "serviceaccounts/default"] {
            api.await_object(&format!("/api/v1/namespaces/{name}/{made}"));
        }
    }
    api.must("POST", "/api/v1/namespaces/default/configmaps", Some(&object("ConfigMap", "", taken.clone())));
    let role = object("ClusterRole", "", taken);
    api.must("POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", Some(&role));
}
