//! Objects by kind, and what the API server would say to one.

use http::Method;
use serde_json::Value;

use super::access::Cluster;
use super::ask::Refused;
use super::discovery::segment;

/// Who would own the fields; nothing is ever applied in this name.
pub const MANAGER: &str = "plimsoll-preflight";
/// Objects of one page of a list, and of a whole list.
const PAGE: usize = 500;
const MOST: usize = 20_000;

impl Cluster {
    /// One object.
    ///
    /// # Errors
    /// [`Refused::Missing`]: there is none; [`Refused::NoKind`]: there can be none.
    pub async fn object(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Result<Value, Refused> {
        let (path, resource) = self.path(api_version, kind, namespace).await?;
        if resource.namespaced && namespace.is_empty() {
            return Err(Refused::Missing);
        }
        self.get(&format!("{path}/{}", segment(name)?)).await
    }

    /// All objects of a kind; of all namespaces where none is named.
    pub async fn list(&self, api_version: &str, kind: &str, namespace: &str) -> Result<Vec<Value>, Refused> {
        let (path, _) = self.path(api_version, kind, namespace).await?;
        let mut all = Vec::new();
        let mut token = String::new();
        loop {
            let page = self.get(&format!("{path}?limit={PAGE}{token}")).await?;
            for item in page["items"].as_array().into_iter().flatten() {
                let mut item = item.clone();
                // Items of a list leave out what the list says once.
                item["apiVersion"] = api_version.into();
                item["kind"] = kind.into();
                all.push(item);
            }
            if all.len() > MOST {
                return Err(Refused::Failed(format!("more than {MOST} objects of kind {kind}")));
            }
            match page["metadata"]["continue"].as_str().filter(|t| !t.is_empty()) {
                Some(next) => token = format!("&continue={}", encoded(next)),
                None => return Ok(all),
            }
        }
    }

    /// The object that is there under a manifest's kind and name.
    pub async fn object_of(&self, manifest: &Value, namespace: &str) -> Result<Value, Refused> {
        let (api_version, kind, name) = address(manifest);
        self.object(api_version, kind, namespace, name).await
    }

    /// What the API server would say to an object: a server-side apply that changes nothing.
    pub async fn dry_run(&self, object: &Value, namespace: &str) -> Result<Value, Refused> {
        self.apply_dry(object, namespace, MANAGER, "Warn").await
    }

    /// A server-side apply in somebody's name that changes nothing (`dryRun=All`).
    pub(super) async fn apply_dry(
        &self,
        object: &Value,
        namespace: &str,
        manager: &str,
        validation: &str,
    ) -> Result<Value, Refused> {
        let path = self.path_of(object, namespace).await?;
        let who = format!("fieldValidation={validation}&fieldManager={}", segment(manager)?);
        let path = format!("{path}?dryRun=All&force=true&{who}");
        // JSON is YAML.
        self.call(Method::PATCH, &path, "application/apply-patch+yaml", object.to_string().into_bytes()).await
    }

    /// Where the object of a manifest is.
    pub(super) async fn path_of(&self, manifest: &Value, namespace: &str) -> Result<String, Refused> {
        let (api_version, kind, name) = address(manifest);
        let (path, _) = self.path(api_version, kind, namespace).await?;
        Ok(format!("{path}/{}", segment(name)?))
    }
}

/// `apiVersion`, `kind` and name of a manifest; empty where there is none.
pub(super) fn address(manifest: &Value) -> (&str, &str, &str) {
    let [api_version, kind, name] = [&manifest["apiVersion"], &manifest["kind"], &manifest["metadata"]["name"]];
    (api_version.as_str().unwrap_or_default(), kind.as_str().unwrap_or_default(), name.as_str().unwrap_or_default())
}

/// A token in a query.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(b).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}
