//! What TLS a client really does for its settings and the files that it finds: not what the mode's name promises.
//!
//! [`outcome`] answers for a driver; [`Plan`] is how it answers: the attempts that the client makes, in order, each with what
//! it checks. [`Plan::meets`] plays a plan against a server; the tests hold that to real handshakes (tests/tls_oracle).
//! Nothing is called verified that is not: what is not known is [`Level::Undecided`], with the least that still holds.

mod clients;
mod libpq;
mod plan;
mod rows;

use std::fmt;

use super::driver::Driver;
use super::dsn::{Keyword, Reach, Settings, Value};

pub use plan::{Admits, Attempt, Check, Failure, Met, Plan, Roots, Server};

/// What the wire is worth. Ordered from `Plaintext` to `VerifiedFull`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Never encrypted.
    Plaintext,
    /// Encrypted or not, as the server, or who stands between, decides.
    MayBePlaintext,
    /// Always encrypted, with whoever answers.
    EncryptedUnverified,
    /// The server's certificate comes from a trusted CA; for whom it was made is not looked at.
    VerifiedCa,
    /// The certificate comes from a trusted CA and bears the server's name.
    VerifiedFull,
    /// A socket in the same machine: there is no wire.
    Local,
    /// Never connects.
    Fails,
    /// Cannot be told; [`Outcome::floor`] still holds.
    Undecided,
}

/// What is known of a file that a client looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum File {
    /// Nothing is at that path.
    Absent,
    /// It is there, with what it should hold.
    Present,
    /// It is there and cannot be used: not PEM, a folder, a key that others may read.
    Broken,
    /// Nobody can tell.
    Unknown,
}

/// How sure the answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// Held to real handshakes by the tests.
    Tested,
    /// Read in the client's source or documentation.
    Read,
}

/// The answer, with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub level: Level,
    /// If it connects at all, it is at least this. Equal to `level` where that is decided.
    pub floor: Level,
    /// One sentence, which quotes no secret.
    pub why: String,
    /// Where the rule is written: a source file or a page of documentation.
    pub source: &'static str,
    pub evidence: Evidence,
    /// What is attempted, for each way in which what is unknown may turn out; one where all is known.
    pub plans: Vec<Plan>,
}

impl Outcome {
    /// Whether the server's certificate is checked against its name.
    pub fn is_verified_full(&self) -> bool {
        self.level == Level::VerifiedFull
    }

    /// Whether anything may go over a wire that nobody encrypts.
    pub fn may_be_plaintext(&self) -> bool {
        self.floor <= Level::MayBePlaintext
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

/// What the client will do. `files` is asked for the paths that it looks at; those below its home begin with `~/`.
///
/// For drivers that are not libpq the settings must be as the driver reads them (`dsn::foreign`).
pub fn outcome(driver: Driver, settings: &Settings, files: &dyn Fn(&str) -> File) -> Outcome {
    if driver.is_libpq() {
        return libpq::outcome(settings, files);
    }
    clients::outcome(driver, settings, files)
}

/// A client whose TLS is known here: for documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    pub driver: Driver,
    pub versions: &'static str,
    pub source: &'static str,
    pub evidence: Evidence,
}

/// The clients that are known, besides libpq and what is libpq underneath.
pub fn known_clients() -> impl Iterator<Item = Known> {
    rows::CLIENTS.iter().map(|c| Known {
        driver: c.driver,
        versions: c.versions,
        source: c.source,
        evidence: c.evidence,
    })
}

fn undecided(why: String, source: &'static str, evidence: Evidence) -> Outcome {
    Outcome { level: Level::Undecided, floor: Level::Plaintext, why, source, evidence, plans: Vec::new() }
}

/// The value of a setting in words that show no secret: `sslmode=require`.
fn said(settings: &Settings, keyword: Keyword) -> String {
    match settings.value(keyword) {
        Some(value) => format!("{keyword}={value}"),
        None => format!("no {keyword}"),
    }
}

fn known(value: Option<&Value>) -> Option<&[u8]> {
    value.and_then(Value::bytes).map(|b| &**b)
}

/// Whether all, some or none of the servers are reached by a socket.
fn reaches(settings: &Settings) -> Result<(bool, bool), super::dsn::Refused> {
    let hosts = settings.hosts()?;
    let sockets = hosts.iter().any(|h| h.reach == Reach::Socket);
    let wires = hosts.iter().any(|h| h.reach != Reach::Socket);
    Ok((sockets, wires))
}

#[cfg(test)]
mod tests;
