//! Plimsoll: renders a Helm chart exactly as Helm does, and refuses what is unsafe for the Postgres it lives on.

pub mod go;
