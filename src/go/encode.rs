//! Packages encoding/base64 and encoding/base32, and the escapes of text/template's `html` and `js`.

use crate::go::{unicode, utf8};

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64_URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// `base64.CorruptInputError` or base32's: where the input goes wrong (bytes).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Corrupt {
    base: u8,
    pub at: usize,
}

impl std::fmt::Display for Corrupt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "illegal base{} data at input byte {}", self.base, self.at)
    }
}

impl std::error::Error for Corrupt {}

/// `base64.StdEncoding.EncodeToString`.
pub fn base64_encode(data: &[u8]) -> String {
    encode64(data, BASE64)
}

/// `base64.URLEncoding.EncodeToString`.
pub fn base64_url_encode(data: &[u8]) -> String {
    encode64(data, BASE64_URL)
}

/// `base64.StdEncoding.DecodeString`: line ends are skipped, padding is wanted, spare bits may be anything.
pub fn base64_decode(text: &[u8]) -> Result<Vec<u8>, Corrupt> {
    decode64(text, BASE64)
}

/// `base64.URLEncoding.DecodeString`.
pub fn base64_url_decode(text: &[u8]) -> Result<Vec<u8>, Corrupt> {
    decode64(text, BASE64_URL)
}

/// `base32.StdEncoding.EncodeToString`.
pub fn base32_encode(data: &[u8]) -> String {
    let mut out = String::with_capacity(data.len().div_ceil(5) * 8);
    for chunk in data.chunks(5) {
        let bits = chunk.iter().fold(0u64, |bits, &b| bits << 8 | u64::from(b)) << (8 * (5 - chunk.len()));
        let used = (chunk.len() * 8).div_ceil(5);
        for i in 0..8 {
            let index = (bits >> (35 - 5 * i) & 31) as usize;
            out.push(if i < used { char::from(BASE32[index]) } else { '=' });
        }
    }
    out
}

/// `base32.StdEncoding.DecodeString`: places are counted without the line ends.
pub fn base32_decode(text: &[u8]) -> Result<Vec<u8>, Corrupt> {
    let values = reverse(BASE32);
    let input: Vec<u8> = text.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
    let corrupt = |at| Err(Corrupt { base: 32, at });
    let mut out = Vec::with_capacity(input.len() / 8 * 5 + 5);
    let mut at = 0;
    while at < input.len() {
        let (mut bits, mut length, mut ended) = (0u64, 8, false);
        for j in 0..8 {
            let Some(&byte) = input.get(at) else { return corrupt(at - j) };
            at += 1;
            let rest = &input[at..];
            if byte == b'=' && j >= 2 && rest.len() < 8 {
                if rest.len() + j < 7 {
                    return corrupt(input.len());
                }
                if let Some(k) = rest[..(7 - j).min(rest.len())].iter().position(|&b| b != b'=') {
                    return corrupt(at + k - 1);
                }
                // These lengths do not end at a byte.
                if matches!(j, 3 | 6) {
                    return corrupt(at - 1);
                }
                (length, ended) = (j, true);
                break;
            }
            match values[usize::from(byte)] {
                Some(value) => bits |= u64::from(value) << (35 - 5 * j),
                None => return corrupt(at - 1),
            }
        }
        out.extend_from_slice(&bits.to_be_bytes()[3..3 + length * 5 / 8]);
        if ended {
            break;
        }
    }
    Ok(out)
}

fn encode64(data: &[u8], alphabet: &[u8; 64]) -> String {
    let mut out = String::with_capacity(data.len().div_ceil(3) * 4);
    for chunk in data.chunks(3) {
        let bits = chunk.iter().fold(0u32, |bits, &b| bits << 8 | u32::from(b)) << (8 * (3 - chunk.len()));
        for i in 0..4 {
            let index = (bits >> (18 - 6 * i) & 63) as usize;
            out.push(if i <= chunk.len() { char::from(alphabet[index]) } else { '=' });
        }
    }
    out
}

fn decode64(text: &[u8], alphabet: &[u8; 64]) -> Result<Vec<u8>, Corrupt> {
    let values = reverse(alphabet);
    let corrupt = |at| Err(Corrupt { base: 64, at });
    let skip_line_ends = |mut at: usize| {
        while matches!(text.get(at), Some(b'\n' | b'\r')) {
            at += 1;
        }
        at
    };
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let mut at = 0;
    loop {
        let (mut bits, mut length) = (0u32, 0);
        while length < 4 {
            at = skip_line_ends(at);
            let Some(&byte) = text.get(at) else {
                // A quantum that is cut short is told by where it would have begun without line ends.
                return if length == 0 { Ok(out) } else { corrupt(at - length) };
            };
            at += 1;
            if let Some(value) = values[usize::from(byte)] {
                bits |= u32::from(value) << (18 - 6 * length);
                length += 1;
                continue;
            }
            if byte != b'=' || length < 2 {
                return corrupt(at - 1);
            }
            if length == 2 {
                at = skip_line_ends(at);
                match text.get(at) {
                    None => return corrupt(text.len()),
                    Some(b'=') => at += 1,
                    Some(_) => return corrupt(at - 1),
                }
            }
            at = skip_line_ends(at);
            if at < text.len() {
                return corrupt(at);
            }
            out.extend_from_slice(&bits.to_be_bytes()[1..length]);
            return Ok(out);
        }
        out.extend_from_slice(&bits.to_be_bytes()[1..]);
    }
}

fn reverse(alphabet: &[u8]) -> [Option<u8>; 256] {
    let mut values = [None; 256];
    for (value, &byte) in alphabet.iter().enumerate() {
        values[usize::from(byte)] = Some(value as u8);
    }
    values
}

/// `template.HTMLEscapeString`.
pub fn html_escape(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 8);
    for &byte in text {
        match byte {
            0 => utf8::push(&mut out, utf8::RUNE_ERROR),
            b'"' => out.extend_from_slice(b"&#34;"),
            b'\'' => out.extend_from_slice(b"&#39;"),
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            _ => out.push(byte),
        }
    }
    out
}

/// `template.JSEscapeString`.
pub fn js_escape(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 8);
    for (at, rune) in utf8::runes(text) {
        match rune.char {
            '\\' => out.extend_from_slice(b"\\\\"),
            '\'' => out.extend_from_slice(b"\\'"),
            '"' => out.extend_from_slice(b"\\\""),
            c @ ('<' | '>' | '&' | '=' | '\0'..='\x1f') => {
                out.extend_from_slice(format!("\\u{:04X}", u32::from(c)).as_bytes());
            }
            c if c.is_ascii() || unicode::is_print(c) => out.extend_from_slice(&text[at..at + rune.width]),
            c => out.extend_from_slice(format!("\\u{:04X}", u32::from(c)).as_bytes()),
        }
    }
    out
}
