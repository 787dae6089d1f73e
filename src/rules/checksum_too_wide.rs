//! `checksum-too-wide`: a Postgres server that restarts when something changes that it does not read.
//!
//! The secrets that reach nothing of what the server reads are changed together; then, store by store, the values of the
//! ConfigMaps and Secrets that it does not read.

use std::collections::BTreeSet;

use bumpalo::Bump;

use super::canary::{Hit, replacement};
use super::rollout::{Read, changes_content, in_template, marks, path_in, reads};
use super::servers::{Seated, count, seated};
use super::worlds::{Changed, why};
use super::{Facts, Finding, Fix, Judgement, Rule, Scope};
use crate::diagnostic::Severity;
use crate::manifest::{DocId, Document, Path};
use crate::provenance::{Change, ValuesPath};

pub static RULE: Rule = Rule {
    id: "checksum-too-wide",
    summary: "Postgres restarts when a secret changes that it does not read",
    severity: Severity::Warning,
    scope: Scope::Postgres,
    docs: include_str!("checksum_too_wide.md"),
    check,
    subjects: count,
};

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    seated(facts).iter().map(|seat| judge(facts, seat)).collect()
}

fn judge<'f>(facts: &Facts<'f>, seat: &Seated<'_, 'f>) -> Judgement {
    let subject = seat.subject(facts);
    if let Some(why) = seat.passing() {
        return Judgement::holds(subject, why);
    }
    let document = seat.document;
    // A checksum is an annotation or a label; without one there is nothing to look for.
    let metadata = seat.workload.pod.metadata;
    let is_sum = |text: &str| text.len() >= 8 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let sums = metadata.into_iter().flat_map(|m| m.map("annotations").chain(m.map("labels")));
    if !sums.filter_map(|(_, node)| node.as_str().given()).any(is_sum) {
        return Judgement::holds(subject, "its pod template has no checksum");
    }
    let shaken = facts.worlds.shaken(facts.bound.root().values);
    let Some(changed) = &shaken.changed else {
        let why = shaken.stopped.clone().unwrap_or_else(|| "the chart does not render with other values".into());
        return Judgement::undecided(subject, why);
    };
    if marks(changed.of(document.id)).next().is_none() {
        return Judgement::holds(subject, "its checksum does not change with values");
    }
    let reads = reads(facts, &seat.workload.pod);
    let mounted: BTreeSet<&str> =
        seat.workload.pod.volumes.iter().flat_map(|v| v.objects()).map(|object| object.name).collect();
    let is_read = |doc: DocId, key: &str| {
        let read = reads.iter().any(|r| r.store.doc == doc && r.key.is_none_or(|k| k == key));
        read || facts.document(doc).is_some_and(|d| mounted.contains(d.name))
    };
    let strange: Vec<&ValuesPath> = shaken
        .secrets
        .iter()
        .filter(|secret| {
            let Some(hits) = &secret.hits else { return false };
            let kept = hits.iter().any(|hit| matches!(hit, Hit::Kept { .. }));
            kept && hits.iter().all(|hit| match hit {
                Hit::Kept { doc, key } => !is_read(*doc, key),
                Hit::Field { doc, .. } => *doc != document.id,
                Hit::Notes(_) => true,
            })
        })
        .map(|secret| &secret.path)
        .collect();
    if strange.is_empty() {
        return by_store(facts, seat, &reads, &|doc| is_read(doc, ""));
    }
    let arena = Bump::new();
    let mut variant = facts.worlds.variant();
    variant.changes = strange
        .iter()
        .map(|path| Change { path: (*path).clone(), value: replacement(facts.bound.root().values, path, &arena) })
        .collect();
    let other = facts.worlds.render(&variant, |otherwise| Changed::beside(facts.manifests, otherwise));
    let other = match other {
        Ok(other) => other,
        Err(stop) => return Judgement::undecided(subject, why(&stop)),
    };
    let read_too = reads.iter().any(|r| changes_content(&other, r.store.doc, r.key));
    let sums: Vec<&Path> = marks(other.of(document.id)).collect();
    let Some(sum) = sums.first().filter(|_| !read_too) else {
        return by_store(facts, seat, &reads, &|doc| is_read(doc, ""));
    };
    let named: Vec<String> = strange.iter().take(3).map(|path| path.to_string()).collect();
    let more = if strange.len() > named.len() { " and others" } else { "" };
    let message = format!(
        "Postgres restarts when {}{more} changes, which it does not read: a new token of the application ends all its connections",
        named.join(", ")
    );
    Judgement::broken(subject, found(facts, document, message, sum, &sums))
}

fn found<'f>(facts: &Facts<'f>, document: &Document<'f>, message: String, sum: &Path, sums: &[&Path]) -> Finding {
    let mut fix = Fix::new();
    for path in sums {
        fix = fix.remove_field(document, &path.to_string());
    }
    let finding = Finding::new(message).at(path_in(facts, document, sum));
    finding.help("sum up the keys alone that the server reads, or keep them in a Secret of their own").fix(fix)
}

/// Stores of one chart that are asked about.
const STORES: usize = 12;

/// One store after the other that the server does not read: does its checksum follow, and nothing else of its pod?
fn by_store<'f>(
    facts: &Facts<'f>,
    seat: &Seated<'_, 'f>,
    reads: &[Read<'_, 'f>],
    is_read: &dyn Fn(DocId) -> bool,
) -> Judgement {
    let (document, subject) = (seat.document, seat.subject(facts));
    // What stays the same when all its values change stays so when some do.
    let shaken = facts.worlds.shaken(facts.bound.root().values);
    let whole = shaken.changed.as_ref().filter(|_| shaken.stopped.is_none());
    let may_change = |doc| whole.is_none_or(|changed| changes_content(changed, doc, None));
    let strange = facts.inventory.stores.iter();
    let strange = strange.filter(|s| s.namespace == document.namespace && !is_read(s.doc) && may_change(s.doc));
    for store in strange.take(STORES) {
        let alone = facts.worlds.alone(store.doc, facts.bound.root().values);
        let Ok(changed) = alone.as_ref() else { continue };
        let content = changes_content(changed, store.doc, None);
        let read_too = reads.iter().any(|r| changes_content(changed, r.store.doc, r.key));
        let own = changed.of(document.id);
        let sums: Vec<&Path> = marks(own).collect();
        let only_sums = own.iter().filter(|path| in_template(path)).count() == sums.len();
        let Some(sum) = sums.first().filter(|_| content && !read_too && only_sums) else { continue };
        let message = format!(
            "Postgres restarts when the {} {} changes, which it does not read: a setting of something else ends all its \
             connections",
            store.kind.kind(),
            store.name
        );
        return Judgement::broken(subject, found(facts, document, message, sum, &sums));
    }
    Judgement::holds(subject, "its checksum covers what it reads")
}
