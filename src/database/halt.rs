//! Why there is no connection, or no answer, and what a SQLSTATE advises.

use std::fmt;
use std::time::Duration;

use crate::diagnostic::excerpt;

/// The longest text of a server that is repeated, in characters.
const LONGEST: usize = 300;

/// Why an attempt to connect came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Halt {
    /// The host's name leads to no address.
    NoAddress(String),
    /// Nothing accepts there.
    Unreachable(String),
    /// A step took longer than it may.
    Deadline { step: &'static str, after: Duration },
    /// The server went away.
    Closed { step: &'static str },
    /// Whoever answers speaks something else.
    NotPostgres(String),
    /// It sends more than any server does.
    TooMuch(String),
    /// The server has no TLS, and the client insists.
    NoTls,
    /// The handshake failed before any certificate could be judged.
    Handshake(String),
    /// The client, as it is told to verify, refuses the server's certificate.
    Refused(String),
    /// The client's side stops it: a file that is missing, settings that contradict.
    Client(String),
    /// The server refuses, with a SQLSTATE.
    Server { state: String, message: String },
    /// Cannot be tried from here.
    Untried(String),
}

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Silence {
    /// The role may not ask.
    Denied(String),
    /// Everything else: a deadline, a connection that broke, an answer that makes no sense.
    Failed(String),
    /// It was not asked, and why.
    Unasked(String),
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Silence::Denied(why) => write!(f, "the role may not ask: {why}"),
            Silence::Failed(why) | Silence::Unasked(why) => f.write_str(why),
        }
    }
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Halt::NoAddress(why) => write!(f, "the host's name leads to no address: {why}"),
            Halt::Unreachable(why) => write!(f, "nothing accepts a connection there: {why}"),
            Halt::Deadline { step, after } => write!(f, "{step}: no answer within {} s", after.as_secs_f64()),
            Halt::Closed { step } => write!(f, "{step}: the server closed the connection"),
            Halt::NotPostgres(what) => write!(f, "whoever answers is no Postgres server: {what}"),
            Halt::TooMuch(what) => write!(f, "the server sends more than any Postgres server does: {what}"),
            Halt::NoTls => f.write_str("the server offers no TLS, and the client insists on it"),
            Halt::Handshake(why) => write!(f, "the TLS handshake failed: {why}"),
            Halt::Refused(why) => write!(f, "the client refuses the server's certificate: {why}"),
            Halt::Client(why) | Halt::Untried(why) => f.write_str(why),
            Halt::Server { state, message } => write!(f, "the server refuses (SQLSTATE {state}): {message}"),
        }
    }
}

/// A server's text, bounded and on one line.
pub(super) fn quoted(text: &str) -> String {
    excerpt(text, LONGEST)
}

/// What to do about a SQLSTATE. Source: PostgreSQL documentation, Appendix A; PgBouncer answers `08P01`.
pub fn advice(state: &str) -> Option<&'static str> {
    Some(match state {
        "28P01" => {
            "the password is not the role's: compare the Secret with the role (an old volume keeps the password of its first start)"
        }
        "28000" => {
            "pg_hba.conf lets nobody in from this address in this way, with or without TLS, or there is no such role"
        }
        "3D000" => "the database does not exist: create it, or correct the name in the connection string",
        "42501" => "the role lacks a privilege: grant it, or connect as another role",
        "53300" => "every connection slot is taken: raise max_connections, lower the pools, or put a pooler in front",
        "55000" => "the database accepts no connections (datallowconn)",
        "57P03" => "the server is starting, stopping or recovering: wait and ask again",
        "57014" => "the server cancelled the question: its own statement_timeout or this one's",
        "08P01" => "a pooler refused or lost its server: look at its log, its pool mode and its list of databases",
        "0A000" => {
            "the server or pooler does not support that: is this a pooler's admin console or a replication endpoint?"
        }
        "25006" => "the session is read-only: the host leads to a standby, or default_transaction_read_only is on",
        _ => return None,
    })
}
