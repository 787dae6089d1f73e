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
    fn grant(&mut self, n: usize) -> Result<(), Exhausted> {
        let size = self.bytes.len().saturating_add(n);
        if size > self.granted {
            let wanted = size.max(self.granted * 2).max(STEP);
            self.heap.reserve(wanted)?;
            self.granted = wanted;
        }
        Ok(())
    }

    pub fn write(&mut self, text: impl AsRef<[u8]>) -> Result<(), Exhausted> {
        let text = text.as_ref();
        self.grant(text.len())?;
        self.bytes.extend_from_slice(text);
        Ok(())
    }

    /// Several texts, paid for at once.
    pub fn write_parts<const N: usize>(&mut self, parts: [&[u8]; N]) -> Result<(), Exhausted> {
        self.grant(parts.iter().fold(0, |sum, part| sum.saturating_add(part.len())))?;
        parts.iter().for_each(|part| self.bytes.extend_from_slice(part));
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
