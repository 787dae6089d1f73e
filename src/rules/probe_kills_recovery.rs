//! `probe-kills-recovery`: a liveness probe must not kill a server that recovers, nor one that is busy.
//!
//! Source: `pg_isready` exits 1 ("rejecting connections") while the server recovers, and the kubelet restarts a container
//! whose liveness probe has failed `failureThreshold` times (3) in a row, `periodSeconds` (10) apart, unless a
//! startupProbe holds it back. A query needs a free connection; `pg_isready` does not.

use super::servers::{self, Seated};
use super::{Evidence, Facts, Finding, Fix, Judgement, Reason, Rule, Scope, Verdict};
use crate::diagnostic::Severity;
use crate::manifest::Node;
use crate::value::to_json;
use serde_json::{Value, json};

/// Seconds that a start must be allowed to take.
const ENOUGH: i64 = 60;

pub static RULE: Rule = Rule {
    id: "probe-kills-recovery",
    summary: "a liveness probe restarts a Postgres server that recovers or is busy",
    severity: Severity::Warning,
    scope: Scope::Postgres,
    docs: include_str!("probe_kills_recovery.md"),
    check,
    subjects: servers::count,
};

/// What a probe asks.
enum Asks {
    /// Whether sessions are accepted.
    Ready,
    /// It runs a query.
    Query,
    /// The port alone, which is open during recovery.
    Port,
    /// Somebody else's business: an HTTP server beside it, a script.
    Other,
}

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let judge = |s: &Seated<'_, '_>| Judgement { subject: s.subject(facts), verdict: verdict(facts, s) };
    servers::seated(facts).iter().map(judge).collect()
}

fn verdict<'f>(facts: &Facts<'f>, seated: &Seated<'_, 'f>) -> Verdict {
    let holds = |why: String| Verdict::Holds(Evidence(why.into()));
    let container = seated.container;
    let Some(liveness) = container.probe("livenessProbe") else { return holds("it has no liveness probe".into()) };
    let startup = container.probe("startupProbe");
    let allowed = patience(startup.unwrap_or(liveness));
    let path = seated.path(facts);
    match asks(liveness) {
        Asks::Port => holds("its liveness probe looks at the port only".into()),
        Asks::Query => {
            let finding = Finding::new(
                "its liveness probe runs a query: when all connections are taken, or a lock is waited for, the probe fails \
                 and the kubelet restarts a server that works",
            )
            .at(facts.at(liveness))
            .help("ask pg_isready in the liveness probe, and leave queries to the readiness probe");
            let command = json!(["sh", "-c", "exec pg_isready -h 127.0.0.1 -p 5432"]);
            let mut fix = Fix::new().set_field(seated.document, &format!("{path}.livenessProbe.exec.command"), command);
            if allowed < ENOUGH {
                fix = fix.set_field(seated.document, &format!("{path}.startupProbe"), patient(&startup, liveness));
            }
            Verdict::Broken(Box::new(finding.fix(fix)))
        }
        _ if allowed >= ENOUGH => holds(format!("a start may take {allowed} seconds")),
        Asks::Other if startup.is_none() => {
            Verdict::Undecided(Reason::new("nobody knows what its liveness probe asks").at(facts.at(liveness)))
        }
        Asks::Other => holds("a startup probe holds the liveness probe back".into()),
        Asks::Ready => {
            let at = startup.unwrap_or(liveness);
            let finding = Finding::new(format!(
                "a server that needs more than {allowed} seconds to recover from a crash is killed by its {} probe, and \
                 recovers from the beginning, for ever",
                if startup.is_some() { "startup" } else { "liveness" }
            ))
            .at(facts.at(at))
            .help("add a startupProbe that allows some minutes; until it succeeds, the liveness probe waits");
            let probe = patient(&startup, liveness);
            Verdict::Broken(Box::new(finding.fix(Fix::new().set_field(
                seated.document,
                &format!("{path}.startupProbe"),
                probe,
            ))))
        }
    }
}

/// Seconds from the start of a container to its restart by a probe that never succeeds.
fn patience(probe: Node<'_>) -> i64 {
    let number = |key, default: i64| probe.int(key).given().unwrap_or(default).clamp(0, 1 << 20);
    number("initialDelaySeconds", 0) + number("periodSeconds", 10) * number("failureThreshold", 3)
}

fn asks(probe: Node<'_>) -> Asks {
    if probe.present("tcpSocket").is_some() {
        return Asks::Port;
    }
    let Some(command) = probe.get("exec").and_then(|exec| exec.get("command")) else { return Asks::Other };
    let words: Vec<&str> = command.items().filter_map(|node| node.as_str().given()).collect();
    let has = |name: &str| words.iter().any(|word| word.contains(name));
    if has("psql") && !has("pg_isready") {
        Asks::Query
    } else if has("pg_isready") {
        Asks::Ready
    } else {
        Asks::Other
    }
}

/// A startup probe that asks what there is to ask, for ten minutes.
fn patient(startup: &Option<Node<'_>>, liveness: Node<'_>) -> Value {
    let mut probe = to_json(startup.unwrap_or(liveness).tree());
    if let Value::Object(fields) = &mut probe {
        fields.shift_remove("initialDelaySeconds");
        fields.insert("periodSeconds".into(), json!(10));
        fields.insert("failureThreshold".into(), json!(60));
    }
    probe
}
