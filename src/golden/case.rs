//! One `case.yaml`: why the case is there, what is asked, what is expected. `schemas/case.schema.json` describes it.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::diagnostic::{Kind, Place, Refusal, nearest};
use crate::dialect::{DIALECTS, Dialect};

/// The name of the file.
pub const FILE: &str = "case.yaml";

/// A larger one is no case.
const LONGEST: u64 = 64 << 10;

/// Keys of a case, for whoever misspells one. `exit-<version>` is one for each version.
const KEYS: [&str; 9] = ["why", "row", "chart", "command", "args", "absent", "oracle", "exit", "unordered"];

/// What a case.yaml says.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// One sentence.
    pub why: String,
    /// The row of a list of requirements that the case shows.
    pub row: Option<String>,
    /// The chart, seen from the case's folder; else the one that is tested.
    pub chart: Option<PathBuf>,
    /// What follows `helm template`; else `rel chart`, with `-f values.yaml` where the case has one.
    pub command: Option<Vec<String>>,
    /// What follows the command.
    pub args: Vec<String>,
    /// Texts that must be nowhere in the answer.
    pub absent: Vec<String>,
    /// Streams whose lines Helm prints in the order of a Go map: kept and compared as sorted lines.
    pub unordered: Vec<Stream>,
    /// Who gave the expected answers, the main one first. Empty: nobody said.
    pub oracles: Vec<Oracle>,
    pub exit: u8,
    /// Where a version ends with another exit code.
    pub exit_of: BTreeMap<String, u8>,
}

/// A part of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    Stdout,
    Stderr,
}

/// Who gave an expected answer: `helm 4.3.1`, or `plimsoll 4.3.1` for our own render as that version.
#[derive(Clone, Debug)]
pub struct Oracle {
    pub program: Program,
    pub dialect: &'static Dialect,
    /// As it is written.
    pub version: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    Helm,
    Plimsoll,
}

impl fmt::Display for Oracle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = match self.program {
            Program::Helm => "helm",
            Program::Plimsoll => "plimsoll",
        };
        write!(f, "{program} {}", self.version)
    }
}

/// The file as it is written.
#[derive(Deserialize)]
struct Written {
    why: String,
    row: Option<String>,
    chart: Option<PathBuf>,
    command: Option<Vec<String>>,
    #[serde(default)]
    args: Vec<String>,
    #[serde(default)]
    absent: Vec<String>,
    #[serde(default)]
    unordered: Vec<Stream>,
    #[serde(default)]
    oracle: OneOrMore,
    #[serde(default)]
    exit: u8,
    #[serde(flatten)]
    others: BTreeMap<String, serde_yaml::Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl Default for OneOrMore {
    fn default() -> Self {
        OneOrMore::More(Vec::new())
    }
}

impl Case {
    /// Reads the case.yaml of a folder.
    ///
    /// # Errors
    /// Kind [`Kind::Usage`] with the place: it cannot be read, or says what a case cannot say.
    pub fn read(folder: &Path) -> Result<Case, Refusal> {
        let path = folder.join(FILE);
        let shown = path.to_string_lossy().into_owned();
        let fail = |words: String| Refusal::new(Kind::Usage, words).at(Place::file(shown.as_str()));
        let found = fs::symlink_metadata(&path).map_err(|e| fail(format!("cannot be read: {e}")))?;
        if !found.is_file() {
            return Err(fail("is not a file: a case stands where it is, and leads nowhere".into()));
        }
        if found.len() > LONGEST {
            return Err(fail(format!("is larger than a case can be: {} of {LONGEST} bytes", found.len())));
        }
        let text = fs::read_to_string(&path).map_err(|e| fail(format!("cannot be read: {e}")))?;
        Case::parse(&text).map_err(|wrong| {
            let (line, column) = wrong.at.unwrap_or((0, 0));
            Refusal::new(Kind::Usage, wrong.message).at(Place::at(shown.as_str(), line, column))
        })
    }

    fn parse(text: &str) -> Result<Case, Wrong> {
        let written: Written = serde_yaml::from_str(text).map_err(|e| {
            let at = e.location().map(|l| (l.line() as u32, l.column() as u32));
            Wrong { message: e.to_string(), at }
        })?;
        let at_key = |key: &str, message: String| Wrong { message, at: line_of(text, key).map(|line| (line, 1)) };
        let Written { why, row, chart, command, args, absent, unordered, oracle, exit, others } = written;
        if why.trim().is_empty() {
            return Err(at_key("why", "`why` is empty: a case says why it is there".into()));
        }
        if absent.iter().any(String::is_empty) {
            return Err(at_key("absent", "`absent` names an empty text, which is everywhere".into()));
        }
        let known_exit = |code: u8| code <= 1;
        if !known_exit(exit) {
            return Err(at_key("exit", format!("`exit` is {exit}; Helm ends with 0 or 1")));
        }
        let named = match oracle {
            OneOrMore::One(name) => vec![name],
            OneOrMore::More(names) => names,
        };
        let mut oracles = Vec::new();
        for name in &named {
            let oracle = Oracle::parse(name).map_err(|message| at_key("oracle", message))?;
            if oracles.iter().any(|known: &Oracle| known.version == oracle.version) {
                return Err(at_key("oracle", format!("`oracle` names the version {} twice", oracle.version)));
            }
            oracles.push(oracle);
        }
        let mut exit_of = BTreeMap::new();
        for (key, value) in &others {
            let version = key.strip_prefix("exit-").ok_or_else(|| {
                let near = nearest(key, KEYS).map(|n| format!("; is `{n}` meant?")).unwrap_or_default();
                at_key(key, format!("unknown key `{key}`{near}"))
            })?;
            let code = value.as_u64().and_then(|n| u8::try_from(n).ok()).filter(|code| known_exit(*code));
            let code = code.ok_or_else(|| at_key(key, format!("`{key}` is not 0 or 1")))?;
            exit_of.insert(version.to_string(), code);
        }
        Ok(Case { why, row, chart, command, args, absent, unordered, oracles, exit, exit_of })
    }

    /// What follows `helm template`, for the case in a folder.
    pub fn arguments(&self, folder: &Path) -> Vec<String> {
        let usual = || {
            let mut command = vec!["rel".to_string(), "chart".to_string()];
            if folder.join("values.yaml").exists() {
                command.extend(["-f", "values.yaml"].map(str::to_string));
            }
            command
        };
        let mut arguments = self.command.clone().unwrap_or_else(usual);
        arguments.extend(self.args.iter().cloned());
        arguments
    }

    /// The exit code of a version.
    pub fn exit_as(&self, version: &str) -> u8 {
        self.exit_of.get(version).copied().unwrap_or(self.exit)
    }
}

impl Oracle {
    fn parse(text: &str) -> Result<Oracle, String> {
        let (program, version) = text.split_once(' ').unwrap_or((text, ""));
        let program = match program {
            "helm" => Program::Helm,
            "plimsoll" => Program::Plimsoll,
            _ => return Err(format!("`oracle` is {text:?} and not `helm VERSION` or `plimsoll VERSION`")),
        };
        let dialect = Dialect::find(version).ok_or_else(|| {
            let known: Vec<&str> = DIALECTS.iter().map(|d| d.version).collect();
            format!("`oracle` names Helm {version:?}, and no dialect speaks for it; known: {}", known.join(", "))
        })?;
        Ok(Oracle { program, dialect, version: version.into() })
    }

    /// Ours, as a version.
    pub fn ours(dialect: &'static Dialect) -> Oracle {
        Oracle { program: Program::Plimsoll, dialect, version: dialect.version.into() }
    }
}

#[derive(Debug)]
struct Wrong {
    message: String,
    at: Option<(u32, u32)>,
}

/// The line of a key at the left margin.
fn line_of(text: &str, key: &str) -> Option<u32> {
    let is_key = |line: &str| {
        let name = line.trim_start_matches(['"', '\'']);
        name.strip_prefix(key).is_some_and(|rest| rest.trim_start_matches(['"', '\'']).trim_start().starts_with(':'))
    };
    text.lines().position(is_key).and_then(|n| u32::try_from(n + 1).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> (String, Option<u32>) {
        let wrong = Case::parse(text).unwrap_err();
        (wrong.message, wrong.at.map(|(line, _)| line))
    }

    #[test]
    fn a_whole_case_is_read() {
        let text = "why: it shows\nrow: A1\nchart: ../chart\ncommand: [rel, chart]\nargs: [\"--is-upgrade\"]\n\
                    absent: [geheim]\noracle: [helm 4.3.1, plimsoll 3.22.0]\nexit: 0\nexit-3.22.0: 1\n";
        let case = Case::parse(text).unwrap();
        assert_eq!((case.oracles.len(), case.exit_as("4.3.1"), case.exit_as("3.22.0")), (2, 0, 1));
        assert_eq!(case.oracles[1].to_string(), "plimsoll 3.22.0");
        let one = Case::parse("why: x\noracle: helm 4.3.1\n").unwrap();
        assert_eq!(one.oracles[0].program, Program::Helm);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let (message, line) = wrong("why: x\nabsnt: [a]\n");
        assert!(message.contains("is `absent` meant?") && line == Some(2), "{message}");
        assert_eq!(wrong("why: ' '\n").1, Some(1));
        assert!(wrong("why: x\nabsent: ['']\n").0.contains("everywhere"));
        assert!(wrong("why: x\nexit: 2\n").0.contains("0 or 1"));
        assert!(wrong("why: x\nexit-3.22.0: no\n").0.contains("not 0 or 1"));
        assert!(wrong("why: x\noracle: kustomize 1\n").0.contains("helm VERSION"));
        assert!(wrong("why: x\noracle: helm 1.0.0\n").0.contains("no dialect"));
        assert!(wrong("why: x\noracle: [helm 4.3.1, plimsoll 4.3.1]\n").0.contains("twice"));
        assert!(wrong("args: []\n").0.contains("why"));
        assert!(wrong("why: [\n").1.is_some());
        assert!(Case::parse(&format!("why: x\nargs: {}", "[".repeat(20_000))).is_err());
    }
}
