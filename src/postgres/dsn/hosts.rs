//! The servers that a client tries, in order: the lists of hosts, addresses and ports laid side by side, as
//! `pqConnectOptions2` of fe-connect.c does.

use bstr::ByteSlice;

use super::keyword::Keyword;
use super::refused::Refused;
use super::settings::Settings;
use super::value::Value;

/// How a server is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// A socket in this machine: a path, `@name`, or no host at all.
    Socket,
    /// A name that is looked up, or an address written as a host.
    Name,
    /// `hostaddr`: the name, where there is one, is only for the certificate.
    Address,
    /// The host is not known.
    Unknown,
}

/// One server that is tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// A name, an address, a socket's folder; libpq's own folder where nothing is said. None: only `hostaddr` is given.
    pub host: Option<Value>,
    pub hostaddr: Option<Value>,
    /// As written; `5432` where nothing is said.
    pub port: Value,
    pub reach: Reach,
}

impl Host {
    /// The port, where it is known and one.
    pub fn port_number(&self) -> Option<u16> {
        let number = integer(self.port.bytes()?)?;
        u16::try_from(number).ok().filter(|n| *n > 0)
    }

    /// The name that the server's certificate must bear, where there is one.
    pub fn name(&self) -> Option<&Value> {
        self.host.as_ref().filter(|h| !h.is(""))
    }
}

/// An integer as `pqParseIntParam` takes it: strtol with blanks around.
pub(super) fn integer(text: &[u8]) -> Option<i32> {
    let blank = |b: &u8| matches!(b, b' ' | b'\t'..=b'\r');
    let start = text.iter().position(|b| !blank(b))?;
    let end = text.iter().rposition(|b| !blank(b))? + 1;
    let digits = std::str::from_utf8(text.get(start..end)?).ok()?;
    digits.parse().ok()
}

/// What a list holds, element by element; None where it is not known.
fn list(settings: &Settings, keyword: Keyword) -> Option<Vec<Vec<u8>>> {
    match settings.value(keyword) {
        None => Some(Vec::new()),
        Some(value) => match value.bytes()? {
            text if text.is_empty() => Some(Vec::new()),
            text => Some(text.split_str(",").map(<[u8]>::to_vec).collect()),
        },
    }
}

/// The servers in the order in which they are tried (`load_balance_hosts=random` shuffles them).
///
/// A list that is not known stands for one element that is not known.
///
/// # Errors
/// Lists of different lengths, in libpq's words.
pub(super) fn hosts(settings: &Settings) -> Result<Vec<Host>, Refused> {
    let (hosts, addresses) = (list(settings, Keyword::Host), list(settings, Keyword::HostAddr));
    let count = match (&addresses, &hosts) {
        (Some(a), _) if !a.is_empty() => a.len(),
        (Some(_), Some(h)) => h.len().max(1),
        _ => 1,
    };
    if let (Some(a), Some(h)) = (&addresses, &hosts)
        && !a.is_empty()
        && !h.is_empty()
        && h.len() != count
    {
        let text = format!("could not match {} host names to {count} hostaddr values", h.len());
        return Err(Refused::new(Keyword::Host, text));
    }
    let ports = list(settings, Keyword::Port);
    if let (Some(p), true) = (&ports, hosts.is_some() && addresses.is_some())
        && p.len() > 1
        && p.len() != count
    {
        let text = format!("could not match {} port numbers to {count} hosts", p.len());
        return Err(Refused::new(Keyword::Port, text));
    }
    let element = |list: &Option<Vec<Vec<u8>>>, n: usize| match list {
        None => Some(Value::unknown(false)),
        Some(list) => list.get(n).filter(|e| !e.is_empty()).map(|e| Value::known(e.as_slice(), false)),
    };
    let port = |n: usize| match &ports {
        Some(list) if list.len() == 1 => element(&ports, 0),
        _ => element(&ports, n),
    };
    let server = |n: usize| {
        let (host, hostaddr) = (element(&hosts, n), element(&addresses, n));
        let reach = match (&hostaddr, &host) {
            (Some(a), _) if !a.is_known() => Reach::Unknown,
            (Some(_), _) => Reach::Address,
            (None, Some(h)) if !h.is_known() => Reach::Unknown,
            (None, Some(h)) if is_socket(h) => Reach::Socket,
            (None, Some(_)) => Reach::Name,
            (None, None) => Reach::Socket,
        };
        let host = match (&hostaddr, host) {
            (None, None) => Some(Value::known(settings.libpq.socket_dir, false)),
            (_, host) => host,
        };
        Host { host, hostaddr, port: port(n).unwrap_or_else(|| Value::known("5432", false)), reach }
    };
    Ok((0..count).map(server).collect())
}

/// A path, or a name in Linux's abstract namespace.
fn is_socket(host: &Value) -> bool {
    host.bytes().is_some_and(|h| h.starts_with(b"/") || h.starts_with(b"@"))
}
