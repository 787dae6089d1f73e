//! DER, written and read. Source: encoding/asn1, golang.org/x/crypto/cryptobyte.

use num_bigint::BigUint;

pub const BOOLEAN: u8 = 0x01;
pub const INTEGER: u8 = 0x02;
pub const BIT_STRING: u8 = 0x03;
pub const OCTET_STRING: u8 = 0x04;
pub const NULL: u8 = 0x05;
pub const OID: u8 = 0x06;
pub const UTF8_STRING: u8 = 0x0c;
pub const PRINTABLE_STRING: u8 = 0x13;
pub const UTC_TIME: u8 = 0x17;
pub const GENERALIZED_TIME: u8 = 0x18;
pub const SEQUENCE: u8 = 0x30;
pub const SET: u8 = 0x31;

/// `[n]`, constructed.
pub const fn context(n: u8) -> u8 {
    0xa0 | n
}

/// Tag, length, content.
pub fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match content.len() {
        n @ ..0x80 => out.push(n as u8),
        n => {
            let bytes = n.to_be_bytes();
            let skipped = bytes.iter().take_while(|b| **b == 0).count();
            out.push(0x80 | (bytes.len() - skipped) as u8);
            out.extend(bytes.iter().skip(skipped));
        }
    }
    out.extend_from_slice(content);
    out
}

pub fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    element(SEQUENCE, &parts.concat())
}

/// A number that is not negative.
pub fn integer(n: &BigUint) -> Vec<u8> {
    let mut bytes = n.to_bytes_be();
    if bytes.first().is_some_and(|b| b & 0x80 != 0) {
        bytes.insert(0, 0);
    }
    element(INTEGER, &bytes)
}

/// Whole bytes.
pub fn bit_string(bytes: &[u8]) -> Vec<u8> {
    element(BIT_STRING, &[&[0], bytes].concat())
}

/// Reads elements one after the other. `None` is malformed input: a length that is not the shortest, or that goes
/// beyond the end.
#[derive(Clone, Copy)]
pub struct Reader<'d> {
    rest: &'d [u8],
}

/// One element.
#[derive(Clone, Copy)]
pub struct Element<'d> {
    pub tag: u8,
    pub content: &'d [u8],
    /// Tag and length as well.
    pub whole: &'d [u8],
}

impl<'d> Reader<'d> {
    pub fn new(der: &'d [u8]) -> Self {
        Reader { rest: der }
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next element's tag.
    pub fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    pub fn any(&mut self) -> Option<Element<'d>> {
        let (tag, after) = self.rest.split_first()?;
        let (first, after) = after.split_first()?;
        let (length, after) = match first {
            0..=0x7f => (usize::from(*first), after),
            0x81..=0x84 => {
                let (bytes, after) = after.split_at_checked(usize::from(first & 0x7f))?;
                let length = bytes.iter().fold(0usize, |n, b| n << 8 | usize::from(*b));
                let shortest = length >= 0x80 && bytes.first() != Some(&0);
                (if shortest { length } else { return None }, after)
            }
            _ => return None,
        };
        let (content, rest) = after.split_at_checked(length)?;
        let whole = self.rest.get(..self.rest.len() - rest.len())?;
        self.rest = rest;
        Some(Element { tag: *tag, content, whole })
    }

    /// The content of the next element, which must have the tag.
    pub fn take(&mut self, tag: u8) -> Option<&'d [u8]> {
        self.element(tag).map(|e| e.content)
    }

    /// The next element, which must have the tag.
    pub fn element(&mut self, tag: u8) -> Option<Element<'d>> {
        let mut ahead = *self;
        let element = ahead.any().filter(|e| e.tag == tag)?;
        *self = ahead;
        Some(element)
    }

    /// The same when it is there; the outer `None` is malformed input.
    pub fn optional(&mut self, tag: u8) -> Option<Option<&'d [u8]>> {
        if self.peek() == Some(tag) { self.take(tag).map(Some) } else { Some(None) }
    }

    /// A sequence's insides.
    pub fn enter(&mut self) -> Option<Reader<'d>> {
        self.take(SEQUENCE).map(Reader::new)
    }

    /// An integer in its shortest form: sign and magnitude.
    pub fn integer(&mut self) -> Option<(bool, BigUint)> {
        let bytes = self.take(INTEGER)?;
        match bytes {
            [] => return None,
            [0, second, ..] if second & 0x80 == 0 => return None,
            [0xff, second, ..] if second & 0x80 != 0 => return None,
            _ => {}
        }
        let negative = bytes.first().is_some_and(|b| b & 0x80 != 0);
        if negative {
            let inverted: Vec<u8> = bytes.iter().map(|b| !b).collect();
            return Some((true, BigUint::from_bytes_be(&inverted) + 1u8));
        }
        Some((false, BigUint::from_bytes_be(bytes)))
    }

    /// A bit string's bytes, shifted so that the last bit is the last.
    pub fn bits(&mut self) -> Option<Vec<u8>> {
        let (unused, bytes) = self.take(BIT_STRING)?.split_first()?;
        if *unused > 7 || (bytes.is_empty() && *unused > 0) {
            return None;
        }
        if bytes.last().is_some_and(|b| b & ((1u8 << unused) - 1) != 0) {
            return None;
        }
        if *unused == 0 {
            return Some(bytes.to_vec());
        }
        let shifted = (BigUint::from_bytes_be(bytes) >> u32::from(*unused)).to_bytes_be();
        Some([vec![0; bytes.len() - shifted.len().min(bytes.len())], shifted].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_the_shortest() {
        for n in [0usize, 1, 127, 128, 255, 256, 70_000] {
            let der = element(OCTET_STRING, &vec![7; n]);
            let mut reader = Reader::new(&der);
            assert_eq!(reader.take(OCTET_STRING).map(<[u8]>::len), Some(n));
            assert!(reader.is_empty());
        }
        assert!(Reader::new(&[4, 0x81, 1, 0]).any().is_none());
        assert!(Reader::new(&[4, 2, 0]).any().is_none());
    }

    #[test]
    fn integers_have_a_sign() {
        let der = integer(&BigUint::from(0x80u8));
        assert_eq!(der, [2, 2, 0, 0x80]);
        assert_eq!(Reader::new(&der).integer(), Some((false, BigUint::from(0x80u8))));
        assert_eq!(Reader::new(&[2, 1, 0xff]).integer(), Some((true, BigUint::from(1u8))));
    }
}
