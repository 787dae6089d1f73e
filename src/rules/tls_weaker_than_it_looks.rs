//! `tls-weaker-than-it-looks`: the settings promise that the server is verified, and the client does not do it.
//!
//! What each client does is `postgres::tls`' answer, with its source.

use super::connection::Environments;
use super::tls_ca_not_mounted::{Ca, ca};
use super::{Evidence, Facts, Finding, Judgement, Reason, Rule, Scope, Verdict, connection};
use crate::diagnostic::Severity;
use crate::postgres::dsn::Keyword;
use crate::postgres::tls::Level;
use crate::postgres::topology::Edge;

pub static RULE: Rule = Rule {
    id: "tls-weaker-than-it-looks",
    summary: "a connection looks as if it verified the server, and its client does not",
    severity: Severity::Warning,
    scope: Scope::Postgres,
    docs: include_str!("tls_weaker_than_it_looks.md"),
    check,
    subjects: connection::count,
};

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let around = connection::Environments::new(facts);
    let judge = |edge| Judgement { subject: connection::subject(facts, edge), verdict: verdict(facts, &around, edge) };
    facts.topology.edges.iter().map(judge).collect()
}

/// What makes it look verified: a CA, or a mode that says so.
fn promise(edge: &Edge<'_>) -> Option<String> {
    let mode = connection::mode(edge);
    if let Some(mode @ ("verify-ca" | "verify-full")) = mode {
        return Some(format!("sslmode={mode}"));
    }
    let root = edge.settings.as_ref()?.value(Keyword::SslRootCert)?;
    if root.is("") {
        return None;
    }
    // Whoever says that there is to be no TLS leaves no doubt, whatever else is said.
    (mode != Some("disable")).then(|| match mode {
        Some(mode) => format!("a CA file beside sslmode={mode}"),
        None => "a CA file".to_string(),
    })
}

fn verdict<'f>(facts: &Facts<'f>, around: &Environments<'f>, edge: &'f Edge<'f>) -> Verdict {
    let holds = |why: String| Verdict::Holds(Evidence(why.into()));
    if connection::is_torn(edge) {
        return holds("its password tears it apart: dsn-unencoded-password tells that".into());
    }
    let Some(promise) = promise(edge) else { return holds("nothing promises that the server is verified".into()) };
    let tls = &edge.tls;
    let what = match tls.level {
        Level::VerifiedCa | Level::VerifiedFull | Level::Local => return holds(tls.why.clone()),
        Level::Fails => return holds(format!("it never connects: {}", tls.why)),
        _ if matches!(ca(facts, around, edge), Ca::Missing(_)) => {
            return holds("the CA file is not there: tls-ca-not-mounted tells that".into());
        }
        Level::Plaintext => "it never asks for TLS",
        Level::MayBePlaintext => "it may go on in plaintext",
        Level::EncryptedUnverified => "it accepts any certificate",
        Level::Undecided if tls.floor >= Level::VerifiedCa => return holds(tls.why.clone()),
        Level::Undecided => {
            let why = format!("{} looks verified by {promise}: {}", edge.role, tls.why);
            return Verdict::Undecided(Reason::new(why).at(connection::spot(facts, edge)));
        }
    };
    let finding = Finding::new(format!("{} looks verified by {promise}, but {what}: {}", edge.role, tls.why))
        .at(connection::spot(facts, edge))
        .help("say sslmode=verify-full, in the words of this client");
    let finding = match promise.starts_with("sslmode=") {
        true => finding.severity(Severity::Error),
        false => finding,
    };
    Verdict::Broken(Box::new(match connection::with_mode(facts, edge, "verify-full") {
        Some(fix) => finding.fix(fix),
        None => finding,
    }))
}
