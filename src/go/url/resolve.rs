//! `ResolveReference`: what a reference means, read from a base.

use super::escape::{Mode, escape, unescape};
use super::{Url, cut};

impl Url {
    /// `IsAbs`: whether there is a scheme.
    pub fn is_absolute(&self) -> bool {
        !self.scheme.is_empty()
    }

    /// `ResolveReference`.
    pub fn resolve(&self, reference: &Url) -> Url {
        let mut url = reference.clone();
        if reference.scheme.is_empty() {
            url.scheme.clone_from(&self.scheme);
        }
        if reference.is_absolute() || !reference.host.is_empty() || reference.user.is_some() {
            url.set_path(&joined(&reference.escaped_path(), b""));
            return url;
        }
        if !reference.opaque.is_empty() {
            (url.user, url.host, url.path) = (None, Vec::new(), Vec::new());
            return url;
        }
        if reference.path.is_empty() && !reference.force_query && reference.raw_query.is_empty() {
            url.raw_query.clone_from(&self.raw_query);
            if reference.fragment.is_empty() {
                url.fragment.clone_from(&self.fragment);
                url.raw_fragment.clone_from(&self.raw_fragment);
            }
        }
        if reference.path.is_empty() && !self.opaque.is_empty() {
            url.opaque.clone_from(&self.opaque);
            (url.user, url.host, url.path) = (None, Vec::new(), Vec::new());
            return url;
        }
        url.host.clone_from(&self.host);
        url.user.clone_from(&self.user);
        url.set_path(&joined(&self.escaped_path(), &reference.escaped_path()));
        url
    }

    /// `setPath`; a path that cannot be unescaped changes nothing.
    fn set_path(&mut self, escaped: &[u8]) {
        let Ok(path) = unescape(escaped, Mode::Path) else { return };
        self.raw_path = if escape(&path, Mode::Path) == escaped { Vec::new() } else { escaped.to_vec() };
        self.path = path;
    }
}

/// `resolvePath`: joined, without dots.
fn joined(base: &[u8], reference: &[u8]) -> Vec<u8> {
    let full = match reference.first() {
        None => base.to_vec(),
        Some(b'/') => reference.to_vec(),
        Some(_) => {
            let folder = base.iter().rposition(|b| *b == b'/').map_or(0, |slash| slash + 1);
            [&base[..folder], reference].concat()
        }
    };
    if full.is_empty() {
        return full;
    }
    let mut out = vec![b'/'];
    let mut first = true;
    let mut rest = Some(&full[..]);
    let mut last: &[u8] = b"";
    while let Some(text) = rest {
        (last, rest) = cut(text, b'/');
        match last {
            b"." => first = false,
            b".." => {
                let parent = out[1..].iter().rposition(|b| *b == b'/').map_or(1, |slash| slash + 1);
                out.truncate(parent);
                first = parent == 1;
            }
            element => {
                if !first {
                    out.push(b'/');
                }
                out.extend_from_slice(element);
                first = false;
            }
        }
    }
    if matches!(last, b"." | b"..") {
        out.push(b'/');
    }
    if out.get(1) == Some(&b'/') {
        out.remove(0);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected: Go 1.26, net/url.
    #[test]
    fn references_are_read_from_their_base() {
        for (base, reference, want) in [
            ("file:///values.schema.json", "", "file:///values.schema.json"),
            ("file:///values.schema.json", "other.json", "file:///other.json"),
            ("https://a.example/x/y.json", "../z.json", "https://a.example/z.json"),
            ("https://a.example/x/y.json", "/z/./w/..", "https://a.example/z/"),
            ("https://a.example/x/y.json?q", "", "https://a.example/x/y.json?q"),
            ("https://a.example/x", "//b.example/y", "https://b.example/y"),
            ("file:///values.schema.json", "urn:a:b", "urn:a:b"),
            ("urn:a:b", "", "urn:a:b"),
            ("urn:a:b", "c", "urn:///c"),
        ] {
            let url = |text: &str| Url::parse(text.as_bytes()).unwrap();
            let got = String::from_utf8(url(base).resolve(&url(reference)).text()).unwrap();
            assert_eq!(got, want, "{base} {reference}");
        }
    }
}
