//! Reading hand-written output. What whole charts become is in `tests/manifest.rs`.

use bumpalo::Bump;

use super::*;
use crate::chart::Log;
use crate::dialect::V4_3;
use crate::limits::Limits;
use crate::release::Crd;
use crate::render::RenderedFile;

fn files(texts: &[(&str, &str)]) -> Vec<RenderedFile> {
    texts
        .iter()
        .map(|(path, text)| RenderedFile { path: path.to_string(), content: text.as_bytes().to_vec() })
        .collect()
}

fn with<R>(texts: &[(&str, &str)], crds: &[Crd<'_>], f: impl FnOnce(&Manifests<'_>) -> R) -> R {
    let (arena, files, limits) = (Bump::new(), files(texts), Limits::default());
    let input = Input { files: &files, crds, chart: "c", namespace: "ns", dialect: &V4_3, limits: &limits };
    f(&read_input(&input, &arena, &mut Log::new(&V4_3)))
}

fn line_of<'t>(m: &'t Manifests<'_>, line: u32) -> &'t str {
    std::str::from_utf8(m.line(line).unwrap_or_default()).unwrap_or_default()
}

const POD: &str =
    "# hello\napiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n  - name: a\n    image: i\n";

#[test]
fn every_place_is_the_line_that_is_printed() {
    let crd = Crd {
        path: "c/crds/x.yaml".into(),
        content: b"---\n# one\nkind: A\napiVersion: x/v1\n---\nkind: B\napiVersion: x/v1\n\n",
    };
    let hook = "kind: Job\napiVersion: batch/v1\nmetadata:\n  name: j\n  annotations: {helm.sh/hook: 'pre-install, test', helm.sh/hook-weight: '-5'}\n";
    let other = "\n\nkind: Service\napiVersion: v1\nmetadata: {name: s, namespace: other}\n--- # next\nkind: Secret\napiVersion: v1\nmetadata: {name: t}\n\n\n";
    let texts = [("c/templates/b.yaml", POD), ("c/templates/a.yaml", other), ("c/templates/h.yaml", hook)];
    with(&texts, &[crd], |m| {
        let heads: Vec<_> = m.documents.iter().map(|d| (d.kind, d.name, d.namespace, d.is_crd_file)).collect();
        let want = [
            ("A", "", "ns", true),
            ("B", "", "ns", true),
            ("Secret", "t", "ns", false),
            ("Service", "s", "other", false),
            ("Pod", "p", "ns", false),
            ("Job", "j", "ns", false),
        ];
        assert_eq!(heads, want);
        assert!(m.broken.is_empty());
        for d in &m.documents {
            let kind = d.root().get("kind").unwrap();
            assert_eq!(line_of(m, kind.line()), format!("kind: {}", d.kind), "{}", d.title());
            assert!(d.line <= kind.line());
        }
        let pod = &m.documents[4];
        assert_eq!(line_of(m, pod.line), "# hello");
        let image = pod.root().dig("spec.containers").unwrap().index(0).unwrap().get("image").unwrap();
        assert_eq!((line_of(m, image.line()), image.pos().column), ("    image: i", 5));
        assert_eq!(pod.line_in_file(image.line()), 9);
        let secret = &m.documents[2];
        assert_eq!(secret.line_in_file(secret.root().get("kind").unwrap().line()), 7);
        assert_eq!(m.path_of(image).to_string(), "spec.containers[0].image");
        let (found, path) = m.at_line(image.line()).unwrap();
        assert_eq!((found.kind, path.to_string().as_str()), ("Pod", "spec.containers[0].image"));
        let hook = m.documents[5].hook.as_ref().unwrap();
        assert_eq!((hook.weight, hook.events.as_slice(), hook.is_test()), (-5, &["pre-install", "test"][..], true));
        assert_eq!(m.hooks_of("pre-install").len(), 1);
    });
}

#[test]
fn what_is_broken_is_told_with_its_place_and_hides_nothing() {
    let text = "kind: Pod\napiVersion: v1\n---\na: b: c\n---\n- kind: x\n---\nkind: 4\napiVersion: v1\n---\nkind: Pod\napiVersion: v1\nmetadata: []\n---\nkind: Pod\napiVersion: v1\nmetadata:\n  name: 4\n---\n# only words\n---\nspec: 1\n---\nkind: Job\napiVersion: v1\nmetadata: {annotations: {helm.sh/hook: before-lunch}}\n---\nkind: Pod\napiVersion: v1\nmetadata: {name: last}\n";
    with(&[("c/templates/a.yaml", text)], &[], |m| {
        let names: Vec<_> = m.documents.iter().map(|d| d.name).collect();
        assert_eq!(names, ["", "last"]);
        let broken: Vec<_> = m.broken.iter().map(|b| (b.line, b.why, b.message.as_str())).collect();
        use BrokenKind::*;
        let want = [
            (4, Syntax, "yaml: mapping values are not allowed in this context"),
            (6, Shape, "this is no object, but an array"),
            (13, Shape, "metadata is an array and not an object"),
            (24, UnknownHook, "Helm drops this document: it knows no hook \"before-lunch\""),
            (18, Shape, "metadata.name is a number and not a string"),
            (22, Shape, "this object has no kind"),
            (8, Shape, "kind is a number and not a string"),
        ];
        assert_eq!(broken, want);
    });
}

#[test]
fn lists_are_laid_flat_and_their_items_keep_their_lines() {
    let text = "kind: List\napiVersion: v1\nitems:\n- kind: ConfigMapList\n  apiVersion: v1\n  items:\n  - metadata: {name: a}\n  - metadata: {name: b}\n- kind: Pod\n  apiVersion: v1\n  metadata: {name: c}\n- 5\n";
    with(&[("c/templates/a.yaml", text)], &[], |m| {
        let got: Vec<_> = m.documents.iter().map(|d| (d.kind, d.name, d.item_of_list, line_of(m, d.line))).collect();
        let want = [
            ("ConfigMap", "a", Some(0), "  - metadata: {name: a}"),
            ("ConfigMap", "b", Some(1), "  - metadata: {name: b}"),
            ("Pod", "c", Some(1), "- kind: Pod"),
        ];
        assert_eq!(got, want);
        assert!(m.documents.iter().enumerate().all(|(n, d)| d.id.index() == n && d.root().doc() == d.id));
        assert_eq!(m.broken.len(), 1);
        assert_eq!(m.broken[0].line, 12);
    });
}

#[test]
fn repeated_keys_and_repeated_objects_are_data() {
    let text = "kind: Pod\napiVersion: v1\nmetadata: {name: a}\nspec:\n  x: 1\n  y: 2\n  x: 3\n---\nkind: Pod\napiVersion: v1\nmetadata: {name: a, namespace: ns}\n---\nkind: ClusterRole\napiVersion: rbac/v1\nmetadata: {name: a, namespace: x}\n---\nkind: ClusterRole\napiVersion: rbac/v2\nmetadata: {name: a}\n---\nx: &a {m: 1}\nkind: Q\napiVersion: v1\nd: {<<: *a, m: 2}\n";
    with(&[("c/templates/a.yaml", text)], &[], |m| {
        let keys: Vec<_> = m.repeated_keys.iter().map(|k| (k.key.as_str(), line_of(m, k.line), k.column)).collect();
        assert_eq!(keys, [("\"x\"", "  x: 3", 3)]);
        assert_eq!(m.get(m.repeated_keys[0].doc).unwrap().root().dig("spec.x").unwrap().as_int(), Field::Given(3));
        let twice: Vec<_> = m.duplicates().iter().map(|(i, ids)| (i.kind.to_string(), ids.len())).collect();
        assert_eq!(twice.len(), 2);
        assert!(twice.contains(&("Pod".into(), 2)) && twice.contains(&("ClusterRole".into(), 2)));
    });
}

#[test]
fn readers_tell_absent_null_and_wrong_apart() {
    let text = "kind: X\napiVersion: v1\na: ~\nb: 1\nc: text\nd: 2.0\ne: 1.5\nf: true\n";
    with(&[("c/templates/a.yaml", text)], &[], |m| {
        let root = m.documents[0].root();
        assert_eq!(root.str("nope"), Field::Absent);
        assert!(matches!(root.str("a"), Field::Null(_)) && root.get("a").is_some() && root.present("a").is_none());
        assert!(matches!(root.str("b"), Field::Wrong(n) if n.line() == root.get("b").unwrap().line()));
        assert_eq!(root.str("c"), Field::Given("text"));
        assert_eq!((root.int("b"), root.int("d")), (Field::Given(1), Field::Given(2)));
        assert!(matches!(root.int("e"), Field::Wrong(_)) && matches!(root.bool("c"), Field::Wrong(_)));
        assert_eq!(root.quantity("e").map(Quantity::text), Field::Given("1.5".into()));
        assert_eq!(root.bool("f").or_wrong(), Ok(Some(true)));
    });
}

#[test]
fn notes_are_no_manifests_and_the_roots_come_first() {
    let texts =
        [("c/charts/a/templates/NOTES.txt", "sub"), ("c/templates/NOTES.txt", "root"), ("c/templates/a.yaml", "\n")];
    with(&texts, &[], |m| {
        let texts: Vec<_> = m.notes.iter().map(|n| n.text).collect();
        assert_eq!(texts, [b"root".as_slice(), b"sub"]);
        assert!(m.documents.is_empty() && m.broken.is_empty());
    });
}

#[test]
fn ten_thousand_documents_and_a_deep_one_are_no_matter() {
    let many: String =
        (0..10_000).map(|n| format!("---\nkind: K{n}\napiVersion: v1\nmetadata: {{name: n{n}}}\n")).collect();
    let deep = format!("kind: X\napiVersion: v1\nd: {}1{}\n", "[".repeat(5000), "]".repeat(5000));
    let lists = format!("{}{}\n", "{kind: List, apiVersion: v1, items: [".repeat(2000), "]}".repeat(2000));
    with(&[("c/templates/a.yaml", &many), ("c/templates/b.yaml", &deep), ("c/templates/c.yaml", &lists)], &[], |m| {
        assert_eq!(m.documents.len(), 10_001, "{:?}", m.broken);
        let deep = m.documents.iter().find(|d| d.kind == "X").unwrap();
        let mut node = deep.root().get("d").unwrap();
        while let Some(inner) = node.index(0) {
            node = inner;
        }
        assert_eq!(m.path_of(node).0.len(), 5001);
    });
}
