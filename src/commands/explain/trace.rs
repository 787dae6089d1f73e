//! From a line of the output back to template and values, and from a value forward to the fields that it changes.

use bumpalo::Bump;

use crate::diagnostic::{Place, Plain};
use crate::manifest::{Path, Step};
use crate::provenance::{Change, Stop, ValuesPath, counterpart, differences, nudge};
use crate::rules::Facts;
use crate::value::{Tree, position};

/// Fields that are listed.
const MANY: usize = 40;
/// Values that are listed for one field.
const TOLD: usize = 8;

/// The document, field, template and values of a line of the output.
pub fn line(facts: &Facts<'_>, line: u32) -> String {
    let Some((document, path)) = facts.manifests.at_line(line) else {
        return format!("line {line}: no document stands there\n");
    };
    let text = String::from_utf8_lossy(facts.manifests.line(line).unwrap_or_default()).into_owned();
    let field = if path.0.is_empty() { "the object itself".into() } else { path.to_string() };
    let mut out = format!("{line} | {}\n", Plain(&text));
    out.push_str(&format!("  {} of {}\n", Plain(&field), Plain(&facts.subject(document).to_string())));
    let lines = facts.provenance.lines().unwrap_or_default();
    match lines.of(document, line) {
        None => out.push_str(&format!("  written by {}\n", Plain(document.template))),
        Some(origin) => {
            out.push_str(&format!("  written by {}\n", shown(&origin.outer)));
            if origin.inner != origin.outer {
                out.push_str(&format!("  through {}\n", shown(&origin.inner)));
            }
        }
    }
    let behind = facts.provenance.search(facts.manifests).values(document, &path);
    for influence in behind.influences.iter().take(TOLD) {
        let place = written(facts, &influence.path.0);
        out.push_str(&format!("  value {}{place}\n", Plain(&influence.path.to_string())));
    }
    if behind.influences.is_empty() && behind.complete {
        out.push_str("  no value changes it\n");
    }
    if !behind.complete {
        out.push_str("  undecided: there may be more values behind it than were tried\n");
    }
    out
}

/// Where a value was written, and what changes with it.
pub fn value(facts: &Facts<'_>, text: &str) -> String {
    let Some(path) = Path::parse(text) else { return format!("{} is no path of values\n", Plain(text)) };
    let token = |step: Step| match step {
        Step::Key(key) => key,
        Step::Index(index) => index.to_string(),
    };
    let tokens: Vec<String> = path.0.into_iter().map(token).collect();
    let (_, tree) = position(facts.bound.root().values, &tokens);
    let mut out = format!("{}{}\n", Plain(text), written(facts, &tokens));
    let Some(tree) = tree else {
        out.push_str("  there is no such value\n");
        return out;
    };
    if matches!(tree, Tree::Map(_) | Tree::List(_)) {
        out.push_str("  this is no single value: name one of those below it\n");
        return out;
    }
    let arena = Bump::new();
    let mut variant = facts.provenance.variant();
    variant.changes.push(Change { path: ValuesPath(tokens), value: nudge(tree, &arena) });
    let changed = facts.provenance.render(&variant, |other| {
        let mut fields = Vec::new();
        for document in &facts.manifests.documents {
            let subject = facts.subject(document);
            match counterpart(document, facts.manifests, &other.manifests) {
                None => fields.push(format!("{subject} as a whole")),
                Some(now) => {
                    let paths = differences(document.root().tree(), now.root().tree(), MANY);
                    fields.extend(paths.iter().map(|path| format!("{path} of {subject}")));
                }
            }
            if fields.len() > MANY {
                break;
            }
        }
        fields
    });
    match changed {
        Ok(fields) if fields.is_empty() => out.push_str("  nothing that is rendered changes with it\n"),
        Ok(fields) => {
            fields.iter().take(MANY).for_each(|f| out.push_str(&format!("  changes {}\n", Plain(f))));
            if fields.len() > MANY {
                out.push_str("  and more\n");
            }
        }
        Err(Stop::Refused(refusal)) => {
            out.push_str(&format!("  undecided: another value is refused: {}\n", Plain(&refusal.message)));
        }
        Err(Stop::Budget) => out.push_str("  undecided: it takes too long\n"),
    }
    out
}

/// ` (values.yaml:3:5)`, where a value was written.
pub(super) fn written(facts: &Facts<'_>, tokens: &[String]) -> String {
    let pos = position(facts.bound.root().values, tokens).0;
    let place = pos.and_then(|pos| facts.sources.place(pos));
    place.map_or_else(String::new, |place| format!("  ({})", shown(&place)))
}

pub(super) fn shown(place: &Place) -> String {
    Plain(&place.to_string()).to_string()
}
