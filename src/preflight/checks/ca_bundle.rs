//! `ca-bundle`: the root certificates that a client finds where it is told to look.

use super::super::check::{Check, Said};
use super::super::connection::{Connection, State};
use super::super::look::Look;
use crate::database::{Anchors, Bundle};
use crate::postgres::dsn::Keyword;

pub static CHECK: Check = Check { id: "ca-bundle", summary: "each CA bundle can be read, and does not end soon", run };

/// A root that ends sooner is told.
const DAYS: i64 = 30;

fn run(look: &Look) -> Vec<Said> {
    look.connections.all.iter().filter_map(|connection| one(connection, look.ask.now)).collect()
}

fn one(connection: &Connection, now: i64) -> Option<Said> {
    let State::Known(known) = &connection.state else { return None };
    let path = known.settings.value(Keyword::SslRootCert).filter(|p| !p.is(""))?;
    let subject = format!("{} of {}", path, connection.role);
    let pem = match &known.anchors {
        Anchors::System => {
            return Some(Said::pass(subject, "the system's own roots; looked at are those of this machine"));
        }
        Anchors::Unknown(why) => {
            return Some(
                Said::unknown(subject, why.clone()).advice("let it be read from the cluster, or give it by --ca-file"),
            );
        }
        Anchors::Absent => {
            let strict =
                known.settings.value(Keyword::SslMode).is_some_and(|m| m.is("verify-ca") || m.is("verify-full"));
            let why = "nothing stands there in the container";
            return Some(match strict {
                true => Said::fail(subject, format!("{why}, and the client refuses to connect")),
                false => Said::warn(subject, format!("{why}, and the client goes on without verifying anybody")),
            });
        }
        Anchors::File(pem) => pem,
    };
    let bundle = Bundle::read(pem);
    if bundle.is_empty() {
        return Some(Said::fail(subject, "it holds no certificate that can be read").advice("put the CA there in PEM"));
    }
    let (current, ended): (Vec<_>, Vec<_>) = bundle.certificates.iter().partition(|c| c.is_valid_at(now));
    let count = bundle.certificates.len();
    let soonest = current.iter().map(|c| c.days_left(now)).min();
    Some(match soonest {
        None => {
            Said::fail(subject, format!("all {count} of its certificates have ended")).advice("get the current bundle")
        }
        Some(days) if days < DAYS => {
            Said::warn(subject, format!("one of its {count} certificates ends in {days} days"))
        }
        Some(_) if !ended.is_empty() => {
            Said::warn(subject, format!("{} of its {count} certificates have ended", ended.len()))
        }
        Some(_) if bundle.broken > 0 => {
            Said::warn(subject, format!("{} of its blocks are no certificates", bundle.broken))
        }
        Some(days) => Said::pass(subject, format!("{count} certificates, the first to end has {days} days left")),
    })
}
