//! A connection string of any form, or parts of one, to what libpq would call it. What other clients write is translated.

use super::url::{self, Form};
use super::value::Value;
use super::words::Part;
use crate::postgres::driver::Driver;
use crate::postgres::dsn::{self, Dsn, Keyword, Slot, Span};

/// Why a text that looks like a connection string is none.
pub type Refused = dsn::Error;

/// What can still be told of a string that libpq refuses for its query: everything before it.
pub fn salvage(driver: Driver, value: &Value<'_>) -> Option<Dsn> {
    let end = value.filled().find('?')?;
    text(driver, &value.slice(0..end)).ok().map(|(_, dsn)| dsn)
}

/// What a connection string says.
///
/// # Errors
/// Those of libpq, also for the forms of other clients: their parsers agree on what cannot be read at all.
pub fn text(driver: Driver, value: &Value<'_>) -> Result<(Form, Dsn), Refused> {
    let form = url::form(value.filled()).unwrap_or(Form::Bare);
    if let Some(skip) = url::words_behind_scheme(value.filled()) {
        return Ok((Form::Words, prefixed(Driver::Unknown, value, "", skip)?));
    }
    let dsn = match form {
        Form::Bare => prefixed(driver, value, "postgresql://", 0)?,
        _ => match dsn::foreign::parse(driver, value.filled(), &value.holes(), dsn::Libpq::NEWEST) {
            // A scheme that only this program knows, before a URL like any other.
            Err(error) if error.kind == dsn::ErrorKind::UnknownForm && form == Form::Foreign => {
                let skip = value.filled().find("://").ok_or(error)? + 3;
                prefixed(Driver::Unknown, value, "postgresql://", skip)?
            }
            read => read?,
        },
    };
    Ok((form, dsn))
}

/// Parses the rest of a text behind another beginning.
fn prefixed(driver: Driver, value: &Value<'_>, start: &str, skip: usize) -> Result<Dsn, Refused> {
    let text = format!("{start}{}", value.filled().get(skip..).unwrap_or_default());
    let shift = |at: usize| (at + start.len()).saturating_sub(skip);
    let holes: Vec<_> =
        value.holes().into_iter().filter(|h| h.start >= skip).map(|h| shift(h.start)..shift(h.end)).collect();
    dsn::foreign::parse(driver, text, &holes, dsn::Libpq::NEWEST)
}

/// What a switch means: off is plaintext for certain, on is a mode that the program chooses.
pub fn switch<'m>(value: &Value<'m>) -> Option<Value<'m>> {
    match value.text().map(str::to_ascii_lowercase).as_deref() {
        Some("false" | "off" | "no" | "0" | "disable" | "disabled" | "none") => Some(Value::known("disable")),
        Some(_) => Some(Value::unknown(super::source::Why::Computed, None)),
        None => Some(value.clone()),
    }
}

/// A parameter that no span of a text stands for.
fn part(keyword: Keyword, value: &Value<'_>, slot: Slot) -> dsn::Part {
    let secret = keyword.row().secret;
    let value = match value.text() {
        Some(text) => dsn::Value::known(text, secret),
        None => dsn::Value::unknown(secret),
    };
    dsn::Part { keyword, slot, name: None, span: Span::default(), value, alias: None }
}

/// Parts that settings give one by one.
pub fn parts<'v, 'm: 'v>(members: impl Iterator<Item = (Part, &'v Value<'m>)>) -> Dsn {
    let mut dsn = Dsn { form: dsn::Form::Words, parts: Vec::new(), netlocs: Vec::new(), others: Vec::new() };
    for (member, value) in members {
        let keyword = match member {
            Part::Host => {
                if let Some((hosts, ports)) = nodes(value) {
                    dsn.parts.push(part(Keyword::Host, &Value::known(hosts), Slot::Word));
                    dsn.parts.push(part(Keyword::Port, &Value::known(ports), Slot::Word));
                    continue;
                }
                let (host, port) =
                    if value.filled().contains(',') { (value.clone(), None) } else { url::host_and_port(value) };
                dsn.parts.push(part(Keyword::Host, &host, Slot::Word));
                dsn.parts.extend(port.map(|port| part(Keyword::Port, &port, Slot::Word)));
                continue;
            }
            Part::SslSwitch => {
                dsn.parts.extend(switch(value).map(|mode| part(Keyword::SslMode, &mode, Slot::Word)));
                continue;
            }
            Part::Port => Keyword::Port,
            Part::User => Keyword::User,
            Part::Password => Keyword::Password,
            Part::Database => Keyword::DbName,
            Part::SslMode => Keyword::SslMode,
            Part::SslRootCert => Keyword::SslRootCert,
            Part::SslCert => Keyword::SslCert,
            Part::SslKey => Keyword::SslKey,
            Part::Url | Part::Kind => continue,
        };
        dsn.parts.push(part(keyword, value, Slot::Word));
    }
    dsn
}

/// `0:host:5432,1:host:5432`: the hosts and the ports.
fn nodes(value: &Value<'_>) -> Option<(String, String)> {
    let mut hosts = Vec::new();
    let mut ports = Vec::new();
    for node in value.text()?.split(',').filter(|n| !n.trim().is_empty()) {
        let mut parts = node.trim().split(':');
        let number = parts.next()?;
        if number.is_empty() || !number.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        hosts.push(parts.next()?);
        ports.push(parts.next()?);
    }
    (!hosts.is_empty()).then(|| (hosts.join(","), ports.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(driver: Driver, text: &str) -> String {
        super::text(driver, &Value::known(text))
            .map(|(_, dsn)| dsn.to_string())
            .unwrap_or_else(|e| format!("refused: {e:?}"))
    }

    #[test]
    fn lists_of_nodes() {
        let told = |text: &str| parts([(Part::Host, &Value::known(text))].into_iter()).to_string();
        assert_eq!(told("0:a.b:5432,1:c.b:5433,"), "host=a.b,c.b port=5432,5433");
        assert_eq!(told("h:5432"), "host=h port=5432");
        assert_eq!(told(""), "host=");
    }

    #[test]
    fn other_clients_forms() {
        assert_eq!(said(Driver::Pgjdbc, "jdbc:postgresql://h:1/d?user=u"), "host=h port=1 dbname=d user=u");
        assert_eq!(said(Driver::Asyncpg, "postgresql+asyncpg://u:p@h/d"), "user=u password=*** host=h dbname=d");
        assert_eq!(
            said(Driver::GoPq, "127.0.0.1:5432/postgres?sslmode=disable"),
            "host=127.0.0.1 port=5432 dbname=postgres sslmode=disable"
        );
        assert_eq!(said(Driver::Unknown, "ecto://u@h/d"), "user=u host=h dbname=d");
        assert_eq!(said(Driver::Unknown, "postgresql://dbname=d user=u host=h"), "dbname=d user=u host=h");
    }
}
