//! `$(VAR)` in values, commands and arguments (k8s.io/kubernetes `third_party/forked/golang/expansion`).

/// A stretch of a text that may refer to variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'t> {
    Text(&'t str),
    /// `$(NAME)`: the name, and the whole reference, which stands for itself where no such variable is known.
    Variable {
        name: &'t str,
        whole: &'t str,
    },
}

/// Takes a text apart. `$$` is a dollar sign; a `$` before anything but `(`, and a `$(` that is never closed, stand for
/// themselves. A name is whatever stands before the next `)`.
pub fn parts(text: &str) -> Parts<'_> {
    Parts { text, at: 0, open: true }
}

/// See [`parts`].
pub struct Parts<'t> {
    text: &'t str,
    at: usize,
    /// A `)` may still follow. Once none does, no `$(` needs to look for one.
    open: bool,
}

impl<'t> Iterator for Parts<'t> {
    type Item = Part<'t>;

    fn next(&mut self) -> Option<Part<'t>> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let mut from = 0;
        while let Some(found) = memchr::memchr(b'$', rest.as_bytes().get(from..)?) {
            let dollar = from + found;
            match rest.as_bytes().get(dollar + 1) {
                // The first dollar sign is kept, the second dropped.
                Some(b'$') => return self.take(rest, dollar + 1, dollar + 2),
                Some(b'(') if self.open => match rest.get(dollar + 2..).and_then(|after| after.find(')')) {
                    Some(_) if dollar > 0 => return self.take(rest, dollar, dollar),
                    Some(length) => {
                        self.at += length + 3;
                        let (name, whole) = (rest.get(2..length + 2)?, rest.get(..length + 3)?);
                        return Some(Part::Variable { name, whole });
                    }
                    None => {
                        self.open = false;
                        from = dollar + 2;
                    }
                },
                Some(b'(') => from = dollar + 2,
                _ => from = dollar + 1,
            }
        }
        self.take(rest, rest.len(), rest.len())
    }
}

impl<'t> Parts<'t> {
    /// Gives the rest up to `end`, and goes on at `next`.
    fn take(&mut self, rest: &'t str, end: usize, next: usize) -> Option<Part<'t>> {
        self.at += next;
        rest.get(..end).map(Part::Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        parts(text)
            .map(|part| match part {
                Part::Text(text) => format!("[{text}]"),
                Part::Variable { name, whole } => {
                    assert_eq!(whole, format!("$({name})"));
                    format!("<{name}>")
                }
            })
            .collect()
    }

    #[test]
    fn references_and_what_only_looks_like_one() {
        for (text, want) in [
            ("", ""),
            ("a$(B)c", "[a]<B>[c]"),
            ("$(A)$(B)", "<A><B>"),
            ("$$(A)", "[$][(A)]"),
            ("$$$(A)", "[$]<A>"),
            ("$(A", "[$(A]"),
            ("$A $é $", "[$A $é $]"),
            ("$()", "<>"),
            ("$($(A)", "<$(A>"),
            ("x$$", "[x$]"),
        ] {
            assert_eq!(shown(text), want, "{text}");
        }
    }
}
