//! A file of a chart. Templates and YAML are read at once, everything else when it is asked for.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use bstr::BStr;
use bumpalo::Bump;

use crate::diagnostic::{Kind, Place, Refusal};
use crate::go::errno;

/// A file with its name inside the chart (`templates/a.yaml`, slashes on every system).
#[derive(Clone, Copy, Debug)]
pub struct File<'c> {
    pub name: &'c BStr,
    data: Data<'c>,
}

#[derive(Clone, Copy, Debug)]
enum Data<'c> {
    Read(&'c [u8]),
    /// On disk: the path's bytes, and the size that it had when the chart was loaded.
    Disk(&'c [u8], u64),
}

impl<'c> File<'c> {
    /// A file whose bytes are known, without a byte order mark.
    pub fn read_already(name: &'c BStr, bytes: &'c [u8]) -> Self {
        File { name, data: Data::Read(without_bom(bytes)) }
    }

    /// A file that is read when asked for.
    pub(super) fn on_disk(name: &'c BStr, path: &'c [u8], size: u64) -> Self {
        File { name, data: Data::Disk(path, size) }
    }

    /// The same file under a name that is shorter at the front.
    pub(super) fn renamed(&self, name: &'c [u8]) -> Self {
        File { name: BStr::new(name), ..*self }
    }

    /// The bytes, without a byte order mark. A file on disk is read anew each time: callers keep what they got.
    /// Fails when the file has gone or has grown since the chart was loaded.
    pub fn bytes<'a>(&self, arena: &'a Bump) -> Result<&'a [u8], Refusal>
    where
        'c: 'a,
    {
        match self.data {
            Data::Read(bytes) => Ok(bytes),
            Data::Disk(path, size) => {
                let path = Path::new(OsStr::from_bytes(path));
                let refuse = |e: String| {
                    Refusal::new(Kind::Unreadable, format!("error reading {}: {e}", self.name))
                        .at(Place::file(path.to_string_lossy()))
                };
                let bytes = std::fs::File::open(path)
                    .and_then(|file| read_exactly(file, size, arena))
                    .map_err(|e| refuse(format!("open {}: {}", path.display(), errno::text(&e))))?;
                Ok(without_bom(bytes))
            }
        }
    }

    /// The bytes if they have been read already.
    pub fn ready(&self) -> Option<&'c [u8]> {
        match self.data {
            Data::Read(bytes) => Some(bytes),
            Data::Disk(..) => None,
        }
    }

    /// The size on disk or in the archive, in bytes.
    pub fn size(&self) -> u64 {
        match self.data {
            Data::Read(bytes) => bytes.len() as u64,
            Data::Disk(_, size) => size,
        }
    }
}

/// Reads a file of a known size; one that has become longer is an error, so that no budget is outrun.
pub(super) fn read_exactly(mut file: std::fs::File, size: u64, arena: &Bump) -> io::Result<&[u8]> {
    // One byte more, which stays free: where a read leaves room, the file has come to its end.
    let buffer = arena.alloc_slice_fill_copy(usize::try_from(size).map_err(io::Error::other)?.saturating_add(1), 0u8);
    let mut filled = 0;
    while let Some(room) = buffer.get_mut(filled..).filter(|room| !room.is_empty()) {
        match file.read(room) {
            Ok(0) => break,
            Ok(n) => {
                filled += n;
                if filled as u64 == size {
                    break;
                }
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    if filled as u64 > size {
        return Err(io::Error::other("the file grew while it was read"));
    }
    Ok(buffer.get(..filled).unwrap_or_default())
}

fn without_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}
