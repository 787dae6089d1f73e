//! The pod that stands where a container of the release would: its manifest, as data.
//!
//! It has the container's image, volumes, account, node selection and security context. It has none of its variables: nothing in
//! it needs them, and so no secret is copied. What the release itself has yet to bring is left out before an install.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// Whose place it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Stead {
    /// `Deployment/store`
    pub workload: String,
    pub namespace: String,
    pub container: String,
    /// `PodTemplateSpec`, or a pod.
    pub template: Value,
}

/// What a pod is made of beyond its seat.
#[derive(Clone, Debug)]
pub struct Order {
    /// None: that of the container.
    pub image: Option<String>,
    /// `Secret/name`, `ConfigMap/name`, `ServiceAccount/name`: objects that are not there before the install.
    pub to_come: BTreeSet<String>,
    /// Seconds until the kubelet ends it by itself.
    pub lifetime: u64,
    /// Whose it is: another pod of the same name has another.
    pub run: String,
}

/// A pod that is to be made.
#[derive(Clone, Debug)]
pub struct Planned {
    pub manifest: Value,
    /// What the container would have and the pod has not.
    pub left_out: Vec<String>,
    /// Where files are mounted in it.
    pub mounts: Vec<String>,
}

/// Where the run's mark stands.
pub const MARK: &str = "plimsoll/run";
/// The pod's own labels: no workload's and no Service's.
pub const LABEL: (&str, &str) = ("app.kubernetes.io/managed-by", "plimsoll-preflight");

const POD_KEYS: [&str; 10] = [
    "serviceAccountName",
    "securityContext",
    "nodeSelector",
    "nodeName",
    "tolerations",
    "imagePullSecrets",
    "hostNetwork",
    "dnsPolicy",
    "dnsConfig",
    "hostAliases",
];

/// The name of the pod of a release.
pub fn name(release: &str, n: usize) -> String {
    let head: String = release.chars().take(40).collect();
    format!("{}-plimsoll-vantage-{n}", head.trim_end_matches(['-', '.']))
}

/// The manifest.
///
/// # Errors
/// In words: the template has no such container, or it names no image.
pub fn plan(seat: &Stead, name: &str, order: &Order) -> Result<Planned, String> {
    let spec = &seat.template["spec"];
    let all = ["containers", "initContainers"].iter().flat_map(|key| spec[*key].as_array().into_iter().flatten());
    let container = all.into_iter().find(|c| c["name"] == seat.container.as_str());
    let container = container.ok_or_else(|| format!("{} has no container {}", seat.workload, seat.container))?;
    let image = order.image.as_deref().or(container["image"].as_str()).ok_or("the container names no image")?;
    let mut left_out = Vec::new();
    let volumes = volumes(spec, order, &mut left_out);
    // A path made of variables needs the container's own.
    let kept = |mount: &&Value| mount["subPathExpr"].is_null() && volumes.iter().any(|v| v["name"] == mount["name"]);
    let mounts: Vec<Value> =
        container["volumeMounts"].as_array().into_iter().flatten().filter(kept).map(read_only).collect();
    let paths = mounts.iter().filter_map(|m| m["mountPath"].as_str().map(str::to_string)).collect();
    let used = |v: &&Value| mounts.iter().any(|m| m["name"] == v["name"]);
    let volumes: Vec<Value> = volumes.iter().filter(used).cloned().collect();
    let mut own = json!({
        "name": seat.container,
        "image": image,
        "command": ["sleep", order.lifetime.to_string()],
        "securityContext": restricted(&container["securityContext"]),
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"cpu": "250m", "memory": "64Mi"}},
        "volumeMounts": mounts,
    });
    if let Some(policy) = container["imagePullPolicy"].as_str() {
        own["imagePullPolicy"] = policy.into();
    }
    let mut pod = json!({
        "containers": [own],
        "volumes": volumes,
        "restartPolicy": "Never",
        "activeDeadlineSeconds": order.lifetime,
        "terminationGracePeriodSeconds": 1,
        "automountServiceAccountToken": false,
        "enableServiceLinks": false,
    });
    for key in POD_KEYS {
        if !spec[key].is_null() {
            pod[key] = spec[key].clone();
        }
    }
    let account = spec["serviceAccountName"].as_str().unwrap_or_default();
    if order.to_come.contains(&format!("ServiceAccount/{account}")) {
        pod["serviceAccountName"] = "default".into();
        left_out.push(format!("the account {account}, which the release brings"));
    }
    let nodes = &spec["affinity"]["nodeAffinity"];
    if !nodes.is_null() {
        pod["affinity"] = json!({"nodeAffinity": nodes});
    }
    if pod["securityContext"]["seccompProfile"].is_null() {
        pod["securityContext"]["seccompProfile"] = json!({"type": "RuntimeDefault"});
    }
    let manifest = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": seat.namespace,
            "labels": {LABEL.0: LABEL.1},
            "annotations": {MARK: order.run, "plimsoll/workload": seat.workload},
        },
        "spec": pod,
    });
    Ok(Planned { manifest, left_out, mounts: paths })
}

/// The volumes that can be had: files of the cluster and room of the pod's own. Data of others is never mounted.
fn volumes(spec: &Value, order: &Order, left_out: &mut Vec<String>) -> Vec<Value> {
    let mut kept = Vec::new();
    for volume in spec["volumes"].as_array().into_iter().flatten() {
        let name = volume["name"].as_str().unwrap_or_default();
        let secret = volume["secret"]["secretName"].as_str().map(|n| format!("Secret/{n}"));
        let map = volume["configMap"]["name"].as_str().map(|n| format!("ConfigMap/{n}"));
        let projected = volume["projected"]["sources"].as_array().into_iter().flatten().filter_map(|source| {
            let secret = source["secret"]["name"].as_str().map(|n| format!("Secret/{n}"));
            secret.or_else(|| source["configMap"]["name"].as_str().map(|n| format!("ConfigMap/{n}")))
        });
        let to_come = secret.into_iter().chain(map).chain(projected).find(|object| order.to_come.contains(object));
        let plain = ["secret", "configMap", "projected", "downwardAPI", "emptyDir", "csi"];
        if let Some(object) = to_come {
            left_out.push(format!("volume {name} with {object}, which the release brings"));
        } else if plain.iter().any(|kind| !volume[*kind].is_null()) {
            kept.push(volume.clone());
        } else {
            left_out.push(format!("volume {name}, which holds data"));
        }
    }
    kept
}

fn read_only(mount: &Value) -> Value {
    let mut mount = mount.clone();
    mount["readOnly"] = true.into();
    mount
}

/// The container's own security context, with what the profile `restricted` asks for.
fn restricted(own: &Value) -> Value {
    let mut context = own.as_object().cloned().unwrap_or_else(Map::new);
    context.remove("privileged");
    context.insert("allowPrivilegeEscalation".into(), false.into());
    context.insert("capabilities".into(), json!({"drop": ["ALL"]}));
    Value::Object(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seat() -> Stead {
        let template = json!({
            "metadata": {"labels": {"app": "shop"}},
            "spec": {
                "serviceAccountName": "shop",
                "initContainers": [{"name": "migrate", "image": "migrate:1"}],
                "containers": [
                    {"name": "app", "image": "shop:1", "args": ["--serve"], "ports": [{"containerPort": 80}],
                     "env": [{"name": "URL", "valueFrom": {"secretKeyRef": {"name": "dsn", "key": "url"}}}],
                     "securityContext": {"privileged": true, "runAsUser": 7},
                     "volumeMounts": [{"name": "ca", "mountPath": "/ca"}, {"name": "own", "mountPath": "/own"},
                                      {"name": "data", "mountPath": "/data"}]},
                    {"name": "sidecar", "image": "proxy:1"},
                ],
                "volumes": [{"name": "ca", "configMap": {"name": "ca"}}, {"name": "own", "secret": {"secretName": "own"}},
                            {"name": "data", "persistentVolumeClaim": {"claimName": "data"}}],
            },
        });
        Stead { workload: "Deployment/shop".into(), namespace: "ns".into(), container: "app".into(), template }
    }

    #[test]
    fn the_pod_has_files_and_no_secret_variables() {
        let to_come = ["Secret/own", "ServiceAccount/shop"].map(str::to_string).into();
        let order = Order { image: None, to_come, lifetime: 60, run: "r".into() };
        let made = plan(&seat(), "p", &order).unwrap();
        let spec = &made.manifest["spec"];
        assert_eq!(spec["containers"].as_array().unwrap().len(), 1);
        assert!(spec["initContainers"].is_null());
        let own = &spec["containers"][0];
        assert_eq!((own["image"].as_str(), own["env"].is_null(), own["ports"].is_null()), (Some("shop:1"), true, true));
        assert_eq!(own["securityContext"]["runAsUser"], 7);
        assert!(own["securityContext"]["privileged"].is_null());
        assert_eq!(made.mounts, ["/ca"]);
        assert_eq!(spec["volumes"].as_array().unwrap().len(), 1);
        assert_eq!(made.left_out.len(), 3, "{:?}", made.left_out);
        assert_eq!(spec["serviceAccountName"], "default");
        assert!(made.manifest["metadata"]["labels"]["app"].is_null(), "no Service may select it");
        let order = Order { image: Some("tools:2".into()), to_come: BTreeSet::new(), lifetime: 60, run: "r".into() };
        let made = plan(&seat(), "p", &order).unwrap();
        assert_eq!(made.manifest["spec"]["containers"][0]["image"], "tools:2");
        assert_eq!(made.mounts, ["/ca", "/own"]);
        let other = Stead { container: "none".into(), ..seat() };
        assert!(plan(&other, "p", &order).is_err());
        assert!(name(&"r".repeat(53), 12).len() <= 63);
    }
}
