//! Configuration files: which settings a text makes, whatever format it has.
//!
//! YAML and JSON are read by their grammar, everything else line by line. Nothing here knows what a setting means.

mod lines;
mod tree;

use bumpalo::Bump;

use crate::limits::Limits;

/// A setting as a file writes it. `Debug` shows no value: it may be a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Raw {
    /// With its parents, dotted.
    pub key: String,
    pub value: String,
    /// An expression of a program, not a text.
    pub is_code: bool,
    /// In the file, from 1; 0 where it is not known.
    pub line: u32,
}

impl std::fmt::Debug for Raw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} = <{} bytes> (line {})", self.key, self.value.len(), self.line)
    }
}

/// What the API server takes at most for a whole object; nothing longer is ever mounted.
pub const LONGEST: usize = 1 << 20;

/// Words without which a file says nothing about a database.
const HINTS: &[&[u8]] =
    &[b"postgres", b"pgsql", b"jdbc", b"database", b"datasource", b"psycopg", b"db", b"sql", b"host", b"dsn"];

/// Whether the text is worth reading at all. Compares without case; linear.
pub fn is_worth_reading(text: &[u8]) -> bool {
    let lower = text.to_ascii_lowercase();
    HINTS.iter().any(|hint| memchr::memmem::find(&lower, hint).is_some())
}

/// The settings of a file, in no order that means anything. `name` is its file name, whose ending tells the format.
pub fn read(name: &str, text: &str, arena: &Bump) -> Vec<Raw> {
    let limits = Limits::default();
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let told = matches!(ending.as_str(), "yaml" | "yml" | "json");
    let other = matches!(
        ending.as_str(),
        "ini"
            | "toml"
            | "properties"
            | "env"
            | "sh"
            | "py"
            | "rb"
            | "conf"
            | "cfg"
            | "cnf"
            | "xml"
            | "hjson"
            | "hcl"
            | "js"
            | "ts"
            | "sql"
            | "php"
            | "lua"
            | "tpl"
    );
    let is_tree = told || (!other && looks_like_yaml(text));
    let found = is_tree.then(|| tree::read(text, arena, &limits)).flatten();
    found.unwrap_or_else(|| lines::read(text))
}

/// The first line that says something is a key, a list or a brace.
fn looks_like_yaml(text: &str) -> bool {
    let first = text.lines().map(str::trim_end).find(|l| !l.trim().is_empty() && !l.starts_with('#') && *l != "---");
    first.is_some_and(|l| l.starts_with('{') || l.starts_with("- ") || l.ends_with(':') || l.contains(": "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(name: &str, text: &str) -> Vec<String> {
        let arena = Bump::new();
        let mut keys: Vec<_> = read(name, text, &arena).into_iter().map(|r| format!("{}={}", r.key, r.value)).collect();
        keys.sort();
        keys
    }

    #[test]
    fn the_format_is_told_by_name_or_looks() {
        assert_eq!(keys("a.yaml", "db:\n  host: h\n  port: 5432\n"), ["db.host=h", "db.port=5432"]);
        assert_eq!(keys("config", "db:\n  host: h\n"), ["db.host=h"]);
        assert_eq!(keys("a.json", "{\"db\": {\"url\": \"postgres://h/d\"}}"), ["db.url=postgres://h/d"]);
        assert_eq!(keys("app.ini", "[db]\nhost: h\n"), ["db.host=h"]);
        assert_eq!(
            keys("a.yaml", "a: [1\ndb: {{ x }}\nhost: h"),
            ["a=[1", "db={{ x }}", "host=h"],
            "what is no YAML is read by lines"
        );
        assert!(is_worth_reading(b"MY_DATABASE") && !is_worth_reading(b"colour = red"));
    }
}
