//! Hooks: documents that Helm runs at a moment of a release's life instead of installing them.

use super::head::Head;
use crate::chart::Log;
use crate::dialect::LogPlace;
use crate::go::strconv;

pub(super) const HOOK: &str = "helm.sh/hook";
const WEIGHT: &str = "helm.sh/hook-weight";
const DELETE_POLICY: &str = "helm.sh/hook-delete-policy";

/// The moments that Helm knows (`release.HookEvent`).
static EVENTS: [&str; 9] = [
    "pre-install",
    "post-install",
    "pre-delete",
    "post-delete",
    "pre-upgrade",
    "post-upgrade",
    "pre-rollback",
    "post-rollback",
    "test",
];

/// A document with the annotation `helm.sh/hook`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook<'a> {
    pub path: &'a str,
    pub content: &'a [u8],
    /// Which of all documents it is, in the order in which they were read, from 0.
    pub number: usize,
    pub kind: String,
    pub name: String,
    /// `pre-install`, `test`, ..., in the order in which they were written.
    pub events: Vec<&'static str>,
    /// 0 when it is not a number.
    pub weight: i64,
    /// As written, lower case.
    pub delete_policies: Vec<String>,
}

impl<'a> Hook<'a> {
    /// `None` when one of the events is unknown: Helm then drops the document.
    pub(super) fn new(path: &'a str, content: &'a [u8], number: usize, head: &Head, types: &str) -> Option<Self> {
        let events = events(types)?;
        Some(Hook {
            path,
            content,
            number,
            kind: head.kind.clone(),
            name: head.name.clone(),
            events,
            weight: head.annotations.get(WEIGHT).and_then(|w| w.parse().ok()).unwrap_or(0),
            delete_policies: head.annotations.get(DELETE_POLICY).map_or_else(Vec::new, |p| words(p).collect()),
        })
    }

    /// The text of a head's hook annotation, when Helm drops the document for it.
    pub fn unknown(head: &Head) -> Option<&str> {
        head.annotations.get(HOOK).map(String::as_str).filter(|types| events(types).is_none())
    }

    /// Whether `helm test` runs it.
    pub fn is_test(&self) -> bool {
        self.events.contains(&"test")
    }
}

/// `None` when one of them is unknown.
fn events(types: &str) -> Option<Vec<&'static str>> {
    // Helm 2 called a test so.
    let now = |word: String| if word == "test-success" { "test".into() } else { word };
    words(types).map(now).map(|wanted| EVENTS.iter().copied().find(|e| **e == wanted)).collect()
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(',').map(|w| w.trim().to_lowercase())
}

/// Says what Helm says when it drops a document for its unknown hook.
pub(super) fn skipped(types: &str, log: &mut Log) {
    let text = format!("info: skipping unknown hook: {}", strconv::quote(types.as_bytes()));
    log.say(LogPlace::UnknownHook, &text, "INFO", "skipping unknown hooks", &[("hookTypes", types)]);
}
