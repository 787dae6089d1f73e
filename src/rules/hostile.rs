//! One render in which every secret among the values has characters that mean something in a URL: where a URL then shows them as
//! they are, nobody encodes its password.
//!
//! Source: RFC 3986, sections 2.1 and 3.2.1; Go `net/url`, `QueryEscape` (a space becomes `+`, which libpq takes as it is).

use std::collections::HashMap;

use bstr::{BStr, ByteSlice};
use bumpalo::Bump;

use super::canary::Shaken;
use super::worlds::Worlds;
use crate::go::encode::base64_decode;
use crate::manifest::{DocId, Manifests, Path};
use crate::provenance::{Change, Otherwise, Stop, pairs};
use crate::value::{MapNode, Tree};

/// What a password became in a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// As it is.
    Raw,
    /// By the rules of a query: `+` for a space.
    AsQuery,
    Encoded,
}

/// What is known of the passwords of URLs.
#[derive(Clone, Debug, Default)]
pub struct Hostile {
    /// By document of the render as it is and path of the field: what stands before each password in its text, and what
    /// became of it.
    found: HashMap<(DocId, Path), Vec<(String, Kept)>>,
    /// The chart does not render with such passwords, or may not be rendered any more.
    pub stopped: bool,
}

/// What a password is here. It can stand in YAML without quotes; no template prints this by itself.
const PASSWORD: &str = "plmslqHOSTILE/@ %q";
const MARK: &str = "plmslqHOSTILE";
/// Its tail in the forms that are told apart; escapes in either case.
const RAW: &str = "/@ %q";
const AS_QUERY: &str = "%2f%40+%25q";
const ENCODED: &str = "%2f%40%20%25q";

/// Fields that are looked at in one render.
const FIELDS: usize = 200_000;

impl Hostile {
    /// What became of the password behind `before` (`postgres://user:`) in the text of a field.
    pub fn of(&self, doc: DocId, path: &Path, before: &str) -> Option<Kept> {
        let all = self.found.get(&(doc, path.clone()))?;
        let worst = |kept: &Kept| match kept {
            Kept::Raw => 0,
            Kept::AsQuery => 1,
            Kept::Encoded => 2,
        };
        all.iter().filter(|(known, _)| known.ends_with(before)).map(|(_, kept)| *kept).min_by_key(worst)
    }
}

pub(super) fn render<'f>(worlds: &Worlds<'f>, manifests: &Manifests<'f>, values: &MapNode<'_>) -> Hostile {
    let Shaken { secrets, .. } = worlds.shaken(values);
    let arena = Bump::new();
    let mut variant = worlds.variant();
    for secret in secrets.iter().filter(|secret| secret.hits.as_ref().is_some_and(|hits| !hits.is_empty())) {
        // A URL among the values is the user's own text: whoever writes it encodes it.
        let given = crate::value::position(values, &secret.path.0).1;
        let is_url = matches!(given, Some(Tree::Str(text)) if text.find("://").is_some());
        if !is_url {
            let value = Tree::Str(BStr::new(arena.alloc_str(PASSWORD).as_bytes()));
            variant.changes.push(Change { path: secret.path.clone(), value });
        }
    }
    if variant.changes.is_empty() {
        return Hostile::default();
    }
    let found = worlds.render(&variant, |otherwise| look(manifests, otherwise));
    match found {
        Ok(found) => Hostile { found, stopped: false },
        Err(Stop::Refused(_) | Stop::Budget) => Hostile { stopped: true, ..Hostile::default() },
    }
}

fn look(old: &Manifests<'_>, otherwise: &Otherwise<'_>) -> HashMap<(DocId, Path), Vec<(String, Kept)>> {
    let mut found = HashMap::new();
    let mut left = FIELDS;
    let Otherwise { manifests: new, same } = otherwise;
    for (doc, document) in pairs(old, new, same) {
        let Some(document) = document else { continue };
        let is_secret = (document.api_version, document.kind) == ("v1", "Secret");
        let mut open = vec![(document.root(), false)];
        while let Some((node, encoded)) = open.pop() {
            left = left.saturating_sub(1);
            if left == 0 {
                return found;
            }
            if let Tree::Str(text) = node.tree() {
                let decoded = if encoded { base64_decode(text).ok() } else { None };
                let text = decoded.as_deref().unwrap_or(text);
                let passwords = passwords(text);
                if !passwords.is_empty() {
                    found.insert((doc, new.path_of(node)), passwords);
                }
            }
            open.extend(node.items().map(|child| (child, encoded)));
            open.extend(node.entries().map(|(key, child)| (child, encoded || (is_secret && key == "data"))));
        }
    }
    found
}

/// The passwords of URLs in a text, each with what stands before it in its URL.
fn passwords(text: &[u8]) -> Vec<(String, Kept)> {
    let mut found = Vec::new();
    for at in text.find_iter(MARK) {
        let (Some(before), Some(after)) = (text.get(..at), text.get(at + MARK.len()..)) else { continue };
        let start = before.rfind_byteset(b" \t\r\n\"'`").map_or(0, |n| n + 1);
        let Some(before) = before.get(start..).and_then(|b| b.to_str().ok()) else { continue };
        let Some((_, info)) = before.split_once("://") else { continue };
        // The first colon behind the scheme ends the user.
        let is_password = info.ends_with(':') && info.matches(':').count() == 1 && !info.contains(['/', '@', '?']);
        let starts = |tail: &str| after.get(..tail.len()).is_some_and(|b| b.eq_ignore_ascii_case(tail.as_bytes()));
        let kept = match () {
            () if starts(RAW) => Kept::Raw,
            () if starts(AS_QUERY) => Kept::AsQuery,
            () if starts(ENCODED) => Kept::Encoded,
            // Somebody does something else with it.
            () => continue,
        };
        if is_password {
            // `key=postgres://user:` in a line of shell or properties: from the scheme on.
            let scheme = before.find("://").map_or(0, |end| {
                let is_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.:".contains(c);
                before.get(..end).and_then(|head| head.rfind(|c| !is_scheme(c))).map_or(0, |n| n + 1)
            });
            found.push((before.get(scheme..).unwrap_or_default().to_string(), kept));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_a_password_is_told() {
        let told = |text: &str| passwords(text.as_bytes());
        let one = |before: &str, kept| vec![(before.to_string(), kept)];
        assert_eq!(told(&format!("postgres://u:{PASSWORD}@h/d")), one("postgres://u:", Kept::Raw));
        assert_eq!(told("URL=postgres://u:plmslqHOSTILE%2F%40+%25q@h"), one("postgres://u:", Kept::AsQuery));
        assert_eq!(told("x: postgres://u:plmslqHOSTILE%2f%40%20%25q@h"), one("postgres://u:", Kept::Encoded));
        assert_eq!(told(&format!("host=h password={PASSWORD}")), Vec::new());
        assert_eq!(told(&format!("postgres://{PASSWORD}:p@h/d")), Vec::new());
        assert_eq!(told("postgres://u:plmslqHOSTILEelse@h/d"), Vec::new());
    }
}
