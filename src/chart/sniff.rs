//! `net/http.DetectContentType`, which names what was given in place of a chart archive.

/// The type of a file by its first 512 bytes, padded with zeros as Helm's buffer is.
pub(super) fn content_type(data: &[u8]) -> &'static str {
    let start = data.iter().position(|b| !matches!(b, b'\t' | b'\n' | 0x0c | b'\r' | b' ')).unwrap_or(data.len());
    let text = data.get(start..).unwrap_or(b"");
    if HTML.iter().any(|tag| is_tag(text, tag)) {
        return "text/html; charset=utf-8";
    }
    if text.starts_with(b"<?xml") {
        return "text/xml; charset=utf-8";
    }
    let found = SIGNATURES.iter().find(|s| s.matches(data));
    match found {
        Some(s) => s.name,
        None if is_mp4(data) => "video/mp4",
        None => match LATER.iter().find(|s| s.matches(data)) {
            Some(s) => s.name,
            None if text.iter().any(|b| matches!(b, 0..=8 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f)) => {
                "application/octet-stream"
            }
            None => "text/plain; charset=utf-8",
        },
    }
}

const HTML: [&[u8]; 17] = [
    b"<!DOCTYPE HTML",
    b"<HTML",
    b"<HEAD",
    b"<SCRIPT",
    b"<IFRAME",
    b"<H1",
    b"<DIV",
    b"<FONT",
    b"<TABLE",
    b"<A",
    b"<STYLE",
    b"<TITLE",
    b"<B",
    b"<BODY",
    b"<BR",
    b"<P",
    b"<!--",
];

fn is_tag(text: &[u8], tag: &[u8]) -> bool {
    let Some((head, [next, ..])) = text.split_at_checked(tag.len()) else { return false };
    matches!(next, b' ' | b'>')
        && head.iter().zip(tag).all(|(b, t)| if t.is_ascii_uppercase() { b & 0xDF == *t } else { b == t })
}

struct Signature {
    head: &'static [u8],
    /// What stands at an offset behind it.
    tail: (usize, &'static [u8]),
    name: &'static str,
}

impl Signature {
    fn matches(&self, data: &[u8]) -> bool {
        data.starts_with(self.head) && data.get(self.tail.0..).is_some_and(|rest| rest.starts_with(self.tail.1))
    }
}

const fn head(head: &'static [u8], name: &'static str) -> Signature {
    Signature { head, tail: (0, b""), name }
}

const fn riff(head: &'static [u8], kind: &'static [u8], name: &'static str) -> Signature {
    Signature { head, tail: (8, kind), name }
}

/// In Go's order, up to where mp4 is looked for.
const SIGNATURES: [Signature; 19] = [
    head(b"%PDF-", "application/pdf"),
    head(b"%!PS-Adobe-", "application/postscript"),
    head(b"\xFE\xFF", "text/plain; charset=utf-16be"),
    head(b"\xFF\xFE", "text/plain; charset=utf-16le"),
    head(b"\xEF\xBB\xBF", "text/plain; charset=utf-8"),
    head(b"\x00\x00\x01\x00", "image/x-icon"),
    head(b"\x00\x00\x02\x00", "image/x-icon"),
    head(b"BM", "image/bmp"),
    head(b"GIF87a", "image/gif"),
    head(b"GIF89a", "image/gif"),
    riff(b"RIFF", b"WEBPVP", "image/webp"),
    head(b"\x89PNG\r\n\x1A\n", "image/png"),
    head(b"\xFF\xD8\xFF", "image/jpeg"),
    riff(b"FORM", b"AIFF", "audio/aiff"),
    head(b"ID3", "audio/mpeg"),
    head(b"OggS\x00", "application/ogg"),
    head(b"MThd\x00\x00\x00\x06", "audio/midi"),
    riff(b"RIFF", b"AVI ", "video/avi"),
    riff(b"RIFF", b"WAVE", "audio/wave"),
];

const LATER: [Signature; 12] = [
    head(b"\x1A\x45\xDF\xA3", "video/webm"),
    Signature { head: b"", tail: (34, b"LP"), name: "application/vnd.ms-fontobject" },
    head(b"\x00\x01\x00\x00", "font/ttf"),
    head(b"OTTO", "font/otf"),
    head(b"ttcf", "font/collection"),
    head(b"wOFF", "font/woff"),
    head(b"wOF2", "font/woff2"),
    head(b"\x1F\x8B\x08", "application/x-gzip"),
    head(b"PK\x03\x04", "application/zip"),
    head(b"Rar!\x1A\x07\x00", "application/x-rar-compressed"),
    head(b"Rar!\x1A\x07\x01\x00", "application/x-rar-compressed"),
    head(b"\x00\x61\x73\x6D", "application/wasm"),
];

fn is_mp4(data: &[u8]) -> bool {
    let Some((size, rest)) = data.split_first_chunk::<4>() else { return false };
    let size = u32::from_be_bytes(*size) as usize;
    if data.len() < 12 || data.len() < size || !size.is_multiple_of(4) || !rest.starts_with(b"ftyp") {
        return false;
    }
    // The four bytes at 12 are the version of the brand.
    (8..size).step_by(4).any(|at| at != 12 && data.get(at..).is_some_and(|brand| brand.starts_with(b"mp4")))
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected: Go's net/http.
    #[test]
    fn types_are_gos() {
        let mut padded = [0u8; 512];
        padded[..5].copy_from_slice(b"hello");
        for (data, want) in [
            (&padded[..], "application/octet-stream"),
            (b"hello", "text/plain; charset=utf-8"),
            (b" <hTmL>", "text/html; charset=utf-8"),
            (b"<htmlx", "text/plain; charset=utf-8"),
            (b"PK\x03\x04", "application/zip"),
            (b"\x1F\x8B\x08", "application/x-gzip"),
        ] {
            assert_eq!(content_type(data), want);
        }
    }
}
