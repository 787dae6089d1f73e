//! Package net/url: a URL taken apart and put together, as Sprig's `urlParse` and `urlJoin` show it.

mod escape;
mod host;
mod resolve;

pub use escape::{path_escape, path_unescape, query_escape, query_unescape};

use crate::go::strconv;
use escape::{Mode, escape, should_escape, unescape};

/// `url.URL`. All text is bytes as Go has them; `path` and `fragment` are unescaped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Url {
    pub scheme: Vec<u8>,
    pub opaque: Vec<u8>,
    pub user: Option<Userinfo>,
    /// Host, and port after a colon.
    pub host: Vec<u8>,
    pub path: Vec<u8>,
    pub fragment: Vec<u8>,
    pub raw_query: Vec<u8>,
    /// The path as written, when that is not the way that we would write it.
    pub raw_path: Vec<u8>,
    pub raw_fragment: Vec<u8>,
    /// A question mark stood at the end.
    pub force_query: bool,
    /// The scheme was followed by a path, without `//`.
    pub omit_host: bool,
}

/// `url.Userinfo`, unescaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Userinfo {
    pub username: Vec<u8>,
    pub password: Option<Vec<u8>>,
}

/// `*url.Error` with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(String);

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl Url {
    /// `url.Parse`.
    pub fn parse(text: &[u8]) -> Result<Url, Error> {
        let failed = |shown: &[u8], e: String| Error(format!("parse {}: {e}", strconv::quote(shown)));
        let (before, fragment) = cut(text, b'#');
        let mut url = Url::parse_without_fragment(before).map_err(|e| failed(before, e))?;
        if let Some(fragment) = fragment.filter(|fragment| !fragment.is_empty()) {
            url.fragment = unescape(fragment, Mode::Fragment).map_err(|e| failed(text, e))?;
            if escape(&url.fragment, Mode::Fragment) != fragment {
                url.raw_fragment = fragment.to_vec();
            }
        }
        Ok(url)
    }

    fn parse_without_fragment(text: &[u8]) -> Result<Url, String> {
        if text.iter().any(u8::is_ascii_control) {
            return Err("net/url: invalid control character in URL".into());
        }
        let mut url = Url::default();
        if text == b"*" {
            url.path = b"*".to_vec();
            return Ok(url);
        }
        let (scheme, mut rest) = split_scheme(text)?;
        url.scheme = scheme.to_ascii_lowercase();
        let question_marks = rest.iter().filter(|&&b| b == b'?').count();
        if question_marks == 1 && rest.ends_with(b"?") {
            url.force_query = true;
            rest = &rest[..rest.len() - 1];
        } else if let (before, Some(query)) = cut(rest, b'?') {
            url.raw_query = query.to_vec();
            rest = before;
        }
        if !rest.starts_with(b"/") {
            if !url.scheme.is_empty() {
                url.opaque = rest.to_vec();
                return Ok(url);
            }
            if cut(rest, b'/').0.contains(&b':') {
                return Err("first path segment in URL cannot contain colon".into());
            }
        }
        if rest.starts_with(b"//") && (!url.scheme.is_empty() || !rest.starts_with(b"///")) {
            let after = &rest[2..];
            let end = after.iter().position(|&b| b == b'/').unwrap_or(after.len());
            (url.user, url.host) = authority(&url.scheme, &after[..end])?;
            rest = &after[end..];
        } else if !url.scheme.is_empty() && rest.starts_with(b"/") {
            url.omit_host = true;
        }
        url.path = unescape(rest, Mode::Path)?;
        if escape(&url.path, Mode::Path) != rest {
            url.raw_path = rest.to_vec();
        }
        Ok(url)
    }

    /// `Hostname`: the host without port and brackets.
    pub fn hostname(&self) -> &[u8] {
        let (host, _) = self.host_and_port();
        host.strip_prefix(b"[").and_then(|inner| inner.strip_suffix(b"]")).unwrap_or(host)
    }

    /// `Port`: empty without one.
    pub fn port(&self) -> &[u8] {
        self.host_and_port().1
    }

    /// `EscapedPath`: as written, if that is a valid way to write the path.
    pub fn escaped_path(&self) -> Vec<u8> {
        match as_written(&self.raw_path, &self.path, Mode::Path) {
            Some(written) => written.to_vec(),
            None if self.path == b"*" => b"*".to_vec(),
            None => escape(&self.path, Mode::Path),
        }
    }

    /// `EscapedFragment`.
    pub fn escaped_fragment(&self) -> Vec<u8> {
        match as_written(&self.raw_fragment, &self.fragment, Mode::Fragment) {
            Some(written) => written.to_vec(),
            None => escape(&self.fragment, Mode::Fragment),
        }
    }

    /// `String`.
    pub fn text(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if !self.scheme.is_empty() {
            out.extend_from_slice(&self.scheme);
            out.push(b':');
        }
        if !self.opaque.is_empty() {
            out.extend_from_slice(&self.opaque);
        } else {
            self.write_hierarchy(&mut out);
        }
        if self.force_query || !self.raw_query.is_empty() {
            out.push(b'?');
            out.extend_from_slice(&self.raw_query);
        }
        if !self.fragment.is_empty() {
            out.push(b'#');
            out.extend(self.escaped_fragment());
        }
        out
    }

    /// `//user@host/path`.
    fn write_hierarchy(&self, out: &mut Vec<u8>) {
        let has_authority = !self.host.is_empty() || self.user.is_some();
        let omitted = self.omit_host && !has_authority;
        if (!self.scheme.is_empty() || has_authority) && !omitted {
            if has_authority || !self.path.is_empty() {
                out.extend_from_slice(b"//");
            }
            if let Some(user) = &self.user {
                out.extend(user.text());
                out.push(b'@');
            }
            out.extend(escape(&self.host, Mode::Host));
        }
        let path = self.escaped_path();
        if !self.host.is_empty() && path.first().is_some_and(|&b| b != b'/') {
            out.push(b'/');
        }
        // A colon in the first segment would make that a scheme.
        if out.is_empty() && cut(&path, b'/').0.contains(&b':') {
            out.extend_from_slice(b"./");
        }
        out.extend(path);
    }

    fn host_and_port(&self) -> (&[u8], &[u8]) {
        match self.host.iter().rposition(|&b| b == b':') {
            Some(colon) if host::is_optional_port(&self.host[colon..]) => {
                (&self.host[..colon], &self.host[colon + 1..])
            }
            _ => (&self.host, b""),
        }
    }
}

impl Userinfo {
    /// `String`: escaped.
    pub fn text(&self) -> Vec<u8> {
        let mut out = escape(&self.username, Mode::UserPassword);
        if let Some(password) = &self.password {
            out.push(b':');
            out.extend(escape(password, Mode::UserPassword));
        }
        out
    }
}

/// The raw form, if it is a valid escaping of the plain one.
fn as_written<'u>(raw: &'u [u8], plain: &[u8], mode: Mode) -> Option<&'u [u8]> {
    let allowed = |b: &u8| b"!$&'()*+,;=:@[]%".contains(b) || !should_escape(*b, mode);
    let valid = !raw.is_empty() && raw.iter().all(allowed);
    (valid && unescape(raw, mode).is_ok_and(|unescaped| unescaped == plain)).then_some(raw)
}

/// `scheme:rest`; no scheme when the text does not begin with one.
fn split_scheme(text: &[u8]) -> Result<(&[u8], &[u8]), String> {
    for (i, &byte) in text.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if i > 0 => {}
            b':' if i == 0 => return Err("missing protocol scheme".into()),
            b':' => return Ok((&text[..i], &text[i + 1..])),
            _ => break,
        }
    }
    Ok((b"", text))
}

fn authority(scheme: &[u8], text: &[u8]) -> Result<(Option<Userinfo>, Vec<u8>), String> {
    let Some(at) = text.iter().rposition(|&b| b == b'@') else {
        return Ok((None, host::parse(scheme, text)?));
    };
    let host = host::parse(scheme, &text[at + 1..])?;
    let info = &text[..at];
    if !info.iter().all(|b| b.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(b)) {
        return Err("net/url: invalid userinfo".into());
    }
    let (username, password) = cut(info, b':');
    let username = unescape(username, Mode::UserPassword)?;
    let password = password.map(|password| unescape(password, Mode::UserPassword)).transpose()?;
    Ok((Some(Userinfo { username, password }), host))
}

/// `strings.Cut`.
fn cut(text: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|&b| b == at) {
        Some(i) => (&text[..i], Some(&text[i + 1..])),
        None => (text, None),
    }
}
