//! Coverage in lcov's tracefile format (`man geninfo`): one record a file, templates as functions, both ways of each branch.

use std::fmt::Write;

use super::{Branch, Coverage, Spot};

/// The tracefile. What came from a chart keeps to its line: a name is cut at the first control character.
pub fn lcov<'c>(all: impl IntoIterator<Item = &'c Coverage>) -> String {
    let mut out = String::new();
    for coverage in all {
        templates(coverage, &mut out);
        spots(&coverage.values_file, coverage.values.values(), &mut out);
        spots(&coverage.schema_file, coverage.clauses.values(), &mut out);
    }
    out
}

fn plain(text: &str) -> &str {
    text.split(char::is_control).next().unwrap_or_default()
}

// A String takes all that is written to it.
fn templates(coverage: &Coverage, out: &mut String) {
    for (name, file) in &coverage.files {
        let _ = writeln!(out, "TN:\nSF:{}", plain(name));
        for (template, spot) in &file.templates {
            let _ = writeln!(out, "FN:{},{}", spot.line, plain(template));
        }
        for (template, spot) in &file.templates {
            let _ = writeln!(out, "FNDA:{},{}", spot.hits, plain(template));
        }
        let reached = file.templates.values().filter(|spot| spot.hits > 0).count();
        let _ = writeln!(out, "FNF:{}\nFNH:{reached}", file.templates.len());
        for (block, branch) in file.branches.values().enumerate() {
            let met = branch.ways.iter().any(|hits| *hits > 0);
            // A branch that can go one way alone has one.
            let counts = |(way, hits): &(usize, &u64)| !branch.one_way || **hits > 0 || !met && *way == 0;
            for (way, hits) in branch.ways.iter().enumerate().filter(counts) {
                let taken = if met { hits.to_string() } else { "-".into() };
                let _ = writeln!(out, "BRDA:{},{block},{way},{taken}", branch.line);
            }
        }
        let add = |sum: (usize, usize), more: (usize, usize)| (sum.0 + more.0, sum.1 + more.1);
        let (reached, all) = file.branches.values().map(Branch::reached).fold((0, 0), add);
        let _ = writeln!(out, "BRF:{all}\nBRH:{reached}");
        lines(file.lines.iter().map(|(line, hits)| (*line, *hits)), out);
    }
}

/// A file whose lines are what counts: the least reached entry of a line speaks for it.
fn spots<'s>(name: &str, spots: impl Iterator<Item = &'s Spot>, out: &mut String) {
    let mut of_lines: std::collections::BTreeMap<u32, u64> = std::collections::BTreeMap::new();
    for spot in spots.filter(|spot| spot.line > 0) {
        of_lines.entry(spot.line).and_modify(|hits| *hits = spot.hits.min(*hits)).or_insert(spot.hits);
    }
    if !of_lines.is_empty() {
        let _ = writeln!(out, "TN:\nSF:{}", plain(name));
        lines(of_lines.into_iter(), out);
    }
}

fn lines(lines: impl Iterator<Item = (u32, u64)>, out: &mut String) {
    let (mut all, mut reached) = (0, 0);
    for (line, hits) in lines {
        let _ = writeln!(out, "DA:{line},{hits}");
        all += 1;
        reached += u32::from(hits > 0);
    }
    let _ = writeln!(out, "LF:{all}\nLH:{reached}\nend_of_record");
}
