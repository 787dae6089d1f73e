//! The order in which kinds are installed.

use std::cmp::Ordering;

use crate::dialect::InstallOrder;

/// `InstallOrder` of 4.x; 3.x ends at APIService.
static KINDS: [&str; 38] = [
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// Known kinds by the table, then unknown ones by name; use it with a stable sort.
pub fn compare(a: &str, b: &str, order: InstallOrder) -> Ordering {
    match (rank(a, order), rank(b, order)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

fn rank(kind: &str, order: InstallOrder) -> Option<usize> {
    let known = match order {
        InstallOrder::V3 => &KINDS[..36],
        InstallOrder::V4 => &KINDS[..],
    };
    known.iter().position(|k| *k == kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhooks_are_unknown_to_v3() {
        let (hook, other) = ("MutatingWebhookConfiguration", "Cluster");
        assert_eq!(compare(hook, other, InstallOrder::V4), Ordering::Less);
        assert_eq!(compare(hook, other, InstallOrder::V3), Ordering::Greater);
        assert_eq!(compare("APIService", hook, InstallOrder::V3), Ordering::Less);
    }
}
