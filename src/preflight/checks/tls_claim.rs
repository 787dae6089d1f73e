//! `tls-claim`: what the values ask of TLS is what the connection string brings, also where it is in a Secret that the chart cannot see.

use super::super::check::{Check, Said};
use super::super::connection::{Connection, State};
use super::super::look::Look;
use crate::database::Anchors;
use crate::postgres::tls::Level;

pub static CHECK: Check =
    Check { id: "tls-claim", summary: "each connection has the TLS that the values ask for", run };

fn run(look: &Look) -> Vec<Said> {
    let Some(asked) = look.connections.asked else { return Vec::new() };
    let mode = &look.connections.asked_mode;
    let judge = |connection: &Connection| {
        let subject = connection.role.clone();
        match &connection.state {
            State::Known(known) => {
                let why = known.tls.why.clone();
                match known.tls.level {
                    Level::Undecided if known.tls.floor >= asked && known.tls.floor <= Level::VerifiedFull => {
                        Said::pass(subject, format!("it is at least as strong as {mode}: {why}"))
                    }
                    Level::Undecided if known.tls.floor == Level::Plaintext || known.anchors == Anchors::Absent => {
                        Said::unknown(subject, format!("the values ask for {mode}, and it cannot be told: {why}"))
                    }
                    Level::Undecided => {
                        Said::unknown(subject, format!("the values ask for {mode}, and it cannot be told: {why}"))
                    }
                    Level::Local => Said::pass(subject, why),
                    Level::Fails => {
                        Said::fail(subject, format!("the values ask for {mode}, and its client never connects: {why}"))
                    }
                    level if level >= asked => Said::pass(subject, format!("the values ask for {mode}: {why}")),
                    _ => Said::fail(
                        subject,
                        format!("the values ask for {mode}, and the connection string does not bring it: {why}"),
                    )
                    .advice(format!("put sslmode={mode} into the connection string of {}", connection.source)),
                }
            }
            State::Refused(why) => {
                Said::fail(subject, format!("the values ask for {mode}, and the connection string is none: {why}"))
            }
            State::Inside(_) => Said::pass(subject, "it does not leave the release"),
            State::Unknown(why) | State::InPod(why) => Said::unknown(
                subject,
                format!("the values say that it carries {mode}, and it could not be read: {why}"),
            ),
        }
    };
    look.connections.all.iter().map(judge).collect()
}
