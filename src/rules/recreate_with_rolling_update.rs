//! `recreate-with-rolling-update`: a Deployment that is replaced at once must take back what the API server fills in.
//!
//! Source: kubernetes `pkg/apis/apps/v1/defaults.go` (a Deployment without a type becomes RollingUpdate and gets the
//! block), `pkg/apis/apps/validation` (`spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type`
//! is 'Recreate'`). What becomes of the block by patch, client-side and server-side apply is asked of a real API server in
//! tests/testbed.rs.

use super::{Evidence, Facts, Finding, Fix, Judgement, Reason, Rule, Scope, Verdict};
use crate::diagnostic::Severity;
use crate::manifest::{Document, Field};

pub static RULE: Rule = Rule {
    id: "recreate-with-rolling-update",
    summary: "a Recreate strategy keeps the rollingUpdate block that the API server filled in",
    severity: Severity::Error,
    scope: Scope::Postgres,
    docs: include_str!("recreate_with_rolling_update.md"),
    check,
    subjects,
};

fn subjects(facts: &Facts<'_>) -> usize {
    let documents = facts.manifests.documents.iter();
    documents.filter(|d| d.api_version.starts_with("apps/") && d.kind == "Deployment").count()
}

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let deployments = facts.manifests.documents.iter().filter(|d| d.kind == "Deployment" && d.group() == "apps");
    deployments.map(|d| Judgement { subject: facts.subject(d), verdict: verdict(facts, d) }).collect()
}

fn verdict<'f>(facts: &Facts<'f>, document: &Document<'f>) -> Verdict {
    let holds = |why| Verdict::Holds(Evidence(why));
    let Some(strategy) = document.root().dig("spec.strategy") else { return holds("it has no strategy".into()) };
    match strategy.str("type") {
        Field::Given("Recreate") => {}
        Field::Wrong(node) => return Verdict::Undecided(Reason::new("its type is no text").at(facts.at(node))),
        _ => return holds("it is not replaced at once".into()),
    }
    let fix = Fix::new().set_field(document, "spec.strategy.rollingUpdate", serde_json::Value::Null);
    let finding = match strategy.get("rollingUpdate") {
        Some(block) if block.is_null() => return holds("rollingUpdate is null".into()),
        Some(block) => Finding::new("the API server refuses a rollingUpdate block beside type Recreate")
            .at(facts.at(block))
            .help("write `rollingUpdate: null` in its place"),
        None => Finding::new(
            "a Deployment that was born with RollingUpdate may refuse this: the API server filled in a rollingUpdate block \
             then, which a patch keeps, and which it refuses beside type Recreate",
        )
        .at(facts.at_missing(strategy, &["rollingUpdate"]))
        .help("write `rollingUpdate: null` beside the type; where Helm 4 installed the release, see the page as well")
        .severity(Severity::Warning),
    };
    Verdict::Broken(Box::new(finding.fix(fix)))
}
