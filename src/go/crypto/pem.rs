//! PEM blocks. Source: encoding/pem.

use bstr::ByteSlice;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"\n-----END ";
const DASHES: &[u8] = b"-----";

/// One block: lines of 64 characters.
pub fn encode(kind: &str, der: &[u8]) -> String {
    let text = crate::go::encode::base64_encode(der);
    let mut out = format!("-----BEGIN {kind}-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out + "-----END " + kind + "-----\n"
}

/// The first well-formed block of the text: its type and bytes. What stands around it, and blocks that are not well
/// formed, are passed over.
pub fn decode(text: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut rest = text;
    loop {
        let end = rest.find(END)?;
        let after_end = rest.get(end + END.len()..)?;
        if let Some(block) = block(rest.get(..end)?, after_end) {
            return Some(block);
        }
        rest = after_end;
    }
}

/// A block between the last BEGIN before an END and that END; `trailer` follows the END's opening dashes and word.
fn block(head: &[u8], trailer: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let begin = head.rfind(BEGIN)?;
    if begin > 0 && head.get(begin - 1) != Some(&b'\n') {
        return None;
    }
    // The BEGIN line ends with the newline before END when the block is empty.
    let (line, mut body) = first_line(head.get(begin + BEGIN.len()..)?);
    let kind = line.strip_suffix(DASHES)?;
    let closing = trailer.strip_prefix(kind)?.strip_prefix(DASHES)?;
    if !first_line(closing).0.is_empty() {
        return None;
    }
    loop {
        let (line, after) = first_line(body);
        if !line.contains(&b':') {
            break;
        }
        body = after;
    }
    let compact: Vec<u8> = body.iter().copied().filter(|b| !matches!(b, b' ' | b'\t')).collect();
    let der = crate::go::encode::base64_decode(&compact).ok()?;
    Some((kind.to_vec(), der))
}

/// A line without its end and its trailing blanks, and what follows it.
fn first_line(text: &[u8]) -> (&[u8], &[u8]) {
    let (line, rest) = match text.find_byte(b'\n') {
        Some(at) => text.split_at_checked(at).map_or((text, &b""[..]), |(line, rest)| (line, &rest[1..])),
        None => (text, &b""[..]),
    };
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let blank = line.iter().rev().take_while(|b| matches!(b, b' ' | b'\t')).count();
    (line.get(..line.len() - blank).unwrap_or_default(), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_found_among_other_text() {
        let text = format!("chatter\n{}rest", encode("X KEY", &[1, 2, 3]));
        assert_eq!(decode(text.as_bytes()), Some((b"X KEY".to_vec(), vec![1, 2, 3])));
        assert_eq!(decode(b"-----BEGIN A-----\n-----END B-----\n"), None);
        assert_eq!(decode(b"no pem"), None);
    }
}
