//! Settings that libpq refuses before it opens a connection, in its own words (`pqConnectOptions2` of fe-connect.c).

use std::fmt;

use bstr::{BString, ByteSlice};

use super::hosts::{Host, hosts, integer};
use super::keyword::Keyword;
use super::settings::Settings;
use super::value::Value;

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The setting at fault.
    pub keyword: Keyword,
    text: BString,
}

impl Refused {
    pub(super) fn new(keyword: Keyword, text: impl Into<BString>) -> Self {
        Refused { keyword, text: text.into() }
    }

    fn value(keyword: Keyword, value: &[u8]) -> Self {
        Refused::quoted(keyword, &format!("invalid {keyword} value: "), value, "")
    }

    fn quoted(keyword: Keyword, before: &str, value: &[u8], after: &str) -> Self {
        Refused::new(keyword, [before.as_bytes(), b"\"", value, b"\"", after.as_bytes()].concat())
    }

    /// libpq's own words.
    pub fn exact(&self) -> &[u8] {
        &self.text
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.text.to_str_lossy())
    }
}

impl std::error::Error for Refused {}

/// The values of a setting that has a closed list of them.
fn choices(keyword: Keyword) -> Option<&'static [&'static str]> {
    Some(match keyword {
        Keyword::ChannelBinding => &["disable", "prefer", "require"],
        Keyword::SslMode => &["disable", "allow", "prefer", "require", "verify-ca", "verify-full"],
        Keyword::SslNegotiation => &["postgres", "direct"],
        Keyword::SslCertMode => &["disable", "allow", "require"],
        Keyword::GssEncMode => &["disable", "prefer", "require"],
        Keyword::TargetSessionAttrs => &["any", "read-write", "read-only", "primary", "standby", "prefer-standby"],
        Keyword::LoadBalanceHosts => &["disable", "random"],
        Keyword::MinProtocolVersion | Keyword::MaxProtocolVersion => &["3.0", "3.2", "latest"],
        _ => return None,
    })
}

impl Settings {
    /// The servers that are tried, in order: at least one.
    ///
    /// # Errors
    /// Lists of hosts, addresses and ports that do not go together.
    pub fn hosts(&self) -> Result<Vec<Host>, Refused> {
        hosts(self)
    }

    /// What libpq refuses before it connects. A value that is not known is not refused.
    ///
    /// # Errors
    /// The first refusal, in libpq's order and words.
    pub fn check(&self) -> Result<(), Refused> {
        hosts(self)?;
        if let Some(list) = self.known(Keyword::RequireAuth).filter(|l| !l.is_empty()) {
            self.check_require_auth(list)?;
        }
        self.check_choice(Keyword::ChannelBinding)?;
        self.check_choice(Keyword::SslMode)?;
        self.check_choice(Keyword::SslNegotiation)?;
        let mode = self.known(Keyword::SslMode);
        let weak = |mode: &[u8]| !mode.starts_with(b"r") && !mode.starts_with(b"v");
        if let (Some(b"direct"), Some(mode)) = (self.known(Keyword::SslNegotiation), mode)
            && weak(mode)
        {
            let after =
                " may not be used with sslnegotiation=direct (use \"require\", \"verify-ca\", or \"verify-full\")";
            return Err(Refused::quoted(Keyword::SslMode, "weak sslmode ", mode, after));
        }
        if let (true, Some(b"system"), Some(mode)) = (self.libpq.system_roots, self.known(Keyword::SslRootCert), mode)
            && mode != b"verify-full"
        {
            let after = " may not be used with sslrootcert=system (use \"verify-full\")";
            return Err(Refused::quoted(Keyword::SslMode, "weak sslmode ", mode, after));
        }
        self.check_protocols()?;
        self.check_choice(Keyword::SslCertMode)?;
        self.check_choice(Keyword::GssEncMode)?;
        if let (false, Some(b"require")) = (self.libpq.gss, self.known(Keyword::GssEncMode)) {
            let text = "gssencmode value \"require\" invalid when GSSAPI support is not compiled in";
            return Err(Refused::new(Keyword::GssEncMode, text));
        }
        for keyword in [
            Keyword::TargetSessionAttrs,
            Keyword::LoadBalanceHosts,
            Keyword::MinProtocolVersion,
            Keyword::MaxProtocolVersion,
        ] {
            self.check_choice(keyword)?;
        }
        let (low, high) = (self.known(Keyword::MinProtocolVersion), self.known(Keyword::MaxProtocolVersion));
        if let (Some(b"3.2" | b"latest"), Some(b"3.0")) = (low, high) {
            let text = "\"min_protocol_version\" is greater than \"max_protocol_version\"";
            return Err(Refused::new(Keyword::MaxProtocolVersion, text));
        }
        self.check_port()
    }

    fn known(&self, keyword: Keyword) -> Option<&[u8]> {
        self.value(keyword).and_then(Value::bytes).map(|b| b.as_bytes())
    }

    fn check_choice(&self, keyword: Keyword) -> Result<(), Refused> {
        match (choices(keyword), self.known(keyword)) {
            (Some(choices), Some(value)) if !choices.iter().any(|c| c.as_bytes() == value) => {
                Err(Refused::value(keyword, value))
            }
            _ => Ok(()),
        }
    }

    /// `md5,scram-sha-256`, or all of them negated; none twice.
    fn check_require_auth(&self, list: &[u8]) -> Result<(), Refused> {
        const METHODS: [&str; 6] = ["password", "md5", "gss", "sspi", "scram-sha-256", "none"];
        let known = |m: &[u8]| METHODS.iter().any(|k| k.as_bytes() == m) || (m == b"oauth" && self.libpq.major >= 18);
        let refuse = |before: &str, method: &[u8], after: &str| {
            Err(Refused::quoted(Keyword::RequireAuth, before, method, after))
        };
        let mut negated = None;
        let mut seen: Vec<&[u8]> = Vec::new();
        for part in list.split_str(",") {
            let method = part.strip_prefix(b"!").unwrap_or(part);
            match (negated, part.starts_with(b"!")) {
                (Some(false), true) => {
                    let after = " cannot be mixed with non-negative methods";
                    return refuse("negative require_auth method ", part, after);
                }
                (Some(true), false) => {
                    return refuse("require_auth method ", part, " cannot be mixed with negative methods");
                }
                (_, is) => negated = Some(is),
            }
            if !known(method) {
                return refuse("invalid require_auth value: ", method, "");
            }
            if seen.contains(&method) {
                return refuse("require_auth method ", part, " is specified more than once");
            }
            seen.push(method);
        }
        Ok(())
    }

    fn check_protocols(&self) -> Result<(), Refused> {
        const VERSIONS: [&str; 4] = ["tlsv1", "tlsv1.1", "tlsv1.2", "tlsv1.3"];
        let mut bounds = Vec::new();
        for keyword in [Keyword::SslMinProtocolVersion, Keyword::SslMaxProtocolVersion] {
            let Some(value) = self.known(keyword).filter(|v| !v.is_empty()) else { continue };
            match VERSIONS.iter().position(|v| v.as_bytes() == value.to_ascii_lowercase()) {
                Some(n) => bounds.push(n),
                // libpq 17 put the name into quotes.
                None if self.libpq.major >= 17 => {
                    return Err(Refused::quoted(keyword, &format!("invalid \"{keyword}\" value: "), value, ""));
                }
                None => return Err(Refused::value(keyword, value)),
            }
        }
        match bounds.as_slice() {
            [low, high] if low > high => {
                Err(Refused::new(Keyword::SslMaxProtocolVersion, "invalid SSL protocol version range"))
            }
            _ => Ok(()),
        }
    }

    /// Ports are looked at one server at a time; the first server's decides whether anything is tried.
    fn check_port(&self) -> Result<(), Refused> {
        let Some(first) = hosts(self)?.into_iter().next() else { return Ok(()) };
        let Some(port) = first.port.bytes() else { return Ok(()) };
        match integer(port) {
            None => {
                let after = " for connection option \"port\"";
                Err(Refused::quoted(Keyword::Port, "invalid integer value ", port, after))
            }
            Some(number) if !(1..=65535).contains(&number) => {
                Err(Refused::quoted(Keyword::Port, "invalid port number: ", port, ""))
            }
            Some(_) => Ok(()),
        }
    }
}
