//! What `helm template` prints of a sorted render: CRDs, manifests, hooks; all of it, some of it, or into files.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::flags::Flags;
use crate::dialect::Dialect;
use crate::go::glob::filepath_match;
use crate::release::{self, Crd, Hook, Sorted, document, split, trim};

/// Everything for standard output.
pub fn text(sorted: &Sorted<'_>, crds: &[Crd<'_>], flags: &Flags) -> Vec<u8> {
    release::print(sorted, crds, |hook| shows(flags, hook)).text
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

/// The documents that `--show-only` asks for, in the order of its patterns. The error is Helm's.
pub fn show_only(all: &[u8], patterns: &[String], dialect: &Dialect) -> Result<Vec<u8>, String> {
    let documents: Vec<(&[u8], Option<&[u8]>)> =
        split(all, dialect.document_split).into_iter().map(|d| (d, path_in_chart(d))).collect();
    let mut out = Vec::new();
    for pattern in patterns {
        let mut found = false;
        for (document, path) in &documents {
            // A malformed pattern matches nothing, as `filepath.Match`'s error is dropped.
            if path.is_some_and(|p| filepath_match(pattern.as_bytes(), p).unwrap_or(false)) {
                found = true;
                out.extend_from_slice(b"---\n");
                out.extend_from_slice(document);
                out.push(b'\n');
            }
        }
        if !found {
            return Err(not_found(pattern));
        }
    }
    Ok(out)
}

/// What Helm says of a pattern of `--show-only` that matches nothing.
pub fn not_found(pattern: &str) -> String {
    format!("could not find template {pattern} in chart")
}

/// `# Source: [^/]+/(.+)`: the path without the chart's name, from the first line that says one.
fn path_in_chart(document: &[u8]) -> Option<&[u8]> {
    const MARK: &[u8] = b"# Source: ";
    let mut rest = document;
    while let Some(at) = bstr::ByteSlice::find(rest, MARK) {
        rest = &rest[at + MARK.len()..];
        // `[^/]+` may run over line ends; `.+` may not.
        if let Some(slash) = memchr::memchr(b'/', rest)
            && slash > 0
        {
            let after = &rest[slash + 1..];
            let line = after.split(|b| *b == b'\n').next().unwrap_or_default();
            if !line.is_empty() {
                return Some(line);
            }
        }
    }
    None
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::V4_3;

    #[test]
    fn the_path_follows_the_charts_name() {
        assert_eq!(path_in_chart(b"# Source: c/templates/a.yaml\nx: 1\n"), Some(&b"templates/a.yaml"[..]));
        assert_eq!(path_in_chart(b"x: 1\n"), None);
    }

    #[test]
    fn show_only_keeps_the_order_of_its_patterns_and_refuses_what_is_not_there() {
        let all = b"---\n# Source: c/templates/a.yaml\na: 1\n---\n# Source: c/templates/b.yaml\nb: 1\n";
        let patterns = |p: &[&str]| p.iter().map(|s| s.to_string()).collect::<Vec<_>>();
        let got = show_only(all, &patterns(&["templates/b.yaml", "templates/a.*"]), &V4_3).unwrap();
        assert_eq!(
            bstr::BStr::new(&got),
            "---\n# Source: c/templates/b.yaml\nb: 1\n\n---\n# Source: c/templates/a.yaml\na: 1\n\n"
        );
        assert_eq!(
            show_only(all, &patterns(&["templates/c.yaml"]), &V4_3).unwrap_err(),
            "could not find template templates/c.yaml in chart"
        );
    }
}
