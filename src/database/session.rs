//! A connection that answers simple queries, each within its deadline.

use std::cell::Cell;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::config::{ChannelBinding as Binding, SslMode, SslNegotiation};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};
use tokio_postgres::{Client, Config, SimpleQueryMessage};

use super::guard::{Guard, NO_POSTGRES, Promised, TOO_MUCH};
use super::halt::{Halt, Silence, quoted};
use super::target::{Bounds, Target};
use super::wire::{Wire, within};
use crate::redact::REDACTED;

/// Who asks, as it stands in `pg_stat_activity`.
const NAME: &str = "plimsoll";

/// A connection with somebody to answer.
pub struct Session {
    client: Client,
    driver: tokio::task::JoinHandle<()>,
    promised: Promised,
    bounds: Bounds,
    /// A question had no answer in time: what comes now may be its answer, and nothing more is asked.
    given_up: Cell<bool>,
}

/// Rows of text; NULL is None.
pub type Rows = Vec<Vec<Option<String>>>;

/// A handshake that was made already, for tokio-postgres.
struct Made {
    end_point: Option<Vec<u8>>,
}

/// The stream after it, with what binds a password to it.
struct Bound {
    inner: Guard<Wire>,
    end_point: Option<Vec<u8>>,
}

impl TlsConnect<Guard<Wire>> for Made {
    type Stream = Bound;
    type Error = std::io::Error;
    type Future = Ready<Result<Bound, std::io::Error>>;

    fn connect(self, stream: Guard<Wire>) -> Self::Future {
        ready(Ok(Bound { inner: stream, end_point: self.end_point }))
    }
}

impl TlsStream for Bound {
    fn channel_binding(&self) -> ChannelBinding {
        match &self.end_point {
            Some(hash) => ChannelBinding::tls_server_end_point(hash.clone()),
            None => ChannelBinding::none(),
        }
    }
}

impl AsyncRead for Bound {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl AsyncWrite for Bound {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

impl Session {
    /// Postgres' own startup over a wire. `end_point`: what SCRAM binds to (RFC 5929, `tls-server-end-point`).
    pub async fn start(
        wire: Wire,
        end_point: Option<Vec<u8>>,
        target: &Target,
        bounds: Bounds,
    ) -> Result<Session, Halt> {
        const STEP: &str = "logging in";
        let encrypted = matches!(wire, Wire::Tls(_));
        let mut config = Config::new();
        config.user(&target.user).dbname(&target.database).application_name(NAME);
        if let Some(password) = &target.password {
            config.password(password);
        }
        if target.must_bind {
            config.channel_binding(Binding::Require);
        }
        // The handshake is done: tokio-postgres is told to take it for one that needs no asking.
        let mode = if encrypted { SslMode::Require } else { SslMode::Disable };
        config.ssl_mode(mode).ssl_negotiation(SslNegotiation::Direct);
        let guard = Guard::new(wire);
        let promised = guard.promised();
        let login = async {
            let connected = config.connect_raw(guard, Made { end_point }).await;
            connected.map_err(|e| failure(&e, STEP, target.password.as_deref()))
        };
        let (client, connection) = within(bounds, STEP, login).await?;
        let driver = tokio::spawn(async move {
            // Its end is seen by whoever asks next.
            let _ = connection.await;
        });
        Ok(Session { client, driver, promised, bounds, given_up: Cell::new(false) })
    }

    /// The process id that the server gave itself at startup.
    pub fn promised_pid(&self) -> Option<i64> {
        self.promised.pid()
    }

    /// One statement outside of any transaction: for what a transaction would change.
    pub async fn ask_bare(&self, sql: &str) -> Result<Rows, Silence> {
        let late = || Silence::Failed(format!("no answer within {} s", self.bounds.step.as_secs_f64()));
        if self.given_up.get() {
            return Err(late());
        }
        let asked = tokio::time::timeout(self.bounds.step, self.client.simple_query(sql)).await;
        let Ok(answer) = asked else {
            self.given_up.set(true);
            return Err(late());
        };
        let messages = answer.map_err(|e| silence(&e))?;
        let row = |message| match message {
            SimpleQueryMessage::Row(row) => {
                Some((0..row.len()).map(|n| row.try_get(n).ok().flatten().map(str::to_string)).collect())
            }
            _ => None,
        };
        Ok(messages.into_iter().filter_map(row).collect())
    }

    /// One statement in a read-only transaction of its own.
    pub async fn ask(&self, sql: &str) -> Result<Rows, Silence> {
        // The server gives up first: the session can then be asked on.
        let limit = self.bounds.step.as_millis() * 4 / 5;
        let sql = format!("BEGIN READ ONLY; SET LOCAL statement_timeout = {limit}; {sql}; COMMIT");
        let answer = self.ask_bare(&sql).await;
        if answer.is_err() && !self.client.is_closed() {
            let _ = self.ask_bare("ROLLBACK").await;
        }
        answer
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// What stopped tokio-postgres before there was a connection. A server that repeats the password is not repeated.
fn failure(error: &tokio_postgres::Error, step: &'static str, password: Option<&[u8]>) -> Halt {
    if let Some(server) = error.as_db_error() {
        let password = password.and_then(|p| std::str::from_utf8(p).ok()).filter(|p| !p.is_empty());
        let message = password.map_or_else(|| server.message().to_string(), |p| server.message().replace(p, REDACTED));
        return Halt::Server { state: quoted(server.code().code()), message: quoted(&message) };
    }
    let mut source: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(error);
    while let Some(inner) = source {
        let text = inner.to_string();
        if let Some((_, what)) = text.split_once(TOO_MUCH) {
            return Halt::TooMuch(what.to_string());
        }
        if let Some((_, what)) = text.split_once(NO_POSTGRES) {
            return Halt::NotPostgres(what.to_string());
        }
        if let Some(io) = inner.downcast_ref::<std::io::Error>()
            && matches!(io.kind(), std::io::ErrorKind::UnexpectedEof | std::io::ErrorKind::ConnectionReset)
        {
            return Halt::Closed { step };
        }
        source = inner.source();
    }
    if error.is_closed() {
        return Halt::Closed { step };
    }
    let text = std::error::Error::source(error).map_or_else(|| error.to_string(), |e| format!("{error}: {e}"));
    match text.contains("parsing") || text.contains("unexpected message") {
        true => Halt::NotPostgres(quoted(&text)),
        false => Halt::Client(quoted(&text)),
    }
}

fn silence(error: &tokio_postgres::Error) -> Silence {
    match error.as_db_error() {
        Some(server) if server.code().code() == "42501" => Silence::Denied(quoted(server.message())),
        Some(server) => Silence::Failed(format!("SQLSTATE {}: {}", server.code().code(), quoted(server.message()))),
        None => Silence::Failed(failure(error, "a question", None).to_string()),
    }
}
