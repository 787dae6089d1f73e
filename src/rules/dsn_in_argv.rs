//! `dsn-in-argv`: a password of Postgres in `command` or `args`.
//!
//! Source: kubernetes `third_party/forked/golang/expansion` (`$(VAR)` is replaced before the container starts, so the text is the
//! process's argument); proc(5), `/proc/pid/cmdline`.

use std::collections::{HashMap, HashSet};

use super::{Evidence, Facts, Finding, Judgement, Rule, Scope, Verdict, connection};
use crate::diagnostic::Severity;
use crate::kube::{Container, ContainerId, environment, parts};
use crate::manifest::{DocId, Node};
use crate::postgres::driver;
use crate::postgres::topology::{Edge, Link, Part, Seat, Source};

pub static RULE: Rule = Rule {
    id: "dsn-in-argv",
    summary: "a password of Postgres stands in a container's command or arguments",
    severity: Severity::Error,
    scope: Scope::Postgres,
    docs: include_str!("dsn_in_argv.md"),
    check,
    subjects: connection::count_containers,
};

/// What brings a credential to a container: variables, and lines of arguments.
#[derive(Default)]
struct Bringers<'f> {
    variables: HashSet<&'f str>,
    lines: HashSet<(DocId, u32)>,
}

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let bringers = bringers(facts);
    let none = Bringers::default();
    let judge = |(workload, container): (_, &Container<'_>)| Judgement {
        subject: connection::container_subject(facts, workload, container),
        verdict: verdict(facts, container, bringers.get(&container.id).unwrap_or(&none)),
    };
    facts.inventory.containers().map(judge).collect()
}

fn bringers<'f>(facts: &Facts<'f>) -> HashMap<ContainerId, Bringers<'f>> {
    let mut all: HashMap<ContainerId, Bringers<'f>> = HashMap::new();
    let mut take = |id: ContainerId, source: &Source<'f>| {
        let of = all.entry(id).or_default();
        for link in &source.links {
            match link {
                Link::Env { name, .. } | Link::EnvFrom { name, .. } => _ = of.variables.insert(name),
                Link::Argument { doc, line } => _ = of.lines.insert((*doc, *line)),
                _ => {}
            }
        }
    };
    let mut edge = |id: ContainerId, edge: &Edge<'f>| {
        let is_text = edge.text.is_some() || edge.unknown.iter().any(|(part, _)| *part == Part::Url);
        if is_text {
            take(id, &edge.source);
        }
        for (_, source) in edge.parts.iter().filter(|(part, _)| *part == Part::Password) {
            take(id, source);
        }
    };
    for of in &facts.topology.edges {
        if let Some(Seat::Container(id)) = facts.topology.consumer_of(of).map(|c| c.seat) {
            edge(id, of);
        }
    }
    for holder in &facts.topology.holders {
        holder.edges.iter().for_each(|of| edge(holder.container, of));
    }
    for holder in &facts.topology.holders {
        holder.credential.iter().for_each(|source| take(holder.container, source));
    }
    all
}

fn verdict<'f>(facts: &Facts<'f>, container: &Container<'f>, bringers: &Bringers<'f>) -> Verdict {
    let words = || container.command().into_iter().chain(container.args()).flatten();
    let interesting = |node: &Node<'f>| node.as_str().given().is_some_and(|t| t.contains("$(") || t.contains("://"));
    if !words().any(|node| interesting(&node)) {
        return Verdict::Holds(Evidence("its arguments refer to no variable and hold no address".into()));
    }
    let environment = environment(facts.inventory, container);
    for node in words().filter(interesting) {
        let Some(raw) = node.as_str().given() else { continue };
        let text = environment.expand(node);
        let in_url = url_with_password(raw);
        let refers = parts(raw).any(|part| match part {
            crate::kube::Part::Variable { name, .. } => bringers.variables.contains(name),
            crate::kube::Part::Text(_) => false,
        });
        let told = bringers.lines.contains(&(node.doc(), node.line())) && raw.contains("$(");
        let how = match in_url {
            Some(password) if !password.contains("$(") && !is_stand_in(password) => "stands in plain text in",
            Some(password) if password.contains("$(") => "is put into",
            _ if text.is_secret() && (refers || told) => "is put into",
            _ => continue,
        };
        let message = format!(
            "a password of Postgres {how} the arguments of container {}: everybody who may list processes on the node, or \
             read its runtime's logs, reads it",
            container.name
        );
        let finding = Finding::new(message).at(facts.at(node)).help(
            "hand it over by a variable or a file that the program reads itself (PGPASSWORD, PGPASSFILE, a service file)",
        );
        let is_libpq = words().filter_map(|n| n.as_str().given()).any(|t| driver::by_program(t).is_some())
            || raw.split_whitespace().any(|t| driver::by_program(t).is_some());
        let fix = in_url.filter(|_| is_libpq).and_then(|_| connection::move_password(facts, container, node));
        return Verdict::Broken(Box::new(match fix {
            Some(fix) => finding.fix(fix),
            None => finding,
        }));
    }
    Verdict::Holds(Evidence("no password of Postgres is in its arguments".into()))
}

/// The password of the first URL of Postgres in a text.
fn url_with_password(text: &str) -> Option<&str> {
    let scheme = ["postgres://", "postgresql://"];
    let at = scheme.iter().filter_map(|s| text.find(s)).min()?;
    let rest = text.get(at..)?;
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')).unwrap_or(rest.len());
    let (password, _) = connection::userinfo(rest.get(..end)?)?;
    (!password.is_empty()).then_some(password)
}

/// What a shell or a program replaces, and what stands for a password in a usage text.
fn is_stand_in(password: &str) -> bool {
    password.starts_with(['$', '%', '<', '{', '*']) || password.contains("${") || password.contains('`')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_urls() {
        assert_eq!(url_with_password("psql 'postgres://u:p@h/d' -c x"), Some("p"));
        assert_eq!(url_with_password("--dsn=postgresql://u:$(P)@h/d"), Some("$(P)"));
        assert_eq!(url_with_password("postgres://u@h/d http://a:b@c"), None);
        assert!(is_stand_in("${P}") && is_stand_in("$P") && !is_stand_in("hunter2"));
    }
}
