//! A chart archive, gzip over tar: `loader/archive.go`, with Helm's rules about the names inside.

use std::cell::Cell;
use std::io::Read;
use std::path::Path;

use bstr::{BStr, ByteSlice};
use flate2::read::MultiGzDecoder;

use super::load::Loader;
use super::{File, sniff};
use crate::diagnostic::{Kind, Place, Refusal};
use crate::go::{errno, filepath, strconv};
use crate::limits::Bound;

/// Reads an archive from disk, after a look at what it is (`ensureArchive`).
pub(super) fn open<'c>(loader: &mut Loader<'c, '_>, path: &Path) -> Result<Vec<File<'c>>, Refusal> {
    let shown = path.to_string_lossy().into_owned();
    let fail = |text: String| Refusal::new(Kind::Unreadable, text).at(Place::file(&*shown));
    let mut file = std::fs::File::open(path).map_err(|e| fail(format!("open {shown}: {}", errno::text(&e))))?;
    let mut head = [0u8; 512];
    let mut read = 0;
    while read < head.len() {
        let more = file.read(head.get_mut(read..).unwrap_or(&mut []));
        match more.map_err(|e| fail(format!("file '{shown}' cannot be read: read {shown}: {}", errno::text(&e))))? {
            0 => break,
            n => read += n,
        }
    }
    if !head.starts_with(b"\x1F\x8B\x08") {
        if shown.ends_with(".yml") || shown.ends_with(".yaml") {
            return Err(fail(format!("file '{shown}' seems to be a YAML file, but expected a gzipped archive")));
        }
        let kind = sniff::content_type(&head);
        return Err(fail(format!("file '{shown}' does not appear to be a gzipped archive; got '{kind}'")));
    }
    let start = head.get(..read).unwrap_or(&head);
    files(loader, start.chain(file)).map_err(|refusal| match refusal.kind {
        Kind::Limit => refusal.at(Place::file(&*shown)),
        // Helm 4 has looked for the chart's kind first, and does not say what went wrong with that.
        _ if loader.dialect.detects_chart_kind => fail("unable to load chart archive".into()),
        _ => refusal.at(Place::file(&*shown)),
    })
}

/// All files of an archive, in its order (`LoadArchiveFiles`).
pub(super) fn files<'c>(loader: &mut Loader<'c, '_>, bytes: impl Read) -> Result<Vec<File<'c>>, Refusal> {
    let fail = |text: String| Refusal::new(Kind::Chart, text);
    let mut bytes = bytes;
    let head = gzip_head(&mut bytes).map_err(|text| fail(text.into()))?;
    let left_unzipped = Cell::new(loader.limits.chart_bytes.saturating_add(HEADERS));
    let unzipped = Bounded { inner: MultiGzDecoder::new(head.as_slice().chain(bytes)), left: &left_unzipped };
    let broken = |e: std::io::Error| match left_unzipped.get() {
        0 => Bound::ChartBytes.refuse("the archive holds too many bytes"),
        _ => fail(problem(&e)),
    };
    let mut archive = tar::Archive::new(unzipped);
    let mut found = Vec::new();
    let mut left = loader.dialect.max_chart_archive.unwrap_or(u64::MAX);
    for entry in archive.entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        loader.allowance.file()?;
        let header = entry.header();
        let kind = header.entry_type();
        let is_dir = kind.is_dir() || header.mode().is_ok_and(|mode| mode & 0o170_000 == 0o040_000);
        let name = entry.path_bytes().into_owned();
        if is_dir || (kind == tar::EntryType::Regular && name.ends_with(b"/")) {
            continue;
        }
        if kind.is_pax_global_extensions() || kind.is_pax_local_extensions() {
            continue;
        }
        let inside = inside(&name).map_err(fail)?;
        // What links and devices say about their size is not followed by bytes.
        let holds_bytes = !(kind.is_symlink()
            || kind.is_hard_link()
            || kind.is_character_special()
            || kind.is_block_special()
            || kind.is_fifo());
        let size = if holds_bytes { entry.size() } else { 0 };
        if size > left {
            return Err(fail(too_large(loader)));
        }
        if let Some(max) = loader.dialect.max_chart_file
            && size > max
        {
            let quoted = strconv::quote(&name);
            return Err(fail(format!("decompressed chart file {quoted} is larger than the maximum file size {max}")));
        }
        loader.allowance.bytes(size)?;
        let mut bytes = Vec::new();
        if size > 0 {
            bytes.reserve_exact(size as usize);
            entry.by_ref().take(size).read_to_end(&mut bytes).map_err(broken)?;
        }
        left = left.saturating_sub(bytes.len() as u64);
        if (bytes.len() as u64) < size || left == 0 {
            return Err(fail(too_large(loader)));
        }
        let name: &'c BStr = BStr::new(loader.arena.alloc_slice_copy(&inside));
        found.push(File::read_already(name, loader.arena.alloc_slice_copy(&bytes)));
    }
    if found.is_empty() {
        return Err(fail("no files in chart archive".into()));
    }
    Ok(found)
}

/// Names, padding and what else is no file's content may take so many bytes.
const HEADERS: u64 = 16 << 20;

/// Gives no more than so many bytes, and then an error: a name or a header may claim any length.
struct Bounded<'l, R> {
    inner: R,
    left: &'l Cell<u64>,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let left = usize::try_from(self.left.get()).unwrap_or(usize::MAX);
        if left == 0 {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        let most = into.len().min(left);
        let n = self.inner.read(into.get_mut(..most).unwrap_or_default())?;
        self.left.set((left - n) as u64);
        Ok(n)
    }
}

/// The fixed part of a gzip header, looked at as Go looks at it.
fn gzip_head(bytes: &mut impl Read) -> Result<[u8; 10], &'static str> {
    let mut head = [0u8; 10];
    let mut read = 0;
    while let Some(left @ [_, ..]) = head.get_mut(read..) {
        match bytes.read(left) {
            Ok(0) if read == 0 => return Err("EOF"),
            Ok(0) | Err(_) => return Err("unexpected EOF"),
            Ok(n) => read += n,
        }
    }
    if head.starts_with(b"\x1F\x8B\x08") { Ok(head) } else { Err("gzip: invalid header") }
}

fn too_large(loader: &Loader<'_, '_>) -> String {
    format!("{} {}", loader.dialect.chart_too_large, loader.dialect.max_chart_archive.unwrap_or(u64::MAX))
}

/// The name inside the chart: without the first folder, with slashes, clean. An error is Helm's text.
fn inside(name: &[u8]) -> Result<Vec<u8>, String> {
    let delimiter = if name.contains(&b'\\') { b'\\' } else { b'/' };
    let mut parts = name.splitn(2, |&b| b == delimiter);
    let first = parts.next().unwrap_or(b"");
    let rest = parts.next().unwrap_or(b"").replace([delimiter], "/");
    if rest.starts_with(b"/") {
        return Err("chart illegally contains absolute paths".into());
    }
    let clean = filepath::clean(&rest);
    if clean == b"." {
        let quoted = strconv::quote(name);
        return Err(format!("chart illegally contains content outside the base directory: {quoted}"));
    }
    if clean.starts_with(b"..") {
        return Err("chart illegally references parent directory".into());
    }
    if let [letter, b':', b'/', ..] = clean.as_slice()
        && letter.is_ascii_alphabetic()
    {
        return Err("chart contains illegally named files".into());
    }
    if first == b"Chart.yaml" {
        return Err("chart yaml not in base directory".into());
    }
    Ok(clean)
}

/// What Go's readers say of a broken archive.
fn problem(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof => "unexpected EOF".into(),
        std::io::ErrorKind::InvalidInput => "gzip: invalid header".into(),
        std::io::ErrorKind::InvalidData => "gzip: invalid checksum".into(),
        _ => "archive/tar: invalid tar header".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected: helm 3.22.0, which shows these texts also for the outermost archive.
    #[test]
    fn names_must_stay_inside() {
        assert_eq!(inside(b"c/templates/a.yaml").unwrap(), b"templates/a.yaml");
        assert_eq!(inside(b"c\\templates\\a.yaml").unwrap(), b"templates/a.yaml");
        assert_eq!(inside(b"../a").unwrap(), b"a", "the first folder is dropped whatever it is called");
        let refused = [
            ("c//etc/passwd", "chart illegally contains absolute paths"),
            ("c/../../x", "chart illegally references parent directory"),
            ("c/..x", "chart illegally references parent directory"),
            ("x", "chart illegally contains content outside the base directory: \"x\""),
            ("c/c:/x", "chart contains illegally named files"),
            ("Chart.yaml/x", "chart yaml not in base directory"),
        ];
        for (name, want) in refused {
            assert_eq!(inside(name.as_bytes()).unwrap_err(), want, "{name}");
        }
    }
}
