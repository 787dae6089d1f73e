//! `html`, `js`, `urlquery`.

use super::Result;
use crate::go::{fmt, unicode, utf8};
use crate::value::{Heap, Value};

/// `evalArgs`: the arguments as one text, nils and pointers as a template would print them.
fn text<'h>(heap: &Heap<'h>, args: &[Value<'h>]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut after_text = true;
    for arg in args {
        let is_text = matches!(arg, Value::Str(_) | Value::Nil | Value::Invalid);
        if !is_text && !after_text {
            out.push(b' ');
        }
        fmt::print_value(heap, *arg, &mut out)?;
        after_text = is_text;
    }
    Ok(out)
}

pub(super) fn html<'h>(heap: &Heap<'h>, args: &[Value<'h>]) -> Result<Value<'h>> {
    let text = text(heap, args)?;
    let mut out = Vec::with_capacity(text.len());
    for b in &text {
        match b {
            0 => out.extend("\u{FFFD}".bytes()),
            b'"' => out.extend(b"&#34;"),
            b'\'' => out.extend(b"&#39;"),
            b'&' => out.extend(b"&amp;"),
            b'<' => out.extend(b"&lt;"),
            b'>' => out.extend(b"&gt;"),
            b => out.push(*b),
        }
    }
    Ok(heap.str(out))
}

pub(super) fn js<'h>(heap: &Heap<'h>, args: &[Value<'h>]) -> Result<Value<'h>> {
    let text = text(heap, args)?;
    let mut out = Vec::with_capacity(text.len());
    for (at, rune) in utf8::runes(&text) {
        match rune.char {
            '\\' => out.extend(br"\\"),
            '\'' => out.extend(br"\'"),
            '"' => out.extend(br#"\""#),
            '<' => out.extend(br"\u003C"),
            '>' => out.extend(br"\u003E"),
            '&' => out.extend(br"\u0026"),
            '=' => out.extend(br"\u003D"),
            c if c < ' ' => out.extend(format!("\\u00{:02X}", u32::from(c)).bytes()),
            c if c.is_ascii() || unicode::is_print(c) => out.extend(&text[at..at + rune.width]),
            c => out.extend(format!("\\u{:04X}", u32::from(c)).bytes()),
        }
    }
    Ok(heap.str(out))
}

/// `url.QueryEscape`
pub(super) fn urlquery<'h>(heap: &Heap<'h>, args: &[Value<'h>]) -> Result<Value<'h>> {
    let text = text(heap, args)?;
    let mut out = Vec::with_capacity(text.len());
    for b in &text {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(*b),
            b' ' => out.push(b'+'),
            b => out.extend(format!("%{b:02X}").bytes()),
        }
    }
    Ok(heap.str(out))
}
