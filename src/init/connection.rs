//! The parts of a connection, and the URL that every client reads back to exactly these parts.

use super::host::Host;
use super::wrong;
use crate::diagnostic::{Kind, Refusal};
use crate::postgres::dsn::{self, Keyword};

/// What is connected to, checked. `Debug` shows no password.
pub struct Connection {
    pub host: Host,
    pub port: u16,
    pub user: String,
    pub database: String,
    password: String,
}

/// Postgres cuts longer names (NAMEDATALEN).
const LONGEST_NAME: usize = 63;
/// libpq and poolers have bounds of their own beyond it.
const LONGEST_PASSWORD: usize = 1000;

impl Connection {
    /// Checks the parts.
    ///
    /// # Errors
    /// [`Kind::Usage`], beginning with the flag that the part was given by. No part is quoted: it may hold a password.
    pub fn new(host: Host, port: u16, user: &str, database: &str, password: &str) -> Result<Connection, Refusal> {
        name(user).map_err(|words| wrong("--user", words))?;
        name(database).map_err(|words| wrong("--database", words))?;
        if port == 0 {
            return Err(wrong("--port", "is 0"));
        }
        password_text(password).map_err(|words| wrong("the password", words))?;
        let (user, database, password) = (user.into(), database.into(), password.into());
        Ok(Connection { host, port, user, database, password })
    }

    /// `postgresql://USER:PASSWORD@HOST:PORT/DATABASE?...`, read back before it is handed out.
    ///
    /// # Errors
    /// [`Kind::Undecided`]: it would not read back to its parts, as far as this program knows libpq.
    pub fn url(&self, parameters: &[(&str, &str)]) -> Result<String, Refusal> {
        let host = match &self.host {
            Host::Address(std::net::IpAddr::V6(address)) => format!("[{address}]"),
            host => host.to_string(),
        };
        let (user, password, database) = (encode(&self.user), encode(&self.password), encode(&self.database));
        let mut url = format!("postgresql://{user}:{password}@{host}:{}/{database}", self.port);
        for (n, (name, value)) in parameters.iter().enumerate() {
            let joint = if n == 0 { '?' } else { '&' };
            // A path is easier to read with its slashes, which mean nothing in a query.
            url += &format!("{joint}{name}={}", encode(value).replace("%2F", "/"));
        }
        if self.reads_back(&url, parameters) {
            return Ok(url);
        }
        Err(Refusal::new(Kind::Undecided, "these parts make no connection string that reads back to them"))
    }

    fn reads_back(&self, url: &str, parameters: &[(&str, &str)]) -> bool {
        let Ok(read) = dsn::parse(url) else { return false };
        let is = |keyword, text: &str| read.get(keyword).is_some_and(|part| part.value.is(text));
        is(Keyword::Host, &self.host.to_string())
            && is(Keyword::Port, &self.port.to_string())
            && is(Keyword::User, &self.user)
            && is(Keyword::Password, &self.password)
            && is(Keyword::DbName, &self.database)
            && parameters.iter().all(|(name, value)| {
                read.parts.iter().any(|part| part.keyword.to_string() == *name && part.value.is(value))
            })
            && read.parts.len() == 5 + parameters.len()
    }
}

/// Everything but RFC 3986's unreserved characters, in upper case.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out += &format!("%{byte:02X}"),
        }
    }
    out
}

/// A role's or database's name that Postgres keeps whole, and that a service file of libpq can hold.
fn name(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("is empty".into());
    }
    if text.len() > LONGEST_NAME {
        return Err(format!("is longer than {LONGEST_NAME} bytes: Postgres would cut it"));
    }
    if text.chars().any(char::is_control) {
        return Err("has a control character".into());
    }
    if text.trim() != text {
        return Err("begins or ends with a blank".into());
    }
    Ok(())
}

/// What clients can send as a password. The error is in words and does not quote it.
pub fn password_text(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("is empty".into());
    }
    if text.len() > LONGEST_PASSWORD {
        return Err(format!("is longer than {LONGEST_PASSWORD} bytes"));
    }
    if text.contains('\0') {
        return Err("has a byte 0".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_read_back_and_odd_names_are_refused() {
        let host = || Host::parse("::1").unwrap();
        let connection = Connection::new(host(), 5432, "a@b/c", "d?#%\u{fc}", "p:@/?#[] +%\n{{ x }}").unwrap();
        let url = connection.url(&[("sslmode", "verify-full"), ("sslrootcert", "/a/b.crt")]).unwrap();
        assert_eq!(
            url,
            "postgresql://a%40b%2Fc:p%3A%40%2F%3F%23%5B%5D%20%2B%25%0A%7B%7B%20x%20%7D%7D@[::1]:5432/d%3F%23%25%C3%BC\
             ?sslmode=verify-full&sslrootcert=/a/b.crt"
        );
        let refused = |user: &str, database: &str, password: &str, flag: &str| {
            let told = Connection::new(host(), 1, user, database, password).map(drop).unwrap_err().message;
            assert!(told.starts_with(flag), "{told}");
        };
        refused("", "d", "p", "--user");
        refused("u\n", "d", "p", "--user");
        refused("u", " d", "p", "--database");
        refused("u", &"d".repeat(64), "p", "--database");
        refused("u", "d", "", "the password");
        refused("u", "d", "a\0", "the password");
    }
}
