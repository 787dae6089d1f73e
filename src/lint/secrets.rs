//! Which texts of a chart with its values are secrets: collected while it is read, so that no report repeats one.

use std::collections::HashSet;

use crate::chart::Chart;
use crate::go::encode::base64_decode;
use crate::manifest::Manifests;
use crate::redact::{Secrets, is_secret, names_secret, passwords_of_urls};
use crate::value::Tree;
use crate::values::Overrides;

/// Words that charts use as values of keys that promise secrets, and that a report cannot do without.
const COMMON: [&str; 18] = [
    "postgres",
    "postgresql",
    "password",
    "secret",
    "default",
    "localhost",
    "username",
    "require",
    "required",
    "verify-ca",
    "verify-full",
    "prefer",
    "disable",
    "disabled",
    "enabled",
    "database",
    "cluster",
    "values",
];

/// Keys of Secrets whose values are no secrets: `host`, `POSTGRES_DB`, `ca.crt`.
const HARMLESS: [&str; 14] = [
    "host",
    "hostname",
    "port",
    "user",
    "username",
    "db",
    "dbname",
    "database",
    "name",
    "mode",
    "ca.crt",
    "tls.crt",
    "namespace",
    "type",
];

/// What has been found so far. It becomes [`Secrets`] once all names are known, for a name is no secret.
#[derive(Default)]
pub struct Collected {
    texts: Vec<String>,
    names: HashSet<String>,
}

impl Collected {
    /// What stands on the command line and in values files, read without understanding: for inputs that do not parse.
    pub fn overrides(&mut self, overrides: &Overrides) {
        let flags = [&overrides.set, &overrides.set_string, &overrides.set_literal, &overrides.set_json];
        for text in flags.into_iter().flatten() {
            self.url_passwords(text);
            for pair in text.split(',').chain([text.as_str()]) {
                if let Some((_, value)) = pair.split_once('=').filter(|(key, _)| names_secret(key)) {
                    self.texts.push(value.trim_matches('"').to_string());
                }
            }
        }
        const LONGEST: u64 = 1 << 20;
        for file in overrides.files.iter().filter(|f| f.trim() != "-") {
            let small = std::fs::metadata(file).is_ok_and(|m| m.is_file() && m.len() <= LONGEST);
            let Some(text) = small.then(|| std::fs::read_to_string(file).ok()).flatten() else { continue };
            self.url_passwords(&text);
            for line in text.lines() {
                if let Some((_, value)) = line.split_once(':').filter(|(key, _)| names_secret(key.trim())) {
                    self.texts.push(value.trim().trim_matches(['"', '\'']).to_string());
                }
            }
        }
    }

    /// Values: what stands under a key that promises a secret, and the passwords of all URLs. The keys are names.
    pub fn values(&mut self, values: Tree<'_>) {
        self.tree(values, true);
    }

    /// The defaults of a chart and of all charts below it.
    pub fn chart(&mut self, root: &Chart<'_>) {
        let mut open = vec![root];
        while let Some(chart) = open.pop() {
            self.names.insert(chart.metadata.name.to_string());
            self.values(chart.values);
            open.extend(chart.dependencies);
        }
    }

    /// What was rendered: the data of Secrets, variables with names that promise secrets.
    pub fn manifests(&mut self, manifests: &Manifests<'_>) {
        for document in &manifests.documents {
            [document.name, document.kind, document.namespace].into_iter().for_each(|name| self.name(name));
            if document.kind == "Secret" {
                for (field, encoded) in [("data", true), ("stringData", false)] {
                    let entries = document.root().get(field).into_iter().flat_map(|data| data.entries());
                    for (key, node) in entries {
                        self.name(key);
                        let Some(text) = node.as_str().given().filter(|_| !is_harmless(key)) else { continue };
                        if !encoded {
                            self.texts.push(text.to_string());
                        } else if let Ok(bytes) = base64_decode(text.as_bytes()) {
                            self.texts.push(String::from_utf8_lossy(&bytes).into_owned());
                            self.texts.push(text.to_string());
                        }
                    }
                }
            }
            self.tree(document.root().tree(), false);
        }
    }

    /// Says that a text is a name.
    pub fn name(&mut self, name: &str) {
        if !self.names.contains(name) {
            self.names.insert(name.to_string());
        }
    }

    fn url_passwords(&mut self, text: &str) {
        self.texts.extend(passwords_of_urls(text).map(str::to_string));
        // A text that is nothing but a URL, with a password that should have been encoded: whatever stands in its way.
        let userinfo = text.split_once("://").and_then(|(_, rest)| rest.rsplit_once('@')).map(|(userinfo, _)| userinfo);
        let password = userinfo.and_then(|u| u.split_once(':')).map(|(_, password)| password);
        self.texts.extend(password.filter(|p| p.len() < 256 && !p.contains('\n')).map(str::to_string));
    }

    /// Without recursion: how deep a tree may be is for its reader to say.
    fn tree(&mut self, root: Tree<'_>, keys_are_names: bool) {
        let mut open: Vec<(Tree<'_>, Option<String>)> = vec![(root, None)];
        while let Some((tree, promise)) = open.pop() {
            match tree {
                Tree::Map(map) => {
                    // `{name: PGPASSWORD, value: x}`, as containers write variables.
                    let variable = map.get(b"name").and_then(|e| text(e.value)).filter(|name| names_secret(name));
                    for entry in map.entries() {
                        let key = String::from_utf8_lossy(entry.key);
                        let promise = match variable.filter(|_| key == "value") {
                            Some(name) => Some(name.to_string()),
                            None => names_secret(&key).then(|| key.to_string()),
                        };
                        open.push((entry.value, promise));
                        if keys_are_names {
                            self.name(&key);
                        }
                    }
                }
                Tree::List(list) => open.extend(list.items().iter().map(|(item, _)| (*item, promise.clone()))),
                Tree::Str(bytes) => {
                    let text = String::from_utf8_lossy(bytes);
                    self.url_passwords(&text);
                    if promise.is_some_and(|name| is_secret(&name, &text)) {
                        self.texts.push(text.into_owned());
                    }
                }
                Tree::Int(n) if promise.is_some() => self.texts.push(n.to_string()),
                Tree::Float(n) if promise.is_some() => self.texts.push(n.to_string()),
                Tree::Null | Tree::Bool(_) | Tree::Int(_) | Tree::Float(_) => {}
            }
        }
    }

    pub fn into_secrets(self) -> Secrets {
        let mut secrets = Secrets::new();
        COMMON.iter().for_each(|word| secrets.allow_word(word));
        self.names.iter().for_each(|name| secrets.allow_word(name));
        let mut texts = self.texts;
        texts.sort();
        texts.dedup();
        // A template, not a text: what it becomes is found in what is rendered.
        texts.iter().filter(|t| !t.contains("{{")).for_each(|text| secrets.add(text));
        secrets
    }
}

fn text<'t>(tree: Tree<'t>) -> Option<&'t str> {
    match tree {
        Tree::Str(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}

fn is_harmless(key: &str) -> bool {
    let lower = key.to_ascii_lowercase().replace('-', "_");
    !names_secret(key) && HARMLESS.iter().any(|end| lower == *end || lower.ends_with(&format!("_{end}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_read_without_understanding() {
        let mut collected = Collected::default();
        let set = vec!["a.password=geheim1,b=3".to_string(), "url=postgres://u:geheim2@h/d".to_string()];
        let json = vec!["auth.token=\"geheim3\" broken".to_string()];
        collected.overrides(&Overrides { set, set_json: json, ..Overrides::default() });
        let secrets = collected.into_secrets();
        assert_eq!(secrets.hide("geheim1 geheim2 b=3"), "[redacted] [redacted] b=3");
    }

    #[test]
    fn names_are_no_secrets() {
        let mut collected = Collected::default();
        collected.texts.extend(["workqueue".to_string(), "geheim".to_string()]);
        collected.name("workqueue");
        let secrets = collected.into_secrets();
        assert_eq!(secrets.hide("workqueue geheim postgres"), "workqueue [redacted] postgres");
        assert!(is_harmless("POSTGRES_DB") && is_harmless("ca.crt") && !is_harmless("uri") && !is_harmless("password"));
    }
}
