//! `preflight` against real servers: what it says is what psql finds, or what the fixture was made to be. Nothing that cannot
//! be had passes, and no password is ever told.

#[path = "../common/libpq.rs"]
mod libpq;
#[path = "../common/postgres.rs"]
mod postgres;
#[path = "../common/tcp.rs"]
mod tcp;

mod bed;
mod hostile;
mod nodes;
mod pooler;
mod schema;
mod states;
mod tls;
