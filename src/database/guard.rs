//! Bounds on what a server sends: the length of a message, and all of them together. Beside that it remembers the process id
//! that the server promises (BackendKeyData), which tokio-postgres keeps to itself.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The longest message, in bytes. The answers to our questions fit a thousand times.
const MESSAGE: u64 = 4 << 20;
/// All that a server may send over one connection, in bytes.
const TOTAL: u64 = 32 << 20;

/// How the error of a guard begins: who catches it as an [`io::Error`] knows it by this.
pub const TOO_MUCH: &str = "too much: ";
pub const NO_POSTGRES: &str = "no Postgres: ";

/// What a server may say first: authentication, an error, a notice, another version of the protocol.
const FIRST: &[u8] = b"RENv";

/// What was promised as the server's process id; -1 before it was.
#[derive(Clone, Debug)]
pub struct Promised(Arc<AtomicI64>);

impl Promised {
    /// The process id, once the server has told it.
    pub fn pid(&self) -> Option<i64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|pid| *pid >= 0)
    }
}

/// A stream of Postgres messages, watched.
pub struct Guard<S> {
    inner: S,
    /// Type and length of the message at hand, as far as they were read.
    head: Vec<u8>,
    /// Bytes of its body that are still to come.
    left: u64,
    key: Vec<u8>,
    total: u64,
    begun: bool,
    promised: Promised,
}

impl<S> Guard<S> {
    pub fn new(inner: S) -> Self {
        let promised = Promised(Arc::new(AtomicI64::new(-1)));
        Guard { inner, head: Vec::with_capacity(5), left: 0, key: Vec::new(), total: 0, begun: false, promised }
    }

    pub fn promised(&self) -> Promised {
        self.promised.clone()
    }

    fn watch(&mut self, mut bytes: &[u8]) -> Result<(), String> {
        self.total += bytes.len() as u64;
        if self.total > TOTAL {
            return Err(format!("{TOO_MUCH}more than {} MiB in all", TOTAL >> 20));
        }
        while !bytes.is_empty() {
            if self.left > 0 {
                let here = bytes.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
                let (body, rest) = bytes.split_at(here);
                if self.head.first() == Some(&b'K') && self.key.len() < 4 {
                    self.key.extend(body.iter().take(4 - self.key.len()));
                    if let Ok(pid) = <[u8; 4]>::try_from(self.key.as_slice()) {
                        self.promised.0.store(i64::from(u32::from_be_bytes(pid)), Ordering::Relaxed);
                    }
                }
                self.left -= here as u64;
                if self.left == 0 {
                    self.head.clear();
                }
                bytes = rest;
                continue;
            }
            if !self.begun && !FIRST.contains(&bytes[0]) {
                return Err(format!("{NO_POSTGRES}it begins with {:?}", char::from(bytes[0])));
            }
            self.begun = true;
            self.head.push(bytes[0]);
            bytes = &bytes[1..];
            if let [kind, a, b, c, d] = self.head[..] {
                let length = u64::from(u32::from_be_bytes([a, b, c, d]));
                if !kind.is_ascii_alphanumeric() {
                    return Err(format!("{NO_POSTGRES}a message of no known kind"));
                }
                if !(4..=MESSAGE).contains(&length) {
                    return Err(format!("{TOO_MUCH}a message of {length} bytes"));
                }
                self.left = length - 4;
                self.key.clear();
                if self.left == 0 {
                    self.head.clear();
                }
            }
        }
        Ok(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guard<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        std::task::ready!(Pin::new(&mut self.inner).poll_read(cx, buf))?;
        let new = buf.filled().get(before..).unwrap_or_default();
        Poll::Ready(self.watch(new).map_err(io::Error::other))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guard<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        [&[kind][..], &(body.len() as u32 + 4).to_be_bytes(), body].concat()
    }

    #[test]
    fn messages_are_followed_however_they_are_cut() {
        let stream = [message(b'R', &[0; 4]), message(b'K', &[0, 0, 1, 2, 9, 9, 9, 9]), message(b'Z', b"I")].concat();
        for size in 1..stream.len() {
            let mut guard = Guard::new(());
            assert!(stream.chunks(size).all(|part| guard.watch(part).is_ok()), "{size}");
            assert_eq!(guard.promised().pid(), Some(258), "{size}");
        }
    }

    #[test]
    fn what_no_server_sends_is_refused() {
        let refused = |bytes: &[u8]| Guard::new(()).watch(bytes).is_err();
        assert!(refused(b"H") && refused(b"\x15\x03\x01"), "HTTP, TLS");
        assert!(refused(&[b'E', 0x40, 0, 0, 0]), "an error of 1 GiB");
        assert!(refused(&[b'E', 0, 0, 0, 3]) && refused(&[0, 0, 0, 0, 8]));
        assert!(!refused(&message(b'E', &[0; 1000])));
        let mut guard = Guard::new(());
        let part = message(b'N', &[0; 1 << 20]);
        assert!((0..40).any(|_| guard.watch(&part).is_err()), "no end of notices");
    }
}
