//! `secret-unstable`: a Secret whose content is made anew by every render.
//!
//! Sources: Helm documentation, Template Functions and Pipelines, Using the 'lookup' function; Argo CD documentation,
//! Helm, Random Data.

use bstr::ByteSlice;

use super::{Facts, Finding, Fix, Judgement, Rule, Scope, Spot};
use crate::diagnostic::{Place, Severity};
use crate::go::encode::base64_decode;
use crate::manifest::{Document, Path, Step};

pub static RULE: Rule = Rule {
    id: "secret-unstable",
    summary: "a Secret is made anew by every render",
    severity: Severity::Error,
    scope: Scope::Any,
    docs: include_str!("secret_unstable.md"),
    check,
    subjects,
};

const CONTENT: [&str; 2] = ["data", "stringData"];

fn subjects(facts: &Facts<'_>) -> usize {
    facts.manifests.documents.iter().filter(|d| d.kind == "Secret" && d.api_version == "v1").count()
}

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let ids = facts.inventory.of_kind("Secret").iter();
    let documents = ids.filter_map(|id| facts.document(*id)).filter(|d| d.api_version == "v1");
    documents.map(|document| judge(facts, document)).collect()
}

fn judge(facts: &Facts<'_>, document: &Document<'_>) -> Judgement {
    let subject = facts.subject(document);
    let again = match facts.worlds.again() {
        Ok(again) => again,
        Err(why) => return Judgement::undecided(subject, why.to_string()),
    };
    let paths: Vec<&Path> = again.below(document.id, &CONTENT).collect();
    let Some(first) = paths.first() else {
        return Judgement::holds(subject, "another render says the same");
    };
    if document.hook.as_ref().is_some_and(|hook| hook.is_test()) {
        return Judgement::holds(subject, "it belongs to a test");
    }
    let upgraded = match facts.worlds.upgraded() {
        Ok(upgraded) => upgraded,
        Err(why) => return Judgement::undecided(subject, why.to_string()),
    };
    let once = |events: &Vec<&str>| !events.iter().any(|event| event.ends_with("upgrade"));
    let by_install_alone = document.hook.as_ref().is_some_and(|hook| once(&hook.events));
    let rotating: Vec<&Path> = upgraded.below(document.id, &CONTENT).collect();
    let is_kept = rotating.is_empty() || by_install_alone;
    let shown = if is_kept { first } else { rotating.first().unwrap_or(first) };
    let all = if is_kept { &paths } else { &rotating };
    let key = last(shown);
    let certificates = all.iter().all(|path| is_certificate(last(path)));
    let salted = all.iter().all(|path| is_salted(document, path));
    let (words, severity) = if certificates {
        ("is a certificate that every render signs anew: who has read the old one must read it again", Severity::Info)
    } else if salted {
        ("is a hash that every render salts anew: pods restart with a checksum of it, for nothing", Severity::Info)
    } else if is_kept {
        let words = "is kept by what the cluster holds alone: Argo CD and other renders without a cluster see nothing there and make a new one each time, while what was set up with the old one keeps that";
        (words, Severity::Warning)
    } else {
        let words = "is made anew by every render: the next upgrade changes it, and what was set up with the old one is locked out";
        (words, Severity::Error)
    };
    let message = format!("{key} {words}");
    // Certificates and hashes are dear to make, and renders in search of values behind them too: there are none.
    let at = match document.root().at(&shown.0) {
        Some(node) if severity > Severity::Info => facts.at(node),
        _ => Spot::File(Place::file(document.template)),
    };
    let mut finding = Finding::new(message).at(at).severity(severity);
    finding.help = Some("give the value, or make the Secret once outside of the chart and name it here".into());
    let fix = Fix::new().remove_document(document);
    Judgement::broken(subject, finding.fix(fix))
}

fn last(path: &Path) -> &str {
    path.0
        .iter()
        .rev()
        .find_map(|step| if let Step::Key(key) = step { Some(key.as_str()) } else { None })
        .unwrap_or("it")
}

/// A text of bcrypt, as `htpasswd` and `bcrypt` make it.
fn is_salted(document: &Document<'_>, path: &Path) -> bool {
    let text = document.root().at(&path.0).and_then(|node| node.as_str().given()).unwrap_or_default();
    let decoded = base64_decode(text.as_bytes()).unwrap_or_default();
    [text.as_bytes(), &decoded]
        .iter()
        .any(|text| [&b"$2a$"[..], b"$2b$", b"$2y$"].iter().any(|mark| text.find(mark).is_some()))
}

fn is_certificate(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    [".crt", ".key", ".pem", ".cert", ".p12", ".jks", ".cer", "cabundle"].iter().any(|end| key.ends_with(end))
        || ["ca", "cert", "key"].contains(&key.as_str())
}
