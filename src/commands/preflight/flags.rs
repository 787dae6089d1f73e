//! The flags of `preflight`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::commands::live_flags::LiveFlags;
use crate::preflight::Detour;
use crate::report::Target;

/// From where it is looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum From {
    /// This machine
    Here,
    /// A pod beside the workload
    Pod,
}

/// What is looked at, and what is expected of it.
#[derive(Args, Debug)]
pub struct Flags {
    #[command(flatten)]
    pub live: LiveFlags,

    /// From where the database is looked at
    #[arg(long, value_name = "VANTAGE", default_value = "here")]
    pub from: From,
    /// The image of that pod: one with a shell and bash or nc; without it, the workload's own
    #[arg(long, value_name = "IMAGE")]
    pub pod_image: Option<String>,
    /// How long a pod may take until it runs, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub pod_timeout: u64,
    /// Look at the databases alone
    #[arg(long)]
    pub no_cluster: bool,
    /// A file with the connection string of a Secret that the chart does not render; `-` is standard input. Without SECRET/KEY it
    /// stands for every one of them (repeatable)
    #[arg(long, value_name = "[SECRET/KEY=]FILE")]
    pub dsn_file: Vec<String>,
    /// A file with the connection string of a node of a multi-node cluster, by which its state is looked at (repeatable)
    #[arg(long, value_name = "NODE=FILE")]
    pub node_dsn: Vec<String>,
    /// A file with the root certificates that the pod will have, where they cannot be seen
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// Ask another address for a server, such as that of a port-forward (repeatable)
    #[arg(long, value_name = "HOST[:PORT]=ADDRESS[:PORT]")]
    pub connect_to: Vec<Detour>,

    /// A major of Postgres that is accepted (repeatable); without any, those that the community supports
    #[arg(long, value_name = "N")]
    pub postgres_major: Vec<u32>,
    /// A value of the table schema_version that the application knows (repeatable)
    #[arg(long, value_name = "VERSION")]
    pub schema_version: Vec<String>,
    /// An extension that the application needs (repeatable)
    #[arg(long, value_name = "NAME")]
    pub extension: Vec<String>,
    /// Connections that each pod opens
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub pool_size: u64,
    /// The databases are to move to other servers by logical replication: they must be ready for it
    #[arg(long)]
    pub changeover: bool,
    /// The server is shared with others: PUBLIC must not connect
    #[arg(long)]
    pub shared: bool,

    /// Fail on warnings too
    #[arg(long)]
    pub strict: bool,
    /// text, json, junit, github or html, to standard output or a file (repeatable)
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub report: Vec<Target>,
}
