//! JSON pointers into a schema: from text to a value, and from a value back to its text.

use serde_json::Value;

use crate::go::{strconv, url};

/// A value's identity.
pub fn address(value: &Value) -> usize {
    std::ptr::from_ref(value) as usize
}

/// `~` and `/` of a token.
pub fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// `url.PathEscape` of every part of a pointer.
pub fn encode(pointer: &str) -> String {
    let parts: Vec<String> =
        pointer.split('/').map(|p| String::from_utf8_lossy(&url::path_escape(p.as_bytes())).into_owned()).collect();
    parts.join("/")
}

/// Why a pointer leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    Invalid,
    NotFound,
}

/// What a pointer leads to. `pass` sees everything on the way, the root first.
pub fn lookup<'s>(root: &'s Value, pointer: &str, mut pass: impl FnMut(&'s Value)) -> Result<&'s Value, Lost> {
    let mut at = root;
    for token in pointer.split('/').skip(1) {
        pass(at);
        let token = unescape(token).ok_or(Lost::Invalid)?;
        let next = match at {
            Value::Object(members) => members.get(&token),
            Value::Array(items) => {
                strconv::atoi(token.as_bytes()).ok().and_then(|i| usize::try_from(i).ok()).and_then(|i| items.get(i))
            }
            _ => None,
        };
        at = next.ok_or(Lost::NotFound)?;
    }
    Ok(at)
}

fn unescape(token: &str) -> Option<String> {
    let mut parts = token.split('~');
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let rest = match part.strip_prefix('0') {
            Some(rest) => {
                out.push('~');
                rest
            }
            None => {
                let rest = part.strip_prefix('1')?;
                out.push('/');
                rest
            }
        };
        out.push_str(rest);
    }
    Some(out)
}

/// The pointer of a value, by search: only errors and references to unusual places ask for it.
pub fn of(root: &Value, wanted: &Value) -> Option<String> {
    find(root, address(wanted), &mut String::new())
}

fn find(at: &Value, wanted: usize, path: &mut String) -> Option<String> {
    if address(at) == wanted {
        return Some(path.clone());
    }
    let length = path.len();
    let mut visit = |name: &str, value: &Value| {
        path.push('/');
        path.push_str(&escape(name));
        let found = find(value, wanted, path);
        path.truncate(length);
        found
    };
    match at {
        Value::Object(members) => members.iter().find_map(|(name, value)| visit(name, value)),
        Value::Array(items) => items.iter().enumerate().find_map(|(i, value)| visit(&i.to_string(), value)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn pointers_lead_there_and_back() {
        let root = json!({"a/b": [{"~": 1}, 2]});
        let lookup = |root, pointer| lookup(root, pointer, |_| ());
        let deep = lookup(&root, "/a~1b/0/~0").unwrap();
        assert_eq!(deep, &json!(1));
        assert_eq!(of(&root, deep).unwrap(), "/a~1b/0/~0");
        assert_eq!(lookup(&root, "/a~2b"), Err(Lost::Invalid));
        assert_eq!(lookup(&root, "/a~1b/2"), Err(Lost::NotFound));
        assert_eq!(lookup(&root, "/a~1b/01"), Ok(&json!(2)));
        assert_eq!(encode("/a~1b c/%"), "/a~1b%20c/%25");
    }
}
