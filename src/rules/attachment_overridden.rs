//! `attachment-overridden`: the variables of an attachment come from one place.
//!
//! Source: the kubelet (`pkg/kubelet/kubelet_pods.go`, `makeEnvironmentVariables`): of two entries of one name the later
//! counts, and `env` counts over `envFrom`; neither is told to anybody.

use std::collections::BTreeSet;

use super::{Evidence, Facts, Finding, Fix, Judgement, Rule, Scope, Subject, Verdict};
use crate::diagnostic::Severity;
use crate::kube::{Container, Environment, Text, VarSource, Workload, environment};

pub static RULE: Rule = Rule {
    id: "attachment-overridden",
    summary: "a variable of an attached database is set a second time",
    severity: Severity::Error,
    scope: Scope::Postgres,
    docs: include_str!("attachment_overridden.md"),
    check,
    subjects,
};

/// What an attachment of a name gives, each behind the name.
const PARTS: [&str; 5] = ["_URL", "_HOST", "_PORT", "_USER", "_DATABASE"];

fn subjects(facts: &Facts<'_>) -> usize {
    let of = |c: &Container<'_>| {
        let environment = environment(facts.inventory, c);
        let urls = environment.vars.iter().filter_map(|v| v.name.strip_suffix(PARTS[0]));
        urls.filter(|name| PARTS.iter().all(|part| environment.get(&format!("{name}{part}")).is_some())).count()
    };
    facts.inventory.containers().map(|(_, c)| of(c)).sum()
}

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    facts.inventory.containers().flat_map(|(workload, container)| attachments(facts, workload, container)).collect()
}

fn attachments<'f>(facts: &Facts<'f>, workload: &Workload<'f>, container: &Container<'f>) -> Vec<Judgement> {
    let environment = environment(facts.inventory, container);
    let names: BTreeSet<&str> = environment.vars.iter().map(|v| v.name.as_ref()).collect();
    let prefixes = names.iter().filter_map(|name| name.strip_suffix("_DATABASE"));
    let attached = prefixes.filter(|p| PARTS.iter().all(|part| names.contains(format!("{p}{part}").as_str())));
    attached
        .map(|prefix| {
            let subject = Subject::new("attachment", format!("{}/{}/{prefix}", workload.name, container.name));
            Judgement { subject, verdict: verdict(facts, workload, container, &environment, prefix) }
        })
        .collect()
}

fn verdict<'f>(
    facts: &Facts<'f>,
    workload: &Workload<'f>,
    container: &Container<'f>,
    environment: &Environment<'_, 'f>,
    prefix: &str,
) -> Verdict {
    for part in PARTS {
        let name = format!("{prefix}{part}");
        let Some(var) = environment.get(&name) else { continue };
        let Some(loser) = var.shadowed.iter().find(|l| !is_same(&l.value, &var.value)) else { continue };
        let message = format!(
            "{name} is set twice, and the attachment's own value may be the one that loses: the program connects with parts of \
             two databases"
        );
        let mut finding = Finding::new(message)
            .at(facts.at(var.from.node()))
            .also(facts.at(loser.from.node()), "the value that loses")
            .help(format!(
                "set nothing that begins with {prefix}_ beside the attachment, or give the attachment another name"
            ));
        if let (VarSource::Env { index, .. }, Some(document)) = (var.from, facts.document(workload.doc)) {
            let path = format!("{}.env[{index}]", facts.manifests.path_of(container.node));
            finding = finding.fix(Fix::new().remove_field(document, &path));
        }
        return Verdict::Broken(Box::new(finding));
    }
    Verdict::Holds(Evidence("each of its variables is set once".into()))
}

/// Known, and the same.
fn is_same(one: &Text<'_>, other: &Text<'_>) -> bool {
    one.known().is_some_and(|bytes| other.known().is_some_and(|others| bytes == others))
}
