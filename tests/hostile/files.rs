//! Chart folders: links, devices, names, and what stands in files that are not templates.

use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::Verdict::{self, Helm, Ours, Renders, Says};
use crate::templates::aliases;
use crate::values::fifo;
use crate::{CHART_YAML, Case, chart, write};

const LIMIT: Verdict = Ours("limit");
const OUT: Verdict = Ours("chart-escapes");

fn case(name: &str, verdict: Verdict, make: impl Fn(&Path) -> Vec<String> + Send + Sync + 'static) -> Case {
    Case::new(format!("folder: {name}"), verdict, make)
}

/// A chart where `at` is a symbolic link to `to`.
fn link(at: &'static str, to: &'static str, verdict: Verdict) -> Case {
    case(&format!("{at} links to {to}"), verdict, move |dir| {
        let args = chart(dir, &[("templates/a.yaml", b"a: 1")]);
        let at = dir.join("c").join(at);
        std::fs::create_dir_all(at.parent().unwrap()).unwrap();
        symlink(to, at).unwrap();
        args
    })
}

/// A chart with this one file.
fn file(name: &'static str, what: &str, verdict: Verdict, bytes: impl Fn() -> Vec<u8> + Send + Sync + 'static) -> Case {
    case(&format!("{name}, {what}"), verdict, move |dir| chart(dir, &[(name, &bytes())]))
}

pub fn cases() -> Vec<Case> {
    vec![
        link("templates/passwd.yaml", "/etc/passwd", OUT),
        link("files/passwd", "../../../../../../../../etc/passwd", OUT),
        link("templates/all", "/", OUT),
        link("templates/etc", "/proc/self", OUT),
        link("templates/zero.yaml", "/dev/zero", OUT),
        link("values.schema.json", "/dev/zero", OUT),
        link("values.yaml", "/dev/zero", OUT),
        link(".helmignore", "/dev/zero", Says("irregular file")),
        link("charts/up", "../..", OUT),
        link("charts/me", "..", Helm),
        link("templates/me", "me", Helm),
        link("templates/loop", ".", Helm),
        link("templates/nowhere.yaml", "nothing", Helm),
        case("Chart.yaml links to /dev/zero", Says("Error: "), |dir| {
            write(&dir.join("c"), &[("templates/a.yaml", b"a: 1")]);
            symlink("/dev/zero", dir.join("c/Chart.yaml")).unwrap();
            vec!["rel".into(), "c".into()]
        }),
        case("a fifo among templates", Helm, |dir| {
            let args = chart(dir, &[("templates/a.yaml", b"a: 1")]);
            fifo(&dir.join("c/templates/pipe.yaml"));
            args
        }),
        case("Chart.yaml is a fifo", Says("Error: "), |dir| {
            std::fs::create_dir(dir.join("c")).unwrap();
            fifo(&dir.join("c/Chart.yaml"));
            vec!["rel".into(), "c".into()]
        }),
        case(".helmignore is a fifo", Says("cannot load irregular file"), |dir| {
            let args = chart(dir, &[]);
            fifo(&dir.join("c/.helmignore"));
            args
        }),
        case("the chart is a fifo", Says("rror"), |dir| {
            fifo(&dir.join("pipe"));
            vec!["rel".into(), "pipe".into()]
        }),
        case("the chart is /dev/zero", Says("Error: "), |_| vec!["rel".into(), "/dev/zero".into()]),
        case("the chart is /dev/null", Says("Error: "), |_| vec!["rel".into(), "/dev/null".into()]),
        case("the chart is /proc/self", Says("Error: "), |_| vec!["rel".into(), "/proc/self".into()]),
        case("the chart is at http", OUT, |_| vec!["rel".into(), "http://127.0.0.1:9/c.tgz".into()]),
        case("the chart is at oci", OUT, |_| vec!["rel".into(), "oci://127.0.0.1:9/c".into()]),
        case("the chart's name is long", Says("Error: "), |_| vec!["rel".into(), "a".repeat(100_000)]),
        case("charts in charts", LIMIT, |dir| {
            let args = chart(dir, &[]);
            let mut at = dir.join("c");
            for _ in 0..400 {
                at = at.join("charts/c");
                if std::fs::create_dir_all(&at).is_err() {
                    break;
                }
                if std::fs::write(at.join("Chart.yaml"), CHART_YAML).is_err() {
                    break;
                }
            }
            args
        }),
        case("many folders", LIMIT, |dir| {
            let args = chart(dir, &[]);
            for i in 0..60_000 {
                std::fs::create_dir(dir.join(format!("c/{i}"))).unwrap();
            }
            args
        }),
        case("names with escapes", Renders, |dir| {
            chart(dir, &[("templates/\x1b[2J\n\x07.yaml", b"a: 1"), ("files/\x1b]0;x\x07", b"")])
        }),
        case("a name that is not UTF-8", Renders, |dir| {
            let args = chart(dir, &[("templates/a.yaml", b"a: 1")]);
            std::fs::write(dir.join("c/templates").join(std::ffi::OsStr::from_bytes(b"\xFF\xFE.yaml")), b"b: 1")
                .unwrap();
            args
        }),
        case("a link with escapes leads out", OUT, |dir| {
            let args = chart(dir, &[]);
            symlink("/etc/passwd", dir.join("c/\x1b[2J\x07")).unwrap();
            args
        }),
        case("a huge file among templates", Helm, |dir| {
            let args = chart(dir, &[]);
            std::fs::create_dir_all(dir.join("c/templates")).unwrap();
            std::fs::File::create(dir.join("c/templates/a.yaml")).unwrap().set_len(1 << 40).unwrap();
            args
        }),
        case("a huge file elsewhere", Helm, |dir| {
            let args = chart(dir, &[]);
            std::fs::File::create(dir.join("c/blob")).unwrap().set_len(1 << 40).unwrap();
            args
        }),
        case("many large files, read by a template", LIMIT, |dir| {
            let args = chart(dir, &[("templates/a.yaml", br#"{{ range $k, $v := .Files.Glob "**" }}{{ len $v }}{{ end }}{{ range until 1000 }}{{ $x := $.Files.AsConfig }}{{ $y := ($.Files.Glob "f/**").AsSecrets }}{{ end }}"#)]);
            std::fs::create_dir_all(dir.join("c/f")).unwrap();
            for i in 0..20 {
                std::fs::write(dir.join(format!("c/f/{i}")), vec![b'x'; 4 << 20]).unwrap();
            }
            args
        }),
        file("Chart.yaml", "not UTF-8", Helm, || b"apiVersion: v2\nname: \xFF\nversion: 1.0.0\n".to_vec()),
        file("Chart.yaml", "NUL", Helm, || b"apiVersion: v2\nname: a\0b\nversion: 1.0.0\n".to_vec()),
        file("Chart.yaml", "aliases", Helm, || aliases(CHART_YAML).into()),
        file("Chart.yaml", "nested", Helm, || vec![b'['; 1_000_000]),
        file("Chart.yaml", "huge", Helm, || vec![b'#'; 6 << 20]),
        file("Chart.yaml", "escapes", Helm, || b"apiVersion: v2\nname: \"\\e[2J/x\"\nversion: 1.0.0\n".to_vec()),
        file("Chart.yaml", "dependencies, many", Says("found in Chart.yaml, but missing in charts/ directory"), || {
            let list: String =
                (0..20_000).map(|i| format!("- {{name: d{i}, version: 1, repository: \"\"}}\n")).collect();
            format!("{CHART_YAML}dependencies:\n{list}").into()
        }),
        file("Chart.yaml", "a constraint of many parts", Says("kubeVersion"), || {
            format!("{CHART_YAML}kubeVersion: \"{}<1\"\n", ">1 ".repeat(20_000)).into()
        }),
        file("values.yaml", "not UTF-8", Helm, || b"a: \xFF\n".to_vec()),
        file("values.yaml", "NUL", Helm, || b"a: \0\n".to_vec()),
        file("values.schema.json", "not UTF-8", Helm, || b"{\"title\": \"\xFF\"}".to_vec()),
        file("values.schema.json", "NUL", Helm, || b"{\0}".to_vec()),
        file(".helmignore", "not UTF-8", Renders, || b"\xFF*\n".to_vec()),
        file(".helmignore", "patterns", Renders, || "a*b*c*d*e*f*\n".repeat(20_000).into()),
        file(".helmignore", "stars", Renders, || format!("{}b\n", "*a".repeat(5_000)).into()),
        file("crds/a.yaml", "not UTF-8", Renders, || b"\xFF\n".to_vec()),
        file("requirements.yaml", "nested", Says("exceeded max depth of 10000"), || vec![b'['; 100_000]),
        file("templates/NOTES.txt", "loops", LIMIT, || b"{{ range 1000000000000 }}{{ end }}".to_vec()),
        file("templates/_a.tpl", "not UTF-8", Renders, || b"\xFF{{ define \"a\" }}\xFF{{ end }}".to_vec()),
        file("charts/a.tgz", "not an archive", Helm, || b"hello".to_vec()),
        file("charts/README.md", "stray", Helm, || b"hello".to_vec()),
    ]
}

/// A file that grows, shrinks or goes while it is read: no panic, whatever the answer.
#[test]
fn files_that_change_while_they_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let args = chart(folder.path(), &[("templates/a.yaml", b"a: {{ len (.Files.Get \"f\") }}"), ("f", b"x")]);
    let (target, other) = (folder.path().join("c/f"), folder.path().join("c/templates/b.yaml"));
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut round = 0usize;
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                round += 1;
                std::fs::write(&target, vec![b'x'; round % 50_000]).unwrap();
                std::fs::write(&other, vec![b'#'; round % 30_000]).unwrap();
                std::fs::remove_file(&other).unwrap();
                std::fs::remove_file(&target).unwrap();
            }
        });
        for _ in 0..20 {
            let ended = crate::run::ours(folder.path(), &args);
            let exit = ended.answer.exit;
            assert!(matches!(exit, Some(0 | 1)), "{exit:?}: {}", String::from_utf8_lossy(&ended.answer.stderr));
            assert!(exit == Some(0) || ended.answer.stdout.is_empty());
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}
