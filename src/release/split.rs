//! Where a rendered file ends one document and begins the next (`SplitManifests`).

use bstr::ByteSlice;

use crate::dialect::DocumentSplit;

/// The documents of a file in order; blank ones are dropped.
pub fn split(text: &[u8], rule: DocumentSplit) -> Vec<&[u8]> {
    match rule {
        DocumentSplit::Loose => loose(text),
        DocumentSplit::Strict => strict(text),
    }
}

/// `(?:^|\s*\n)---\s*`, both ends of every document trimmed.
fn loose(text: &[u8]) -> Vec<&[u8]> {
    let text = text.trim();
    let mut documents = Vec::new();
    let mut from = 0;
    while let Some((start, end)) = next_loose(text, from) {
        push_trimmed(&mut documents, &text[from..start]);
        from = end;
    }
    push_trimmed(&mut documents, &text[from..]);
    documents
}

fn push_trimmed<'a>(documents: &mut Vec<&'a [u8]>, document: &'a [u8]) {
    if !document.is_empty() {
        documents.push(document.trim());
    }
}

/// The first separator at or after `from`: where it begins (white space before it included) and ends.
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

/// `(?m)^---[ \t]*`; only the beginning of a document is trimmed.
fn strict(text: &[u8]) -> Vec<&[u8]> {
    let text = text.trim_start();
    let mut documents = Vec::new();
    let mut from = 0;
    let mut search = 0;
    loop {
        let dashes = if search == 0 && text.starts_with(b"---") {
            0
        } else {
            match text[search..].find(b"\n---") {
                Some(newline) => search + newline + 1,
                None => break,
            }
        };
        push_untrimmed(&mut documents, &text[from..dashes]);
        from = dashes + 3 + text[dashes + 3..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        search = from;
    }
    push_untrimmed(&mut documents, &text[from..]);
    documents
}

fn push_untrimmed<'a>(documents: &mut Vec<&'a [u8]>, document: &'a [u8]) {
    let document = document.trim_start();
    if !document.is_empty() {
        documents.push(document);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, rule: DocumentSplit) -> Vec<String> {
        split(text.as_bytes(), rule).into_iter().map(|d| d.to_str_lossy().into_owned()).collect()
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
