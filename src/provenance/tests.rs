//! Perturbation and other worlds, on a small chart.

use std::fs;

use bumpalo::Bump;

use super::*;
use crate::chart::{Log, Options};
use crate::dialect::V4_3;
use crate::limits::{Limits, with_deep_stack};
use crate::manifest::{self, Document, Manifests, Path};
use crate::render::{self, Release, Settings};
use crate::values::Overrides;
use crate::world::{Capabilities, Objects, World};

const VALUES: &str = "db: {host: db.example.com, port: 5432, tls: {enabled: true, mode: verify-full}}
image: {repository: app, tag: '1.2'}
env: [{name: A, value: first}, {name: B, value: second}]
other: {a: one, b: two, c: three}
strict: exact
replicas: 1
";

const TEMPLATES: &str = r#"
apiVersion: v1
kind: Secret
metadata: {name: {{ .Release.Name }}-s}
data:
  url: {{ printf "postgres://u@%s:%v/d" .Values.db.host .Values.db.port | b64enc }}
  {{- $old := lookup "v1" "Secret" .Release.Namespace (printf "%s-s" .Release.Name) }}
  password: {{ if $old }}{{ index $old.data "password" }}{{ else }}{{ randAlphaNum 12 | b64enc }}{{ end }}
  rotating: {{ randAlphaNum 12 | b64enc }}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  replicas: {{ .Values.replicas }}
  template:
    metadata:
      annotations: {sum: "{{ .Values.other | toJson | sha256sum }}"}
    spec:
      containers:
      - name: app
        image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
        env: {{ .Values.env | toJson }}
        {{- if .Values.db.tls.enabled }}
        args: [--ca]
        {{- end }}
{{- if ne .Values.strict "exact" }}{{ fail "no" }}{{ end }}
"#;

fn with(user: &str, f: impl FnOnce(&Provenance<'_>, &Manifests<'_>)) {
    with_templates(user, &[("all.yaml", TEMPLATES)], f);
}

fn with_templates(user: &str, templates: &[(&str, &str)], f: impl FnOnce(&Provenance<'_>, &Manifests<'_>)) {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    fs::create_dir_all(root.join("templates")).unwrap();
    fs::write(root.join("Chart.yaml"), "apiVersion: v2\nname: c\nversion: 0.1.0\n").unwrap();
    fs::write(root.join("values.yaml"), VALUES).unwrap();
    fs::write(root.join("user.yaml"), user).unwrap();
    for (name, text) in templates {
        fs::write(root.join("templates").join(name), text).unwrap();
    }
    let settings = Settings {
        dialect: &V4_3,
        release: Release { name: "rel".into(), namespace: "ns".into(), is_upgrade: false },
        capabilities: Capabilities::default_of(&V4_3),
        limits: Limits::default(),
        skip_schema_validation: false,
    };
    let overrides = Overrides { files: vec![root.join("user.yaml").display().to_string()], ..Overrides::default() };
    with_deep_stack(32 << 20, |stack| {
        let (arena, heap, read) = (Bump::new(), Bump::new(), Bump::new());
        let mut log = Log::new(&V4_3);
        let options = Options { allow_outside: Vec::new() };
        let loaded = render::load(root, &options, &overrides, &settings, &arena, &mut log).unwrap();
        let bound = render::bind(loaded.chart, loaded.user, settings, &arena, stack, &mut log).unwrap();
        let world = World::seeded(1, 0);
        let files = bound.render(&world, &heap, stack).unwrap();
        let manifests = manifest::read(&bound, &files, &read, &mut log).unwrap();
        f(&Provenance::new(loaded.chart, loaded.user, &bound, world, stack), &manifests);
    })
    .unwrap();
}

fn of_kind<'m, 'd>(manifests: &'d Manifests<'m>, kind: &str) -> &'d Document<'m> {
    manifests.documents.iter().find(|d| d.kind == kind).unwrap()
}

fn behind(provenance: &Provenance<'_>, manifests: &Manifests<'_>, kind: &str, path: &str) -> (Vec<String>, bool) {
    let path = Path::parse(path).unwrap();
    let found = provenance.search(manifests).values(of_kind(manifests, kind), &path);
    (found.influences.iter().map(|i| i.path.to_string()).collect(), found.complete)
}

#[test]
fn the_values_behind_a_field_are_found_through_hashes_encodings_and_branches() {
    with("{}", |provenance, manifests| {
        let behind = |kind: &str, path: &str| behind(provenance, manifests, kind, path).0;
        assert_eq!(behind("Deployment", "spec.replicas"), ["replicas"]);
        assert_eq!(behind("Deployment", "spec.template.spec.containers[0].image"), ["image.repository", "image.tag"]);
        assert_eq!(behind("Secret", "data.url"), ["db.host", "db.port"]);
        assert_eq!(behind("Deployment", "spec.template.spec.containers[0].args"), ["db.tls.enabled"]);
        assert_eq!(behind("Deployment", "spec.template.spec.containers[0].env[1].value"), ["env[1].value"]);
        let sum = "spec.template.metadata.annotations.sum";
        assert_eq!(behind("Deployment", sum), ["other.a", "other.b", "other.c"]);
        assert_eq!(behind("Deployment", "kind"), Vec::<String>::new());
        // Something that is not there is changed by what would bring it.
        assert_eq!(behind("Deployment", "metadata.labels"), Vec::<String>::new());
    });
}

#[test]
fn an_item_of_a_list_is_changed_in_the_users_own_list() {
    with("env: [{name: X, value: mine}]\n", |provenance, manifests| {
        let path = "spec.template.spec.containers[0].env[0].value";
        assert_eq!(behind(provenance, manifests, "Deployment", path).0, ["env[0].value"]);
    });
}

#[test]
fn a_leaf_that_the_chart_refuses_to_change_leaves_the_answer_open() {
    with("{}", |provenance, manifests| {
        let (found, complete) = behind(provenance, manifests, "Deployment", "metadata.name");
        assert_eq!((found.len(), complete), (0, false));
    });
}

#[test]
fn a_budget_that_runs_out_is_said() {
    with("{}", |provenance, manifests| {
        let variant = provenance.variant();
        for _ in 0..1_000 {
            if provenance.render(&variant, |_| ()).is_err() {
                break;
            }
        }
        assert_eq!(provenance.render(&variant, |_| ()), Err(Stop::Budget));
        assert!(!behind(provenance, manifests, "Deployment", "metadata.name").1);
    });
}

/// The fields of the Secret that are not what they are in the first install.
fn unstable(provenance: &Provenance<'_>, manifests: &Manifests<'_>, world: World, is_upgrade: bool) -> Vec<String> {
    let mut variant = provenance.variant();
    variant.world = world;
    variant.release.is_upgrade = is_upgrade;
    let secret = of_kind(manifests, "Secret");
    provenance
        .render(&variant, |rendering| {
            assert_eq!(rendering.asked.len(), 1);
            assert_eq!(rendering.asked[0].name, "rel-s");
            let now = counterpart(secret, manifests, &rendering.manifests).unwrap();
            let found = differences(secret.root().tree(), now.root().tree(), 10);
            found.iter().map(Path::to_string).collect()
        })
        .unwrap()
}

#[test]
fn the_same_chart_in_three_worlds() {
    with("{}", |provenance, manifests| {
        let other = || World::seeded(2, 86_400);
        // An upgrade sees what the install left; GitOps sees nothing.
        let upgrade = unstable(provenance, manifests, other().with_cluster(live(manifests)), true);
        assert_eq!(upgrade, ["data.rotating"]);
        assert_eq!(unstable(provenance, manifests, other(), false), ["data.password", "data.rotating"]);
        assert!(unstable(provenance, manifests, World::seeded(1, 0), false).is_empty());
        let empty = other().with_cluster(Objects::new());
        assert_eq!(unstable(provenance, manifests, empty, true), ["data.password", "data.rotating"]);
    });
}

#[test]
fn a_change_may_be_any_text() {
    with("{}", |provenance, _| {
        let mut variant = provenance.variant();
        let path = ValuesPath(vec!["db".into(), "host".into()]);
        let value = crate::value::Tree::Str("canary".into());
        variant.changes.push(Change { path, value });
        let url = provenance.render(&variant, |r| {
            let secret = of_kind(&r.manifests, "Secret");
            secret.root().dig("data.url").unwrap().as_str().given().unwrap().to_string()
        });
        assert_eq!(url.unwrap(), "cG9zdGdyZXM6Ly91QGNhbmFyeTo1NDMyL2Q=");
    });
}

const HELPERS: &str = r#"{{- define "labels" -}}
app: x
{{/* a comment */}}
tier: {{ .Values.other.a }}
{{- end }}
{{- define "direct" }}
  direct: "yes"
{{- end }}
"#;

const PAGE: &str = r#"# {{ .Values.missing }} first
kind: ConfigMap
apiVersion: v1
metadata:
  name: c
  labels:
    {{- include "labels" . | nindent 4 }}
    own: "{{ .Values.other.b }}"
data:
{{- template "direct" . }}
  tpl: {{ tpl "{{ .Values.other.c }}" . }}
  json: {{ dict "a" 1 | toJson }}
"#;

/// `line of the output | outer place | inner place`
fn origins() -> Vec<String> {
    let mut shown = Vec::new();
    with_templates("{}", &[("_helpers.tpl", HELPERS), ("page.yaml", PAGE)], |provenance, manifests| {
        let lines = provenance.lines().unwrap();
        let document = of_kind(manifests, "ConfigMap");
        let text = String::from_utf8(manifests.text.clone()).unwrap();
        for (n, line) in (1..).zip(text.lines()).skip(document.line as usize - 1) {
            let Some(origin) = lines.of(document, n) else { break };
            let place =
                |place: &crate::diagnostic::Place| format!("{}:{}", place.file.rsplit('/').next().unwrap(), place.line);
            let (outer, inner) = (place(&origin.outer), place(&origin.inner));
            let both = if outer == inner { outer } else { format!("{outer} < {inner}") };
            shown.push(format!("{} | {both}", line.trim()));
        }
    });
    shown
}

#[test]
fn every_line_of_the_output_knows_the_template_lines_that_wrote_it() {
    let want = [
        "#  first | page.yaml:1",
        "kind: ConfigMap | page.yaml:2",
        "apiVersion: v1 | page.yaml:3",
        "metadata: | page.yaml:4",
        "name: c | page.yaml:5",
        "labels: | page.yaml:6",
        "app: x | page.yaml:7 < _helpers.tpl:2",
        "| page.yaml:7",
        "tier: one | page.yaml:7 < _helpers.tpl:4",
        "own: \"two\" | page.yaml:8",
        "data: | page.yaml:9",
        "direct: \"yes\" | page.yaml:10 < _helpers.tpl:7",
        "tpl: three | page.yaml:11",
        "json: {\"a\":1} | page.yaml:12",
    ];
    let got = origins();
    let got: Vec<&str> = got.iter().map(|line| line.trim()).collect();
    assert_eq!(got, want);
}
