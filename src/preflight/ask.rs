//! What the user expects of a database, and how it may be reached.

use std::str::FromStr;
use std::time::Duration;

/// Everything that the flags say beyond the chart.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The release's name.
    pub release: String,
    /// It is there already.
    pub is_upgrade: bool,
    /// How long each step may take.
    pub step: Duration,
    /// Seconds since 1970.
    pub now: i64,
    /// Servers that are asked in place of others.
    pub detours: Vec<Detour>,
    /// Majors of Postgres that are accepted; all that the community supports where none is given.
    pub majors: Vec<u32>,
    /// Values of `schema_version` that the application knows.
    pub schema_versions: Vec<String>,
    pub extensions: Vec<String>,
    /// Connections that each pod opens.
    pub pool: u64,
    /// Others live on this server: PUBLIC must not connect.
    pub shared: bool,
    /// Connection strings of nodes of a cluster, by the node's name. Secret.
    pub nodes: Vec<(String, String)>,
    /// The database is to move to another server by logical replication.
    pub changeover: bool,
    /// In place of a root certificate file that nobody here can see.
    pub ca: Option<Vec<u8>>,
    /// The release runs: the servers that it makes are looked at like others.
    pub inside: bool,
}

impl Default for Ask {
    fn default() -> Self {
        Ask {
            release: String::new(),
            is_upgrade: false,
            step: Duration::from_secs(10),
            now: 0,
            detours: Vec::new(),
            majors: Vec::new(),
            schema_versions: Vec::new(),
            extensions: Vec::new(),
            pool: 1,
            shared: false,
            nodes: Vec::new(),
            changeover: false,
            ca: None,
            inside: false,
        }
    }
}

/// `HOST[:PORT]=ADDRESS[:PORT]`: a way to a server that has no name here, such as a port-forward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detour {
    pub host: String,
    /// None: any.
    pub port: Option<u16>,
    pub address: String,
    /// None: the same.
    pub to_port: Option<u16>,
}

impl FromStr for Detour {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (from, to) = text.split_once('=').ok_or("HOST[:PORT]=ADDRESS[:PORT] has a \"=\"")?;
        let (host, port) = endpoint(from)?;
        let (address, to_port) = endpoint(to)?;
        Ok(Detour { host, port, address, to_port })
    }
}

/// A host with or without a port; an IPv6 address stands in brackets.
fn endpoint(text: &str) -> Result<(String, Option<u16>), String> {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':').or(if rest.is_empty() { None } else { Some(rest) })),
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let port = port.map(|port| port.parse().map_err(|_| format!("{port:?} is no port"))).transpose()?;
    if host.is_empty() { Err("a host is missing".into()) } else { Ok((host.to_string(), port)) }
}

impl Ask {
    /// Where a server is asked instead.
    pub fn detour(&self, host: &str, port: u16) -> Option<(String, u16)> {
        let fits = |d: &&Detour| d.host.eq_ignore_ascii_case(host) && d.port.is_none_or(|p| p == port);
        self.detours.iter().find(fits).map(|d| (d.address.clone(), d.to_port.unwrap_or(port)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_around() {
        let detour = |text: &str| text.parse::<Detour>().map(|d| (d.host, d.port, d.address, d.to_port));
        assert_eq!(detour("db=127.0.0.1:5433"), Ok(("db".into(), None, "127.0.0.1".into(), Some(5433))));
        assert_eq!(detour("db:5432=[::1]:1"), Ok(("db".into(), Some(5432), "::1".into(), Some(1))));
        assert_eq!(detour("db=[::1]"), Ok(("db".into(), None, "::1".into(), None)));
        assert!(
            detour("db").is_err() && detour("=x").is_err() && detour("a=b:99999").is_err() && detour("a=[b]c").is_err()
        );
        let ask = Ask { detours: vec!["DB.example:5432=x:1".parse().unwrap()], ..Ask::default() };
        assert_eq!(ask.detour("db.example", 5432), Some(("x".into(), 1)));
        assert_eq!(ask.detour("db.example", 5433), None);
    }
}
