//! A time read by a layout, with Go's errors. Source: format.go `parse`.

use super::calendar::{Date, MONTHS, WEEKDAYS, days_before, days_in, is_leap};
use super::duration::leading_int;
use super::format::{Element, Fraction, ZoneStyle, next_element};
use super::{Location, Time};

/// `*time.ParseError`; its text is ASCII, because it quotes what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError(String);

impl std::fmt::Display for ParseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ParseError {}

/// `time.Parse`: without a zone the time is in UTC; a zone that is `local`'s becomes `local`.
pub fn parse(layout: &[u8], text: &[u8], local: &Location) -> Result<Time, ParseError> {
    read(layout, text, &Location::utc(), local)
}

/// `time.ParseInLocation`.
pub fn parse_in_location(layout: &[u8], text: &[u8], location: &Location) -> Result<Time, ParseError> {
    read(layout, text, location, location)
}

/// Why a field was refused.
enum Wrong {
    /// "cannot parse"
    Bad,
    /// The named field is out of range.
    Range(&'static str),
}

type Field<T> = Result<T, Wrong>;

#[derive(Default)]
struct Fields {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    year_day: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanos: i64,
    pm: bool,
    am: bool,
    utc: bool,
    /// Go keeps -1 for none, so an offset of -1 s is none too.
    offset: Option<i64>,
    zone_name: Vec<u8>,
}

fn read(layout: &[u8], text: &[u8], default: &Location, local: &Location) -> Result<Time, ParseError> {
    let cannot = |value: &[u8], element: &[u8]| {
        let (text, layout, value, element) = (quote(text), quote(layout), quote(value), quote(element));
        ParseError(format!("parsing time {text} as {layout}: cannot parse {value} as {element}"))
    };
    let refused = |message: &str| ParseError(format!("parsing time {}: {message}", quote(text)));

    let mut fields = Fields::default();
    let (mut rest_layout, mut value) = (layout, text);
    loop {
        let found = next_element(rest_layout);
        let prefix = found.map_or(rest_layout, |(prefix, ..)| prefix);
        skip(&mut value, prefix).map_err(|_| cannot(value, prefix))?;
        let Some((_, element, after)) = found else { break };
        let shown = &rest_layout[prefix.len()..rest_layout.len() - after.len()];
        rest_layout = after;
        let before = value;
        fields.read(element, after, &mut value).map_err(|wrong| match wrong {
            Wrong::Bad => cannot(before, shown),
            Wrong::Range(field) => refused(&format!("{field} out of range")),
        })?;
    }
    if !value.is_empty() {
        return Err(refused(&format!("extra text: {}", quote(value))));
    }
    let (month, day) = fields.month_and_day().map_err(refused)?;
    Ok(fields.time(month, day, default, local))
}

impl Fields {
    /// Takes one field off the front of the value; `after` is the layout that follows.
    fn read(&mut self, element: Element, after: &[u8], value: &mut &[u8]) -> Field<()> {
        match element {
            Element::Year => {
                let year = atoi(take(value, 2)?)?;
                self.year = year + if year >= 69 { 1900 } else { 2000 };
            }
            Element::LongYear => {
                if !value.first().is_some_and(u8::is_ascii_digit) {
                    return Err(Wrong::Bad);
                }
                self.year = atoi(take(value, 4)?)?;
            }
            Element::Month => self.month = Some(lookup(MONTHS.map(|name| &name[..3]), value)?),
            Element::LongMonth => self.month = Some(lookup(MONTHS, value)?),
            Element::NumMonth | Element::ZeroMonth => {
                let month = number(value, element == Element::ZeroMonth)?;
                self.month = Some(in_range(month, 1..=12, "month")?);
            }
            Element::WeekDay => _ = lookup(WEEKDAYS.map(|name| &name[..3]), value)?,
            Element::LongWeekDay => _ = lookup(WEEKDAYS, value)?,
            Element::Day | Element::UnderDay | Element::ZeroDay => {
                if element == Element::UnderDay {
                    *value = value.strip_prefix(b" ").unwrap_or(value);
                }
                self.day = Some(number(value, element == Element::ZeroDay)?);
            }
            Element::UnderYearDay | Element::ZeroYearDay => {
                for _ in 0..if element == Element::UnderYearDay { 2 } else { 0 } {
                    *value = value.strip_prefix(b" ").unwrap_or(value);
                }
                self.year_day = Some(number3(value, element == Element::ZeroYearDay)?);
            }
            Element::Hour => self.hour = in_range(number(value, false)?, 0..=23, "hour")?,
            Element::Hour12 | Element::ZeroHour12 => {
                self.hour = in_range(number(value, element == Element::ZeroHour12)?, 0..=12, "hour")?;
            }
            Element::Minute | Element::ZeroMinute => {
                self.minute = in_range(number(value, element == Element::ZeroMinute)?, 0..=59, "minute")?;
            }
            Element::Second | Element::ZeroSecond => {
                self.second = in_range(number(value, element == Element::ZeroSecond)?, 0..=59, "second")?;
                // A fraction may follow the seconds although the layout has none.
                let in_layout = matches!(next_element(after), Some((_, Element::Fraction(_), _)));
                if !in_layout && let [b'.' | b',', b'0'..=b'9', ..] = value {
                    self.take_fraction(value)?;
                }
            }
            Element::UpperPm | Element::LowerPm => match (element, take(value, 2)?) {
                (Element::UpperPm, b"PM") | (Element::LowerPm, b"pm") => self.pm = true,
                (Element::UpperPm, b"AM") | (Element::LowerPm, b"am") => self.am = true,
                _ => return Err(Wrong::Bad),
            },
            Element::Zone(style) if style.iso && value.starts_with(b"Z") => {
                *value = &value[1..];
                self.utc = true;
            }
            Element::Zone(style) => self.offset = Some(zone_offset(value, style)?),
            Element::ZoneName => {
                if let Some(after) = value.strip_prefix(b"UTC") {
                    *value = after;
                    self.utc = true;
                } else {
                    let length = zone_name_length(value).ok_or(Wrong::Bad)?;
                    self.zone_name = take(value, length)?.to_vec();
                }
            }
            Element::Fraction(Fraction { digits, trim: false, .. }) => {
                self.nanos = nanoseconds(take(value, 1 + digits)?)?;
            }
            Element::Fraction(_) => {
                if let [b'.' | b',', b'0'..=b'9', ..] = value {
                    self.take_fraction(value)?;
                }
            }
        }
        Ok(())
    }

    /// Takes a separator and all digits after it.
    fn take_fraction(&mut self, value: &mut &[u8]) -> Field<()> {
        let digits = value[1..].iter().take_while(|b| b.is_ascii_digit()).count();
        self.nanos = nanoseconds(take(value, 1 + digits)?)?;
        Ok(())
    }

    /// Month and day, from the day of the year when there is one.
    fn month_and_day(&self) -> Result<(i64, i64), &'static str> {
        let (mut month, mut day) = (self.month.unwrap_or(1), self.day.unwrap_or(1));
        if let Some(mut year_day) = self.year_day {
            let leap_day = is_leap(self.year) && year_day == 31 + 29;
            if is_leap(self.year) && year_day > 31 + 29 {
                year_day -= 1;
            }
            if !(1..=365).contains(&year_day) {
                return Err("day-of-year out of range");
            }
            let found = (1..=12).rev().find(|&month| days_before(month) < year_day).unwrap_or(1);
            let (m, d) = if leap_day { (2, 29) } else { (found, year_day - days_before(found)) };
            if self.month.is_some_and(|month| month != m) {
                return Err("day-of-year does not match month");
            }
            if self.day.is_some_and(|day| day != d) {
                return Err("day-of-year does not match day");
            }
            (month, day) = (m, d);
        }
        if day < 1 || day > days_in(month, self.year) {
            return Err("day out of range");
        }
        Ok((month, day))
    }

    fn time(self, month: i64, day: i64, default: &Location, local: &Location) -> Time {
        let hour = match self.hour {
            hour if self.pm && hour < 12 => hour + 12,
            12 if self.am && !self.pm => 0,
            hour => hour,
        };
        let at = |location: Location| {
            let date = Date { year: self.year, month: month as u32, day: day as u32 };
            Time::date_in(date, hour, self.minute, self.second, self.nanos, location)
        };
        if self.utc {
            return at(Location::utc());
        }
        if let Some(offset) = self.offset.filter(|&offset| offset != -1) {
            let time = at(Location::utc());
            let unix = time.unix_seconds() - offset;
            let there = local.lookup(unix);
            let is_local = there.offset == offset && (self.zone_name.is_empty() || there.name == self.zone_name);
            let location = if is_local { local.clone() } else { Location::fixed(&self.zone_name, offset) };
            return Time::unix(unix, i64::from(time.nanosecond()), location);
        }
        if self.zone_name.is_empty() {
            return at(default.clone());
        }
        let time = at(Location::utc());
        if let Some(offset) = local.lookup_name(&self.zone_name, time.unix_seconds()) {
            let unix = time.unix_seconds() - offset;
            return Time::unix(unix, i64::from(time.nanosecond()), local.clone());
        }
        // A name that is not known here has no offset, but "GMT+3" tells its own. The instant stays.
        let hours = self.zone_name.strip_prefix(b"GMT").and_then(|hours| atoi(hours).ok()).unwrap_or(0);
        time.in_location(Location::fixed(&self.zone_name, hours * 3600))
    }
}

/// Takes the layout's text off the value; runs of spaces match each other. The value has moved to what differs.
fn skip(value: &mut &[u8], mut prefix: &[u8]) -> Field<()> {
    while let Some(&first) = prefix.first() {
        if first == b' ' {
            if value.first().is_some_and(|&b| b != b' ') {
                return Err(Wrong::Bad);
            }
            prefix = trim_spaces(prefix);
            *value = trim_spaces(value);
        } else {
            *value = value.strip_prefix(&[first]).ok_or(Wrong::Bad)?;
            prefix = &prefix[1..];
        }
    }
    Ok(())
}

fn trim_spaces(text: &[u8]) -> &[u8] {
    &text[text.iter().take_while(|&&b| b == b' ').count()..]
}

fn take<'v>(value: &mut &'v [u8], n: usize) -> Field<&'v [u8]> {
    let (head, tail) = value.split_at_checked(n).ok_or(Wrong::Bad)?;
    *value = tail;
    Ok(head)
}

/// The place (from 1) in a table of the name that the value begins with, in any case.
fn lookup<const N: usize>(table: [&str; N], value: &mut &[u8]) -> Field<i64> {
    let begins = |name: &&str| value.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name.as_bytes()));
    let at = table.iter().position(begins).ok_or(Wrong::Bad)?;
    *value = &value[table[at].len()..];
    Ok(at as i64 + 1)
}

fn in_range(value: i64, range: std::ops::RangeInclusive<i64>, field: &'static str) -> Field<i64> {
    if range.contains(&value) { Ok(value) } else { Err(Wrong::Range(field)) }
}

/// One or two digits; two when `fixed`.
fn number(value: &mut &[u8], fixed: bool) -> Field<i64> {
    let digits = value.iter().take(2).take_while(|b| b.is_ascii_digit()).count();
    if digits == 0 || (fixed && digits != 2) {
        return Err(Wrong::Bad);
    }
    atoi(take(value, digits)?)
}

/// One to three digits; three when `fixed`.
fn number3(value: &mut &[u8], fixed: bool) -> Field<i64> {
    let digits = value.iter().take(3).take_while(|b| b.is_ascii_digit()).count();
    if digits == 0 || (fixed && digits != 3) {
        return Err(Wrong::Bad);
    }
    atoi(take(value, digits)?)
}

/// A whole number, with or without a sign. Of nothing it is zero.
fn atoi(text: &[u8]) -> Field<i64> {
    let (negative, mut rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let value = leading_int(&mut rest).filter(|_| rest.is_empty()).ok_or(Wrong::Bad)? as i64;
    Ok(if negative { value.wrapping_neg() } else { value })
}

/// A separator and digits, of which nine count.
fn nanoseconds(text: &[u8]) -> Field<i64> {
    let [b'.' | b',', digits @ ..] = text else { return Err(Wrong::Bad) };
    let digits = &digits[..digits.len().min(9)];
    let value = atoi(digits)?;
    if value < 0 {
        return Err(Wrong::Range("fractional second"));
    }
    Ok(value * 10i64.pow(9 - digits.len() as u32))
}

fn zone_offset(value: &mut &[u8], style: ZoneStyle) -> Field<i64> {
    let ZoneStyle { colons, minutes, seconds, .. } = style;
    let pair = |has: bool| if has { 2 + usize::from(colons) } else { 0 };
    let text = take(value, 3 + pair(minutes) + pair(seconds))?;
    let mut rest = &text[1..];
    let mut two = |has: bool, colon: bool| -> Field<&[u8]> {
        if !has {
            return Ok(b"00");
        }
        if colon && take(&mut rest, 1)? != b":" {
            return Err(Wrong::Bad);
        }
        take(&mut rest, 2)
    };
    let parts = [two(true, false)?, two(minutes, colons)?, two(seconds, colons)?];
    // Fields after one that is malformed are not looked at; those before it are still held to their range.
    let mut numbers = [0; 3];
    let mut wrong = false;
    for (number_of, mut part) in numbers.iter_mut().zip(parts) {
        match number(&mut part, true) {
            Ok(n) => *number_of = n,
            Err(_) => {
                wrong = true;
                break;
            }
        }
    }
    let [hour, minute, second] = numbers;
    // The last one out of range is the one that is told. People do write 24 hours or 60 minutes.
    in_range(second, 0..=60, "time zone offset second")?;
    in_range(minute, 0..=60, "time zone offset minute")?;
    in_range(hour, 0..=24, "time zone offset hour")?;
    let offset = (hour * 60 + minute) * 60 + second;
    match text[0] {
        _ if wrong => Err(Wrong::Bad),
        b'+' => Ok(offset),
        b'-' => Ok(-offset),
        _ => Err(Wrong::Bad),
    }
}

/// The length of what looks like an abbreviation of a zone.
fn zone_name_length(value: &[u8]) -> Option<usize> {
    if value.len() < 3 {
        return None;
    }
    if value.starts_with(b"ChST") || value.starts_with(b"MeST") {
        return Some(4);
    }
    if let Some(rest) = value.strip_prefix(b"GMT") {
        return Some(3 + signed_offset_length(rest));
    }
    if matches!(value[0], b'+' | b'-') {
        return Some(signed_offset_length(value)).filter(|&length| length > 0);
    }
    match value.iter().take(6).take_while(|b| b.is_ascii_uppercase()).count() {
        5 if value[4] == b'T' => Some(5),
        4 if value[3] == b'T' || value.starts_with(b"WITA") => Some(4),
        3 => Some(3),
        _ => None,
    }
}

/// The length of `+03` or the like, up to 23; zero when it is none.
fn signed_offset_length(value: &[u8]) -> usize {
    let [b'+' | b'-', digits @ ..] = value else { return 0 };
    let mut rest = digits;
    match leading_int(&mut rest) {
        Some(hours) if hours <= 23 && rest.len() != digits.len() => value.len() - rest.len(),
        _ => 0,
    }
}

/// Package time's own quoting: bytes outside ASCII and control characters as `\x`.
pub(super) fn quote(text: &[u8]) -> String {
    let mut out = String::from("\"");
    for &byte in text {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            b' '..=0x7f => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push('"');
    out
}
