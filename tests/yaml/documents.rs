//! Texts of several documents are taken apart as Helm 4 takes them apart; and Go's sort, which orders keys.

use bumpalo::Bump;
use fastrand::Rng;
use plimsoll::go::sort::sort;
use plimsoll::limits::Limits;
use plimsoll::value::{Origin, Tree};
use plimsoll::yaml::{self, Duplicates};

use crate::oracle::{self, Answer};

const LINES: &[&str] = &[
    "---\n",
    "---\r\n",
    "--- # c\n",
    "---\t\n",
    "--- a\n",
    "---a\n",
    "----\n",
    " ---\n",
    "# c\n",
    "\n",
    "\r\n",
    "a: b\n",
    "a: b\r\n",
    "b: |\n",
    "  ---\n",
    "...\n",
    "\r",
    "x",
    "---",
    "--- \u{a0}#\n",
    "--- \u{e9}\n",
    "a\rb\n",
    "a\r\r\n",
];

#[test]
fn documents_are_taken_apart_as_helm_does() {
    let mut rng = Rng::with_seed(5);
    let texts: Vec<Vec<u8>> = (0..oracle::cases(20_000) / 4)
        .map(|_| {
            let mut text: String = (0..rng.usize(..9)).map(|_| LINES[rng.usize(..LINES.len())]).collect();
            if rng.u8(..) < 10 {
                text.insert_str(0, &format!("{}\r\n", "x".repeat(4090 + rng.usize(..12))));
            }
            text.into_bytes()
        })
        .collect();
    for (text, answer) in texts.iter().zip(oracle::ask_all("yaml.documents", &texts)) {
        let Answer::Ok(answer) = answer else { panic!("{answer:?}") };
        let theirs: Vec<String> =
            oracle::split(&answer).iter().map(|part| String::from_utf8_lossy(part).into()).collect();
        let arena = Bump::new();
        let mut ours = Vec::new();
        for part in yaml::documents(text, &arena) {
            match part {
                Ok(part) => ours.push(String::from_utf8_lossy(part.text).into_owned()),
                Err(error) => ours.extend(["error".to_string(), error.to_string()]),
            }
        }
        assert_eq!(ours, theirs, "{:?}", bstr::BStr::new(text));
    }
}

#[test]
fn places_count_from_the_start_of_the_whole_text() {
    let arena = Bump::new();
    let parts: Vec<_> = yaml::documents(b"a: 1\n---\nb:\n  c: 2\n---\nd: e: f\n", &arena).map(Result::unwrap).collect();
    let read = |n: usize| yaml::load_part(parts[n], Origin(1), &arena, &Limits::default(), Duplicates::Last);
    let Ok(Tree::Map(second)) = read(1) else { panic!("a map") };
    let b = second.get(b"b").expect("b");
    assert_eq!((b.pos.line, b.value.as_map().expect("a map").get(b"c").expect("c").pos.line), (3, 4));
    let error = read(2).expect_err("no YAML");
    assert_eq!((error.line(), error.cause()), (Some(6), "yaml: mapping values are not allowed in this context"));
}

/// The order of tests/oracles/yaml_documents.go, which has circles.
fn less(a: &u8, b: &u8) -> bool {
    if a.is_multiple_of(2) && b.is_multiple_of(2) { a < b } else { b.wrapping_add(7).wrapping_sub(a % 7) % 3 == 1 }
}

#[test]
fn sorting_ends_as_go_s_does_even_without_an_order() {
    let mut rng = Rng::with_seed(6);
    let lists: Vec<Vec<u8>> = (0..oracle::cases(20_000) / 4)
        .map(|n| {
            let length = rng.usize(..[20, 60, 400][n % 3]);
            let mut list: Vec<u8> = (0..length).map(|_| rng.u8(..)).collect();
            match rng.u8(..6) {
                0 => list.iter_mut().for_each(|n| *n &= !1),
                1 => list.sort(),
                2 => {
                    list.sort();
                    list.reverse();
                }
                3 => list.iter_mut().for_each(|n| *n = *n / 16 * 2),
                _ => {}
            }
            list
        })
        .collect();
    for (list, theirs) in lists.iter().zip(oracle::ask_all("sort", &lists)) {
        let mut ours = list.clone();
        sort(&mut ours, less);
        assert_eq!(Answer::Ok(ours), theirs, "{list:?}");
    }
}
