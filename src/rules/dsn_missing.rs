//! `dsn-missing`: a container connects by a setting that nothing gives.
//!
//! Source: kubernetes `pkg/kubelet/kubelet_pods.go` (a key that is not there stops the container);
//! `third_party/forked/golang/expansion` (`$(NAME)` without such a variable stays as it is); libpq for an empty host: a socket.

use super::connection::Environments;
use super::fix::{DocRef, Fix, Op};
use super::{
    Evidence, Facts, Finding, Judgement, Reason, Rule, Scope, Verdict, connection, filled, secret_key_missing,
};
use crate::diagnostic::{Severity, nearest};
use crate::kube::{self, Why as Kube};
use crate::manifest::Step;
use crate::postgres::dsn::Keyword;
use crate::postgres::topology::{Edge, Form, Part, Reach, Why};

pub static RULE: Rule = Rule {
    id: "dsn-missing",
    summary: "a container connects by a setting that nothing gives",
    severity: Severity::Error,
    scope: Scope::Postgres,
    docs: include_str!("dsn_missing.md"),
    check,
    subjects: connection::count,
};

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let around = connection::Environments::new(facts);
    let judge = |edge| Judgement { subject: connection::subject(facts, edge), verdict: verdict(facts, &around, edge) };
    facts.topology.edges.iter().map(judge).collect()
}

fn verdict<'f>(facts: &Facts<'f>, around: &Environments<'f>, edge: &'f Edge<'f>) -> Verdict {
    let missing = edge.unknown.iter().find_map(|(part, why)| match why {
        Why::Kube(why @ Kube::KeyMissing { optional: false, .. }) if matches!(part, Part::Url | Part::Host) => {
            Some(*why)
        }
        _ => None,
    });
    if let Some(why) = missing {
        return key_missing(facts, edge, why);
    }
    if let Some(name) = dangling(edge) {
        return no_variable(facts, around, edge, name);
    }
    if let (Form::Options(program), Some(name)) = (edge.form, edge.unset()) {
        return unset(facts, around, edge, program, name);
    }
    let takes_option = connection::remote(edge).is_some_and(|(host, _)| host.starts_with('-'));
    if takes_option || has_empty_host(facts, edge) {
        let comes = match takes_option {
            true => "the program takes its next option for it",
            false => "the client looks for a socket in its own container, and nobody listens there",
        };
        let finding = Finding::new(format!("the host of {} is empty: {comes}", edge.role))
            .at(connection::spot(facts, edge))
            .help("give the host of the server; there is no default one");
        return Verdict::Broken(Box::new(finding));
    }
    let why = match &edge.reach {
        Reach::Undecided(_) => {
            "something outside of the chart gives it, or not: plaintext-remote tells what is not known"
        }
        _ => "it is given",
    };
    Verdict::Holds(Evidence(why.into()))
}

fn key_missing<'f>(facts: &Facts<'f>, edge: &'f Edge<'f>, why: Kube<'f>) -> Verdict {
    let Kube::KeyMissing { kind, doc, key, at, .. } = why else {
        return Verdict::Holds(Evidence("it is given".into()));
    };
    let store = facts.inventory.store_of(doc);
    if let Some(why) = store.and_then(|store| filled::by_the_chart(facts, store)) {
        return Verdict::Holds(Evidence(why.into()));
    }
    if let Some(why) = store.and_then(|store| secret_key_missing::filled_by_others(facts, store)) {
        return Verdict::Undecided(Reason::new(why).at(facts.at(at)));
    }
    let name = store.map_or("", |s| s.name);
    let finding = Finding::new(format!(
        "{} comes from key {key:?} of {} {name}, which {} without it: {} never starts",
        edge.role,
        kind.kind(),
        if facts.document(doc).is_some() { "this chart renders" } else { "stands beside this chart" },
        connection::owner(facts, edge)
    ))
    .at(facts.at(at.get("key").unwrap_or(at)))
    .help(format!("write {key} into {} {name}, or name a key that it has", kind.kind()));
    let keys = || store.into_iter().flat_map(|s| s.entries()).map(|(key, _)| key);
    let fix = nearest(key, keys()).zip(facts.document(at.doc())).map(|(meant, document)| {
        let mut path = facts.manifests.path_of(at);
        path.0.push(Step::Key("key".into()));
        Fix { ops: vec![Op::SetField { doc: DocRef::of(document), path, value: meant.into() }] }
    });
    Verdict::Broken(Box::new(match fix {
        Some(fix) => finding.fix(fix),
        None => finding,
    }))
}

/// `$(NAME)` that the kubelet left in a connection string, or in a host.
fn dangling<'e>(edge: &'e Edge<'_>) -> Option<&'e str> {
    let text = match &edge.text {
        Some(text) => text.filled(),
        None => edge.value(Keyword::Host)?.text()?,
    };
    let start = text.find("$(")? + 2;
    let name = text.get(start..)?.split(')').next()?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    // In a script the shell runs it.
    (is_name && matches!(edge.form, Form::Url(_) | Form::Parts | Form::Variables)).then_some(name)
}

fn no_variable<'f>(facts: &Facts<'f>, around: &Environments<'f>, edge: &'f Edge<'f>, name: &str) -> Verdict {
    let spot = connection::spot(facts, edge);
    let Some((_, container)) = connection::container(facts, edge) else {
        return Verdict::Undecided(Reason::new(format!("$({name}) is an operator's to replace")).at(spot));
    };
    let environment = around.of(container);
    let is_variable = edge.source.links.iter().any(|l| matches!(l, crate::postgres::topology::Link::Env { .. }));
    if !is_variable {
        return Verdict::Holds(Evidence("who reads the file replaces what stands in it".into()));
    }
    let later = environment.get(name).is_some();
    let why = if later { "which is set after it" } else { "which the container does not have" };
    let finding = Finding::new(format!(
        "{} refers to $({name}), {why}: the kubelet leaves the text as it is, and it is no connection string",
        edge.role
    ))
    .at(spot)
    .help(if later {
        "move the variable before the one that uses it"
    } else {
        "set the variable, before the one that uses it"
    });
    let meant = nearest(name, environment.vars.iter().map(|v| v.name.as_ref()).filter(|n| *n != edge.role));
    let fix = meant.filter(|_| !later).and_then(|meant| {
        let written = connection::written(facts, edge)?;
        written.replaced(facts, &written.text.replace(&format!("$({name})"), &format!("$({meant})")))
    });
    Verdict::Broken(Box::new(match fix {
        Some(fix) => finding.fix(fix),
        None => finding,
    }))
}

/// A script gives a client program a variable that no manifest sets. Only the image could; that of Postgres itself does not.
fn unset<'f>(facts: &Facts<'f>, around: &Environments<'f>, edge: &'f Edge<'f>, program: &str, name: &str) -> Verdict {
    let spot = connection::spot(facts, edge);
    let Some((_, container)) = connection::container(facts, edge) else {
        return Verdict::Holds(Evidence("an operator runs it".into()));
    };
    let environment = around.of(container);
    let is_plain = ["postgres", "library/postgres", "docker.io/library/postgres", "docker.io/postgres"]
        .contains(&container.image.repository);
    let of_image = ["PG", "LANG", "GOSU_", "HOSTNAME", "HOME", "PATH"].iter().any(|start| name.starts_with(start));
    if !is_plain || of_image {
        let why = format!("{program} is given ${name}, which nothing here sets: only the image could");
        return Verdict::Undecided(Reason::new(why).at(spot));
    }
    let finding = Finding::new(format!(
        "{program} is given ${name}, which nothing sets: it gets an empty text, and takes its defaults, a socket in its own \
         container"
    ))
    .at(spot)
    .help("set the variable, or read the one that is set");
    let fix = nearest(name, environment.vars.iter().map(|v| v.name.as_ref())).and_then(|meant| {
        let words = container.command().into_iter().chain(container.args()).flatten();
        let says =
            |text: &str| [format!("${name}"), format!("${{{name}}}")].into_iter().find(|r| text.contains(r.as_str()));
        words.filter_map(|node| Some((node, node.as_str().given()?))).find_map(|(node, text)| {
            let reference = says(text)?;
            let doc = DocRef::of(facts.document(node.doc())?);
            let value = text.replace(&reference, &format!("${{{meant}}}")).into();
            Some(Fix { ops: vec![Op::SetField { doc, path: facts.manifests.path_of(node), value }] })
        })
    });
    Verdict::Broken(Box::new(match fix {
        Some(fix) => finding.fix(fix),
        None => finding,
    }))
}

/// The host is known to be nothing, and nobody serves in the pod.
fn has_empty_host(facts: &Facts<'_>, edge: &Edge<'_>) -> bool {
    let is_empty = edge.form == Form::Parts && edge.value(Keyword::Host).is_some_and(|host| host.is(""));
    if !is_empty || edge.reach != Reach::Socket {
        return false;
    }
    let Some((workload, _)) = connection::container(facts, edge) else { return false };
    let serves = |c: &kube::Container<'_>| {
        facts.topology.servers.iter().any(|s| s.seat == crate::postgres::topology::Seat::Container(c.id))
    };
    !workload.pod.containers.iter().any(serves)
}
