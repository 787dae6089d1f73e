//! Names and addresses of servers that may stand in a connection string and in a certificate.

use std::fmt;
use std::net::IpAddr;

/// Where a server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// As it was given, in ASCII.
    Name(String),
    Address(IpAddr),
}

/// RFC 1035.
const LONGEST: usize = 253;
const LONGEST_LABEL: usize = 63;

impl Host {
    /// Reads one. The error is in words.
    pub fn parse(text: &str) -> Result<Host, String> {
        let bare = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
        if let Ok(address) = bare.parse() {
            return Ok(Host::Address(address));
        }
        if text.is_empty() {
            return Err("is empty".into());
        }
        if text.len() > LONGEST {
            return Err(format!("is longer than {LONGEST} characters"));
        }
        if !text.is_ascii() {
            return Err("has characters beyond ASCII: give the name as DNS has it (xn--...)".into());
        }
        let fits = |label: &str| {
            let inner = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
            !label.is_empty()
                && label.len() <= LONGEST_LABEL
                && label.bytes().all(inner)
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        if !text.split('.').all(fits) {
            return Err("is neither a host name nor an IP address: no port, no scheme, no final dot".into());
        }
        // 1.2.3 and 0x7f.1 are addresses to some resolvers and names to others.
        if text.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit())) {
            return Err("looks like an IP address and is none".into());
        }
        Ok(Host::Name(text.into()))
    }

    /// Whether the connection stays in the pod.
    pub fn is_loopback(&self) -> bool {
        match self {
            Host::Name(name) => name.eq_ignore_ascii_case("localhost"),
            Host::Address(address) => address.is_loopback(),
        }
    }

    pub fn is_address(&self) -> bool {
        matches!(self, Host::Address(_))
    }
}

/// Without the brackets that a URL puts around IPv6.
impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Host::Name(name) => f.write_str(name),
            Host::Address(address) => address.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_host_is_refused() {
        for text in ["a.b", "db_1", "10.0.0.1", "::1", "[fe80::1]", "a", "xn--bcher-kva.example"] {
            assert!(Host::parse(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "a..b",
            ".a",
            "a.",
            "-a",
            "a-",
            "a b",
            "a/b",
            "a@b",
            "a:5432",
            "fe80::1%eth0",
            "http://a",
            "b\u{fc}cher",
            "a,b",
            "{{ x }}",
            "a\n",
            "1.2.3",
            "256.1.1.1",
            "${X}",
            "/run/x",
        ] {
            assert!(Host::parse(text).is_err(), "{text}");
        }
    }
}
