//! The formats by name, and where each goes.

use std::str::FromStr;

use super::{Report, github, json, junit, sarif, text};
use crate::redact::Secrets;

/// A format of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    Text,
    Json,
    Sarif,
    Junit,
    Github,
    Html,
}

impl Format {
    pub const ALL: [Format; 6] =
        [Format::Text, Format::Json, Format::Sarif, Format::Junit, Format::Github, Format::Html];

    /// Those of findings: a page shows live checks alone.
    pub const OF_FINDINGS: [Format; 5] = [Format::Text, Format::Json, Format::Sarif, Format::Junit, Format::Github];

    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Json => "json",
            Format::Sarif => "sarif",
            Format::Junit => "junit",
            Format::Github => "github",
            Format::Html => "html",
        }
    }
}

/// One `--report`: a format, and the file that it goes to; without one, standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub format: Format,
    pub path: Option<String>,
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, path) = match text.split_once('=') {
            Some((name, path)) => (name, Some(path)),
            None => (text, None),
        };
        let known = Format::ALL.map(Format::name).join(", ");
        let format = Format::ALL.into_iter().find(|f| f.name() == name);
        let format = format.ok_or_else(|| format!("no format is called {name:?}; known: {known}"))?;
        if path == Some("") {
            return Err(format!("{name}= names no file"));
        }
        Ok(Target { format, path: path.filter(|p| *p != "-").map(str::to_string) })
    }
}

/// A report in a format. Nothing leaves with a secret in it: the bytes are looked through once more.
///
/// # Errors
/// In words: the format is not to be had.
pub fn write(report: &Report, format: Format, colour: bool, secrets: &Secrets) -> Result<Vec<u8>, String> {
    let written = match format {
        Format::Text => text::write(report, colour),
        Format::Json => json::write(report),
        Format::Sarif => sarif::write(report),
        Format::Junit => junit::write(report),
        Format::Github => github::write(report),
        Format::Html => return Err("--report html shows live checks: text, json, sarif, junit or github".into()),
    };
    Ok(secrets.hide_bytes(written.as_bytes()).into_owned())
}
