//! What the families' generators share, and how differences are told.

use crate::oracle::{Answer, ask_all};
use bstr::ByteSlice;
use fastrand::Rng;

/// One of the given texts.
pub fn pick<'a>(rng: &mut Rng, texts: &[&'a str]) -> &'a str {
    texts[rng.usize(..texts.len())]
}

/// Several of the given texts, one after the other.
pub fn several(rng: &mut Rng, at_most: usize, texts: &[&str]) -> String {
    (0..rng.usize(..=at_most)).map(|_| pick(rng, texts)).collect()
}

/// The text with a byte changed, dropped, doubled or put in, now and then: near-valid is where parsers differ.
pub fn damage(rng: &mut Rng, mut text: Vec<u8>, one_in: usize) -> Vec<u8> {
    while rng.usize(..one_in) == 0 {
        let at = rng.usize(..=text.len());
        let byte = *rng.choice(b"\0\x80\xff\xc3\xe2\xf0 \n.,:;*?[](){}|\\/-+=<>~^$%#@!'\"0189aAxXvzZ").unwrap();
        match rng.u8(..4) {
            0 => text.insert(at, byte),
            1 if at < text.len() => text[at] = byte,
            2 if at < text.len() => {
                text.remove(at);
            }
            _ if at < text.len() => text.insert(at, text[at]),
            _ => text.push(byte),
        }
    }
    text
}

/// Texts of characters that libraries get wrong: several widths, folding orbits, titles, marks, invalid bytes.
pub fn text(rng: &mut Rng, at_most: usize) -> Vec<u8> {
    const PIECES: &[&[u8]] = &[
        b"a",
        b"b",
        b"c",
        b"B",
        b"Z",
        b"0",
        b"9",
        b"_",
        b"-",
        b".",
        b" ",
        b"\t",
        b"\n",
        b"\r\n",
        b"hello",
        b"World",
        b"HTTPServer",
        b"\xc3\xa9",
        b"\xc3\x9f",
        b"\xc4\xb0",
        b"\xc4\xb1",
        b"\xc5\xbf",
        b"\xe2\x84\xaa",
        b"\xe4\xb8\x96",
        b"\xf0\x9f\x98\x80",
        b"\xc7\x85",
        b"\xcf\x82",
        b"\xce\xa3",
        b"e\xcc\x81",
        b"\xef\xbf\xbd",
        b"\xff",
        b"\x80",
        b"\xe2\x82",
        b"\xf0\x9f",
        b"\xc3",
        b"\xc2\xa0",
        b"\xe2\x80\xa8",
        b"<",
        b"&",
        b"'",
        b"\"",
        b"\\",
        b"/",
        b"\0",
        b"\x7f",
        b"\xed\xa0\x80",
        b"\xc2\x85",
    ];
    (0..rng.usize(..=at_most)).flat_map(|_| *rng.choice(PIECES).unwrap()).copied().collect()
}

/// Asks the oracle about every payload and compares with our answers (`Err` is the error's text).
/// Fails with the first differences of `show`n inputs and the count of all.
pub fn compare<T>(
    op: &str,
    cases: &[T],
    payload: impl Fn(&T) -> Vec<u8>,
    ours: impl Fn(&T) -> Answer,
    show: impl Fn(&T) -> String,
) {
    let payloads: Vec<Vec<u8>> = cases.iter().map(payload).collect();
    let answers = ask_all(op, &payloads);
    let mut differences = 0;
    let mut valid = 0;
    for (case, theirs) in cases.iter().zip(answers) {
        valid += usize::from(matches!(theirs, Answer::Ok(_)));
        let ours = ours(case);
        if ours != theirs {
            differences += 1;
            if differences <= 10 {
                eprintln!("{op} {}\n  go:   {}\n  ours: {}", show(case), told(&theirs), told(&ours));
            }
        }
    }
    println!("{op}: {} cases, {valid} of them accepted by Go, {differences} differences", cases.len());
    assert_eq!(differences, 0, "{op}: differences in {} cases", cases.len());
}

fn told(answer: &Answer) -> String {
    match answer {
        Answer::Ok(text) => format!("ok    {:?}", text.as_bstr()),
        Answer::Err(text) => format!("error {:?}", text.as_bstr()),
        Answer::Panic(text) => format!("panic {:?}", text.as_bstr()),
    }
}
