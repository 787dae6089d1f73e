//! The value of a scalar while it is read: a part of the source for as long as nothing had to be changed.

use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;

/// Grows either by the next part of the source or, once owned, by any bytes.
pub(super) struct Text<'a> {
    source: &'a [u8],
    from: usize,
    to: usize,
    owned: Option<BumpVec<'a, u8>>,
}

impl<'a> Text<'a> {
    pub fn new(source: &'a [u8], from: usize) -> Self {
        Text { source, from, to: from, owned: None }
    }

    /// Adds a part of the source. As long as the value is borrowed, the part begins where the last one ended.
    #[inline]
    pub fn push_source(&mut self, from: usize, to: usize) {
        match &mut self.owned {
            None if from == self.to => self.to = to,
            None => {
                // An empty value may still begin anywhere.
                debug_assert_eq!(self.from, self.to);
                (self.from, self.to) = (from, to);
            }
            Some(owned) => owned.extend_from_slice_copy(self.source.get(from..to).unwrap_or_default()),
        }
    }

    /// Adds bytes that the source does not have at this place.
    pub fn push(&mut self, bytes: &[u8], arena: &'a Bump) {
        let borrowed = self.source.get(self.from..self.to).unwrap_or_default();
        let owned = self.owned.get_or_insert_with(|| {
            let mut owned = BumpVec::with_capacity_in(borrowed.len() + bytes.len() + 32, arena);
            owned.extend_from_slice_copy(borrowed);
            owned
        });
        owned.extend_from_slice_copy(bytes);
    }

    /// Adds what line breaks between two parts come to: the `first`, and those of the empty lines behind it.
    pub fn push_fold(&mut self, first: &[u8], more: &[u8], arena: &'a Bump) {
        if first != b"\n" {
            self.push(first, arena);
        } else if more.is_empty() {
            return self.push(b" ", arena);
        }
        self.push(more, arena);
    }

    pub fn finish(self) -> &'a [u8] {
        match self.owned {
            Some(owned) => owned.into_bump_slice(),
            None => self.source.get(self.from..self.to).unwrap_or_default(),
        }
    }
}
