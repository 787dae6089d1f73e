//! One render with changed values: every secret becomes a text of its own that is then looked for, and what else stands in
//! ConfigMaps and Secrets becomes something similar, to see whose checksum follows.

use std::collections::{HashMap, HashSet};

use bstr::{BStr, ByteSlice};
use bumpalo::Bump;

use super::worlds::{Changed, Worlds, why};
use crate::go::encode::base64_decode;
use crate::manifest::{DocId, Document, Manifests, Node, Path};
use crate::provenance::{Change, Otherwise, Stop, ValuesPath, leaves, nudge, pairs};
use crate::redact::{names_secret, passwords_of_urls};
use crate::value::{MapNode, Tree};

/// A secret among the values, in the render where it is another one.
#[derive(Clone, Debug)]
pub struct Secret {
    pub path: ValuesPath,
    /// Where it shows up; `None`: no render was possible with another one.
    pub hits: Option<Vec<Hit>>,
}

/// A place that shows a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hit {
    /// Of the render as it is, where the document is there too.
    Field { doc: DocId, path: Path },
    /// NOTES.txt, by the name of its template.
    Notes(String),
    /// The data of a Secret, and its key.
    Kept { doc: DocId, key: String },
}

/// The render with changed values.
#[derive(Clone, Debug, Default)]
pub struct Shaken {
    pub secrets: Vec<Secret>,
    /// What differs; where values had to be changed in several renders, in any of them.
    pub changed: Option<Changed>,
    /// Why some of it is not known.
    pub stopped: Option<String>,
}

/// What a canary begins with; four letters follow that say which one it is.
const MARK: &str = "plmslq";
const LETTERS: u32 = 4;
/// Secrets of one chart.
const MOST: usize = 2_000;
/// Places of one render that show any of them.
const PLACES: usize = 2_000;
/// Renders in search of those that the chart refuses to change.
const RENDERS: usize = 12;

/// The values that are secrets by name or by what is rendered of them, and a text to put in their place.
struct Marked<'v> {
    path: ValuesPath,
    value: Tree<'v>,
}

pub(super) fn shake<'f>(worlds: &Worlds<'f>, manifests: &Manifests<'f>, values: &MapNode<'_>) -> Shaken {
    let arena = Bump::new();
    let kept = Kept::of(manifests);
    let (mut marked, mut others) = (Vec::new(), Vec::new());
    let all = leaves(values);
    let mut said: HashMap<&[u8], usize> = HashMap::new();
    for (_, value) in &all {
        if let Tree::Str(text) = value {
            *said.entry(text.as_bytes()).or_default() += 1;
        }
    }
    // What several leaves say is no secret because a Secret says it too: `keycloak` as user, database and password.
    let mut kept = kept;
    kept.secrets.retain(|text| said.get(text.as_slice()) == Some(&1));
    for (path, value) in all {
        // Helm hands the parent's globals down: those of a subchart are copies.
        if path.0.iter().skip(1).any(|key| key == "global") {
            continue;
        }
        match marked_text(&path, value, &kept, marked.len()).filter(|_| marked.len() < MOST) {
            Some(text) => {
                let value = Tree::Str(BStr::new(arena.alloc_str(&text).as_bytes()));
                marked.push(Marked { path, value });
            }
            None if kept.feeds(value) => others.push(Marked { path, value: nudge(value, &arena) }),
            None => {}
        }
    }
    let mut shaken = Shaken::default();
    if marked.is_empty() && others.is_empty() {
        shaken.changed = Some(Changed::default());
        return shaken;
    }
    let all: Vec<usize> = (0..marked.len()).collect();
    let mut found = Found { worlds, manifests, marked: &marked, hits: HashMap::new(), changed: None };
    match found.render(&all, &others) {
        Ok(()) => {}
        Err(Stop::Budget) => shaken.stopped = Some(why(&Stop::Budget)),
        Err(Stop::Refused(_)) => shaken.stopped = found.halve(all).err(),
    }
    let Found { mut hits, changed, .. } = found;
    shaken.changed = changed;
    let secret = |(n, marked): (usize, Marked<'_>)| Secret { path: marked.path, hits: hits.remove(&n) };
    shaken.secrets = marked.into_iter().enumerate().map(secret).collect();
    shaken
}

/// The leaves that stand in one Secret or ConfigMap, each changed to something similar.
pub(super) fn feeding<'v>(document: &Document<'_>, values: &'v MapNode<'v>, arena: &'v Bump) -> Vec<Change<'v>> {
    let mut kept = Kept { words: HashSet::new(), secrets: HashSet::new() };
    for (_, bytes) in contents(document) {
        kept.words.extend(words(&bytes).map(<[u8]>::to_vec));
    }
    let own = |path: &ValuesPath| !path.0.iter().skip(1).any(|key| key == "global");
    let fed = leaves(values).into_iter().filter(|(path, value)| own(path) && kept.feeds(*value));
    fed.map(|(path, value)| Change { path, value: nudge(value, arena) }).collect()
}

struct Found<'a, 'f> {
    worlds: &'a Worlds<'f>,
    manifests: &'a Manifests<'f>,
    marked: &'a [Marked<'a>],
    hits: HashMap<usize, Vec<Hit>>,
    changed: Option<Changed>,
}

impl Found<'_, '_> {
    fn render(&mut self, which: &[usize], others: &[Marked<'_>]) -> Result<(), Stop> {
        let mut variant = self.worlds.variant();
        let secrets = which.iter().filter_map(|n| self.marked.get(*n));
        variant.changes = secrets.chain(others).map(|m| Change { path: m.path.clone(), value: m.value }).collect();
        let (hits, changed) = self.worlds.render(&variant, |otherwise| {
            (look(self.manifests, otherwise), Changed::beside(self.manifests, otherwise))
        })?;
        for n in which {
            self.hits.entry(*n).or_default();
        }
        for (n, hit) in hits {
            if let Some(hits) = self.hits.get_mut(&n).filter(|hits| hits.len() < 100) {
                hits.push(hit);
            }
        }
        match &mut self.changed {
            None => self.changed = Some(changed),
            Some(all) => {
                for (id, paths) in changed.fields {
                    all.fields.entry(id).or_default().extend(paths);
                }
            }
        }
        Ok(())
    }

    /// The secrets alone, and where the chart refuses some of them, all others.
    fn halve(&mut self, all: Vec<usize>) -> Result<(), String> {
        let mut left = vec![all];
        let mut refused = None;
        for _ in 0..RENDERS {
            let Some(group) = left.pop() else { break };
            match self.render(&group, &[]) {
                Ok(()) => {}
                Err(Stop::Refused(_)) if group.len() > 1 => {
                    let (first, second) = group.split_at(group.len() / 2);
                    left.extend([second.to_vec(), first.to_vec()]);
                }
                Err(stop) => refused = Some(why(&stop)),
            }
        }
        match (left.is_empty(), refused) {
            (true, None) => Ok(()),
            (_, Some(why)) => Err(why),
            (false, None) => Err(why(&Stop::Budget)),
        }
    }
}

/// What ConfigMaps and Secrets hold.
struct Kept {
    words: HashSet<Vec<u8>>,
    /// What stands in a Secret under a key that promises a secret.
    secrets: HashSet<Vec<u8>>,
}

impl Kept {
    fn of(manifests: &Manifests<'_>) -> Self {
        let mut kept = Kept { words: HashSet::new(), secrets: HashSet::new() };
        for document in manifests.documents.iter().filter(|d| d.api_version == "v1") {
            let is_secret = match document.kind {
                "Secret" => true,
                "ConfigMap" => false,
                _ => continue,
            };
            for (key, bytes) in contents(document) {
                if is_secret && bytes.len() >= 6 && names_secret(&key) && !names_address(&key) {
                    kept.secrets.insert(bytes.clone());
                }
                kept.words.extend(words(&bytes).map(<[u8]>::to_vec));
            }
        }
        kept
    }

    /// Whether what a leaf says may stand in one of them.
    fn feeds(&self, value: Tree<'_>) -> bool {
        match value {
            Tree::Str(text) if text.len() >= 3 => {
                let mut any = words(text).peekable();
                any.peek().is_some() && any.all(|word| self.words.contains(word))
            }
            Tree::Int(n) if n > 9 => self.words.contains(n.to_string().as_bytes()),
            Tree::Float(n) if n > 9.0 && n.fract() == 0.0 => self.words.contains(n.to_string().as_bytes()),
            _ => false,
        }
    }
}

fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|b| !b.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

/// The keys of a Secret or ConfigMap with what they hold, decoded.
fn contents(document: &Document<'_>) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for field in ["data", "stringData"] {
        for (key, node) in document.root().map(field) {
            let text = node.as_str().given().unwrap_or_default();
            let decoded = (document.kind == "Secret" && field == "data").then(|| base64_decode(text.as_bytes()).ok());
            all.push((key.to_string(), decoded.flatten().unwrap_or_else(|| text.as_bytes().to_vec())));
        }
    }
    all
}

/// What stands in the place of a secret; `None` for a leaf that is none.
fn marked_text(path: &ValuesPath, value: Tree<'_>, kept: &Kept, n: usize) -> Option<String> {
    let Tree::Str(text) = value else { return None };
    let text = text.to_str().ok()?;
    if let Some(password) = passwords_of_urls(text).find(|p| !p.is_empty() && !is_reference(p)) {
        return Some(text.replacen(&format!(":{password}@"), &format!(":{}@", mark(n, password.len())), 1));
    }
    let name = path.0.iter().rev().find(|key| !key.bytes().all(|b| b.is_ascii_digit()))?;
    let by_name = names_secret(name) && !names_address(name) && !is_about_secrets(name) && is_secret_text(text);
    (by_name || kept.secrets.contains(text.as_bytes()) && !is_reference(text)).then(|| mark(n, text.len()))
}

/// Names of addresses, of which only the password is a secret.
fn names_address(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with("url") || name.ends_with("uri")
}

/// Names with a word that promises a secret, which say something about it: `tokenTTL`, `credentialsProvider`.
fn is_about_secrets(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    const ENDS: &[&str] = &[
        "ttl",
        "expiration",
        "expiry",
        "expiresin",
        "timeout",
        "duration",
        "lifetime",
        "age",
        "audience",
        "issuer",
        "endpoint",
        "provider",
        "name",
        "type",
        "format",
        "header",
        "key",
        "id",
        "method",
        "mode",
        "algorithm",
        "size",
        "server",
        "encryption",
        "annotations",
        "ref",
        "secret",
        "mountpath",
        "env",
        "field",
        "rotation",
        "limit",
        "rate",
        "count",
        "length",
        "interval",
        "enabled",
        "policy",
    ];
    const EXCEPT: [&str; 9] = [
        "apikey",
        "secretkey",
        "privatekey",
        "signingkey",
        "encryptionkey",
        "accesskey",
        "clientsecret",
        "sharedsecret",
        "cookiesecret",
    ];
    ENDS.iter().any(|end| name.ends_with(end)) && !EXCEPT.iter().any(|end| name.ends_with(end))
}

/// Another value for a leaf.
pub(super) fn replacement<'v>(values: &'v MapNode<'v>, path: &ValuesPath, arena: &'v Bump) -> Tree<'v> {
    let value = crate::value::position(values, &path.0).1.unwrap_or(Tree::Null);
    nudge(value, arena)
}

/// Not a number, a switch, a path or a reference to something.
fn is_secret_text(text: &str) -> bool {
    let is_plain = text.len() < 3 || text.starts_with('/') || ["true", "false", "null", "none"].contains(&text);
    !is_plain && !text.contains("://") && !is_reference(text)
}

/// Text that stands for a secret which is elsewhere: `$(PASSWORD)`, `${PASSWORD}`, `{{ .password }}`, `<password>`.
fn is_reference(text: &str) -> bool {
    text.contains("$(") || text.contains("${") || text.contains("{{") || text.starts_with(['$', '<', '%', '@'])
}

/// As long as what it replaces, where that is long enough.
fn mark(n: usize, length: usize) -> String {
    let letters = (0..LETTERS).rev().map(|place| b'a' + (n / 26usize.pow(place) % 26) as u8);
    let mut text = String::from(MARK);
    text.extend(letters.map(char::from));
    while text.len() < length.min(200) {
        text.push('k');
    }
    text
}

/// Which canaries a text shows.
fn marks(text: &[u8]) -> impl Iterator<Item = usize> {
    text.find_iter(MARK).filter_map(|at| {
        let letters = text.get(at + MARK.len()..at + MARK.len() + LETTERS as usize)?;
        letters.iter().try_fold(0, |n, b| Some(n * 26 + usize::from(b.checked_sub(b'a').filter(|d| *d < 26)?)))
    })
}

/// All places of a render that show a canary.
fn look(old: &Manifests<'_>, otherwise: &Otherwise<'_>) -> Vec<(usize, Hit)> {
    let Otherwise { manifests: new, same } = otherwise;
    let mut found = Vec::new();
    for (doc, document) in pairs(old, new, same) {
        let Some(document) = document else { continue };
        let is_secret = (document.api_version, document.kind) == ("v1", "Secret");
        if is_secret {
            for (key, bytes) in contents(document) {
                found.extend(marks(&bytes).map(|n| (n, Hit::Kept { doc, key: key.clone() })));
            }
        }
        let heads: Vec<Node<'_>> = document
            .root()
            .entries()
            .filter(|(key, _)| !(is_secret && ["data", "stringData"].contains(key)))
            .map(|(_, node)| node)
            .collect();
        let mut open = heads;
        while let Some(node) = open.pop() {
            if let Tree::Str(text) = node.tree() {
                let hits: Vec<usize> = marks(text).collect();
                if !hits.is_empty() && found.len() < PLACES {
                    let path = new.path_of(node);
                    found.extend(hits.into_iter().map(|n| (n, Hit::Field { doc, path: path.clone() })));
                }
            }
            open.extend(node.items().chain(node.entries().map(|(_, child)| child)));
        }
    }
    for notes in &new.notes {
        found.extend(marks(notes.text).map(|n| (n, Hit::Notes(notes.template.to_string()))));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canaries_are_told_apart() {
        let text = format!("a{}b{}", mark(3, 0), mark(1_999, 40));
        assert_eq!(marks(text.as_bytes()).collect::<Vec<_>>(), [3, 1_999]);
        assert_eq!(mark(0, 40).len(), 40);
        assert_eq!(marks(b"plmslq").count() + marks(b"plmslqA-cd").count(), 0);
    }

    #[test]
    fn what_says_something_about_a_secret_is_none() {
        assert!(
            is_about_secrets("tokenTTL")
                && is_about_secrets("api_key_rate_limit")
                && is_about_secrets("passwordSecretKeyName")
                && !is_about_secrets("password")
        );
        assert!(!is_about_secrets("clientSecret") && !is_about_secrets("secretKey"));
        assert!(!is_secret_text("$(DB_PASSWORD)") && !is_secret_text("/etc/token") && is_secret_text("hunter2"));
    }
}
