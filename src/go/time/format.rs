//! Layouts: their elements, and a time written by one. Source: format.go.

use super::Time;
use super::calendar::{MONTHS, WEEKDAYS};

/// What stands for one field in a layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    LongMonth,
    Month,
    NumMonth,
    ZeroMonth,
    LongWeekDay,
    WeekDay,
    Day,
    UnderDay,
    ZeroDay,
    UnderYearDay,
    ZeroYearDay,
    Hour,
    Hour12,
    ZeroHour12,
    Minute,
    ZeroMinute,
    Second,
    ZeroSecond,
    LongYear,
    Year,
    UpperPm,
    LowerPm,
    /// An abbreviation.
    ZoneName,
    Zone(ZoneStyle),
    /// `.000`: so many digits.
    Fraction(Fraction),
}

/// A numeric zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ZoneStyle {
    /// `Z07`: UTC is "Z".
    pub(super) iso: bool,
    pub(super) colons: bool,
    pub(super) minutes: bool,
    pub(super) seconds: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fraction {
    pub(super) digits: usize,
    separator: u8,
    /// `.999`: trailing zeros are left out.
    pub(super) trim: bool,
}

/// The first element of a layout, with the text before and after it.
pub(super) fn next_element(layout: &[u8]) -> Option<(&[u8], Element, &[u8])> {
    (0..layout.len()).find_map(|at| {
        // "_2006" is an underscore and a year.
        let at = if layout[at..].starts_with(b"_2006") { at + 1 } else { at };
        let (element, length) = element(&layout[at..])?;
        Some((&layout[..at], element, &layout[at + length..]))
    })
}

/// The element that the text begins with, and its length.
fn element(text: &[u8]) -> Option<(Element, usize)> {
    use Element::*;
    let lower_follows = |at: usize| text.get(at).is_some_and(u8::is_ascii_lowercase);
    Some(match text {
        [b'J', b'a', b'n', b'u', b'a', b'r', b'y', ..] => (LongMonth, 7),
        [b'J', b'a', b'n', ..] if !lower_follows(3) => (Month, 3),
        [b'M', b'o', b'n', b'd', b'a', b'y', ..] => (LongWeekDay, 6),
        [b'M', b'o', b'n', ..] if !lower_follows(3) => (WeekDay, 3),
        [b'M', b'S', b'T', ..] => (ZoneName, 3),
        [b'0', b'1', ..] => (ZeroMonth, 2),
        [b'0', b'2', ..] => (ZeroDay, 2),
        [b'0', b'3', ..] => (ZeroHour12, 2),
        [b'0', b'4', ..] => (ZeroMinute, 2),
        [b'0', b'5', ..] => (ZeroSecond, 2),
        [b'0', b'6', ..] => (Year, 2),
        [b'0', b'0', b'2', ..] => (ZeroYearDay, 3),
        [b'1', b'5', ..] => (Hour, 2),
        [b'1', ..] => (NumMonth, 1),
        [b'2', b'0', b'0', b'6', ..] => (LongYear, 4),
        [b'2', ..] => (Day, 1),
        [b'_', b'2', ..] => (UnderDay, 2),
        [b'_', b'_', b'2', ..] => (UnderYearDay, 3),
        [b'3', ..] => (Hour12, 1),
        [b'4', ..] => (Minute, 1),
        [b'5', ..] => (Second, 1),
        [b'P', b'M', ..] => (UpperPm, 2),
        [b'p', b'm', ..] => (LowerPm, 2),
        [first @ (b'-' | b'Z'), ..] => return zone_style(&text[1..], *first == b'Z'),
        [separator @ (b'.' | b','), digit @ (b'0' | b'9'), ..] => {
            let digits = text[1..].iter().take_while(|b| *b == digit).count();
            // Only a run of one digit is a fraction.
            if text.get(1 + digits).is_some_and(u8::is_ascii_digit) {
                return None;
            }
            // Go keeps twelve bits of the count.
            let fraction =
                super::format::Fraction { digits: digits & 0xfff, separator: *separator, trim: *digit == b'9' };
            (Fraction(fraction), 1 + digits)
        }
        _ => return None,
    })
}

fn zone_style(text: &[u8], iso: bool) -> Option<(Element, usize)> {
    let styles: [(&[u8], bool, bool, bool); 5] = [
        (b"070000", false, true, true),
        (b"07:00:00", true, true, true),
        (b"0700", false, true, false),
        (b"07:00", true, true, false),
        (b"07", false, false, false),
    ];
    let (text, colons, minutes, seconds) = styles.into_iter().find(|(style, ..)| text.starts_with(style))?;
    Some((Element::Zone(ZoneStyle { iso, colons, minutes, seconds }), 1 + text.len()))
}

impl Time {
    /// `Format`.
    pub fn format(&self, layout: &[u8]) -> Vec<u8> {
        let date = self.date();
        let (hour, minute, second) = self.clock();
        let hour12 = if hour % 12 == 0 { 12 } else { hour % 12 };
        let (zone_name, offset) = self.zone();
        let mut out = Vec::with_capacity(layout.len() + 10);
        let mut rest = layout;
        while let Some((before, element, after)) = next_element(rest) {
            out.extend_from_slice(before);
            rest = after;
            let text = match element {
                Element::LongMonth => MONTHS[date.month as usize - 1].to_owned(),
                Element::Month => MONTHS[date.month as usize - 1][..3].to_owned(),
                Element::NumMonth => date.month.to_string(),
                Element::ZeroMonth => format!("{:02}", date.month),
                Element::LongWeekDay => WEEKDAYS[usize::from(self.weekday().0)].to_owned(),
                Element::WeekDay => WEEKDAYS[usize::from(self.weekday().0)][..3].to_owned(),
                Element::Day => date.day.to_string(),
                Element::UnderDay => format!("{:2}", date.day),
                Element::ZeroDay => format!("{:02}", date.day),
                Element::UnderYearDay => format!("{:3}", self.year_day()),
                Element::ZeroYearDay => format!("{:03}", self.year_day()),
                Element::Hour => format!("{hour:02}"),
                Element::Hour12 => hour12.to_string(),
                Element::ZeroHour12 => format!("{hour12:02}"),
                Element::Minute => minute.to_string(),
                Element::ZeroMinute => format!("{minute:02}"),
                Element::Second => second.to_string(),
                Element::ZeroSecond => format!("{second:02}"),
                // Digits are padded apart from the sign.
                Element::LongYear if date.year < 0 => format!("-{:04}", date.year.unsigned_abs()),
                Element::LongYear => format!("{:04}", date.year),
                Element::Year => format!("{:02}", date.year.unsigned_abs() % 100),
                Element::UpperPm => if hour >= 12 { "PM" } else { "AM" }.to_owned(),
                Element::LowerPm => if hour >= 12 { "pm" } else { "am" }.to_owned(),
                Element::ZoneName if !zone_name.is_empty() => {
                    out.extend_from_slice(&zone_name);
                    continue;
                }
                Element::ZoneName => {
                    zone(offset, ZoneStyle { iso: false, colons: false, minutes: true, seconds: false })
                }
                Element::Zone(style) if style.iso && offset == 0 => "Z".to_owned(),
                Element::Zone(style) => zone(offset, style),
                Element::Fraction(fraction) => decimals(self.nanosecond(), fraction),
            };
            out.extend_from_slice(text.as_bytes());
        }
        out.extend_from_slice(rest);
        out
    }
}

/// `String`: what a template prints of a time.
impl std::fmt::Display for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = self.format(b"2006-01-02 15:04:05.999999999 -0700 MST");
        f.write_str(&String::from_utf8_lossy(&text))?;
        let Some(monotonic) = self.monotonic else { return Ok(()) };
        let sign = if monotonic < 0 { '-' } else { '+' };
        let nanos = monotonic.unsigned_abs();
        write!(f, " m={sign}{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000)
    }
}

fn zone(offset: i64, style: ZoneStyle) -> String {
    // The sign is that of whole minutes.
    let minutes = offset / 60;
    let (sign, absolute) = if minutes < 0 { ('-', -offset) } else { ('+', offset) };
    let colon = if style.colons { ":" } else { "" };
    let mut text = format!("{sign}{:02}", minutes.abs() / 60);
    if style.minutes {
        text += &format!("{colon}{:02}", minutes.abs() % 60);
    }
    if style.seconds {
        // Under a minute west of UTC the rest stays negative.
        let rest = absolute % 60;
        text += &if rest < 0 { format!("{colon}-{:02}", -rest) } else { format!("{colon}{rest:02}") };
    }
    text
}

fn decimals(nanos: u32, fraction: Fraction) -> String {
    let Fraction { digits, separator, trim } = fraction;
    if trim && (digits == 0 || nanos == 0) {
        return String::new();
    }
    let mut text = format!("{}{nanos:09}", char::from(separator));
    text.truncate(1 + digits.min(9));
    if trim {
        text.truncate(text.trim_end_matches('0').len());
        if text.len() == 1 {
            text.clear();
        }
    }
    text
}
