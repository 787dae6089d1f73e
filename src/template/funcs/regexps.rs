//! Regular expressions. Source: sprig regex.go.
//!
//! Without `must`, a bad pattern is MustCompile's panic, except in `regexMatch`, which takes it for no match.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use bstr::ByteSlice;

use super::args::{Out, int, text};
use super::{Body, Call, Func};
use crate::go::regexp::{Error, Regexp, quote_meta};
use crate::value::{CallError, ListType, Ty, Value};

pub(super) const FUNCS: &[Func] = &[
    Func::new("mustRegexFind", &[Ty::Str, Ty::Str], |c, a| find(c, a, compile(c, a)?)),
    Func::new("mustRegexFindAll", &[Ty::Str, Ty::Str, Ty::Int], |c, a| find_all(c, a, compile(c, a)?)),
    Func::new("mustRegexMatch", &[Ty::Str, Ty::Str], |c, a| Ok(Value::Bool(compile(c, a)?.is_match(text(a, 1))))),
    Func::new("mustRegexReplaceAll", &[Ty::Str, Ty::Str, Ty::Str], |c, a| replace(c, a, compile(c, a)?)),
    Func::new("mustRegexReplaceAllLiteral", &[Ty::Str, Ty::Str, Ty::Str], |c, a| replace_literal(c, a, compile(c, a)?)),
    Func::new("mustRegexSplit", &[Ty::Str, Ty::Str, Ty::Int], |c, a| split(c, a, compile(c, a)?)),
    Func::new("regexFind", &[Ty::Str, Ty::Str], |c, a| find(c, a, must_compile(c, a)?)),
    Func::new("regexFindAll", &[Ty::Str, Ty::Str, Ty::Int], |c, a| find_all(c, a, must_compile(c, a)?)),
    Func::new("regexMatch", &[Ty::Str, Ty::Str], MATCH),
    Func::new("regexQuoteMeta", &[Ty::Str], |c, a| {
        c.heap.reserve(text(a, 0).len().saturating_mul(2))?;
        Ok(c.heap.str(quote_meta(text(a, 0))))
    }),
    Func::new("regexReplaceAll", &[Ty::Str, Ty::Str, Ty::Str], |c, a| replace(c, a, must_compile(c, a)?)),
    Func::new("regexReplaceAllLiteral", &[Ty::Str, Ty::Str, Ty::Str], |c, a| {
        replace_literal(c, a, must_compile(c, a)?)
    }),
    Func::new("regexSplit", &[Ty::Str, Ty::Str, Ty::Int], |c, a| split(c, a, must_compile(c, a)?)),
];

const MATCH: Body = |c, a| Ok(Value::Bool(look_up(c, a)?.is_ok_and(|r| r.is_match(text(a, 1)))));

/// Expressions that one render has compiled: helpers use the same few again and again.
#[derive(Default)]
pub struct Memo(RefCell<HashMap<Vec<u8>, Compiled>>);

type Compiled = Result<Rc<Regexp>, Error>;

impl Memo {
    /// No more than so many at a time, and none that is large: each also grows while it is used.
    const MOST: usize = 16;
    const LARGE: usize = 256 << 10;

    fn look_up(&self, pattern: &[u8]) -> Option<Compiled> {
        self.0.borrow().get(pattern).cloned()
    }

    fn keep(&self, pattern: &[u8], compiled: &Compiled) {
        let small = compiled.as_ref().map_or(0, |r| r.memory()) <= Self::LARGE;
        let mut all = self.0.borrow_mut();
        if small {
            if all.len() >= Self::MOST {
                all.clear();
            }
            all.insert(pattern.to_vec(), compiled.clone());
        }
    }
}

/// Compiling is dear; a search is linear.
fn look_up<'h>(c: &Call<'_, 'h>, args: &[Value<'h>]) -> Result<Compiled, CallError> {
    let pattern = text(args, 0);
    c.heap.spend(1 + (pattern.len() as u64 + text(args, 1).len() as u64) / 4)?;
    if let Some(compiled) = c.memo.look_up(pattern) {
        return Ok(compiled);
    }
    c.heap.spend(600 + 96 * pattern.len() as u64)?;
    let compiled = Regexp::new(pattern).map(Rc::new);
    c.memo.keep(pattern, &compiled);
    Ok(compiled)
}

fn compile<'h>(c: &Call<'_, 'h>, args: &[Value<'h>]) -> Result<Rc<Regexp>, CallError> {
    look_up(c, args)?.map_err(|e| CallError::failed(e.message().to_str_lossy()))
}

fn must_compile<'h>(c: &Call<'_, 'h>, args: &[Value<'h>]) -> Result<Rc<Regexp>, CallError> {
    let panic = |e: Error| CallError::failed(Regexp::must_compile_panic(text(args, 0), &e).to_str_lossy());
    look_up(c, args)?.map_err(panic)
}

fn find<'h>(_: &Call<'_, 'h>, args: &[Value<'h>], regexp: Rc<Regexp>) -> Out<'h> {
    let text = text(args, 1);
    let found = regexp.find(text).and_then(|range| text.get(range)).unwrap_or_default();
    Ok(Value::Str(found.as_bstr()))
}

fn find_all<'h>(c: &Call<'_, 'h>, args: &[Value<'h>], regexp: Rc<Regexp>) -> Out<'h> {
    let text = text(args, 1);
    let Some(found) = regexp.find_all(text, int(args, 2) as isize) else { return Ok(c.heap.nil_list(ListType::Str)) };
    c.heap.reserve(found.len().saturating_mul(size_of::<Value<'_>>()))?;
    let items: Vec<_> =
        found.into_iter().map(|range| Value::Str(text.get(range).unwrap_or_default().as_bstr())).collect();
    Ok(c.heap.list(ListType::Str, &items))
}

fn split<'h>(c: &Call<'_, 'h>, args: &[Value<'h>], regexp: Rc<Regexp>) -> Out<'h> {
    let Some(pieces) = regexp.split(text(args, 1), int(args, 2) as isize) else {
        return Ok(c.heap.nil_list(ListType::Str));
    };
    c.heap.reserve(pieces.len().saturating_mul(size_of::<Value<'_>>()))?;
    let items: Vec<_> = pieces.into_iter().map(|piece| Value::Str(piece.as_bstr())).collect();
    Ok(c.heap.list(ListType::Str, &items))
}

fn replace<'h>(c: &Call<'_, 'h>, args: &[Value<'h>], regexp: Rc<Regexp>) -> Out<'h> {
    afford(c, args, &regexp, text(args, 2).iter().filter(|b| **b == b'$').count())?;
    Ok(c.heap.str(regexp.replace_all(text(args, 1), text(args, 2))))
}

fn replace_literal<'h>(c: &Call<'_, 'h>, args: &[Value<'h>], regexp: Rc<Regexp>) -> Out<'h> {
    afford(c, args, &regexp, 0)?;
    Ok(c.heap.str(regexp.replace_all_literal(text(args, 1), text(args, 2))))
}

/// Asks for what a replacement may need: every match brings the replacement's own text, and each of its references at
/// most the match again. A small bound is taken as it is; for a large one the matches are counted.
fn afford<'h>(c: &Call<'_, 'h>, args: &[Value<'h>], regexp: &Regexp, references: usize) -> Result<(), CallError> {
    const SMALL: usize = 1 << 16;
    let (length, replacement) = (text(args, 1).len(), text(args, 2).len());
    let bound =
        |matches: usize| length.saturating_mul(references + 1).saturating_add(replacement.saturating_mul(matches));
    let matches = match bound(length + 1) {
        ..SMALL => length + 1,
        _ => regexp.find_all(text(args, 1), -1).map_or(0, |all| all.len()),
    };
    Ok(c.heap.reserve(bound(matches))?)
}
