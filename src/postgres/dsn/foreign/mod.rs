//! Connection strings that are written for, or read by, another client than libpq: recognised, and read into the same parts
//! by that client's rules where the mapping is certain.
//!
//! | form | read by |
//! |---|---|
//! | `postgresql://`, `host=...` | libpq and what is libpq underneath; pgx, lib/pq; as a URL by everybody else |
//! | `postgresql+driver://` | SQLAlchemy, which takes the URL apart and hands the query on as arguments |
//! | `jdbc:postgresql://`, `r2dbc:postgresql://` | pgjdbc, r2dbc-postgresql |
//! | `Host=...;Username=...` | Npgsql |
//! | `pgsql:host=...;dbname=...` | PHP's PDO, which makes it libpq's keyword form |
//!
//! Where clients part ways on a text (an `@`, `/`, `?` or `#` that is not encoded), it is refused as
//! [`ErrorKind::Disagreement`]: what it means depends on who reads it.

mod lists;
mod names;
mod url;

#[cfg(test)]
mod tests;

use std::ops::Range;

use super::error::{Error, ErrorKind};
use super::keyword::{Keyword, Libpq};
use super::settings::{Seen, Settings, Source, Surroundings};
use super::store::Store;
use super::value::{Span, Value};
use super::{Dsn, Form, check_text, uri};
use crate::postgres::driver::Driver;

/// Which form a text has, if it is one of those above. Nothing is read further than its beginning, and its `;`.
pub fn form(text: impl AsRef<[u8]>) -> Option<Form> {
    let text = text.as_ref();
    if uri::prefix(text).is_some() {
        return Some(Form::Uri);
    }
    if text.starts_with(b"jdbc:postgresql:") {
        return Some(Form::Jdbc);
    }
    if text.starts_with(b"r2dbc:") || text.starts_with(b"r2dbcs:") {
        return Some(Form::R2dbc);
    }
    if text.starts_with(b"pgsql:") {
        return Some(Form::Pdo);
    }
    let scheme = memchr::memmem::find(text, b"://").and_then(|at| text.get(..at));
    if scheme.is_some_and(url::is_sqlalchemy) {
        return Some(Form::SqlAlchemy);
    }
    if scheme.is_some() {
        return None;
    }
    let equals = memchr::memchr(b'=', text)?;
    match text.get(equals..).is_some_and(|rest| memchr::memchr(b';', rest).is_some()) || lists::is_npgsql(text) {
        true => Some(Form::Semicolons),
        false => Some(Form::Words),
    }
}

/// Reads a text as that driver does. `holes` as in [`super::parse_with`].
///
/// A driver that is not known gets the reading that everybody shares: parts of a URL, and parameters by libpq's names.
///
/// # Errors
/// The client's own refusals, [`ErrorKind::Disagreement`], and [`ErrorKind::UnknownForm`] for a form that the driver
/// does not read.
pub fn parse(
    driver: Driver,
    text: impl AsRef<[u8]>,
    holes: &[Range<usize>],
    libpq: &'static Libpq,
) -> Result<Dsn, Error> {
    let text = text.as_ref();
    check_text(text, holes)?;
    let whole = || Span::new(0, text.len().min(16));
    let form = match form(text).filter(|f| names::reads(driver, *f)) {
        Some(form) => form,
        // libpq has words of its own for what it cannot read.
        None if driver.is_libpq() => return parse_libpq(driver, text, holes, libpq),
        None => return Err(Error::new(ErrorKind::UnknownForm, whole(), "")),
    };
    let mut store = Store::foreign(libpq, holes, names::of(driver, form));
    let read = match form {
        Form::Uri | Form::Words if names::reads_as_libpq(driver) => return parse_libpq(driver, text, holes, libpq),
        Form::Uri => url::parse(text, &mut store),
        Form::SqlAlchemy => url::parse_sqlalchemy(text, &mut store),
        Form::Jdbc => url::parse_jdbc(text, &mut store),
        Form::R2dbc => url::parse_r2dbc(text, &mut store),
        Form::Semicolons => lists::parse_semicolons(text, &mut store),
        Form::Pdo => lists::parse_pdo(text, &mut store),
        Form::Words => super::words::parse(text, &mut store),
    };
    match read {
        Ok(()) => Ok(store.into_dsn(form)),
        Err(error) if store.is_unknown(error.span) => Err(Error::new(ErrorKind::Unknown, error.span, "")),
        Err(error) => Err(error),
    }
}

/// libpq's grammar; pgx and lib/pq keep parameters that they do not know for the server.
fn parse_libpq(driver: Driver, text: &[u8], holes: &[Range<usize>], libpq: &'static Libpq) -> Result<Dsn, Error> {
    if driver.is_libpq() {
        return super::parse_with(text, holes, libpq);
    }
    let store = Store::foreign(libpq, holes, names::of(driver, Form::Uri));
    super::read(text, store)
}

/// What a driver really connects with: its reading of the string, over the variables that it looks at, over its defaults.
///
/// The `sslmode` of the result is the driver's own word, also where it is written as something else (`ssl=true`).
///
/// # Errors
/// Those of the service file, for libpq.
pub fn effective(
    driver: Driver,
    dsn: Option<&Dsn>,
    around: &Surroundings<'_>,
    libpq: &'static Libpq,
) -> Result<Settings, Error> {
    if driver.is_libpq() {
        return super::effective(dsn, around, libpq);
    }
    let mut settings = Settings::empty(libpq);
    if let Some(dsn) = dsn {
        for (n, part) in dsn.parts.iter().enumerate().rev() {
            settings.offer(part.keyword, part.value.clone(), Source::Dsn(n));
        }
        settings.others = dsn.others.clone();
    }
    if let Some((mode, value)) = names::mode(driver, &settings) {
        match mode {
            names::Mode::Instead => settings.set(Keyword::SslMode, value, Source::Given),
            names::Mode::Unless => settings.offer(Keyword::SslMode, value, Source::Given),
        }
    }
    for (name, keyword) in names::variables(driver) {
        let secret = keyword.row().secret;
        let value = match (around.env)(name) {
            Seen::Text(text) if !text.is_empty() => Value::known(text, secret),
            Seen::Unknown => Value::unknown(secret),
            Seen::Text(_) | Seen::Absent => continue,
        };
        if names::counts(driver, name, &value) {
            settings.offer(*keyword, value, Source::Variable(name));
        }
    }
    for (keyword, default) in [(Keyword::Host, "localhost"), (Keyword::Port, "5432")] {
        if settings.value(keyword).is_none_or(|v| v.is("")) {
            settings.set(keyword, Value::known(default, false), Source::Default);
        }
    }
    Ok(settings)
}

/// Whether a driver that is not libpq takes a variable with that value for a setting.
pub fn heeds(driver: Driver, name: &str, value: &Value) -> bool {
    names::counts(driver, name, value)
}
