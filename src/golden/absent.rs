//! Texts that must be nowhere in an answer; and whether they could have been.

use super::answer::Answer;
use super::compare::{Difference, What};
use crate::diagnostic::Place;

/// The texts of a case's `absent` that are in its answer, each a difference. `place` is the case's file.
pub fn present(absent: &[String], answer: &Answer, place: &Place) -> Vec<Difference> {
    let parts = [
        ("standard output", Some(&answer.stdout)),
        ("standard error", Some(&answer.stderr)),
        ("NOTES", answer.notes.as_ref()),
    ];
    let mut found = Vec::new();
    for text in absent {
        for (part, bytes) in &parts {
            let Some(at) = bytes.and_then(|bytes| memchr::memmem::find(bytes, text.as_bytes())) else { continue };
            let before = bytes.and_then(|bytes| bytes.get(..at)).unwrap_or_default();
            let line = 1 + memchr::memchr_iter(b'\n', before).count();
            found.push(Difference {
                what: What::Present,
                subject: format!("absent {text:?}"),
                message: format!("must be absent, and stands in line {line} of {part}"),
                place: place.clone(),
                fields: Vec::new(),
                more_fields: 0,
                diff: Vec::new(),
            });
        }
    }
    found
}

/// The first text that asserts nothing: it stands in none of `texts`, which are what the case gives and what others answer.
pub fn unfounded<'a>(absent: &'a [String], texts: &[&[u8]]) -> Option<&'a str> {
    let is_known = |wanted: &String| texts.iter().any(|text| memchr::memmem::find(text, wanted.as_bytes()).is_some());
    absent.iter().find(|wanted| !is_known(wanted)).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_in_every_part() {
        let answer =
            Answer { exit: 0, stdout: b"a\nsecret\n".to_vec(), stderr: Vec::new(), notes: Some(b"secret".to_vec()) };
        let absent = ["secret".to_string(), "other".to_string()];
        let found = present(&absent, &answer, &Place::file("case.yaml"));
        assert_eq!(found.len(), 2);
        assert!(found[0].message.contains("line 2 of standard output"), "{}", found[0].message);
        assert_eq!(unfounded(&absent, &[b"x secret y"]), Some("other"));
        assert_eq!(unfounded(&absent, &[b"secret", b"other"]), None);
    }
}
