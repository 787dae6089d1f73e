//! `bootstrap-deadline`: a job that changes a database must end some day, and stop by itself before it is killed.
//!
//! Source: Kubernetes, "Jobs" (`activeDeadlineSeconds` kills all pods; without it a job may run for ever);
//! `INIT_SPOCK_TIMEOUT` is the time that pgEdge's bootstrap gives itself, less 30 seconds.

use std::collections::HashSet;

use super::{Evidence, Facts, Finding, Fix, Judgement, Reason, Rule, Scope, Verdict};
use crate::diagnostic::Severity;
use crate::kube::{Container, Workload, WorkloadId, WorkloadKind};
use crate::manifest::{Document, Node};
use crate::postgres::topology::{Phase, Seat};

pub static RULE: Rule = Rule {
    id: "bootstrap-deadline",
    summary: "a job that bootstraps or migrates a database has no deadline, or not its own",
    severity: Severity::Error,
    scope: Scope::Postgres,
    docs: include_str!("bootstrap_deadline.md"),
    check,
    subjects,
};

/// The time that the process inside is given, in seconds.
const TIMEOUT: &str = "INIT_SPOCK_TIMEOUT";

/// What the process takes off it, to stop before it is killed.
const MARGIN: i64 = 30;

/// Where a job says that it changes the database.
const WORDS: &[&str] = &[
    "migrat",
    "bootstrap",
    "init-db",
    "initdb",
    "db-init",
    "dbinit",
    "init-spock",
    "schema",
    "upgrade-db",
    "db-upgrade",
];

fn subjects(facts: &Facts<'_>) -> usize {
    facts.inventory.of_kind("Job").iter().filter_map(|id| facts.document(*id)).filter(|d| d.group() == "batch").count()
}

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let edges = facts.topology.consumers.iter().filter(|c| matches!(c.phase, Phase::Job | Phase::Hook { .. }));
    let connects: HashSet<WorkloadId> = edges
        .filter_map(|c| match c.seat {
            Seat::Container(id) => Some(id.workload),
            Seat::Object(_) => None,
        })
        .collect();
    let jobs = facts.manifests.documents.iter().filter(|d| d.kind == "Job" && d.api_version.starts_with("batch/"));
    jobs.map(|document| {
        let workload = facts.inventory.workloads_of(document.id).find(|w| w.kind == WorkloadKind::Job);
        let verdict = match workload {
            Some(workload) => job(facts, document, workload, connects.contains(&workload.id)),
            None => Verdict::Holds(Evidence("it has no pods".into())),
        };
        Judgement { subject: facts.subject(document), verdict }
    })
    .collect()
}

fn job<'f>(facts: &Facts<'f>, document: &Document<'f>, workload: &Workload<'f>, connects: bool) -> Verdict {
    let holds = |why: String| Verdict::Holds(Evidence(why.into()));
    let root = document.root();
    let deadline = root.dig("spec.activeDeadlineSeconds");
    let seconds = match deadline.map(Node::as_int).map(|field| field.or_wrong()) {
        Some(Err(node)) => {
            return Verdict::Undecided(Reason::new("activeDeadlineSeconds is no number").at(facts.at(node)));
        }
        Some(Ok(seconds)) => seconds,
        None => None,
    };
    let told = workload.pod.containers.iter().find_map(|c| Some((c, entry(c)?)));
    if let Some((container, (index, entry))) = told {
        return spock(facts, document, workload, container, index, entry, seconds);
    }
    if !connects {
        return holds("it does not connect to Postgres".into());
    }
    if let Some(seconds) = seconds {
        return holds(format!("it ends after {seconds} seconds"));
    }
    if !changes(document, workload) {
        return holds("nothing says that it changes the database".into());
    }
    let spec = root.get("spec").unwrap_or(root);
    let finding = Finding::new(
        "this job has no deadline: where it waits for a lock or for the server, it waits for ever, and the next release finds \
         it still at work",
    )
    .at(facts.at_missing(spec, &["activeDeadlineSeconds"]))
    .help("set activeDeadlineSeconds to what the longest migration may take")
    .severity(Severity::Warning)
    .fix(Fix::new().set_field(document, "spec.activeDeadlineSeconds", 3600));
    Verdict::Broken(Box::new(finding))
}

/// The entry of `env` that says how much time there is.
fn entry<'f>(container: &Container<'f>) -> Option<(usize, Node<'f>)> {
    let mut env = container.env().enumerate().filter(|(_, (name, _))| *name == TIMEOUT);
    env.find_map(|(index, (_, node))| Some((index, node.get("value")?)))
}

fn changes(document: &Document<'_>, workload: &Workload<'_>) -> bool {
    let says = |text: &str| {
        let text = text.to_ascii_lowercase();
        WORDS.iter().any(|word| text.contains(word))
    };
    let words = |c: &Container<'_>| {
        let all = c.command().into_iter().flatten().chain(c.args().into_iter().flatten());
        all.into_iter().any(|node| node.as_str().given().is_some_and(says))
    };
    says(document.name) || workload.pod.containers.iter().any(|c| says(c.name) || words(c))
}

/// The bootstrap of a node: deadline and variable are one number.
fn spock<'f>(
    facts: &Facts<'f>,
    document: &Document<'f>,
    workload: &Workload<'f>,
    container: &Container<'f>,
    index: usize,
    value: Node<'f>,
    deadline: Option<i64>,
) -> Verdict {
    let text = value.as_str().given().unwrap_or_default();
    let timeout = text.parse::<i64>().ok().filter(|n| *n > MARGIN);
    let path = format!("{}.env[{index}].value", facts.manifests.path_of(container.node));
    let (message, at, fix) = match (timeout, deadline) {
        (None, _) => {
            let right = deadline.filter(|n| *n > MARGIN).unwrap_or(7200);
            let fix = Fix::new().set_field(document, &path, right.to_string()).set_field(
                document,
                "spec.activeDeadlineSeconds",
                right,
            );
            let message = format!(
                "{TIMEOUT} must be a number of more than {MARGIN} seconds: the bootstrap stops {MARGIN} seconds earlier, which \
                 leaves it no time at all"
            );
            (message, value, fix)
        }
        (Some(timeout), Some(deadline)) if timeout == deadline => {
            return Verdict::Holds(Evidence(format!("job and process have {deadline} seconds").into()));
        }
        (Some(timeout), _) => {
            let fix = Fix::new().set_field(document, "spec.activeDeadlineSeconds", timeout);
            let message = format!(
                "the bootstrap takes {timeout} seconds ({TIMEOUT}) and its job ends {}: a bootstrap that is killed leaves slots \
                 and disabled subscriptions behind, one that is not may run for ever",
                deadline.map_or("never".into(), |n| format!("after {n}"))
            );
            (message, workload.node.dig("spec.activeDeadlineSeconds").unwrap_or(value), fix)
        }
    };
    Verdict::Broken(Box::new(
        Finding::new(message)
            .at(facts.at(at))
            .help("take activeDeadlineSeconds and the variable from one value")
            .values("pgEdge.initSpockJobConfig.timeout")
            .fix(fix),
    ))
}
