//! What refuses an upgrade before anything is touched: our rules, and what the API server would say to each object in the way in
//! which Helm would apply it.

use std::time::Instant;

use serde_json::Value;

use super::bench::{Bench, Over, RELEASE};
use super::show::Shown;
use crate::cluster::{Cluster, Refused};
use crate::diagnostic::Severity;
use crate::lint;
use crate::preflight::Object;
use crate::render::{Release, RenderedFile};
use crate::report::{FailOn, Outcome};
use crate::rules;

impl Bench<'_> {
    /// Lints the chart with the values at hand, beside what the run has made for it: each finding is an answer with the rule's id.
    ///
    /// # Errors
    /// [`Over`]: a rule refuses it.
    pub fn judged(&self, values: &Value, shown: &Shown, is_upgrade: bool, beside: &[RenderedFile]) -> Result<(), Over> {
        let since = Instant::now();
        let given = match self.overrides(values) {
            Ok(given) => given,
            Err(why) => {
                self.say("rules", Outcome::Unknown, why, None);
                return Ok(());
            }
        };
        let job = lint::Job {
            given: Some(given),
            patterns: Vec::new(),
            targets: vec![lint::Target { dialect: self.dialect, kube_version: None }],
            api_versions: self.place.can.1.clone(),
            release: Release { name: RELEASE.into(), namespace: shown.release.namespace.clone(), is_upgrade },
            options: self.ask.options.clone(),
            limits: self.ask.limits.clone(),
            permissions: self.ask.allowed.iter().map(|(a, file)| lint::Permission::configured(a, file)).collect(),
            beside: beside.to_vec(),
            now: self.ask.now,
        };
        let chart = self.ask.chart.to_string_lossy().into_owned();
        let outcome = lint::run(&job, &[chart], FailOn::Error, &|_| ());
        self.hide(&outcome.secrets);
        let mut refused = false;
        let mut undecided = 0;
        for report in &outcome.report.charts {
            undecided += report.undecided.len();
            for finding in &report.findings {
                let id = rules::find(&finding.rule).map_or("rules", |rule| rule.id);
                let outcome = match finding.severity {
                    Severity::Error => Outcome::Fail,
                    Severity::Warning => Outcome::Warn,
                    Severity::Info => continue,
                };
                refused |= outcome == Outcome::Fail;
                self.say_of(id, &finding.subject, outcome, finding.message.clone(), None);
            }
        }
        for (chart, refusal) in &outcome.unreadable {
            self.say_of("rules", chart, Outcome::Unknown, refusal.message.clone(), None);
        }
        if refused && !self.ask.force_upgrade {
            return Err(Over);
        }
        if !refused && outcome.unreadable.is_empty() {
            let unsure = if undecided > 0 { format!("; {undecided} judgements are undecided") } else { String::new() };
            self.say("rules", Outcome::Pass, format!("no rule refuses the chart{unsure}"), Some(since));
        }
        Ok(())
    }

    /// Asks the API server about each object that is there already.
    ///
    /// # Errors
    /// [`Over`]: it refuses one.
    pub async fn upgrade_dry_run(&self, old: &Shown, new: &Shown) -> Result<(), Over> {
        const CHECK: &str = "upgrade-dry-run";
        let since = Instant::now();
        self.progress.begin(&format!("{}: what the API server would say", self.scenario.name()));
        let cluster = &self.place.cluster;
        let (mut asked, mut refused, mut unknown) = (0, Vec::new(), Vec::new());
        let all = async {
            for object in &new.release.objects {
                let was =
                    old.release.objects.iter().find(|o| o.title == object.title && o.namespace == object.namespace);
                match would_become(cluster, was, object).await {
                    Ok(true) => asked += 1,
                    Ok(false) => {}
                    Err(Refused::Object { reason, message }) => {
                        refused.push(format!("{}: {reason}: {message}", object.title))
                    }
                    Err(why) => unknown.push(format!("{}: {why}", object.title)),
                }
            }
        };
        if let Err(why) = self.within("what the API server would say", all).await {
            unknown.push(why);
        }
        if !refused.is_empty() {
            self.say(CHECK, Outcome::Fail, format!("the API server refuses {}", refused.join("; ")), Some(since));
            return if self.ask.force_upgrade { Ok(()) } else { Err(Over) };
        }
        match unknown.is_empty() {
            true => self.say(CHECK, Outcome::Pass, format!("{asked} objects would be taken"), Some(since)),
            false => self.say(CHECK, Outcome::Unknown, unknown.join("; "), Some(since)),
        }
        Ok(())
    }
}

/// Shows the API server an object in the way in which Helm will apply it; false where there is none yet.
async fn would_become(cluster: &Cluster, was: Option<&Object>, object: &Object) -> Result<bool, Refused> {
    let live = match cluster.object_of(&object.value, &object.namespace).await {
        Err(Refused::Missing | Refused::NoKind) => return Ok(false),
        other => other?,
    };
    match is_server_side(&live) {
        true => cluster.would_apply(&object.value, &object.namespace, "helm").await?,
        false => {
            let patch = merge_patch(was.map_or(&Value::Null, |o| &o.value), &object.value);
            cluster.would_merge(&object.value, &object.namespace, &patch).await?
        }
    };
    Ok(true)
}

/// Whether Helm made an object by server-side apply: it then upgrades it so, too.
fn is_server_side(live: &Value) -> bool {
    let fields = live["metadata"]["managedFields"].as_array().into_iter().flatten();
    fields.into_iter().any(|f| f["manager"] == "helm" && f["operation"] == "Apply")
}

/// What Helm's three-way merge sends: the new manifest, and null for what the old one had and the new one has not.
fn merge_patch(old: &Value, new: &Value) -> Value {
    let Value::Object(new) = new else { return new.clone() };
    let mut patch = serde_json::Map::new();
    for (key, value) in new {
        patch.insert(key.clone(), merge_patch(&old[key.as_str()], value));
    }
    for (key, _) in old.as_object().into_iter().flatten() {
        patch.entry(key.clone()).or_insert(Value::Null);
    }
    Value::Object(patch)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_the_new_manifest_lacks_is_removed() {
        let (old, new) = (json!({"a": {"b": 1, "c": 2}, "d": [1]}), json!({"a": {"b": 3}, "e": null}));
        assert_eq!(merge_patch(&old, &new), json!({"a": {"b": 3, "c": null}, "e": null, "d": null}));
    }

    #[test]
    fn who_applied_is_in_the_managed_fields() {
        let live = |op: &str| json!({"metadata": {"managedFields": [{"manager": "helm", "operation": op}]}});
        assert!(is_server_side(&live("Apply")) && !is_server_side(&live("Update")) && !is_server_side(&json!({})));
    }
}
