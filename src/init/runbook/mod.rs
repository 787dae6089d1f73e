//! Runbooks for moving a release's data between the embedded and an external server: Markdown with the user's own names, of
//! which no line is printed that has not been checked.
//!
//! | file | owns |
//! |---|---|
//! | `state` | what a render says about servers, applications and connections |
//! | `choose` | which of the connections is the one |
//! | `plan` | two states to what the text speaks of |
//! | `shell` | quoting, and taking command lines apart again |
//! | `commands` | which programs with which flags may stand in a runbook |
//! | `check` | the finished text, read back: every command, every snippet |
//! | `*.md.j2` | the words |

mod check;
mod choose;
mod commands;
mod plan;
mod shell;
mod state;

pub use check::check;
pub use choose::{Origin, choose};
pub use commands::{PROGRAMS, Program};
pub use plan::{Direction, Names, Plan};
pub use shell::{quote, scripts, words};
pub use state::{App, Client, Connection, Embedded, State};
