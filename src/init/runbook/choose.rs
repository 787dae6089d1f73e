//! Which of an application's connections is the one whose data moves.

use super::state::Connection;
use crate::diagnostic::{Kind, Refusal};
use crate::init::wrong;

/// Where its connection string is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A Secret that the chart does not render, and its key.
    Secret(String, String),
    /// The render says it.
    Render,
}

/// The connection, by the name that the user gives or where there is only one. Names that promise a reader are no candidates
/// beside others.
///
/// # Errors
/// [`Kind::Usage`] naming `--role` where there are several; [`Kind::Undecided`] where nothing is known of the one.
pub fn choose<'c>(connections: &'c [Connection], role: Option<&str>) -> Result<(&'c Connection, Origin), Refusal> {
    let named: Vec<&Connection> = connections.iter().filter(|c| role.is_none_or(|role| c.role == role)).collect();
    let reads =
        |c: &Connection| ["READONLY", "READ_ONLY", "REPLICA"].iter().any(|w| c.role.to_ascii_uppercase().contains(w));
    let writers: Vec<&Connection> = named.iter().copied().filter(|c| !reads(c)).collect();
    let candidates = if writers.is_empty() { named } else { writers };
    let Some(first) = candidates.first() else {
        return Err(match role {
            Some(_) => wrong("--role", "no application has a connection of this name"),
            None => Refusal::new(Kind::Undecided, "no application connects to Postgres"),
        });
    };
    let same = |c: &&Connection| c.secret == first.secret && c.text == first.text;
    if !candidates.iter().all(same) {
        let mut roles: Vec<&str> = candidates.iter().map(|c| c.role.as_str()).collect();
        roles.sort_unstable();
        roles.dedup();
        return Err(wrong("--role", format!("applications have several connections: {}", roles.join(", "))));
    }
    match (&first.secret, &first.text) {
        (_, Some(_)) => Ok((first, Origin::Render)),
        (Some((name, key)), None) => Ok((first, Origin::Secret(name.clone(), key.clone()))),
        (None, None) => {
            let words = format!("it cannot be told where the connection string {} comes from", first.role);
            Err(Refusal::new(Kind::Undecided, words))
        }
    }
}
