//! NetworkPolicies that tell the pod from the workload whose place it takes.

use serde_json::Value;

/// The names of those that select one of the two sets of labels and not the other, as whom they hold for or whom they let in.
pub fn telling_apart(policies: &[Value], workload: &Value, pod: &Value) -> Vec<String> {
    let differs = |selector: &Value| selector.is_object() && selects(selector, workload) != selects(selector, pod);
    let named = |policy: &&Value| {
        let spec = &policy["spec"];
        let sides = [("ingress", "from"), ("egress", "to")];
        let peers = sides.iter().flat_map(|(side, peers)| {
            let rules = spec[*side].as_array().into_iter().flatten();
            rules.flat_map(move |rule| rule[*peers].as_array().into_iter().flatten())
        });
        differs(&spec["podSelector"]) || peers.into_iter().any(|peer| differs(&peer["podSelector"]))
    };
    policies.iter().filter(named).filter_map(|p| p["metadata"]["name"].as_str().map(str::to_string)).collect()
}

/// Source: k8s.io/apimachinery `pkg/apis/meta/v1` LabelSelectorAsSelector; an empty one selects all.
fn selects(selector: &Value, labels: &Value) -> bool {
    let exact = selector["matchLabels"].as_object().into_iter().flatten().all(|(key, value)| labels[key] == *value);
    exact
        && selector["matchExpressions"].as_array().into_iter().flatten().all(|one| {
            let label = &labels[one["key"].as_str().unwrap_or_default()];
            let among = one["values"].as_array().into_iter().flatten().any(|value| value == label);
            match one["operator"].as_str() {
                Some("In") => !label.is_null() && among,
                Some("NotIn") => label.is_null() || !among,
                Some("Exists") => !label.is_null(),
                Some("DoesNotExist") => label.is_null(),
                _ => false,
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn who_is_told_apart() {
        let policy = |name: &str, spec: Value| json!({"metadata": {"name": name}, "spec": spec});
        let policies = [
            policy("all", json!({"podSelector": {}})),
            policy("shop", json!({"podSelector": {"matchLabels": {"app": "shop"}}})),
            policy("other", json!({"podSelector": {"matchLabels": {"app": "other"}}})),
            policy(
                "not-shop",
                json!({"podSelector": {"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}}),
            ),
            policy(
                "database",
                json!({"podSelector": {"matchLabels": {"app": "db"}},
                       "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "shop"}}}]}]}),
            ),
        ];
        let found = telling_apart(&policies, &json!({"app": "shop"}), &json!({"app.kubernetes.io/managed-by": "x"}));
        assert_eq!(found, ["shop", "not-shop", "database"]);
    }
}
