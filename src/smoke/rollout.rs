//! Whether a workload has become what it is to be. As `kubectl rollout status` has it; for Jobs, that they have ended well.
//!
//! Source: k8s.io/kubectl `pkg/polymorphichelpers/rollout_status.go`.

use serde_json::Value;

use crate::cluster::wait::Seen;

/// Kinds that roll out.
pub const KINDS: [&str; 5] = ["Deployment", "StatefulSet", "DaemonSet", "Job", "Pod"];

/// Judges one object as it is.
pub fn settled(object: &Value) -> Seen<()> {
    let of = |path: &str| object.pointer(path).and_then(Value::as_i64);
    let kind = object["kind"].as_str().unwrap_or_default();
    let observed = of("/status/observedGeneration").unwrap_or(0) >= of("/metadata/generation").unwrap_or(0);
    if matches!(kind, "Deployment" | "StatefulSet" | "DaemonSet") && !observed {
        return Seen::Not("its controller has not seen the change yet".into());
    }
    let replicas = of("/spec/replicas").unwrap_or(1);
    let updated = of("/status/updatedReplicas").unwrap_or(0);
    match kind {
        "Deployment" => {
            if condition(object, "Progressing").is_some_and(|c| c["reason"] == "ProgressDeadlineExceeded") {
                return Seen::Never("its progress deadline is exceeded".into());
            }
            let (all, ready) = (of("/status/replicas").unwrap_or(0), of("/status/availableReplicas").unwrap_or(0));
            if updated < replicas {
                Seen::Not(format!("{updated} of {replicas} replicas are new"))
            } else if all > updated {
                Seen::Not(format!("{} old replicas are still there", all - updated))
            } else {
                enough(ready, updated, "available")
            }
        }
        "StatefulSet" => {
            let ready = of("/status/readyReplicas").unwrap_or(0);
            let revision = |key: &str| object["status"][key].as_str().unwrap_or_default();
            let on_delete = object.pointer("/spec/updateStrategy/type").and_then(Value::as_str) == Some("OnDelete");
            if ready < replicas {
                Seen::Not(format!("{ready} of {replicas} replicas are ready"))
            } else if !on_delete && revision("updateRevision") != revision("currentRevision") {
                Seen::Not(format!("{updated} of {replicas} replicas are new"))
            } else {
                Seen::Done(())
            }
        }
        "DaemonSet" => {
            let wanted = of("/status/desiredNumberScheduled").unwrap_or(0);
            let new = of("/status/updatedNumberScheduled").unwrap_or(0);
            if new < wanted {
                Seen::Not(format!("{new} of {wanted} pods are new"))
            } else {
                enough(of("/status/numberAvailable").unwrap_or(0), wanted, "available")
            }
        }
        "Job" => {
            let is = |kind: &str| condition(object, kind).is_some_and(|c| c["status"] == "True");
            let why = condition(object, "Failed").and_then(|c| c["message"].as_str()).unwrap_or_default();
            match (is("Complete"), is("Failed")) {
                (true, _) => Seen::Done(()),
                (_, true) => Seen::Never(format!("it has failed: {why}")),
                _ if object.pointer("/spec/suspend") == Some(&Value::Bool(true)) => Seen::Done(()),
                _ => Seen::Not("it has not completed".into()),
            }
        }
        "Pod" => match object.pointer("/status/phase").and_then(Value::as_str) {
            Some("Succeeded") => Seen::Done(()),
            Some("Failed") => Seen::Never("it has failed".into()),
            _ if condition(object, "Ready").is_some_and(|c| c["status"] == "True") => Seen::Done(()),
            other => Seen::Not(format!("its phase is {}", other.unwrap_or("not known"))),
        },
        _ => Seen::Done(()),
    }
}

fn enough(have: i64, want: i64, what: &str) -> Seen<()> {
    if have < want { Seen::Not(format!("{have} of {want} replicas are {what}")) } else { Seen::Done(()) }
}

fn condition<'v>(object: &'v Value, kind: &str) -> Option<&'v Value> {
    object.pointer("/status/conditions")?.as_array()?.iter().find(|c| c["type"] == kind)
}

/// What keeps pods from running, for the words of a wait: the reasons that their containers give.
pub fn troubles(pods: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for pod in pods {
        let name = pod["metadata"]["name"].as_str().unwrap_or_default();
        if let Some(c) = condition(pod, "PodScheduled").filter(|c| c["status"] == "False") {
            found.push(format!("{name}: {}", c["message"].as_str().unwrap_or("not scheduled")));
        }
        for list in ["initContainerStatuses", "containerStatuses"] {
            for status in pod["status"][list].as_array().into_iter().flatten() {
                let waiting = status.pointer("/state/waiting/reason").and_then(Value::as_str);
                let normal = ["PodInitializing", "ContainerCreating"];
                if let Some(reason) = waiting.filter(|reason| !normal.contains(reason)) {
                    found.push(format!("{name}/{}: {reason}", status["name"].as_str().unwrap_or_default()));
                }
            }
        }
    }
    found.sort();
    found.truncate(5);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn word(object: Value) -> String {
        match settled(&object) {
            Seen::Done(()) => "done".into(),
            Seen::Not(why) => why,
            Seen::Never(why) => format!("never: {why}"),
        }
    }

    #[test]
    fn a_deployment_is_done_when_the_old_pods_are_gone_and_the_new_ones_available() {
        let deployment = |generation: i64, status: Value| json!({"kind": "Deployment", "metadata": {"generation": generation}, "spec": {"replicas": 2}, "status": status});
        let status = |all: i64, new: i64, ready: i64| json!({"observedGeneration": 2, "replicas": all, "updatedReplicas": new, "availableReplicas": ready});
        assert_eq!(word(deployment(2, status(2, 2, 2))), "done");
        assert!(word(deployment(3, status(2, 2, 2))).contains("has not seen"));
        assert!(word(deployment(2, status(2, 1, 2))).contains("1 of 2 replicas are new"));
        assert!(word(deployment(2, status(3, 2, 2))).contains("1 old"));
        assert!(word(deployment(2, status(2, 2, 1))).contains("1 of 2 replicas are available"));
        let late = json!({"observedGeneration": 2,
            "conditions": [{"type": "Progressing", "reason": "ProgressDeadlineExceeded"}]});
        assert!(word(deployment(2, late)).starts_with("never"));
    }

    #[test]
    fn others() {
        let set = |current: &str| {
            json!({"kind": "StatefulSet", "metadata": {"generation": 1}, "spec": {"replicas": 1}, "status":
                {"observedGeneration": 1, "readyReplicas": 1, "currentRevision": current, "updateRevision": "b"}})
        };
        assert_eq!(word(set("b")), "done");
        assert_ne!(word(set("a")), "done");
        let job = |kind: &str| json!({"kind": "Job", "status": {"conditions": [{"type": kind, "status": "True", "message": "m"}]}});
        assert_eq!(word(job("Complete")), "done");
        assert_eq!(word(job("Failed")), "never: it has failed: m");
        assert_eq!(word(json!({"kind": "Job"})), "it has not completed");
        assert_eq!(word(json!({"kind": "ConfigMap"})), "done");
    }
}
