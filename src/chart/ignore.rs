//! .helmignore: `pkg/ignore/rules.go`. Not gitignore: a negated rule hides everything that it does *not* match.

use bstr::ByteSlice;

use crate::go::{filepath, unicode};

/// The rules of one chart folder, in order.
#[derive(Debug, Default)]
pub(super) struct Rules {
    patterns: Vec<Pattern>,
}

#[derive(Debug)]
struct Pattern {
    rule: Vec<u8>,
    scope: Scope,
    negate: bool,
    must_be_dir: bool,
}

/// What of a path a rule is held against.
#[derive(Clone, Copy, Debug)]
enum Scope {
    Path,
    Base,
}

/// A line of bufio.Scanner must be shorter than this.
const MAX_LINE: usize = 64 << 10;

impl Rules {
    /// Reads a .helmignore; an error is Helm's text. The rules that Helm adds by itself are not in it yet.
    pub(super) fn parse(text: &[u8]) -> Result<Self, String> {
        let mut rules = Rules::default();
        let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
        for line in text.split(|&b| b == b'\n') {
            if line.len() >= MAX_LINE {
                return Err("bufio.Scanner: token too long".into());
            }
            rules.add(line)?;
        }
        Ok(rules)
    }

    /// `AddDefaults`: dot files in templates/ are never loaded.
    pub(super) fn add_defaults(&mut self) {
        // The rule is well formed.
        let _ = self.add(b"templates/.?*");
    }

    fn add(&mut self, line: &[u8]) -> Result<(), String> {
        let mut rule = line.trim_with(unicode::is_space);
        if rule.is_empty() || rule.starts_with(b"#") {
            return Ok(());
        }
        if rule.contains_str("**") {
            return Err("double-star (**) syntax is not supported".into());
        }
        filepath::matches(rule, b"abc").map_err(|e| e.to_string())?;
        let mut pattern = Pattern { rule: Vec::new(), scope: Scope::Base, negate: false, must_be_dir: false };
        if let Some(rest) = rule.strip_prefix(b"!") {
            (pattern.negate, rule) = (true, rest);
        }
        if let Some(rest) = rule.strip_suffix(b"/") {
            (pattern.must_be_dir, rule) = (true, rest);
        }
        if let Some(rest) = rule.strip_prefix(b"/") {
            (pattern.scope, rule) = (Scope::Path, rest);
        } else if rule.contains(&b'/') {
            pattern.scope = Scope::Path;
        }
        pattern.rule = rule.to_vec();
        self.patterns.push(pattern);
        Ok(())
    }

    /// Whether a path inside the chart is left out, with all that is below it.
    pub(super) fn ignores(&self, path: &[u8], is_dir: bool) -> bool {
        if path.is_empty() || path == b"." || path == b"./" {
            return false;
        }
        for pattern in &self.patterns {
            if pattern.negate {
                if (pattern.must_be_dir && !is_dir) || !pattern.matches(path) {
                    return true;
                }
            } else if (!pattern.must_be_dir || is_dir) && pattern.matches(path) {
                return true;
            }
        }
        false
    }
}

impl Pattern {
    fn matches(&self, path: &[u8]) -> bool {
        let held = match self.scope {
            Scope::Path => path,
            Scope::Base => filepath::base(path),
        };
        filepath::matches(&self.rule, held).unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ignored<'p>(rules: &str, paths: &[&'p str]) -> Vec<&'p str> {
        let rules = Rules::parse(rules.as_bytes()).unwrap();
        paths.iter().copied().filter(|p| rules.ignores(p.trim_end_matches('/').as_bytes(), p.ends_with('/'))).collect()
    }

    #[test]
    fn rules_are_not_gitignores() {
        let all = ["a.txt", "d/", "d/a.txt", "Chart.yaml", "b.md"];
        assert_eq!(ignored("a.txt", &all), ["a.txt", "d/a.txt"]);
        assert_eq!(ignored("/a.txt", &all), ["a.txt"]);
        assert_eq!(ignored("d/\n# c\n\n", &all), ["d/"]);
        assert_eq!(ignored("a.txt/", &all), [] as [&str; 0]);
        assert_eq!(
            ignored("!*.yaml", &all),
            ["a.txt", "d/", "d/a.txt", "b.md"],
            "a negation hides what it does not match"
        );
        assert_eq!(ignored("!*/", &all), ["a.txt", "d/a.txt", "Chart.yaml", "b.md"]);
    }

    #[test]
    fn broken_rules_are_refused_in_helms_words() {
        assert_eq!(Rules::parse(b"a/**/b").unwrap_err(), "double-star (**) syntax is not supported");
        assert_eq!(Rules::parse(b"[").unwrap_err(), "syntax error in pattern");
        assert_eq!(Rules::parse(&vec![b'a'; 70_000]).unwrap_err(), "bufio.Scanner: token too long");
    }
}
