//! What a certificate says: for whom, until when, by whom. And whether it names a host, as libpq compares names.

use std::net::IpAddr;

use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use super::halt::quoted;

/// A certificate, in words and numbers. Nothing of it is trusted by being here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    pub subject: String,
    pub issuer: String,
    /// `dNSName`s and `iPAddress`es of its subjectAltName.
    pub names: Vec<String>,
    pub common_name: Option<String>,
    /// Seconds since 1970.
    pub not_before: i64,
    pub not_after: i64,
    /// 1 or 3.
    pub version: u32,
    pub self_issued: bool,
}

impl Certificate {
    /// Reads DER.
    ///
    /// # Errors
    /// In words: it is no certificate.
    pub fn read(der: &[u8]) -> Result<Certificate, String> {
        let (_, cert) = X509Certificate::from_der(der).map_err(|_| "it is no X.509 certificate".to_string())?;
        let common_name = cert.subject().iter_common_name().next().and_then(|cn| cn.as_str().ok()).map(quoted);
        Ok(Certificate {
            subject: quoted(&cert.subject().to_string()),
            issuer: quoted(&cert.issuer().to_string()),
            names: names(&cert).iter().map(Name::to_string).collect(),
            common_name,
            not_before: cert.validity().not_before.timestamp(),
            not_after: cert.validity().not_after.timestamp(),
            version: cert.version().0 + 1,
            self_issued: cert.subject().as_raw() == cert.issuer().as_raw(),
        })
    }

    /// Whether a moment (seconds since 1970) lies in its time.
    pub fn is_valid_at(&self, now: i64) -> bool {
        self.not_before <= now && now <= self.not_after
    }

    /// Whole days from a moment to its end; negative once it has passed.
    pub fn days_left(&self, now: i64) -> i64 {
        (self.not_after - now).div_euclid(86_400)
    }

    /// `db.example, 10.0.0.1`, or the common name where no other stands.
    pub fn shown_names(&self) -> String {
        match (self.names.as_slice(), &self.common_name) {
            ([], Some(name)) => format!("CN={name} (no subjectAltName)"),
            ([], None) => "nobody".into(),
            (names, _) => names.join(", "),
        }
    }
}

enum Name {
    Dns(String),
    Ip(IpAddr),
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Name::Dns(name) => f.write_str(&quoted(name)),
            Name::Ip(ip) => write!(f, "{ip}"),
        }
    }
}

fn names(cert: &X509Certificate<'_>) -> Vec<Name> {
    let Ok(Some(extension)) = cert.subject_alternative_name() else { return Vec::new() };
    let name = |general: &GeneralName<'_>| match general {
        GeneralName::DNSName(name) => Some(Name::Dns((*name).to_string())),
        GeneralName::IPAddress(bytes) => address(bytes).map(Name::Ip),
        _ => None,
    };
    extension.value.general_names.iter().filter_map(name).collect()
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let four = <[u8; 4]>::try_from(bytes).map(IpAddr::from).ok();
    four.or_else(|| <[u8; 16]>::try_from(bytes).map(IpAddr::from).ok())
}

/// Whether libpq takes the certificate for the host's (`pgtls_verify_peer_name_matches_certificate_guts` of
/// fe-secure-openssl.c, 15 and later): the common name counts where no subjectAltName of the host's own kind stands.
pub fn names_host(der: &[u8], host: &str) -> bool {
    let Ok((_, cert)) = X509Certificate::from_der(der) else { return false };
    let ip: Option<IpAddr> = host.parse().ok();
    let names = names(&cert);
    let matches = |name: &Name| match name {
        Name::Dns(pattern) => matches_name(pattern, host),
        Name::Ip(address) => ip == Some(*address),
    };
    if names.iter().any(matches) {
        return true;
    }
    let same_kind = |name: &Name| matches!((name, ip), (Name::Ip(_), Some(_)) | (Name::Dns(_), None));
    if names.iter().any(same_kind) {
        return false;
    }
    // libpq looks at the first common name only.
    let first = cert.subject().iter_common_name().next().and_then(|cn| cn.as_str().ok());
    first.is_some_and(|name| matches_name(name, host))
}

/// `wildcard_certificate_match` and `pg_strcasecmp` of fe-secure-common.c: a `*` is one whole first label.
fn matches_name(pattern: &str, host: &str) -> bool {
    if pattern.contains('\0') || pattern.is_empty() {
        return false;
    }
    if pattern.eq_ignore_ascii_case(host) {
        return true;
    }
    let Some(tail) = pattern.strip_prefix('*').filter(|tail| tail.len() >= 2 && tail.starts_with('.')) else {
        return false;
    };
    let Some(at) = host.len().checked_sub(tail.len()).filter(|at| host.is_char_boundary(*at) && *at > 0) else {
        return false;
    };
    let (label, rest) = host.split_at(at);
    rest.eq_ignore_ascii_case(tail) && !label.contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected: what the comments and the code of fe-secure-common.c say.
    #[test]
    fn names_as_libpq_compares_them() {
        assert!(matches_name("DB.example.org", "db.EXAMPLE.org"));
        assert!(matches_name("*.example.org", "db.example.org"));
        assert!(!matches_name("*.example.org", "a.db.example.org"));
        assert!(!matches_name("*.example.org", "example.org"));
        assert!(!matches_name("d*.example.org", "db.example.org"));
        assert!(!matches_name("*", "db") && !matches_name("", ""));
        assert!(!matches_name("db.example.org\0.evil", "db.example.org"));
    }
}
