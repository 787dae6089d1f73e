//! `quota`: what the namespace's quotas leave for the pods and claims of the release. The API server tells of most only when
//! pods are made, long after the deploy.

use serde_json::Value;

use super::super::check::{Check, Said};
use super::super::look::Look;
use crate::cluster::Refused;

pub static CHECK: Check = Check { id: "quota", summary: "the namespace's quotas have room for the release", run };

/// What is counted: the quota's name for it, and how much of it one pod of a template takes.
const COUNTED: [(&str, &str, &str); 6] = [
    ("requests.cpu", "requests", "cpu"),
    ("cpu", "requests", "cpu"),
    ("requests.memory", "requests", "memory"),
    ("memory", "requests", "memory"),
    ("limits.cpu", "limits", "cpu"),
    ("limits.memory", "limits", "memory"),
];

fn run(look: &Look) -> Vec<Said> {
    let seen = &look.cluster;
    match &seen.quotas {
        None => Vec::new(),
        Some(Err(refused)) => vec![Said::unknown("ResourceQuota", refused.to_string())],
        Some(Ok(quotas)) if quotas.is_empty() => vec![Said::pass("ResourceQuota", "the namespace has none")],
        Some(Ok(quotas)) => quotas.iter().map(|quota| one(look, quota)).collect(),
    }
}

fn one(look: &Look, quota: &Value) -> Said {
    let subject = format!("ResourceQuota {}", quota["metadata"]["name"].as_str().unwrap_or_default());
    if !quota["spec"]["scopes"].is_null() || !quota["spec"]["scopeSelector"].is_null() {
        return Said::unknown(subject, "it counts only some pods, and which is not judged here");
    }
    let hard = quota["status"]["hard"].as_object().or_else(|| quota["spec"]["hard"].as_object());
    let Some(hard) = hard else { return Said::unknown(subject, "it tells no bounds") };
    let mut fits = Vec::new();
    for (name, bound) in hard {
        let Some(need) = need(look, name) else { continue };
        let Some(need) = need else {
            return Said::fail(
                subject,
                format!("it bounds {name}, and a container of the release says nothing of it: its pod is refused"),
            )
            .advice("give every container requests and limits");
        };
        let used = &quota["status"]["used"][name];
        let (Some(bound), Some(used)) = (quantity(bound), if used.is_null() { Some(0.0) } else { quantity(used) })
        else {
            return Said::unknown(subject, format!("its bound on {name} cannot be read"));
        };
        // What is there already is replaced, pod by pod: of an upgrade only what a surge adds is new.
        let there = look.cluster.applied.iter().any(|(_, a)| runs(a));
        let left = bound - used;
        if need > left && !there {
            return Said::fail(subject, format!("{name}: {need} is needed, and {left} of {bound} is left"))
                .advice("ask for a larger quota, or for less");
        }
        if need > left {
            return Said::unknown(
                subject,
                format!(
                    "{name}: the release needs {need} in all, {left} of {bound} is left, and some of it runs already"
                ),
            );
        }
        fits.push(format!("{name} {need} of {left}"));
    }
    Said::pass(subject, if fits.is_empty() { "it bounds nothing of the release".into() } else { fits.join(", ") })
}

/// Whether pods of an object run already.
fn runs(answer: &Result<Value, Refused>) -> bool {
    answer.as_ref().is_ok_and(|object| object["status"]["replicas"].as_u64().is_some_and(|n| n > 0))
}

/// What all pods of the release need of something. None: it is not counted here; Some(None): a container does not say.
fn need(look: &Look, name: &str) -> Option<Option<f64>> {
    let objects = look.cluster.applied.iter().map(|(object, _)| &object.value);
    let mut sum = 0.0;
    let row = COUNTED.iter().find(|row| row.0 == name);
    if row.is_none() && !matches!(name, "pods" | "count/pods" | "persistentvolumeclaims") {
        return None;
    }
    for object in objects {
        let (kind, spec) = (object["kind"].as_str().unwrap_or_default(), &object["spec"]);
        if !matches!(kind, "Deployment" | "StatefulSet") {
            continue;
        }
        let replicas = spec["replicas"].as_f64().unwrap_or(1.0);
        match (name, row) {
            ("persistentvolumeclaims", _) => {
                sum += replicas * spec["volumeClaimTemplates"].as_array().map_or(0.0, |t| t.len() as f64);
            }
            (_, None) => sum += replicas,
            (_, Some((_, of, what))) => {
                for container in spec["template"]["spec"]["containers"].as_array().into_iter().flatten() {
                    let asked = &container["resources"][*of][*what];
                    // A limit without a request is the request too.
                    let asked = if asked.is_null() && *of == "requests" {
                        &container["resources"]["limits"][*what]
                    } else {
                        asked
                    };
                    if asked.is_null() && replicas > 0.0 {
                        return Some(None);
                    }
                    sum += replicas * quantity(asked).unwrap_or(0.0);
                }
            }
        }
    }
    Some(Some(sum))
}

/// A quantity as a number. Source: k8s.io/apimachinery `pkg/api/resource`.
fn quantity(value: &Value) -> Option<f64> {
    let text = match value {
        Value::Number(number) => return number.as_f64(),
        Value::String(text) => text.trim(),
        _ => return None,
    };
    let end = text.find(|c: char| c.is_ascii_alphabetic() && !(c == 'e' || c == 'E')).unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let (number, suffix) = match number.strip_suffix('E') {
        Some(number) if suffix.is_empty() || suffix == "i" => (number, format!("E{suffix}")),
        _ => (number, suffix.to_string()),
    };
    let factor = match suffix.as_str() {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1024.0 * 1024.0,
        "Gi" => 1024.0 * 1024.0 * 1024.0,
        "Ti" => 1024.0f64.powi(4),
        "Pi" => 1024.0f64.powi(5),
        "Ei" => 1024.0f64.powi(6),
        _ => return None,
    };
    number.parse::<f64>().ok().map(|n| n * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities() {
        let read = |text: &str| quantity(&Value::from(text));
        assert_eq!(read("100m"), Some(0.1));
        assert_eq!(read("1Gi"), Some(1_073_741_824.0));
        assert_eq!(read("1e3"), Some(1000.0));
        assert_eq!((read("2E"), read("2Ei")), (Some(2e18), Some(2.0 * 1024.0f64.powi(6))));
        assert_eq!((read("x"), read("1Q"), read("")), (None, None, None));
    }
}
