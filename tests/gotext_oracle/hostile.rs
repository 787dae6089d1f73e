//! What would hang, overflow a stack or fill the memory: refused, or answered as Go answers it.

use std::time::Instant;

use bstr::BStr;
use plimsoll::dialect::DIALECTS;
use plimsoll::go::json::Escape;
use plimsoll::go::time::Location;
use plimsoll::go::toml::Times;
use plimsoll::go::{fmt, json, toml};
use plimsoll::limits::{Exhausted, Limits};
use plimsoll::value::{CallError, Heap, MapType, Value};

use crate::generate::compare;
use crate::oracle::Answer;
use crate::with_heap;

/// A map that holds itself, at once or inside of a list.
fn cycle<'h>(heap: &Heap<'h>, in_list: bool) -> Value<'h> {
    let map = heap.map(MapType::Any);
    let itself = Value::Map(map);
    map.set(heap, BStr::new("self"), if in_list { heap.any_list(&[itself]) } else { itself });
    itself
}

/// With the stack that renders have.
fn on_a_deep_stack(work: impl FnOnce() + Send) {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(256 << 20).spawn_scoped(scope, work);
        thread.expect("start a thread").join().expect("no panic");
    });
}

#[test]
fn json_tells_of_a_cycle_as_go_does() {
    on_a_deep_stack(|| {
        let ours = |case: &&str| {
            with_heap(|heap| match json::marshal(heap, cycle(heap, *case == "list"), Escape::Html) {
                Err(CallError::Failed(message)) => Answer::Err(message.into()),
                other => panic!("{other:?}"),
            })
        };
        compare("json.cycle", &["map", "list"], |case| case.as_bytes().to_vec(), ours, |case| case.to_string());
    });
}

#[test]
fn a_cycle_that_overflows_gos_stack_is_refused() {
    on_a_deep_stack(|| {
        with_heap(|heap| {
            for in_list in [false, true] {
                let value = cycle(heap, in_list);
                assert_eq!(fmt::sprint(heap, &[value]), Err(Exhausted::Depth));
                assert_eq!(toml::encode(heap, value), Err(CallError::Exhausted(Exhausted::Depth)));
            }
        });
    });
}

#[test]
fn a_printf_bomb_is_refused_soon() {
    with_heap(|heap| {
        let start = Instant::now();
        for directive in
            ["%1000000d", "%.1000000d", "%.1000000f", "%-1000000s", "%1000000x", "%01000000v", "%.1000000U"]
        {
            let format = directive.repeat(1000);
            let args: Vec<_> = (0..1000).map(Value::int).collect();
            assert_eq!(fmt::sprintf(heap, format.as_bytes(), &args), Err(Exhausted::Bytes), "{directive}");
        }
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    });
}

#[test]
fn a_text_that_doubles_is_refused() {
    with_heap(|heap| {
        let text = heap.str("x".repeat(1 << 20));
        let format = "%[1]s".repeat(1000);
        assert_eq!(fmt::sprintf(heap, format.as_bytes(), &[text]), Err(Exhausted::Bytes));
    });
}

#[test]
fn deep_texts_do_not_overflow_the_stack() {
    on_a_deep_stack(|| {
        let arena = bumpalo::Bump::new();
        let heap = Heap::new(&arena, &Limits::default(), DIALECTS[0]);
        let times = Times { local: Location::utc(), local_offset: 0, value: &|_| Value::Nil };
        for (open, close) in [("[", "]"), ("{a=", "}")] {
            let text = format!("x={}1{}", open.repeat(100_000), close.repeat(100_000));
            let refused = toml::decode(&heap, text.as_bytes(), &times).map(|_| ()).expect_err("too deep");
            assert!(matches!(refused, CallError::Exhausted(_)), "{refused:?}");
        }
        let dotted = format!("x{}=1", ".x".repeat(100_000));
        let refused = toml::decode(&heap, dotted.as_bytes(), &times).map(|_| ()).expect_err("too deep");
        assert!(matches!(refused, CallError::Exhausted(_)), "{refused:?}");
    });
}
