//! What a chart's maker says about the application: how its progress is asked, in SQL, and which values make a run short. It
//! stands in `ci/smoke.yaml` of the chart, or in the file that `--app` names. `schemas/smoke-app.schema.json` describes it.
//!
//! Without it a run shows what every chart has, and the rest is UNKNOWN.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

/// What `apiVersion` says.
pub const VERSION: &str = "plimsoll/smoke/v1";
/// Where it stands in a chart's folder.
pub const FILE: &str = "ci/smoke.yaml";
/// A larger file is none, in bytes.
const LONGEST: u64 = 1 << 20;

/// The file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct App {
    pub api_version: String,
    /// The variable of the connection by which all questions are asked and the live writer writes: `STORE_URL`. None: the first
    /// that does not only read.
    pub connection: Option<String>,
    /// Queries of one number that never falls, by name.
    #[serde(default)]
    pub counts: BTreeMap<String, String>,
    /// Queries of one column, each row an identity that is never lost, by name.
    #[serde(default)]
    pub kept: BTreeMap<String, String>,
    /// A query of one number: how many times the last stage was reached.
    pub last_stage: Option<String>,
    #[serde(default)]
    pub install: Scene,
    #[serde(default)]
    pub upgrade: Scene,
    #[serde(default)]
    pub managed: Managed,
}

/// One scenario.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Scene {
    /// Values that it is installed with; the user's come after them.
    #[serde(default)]
    pub values: Value,
    /// A query of one truth: all work is done.
    pub done: Option<String>,
}

/// The scenario whose server the chart did not make. In texts, `${HOST}`, `${PORT}`, `${USER}`, `${PASSWORD}`, `${DATABASE}` are
/// the server's, and `${SECRET}` names the Secret that holds `uri` and `ca.crt`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Managed {
    #[serde(default)]
    pub values: Value,
    pub done: Option<String>,
    /// What stands in `uri`. None: the scenario cannot be shown.
    pub uri: Option<String>,
}

impl App {
    /// Reads the file.
    ///
    /// # Errors
    /// In words, with the place.
    pub fn read(path: &Path) -> Result<App, String> {
        let fail = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
        let size = std::fs::metadata(path).map_err(|e| fail(&e))?.len();
        if size > LONGEST {
            return Err(fail(&"it is longer than such a file can be"));
        }
        let text = std::fs::read_to_string(path).map_err(|e| fail(&e))?;
        App::parse(&text).map_err(|why| fail(&why))
    }

    fn parse(text: &str) -> Result<App, String> {
        let app: App = serde_yaml::from_str(text).map_err(|e| e.to_string())?;
        if app.api_version != VERSION {
            return Err(format!("apiVersion is {:?}; this program knows {VERSION}", app.api_version));
        }
        Ok(app)
    }
}

/// Puts the server's parts into the texts of values, leaf by leaf: nothing can break out of its place.
pub fn filled(values: &Value, parts: &[(&str, &str)]) -> Value {
    match values {
        Value::String(text) => Value::String(filled_text(text, parts)),
        Value::Array(items) => items.iter().map(|item| filled(item, parts)).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), filled(value, parts))).collect(),
        other => other.clone(),
    }
}

/// The same for one text.
pub fn filled_text(text: &str, parts: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let named = parts.iter().find(|(name, _)| {
            tail.get(2..).and_then(|t| t.strip_prefix(name)).is_some_and(|after| after.starts_with('}'))
        });
        let (put, skip) = named.map_or(("${", 2), |(name, value)| (*value, name.len() + 3));
        out.push_str(put);
        rest = tail.get(skip..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_file_is_read_and_an_unknown_key_refused() {
        let app = App::parse(
            "apiVersion: plimsoll/smoke/v1\ncounts: {a: SELECT 1}\ninstall:\n  values: {x: 1}\n  done: SELECT true\n",
        );
        let app = app.unwrap();
        assert_eq!((app.counts.len(), app.install.values["x"].as_i64()), (1, Some(1)));
        assert!(App::parse("apiVersion: plimsoll/smoke/v1\nlaststage: x\n").unwrap_err().contains("laststage"));
        assert!(App::parse("apiVersion: plimsoll/v1\n").unwrap_err().contains(VERSION));
    }

    #[test]
    fn parts_are_put_where_they_are_named_and_once() {
        let parts = [("HOST", "h${PORT}"), ("PORT", "5432")];
        let values = json!({"a": ["${HOST}:${PORT}", 1], "b": "$${HOST} ${OTHER} ${"});
        assert_eq!(filled(&values, &parts), json!({"a": ["h${PORT}:5432", 1], "b": "$h${PORT} ${OTHER} ${"}));
    }
}
