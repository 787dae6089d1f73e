//! What a container that is told of a database does with it: connects, waits for a port, writes files for another, or nothing.

use super::book::Book;
use super::images::{self, Kind};
use super::servers::Seat;
use crate::kube::{Container, Role, Workload, WorkloadKind};
use crate::manifest::{DocId, Document, HookInfo};

/// Which consumer of a topology: its index in `Topology::consumers`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConsumerId(pub u32);

impl ConsumerId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// When a consumer runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// As long as the release stands.
    Running,
    /// Before the other containers of a pod that runs on.
    Init,
    /// To its end, applied with everything else.
    Job,
    /// Now and then.
    Schedule,
    /// When Helm calls it.
    Hook { events: Vec<&'static str>, weight: i64 },
    /// By `helm test` only.
    Test,
}

/// Something that connects to Postgres.
#[derive(Clone, Debug)]
pub struct Consumer<'m> {
    pub id: ConsumerId,
    pub seat: Seat,
    /// The workload's or the object's document.
    pub doc: DocId,
    /// Of the container; of the object where the object itself is the consumer.
    pub name: &'m str,
    pub namespace: &'m str,
    pub phase: Phase,
    /// It runs before the main containers of its pod.
    pub is_init: bool,
}

impl Phase {
    pub(super) fn of(workload: &Workload<'_>, document: Option<&Document<'_>>, role: Role) -> Phase {
        if let Some(HookInfo { events, weight, .. }) = document.and_then(|d| d.hook.as_ref()) {
            if events.iter().all(|e| *e == "test") {
                return Phase::Test;
            }
            return Phase::Hook { events: events.clone(), weight: *weight };
        }
        match workload.kind {
            WorkloadKind::CronJob => Phase::Schedule,
            _ if workload.is_batch() => Phase::Job,
            _ if role == Role::Init => Phase::Init,
            _ => Phase::Running,
        }
    }
}

/// What a container does with what it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conduct {
    /// It connects, as far as anybody can tell.
    Connects,
    /// It only waits until a port answers.
    Waits,
    /// It copies or writes files.
    Writes,
    /// Its image is a program that has nothing to do with Postgres.
    Bystands(&'static str),
}

/// Commands that wait for a port and speak no protocol.
const WAITS: &[&str] = &[
    "nc",
    "ncat",
    "netcat",
    "wait-for-port",
    "wait-for",
    "wait-for-it",
    "wait-for-it.sh",
    "dockerize",
    "nslookup",
    "telnet",
    "wait4x",
    "wait_for_port",
    "tcpwait",
];

/// Commands that move texts and files about.
const FILE_TOOLS: &[&str] = &[
    "cp",
    "mv",
    "mkdir",
    "chmod",
    "chown",
    "chgrp",
    "sed",
    "envsubst",
    "cat",
    "echo",
    "printf",
    "yq",
    "jq",
    "gomplate",
    "render-template",
    "tar",
    "ln",
    "touch",
    "find",
    "install",
    "tee",
    "rm",
    "ls",
    "test",
    "[",
    "[[",
    "true",
    "false",
    "sleep",
    "done",
    "fi",
    "esac",
    "case",
    "for",
    "in",
    "date",
    "awk",
    "grep",
    "cut",
    "tr",
    "xargs",
    "umask",
    "cd",
    "pwd",
    "id",
    "base64",
    "openssl",
    "keytool",
    "head",
    "tail",
    "sort",
    "basename",
    "dirname",
    "exit",
    "return",
    "set",
    "unset",
    "trap",
    "shift",
    "read",
    "continue",
    "break",
    "replace-in-file",
    "info",
    "warn",
    "error",
    "debug",
    "log",
    "]",
    ":",
    "function",
    "local",
    "source",
    ".",
];

const SHELLS: &[&str] = &["sh", "bash"];

/// Commands that take another script in.
const SOURCES: &[&str] = &[".", "source"];

/// Names of init containers that prepare files for the next ones. Only for those that run a script without a client program.
const PREPARES: &[&str] = &[
    "prepare",
    "copy",
    "render",
    "permissions",
    "volume",
    "configure",
    "config",
    "default-auth",
    "get-default",
    "plugins",
    "chown",
    "init-dirs",
    "init-fs",
    "init-config",
    "secret",
    "template",
    "certificat",
    "chmod",
    "init-directories",
    "setup-dirs",
];

/// Whether a word of a script is a command that moves texts and files, waits or is no command.
pub(super) fn is_tool(head: &str) -> bool {
    let is_word = head.is_empty() || head.starts_with('-');
    is_word || [FILE_TOOLS, SHELLS, SOURCES, WAITS].iter().any(|list| list.contains(&head))
}

/// Judges a container by its image and what it runs.
pub fn conduct(container: &Container<'_>, book: &Book<'_, '_>) -> Conduct {
    if !book.programs.is_empty() {
        return Conduct::Connects;
    }
    let heads: Vec<&str> = book.commands.iter().map(|c| c.rsplit('/').next().unwrap_or(c)).collect();
    let runs = |list: &[&str]| heads.iter().any(|h| list.contains(h));
    let is_script = book.is_script;
    match images::of(container.image.repository) {
        Some(Kind::Bystander) => return Conduct::Bystands("its image is no client of Postgres"),
        Some(Kind::Toolbox) => {
            return if runs(WAITS) || mentions(book, "/dev/tcp/") { Conduct::Waits } else { Conduct::Writes };
        }
        Some(Kind::Wire(_)) => return Conduct::Bystands("its image is another database"),
        _ => {}
    }
    if container.role == Role::Init && ["generate-", "keygen"].iter().any(|p| container.name.contains(p)) {
        return Conduct::Writes;
    }
    let is_init = container.role == Role::Init;
    if is_script {
        let is_tool = |h: &str| FILE_TOOLS.contains(&h) || h.is_empty() || h.starts_with('-') || SHELLS.contains(&h);
        // What a main container takes in by `.` may well start its program.
        let only_files = heads.iter().all(|h| is_tool(h) && (is_init || !SOURCES.contains(h)));
        if only_files && runs(FILE_TOOLS) {
            return Conduct::Writes;
        }
        if is_init && runs(WAITS) && heads.iter().all(|h| is_tool(h) || WAITS.contains(h)) {
            return Conduct::Waits;
        }
        let prepares = is_init && PREPARES.iter().any(|p| container.name.contains(p));
        if prepares && !name_migrates(container.name) {
            return Conduct::Writes;
        }
    }
    if let [one, ..] = heads.as_slice()
        && WAITS.contains(one)
    {
        return Conduct::Waits;
    }
    if runs(&["nginx", "redis-server", "memcached", "elasticsearch", "opensearch"]) {
        return Conduct::Bystands("its command is no client of Postgres");
    }
    Conduct::Connects
}

fn name_migrates(name: &str) -> bool {
    ["migrat", "database", "-db", "db-", "schema", "wait"].iter().any(|p| name.contains(p))
}

fn mentions(book: &Book<'_, '_>, what: &str) -> bool {
    book.commands.iter().any(|c| c.contains(what))
}
