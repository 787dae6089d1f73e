//! Every code point, against package unicode; quoting of generated text.

use crate::generate;
use crate::oracle::{Answer, ask, cases};
use bstr::ByteSlice;
use plimsoll::go::{strconv, unicode};

/// A function of `unicode` under its name in Go.
type Named<T> = (&'static str, fn(char) -> T);

fn answered(op: &str, name: &str) -> Vec<u8> {
    match ask(op, name.as_bytes()) {
        Answer::Ok(bytes) => bytes,
        other => panic!("{op} {name}: {other:?}"),
    }
}

/// Code points that are characters, with the oracle's answer of `width` bytes for each.
fn every(answer: &[u8], width: usize) -> impl Iterator<Item = (char, &[u8])> {
    answer.chunks(width).enumerate().filter_map(|(i, bytes)| Some((char::from_u32(i as u32)?, bytes)))
}

#[test]
fn predicates() {
    let ours: &[Named<bool>] = &[
        ("print", unicode::is_print),
        ("strconv.print", unicode::is_print),
        ("letter", unicode::is_letter),
        ("number", unicode::is_number),
        ("digit", unicode::is_digit),
        ("upper", unicode::is_upper),
        ("lower", unicode::is_lower),
        ("title", unicode::is_title),
        ("punct", unicode::is_punct),
        ("symbol", unicode::is_symbol),
        ("space", unicode::is_space),
    ];
    for (name, predicate) in ours {
        let wrong: Vec<char> = every(&answered("unicode.is", name), 1)
            .filter(|(c, bytes)| predicate(*c) != (bytes[0] == 1))
            .map(|(c, _)| c)
            .collect();
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
    }
}

#[test]
fn mappings() {
    let ours: &[Named<char>] =
        &[("upper", unicode::to_upper), ("lower", unicode::to_lower), ("title", unicode::to_title)];
    for (name, mapping) in ours {
        let wrong: Vec<char> = every(&answered("unicode.to", name), 4)
            .filter(|(c, bytes)| u32::from(mapping(*c)).to_be_bytes() != *bytes)
            .map(|(c, _)| c)
            .collect();
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
    }
}

#[test]
fn tables() {
    let names = "Any Assigned ASCII ascii LC Lc cased_letter C Cc Cf Cn Co Cs Control cntrl Surrogate Unassigned Other L Ll Lm \
        Lo Lt Lu Letter M Mc Me Mn N Nd Nl No digit P Pc Pd Pe Pf Pi Po Ps punct S Sc Sk Sm So Z Zl Zp Zs Han Latin latin \
        Greek Cyrillic Arabic Old_Italic SignWriting Signwriting Kawi Nag_Mundari Inherited Common Braille Vai Yi Nko N_Ko \
        IsGreek isL Is_L Grek Latn Uppercase Alphabetic Lowercase_Letter upper White_Space Age Unknown Zzzz Katakana \
        Combining_Mark Space_Separator Private_Use l lu LU han HAN g_r-eek Unassigned Georgian Armenian Osage Adlam Vithkuqi";
    for name in names.split_ascii_whitespace() {
        for (pattern, folds) in [(format!(r"\p{{{name}}}"), false), (format!(r"(?i:\p{{{name}}})"), true)] {
            let ours = unicode::table(name, folds);
            match (ask("unicode.class", pattern.as_bytes()), ours) {
                (Answer::Ok(theirs), Some(ours)) => {
                    let wrong: Vec<char> = every(&theirs, 1)
                        .filter(|(c, bytes)| unicode::contains(&ours, *c) != (bytes[0] == 1))
                        .map(|(c, _)| c)
                        .collect();
                    assert!(
                        wrong.is_empty(),
                        "{pattern}: {} wrong, such as {:?}",
                        wrong.len(),
                        &wrong[..wrong.len().min(20)]
                    );
                }
                (Answer::Err(_), None) => {}
                (theirs, ours) => {
                    panic!("{pattern}: there in Go: {}, in ours: {}", matches!(theirs, Answer::Ok(_)), ours.is_some())
                }
            }
        }
    }
}

#[test]
fn quoting() {
    let mut rng = fastrand::Rng::with_seed(1);
    let cases: Vec<Vec<u8>> = (0..cases(5000)).map(|_| generate::text(&mut rng, 12)).collect();
    let ours = |text: &Vec<u8>| Answer::Ok(strconv::quote(text).into_bytes());
    generate::compare("strconv.quote", &cases, |c| c.clone(), ours, |c| format!("{:?}", c.as_bstr()));
}
