//! The life of a pod of the run: made, awaited, and removed by its UID, however the run goes on.

use std::time::Duration;

use serde_json::Value;

use super::stead::MARK;
use crate::cluster::wait::{Seen, until};
use crate::cluster::{Cluster, Refused};
use crate::diagnostic::excerpt;

/// How long its end is awaited.
const END: Duration = Duration::from_secs(30);
/// The longest text of the cluster that is repeated.
const LONGEST: usize = 300;

/// A pod that was made.
pub struct Own {
    pub namespace: String,
    pub name: String,
    uid: String,
}

/// Makes it.
///
/// # Errors
/// In words. Nothing was made, or it is [`Own`] in the second place: the answer was lost, and the pod is there.
pub async fn make(cluster: &Cluster, manifest: &Value, namespace: &str) -> Result<Own, (String, Option<Own>)> {
    let name = manifest["metadata"]["name"].as_str().unwrap_or_default().to_string();
    let own = |made: &Value| {
        let uid = made["metadata"]["uid"].as_str()?.to_string();
        Some(Own { namespace: namespace.to_string(), name: name.clone(), uid })
    };
    let why = match cluster.create(manifest, namespace).await {
        Ok(made) => match own(&made) {
            Some(own) => return Ok(own),
            None => "the API server's answer has no UID".to_string(),
        },
        Err(Refused::Object { reason, .. }) if reason == "AlreadyExists" => {
            let why = format!(
                "a pod {name} is there already: it is left alone. If it is what an earlier run left, remove it: kubectl \
                 delete pod {name} -n {namespace}"
            );
            return Err((why, None));
        }
        Err(refused @ (Refused::Denied(_) | Refused::Object { .. } | Refused::Missing | Refused::NoKind)) => {
            return Err((format!("the pod may not be made: {refused}"), None));
        }
        Err(Refused::Failed(why)) => why,
    };
    // Whether it was made is not known; it bears this run's mark if it was.
    let found = cluster.object("v1", "Pod", namespace, &name).await.ok();
    let mark = &manifest["metadata"]["annotations"][MARK];
    let found = found.filter(|pod| &pod["metadata"]["annotations"][MARK] == mark);
    Err((format!("the pod could not be made: {why}"), found.as_ref().and_then(own)))
}

/// Waits until its container runs; the node that it runs on.
///
/// # Errors
/// In words: what it waits for, or why it never will.
pub async fn ready(cluster: &Cluster, own: &Own, deadline: Duration) -> Result<String, String> {
    let what = format!("pod {}", own.name);
    until(
        &what,
        deadline,
        |_| {},
        async || match cluster.object("v1", "Pod", &own.namespace, &own.name).await {
            Ok(pod) => state(&pod),
            Err(Refused::Failed(why)) => Seen::Not(why),
            Err(Refused::Missing) => Seen::Never("somebody removed it".into()),
            Err(refused) => Seen::Never(format!("it cannot be read: {refused}")),
        },
    )
    .await
}

/// What its status says.
fn state(pod: &Value) -> Seen<String> {
    let status = &pod["status"];
    let text = |value: &Value| excerpt(value.as_str().unwrap_or_default(), LONGEST);
    let container = &status["containerStatuses"][0]["state"];
    if !container["running"].is_null() {
        return Seen::Done(text(&pod["spec"]["nodeName"]));
    }
    let ended = &container["terminated"];
    if !ended.is_null() || status["phase"] == "Failed" {
        let of = if ended.is_null() { status } else { ended };
        return Seen::Never(format!("it ended at once ({}): {}", text(&of["reason"]), text(&of["message"])));
    }
    let waiting = &container["waiting"];
    let reason = text(&waiting["reason"]);
    let told = format!("its container waits: {reason} {}", text(&waiting["message"]));
    match reason.as_str() {
        "InvalidImageName"
        | "ErrImageNeverPull"
        | "CreateContainerConfigError"
        | "CreateContainerError"
        | "RunContainerError"
        | "ImagePullBackOff"
        | "CrashLoopBackOff" => return Seen::Never(told),
        "" => {}
        _ => return Seen::Not(told),
    }
    let conditions = status["conditions"].as_array().into_iter().flatten();
    let unscheduled = conditions.into_iter().find(|c| c["type"] == "PodScheduled" && c["status"] == "False");
    Seen::Not(match unscheduled {
        Some(condition) => format!("no node takes it: {}", text(&condition["message"])),
        None => format!("it is {}", text(&status["phase"])),
    })
}

/// Removes it, and waits until it is gone.
///
/// # Errors
/// In words: it may still be there.
pub async fn remove(cluster: &Cluster, own: &Own) -> Result<(), String> {
    let by_hand = format!("remove it: kubectl delete pod {} -n {}", own.name, own.namespace);
    match cluster.delete(("v1", "Pod"), &own.namespace, &own.name, &own.uid).await {
        Ok(()) => {}
        Err(Refused::Missing) => return Ok(()),
        // Another one of that name is nobody's business here.
        Err(Refused::Object { reason, .. }) if reason == "Conflict" => return Ok(()),
        Err(refused) => return Err(format!("{refused}; {by_hand}")),
    }
    let gone = async || match cluster.object("v1", "Pod", &own.namespace, &own.name).await {
        Err(Refused::Missing) => Seen::Done(()),
        Ok(pod) if pod["metadata"]["uid"].as_str() != Some(own.uid.as_str()) => Seen::Done(()),
        Ok(_) => Seen::Not("it is there still".into()),
        Err(refused) => Seen::Not(refused.to_string()),
    };
    until(&format!("the end of pod {}", own.name), END, |_| {}, gone).await.map_err(|why| format!("{why}; {by_hand}"))
}
