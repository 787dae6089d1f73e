//! github.com/huandu/xstrings convert.go: words found in a name, and put together in another case.

use crate::go::utf8::{self, Rune};
use crate::go::{strings, unicode};

/// `ToSnakeCase`.
pub fn snake_case(text: &[u8]) -> Vec<u8> {
    lower_words(text, '_')
}

/// `ToKebabCase`.
pub fn kebab_case(text: &[u8]) -> Vec<u8> {
    lower_words(text, '-')
}

/// `ToPascalCase`, which is Sprig's `camelcase`.
pub fn pascal_case(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut runes = utf8::runes(text).map(|(_, rune)| rune.char).peekable();
    // Connectors at the start are kept.
    while let Some(c) = runes.next_if(|&c| is_connector(c)) {
        utf8::push(&mut out, c);
        // Of connectors alone, the last one is written twice.
        if runes.peek().is_none() {
            utf8::push(&mut out, c);
        }
    }
    let Some(first) = runes.next() else { return out };
    let mut lowers = unicode::is_upper(first);
    let mut last = unicode::to_upper(first);
    for c in runes {
        let before = last;
        last = c;
        if is_connector(c) && is_connector(before) {
            utf8::push(&mut out, before);
        } else if is_connector(before) {
            lowers = unicode::is_upper(c);
            last = unicode::to_upper(c);
        } else {
            if lowers && unicode::is_upper(c) {
                last = unicode::to_lower(c);
            } else {
                lowers = false;
            }
            utf8::push(&mut out, before);
        }
    }
    utf8::push(&mut out, last);
    out
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nothing, or only invalid bytes.
    Invalid,
    Number,
    /// Begins with a capital.
    Upper,
    Alphabet,
    Connector,
    Punct,
    Other,
}

type Word<'t> = (Kind, &'t [u8]);

fn lower_words(text: &[u8], connector: char) -> Vec<u8> {
    use Kind::{Alphabet, Connector, Invalid, Number, Punct};
    if text.is_empty() {
        return Vec::new();
    }
    let mut out = Vec::with_capacity(text.len() + 8);
    let mut rest = text;
    let mut word = next_word(&mut rest);
    while !rest.is_empty() {
        if word.0 != Connector {
            lower(&mut out, word, connector);
        }
        let previous = word;
        word = next_word(&mut rest);
        match previous.0 {
            Number => {
                while matches!(word.0, Alphabet | Number) {
                    lower(&mut out, word, connector);
                    word = next_word(&mut rest);
                }
                if !matches!(word.0, Invalid | Punct | Connector) {
                    utf8::push(&mut out, connector);
                }
            }
            Connector => lower(&mut out, previous, connector),
            Punct => {}
            _ if word.0 != Number => {
                if !matches!(word.0, Connector | Punct) {
                    utf8::push(&mut out, connector);
                }
            }
            _ if rest.is_empty() => {}
            _ => {
                let number = (Number, word.1);
                word = next_word(&mut rest);
                if word.0 != Alphabet {
                    // "Bld4Floor": the number belongs to the word before it.
                    lower(&mut out, number, connector);
                    if !matches!(word.0, Connector | Punct) {
                        utf8::push(&mut out, connector);
                    }
                } else {
                    // "HTTP2xx": the number begins a word.
                    utf8::push(&mut out, connector);
                    lower(&mut out, number, connector);
                    while matches!(word.0, Alphabet | Number) {
                        lower(&mut out, word, connector);
                        word = next_word(&mut rest);
                    }
                    if !matches!(word.0, Invalid | Connector | Punct) {
                        utf8::push(&mut out, connector);
                    }
                }
            }
        }
    }
    lower(&mut out, word, connector);
    out
}

/// Takes a run of characters of one kind off the front.
fn next_word<'t>(rest: &mut &'t [u8]) -> Word<'t> {
    let text = *rest;
    let Some(first) = valid_rune(text) else {
        *rest = b"";
        return (Kind::Invalid, text);
    };
    let mut end = first.width;
    let run = |end: &mut usize, accept: &dyn Fn(char) -> bool| {
        // Trailing invalid bytes count as more of the same.
        let mut previous = first.char;
        while *end < text.len() {
            let rune = valid_rune(&text[*end..]);
            let (c, width) = rune.map_or((previous, text.len() - *end), |rune| (rune.char, rune.width));
            previous = c;
            if !accept(c) {
                return Some((c, width));
            }
            *end += width;
        }
        None
    };
    let lower_alphabet = |c: char| is_alphabet(c) && !unicode::is_upper(c);
    let kind = match first.char {
        c if is_connector(c) => {
            run(&mut end, &is_connector);
            Kind::Connector
        }
        c if unicode::is_punct(c) => {
            run(&mut end, &unicode::is_punct);
            Kind::Punct
        }
        c if unicode::is_upper(c) => {
            end = upper_word(text, first);
            Kind::Upper
        }
        c if is_alphabet(c) => {
            run(&mut end, &lower_alphabet);
            Kind::Alphabet
        }
        c if unicode::is_number(c) => {
            run(&mut end, &unicode::is_number);
            Kind::Number
        }
        _ => {
            let other = |c: char| !(is_connector(c) || is_alphabet(c) || unicode::is_number(c) || unicode::is_punct(c));
            run(&mut end, &other);
            Kind::Other
        }
    };
    let (word, after) = text.split_at(end);
    *rest = after;
    (kind, word)
}

/// The length of a word that begins with a capital: "HTTP" of "HTTPStatus", "Status" of "StatusCode".
fn upper_word(text: &[u8], first: Rune) -> usize {
    let mut end = first.width;
    let mut previous = first.char;
    let mut next = |end: usize| {
        let rest = text.get(end..).filter(|rest| !rest.is_empty())?;
        let (c, width) = valid_rune(rest).map_or((previous, rest.len()), |rune| (rune.char, rune.width));
        previous = c;
        Some((c, width))
    };
    let Some((second, width)) = next(end) else { return end };
    if unicode::is_upper(second) {
        let mut last_width = width;
        end += width;
        while let Some((c, width)) = next(end) {
            if !unicode::is_upper(c) {
                // The last capital begins the word that follows.
                return if is_alphabet(c) { end - last_width } else { end };
            }
            last_width = width;
            end += width;
        }
    } else if is_alphabet(second) {
        end += width;
        while let Some((c, width)) = next(end) {
            if !is_alphabet(c) || unicode::is_upper(c) {
                break;
            }
            end += width;
        }
    }
    end
}

/// The first valid character; its width includes the invalid bytes before it. U+FFFD counts as invalid.
fn valid_rune(text: &[u8]) -> Option<Rune> {
    let (at, rune) = utf8::runes(text).find(|(_, rune)| rune.char != utf8::RUNE_ERROR)?;
    Some(Rune { width: at + rune.width, ..rune })
}

fn lower(out: &mut Vec<u8>, (kind, word): Word<'_>, connector: char) {
    if !matches!(kind, Kind::Upper | Kind::Connector) {
        return out.extend_from_slice(word);
    }
    out.extend(strings::map(word, |c| match c {
        c if is_connector(c) => connector,
        c if unicode::is_upper(c) => unicode::to_lower(c),
        c => c,
    }));
}

fn is_connector(c: char) -> bool {
    c == '-' || c == '_' || unicode::is_space(c)
}

/// Letters that are no ideographs.
fn is_alphabet(c: char) -> bool {
    let ideograph = matches!(c, '\u{4E00}'..='\u{9FCC}' | '\u{3400}'..='\u{4D85}' | '\u{20000}'..='\u{2B81D}');
    unicode::is_letter(c) && !ideograph
}
