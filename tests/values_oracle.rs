//! Values, held to Helm's own packages by generated cases.

#[path = "common/describe.rs"]
mod describe;
#[path = "common/oracle.rs"]
mod oracle;

use bumpalo::Bump;
use oracle::Answer;
use plimsoll::dialect::{Dialect, V3_22, V4_3};
use plimsoll::limits::Limits;
use plimsoll::value::{MapNode, Sources, Tree};
use plimsoll::values::Overrides;

const FLAGS: [&str; 5] = ["set", "set-string", "set-file", "set-json", "set-literal"];

/// Pieces that the grammar cares about, and some that it should not.
const PIECES: [&str; 64] = [
    "a",
    "b",
    "a",
    "b",
    "global",
    "=",
    "=",
    "=",
    "=",
    ".",
    ".",
    ".",
    ",",
    ",",
    "[0]",
    "[1]",
    "[",
    "]",
    "[2]",
    "{",
    "}",
    "{a,b}",
    "{1,null,x}",
    "\\",
    "\\,",
    "\\.",
    "\\=",
    "1",
    "0",
    "-1",
    "+7",
    "01",
    "null",
    "true",
    "FALSE",
    "fal\u{17F}e",
    "9223372036854775807",
    "9223372036854775808",
    "1.5",
    "1e3",
    " ",
    "\t",
    "\"x\"",
    "\"\\ud83d\\ude00\"",
    "\"\\ud800\"",
    "[1,2]",
    "{\"k\":1}",
    "{\"k\":[null,{\"z\":-0.0}]}",
    "é",
    "\u{a0}",
    "[-1]",
    "[65536]",
    "[65537]",
    "[x]",
    "[+0]",
    "[99999999999999999999]",
    "nested.",
    "list[0]",
    "map.k",
    "nil",
    "'",
    "\"",
    "a=1",
    "list[1][0]",
];

const BASE: &str = r#"{"nested":{"a":"s","b":{"c":1}},"list":[1,[2],{"a":null}],"map":{"k":"v"},"nil":null,"":"e"}"#;

fn base(arena: &Bump) -> &MapNode<'_> {
    let overrides = Overrides { set_json: vec![BASE.into()], ..Overrides::default() };
    overrides.read(&V4_3, arena, &Limits::default(), &mut Sources::new()).unwrap()
}

fn one(flag: &str, text: &str) -> Overrides {
    let texts = vec![text.to_string()];
    let none = Overrides::default();
    match flag {
        "set" => Overrides { set: texts, ..none },
        "set-string" => Overrides { set_string: texts, ..none },
        "set-json" => Overrides { set_json: texts, ..none },
        "set-literal" => Overrides { set_literal: texts, ..none },
        _ => Overrides { set_file: texts, ..none },
    }
}

#[test]
fn flags_mean_what_strvals_says() {
    let mut rng = fastrand::Rng::with_seed(20261121);
    let limits = Limits::default();
    let total = oracle::cases(20_000);
    let mut cases: Vec<(&'static Dialect, &str, String)> = Vec::new();
    for _ in 0..total {
        let text: String = (0..rng.usize(1..9)).map(|_| PIECES[rng.usize(..PIECES.len())]).collect();
        let dialect = if rng.bool() { &V4_3 } else { &V3_22 };
        cases.push((dialect, FLAGS[rng.usize(..FLAGS.len())], text));
    }
    let payloads: Vec<_> =
        cases.iter().map(|(dialect, flag, text)| oracle::fields(&[&dialect.version[..1], flag, BASE, text])).collect();
    let mut wrong = Vec::new();
    let mut errors = 0;
    for ((dialect, flag, text), answer) in cases.iter().zip(oracle::ask_all("strvals", &payloads)) {
        // A file's content is what the oracle's reader says it is; ours really reads, so that flag is asked for its
        // errors and its keys in another test.
        if *flag == "set-file" || (*flag == "set-json" && dialect.set_json_root && text.trim().starts_with('{')) {
            continue;
        }
        let arena = Bump::new();
        let ours = one(flag, text).apply_flags(base(&arena), dialect, &arena, &limits, &mut Sources::new());
        let ours = match ours {
            Ok(node) => Ok(describe::map(node)),
            Err(refusal) if *flag == "set-json" => Err(refusal.message),
            Err(refusal) => Err(refusal.message),
        };
        let theirs = match answer {
            Answer::Ok(bytes) => Ok(String::from_utf8(bytes).unwrap()),
            Answer::Err(_) if *flag == "set-json" => Err(format!("failed parsing --set-json data {text}")),
            Answer::Err(e) => Err(format!("failed parsing --{flag} data: {}", String::from_utf8(e).unwrap())),
            Answer::Panic(p) => panic!("oracle: {}", String::from_utf8_lossy(&p)),
        };
        errors += usize::from(theirs.is_err());
        if ours != theirs {
            wrong.push(format!("{} --{flag} {text:?}\n  ours   {ours:?}\n  theirs {theirs:?}", dialect.version));
        }
    }
    assert!(errors > total / 20 && errors < total * 19 / 20, "{errors} errors of {total} test little");
    assert!(wrong.is_empty(), "{} of {total} differ\n{}", wrong.len(), wrong[..wrong.len().min(10)].join("\n"));
}

#[test]
fn the_base_is_what_the_oracle_got() {
    let arena = Bump::new();
    let answer = oracle::ask("strvals", &oracle::fields(&["4", "set", BASE, "x=1"]));
    let ours = one("set", "x=1").apply_flags(base(&arena), &V4_3, &arena, &Limits::default(), &mut Sources::new());
    assert_eq!(Answer::Ok(describe::tree(Tree::Map(ours.unwrap())).into_bytes()), answer);
}
