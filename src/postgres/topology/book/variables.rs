//! Variables, and the files that variables name.

use std::borrow::Cow;

use super::desk::Desk;
use super::shelf::missing_link;
use super::{Book, Setting, Space, Spot, matters, value_of};
use crate::kube::{self, FileAt, Text, Var, VarSource};
use crate::postgres::topology::placeholder::expand;
use crate::postgres::topology::source::{Link, Source, Why};
use crate::postgres::topology::value::Value;
use crate::postgres::topology::words::{Part, Words};

impl<'i, 'm> Book<'i, 'm> {
    pub(super) fn take_variables(&mut self, spot: Spot<'_, 'i, 'm>) {
        for (_, node) in spot.container.env() {
            if let Some(text) = node.str("value").given() {
                self.note_references(text);
            }
        }
        let mut found = Vec::new();
        for var in &self.environment.vars {
            let words = Words::of(&var.name);
            let value = value_of(&var.value);
            if let Some(inner) = words.strip("file")
                && let Some((part, _)) = inner.part()
                && !matches!(part, Part::SslRootCert | Part::SslCert | Part::SslKey)
                && let Some(path) = value.text().filter(|p| p.starts_with('/'))
            {
                found.push(self.named_file(spot, var, inner, path));
            } else if matters(&words, &value) {
                found.push(self.variable(spot, var, words, value));
            }
        }
        self.settings.append(&mut found);
    }

    fn variable(&self, spot: Spot<'_, 'i, 'm>, var: &Var<'m>, words: Words, value: Value<'m>) -> Setting<'m> {
        // Frameworks expand these themselves.
        let value = match value.text() {
            Some(text) if text.starts_with("${") && text.ends_with('}') => {
                expand(text, false, &Desk::new(spot, &self.environment, &[])).trimmed()
            }
            _ => value,
        };
        let source_of = |text: &Text<'m>, from: &VarSource<'m>| {
            let mut links = vec![link(spot, &var.name, from)];
            links.extend(spot.shelf.key_links(text));
            Source { name: var.name.to_string(), links }
        };
        Setting {
            words,
            value,
            source: source_of(&var.value, &var.from),
            space: Space::Environment,
            bulk: matches!(var.from, VarSource::EnvFrom { .. }),
            losers: var.shadowed.iter().map(|l| source_of(&l.value, &l.from)).collect(),
        }
    }

    /// `PASSWORD_FILE=/secrets/password`: what stands in the file.
    fn named_file(&self, spot: Spot<'_, 'i, 'm>, var: &Var<'m>, words: Words, path: &str) -> Setting<'m> {
        let at = kube::file_at(spot.shelf.inventory, &spot.workload.pod, spot.container, &self.environment, path);
        let mut links = vec![link(spot, &var.name, &var.from), Link::File { path: path.to_string() }];
        let value = match &at {
            FileAt::Provided { content, .. } => {
                links.extend(spot.shelf.key_links(content));
                value_of(content)
            }
            FileAt::Unknown { why, .. } => {
                links.extend(missing_link(why));
                Value::unknown(Why::Kube(*why), None)
            }
            _ => Value::unknown(Why::File(path.to_string()), None),
        };
        Setting::new(words, value.trimmed(), Space::Environment, var.name.as_ref(), links)
    }
}

fn link<'m>(spot: Spot<'_, '_, 'm>, name: &Cow<'m, str>, from: &VarSource<'m>) -> Link<'m> {
    let name: &'m str = match name {
        Cow::Borrowed(name) => name,
        Cow::Owned(name) => spot.shelf.arena.alloc_str(name),
    };
    let (doc, line) = (from.node().doc(), from.node().line());
    match from {
        VarSource::Env { .. } => Link::Env { name, doc, line },
        VarSource::EnvFrom { .. } => Link::EnvFrom { name, doc, line },
    }
}
