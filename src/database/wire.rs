//! The socket, the request for TLS and the handshake, each within its deadline.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, IpAddr, ServerName};

use super::halt::{Halt, quoted};
use super::target::{Bounds, Target};
use super::way::Stream;

/// `SSLRequest`: length and code. Source: PostgreSQL documentation, 54.7 Message Formats.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// A connection before Postgres' own startup, in the clear or not.
pub enum Wire {
    Plain(Stream),
    Tls(Box<TlsStream<Stream>>),
}

/// What the handshake agreed on.
pub struct Agreed {
    pub protocol: String,
    pub cipher: String,
    /// As the server sent them, its own first.
    pub chain: Vec<CertificateDer<'static>>,
}

/// Runs a step within its deadline.
pub async fn within<T>(
    bounds: Bounds,
    step: &'static str,
    work: impl Future<Output = Result<T, Halt>>,
) -> Result<T, Halt> {
    match tokio::time::timeout(bounds.step, work).await {
        Ok(done) => done,
        Err(_) => Err(Halt::Deadline { step, after: bounds.step }),
    }
}

/// Opens the socket.
pub async fn dial(target: &Target, bounds: Bounds) -> Result<Stream, Halt> {
    let (address, port) = match &target.instead {
        Some((address, port)) => (address.as_str(), *port),
        None => (target.address.as_str(), target.port),
    };
    if let Some(way) = &target.way {
        return within(bounds, "connecting", way.0.dial(address, port)).await;
    }
    let resolve = async {
        let found = tokio::net::lookup_host((address, port)).await;
        let found: Vec<_> = found.map_err(|e| Halt::NoAddress(quoted(&e.to_string())))?.collect();
        if found.is_empty() { Err(Halt::NoAddress("no address was given".into())) } else { Ok(found) }
    };
    let addresses = within(bounds, "looking up the host", resolve).await?;
    let connect = async {
        let mut last = Halt::NoAddress("no address was given".into());
        for address in addresses {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(e) => last = Halt::Unreachable(quoted(&e.to_string())),
            }
        }
        Err(last)
    };
    let stream = within(bounds, "connecting", connect).await?;
    // Latency is measured: small messages must not wait for company.
    let _ = stream.set_nodelay(true);
    Ok(Box::new(stream))
}

/// Asks for TLS; whether the server agrees.
pub async fn request_tls(stream: &mut Stream, bounds: Bounds) -> Result<bool, Halt> {
    const STEP: &str = "asking for TLS";
    let ask = async {
        stream.write_all(&SSL_REQUEST).await.map_err(|_| Halt::Closed { step: STEP })?;
        let mut answer = [0];
        stream.read_exact(&mut answer).await.map_err(|_| Halt::Closed { step: STEP })?;
        match answer[0] {
            b'S' => {
                // Bytes that come before the handshake were put there by somebody between (CVE-2021-23222).
                let mut early = [0];
                match tokio::time::timeout(std::time::Duration::from_millis(1), stream.read(&mut early)).await {
                    Ok(Ok(n)) if n > 0 => {
                        Err(Halt::NotPostgres("bytes in the clear follow its agreement to TLS".into()))
                    }
                    _ => Ok(true),
                }
            }
            b'N' => Ok(false),
            b'E' => Ok(false),
            other => {
                let shown =
                    if other.is_ascii_graphic() { char::from(other).to_string() } else { format!("byte {other}") };
                Err(Halt::NotPostgres(format!("it answers the request for TLS with {shown:?}")))
            }
        }
    };
    within(bounds, STEP, ask).await
}

/// The handshake. What the server shows is judged afterwards.
pub async fn handshake(
    stream: Stream,
    target: &Target,
    config: Arc<ClientConfig>,
    bounds: Bounds,
) -> Result<(Wire, Agreed), Halt> {
    let host = target.name.clone().unwrap_or_else(|| target.address.clone());
    // A name that is none for rustls (an underscore is fine) goes without SNI, as an address does.
    let name =
        ServerName::try_from(host).unwrap_or(ServerName::IpAddress(IpAddr::from(std::net::Ipv4Addr::UNSPECIFIED)));
    let shake = async {
        let done = TlsConnector::from(config).connect(name, stream).await;
        done.map_err(|e| match e.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => Halt::Closed { step: "the TLS handshake" },
            _ => Halt::Handshake(quoted(&e.to_string())),
        })
    };
    let stream = within(bounds, "the TLS handshake", shake).await?;
    let (_, connection) = stream.get_ref();
    let agreed = Agreed {
        protocol: connection
            .protocol_version()
            .map(|v| format!("{v:?}").replace("TLSv1_", "TLS 1."))
            .unwrap_or_default(),
        cipher: connection.negotiated_cipher_suite().map(|c| format!("{:?}", c.suite())).unwrap_or_default(),
        chain: connection.peer_certificates().unwrap_or_default().iter().map(|c| c.clone().into_owned()).collect(),
    };
    Ok((Wire::Tls(Box::new(stream)), agreed))
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Wire::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Wire::Tls(stream) => Pin::new(stream.as_mut()).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Wire::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Wire::Tls(stream) => Pin::new(stream.as_mut()).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Wire::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Wire::Tls(stream) => Pin::new(stream.as_mut()).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Wire::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Wire::Tls(stream) => Pin::new(stream.as_mut()).poll_shutdown(cx),
        }
    }
}
