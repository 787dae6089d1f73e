//! Templates, held to Helm's own engines: every snippet of a corpus, and thousands of mutants of them.

#[path = "../common/oracle.rs"]
mod oracle;

mod corpus;
mod mutate;
mod ours;

use bstr::ByteSlice;
use plimsoll::dialect::{Dialect, V3_22, V4_3};
use plimsoll::limits::with_deep_stack;

/// One render of a chart of two files.
struct Case {
    dialect: &'static Dialect,
    values: &'static str,
    template: Vec<u8>,
}

/// What a render came to.
#[derive(PartialEq)]
enum Outcome {
    /// Name and text of every file.
    Rendered(Vec<Vec<u8>>),
    Failed(String),
    /// A budget ran out: nothing to compare.
    Limit(String),
}

impl Outcome {
    /// Pointers print as they lie in memory; and only Helm's releases know their whole version.
    fn without_addresses(self) -> Self {
        match self {
            Outcome::Rendered(files) => Outcome::Rendered(files.iter().map(|f| without_addresses(f)).collect()),
            Outcome::Failed(text) => {
                Outcome::Failed(String::from_utf8_lossy(&without_addresses(text.as_bytes())).into_owned())
            }
            limit => limit,
        }
    }
}

fn without_addresses(text: &[u8]) -> Vec<u8> {
    let text = text.replace("v4.3.1", "v4.3").replace("v3.22.0", "v3.22");
    let mut out = Vec::new();
    let mut rest = text.as_slice();
    while let Some(at) = memchr::memmem::find(rest, b"0x") {
        let digits = rest[at + 2..].iter().take_while(|b| b.is_ascii_hexdigit()).count();
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(if digits >= 6 { b"0xADDRESS" } else { &rest[at..at + 2 + digits] });
        rest = &rest[at + 2 + digits..];
    }
    out.extend_from_slice(rest);
    out
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Outcome::Rendered(files) => {
                files.iter().try_for_each(|file| write!(f, "{:?} ", String::from_utf8_lossy(file)))
            }
            Outcome::Failed(message) => write!(f, "error {message:?}"),
            Outcome::Limit(message) => write!(f, "limit {message:?}"),
        }
    }
}

/// Runs all cases on both sides and fails with the differences.
fn compare(cases: Vec<Case>) {
    let mut expected: Vec<Option<Outcome>> = (0..cases.len()).map(|_| None).collect();
    for (dialect, op) in [(&V4_3, "template.v4"), (&V3_22, "template.v3")] {
        let of_dialect = |i: &usize| std::ptr::eq(cases[*i].dialect, dialect);
        let indexes: Vec<usize> = (0..cases.len()).filter(of_dialect).collect();
        let payloads: Vec<Vec<u8>> = indexes
            .iter()
            .map(|i| {
                let mut fields = vec![cases[*i].values.as_bytes().to_vec()];
                for (name, text) in corpus::HELPERS.iter().chain(corpus::FILES) {
                    fields.extend([name.as_bytes().to_vec(), text.as_bytes().to_vec()]);
                }
                fields.extend([b"templates/a.yaml".to_vec(), cases[*i].template.clone()]);
                oracle::fields(&fields)
            })
            .collect();
        for (i, answer) in indexes.into_iter().zip(oracle::ask_all(op, &payloads)) {
            expected[i] = Some(match answer {
                oracle::Answer::Ok(files) => Outcome::Rendered(oracle::split(&files)).without_addresses(),
                oracle::Answer::Err(text) | oracle::Answer::Panic(text) => {
                    Outcome::Failed(String::from_utf8_lossy(&text).into_owned()).without_addresses()
                }
            });
        }
    }
    let got: Vec<Outcome> = with_deep_stack(256 << 20, |stack| {
        cases.iter().map(|case| ours::render(case, stack).without_addresses()).collect()
    })
    .unwrap();
    let (mut differences, mut limits) = (0, 0);
    for ((case, got), expected) in cases.iter().zip(got).zip(expected) {
        let expected = expected.expect("every case was asked");
        if let Outcome::Limit(_) = got {
            limits += 1;
        }
        if got == expected || matches!(got, Outcome::Limit(_)) {
            continue;
        }
        differences += 1;
        if differences <= 25 {
            let text = String::from_utf8_lossy(&case.template);
            eprintln!("{} {text:?}\n  helm: {expected}\n  ours: {got}", case.dialect.version);
        }
    }
    eprintln!("{} cases, {differences} differences, {limits} beyond our limits", cases.len());
    assert_eq!(differences, 0);
    assert!(limits <= cases.len() / 100, "too many cases beyond our limits");
}

#[test]
fn the_corpus_renders_as_helm_renders_it() {
    let mut cases = Vec::new();
    for template in corpus::SNIPPETS.iter().chain(corpus::BEYOND_MUTATION) {
        for dialect in [&V4_3, &V3_22] {
            cases.push(Case { dialect, values: corpus::VALUES, template: template.as_bytes().to_vec() });
        }
    }
    compare(cases);
}

#[test]
fn mutants_render_or_fail_as_helm_has_it() {
    let mut mutator = mutate::Mutator::new(0x9e37_79b9, corpus::SNIPPETS);
    let cases = (0..oracle::cases(20_000))
        .map(|i| {
            let dialect = if i % 2 == 0 { &V4_3 } else { &V3_22 };
            Case { dialect, values: corpus::VALUES, template: mutator.mutant() }
        })
        .collect();
    compare(cases);
}
