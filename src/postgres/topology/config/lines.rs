//! Configuration files that are read line by line: INI, TOML, properties, env files, shell, HCL, HJSON, Python, Ruby, XML entries.
//!
//! No grammar of its own for each: a line that assigns something to a name is a setting, whatever stands around it. Braces and
//! section heads give the name its parents. What a program computes is kept as an expression.

use super::Raw;

/// Longer lines are data, not settings.
const LONG: usize = 16 * 1024;
/// Deeper nesting than any setting has.
const DEEP: usize = 24;

/// Settings of a text. Linear in its length.
pub fn read(text: &str) -> Vec<Raw> {
    let mut out = Vec::new();
    let mut section: Vec<String> = Vec::new();
    // Names with the indentation that they end at, where it is indentation that nests.
    let mut stack: Vec<(Option<usize>, String)> = Vec::new();
    for (n, whole) in text.lines().enumerate() {
        let number = u32::try_from(n + 1).unwrap_or(u32::MAX);
        let line = whole.trim();
        let indent = whole.len() - whole.trim_start().len();
        if line.is_empty() || line.len() > LONG || is_comment(line) {
            continue;
        }
        if let Some(head) = section_head(line) {
            section = vec![head.to_string()];
            stack.clear();
            continue;
        }
        if line.starts_with('<') {
            out.extend(xml(line).map(|(name, value)| raw(&section, &stack, &name, value, false, number)));
            continue;
        }
        if line.starts_with(['}', ']', ')']) {
            stack.pop();
            continue;
        }
        while stack.last().is_some_and(|(end, _)| end.is_some_and(|end| indent <= end)) {
            stack.pop();
        }
        let assigned = assignment(line);
        if let Some((name, "")) = &assigned
            && line.ends_with(':')
            && !["else", "try", "finally", "except"].contains(&name.as_str())
            && stack.len() < DEEP
        {
            stack.push((Some(indent), name.clone()));
            continue;
        }
        if let Some((name, value)) = &assigned
            && !value.is_empty()
            && !opens(value)
        {
            let (value, is_code) = literal(value);
            out.push(raw(&section, &stack, name, value, is_code, number));
        }
        if opens(line) && stack.len() < DEEP {
            stack.push((None, assigned.map_or_else(|| head_words(line), |(name, _)| name)));
        }
    }
    out
}

fn raw(
    section: &[String],
    stack: &[(Option<usize>, String)],
    name: &str,
    value: String,
    is_code: bool,
    line: u32,
) -> Raw {
    let parents =
        section.iter().chain(stack.iter().map(|(_, name)| name)).map(String::as_str).filter(|p| !p.is_empty());
    let key = parents.chain([name]).collect::<Vec<_>>().join(".");
    Raw { key, value, is_code, line }
}

fn is_comment(line: &str) -> bool {
    line.starts_with('#')
        || line.starts_with("//")
        || line.starts_with(';')
        || line.starts_with("--")
        || line.starts_with("/*")
}

/// `[a.b]`, `[[a]]`.
fn section_head(line: &str) -> Option<&str> {
    let inner = line.strip_prefix('[')?.strip_suffix(']')?;
    let inner = inner.trim_matches(['[', ']', ' ']);
    (!inner.contains(['"', '\'', ',', '=', '{'])).then_some(inner)
}

/// The line opens a block that its name is the parent of.
fn opens(line: &str) -> bool {
    let line = line.trim_end_matches(|c: char| c.is_whitespace());
    line.ends_with('{') || line.ends_with('[') || line.ends_with('(')
}

/// `storage "postgresql" {`: all its words.
fn head_words(line: &str) -> String {
    line.trim_end_matches(['{', '[', '(', ' '])
        .replace(['"', '\''], "")
        .split_whitespace()
        .take(4)
        .collect::<Vec<_>>()
        .join(".")
}

const KEYWORDS: &[&str] = &["export ", "const ", "let ", "var ", "local ", "set ", "readonly ", "ENV ", "declare -x "];

/// `name = value`, `name: value`, `"name": value`, `name => value`, `export NAME=value`.
fn assignment(line: &str) -> Option<(String, &str)> {
    let mut line = line.strip_prefix("- ").unwrap_or(line);
    for word in KEYWORDS {
        line = line.strip_prefix(word).unwrap_or(line).trim_start();
    }
    let at = line.find(['=', ':'])?;
    let (name, rest) = line.split_at(at);
    // `:=`, `=>`, `==` and the like: only assignments.
    let rest = match rest.as_bytes() {
        [b':', b'=', ..] | [b'=', b'>', ..] => rest.get(2..)?,
        [b'=', b'=', ..] => return None,
        [b':', b':', ..] => return None,
        [b':', b'/', b'/', ..] => return None,
        _ => rest.get(1..)?,
    };
    let name = name.trim().trim_end_matches(['+', '?']).trim();
    let name = name.trim_matches(['"', '\'', '`']).trim_start_matches(':');
    let is_name = !name.is_empty()
        && name.len() <= 120
        && name.chars().all(|c| {
            c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '[' | ']' | '\'' | '"' | '/' | '@' | '*')
        });
    is_name.then(|| (name.to_string(), rest.trim()))
}

/// The text of a value, and whether it is code rather than a text: quotes and what follows them are taken off.
fn literal(value: &str) -> (String, bool) {
    let value = value.trim_end_matches([',', ';']).trim_end();
    let bare = value.trim_start_matches(['f', 'r', 'b', 'u', 'F', 'R']);
    let body = if bare.starts_with(['"', '\'']) { bare } else { value };
    let formatted = body.len() != value.len() && value.starts_with(['f', 'F']);
    if let Some(quote) = body.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) {
        let inner = body.get(1..).unwrap_or_default();
        if let Some(end) = closing(inner, quote) {
            let after = inner.get(end + 1..).unwrap_or_default().trim_start();
            let text = inner.get(..end).unwrap_or_default().replace(&format!("\\{quote}"), &quote.to_string());
            // `"a" + b`, `"a" % b`, `"a".format(b)` are code.
            let is_code = after.starts_with(['+', '%', '.']);
            return if is_code { (value.to_string(), true) } else { (text, formatted) };
        }
    }
    let text = value.split(" #").next().unwrap_or(value).trim_end();
    (text.to_string(), is_call(text))
}

/// The first quote that is not escaped.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if c == quote && !escaped {
            return Some(at);
        }
        escaped = c == '\\' && !escaped;
    }
    None
}

/// `os.environ["X"]`, `env('X')`, `process.env.X`, `"a" + b`.
fn is_call(text: &str) -> bool {
    let name = text.split(['(', '[']).next().unwrap_or_default();
    (text.ends_with([')', ']'])
        && !name.is_empty()
        && name.len() < text.len()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ' ')))
        || text.starts_with("process.env.")
}

/// `<entry key='a'>b</entry>`, `<property name="a" value="b"/>`, `<a>b</a>`.
fn xml(line: &str) -> Option<(String, String)> {
    let (tag, rest) = line.strip_prefix('<')?.split_once('>')?;
    let text = rest.split('<').next().unwrap_or_default();
    let name = attribute(tag, "key").or_else(|| attribute(tag, "name")).map(str::to_string);
    let name = name.unwrap_or_else(|| tag.split_whitespace().next().unwrap_or_default().to_string());
    let value = attribute(tag, "value").unwrap_or(text).replace("&amp;", "&");
    (!name.is_empty() && !value.trim().is_empty()).then_some((name, value))
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let after = tag.split_once(&format!("{name}="))?.1;
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    after.get(1..)?.split(quote).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Vec<(String, String, bool)> {
        read(text).into_iter().map(|r| (r.key, r.value, r.is_code)).collect()
    }

    fn one(key: &str, value: &str, is_code: bool) -> (String, String, bool) {
        (key.to_string(), value.to_string(), is_code)
    }

    #[test]
    fn many_formats_one_reader() {
        assert_eq!(
            settings("[database]\nHOST = db:5432 # here\n; no\nUSER=\"a b\""),
            [one("database.HOST", "db:5432", false), one("database.USER", "a b", false)]
        );
        assert_eq!(settings("export DATABASE_URL='postgres://h/d'"), [one("DATABASE_URL", "postgres://h/d", false)]);
        assert_eq!(
            settings(
                "DATABASES = {\n  \"default\": {\n    \"HOST\": os.environ.get(\"H\", \"x\"),\n    \"PORT\": 5432,\n  }\n}\nA = 1"
            ),
            [
                one("DATABASES.default.HOST", "os.environ.get(\"H\", \"x\")", true),
                one("DATABASES.default.PORT", "5432", false),
                one("A", "1", false)
            ]
        );
        assert_eq!(
            settings("DataStore \"sql\" {\n plugin_data {\n database_type = \"postgres\"\n}}"),
            [one("DataStore.sql.plugin_data.database_type", "postgres", false)]
        );
        assert_eq!(
            settings("<entry key='database.url'>jdbc:postgresql://h/d?a=b&amp;c=d</entry>"),
            [one("database.url", "jdbc:postgresql://h/d?a=b&c=d", false)]
        );
        assert_eq!(
            settings("spring.datasource.url=jdbc:postgresql://h:5432/d"),
            [one("spring.datasource.url", "jdbc:postgresql://h:5432/d", false)]
        );
        assert_eq!(settings("URI = f\"postgresql://{env('U')}@h\""), [one("URI", "postgresql://{env('U')}@h", true)]);
    }

    #[test]
    fn templates_of_yaml_nest_by_indentation() {
        let text = "{{ x }}\na:\n  b:\n    host: h\n  c:\n    host: {{ y }}\nd: e\n";
        assert_eq!(
            settings(text),
            [one("a.b.host", "h", false), one("a.c.host", "{{ y }}", false), one("d", "e", false)]
        );
    }

    #[test]
    fn what_assigns_nothing_is_passed_over() {
        assert!(settings("if a == b {\n}\nhttp://x\n# A=1\nfoo bar = 3").is_empty());
        assert!(settings("é = {\n\u{0}=\n\"").is_empty());
    }
}
