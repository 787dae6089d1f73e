//! A connection: what a container that connects is told, and what was understood of it.

use super::consumers::ConsumerId;
use super::reach::Reach;
use super::source::{Source, Why};
use super::url;
use super::value::Value;
use super::words::Part;
use crate::postgres::driver::Client;
use crate::postgres::dsn::{self, Dsn, Keyword, Settings};
use crate::postgres::tls;

/// Which edge of a topology: its index in `Topology::edges`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgeId(pub u32);

impl EdgeId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// How a container is told of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// A connection string.
    Url(url::Form),
    /// Host, user and so on, each by itself.
    Parts,
    /// libpq's own variables (`PGHOST`).
    Variables,
    /// Options of a client program.
    Options(&'static str),
    /// A field of an operator's object.
    Object,
    /// A connection string of which nothing is known.
    Unknown,
}

/// From a consumer to a server.
#[derive(Clone, Debug)]
pub struct Edge<'m> {
    pub id: EdgeId,
    pub consumer: ConsumerId,
    /// The name by which the consumer knows the connection: `STORE_URL`, `DB_HOST`, `databases.default.HOST`.
    pub role: String,
    pub form: Form,
    pub client: Client,
    /// Nobody asked for it by name: it came with a whole object, and the container may not use it.
    pub bulk: bool,
    /// The text of the connection string, where it is one. Secret.
    pub text: Option<Value<'m>>,
    /// What was read, in libpq's words.
    pub dsn: Option<Dsn>,
    /// libpq's refusal of the text.
    pub refused: Option<dsn::Error>,
    /// What the client connects with, as far as it is known.
    pub settings: Option<Settings>,
    /// Where the connection string, or the host, comes from.
    pub source: Source<'m>,
    /// Where the other parts come from.
    pub parts: Vec<(Part, Source<'m>)>,
    /// What lost against `source`: other values of the same name.
    pub losers: Vec<Source<'m>>,
    /// Parts that are not known, with the reason.
    pub unknown: Vec<(Part, Why<'m>)>,
    pub reach: Reach<'m>,
    /// Further hosts of a list, in order.
    pub also: Vec<Reach<'m>>,
    pub tls: tls::Outcome,
}

impl Edge<'_> {
    /// Whether it is known which server is meant.
    pub fn is_decided(&self) -> bool {
        self.reach.is_decided()
    }

    /// What was read shows that a password ended too early. Its pieces then stand where host, port and database should: nobody
    /// may quote them.
    pub fn is_torn(&self) -> bool {
        if self
            .refused
            .as_ref()
            .is_some_and(|e| matches!(e.kind, dsn::ErrorKind::Disagreement | dsn::ErrorKind::Credentials))
        {
            return true;
        }
        let Some(dsn) = self.dsn.as_ref().filter(|_| self.text.is_some() || matches!(self.form, Form::Options(_)))
        else {
            return false;
        };
        let has = |keyword, wrong: &dyn Fn(&str) -> bool| {
            dsn.get(keyword).and_then(|part| part.value.text()).is_some_and(wrong)
        };
        let is_port = |port: &str| port.chars().all(|c| c.is_ascii_digit() || c == ',' || c == ' ');
        has(Keyword::Host, &|host: &str| host.contains('@') && !host.starts_with('@'))
            || has(Keyword::Port, &|port: &str| !is_port(port))
            // Another client's URL is taken for a name as a whole: nothing of it is torn.
            || has(Keyword::DbName, &|name: &str| name.contains('@') && !name.contains("://"))
    }

    /// The variable that a client program is given in a script, and that nothing sets.
    pub fn unset(&self) -> Option<&str> {
        let of_script = matches!(self.form, Form::Options(_));
        self.unknown.iter().filter(|_| of_script).find_map(|(part, why)| match why {
            Why::NoVariable(name) if matches!(part, Part::Url | Part::Host) => Some(name.as_str()),
            _ => None,
        })
    }

    /// The port of the first host, where it is known.
    pub fn port(&self) -> Option<u16> {
        self.settings.as_ref()?.hosts().ok()?.first()?.port_number()
    }

    /// Whether two lead to the same database at the same address.
    pub(super) fn is_like(&self, other: &Edge<'_>) -> bool {
        let place = |e: &Edge<'_>| (text_of(e, Keyword::Host), e.port(), text_of(e, Keyword::DbName));
        place(self) == place(other)
    }

    /// The value of a parameter as the client has it.
    pub fn value(&self, keyword: Keyword) -> Option<&dsn::Value> {
        self.settings.as_ref()?.value(keyword)
    }
}

/// The text of a parameter as the client has it.
pub(super) fn text_of(edge: &Edge<'_>, keyword: Keyword) -> Option<String> {
    edge.value(keyword).and_then(dsn::Value::text).map(str::to_string)
}
