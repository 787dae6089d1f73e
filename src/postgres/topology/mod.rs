//! The Postgres of a chart: who serves, who connects, by what, through what, with what TLS. Inferred from manifests alone.
//!
//! What cannot be told is data with its reason, never an error and never left out. A credential that is only held, not used, makes
//! a [`Holder`]. Rules, plans and probes read this one model.
//!
//! | file | owns |
//! |---|---|
//! | `servers` | who serves: containers, operators' objects, poolers, proxies; their Services, volumes and majors |
//! | `consumers` | who connects, when, and who only waits, writes or stands by |
//! | `book` | everything that a container is told, with its way: variables, files, arguments |
//! | `config` | settings of configuration files in any format |
//! | `placeholder` | what stands for something else in them |
//! | `script`, `shell`, `run` | shell scripts, their words, the runs of Postgres's own programs |
//! | `words` | what names say |
//! | `url`, `understand` | connection strings of any client, in libpq's words |
//! | `group` | settings that are parts of one connection |
//! | `edge` | a connection, as data |
//! | `edges`, `finish`, `same` | making connections; their settings, server and TLS; what is told twice |
//! | `objects` | connections that operators' objects make |
//! | `reach` | hosts to servers |
//! | `infer` | the order of the work |
//! | `images` | what images are |
//! | `source`, `value` | ways and texts, redacting |
//! | `describe` | a topology for people |

mod book;
mod config;
mod consumers;
mod describe;
mod edge;
mod edges;
mod finish;
mod group;
mod images;
mod infer;
mod objects;
mod placeholder;
mod reach;
mod run;
mod same;
mod script;
mod servers;
mod shell;
mod source;
mod understand;
mod url;
mod value;
mod words;

pub use consumers::{Conduct, Consumer, ConsumerId, Phase};
pub use describe::describe;
pub use edge::{Edge, EdgeId, Form};
pub use infer::infer;
pub use reach::Reach;
pub use servers::{Persistence, Seat, Server, ServerId, ServerKind};
pub use source::{Link, Origin, Source, Why};
pub use url::Form as UrlForm;
pub use value::{Piece, Value};
pub use words::Part;

use crate::kube::ContainerId;

/// The Postgres of a render.
#[derive(Clone, Debug, Default)]
pub struct Topology<'m> {
    pub servers: Vec<Server<'m>>,
    pub consumers: Vec<Consumer<'m>>,
    pub edges: Vec<Edge<'m>>,
    pub holders: Vec<Holder<'m>>,
}

/// A container that is told of a connection and does not make it.
#[derive(Clone, Debug)]
pub struct Holder<'m> {
    pub container: ContainerId,
    pub name: &'m str,
    pub why: Held,
    /// What it was told of: a connection that nobody is known to make from here.
    pub edges: Vec<Edge<'m>>,
    /// A password that comes with no address.
    pub credential: Option<Source<'m>>,
}

/// Why a container that holds a connection is no consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    Conduct(Conduct),
    /// It comes with everything else of an object that others use, and nothing says that this one does.
    Bulk,
    /// It has user or password and no address.
    NoAddress,
    /// Nothing says that it is Postgres.
    NotKnownToBePostgres,
}

impl<'m> Topology<'m> {
    pub fn server(&self, id: ServerId) -> Option<&Server<'m>> {
        self.servers.get(id.index())
    }

    pub fn consumer(&self, id: ConsumerId) -> Option<&Consumer<'m>> {
        self.consumers.get(id.index())
    }

    /// The consumer of an edge.
    pub fn consumer_of(&self, edge: &Edge<'m>) -> Option<&Consumer<'m>> {
        self.consumer(edge.consumer)
    }

    /// The edges of a consumer. They stand together, in the order of the consumers.
    pub fn edges_of(&self, consumer: ConsumerId) -> impl Iterator<Item = &Edge<'m>> {
        let start = self.edges.partition_point(|e| e.consumer < consumer);
        self.edges.iter().skip(start).take_while(move |e| e.consumer == consumer)
    }

    /// The edges that lead to a server.
    pub fn edges_to(&self, server: ServerId) -> impl Iterator<Item = &Edge<'m>> {
        self.edges
            .iter()
            .filter(move |e| e.reach.server() == Some(server) || e.also.iter().any(|r| r.server() == Some(server)))
    }
}
