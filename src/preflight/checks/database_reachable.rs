//! `database-reachable`: each connection is made as its client would make it: address, TLS, password, database.

use super::super::check::{Check, Said};
use super::super::connection::{Connection, State};
use super::super::look::{Look, Met, Sight};
use crate::database::{self, Halt, Visit};

pub static CHECK: Check = Check { id: "database-reachable", summary: "each connection can be made", run };

fn run(look: &Look) -> Vec<Said> {
    let mut all = Vec::new();
    for sight in &look.sights {
        let Some(connection) = look.connections.all.get(sight.connection) else { continue };
        match (&sight.met, &connection.state) {
            (Met::Visits(visits), _) => {
                let from = Place::of(look, sight);
                all.extend(visits.iter().map(|visit| one(connection, visit, from)));
            }
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

/// From where it was looked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Here,
    /// A pod with the workload's network.
    Pod,
    /// A pod whose network is not the workload's, or may not be.
    OtherPod,
}

impl Place {
    fn of(look: &Look, sight: &Sight) -> Place {
        match sight.pod {
            None => Place::Here,
            Some(n) => match look.pods.get(n).map(|pod| &pod.policies) {
                Some(Ok(policies)) if policies.is_empty() => Place::Pod,
                _ => Place::OtherPod,
            },
        }
    }

    /// Nobody answers there: what that means for the workload.
    fn nobody(self, subject: String, reason: String) -> Said {
        match self {
            Place::Here => Said::unknown(subject, format!("from here: {reason}")),
            Place::Pod => Said::fail(subject, format!("from the pod: {reason}")),
            Place::OtherPod => Said::unknown(subject, format!("from the pod, whose network may differ: {reason}")),
        }
    }
}

fn one(connection: &Connection, visit: &Result<Visit, Halt>, from: Place) -> Said {
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
        Halt::Untried(_) if from == Place::Here => Said::unknown(subject, format!("from here: {reason}")),
        Halt::Untried(_) => Said::unknown(subject, format!("from the pod: {reason}")),
        Halt::NoAddress(_)
        | Halt::Unreachable(_)
        | Halt::Deadline { step: "connecting" | "looking up the host", .. } => from.nobody(subject, reason),
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
        Halt::Untried(_) if from != Place::Here => {
            said.advice("name an image with a shell and bash or nc by --pod-image")
        }
        Halt::NoAddress(_) | Halt::Unreachable(_) | Halt::Deadline { .. } if from != Place::Here => said.advice(
            "look at the name and the port of the connection string, at the server's firewall and at egress rules",
        ),
        Halt::NoAddress(_) | Halt::Unreachable(_) | Halt::Deadline { .. } => {
            said.advice("where only pods reach it, look through a port-forward: --connect-to HOST=127.0.0.1:PORT")
        }
        _ => said,
    }
}
