//! What a client of libpq really connects with: connection string over service file over environment over defaults, as
//! `conninfo_add_defaults` of fe-connect.c lays them; who lost is kept.

use bstr::BString;

use super::error::{Error, ErrorKind};
use super::keyword::{KEYWORDS, Keyword, Libpq};
use super::service;
use super::store::Other;
use super::value::{Span, Value};
use super::{Dsn, Slot};

/// What is known of a variable or a file.
#[derive(Clone, PartialEq, Eq)]
pub enum Seen {
    Absent,
    Text(BString),
    /// It may be there, with whatever in it.
    Unknown,
}

/// A variable may be a password.
impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Seen::Absent => "Absent",
            Seen::Text(_) => "Text(***)",
            Seen::Unknown => "Unknown",
        })
    }
}

impl From<&str> for Seen {
    fn from(text: &str) -> Self {
        Seen::Text(text.into())
    }
}

/// What surrounds the client.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The variables of the process (`PGSSLMODE`, `PGSERVICE`, `HOME`, ...).
    pub env: &'a dyn Fn(&str) -> Seen,
    /// Files by path: service files only.
    pub file: &'a dyn Fn(&str) -> Seen,
    /// The operating system's user, which is the default for `user`.
    pub user: Option<&'a str>,
}

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// `Dsn::parts[n]`.
    Dsn(usize),
    /// A line of a service file, from 1.
    Service { file: String, line: usize },
    /// A variable, `PGREQUIRESSL` included.
    Variable(&'static str),
    /// libpq's own default.
    Default,
    /// `sslrootcert=system` strengthens the default `sslmode` to `verify-full`.
    SystemRoots,
    /// The operating system's user; or the user, for the database.
    User,
    /// Set by [`Settings::set`]: another client's own way.
    Given,
}

/// A value with its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub keyword: Keyword,
    pub value: Value,
    pub from: Source,
}

/// Every parameter that has a value. `Debug` shows no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub libpq: &'static Libpq,
    winners: Vec<Setting>,
    /// What was set and lost, strongest first: overridden parts, service lines, variables. Never a default.
    pub losers: Vec<Setting>,
    /// What the connection string says to another client only.
    pub others: Vec<Other>,
}

impl Settings {
    /// Nothing is set.
    pub fn empty(libpq: &'static Libpq) -> Self {
        Settings { libpq, winners: Vec::new(), losers: Vec::new(), others: Vec::new() }
    }

    /// The setting that counts.
    pub fn get(&self, keyword: Keyword) -> Option<&Setting> {
        self.winners.iter().find(|s| s.keyword == keyword)
    }

    /// The value that counts; None where nobody sets one and there is no default.
    pub fn value(&self, keyword: Keyword) -> Option<&Value> {
        self.get(keyword).map(|s| &s.value)
    }

    /// The value of a parameter that libpq does not have; the last of several.
    pub fn other(&self, name: &str) -> Option<&Value> {
        self.others.iter().rfind(|o| o.name.is(name)).map(|o| &o.value)
    }

    /// All that count.
    pub fn iter(&self) -> impl Iterator<Item = &Setting> {
        self.winners.iter()
    }

    /// Sets a parameter for certain; what was set before loses.
    pub fn set(&mut self, keyword: Keyword, value: Value, from: Source) {
        if let Some(at) = self.winners.iter().position(|s| s.keyword == keyword) {
            let old = self.winners.remove(at);
            if !matches!(old.from, Source::Default | Source::SystemRoots | Source::User) {
                self.losers.insert(0, old);
            }
        }
        self.winners.push(Setting { keyword, value, from });
    }

    /// A value for what has none yet; a loser otherwise.
    pub(super) fn offer(&mut self, keyword: Keyword, value: Value, from: Source) {
        let setting = Setting { keyword, value, from };
        match self.get(keyword) {
            None => self.winners.push(setting),
            Some(_) => self.losers.push(setting),
        }
    }

    fn is_set(&self, keyword: Keyword) -> bool {
        self.get(keyword).is_some()
    }
}

/// libpq's precedence. Without a connection string the environment decides alone.
///
/// # Errors
/// Those of the service file; [`ErrorKind::Unknown`] where what is not known decides about the service.
pub fn effective(dsn: Option<&Dsn>, around: &Surroundings<'_>, libpq: &'static Libpq) -> Result<Settings, Error> {
    let mut settings = Settings::empty(libpq);
    let parts = dsn.map(|d| d.parts.as_slice()).unwrap_or_default();
    for (n, part) in parts.iter().enumerate().rev().filter(|(_, p)| libpq.knows(p.keyword)) {
        settings.offer(part.keyword, part.value.clone(), Source::Dsn(n));
    }
    service::absorb(&mut settings, around)?;
    let mut mode_is_default = false;
    for row in KEYWORDS.iter().filter(|r| libpq.knows(r.keyword)) {
        let keyword = row.keyword;
        if let Some(name) = row.env {
            match (around.env)(name) {
                Seen::Absent => {}
                Seen::Text(text) => settings.offer(keyword, Value::known(text, row.secret), Source::Variable(name)),
                Seen::Unknown => settings.offer(keyword, Value::unknown(row.secret), Source::Variable(name)),
            }
        }
        if keyword == Keyword::SslMode {
            match (around.env)("PGREQUIRESSL") {
                Seen::Text(text) if text.starts_with(b"1") => {
                    settings.offer(keyword, Value::known("require", false), Source::Variable("PGREQUIRESSL"));
                }
                Seen::Unknown => settings.offer(keyword, Value::unknown(false), Source::Variable("PGREQUIRESSL")),
                _ => {}
            }
            mode_is_default = !settings.is_set(keyword);
        }
        if settings.is_set(keyword) {
            continue;
        }
        if let Some(default) = libpq.default(keyword) {
            settings.offer(keyword, Value::known(default, false), Source::Default);
        } else if keyword == Keyword::User {
            let user = around.user.map_or(Value::unknown(false), |u| Value::known(u, false));
            settings.offer(keyword, user, Source::User);
        }
    }
    if libpq.system_roots && mode_is_default {
        strengthen(&mut settings);
    }
    Ok(settings)
}

/// With `sslrootcert=system` a mode that nobody chose is `verify-full`.
fn strengthen(settings: &mut Settings) {
    match settings.value(Keyword::SslRootCert) {
        Some(root) if root.is("system") => {
            settings.set(Keyword::SslMode, Value::known("verify-full", false), Source::SystemRoots);
        }
        Some(root) if !root.is_known() => {
            settings.set(Keyword::SslMode, Value::unknown(false), Source::Default);
        }
        _ => {}
    }
}

impl Settings {
    /// Whether a setting stands in the connection string, and where.
    pub fn span(&self, dsn: &Dsn, keyword: Keyword) -> Option<(Slot, Span)> {
        match self.get(keyword)?.from {
            Source::Dsn(n) => dsn.parts.get(n).map(|p| (p.slot, p.span)),
            _ => None,
        }
    }

    /// The user that the server is told: never empty.
    pub fn user(&self, around_user: Option<&str>) -> Value {
        match self.value(Keyword::User) {
            Some(user) if !user.is("") => user.clone(),
            _ => around_user.map_or(Value::unknown(false), |u| Value::known(u, false)),
        }
    }

    /// The database that is asked for: the user's name where none is named.
    pub fn dbname(&self, around_user: Option<&str>) -> Value {
        match self.value(Keyword::DbName) {
            Some(name) if !name.is("") => name.clone(),
            _ => self.user(around_user),
        }
    }
}

/// What decides is not known.
pub(super) fn unknown() -> Error {
    Error::new(ErrorKind::Unknown, Span::default(), "")
}
