//! `smoke`: what it makes, what it leaves alone, and what it says. Ownership is shown on a real API server without nodes; the
//! scenarios need the whole test bed, and run on request:
//! `scripts/testbed up && cargo test --test smoke -- --ignored --nocapture --test-threads 1`.

#[path = "../common/cluster.rs"]
mod cluster;
#[path = "../common/process.rs"]
mod support;

mod bed;
mod ownership;
mod regressions;
mod scenarios;
mod schemas;
