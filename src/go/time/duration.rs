//! `time.Duration`: nanoseconds, and their text.

use super::parse::quote;

/// Nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Duration(pub i64);

const SECOND: i64 = 1_000_000_000;

impl Duration {
    pub const SECOND: Duration = Duration(SECOND);
    pub const MINUTE: Duration = Duration(60 * SECOND);
    pub const HOUR: Duration = Duration(3600 * SECOND);

    /// `time.ParseDuration`; the error is its text (ASCII: other bytes are escaped).
    pub fn parse(text: &[u8]) -> Result<Duration, String> {
        const LIMIT: u64 = 1 << 63;
        let invalid = || format!("time: invalid duration {}", quote(text));
        let (negative, mut rest) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        if rest == b"0" {
            return Ok(Duration(0));
        }
        if rest.is_empty() {
            return Err(invalid());
        }
        let mut total: u64 = 0;
        while !rest.is_empty() {
            let before = rest.len();
            let whole = leading_int(&mut rest).ok_or_else(invalid)?;
            let has_whole = rest.len() != before;
            let mut fraction = (0, 1.0);
            let mut has_fraction = false;
            if let Some(after) = rest.strip_prefix(b".") {
                rest = after;
                fraction = leading_fraction(&mut rest);
                has_fraction = rest.len() != after.len();
            }
            if !has_whole && !has_fraction {
                return Err(invalid());
            }
            let end = rest.iter().position(|b| matches!(b, b'.' | b'0'..=b'9')).unwrap_or(rest.len());
            let (unit, after) = rest.split_at(end);
            rest = after;
            if unit.is_empty() {
                return Err(format!("time: missing unit in duration {}", quote(text)));
            }
            let unit: u64 = match unit {
                b"ns" => 1,
                b"us" | b"\xc2\xb5s" | b"\xce\xbcs" => 1000,
                b"ms" => 1_000_000,
                b"s" => 1_000_000_000,
                b"m" => 60_000_000_000,
                b"h" => 3_600_000_000_000,
                _ => return Err(format!("time: unknown unit {} in duration {}", quote(unit), quote(text))),
            };
            if whole > LIMIT / unit {
                return Err(invalid());
            }
            let mut value = whole * unit;
            let (digits, scale) = fraction;
            if digits > 0 {
                value += (digits as f64 * (unit as f64 / scale)) as u64;
            }
            total = total.checked_add(value).ok_or_else(invalid)?;
            if value > LIMIT || total > LIMIT {
                return Err(invalid());
            }
        }
        match negative {
            true => Ok(Duration((total as i64).wrapping_neg())),
            false => i64::try_from(total).map(Duration).map_err(|_| invalid()),
        }
    }

    /// `Truncate`: towards zero, to a multiple.
    pub fn truncate(self, to: Duration) -> Duration {
        if to.0 <= 0 { self } else { Duration(self.0 - self.0 % to.0) }
    }

    /// `Round`: to the nearest multiple, half away from zero, saturating.
    pub fn round(self, to: Duration) -> Duration {
        if to.0 <= 0 {
            return self;
        }
        let rest = self.0 % to.0;
        let down = Duration(self.0 - rest);
        if rest.unsigned_abs() * 2 < to.0 as u64 {
            return down;
        }
        Duration(if self.0 < 0 { down.0.saturating_sub(to.0) } else { down.0.saturating_add(to.0) })
    }

    /// `Abs`.
    pub fn abs(self) -> Duration {
        Duration(self.0.saturating_abs())
    }

    pub fn nanoseconds(self) -> i64 {
        self.0
    }

    pub fn microseconds(self) -> i64 {
        self.0 / 1000
    }

    pub fn milliseconds(self) -> i64 {
        self.0 / 1_000_000
    }

    /// `Seconds`.
    pub fn seconds(self) -> f64 {
        self.in_units(SECOND)
    }

    /// `Minutes`.
    pub fn minutes(self) -> f64 {
        self.in_units(60 * SECOND)
    }

    /// `Hours`.
    pub fn hours(self) -> f64 {
        self.in_units(3600 * SECOND)
    }

    /// Go divides the whole and the rest apart, which decides the last bit.
    fn in_units(self, unit: i64) -> f64 {
        (self.0 / unit) as f64 + (self.0 % unit) as f64 / unit as f64
    }
}

impl std::fmt::Display for Duration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let nanos = self.0.unsigned_abs();
        let (unit, digits) = match nanos {
            0 => return f.write_str("0s"),
            1..1000 => ("ns", 0),
            1000..1_000_000 => ("µs", 3),
            1_000_000..1_000_000_000 => ("ms", 6),
            _ => {
                let seconds = nanos / 1_000_000_000;
                f.write_str(sign)?;
                if seconds >= 3600 {
                    write!(f, "{}h", seconds / 3600)?;
                }
                if seconds >= 60 {
                    write!(f, "{}m", seconds / 60 % 60)?;
                }
                return write!(f, "{}{}s", seconds % 60, fraction(nanos % 1_000_000_000, 9));
            }
        };
        let scale = 10u64.pow(digits);
        write!(f, "{sign}{}{}{unit}", nanos / scale, fraction(nanos % scale, digits))
    }
}

/// `.25` of 250, without trailing zeros; nothing of zero.
fn fraction(value: u64, digits: u32) -> String {
    match value {
        0 => String::new(),
        _ => format!(".{value:0width$}", width = digits as usize).trim_end_matches('0').to_owned(),
    }
}

/// Takes digits off the front; `None` when they pass 2^63.
pub(super) fn leading_int(rest: &mut &[u8]) -> Option<u64> {
    let mut value: u64 = 0;
    while let [digit @ b'0'..=b'9', after @ ..] = *rest {
        if value > (1 << 63) / 10 {
            return None;
        }
        value = value * 10 + u64::from(digit - b'0');
        if value > 1 << 63 {
            return None;
        }
        *rest = after;
    }
    Some(value)
}

/// Takes digits off the front as a number and its scale; digits that no longer fit are dropped.
fn leading_fraction(rest: &mut &[u8]) -> (u64, f64) {
    let (mut value, mut scale, mut full) = (0u64, 1.0, false);
    while let [digit @ b'0'..=b'9', after @ ..] = *rest {
        *rest = after;
        if full || value > (i64::MAX as u64) / 10 {
            full = true;
            continue;
        }
        let next = value * 10 + u64::from(digit - b'0');
        if next > 1 << 63 {
            full = true;
            continue;
        }
        (value, scale) = (next, scale * 10.0);
    }
    (value, scale)
}
