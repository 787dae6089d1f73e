//! From charts with values to what is wrong with them: schema first, then rules, then what somebody has allowed.
//!
//! | file | owns |
//! |---|---|
//! | `examine` | one chart with one set of values, rendered, read and shown to somebody |
//! | `case` | which sets of values there are |
//! | `chart` | one chart in all its cases |
//! | `run` | many charts at once |
//! | `entry` | from judgements to what a report holds |
//! | `origins` | the template line and the values behind a field |
//! | `names` | names inside of a chart as files that somebody can open |
//! | `secrets` | which texts are secrets |
//! | `allow`, `baseline` | what counts no more |

mod allow;
mod baseline;
mod case;
mod chart;
mod entry;
mod examine;
mod names;
mod origins;
mod run;
mod secrets;

pub use allow::Permission;
pub use baseline::Baseline;
pub use case::{CONVENTION, Case, cases, own_values};
pub use chart::{Job, Target};
pub use examine::{Request, Stop, examine};
pub use names::Names;
pub use run::{Outcome, run};
pub use secrets::Collected;
