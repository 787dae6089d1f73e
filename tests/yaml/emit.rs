//! Generated values are written by goyaml and by us.

use bumpalo::Bump;
use fastrand::Rng;
use plimsoll::dialect::V4_3;
use plimsoll::limits::Limits;
use plimsoll::value::{Heap, Tree};
use plimsoll::yaml::{self, Flavour};

use crate::oracle::{self, Answer};
use crate::values::Make;
use crate::{BATCH, dump};

fn dumped(tree: Tree<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    dump(tree, &mut out);
    out
}

/// Whether goyaml's order of keys is an order here: if it has circles, Go's output depends on the order of a Go map.
fn has_order(tree: Tree<'_>, flavour: Flavour) -> bool {
    match tree {
        Tree::List(list) => list.items().iter().all(|(item, _)| has_order(*item, flavour)),
        Tree::Map(map) => {
            let mut keys: Vec<&[u8]> = map.entries().iter().map(|entry| -> &[u8] { entry.key }).collect();
            yaml::sort_keys(&mut keys, flavour, |key| key);
            let ordered = (0..keys.len()).all(|i| (i + 1..keys.len()).all(|j| yaml::before(keys[i], keys[j], flavour)));
            ordered && map.entries().iter().all(|entry| has_order(entry.value, flavour))
        }
        _ => true,
    }
}

fn check(tree: Tree<'_>, what: &str, ours: &[u8], theirs: &[u8]) {
    let show = bstr::BStr::new;
    assert!(
        ours == theirs,
        "{what} of {tree:?}\n--- Go\n{}\n--- ours\n{}\n--- {:?}",
        show(theirs),
        show(ours),
        show(theirs)
    );
}

#[test]
fn generated_values_are_written_as_sigs_yaml_writes_them() {
    let cases = oracle::cases(20_000);
    let mut rng = Rng::with_seed(3);
    let (mut left, mut unordered, mut refused, mut direct) = (cases, 0, 0, 0);
    while left > 0 {
        let arena = Bump::new();
        let n = left.min(BATCH);
        let trees: Vec<Tree<'_>> =
            (0..n).map(|n| Make { arena: &arena, wild: n % 8 == 0 }.tree(&mut rng, (n % 5) as u32)).collect();
        let payloads: Vec<Vec<u8>> = trees.iter().map(|tree| dumped(*tree)).collect();
        for (tree, answer) in trees.iter().zip(oracle::ask_all("yaml.emit", &payloads)) {
            let Answer::Ok(answer) = answer else { panic!("{answer:?} for {tree:?}") };
            let [json, status, theirs] = <[Vec<u8>; 3]>::try_from(oracle::split(&answer)).expect("three fields");
            if !has_order(*tree, Flavour::V2) {
                unordered += 1;
                continue;
            }
            if !json.is_empty() {
                let ours = yaml::json_to_yaml(&json).map_err(|error| error.cause().to_string());
                match (status == b"ok", ours) {
                    (true, Ok(ours)) => check(*tree, "JSON to YAML", &ours, &theirs),
                    (false, Err(ours)) => check(*tree, "JSON to YAML", ours.as_bytes(), &theirs),
                    (_, ours) => panic!("{tree:?}\n--- Go: {}\n--- ours: {ours:?}", bstr::BStr::new(&theirs)),
                }
            }
            refused += usize::from(status != b"ok");
            if let Ok(ours) = yaml::tree_to_yaml(*tree) {
                assert_eq!(status, b"ok", "{tree:?}: {}", bstr::BStr::new(&theirs));
                check(*tree, "toYaml", &ours, &theirs);
                let heap = Heap::new(&arena, &Limits::default(), &V4_3);
                let again = yaml::value_to_yaml(&heap, heap.thaw(*tree)).expect("a tree that can be written");
                check(*tree, "toYaml of the value", &again, &theirs);
                direct += 1;
            }
        }
        left -= n;
    }
    println!(
        "yaml.emit: {cases} cases ({direct} without JSON, {refused} refused by both), {unordered} without an order, 0 differences"
    );
    assert!(unordered * 5 < cases, "too many cases without an order of keys: {unordered} of {cases}");
    assert!(direct * 2 > cases, "too few values are written directly: {direct} of {cases}");
}

#[test]
fn generated_values_are_written_prettily_as_goyaml_v3_writes_them() {
    let cases = oracle::cases(20_000);
    let mut rng = Rng::with_seed(4);
    let (mut left, mut unordered) = (cases, 0);
    while left > 0 {
        let arena = Bump::new();
        let n = left.min(BATCH);
        let trees: Vec<Tree<'_>> =
            (0..n).map(|n| Make { arena: &arena, wild: n % 4 == 0 }.tree(&mut rng, (n % 5) as u32)).collect();
        let payloads: Vec<Vec<u8>> = trees.iter().map(|tree| dumped(*tree)).collect();
        for (tree, answer) in trees.iter().zip(oracle::ask_all("yaml.pretty", &payloads)) {
            let Answer::Ok(theirs) = answer else { panic!("{answer:?} for {tree:?}") };
            if !has_order(*tree, Flavour::V3) {
                unordered += 1;
                continue;
            }
            let heap = Heap::new(&arena, &Limits::default(), &V4_3);
            let ours = yaml::value_to_pretty_yaml(&heap, heap.thaw(*tree)).expect("a tree has YAML");
            check(*tree, "toYamlPretty", &ours, &theirs);
        }
        left -= n;
    }
    println!("yaml.pretty: {cases} cases, {unordered} without an order, 0 differences");
    assert!(unordered * 5 < cases, "too many cases without an order of keys: {unordered} of {cases}");
}
