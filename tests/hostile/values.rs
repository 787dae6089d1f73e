//! Values files and flags.

use std::path::Path;

use crate::Verdict::{self, Helm, Ours, Renders, Says};
use crate::templates::aliases;
use crate::{Case, chart};

const LIMIT: Verdict = Ours("limit");

/// A plain chart that prints all its values.
fn plain(dir: &Path) -> Vec<String> {
    chart(dir, &[("templates/a.yaml", b"v: {{ .Values | toString | len }}")])
}

/// The same with this values file given by `-f`.
fn with_file(name: &str, verdict: Verdict, text: impl Fn() -> Vec<u8> + Send + Sync + 'static) -> Case {
    Case::new(format!("values file: {name}"), verdict, move |dir| {
        let mut args = plain(dir);
        std::fs::write(dir.join("v.yaml"), text()).unwrap();
        args.extend(["-f".into(), "v.yaml".into()]);
        args
    })
}

fn with_flag(
    flag: &'static str,
    name: &str,
    verdict: Verdict,
    text: impl Fn() -> String + Send + Sync + 'static,
) -> Case {
    Case::new(format!("{flag}: {name}"), verdict, move |dir| {
        let mut args = plain(dir);
        args.extend([flag.into(), text()]);
        args
    })
}

pub fn cases() -> Vec<Case> {
    vec![
        with_file("aliases", Helm, || aliases("").into()),
        with_file("aliases of merges", Helm, || {
            let mut text = "a0: &a0 {k: 1}\n".to_string();
            for i in 1..40 {
                text += &format!("a{i}: &a{i} {{x: *a{p}, y: *a{p}, <<: *a{p}}}\n", p = i - 1);
            }
            text.into()
        }),
        with_file("an alias of itself", Helm, || b"a: &a [*a]\n".to_vec()),
        with_file("nested flow", Helm, || vec![b'['; 1_000_000]),
        with_file("nested maps", Helm, || format!("a: {}", "{a: ".repeat(200_000)).into()),
        with_file("nested block", Helm, || "- ".repeat(200_000).into()),
        with_file("nested by indentation", Helm, || {
            (0..2500).map(|i| format!("{}a:\n", " ".repeat(i))).collect::<String>().into()
        }),
        with_file("nested 5000", Renders, || format!("a: {}{}", "[".repeat(5000), "]".repeat(5000)).into()),
        with_file("one line", Renders, || format!("a: {}", "x".repeat(4 << 20)).into()),
        with_file("many keys", LIMIT, || (0..400_000).map(|i| format!("k{i}: 1\n")).collect::<String>().into()),
        with_file("many nodes", LIMIT, || format!("a: [{}]", "0,".repeat(3_000_000)).into()),
        with_file("the same key", Renders, || "a: 1\n".repeat(200_000).into()),
        with_file("long keys open", Helm, || "? a\n".repeat(100_000).into()),
        with_file("long number", Renders, || {
            format!("a: 1{}\nb: 0x{}\nc: 1e{}", "0".repeat(500_000), "f".repeat(500_000), "9".repeat(500_000)).into()
        }),
        with_file("documents", Renders, || "---\na: 1\n".repeat(20_000).into()),
        with_file("anchors", Renders, || (0..50_000).map(|i| format!("k{i}: &a{i} 1\n")).collect::<String>().into()),
        with_file("tags", Helm, || format!("a: !!{} x", "t".repeat(100_000)).into()),
        with_file("not UTF-8", Helm, || b"a: \xFF\xFE\n".to_vec()),
        with_file("NUL", Helm, || b"a: b\0c\n".to_vec()),
        with_file("UTF-16", Helm, || b"\xFF\xFEa\0:\0 \x001\0\n\0".to_vec()),
        with_file("escapes in an error", Helm, || b"a: [\"\\x1b[2J\"\nb: }".to_vec()),
        Case::new("values file: /dev/zero", LIMIT, |dir| [plain(dir), vec!["-f".into(), "/dev/zero".into()]].concat()),
        Case::new("values file: endless standard input", LIMIT, |dir| {
            [plain(dir), vec!["-f".into(), "-".into()]].concat()
        }),
        Case::new("values file: folder", Helm, |dir| [plain(dir), vec!["-f".into(), "c".into()]].concat()),
        Case::new("values file: http", Ours("chart-escapes"), |dir| {
            [plain(dir), vec!["-f".into(), "http://127.0.0.1:9/v.yaml".into()]].concat()
        }),
        Case::new("values file: file://", Helm, |dir| {
            [plain(dir), vec!["-f".into(), "file:///etc/hostname".into()]].concat()
        }),
        Case::new("values file: a name with escapes", Helm, |dir| {
            [plain(dir), vec!["-f".into(), "\x1b[2Jx".into()]].concat()
        }),
        Case::new("values.yaml: aliases", Helm, |dir| chart(dir, &[("values.yaml", aliases("").as_bytes())])),
        Case::new("values.yaml: nested", Helm, |dir| chart(dir, &[("values.yaml", &[b'['; 100_000])])),
        with_flag("--set", "deep", Helm, || format!("{}=1", vec!["a"; 40].join("."))),
        with_flag("--set", "too deep", Helm, || format!("{}=1", vec!["a"; 5000].join("."))),
        with_flag("--set", "lists too deep", LIMIT, || format!("a{}=1", "[0]".repeat(20_000))),
        with_flag("--set", "index", Helm, || "a[2000000000]=1".into()),
        with_flag("--set", "index at the bound", Renders, || "a[65536]=1".into()),
        with_flag("--set", "indices", LIMIT, || (0..2_000).map(|i| format!("k{i}[65536]=1,")).collect()),
        with_flag("--set", "negative index", Helm, || "a[-1]=1".into()),
        with_flag("--set", "braces", Renders, || format!("a={{{}1}}", "1,".repeat(50_000))),
        with_flag("--set", "braces open", Helm, || format!("a={}", "{".repeat(50_000))),
        with_flag("--set", "pairs", Renders, || (0..8_000).map(|i| format!("k{i}=1,")).collect()),
        with_flag("--set", "escapes", Helm, || "\x1b[2J".into()),
        with_flag("--set-json", "nested", Says("failed parsing --set-json data"), || {
            format!("a={}", "[".repeat(100_000))
        }),
        with_flag("--set-json", "nested and closed", Says("failed parsing --set-json data"), || {
            format!("a={}{}", "[".repeat(50_000), "]".repeat(50_000))
        }),
        with_flag("--set-json", "nested 9000", Says("failed parsing --set-json data"), || {
            format!("a={}{}", "[".repeat(9_000), "]".repeat(9_000))
        }),
        with_flag("--set-json", "root nested", Says("failed parsing --set-json data"), || {
            format!("{{\"a\":{}", "[".repeat(100_000))
        }),
        with_flag("--set-json", "number", Helm, || format!("a=1e{}", "9".repeat(1000))),
        with_flag("--set-file", "/dev/zero", LIMIT, || "a=/dev/zero".into()),
        with_flag("--set-file", "http", Ours("chart-escapes"), || "a=http://127.0.0.1:9/x".into()),
        with_flag("--set-literal", "long", Renders, || format!("a={}", "x".repeat(100_000))),
        with_flag("--api-versions", "many", Renders, || "a/v1,".repeat(20_000)),
        with_flag("--kube-version", "long", Says("invalid kube version"), || format!("{}.1", "9".repeat(100_000))),
        with_flag("--show-only", "pattern", Says("could not find template"), || "*".repeat(2_000)),
        with_flag("--show-only", "escape", Says("could not find template"), || "../../etc/passwd".into()),
    ]
}

/// Makes a named pipe that nobody writes to.
pub fn fifo(path: &Path) {
    let path = std::ffi::CString::new(path.as_os_str().as_encoded_bytes()).unwrap();
    // SAFETY: the path is a C string that lives through the call.
    assert_eq!(unsafe { libc::mkfifo(path.as_ptr(), 0o600) }, 0);
}
