//! The order of keys: goyaml's natural order, where digits compare as numbers (`sorter.go`, `keyList.Less`).

use super::Flavour;
use crate::go::{sort, unicode, utf8};

/// Sorts entries by their keys. Where goyaml's order has circles (`a1b`, `a2`, `a10`) Go's own result depends on the order in
/// which its map gave the keys; ours is what `sort.Sort` makes of the entries as they come.
pub fn sort_keys<T>(entries: &mut [T], flavour: Flavour, key: impl Fn(&T) -> &[u8]) {
    if !in_order(entries, flavour, &key) {
        sort::sort(entries, |a, b| before(key(a), key(b), flavour));
    }
}

/// Whether [`sort_keys`] would leave the entries as they are; it may say no where that is so.
pub fn in_order<T>(entries: &[T], flavour: Flavour, key: impl Fn(&T) -> &[u8]) -> bool {
    // Without digits the order is total, and sorted neighbours are enough.
    let no_digits = entries.iter().all(|entry| key(entry).iter().all(|byte| byte.is_ascii() && !byte.is_ascii_digit()));
    no_digits && entries.is_sorted_by(|a, b| before(key(a), key(b), flavour))
}

/// Whether goyaml puts one key before another.
pub fn before(a: &[u8], b: &[u8], flavour: Flavour) -> bool {
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    match (a.get(same), b.get(same)) {
        (None, None) => false,
        (Some(x), Some(y)) if x.is_ascii_alphabetic() && y.is_ascii_alphabetic() => x < y,
        _ => runes_before(&utf8::chars(a), &utf8::chars(b), flavour),
    }
}

fn runes_before(a: &[char], b: &[char], flavour: Flavour) -> bool {
    let Some(at) = a.iter().zip(b).position(|(a, b)| a != b) else { return a.len() < b.len() };
    let (x, y) = (a[at], b[at]);
    let (x_letter, y_letter) = (unicode::is_letter(x), unicode::is_letter(y));
    if x_letter && y_letter {
        return x < y;
    }
    if x_letter || y_letter {
        // v3 puts the number that ends first before the one that goes on, letters or not.
        let after_digit = at > 0 && unicode::is_digit(a[at - 1]);
        return if flavour == Flavour::V3 && after_digit { x_letter } else { y_letter };
    }
    // A zero after other digits of the same number counts.
    let mut lead = 0i64;
    if x == '0' || y == '0' {
        let digits = a[..at].iter().rev().take_while(|&&rune| unicode::is_digit(rune));
        lead = i64::from(digits.into_iter().any(|&rune| rune != '0'));
    }
    let (x_number, x_end) = number(a, at, lead);
    let (y_number, y_end) = number(b, at, lead);
    if x_number != y_number {
        return x_number < y_number;
    }
    if x_end != y_end {
        return x_end < y_end;
    }
    x < y
}

/// Reads digits as Go does, overflow included, and digits of other scripts by their distance from `0`.
fn number(text: &[char], from: usize, lead: i64) -> (i64, usize) {
    let (mut number, mut at) = (lead, from);
    while let Some(&rune) = text.get(at).filter(|&&rune| unicode::is_digit(rune)) {
        let digit = i64::from(rune as u32) - i64::from(b'0');
        number = number.wrapping_mul(10).wrapping_add(digit);
        at += 1;
    }
    (number, at)
}
