//! `removed-server`: what an upgrade declares no more is used by nobody: variables go first, then the Secret and the database.

use super::super::check::{Check, Said};
use super::super::look::Look;
use super::super::removal::Removal;

pub static CHECK: Check = Check { id: "removed-server", summary: "no server goes away while something names it", run };

fn run(look: &Look) -> Vec<Said> {
    match &look.cluster.removal {
        None => Vec::new(),
        Some(Err(refused)) => vec![Said::unknown("servers of the release", refused.to_string())],
        Some(Ok(removal)) if removal.removed.is_empty() => {
            vec![Said::pass("servers of the release", "each that is there is declared still")]
        }
        Some(Ok(removal)) => removal.removed.iter().map(|name| one(removal, name)).collect(),
    }
}

fn one(removal: &Removal, name: &str) -> Said {
    let subject = format!("{name}, which is declared no more");
    let (mut users, mut unread) = (Vec::new(), Vec::new());
    for live in removal.workloads.iter().filter(|live| !live.goes) {
        match live.names(name) {
            Ok(true) => users.push(live.title.as_str()),
            Ok(false) => {}
            Err(why) => unread.push(format!("{}: {why}", live.title)),
        }
    }
    match (users.as_slice(), unread.as_slice()) {
        ([], []) => Said::pass(subject, "no workload of the namespace names it"),
        ([], unread) => {
            Said::unknown(subject, format!("whether something uses it cannot be read: {}", unread.join("; ")))
        }
        (users, _) => Said::fail(subject, format!("it is named still by {}", users.join(", ")))
            .advice("take the attachment out first, and the database in a second upgrade; keep a backup"),
    }
}
