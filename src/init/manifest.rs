//! Secrets as documents that `kubectl apply -f` takes.

use serde_json::{Value, json};

use super::skeleton;
use crate::diagnostic::Refusal;

/// One Secret with one key.
pub struct Secret<'a> {
    pub name: &'a str,
    pub key: &'a str,
    pub text: &'a str,
    /// Why it is there: one sentence.
    pub comment: &'a str,
}

/// The documents, in the given order.
///
/// # Errors
/// [`crate::diagnostic::Kind::Usage`]: a text that YAML has no words for.
pub fn documents(secrets: &[Secret<'_>], namespace: Option<&str>) -> Result<String, Refusal> {
    let mut text = String::new();
    for secret in secrets {
        let mut metadata = json!({"name": secret.name});
        if let (Some(namespace), Some(map)) = (namespace, metadata.as_object_mut()) {
            map.insert("namespace".into(), Value::String(namespace.into()));
        }
        let document = json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": metadata,
            "type": "Opaque",
            "stringData": {secret.key: secret.text},
        });
        if !text.is_empty() {
            text += "---\n";
        }
        text += &skeleton::print(&[secret.comment.into()], &document)?;
    }
    Ok(text)
}
