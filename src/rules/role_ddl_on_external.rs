//! `role-ddl-on-external`: a container that connects to an external server runs statements that make or change roles there.

use std::borrow::Cow;

use serde_json::json;

use super::{Evidence, Facts, Finding, Judgement, Rule, Scope, Verdict, connection};
use crate::diagnostic::Severity;
use crate::kube::{self, Container, ContainerId, FileAt, Workload};
use crate::postgres::topology::Seat;

pub static RULE: Rule = Rule {
    id: "role-ddl-on-external",
    summary: "a script makes or changes roles on a server that the chart does not own",
    severity: Severity::Error,
    scope: Scope::Postgres,
    docs: include_str!("role_ddl_on_external.md"),
    check,
    subjects: connection::count_containers,
};

/// Scripts of a container that are followed, and how much of each is read.
const FILES: usize = 64;
const BYTES: usize = 256 << 10;

const STATEMENTS: [&str; 5] = ["CREATE ROLE", "CREATE USER", "ALTER ROLE", "ALTER USER", "GRANT "];

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let mut external: std::collections::HashMap<ContainerId, &str> = std::collections::HashMap::new();
    for edge in &facts.topology.edges {
        let seat = facts.topology.consumer_of(edge).map(|c| c.seat);
        if let (Some(Seat::Container(id)), Some((host, true))) = (seat, connection::remote(edge)) {
            external.entry(id).or_insert(host);
        }
    }
    let judge = |(workload, container): (_, &Container<'_>)| Judgement {
        subject: connection::container_subject(facts, workload, container),
        verdict: match external.get(&container.id) {
            None => Verdict::Holds(Evidence("it connects to no external server".into())),
            Some(host) => verdict(facts, workload, container, host),
        },
    };
    facts.inventory.containers().map(judge).collect()
}

fn verdict<'f>(facts: &Facts<'f>, workload: &Workload<'f>, container: &Container<'f>, host: &str) -> Verdict {
    let holds = |why: &'static str| Verdict::Holds(Evidence(why.into()));
    let environment = kube::environment(facts.inventory, container);
    let texts = scripts(facts, workload, container, &environment);
    let Some((text, statement)) = texts.iter().find_map(|text| Some((text, statement(text)?))) else {
        return holds("nothing that it runs makes roles, as far as can be seen");
    };
    // A script that asks for a password first does nothing without one.
    let gates: Vec<&str> = words(text).filter(|w| w.contains("PASSWORD") && *w != "PGPASSWORD").collect();
    let given = |name: &&&str| environment.get(name).is_some_and(|var| !var.value.is_empty());
    let gate = gates.iter().find(given);
    if gate.is_none() && !gates.is_empty() {
        return holds("the password that the script asks for is not given");
    }
    let read_only = gate.is_some_and(|g| g.contains("READ"));
    let by = gate.map_or_else(String::new, |gate| format!(" with {gate}"));
    let finding = Finding::new(format!(
        "container {} runs {statement}{by} against {host}, which this chart does not own: the user may not be allowed to, and \
         roles there are somebody else's",
        container.name
    ))
    .at(facts.at(container.node))
    .help("let whoever owns the server make its roles; in external mode give the script an empty password, by an entry of env")
    .severity(if read_only { Severity::Error } else { Severity::Warning });
    let fix = gate.and_then(|gate| connection::set_env(facts, container, json!({"name": gate, "value": ""})));
    Verdict::Broken(Box::new(match fix {
        Some(fix) => finding.fix(fix),
        None => finding,
    }))
}

/// What the container runs: its arguments, and the mounted files whose names stand there, or in such a file.
fn scripts<'f>(
    facts: &Facts<'f>,
    workload: &Workload<'f>,
    container: &Container<'f>,
    environment: &kube::Environment<'_, 'f>,
) -> Vec<Cow<'f, str>> {
    let words = container.command().into_iter().chain(container.args()).flatten();
    let spoken: Vec<&str> = words.filter_map(|node| node.as_str().given()).collect();
    let mut texts: Vec<Cow<'f, str>> = vec![Cow::Owned(spoken.join("\n"))];
    let mut files: Vec<(String, Cow<'f, str>)> = kube::files(facts.inventory, &workload.pod, container, environment)
        .into_iter()
        .filter_map(|(path, at)| match at {
            FileAt::Provided { content, .. } => {
                let text = content.known_str().filter(|t| t.len() <= BYTES)?;
                Some((path.rsplit('/').next()?.to_string(), text))
            }
            _ => None,
        })
        .take(FILES)
        .collect();
    let mut at = 0;
    while let Some(text) = texts.get(at).map(|t| t.to_string()) {
        at += 1;
        let (named, rest): (Vec<_>, Vec<_>) = files.into_iter().partition(|(name, _)| text.contains(name.as_str()));
        files = rest;
        texts.extend(named.into_iter().map(|(_, text)| text));
    }
    texts
}

/// The first statement about roles in a text, comments left out.
fn statement(text: &str) -> Option<&'static str> {
    let lines = text.lines().filter(|l| !l.trim_start().starts_with(['#', '-']));
    lines.map(str::to_ascii_uppercase).find_map(|line| {
        let found = STATEMENTS.iter().find(|s| line.contains(**s))?;
        Some(found.trim_end())
    })
}

/// Names of variables.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    text.split(move |c| !is_part(c)).filter(|w| w.len() > 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_and_words_are_found() {
        assert_eq!(statement("select 1;\n  create role app;"), Some("CREATE ROLE"));
        assert_eq!(statement("-- create role app\n# grant x\nselect 'granted'"), None);
        assert!(words("[ -z \"${READONLY_PASSWORD:-}\" ]").eq(["READONLY_PASSWORD"]));
    }
}
