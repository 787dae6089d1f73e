//! What printing writes to: bytes that are paid for before they are written.

use crate::limits::Exhausted;
use crate::value::Heap;

/// A growing text whose size the input decides.
pub(super) struct Out<'p, 'h> {
    heap: &'p Heap<'h>,
    bytes: Vec<u8>,
    /// Up to here the heap has been asked.
    granted: usize,
}

/// The smallest step in which the heap is asked.
const STEP: usize = 256;

impl<'p, 'h> Out<'p, 'h> {
    pub fn new(heap: &'p Heap<'h>) -> Self {
        Out { heap, bytes: Vec::new(), granted: 0 }
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Makes sure that `n` more bytes may be written. Asks in doubling steps, always for the whole.
    #[inline]
    fn grant(&mut self, n: usize) -> Result<(), Exhausted> {
        let size = self.bytes.len().saturating_add(n);
        if size > self.granted { self.ask(size) } else { Ok(()) }
    }

    #[cold]
    fn ask(&mut self, size: usize) -> Result<(), Exhausted> {
        let wanted = size.max(self.granted * 2).max(STEP);
        self.heap.reserve(wanted)?;
        self.granted = wanted;
        self.bytes.reserve(wanted - self.bytes.len());
        Ok(())
    }

    #[inline]
    pub fn push(&mut self, byte: u8) -> Result<(), Exhausted> {
        self.grant(1)?;
        self.bytes.push(byte);
        Ok(())
    }

    #[inline]
    pub fn write(&mut self, text: impl AsRef<[u8]>) -> Result<(), Exhausted> {
        let text = text.as_ref();
        self.grant(text.len())?;
        self.bytes.extend_from_slice(text);
        Ok(())
    }

    /// A text between two quotes.
    #[inline]
    pub fn write_quoted(&mut self, quote: u8, text: &[u8]) -> Result<(), Exhausted> {
        self.grant(text.len().saturating_add(2))?;
        self.bytes.push(quote);
        self.bytes.extend_from_slice(text);
        self.bytes.push(quote);
        Ok(())
    }

    /// Pays for a piece of `n` bytes that is built elsewhere and then written.
    pub fn reserve(&mut self, n: usize) -> Result<(), Exhausted> {
        self.grant(n)
    }

    pub fn repeat(&mut self, byte: u8, n: usize) -> Result<(), Exhausted> {
        self.grant(n)?;
        self.bytes.resize(self.bytes.len() + n, byte);
        Ok(())
    }
}
