//! Flags, width and precision, and how numbers and strings look under them. Source: fmt/format.go.

use crate::go::out::Out;
use crate::go::{strconv, unicode, utf8};
use crate::limits::Exhausted;

/// What stands between `%` and the verb.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spec {
    pub minus: bool,
    pub plus: bool,
    pub sharp: bool,
    pub space: bool,
    pub zero: bool,
    /// `%+v`: field names. Set in place of `plus`.
    pub plus_v: bool,
    /// `%#v`: Go syntax. Set in place of `sharp`.
    pub sharp_v: bool,
    pub width: Option<usize>,
    pub precision: Option<usize>,
}

type Done = Result<(), Exhausted>;

impl Spec {
    /// Whether the verb stands alone after `%`.
    pub fn is_bare(&self) -> bool {
        *self == Spec::default()
    }

    /// Fills up with zeros where these are asked for; they only ever stand on the left.
    fn fill(&self, out: &mut Out, n: usize) -> Done {
        out.repeat(if self.zero && !self.minus { b'0' } else { b' ' }, n)
    }

    /// Writes a text in the field's width, counted in runes.
    pub fn pad(&self, out: &mut Out, text: impl AsRef<[u8]>) -> Done {
        let text = text.as_ref();
        let Some(width @ 1..) = self.width else { return out.write(text) };
        let gap = width.saturating_sub(utf8::rune_count(text));
        if self.minus {
            out.write(text)?;
            self.fill(out, gap)
        } else {
            self.fill(out, gap)?;
            out.write(text)
        }
    }

    fn without_zero(&self) -> Spec {
        Spec { zero: false, ..*self }
    }

    /// `%s`
    pub fn string(&self, out: &mut Out, text: &[u8]) -> Done {
        self.pad(out, self.truncate(text))
    }

    fn truncate<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        self.precision.map_or(text, |n| utf8::prefix(text, n))
    }

    /// `%q` of a string
    pub fn quoted(&self, out: &mut Out, text: &[u8]) -> Done {
        let text = self.truncate(text);
        if self.sharp && strconv::can_backquote(text) {
            return self.pad(out, [b"`", text, b"`"].concat());
        }
        self.pad(out, if self.plus { strconv::quote_to_ascii(text) } else { strconv::quote(text) })
    }

    /// `%x` and `%X` of a string or bytes: two digits a byte. Precision counts bytes.
    pub fn hex_bytes(&self, out: &mut Out, text: &[u8], upper: bool) -> Done {
        let text = &text[..self.precision.unwrap_or(text.len()).min(text.len())];
        if text.is_empty() {
            return self.fill(out, self.width.unwrap_or(0));
        }
        let mut width = 2 * text.len();
        if self.space {
            width = width * if self.sharp { 2 } else { 1 } + text.len() - 1;
        } else if self.sharp {
            width += 2;
        }
        let gap = self.width.unwrap_or(0).saturating_sub(width);
        if !self.minus {
            self.fill(out, gap)?;
        }
        let prefix = match (self.sharp, upper) {
            (false, _) => "",
            (true, false) => "0x",
            (true, true) => "0X",
        };
        out.write(prefix)?;
        for (i, byte) in text.iter().enumerate() {
            if self.space && i > 0 {
                out.write(" ")?;
                out.write(prefix)?;
            }
            let digits = if upper { UPPER } else { LOWER };
            out.write([digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]])?;
        }
        if self.minus { self.fill(out, gap) } else { Ok(()) }
    }

    /// `%c`
    pub fn character(&self, out: &mut Out, n: u64) -> Done {
        self.pad(out, character(n).encode_utf8(&mut [0; 4]))
    }

    /// `%q` of an integer
    pub fn quoted_character(&self, out: &mut Out, n: u64) -> Done {
        let rune = u32::from(character(n));
        self.pad(out, if self.plus { strconv::quote_rune_to_ascii(rune) } else { strconv::quote_rune(rune) })
    }

    /// `%U`: `U+0078`, with `#` also `'x'`.
    pub fn unicode(&self, out: &mut Out, n: u64) -> Done {
        let mut text = format!("U+{}", zeros_before(format!("{n:X}"), self.precision.unwrap_or(0).max(4), out)?);
        if self.sharp
            && let Some(c) = u32::try_from(n).ok().and_then(char::from_u32)
            && unicode::is_print(c)
        {
            text.push_str(&format!(" '{c}'"));
        }
        self.without_zero().pad(out, text)
    }

    /// Integers in base 2, 8, 10 or 16; `letter_o` is `%O`.
    pub fn integer(&self, out: &mut Out, n: Integer, base: u32, upper: bool, letter_o: bool) -> Done {
        if base == 10 && !n.negative && self.is_bare() {
            return out.write(strconv::format_uint(n.magnitude, base));
        }
        let sign = match n {
            Integer { negative: true, .. } => "-",
            _ if self.plus => "+",
            _ if self.space => " ",
            _ => "",
        };
        let least = match self.precision {
            // No digits at all, only the field.
            Some(0) if n.magnitude == 0 => return out.repeat(b' ', self.width.unwrap_or(0)),
            Some(precision) => precision,
            None if self.zero && !self.minus => self.width.map_or(0, |w| w.saturating_sub(sign.len())),
            None => 0,
        };
        let mut digits = strconv::format_uint(n.magnitude, base);
        if upper {
            digits.make_ascii_uppercase();
        }
        let digits = zeros_before(digits, least, out)?;
        let prefix = match base {
            2 if self.sharp => "0b",
            8 if self.sharp && !digits.starts_with('0') => "0",
            16 if self.sharp && upper => "0X",
            16 if self.sharp => "0x",
            _ => "",
        };
        let o = if letter_o { "0o" } else { "" };
        self.without_zero().pad(out, format!("{sign}{o}{prefix}{digits}"))
    }

    /// Floats. `verb` is one of strconv's; `precision` is what counts when none is given.
    pub fn float(&self, out: &mut Out, f: f64, verb: u8, precision: Option<usize>) -> Done {
        let precision = self.precision.or(precision);
        if let Some(n) = precision {
            // Paid for before it is made.
            out.reserve(n)?;
        }
        let text = strconv::format_float(f, verb, precision, 64);
        let (sign, number) = match text.as_bytes().first() {
            Some(sign @ (b'-' | b'+')) => (*sign, &text[1..]),
            _ => (b'+', text.as_str()),
        };
        let sign = if self.space && sign == b'+' && !self.plus { b' ' } else { sign };
        if !f.is_finite() {
            let bare = f.is_nan() && !self.space && !self.plus;
            let sign = if bare { &[][..] } else { &[sign] };
            return self.without_zero().pad(out, [sign, number.as_bytes()].concat());
        }
        let number = if self.sharp && verb != b'b' { sharp_float(number, verb, precision) } else { number.to_string() };
        if sign == b'+' && !self.plus {
            return self.pad(out, number);
        }
        let length = number.len() + 1;
        if self.zero && !self.minus && self.width.is_some_and(|w| w > length) {
            // The sign stands before the zeros.
            out.write([sign])?;
            self.fill(out, self.width.unwrap_or(0) - length)?;
            return out.write(number);
        }
        self.pad(out, [&[sign], number.as_bytes()].concat())
    }
}

const LOWER: &[u8; 16] = b"0123456789abcdef";
const UPPER: &[u8; 16] = b"0123456789ABCDEF";

/// A signed or unsigned integer of any width up to 64 bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Integer {
    pub magnitude: u64,
    pub negative: bool,
}

fn character(n: u64) -> char {
    u32::try_from(n).ok().and_then(char::from_u32).unwrap_or(utf8::RUNE_ERROR)
}

fn zeros_before(digits: String, least: usize, out: &mut Out) -> Result<String, Exhausted> {
    if digits.len() >= least {
        return Ok(digits);
    }
    out.reserve(least)?;
    Ok("0".repeat(least - digits.len()) + &digits)
}

/// `#`: always a decimal point, and the trailing zeros that `%g` drops.
fn sharp_float(number: &str, verb: u8, precision: Option<usize>) -> String {
    let mut missing = match verb {
        b'g' | b'G' | b'x' => precision.map_or(6, |n| n as i64),
        _ => 0,
    };
    let hex = matches!(verb, b'x' | b'X');
    let is_tail = |c: char| matches!(c, 'p' | 'P') || !hex && matches!(c, 'e' | 'E');
    let (head, tail) = number.split_at(number.find(is_tail).unwrap_or(number.len()));
    let mut significant = false;
    for c in head.chars().filter(|c| *c != '.') {
        significant |= c != '0';
        missing -= i64::from(significant);
    }
    let mut out = String::from(head);
    if !head.contains('.') {
        // A lone zero counts as a digit.
        missing -= i64::from(head == "0");
        out.push('.');
    }
    out.extend(std::iter::repeat_n('0', usize::try_from(missing).unwrap_or(0)));
    out + tail
}
