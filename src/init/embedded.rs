//! Answers about the embedded server to its values file.

use super::connection::password_text;
use super::skeleton::{self, Answers, answer};
use super::{profile, wrong};
use crate::diagnostic::Refusal;

/// The values file: passwords of the owner and of the role that only reads, and the size of the volume (`10Gi`).
///
/// # Errors
/// [`crate::diagnostic::Kind::Usage`], beginning with what is wrong.
pub fn values(password: &str, readonly: &str, storage: Option<&str>) -> Result<String, Refusal> {
    password_text(password).map_err(|words| wrong("the password", words))?;
    password_text(readonly).map_err(|words| wrong("the password of the role that only reads", words))?;
    if let Some(size) = storage {
        quantity(size).map_err(|words| wrong("--storage", words))?;
    }
    let profile = profile::embedded()?;
    let answers = Answers::from([
        ("password", password.into()),
        ("readonly_password", readonly.into()),
        ("storage", answer(storage)),
    ]);
    let mut comments = vec![format!("{}.", profile.name)];
    comments.extend(profile.facts.iter().map(|fact| format!("- {fact}")));
    skeleton::print(&comments, &skeleton::fill(&profile.values, &answers)?)
}

fn quantity(text: &str) -> Result<(), String> {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = &text[..text.len() - digits.len()];
    let unit = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "k", "M", "G", "T", "P", "E"].contains(&digits);
    if unit && !number.is_empty() && !number.starts_with('0') && number.len() <= 9 {
        return Ok(());
    }
    Err("is no size of a volume, such as 10Gi".into())
}
