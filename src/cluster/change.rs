//! Makes objects and removes them. What is removed is named by its UID too, so that it is never another one of the same name.

use http::Method;
use serde_json::{Value, json};

use super::access::Cluster;
use super::ask::Refused;
use super::discovery::segment;
use super::objects::address;

const JSON: &str = "application/json";
/// What `metadata.managedFields` says of what this program makes.
const MANAGER: &str = "plimsoll";

impl Cluster {
    /// Makes an object.
    ///
    /// # Errors
    /// [`Refused::Object`] with the reason `AlreadyExists`: there is one of that name.
    pub async fn create(&self, object: &Value, namespace: &str) -> Result<Value, Refused> {
        self.post(object, namespace, "").await
    }

    /// What would become of an object that is made: with the server's defaults. Nothing is made.
    pub async fn would_create(&self, object: &Value, namespace: &str) -> Result<Value, Refused> {
        self.post(object, namespace, "&dryRun=All").await
    }

    async fn post(&self, object: &Value, namespace: &str, more: &str) -> Result<Value, Refused> {
        let (api_version, kind, _) = address(object);
        let (path, _) = self.path(api_version, kind, namespace).await?;
        let path = format!("{path}?fieldManager={MANAGER}&fieldValidation=Ignore{more}");
        self.call(Method::POST, &path, JSON, object.to_string().into_bytes()).await
    }

    /// What would become of an object that is there when it is merged with `patch` (RFC 7386), as Helm does on the client's side.
    /// Nothing is changed.
    pub async fn would_merge(&self, object: &Value, namespace: &str, patch: &Value) -> Result<Value, Refused> {
        let path = self.path_of(object, namespace).await?;
        let path = format!("{path}?dryRun=All&fieldManager={MANAGER}&fieldValidation=Ignore");
        self.call(Method::PATCH, &path, "application/merge-patch+json", patch.to_string().into_bytes()).await
    }

    /// What would become of an object by a server-side apply in somebody's name: what they applied before, and do not any more, is
    /// removed. Nothing is changed.
    pub async fn would_apply(&self, object: &Value, namespace: &str, manager: &str) -> Result<Value, Refused> {
        self.apply_dry(object, namespace, manager, "Ignore").await
    }

    /// Whether the account may do something; nothing is made by asking.
    ///
    /// # Errors
    /// [`Refused`]: it cannot be told.
    pub async fn may(&self, verb: &str, resource: &str, namespace: &str) -> Result<bool, Refused> {
        let review = json!({
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": {"verb": verb, "resource": resource, "namespace": namespace}},
        });
        let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        let answer = self.call(Method::POST, path, JSON, review.to_string().into_bytes()).await?;
        Ok(answer["status"]["allowed"] == true)
    }

    /// Removes an object, if it is still the one with this UID. Its end may take a while.
    ///
    /// # Errors
    /// [`Refused::Missing`]: there is none. [`Refused::Object`] with the reason `Conflict`: it is another one.
    pub async fn delete(&self, of: (&str, &str), namespace: &str, name: &str, uid: &str) -> Result<(), Refused> {
        let (path, _) = self.path(of.0, of.1, namespace).await?;
        let options = json!({
            "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background", "preconditions": {"uid": uid},
        });
        let path = format!("{path}/{}", segment(name)?);
        self.call(Method::DELETE, &path, JSON, options.to_string().into_bytes()).await.map(drop)
    }
}
