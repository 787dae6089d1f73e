//! A golden case: a folder with `case.yaml` and `values.yaml`. What is expected comes from real Helm, later.

use std::path::{Component, Path, PathBuf};

use serde_json::json;

use super::file::Draft;
use super::skeleton;
use super::wrong;
use crate::diagnostic::Refusal;

/// What is known of it.
pub struct Case<'a> {
    pub name: &'a str,
    /// One sentence.
    pub why: &'a str,
    pub absent: &'a [String],
    /// What the values file holds.
    pub values: &'a str,
}

impl Case<'_> {
    /// The files of the case, below `suite`. `chart` and `suite` are paths from one folder.
    ///
    /// # Errors
    /// [`crate::diagnostic::Kind::Usage`] naming the flag.
    pub fn files(&self, chart: &Path, suite: &Path) -> Result<Vec<Draft>, Refusal> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if self.name.is_empty() || self.name.len() > 100 || !self.name.bytes().all(plain) || self.name.starts_with('-')
        {
            return Err(wrong("--name", "is no name of a case: lower case letters, digits and -"));
        }
        if self.why.trim().is_empty() || self.why.chars().any(char::is_control) {
            return Err(wrong("--why", "is not one sentence"));
        }
        let folder = suite.join(self.name);
        let chart =
            relative(chart, &folder).ok_or_else(|| wrong("CHART", "cannot be reached from the case's folder"))?;
        let mut case = json!({"why": self.why, "chart": chart});
        if let (false, Some(map)) = (self.absent.is_empty(), case.as_object_mut()) {
            map.insert("absent".into(), json!(self.absent));
        }
        let draft = |name: &str, text: String| Draft { path: folder.join(name), text, secret: false };
        Ok(vec![draft("case.yaml", skeleton::print(&[], &case)?), draft("values.yaml", self.values.into())])
    }
}

/// The way from a folder to a path, where both start from one place.
fn relative(path: &Path, folder: &Path) -> Option<String> {
    let clean = |path: &Path| {
        let mut parts: Vec<String> = Vec::new();
        for part in path.components() {
            match part {
                Component::Normal(name) => parts.push(name.to_str()?.to_string()),
                Component::CurDir | Component::RootDir => {}
                Component::ParentDir => drop(parts.pop()?),
                Component::Prefix(_) => return None,
            }
        }
        Some(parts)
    };
    let (to, from) = (clean(path)?, clean(folder)?);
    let shared = to.iter().zip(&from).take_while(|(a, b)| a == b).count();
    let up = from.iter().skip(shared).map(|_| "..");
    let way: PathBuf = up.chain(to.iter().skip(shared).map(String::as_str)).collect();
    way.to_str().map(str::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chart_is_named_from_the_case() {
        let files = |chart: &str, suite: &str, name: &str| {
            let case = Case { name, why: "a: b", absent: &["x".into()], values: "a: 1\n" };
            case.files(Path::new(chart), Path::new(suite)).map(|files| files[0].text.clone())
        };
        assert_eq!(
            files("/r/chart", "/r/golden/chart", "a-1").unwrap(),
            "absent:\n- x\nchart: ../../../chart\nwhy: 'a: b'\n"
        );
        assert_eq!(files("/r/./x/../chart", "/r/golden", "a").unwrap().lines().nth(2), Some("chart: ../../chart"));
        for name in ["", "../a", "A", "a/b", "-a"] {
            assert!(files("/r/c", "/r/g", name).is_err(), "{name}");
        }
    }
}
