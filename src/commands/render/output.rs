//! What `helm template` prints of a sorted render: CRDs, manifests, hooks; all of it, some of it, or into files.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use bumpalo::Bump;

use super::flags::Flags;
use crate::diagnostic::{Kind, Refusal};
use crate::limits::Limits;
use crate::release::{self, Crd, Hook, Sorted, document, trim};
use crate::value::{Origin, to_json};
use crate::yaml::{self, Duplicates};

/// Everything for standard output.
pub fn text(sorted: &Sorted<'_>, crds: &[Crd<'_>], flags: &Flags) -> Vec<u8> {
    release::print(sorted, crds, |hook| shows(flags, hook)).text
}

/// What would be made, in order: CRDs and manifests, without hooks. Nothing stands for a document that is empty.
pub fn objects(sorted: &Sorted<'_>, crds: &[Crd<'_>], limits: &Limits) -> Result<Vec<serde_json::Value>, Refusal> {
    let crds = crds.iter().map(|crd| crd.content);
    let mut objects = Vec::new();
    for text in crds.chain(sorted.manifests.iter().map(|manifest| manifest.content)) {
        let arena = Bump::new();
        for part in yaml::documents(text, &arena) {
            let part = part.map_err(|e| Refusal::new(Kind::Manifest, e.to_string()))?;
            let tree = yaml::load_part(part, Origin::default(), &arena, limits, Duplicates::Last);
            objects.push(to_json(tree.map_err(|e| Refusal::new(Kind::Manifest, e.to_string()))?));
        }
    }
    Ok(objects)
}

/// What was rendered, as it is: for `--debug`, when a document is not YAML.
pub fn unsorted(files: &[release::File<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    for file in files.iter().filter(|f| !release::is_blank(f.content)) {
        document(&mut out, file.path, file.content);
    }
    let mut text = trim(&out).to_vec();
    text.push(b'\n');
    text
}

fn shows(flags: &Flags, hook: &Hook<'_>) -> bool {
    !(flags.no_hooks || flags.skip_tests && hook.is_test())
}

/// `--output-dir`: a file for each template below `dir`, a line on `report` for each write. The error is Go's.
pub fn write_files(
    sorted: &Sorted<'_>,
    crds: &[Crd<'_>],
    dir: &str,
    release: Option<&str>,
    flags: &Flags,
    report: &mut Vec<u8>,
) -> Result<(), String> {
    let below = match release {
        Some(name) => format!("{}/{name}", dir.trim_end_matches('/')),
        None => dir.to_string(),
    };
    let mut written: Vec<&str> = Vec::new();
    for crd in crds {
        write(dir, &crd.path, crd.content, written.contains(&crd.path.as_str()), report)?;
        written.push(&crd.path);
    }
    for m in &sorted.manifests {
        write(&below, m.path, m.content, written.contains(&m.path), report)?;
        written.push(m.path);
    }
    for hook in sorted.hooks.iter().filter(|h| shows(flags, h)) {
        let exists = Path::new(&below).join(hook.path).exists();
        write(&below, hook.path, hook.content, exists, report)?;
    }
    Ok(())
}

fn write(dir: &str, path: &str, content: &[u8], append: bool, report: &mut Vec<u8>) -> Result<(), String> {
    let name = format!("{dir}/{path}");
    let file = Path::new(&name);
    let parent = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(|e| go_error("mkdir", &parent.to_string_lossy(), &e))?;
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    if append {
        options.append(true);
    } else {
        options.truncate(true);
    }
    let mut text = Vec::new();
    document(&mut text, path, content);
    options.open(file).and_then(|mut f| f.write_all(&text)).map_err(|e| go_error("open", &name, &e))?;
    report.extend_from_slice(format!("wrote {name}\n").as_bytes());
    Ok(())
}

/// `*fs.PathError` as Go prints it.
fn go_error(operation: &str, path: &str, error: &io::Error) -> String {
    format!("{operation} {path}: {}", crate::go::errno::text(error))
}
