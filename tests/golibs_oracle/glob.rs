//! File patterns against gobwas/glob and path/filepath.

use crate::generate::{compare, damage, pick};
use crate::oracle::{Answer, cases, fields};
use bstr::ByteSlice;
use fastrand::Rng;
use plimsoll::go::glob::{Glob, filepath_match};

const PIECES: &[&str] = &[
    "*", "*", "**", "?", "/", "/", "a", "b", "ab", "conf", ".yaml", "files", "[ab]", "[!a]", "[a-c]", "[!a-c]", "[!/]",
    "[/]", "世", "é", "\\*", "\\", "**/", "/**", "*.", "a*", "[^a]", "-", ".",
];
const WRONG: &[&str] = &[
    "[", "]", "{", "}", ",", "[]", "[!]", "[c-a]", "[a", "[a-", "[a-b", "[a-bc]", "\0", "[\\]]", "[\\-a]", "[-a]",
    "[a-]", "[^", "{}", "{,}", "[[]",
];
const NAMES: &[&str] =
    &["a", "a", "b", "c", "ab", "/", "/", "conf", ".yaml", "files", "世", "é", "*", "-", ".", "aa", "a/b", "{", ","];

fn pattern(rng: &mut Rng, depth: usize) -> String {
    (0..rng.usize(..5))
        .map(|_| match rng.u8(..12) {
            0 | 1 if depth > 0 => {
                let alternatives: Vec<String> = (0..rng.usize(1..4)).map(|_| pattern(rng, depth - 1)).collect();
                format!("{{{}}}", alternatives.join(","))
            }
            2 if rng.u8(..6) == 0 => pick(rng, WRONG).to_owned(),
            _ => pick(rng, PIECES).to_owned(),
        })
        .collect()
}

fn name(rng: &mut Rng) -> Vec<u8> {
    let text: String = (0..rng.usize(..7)).map(|_| pick(rng, NAMES)).collect();
    damage(rng, text.into_bytes(), 15)
}

/// A pattern, and names of which some are made from it.
fn generated(rng: &mut Rng) -> Vec<Vec<u8>> {
    let text = pattern(rng, 2);
    let likely: Vec<u8> = text
        .chars()
        .flat_map(|c| {
            match c {
                '*' | '?' => pick(rng, &["a", "b", "", "ab", "世", "/"]).to_owned(),
                '[' | ']' | '!' | '{' | '}' | '\\' => String::new(),
                ',' => pick(rng, &["", "a"]).to_owned(),
                c => c.to_string(),
            }
            .into_bytes()
        })
        .collect();
    let mut all = vec![damage(rng, text.into_bytes(), 15)];
    all.extend((0..6).map(|_| name(rng)));
    all.extend((0..3).map(|_| damage(rng, likely.clone(), 3)));
    all
}

fn show(case: &[Vec<u8>]) -> String {
    let texts: Vec<String> = case.iter().map(|text| format!("{:?}", text.as_bstr())).collect();
    texts.join(" ")
}

#[test]
fn gobwas() {
    let mut rng = Rng::with_seed(16);
    let cases: Vec<_> = (0..cases(20_000)).map(|_| generated(&mut rng)).collect();
    let ours = |case: &Vec<Vec<u8>>| match Glob::new(&case[0]) {
        Ok(glob) => {
            let mut out = String::new();
            for name in &case[1..] {
                match glob.matches(name) {
                    Ok(matched) => out += &format!("{matched} "),
                    Err(failure) => return Answer::Panic(failure.to_string().into_bytes()),
                }
            }
            Answer::Ok(out.into_bytes())
        }
        Err(e) => Answer::Err(e.into_bytes()),
    };
    compare("glob.gobwas", &cases, |c| fields(c), ours, |c| show(c));
}

#[test]
fn filepath() {
    let mut rng = Rng::with_seed(17);
    let cases: Vec<_> = (0..cases(20_000)).map(|_| generated(&mut rng)).collect();
    let ours = |case: &Vec<Vec<u8>>| {
        let answer = |name: &Vec<u8>| match filepath_match(&case[0], name) {
            Ok(matched) => format!("{matched} <nil>"),
            Err(e) => format!("false {e}"),
        };
        Answer::Ok(case[1..].iter().map(answer).collect::<Vec<_>>().join(",").into_bytes())
    };
    compare("glob.filepath", &cases, |c| fields(c), ours, |c| show(c));
}

#[test]
fn hostile_patterns_end_soon() {
    let start = std::time::Instant::now();
    let stars = |n: usize| "*a".repeat(n);
    let patterns = [
        stars(100),
        stars(10_000),
        "?a".repeat(120),
        "{".repeat(50_000),
        "{a,".repeat(90),
        "**a*".repeat(60),
        "[!a]*".repeat(60),
    ];
    for pattern in patterns {
        if let Ok(glob) = Glob::new(pattern.as_bytes()) {
            let _ = glob.matches("a".repeat(5000).as_bytes());
            let _ = glob.matches(&[b"a".repeat(300), b"b".to_vec()].concat());
        }
    }
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}
