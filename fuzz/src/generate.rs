//! Inputs for the stable runner: pieces of the language strung together, then spoilt a little.

use fastrand::Rng;

/// One input. The same state of the generator gives the same input.
pub fn input(rng: &mut Rng, pieces: &[&str]) -> Vec<u8> {
    let mut text = Vec::new();
    for _ in 0..rng.usize(1..24) {
        let piece = pieces[rng.usize(..pieces.len())].as_bytes();
        let times = if rng.u8(..40) == 0 { rng.usize(1..400) } else { 1 };
        for _ in 0..times {
            text.extend_from_slice(piece);
        }
    }
    for _ in 0..rng.usize(..4) {
        spoil(rng, &mut text);
    }
    text
}

/// Bytes that mean something somewhere.
const SPOILERS: &[u8] = b"\0\n\t \"'\\{}[]:#-\xFF\xC3";

fn spoil(rng: &mut Rng, text: &mut Vec<u8>) {
    if text.is_empty() {
        return;
    }
    let at = rng.usize(..text.len());
    let to = rng.usize(at..=text.len().min(at + 16));
    match rng.u8(..7) {
        0 => text[at] = rng.u8(..),
        1 => text[at] ^= 1 << rng.u8(..8),
        2 => drop(text.drain(at..to)),
        3 => text.truncate(at),
        4 => text.insert(at, SPOILERS[rng.usize(..SPOILERS.len())]),
        5 => {
            let part = text[at..to].to_vec();
            text.splice(at..at, part);
        }
        _ => text.swap(at, to.saturating_sub(1).max(at)),
    }
}
