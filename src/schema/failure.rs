//! Why values do not satisfy a schema: a tree of places and reasons, and the library's layout of it
//! (santhosh-tekuri/jsonschema v6, `output.go`).

use super::document::escape;
use crate::go::strconv;

/// One reason, with the reasons behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Path into the values.
    pub at: Vec<String>,
    pub reason: Reason,
    pub causes: Vec<Failure>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Several failures of one schema.
    Group,
    /// Failed behind a `$ref`.
    Reference,
    /// In the library's words.
    Said(String),
}

impl Failure {
    /// The lines below the head line that Helm cuts off, each ending in no newline of its own at the very end.
    pub fn lines(&self) -> String {
        let mut out = String::new();
        match self.reason {
            Reason::Group => self.causes.iter().for_each(|c| c.display(&mut out, 1)),
            _ => self.display(&mut out, 1),
        }
        out
    }

    fn display(&self, out: &mut String, indent: usize) {
        let skipped = self.reason == Reason::Reference && self.causes.len() == 1;
        if !skipped {
            if !out.is_empty() {
                out.push('\n');
            }
            out.extend(std::iter::repeat_n("  ", indent - 1));
            out.push_str("- at ");
            let pointer: String = self.at.iter().map(|t| format!("/{}", escape(t))).collect();
            out.push_str(&quote(&pointer));
            out.push_str(": ");
            out.push_str(match &self.reason {
                Reason::Group | Reason::Reference => "validation failed",
                Reason::Said(words) => words,
            });
        }
        for cause in &self.causes {
            cause.display(out, indent + usize::from(!skipped));
        }
    }
}

/// `%q` in single quotes.
pub fn quote(text: &str) -> String {
    let quoted = strconv::quote(text.as_bytes());
    let inner = quoted.get(1..quoted.len() - 1).unwrap_or_default();
    format!("'{}'", inner.replace("\\\"", "\"").replace('\'', "\\'"))
}

/// Quoted texts with a comma between.
pub fn join_quoted<S: AsRef<str>>(texts: &[S]) -> String {
    let quoted: Vec<String> = texts.iter().map(|t| quote(t.as_ref())).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_single() {
        assert_eq!(quote(r#"a"b'c\"#), r#"'a"b\'c\\'"#);
        assert_eq!(join_quoted(&["a", "b"]), "'a', 'b'");
    }

    #[test]
    fn a_reference_with_one_cause_is_not_shown() {
        let leaf = |words: &str| Failure { at: vec!["a/b".into()], reason: Reason::Said(words.into()), causes: vec![] };
        let reference = Failure { at: vec![], reason: Reason::Reference, causes: vec![leaf("x")] };
        assert_eq!(reference.lines(), "- at '/a~1b': x");
        let group = Failure { at: vec![], reason: Reason::Group, causes: vec![leaf("x"), leaf("y")] };
        assert_eq!(group.lines(), "- at '/a~1b': x\n- at '/a~1b': y");
    }
}
