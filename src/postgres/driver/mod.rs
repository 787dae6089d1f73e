//! The Postgres clients that are told apart, because they read connection strings or do TLS differently, and what tells them.

mod client;
mod images;

use std::fmt;

pub use client::{Client, Evidence, PROGRAMS, by_image, by_key, by_program, by_scheme, tell};

/// A client library. `Unknown` is a value of its own: nothing is assumed of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Driver {
    /// libpq itself: psql, pg_dump, pg_isready, and programs written in C.
    Libpq,
    /// psycopg2 and psycopg 3 (Python): libpq, in wheels with a libpq of their own.
    Psycopg,
    /// The `pg` gem (Rails, Sequel): libpq.
    RubyPg,
    /// PHP's pgsql and PDO: libpq.
    Php,
    /// asyncpg (Python).
    Asyncpg,
    /// pg8000 (Python).
    Pg8000,
    /// pgjdbc (Java).
    Pgjdbc,
    /// r2dbc-postgresql (Java).
    R2dbc,
    /// The `pg` package (Node.js; Sequelize, Knex, TypeORM).
    NodePostgres,
    /// The `postgres` package (Node.js).
    PostgresJs,
    /// Prisma's query engine (Node.js).
    Prisma,
    /// sqlx (Rust).
    Sqlx,
    /// tokio-postgres and postgres (Rust).
    TokioPostgres,
    /// jackc/pgx (Go).
    Pgx,
    /// lib/pq (Go).
    GoPq,
    /// Npgsql (.NET).
    Npgsql,
    /// Postgrex (Elixir).
    Postgrex,
    /// Nothing is known about the client.
    Unknown,
}

impl Driver {
    /// Every driver, in the order of declaration.
    pub const ALL: [Driver; 18] = [
        Driver::Libpq,
        Driver::Psycopg,
        Driver::RubyPg,
        Driver::Php,
        Driver::Asyncpg,
        Driver::Pg8000,
        Driver::Pgjdbc,
        Driver::R2dbc,
        Driver::NodePostgres,
        Driver::PostgresJs,
        Driver::Prisma,
        Driver::Sqlx,
        Driver::TokioPostgres,
        Driver::Pgx,
        Driver::GoPq,
        Driver::Npgsql,
        Driver::Postgrex,
        Driver::Unknown,
    ];

    /// Whether the client hands its parameters to libpq, whose rules then hold.
    pub fn is_libpq(self) -> bool {
        matches!(self, Driver::Libpq | Driver::Psycopg | Driver::RubyPg | Driver::Php)
    }

    /// The client's own name.
    pub fn name(self) -> &'static str {
        match self {
            Driver::Libpq => "libpq",
            Driver::Psycopg => "psycopg",
            Driver::RubyPg => "ruby-pg",
            Driver::Php => "php-pgsql",
            Driver::Asyncpg => "asyncpg",
            Driver::Pg8000 => "pg8000",
            Driver::Pgjdbc => "pgjdbc",
            Driver::R2dbc => "r2dbc-postgresql",
            Driver::NodePostgres => "node-postgres",
            Driver::PostgresJs => "postgres.js",
            Driver::Prisma => "prisma",
            Driver::Sqlx => "sqlx",
            Driver::TokioPostgres => "tokio-postgres",
            Driver::Pgx => "pgx",
            Driver::GoPq => "lib/pq",
            Driver::Npgsql => "npgsql",
            Driver::Postgrex => "postgrex",
            Driver::Unknown => "unknown client",
        }
    }
}

impl fmt::Display for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
