//! The service file (`parseServiceInfo` and `parseServiceFile` of fe-connect.c): named settings between connection string and
//! environment.

use bstr::ByteSlice;

use super::error::{Error, ErrorKind};
use super::keyword::Keyword;
use super::settings::{Seen, Settings, Source, Surroundings, unknown};
use super::value::{Span, Value};

/// libpq reads a line into a buffer of this size, its end included.
const LINE: usize = 1024;

/// Lays the service that is named by connection string or `PGSERVICE` under what is set already.
pub(super) fn absorb(settings: &mut Settings, around: &Surroundings<'_>) -> Result<(), Error> {
    let service = match settings.value(Keyword::Service) {
        Some(value) => value.bytes().map(|b| b.to_vec()).ok_or_else(unknown)?,
        None => match (around.env)("PGSERVICE") {
            Seen::Absent => return Ok(()),
            Seen::Text(text) => text.to_vec(),
            Seen::Unknown => return Err(unknown()),
        },
    };
    if let Some((path, named)) = own_file(around)? {
        match (around.file)(&path) {
            Seen::Text(text) => {
                if read(&text, &path, &service, settings)? {
                    return Ok(());
                }
            }
            Seen::Unknown => return Err(unknown()),
            Seen::Absent if named => return Err(Error::new(ErrorKind::ServiceFileMissing, Span::default(), path)),
            Seen::Absent => {}
        }
    }
    let found = match (around.env)("PGSYSCONFDIR") {
        Seen::Text(dir) => {
            let path = format!("{}/pg_service.conf", dir.to_str_lossy());
            match (around.file)(&path) {
                Seen::Text(text) => read(&text, &path, &service, settings)?,
                Seen::Absent => false,
                Seen::Unknown => return Err(unknown()),
            }
        }
        // Each build has a folder of its own.
        Seen::Absent => false,
        Seen::Unknown => return Err(unknown()),
    };
    if found { Ok(()) } else { Err(Error::new(ErrorKind::ServiceMissing, Span::default(), service)) }
}

/// The user's service file, and whether `PGSERVICEFILE` names it (then it must be there).
fn own_file(around: &Surroundings<'_>) -> Result<Option<(String, bool)>, Error> {
    match (around.env)("PGSERVICEFILE") {
        Seen::Text(path) => return Ok(Some((path.to_str_lossy().into_owned(), true))),
        Seen::Unknown => return Err(unknown()),
        Seen::Absent => {}
    }
    match (around.env)("HOME") {
        Seen::Text(home) if !home.is_empty() => Ok(Some((format!("{}/.pg_service.conf", home.to_str_lossy()), false))),
        Seen::Unknown => Err(unknown()),
        _ => Ok(None),
    }
}

/// Takes what the service's section sets. Whether there is such a section.
fn read(text: &[u8], path: &str, service: &[u8], settings: &mut Settings) -> Result<bool, Error> {
    let fail = |kind| Err(Error::new(kind, Span::default(), path));
    let blank = |b: &u8| matches!(b, b' ' | b'\t'..=b'\r');
    let mut found = false;
    for (n, whole) in text.split_inclusive(|b| *b == b'\n').enumerate() {
        let line = n + 1;
        if whole.len() >= LINE - 1 {
            return fail(ErrorKind::ServiceLineTooLong { line });
        }
        let start = whole.iter().position(|b| !blank(b)).unwrap_or(whole.len());
        let end = whole.iter().rposition(|b| !blank(b)).map_or(start, |n| n + 1);
        let content = whole.get(start..end).unwrap_or_default();
        match content.first() {
            None | Some(b'#') => continue,
            Some(b'[') if found => return Ok(true),
            Some(b'[') => {
                let rest = content.get(1..).unwrap_or_default();
                found = rest.strip_prefix(service).is_some_and(|r| r.first() == Some(&b']'));
                continue;
            }
            Some(_) if !found => continue,
            Some(_) => {}
        }
        let Some((name, value)) = content.split_once_str("=") else {
            return fail(ErrorKind::ServiceSyntax { line });
        };
        if name == b"service" {
            return fail(ErrorKind::ServiceNested { line });
        }
        let Some(keyword) = Keyword::named(name).filter(|k| settings.libpq.knows(*k)) else {
            return fail(ErrorKind::ServiceSyntax { line });
        };
        let value = Value::known(value, keyword.row().secret);
        settings.offer(keyword, value, Source::Service { file: path.into(), line });
    }
    Ok(found)
}
