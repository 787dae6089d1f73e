//! `dsn-malformed`: a connection string that libpq refuses, or reads as something that nobody meant.
//!
//! Source: libpq's `conninfo_uri_parse` and `parse_connection_string` (fe-connect.c), by `postgres::dsn`.

use super::{Evidence, Facts, Finding, Judgement, Reason, Rule, Scope, Verdict, connection};
use crate::diagnostic::Severity;
use crate::postgres::driver;
use crate::postgres::dsn::{ErrorKind, Keyword, Part, Slot};
use crate::postgres::topology::{Edge, Form, Reach, Seat, UrlForm};

pub static RULE: Rule = Rule {
    id: "dsn-malformed",
    summary: "a connection string is refused by libpq, or read as something else",
    severity: Severity::Error,
    scope: Scope::Postgres,
    docs: include_str!("dsn_malformed.md"),
    check,
    subjects: connection::count,
};

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let judge = |edge| Judgement { subject: connection::subject(facts, edge), verdict: verdict(facts, edge) };
    facts.topology.edges.iter().map(judge).collect()
}

/// What is wrong, what comes of it, and the text as it should be.
struct Fault {
    words: String,
    severity: Severity,
    mended: Option<fn(&str) -> Option<String>>,
}

fn verdict<'f>(facts: &Facts<'f>, edge: &'f Edge<'f>) -> Verdict {
    let Some(text) = &edge.text else { return Verdict::Holds(Evidence("it is no connection string".into())) };
    let spot = connection::spot(facts, edge);
    if connection::is_torn(edge) {
        return Verdict::Holds(Evidence("its credentials tear it apart: dsn-unencoded-password tells that".into()));
    }
    let undecided = [ErrorKind::Unknown, ErrorKind::UnknownForm];
    if let Some(error) = edge.refused.as_ref().filter(|e| undecided.contains(&e.kind) && !is_libpq_program(facts, edge))
    {
        let known = text.is_known();
        return match known {
            true => Verdict::Undecided(Reason::new(error.to_string()).at(spot)),
            // The hole is told by plaintext-remote.
            false => Verdict::Holds(Evidence("what is not known of it decides: plaintext-remote tells that".into())),
        };
    }
    let Some(fault) = fault(facts, edge, text.filled()) else {
        return Verdict::Holds(Evidence("it is read as it is meant".into()));
    };
    let finding = Finding::new(format!("{}: {}", edge.role, fault.words)).at(spot).severity(fault.severity);
    let fix = fault.mended.and_then(|mended| {
        let written = connection::written(facts, edge)?;
        written.replaced(facts, &mended(&written.text)?)
    });
    Verdict::Broken(Box::new(match fix {
        Some(fix) => finding.fix(fix),
        None => finding
            .help("a URL is postgresql://USER:PASSWORD@HOST:PORT/DATABASE?name=value&name=value, percent-encoded"),
    }))
}

fn fault<'f>(facts: &Facts<'f>, edge: &'f Edge<'f>, text: &str) -> Option<Fault> {
    let error = |words: String, mended: Option<fn(&str) -> Option<String>>| {
        Some(Fault { words, severity: Severity::Error, mended })
    };
    let is_url = matches!(edge.form, Form::Url(UrlForm::Uri)) || text.starts_with("postgres");
    let scheme = text.split_once("://").map(|(scheme, _)| scheme);
    if is_libpq_program(facts, edge)
        && scheme.is_some_and(|s| !["postgres", "postgresql"].contains(&s) && !s.contains('='))
    {
        let words =
            "its scheme is another client's: libpq takes the whole text for the name of a database on a local socket";
        return error(words.into(), Some(with_plain_scheme));
    }
    if let Some(refused) = &edge.refused {
        let mended: Option<fn(&str) -> Option<String>> = match refused.kind {
            ErrorKind::MissingQueryEquals => Some(without_blank_parameters),
            ErrorKind::ExtraEquals => Some(with_one_question_mark),
            _ => None,
        };
        return error(format!("it is no connection string that can be used: {refused}"), mended);
    }
    if is_url && text.contains("?&") {
        return error("\"?&\" leaves an empty parameter, which libpq refuses".into(), Some(without_blank_parameters));
    }
    if is_url && text.trim_end().ends_with('?') {
        let words = "it ends in \"?\": whatever is appended with \"&\" makes an empty parameter, which libpq refuses";
        return Some(Fault {
            words: words.into(),
            severity: Severity::Warning,
            mended: Some(without_blank_parameters),
        });
    }
    if matches!(edge.form, Form::Url(UrlForm::Uri))
        && edge.reach == Reach::Socket
        && has_no_host(edge)
        && !served(facts, edge)
    {
        return error("it has no host: the client looks for a socket in its own container".into(), None);
    }
    if let Some(swallowed) = swallowed(edge) {
        return error(format!("\"{swallowed}=\" has no value, and libpq takes the next parameter for it"), None);
    }
    if edge.client.driver.is_libpq()
        && let Some(Err(refused)) = edge.settings.as_ref().map(|s| s.check())
    {
        // Its own words quote the value, which may be a piece of a password.
        return error(format!("libpq refuses what it says as {}", refused.keyword), None);
    }
    None
}

/// The parameter of a keyword form whose value is the next parameter: blanks after `=` are skipped.
pub(super) fn swallowed(edge: &Edge<'_>) -> Option<Keyword> {
    let takes = |part: &&Part| {
        let next = part.value.text().and_then(|value| value.split_once('=')).map(|(name, _)| name);
        part.slot == Slot::Word && next.is_some_and(|name| Keyword::named(name.as_bytes()).is_some())
    };
    let named = [Keyword::Host, Keyword::User, Keyword::DbName, Keyword::Port];
    edge.dsn.as_ref()?.parts.iter().filter(|p| named.contains(&p.keyword)).find(takes).map(|p| p.keyword)
}

/// libpq's own programs read it, whatever its scheme says.
fn is_libpq_program(facts: &Facts<'_>, edge: &Edge<'_>) -> bool {
    if matches!(edge.form, Form::Options(_)) {
        return true;
    }
    let Some((_, container)) = connection::container(facts, edge) else { return false };
    let first = container.command().and_then(|c| c.first().and_then(|n| n.as_str().given()));
    first.is_some_and(|word| driver::by_program(word).is_some())
}

fn has_no_host(edge: &Edge<'_>) -> bool {
    let Some(dsn) = &edge.dsn else { return false };
    dsn.get(Keyword::Host).is_none_or(|part| part.slot == Slot::Hosts && part.value.is(""))
        && dsn.get(Keyword::HostAddr).is_none()
        && dsn.get(Keyword::Service).is_none()
        && edge.value(Keyword::Host).is_none_or(|host| host.is(""))
}

/// Postgres, or a proxy, runs in the pod, or a socket's folder may be mounted.
fn served(facts: &Facts<'_>, edge: &Edge<'_>) -> bool {
    let Some((workload, container)) = connection::container(facts, edge) else { return true };
    let serves = |id| facts.topology.servers.iter().any(|s| s.seat == Seat::Container(id));
    workload.pod.containers.iter().any(|c| serves(c.id)) || container.mounts.iter().any(|m| m.path.contains("/run"))
}

/// Without empty parameters and a final `?`.
fn without_blank_parameters(text: &str) -> Option<String> {
    let (before, query) = text.split_once('?')?;
    let kept: Vec<&str> = query.split('&').filter(|p| !p.is_empty() && p.contains('=')).collect();
    Some(if kept.is_empty() { before.to_string() } else { format!("{before}?{}", kept.join("&")) })
}

/// With `&` for every `?` after the first.
fn with_one_question_mark(text: &str) -> Option<String> {
    let (before, query) = text.split_once('?')?;
    query.contains('?').then(|| format!("{before}?{}", query.replace('?', "&")))
}

fn with_plain_scheme(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("://")?;
    Some(format!("postgresql://{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_mended() {
        let told = |f: fn(&str) -> Option<String>, text: &str| f(text).unwrap_or_default();
        assert_eq!(told(without_blank_parameters, "p://h/d?&sslmode=require"), "p://h/d?sslmode=require");
        assert_eq!(told(without_blank_parameters, "p://h/d?"), "p://h/d");
        assert_eq!(told(with_one_question_mark, "p://h/d?a=b?c=d"), "p://h/d?a=b&c=d");
        assert_eq!(told(with_plain_scheme, "postgresql+asyncpg://h/d"), "postgresql://h/d");
    }
}
