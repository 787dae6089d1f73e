//! Where keys stood when they were last looked up. A template asks for the same name at the same place in every render, in
//! maps of one shape: whoever remembers where the key was found need not look for it. Lives as long as the parsed templates.

use std::cell::Cell;

use bstr::BStr;

use super::tree::position;

/// A guess for each key, told apart by where the key's text lies: in a template, that is one place of it. Two texts may share
/// a guess, and maps may change; a guess is never believed before the entry has been looked at.
pub struct Hints {
    slots: Vec<Cell<u16>>,
}

const SLOTS: usize = 8192;

impl Default for Hints {
    fn default() -> Self {
        Hints { slots: vec![Cell::new(0); SLOTS] }
    }
}

impl Hints {
    /// The entry of a key among sorted ones.
    #[inline]
    fn find<'e, T>(&self, entries: &'e [T], key: &[u8], of: impl Fn(&'e T) -> &'e BStr) -> Option<&'e T> {
        let spread = (key.as_ptr() as usize).wrapping_mul(0x9E37_79B9) >> 12;
        let slot = self.slots.get(spread % SLOTS)?;
        if let Some(guess) = entries.get(usize::from(slot.get()))
            && of(guess) == key
        {
            return Some(guess);
        }
        let at = position(entries, key, of)?;
        slot.set(u16::try_from(at).unwrap_or(0));
        entries.get(at)
    }
}

/// The entry of a key among sorted ones, with or without guesses.
#[inline]
pub(super) fn find<'e, T>(
    hints: Option<&Hints>,
    entries: &'e [T],
    key: &[u8],
    of: impl Fn(&'e T) -> &'e BStr,
) -> Option<&'e T> {
    match hints {
        Some(hints) => hints.find(entries, key, of),
        None => entries.get(position(entries, key, of)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_guess_finds_what_is_there() {
        let hints = Hints::default();
        let text = b"abc";
        let key = |n: usize| &text[n..=n];
        let find = |entries: &[&'static str], key: &[u8]| hints.find(entries, key, |e| BStr::new(*e)).copied();
        assert_eq!(find(&["a", "b", "c"], key(2)), Some("c"));
        // The same text in a map of another shape, and in one that has no such key.
        assert_eq!(find(&["c"], key(2)), Some("c"));
        assert_eq!(find(&["a", "b"], key(2)), None);
        assert_eq!(find(&[], key(2)), None);
    }
}
