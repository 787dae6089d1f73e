//! `tls-rustls`: what a client on rustls makes of the same certificate, where libpq accepts it.

use super::super::check::{Check as Row, Said};
use super::super::look::Look;
use crate::database::{ChainVerdict, Visit};
use crate::postgres::tls::{Attempt, Check};

pub static CHECK: Row =
    Row { id: "tls-rustls", summary: "clients on rustls agree with libpq about the certificate", run };

fn run(look: &Look) -> Vec<Said> {
    look.visits().flat_map(|(_, subject, visit)| one(subject, visit)).collect()
}

fn one(subject: String, visit: &Visit) -> Option<Said> {
    let attempted = visit.attempts.iter().rev().find(|a| a.tls.is_some())?;
    let (Attempt::Tls(check), Some(tls)) = (attempted.attempt, &attempted.tls) else { return None };
    let (libpq, rustls) = match check {
        Check::Nothing | Check::Nameless => return None,
        Check::Chain => (tls.verdicts.libpq.clone(), tls.verdicts.rustls_chain.clone()),
        Check::Full if tls.verdicts.libpq == ChainVerdict::Trusted && !tls.verdicts.named => {
            (ChainVerdict::Untrusted("another name".into()), tls.verdicts.rustls.clone())
        }
        Check::Full => (tls.verdicts.libpq.clone(), tls.verdicts.rustls.clone()),
    };
    Some(match (libpq, rustls) {
        (ChainVerdict::Trusted, Ok(())) => Said::pass(subject, "both accept it"),
        (ChainVerdict::Trusted, Err(why)) => {
            Said::warn(subject, format!("libpq accepts it, a client on rustls refuses it: {why}"))
                .advice("have it made anew: X.509 v3, the name in subjectAltName, not a CA itself")
        }
        (ChainVerdict::Untrusted(why), Ok(())) => {
            Said::warn(subject, format!("a client on rustls accepts it, libpq refuses it: {why}"))
        }
        (ChainVerdict::Untrusted(libpq), Err(_)) => Said::fail(subject, format!("both refuse it: {libpq}")),
        (ChainVerdict::Unknown(why), _) => Said::unknown(subject, why),
    })
}
