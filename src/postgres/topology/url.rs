//! Which texts are connection strings, and of whose kind.

use super::value::Value;

/// The forms that a connection string has in charts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// `postgres://`, `postgresql://`.
    Uri,
    /// `postgresql+asyncpg://`, `jdbc:postgresql://`, ...: the scheme is another client's.
    Foreign,
    /// `host=... user=...`.
    Words,
    /// `Host=...;Username=...`.
    Semicolons,
    /// `host:5432/name?sslmode=disable`: the program writes the scheme before it.
    Bare,
}

/// Beginnings of URLs of other clients, lower case.
const FOREIGN: &[&str] = &[
    "jdbc:postgresql:",
    "r2dbc:postgresql:",
    "r2dbc:pool:postgresql:",
    "postgresql+",
    "postgres+",
    "db+postgresql",
    "db+postgres",
    "sqla+postgresql",
    "ecto:",
    "pgx:",
    "pgx5:",
    "pgx4:",
    "pgsql:",
    "pdo-pgsql:",
    "cockroachdb:",
    "postgis:",
    "jdbc:aws-wrapper:postgresql:",
];

/// The form of a text, if it is one. A text whose beginning is not known is none.
pub fn form(text: &str) -> Option<Form> {
    let text = text.trim();
    let start: String = text.chars().take(40).collect::<String>().to_ascii_lowercase();
    if start.starts_with("postgres://") || start.starts_with("postgresql://") {
        return Some(Form::Uri);
    }
    if FOREIGN.iter().any(|f| start.starts_with(f)) {
        return Some(Form::Foreign);
    }
    if text.len() > 8192 || text.contains('\n') {
        return None;
    }
    if text.contains(';')
        && list(text, ';').is_some_and(|keys| is_connection(&keys, &["host", "server", "data source"]))
    {
        return Some(Form::Semicolons);
    }
    if text.contains("host") && list(text, ' ').is_some_and(|keys| is_connection(&keys, &["host", "hostaddr"])) {
        return Some(Form::Words);
    }
    None
}

/// Where the words begin in `postgresql://dbname=d user=u host=h`: SOCI names its backend so, and hands libpq the rest.
pub fn words_behind_scheme(text: &str) -> Option<usize> {
    let skip = ["postgresql://", "postgres://"].iter().find(|scheme| text.starts_with(**scheme))?.len();
    let rest = text.get(skip..)?;
    (rest.contains(' ') && form(rest) == Some(Form::Words)).then_some(skip)
}

/// Whether a text is a connection string to Postgres, or holds the beginning of one.
pub fn looks_like_one(text: &str) -> bool {
    form(text).is_some()
}

/// The keys of a list of `key=value`, lower case; `None` where some item is none.
fn list(text: &str, separator: char) -> Option<Vec<String>> {
    let mut keys = Vec::new();
    for item in text.split(separator).map(str::trim).filter(|i| !i.is_empty()) {
        let (key, _) = item.split_once('=')?;
        let key = key.trim().to_ascii_lowercase();
        if key.is_empty() || !key.chars().all(|c| c.is_ascii_alphabetic() || c == ' ' || c == '_') {
            return None;
        }
        keys.push(key);
    }
    Some(keys)
}

/// A host and one more thing that only a connection has.
fn is_connection(keys: &[String], hosts: &[&str]) -> bool {
    let has = |names: &[&str]| keys.iter().any(|k| names.contains(&k.as_str()));
    has(hosts)
        && has(&["dbname", "database", "user", "username", "user id", "uid", "sslmode", "initial catalog", "port"])
}

/// `host:5432/name?...` without a scheme: host, then a port or a path.
pub fn is_bare(text: &str) -> bool {
    let host = text.split([':', '/', '?']).next().unwrap_or_default();
    let rest = text.get(host.len()..).unwrap_or_default();
    let (before, _) = rest.split_once('/').unwrap_or((rest, ""));
    let port_fits = before.is_empty()
        || before
            .strip_prefix(':')
            .is_some_and(|p| p == "UNKNOWN" || (!p.is_empty() && p.chars().all(|c| c.is_ascii_digit())));
    is_host(host) && rest.contains('/') && port_fits && !text.contains(char::is_whitespace)
}

/// Letters, digits, dots and dashes.
pub fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// A scheme of another system: `redis://`, `mysql://`.
pub fn is_of_another(text: &str) -> bool {
    let text = text.trim();
    let scheme = text.split("://").next().unwrap_or_default();
    (scheme.len() < text.len() && form(text).is_none()) || (text.starts_with("jdbc:") && form(text).is_none())
}

/// `host:port`, or a host; the parts.
pub fn host_and_port<'m>(value: &Value<'m>) -> (Value<'m>, Option<Value<'m>>) {
    let text = value.filled();
    if let Some((host, port)) = text.rsplit_once(':')
        && !host.contains(':')
        && !port.is_empty()
        && (port.chars().all(|c| c.is_ascii_digit()) || port == "UNKNOWN")
    {
        let at = host.len();
        return (value.slice(0..at), Some(value.slice(at + 1..text.len())));
    }
    (value.clone(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told() {
        for (text, want) in [
            ("postgres://h/d", Some(Form::Uri)),
            ("POSTGRESQL://h", Some(Form::Uri)),
            ("postgresql+asyncpg://u@h/d", Some(Form::Foreign)),
            ("jdbc:postgresql://h:5432/d", Some(Form::Foreign)),
            ("jdbc:mysql://h/d", None),
            ("host=h user=u dbname=d", Some(Form::Words)),
            ("Host=h;Username=u;Database=d", Some(Form::Semicolons)),
            ("host=h", None),
            ("a host=b", None),
            ("redis://h", None),
            ("", None),
        ] {
            assert_eq!(form(text), want, "{text}");
        }
        assert!(
            is_bare("127.0.0.1:5432/postgres?sslmode=disable")
                && is_bare("h/d")
                && !is_bare("http://x/y")
                && !is_bare("file:./x")
                && !is_bare("h")
        );
        assert!(
            is_of_another("mysql://x")
                && is_of_another("jdbc:h2:x")
                && !is_of_another("postgres://x")
                && !is_of_another("h")
        );
        let (host, port) = host_and_port(&Value::known("db:5432"));
        assert_eq!((host.filled(), port.as_ref().map(Value::filled)), ("db", Some("5432")));
    }
}
