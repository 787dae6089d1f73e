//! Where a rendered file ends one document and begins the next (`SplitManifests`).

use bstr::ByteSlice;

use crate::dialect::{DocumentBytes, DocumentSplit};

/// The documents of a file in order; empty ones are dropped.
pub fn split(text: &[u8], bytes: DocumentBytes, rule: DocumentSplit) -> Vec<&[u8]> {
    let text = match bytes {
        DocumentBytes::Trimmed => text.trim(),
        DocumentBytes::KeepsTrailingNewlines => text.trim_start(),
    };
    let next = match rule {
        DocumentSplit::Loose => next_loose,
        DocumentSplit::Strict => next_strict,
    };
    let mut documents = Vec::new();
    let mut from = 0;
    while let Some((start, end)) = next(text, from) {
        documents.extend(document(&text[from..start], bytes));
        from = end;
    }
    documents.extend(document(&text[from..], bytes));
    documents
}

/// What is left of the text between two separators.
fn document(text: &[u8], bytes: DocumentBytes) -> Option<&[u8]> {
    match bytes {
        // White space alone is a document, and empty.
        DocumentBytes::Trimmed => (!text.is_empty()).then(|| text.trim()),
        DocumentBytes::KeepsTrailingNewlines => Some(text.trim_start()).filter(|text| !text.is_empty()),
    }
}

/// The first `(?:^|\s*\n)---\s*` at or after `from`: where it begins and ends.
fn next_loose(text: &[u8], from: usize) -> Option<(usize, usize)> {
    let after = |dashes: usize| dashes + 3 + text[dashes + 3..].iter().take_while(|b| is_space(**b)).count();
    if from == 0 && text.starts_with(b"---") {
        return Some((0, after(0)));
    }
    let newline = from + text[from..].find(b"\n---")?;
    let before = text[from..newline].iter().rev().take_while(|b| is_space(**b)).count();
    Some((newline - before, after(newline + 1)))
}

/// What `\s` is in Go's regexp.
fn is_space(b: u8) -> bool {
    matches!(b, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ')
}

/// The same for `(?m)^---[ \t]*`.
fn next_strict(text: &[u8], from: usize) -> Option<(usize, usize)> {
    let dashes = if from == 0 && text.starts_with(b"---") { 0 } else { from + text[from..].find(b"\n---")? + 1 };
    let blanks = text[dashes + 3..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    Some((dashes, dashes + 3 + blanks))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, rule: DocumentSplit) -> Vec<String> {
        let bytes = match rule {
            DocumentSplit::Loose => DocumentBytes::Trimmed,
            DocumentSplit::Strict => DocumentBytes::KeepsTrailingNewlines,
        };
        split(text.as_bytes(), bytes, rule).into_iter().map(|d| d.to_str_lossy().into_owned()).collect()
    }

    // Expected values: the regular expressions above, run by Go's regexp.
    #[test]
    fn loose_swallows_space_around_and_a_second_separator_becomes_text() {
        assert_eq!(texts("a: 1\n \n---\n\nb: 2\n", DocumentSplit::Loose), ["a: 1", "b: 2"]);
        assert_eq!(texts("---\n---\na: 1", DocumentSplit::Loose), ["---\na: 1"]);
        assert_eq!(texts("---foo\n", DocumentSplit::Loose), ["foo"]);
    }

    #[test]
    fn strict_keeps_trailing_newlines() {
        assert_eq!(texts("a: 1\n\n---\n\nb: 2\n", DocumentSplit::Strict), ["a: 1\n\n", "b: 2\n"]);
        assert_eq!(texts("---\n---\na: 1", DocumentSplit::Strict), ["a: 1"]);
        assert_eq!(texts("x: |\n  a\n---foo\n", DocumentSplit::Strict), ["x: |\n  a\n", "foo\n"]);
    }
}
