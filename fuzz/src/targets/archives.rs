//! Archives: as they come, and with a good checksum around spoilt contents.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use plimsoll::values::Overrides;
use tar::{Builder, EntryType, Header};

use super::whole;

/// Names, mostly; the contents of an entry are what follows its name.
pub const PIECES: &[&str] = &[
    "c/Chart.yaml\n",
    "c/values.yaml\n",
    "c/templates/a.yaml\n",
    "c/charts/d/Chart.yaml\n",
    "c/charts/d.tgz\n",
    "../x\n",
    "/etc/x\n",
    "c/../x\n",
    "c//x\n",
    "c\\x\n",
    "c/.helmignore\n",
    "c/values.schema.json\n",
    "c/requirements.yaml\n",
    "apiVersion: v2\n",
    "name: c\n",
    "version: 1.0.0\n",
    "a: 1\n",
    "{{ .Values }}\n",
    "dependencies: [{name: d, version: 1}]\n",
    "\0",
    "\x1f",
    "ustar",
    "{}",
    "*\n",
];

pub fn run(data: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("c.tgz");
    for bytes in [data.to_vec(), gzip(data), gzip(&archive(data)), gzip(&spoilt(data))] {
        std::fs::write(&path, bytes).expect("a temporary file");
        whole::render_all(&path, &Overrides::default());
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory can be written");
    encoder.finish().expect("memory can be written")
}

/// A chart, and entries made of the lines: a name, contents up to the next name, a kind by the length.
fn archive(data: &[u8]) -> Vec<u8> {
    let mut tar = Builder::new(Vec::new());
    let mut add = |name: &[u8], kind: EntryType, bytes: &[u8]| {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(bytes.len() as u64);
        for (to, from) in header.as_mut_bytes().iter_mut().zip(name.iter().take(100)) {
            *to = *from;
        }
        header.set_cksum();
        tar.append(&header, bytes).expect("memory can be written");
    };
    add(b"c/Chart.yaml", EntryType::Regular, whole::CHART_YAML.as_bytes());
    const KINDS: &[u8] = b"000000000000001234567LKxg";
    for entry in data.split(|b| *b == b'\n').collect::<Vec<_>>().chunks(2) {
        let kind = KINDS[entry.iter().map(|e| e.len()).sum::<usize>() % KINDS.len()];
        add(entry[0], EntryType::new(kind), entry.get(1).copied().unwrap_or_default());
    }
    tar.into_inner().expect("memory can be written")
}

/// An archive in which some bytes are wrong, headers included.
fn spoilt(data: &[u8]) -> Vec<u8> {
    let mut bytes = archive(data);
    for pair in data.chunks_exact(3).take(8) {
        let at = (usize::from(pair[0]) << 8 | usize::from(pair[1])) % bytes.len().max(1);
        if let Some(byte) = bytes.get_mut(at) {
            *byte = pair[2];
        }
    }
    bytes
}
