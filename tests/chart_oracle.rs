//! Charts as they are loaded, held to real Helm: what it refuses we refuse in its words, on stderr to the byte.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use bumpalo::Bump;
use plimsoll::chart::{self, Chart, Log};
use plimsoll::diagnostic::Kind;
use plimsoll::dialect::{Dialect, V3_22, V4_3};
use plimsoll::limits::Limits;
use plimsoll::value::Sources;

/// A chart as a list of files; a name that ends in `@` is a link to the text.
type Files<'t> = &'t [(&'t str, &'t str)];

const V2: &str = "apiVersion: v2\nname: c\nversion: 0.1.0\n";

/// Each is a whole chart; `Chart.yaml` stands in all but those that are about it.
const CHARTS: &[(&str, Files)] = &[
    ("plain", &[("Chart.yaml", V2), ("templates/a.yaml", "a: 1")]),
    ("no Chart.yaml", &[("values.yaml", "")]),
    ("empty Chart.yaml", &[("Chart.yaml", "")]),
    ("no name", &[("Chart.yaml", "apiVersion: v2\nversion: 1.0.0\n")]),
    ("no version", &[("Chart.yaml", "apiVersion: v2\nname: c\n")]),
    ("no apiVersion", &[("Chart.yaml", "name: c\nversion: 1.0.0\n")]),
    ("odd apiVersion", &[("Chart.yaml", "apiVersion: x\nname: c\nversion: 1.0.0\n")]),
    ("apiVersion is a list", &[("Chart.yaml", "apiVersion: [x]\nname: c\nversion: 1.0.0\n")]),
    ("bad version", &[("Chart.yaml", "apiVersion: v2\nname: c\nversion: foo\n")]),
    ("version is a number", &[("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.10\n")]),
    ("version is a huge number", &[("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1e6\n")]),
    ("name has a slash", &[("Chart.yaml", "apiVersion: v2\nname: a/b\nversion: 1.0.0\n")]),
    ("name is dots", &[("Chart.yaml", "apiVersion: v2\nname: ..\nversion: 1.0.0\n")]),
    ("name does not print", &[("Chart.yaml", "apiVersion: v2\nname: \"a\\u0007\\u00a0b\"\nversion: 1.0.0\n")]),
    ("name only blanks", &[("Chart.yaml", "apiVersion: v2\nname: \"\\u0007\"\nversion: 1.0.0\n")]),
    ("type odd", &[("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\ntype: thing\n")]),
    ("keys in capitals", &[("Chart.yaml", "APIVERSION: v2\nNAME: c\nVersion: 1.0.0\n")]),
    ("Chart.yaml is a list", &[("Chart.yaml", "- a\n")]),
    ("Chart.yaml is no YAML", &[("Chart.yaml", "a: b: c\n")]),
    ("name is a map", &[("Chart.yaml", "apiVersion: v2\nname: {}\nversion: 1.0.0\n")]),
    ("maintainers is a string", &[("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\nmaintainers: x\n")]),
    ("maintainer is a string", &[("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\nmaintainers: [x]\n")]),
    (
        "maintainer name is a list",
        &[("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\nmaintainers: [{name: []}]\n")],
    ),
    ("maintainer is null", &[("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\nmaintainers: [null]\n")]),
    ("dependency is null", &[("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: [null]\n")]),
    (
        "dependency alias",
        &[("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: [{name: x, alias: a.b}]\n")],
    ),
    (
        "dependency twice",
        &[("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: [{name: x}, {name: y, alias: x}]\n")],
    ),
    (
        "dependency tags",
        &[("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: [{name: x, tags: y}]\n")],
    ),
    ("dependencies is a map", &[("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: {}\n")]),
    ("annotations is a list", &[("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\nannotations: []\n")]),
    ("annotation is a map", &[("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\nannotations: {a: {}}\n")]),
    ("deprecated is a string", &[("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\ndeprecated: \"yes\"\n")]),
    (
        "keywords hold numbers",
        &[("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\nkeywords: [1, 1.50, true, null]\n")],
    ),
    ("values is a list", &[("Chart.yaml", V2), ("values.yaml", "- a\n")]),
    ("values is no YAML", &[("Chart.yaml", V2), ("values.yaml", "a: 1\nb: [\n")]),
    ("values second document", &[("Chart.yaml", V2), ("values.yaml", "a: 1\n---\nb: [\n")]),
    ("values separator", &[("Chart.yaml", V2), ("values.yaml", "a: 1\n---x\n")]),
    ("lock is no YAML", &[("Chart.yaml", V2), ("Chart.lock", "a: [\n")]),
    ("lock digest", &[("Chart.yaml", V2), ("Chart.lock", "digest: []\n")]),
    ("requirements in v2", &[("Chart.yaml", V2), ("requirements.yaml", "dependencies: []\n")]),
    ("requirements.lock in v2", &[("Chart.yaml", V2), ("requirements.lock", "digest: x\n")]),
    ("requirements in v1", &[("Chart.yaml", "name: c\nversion: 1.0.0\n"), ("requirements.yaml", "dependencies: {}\n")]),
    ("stray file in charts", &[("Chart.yaml", V2), ("charts/README.md", "hello")]),
    (
        "stray files hidden",
        &[("Chart.yaml", V2), ("charts/_x/a", "hello"), ("charts/.y", "hello"), ("charts/x.prov", "z")],
    ),
    ("subchart without version", &[("Chart.yaml", V2), ("charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\n")]),
    (
        "deep subchart",
        &[
            ("Chart.yaml", V2),
            ("charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 1.0.0\n"),
            ("charts/sub/charts/deep/values.yaml", "a: ["),
            ("charts/sub/charts/deep/Chart.yaml", "apiVersion: v2\nname: deep\nversion: 1.0.0\n"),
        ],
    ),
    ("subchart archive is a folder", &[("Chart.yaml", V2), ("charts/sub.tgz/Chart.yaml", V2)]),
    ("subchart archive is text", &[("Chart.yaml", V2), ("charts/sub.tgz", "hello")]),
    ("subchart archive is empty", &[("Chart.yaml", V2), ("charts/sub.tgz", "")]),
    ("helmignore double star", &[("Chart.yaml", V2), (".helmignore", "a/**\n")]),
    ("helmignore bad pattern", &[("Chart.yaml", V2), (".helmignore", "[\n")]),
    ("helmignore hides Chart.yaml", &[("Chart.yaml", V2), (".helmignore", "!templates\n")]),
    ("helmignore hides a broken subchart", &[("Chart.yaml", V2), (".helmignore", "charts/\n"), ("charts/x/y", "")]),
    (
        "byte order marks",
        &[("Chart.yaml", "\u{feff}apiVersion: v2\nname: c\nversion: 0.1.0\n"), ("values.yaml", "\u{feff}a: 1\n")],
    ),
    (
        "link inside",
        &[("Chart.yaml", V2), ("templates/a.yaml", "a: 1"), ("templates/b.yaml@", "a.yaml"), ("more@", "templates")],
    ),
    ("link to nothing", &[("Chart.yaml", V2), ("templates/b.yaml@", "gone/far")]),
    ("link to nothing, ignored", &[("Chart.yaml", V2), ("b@", "gone"), (".helmignore", "b\n")]),
    ("link to itself", &[("Chart.yaml", V2), ("b@", "b")]),
    ("link through a file", &[("Chart.yaml", V2), ("b@", "Chart.yaml/x")]),
];

fn helm(dialect: &Dialect) -> PathBuf {
    let cache = std::env::var_os("PLIMSOLL_CACHE").map(PathBuf::from);
    let cache = cache.unwrap_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache/plimsoll"));
    cache.join(format!("oracles/helm-{}/helm", dialect.version))
}

fn theirs(dialect: &Dialect, path: &Path) -> (bool, String) {
    let out = Command::new(helm(dialect))
        .args(["template", "rel"])
        .arg(path)
        .output()
        .expect("scripts/oracles installs helm");
    (out.status.success(), String::from_utf8_lossy(&out.stderr).into_owned())
}

fn ours(dialect: &'static Dialect, path: &Path) -> (bool, String) {
    let arena = Bump::new();
    let mut log = Log::new(dialect);
    let found = chart::locate(path.to_str().unwrap()).and_then(|path| {
        Chart::load(
            &path,
            &chart::Options::default(),
            dialect,
            &arena,
            &Limits::default(),
            &mut Sources::new(),
            &mut log,
        )
    });
    let mut err: String = log.lines.iter().map(|line| format!("{line}\n")).collect();
    if let Err(refusal) = &found {
        err += &format!("Error: {refusal}\n");
    }
    (found.is_ok(), err)
}

fn write(dir: &Path, files: Files) {
    for (name, text) in files {
        let path = dir.join(name.trim_end_matches('@'));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if name.ends_with('@') {
            std::os::unix::fs::symlink(text, path).unwrap();
        } else {
            fs::write(path, text).unwrap();
        }
    }
}

#[test]
fn folders_load_as_helm_loads_them() {
    let mut wrong = Vec::new();
    for (title, files) in CHARTS {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().canonicalize().unwrap().join("c");
        fs::create_dir(&dir).unwrap();
        write(&dir, files);
        for dialect in [&V4_3, &V3_22] {
            let (ours, theirs) = (ours(dialect, &dir), theirs(dialect, &dir));
            if ours != theirs {
                wrong.push(format!("{} {title}\n  ours   {ours:?}\n  theirs {theirs:?}", dialect.version));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}

/// A .tgz of named texts; a text of `None` is a folder.
fn tgz(path: &Path, entries: &[(&str, &str)]) {
    let mut tar = Vec::new();
    for (name, text) in entries {
        let mut header = [0u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..107].copy_from_slice(b"0000644");
        header[124..135].copy_from_slice(format!("{:011o}", text.len()).as_bytes());
        header[148..156].copy_from_slice(b"        ");
        header[156] = b'0';
        header[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = header.iter().map(|b| u32::from(*b)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        tar.extend(header);
        tar.extend(text.as_bytes());
        tar.resize(tar.len().next_multiple_of(512), 0);
    }
    tar.extend([0; 1024]);
    let mut gzip = flate2::write::GzEncoder::new(fs::File::create(path).unwrap(), flate2::Compression::fast());
    gzip.write_all(&tar).unwrap();
    gzip.finish().unwrap();
}

#[test]
fn archives_load_as_helm_loads_them() {
    let cases: &[(&str, Files)] = &[
        ("plain", &[("c/Chart.yaml", V2), ("c/templates/a.yaml", "a: 1")]),
        ("absolute", &[("c/Chart.yaml", V2), ("c//etc/passwd", "x")]),
        ("parent", &[("c/Chart.yaml", V2), ("c/../../x", "x")]),
        ("flat", &[("Chart.yaml", V2)]),
        ("windows", &[("c\\Chart.yaml", V2), ("c\\templates\\a.yaml", "a: 1")]),
        ("drive", &[("c/Chart.yaml", V2), ("c/c:/x", "x")]),
        ("no Chart.yaml", &[("c/values.yaml", "a: 1")]),
        ("no files", &[]),
        ("bad Chart.yaml", &[("c/Chart.yaml", "a: b: c")]),
        ("odd apiVersion", &[("c/Chart.yaml", "apiVersion: v9\nname: c\nversion: 1.0.0")]),
        ("two Chart.yaml", &[("c/Chart.yaml", V2), ("d/Chart.yaml", "name: d\n"), ("c/Chart.yaml", "version: []\n")]),
        ("stray", &[("c/Chart.yaml", V2), ("c/charts/x", "x")]),
    ];
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().canonicalize().unwrap();
    let mut wrong = Vec::new();
    let mut compare = |title: &str, path: &Path| {
        for dialect in [&V4_3, &V3_22] {
            let (ours, theirs) = (ours(dialect, path), theirs(dialect, path));
            if ours != theirs {
                wrong.push(format!("{} {title}\n  ours   {ours:?}\n  theirs {theirs:?}", dialect.version));
            }
        }
    };
    for (title, files) in cases {
        let path = dir.join("c.tgz");
        tgz(&path, files);
        compare(title, &path);
        // The same inside of a chart, where Helm tells the cause.
        let outer = dir.join("outer");
        write(&outer, &[("Chart.yaml", "apiVersion: v2\nname: outer\nversion: 0.1.0\n"), ("charts/x", "")]);
        fs::remove_file(outer.join("charts/x")).unwrap();
        fs::copy(&path, outer.join("charts/c.tgz")).unwrap();
        compare(&format!("{title}, as a subchart"), &outer);
    }
    for (name, bytes) in [
        ("x.txt", &b"hello"[..]),
        ("x.yaml", b"a: 1"),
        ("x.tgz", b""),
        ("short.tgz", b"\x1f\x8b\x08"),
        ("html.tgz", b"<html><body>not found"),
        ("zip.tgz", b"PK\x03\x04zip"),
    ] {
        let path = dir.join(name);
        fs::write(&path, bytes).unwrap();
        compare(name, &path);
    }
    compare("nothing", Path::new("/no/such/chart"));
    compare("a repository", Path::new("repo/chart"));
    compare("a bare name", Path::new("chart-of-nobody"));
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn links_out_of_the_chart_are_refused_unless_allowed() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().canonicalize().unwrap();
    write(
        &dir,
        &[
            ("c/Chart.yaml", V2),
            ("shared/a.tpl", "shared"),
            ("c/templates/a.tpl@", "../../shared/a.tpl"),
            ("c/.helmignore", "hidden\n"),
            ("c/hidden@", "/etc"),
        ],
    );
    let arena = Bump::new();
    let load = |options: &chart::Options| {
        let mut log = Log::new(&V4_3);
        let (limits, mut sources) = (Limits::default(), Sources::new());
        Chart::load(&dir.join("c"), options, &V4_3, &arena, &limits, &mut sources, &mut log)
    };
    let refusal = load(&chart::Options::default()).unwrap_err();
    assert_eq!(refusal.kind, Kind::ChartEscapes);
    assert!(refusal.place.unwrap().file.ends_with("c/templates/a.tpl"));
    let allowed = chart::Options { allow_outside: vec![dir.join("shared")] };
    let chart = load(&allowed).unwrap();
    assert_eq!(chart.templates[0].ready(), Some(&b"shared"[..]));
}

#[test]
fn bombs_are_refused_in_time() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().canonicalize().unwrap();
    let load = |path: &Path, limits: &Limits| {
        let arena = Bump::new();
        let started = std::time::Instant::now();
        let mut log = Log::new(&V4_3);
        let result =
            Chart::load(path, &chart::Options::default(), &V4_3, &arena, limits, &mut Sources::new(), &mut log);
        assert!(started.elapsed().as_secs() < 5, "{path:?} took {:?}", started.elapsed());
        assert!(arena.allocated_bytes() < 256 << 20, "{path:?} took {} bytes", arena.allocated_bytes());
        result.map(|_| ()).unwrap_err()
    };
    // A folder that contains itself twice over: the system's own bound on links ends it, as it does for Helm.
    let looped = dir.join("looped");
    write(&looped, &[("Chart.yaml", V2), ("templates/a.yaml", "a: 1"), ("self@", "."), ("again@", ".")]);
    load(&looped, &Limits::default());
    // The same with less patience.
    assert_eq!(load(&looped, &Limits { files: 50, ..Limits::default() }).kind, Kind::Limit);
    // An archive of zeros.
    let bomb = dir.join("bomb.tgz");
    let zeros = "\0".repeat(30 << 20);
    tgz(&bomb, &[("c/a", &zeros), ("c/b", &zeros), ("c/c", &zeros), ("c/d", &zeros)]);
    assert_eq!(load(&bomb, &Limits::default()).kind, Kind::Limit);
    // With more room, Helm's own bound answers, in its words.
    let roomy = Limits { chart_bytes: 128 << 20, ..Limits::default() };
    assert_eq!(load(&bomb, &roomy).message, "unable to load chart archive");
    // Charts in charts in charts.
    let nested = dir.join("nested.tgz");
    let name = format!("c/{}Chart.yaml", "charts/x/".repeat(8));
    let limits = Limits { files: 1, ..Limits::default() };
    tgz(&nested, &[("c/Chart.yaml", V2), (&name, V2)]);
    assert_eq!(load(&nested, &limits).kind, Kind::Limit);
}
