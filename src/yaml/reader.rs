//! The bytes of a YAML stream as goyaml's reader hands them to its scanner (yaml/v2 `readerc.go`).
//!
//! goyaml decodes 512 bytes at a time and looks for a byte order mark at the start of its *buffer*, so the place where it
//! notices a bad byte, and what a stray byte order mark does, depend on where its buffer was filled. Nearly every text has
//! neither: it is checked once, and the scanner never asks again. The others are read with the chunks kept.

use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;

use super::error::{Error, Mark};

/// goyaml's `input_raw_buffer_size`.
const CHUNK: usize = 512;
const BOM: &[u8] = b"\xef\xbb\xbf";

/// A text that is ready to be scanned.
pub(super) struct Source<'a> {
    /// UTF-8 without the leading byte order mark.
    pub text: &'a [u8],
    /// The only line break in it is LF.
    pub only_lf: bool,
    /// Present when the scanner must follow goyaml's buffer step by step.
    pub chunks: Option<Chunks>,
}

/// goyaml's buffer: what it has decoded so far, and where its buffer starts.
pub(super) struct Chunks {
    /// Ends of the decoded chunks, as offsets into the text.
    ends: Vec<usize>,
    /// The problem that decoding the chunk after the last one meets.
    problem: Option<&'static str>,
    next: usize,
    decoded: usize,
    nuls: usize,
    buffer: usize,
}

impl Chunks {
    /// Makes sure that `count` characters are decoded from `mark` on, as `yaml_parser_update_buffer` does.
    pub fn need(&mut self, text: &[u8], mark: Mark, count: usize) -> Result<(), Error> {
        let at = mark.offset as usize;
        let mut unread = self.nuls + characters(text, at, self.decoded, count);
        if unread >= count {
            return Ok(());
        }
        self.buffer = at;
        while unread < count {
            match self.ends.get(self.next) {
                Some(&end) => {
                    self.next += 1;
                    self.decoded = end;
                    unread = characters(text, at, end, count);
                }
                None => {
                    if let Some(problem) = self.problem {
                        return Err(Error::reader(problem, mark));
                    }
                    self.nuls += 1;
                    break;
                }
            }
        }
        Ok(())
    }

    /// Whether goyaml's buffer begins with a byte order mark (its `is_bom` looks there, wherever the scanner stands).
    pub fn buffer_has_bom(&self, text: &[u8]) -> bool {
        text.get(self.buffer..).is_some_and(|rest| rest.starts_with(BOM))
    }
}

/// Characters that start in `text[from..to]`, counted no further than `enough`.
fn characters(text: &[u8], from: usize, to: usize, enough: usize) -> usize {
    let Some(part) = text.get(from..to) else { return 0 };
    part.iter().filter(|&&byte| byte & 0xC0 != 0x80).take(enough).count()
}

impl<'a> Source<'a> {
    /// Prepares a file; UTF-16 is written anew as UTF-8 into the arena.
    pub fn new(file: &'a [u8], arena: &'a Bump) -> Self {
        match file {
            [0xFF, 0xFE, ..] => return utf16(file, arena, u16::from_le_bytes),
            [0xFE, 0xFF, ..] => return utf16(file, arena, u16::from_be_bytes),
            _ => {}
        }
        let start = if file.starts_with(BOM) { BOM.len() } else { 0 };
        let text = file.get(start..).unwrap_or_default();
        let (clean, only_lf) = inspect(text);
        let chunks = if clean { None } else { Some(utf8_chunks(text, CHUNK - start)) };
        Source { text, only_lf, chunks }
    }
}

/// Whether a text is clean UTF-8 without a byte order mark, whose only line break is LF.
pub fn is_plain_text(text: &[u8]) -> bool {
    inspect(text) == (true, true)
}

/// Whether the scanner may trust the text, and whether LF is its only line break.
fn inspect(text: &[u8]) -> (bool, bool) {
    let mut only_lf = true;
    let mut at = 0;
    while at < text.len() {
        // Blocks of printable ASCII and LF need no second look; the loop compiles to vector code.
        let block = text.get(at..at + 64).unwrap_or(text.get(at..).unwrap_or_default());
        let odd = block
            .iter()
            .fold(0u8, |odd, &byte| odd | u8::from(byte.wrapping_sub(0x20) > 0x5E) & u8::from(byte != b'\n'));
        if odd == 0 {
            at += block.len();
            continue;
        }
        let end = at + block.len();
        while at < end {
            let byte = text[at];
            match byte {
                b'\t' | b'\n' | 0x20..=0x7E => at += 1,
                b'\r' => {
                    only_lf = false;
                    at += 1;
                }
                _ => match decode(text, at) {
                    Ok((_, 0)) | Ok((0xFEFF, _)) | Err(_) => return (false, false),
                    Ok((character, width)) => {
                        only_lf &= !matches!(character, 0x85 | 0x2028 | 0x2029);
                        at += width;
                    }
                },
            }
        }
    }
    (true, only_lf)
}

/// Decodes one character of UTF-8: its code and width, width 0 where the text ends in the middle of it.
fn decode(text: &[u8], at: usize) -> Result<(u32, usize), &'static str> {
    let Some(rest) = text.get(at..) else { return Ok((0, 0)) };
    let Some(&first) = rest.first() else { return Ok((0, 0)) };
    let (width, mut code) = match first {
        0x00..=0x7F => (1, u32::from(first)),
        0xC0..=0xDF => (2, u32::from(first & 0x1F)),
        0xE0..=0xEF => (3, u32::from(first & 0x0F)),
        0xF0..=0xF7 => (4, u32::from(first & 0x07)),
        _ => return Err("invalid leading UTF-8 octet"),
    };
    let Some(trailing) = rest.get(1..width) else { return Ok((0, 0)) };
    for &byte in trailing {
        if byte & 0xC0 != 0x80 {
            return Err("invalid trailing UTF-8 octet");
        }
        code = code << 6 | u32::from(byte & 0x3F);
    }
    if code < [0, 0, 0x80, 0x800, 0x10000][width] {
        return Err("invalid length of a UTF-8 sequence");
    }
    if matches!(code, 0xD800..=0xDFFF) || code > 0x10FFFF {
        return Err("invalid Unicode character");
    }
    allowed(code)?;
    Ok((code, width))
}

fn allowed(code: u32) -> Result<(), &'static str> {
    match code {
        0x09 | 0x0A | 0x0D | 0x20..=0x7E | 0x85 | 0xA0..=0xD7FF | 0xE000..=0xFFFD | 0x10000..=0x10FFFF => Ok(()),
        _ => Err("control characters are not allowed"),
    }
}

/// `first` is the room that the leading byte order mark leaves in the first chunk.
fn utf8_chunks(text: &[u8], first: usize) -> Chunks {
    let (mut ends, mut problem) = (Vec::new(), None);
    let (mut at, mut room) = (0, first);
    'chunks: while at < text.len() {
        let from = at;
        let window = text.get(..(at + room).min(text.len())).unwrap_or(text);
        while at < window.len() {
            match decode(window, at) {
                Ok((_, 0)) => break,
                Ok((_, width)) => at += width,
                Err(found) => {
                    problem = Some(found);
                    break 'chunks;
                }
            }
        }
        if at == from {
            problem = Some("incomplete UTF-8 octet sequence");
            break;
        }
        ends.push(at);
        room = CHUNK;
    }
    Chunks { ends, problem, next: 0, decoded: 0, nuls: 0, buffer: 0 }
}

fn utf16<'a>(file: &'a [u8], arena: &'a Bump, unit: fn([u8; 2]) -> u16) -> Source<'a> {
    let mut text = BumpVec::with_capacity_in(file.len(), arena);
    let (mut ends, mut problem) = (Vec::new(), None);
    let (mut at, mut room) = (2, CHUNK - 2);
    'chunks: while at < file.len() {
        let from = at;
        let end = (at + room).min(file.len());
        let read = |at: usize| match file.get(at..at + 2) {
            Some(&[a, b]) if at + 2 <= end => Some(u32::from(unit([a, b]))),
            _ => None,
        };
        let mut incomplete = "incomplete UTF-16 character";
        while at < end {
            let Some(mut code) = read(at) else { break };
            let mut width = 2;
            if code & 0xFC00 == 0xDC00 {
                problem = Some("unexpected low surrogate area");
                break 'chunks;
            }
            if code & 0xFC00 == 0xD800 {
                let Some(low) = read(at + 2) else {
                    incomplete = "incomplete UTF-16 surrogate pair";
                    break;
                };
                if low & 0xFC00 != 0xDC00 {
                    problem = Some("expected low surrogate area");
                    break 'chunks;
                }
                code = 0x10000 + ((code & 0x3FF) << 10) + (low & 0x3FF);
                width = 4;
            }
            if let Err(found) = allowed(code) {
                problem = Some(found);
                break 'chunks;
            }
            let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            at += width;
        }
        if at == from {
            problem = Some(incomplete);
            break;
        }
        ends.push(text.len());
        room = CHUNK;
    }
    let chunks = Chunks { ends, problem, next: 0, decoded: 0, nuls: 0, buffer: 0 };
    Source { text: text.into_bump_slice(), only_lf: false, chunks: Some(chunks) }
}
