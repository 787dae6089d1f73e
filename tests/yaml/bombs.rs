//! Texts that are small and want to be large: refused, or read, within a moment.

use std::time::{Duration, Instant};

use bumpalo::Bump;
use plimsoll::limits::Limits;
use plimsoll::value::{Origin, Tree};
use plimsoll::yaml::{self, Error, Kind};

use crate::oracle::{self, Answer};

fn load(text: &str) -> Result<(), Error> {
    let started = Instant::now();
    let arena = Bump::new();
    let read = yaml::load(text.as_bytes(), Origin(1), &arena, &Limits::default()).map(drop);
    assert!(
        started.elapsed() < Duration::from_secs(3),
        "took {:?}: {}...",
        started.elapsed(),
        &text[..text.len().min(60)]
    );
    assert!(arena.allocated_bytes() < 256 << 20, "took {} bytes", arena.allocated_bytes());
    read
}

/// `a: [lol, ...]`, `b: [*a, ...]` and so on.
fn laughs(levels: u8, width: usize) -> String {
    let mut text = format!("a: &a [{}]\n", vec!["lol"; width].join(", "));
    for level in 1..levels {
        let (name, below) = (char::from(b'a' + level), char::from(b'a' + level - 1));
        text += &format!("{name}: &{name} [{}]\n", vec![format!("*{below}"); width].join(", "));
    }
    text
}

#[test]
fn a_billion_laughs_are_refused_in_goyaml_s_words() {
    for text in [laughs(9, 9), laughs(20, 2), laughs(6, 40)] {
        let ours = load(&text).expect_err("a bomb").to_string();
        assert_eq!(oracle::ask("yaml.load", text.as_bytes()), Answer::Err(ours.into_bytes()));
    }
}

#[test]
fn a_merge_bomb_is_refused_in_goyaml_s_words() {
    let mut text = "a0: &a0 {k: v}\n".to_string();
    for level in 1..40 {
        let below = level - 1;
        text += &format!("a{level}: &a{level}\n  <<: [*a{below}, *a{below}, *a{below}]\n  k{level}: v\n");
    }
    let ours = load(&text).expect_err("a bomb").to_string();
    assert_eq!(oracle::ask("yaml.load", text.as_bytes()), Answer::Err(ours.into_bytes()));
}

#[test]
fn an_expansion_that_goyaml_allows_may_still_be_too_large_for_us() {
    let text = laughs(3, 10);
    load(&text).expect("a moderate expansion");
    let (arena, limits) = (Bump::new(), Limits { yaml_nodes: 1_000, ..Limits::default() });
    let error = yaml::load(text.as_bytes(), Origin(1), &arena, &limits).expect_err("more values than allowed");
    assert_eq!(error.kind(), Kind::Budget);
    assert!(error.line().is_some());
}

#[test]
fn nesting_beyond_our_own_limit_is_refused_with_its_place() {
    let (arena, limits) = (Bump::new(), Limits { depth: 50, ..Limits::default() });
    let text = format!("a:\n  b: {}", "[".repeat(60) + &"]".repeat(60));
    let error = yaml::load(text.as_bytes(), Origin(1), &arena, &limits).expect_err("too deep");
    assert_eq!((error.kind(), error.line()), (Kind::Budget, Some(2)));
}

#[test]
fn deep_and_long_texts_end_soon() {
    let shapes = [
        "[", "{", "- ", "? ", "{a: ", "[{", "&a ", "!a ", "a: {", "'", "\"", "|\n", "[[]: ", "{? ", "? - ", "- - [",
        ": ", "*a ",
    ];
    for shape in shapes {
        // The verdict is goyaml's, which the other tests compare; here it must only come.
        let _ = load(&shape.repeat(100_000));
        let _ = load(&format!("a:\n  {}", shape.repeat(100_000)));
    }
    let columns = (0..3_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>();
    load(&columns).expect("3000 levels");
    let keys = (0..200_000).map(|n| format!("k{n}: v\n")).collect::<String>();
    load(&keys).expect("many keys");
    let same = "a: 1\n".repeat(200_000);
    load(&same).expect("one key, many times");
    let anchors = (0..50_000).map(|n| format!("k{n}: &a{n} v\n")).collect::<String>();
    load(&anchors).expect("many anchors");
    let folded = format!("a: x{}\n", "\n  y".repeat(200_000));
    load(&folded).expect("a long plain scalar");
}

#[test]
fn an_entry_knows_where_its_key_stands() {
    let arena = Bump::new();
    let text = b"# c\na:\n  b: 1\n  'c' : {d: 2}\n";
    let Ok(Tree::Map(root)) = yaml::load(text, Origin(7), &arena, &Limits::default()) else { panic!("a map") };
    let place = |map: &plimsoll::value::MapNode<'_>, key: &[u8]| {
        let pos = map.get(key).expect("the key").pos;
        (pos.source.0, pos.line, pos.column)
    };
    assert_eq!(place(root, b"a"), (7, 2, 1));
    let a = root.get(b"a").and_then(|entry| entry.value.as_map()).expect("a map");
    assert_eq!((place(a, b"b"), place(a, b"c")), ((7, 3, 3), (7, 4, 3)));
    let c = a.get(b"c").and_then(|entry| entry.value.as_map()).expect("a map");
    assert_eq!(place(c, b"d"), (7, 4, 10));
    let error = yaml::load(b"a: 1\nb: c: d\n", Origin(7), &arena, &Limits::default()).expect_err("no YAML");
    assert_eq!((error.line(), error.column()), (Some(2), Some(5)));
}
