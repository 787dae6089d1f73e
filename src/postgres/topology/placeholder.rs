//! What stands for something else inside of a configuration file: variables of the environment, files, earlier settings.
//!
//! Known forms: `${NAME}`, `${NAME:-default}`, `${env:NAME}`, `$NAME`, `$__file{path}`, `{{ env "NAME" }}`, `<%= ENV["NAME"] %>`,
//! `<%= File.read("path") %>`, and in code `os.environ["NAME"]`, `os.getenv("NAME", "default")`, `env('NAME')`, `process.env.NAME`,
//! also within the braces of a Python f-string.

use super::source::Why;
use super::value::Value;

/// What placeholders are looked up in.
pub trait Lookup<'m> {
    /// The value of a variable; `None` where there is none.
    fn variable(&self, name: &str) -> Option<Value<'m>>;
    /// The content of a file.
    fn file(&self, path: &str) -> Option<Value<'m>>;
}

/// A text with its placeholders replaced. `is_code`: an expression, or a text whose braces are expressions.
pub fn expand<'m>(text: &str, is_code: bool, lookup: &dyn Lookup<'m>) -> Value<'m> {
    let looks_like_text = text.contains("://") || text.contains("host=");
    if is_code && !looks_like_text {
        return evaluate(text, lookup);
    }
    let mut out = Value::default();
    let mut rest = text;
    while let Some(at) = rest.find(['$', '{', '<']) {
        let (before, from) = rest.split_at(at);
        out.push(before, None);
        match placeholder(from, is_code, lookup) {
            Some((value, length)) => {
                out.append(&value, None);
                rest = from.get(length..).unwrap_or_default();
            }
            None => {
                out.push(from.get(..1).unwrap_or_default(), None);
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    out.push(rest, None);
    out
}

/// A placeholder at the beginning of a text, and its length.
fn placeholder<'m>(text: &str, is_code: bool, lookup: &dyn Lookup<'m>) -> Option<(Value<'m>, usize)> {
    let enclosed = |open: &str, close: &str| {
        let inner = text.strip_prefix(open)?;
        let end = inner.find(close)?;
        Some((inner.get(..end)?, open.len() + end + close.len()))
    };
    if let Some((path, length)) = enclosed("$__file{", "}") {
        return Some((file(path, lookup), length));
    }
    if let Some((name, length)) = enclosed("$__env{", "}") {
        return Some((variable(name, None, lookup), length));
    }
    if let Some((inner, length)) = enclosed("${", "}") {
        return braces(inner, lookup).map(|value| (value, length));
    }
    if let Some((inner, length)) = enclosed("$(", ")") {
        return lookup.variable(inner).map(|value| (value, length));
    }
    if let Some((inner, length)) = enclosed("<%=", "%>").or_else(|| enclosed("{{", "}}")) {
        return Some((evaluate(inner, lookup), length));
    }
    if text.starts_with('$') {
        let name = identifier(text.get(1..)?);
        // Only what is a variable: a password may well hold a dollar sign.
        let value = lookup.variable(name).filter(|_| !name.is_empty())?;
        return Some((value, 1 + name.len()));
    }
    if is_code && text.starts_with('{') {
        let (inner, length) = enclosed("{", "}")?;
        return Some((evaluate(inner, lookup), length));
    }
    None
}

/// The letters, digits and underscores that a text begins with.
fn identifier(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// What stands between `${` and `}`; `None` where that is no name.
fn braces<'m>(inner: &str, lookup: &dyn Lookup<'m>) -> Option<Value<'m>> {
    if let Some(path) = inner.strip_prefix("file:") {
        return Some(file(path.trim_start_matches(':'), lookup));
    }
    let inner = inner.strip_prefix("env:").or_else(|| inner.strip_prefix("env.")).unwrap_or(inner);
    let name = identifier(inner);
    if name.is_empty() {
        return None;
    }
    let default = match inner.get(name.len()..)? {
        "" => None,
        rest => {
            let rest = rest.trim_start_matches([':', '-', '?', ',', '=', '+', ' ']);
            Some(rest.trim_matches(['"', '\'']))
        }
    };
    Some(variable(name, default, lookup))
}

fn variable<'m>(name: &str, default: Option<&str>, lookup: &dyn Lookup<'m>) -> Value<'m> {
    match (lookup.variable(name), default) {
        (Some(value), _) => value,
        (None, Some(default)) => Value::known(default),
        (None, None) => Value::unknown(Why::NoVariable(name.chars().take(80).collect()), None),
    }
}

fn file<'m>(path: &str, lookup: &dyn Lookup<'m>) -> Value<'m> {
    match lookup.file(path) {
        Some(value) => value.trimmed(),
        None => Value::unknown(Why::File(path.chars().take(200).collect()), None),
    }
}

/// Calls that read a variable, and those that read a file.
const READS_VARIABLE: &[&str] =
    &["environ", "getenv", "env", "ENV", "get_env", "Env", "get_environment_variable", "config"];
const READS_FILE: &[&str] =
    &["File.read", "File.open", "open", "file", "read_secret", "_read_secret", "file_get_contents"];

/// The value of an expression, where it reads one variable or file or is a literal.
fn evaluate<'m>(code: &str, lookup: &dyn Lookup<'m>) -> Value<'m> {
    let code = code.trim().trim_end_matches([',', ';']);
    if let Some(name) = code.strip_prefix("process.env.").or_else(|| code.strip_prefix(".Env.")) {
        return variable(identifier(name), None, lookup);
    }
    let quoted = quoted(code);
    let caller = code.split(['"', '\'']).next().unwrap_or_default();
    let calls = |names: &[&str]| {
        let words = || caller.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.');
        words().any(|w| names.iter().any(|n| w == *n || w.ends_with(&format!(".{n}")) || w.contains(&format!("{n}."))))
    };
    if let Some(first) = quoted.first() {
        if calls(READS_FILE) && first.starts_with('/') {
            return file(first, lookup);
        }
        if calls(READS_VARIABLE) {
            return variable(first, quoted.get(1).copied(), lookup);
        }
    }
    if let Some(value) = lookup.variable(code).filter(|_| identifier(code) == code && !code.is_empty()) {
        return value;
    }
    let is_number = !code.is_empty() && code.chars().all(|c| c.is_ascii_digit());
    if is_number {
        return Value::known(code);
    }
    Value::unknown(Why::Computed, None)
}

/// The quoted texts of an expression, at most three.
fn quoted(code: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = code;
    while out.len() < 3
        && let Some(at) = rest.find(['"', '\''])
    {
        let quote = rest.get(at..=at).unwrap_or_default();
        let inner = rest.get(at + 1..).unwrap_or_default();
        let Some(end) = inner.find(quote) else { break };
        out.push(inner.get(..end).unwrap_or_default());
        rest = inner.get(end + 1..).unwrap_or_default();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Table;

    impl<'m> Lookup<'m> for Table {
        fn variable(&self, name: &str) -> Option<Value<'m>> {
            match name {
                "DB_HOST" => Some(Value::known("db")),
                "SECRET" => Some(Value::unknown(Why::NotText, None)),
                _ => None,
            }
        }
        fn file(&self, path: &str) -> Option<Value<'m>> {
            (path == "/run/pw").then(|| Value::known("s3cret\n"))
        }
    }

    fn shown(text: &str, is_code: bool) -> String {
        let value = expand(text, is_code, &Table);
        value
            .pieces()
            .iter()
            .map(|p| if p.unknown.is_some() { "?" } else { &value.filled()[p.range.clone()] })
            .collect()
    }

    #[test]
    fn forms_of_public_charts() {
        for (text, is_code, want) in [
            ("postgres://u:${SECRET}@${DB_HOST}:5432/d", false, "postgres://u:?@db:5432/d"),
            ("${NOPE:-x}:${DB_HOST:y}", false, "x:db"),
            ("${env:DB_HOST}", false, "db"),
            ("pa$$word$NOPE", false, "pa$$word$NOPE"),
            ("$DB_HOST/x", false, "db/x"),
            ("$__file{/run/pw}", false, "s3cret"),
            ("{{ env \"DB_HOST\" }}", false, "db"),
            ("{{ .Env.DB_HOST }}", false, "db"),
            ("<%= ENV['DB_HOST'] %>", false, "db"),
            ("<%= File.read(\"/run/pw\").strip %>", false, "s3cret"),
            ("os.environ.get('DB_HOST', 'x')", true, "db"),
            ("os.environ.get(\"NOPE\", \"x\")", true, "x"),
            ("os.environ['NOPE']", true, "?"),
            ("process.env.DB_HOST", true, "db"),
            ("postgresql://{env('NOPE')}:@{env(\"DB_HOST\")}/x", true, "postgresql://?:@db/x"),
            ("5432", true, "5432"),
            ("foo(bar)", true, "?"),
            ("{\"a\": 1}", false, "{\"a\": 1}"),
            ("${", false, "${"),
            ("<%= é", false, "<%= é"),
        ] {
            assert_eq!(shown(text, is_code), want, "{text}");
        }
    }
}
