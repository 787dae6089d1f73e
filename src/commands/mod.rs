//! The subcommands: one file each, which owns its flags and says its exit code.

mod beside;
pub mod chart_flags;
pub mod check;
mod clock;
pub mod cluster_flags;
pub mod configuration;
pub mod drift;
pub mod explain;
pub mod init;
pub mod lint;
#[cfg(feature = "live")]
pub mod live_flags;
#[cfg(feature = "live")]
pub mod preflight;
#[cfg(feature = "live")]
pub mod record;
pub mod render;
pub mod reports;
#[cfg(feature = "live")]
pub mod smoke;
pub mod test;
pub mod values;
