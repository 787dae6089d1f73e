//! `tls-client`: what the client makes of the server's TLS: what was agreed, and how much of it is verified.

use super::super::check::{Check as Row, Said};
use super::super::connection::{Connection, Planned, State};
use super::super::look::Look;
use crate::database::Visit;
use crate::postgres::tls::{Attempt, Check};

pub static CHECK: Row =
    Row { id: "tls-client", summary: "each connection is encrypted and verified as it should be", run };

fn run(look: &Look) -> Vec<Said> {
    look.visits().flat_map(|(connection, subject, visit)| one(connection, subject, visit)).collect()
}

fn one(connection: &Connection, subject: String, visit: &Visit) -> Option<Said> {
    let State::Known(known) = &connection.state else { return None };
    let attempted = visit.connected()?;
    if let Planned::Guess(_) = known.plan {
        return Some(Said::unknown(subject, format!("what the client does is not certain: {}", known.tls.why)));
    }
    let agreed = attempted.tls.as_ref().map(|tls| format!("{}, {}", tls.protocol, tls.cipher)).unwrap_or_default();
    Some(match attempted.attempt {
        Attempt::Tls(Check::Full) => Said::pass(subject, format!("{agreed}; chain and name are verified")),
        Attempt::Tls(Check::Chain) => Said::pass(subject, format!("{agreed}; the chain is verified, the name is not")),
        Attempt::Tls(_) => Said::warn(subject, format!("{agreed}; nobody verifies who answers: {}", known.tls.why))
            .advice("say sslmode=verify-full with the server's CA"),
        _ => {
            let before = visit.attempts.iter().filter(|a| a.halt.is_some());
            let tried: Vec<String> = before.filter_map(|a| a.halt.as_ref()).map(ToString::to_string).collect();
            let tried = if tried.is_empty() { String::new() } else { format!(" (first: {})", tried.join("; ")) };
            Said::warn(subject, format!("the connection is plaintext{tried}: {}", known.tls.why))
                .advice("say sslmode=verify-full with the server's CA; at least require")
        }
    })
}
