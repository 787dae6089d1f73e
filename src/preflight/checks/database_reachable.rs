//! `database-reachable`: each connection is made as its client would make it: address, TLS, password, database.

use super::super::check::{Check, Said};
use super::super::connection::{Connection, State};
use super::super::look::{Look, Met};
use crate::database::{self, Halt, Visit};

pub static CHECK: Check = Check { id: "database-reachable", summary: "each connection can be made", run };

fn run(look: &Look) -> Vec<Said> {
    let mut all = Vec::new();
    for sight in &look.sights {
        let Some(connection) = look.connections.all.get(sight.connection) else { continue };
        match (&sight.met, &connection.state) {
            (Met::Visits(visits), _) => all.extend(visits.iter().map(|visit| one(connection, visit))),
            (Met::Untried(why), State::Inside(_)) => all.push(
                Said::unknown(
                    connection.role.clone(),
                    format!("the server {why} is the release's own, and is not reached from here"),
                )
                .advice("after the install, `helm test` asks it from inside"),
            ),
            (Met::Untried(why), _) => {
                all.push(Said::unknown(connection.role.clone(), format!("it was not tried: {why}")))
            }
        }
    }
    all
}

fn one(connection: &Connection, visit: &Result<Visit, Halt>) -> Said {
    let visit = match visit {
        Ok(visit) => visit,
        Err(halt) => return Said::unknown(connection.role.clone(), format!("it was not tried: {halt}")),
    };
    let subject = format!("{} at {}", connection.role, visit.target.shown());
    let through = visit.target.instead.as_ref().map(|(a, p)| format!(" (asked at {a}:{p})")).unwrap_or_default();
    if visit.connected().is_some() {
        let (database, user) = (&visit.target.database, &visit.target.user);
        return Said::pass(subject, format!("database {database} lets {user} in{through}"));
    }
    let Some(halt) = visit.attempts.iter().rev().find_map(|a| a.halt.as_ref()) else {
        return Said::unknown(subject, "its client makes no attempt that is known");
    };
    let reason = format!("{halt}{through}");
    let said = match halt {
        Halt::NoAddress(_) | Halt::Unreachable(_) | Halt::Untried(_) => {
            Said::unknown(subject, format!("from here: {reason}"))
        }
        Halt::Deadline { step: "connecting" | "looking up the host", .. } => {
            Said::unknown(subject, format!("from here: {reason}"))
        }
        Halt::Server { state, .. } if state == "57P03" => Said::unknown(subject, reason),
        _ => Said::fail(subject, reason),
    };
    match halt {
        Halt::Server { state, .. } => match database::advice(state) {
            Some(advice) => said.advice(advice),
            None => said,
        },
        Halt::NoTls => {
            said.advice("turn TLS on at the server (ssl = on), or ask for none if the way is safe by itself")
        }
        Halt::Refused(_) => {
            said.advice("give the client the CA that signed the server's certificate, and the name that stands in it")
        }
        Halt::NotPostgres(_) => {
            said.advice("is the port that of Postgres, and not of a web server or a proxy's console?")
        }
        Halt::NoAddress(_) | Halt::Unreachable(_) | Halt::Deadline { .. } => {
            said.advice("where only pods reach it, look through a port-forward: --connect-to HOST=127.0.0.1:PORT")
        }
        _ => said,
    }
}
