//! What differs between what is expected and what is answered: document by document, so that one changed object is one
//! difference, whatever else moved. Nothing that differs by a byte is equal.

use std::collections::HashMap;

use bumpalo::Bump;

use super::answer::Answer;
use super::diff::{first_difference, unified};
use super::documents::{Document, Identity, documents};
use super::expected::Expected;
use crate::diagnostic::Place;
use crate::limits::Limits;
use crate::manifest::Step;
use crate::provenance::{differences, is_same};
use crate::redact::Secrets;
use crate::value::{Tree, position};

/// One thing that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub what: What,
    /// `Deployment store`, `exit code`, `standard error`, `NOTES`.
    pub subject: String,
    /// In words.
    pub message: String,
    /// The expected file, with the line where it first differs.
    pub place: Place,
    /// Fields that differ: path, what was expected, what there is.
    pub fields: Vec<Field>,
    /// Fields beyond those.
    pub more_fields: usize,
    /// Lines as `diff -u` shows them.
    pub diff: Vec<String>,
}

/// How it differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum What {
    ExitCode,
    StandardError,
    /// A document is there that was not expected.
    Added,
    /// An expected document is gone.
    Removed,
    /// A document says something else.
    Changed,
    /// A document says the same in other bytes.
    Bytes,
    /// A document stands elsewhere: in the order, or under another template.
    Moved,
    Notes,
    /// A text is there that must not be.
    Present,
}

/// A field of a document that differs. Values as JSON would show them; `None`: absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub path: String,
    pub was: Option<String>,
    pub now: Option<String>,
}

impl Difference {
    /// Takes known secrets out of every text.
    pub fn without_secrets(&mut self, secrets: &Secrets) {
        let hide = |text: &mut String| {
            if let std::borrow::Cow::Owned(hidden) = secrets.hide(text) {
                *text = hidden;
            }
        };
        hide(&mut self.subject);
        hide(&mut self.message);
        self.diff.iter_mut().for_each(hide);
        for field in &mut self.fields {
            hide(&mut field.path);
            field.was.iter_mut().chain(&mut field.now).for_each(hide);
        }
    }
}

impl What {
    /// The stable kebab-case name, as reports use it.
    pub fn id(self) -> &'static str {
        match self {
            What::ExitCode => "golden-exit-code",
            What::StandardError => "golden-stderr",
            What::Added => "golden-added",
            What::Removed => "golden-removed",
            What::Changed => "golden-changed",
            What::Bytes => "golden-bytes",
            What::Moved => "golden-moved",
            What::Notes => "golden-notes",
            What::Present => "golden-present",
        }
    }
}

/// Fields of one document that are told.
const FIELDS: usize = 12;
/// Fields that are counted.
const COUNTED: usize = 500;
/// Characters of a field's value that are told.
const WIDE: usize = 80;

/// Everything in which an answer is not the expected one; empty when not a byte differs.
pub fn compare(expected: &Expected, answer: &Answer, limits: &Limits) -> Vec<Difference> {
    let want = &expected.answer;
    let mut found: Vec<Difference> = unexpected(expected, answer).into_iter().collect();
    let file = |path: &std::path::Path| path.to_string_lossy().into_owned();
    found.extend(stdout(&want.stdout, &answer.stdout, &file(&expected.stdout_file), limits));
    if want.stderr != answer.stderr {
        let message = "standard error is not the expected one".to_string();
        let file = file(&expected.stderr_file);
        found.push(text(What::StandardError, "standard error", message, &file, (&want.stderr, &answer.stderr)));
    }
    if let (Some(want), Some(notes)) = (&want.notes, &answer.notes)
        && want != notes
    {
        let (message, file) = ("the NOTES are not the expected ones".to_string(), file(&expected.notes_file));
        found.push(text(What::Notes, "NOTES", message, &file, (want, notes)));
    }
    found
}

/// Refused where it should render, or the other way round; with what was said.
pub fn unexpected(expected: &Expected, answer: &Answer) -> Option<Difference> {
    let want = &expected.answer;
    if want.exit == answer.exit {
        return None;
    }
    let message = match answer.exit {
        0 => "is 0: the chart renders, where a refusal is expected".to_string(),
        code => format!("is {code}: the chart is refused, where it is expected to render"),
    };
    let place = Place::file(expected.stdout_file.with_file_name(super::case::FILE).to_string_lossy());
    let diff = unified(b"", &answer.stderr, 1);
    Some(Difference { diff, ..bare(What::ExitCode, "exit code", message, place) })
}

fn bare(what: What, subject: &str, message: String, place: Place) -> Difference {
    Difference { what, subject: subject.into(), message, place, fields: Vec::new(), more_fields: 0, diff: Vec::new() }
}

fn text(what: What, subject: &str, message: String, file: &str, (old, new): (&[u8], &[u8])) -> Difference {
    let place = Place::at(file, first_difference(old, new), 1);
    Difference { diff: unified(old, new, 1), ..bare(what, subject, message, place) }
}

fn stdout(old: &[u8], new: &[u8], file: &str, limits: &Limits) -> Vec<Difference> {
    if old == new {
        return Vec::new();
    }
    let arena = Bump::new();
    let ((want, _), (got, _)) = (documents(old, &arena, limits), documents(new, &arena, limits));
    let pairs = paired(&want, &got);
    let mut found = Vec::new();
    let mut met = vec![false; got.len()];
    let mut order = Vec::new();
    for (was, partner) in want.iter().zip(&pairs) {
        match partner.and_then(|at| got.get(at).map(|now| (at, now))) {
            Some((at, now)) => {
                if let Some(seen) = met.get_mut(at) {
                    *seen = true;
                }
                order.push((at, was));
                found.extend(document(was, now, file));
            }
            None => {
                let message = format!("is expected, and was not rendered{}", written_by(&was.template));
                found.push(bare(What::Removed, &was.subject(), message, Place::at(file, was.line, 1)));
            }
        }
    }
    for now in got.iter().zip(met).filter(|(_, seen)| !seen).map(|(now, _)| now) {
        let message = format!("was rendered, and is not expected{}", written_by(&now.template));
        found.push(bare(What::Added, &now.subject(), message, Place::file(file)));
    }
    for was in out_of_order(&order) {
        let message = "stands at another place in the order of the documents".to_string();
        found.push(bare(What::Moved, &was.subject(), message, Place::at(file, was.line, 1)));
    }
    if found.is_empty() {
        // What stands between documents.
        let message = "the documents are the same, and the bytes around them are not".to_string();
        found.push(text(What::Bytes, "standard output", message, file, (old, new)));
    }
    found
}

fn written_by(template: &str) -> String {
    if template.is_empty() { String::new() } else { format!(" ({template})") }
}

/// For each expected document its counterpart: the same object, else one whose API version alone is another, else the
/// document at the same place of the same template. The n-th of a name goes with the n-th.
fn paired(want: &[Document<'_>], got: &[Document<'_>]) -> Vec<Option<usize>> {
    let mut pairs = vec![None; want.len()];
    let mut taken = vec![false; got.len()];
    for key in [exact, loose, nameless] {
        let mut free: HashMap<Identity, Vec<usize>> = HashMap::new();
        for (at, document) in got.iter().enumerate().rev() {
            if !taken.get(at).copied().unwrap_or(true)
                && let Some(key) = key(document)
            {
                free.entry(key).or_default().push(at);
            }
        }
        for (document, pair) in want.iter().zip(&mut pairs).filter(|(_, pair)| pair.is_none()) {
            let Some(at) = key(document).and_then(|key| free.get_mut(&key)).and_then(Vec::pop) else { continue };
            *pair = Some(at);
            if let Some(taken) = taken.get_mut(at) {
                *taken = true;
            }
        }
    }
    pairs
}

/// All that a document is known by.
fn exact(document: &Document<'_>) -> Option<Identity> {
    document.identity.clone()
}

/// The same without the version of the API.
fn loose(document: &Document<'_>) -> Option<Identity> {
    let identity = document.identity.clone().filter(|identity| !identity.name.is_empty())?;
    let group = identity.api_version.rsplit_once('/').map(|(group, _)| group.to_string()).unwrap_or_default();
    Some(Identity { api_version: group, ..identity })
}

/// What is no object is known by its template.
fn nameless(document: &Document<'_>) -> Option<Identity> {
    let (api_version, none) = (document.template.clone(), String::new());
    let known = Identity { api_version, kind: none.clone(), namespace: none.clone(), name: none, is_hook: false };
    document.identity.is_none().then_some(known)
}

/// The difference between two documents that are one object.
fn document(was: &Document<'_>, now: &Document<'_>, file: &str) -> Option<Difference> {
    if was.text == now.text {
        return None;
    }
    let line = was.line + first_difference(was.text, now.text) - 1;
    let place = Place::at(file, line, 1);
    let diff = unified(was.text, now.text, was.line);
    // Of what could not be read nobody knows whether it says the same.
    let unread = matches!((was.tree, now.tree), (Tree::Null, Tree::Null));
    let (what, message) = if unread || !is_same(was.tree, now.tree) {
        let from = if was.template == now.template { written_by(&now.template) } else { moved(was, now) };
        (What::Changed, format!("is not as expected{from}"))
    } else if was.template != now.template && body(was) == body(now) {
        (What::Moved, format!("is the same{}", moved(was, now)))
    } else {
        (What::Bytes, format!("says the same in other bytes{}", written_by(&now.template)))
    };
    let mut difference = Difference { diff, ..bare(what, &was.subject(), message, place) };
    if what == What::Changed {
        let paths = differences(was.tree, now.tree, COUNTED);
        difference.more_fields = paths.len().saturating_sub(FIELDS);
        difference.fields = paths
            .iter()
            .take(FIELDS)
            .map(|path| Field { path: path.to_string(), was: shown(was.tree, &path.0), now: shown(now.tree, &path.0) })
            .collect();
    }
    Some(difference)
}

fn moved(was: &Document<'_>, now: &Document<'_>) -> String {
    format!(", and comes from {} instead of {}", now.template, was.template)
}

/// The text below the line that names the template.
fn body<'a>(document: &Document<'a>) -> &'a [u8] {
    let cut = memchr::memchr(b'\n', document.text).map_or(0, |at| at + 1);
    if document.template.is_empty() { document.text } else { document.text.get(cut..).unwrap_or_default() }
}

/// A value of a document, short; `None` where it is absent.
fn shown(root: Tree<'_>, path: &[Step]) -> Option<String> {
    let Tree::Map(map) = root else { return Some(short(root)) };
    let tokens: Vec<String> = path
        .iter()
        .map(|step| match step {
            Step::Key(key) => key.clone(),
            Step::Index(at) => at.to_string(),
        })
        .collect();
    position(map, &tokens).1.map(short)
}

fn short(tree: Tree<'_>) -> String {
    match tree {
        Tree::Map(map) => format!("a map of {}", map.entries().len()),
        Tree::List(list) => format!("a list of {}", list.items().len()),
        Tree::Str(text) => {
            let text = text.to_string();
            let cut: String = text.chars().take(WIDE).collect();
            format!("{cut:?}{}", if cut.len() < text.len() { "..." } else { "" })
        }
        Tree::Null => "null".into(),
        Tree::Bool(b) => b.to_string(),
        Tree::Int(n) => n.to_string(),
        Tree::Float(n) => n.to_string(),
    }
}

/// The fewest documents that must be moved to bring the others into order: those outside of the longest growing sequence.
fn out_of_order<'d>(order: &[(usize, &'d Document<'d>)]) -> Vec<&'d Document<'d>> {
    // `ends[n]`: the index in `order` at which the best sequence of n + 1 documents ends.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(order.len());
    let place = |at: usize| order.get(at).map_or(0, |(place, _)| *place);
    for at in 0..order.len() {
        let length = ends.partition_point(|end| place(*end) < place(at));
        before.push(length.checked_sub(1).and_then(|n| ends.get(n).copied()));
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut kept = vec![false; order.len()];
    let mut next = ends.last().copied();
    while let Some(at) = next {
        if let Some(kept) = kept.get_mut(at) {
            *kept = true;
        }
        next = before.get(at).copied().flatten();
    }
    order.iter().zip(kept).filter(|(_, kept)| !kept).map(|((_, document), _)| *document).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differ(old: &str, new: &str) -> Vec<Difference> {
        stdout(old.as_bytes(), new.as_bytes(), "stdout.yaml", &Limits::default())
    }

    fn doc(template: &str, kind: &str, name: &str, more: &str) -> String {
        format!("---\n# Source: c/templates/{template}\nkind: {kind}\nmetadata:\n  name: {name}\n{more}")
    }

    fn told(old: &[&String], new: &[&String]) -> Vec<String> {
        let whole = |parts: &[&String]| parts.iter().map(|part| part.as_str()).collect::<String>();
        differ(&whole(old), &whole(new)).iter().map(|d| format!("{} {}", d.what.id(), d.subject)).collect()
    }

    #[test]
    fn a_changed_field_is_one_difference_with_its_path() {
        let old = doc("a.yaml", "A", "x", "spec:\n  labels: {a.b: one}\n  n: 1\n");
        let other = doc("b.yaml", "B", "y", "");
        let found = differ(&(old.clone() + &other), &(old.replace("one", "two") + &other));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].what, found[0].subject.as_str(), found[0].place.line), (What::Changed, "A x", 7));
        let field =
            Field { path: "spec.labels.\"a.b\"".into(), was: Some("\"one\"".into()), now: Some("\"two\"".into()) };
        assert_eq!(found[0].fields, [field]);
        assert!(found[0].diff.contains(&"-  labels: {a.b: one}".to_string()), "{:?}", found[0].diff);
    }

    #[test]
    fn added_removed_moved_and_hooks_are_told_apart() {
        let [a, b, c] = ["A", "B", "C"].map(|kind| doc("t.yaml", kind, "x", ""));
        assert_eq!(told(&[&a, &b], &[&a]), ["golden-removed B x"]);
        assert_eq!(told(&[&a], &[&a, &b]), ["golden-added B x"]);
        assert_eq!(told(&[&a, &b, &c], &[&c, &a, &b]), ["golden-moved C x"]);
        let hook = doc("t.yaml", "A", "x", "  annotations: {helm.sh/hook: test}\n");
        assert_eq!(told(&[&a], &[&hook]), ["golden-removed A x", "golden-added hook A x"]);
        let elsewhere = doc("u.yaml", "A", "x", "");
        assert_eq!(told(&[&a], &[&elsewhere]), ["golden-moved A x"]);
        assert_eq!(told(&[&a, &a], &[&a]), ["golden-removed A x"]);
    }

    #[test]
    fn the_same_in_other_bytes_is_not_equal() {
        let a = doc("t.yaml", "A", "x", "n: 1\n");
        assert_eq!(told(&[&a], &[&a.replace("n: 1", "n:   1")]), ["golden-bytes A x"]);
        assert_eq!(told(&[&a], &[&a, &"---\n".to_string()]), ["golden-bytes standard output"]);
        assert!(told(&[&a], &[&a]).is_empty());
    }

    #[test]
    fn another_version_of_an_api_is_the_same_object() {
        let of = |api: &str| format!("---\napiVersion: {api}\nkind: A\nmetadata: {{name: x}}\n");
        assert_eq!(told(&[&of("g/v1")], &[&of("g/v2")]), ["golden-changed A x"]);
        assert_eq!(told(&[&of("g/v1")], &[&of("h/v1")]).len(), 2);
    }
}
