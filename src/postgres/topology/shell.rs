//! Words of a shell script, quotes taken off.

use super::value::Value;

/// Longer scripts are cut.
const LONG: usize = 256 * 1024;

pub(super) enum Token<'m> {
    Word(Value<'m>),
    /// The end of a simple command.
    End,
}

/// Words of a script, quotes taken off. Never fails: an open quote lasts to the end.
pub(super) fn tokens<'v, 'm>(script: &'v Value<'m>) -> impl Iterator<Item = Token<'m>> + use<'v, 'm> {
    let text = script.filled();
    let end = (0..=LONG.min(text.len())).rev().find(|n| text.is_char_boundary(*n)).unwrap_or(0);
    let mut chars = text.get(..end).unwrap_or_default().char_indices().peekable();
    let mut queue: Option<Token<'m>> = None;
    std::iter::from_fn(move || {
        if let Some(token) = queue.take() {
            return Some(token);
        }
        let mut segments: Vec<std::ops::Range<usize>> = Vec::new();
        let mut quote: Option<char> = None;
        let mut any = false;
        let mut braces = 0u32;
        while let Some((at, c)) = chars.next() {
            let next = at + c.len_utf8();
            match (c, quote) {
                ('$', None | Some('"')) if chars.peek().is_some_and(|(_, c)| *c == '(') => {
                    // To the parenthesis that closes it, whatever stands between.
                    any = true;
                    let mut open = 0u32;
                    let mut last = next;
                    for (at, c) in chars.by_ref() {
                        last = at + c.len_utf8();
                        open = match c {
                            '(' => open + 1,
                            ')' => open.saturating_sub(1),
                            _ => open,
                        };
                        if open == 0 {
                            break;
                        }
                    }
                    push(&mut segments, at..last);
                }
                (c, Some(q)) if c == q => quote = None,
                ('\\', None | Some('"')) => {
                    if let Some((_, escaped)) = chars.peek().copied() {
                        chars.next();
                        if escaped != '\n' {
                            any = true;
                            push(&mut segments, next..next + escaped.len_utf8());
                        }
                    }
                }
                (_, Some(_)) => push(&mut segments, at..next),
                ('"' | '\'', None) => {
                    quote = Some(c);
                    any = true;
                }
                ('$', None) if chars.peek().is_some_and(|(_, c)| *c == '{') => {
                    braces += 1;
                    any = true;
                    push(&mut segments, at..next);
                }
                ('}', None) if braces > 0 => {
                    braces -= 1;
                    push(&mut segments, at..next);
                }
                ('#', None) if !any => {
                    while chars.peek().is_some_and(|(_, c)| *c != '\n') {
                        chars.next();
                    }
                }
                (' ' | '\t' | '\r', None) if braces == 0 => {
                    if any {
                        break;
                    }
                }
                (';' | '\n' | '|' | '&' | '(' | ')' | '`', None) if braces == 0 => {
                    if any {
                        queue = Some(Token::End);
                        break;
                    }
                    return Some(Token::End);
                }
                _ => {
                    any = true;
                    push(&mut segments, at..next);
                }
            }
        }
        if !any {
            return None;
        }
        let mut word = Value::default();
        for segment in segments {
            word.append(&script.slice(segment), None);
        }
        Some(Token::Word(word))
    })
}

/// Adds a range, joined to the last one where they touch: pieces stay few.
fn push(segments: &mut Vec<std::ops::Range<usize>>, range: std::ops::Range<usize>) {
    match segments.last_mut() {
        Some(last) if last.end == range.start => last.end = range.end,
        _ => segments.push(range),
    }
}
