//! `html`, `js`, `urlquery`.

use super::Result;
use crate::go::encode::{html_escape, js_escape};
use crate::go::fmt;
use crate::go::url::query_escape;
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
    Ok(heap.str(html_escape(&text(heap, args)?)))
}

pub(super) fn js<'h>(heap: &Heap<'h>, args: &[Value<'h>]) -> Result<Value<'h>> {
    Ok(heap.str(js_escape(&text(heap, args)?)))
}

pub(super) fn urlquery<'h>(heap: &Heap<'h>, args: &[Value<'h>]) -> Result<Value<'h>> {
    Ok(heap.str(query_escape(&text(heap, args)?)))
}
