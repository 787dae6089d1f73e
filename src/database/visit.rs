//! A client's visit to one server: its attempts in their order, each with what was agreed and the verdicts, and the questions
//! after the first that succeeds. A password is sent only where the client itself would send it.

use sha2::{Digest, Sha256, Sha384, Sha512};
use tokio_rustls::rustls::pki_types::CertificateDer;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::facts::{self, Facts, Wanted};
use super::halt::Halt;
use super::peer::Certificate;
use super::session::Session;
use super::target::{Anchors, Bounds, Target};
use super::trust::{self, Bundle, ChainVerdict, Verdicts};
use super::wire::{self, Wire};
use crate::postgres::tls::{Attempt, Check, Failure, Plan, Roots};

/// What a handshake agreed on, and what clients make of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    pub protocol: String,
    pub cipher: String,
    /// The server's own first.
    pub chain: Vec<Certificate>,
    /// Against the roots that this client has.
    pub verdicts: Verdicts,
}

/// One attempt, and how it ended.
#[derive(Clone, Debug)]
pub struct Attempted {
    pub attempt: Attempt,
    /// Where a handshake was made.
    pub tls: Option<Tls>,
    /// None: it is the connection.
    pub halt: Option<Halt>,
}

/// All of it.
#[derive(Clone, Debug)]
pub struct Visit {
    pub target: Target,
    pub attempts: Vec<Attempted>,
    /// What the server told; none where no attempt succeeded.
    pub facts: Option<Facts>,
    /// How it ends when the same is tried without TLS, where the client itself used TLS: None: the server lets it in.
    pub plaintext: Option<Option<Halt>>,
}

impl Visit {
    /// The attempt that became the connection.
    pub fn connected(&self) -> Option<&Attempted> {
        self.attempts.iter().find(|a| a.halt.is_none())
    }

    /// The last handshake that was made, whatever came of it.
    pub fn tls(&self) -> Option<&Tls> {
        self.attempts.iter().rev().find_map(|a| a.tls.as_ref())
    }
}

/// Plays a client's plan against a server. `now`: seconds since 1970.
pub async fn visit(
    target: &Target,
    plan: &Plan,
    anchors: &Anchors,
    wanted: &Wanted,
    bounds: Bounds,
    now: i64,
) -> Visit {
    let mut visit = Visit { target: target.clone(), attempts: Vec::new(), facts: None, plaintext: None };
    let mut session = None;
    for attempt in &plan.attempts {
        let (tls, opened) = open(target, plan, *attempt, anchors, bounds, now).await;
        let halt = match opened {
            Ok(open) => {
                session = Some(open);
                None
            }
            Err(halt) => Some(halt),
        };
        // Where nobody answers, another way of asking changes nothing.
        let hopeless =
            matches!(halt, Some(Halt::NoAddress(_) | Halt::Unreachable(_) | Halt::NotPostgres(_) | Halt::TooMuch(_)));
        visit.attempts.push(Attempted { attempt: *attempt, tls, halt });
        if session.is_some() || hopeless {
            break;
        }
    }
    let Some(session) = session else { return visit };
    visit.facts = Some(facts::gather(&session, wanted).await);
    drop(session);
    if visit.connected().is_some_and(|a| matches!(a.attempt, Attempt::Tls(_))) {
        visit.plaintext = Some(without_tls(target, bounds).await.err());
    }
    visit
}

/// Opens the connection that a client would have, and asks nothing.
///
/// # Errors
/// How the last attempt ended.
pub async fn connect(
    target: &Target,
    plan: &Plan,
    anchors: &Anchors,
    bounds: Bounds,
    now: i64,
) -> Result<Session, Halt> {
    let mut last = Halt::Client("its client makes no attempt".into());
    for attempt in &plan.attempts {
        match open(target, plan, *attempt, anchors, bounds, now).await.1 {
            Ok(session) => return Ok(session),
            Err(halt) => last = halt,
        }
    }
    Err(last)
}

/// Whether the server lets the role in without TLS. No password goes over a wire that the client would not use: a server that
/// asks for one has let the connection in as far as pg_hba.conf goes.
async fn without_tls(target: &Target, bounds: Bounds) -> Result<(), Halt> {
    let bare = Target { password: None, must_bind: false, ..target.clone() };
    let stream = wire::dial(&bare, bounds).await?;
    match Session::start(Wire::Plain(stream), None, &bare, bounds).await {
        Ok(_) => Ok(()),
        // tokio-postgres' own words where a password is asked for and none is there.
        Err(Halt::Client(why)) if why.contains("password missing") => Ok(()),
        Err(halt) => Err(halt),
    }
}

async fn open(
    target: &Target,
    plan: &Plan,
    attempt: Attempt,
    anchors: &Anchors,
    bounds: Bounds,
    now: i64,
) -> (Option<Tls>, Result<Session, Halt>) {
    let check = match attempt {
        Attempt::Plain => {
            let stream = match wire::dial(target, bounds).await {
                Ok(stream) => stream,
                Err(halt) => return (None, Err(halt)),
            };
            return (None, Session::start(Wire::Plain(stream), None, target, bounds).await);
        }
        Attempt::BrokenTls(failure) | Attempt::BrokenPlain(failure) => {
            return (None, Err(Halt::Client(broken(failure).into())));
        }
        Attempt::Tls(check) => check,
    };
    let (wire, agreed) = match encrypt(target, plan, bounds).await {
        Ok(done) => done,
        Err(halt) => return (None, Err(halt)),
    };
    let host = target.name.clone().unwrap_or_else(|| target.address.clone());
    let bundle = match (plan.roots, anchors) {
        (Roots::System, _) | (_, Anchors::System) => Bundle::of_system(),
        (_, Anchors::File(pem)) => Bundle::read(pem),
        (_, Anchors::Absent | Anchors::Unknown(_)) => Bundle::default(),
    };
    let verdicts = trust::judge(&agreed.chain, &host, &bundle, now);
    let chain = agreed.chain.iter().filter_map(|der| Certificate::read(der).ok()).collect();
    let refusal = refusal(check, anchors, &verdicts, target.name.is_some());
    let end_point = agreed.chain.first().and_then(end_point);
    let tls = Tls { protocol: agreed.protocol, cipher: agreed.cipher, chain, verdicts };
    match refusal {
        Some(halt) => (Some(tls), Err(halt)),
        None => (Some(tls), Session::start(wire, end_point, target, bounds).await),
    }
}

async fn encrypt(target: &Target, plan: &Plan, bounds: Bounds) -> Result<(Wire, wire::Agreed), Halt> {
    let config = trust::config(target.sni, plan.direct)?;
    let mut stream = wire::dial(target, bounds).await?;
    if !plan.direct && !wire::request_tls(&mut stream, bounds).await? {
        return Err(Halt::NoTls);
    }
    wire::handshake(stream, target, config, bounds).await
}

/// Why the client goes no further, by what it checks: libpq's verdict, for the settings are libpq's.
fn refusal(check: Check, anchors: &Anchors, verdicts: &Verdicts, has_name: bool) -> Option<Halt> {
    if check == Check::Nothing {
        return None;
    }
    if let Anchors::Unknown(why) = anchors {
        return Some(Halt::Untried(format!("the client's root certificates are not known: {why}")));
    }
    match &verdicts.libpq {
        ChainVerdict::Untrusted(why) => return Some(Halt::Refused(why.clone())),
        ChainVerdict::Unknown(why) => return Some(Halt::Untried(why.clone())),
        ChainVerdict::Trusted => {}
    }
    match check {
        Check::Full if !verdicts.named => Some(Halt::Refused("it was made for another name".into())),
        Check::Nameless => Some(Halt::Refused("the client knows no name to look for".into())),
        Check::Full if !has_name => Some(Halt::Refused("the client knows no name to look for".into())),
        _ => None,
    }
}

fn broken(failure: Failure) -> &'static str {
    match failure {
        Failure::RootMissing => "the client finds no file with root certificates where it is told to look",
        Failure::RootBroken => "the client's file with root certificates cannot be read as such",
        Failure::ClientKey => "the client's own certificate has no key that it accepts",
        Failure::Settings => "the client refuses its own settings",
        Failure::ChannelBinding => "channel binding is asked for, and there is no TLS",
        Failure::NoName => "the client knows no name to look for",
        _ => "the client gives up before it asks",
    }
}

/// RFC 5929, 4.1: the hash of the server's certificate by the hash of its signature; SHA-256 for weaker ones. None: it has none.
fn end_point(der: &CertificateDer<'static>) -> Option<Vec<u8>> {
    let (_, cert) = X509Certificate::from_der(der).ok()?;
    Some(match cert.signature_algorithm.algorithm.to_id_string().as_str() {
        // sha384WithRSAEncryption, ecdsa-with-SHA384
        "1.2.840.113549.1.1.12" | "1.2.840.10045.4.3.3" => Sha384::digest(der).to_vec(),
        // sha512WithRSAEncryption, ecdsa-with-SHA512
        "1.2.840.113549.1.1.13" | "1.2.840.10045.4.3.4" => Sha512::digest(der).to_vec(),
        // md5, sha1 and sha256 with RSA; ECDSA with SHA-1 and SHA-256
        "1.2.840.113549.1.1.4"
        | "1.2.840.113549.1.1.5"
        | "1.2.840.113549.1.1.11"
        | "1.2.840.10045.4.1"
        | "1.2.840.10045.4.3.2" => Sha256::digest(der).to_vec(),
        // RSASSA-PSS and EdDSA: what they bind to is not agreed on.
        _ => return None,
    })
}
