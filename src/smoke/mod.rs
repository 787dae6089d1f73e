//! A chart on a real cluster: installed, upgraded in place under a live writer, tested, and what was seen of it; and nothing left
//! of it afterwards.
//!
//! Whatever is made is recorded before (`ledger`), and removed by that record alone (`clean`), also after a signal or a crash.
//!
//! | file | owns |
//! |---|---|
//! | `ask`, `app` | what the user wants, and what the chart's maker says about the application |
//! | `run` | the order of a run, from what it needs to what is left of it |
//! | `ledger` | the run's record: what it makes, on the disk before it is made |
//! | `clean` | removes what a record lists |
//! | `place` | the cluster: made by kind, or one that is there |
//! | `bench` | what all steps share; namespaces; answers |
//! | `install`, `managed`, `upgrade` | those scenarios |
//! | `baseline` | the commit that an upgrade begins at, and its chart |
//! | `refusal` | what refuses an upgrade before anything is touched |
//! | `writer` | a client that writes meanwhile, and its journal |
//! | `given` | a Postgres that the chart did not make |
//! | `checks` | the list of all checks |
//! | `steps` | the steps that scenarios are made of |
//! | `show` | a chart rendered for the cluster |
//! | `rollout` | whether a workload has rolled out |
//! | `server`, `route` | the database as its clients reach it, through a port of its pod |
//! | `applied` | whether the cluster has what the chart says |
//! | `diagnose` | what there was to see when something went wrong |
//! | `kind`, `helm`, `program` | those two, and any program, within a deadline |
//! | `progress` | what somebody who watches sees |

mod app;
mod applied;
mod ask;
mod baseline;
mod bench;
mod checks;
mod clean;
mod diagnose;
mod given;
mod helm;
mod install;
mod kind;
mod ledger;
mod managed;
mod place;
mod program;
mod progress;
mod refusal;
mod rollout;
mod route;
mod run;
mod server;
mod show;
mod steps;
mod upgrade;
mod writer;

pub use app::{App, FILE as APP_FILE};
pub use ask::{Ask, Provider, Scenario};
pub use checks::CHECKS;
pub use clean::Fate;
pub use given::chance;
pub use ledger::{Entry, Ledger, Resource, Run, Unheld, has_record};
pub use run::{Ended, clean_run, forget, run};
