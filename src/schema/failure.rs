//! Why values do not satisfy a schema: a tree of places and reasons, and the library's layout of it
//! (santhosh-tekuri/jsonschema v6, `output.go`).

use super::path::Path;
use super::pointer::escape;
use crate::go::strconv;
use crate::limits::Exhausted;

/// One reason, with the reasons behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Path into the values.
    pub at: Path,
    pub reason: Reason,
    pub clause: Clause,
    pub causes: Vec<Failure>,
}

/// What of the schema was not satisfied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Clause {
    /// The schema's address; 0 for none.
    pub schema: usize,
    pub keyword: &'static str,
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

/// Nobody reads more bytes of reasons: every line says the whole path, and deep ones are indented deeply.
const MAX_BYTES: usize = 16 << 20;

impl Failure {
    /// The lines below the head line that Helm cuts off, each ending in no newline of its own at the very end.
    ///
    /// # Errors
    /// When there is no end to them.
    pub fn lines(&self) -> Result<String, Exhausted> {
        let mut out = String::new();
        match self.reason {
            Reason::Group => self.causes.iter().try_for_each(|c| c.display(&mut out, 1))?,
            _ => self.display(&mut out, 1)?,
        }
        Ok(out)
    }

    /// Recurses as deep as the walk that found the failure, with less stack for each level.
    fn display(&self, out: &mut String, indent: usize) -> Result<(), Exhausted> {
        let skipped = self.reason == Reason::Reference && self.causes.len() == 1;
        if !skipped {
            if !out.is_empty() {
                out.push('\n');
            }
            out.extend(std::iter::repeat_n("  ", indent - 1));
            out.push_str("- at ");
            let pointer: String = self.at.tokens().iter().map(|t| format!("/{}", escape(t))).collect();
            out.push_str(&quote(&pointer));
            out.push_str(": ");
            out.push_str(match &self.reason {
                Reason::Group | Reason::Reference => "validation failed",
                Reason::Said(words) => words,
            });
        }
        if out.len() > MAX_BYTES {
            return Err(Exhausted::Bytes);
        }
        self.causes.iter().try_for_each(|cause| cause.display(out, indent + usize::from(!skipped)))
    }
}

/// `%q` in single quotes.
pub fn quote(text: impl AsRef<[u8]>) -> String {
    // Before the quotes come off: of a text that ends in a backslash Go takes one away.
    let quoted = strconv::quote(text.as_ref()).replace("\\\"", "\"").replace('\'', "\\'");
    format!("'{}'", quoted.get(1..quoted.len() - 1).unwrap_or_default())
}

/// Quoted texts with a comma between.
pub fn join_quoted<S: AsRef<[u8]>>(texts: &[S]) -> String {
    let quoted: Vec<String> = texts.iter().map(quote).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_single() {
        assert_eq!(quote(r#"a"b'c\d"#), r#"'a"b\'c\\d'"#);
        assert_eq!(quote("a\\"), r"'a\'");
        assert_eq!(join_quoted(&["a", "b"]), "'a', 'b'");
    }

    #[test]
    fn a_reference_with_one_cause_is_not_shown() {
        let clause = Clause::default();
        let leaf = |words: &str| Failure {
            at: Path::root().push("a/b"),
            reason: Reason::Said(words.into()),
            clause,
            causes: vec![],
        };
        let reference = Failure { at: Path::root(), reason: Reason::Reference, clause, causes: vec![leaf("x")] };
        assert_eq!(reference.lines().unwrap(), "- at '/a~1b': x");
        let group = Failure { at: Path::root(), reason: Reason::Group, clause, causes: vec![leaf("x"), leaf("y")] };
        assert_eq!(group.lines().unwrap(), "- at '/a~1b': x\n- at '/a~1b': y");
    }
}
