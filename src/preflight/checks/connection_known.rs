//! `connection-known`: every connection of the render can be read, and its text is what it should be.

use super::super::check::{Check, Said};
use super::super::connection::{Connection, State};
use super::super::look::Look;

pub static CHECK: Check =
    Check { id: "connection-known", summary: "each connection is known, and readable by its client", run };

fn run(look: &Look) -> Vec<Said> {
    let all = &look.connections.all;
    if all.is_empty() {
        return vec![Said::unknown("the chart", "no container of the render is known to connect to a Postgres")];
    }
    all.iter().map(one).collect()
}

fn one(connection: &Connection) -> Said {
    let subject = connection.role.clone();
    let who = format!("{}, read by {}", connection.source, connection.clients.join(", "));
    if connection.padded {
        return Said::fail(subject, format!("the text has a blank or a line end around it ({who})"))
            .advice("write the Secret again without one: `printf %s`, not `echo`");
    }
    match &connection.state {
        State::Known(known) => {
            let user = known.settings.user(None);
            Said::pass(subject, format!("{who}; it connects as {user}"))
        }
        State::Refused(why) => Said::fail(subject, format!("{why} ({who})")),
        State::Unknown(why) => Said::unknown(subject, format!("{why} ({who})"))
            .advice("let it be read from the cluster, or give it by --dsn-file"),
        State::Inside(server) => Said::pass(subject, format!("it leads to {server}, which this release makes ({who})")),
        State::InPod(why) => Said::unknown(subject, format!("{why} ({who})"))
            .advice("say where its server is reached from here: --connect-to HOST=ADDRESS:PORT"),
    }
}
