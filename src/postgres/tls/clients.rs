//! What a client that is not libpq does, by its row.

use super::plan::{Attempt, Check, Failure, Plan, Roots};
use super::rows::{CLIENTS, Client, Order, Row, System, Verify};
use super::{Evidence, File, Level, Outcome, known, reaches, said, undecided};
use crate::postgres::driver::Driver;
use crate::postgres::dsn::{Keyword, Settings, Source, Value, foreign};

/// What that driver does. Settings are the driver's own (`dsn::foreign::effective`).
pub(super) fn outcome(driver: Driver, settings: &Settings, files: &dyn Fn(&str) -> File) -> Outcome {
    let Some(client) = CLIENTS.iter().find(|c| c.driver == driver) else {
        return unknown(settings, files);
    };
    let (source, evidence) = (client.source, client.evidence);
    match reaches(settings) {
        Ok((true, false)) => {
            let why = "the server is reached by a socket in the same machine".into();
            return Outcome { level: Level::Local, floor: Level::Local, why, source, evidence, plans: Vec::new() };
        }
        Ok(_) => {}
        Err(refused) => return undecided(refused.to_string(), source, evidence),
    }
    let written = own(driver, settings, Keyword::SslMode);
    let mode = match (written, known(written)) {
        (None, _) => String::new(),
        (Some(_), Some(mode)) => spelled(client, &String::from_utf8_lossy(mode)),
        (Some(_), None) => {
            return undecided(format!("the mode that {driver} gets comes to nothing known"), source, evidence);
        }
    };
    let Some(row) = client.rows.iter().find(|r| r.modes.contains(&mode.as_str())) else {
        return foreign_mode(client, settings);
    };
    if let Some(outcome) = system(client, settings, &mode) {
        return outcome;
    }
    if driver == Driver::Pgjdbc && settings.other("sslfactory").is_some() && row.order != Order::Never {
        return floored(
            client,
            row.order,
            format!("pgjdbc with {} and a socket factory of its own", said_mode(client.driver, settings)),
        );
    }
    let (verifies, root) = verifies(client, row, settings, files);
    decide(client, row, &verifies, settings, &root)
}

/// A setting that the client gets to see: neither libpq's defaults nor variables that it does not look at are its own.
fn own(driver: Driver, settings: &Settings, keyword: Keyword) -> Option<&Value> {
    let setting = settings.get(keyword)?;
    match &setting.from {
        Source::Default | Source::SystemRoots | Source::User => None,
        Source::Variable(name) if !foreign::heeds(driver, name, &setting.value) => None,
        Source::Variable(_) | Source::Dsn(_) | Source::Service { .. } | Source::Given => Some(&setting.value),
    }
}

/// A mode as the rows spell it.
fn spelled(client: &Client, mode: &str) -> String {
    match client.loose {
        true if client.driver == Driver::Npgsql => {
            mode.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
        }
        true => mode.to_ascii_lowercase(),
        false => mode.to_string(),
    }
}

fn said_mode(driver: Driver, settings: &Settings) -> String {
    match own(driver, settings, Keyword::SslMode) {
        Some(_) => said(settings, Keyword::SslMode),
        None => "no mode".into(),
    }
}

/// A mode that the client does not know.
fn foreign_mode(client: &Client, settings: &Settings) -> Outcome {
    // A mode that libpq has and this client lacks is refused; what nobody has may be anything.
    let words = ["allow", "prefer", "require", "verify-ca", "verify-full"];
    let known_word = known(settings.value(Keyword::SslMode)).is_some_and(|m| words.iter().any(|w| w.as_bytes() == m));
    let why = format!("{} does not know {}", client.driver, said_mode(client.driver, settings));
    match known_word && client.driver == Driver::TokioPostgres {
        true => Outcome {
            level: Level::Fails,
            floor: Level::Fails,
            why,
            source: client.source,
            evidence: client.evidence,
            plans: vec![Plan::refused(Failure::Settings)],
        },
        false => undecided(why, client.source, client.evidence),
    }
}

/// `sslrootcert=system`, where that is a word.
fn system(client: &Client, settings: &Settings, mode: &str) -> Option<Outcome> {
    let system =
        client.system.filter(|_| known(own(client.driver, settings, Keyword::SslRootCert)) == Some(b"system"))?;
    let forced = match system {
        System::ForcesFull => true,
        System::DemandsFull => matches!(mode, "" | "verify-full"),
    };
    let (plan, level, why) = match forced {
        true => {
            let plan = Plan { attempts: vec![Attempt::Tls(Check::Full)], roots: Roots::System, direct: false };
            (plan, Level::VerifiedFull, "sslrootcert=system: chain and name are verified against the system's CAs")
        }
        false => (
            Plan::refused(Failure::Settings),
            Level::Fails,
            "sslrootcert=system goes with no mode weaker than verify-full",
        ),
    };
    let (source, evidence) = (client.source, client.evidence);
    Some(Outcome { level, floor: level, why: why.into(), source, evidence, plans: vec![plan] })
}

/// What the row comes to for each way in which the file may turn out, and the file.
fn verifies(client: &Client, row: &Row, settings: &Settings, files: &dyn Fn(&str) -> File) -> (Vec<Verify>, String) {
    let of = |file: File, named: bool| match file {
        File::Present => vec![row.file],
        File::Broken => vec![row.broken],
        File::Absent if named => vec![row.missing],
        File::Absent => vec![row.none],
        File::Unknown if named => vec![row.file, row.missing],
        File::Unknown => vec![row.file, row.none],
    };
    let has_mode = own(client.driver, settings, Keyword::SslMode).is_some();
    match own(client.driver, settings, Keyword::SslRootCert) {
        Some(value) if !value.is("") => match value.text() {
            Some(path) => (of(files(path), true), path.to_string()),
            None => (of(File::Unknown, true), "a file that is not known".into()),
        },
        _ => match client.default_root.filter(|_| client.default_without_mode || has_mode) {
            Some(path) => (of(files(path), false), path.to_string()),
            None => (vec![row.none], String::new()),
        },
    }
}

fn plan(order: Order, verify: Verify) -> Option<Plan> {
    let (check, roots) = match verify {
        Verify::Nothing => (Check::Nothing, Roots::None),
        Verify::Chain => (Check::Chain, Roots::File),
        Verify::Full => (Check::Full, Roots::File),
        Verify::PublicChain => (Check::Chain, Roots::System),
        Verify::PublicFull => (Check::Full, Roots::System),
        Verify::BothChain => (Check::Chain, Roots::Both),
        Verify::BothFull => (Check::Full, Roots::Both),
        Verify::Refuses => return Some(Plan::refused(Failure::Settings)),
        Verify::Unknown => return None,
    };
    let attempts = match order {
        Order::Never => vec![Attempt::Plain],
        Order::Last => vec![Attempt::Plain, Attempt::Tls(check)],
        Order::First => vec![Attempt::Tls(check), Attempt::Plain],
        Order::Only => vec![Attempt::Tls(check)],
    };
    let roots = if order == Order::Never { Roots::None } else { roots };
    Some(Plan { attempts, roots, direct: false })
}

fn decide(client: &Client, row: &Row, verifies: &[Verify], settings: &Settings, root: &str) -> Outcome {
    let mode = said_mode(client.driver, settings);
    let Some(plans) = verifies.iter().map(|v| plan(row.order, *v)).collect::<Option<Vec<_>>>() else {
        return floored(client, row.order, format!("{} with {mode}", client.driver));
    };
    let levels: Vec<Level> = plans.iter().map(Plan::level).collect();
    let connecting = levels.iter().copied().filter(|l| *l != Level::Fails);
    let floor = connecting.min().unwrap_or(Level::Fails);
    let level = if levels.iter().all(|l| *l == floor) { floor } else { Level::Undecided };
    let driver = client.driver;
    let roots = match plans.first().map(|p| p.roots) {
        Some(Roots::File) => format!("the CAs of {root}"),
        Some(Roots::Both) => format!("public CAs and those of {root}"),
        _ => "public CAs".into(),
    };
    let why = match level {
        Level::Plaintext => format!("{driver} with {mode} never asks for TLS"),
        Level::MayBePlaintext => format!("{driver} with {mode} takes plaintext where TLS is not offered"),
        Level::EncryptedUnverified => format!("{driver} with {mode} encrypts and accepts any certificate"),
        Level::VerifiedCa => format!("{driver} with {mode} verifies the chain against {roots}, not the name"),
        Level::VerifiedFull => format!("{driver} with {mode} verifies chain and name against {roots}"),
        Level::Fails if root.is_empty() => format!("{driver} with {mode} never connects"),
        Level::Fails => format!("{driver} with {mode} refuses: {root} is not there or not a certificate"),
        Level::Undecided | Level::Local => format!("{driver} with {mode}: it is not known whether {root} is there"),
    };
    Outcome { level, floor, why, source: client.source, evidence: client.evidence, plans }
}

/// What is checked cannot be told; when TLS is tried can.
fn floored(client: &Client, order: Order, what: String) -> Outcome {
    let (level, floor) = match order {
        Order::Never => (Level::Plaintext, Level::Plaintext),
        Order::First | Order::Last => (Level::MayBePlaintext, Level::MayBePlaintext),
        Order::Only => (Level::Undecided, Level::EncryptedUnverified),
    };
    let why = match order {
        Order::Never => format!("{what} never asks for TLS"),
        Order::First | Order::Last => format!("{what} takes plaintext where TLS is not offered"),
        Order::Only => format!("{what} encrypts; what it verifies is the program's choice"),
    };
    Outcome { level, floor, why, source: client.source, evidence: client.evidence, plans: Vec::new() }
}

/// Nobody knows the client: only what all of them agree on is said, and only where that is bad news.
fn unknown(settings: &Settings, files: &dyn Fn(&str) -> File) -> Outcome {
    if let Ok((true, false)) = reaches(settings) {
        let why = "the server is reached by a socket in the same machine".into();
        return Outcome {
            level: Level::Local,
            floor: Level::Local,
            why,
            source: "",
            evidence: Evidence::Read,
            plans: Vec::new(),
        };
    }
    let mut outcomes = vec![super::libpq::outcome(settings, files)];
    outcomes.extend(CLIENTS.iter().map(|c| outcome(c.driver, settings, files)));
    let decided = |o: &&Outcome| !matches!(o.level, Level::Fails | Level::Undecided);
    let agreed = outcomes.iter().filter(decided).all(|o| o.level == Level::Plaintext);
    if agreed && known(settings.value(Keyword::SslMode)) == Some(b"disable") {
        return Outcome {
            level: Level::Plaintext,
            floor: Level::Plaintext,
            why: "sslmode=disable: no client that is known asks for TLS".into(),
            source: "",
            evidence: Evidence::Read,
            plans: Vec::new(),
        };
    }
    undecided(
        format!("which client reads {} is not known, and they differ", said(settings, Keyword::SslMode)),
        "",
        Evidence::Read,
    )
}
