//! Why a connection string, or what stands beside it, cannot be used: by kind and place. The words that are shown never quote
//! the string, for any piece of it may be a piece of a password; libpq's own words do, and are kept apart.

use std::fmt;

use super::value::Span;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// Keyword form: a word that no `=` follows. Also what a URI of an unknown scheme, or a bare name, comes to.
    MissingEquals,
    /// Keyword form: a value in quotes that do not end.
    UnterminatedQuote,
    /// Keyword form: a parameter that libpq does not know.
    UnknownKeyword,
    /// URI: a query parameter that libpq does not know.
    UnknownQueryParameter,
    /// URI: a second `=` in a query parameter, as a second `?sslmode=` makes it.
    ExtraEquals,
    /// URI: a query parameter without `=`, an empty one included (`?&sslmode=...`).
    MissingQueryEquals,
    /// URI: `%` without two hexadecimal digits.
    BadPercent,
    /// URI: `%00`.
    ZeroByte,
    /// URI: a space that is not percent-encoded (libpq 18).
    Space,
    /// URI: `[` without `]`.
    BracketOpen,
    /// URI: `[]`.
    BracketEmpty,
    /// URI: something other than a port, a path, a query or a comma after `]`.
    AfterBracket(u8),
    /// A byte 0, which no client can hand on.
    Nul,
    /// What is not known of the text decides.
    Unknown,
    /// Another client's form, or none at all.
    UnknownForm,
    /// Clients read it differently: something in the credentials is not percent-encoded.
    Disagreement,
    /// `user:password@` in a URL whose client takes that for a part of the host.
    Credentials,
    /// The service that is asked for is not in the files that are known.
    ServiceMissing,
    /// The service file cannot be read.
    ServiceFileMissing,
    /// A line of the service file is not `parameter=value` of a known parameter.
    ServiceSyntax { line: usize },
    /// The service file names another service.
    ServiceNested { line: usize },
    /// A line of the service file is longer than libpq reads.
    ServiceLineTooLong { line: usize },
}

/// A refusal, with its place in the source text.
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    pub kind: ErrorKind,
    /// The piece of the source text that is at fault. In a service file: nothing.
    pub span: Span,
    /// What libpq quotes. Never shown: it may hold a password.
    quoted: Vec<u8>,
}

impl Error {
    /// `quoted`: what libpq's own message quotes.
    pub(super) fn new(kind: ErrorKind, span: Span, quoted: impl Into<Vec<u8>>) -> Self {
        Error { kind, span, quoted: quoted.into() }
    }

    /// libpq's own words, without the line end. They quote the connection string, password and all: for comparing only.
    pub fn exact(&self) -> Vec<u8> {
        let (before, after) = match self.kind {
            ErrorKind::MissingEquals => ("missing \"=\" after \"", "\" in connection info string"),
            ErrorKind::UnterminatedQuote => return b"unterminated quoted string in connection info string".to_vec(),
            ErrorKind::UnknownKeyword => ("invalid connection option \"", "\""),
            ErrorKind::UnknownQueryParameter => ("invalid URI query parameter: \"", "\""),
            ErrorKind::ExtraEquals => ("extra key/value separator \"=\" in URI query parameter: \"", "\""),
            ErrorKind::MissingQueryEquals => ("missing key/value separator \"=\" in URI query parameter: \"", "\""),
            ErrorKind::BadPercent => ("invalid percent-encoded token: \"", "\""),
            ErrorKind::ZeroByte => ("forbidden value %00 in percent-encoded value: \"", "\""),
            ErrorKind::Space => ("unexpected spaces found in \"", "\", use percent-encoded spaces (%20) instead"),
            ErrorKind::BracketOpen => {
                ("end of string reached when looking for matching \"]\" in IPv6 host address in URI: \"", "\"")
            }
            ErrorKind::BracketEmpty => ("IPv6 host address may not be empty in URI: \"", "\""),
            ErrorKind::AfterBracket(byte) => {
                let mut text = b"unexpected character \"".to_vec();
                text.push(byte);
                let rest = format!("\" at position {} in URI (expected \":\" or \"/\"): \"", self.span.start + 1);
                text.extend(rest.as_bytes());
                text.extend(&self.quoted);
                text.push(b'"');
                return text;
            }
            ErrorKind::Nul
            | ErrorKind::Unknown
            | ErrorKind::UnknownForm
            | ErrorKind::Disagreement
            | ErrorKind::Credentials => ("", ""),
            ErrorKind::ServiceMissing => ("definition of service \"", "\" not found"),
            ErrorKind::ServiceFileMissing => ("service file \"", "\" not found"),
            ErrorKind::ServiceSyntax { line } => return self.service("syntax error in service file", line),
            ErrorKind::ServiceNested { line } => {
                return self.service("nested service specifications not supported in service file", line);
            }
            ErrorKind::ServiceLineTooLong { line } => {
                let mut text = format!("line {line} too long in service file \"").into_bytes();
                text.extend(&self.quoted);
                text.push(b'"');
                return text;
            }
        };
        [before.as_bytes(), &self.quoted, after.as_bytes()].concat()
    }

    fn service(&self, what: &str, line: usize) -> Vec<u8> {
        let end = format!("\", line {line}");
        [what.as_bytes(), b" \"", &self.quoted, end.as_bytes()].concat()
    }

    /// The known parameter that an unknown one resembles: one letter or case away.
    pub fn nearest(&self) -> Option<&'static str> {
        match self.kind {
            ErrorKind::UnknownKeyword | ErrorKind::UnknownQueryParameter => super::keyword::nearest(&self.quoted),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self.kind {
            ErrorKind::MissingEquals => "neither a postgresql:// URI nor parameter=value: no \"=\" follows the word",
            ErrorKind::UnterminatedQuote => "a quoted value does not end",
            ErrorKind::UnknownKeyword => "the client knows no such parameter",
            ErrorKind::UnknownQueryParameter => "the client knows no such query parameter",
            ErrorKind::ExtraEquals => "a second \"=\" in a query parameter",
            ErrorKind::MissingQueryEquals => "a query parameter without \"=\"",
            ErrorKind::BadPercent => "\"%\" without two hexadecimal digits",
            ErrorKind::ZeroByte => "\"%00\" is not allowed",
            ErrorKind::Space => "a space that is not written as %20",
            ErrorKind::BracketOpen => "\"[\" of an IPv6 address without \"]\"",
            ErrorKind::BracketEmpty => "\"[]\" without an IPv6 address",
            ErrorKind::AfterBracket(_) => "something other than a port, a path or a query after \"]\"",
            ErrorKind::Nul => "a byte 0",
            ErrorKind::Unknown => "what is not known of the text decides how it is read",
            ErrorKind::UnknownForm => "no connection string that the client reads",
            ErrorKind::Disagreement => "clients read it differently: a character in it is not percent-encoded",
            ErrorKind::Credentials => "the client takes \"user:password@\" for a part of the host's name",
            ErrorKind::ServiceMissing => "the service is in none of the service files",
            ErrorKind::ServiceFileMissing => "the service file cannot be read",
            ErrorKind::ServiceSyntax { line } => {
                return write!(f, "line {line} of the service file is not parameter=value");
            }
            ErrorKind::ServiceNested { line } => return write!(f, "line {line} of the service file names a service"),
            ErrorKind::ServiceLineTooLong { line } => return write!(f, "line {line} of the service file is too long"),
        };
        write!(f, "{words} (byte {})", self.span.start)?;
        match self.nearest() {
            Some(name) => write!(f, "; is \"{name}\" meant?"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error").field("kind", &self.kind).field("span", &self.span).finish_non_exhaustive()
    }
}

impl std::error::Error for Error {}
