//! Which server, as whom, and with what TLS: from the settings that a client really has.

use std::time::Duration;

use crate::postgres::dsn::{Host, Keyword, Reach, Settings};

use super::halt::Halt;
use super::way::Way;

/// What stands where the client looks for its root certificates.
#[derive(Clone, PartialEq, Eq)]
pub enum Anchors {
    /// Nothing.
    Absent,
    /// A file with these bytes.
    File(Vec<u8>),
    /// The roots of the machine that looks, in place of the pod's.
    System,
    /// A file that nobody here can see, and why.
    Unknown(String),
}

/// How long each step may take.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub step: Duration,
}

/// One server of a connection.
#[derive(Clone)]
pub struct Target {
    /// As the client names it: for the certificate and SNI. None: an address alone.
    pub name: Option<String>,
    /// What is connected to: a name or an address.
    pub address: String,
    pub port: u16,
    pub user: String,
    pub database: String,
    pub password: Option<Vec<u8>>,
    /// `sslsni=0` leaves the name out of the handshake.
    pub sni: bool,
    /// `channel_binding=require`.
    pub must_bind: bool,
    /// The server that was really asked, where the user said so (`--connect-to`).
    pub instead: Option<(String, u16)>,
    /// Who connects to it; None: this machine.
    pub way: Option<Way>,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Target").field("name", &self.name).field("address", &self.address).finish_non_exhaustive()
    }
}

impl Target {
    /// The servers of a client's settings, in the order in which they are tried. What cannot be tried from here has a reason.
    ///
    /// # Errors
    /// Lists that do not go together, in libpq's words.
    pub fn all(settings: &Settings) -> Result<Vec<Result<Target, Halt>>, Halt> {
        let hosts =
            settings.hosts().map_err(|refused| Halt::Client(format!("libpq refuses its settings: {refused}")))?;
        Ok(hosts.iter().map(|host| Target::of(settings, host)).collect())
    }

    fn of(settings: &Settings, host: &Host) -> Result<Target, Halt> {
        let untried = |why: &str| Halt::Untried(why.to_string());
        match host.reach {
            Reach::Socket => return Err(untried("a socket inside of the pod cannot be reached from elsewhere")),
            Reach::Unknown => return Err(untried("the host is not known")),
            Reach::Name | Reach::Address => {}
        }
        let text = |value: &crate::postgres::dsn::Value| value.text().map(str::to_string);
        let name = host.name().and_then(text);
        let address = host.hostaddr.as_ref().and_then(text).or_else(|| name.clone());
        let address = address.ok_or_else(|| untried("the host is not UTF-8"))?;
        let port = host.port_number().ok_or_else(|| untried("the port is not known, or no port"))?;
        let known = |value: crate::postgres::dsn::Value, what: &str| {
            value.text().map(str::to_string).ok_or_else(|| untried(&format!("the {what} is not known")))
        };
        let user = known(settings.user(None), "user")?;
        let database = known(settings.dbname(None), "database")?;
        let password = match settings.value(Keyword::Password) {
            None => None,
            Some(value) => Some(value.bytes().ok_or_else(|| untried("the password is not known"))?.to_vec()),
        };
        let is = |keyword, text: &str| settings.value(keyword).is_some_and(|v| v.is(text));
        if settings.value(Keyword::SslCert).is_some_and(|v| !v.is("")) {
            return Err(untried(
                "the client shows a certificate of its own (sslcert), which cannot be done from elsewhere",
            ));
        }
        let sni = !is(Keyword::SslSni, "0");
        let must_bind = is(Keyword::ChannelBinding, "require");
        Ok(Target { name, address, port, user, database, password, sni, must_bind, instead: None, way: None })
    }

    /// `host:port`, as the client names it.
    pub fn shown(&self) -> String {
        let host = self.name.as_ref().unwrap_or(&self.address);
        match host.contains(':') {
            true => format!("[{host}]:{}", self.port),
            false => format!("{host}:{}", self.port),
        }
    }

    /// Whether what is connected to is this machine itself, where the pod would find another.
    pub fn is_loopback(&self) -> bool {
        let address: Option<std::net::IpAddr> = self.address.parse().ok();
        address.is_some_and(|a| a.is_loopback()) || self.address.eq_ignore_ascii_case("localhost")
    }
}
