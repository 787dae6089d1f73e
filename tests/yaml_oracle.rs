//! YAML against goyaml itself: generated texts are read by both, generated values are written by both.

#[path = "yaml/bombs.rs"]
mod bombs;
#[path = "yaml/documents.rs"]
mod documents;
#[path = "yaml/emit.rs"]
mod emit;
#[path = "common/oracle.rs"]
mod oracle;
#[path = "yaml/texts.rs"]
mod texts;
#[path = "yaml/values.rs"]
mod values;

use bumpalo::Bump;
use fastrand::Rng;
use oracle::Answer;
use plimsoll::limits::Limits;
use plimsoll::value::{Origin, Tree};
use plimsoll::yaml::{self, Duplicates};

const BATCH: usize = 2_000;

/// The form in which values cross the pipe (see tests/oracles/yaml.go).
fn dump(value: Tree<'_>, out: &mut Vec<u8>) {
    let length = |n: usize| (n as u32).to_be_bytes();
    match value {
        Tree::Null => out.push(b'n'),
        Tree::Bool(b) => out.push(if b { b't' } else { b'f' }),
        Tree::Int(n) => {
            out.push(b'i');
            out.extend(n.to_be_bytes());
        }
        Tree::Float(n) => {
            out.push(b'd');
            out.extend(n.to_bits().to_be_bytes());
        }
        Tree::Str(text) => {
            out.push(b's');
            out.extend(length(text.len()));
            out.extend_from_slice(text);
        }
        Tree::List(list) => {
            out.push(b'l');
            out.extend(length(list.items().len()));
            for (item, _) in list.items() {
                dump(*item, out);
            }
        }
        Tree::Map(map) => {
            out.push(b'm');
            out.extend(length(map.entries().len()));
            for entry in map.entries() {
                out.extend(length(entry.key.len()));
                out.extend_from_slice(entry.key);
                dump(entry.value, out);
            }
        }
    }
}

fn ours(text: &[u8], duplicates: Duplicates) -> Answer {
    let arena = Bump::new();
    match yaml::load_with(text, Origin(1), &arena, &Limits::default(), duplicates) {
        Ok(tree) => {
            let mut out = Vec::new();
            dump(tree, &mut out);
            Answer::Ok(out)
        }
        Err(error) => Answer::Err(error.to_string().into_bytes()),
    }
}

fn show(answer: &Answer) -> String {
    match answer {
        Answer::Ok(bytes) => format!("value {:?}", bstr::BStr::new(bytes)),
        Answer::Err(text) => format!("error {}", bstr::BStr::new(text)),
        Answer::Panic(text) => format!("panic {}", bstr::BStr::new(text)),
    }
}

/// What became of a batch.
#[derive(Default)]
struct Count {
    /// Go's answer depends on the order of a Go map, or Go itself broke down.
    undecided: usize,
    refused: usize,
}

fn compare(op: &str, duplicates: Duplicates, texts: Vec<Vec<u8>>) -> Count {
    let answers = oracle::ask_all(op, &texts);
    let mut count = Count::default();
    for (text, theirs) in texts.iter().zip(&answers) {
        match theirs {
            Answer::Ok(bytes) if bytes == b"?" => count.undecided += 1,
            // goyaml itself broke down: what matters is that we did not.
            Answer::Panic(_) => {
                ours(text, duplicates);
                count.undecided += 1;
            }
            _ => {
                count.refused += usize::from(matches!(theirs, Answer::Err(_)));
                let ours = ours(text, duplicates);
                assert!(
                    ours == *theirs,
                    "{op} of {:?}\n--- text\n{}\n--- Go:   {}\n--- ours: {}",
                    bstr::BStr::new(text),
                    bstr::BStr::new(text),
                    show(theirs),
                    show(&ours)
                );
            }
        }
    }
    count
}

fn run(op: &str, duplicates: Duplicates, seed: u64, cases: usize) {
    let mut rng = Rng::with_seed(seed);
    let seeds = texts::seeds();
    let (mut left, mut undecided, mut refused) = (cases, 0, 0);
    while left > 0 {
        let n = left.min(BATCH);
        let texts = (0..n).map(|_| texts::text(&mut rng, &seeds)).collect();
        let count = compare(op, duplicates, texts);
        undecided += count.undecided;
        refused += count.refused;
        left -= n;
    }
    println!("{op}: {cases} cases ({refused} refused by both), {undecided} undecided by Go, 0 differences");
    assert!(
        (cases / 10..cases * 9 / 10).contains(&refused),
        "the cases are not mixed: {refused} of {cases} are refused"
    );
    assert!(undecided * 10 < cases, "too many cases that Go does not decide: {undecided} of {cases}");
}

#[test]
fn generated_texts_are_read_as_goyaml_reads_them() {
    run("yaml.load", Duplicates::Last, 1, oracle::cases(20_000));
}

#[test]
fn generated_texts_are_read_strictly_as_goyaml_reads_them() {
    run("yaml.strict", Duplicates::Refuse, 2, oracle::cases(20_000) / 4);
}

#[test]
fn known_traps_are_read_as_goyaml_reads_them() {
    let texts: Vec<Vec<u8>> = texts::TRAPS.iter().map(|text| text.to_vec()).collect();
    compare("yaml.load", Duplicates::Last, texts.clone());
    compare("yaml.strict", Duplicates::Refuse, texts);
}

#[test]
fn depth_is_bounded_where_goyaml_and_json_bound_it() {
    let nested = |open: &str, depth: usize| format!("a: {}", open.repeat(depth)).into_bytes();
    let blocks = |depth: usize| (0..depth).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>().into_bytes();
    let closed = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth)).into_bytes();
    let mut texts = vec![nested("[", 9_999), nested("[", 10_001), nested("{a: ", 10_001), nested("- ", 12_000)];
    texts.extend([closed(9_999), closed(10_000), closed(10_001), blocks(3_000), blocks(10_001)]);
    compare("yaml.load", Duplicates::Last, texts);
}

#[test]
fn roots_that_are_no_map_are_refused_in_json_s_words() {
    let texts: [&[u8]; 8] = [b"", b"# nothing\n", b"null", b"- a\n", b"text", b"1", b"true", b"a: 1\n---\nb: 2\n"];
    for text in texts {
        let theirs = oracle::ask("yaml.map", text);
        let arena = Bump::new();
        let ours = match yaml::load_map(text, Origin(1), &arena, &Limits::default(), "map[string]interface {}") {
            Ok(map) => {
                let mut out = Vec::new();
                dump(map.map_or(Tree::Null, Tree::Map), &mut out);
                Answer::Ok(out)
            }
            Err(error) => Answer::Err(error.to_string().into_bytes()),
        };
        // An empty document leaves the map that was there, or sets it to nil: nothing that Helm can tell apart.
        let empty = Answer::Ok(b"m\0\0\0\0".to_vec());
        assert!(ours == theirs || (ours == Answer::Ok(b"n".to_vec()) && theirs == empty), "{text:?}");
    }
}
