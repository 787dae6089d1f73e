//! `strconv`: numbers and quoted strings to text and back, with Go's error texts.

mod atof;
mod ftoa;
mod int;
mod quote;
mod unquote;

pub use atof::parse_float;
pub use ftoa::format_float;
pub use int::{atoi, format_byte, format_int, format_uint, parse_bool, parse_int, parse_uint};
pub use quote::{can_backquote, quote, quote_rune, quote_rune_to_ascii, quote_to_ascii};
pub use unquote::{Syntax, Unquoted, unquote, unquote_char};

use std::fmt;

/// Why a text is not a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// `strconv.ErrSyntax`
    Syntax,
    /// `strconv.ErrRange`
    Range,
    Base(u32),
}

/// `*strconv.NumError`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumError {
    /// The Go function that failed: `ParseInt`.
    pub func: &'static str,
    pub input: Vec<u8>,
    pub reason: Reason,
}

impl NumError {
    fn new(func: &'static str, input: &[u8], reason: Reason) -> Self {
        NumError { func, input: input.to_vec(), reason }
    }
}

impl fmt::Display for NumError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "strconv.{}: parsing {}: ", self.func, quote(&self.input))?;
        match self.reason {
            Reason::Syntax => f.write_str("invalid syntax"),
            Reason::Range => f.write_str("value out of range"),
            Reason::Base(base) => write!(f, "invalid base {base}"),
        }
    }
}

impl std::error::Error for NumError {}

/// Lower case of an ASCII letter; other bytes become other non-letters.
fn lower(c: u8) -> u8 {
    c | 0x20
}

/// Whether underscores stand only between digits, or between a base prefix and a digit (Go's literal syntax).
fn underscores_ok(text: &[u8]) -> bool {
    #[derive(PartialEq)]
    enum Saw {
        Start,
        Digit,
        Underscore,
        Other,
    }
    let text = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    let (mut saw, mut hex, mut digits) = (Saw::Start, false, text);
    if let [b'0', letter, rest @ ..] = text
        && matches!(lower(*letter), b'b' | b'o' | b'x')
    {
        (saw, hex, digits) = (Saw::Digit, lower(*letter) == b'x', rest);
    }
    for c in digits {
        if c.is_ascii_digit() || hex && c.is_ascii_hexdigit() {
            saw = Saw::Digit;
        } else if *c == b'_' {
            if saw != Saw::Digit {
                return false;
            }
            saw = Saw::Underscore;
        } else {
            if saw == Saw::Underscore {
                return false;
            }
            saw = Saw::Other;
        }
    }
    saw != Saw::Underscore
}
