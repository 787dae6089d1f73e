//! `preflight` against real servers: what it says is what psql finds, or what the fixture was made to be. Nothing that cannot
//! be had passes, and no password is ever told.

#[path = "../common/browser.rs"]
mod browser;
#[path = "../common/libpq.rs"]
mod libpq;
#[path = "../common/page.rs"]
mod look;
#[path = "../common/postgres.rs"]
mod postgres;
#[path = "../common/reports.rs"]
mod reports;
#[path = "../common/tcp.rs"]
mod tcp;

mod bed;
mod hostile;
mod nodes;
mod page;
mod pooler;
mod schema;
mod states;
mod tls;
