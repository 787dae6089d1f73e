//! The Go libraries that we speak like (`src/go`), held to the real ones by generated cases: one file a family.
//!
//! The seed is fixed; `PLIMSOLL_CASES` sets how many cases each family runs.

#[path = "../common/oracle.rs"]
mod oracle;

mod generate;
mod glob;
mod regexp;
mod semver;
mod text;
mod time;
mod unicode;

#[test]
fn the_oracle_answers_in_order() {
    let payloads: Vec<Vec<u8>> = (0..1000u32).map(|i| i.to_be_bytes().repeat(i as usize % 7)).collect();
    let answers = oracle::ask_all("ping", &payloads);
    let expected: Vec<_> = payloads.into_iter().map(oracle::Answer::Ok).collect();
    assert_eq!(answers, expected);
    assert!(matches!(oracle::ask("nothing", b""), oracle::Answer::Panic(_)));
}
