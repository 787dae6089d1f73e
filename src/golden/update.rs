//! `--update`: the expected files of a case as its answers are now. Every file is whole or as it was: it is written beside
//! its place and renamed, a new case as a whole folder.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use super::answer::Answer;
use super::case::{FILE, Oracle};
use super::expected::{FILES, bytes, file_name};
use super::suite::Found;
use crate::diagnostic::{Kind, Place, Refusal};

/// How files begin that are not in their place yet.
const UNFINISHED: &str = ".plimsoll-unfinished-";

/// Writes what differs; the result names the files. `answers`: the main one first, with who gave each.
///
/// # Errors
/// Kind [`Kind::Usage`] with the place, where something cannot be written. Nothing has changed then but, at worst, some of
/// the files of one case.
pub fn update(found: &Found, answers: &[(Oracle, &Answer)]) -> Result<Vec<String>, Refusal> {
    let mut files = wanted(answers);
    let mut changed = Vec::new();
    for (name, text) in &files {
        if bytes(&found.folder.join(name))? != *text {
            changed.push(name.clone());
        }
    }
    let is_new = !found.is_stored();
    if changed.is_empty() && !is_new {
        return Ok(changed);
    }
    files.retain(|name, _| changed.contains(name));
    let text = if is_new { new_case(found, answers) } else { with_oracles(&found.folder, answers)? };
    if is_new || bytes(&found.folder.join(FILE))?.as_deref() != Some(text.as_bytes()) {
        files.insert(FILE.into(), Some(text.into_bytes()));
        changed.push(FILE.into());
    }
    if is_new {
        create(found, &files)?
    } else {
        replace(&found.folder, &files)?
    }
    Ok(changed)
}

/// The expected files by name; `None`: there is to be none.
fn wanted(answers: &[(Oracle, &Answer)]) -> BTreeMap<String, Option<Vec<u8>>> {
    let part = |answer: &Answer, stem: &str| match stem {
        "stdout" => Some(answer.stdout.clone()),
        "stderr" => Some(answer.stderr.clone()),
        _ => answer.notes.clone(),
    };
    let mut files = BTreeMap::new();
    let Some(((_, main), others)) = answers.split_first() else { return files };
    for (stem, ending) in FILES {
        let shared = part(main, stem);
        if let Some(shared) = &shared {
            files.insert(file_name(stem, ending, None), Some(shared.clone()).filter(|text| !text.is_empty()));
        }
        for (oracle, answer) in others {
            let own = part(answer, stem).filter(|own| shared.as_ref() != Some(own));
            files.insert(file_name(stem, ending, Some(&oracle.version)), own.filter(|_| stem != "notes"));
        }
    }
    files
}

fn new_case(found: &Found, answers: &[(Oracle, &Answer)]) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut text = format!("why: {}\n", quoted(&found.case.why));
    if !found.case.args.is_empty() {
        text.push_str(&format!("args: {}\n", list(&found.case.args)));
    }
    text + &oracle_line(answers)
}

fn oracle_line(answers: &[(Oracle, &Answer)]) -> String {
    let names: Vec<String> = answers.iter().map(|(oracle, _)| oracle.to_string()).collect();
    match names.as_slice() {
        [one] => format!("oracle: {one}\n"),
        more => format!("oracle: {}\n", list(more)),
    }
}

/// A list on one line, as JSON and YAML both read it.
fn list(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| serde_json::Value::from(text.as_str()).to_string()).collect();
    format!("[{}]", quoted.join(", "))
}

/// The case.yaml as it is, with other oracles.
fn with_oracles(folder: &Path, answers: &[(Oracle, &Answer)]) -> Result<String, Refusal> {
    let text = bytes(&folder.join(FILE))?.unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let mut kept = String::new();
    let mut inside = false;
    for line in text.lines() {
        // What is indented, or an item, belongs to the key above it.
        inside = line.starts_with("oracle:") || inside && line.starts_with([' ', '-', ']']);
        if !inside {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    Ok(kept + &oracle_line(answers))
}

/// A case that was not there: as a whole, or not at all.
fn create(found: &Found, files: &BTreeMap<String, Option<Vec<u8>>>) -> Result<(), Refusal> {
    let folder = &found.folder;
    let fail = |e: std::io::Error| refusal(folder, &e);
    let suite = folder.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(suite).map_err(fail)?;
    let unfinished = suite.join(format!("{UNFINISHED}{}", found.name));
    // What an interrupted update has left.
    let _ = fs::remove_dir_all(&unfinished);
    fs::create_dir(&unfinished).map_err(fail)?;
    let mut written = files.iter().filter_map(|(name, text)| Some((name, text.as_ref()?)));
    let done = written
        .try_for_each(|(name, text)| write(&unfinished.join(name), text))
        .and_then(|()| fs::rename(&unfinished, folder));
    done.map_err(|e| {
        let _ = fs::remove_dir_all(&unfinished);
        fail(e)
    })
}

/// Files of a case that is there. All are written before the first takes its place.
fn replace(folder: &Path, files: &BTreeMap<String, Option<Vec<u8>>>) -> Result<(), Refusal> {
    let unfinished = |name: &str| folder.join(format!("{UNFINISHED}{name}"));
    for (name, text) in files {
        let Some(text) = text else { continue };
        if let Err(e) = write(&unfinished(name), text) {
            for name in files.keys() {
                let _ = fs::remove_file(unfinished(name));
            }
            return Err(refusal(&folder.join(name), &e));
        }
    }
    for (name, text) in files {
        let place = folder.join(name);
        let done = match text {
            Some(_) => fs::rename(unfinished(name), &place),
            None => fs::remove_file(&place),
        };
        done.map_err(|e| refusal(&place, &e))?;
    }
    Ok(())
}

fn write(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(text)?;
    file.sync_all()
}

fn refusal(path: &Path, error: &std::io::Error) -> Refusal {
    Refusal::new(Kind::Usage, format!("cannot be written: {error}")).at(Place::file(path.to_string_lossy()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{V3_22, V4_3};

    #[test]
    fn a_version_has_files_of_its_own_only_where_it_differs() {
        let answer = |stdout: &str, notes: &str| Answer {
            stdout: stdout.into(),
            notes: Some(notes.into()),
            ..Answer::default()
        };
        let (a, b) = (answer("a", "n"), answer("b", "m"));
        let files = wanted(&[(Oracle::ours(&V4_3), &a), (Oracle::ours(&V3_22), &b)]);
        let kept: Vec<&str> = files.iter().filter(|(_, text)| text.is_some()).map(|(name, _)| name.as_str()).collect();
        assert_eq!(kept, ["notes.txt", "stdout-3.22.0.yaml", "stdout.yaml"]);
        assert_eq!(files["stderr.txt"], None);
        let same = wanted(&[(Oracle::ours(&V4_3), &a), (Oracle::ours(&V3_22), &a)]);
        assert_eq!(same["stdout-3.22.0.yaml"], None);
    }

    #[test]
    fn another_oracle_takes_the_place_of_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let answer = Answer::default();
        for old in ["oracle: helm 4.3.1\n", "oracle: [\n  helm 4.3.1,\n]\n", "oracle:\n- helm 4.3.1\n", ""] {
            fs::write(folder.path().join(FILE), format!("why: x\n{old}exit: 0\n")).unwrap();
            let text = with_oracles(folder.path(), &[(Oracle::ours(&V4_3), &answer)]).unwrap();
            assert_eq!(text, "why: x\nexit: 0\noracle: plimsoll 4.3.1\n");
        }
    }
}
