//! `secret-in-plain-sight`: a secret of the values that is rendered outside of a Secret.
//!
//! Each secret is changed to a text of its own, and that text looked for. Sources: Kubernetes documentation, Secrets and
//! Good practices for Kubernetes Secrets; Helm documentation, Creating a NOTES.txt File.

use serde_json::json;

use super::canary::{Hit, Secret};
use super::{Facts, Finding, Fix, Judgement, Rule, Scope, Spot, Subject};
use crate::diagnostic::{Place, Severity};
use crate::manifest::{DocId, Document, Path, Step};

pub static RULE: Rule = Rule {
    id: "secret-in-plain-sight",
    summary: "a secret is rendered outside of a Secret",
    severity: Severity::Error,
    scope: Scope::Any,
    docs: include_str!("secret_in_plain_sight.md"),
    check,
    subjects,
};

fn values<'f>(facts: &Facts<'f>) -> &'f crate::value::MapNode<'f> {
    facts.bound.root().values
}

/// The secrets among the values, and the chart as a whole where some of them could not be changed.
fn subjects(facts: &Facts<'_>) -> usize {
    let shaken = facts.worlds.shaken(values(facts));
    let known = shaken.secrets.len() - shaken.secrets.iter().filter(|s| s.hits.is_none()).count();
    known + usize::from(known < shaken.secrets.len())
}

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let shaken = facts.worlds.shaken(values(facts));
    let mut judgements: Vec<Judgement> = shaken.secrets.iter().filter_map(|secret| judge(facts, secret)).collect();
    if judgements.len() < shaken.secrets.len() {
        let why = shaken.stopped.clone().unwrap_or_else(|| "the chart does not render with other secrets".into());
        judgements.push(Judgement::undecided(Subject::new("values", "secrets"), why));
    }
    judgements
}

fn judge(facts: &Facts<'_>, secret: &Secret) -> Option<Judgement> {
    let hits = secret.hits.as_ref()?;
    let subject = Subject::new("values", secret.path.to_string());
    // What Secrets are called by, and their keys, are names, whatever the value is called.
    let names = hits.iter().any(|hit| matches!(hit, Hit::Field { path, .. } if is_reference(path)));
    if names {
        return Some(Judgement::holds(subject, "it names something"));
    }
    let mut shown: Vec<(&Hit, Part)> = hits.iter().filter_map(|hit| Some((hit, part(facts, hit)?))).collect();
    shown.sort_by_key(|(_, part)| *part);
    let Some((first, what)) = shown.first() else {
        let kept = hits.iter().any(|hit| matches!(hit, Hit::Kept { .. }));
        return Some(Judgement::holds(subject, if kept { "Secrets alone show it" } else { "nothing shows it" }));
    };
    let message = format!("the secret {} {}", secret.path, what.words());
    let mut finding = Finding::new(message).at(spot(facts, first)).values(&secret.path.to_string());
    for (hit, part) in shown.iter().skip(1).take(4) {
        finding = finding.also(spot(facts, hit), part.words());
    }
    finding.severity = Some(what.severity());
    finding.help = Some(what.help().into());
    let mut fix = Fix::new();
    let mut done: Vec<(DocId, &Path)> = Vec::new();
    for (hit, part) in &shown {
        if let Hit::Field { doc, path } = hit
            && !done.contains(&(*doc, path))
        {
            done.push((*doc, path));
            fix = mend(facts, fix, *doc, path, *part, secret);
        }
    }
    Some(Judgement::broken(subject, finding.fix(fix)))
}

/// Where a secret shows up, the worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Argument,
    Config,
    Metadata,
    Notes,
    Variable,
    Other,
}

impl Part {
    fn words(self) -> &'static str {
        match self {
            Part::Argument => "stands in a command line: every process of the node and every log of it shows it",
            Part::Config => "stands in a ConfigMap: whoever may read configuration reads it, and nothing encrypts it",
            Part::Metadata => "stands in metadata: events, metrics and logs repeat it",
            Part::Notes => "is printed by NOTES.txt: it stays in the log of every deployment",
            Part::Variable => "stands in a variable of a pod: whoever may look at pods reads it",
            Part::Other => "stands in an object that is no Secret: whoever may look at that reads it",
        }
    }

    fn help(self) -> &'static str {
        match self {
            Part::Argument => "put it into a Secret, and let the process read a variable or a file",
            Part::Config => "put what holds it into a Secret, and mount that",
            Part::Metadata => "annotate a checksum at most",
            Part::Notes => "print the command that reads it from its Secret",
            Part::Variable | Part::Other => "put it into a Secret, and refer to its key",
        }
    }

    fn severity(self) -> Severity {
        if self == Part::Other { Severity::Warning } else { Severity::Error }
    }
}

/// `None` for what is no harm.
fn part(facts: &Facts<'_>, hit: &Hit) -> Option<Part> {
    let (doc, path) = match hit {
        Hit::Kept { .. } => return None,
        Hit::Notes(_) => return Some(Part::Notes),
        Hit::Field { doc, path } => (*doc, path),
    };
    let document = facts.document(doc)?;
    let keys: Vec<&str> = path.0.iter().filter_map(key).collect();
    let has = |wanted: &str| keys.contains(&wanted);
    if document.kind == "SealedSecret" || document.kind == "Secret" && !has("metadata") {
        return None;
    }
    if is_public(document, path) {
        return None;
    }
    Some(match keys.as_slice() {
        ["data" | "binaryData", ..] if document.kind == "ConfigMap" => Part::Config,
        [.., "annotations" | "labels", _] if has("metadata") => Part::Metadata,
        [.., "command" | "args"] => Part::Argument,
        [.., "env", "value"] => Part::Variable,
        _ => Part::Other,
    })
}

/// Settings whose name promises a secret and that are none, by their own documentation: etcd's token and Stellar's passphrase only tell
/// clusters and networks apart.
const PUBLIC: &[&str] = &["ETCD_INITIAL_CLUSTER_TOKEN", "initial-cluster-token", "NETWORK_PASSPHRASE"];

/// A key of a ConfigMap, or a variable, that is known to be no secret.
fn is_public(document: &Document<'_>, path: &Path) -> bool {
    let is_known = |name: &str| PUBLIC.contains(&name);
    let entry = path.0.split_last().and_then(|(_, entry)| document.root().at(entry));
    let variable = entry.and_then(|entry| entry.str("name").given());
    path.0.last().and_then(key).is_some_and(is_known) || variable.is_some_and(is_known)
}

fn key(step: &Step) -> Option<&str> {
    match step {
        Step::Key(key) => Some(key.as_str()),
        Step::Index(_) => None,
    }
}

/// Whether a field holds the name of a Secret, of a key, of an object.
fn is_reference(path: &Path) -> bool {
    let keys: Vec<String> = path.0.iter().filter_map(key).map(str::to_ascii_lowercase).collect();
    let Some((last, above)) = keys.split_last() else { return false };
    let last = last.as_str();
    let names = last.ends_with("secretname") || last.ends_with("secretref") || last.ends_with("secretkey");
    let refers = above
        .last()
        .is_some_and(|up| ["ref", "secret", "secrets", "selector", "configmap"].iter().any(|end| up.ends_with(end)));
    let in_volume = above.iter().any(|k| k == "volumes" || k == "volumemounts" || k == "imagepullsecrets");
    names || in_volume || refers && ["name", "key", "property"].contains(&last) || keys == ["metadata", "name"]
}

fn spot(facts: &Facts<'_>, hit: &Hit) -> Spot {
    match hit {
        Hit::Notes(template) => Spot::File(Place::file(template.as_str())),
        Hit::Kept { .. } => Spot::Chart,
        Hit::Field { doc, path } => {
            let document = facts.document(*doc);
            let node = document.and_then(|d| d.root().at(&path.0).or(Some(d.root())));
            node.map(|node| facts.at(node)).unwrap_or_default()
        }
    }
}

/// A variable takes it from a Secret; from everywhere else it is taken away.
fn mend(facts: &Facts<'_>, fix: Fix, doc: DocId, path: &Path, part: Part, secret: &Secret) -> Fix {
    let Some(document) = facts.document(doc) else { return fix };
    let text = path.to_string();
    match (part, text.strip_suffix(".value")) {
        (Part::Variable, Some(item)) => {
            let last = secret.path.0.last().map_or("value", String::as_str);
            let from = json!({"secretKeyRef": {"name": "a-secret-of-yours", "key": last}});
            fix.remove_field(document, &text).set_field(document, &format!("{item}.valueFrom"), from)
        }
        _ => fix.remove_field(document, &text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_references() {
        let is = |text: &str| is_reference(&Path::parse(text).unwrap());
        assert!(is("spec.containers[0].env[0].valueFrom.secretKeyRef.key") && is("spec.tls[0].secretName"));
        assert!(is("spec.volumes[0].secret.items[0].path") && is("metadata.name"));
        assert!(!is("spec.containers[0].env[0].value") && !is("data.password"));
    }
}
