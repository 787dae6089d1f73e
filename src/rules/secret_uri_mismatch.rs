//! `secret-uri-mismatch`: a Secret holds a connection URL and its parts, and they do not agree, or some of the parts are missing.

use std::collections::HashSet;

use super::fix::{DocRef, Fix, Op};
use super::{Evidence, Facts, Finding, Judgement, Rule, Scope, Verdict, connection};
use crate::diagnostic::Severity;
use crate::go::encode::base64_encode;
use crate::kube::{Content, Store, StoreKind};
use crate::manifest::Step;
use crate::postgres::dsn::{self, Dsn, Keyword};
use crate::postgres::topology::{Seat, ServerKind};

pub static RULE: Rule = Rule {
    id: "secret-uri-mismatch",
    summary: "a Secret holds a connection URL and its parts, and they do not agree",
    severity: Severity::Error,
    scope: Scope::Postgres,
    docs: include_str!("secret_uri_mismatch.md"),
    check,
    subjects,
};

/// Sets of keys that charts and operators use together: user, password, database, host, port.
const GROUPS: [[&[&str]; 5]; 3] = [
    [
        &["POSTGRES_USER"],
        &["POSTGRES_PASSWORD"],
        &["POSTGRES_DB", "POSTGRES_DATABASE"],
        &["POSTGRES_HOST"],
        &["POSTGRES_PORT"],
    ],
    [&["PGUSER"], &["PGPASSWORD"], &["PGDATABASE"], &["PGHOST"], &["PGPORT"]],
    [&["username", "user"], &["password"], &["dbname", "database"], &["host"], &["port"]],
];
const KEYWORDS: [Keyword; 5] = [Keyword::User, Keyword::Password, Keyword::DbName, Keyword::Host, Keyword::Port];

fn is_url(content: &Content<'_>) -> bool {
    content.bytes.is_some_and(|b| b.starts_with(b"postgres://") || b.starts_with(b"postgresql://"))
}

fn subjects(facts: &Facts<'_>) -> usize {
    let documents = facts.manifests.documents.iter().filter(|d| d.kind == "Secret" && d.api_version == "v1");
    let stores: HashSet<_> =
        facts.inventory.stores.iter().filter(|s| s.entries().any(|(_, c)| is_url(c))).map(|s| s.doc).collect();
    documents.filter(|d| stores.contains(&d.id)).count()
}

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let served = served(facts);
    let secrets = facts.inventory.stores.iter().filter(|s| s.kind == StoreKind::Secret);
    secrets
        .filter_map(|store| {
            let urls: Vec<(&str, &Content<'_>)> = store.entries().filter(|(_, content)| is_url(content)).collect();
            let subject = facts.subject(facts.document(store.doc)?);
            (!urls.is_empty()).then(|| Judgement { subject, verdict: verdict(facts, store, &urls, &served) })
        })
        .collect()
}

/// Secrets that servers of the render start with, and the Services of those servers.
fn served<'f>(facts: &Facts<'f>) -> Vec<(HashSet<&'f str>, Vec<&'f str>, &'f str)> {
    let servers = facts.topology.servers.iter().filter(|s| s.kind == ServerKind::Postgres);
    servers
        .filter_map(|server| {
            let Seat::Container(id) = server.seat else { return None };
            let (_, container) = facts.inventory.container(id)?;
            let from = container.env_from.iter().filter(|e| e.from.kind == StoreKind::Secret).map(|e| e.from.name);
            let keys = container.env().filter_map(|(_, node)| node.dig("valueFrom.secretKeyRef")?.str("name").given());
            let services = server.services.iter().filter_map(|doc| facts.document(*doc)).map(|d| d.name).collect();
            Some((from.chain(keys).collect(), services, server.namespace))
        })
        .collect()
}

fn verdict(
    facts: &Facts<'_>,
    store: &Store<'_>,
    urls: &[(&str, &Content<'_>)],
    served: &[(HashSet<&str>, Vec<&str>, &str)],
) -> Verdict {
    let mut compared = false;
    for (name, content) in urls {
        let text = content.bytes.and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default();
        let Ok(url) = dsn::parse(text.trim_end()) else { continue };
        for group in &GROUPS {
            let parts: Vec<_> = group.iter().map(|keys| keys.iter().find_map(|k| store.entry(k))).collect();
            if parts.iter().flatten().count() < 2 || parts.first().is_none_or(Option::is_none) {
                continue;
            }
            compared = true;
            // Of several URLs one may be another role's.
            let own = parts.iter().flatten().zip(KEYWORDS).next().is_some_and(|((_, c), k)| agrees(&url, k, c));
            if !own && urls.len() > 1 {
                continue;
            }
            let differs = parts.iter().zip(KEYWORDS).find_map(|(part, keyword)| {
                let (key, content) = (*part)?;
                (!agrees(&url, keyword, content)).then_some((key, content, keyword))
            });
            if let Some((key, part, keyword)) = differs {
                return differing(facts, store, (name, content), (key, part), keyword, &url);
            }
        }
        if let Some(verdict) = elsewhere(facts, store, (name, content), &url, served) {
            return verdict;
        }
    }
    if let Some(finding) = incomplete(facts, store, urls) {
        return Verdict::Broken(Box::new(finding));
    }
    let why = if compared { "URL and parts agree" } else { "it holds no user beside the URL" };
    Verdict::Holds(Evidence(why.into()))
}

/// User, password and database stand beside the URL all three, or none of them: who takes the whole Secret by `envFrom` is
/// else told a part of it.
fn incomplete(facts: &Facts<'_>, store: &Store<'_>, urls: &[(&str, &Content<'_>)]) -> Option<Finding> {
    let [group, ..] = &GROUPS;
    let parts = group.iter().take(3);
    let given: Vec<bool> = parts.map(|keys| keys.iter().any(|key| store.entry(key).is_some())).collect();
    let missing = given.iter().position(|given| !given)?;
    // One of them alone is a setting; two are a set that somebody began.
    if given.iter().filter(|given| **given).count() < 2 {
        return None;
    }
    let key = group.get(missing).and_then(|keys| keys.first())?;
    // A key with no value is what `envFrom` does with what is missing, said aloud.
    let document = facts.document(store.doc)?;
    let finding = Finding::new(format!(
        "Secret {} holds a URL and some of POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB, but no {key}: who takes all of it as \
         variables connects with a default where the URL says something",
        store.name
    ))
    .at(urls.first().map_or_else(|| facts.at(document.root()), |(_, content)| facts.at(content.node)))
    .help("write user, password, database and URL from the same values, all or none of them")
    .severity(Severity::Warning);
    let keyword = *KEYWORDS.get(missing)?;
    let parsed = urls.iter().find_map(|(_, c)| dsn::parse(std::str::from_utf8(c.bytes?).ok()?.trim_end()).ok());
    let value = parsed.as_ref().and_then(|url| url.get(keyword)).and_then(|part| part.value.text());
    let fix = match (keyword, value) {
        (Keyword::Password, _) | (_, None) => {
            // Nobody writes a password into a change: the parts go instead.
            let own = group.iter().take(3).flat_map(|keys| keys.iter()).filter_map(|key| store.entry(key));
            let paths = own.map(|(_, content)| facts.manifests.path_of(content.node));
            let doc = DocRef::of(document);
            Fix { ops: paths.map(|path| Op::RemoveField { doc: doc.clone(), path }).collect() }
        }
        (_, Some(value)) => Fix::new().set_field(document, &format!("stringData.{key}"), value),
    };
    Some(finding.fix(fix))
}

/// Whether a part says what the URL says. What the URL leaves open agrees with everything.
fn agrees(url: &Dsn, keyword: Keyword, part: &Content<'_>) -> bool {
    let Some(bytes) = part.bytes else { return true };
    let Some(in_url) = url.get(keyword).and_then(|p| p.value.bytes()) else { return true };
    if bytes.is_empty() {
        return true;
    }
    if keyword != Keyword::Host {
        return **in_url == *bytes;
    }
    // `db` and `db.namespace.svc.cluster.local` are one host.
    let (a, b) = (String::from_utf8_lossy(in_url), String::from_utf8_lossy(bytes));
    a == b || a.starts_with(&format!("{b}.")) || b.starts_with(&format!("{a}."))
}

fn differing(
    facts: &Facts<'_>,
    store: &Store<'_>,
    (name, content): (&str, &Content<'_>),
    (key, part): (&str, &Content<'_>),
    keyword: Keyword,
    url: &Dsn,
) -> Verdict {
    let finding = Finding::new(format!(
        "{name} and {key} of Secret {} do not agree on the {keyword}: who reads the one connects otherwise than who reads the \
         other",
        store.name
    ))
    .at(facts.at(part.node))
    .also(facts.at(content.node), "the URL")
    .help("write both from one value");
    let value = url.get(keyword).filter(|_| keyword != Keyword::Password).and_then(|p| p.value.text());
    let fix = value.zip(facts.document(store.doc)).map(|(value, document)| {
        let path = facts.manifests.path_of(part.node);
        let encoded = path.0.first() == Some(&Step::Key("data".into()));
        let value = if encoded { base64_encode(value.as_bytes()) } else { value.to_string() };
        Fix { ops: vec![Op::SetField { doc: DocRef::of(document), path, value: value.into() }] }
    });
    Verdict::Broken(Box::new(match fix {
        Some(fix) => finding.fix(fix),
        None => finding,
    }))
}

/// The Secret is what a server of the render starts with, and the URL leads to something else.
fn elsewhere(
    facts: &Facts<'_>,
    store: &Store<'_>,
    (name, content): (&str, &Content<'_>),
    url: &Dsn,
    served: &[(HashSet<&str>, Vec<&str>, &str)],
) -> Option<Verdict> {
    let host = url.get(Keyword::Host)?.value.text()?;
    let label = host.split('.').next()?;
    let is_inside = !host.contains('.') || host.contains(".svc");
    if !is_inside || label.is_empty() || matches!(label, "localhost") || label.contains([':', ',']) {
        return None;
    }
    let servers: Vec<_> =
        served.iter().filter(|(secrets, _, space)| *space == store.namespace && secrets.contains(store.name)).collect();
    let [(_, services, _)] = servers.as_slice() else { return None };
    let is_service = facts.inventory.service(store.namespace, label).is_some();
    // The pod of a StatefulSet: `db-0.db`.
    let is_pod = host.split('.').nth(1).is_some_and(|second| services.contains(&second));
    if services.is_empty() || services.contains(&label) || is_service || is_pod {
        return None;
    }
    let finding = Finding::new(format!(
        "{name} of Secret {} leads to {host}, which is no Service of this release; the server that starts with this Secret is \
         reached by {}",
        store.name,
        services.join(", ")
    ))
    .at(facts.at(content.node))
    .help("write the Service's name from the template that names the Service");
    let text = content.bytes.and_then(|b| std::str::from_utf8(b).ok())?;
    let open = connection::userinfo(text).is_none();
    let fix = services.first().zip(facts.document(store.doc)).filter(|_| open).map(|(service, document)| {
        let path = facts.manifests.path_of(content.node);
        let text = text.replacen(host, service, 1);
        let encoded = path.0.first() == Some(&Step::Key("data".into()));
        let value = if encoded { base64_encode(text.as_bytes()) } else { text };
        Fix { ops: vec![Op::SetField { doc: DocRef::of(document), path, value: value.into() }] }
    });
    Some(Verdict::Broken(Box::new(match fix {
        Some(fix) => finding.fix(fix),
        None => finding,
    })))
}
