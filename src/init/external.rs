//! Answers about an external server to its values file, and to the Secrets that go with it.

use super::connection::Connection;
use super::manifest::{self, Secret};
use super::profile::Profile;
use super::skeleton::{self, Answers, answer};
use super::{names, wrong};
use crate::diagnostic::Refusal;

/// Where the connection string will be.
pub enum Origin {
    /// In a Secret. The connection is only needed to write that Secret.
    Secret { name: String, key: String, connection: Option<Connection> },
    /// In the values file itself.
    Inline(Connection),
}

/// The certificate authority's file.
pub struct Authority {
    pub secret: String,
    pub key: String,
    /// Where the chart mounts it.
    pub mount: String,
    /// The certificates, where the Secret is to be written too.
    pub pem: Option<String>,
}

/// Everything that was answered.
pub struct External {
    pub profile: Profile,
    pub origin: Origin,
    pub port: u16,
    /// As `Profile::tls_for` has it.
    pub tls: Option<String>,
    pub authority: Option<Authority>,
    /// Image of the auth proxy, and the instance that it connects to.
    pub proxy: Option<(String, String)>,
}

impl External {
    /// The values file.
    pub fn values(&self) -> Result<String, Refusal> {
        let (url, secret, key) = match &self.origin {
            Origin::Inline(connection) => (Some(connection.url(&[])?), None, None),
            Origin::Secret { name, key, .. } => (None, Some(name.as_str()), Some(key.as_str())),
        };
        let encoded = (self.tls.is_some() && url.is_none()).then_some(true);
        let (image, instance) = self.proxy.as_ref().map(|(i, n)| (i.as_str(), n.as_str())).unzip();
        let authority = self.authority.as_ref();
        let answers = Answers::from([
            ("url", answer(url)),
            ("secret", answer(secret)),
            ("secret_key", answer(key)),
            ("encoded", answer(encoded)),
            ("tls", answer(self.tls.as_deref())),
            ("ca_secret", answer(authority.map(|ca| ca.secret.as_str()))),
            ("ca_key", answer(authority.map(|ca| ca.key.as_str()))),
            ("port", self.port.into()),
            ("proxy_image", answer(image)),
            ("instance", answer(instance)),
        ]);
        skeleton::print(&self.comments(), &skeleton::fill(&self.profile.values, &answers)?)
    }

    /// What the head of the values file says.
    fn comments(&self) -> Vec<String> {
        let profile = &self.profile;
        let mut lines = vec![format!("External Postgres: {}.", profile.name)];
        lines.extend(profile.facts.iter().map(|fact| format!("- {fact}")));
        lines.push(format!("Source: {}", profile.source));
        match &self.origin {
            Origin::Inline(_) => {
                lines.push("This file holds the password: keep it where secrets are kept, or use a Secret.".into());
            }
            Origin::Secret { name, key, .. } => {
                let query = match (&self.tls, &self.authority) {
                    (Some(mode), Some(ca)) => format!("?sslmode={mode}&sslrootcert={}/{}", ca.mount, ca.key),
                    (Some(mode), None) => format!("?sslmode={mode}"),
                    (None, _) => String::new(),
                };
                lines.push(format!(
                    "Secret {name}, key {key}, holds the whole connection string, the password percent-encoded:"
                ));
                lines.push(format!("  postgresql://USER:PASSWORD@HOST:{}/DATABASE{query}", self.port));
            }
        }
        if let (Some(ca), Some(how)) = (&self.authority, &profile.ca) {
            lines.push(format!("Secret {}, key {}, holds the CA. To come by it:", ca.secret, ca.key));
            lines.push(format!("  {how}"));
            lines.push(format!("  kubectl create secret generic {} --from-file={}=ca.crt", ca.secret, ca.key));
        }
        lines
    }

    /// The Secrets, where there is anything to write: the connection string's, the CA's. The second result says whether a
    /// password is in it.
    pub fn manifest(&self, namespace: Option<&str>) -> Result<Option<(String, bool)>, Refusal> {
        let url = match &self.origin {
            Origin::Secret { name, key, connection: Some(connection) } => {
                let path = self.authority.as_ref().map(|ca| format!("{}/{}", ca.mount, ca.key));
                let mut parameters = Vec::new();
                parameters.extend(self.tls.as_deref().map(|mode| ("sslmode", mode)));
                parameters.extend(path.as_deref().map(|path| ("sslrootcert", path)));
                Some((name, key, connection.url(&parameters)?))
            }
            _ => None,
        };
        let mut secrets = Vec::new();
        if let Some((name, key, url)) = &url {
            let comment = "The connection string, with the password in it: keep this file where secrets are kept.";
            secrets.push(Secret { name, key, text: url, comment });
        }
        if let Some(Authority { secret, key, pem: Some(pem), .. }) = &self.authority {
            secrets.push(Secret {
                name: secret,
                key,
                text: pem,
                comment: "The certificate authority of the server. Public.",
            });
        }
        if secrets.is_empty() {
            return Ok(None);
        }
        Ok(Some((manifest::documents(&secrets, namespace)?, url.is_some())))
    }
}

impl Authority {
    /// Checks the names, and that the file is one of certificates and of nothing else.
    pub fn new(secret: &str, key: &str, mount: &str, pem: Option<String>) -> Result<Authority, Refusal> {
        names::object(secret).map_err(|words| wrong("--ca-secret", words))?;
        names::key(key).map_err(|words| wrong("--ca-key", words))?;
        names::folder(mount).map_err(|words| wrong("--ca-mount", words))?;
        if let Some(pem) = &pem {
            certificates(pem).map_err(|words| wrong("--ca-file", words))?;
        }
        Ok(Authority { secret: secret.into(), key: key.into(), mount: mount.trim_end_matches('/').into(), pem })
    }
}

fn certificates(pem: &str) -> Result<(), String> {
    const LARGEST: usize = 1 << 20;
    if pem.len() > LARGEST {
        return Err("is larger than a Secret can be".into());
    }
    if pem.contains("PRIVATE KEY") {
        return Err("holds a private key".into());
    }
    if !pem.contains("-----BEGIN CERTIFICATE-----") || !pem.contains("-----END CERTIFICATE-----") {
        return Err("holds no certificate in PEM".into());
    }
    match pem.chars().all(|c| c.is_ascii_graphic() || matches!(c, ' ' | '\n' | '\r' | '\t')) {
        true => Ok(()),
        false => Err("is not plain text".into()),
    }
}
