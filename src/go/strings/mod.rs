//! What templates see of package strings beyond plain byte operations, and of the two libraries of words that Sprig
//! calls: `case` is github.com/huandu/xstrings 1.5, `words` is github.com/Masterminds/goutils 1.1.

mod case;
mod words;

pub use case::{kebab_case, pascal_case, snake_case};
pub use words::{abbreviate, delete_white_space, initials, swap_case, uncapitalize, wrap, wrap_custom};

use crate::go::{unicode, utf8};

/// `strings.ToUpper`.
pub fn to_upper(text: &[u8]) -> Vec<u8> {
    map(text, unicode::to_upper)
}

/// `strings.ToLower`.
pub fn to_lower(text: &[u8]) -> Vec<u8> {
    map(text, unicode::to_lower)
}

/// `strings.Title`: the first letter of each word in title case.
pub fn title(text: &[u8]) -> Vec<u8> {
    let mut previous = ' ';
    map(text, |c| {
        let starts = is_separator(previous);
        previous = c;
        if starts { unicode::to_title(c) } else { c }
    })
}

/// `strings.TrimSpace`.
pub fn trim_space(text: &[u8]) -> &[u8] {
    trim_right_matches(trim_left_matches(text, unicode::is_space), unicode::is_space)
}

/// `strings.Trim`: drops characters of the set at both ends.
pub fn trim<'t>(text: &'t [u8], set: &[u8]) -> &'t [u8] {
    trim_right(trim_left(text, set), set)
}

/// `strings.TrimLeft`.
pub fn trim_left<'t>(text: &'t [u8], set: &[u8]) -> &'t [u8] {
    let set = utf8::chars(set);
    trim_left_matches(text, |c| set.contains(&c))
}

/// `strings.TrimRight`.
pub fn trim_right<'t>(text: &'t [u8], set: &[u8]) -> &'t [u8] {
    let set = utf8::chars(set);
    trim_right_matches(text, |c| set.contains(&c))
}

/// A slice expression `text[low:high]`; the error is the text of Go's runtime panic.
pub fn slice(text: &[u8], low: Option<i64>, high: Option<i64>) -> Result<&[u8], String> {
    let length = text.len() as i64;
    let out_of_range = |what: String| Err(format!("runtime error: slice bounds out of range {what}"));
    let end = high.unwrap_or(length);
    if high.is_some() && end < 0 {
        return out_of_range(format!("[:{end}]"));
    }
    if end > length {
        return out_of_range(format!("[:{end}] with length {length}"));
    }
    let start = low.unwrap_or(0);
    if start < 0 {
        return out_of_range(format!("[{start}:]"));
    }
    if start > end {
        return out_of_range(format!("[{start}:{end}]"));
    }
    Ok(&text[start as usize..end as usize])
}

/// `strings.Map`: an invalid byte is mapped, and written, as U+FFFD.
fn map(text: &[u8], mut mapping: impl FnMut(char) -> char) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for (_, rune) in utf8::runes(text) {
        utf8::push(&mut out, mapping(rune.char));
    }
    out
}

fn trim_left_matches(text: &[u8], drop: impl Fn(char) -> bool) -> &[u8] {
    let kept = utf8::runes(text).find(|(_, rune)| !drop(rune.char));
    &text[kept.map_or(text.len(), |(at, _)| at)..]
}

fn trim_right_matches(mut text: &[u8], drop: impl Fn(char) -> bool) -> &[u8] {
    while let Some(rune) = utf8::decode_last(text).filter(|rune| drop(rune.char)) {
        text = &text[..text.len() - rune.width];
    }
    text
}

/// What stands between words for `strings.Title`.
fn is_separator(c: char) -> bool {
    match c {
        c if c.is_ascii() => !(c.is_ascii_alphanumeric() || c == '_'),
        c if unicode::is_letter(c) || unicode::is_digit(c) => false,
        c => unicode::is_space(c),
    }
}
