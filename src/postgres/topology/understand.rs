//! A connection string of any form, or parts of one, to what libpq would call it. What other clients write is translated.

use super::url::{self, Form};
use super::value::Value;
use super::words::Part;
use crate::postgres::dsn::{self, Dsn, Keyword, Slot, Span};

/// Why a text that looks like a connection string is none.
pub type Refused = dsn::Error;

/// What can still be told of a string that libpq refuses for its query: everything before it.
pub fn salvage(value: &Value<'_>) -> Option<Dsn> {
    let end = value.filled().find('?')?;
    text(&value.slice(0..end)).ok().map(|(_, dsn)| dsn)
}

/// What a connection string says.
///
/// # Errors
/// Those of libpq, also for the forms of other clients: their parsers agree on what cannot be read at all.
pub fn text(value: &Value<'_>) -> Result<(Form, Dsn), Refused> {
    let form = url::form(value.filled()).unwrap_or(Form::Bare);
    let dsn = match form {
        Form::Uri | Form::Words => dsn::parse_with(value.filled(), &value.holes(), dsn::Libpq::NEWEST)?,
        Form::Bare => prefixed(value, "postgresql://", 0)?,
        Form::Foreign => foreign(value)?,
        Form::Semicolons => semicolons(value),
    };
    Ok((form, dsn))
}

/// Parses the rest of a text behind another beginning.
fn prefixed(value: &Value<'_>, start: &str, skip: usize) -> Result<Dsn, Refused> {
    let text = format!("{start}{}", value.filled().get(skip..).unwrap_or_default());
    let shift = |at: usize| (at + start.len()).saturating_sub(skip);
    let holes: Vec<_> =
        value.holes().into_iter().filter(|h| h.start >= skip).map(|h| shift(h.start)..shift(h.end)).collect();
    dsn::parse_with(text, &holes, dsn::Libpq::NEWEST)
}

/// `jdbc:postgresql://h:1/d?user=u&ssl=true`, `postgresql+asyncpg://u:p@h/d`: scheme and unknown parameters are the client's own.
fn foreign(value: &Value<'_>) -> Result<Dsn, Refused> {
    let text = value.filled();
    let Some(at) = text.find("://") else {
        // `jdbc:postgresql:name`: the loopback.
        let mut dsn = Dsn { form: dsn::Form::Uri, parts: Vec::new(), netlocs: Vec::new(), others: Vec::new() };
        let name = text.rsplit(':').next().unwrap_or_default().split('?').next().unwrap_or_default();
        dsn.parts.push(part(Keyword::Host, &Value::known("localhost"), Slot::Hosts));
        dsn.parts.push(part(Keyword::DbName, &Value::known(name), Slot::Path));
        return Ok(dsn);
    };
    let skip = at + 3;
    let end = text.get(skip..).and_then(|rest| rest.find('?')).map_or(text.len(), |q| skip + q);
    let mut dsn = prefixed(&value.slice(0..end), "postgresql://", skip)?;
    let mut from = end + 1;
    for item in text.get(end + 1..).unwrap_or_default().split('&') {
        let to = from + item.len();
        if let Some((name, set)) = item.split_once('=') {
            let set = value.slice(to - set.len()..to);
            let keyword = match name {
                "ssl" => {
                    dsn.parts.extend(switch(&set).map(|mode| part(Keyword::SslMode, &mode, Slot::Query)));
                    None
                }
                "sslMode" | "tls" => Some(Keyword::SslMode),
                "user" | "username" => Some(Keyword::User),
                _ => Keyword::named(name.as_bytes()),
            };
            dsn.parts.extend(keyword.map(|keyword| part(keyword, &set, Slot::Query)));
        }
        from = to + 1;
    }
    Ok(dsn)
}

/// Names of Npgsql's parameters (npgsql.org/doc/connection-string-parameters.html).
const NPGSQL: &[(&str, Keyword)] = &[
    ("host", Keyword::Host),
    ("server", Keyword::Host),
    ("data source", Keyword::Host),
    ("port", Keyword::Port),
    ("username", Keyword::User),
    ("user id", Keyword::User),
    ("userid", Keyword::User),
    ("uid", Keyword::User),
    ("user", Keyword::User),
    ("password", Keyword::Password),
    ("pwd", Keyword::Password),
    ("database", Keyword::DbName),
    ("db", Keyword::DbName),
    ("initial catalog", Keyword::DbName),
    ("ssl mode", Keyword::SslMode),
    ("sslmode", Keyword::SslMode),
    ("root certificate", Keyword::SslRootCert),
    ("ssl certificate", Keyword::SslCert),
    ("ssl key", Keyword::SslKey),
];

fn semicolons(value: &Value<'_>) -> Dsn {
    let mut dsn = Dsn { form: dsn::Form::Words, parts: Vec::new(), netlocs: Vec::new(), others: Vec::new() };
    let mut from = 0;
    for item in value.filled().split(';') {
        let to = from + item.len();
        if let Some((name, set)) = item.split_once('=') {
            let name = name.trim().to_ascii_lowercase();
            let found = NPGSQL.iter().find(|(n, _)| *n == name);
            let set = value.slice(to - set.len()..to).trimmed();
            dsn.parts.extend(found.map(|(_, keyword)| {
                let lower = matches!(keyword, Keyword::SslMode).then(|| set.text().map(npgsql_mode)).flatten();
                part(*keyword, &lower.map_or(set.clone(), Value::known), Slot::Word)
            }));
        }
        from = to + 1;
    }
    dsn
}

/// `VerifyFull` is `verify-full`.
fn npgsql_mode(mode: &str) -> String {
    match mode.to_ascii_lowercase().as_str() {
        "verifyfull" => "verify-full".into(),
        "verifyca" => "verify-ca".into(),
        other => other.into(),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        super::text(&Value::known(text)).map(|(_, dsn)| dsn.to_string()).unwrap_or_else(|e| format!("refused: {e:?}"))
    }

    #[test]
    fn other_clients_forms() {
        assert_eq!(
            said("jdbc:postgresql://h:1/d?user=u&password=p&sslmode=require&x=y"),
            "host=h port=1 dbname=d user=u password=*** sslmode=require"
        );
        assert_eq!(
            said("postgresql+asyncpg://u:p@h/d?ssl=false"),
            "user=u password=*** host=h dbname=d sslmode=disable"
        );
        assert_eq!(
            said("Host=h;Username=u;Password=p;Database=d;SSL Mode=VerifyFull"),
            "host=h user=u password=*** dbname=d sslmode=verify-full"
        );
        assert_eq!(
            said("127.0.0.1:5432/postgres?sslmode=disable"),
            "host=127.0.0.1 port=5432 dbname=postgres sslmode=disable"
        );
        assert_eq!(said("jdbc:postgresql:d"), "host=localhost dbname=d");
    }
}
