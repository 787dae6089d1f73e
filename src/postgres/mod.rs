//! Postgres as its clients meet it: what a connection string means, what TLS it really gets, which client reads it.
//!
//! | module | owns |
//! |---|---|
//! | [`dsn`] | connection strings: libpq's own reading, environment and service file, other clients' forms |
//! | [`driver`] | the clients that are told apart, which of them are libpq underneath, and which a container uses |
//! | [`provider`] | managed Postgres: who a host belongs to, and what it demands |
//! | [`tls`] | what TLS a client really does, not what the mode's name promises |
//! | [`topology`] | who serves and who connects, by what and with what TLS: inferred from manifests |

pub mod driver;
pub mod dsn;
pub mod provider;
pub mod tls;
pub mod topology;
