//! Secrets that are rendered empty and filled in the cluster, by a pod of the same chart.
//!
//! Source: Kubernetes, "Using RBAC Authorization" (`resourceNames` restricts `get`, `patch` and `update` to objects of that
//! name; a RoleBinding gives a Role's rights to a ServiceAccount of its namespace).

use super::Facts;
use crate::kube::{Store, StoreKind};
use crate::manifest::{Document, Node};

/// Who fills a Secret without data: a workload of the render whose ServiceAccount may write this very Secret.
pub(super) fn by_the_chart(facts: &Facts<'_>, store: &Store<'_>) -> Option<String> {
    if store.kind != StoreKind::Secret || store.entries().next().is_some() {
        return None;
    }
    let rbac = |kind: &'static str| {
        let ids = facts.inventory.of_kind(kind).iter().filter_map(|id| facts.document(*id));
        ids.filter(|d| d.group() == "rbac.authorization.k8s.io" && d.namespace == store.namespace)
    };
    rbac("Role").filter(|role| role.root().list("rules").any(|rule| writes(rule, store.name))).find_map(|role| {
        rbac("RoleBinding").filter(|binding| binds(binding, role.name)).find_map(|binding| {
            let accounts = binding.root().list("subjects").filter(|s| s.str("kind").given() == Some("ServiceAccount"));
            accounts.filter_map(|s| s.str("name").given()).find_map(|account| {
                let mut workloads = facts.inventory.workloads.iter();
                let user = workloads.find(|w| {
                    w.pod.namespace == store.namespace && w.pod.spec.str("serviceAccountName").given() == Some(account)
                })?;
                let title = facts.document(user.doc).map(Document::title)?;
                Some(format!("it is rendered empty, and {title} fills it"))
            })
        })
    })
}

/// A rule that lets its holder write the Secret of this name. One without names gives the right to write any, and says nothing
/// about this one.
fn writes(rule: Node<'_>, name: &str) -> bool {
    let has = |list: &str, wanted: &[&str]| {
        rule.list(list).filter_map(|item| item.as_str().given()).any(|item| wanted.contains(&item))
    };
    has("apiGroups", &["", "*"])
        && has("resources", &["secrets", "*"])
        && has("resourceNames", &[name])
        && has("verbs", &["patch", "update", "*"])
}

fn binds(binding: &Document<'_>, role: &str) -> bool {
    let Some(to) = binding.root().get("roleRef") else { return false };
    to.str("kind").given() == Some("Role") && to.str("name").given() == Some(role)
}
