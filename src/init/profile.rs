//! What is known of each provider: a file in `profiles/`, read when it is asked for.

use serde::Deserialize;
use serde_json::Value;

use super::host::Host;
use super::wrong;
use crate::diagnostic::{Kind, Plain, Refusal, nearest};
use crate::postgres::provider::{self, PoolMode, Provider};

/// Modes that show who the other side is, or at least encrypt; weaker ones are refused by the chart (A5).
pub const TLS_MODES: [&str; 3] = ["require", "verify-ca", "verify-full"];

/// One provider.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    #[serde(skip)]
    pub id: &'static str,
    pub name: String,
    /// Rows of [`provider::PROVIDERS`] whose hosts are this profile's; none where hosts say nothing.
    pub rows: Vec<String>,
    /// What a host looks like, for people.
    pub looks_like: String,
    /// The host where it is always the same.
    pub host: Option<String>,
    /// The usual port; none where each instance has its own.
    pub port: Option<u16>,
    /// The strongest TLS mode that works; none where another transport is the secure one.
    pub tls: Option<String>,
    /// The strongest one where the host is an address.
    pub by_address: Option<String>,
    /// How to come by the CA's file.
    pub ca: Option<String>,
    /// Sentences for the head of the values file.
    pub facts: Vec<String>,
    /// The provider's own page.
    pub source: String,
    /// The skeleton: values whose leaves are templates.
    pub values: Value,
}

/// In the order in which they are listed.
const FILES: [(&str, &str); 11] = [
    ("rds", include_str!("profiles/rds.yaml")),
    ("aurora", include_str!("profiles/aurora.yaml")),
    ("cloud-sql", include_str!("profiles/cloud-sql.yaml")),
    ("cloud-sql-proxy", include_str!("profiles/cloud-sql-proxy.yaml")),
    ("alloydb", include_str!("profiles/alloydb.yaml")),
    ("azure", include_str!("profiles/azure.yaml")),
    ("supabase", include_str!("profiles/supabase.yaml")),
    ("neon", include_str!("profiles/neon.yaml")),
    ("crunchy-bridge", include_str!("profiles/crunchy-bridge.yaml")),
    ("digitalocean", include_str!("profiles/digitalocean.yaml")),
    ("aiven", include_str!("profiles/aiven.yaml")),
];

const EMBEDDED: &str = include_str!("profiles/embedded.yaml");

/// The names that `--provider` takes.
pub fn ids() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(id, _)| *id)
}

/// The profile of a provider.
///
/// # Errors
/// [`Kind::Usage`]: there is none of this name.
pub fn find(id: &str) -> Result<Profile, Refusal> {
    match FILES.iter().find(|(known, _)| *known == id) {
        Some((id, text)) => read(id, text),
        None => {
            let near = nearest(id, ids()).map(|n| format!("; is {n} meant?")).unwrap_or_default();
            let known: Vec<&str> = ids().collect();
            Err(wrong(
                "--provider",
                format!("{:?} is not known{near} (known: {})", Plain(id).to_string(), known.join(", ")),
            ))
        }
    }
}

/// The profile of the mode without a provider.
pub fn embedded() -> Result<Profile, Refusal> {
    read("embedded", EMBEDDED)
}

fn read(id: &'static str, text: &str) -> Result<Profile, Refusal> {
    // A test reads them all.
    let profile: Profile =
        serde_yaml::from_str(text).map_err(|e| Refusal::new(Kind::Undecided, format!("profile {id}: {e}")))?;
    Ok(Profile { id, ..profile })
}

impl Profile {
    /// Whether programs talk to a proxy in their own pod, which is the secure transport.
    pub fn is_proxy(&self) -> bool {
        self.tls.is_none()
    }

    /// Refuses a host that is known to be another provider's, or another endpoint's.
    pub fn check_host(&self, host: &Host) -> Result<(), Refusal> {
        let text = host.to_string();
        if self.is_proxy() {
            return match host.is_loopback() {
                true => Ok(()),
                false => Err(wrong("--host", "the proxy answers on loopback: leave it out")),
            };
        }
        match provider::of(&text) {
            Some(row) if !self.owns(row) => {
                let other = FILES.iter().map(|(id, _)| *id).find(|id| *id == row.id);
                let advice = other.map_or_else(|| "no profile is for it".into(), |id| format!("--provider {id}?"));
                Err(wrong("--host", format!("this is a host of {}, not of {}: {advice}", row.name, self.name)))
            }
            Some(row) if row.read_only(&text) => Err(wrong("--host", "this endpoint only reads")),
            _ => Ok(()),
        }
    }

    fn owns(&self, row: &Provider) -> bool {
        self.rows.iter().any(|id| id == row.id)
    }

    /// What somebody should hear about a host, if anything.
    pub fn remark(&self, host: &Host, port: u16) -> Option<String> {
        let text = host.to_string();
        let Some(row) = provider::of(&text) else {
            let alias = self.tls.as_deref() == Some("verify-full");
            return alias.then(|| {
                format!("{text} does not look like {}: does the server's certificate name it?", self.looks_like)
            });
        };
        (row.pooler(&text, port) == Some(PoolMode::Transaction)).then(|| {
            format!("{text}:{port} is a pooler in transaction mode: no LISTEN, no session SET, no advisory locks of a session")
        })
    }

    /// The TLS mode to use, with what the user wants.
    pub fn tls_for(&self, wanted: Option<&str>, host: Option<&Host>) -> Result<Option<String>, Refusal> {
        let Some(strongest) = &self.tls else {
            return match wanted {
                Some(_) => Err(wrong("--tls", "the proxy is the secure transport and speaks no TLS on loopback")),
                None => Ok(None),
            };
        };
        let by_name = host
            .is_some_and(|host| !host.is_address() && provider::of(&host.to_string()).is_some_and(|r| r.names_host));
        match wanted {
            None => Ok(Some(strongest.clone())),
            Some(mode) if !TLS_MODES.contains(&mode) => {
                let near =
                    nearest(mode, TLS_MODES.iter().copied()).map(|n| format!("; is {n} meant?")).unwrap_or_default();
                Err(wrong(
                    "--tls",
                    format!("{:?} is not one of {}{near}", Plain(mode).to_string(), TLS_MODES.join(", ")),
                ))
            }
            Some("verify-full") if self.by_address.is_some() && !by_name => Err(wrong(
                "--tls",
                format!("the certificates of {} do not name what is connected to: verify-ca", self.name),
            )),
            Some(mode) => Ok(Some(mode.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::provider::{Demand, PROVIDERS};

    #[test]
    fn every_profile_reads_and_agrees_with_what_is_known_of_its_hosts() {
        let mut rows = 0;
        for (id, text) in FILES {
            let profile = read(id, text).unwrap();
            assert!(profile.source.starts_with("https://") && !profile.facts.is_empty(), "{id}");
            assert_eq!(profile.ca.is_some(), profile.tls.is_some(), "{id}");
            for row in &profile.rows {
                let row = PROVIDERS.iter().find(|p| p.id == row).unwrap_or_else(|| panic!("{id}: {row}"));
                rows += 1;
                assert!(
                    profile.port.is_none_or(|port| port == row.port) && (row.port == 0) == profile.port.is_none(),
                    "{id}"
                );
                let facts = profile.facts.join("\n");
                let page = row.source.split([' ', '(']).next().unwrap_or_default();
                let site = page.split('/').next().unwrap_or_default();
                assert!(profile.source.contains(site), "{id}: {} is not on {site}", profile.source);
                if row.demand == Demand::Forced {
                    assert!(facts.contains("TLS is required"), "{id}");
                }
                for pooler in row.poolers {
                    let shown = format!("{:?}", pooler.signs);
                    let said = |sign: &str, fact: &str| !shown.contains(sign) || facts.contains(fact);
                    assert!(said("6432", "6432") && said("6543", "6543") && said("5431", "5431"), "{id}: {shown}");
                    assert!(said("25061", "25061") && said("-pooler", "-pooler"), "{id}: {shown}");
                }
            }
        }
        assert!(rows >= 10 && embedded().is_ok());
        assert!(find("rsd").unwrap_err().message.contains("is rds meant?"));
    }

    #[test]
    fn hosts_of_others_are_refused_and_addresses_need_no_full_verification() {
        let host = |text: &str| Host::parse(text).unwrap();
        let rds = find("rds").unwrap();
        assert!(rds.check_host(&host("a.b.eu-west-1.rds.amazonaws.com")).is_ok());
        assert!(rds.check_host(&host("db.example.com")).is_ok());
        let told = rds.check_host(&host("a.cluster-b.eu-west-1.rds.amazonaws.com")).unwrap_err().message;
        assert!(told.contains("--provider aurora"), "{told}");
        assert!(
            rds.check_host(&host("a.proxy-b.eu-west-1.rds.amazonaws.com")).unwrap_err().message.contains("no profile")
        );
        let aurora = find("aurora").unwrap();
        assert!(aurora.check_host(&host("a.cluster-ro-b.eu-west-1.rds.amazonaws.com")).is_err());
        let sql = find("cloud-sql").unwrap();
        assert!(sql.tls_for(Some("verify-full"), Some(&host("10.0.0.3"))).is_err());
        assert!(sql.tls_for(Some("verify-full"), Some(&host("abc.sql.goog"))).is_ok());
        assert_eq!(sql.tls_for(None, None).unwrap().as_deref(), Some("verify-ca"));
        assert!(find("cloud-sql-proxy").unwrap().check_host(&host("10.0.0.3")).is_err());
        assert!(rds.tls_for(Some("prefer"), None).is_err());
    }
}
