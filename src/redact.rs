//! What must not be shown: which names promise a secret, and a list of known secret texts that is looked for in whatever
//! is about to leave the program.
//!
//! Two lines of defence. Who prints a value asks [`names_secret`] about its path first. And every report goes through
//! [`Secrets::hide`] as a whole, which knows nothing of where a text came from.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::ops::Bound;

use crate::go::encode::base64_encode;

/// What stands where a secret was.
pub const REDACTED: &str = "[redacted]";

/// A text of fewer bytes is not looked for: it would be found everywhere, and hides nothing.
pub const SHORTEST: usize = 6;

/// Whether a values path, a key of a Secret or the name of a variable promises that its value is a secret: `auth.password`,
/// `PGPASSWORD`, `connectionString`. Names that promise the *name* of a secret do not: `existingSecret`, `passwordKey`.
pub fn names_secret(path: &str) -> bool {
    let last = path.rsplit('.').find(|part| !part.is_empty()).unwrap_or_default();
    let last = last.split('[').next().unwrap_or_default();
    let letters = || last.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase());
    // Asked of every key that there is: names of a usual length cost no memory.
    let (mut short, mut length) = ([0; 64], 0);
    let long: Vec<u8>;
    let name = if last.len() <= short.len() {
        for (place, letter) in short.iter_mut().zip(letters()) {
            (*place, length) = (letter, length + 1);
        }
        short.get(..length).unwrap_or_default()
    } else {
        long = letters().collect();
        &long
    };
    const REFERS: [&str; 22] = [
        "tlssecret",
        "casecret",
        "certsecret",
        "bundlesecret",
        "pullsecret",
        "insecret",
        "fromsecret",
        "secretname",
        "secretref",
        "passwordkey",
        "passwordskey",
        "passwordsecret",
        "connectionstringkey",
        "tokenkey",
        "keyref",
        "keyname",
        "file",
        "path",
        "dir",
        "enabled",
        "length",
        "policy",
    ];
    const PRESENT: [&str; 4] = ["existing", "use", "create", "generate"];
    let starts = |start: &&str| name.starts_with(start.as_bytes());
    let ends = |end: &&str| name.ends_with(end.as_bytes());
    if PRESENT.iter().any(starts) || REFERS.iter().any(ends) {
        return false;
    }
    const PROMISES: [&str; 15] = [
        "password",
        "passwd",
        "passphrase",
        "token",
        "apikey",
        "secretkey",
        "privatekey",
        "signingkey",
        "encryptionkey",
        "accesskey",
        "connectionstring",
        "dsn",
        "credential",
        "pgpass",
        "passwords",
    ];
    const ENDS: [&str; 9] = ["pwd", "pass", "secret", "url", "uri", "databaseurl", "keybase", "credentials", "salt"];
    let contains = |word: &&str| {
        name.windows(word.len()).any(|part| part.first() == word.as_bytes().first() && part == word.as_bytes())
    };
    ENDS.iter().any(ends) || PROMISES.iter().any(contains)
}

/// Whether a value under a name is a secret: of an address (`repoUrl`) only one with somebody's name in it.
pub fn is_secret(name: &str, value: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let address = (lower.ends_with("url") || lower.ends_with("uri")) && value.contains("://");
    names_secret(name) && (!address || value.contains('@'))
}

/// The passwords in all URLs of a text: what stands between `:` and `@` of `scheme://user:password@host`.
pub fn passwords_of_urls(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("://").filter_map(|(at, mark)| {
        let rest = text.get(at + mark.len()..)?;
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>'));
        let url = end.map_or(rest, |end| &rest[..end]);
        // A password that should have been encoded may hold `/` and `@`: to the last `@` before a query.
        let head = url.split('?').next().unwrap_or_default();
        let (userinfo, _) = head.rsplit_once('@').or_else(|| url.rsplit_once('@'))?;
        let (_, password) = userinfo.split_once(':')?;
        Some(password)
    })
}

/// Known secret texts.
#[derive(Clone, Default)]
pub struct Secrets {
    texts: BTreeSet<Vec<u8>>,
    /// The first bytes of all of them.
    heads: HashSet<[u8; SHORTEST]>,
    /// Words that are no secrets because everybody uses them here: names of charts, objects, keys.
    common: HashSet<String>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} secrets", self.texts.len())
    }
}

impl Secrets {
    pub fn new() -> Self {
        Secrets::default()
    }

    /// Says that a word is a name and no secret, whoever uses it as one: `postgres` is no password worth hiding, and a
    /// report that may not say `postgres` says nothing.
    pub fn allow_word(&mut self, word: &str) {
        if word.len() >= SHORTEST {
            self.common.insert(word.to_ascii_lowercase());
        }
    }

    /// Adds a secret, with the forms that it takes on its way: base64, percent-encoded, escaped for JSON and XML; of a text
    /// of several lines each line too, and of a URL the password. Shorter ones than [`SHORTEST`] are not looked for.
    pub fn add(&mut self, text: &str) {
        for password in passwords_of_urls(text) {
            self.add_forms(password);
        }
        self.add_forms(text);
        if text.contains('\n') {
            text.lines().map(str::trim).filter(|line| line.len() >= 16).for_each(|line| self.add_forms(line));
        }
    }

    fn add_forms(&mut self, text: &str) {
        let text = text.trim();
        if text.len() < SHORTEST || self.common.contains(&text.to_ascii_lowercase()) {
            return;
        }
        for form in forms(text) {
            self.add_exactly(form);
        }
    }

    fn add_exactly(&mut self, form: Vec<u8>) {
        if let Some(head) = form.first_chunk() {
            self.heads.insert(*head);
            self.texts.insert(form);
        }
    }

    /// Takes over all that another list knows.
    pub fn extend(&mut self, other: Secrets) {
        self.texts.extend(other.texts);
        self.heads.extend(other.heads);
        self.common.extend(other.common);
    }

    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The text with every known secret replaced.
    pub fn hide<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.hide_bytes(text.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
        }
    }

    /// [`Secrets::hide`] of bytes. Linear in the text but for secrets that begin with each other.
    pub fn hide_bytes<'t>(&self, text: &'t [u8]) -> Cow<'t, [u8]> {
        let mut out: Option<Vec<u8>> = None;
        let (mut at, mut copied) = (0, 0);
        while let Some(rest) = text.get(at..) {
            let Some(head) = rest.first_chunk::<SHORTEST>() else { break };
            match self.heads.contains(head).then(|| self.longest(rest)).flatten() {
                None => at += 1,
                Some(length) => {
                    let out = out.get_or_insert_default();
                    out.extend_from_slice(text.get(copied..at).unwrap_or_default());
                    out.extend_from_slice(REDACTED.as_bytes());
                    at += length;
                    copied = at;
                }
            }
        }
        match out {
            None => Cow::Borrowed(text),
            Some(mut out) => {
                out.extend_from_slice(text.get(copied..).unwrap_or_default());
                Cow::Owned(out)
            }
        }
    }

    /// The length of the longest secret that a text begins with.
    fn longest(&self, text: &[u8]) -> Option<usize> {
        // Among the secrets that are not after the text, the nearest one that it begins with is the longest.
        let mut bound: &[u8] = text;
        loop {
            let range = (Bound::Unbounded, Bound::Included(bound));
            let near = self.texts.range::<[u8], _>(range).next_back()?;
            if text.starts_with(near) {
                return Some(near.len());
            }
            // No secret that is longer than what the two have in common can be a head of the text.
            let common = near.iter().zip(text).take_while(|(a, b)| a == b).count();
            bound = text.get(..common).filter(|head| head.len() >= SHORTEST)?;
        }
    }
}

/// The forms of a text in which it may be met.
fn forms(text: &str) -> impl Iterator<Item = Vec<u8>> {
    let json = serde_json::to_string(text).unwrap_or_default();
    let json = json.get(1..json.len().saturating_sub(1)).unwrap_or_default().to_string();
    let mut percent = String::new();
    for b in text.bytes() {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => percent.push(char::from(b)),
            _ => percent.push_str(&format!("%{b:02X}")),
        }
    }
    let xml = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let base64 = base64_encode(text.as_bytes());
    let mut all = vec![text.to_string(), json, percent, xml, base64];
    all.sort();
    all.dedup();
    all.into_iter().map(String::into_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(texts: &[&str]) -> Secrets {
        let mut secrets = Secrets::new();
        texts.iter().for_each(|t| secrets.add(t));
        secrets
    }

    #[test]
    fn names_of_secrets_are_told_from_names_of_names() {
        for name in ["postgres.password", "PGPASSWORD", "auth.apiKey", "a.b.connectionString", "db.dsn", "DATABASE_URL"]
        {
            assert!(names_secret(name), "{name}");
        }
        for name in
            ["auth.existingSecret", "passwordKey", "secretName", "mode", "usePasswordFiles", "tokenPath", "host"]
        {
            assert!(!names_secret(name), "{name}");
        }
        assert!(names_secret("list[0].password[2]"));
        let long = "a".repeat(100);
        assert!(names_secret(&format!("{long}Password{long}")) && !names_secret(&long));
    }

    #[test]
    fn an_address_is_a_secret_with_its_password() {
        assert!(is_secret("databaseUrl", "postgres://u:p@h") && is_secret("databaseUrl", "geheim"));
        assert!(!is_secret("repoURL", "https://example.com/x") && is_secret("password", "https://example.com/x"));
    }

    #[test]
    fn every_form_is_hidden() {
        let known = secrets(&["p\"ss/w<rd"]);
        for shown in ["p\"ss/w<rd", "p\\\"ss/w<rd", "p%22ss%2Fw%3Crd", "p&quot;ss/w&lt;rd", "cCJzcy93PHJk"] {
            assert_eq!(known.hide(&format!("a {shown} b")), "a [redacted] b", "{shown}");
        }
        assert!(matches!(known.hide("nothing here"), Cow::Borrowed(_)));
    }

    #[test]
    fn the_longest_is_hidden_whole() {
        let known = secrets(&["secret1", "secret1234567", "secret1235"]);
        assert_eq!(known.hide("secret1234567!"), "[redacted]!");
        assert_eq!(known.hide("secret12345!"), "[redacted]2345!");
        assert_eq!(known.hide("secret1236"), "[redacted]236");
        assert_eq!(known.hide("secret1235secret1"), "[redacted][redacted]");
        assert_eq!(known.hide("secret"), "secret");
    }

    #[test]
    fn passwords_are_found_in_urls() {
        let all = |t| passwords_of_urls(t).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(all("x postgres://u:p1@h/d \"amqp://a:p2@h\""), ["p1", "p2"]);
        assert_eq!(all("postgres://u:a/b@c@h/d?x=@"), ["a/b@c"]);
        assert!(all("http://host:80/x https://h").is_empty());
        let known = secrets(&["postgres://u:geheim@h/d"]);
        assert_eq!(known.hide("the word geheim alone"), "the word [redacted] alone");
    }

    #[test]
    fn common_words_and_short_texts_stay() {
        let mut known = Secrets::new();
        known.allow_word("Postgres");
        known.add("postgres");
        known.add("abc");
        assert!(known.is_empty());
    }

    #[test]
    fn a_debug_print_shows_nothing() {
        assert!(!format!("{:?}", secrets(&["geheimer"])).contains("geheim"));
    }
}
