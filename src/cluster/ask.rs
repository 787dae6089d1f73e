//! One call to the API server.

use std::fmt;

use http::{Method, Request};
use http_body_util::{BodyExt, Limited};
use kube::client::Body;
use serde_json::Value;

use super::access::Cluster;
use crate::diagnostic::excerpt;

/// The longest answer, in bytes. A thousand Secrets of the largest size are more than anybody deploys.
const LONGEST: usize = 64 << 20;
/// The longest text of a server that is repeated, in characters.
const SHOWN: usize = 400;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no such object.
    Missing,
    /// The cluster has no such kind in that version.
    NoKind,
    /// The account may not ask that.
    Denied(String),
    /// The server refuses the object: `reason` as `Invalid`, `Forbidden`, `Conflict`.
    Object { reason: String, message: String },
    /// Everything else: a deadline, a certificate, an answer that is none.
    Failed(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::Missing => f.write_str("there is none"),
            Refused::NoKind => f.write_str("the cluster does not have that kind in that version"),
            Refused::Denied(why) => write!(f, "the account may not ask: {why}"),
            Refused::Object { reason, message } => write!(f, "{reason}: {message}"),
            Refused::Failed(why) => f.write_str(why),
        }
    }
}

/// A server's text, bounded and on one line.
pub(super) fn quoted(text: &str) -> String {
    excerpt(text, SHOWN)
}

impl Cluster {
    /// Reads a path.
    ///
    /// # Errors
    /// [`Refused`]; never `Object`.
    pub async fn get(&self, path: &str) -> Result<Value, Refused> {
        self.call(Method::GET, path, "", Vec::new()).await
    }

    /// Reads a path whose answer is text: a log. What is not UTF-8 is replaced.
    ///
    /// # Errors
    /// [`Refused`]; never `Object`.
    pub async fn text(&self, path: &str) -> Result<String, Refused> {
        let bytes = self.send(Method::GET, path, "", Vec::new()).await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    pub(super) async fn call(&self, method: Method, path: &str, kind: &str, body: Vec<u8>) -> Result<Value, Refused> {
        let bytes = self.send(method, path, kind, body).await?;
        serde_json::from_slice(&bytes).map_err(|_| Refused::Failed("the API server's answer is no JSON".into()))
    }

    async fn send(&self, method: Method, path: &str, kind: &str, body: Vec<u8>) -> Result<Vec<u8>, Refused> {
        let request = Request::builder().method(method).uri(path).header("Accept", "application/json, */*");
        let request = if kind.is_empty() { request } else { request.header("Content-Type", kind) };
        let request = request.body(Body::from(body)).map_err(|e| Refused::Failed(quoted(&e.to_string())))?;
        let work = async {
            let answer = self.client.send(request).await.map_err(|e| Refused::Failed(chain(&e)))?;
            let status = answer.status();
            let body = Limited::new(answer.into_body(), LONGEST).collect().await;
            let body = body.map_err(|e| match e.downcast_ref::<http_body_util::LengthLimitError>() {
                Some(_) => Refused::Failed(format!("the API server answers with more than {} MiB", LONGEST >> 20)),
                None => Refused::Failed(format!("the API server broke off: {}", quoted(&e.to_string()))),
            })?;
            let bytes = body.to_bytes();
            match status.is_success() {
                true => Ok(bytes.to_vec()),
                false => Err(refused(status.as_u16(), &serde_json::from_slice(&bytes).unwrap_or_default())),
            }
        };
        match tokio::time::timeout(self.step, work).await {
            Ok(done) => done,
            Err(_) => {
                Err(Refused::Failed(format!("the API server gives no answer within {} s", self.step.as_secs_f64())))
            }
        }
    }
}

/// What a `Status` says. Source: k8s.io/apimachinery `pkg/api/errors`.
fn refused(code: u16, status: &Value) -> Refused {
    let text = |key: &str| quoted(status[key].as_str().unwrap_or_default());
    let (reason, message) = (text("reason"), text("message"));
    match code {
        404 => Refused::Missing,
        401 => Refused::Denied(if message.is_empty() { "the credentials are not accepted".into() } else { message }),
        // Admission refuses with 403 as well; only authorization speaks of a user who cannot.
        403 if message.contains(" cannot ") && message.contains("User \"") => Refused::Denied(message),
        403 | 409 | 422 => Refused::Object { reason, message },
        400 if !reason.is_empty() => Refused::Object { reason, message },
        // A server-side apply of a value that is none of its type ends as an error of the server's.
        500 if message.contains("failed to convert new object") => {
            Refused::Object { reason: "Invalid".into(), message }
        }
        _ if message.is_empty() => Refused::Failed(format!("the API server answers with status {code}")),
        _ => Refused::Failed(format!("the API server answers with status {code}: {message}")),
    }
}

/// An error with what is below it: the outer one alone says "service error".
fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let text = inner.to_string();
        if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
        source = inner.source();
    }
    format!("the API server cannot be asked: {}", quoted(&words))
}
