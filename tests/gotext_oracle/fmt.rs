//! print, println, printf, and what a template writes for a value.

use fastrand::Rng;
use plimsoll::go::fmt;
use plimsoll::value::{Heap, Value};

use crate::generate::{compare, pick, text};
use crate::oracle::{Answer, fields};
use crate::transport::{decode, encode};
use crate::{CASES, values, with_heap};

/// The format, and the arguments in the form of the transport.
type Case = (Vec<u8>, Vec<u8>);

fn arguments(rng: &mut Rng, at_most: usize) -> Vec<u8> {
    with_heap(|heap| {
        let args: Vec<_> = (0..rng.usize(..=at_most)).map(|_| values::any(heap, rng, 3)).collect();
        encode(heap, heap.any_list(&args))
    })
}

fn items<'h>(heap: &Heap<'h>, list: &[u8]) -> Vec<Value<'h>> {
    match decode(heap, list) {
        Value::List(list) => list.items(heap).to_vec(),
        _ => Vec::new(),
    }
}

/// Flags, indexes, width, precision and verb, each now and then odd.
fn directive(rng: &mut Rng) -> String {
    let mut out = String::from("%");
    for _ in 0..rng.usize(..4) {
        out.push_str(pick(rng, &["", "", "#", "+", "-", " ", "0"]));
    }
    let index = |rng: &mut Rng| match rng.u8(..20) {
        0 => format!("[{}]", rng.u8(..5)),
        1 => pick(rng, &["[x]", "[", "[]", "[-1]", "[9999999999]", "[1", "]", "[1]]"]).to_string(),
        _ => String::new(),
    };
    out += &index(rng);
    match rng.u8(..12) {
        0..=2 => out += &rng.u8(..40).to_string(),
        3 => out.push('*'),
        4 if rng.u8(..50) == 0 => out += pick(rng, &["1000000", "1000001", "99999999999999999999"]),
        _ => {}
    }
    match rng.u8(..12) {
        0..=2 => out += &format!(".{}", rng.u8(..30)),
        3 => out += &format!(".{}*", index(rng)),
        4 => out.push('.'),
        _ => {}
    }
    out += &index(rng);
    let verbs = "vvvvddddssssqqqxxXXoObcUeEfFgGtTwpz!%";
    // %p of a pointer differs from run to run.
    let verb = verbs.chars().nth(rng.usize(..verbs.len())).filter(|c| *c != 'p' || rng.u8(..8) == 0);
    out.extend(verb);
    if rng.u8(..200) == 0 {
        out.push_str(pick(rng, &["\u{e9}", "%", "\u{1F600}"]));
    }
    out
}

fn told((format, args): &Case) -> String {
    with_heap(|heap| {
        let args = fmt::sprintf(heap, b"%#v", &[decode(heap, args)]);
        format!("{:?} {:?}", bstr::BStr::new(format), args)
    })
}

#[test]
fn printf_is_gos() {
    let mut rng = Rng::with_seed(1);
    let cases: Vec<Case> = (0..*CASES)
        .map(|_| {
            let mut format = Vec::new();
            for _ in 0..rng.usize(1..3) {
                format.extend(text(&mut rng, 2));
                format.extend(directive(&mut rng).bytes());
            }
            (format, arguments(&mut rng, 3))
        })
        .collect();
    let ours = |(format, args): &Case| {
        with_heap(|heap| Answer::Ok(fmt::sprintf(heap, format, &items(heap, args)).expect("in budget").into()))
    };
    // What holds an address cannot be compared.
    let comparable: Vec<Case> = cases.into_iter().filter(|(format, _)| !format.contains(&b'p')).collect();
    compare("fmt.sprintf", &comparable, |(format, args)| fields(&[format, args]), ours, told);
}

#[test]
fn numbers_under_every_flag_are_gos() {
    let mut rng = Rng::with_seed(2);
    let cases: Vec<Case> = (0..*CASES)
        .map(|_| {
            let args = with_heap(|heap| {
                let value = match rng.u8(..3) {
                    0 => Value::int(values::integer(&mut rng)),
                    1 => Value::int64(values::integer(&mut rng)),
                    _ => Value::Float(values::float(&mut rng)),
                };
                encode(heap, heap.any_list(&[value]))
            });
            let mut format = String::from("%");
            for _ in 0..rng.usize(..3) {
                format.push_str(pick(&mut rng, &["#", "+", "-", " ", "0"]));
            }
            if rng.bool() {
                format += &rng.u8(1..30).to_string();
            }
            if rng.bool() {
                format += &format!(".{}", if rng.u8(..10) == 0 { rng.u32(..400) } else { rng.u32(..20) });
            }
            format += pick(&mut rng, &["v", "d", "x", "X", "o", "O", "b", "c", "q", "U", "e", "E", "f", "F", "g", "G"]);
            (format.into_bytes(), args)
        })
        .collect();
    let ours = |(format, args): &Case| {
        with_heap(|heap| Answer::Ok(fmt::sprintf(heap, format, &items(heap, args)).expect("in budget").into()))
    };
    compare("fmt.sprintf", &cases, |(format, args)| fields(&[format, args]), ours, told);
}

#[test]
fn print_and_println_are_gos() {
    let mut rng = Rng::with_seed(3);
    let cases: Vec<Case> = (0..*CASES / 4).map(|_| (Vec::new(), arguments(&mut rng, 4))).collect();
    let print = |(_, args): &Case| {
        with_heap(|heap| Answer::Ok(fmt::sprint(heap, &items(heap, args)).expect("in budget").into()))
    };
    compare("fmt.sprint", &cases, |(_, args)| args.clone(), print, told);
    let println = |(_, args): &Case| {
        with_heap(|heap| Answer::Ok(fmt::sprintln(heap, &items(heap, args)).expect("in budget").into()))
    };
    compare("fmt.sprintln", &cases, |(_, args)| args.clone(), println, told);
}

#[test]
fn a_template_writes_values_as_go_does() {
    let mut rng = Rng::with_seed(4);
    let cases: Vec<Case> =
        (0..*CASES / 4).map(|_| (Vec::new(), with_heap(|heap| encode(heap, values::any(heap, &mut rng, 3))))).collect();
    let ours = |(_, value): &Case| {
        with_heap(|heap| {
            let mut out = Vec::new();
            fmt::print_value(heap, decode(heap, value), &mut out).expect("in budget");
            Answer::Ok(out)
        })
    };
    compare("fmt.dot", &cases, |(_, value)| value.clone(), ours, told);
}
