//! `command` and `args`: options, URLs, scripts, and objects that they name.

use super::desk::Desk;
use super::files::as_settings;
use super::{Book, Setting, Space, Spot, matters, value_of};
use crate::kube::{self, FileAt};
use crate::manifest::Node;
use crate::postgres::topology::source::Link;
use crate::postgres::topology::url;
use crate::postgres::topology::value::Value;
use crate::postgres::topology::words::Words;
use crate::postgres::topology::{run, script};

/// Files of settings have smaller numbers: those of a container's mounts.
const FIRST_OBJECT: u32 = 1 << 20;

impl<'i, 'm> Book<'i, 'm> {
    pub(super) fn take_arguments(&mut self, spot: Spot<'_, 'i, 'm>) {
        let (command, args) = (spot.container.command(), spot.container.args());
        let nodes = command.into_iter().flatten().chain(args.into_iter().flatten());
        let mut words: Vec<(Value<'m>, Node<'m>)> = Vec::new();
        for node in nodes {
            if let Some(text) = node.as_str().given() {
                self.note_references(text);
            }
            words.push((value_of(&self.environment.expand(node)), node));
        }
        let files = self.take_words(spot, &words);
        // Scripts that are mounted and run by name; scripts in those are not followed.
        for (path, link) in files.iter().take(8) {
            let at = kube::file_at(spot.shelf.inventory, &spot.workload.pod, spot.container, &self.environment, path);
            if let FileAt::Provided { content, .. } = at {
                let script = value_of(&content);
                if script.is_known() && script.filled().contains('\n') {
                    self.take_script(spot, &script, link);
                }
            }
        }
        let plain: Vec<Value<'m>> = words.iter().map(|(value, _)| value.clone()).collect();
        if let Some(mut run) = run::direct(&plain) {
            run.link = words.first().map(|(_, node)| link_to(*node));
            self.programs.push(run);
        }
        self.take_named_objects(spot, &plain);
    }

    /// Takes options and scripts; gives the files that are named.
    fn take_words(&mut self, spot: Spot<'_, 'i, 'm>, words: &[(Value<'m>, Node<'m>)]) -> Vec<(String, Link<'m>)> {
        let mut files: Vec<(String, Link<'m>)> = Vec::new();
        let mut n = 0;
        while let Some((value, node)) = words.get(n) {
            let (text, link) = (value.filled(), link_to(*node));
            let before = n.checked_sub(1).and_then(|n| words.get(n)).map(|(v, _)| v.filled());
            n += 1;
            if is_script(text, before) {
                let told = self.take_script(spot, value, &link);
                files.extend(told.into_iter().map(|file| (file, link.clone())));
                continue;
            }
            self.commands.push(text.to_string());
            if text.starts_with('/') {
                files.push((text.to_string(), link.clone()));
            }
            let option = text.trim_start_matches('-');
            let (key, value) = match option.split_once('=') {
                Some((key, rest)) if !key.contains("://") => {
                    (key.to_string(), value.slice(text.len() - rest.len()..text.len()))
                }
                _ if text.starts_with('-') => match words.get(n) {
                    Some((next, _)) if !next.filled().starts_with('-') => {
                        // A URL belongs to its option; any other word may be a setting of its own.
                        n += usize::from(url::looks_like_one(next.filled()));
                        (option.to_string(), next.clone())
                    }
                    _ => continue,
                },
                _ if url::looks_like_one(text) => ("argument".to_string(), value.clone()),
                _ => continue,
            };
            let words = Words::of(&key);
            if matters(&words, &value) {
                self.settings.push(Setting::new(words, value, Space::Arguments, key, vec![link]));
            }
        }
        files
    }

    /// Reads a script; gives the files that it names.
    fn take_script(&mut self, spot: Spot<'_, 'i, 'm>, text: &Value<'m>, link: &Link<'m>) -> Vec<String> {
        self.is_script = true;
        let desk = Desk::new(spot, &self.environment, &[]);
        let told = script::read(text, &desk);
        self.used.extend(desk.into_used());
        self.commands.extend(told.heads);
        for mut run in told.runs {
            run.link = Some(link.clone());
            self.programs.push(run);
        }
        for (key, value) in told.urls {
            let words = Words::of(&key);
            self.settings.push(Setting::new(words, value, Space::Arguments, key, vec![link.clone()]));
        }
        told.files
    }

    /// A program that is told the name of a ConfigMap reads it through the API server.
    fn take_named_objects(&mut self, spot: Spot<'_, 'i, 'm>, words: &[Value<'m>]) {
        let mut n = FIRST_OBJECT;
        for word in words.iter().filter_map(Value::text) {
            let name = word.rsplit('=').next().unwrap_or(word);
            let store = spot.shelf.inventory.config_map(spot.workload.namespace, name);
            let Some(store) = store.filter(|_| !name.is_empty()) else { continue };
            for (key, content) in store.entries() {
                let Some(text) = content.bytes.and_then(as_settings) else { continue };
                let raws = spot.shelf.raws((store.doc, key), key, text);
                let key = spot.shelf.key_link(store.kind, store.doc, key, content.node);
                n += 1;
                self.take_raws(spot, &raws, Space::File(n), &[Link::Api { name: store.name }, key]);
            }
        }
    }
}

fn link_to<'m>(node: Node<'m>) -> Link<'m> {
    Link::Argument { doc: node.doc(), line: node.line() }
}

/// Several lines, or what follows the `-c` of a shell.
fn is_script(text: &str, before: Option<&str>) -> bool {
    let is_c = |b: &str| b.starts_with('-') && !b.starts_with("--") && b.contains('c') && b.len() < 6;
    let is_joined = || before.is_some_and(is_c) || text.contains("; ") || text.contains(" && ");
    text.contains('\n') || (text.contains(' ') && is_joined())
}
