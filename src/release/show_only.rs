//! `--show-only`: some of the documents that `helm template` would print.

use super::split;
use crate::dialect::Dialect;
use crate::go::glob::filepath_match;

/// The documents that `--show-only` asks for, in the order of its patterns. The error is Helm's.
pub fn show_only(all: &[u8], patterns: &[String], dialect: &Dialect) -> Result<Vec<u8>, String> {
    let documents: Vec<(&[u8], Option<&[u8]>)> =
        split(all, dialect.document_bytes, dialect.document_split).into_iter().map(|d| (d, path_in_chart(d))).collect();
    let mut out = Vec::new();
    for pattern in patterns {
        let mut found = false;
        for (document, path) in &documents {
            // A malformed pattern matches nothing, as `filepath.Match`'s error is dropped.
            if path.is_some_and(|p| filepath_match(pattern.as_bytes(), p).unwrap_or(false)) {
                found = true;
                out.extend_from_slice(b"---\n");
                out.extend_from_slice(document);
                out.push(b'\n');
            }
        }
        if !found {
            return Err(not_shown(pattern));
        }
    }
    Ok(out)
}

/// What Helm says of a pattern of `--show-only` that matches nothing.
pub fn not_shown(pattern: &str) -> String {
    format!("could not find template {pattern} in chart")
}

/// `# Source: [^/]+/(.+)`: the path without the chart's name, from the first line that says one.
fn path_in_chart(document: &[u8]) -> Option<&[u8]> {
    const MARK: &[u8] = b"# Source: ";
    let mut rest = document;
    while let Some(at) = bstr::ByteSlice::find(rest, MARK) {
        rest = &rest[at + MARK.len()..];
        // `[^/]+` may run over line ends; `.+` may not.
        if let Some(slash) = memchr::memchr(b'/', rest)
            && slash > 0
        {
            let after = &rest[slash + 1..];
            let line = after.split(|b| *b == b'\n').next().unwrap_or_default();
            if !line.is_empty() {
                return Some(line);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::V4_3;

    #[test]
    fn the_path_follows_the_charts_name() {
        assert_eq!(path_in_chart(b"# Source: c/templates/a.yaml\nx: 1\n"), Some(&b"templates/a.yaml"[..]));
        assert_eq!(path_in_chart(b"x: 1\n"), None);
    }

    #[test]
    fn show_only_keeps_the_order_of_its_patterns_and_refuses_what_is_not_there() {
        let all = b"---\n# Source: c/templates/a.yaml\na: 1\n---\n# Source: c/templates/b.yaml\nb: 1\n";
        let patterns = |p: &[&str]| p.iter().map(|s| s.to_string()).collect::<Vec<_>>();
        let got = show_only(all, &patterns(&["templates/b.yaml", "templates/a.*"]), &V4_3).unwrap();
        assert_eq!(
            bstr::BStr::new(&got),
            "---\n# Source: c/templates/b.yaml\nb: 1\n\n---\n# Source: c/templates/a.yaml\na: 1\n\n"
        );
        assert_eq!(
            show_only(all, &patterns(&["templates/c.yaml"]), &V4_3).unwrap_err(),
            "could not find template templates/c.yaml in chart"
        );
    }
}
