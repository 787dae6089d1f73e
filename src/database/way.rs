//! A way to servers that is not this machine's own network.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use tokio::io::{AsyncRead, AsyncWrite};

use super::halt::Halt;

/// Bytes in both directions.
pub trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Duplex for T {}

/// A connection, whatever carries it.
pub type Stream = Box<dyn Duplex>;

/// What a way promises.
pub type Dialled<'a> = Pin<Box<dyn Future<Output = Result<Stream, Halt>> + 'a>>;

/// Somebody who connects in our place, from where they are.
pub trait Dial {
    /// Opens a connection; the name is looked up there, not here. Whoever waits has the deadline.
    fn dial<'a>(&'a self, host: &'a str, port: u16) -> Dialled<'a>;
}

/// A way that many targets share.
#[derive(Clone)]
pub struct Way(pub Rc<dyn Dial>);

impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Way")
    }
}
