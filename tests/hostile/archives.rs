//! Chart archives: bombs, lies about sizes, names that lead out, entries that are not files.

use std::io::{Read, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};

use crate::Verdict::{self, Helm, Ours, Renders, Says};
use crate::{CHART_YAML, Case};

type Tar = Builder<GzEncoder<std::fs::File>>;

/// An archive `c.tgz` that begins with a good Chart.yaml.
fn archive(name: &str, verdict: Verdict, fill: impl Fn(&mut Tar) + Send + Sync + 'static) -> Case {
    Case::new(format!("archive: {name}"), verdict, move |dir: &Path| {
        let file = std::fs::File::create(dir.join("c.tgz")).unwrap();
        let mut tar = Builder::new(GzEncoder::new(file, Compression::fast()));
        add(&mut tar, "c/Chart.yaml", CHART_YAML.as_bytes());
        fill(&mut tar);
        tar.into_inner().unwrap().finish().unwrap();
        vec!["rel".into(), "c.tgz".into()]
    })
}

/// A file of these bytes, under this name as it stands.
fn add(tar: &mut Tar, name: &str, bytes: &[u8]) {
    tar.append(&header(name, EntryType::Regular, bytes.len() as u64), bytes).unwrap();
}

fn header(name: &str, kind: EntryType, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mode(0o644);
    // Not `set_path`, which refuses what is tried here.
    if let Some(field) = header.as_mut_bytes().get_mut(..name.len().min(100)) {
        field.copy_from_slice(&name.as_bytes()[..name.len().min(100)]);
    }
    header.set_cksum();
    header
}

fn entry(name: &str, kind: EntryType, to: &str) -> Header {
    let mut header = header(name, kind, 0);
    header.set_link_name_literal(to).unwrap();
    header.set_cksum();
    header
}

/// Bytes as they are in place of an archive.
fn raw(name: &str, verdict: Verdict, bytes: impl Fn() -> Vec<u8> + Send + Sync + 'static) -> Case {
    Case::new(format!("archive: {name}"), verdict, move |dir: &Path| {
        std::fs::write(dir.join("c.tgz"), bytes()).unwrap();
        vec!["rel".into(), "c.tgz".into()]
    })
}

pub fn cases() -> Vec<Case> {
    vec![
        archive("deflate bomb in one file", Helm, |tar| {
            tar.append(&header("c/a", EntryType::Regular, 200 << 20), std::io::repeat(0).take(200 << 20)).unwrap();
        }),
        archive("deflate bomb in many files", Says("rror"), |tar| {
            let bytes = vec![0; 4 << 20];
            (0..60).for_each(|i| add(tar, &format!("c/{i}"), &bytes));
        }),
        archive("templates of 60 MB", Ours("limit"), |tar| {
            let bytes = vec![b'#'; 4 << 20];
            (0..15).for_each(|i| add(tar, &format!("c/templates/{i}"), &bytes));
        }),
        archive("many small files", Ours("limit"), |tar| (0..200_000).for_each(|i| add(tar, &format!("c/{i}"), b""))),
        archive("huge size declared", Helm, |tar| {
            tar.append(&header("c/a", EntryType::Regular, 1 << 50), &b""[..]).unwrap();
        }),
        archive("size declared but cut short", Says("rror"), |tar| {
            tar.append(&header("c/a", EntryType::Regular, 4 << 20), &b""[..]).unwrap();
        }),
        archive("parent", Helm, |tar| add(tar, "c/../../x", b"x")),
        archive("parent of the folder", Helm, |tar| add(tar, "../../etc/x", b"x")),
        archive("absolute", Helm, |tar| add(tar, "/etc/passwd", b"x")),
        archive("absolute inside", Helm, |tar| add(tar, "c//etc/passwd", b"x")),
        archive("backslashes", Helm, |tar| add(tar, "c\\..\\..\\x", b"x")),
        archive("drive", Helm, |tar| add(tar, "c/c:/x", b"x")),
        archive("no folder", Helm, |tar| add(tar, "x", b"x")),
        archive("empty name", Helm, |tar| add(tar, "", b"x")),
        archive("name with escapes", Helm, |tar| add(tar, "\x1b[2J\x07", b"x")),
        archive("deep path", Helm, |tar| {
            let name = format!("c/{}x", "a/".repeat(20_000));
            add(tar, "././@LongLink", b"");
            let mut long = header("././@LongLink", EntryType::GNULongName, name.len() as u64);
            long.set_cksum();
            tar.append(&long, name.as_bytes()).unwrap();
            add(tar, "c/y", b"x");
        }),
        archive("endless long name", Ours("limit"), |tar| {
            let size = 90 << 20;
            tar.append(&header("././@LongLink", EntryType::GNULongName, size), std::io::repeat(b'a').take(size))
                .unwrap();
            add(tar, "c/y", b"x");
        }),
        archive("endless extended header", Ours("limit"), |tar| {
            let size = 90 << 20;
            tar.append(&header("pax", EntryType::XHeader, size), std::io::repeat(b'a').take(size)).unwrap();
            add(tar, "c/y", b"x");
        }),
        archive("symbolic link", Helm, |tar| {
            tar.append(&entry("c/templates/a.yaml", EntryType::Symlink, "/etc/passwd"), &b""[..]).unwrap();
        }),
        archive("hard link", Helm, |tar| {
            tar.append(&entry("c/templates/a.yaml", EntryType::Link, "/etc/passwd"), &b""[..]).unwrap();
        }),
        archive("character device", Helm, |tar| {
            tar.append(&header("c/templates/a.yaml", EntryType::Char, 0), &b""[..]).unwrap();
        }),
        archive("block device", Helm, |tar| {
            tar.append(&header("c/templates/a.yaml", EntryType::Block, 0), &b""[..]).unwrap();
        }),
        archive("fifo", Helm, |tar| {
            tar.append(&header("c/templates/a.yaml", EntryType::Fifo, 0), &b""[..]).unwrap();
        }),
        archive("archives in archives", Ours("limit"), |tar| {
            let mut inner: Vec<u8> = Vec::new();
            for _ in 0..300 {
                let mut nested = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
                nested
                    .append(&header("c/Chart.yaml", EntryType::Regular, CHART_YAML.len() as u64), CHART_YAML.as_bytes())
                    .unwrap();
                if !inner.is_empty() {
                    nested
                        .append(&header("c/charts/c.tgz", EntryType::Regular, inner.len() as u64), &inner[..])
                        .unwrap();
                }
                inner = nested.into_inner().unwrap().finish().unwrap();
            }
            add(tar, "c/charts/c.tgz", &inner);
        }),
        archive("archives that double", Ours("limit"), |tar| {
            let mut inner: Vec<u8> = Vec::new();
            for _ in 0..30 {
                let mut nested = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
                nested
                    .append(&header("c/Chart.yaml", EntryType::Regular, CHART_YAML.len() as u64), CHART_YAML.as_bytes())
                    .unwrap();
                if !inner.is_empty() {
                    for name in ["c/charts/a.tgz", "c/charts/b.tgz"] {
                        nested.append(&header(name, EntryType::Regular, inner.len() as u64), &inner[..]).unwrap();
                    }
                }
                inner = nested.into_inner().unwrap().finish().unwrap();
                if inner.len() > 1 << 20 {
                    break;
                }
            }
            add(tar, "c/charts/c.tgz", &inner);
        }),
        archive("template", Renders, |tar| add(tar, "c/templates/a.yaml", b"# {{ 1 }}")),
        archive("byte order mark", Helm, |tar| add(tar, "c/values.yaml", b"\xEF\xBB\xBFa: 1\n")),
        raw("empty", Helm, Vec::new),
        raw("only a head", Helm, || b"\x1F\x8B\x08\x00\x00\x00\x00\x00\x00\x03".to_vec()),
        raw("noise behind a head", Helm, || {
            let mut noise = b"\x1F\x8B\x08\x00\x00\x00\x00\x00\x00\x03".to_vec();
            noise.extend((0..100_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8));
            noise
        }),
        raw("endless head", Says("rror"), || {
            let mut head = b"\x1F\x8B\x08\x08\x00\x00\x00\x00\x00\x03".to_vec();
            head.resize(8 << 20, b'a');
            head
        }),
        raw("gzip of nothing, many times", Says("rror"), || {
            let mut member = GzEncoder::new(Vec::new(), Compression::fast());
            member.write_all(b"").unwrap();
            member.finish().unwrap().repeat(200_000)
        }),
    ]
}
