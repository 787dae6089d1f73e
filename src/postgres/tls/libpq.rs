//! libpq, and what hands its parameters to it.
//!
//! Sources: `initialize_SSL` in fe-secure-openssl.c (a root file that exists is always used for verification, whatever the
//! mode; one that does not exist stops only `verify-ca` and `verify-full`), `select_next_encryption_method` and
//! `init_allowed_encryption_methods` in fe-connect.c (order of attempts, sockets), `pq_verify_peer_name_matches_certificate` in
//! fe-secure-common.c (the name counts for `verify-full` only), `pg_SASL_init` in fe-auth.c (channel binding).

use super::plan::{Attempt, Check, Failure, Plan, Roots};
use super::{Evidence, File, Level, Outcome, known, reaches, said, undecided};
use crate::postgres::dsn::{Host, Keyword, Reach, Settings};

const SOURCE: &str = "PostgreSQL documentation, 34.19 SSL Support; src/interfaces/libpq/fe-secure-openssl.c";
const ROOT: &str = "~/.postgresql/root.crt";
const CERT: &str = "~/.postgresql/postgresql.crt";
const KEY: &str = "~/.postgresql/postgresql.key";

/// What libpq does.
pub(super) fn outcome(settings: &Settings, files: &dyn Fn(&str) -> File) -> Outcome {
    if let Err(refused) = settings.check() {
        let why = format!("libpq refuses its settings: {refused}");
        return Outcome {
            level: Level::Fails,
            floor: Level::Fails,
            why,
            source: SOURCE,
            evidence: Evidence::Tested,
            plans: vec![Plan::refused(Failure::Settings)],
        };
    }
    let (sockets, wires) = match reaches(settings) {
        Ok(reaches) => reaches,
        Err(refused) => return undecided(refused.to_string(), SOURCE, Evidence::Tested),
    };
    if sockets && !wires {
        return Outcome {
            level: Level::Local,
            floor: Level::Local,
            why: "the server is reached by a socket in the same machine; libpq does no TLS there".into(),
            source: SOURCE,
            evidence: Evidence::Tested,
            plans: Vec::new(),
        };
    }
    let Some(mode) = known(settings.value(Keyword::SslMode)) else {
        let why = "the sslmode is set to something that is not known here".into();
        return undecided(why, SOURCE, Evidence::Tested);
    };
    let hosts = settings.hosts().unwrap_or_default();
    let plans = plans(settings, mode, &hosts, files);
    let levels: Vec<Level> = plans.iter().map(Plan::level).collect();
    let connecting = || levels.iter().copied().filter(|l| *l != Level::Fails);
    let floor = connecting().min().unwrap_or(Level::Fails);
    let level = match levels.iter().all(|l| *l == floor) {
        true => floor,
        false => Level::Undecided,
    };
    Outcome { level, floor, why: why(settings, level, &plans), source: SOURCE, evidence: Evidence::Tested, plans }
}

/// One plan for each way in which what is unknown may turn out, and for each kind of server that is named.
fn plans(settings: &Settings, mode: &[u8], hosts: &[Host], files: &dyn Fn(&str) -> File) -> Vec<Plan> {
    let system = settings.libpq.system_roots && known(settings.value(Keyword::SslRootCert)) == Some(b"system");
    let roots = match system {
        true => vec![Root::System],
        false => states(settings, Keyword::SslRootCert, ROOT, files).into_iter().map(Root::File).collect(),
    };
    let mut plans = Vec::new();
    for root in roots {
        for broken_key in client_key(settings, files) {
            for host in hosts.iter().filter(|h| h.reach != Reach::Socket) {
                let plan = plan(settings, mode, root, broken_key, host.name().is_some());
                if !plans.contains(&plan) {
                    plans.push(plan);
                }
            }
        }
    }
    plans
}

#[derive(Clone, Copy)]
enum Root {
    System,
    File(File),
}

/// What may be found at the path that a setting names, or at the default one.
fn states(settings: &Settings, keyword: Keyword, default: &str, files: &dyn Fn(&str) -> File) -> Vec<File> {
    let path = match settings.value(keyword) {
        None => default,
        Some(value) => match value.bytes() {
            None => return vec![File::Absent, File::Present],
            Some(path) if path.is_empty() => default,
            Some(_) => match value.text() {
                Some(path) => path,
                None => return vec![File::Absent, File::Present],
            },
        },
    };
    match files(path) {
        File::Unknown => vec![File::Absent, File::Present],
        file => vec![file],
    }
}

/// Whether the client's own key stops it: a certificate that is there needs its key.
fn client_key(settings: &Settings, files: &dyn Fn(&str) -> File) -> Vec<bool> {
    if known(settings.value(Keyword::SslCertMode)) == Some(b"disable") {
        return vec![false];
    }
    let mut out = Vec::new();
    for cert in states(settings, Keyword::SslCert, CERT, files) {
        match cert {
            File::Absent => out.push(false),
            File::Broken => out.push(true),
            _ => out.extend(states(settings, Keyword::SslKey, KEY, files).iter().map(|k| *k != File::Present)),
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}

fn plan(settings: &Settings, mode: &[u8], root: Root, broken_key: bool, named: bool) -> Plan {
    let verifies = mode.starts_with(b"v");
    let full = if named { Check::Full } else { Check::Nameless };
    let (check, roots) = match root {
        Root::System | Root::File(File::Present | File::Unknown) if mode == b"verify-full" => (Ok(full), Roots::File),
        Root::System | Root::File(File::Present | File::Unknown) => (Ok(Check::Chain), Roots::File),
        Root::File(File::Broken) => (Err(Failure::RootBroken), Roots::None),
        Root::File(File::Absent) if verifies => (Err(Failure::RootMissing), Roots::None),
        Root::File(File::Absent) => (Ok(Check::Nothing), Roots::None),
    };
    let roots = if matches!(root, Root::System) { Roots::System } else { roots };
    let tls = match check {
        Err(failure) => Attempt::BrokenTls(failure),
        Ok(_) if broken_key => Attempt::BrokenTls(Failure::ClientKey),
        Ok(check) => Attempt::Tls(check),
    };
    let plain = match known(settings.value(Keyword::ChannelBinding)) {
        Some(b"require") => Attempt::BrokenPlain(Failure::ChannelBinding),
        _ => Attempt::Plain,
    };
    let attempts = match mode {
        b"disable" => vec![plain],
        b"allow" => vec![plain, tls],
        b"prefer" => vec![tls, plain],
        _ => vec![tls],
    };
    let direct = settings.libpq.direct_tls && known(settings.value(Keyword::SslNegotiation)) == Some(b"direct");
    Plan { attempts, roots, direct }
}

/// The sentence that goes with a level.
fn why(settings: &Settings, level: Level, plans: &[Plan]) -> String {
    let mode = said(settings, Keyword::SslMode);
    let root = match settings.value(Keyword::SslRootCert) {
        Some(path) if !path.is("") => format!("sslrootcert={path}"),
        _ => ROOT.to_string(),
    };
    let broken = plans.iter().flat_map(|p| &p.attempts).find_map(|a| match a {
        Attempt::BrokenTls(failure) | Attempt::BrokenPlain(failure) => Some(*failure),
        Attempt::Tls(Check::Nameless) => Some(Failure::NoName),
        _ => None,
    });
    let verified_require = known(settings.value(Keyword::SslMode)) == Some(b"require");
    match (level, broken) {
        (Level::Plaintext, Some(Failure::RootBroken)) => {
            format!("{mode}: {root} cannot be read, every TLS attempt fails, and libpq goes on in plaintext")
        }
        (Level::Plaintext, Some(_)) => format!("{mode}: every TLS attempt fails, and libpq goes on in plaintext"),
        (Level::Plaintext, None) => format!("{mode}: libpq never asks for TLS"),
        (Level::MayBePlaintext, _) if mode.ends_with("=allow") => {
            format!("{mode}: libpq tries plaintext first, and TLS only if the server refuses that")
        }
        (Level::MayBePlaintext, _) => format!("{mode}: libpq goes on in plaintext if TLS is not offered or fails"),
        (Level::EncryptedUnverified, _) => {
            format!("{mode} without a file at {root}: libpq encrypts and accepts any certificate")
        }
        (Level::VerifiedCa, _) if verified_require => {
            format!("{mode} with {root}: libpq verifies the chain as verify-ca does, not the name")
        }
        (Level::VerifiedCa, _) => format!("{mode} with {root}: libpq verifies the chain, not the name"),
        (Level::VerifiedFull, _) => format!("{mode} with {root}: libpq verifies chain and name"),
        (Level::Fails, Some(Failure::RootMissing)) => format!("{mode}: no file is at {root}, and libpq refuses"),
        (Level::Fails, Some(Failure::RootBroken)) => format!("{mode}: {root} cannot be read, and libpq refuses"),
        (Level::Fails, Some(Failure::ClientKey)) => {
            format!("{mode}: the client's certificate is there without a key that libpq accepts")
        }
        (Level::Fails, Some(Failure::NoName)) => format!("{mode} without a host name to verify"),
        (Level::Fails, _) => format!("{mode}: libpq never connects"),
        (Level::Undecided, _) => format!("{mode}: it is not known whether a file is at {root}"),
        (Level::Local, _) => "a socket in the same machine".into(),
    }
}
