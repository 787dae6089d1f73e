//! The library of Helm 3.16 to 3.18.4: the same verdict in the same words, or an honest "not known".

use bumpalo::Bump;
use plimsoll::diagnostic::{Kind, Refusal};
use plimsoll::limits::Stack;
use plimsoll::schema::older_verdict;

use super::generate;
use super::oracle::{Answer, ask, ask_all, cases, split};
use super::{Case, STACK, generated, tree};

/// Of a thousand answers so many may be "not known": mail addresses beyond a name and a host, limits of many digits,
/// identifiers that stand twice, references to metaschemas.
const UNKNOWN: usize = 60;

fn ours(case: &Case) -> Result<String, Refusal> {
    let arena = Bump::new();
    let told = older_verdict(case.schema.as_bytes(), tree(&case.values, case.ints, &arena), Stack::of_size(STACK));
    told.map(|verdict| verdict.err().unwrap_or_default())
}

/// Siblings come in the order of a Go map: as sorted lines.
fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    lines.sort_unstable();
    lines
}

fn hold(name: &str, all: Vec<Case>) {
    let (mut known, mut unknown, mut outside) = (Vec::new(), 0, 0);
    let asked = all.len();
    for case in all {
        let case = Case { major: "older", ..case };
        match ours(&case) {
            Ok(words) => known.push((case, words)),
            // The library would look for it, or recurse until its process ends: it is not asked.
            Err(refusal) if matches!(refusal.kind, Kind::ChartEscapes | Kind::Limit) => outside += 1,
            Err(refusal) if refusal.kind == Kind::Undecided => unknown += 1,
            Err(refusal) => panic!("{refusal:?}: {}", case.schema),
        }
    }
    let payloads: Vec<_> = known.iter().map(|(case, _)| case.payload(1)).collect();
    let (mut differ, mut refused) = (0, 0);
    for ((case, got), answer) in known.iter().zip(ask_all("schema", &payloads)) {
        let texts = |answer: Answer| match answer {
            Answer::Ok(texts) => split(&texts).iter().map(|t| String::from_utf8_lossy(t).into_owned()).collect(),
            answer => panic!("{answer:?}: {}", case.schema),
        };
        let mut want: Vec<String> = texts(answer);
        if sorted(&want[0]) != sorted(got) {
            want = texts(ask("schema", &case.payload(200)));
        }
        refused += usize::from(!want[0].is_empty());
        if !want.iter().any(|want| sorted(want) == sorted(got)) {
            differ += 1;
            if differ <= 8 {
                let want = &want[0];
                eprintln!(
                    "schema: {}\nvalues: {} {}\nwant: {want}\ngot:  {got}\n",
                    case.schema, case.values, case.ints
                );
            }
        }
    }
    println!(
        "oracle {name} of Helm up to 3.18.4: {asked} cases, {differ} differ, {refused} refused, {unknown} not known, {outside} not asked"
    );
    assert_eq!(differ, 0);
    assert!(refused * 10 >= asked, "{refused} of {asked} refused");
    assert!(unknown * 1000 <= asked * UNKNOWN, "{unknown} of {asked} not known");
}

#[test]
fn schemas_and_values_are_judged_as_older_helms_do() {
    hold(
        "schema",
        generated(11, cases(10_000), |rng| {
            let schema = generate::schema(rng);
            (schema.to_string(), generate::values(rng))
        }),
    );
}

#[test]
fn formats_are_judged_as_older_helms_do() {
    hold("format", generated(12, cases(10_000), generate::format));
}

#[test]
fn broken_texts_are_refused_as_older_helms_do() {
    let broken = |rng: &mut fastrand::Rng| (generate::broken_text(rng), generate::values(rng));
    hold("schema text", generated(13, cases(10_000) / 4, broken));
}

#[test]
fn numbers_are_judged_as_older_helms_do() {
    hold("number", generated(14, cases(10_000) / 2, generate::numbers));
}
