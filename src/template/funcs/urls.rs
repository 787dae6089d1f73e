//! URLs as dicts. Source: sprig url.go; the library is `go::url`.

use bstr::{BStr, ByteSlice};

use super::args::{Out, map, text};
use super::panics::nil_dereference;
use super::{Call, Func};
use crate::go::url::Url;
use crate::value::{CallError, Map, MapType, Ty, Value};

pub(super) const FUNCS: &[Func] = &[
    Func::new("urlJoin", &[Ty::MapAny], |c, a| join(c, map(a, 0))),
    Func::new("urlParse", &[Ty::Str], |c, a| parse(c, text(a, 0))),
];

fn parse<'h>(c: &Call<'_, 'h>, text: &[u8]) -> Out<'h> {
    c.heap.reserve(text.len().saturating_mul(4))?;
    let url = Url::parse(text).map_err(|e| CallError::failed(format!("unable to parse url: {e}")))?;
    let dict = c.heap.map(MapType::Any);
    let userinfo = url.user.as_ref().map(|u| u.text()).unwrap_or_default();
    for (key, part) in [
        ("fragment", url.fragment.as_slice()),
        ("host", &url.host),
        ("hostname", url.hostname()),
        ("opaque", &url.opaque),
        ("path", &url.path),
        ("query", &url.raw_query),
        ("scheme", &url.scheme),
        ("userinfo", &userinfo),
    ] {
        dict.set(c.heap, BStr::new(key), c.heap.str(part));
    }
    Ok(Value::Map(dict))
}

fn join<'h>(c: &Call<'_, 'h>, dict: Option<&'h Map<'h>>) -> Out<'h> {
    let mut length = 0usize;
    let mut part = |key: &str| match dict.and_then(|d| d.get(c.heap, key.as_bytes())) {
        None => Ok(Vec::new()),
        Some(Value::Str(text)) => {
            length = length.saturating_add(text.len());
            c.heap.reserve(length.saturating_mul(4))?;
            Ok(text.to_vec())
        }
        Some(Value::Nil | Value::Invalid) => Err(nil_dereference()),
        Some(other) => Err(CallError::failed(format!(
            "unable to parse {key} key, must be of type string, but {} found",
            other.kind().name()
        ))),
    };
    let mut url = Url {
        scheme: part("scheme")?,
        host: part("host")?,
        path: part("path")?,
        raw_query: part("query")?,
        opaque: part("opaque")?,
        fragment: part("fragment")?,
        ..Url::default()
    };
    let userinfo = part("userinfo")?;
    if !userinfo.is_empty() {
        let helper = [b"proto://", userinfo.as_bytes(), b"@host"].concat();
        let helper =
            Url::parse(&helper).map_err(|e| CallError::failed(format!("unable to parse userinfo in dict: {e}")))?;
        url.user = helper.user;
    }
    Ok(c.heap.str(url.text()))
}
