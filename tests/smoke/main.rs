//! `smoke`: what it makes, what it leaves alone, and what it says. Ownership is shown on a real API server without nodes; the
//! scenarios need the whole test bed, and run on request:
//! `scripts/testbed up && cargo test --test smoke -- --ignored --nocapture --test-threads 1`.
//!
//! Failures are injected by tables: `failures` says what one is, `stage` where it is played, `play` how, and what must hold.
//!
//! | table | place |
//! |---|---|
//! | `failures_light`, `failures_slow` | the light bed: a real API server, a real Postgres beside it |
//! | `failures_bed` | one kind cluster with pods |
//! | `failures_kind` | runs that make clusters |

#[path = "../common/browser.rs"]
mod browser;
#[path = "../common/cluster.rs"]
mod cluster;
#[path = "../common/libpq.rs"]
mod libpq;
#[path = "../common/page.rs"]
mod look;
#[path = "../common/postgres.rs"]
mod postgres;
#[path = "../common/reports.rs"]
mod reports;
#[path = "../common/process.rs"]
mod support;
#[path = "../common/tcp.rs"]
mod tcp;

mod api;
mod baseline;
mod bed;
mod bed_rows;
mod bed_site;
mod docker_site;
mod failures;
mod failures_bed;
mod failures_kind;
mod failures_light;
mod failures_slow;
mod faulty_api;
mod faulty_database;
mod foreign;
mod light_site;
mod ownership;
mod page;
mod play;
mod regressions;
mod rows;
mod scenarios;
mod schemas;
mod stage;
