//! Mounted files: those of one value, whose names are settings, and those that hold settings.

use std::collections::HashMap;

use super::desk::Desk;
use super::{Book, Setting, Space, Spot};
use crate::kube::{self, FileAt, StoreKind};
use crate::postgres::topology::config::{self, Raw};
use crate::postgres::topology::placeholder::expand;
use crate::postgres::topology::source::{Link, Why};
use crate::postgres::topology::url;
use crate::postgres::topology::value::Value;
use crate::postgres::topology::words::Words;

impl<'i, 'm> Book<'i, 'm> {
    pub(super) fn take_files(&mut self, spot: Spot<'_, 'i, 'm>) {
        let files = kube::files(spot.shelf.inventory, &spot.workload.pod, spot.container, &self.environment);
        for (n, (path, at)) in (0u32..).zip(&files) {
            let name = path.rsplit('/').next().unwrap_or_default();
            let words = Words::of(name);
            let file = Link::File { path: path.clone() };
            match at {
                FileAt::Provided { content, .. } => {
                    let [kube::Piece::Known { bytes, source }] = content.pieces.as_slice() else { continue };
                    let kube::Source::Key { kind, doc, key, node } = *source else { continue };
                    let links = vec![file, spot.shelf.key_link(kind, doc, key, node)];
                    match as_one_value(&words, bytes) {
                        Some(value) => {
                            let setting = Setting::new(words, value, Space::Folder, name, links);
                            self.settings.push(setting.in_bulk());
                        }
                        None => {
                            let Some(text) = as_settings(bytes) else { continue };
                            let raws = spot.shelf.raws((doc, key), name, text);
                            self.take_raws(spot, &raws, Space::File(n), &links);
                        }
                    }
                }
                FileAt::Unknown { why, .. } if words.part().is_some() => {
                    let value = Value::unknown(Why::Kube(*why), None);
                    let setting = Setting::new(words, value, Space::Folder, name, vec![file]);
                    self.settings.push(setting.in_bulk());
                }
                _ => {}
            }
        }
    }

    /// The settings of a file, with their placeholders filled in.
    pub(super) fn take_raws(&mut self, spot: Spot<'_, 'i, 'm>, raws: &[Raw], space: Space, links: &[Link<'m>]) {
        let desk = Desk::new(spot, &self.environment, raws);
        let mut found = Vec::new();
        for raw in raws {
            let words = Words::of(&raw.key);
            if words.part().is_none() && !url::looks_like_one(&raw.value) {
                continue;
            }
            let value = expand(&raw.value, raw.is_code, &desk).trimmed();
            let mut links = links.to_vec();
            let at = links.iter().position(|l| matches!(l, Link::Key { .. })).unwrap_or(links.len());
            links.insert(at, Link::Setting { key: raw.key.clone(), line: raw.line });
            found.push(Setting::new(words, value, space, raw.key.as_str(), links));
        }
        let references = secret_references(spot, raws, space, links);
        self.used.extend(desk.into_used());
        self.settings.append(&mut found);
        self.settings.extend(references);
    }
}

/// The value of a file that is one: a line, under a name that a setting has.
fn as_one_value<'m>(words: &Words, bytes: &[u8]) -> Option<Value<'m>> {
    if bytes.len() > config::LONGEST {
        return config::is_worth_reading(bytes).then(|| Value::unknown(Why::TooLong, None));
    }
    let text = std::str::from_utf8(bytes).ok()?.trim();
    let is_one = !text.contains('\n') && !text.starts_with('{');
    (is_one && (words.part().is_some() || url::looks_like_one(text))).then(|| Value::known(text))
}

/// The text of a file that may hold settings. A script is none: it is read where it is run.
pub(super) fn as_settings(bytes: &[u8]) -> Option<&str> {
    let fits = bytes.len() <= config::LONGEST && !bytes.starts_with(b"#!") && config::is_worth_reading(bytes);
    std::str::from_utf8(bytes).ok().filter(|_| fits)
}

/// Ends of keys that name a Secret; the word before them says what for.
const REFERENCES: &[&str] = &["SecretRef", ".secretKeyRef", "Secret"];

/// `passwordSecret: {name: n, key: k}` in a file of a program that asks the API server for the Secret.
fn secret_references<'m>(spot: Spot<'_, '_, 'm>, raws: &[Raw], space: Space, links: &[Link<'m>]) -> Vec<Setting<'m>> {
    let mut out = Vec::new();
    let keys: HashMap<&str, &Raw> = raws.iter().map(|r| (r.key.as_str(), r)).collect();
    for raw in raws {
        let Some(parent) = raw.key.strip_suffix(".name") else { continue };
        let Some(words) = REFERENCES.iter().find_map(|end| parent.strip_suffix(end)).map(Words::of) else { continue };
        let Some(key) = keys.get(format!("{parent}.key").as_str()) else { continue };
        let secret = spot.shelf.inventory.secret(spot.workload.namespace, &raw.value);
        let found = secret.and_then(|s| Some((s.doc, s.get(&key.value)?)));
        let (value, at) = match found {
            Some((doc, content)) => {
                let text = content.bytes.and_then(|bytes| std::str::from_utf8(bytes).ok());
                let value = text.map_or_else(|| Value::unknown(Why::NotText, None), Value::known);
                (value, Some((doc, content.node.line())))
            }
            None => (Value::unknown(Why::File(format!("Secret {}", raw.value)), None), None),
        };
        let mut links = links.to_vec();
        links.push(Link::Key { kind: StoreKind::Secret, name: raw.value.clone(), key: key.value.clone(), at });
        out.push(Setting::new(words, value, space, parent, links));
    }
    out
}
