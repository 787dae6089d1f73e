//! `dsn-contradicts-tls`: two settings of one connection say different things about TLS, and the weaker one counts.
//!
//! Source: libpq's `conninfo_add_defaults` (fe-connect.c): of two parameters the last counts, a connection string beats `PGSSLMODE`.

use super::{Evidence, Facts, Finding, Judgement, Rule, Scope, Verdict, connection};
use crate::diagnostic::Severity;
use crate::postgres::dsn::{Keyword, Setting, Source};
use crate::postgres::topology::Edge;

pub static RULE: Rule = Rule {
    id: "dsn-contradicts-tls",
    summary: "a connection string weakens the TLS that is asked for beside it, or contradicts itself",
    severity: Severity::Error,
    scope: Scope::Postgres,
    docs: include_str!("dsn_contradicts_tls.md"),
    check,
    subjects: connection::count,
};

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let judge = |edge| Judgement { subject: connection::subject(facts, edge), verdict: verdict(facts, edge) };
    facts.topology.edges.iter().map(judge).collect()
}

/// Weak to strong.
const MODES: [&str; 6] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

fn rank(mode: &str) -> Option<usize> {
    MODES.iter().position(|m| *m == mode)
}

fn named(setting: &Setting) -> &'static str {
    match setting.from {
        Source::Variable(name) => name,
        Source::Dsn(_) => "the connection string",
        Source::Service { .. } => "the service file",
        _ => "a default",
    }
}

fn verdict<'f>(facts: &Facts<'f>, edge: &'f Edge<'f>) -> Verdict {
    let Some(settings) = &edge.settings else { return Verdict::Holds(Evidence("nothing of it is known".into())) };
    for keyword in [Keyword::SslMode, Keyword::SslRootCert] {
        let Some(winner) = settings.get(keyword) else { continue };
        let Some(value) = winner.value.text() else { continue };
        for loser in settings.losers.iter().filter(|l| l.keyword == keyword) {
            let Some(lost) = loser.value.text().filter(|lost| *lost != value && !lost.is_empty()) else { continue };
            let twice = matches!((&winner.from, &loser.from), (Source::Dsn(_), Source::Dsn(_)));
            let is_weaker = keyword == Keyword::SslRootCert || rank(value) < rank(lost);
            // A string that is stricter than the variable around it is meant so; another CA too.
            if !twice && (!is_weaker || keyword == Keyword::SslRootCert) {
                continue;
            }
            return broken(facts, edge, winner, loser, (keyword, value, lost));
        }
    }
    Verdict::Holds(Evidence("it says one thing about TLS".into()))
}

fn broken<'f>(
    facts: &Facts<'f>,
    edge: &'f Edge<'f>,
    winner: &Setting,
    loser: &Setting,
    (keyword, value, lost): (Keyword, &str, &str),
) -> Verdict {
    let twice = matches!((&winner.from, &loser.from), (Source::Dsn(_), Source::Dsn(_)));
    let words = match twice {
        true => format!("{} says {keyword}={lost} and {keyword}={value}: the last one counts", edge.role),
        false => format!(
            "{} gets {keyword}={value} by {}, which beats {keyword}={lost} by {}",
            edge.role,
            named(winner),
            named(loser)
        ),
    };
    let finding = Finding::new(words).at(connection::spot(facts, edge)).help("say it once, the stronger one");
    let written = connection::written(facts, edge);
    let fix = written.and_then(|written| {
        let mended = match twice {
            true => without(&written.text, keyword, Some(lost))?,
            false => without(&written.text, keyword, None)?,
        };
        written.replaced(facts, &mended)
    });
    Verdict::Broken(Box::new(match fix {
        Some(fix) => finding.fix(fix),
        None => finding,
    }))
}

/// A URL without a parameter: that with this value, or all of its name.
fn without(text: &str, keyword: Keyword, value: Option<&str>) -> Option<String> {
    let (before, query) = text.split_once('?')?;
    let name = format!("{keyword}=");
    let goes = |parameter: &&str| match value {
        Some(value) => *parameter == format!("{name}{value}"),
        None => parameter.starts_with(&name),
    };
    let kept: Vec<&str> = query.split('&').filter(|p| !goes(p)).collect();
    (kept.len() < query.split('&').count()).then(|| match kept.is_empty() {
        true => before.to_string(),
        false => format!("{before}?{}", kept.join("&")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_taken_out() {
        let out = |value| without("p://h/d?sslmode=disable&a=b&sslmode=require", Keyword::SslMode, value);
        assert_eq!(out(Some("disable")).as_deref(), Some("p://h/d?a=b&sslmode=require"));
        assert_eq!(out(None).as_deref(), Some("p://h/d?a=b"));
        assert_eq!(out(Some("allow")), None);
        assert!(rank("disable") < rank("verify-full"));
    }
}
