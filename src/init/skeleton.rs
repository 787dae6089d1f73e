//! Values whose leaves alone are templates. The skeleton is data before a template is looked at, and our emitter prints what
//! comes of it, so nothing that a user says can be anything but the text of one scalar.

use std::collections::BTreeMap;

use minijinja::value::ValueKind;
use minijinja::{Environment, UndefinedBehavior};
use serde_json::{Map, Value};

use crate::diagnostic::{Kind, Refusal};
use crate::yaml;

/// What leaves may speak of. Nothing ([`answer`] of `None`): there is no answer, and leaves that are nothing else are left out.
pub type Answers = BTreeMap<&'static str, minijinja::Value>;

/// An answer that may be missing.
pub fn answer<T: Into<minijinja::Value>>(value: Option<T>) -> minijinja::Value {
    value.map_or_else(|| minijinja::Value::from(()), Into::into)
}

/// Fills the leaves. A leaf that is one `{{ expression }}` becomes the value itself, a number or a boolean too.
///
/// # Errors
/// [`Kind::Undecided`]: a profile speaks of what it cannot know. Tests fill them all.
pub fn fill(skeleton: &Value, answers: &Answers) -> Result<Value, Refusal> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let answers = minijinja::Value::from_pairs(answers.iter().map(|(name, value)| (*name, value.clone())));
    Ok(node(skeleton, &environment, &answers)?.unwrap_or_else(|| Value::Object(Map::new())))
}

fn node(value: &Value, environment: &Environment<'_>, answers: &minijinja::Value) -> Result<Option<Value>, Refusal> {
    match value {
        Value::Object(map) => {
            let mut filled = Map::new();
            for (key, value) in map {
                if let Some(value) = node(value, environment, answers)? {
                    filled.insert(key.clone(), value);
                }
            }
            Ok((!filled.is_empty() || map.is_empty()).then_some(Value::Object(filled)))
        }
        Value::Array(items) => {
            let filled: Result<Vec<_>, _> = items.iter().map(|item| node(item, environment, answers)).collect();
            Ok(Some(filled?.into_iter().flatten().collect()))
        }
        Value::String(text) if text.contains("{{") => leaf(text, environment, answers),
        fixed => Ok(Some(fixed.clone())),
    }
}

fn leaf(text: &str, environment: &Environment<'_>, answers: &minijinja::Value) -> Result<Option<Value>, Refusal> {
    let fail = |e: minijinja::Error| Refusal::new(Kind::Undecided, format!("the profile's {text:?}: {e}"));
    let whole = text.strip_prefix("{{").and_then(|t| t.strip_suffix("}}")).filter(|t| !t.contains("{{"));
    let Some(expression) = whole else {
        return environment.render_str(text, answers.clone()).map(|filled| Some(Value::String(filled))).map_err(fail);
    };
    let filled = environment.compile_expression(expression).and_then(|e| e.eval(answers.clone())).map_err(fail)?;
    match filled.kind() {
        ValueKind::None => Ok(None),
        ValueKind::Bool => Ok(Some(Value::Bool(filled.is_true()))),
        ValueKind::String => Ok(Some(Value::String(filled.to_string()))),
        ValueKind::Number if i64::try_from(filled.clone()).is_ok() => Ok(i64::try_from(filled).ok().map(Value::from)),
        kind => Err(Refusal::new(Kind::Undecided, format!("the profile's {text:?} is {kind}"))),
    }
}

/// A file: sentences as comments, then the value as Helm would print it.
///
/// # Errors
/// [`Kind::Usage`]: a text has characters that YAML has no words for.
pub fn print(comments: &[String], value: &Value) -> Result<String, Refusal> {
    let yaml = yaml::json_to_yaml(value.to_string().as_bytes())
        .map_err(|e| Refusal::new(Kind::Usage, format!("this cannot be written as YAML: {}", e.cause())))?;
    let mut text = String::new();
    for line in comments.iter().flat_map(|sentence| sentence.lines()) {
        text += format!("# {line}").trim_end();
        text.push('\n');
    }
    text += &String::from_utf8_lossy(&yaml);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn leaves_stay_in_their_scalars_and_absent_answers_leave_no_trace() {
        let skeleton = json!({"a": {"b": "{{ url }}", "c": "pre-{{ url }}"}, "d": {"e": "{{ none }}"}, "f": "{{ yes }}", "g": [], "h": "{{ port }}"});
        let hostile = "x\": {{ y }}\n- z: !!int 1 # c";
        let answers = Answers::from([
            ("url", hostile.into()),
            ("none", answer::<&str>(None)),
            ("yes", true.into()),
            ("port", 5432.into()),
        ]);
        let filled = fill(&skeleton, &answers).unwrap();
        assert_eq!(filled, json!({"a": {"b": hostile, "c": format!("pre-{hostile}")}, "f": true, "g": [], "h": 5432}));
        let text = print(&["two\nlines".into()], &filled).unwrap();
        assert!(text.starts_with("# two\n# lines\n"), "{text}");
        let back: Value = serde_yaml::from_str(&text).unwrap();
        assert_eq!(back, filled);
        assert!(fill(&json!({"a": "{{ nobody }}"}), &answers).is_err());
    }
}
