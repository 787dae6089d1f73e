//! Looks at a Postgres server as a client would meet it: the connection with its TLS, then facts, read only.
//!
//! A visit writes nothing: every query runs in a read-only transaction of its own or reads one setting; settings are made with
//! `SET LOCAL` alone, and simple queries are all that is sent, so that poolers pass them on. Every step has a deadline, and what
//! a server sends is bounded. What could not be learnt is a [`Silence`] with its reason, never an empty fact.
//!
//! | file | owns |
//! |---|---|
//! | `target` | which server, as whom, with what TLS: from the settings of a client |
//! | `wire` | the socket and the request for TLS |
//! | `way` | somebody who connects in this machine's place |
//! | `guard` | bounds on what a server sends; the process id that it promises |
//! | `trust` | the verdicts on a server's certificates: libpq's and rustls', apart |
//! | `peer` | what a certificate says |
//! | `session` | a connection that answers simple queries in time; `smoke` writes through one, by [`connect`] |
//! | `halt` | why there is no connection, or no answer; what to do about a SQLSTATE |
//! | `facts` | what is asked of a server |
//! | `spock` | what a server says of the cluster of nodes that it is one of |
//! | `visit` | the attempts of a client in their order, and the questions after the first that succeeds |

mod facts;
mod guard;
mod halt;
mod peer;
mod session;
mod spock;
mod target;
mod trust;
mod visit;
mod way;
mod wire;

pub use facts::{
    Clock, Collation, Extension, Facts, Place, Pooling, Privileges, ReadOnly, Replication, Role, SchemaState, Server,
    Slots, Table, Told, Wanted,
};
pub use halt::{Halt, Silence, advice};
pub use peer::Certificate;
pub use session::{Rows, Session};
pub use spock::{Slot, Spock, Subscription};
pub use target::{Anchors, Bounds, Target};
pub use trust::{Bundle, ChainVerdict, Verdicts};
pub use visit::{Attempted, Tls, Visit, connect, visit};
pub use way::{Dial, Dialled, Stream, Way};
