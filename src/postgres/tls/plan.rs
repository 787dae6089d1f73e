//! A client's way to a connection: attempts in order, and what each of them checks.

use super::Level;

/// What a client looks at in the server's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Check {
    /// Nothing.
    Nothing,
    /// That it comes from a trusted CA.
    Chain,
    /// That, and the name.
    Full,
    /// That, and a name which the client was not given: it always fails.
    Nameless,
}

/// Which CAs are trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Roots {
    /// No certificate is looked at.
    None,
    /// Those of the file that the settings name, or of the client's default one.
    File,
    /// The system's, or those that come with the client: any public CA.
    System,
    /// The file's beside the system's.
    Both,
}

/// Why an attempt comes to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Failure {
    /// The client refuses its own settings.
    Settings,
    /// The server has no TLS, and the client insists.
    NoTls,
    /// The server wants TLS.
    NeedsTls,
    /// The server wants none.
    RefusesTls,
    /// The file with the CA is not there.
    RootMissing,
    /// The file with the CA cannot be read.
    RootBroken,
    /// The file with the client's key is not there, or others may read it.
    ClientKey,
    /// No trusted CA signed the server's certificate.
    Untrusted,
    /// The certificate is for another name.
    Name,
    /// The client knows no name to look for.
    NoName,
    /// Channel binding is asked for, and there is no TLS.
    ChannelBinding,
    /// The server does not take TLS without being asked first.
    Direct,
}

/// One attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attempt {
    Plain,
    Tls(Check),
    /// TLS that fails on the client's side; the server's answer to the request for TLS comes first.
    BrokenTls(Failure),
    /// Plaintext that the client itself gives up once the server would let it in; nothing is tried after that.
    BrokenPlain(Failure),
}

/// All attempts, in order; the first that succeeds is the connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Plan {
    pub attempts: Vec<Attempt>,
    pub roots: Roots,
    /// TLS from the first byte (`sslnegotiation=direct`).
    pub direct: bool,
}

/// Which connections a server lets in (`hostssl`, `hostnossl` of pg_hba.conf).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Admits {
    All,
    OnlyTls,
    OnlyPlain,
}

/// What of a server decides about TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Server {
    pub tls: bool,
    pub admits: Admits,
    /// Takes TLS from the first byte (17).
    pub direct: bool,
    /// Its chain leads to a CA that the client trusts.
    pub trusted: bool,
    /// Its certificate bears the name that the client uses.
    pub named: bool,
}

/// How it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Met {
    Connected {
        tls: bool,
    },
    /// Why each attempt failed.
    Refused(Vec<Failure>),
}

impl Plan {
    /// A plan that fails whatever the server is.
    pub fn refused(failure: Failure) -> Plan {
        Plan { attempts: vec![Attempt::BrokenTls(failure)], roots: Roots::None, direct: false }
    }

    /// What the plan is worth against any server.
    pub fn level(&self) -> Level {
        let may = |a: &Attempt| match a {
            Attempt::Plain => Some(Level::Plaintext),
            Attempt::Tls(Check::Nothing) => Some(Level::EncryptedUnverified),
            Attempt::Tls(Check::Chain) => Some(Level::VerifiedCa),
            Attempt::Tls(Check::Full) => Some(Level::VerifiedFull),
            Attempt::Tls(Check::Nameless) | Attempt::BrokenTls(_) | Attempt::BrokenPlain(_) => None,
        };
        let levels = || self.attempts.iter().filter_map(may);
        match (levels().min(), levels().max()) {
            (Some(Level::Plaintext), Some(best)) if best > Level::Plaintext => Level::MayBePlaintext,
            (Some(level), _) => level,
            (None, _) => Level::Fails,
        }
    }

    /// Plays the plan against a server.
    pub fn meets(&self, server: &Server) -> Met {
        let mut failures = Vec::new();
        for attempt in &self.attempts {
            match self.attempt(*attempt, server) {
                Ok(tls) => return Met::Connected { tls },
                Err(failure) => failures.push(failure),
            }
            if matches!(attempt, Attempt::BrokenPlain(_)) && server.admits != Admits::OnlyTls {
                break;
            }
        }
        Met::Refused(failures)
    }

    fn attempt(&self, attempt: Attempt, server: &Server) -> Result<bool, Failure> {
        match attempt {
            Attempt::Plain | Attempt::BrokenPlain(_) if server.admits == Admits::OnlyTls => Err(Failure::NeedsTls),
            Attempt::Plain => Ok(false),
            Attempt::BrokenPlain(failure) => Err(failure),
            Attempt::BrokenTls(Failure::Settings) => Err(Failure::Settings),
            Attempt::BrokenTls(failure) if self.direct => Err(failure),
            _ if self.direct && !(server.tls && server.direct) => Err(Failure::Direct),
            _ if !server.tls => Err(Failure::NoTls),
            Attempt::BrokenTls(failure) => Err(failure),
            Attempt::Tls(check) => {
                if check != Check::Nothing && !server.trusted {
                    return Err(Failure::Untrusted);
                }
                match check {
                    Check::Nameless => Err(Failure::NoName),
                    Check::Full if !server.named => Err(Failure::Name),
                    _ if server.admits == Admits::OnlyPlain => Err(Failure::RefusesTls),
                    _ => Ok(true),
                }
            }
        }
    }
}
