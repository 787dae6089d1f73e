//! The format string: flags, argument indexes, width, precision, verbs, and what is said of bad ones.
//! Source: fmt/print.go, `doPrintf`.

use super::format::Spec;
use super::print::Printer;
use crate::go::utf8;
use crate::limits::Exhausted;
use crate::value::Value;

/// Go takes no width or precision beyond this.
const LARGEST: i64 = 1_000_000;

/// Writes `args` as the format asks.
pub(super) fn printf<'h>(p: &mut Printer<'_, 'h>, format: &[u8], args: &[Value<'h>]) -> Result<(), Exhausted> {
    let mut state = State { format, at: 0, args, next: 0, reordered: false, good_index: true, after_index: false };
    while let Some(rest) = state.format.get(state.at..).filter(|rest| !rest.is_empty()) {
        p.heap.spend(1)?;
        let text = memchr::memchr(b'%', rest).unwrap_or(rest.len());
        p.out.write(&rest[..text])?;
        state.at += text;
        if text == rest.len() {
            break;
        }
        state.at += 1;
        if !state.directive(p)? {
            break;
        }
    }
    if !state.reordered && state.next < args.len() {
        p.spec = Spec::default();
        p.out.write("%!(EXTRA ")?;
        for (i, arg) in args[state.next..].iter().enumerate() {
            if i > 0 {
                p.out.write(", ")?;
            }
            match arg {
                Value::Invalid | Value::Nil => p.out.write("<nil>")?,
                arg => {
                    p.out.write(arg.type_name(p.heap))?;
                    p.out.write("=")?;
                    p.argument(*arg, 'v')?;
                }
            }
        }
        p.out.write(")")?;
    }
    Ok(())
}

struct State<'f, 'h> {
    format: &'f [u8],
    at: usize,
    args: &'f [Value<'h>],
    /// The argument that the next verb takes.
    next: usize,
    /// An index like `[3]` was used somewhere: extra arguments are no longer complained about.
    reordered: bool,
    good_index: bool,
    /// The last thing read was an index.
    after_index: bool,
}

impl<'h> State<'_, 'h> {
    fn peek(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    /// Everything after a `%`. False when the format ended in it.
    fn directive(&mut self, p: &mut Printer<'_, 'h>) -> Result<bool, Exhausted> {
        self.good_index = true;
        p.spec = Spec::default();
        while let Some(c) = self.peek() {
            match c {
                b'#' => p.spec.sharp = true,
                b'0' => p.spec.zero = true,
                b'+' => p.spec.plus = true,
                b'-' => p.spec.minus = true,
                b' ' => p.spec.space = true,
                _ => break,
            }
            self.at += 1;
        }
        self.index();
        self.width(p)?;
        self.precision(p)?;
        if !self.after_index {
            self.index();
        }
        let Some(verb) = self.format.get(self.at..).and_then(utf8::decode) else {
            p.out.write("%!(NOVERB)")?;
            return Ok(false);
        };
        self.at += verb.width;
        let verb = verb.char;
        let complaint = match self.args.get(self.next) {
            _ if verb == '%' => {
                p.out.write("%")?;
                return Ok(true);
            }
            _ if !self.good_index => "(BADINDEX)",
            None => "(MISSING)",
            Some(arg) => {
                if matches!(verb, 'v' | 'w') {
                    p.spec.sharp_v = std::mem::take(&mut p.spec.sharp);
                    p.spec.plus_v = std::mem::take(&mut p.spec.plus);
                }
                p.argument(*arg, verb)?;
                self.next += 1;
                return Ok(true);
            }
        };
        p.out.write("%!")?;
        p.out.write(verb.encode_utf8(&mut [0; 4]))?;
        p.out.write(complaint)?;
        Ok(true)
    }

    fn width(&mut self, p: &mut Printer<'_, 'h>) -> Result<(), Exhausted> {
        if self.peek() != Some(b'*') {
            p.spec.width = self.number(self.format.len());
            if self.after_index && p.spec.width.is_some() {
                self.good_index = false;
            }
            return Ok(());
        }
        self.at += 1;
        self.after_index = false;
        match self.argument_as_number() {
            None => return p.out.write("%!(BADWIDTH)"),
            Some(n) if n < 0 => {
                p.spec.minus = true;
                p.spec.zero = false;
                p.spec.width = Some(n.unsigned_abs() as usize);
            }
            Some(n) => p.spec.width = Some(n as usize),
        }
        Ok(())
    }

    fn precision(&mut self, p: &mut Printer<'_, 'h>) -> Result<(), Exhausted> {
        // A point at the very end is a verb.
        if self.peek() != Some(b'.') || self.at + 1 >= self.format.len() {
            return Ok(());
        }
        self.at += 1;
        if self.after_index {
            self.good_index = false;
        }
        self.index();
        if self.peek() != Some(b'*') {
            p.spec.precision = Some(self.number(self.format.len()).unwrap_or(0));
            return Ok(());
        }
        self.at += 1;
        self.after_index = false;
        match self.argument_as_number() {
            Some(n) if n >= 0 => p.spec.precision = Some(n as usize),
            _ => p.out.write("%!(BADPREC)")?,
        }
        Ok(())
    }

    /// `parsenum`: digits up to `end`. A number that is too large takes everything up to `end` with it.
    fn number(&mut self, end: usize) -> Option<usize> {
        let (mut n, mut any) = (0i64, false);
        while self.at < end
            && let Some(digit @ b'0'..=b'9') = self.peek()
        {
            if n > LARGEST {
                self.at = end;
                return None;
            }
            n = n * 10 + i64::from(digit - b'0');
            any = true;
            self.at += 1;
        }
        any.then_some(n as usize)
    }

    /// `argNumber`: an index like `[3]`, if there is one.
    fn index(&mut self) {
        self.after_index = false;
        if self.peek() != Some(b'[') {
            return;
        }
        self.reordered = true;
        let rest = &self.format[self.at..];
        let close = if rest.len() < 3 { None } else { memchr::memchr(b']', &rest[1..]).map(|i| self.at + 1 + i) };
        let Some(close) = close else {
            self.at += 1;
            self.good_index = false;
            return;
        };
        self.at += 1;
        let number = self.number(close).filter(|_| self.at == close);
        self.at = close + 1;
        // An index out of range is bad, but it is an index.
        self.after_index = number.is_some();
        match number.and_then(|n| n.checked_sub(1)).filter(|n| *n < self.args.len()) {
            Some(n) => self.next = n,
            None => self.good_index = false,
        }
    }

    /// `intFromArg`
    fn argument_as_number(&mut self) -> Option<i64> {
        let arg = *self.args.get(self.next)?;
        self.next += 1;
        let n = match arg {
            Value::Int(_, n) => n,
            Value::Uint(_, n) => i64::try_from(n).ok()?,
            _ => return None,
        };
        (-LARGEST..=LARGEST).contains(&n).then_some(n)
    }
}
