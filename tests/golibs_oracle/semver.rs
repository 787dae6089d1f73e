//! Versions and constraints against Masterminds/semver.

use crate::generate::{compare, damage, pick, several};
use crate::oracle::{Answer, cases, fields};
use bstr::ByteSlice;
use fastrand::Rng;
use plimsoll::dialect::SemverRelease;
use plimsoll::go::semver::{Constraints, Error, Version};

fn number(rng: &mut Rng) -> String {
    match rng.u8(..100) {
        0 => "00".into(),
        1 => format!("0{}", rng.u8(..10)),
        2 => pick(rng, &["18446744073709551615", "18446744073709551616", "99999999999999999999999"]).into(),
        3..9 => rng.u32(..3000).to_string(),
        _ => rng.u8(..4).to_string(),
    }
}

fn identifiers(rng: &mut Rng) -> String {
    let one = |rng: &mut Rng| match rng.u8(..8) {
        0 => number(rng),
        1 if rng.u8(..4) == 0 => String::new(),
        _ => pick(
            rng,
            &[
                "alpha",
                "beta",
                "rc",
                "rc1",
                "0",
                "1",
                "2",
                "10",
                "01",
                "-",
                "--a",
                "x",
                "X",
                "9223372036854775808",
                "A",
            ],
        )
        .into(),
    };
    let first = one(rng);
    (0..rng.usize(..3)).fold(first, |text, _| format!("{text}.{}", one(rng)))
}

fn version(rng: &mut Rng) -> Vec<u8> {
    let mut text = String::from(if rng.u8(..5) == 0 { "v" } else { "" });
    let parts = if rng.u8(..3) == 0 { rng.usize(..5) } else { 3 };
    text += &(0..parts).map(|_| number(rng)).collect::<Vec<_>>().join(".");
    if rng.u8(..3) == 0 {
        text += &format!("-{}", identifiers(rng));
    }
    if rng.u8(..5) == 0 {
        text += &format!("+{}", identifiers(rng));
    }
    if rng.u16(..500) == 0 {
        text += &"1".repeat(rng.usize(240..260));
    }
    damage(rng, text.into_bytes(), 25)
}

fn pattern(rng: &mut Rng) -> String {
    let part = |rng: &mut Rng| match rng.u8(..6) {
        0 => pick(rng, &["x", "X", "*", "x", "X", "*", "x", "X", "*", "*", "x1", "1|", "|", "xx"]).to_string(),
        _ => number(rng),
    };
    let parts = rng.usize(1..=3);
    let mut text = (0..parts).map(|_| part(rng)).collect::<Vec<_>>().join(".");
    if rng.u8(..4) == 0 {
        text += &format!("-{}", identifiers(rng));
    }
    if rng.u8(..10) == 0 {
        text += "+meta.1";
    }
    if rng.u8(..8) == 0 { format!("v{text}") } else { text }
}

fn constraint(rng: &mut Rng) -> Vec<u8> {
    let space = |rng: &mut Rng| several(rng, 2, &[" ", "", "", "\t"]);
    let mut groups = Vec::new();
    for _ in 0..[1, 1, 1, 2, 3][rng.usize(..5)] {
        let mut group = space(rng);
        for i in 0..[1, 1, 2, 2, 3][rng.usize(..5)] {
            if i > 0 {
                group += pick(rng, &[" ", ", ", ",", " , ", "  ", ", ", " ", " ", ",,", ""]);
            }
            if rng.u8(..6) == 0 {
                group += &format!("{} {}-{}{}", pattern(rng), space(rng), pick(rng, &[" ", "", "  "]), pattern(rng));
            } else {
                let ops = ["", "=", "!=", ">", "<", ">=", "=>", "<=", "=<", "~", "~>", "^"];
                let wrong = rng.u8(..40) == 0;
                group += pick(rng, if wrong { &["==", "<>", "!", "^~"] } else { &ops });
                group += &space(rng);
                group += &pattern(rng);
            }
        }
        group += &space(rng);
        groups.push(group);
    }
    if rng.u16(..300) == 0 {
        groups = vec![groups.remove(0); rng.usize(30..36)];
    }
    let separator = pick(rng, &["||", " || ", "|", "|| "]);
    damage(rng, groups.join(separator).into_bytes(), 25)
}

fn answer(version: Result<Version, Error>) -> Answer {
    match version {
        Ok(v) => {
            let (major, minor, patch) = (v.major(), v.minor(), v.patch());
            let text = format!("{v}|{}|{major}|{minor}|{patch}|{}|{}", v.original(), v.prerelease(), v.metadata());
            Answer::Ok(text.into_bytes())
        }
        Err(e) if e.to_string().contains("overflow") => Answer::Panic(e.to_string().into_bytes()),
        Err(e) => Answer::Err(e.to_string().into_bytes()),
    }
}

#[test]
fn versions() {
    let mut rng = Rng::with_seed(2);
    let cases: Vec<Vec<u8>> = (0..cases(10_000)).map(|_| version(&mut rng)).collect();
    let show = |c: &Vec<u8>| format!("{:?}", c.as_bstr());
    compare("semver.parse", &cases, |c| c.clone(), |c| answer(Version::parse(c, SemverRelease::V3_5)), show);
    compare("semver.strict", &cases, |c| c.clone(), |c| answer(Version::parse_strict(c)), show);
    for part in ["major", "minor", "patch"] {
        let ours = |c: &Vec<u8>| {
            answer(Version::parse(c, SemverRelease::V3_5).and_then(|v| match part {
                "major" => v.inc_major(),
                "minor" => v.inc_minor(),
                _ => v.inc_patch(),
            }))
        };
        compare("semver.inc", &cases[..cases.len() / 4], |c| fields(&[part.as_bytes(), c]), ours, show);
    }
}

#[test]
fn order() {
    let mut rng = Rng::with_seed(3);
    let cases: Vec<_> = (0..cases(10_000)).map(|_| (version(&mut rng), version(&mut rng))).collect();
    let ours = |(a, b): &(Vec<u8>, Vec<u8>)| match Version::parse(a, SemverRelease::V3_5)
        .and_then(|a| Ok((a, Version::parse(b, SemverRelease::V3_5)?)))
    {
        Ok((a, b)) => Answer::Ok((a.compare(&b) as i8).to_string().into_bytes()),
        Err(e) => Answer::Err(e.to_string().into_bytes()),
    };
    let show = |(a, b): &(Vec<u8>, Vec<u8>)| format!("{:?} {:?}", a.as_bstr(), b.as_bstr());
    compare("semver.compare", &cases, |(a, b)| fields(&[a, b]), ours, show);
}

#[test]
fn constraints() {
    let mut rng = Rng::with_seed(4);
    let cases: Vec<_> = (0..cases(20_000)).map(|_| (constraint(&mut rng), version(&mut rng))).collect();
    let ours = |(c, v): &(Vec<u8>, Vec<u8>)| match Constraints::parse(c, SemverRelease::V3_5)
        .and_then(|c| Ok((c, Version::parse(v, SemverRelease::V3_5)?)))
    {
        Ok((c, v)) => {
            let reasons = c.validate(&v);
            let ok = reasons.is_ok();
            let texts: Vec<String> = reasons.err().unwrap_or_default().iter().map(ToString::to_string).collect();
            Answer::Ok(format!("{} {ok} {c}\n{}", c.check(&v), texts.join("\n")).into_bytes())
        }
        Err(e) => Answer::Err(e.to_string().into_bytes()),
    };
    let show = |(c, v): &(Vec<u8>, Vec<u8>)| format!("{:?} {:?}", c.as_bstr(), v.as_bstr());
    compare("semver.constraint", &cases, |(c, v)| fields(&[c, v]), ours, show);
}
