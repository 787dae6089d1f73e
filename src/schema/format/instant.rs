//! Dates, times, durations and periods (RFC 3339).

use super::{Checked, no, quoted};
use crate::go::strconv;
use crate::go::time::{Location, parse};

pub(super) fn date(text: &[u8]) -> Checked {
    parse(b"2006-01-02", text, &Location::utc()).map(|_| ()).map_err(|e| e.to_string())
}

pub(super) fn time(text: &[u8]) -> Checked {
    if text.len() < 9 {
        return no("less than 9 characters long");
    }
    if text[2] != b':' || text[5] != b':' {
        return no("missing colon in correct place");
    }
    let (clock, mut rest) = text.split_at(8);
    let mut numbers = [0; 3];
    for (number, part) in numbers.iter_mut().zip(clock.splitn(3, |b| *b == b':')) {
        *number = strconv::atoi(part).map_err(|_| "invalid hour/min/sec".to_string())?;
        if *number < 0 {
            return no("non-positive hour/min/sec");
        }
    }
    let [mut hour, mut minute, second] = numbers;
    if hour > 23 || minute > 59 || second > 60 {
        return no("hour/min/sec out of range");
    }
    if let Some(fraction) = rest.strip_prefix(b".") {
        let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
        if digits == 0 {
            return no("no digits in second fraction");
        }
        rest = &fraction[digits..];
    }
    if !matches!(rest, b"z" | b"Z") {
        let west = offset(rest)?;
        let mut of_day = hour * 60 + minute + west;
        if of_day < 0 {
            of_day += 24 * 60;
        }
        (hour, minute) = (of_day / 60, of_day % 60);
    }
    if second >= 60 && (hour != 23 || minute != 59) {
        return no("invalid leap second");
    }
    Ok(())
}

/// `+hh:mm` as minutes to add for UTC.
fn offset(text: &[u8]) -> Result<i64, String> {
    let wrong = |words: &str| Err(words.to_string());
    if text.len() != 6 {
        return wrong("offset must be 6 characters long");
    }
    let sign = match text[0] {
        b'+' => -1,
        b'-' => 1,
        _ => return wrong("offset must begin with plus/minus"),
    };
    if text[3] != b':' {
        return wrong("missing colon in offset in correct place");
    }
    let mut numbers = [0; 2];
    for (number, part) in numbers.iter_mut().zip(text[1..].splitn(2, |b| *b == b':')) {
        *number = strconv::atoi(part).map_err(|_| "invalid hour/min in offset".to_string())?;
        if *number < 0 {
            return wrong("non-positive hour/min in offset");
        }
    }
    let [hours, minutes] = numbers;
    if hours > 23 || minutes > 59 {
        return wrong("hour/min in offset out of range");
    }
    Ok(sign * (hours * 60 + minutes))
}

pub(super) fn date_time(text: &[u8]) -> Checked {
    if text.len() < 20 {
        return no("less than 20 characters long");
    }
    if !matches!(text[10], b't' | b'T') {
        return no("11th character must be t or T");
    }
    date(&text[..10]).map_err(|e| format!("invalid date element: {e}"))?;
    time(&text[11..]).map_err(|e| format!("invalid time element: {e}"))
}

pub(super) fn duration(text: &[u8]) -> Checked {
    let Some(text) = text.strip_prefix(b"P") else { return no("must start with P") };
    if text.is_empty() {
        return no("nothing after P");
    }
    if let Some(weeks) = text.strip_suffix(b"W") {
        if weeks.is_empty() {
            return no("no number in week");
        }
        return if weeks.iter().all(u8::is_ascii_digit) { Ok(()) } else { no("invalid week") };
    }
    const UNITS: [&[u8]; 2] = [b"YMD", b"HMS"];
    for (i, mut part) in text.split(|b| *b == b'T').enumerate() {
        if i != 0 && part.is_empty() {
            return no("no time elements");
        }
        let Some(all) = UNITS.get(i) else { return no("more than one T") };
        let mut units = *all;
        while !part.is_empty() {
            let digits = part.iter().take_while(|b| b.is_ascii_digit()).count();
            if digits == 0 {
                return no("missing number");
            }
            let Some((unit, rest)) = part[digits..].split_first() else { return no("missing unit") };
            let shown = || quoted(char::from(*unit));
            match units.iter().position(|u| u == unit) {
                Some(at) => units = &units[at + 1..],
                None if all.contains(unit) => return Err(format!("unit {} out of order", shown())),
                None => return Err(format!("invalid unit {}", shown())),
            }
            part = rest;
        }
    }
    Ok(())
}

pub(super) fn period(text: &[u8]) -> Checked {
    let Some(slash) = text.iter().position(|b| *b == b'/') else { return no("missing slash") };
    let (start, end) = (&text[..slash], &text[slash + 1..]);
    let (start_is, end_is) = (start.starts_with(b"P"), end.starts_with(b"P"));
    if start_is {
        duration(start).map_err(|e| format!("invalid start duration: {e}"))?;
    } else {
        date_time(start).map_err(|e| format!("invalid start date-time: {e}"))?;
    }
    if !start_is && end_is {
        duration(end).map_err(|e| format!("invalid end duration: {e}"))
    } else {
        date_time(end).map_err(|e| format!("invalid end date-time: {e}"))
    }
}
