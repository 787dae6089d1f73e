//! Files that nobody should have to write by hand: values for a mode and a provider, the Secrets that go with them.
//!
//! | file | owns |
//! |---|---|
//! | `profile`, `profiles/` | what is known of each provider, and the values that follow from it |
//! | `skeleton` | values whose leaves alone are templates, printed by our own emitter |
//! | `host`, `connection` | the parts of a connection, checked, and the URL that reads back to them |
//! | `names` | which texts may name a Secret, a key, a folder |
//! | `external`, `embedded` | answers to a values file and its Secrets |
//! | `manifest` | Secrets as documents |
//! | `password` | where passwords come from; never from the command line |
//! | `service` | a connection string as libpq's service file |
//! | `runbook` | moving data between the embedded and an external server, in words that were checked |
//! | `case` | golden cases |
//! | `config` | `.plimsoll.yaml` for the charts that there are |
//! | `file` | writing whole files or none |

pub mod case;
pub mod config;
pub mod connection;
pub mod embedded;
pub mod external;
pub mod file;
pub mod host;
pub mod manifest;
pub mod names;
pub mod password;
pub mod profile;
pub mod runbook;
pub mod service;
pub mod skeleton;

use crate::diagnostic::{Kind, Refusal};

/// An answer that makes no sense. `flag` is its place: what the user has to give otherwise.
pub fn wrong(flag: &str, words: impl std::fmt::Display) -> Refusal {
    Refusal::new(Kind::Usage, format!("{flag}: {words}"))
}
