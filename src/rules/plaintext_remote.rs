//! `plaintext-remote`: a connection to a server outside of the release that may go over the wire in plaintext.
//!
//! What the client does is `postgres::tls`' answer. This rule also tells, for all rules about connections, that it is not
//! known where one leads.

use super::{Evidence, Facts, Finding, Judgement, Reason, Rule, Scope, Verdict, connection};
use crate::diagnostic::Severity;
use crate::kube;
use crate::postgres::driver::Driver;
use crate::postgres::provider::Demand;
use crate::postgres::tls::Level;
use crate::postgres::topology::{Edge, Reach};

pub static RULE: Rule = Rule {
    id: "plaintext-remote",
    summary: "a connection to a server outside of the release may be plaintext",
    severity: Severity::Warning,
    scope: Scope::Postgres,
    docs: include_str!("plaintext_remote.md"),
    check,
    subjects: connection::count,
};

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let judge = |edge| Judgement { subject: connection::subject(facts, edge), verdict: verdict(facts, edge) };
    facts.topology.edges.iter().map(judge).collect()
}

fn verdict<'f>(facts: &Facts<'f>, edge: &'f Edge<'f>) -> Verdict {
    let undecided = |why: String| Verdict::Undecided(Reason::new(why).at(connection::spot(facts, edge)));
    if connection::is_torn(edge) {
        return Verdict::Holds(Evidence("its password tears it apart: dsn-unencoded-password tells that".into()));
    }
    if connection::remote(edge).is_some_and(|(host, _)| host.starts_with('-')) {
        return Verdict::Holds(Evidence("its host is not given: dsn-missing tells that".into()));
    }
    if super::dsn_malformed::swallowed(edge).is_some() {
        return Verdict::Holds(Evidence("it does not say what it means: dsn-malformed tells that".into()));
    }
    let Some((host, outside)) = connection::remote(edge) else {
        return match &edge.reach {
            // A text that cannot be read leads nowhere; dsn-malformed and dsn-missing tell that.
            Reach::Undecided(_) if edge.refused.is_some() => {
                Verdict::Holds(Evidence("it cannot be read at all".into()))
            }
            Reach::Undecided(_) if edge.unset().is_some() => {
                Verdict::Holds(Evidence("a script reads a variable that is not set: dsn-missing tells that".into()))
            }
            Reach::Undecided(why) if is_failure(edge) => {
                Verdict::Holds(Evidence(format!("it is never set: {why}").into()))
            }
            Reach::Undecided(why) => undecided(format!("it is not known where {} leads: {why}", edge.role)),
            _ => Verdict::Holds(Evidence("the server is in the release, or in the same pod".into())),
        };
    };
    if let Some(object) = may_set_mode(facts, edge) {
        return undecided(format!(
            "{} leads to {host}, and {object}, which the chart does not render, may set PGSSLMODE",
            edge.role
        ));
    }
    let why = match exposed(edge) {
        Exposed::No(why) => return Verdict::Holds(Evidence(why.into())),
        Exposed::Undecided(why) => return undecided(format!("{} leads to {host}: {why}", edge.role)),
        Exposed::Yes(why) => why,
    };
    let provider = match &edge.reach {
        Reach::External { provider: Some(provider), .. } => Some(*provider),
        _ => None,
    };
    let what = match outside {
        true => format!("{} leads to {host} and may carry password and data in plaintext: {why}", edge.role),
        false => {
            format!("{} leads to {host}, which this release does not make, without TLS that is sure: {why}", edge.role)
        }
    };
    let help = match provider.map(|p| (p.name, p.demand)) {
        Some((name, Demand::Forced)) => format!("{name} refuses plaintext: say sslmode=verify-full with its CA"),
        Some((name, _)) => format!("say sslmode=verify-full with the CA of {name}; at least require"),
        None => "say sslmode=verify-full with the server's CA; at least require".to_string(),
    };
    let mut finding = Finding::new(what).at(connection::spot(facts, edge)).help(help);
    if !outside {
        finding = finding.severity(Severity::Info);
    }
    if let Some(fix) = connection::with_mode(facts, edge, "require") {
        finding = finding.fix(fix);
    }
    Verdict::Broken(Box::new(finding))
}

/// An object that the chart does not render and that brings all its keys as variables, where only its `PGSSLMODE` would be one.
///
/// Nothing that it can set makes a connection safer than what is assumed without it: "holds" is never said for its sake. But a
/// finding may be false, so that the connection is undecided. An optional object is taken as absent: the chart must be safe
/// without it.
fn may_set_mode(facts: &Facts<'_>, edge: &Edge<'_>) -> Option<String> {
    let heeds = connection::reads_pgpassword(edge.client.driver) || edge.client.driver == Driver::Unknown;
    let is_exposed = matches!(exposed(edge), Exposed::Yes(_));
    if !heeds || !is_exposed || connection::mode(edge).is_some() {
        return None;
    }
    let (_, container) = connection::container(facts, edge)?;
    let environment = kube::environment(facts.inventory, container);
    let from = environment.maybe_from("PGSSLMODE").filter(|_| environment.get("PGSSLMODE").is_none())?.from;
    (!from.optional).then(|| format!("the {} {}", from.kind.kind(), from.name))
}

/// Whether it is certain that the setting is never there.
fn is_failure(edge: &Edge<'_>) -> bool {
    use crate::postgres::topology::{Part, Why};
    edge.unknown
        .iter()
        .any(|(part, why)| matches!(part, Part::Url | Part::Host) && matches!(why, Why::Kube(why) if why.is_failure()))
}

enum Exposed {
    Yes(String),
    No(String),
    Undecided(String),
}

fn exposed(edge: &Edge<'_>) -> Exposed {
    let tls = &edge.tls;
    match tls.level {
        Level::Plaintext | Level::MayBePlaintext => Exposed::Yes(tls.why.clone()),
        Level::Fails => Exposed::No("it never connects".into()),
        Level::Local => Exposed::No("a socket".into()),
        Level::EncryptedUnverified | Level::VerifiedCa | Level::VerifiedFull => Exposed::No(tls.why.clone()),
        Level::Undecided if !tls.may_be_plaintext() => Exposed::No(format!("it is encrypted at least: {}", tls.why)),
        Level::Undecided => by_words(edge),
    }
}

/// What every client takes a mode for, where nothing else tells.
fn by_words(edge: &Edge<'_>) -> Exposed {
    use crate::postgres::dsn::{Keyword, Source};
    let setting = edge.settings.as_ref().and_then(|s| s.get(Keyword::SslMode));
    let is_default = setting.is_none_or(|s| matches!(s.from, Source::Default));
    match connection::mode(edge) {
        Some("disable") => Exposed::Yes("sslmode=disable asks for no TLS".into()),
        Some(mode @ ("allow" | "prefer")) => {
            Exposed::Yes(format!("sslmode={mode} goes on in plaintext where TLS is not offered"))
        }
        Some("require" | "verify-ca" | "verify-full") => Exposed::No("the mode asks for TLS".into()),
        Some(_) => Exposed::Undecided(edge.tls.why.clone()),
        None if is_default && edge.settings.is_some() => {
            Exposed::Yes("nothing asks for TLS, and libpq, pgx and most others then take what the server offers".into())
        }
        None => Exposed::Undecided(edge.tls.why.clone()),
    }
}
