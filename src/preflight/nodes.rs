//! The nodes of a multi-node cluster that a render lists: which of them are new, and what each server says of itself. How a node is
//! reached from here nobody renders: the user gives its connection string.

use super::ask::Ask;
use super::connection::{Known, State, planned};
use crate::database::{Anchors, Spock, Told};
use crate::postgres::driver::Driver;
use crate::postgres::dsn::{self, Keyword, Libpq, Seen, Surroundings};
use crate::postgres::tls;
use crate::rules::Facts;
use crate::rules::spock;

/// A node of the render.
#[derive(Clone, Debug)]
pub struct Node {
    /// As the chart writes it.
    pub name: String,
    /// It is to be bootstrapped from another node (`bootstrap.mode: spock`).
    pub is_new: bool,
    pub state: State,
}

/// All of them, with the database that they replicate.
#[derive(Clone, Debug, Default)]
pub struct Nodes {
    pub database: String,
    pub all: Vec<Node>,
}

/// A node, and what its server says.
#[derive(Clone, Debug)]
pub struct NodeSeen {
    pub node: Node,
    /// Or why it says nothing.
    pub spock: Result<Told<Spock>, String>,
}

impl Nodes {
    /// Those of every list in the render; `ask` has their connection strings.
    pub fn of(facts: &Facts<'_>, ask: &Ask) -> Nodes {
        let lists = spock::find(facts);
        let members = lists.iter().flat_map(|list| list.members());
        let node = |member: spock::Member| Node {
            is_new: member.bootstrap.is_some(),
            state: state(&member.name, ask),
            name: member.name,
        };
        Nodes { database: spock::database(facts).to_string(), all: members.map(node).collect() }
    }

    /// Passwords that no report may show.
    pub fn secrets(&self) -> Vec<String> {
        let password = |node: &Node| match &node.state {
            State::Known(known) => known.settings.value(Keyword::Password)?.text().map(str::to_string),
            _ => None,
        };
        self.all.iter().filter_map(password).collect()
    }
}

/// How it is reached, by the string that was given for it. Read as libpq reads it, without an environment.
fn state(name: &str, ask: &Ask) -> State {
    let Some((_, text)) = ask.nodes.iter().find(|(node, _)| spock::normal(node) == spock::normal(name)) else {
        return State::Unknown(format!("nobody said how it is reached: --node-dsn {name}=FILE"));
    };
    let refused = |error: dsn::Error| State::Refused(format!("its connection string cannot be read: {error}"));
    let parsed = match dsn::parse(text) {
        Ok(parsed) => parsed,
        Err(error) => return refused(error),
    };
    let nothing = |_: &str| Seen::Absent;
    let around = Surroundings { env: &nothing, file: &nothing, user: None };
    let settings = match dsn::effective(Some(&parsed), &around, Libpq::NEWEST) {
        Ok(settings) => settings,
        Err(error) => return refused(error),
    };
    if let Err(error) = settings.check() {
        return State::Refused(format!("libpq refuses its connection string: {error}"));
    }
    let anchors = match settings.value(Keyword::SslRootCert) {
        Some(value) if value.is("system") => Anchors::System,
        Some(value) if !value.is("") => match &ask.ca {
            Some(pem) => Anchors::File(pem.clone()),
            None => Anchors::Unknown("give its root certificates by --ca-file".into()),
        },
        _ => Anchors::Absent,
    };
    let outcome = tls::outcome(Driver::Libpq, &settings, &|path| match (path.starts_with("~/"), &anchors) {
        (false, Anchors::File(_)) => tls::File::Present,
        (false, Anchors::Unknown(_)) => tls::File::Unknown,
        _ => tls::File::Absent,
    });
    let plan = planned(&outcome, &settings, &anchors);
    State::Known(Box::new(Known { settings, tls: outcome, plan, anchors }))
}
