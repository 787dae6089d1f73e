//! Lookups and capabilities from a live cluster are what real Helm sees there, and a recording gives the same again.

use std::fs;

use crate::cluster::ControlPlane;
use crate::program::{CANARY, helm, run, write};

const CHART: &[(&str, &str)] = &[
    ("Chart.yaml", "apiVersion: v2\nname: looks\nversion: 0.1.0\n"),
    (
        "templates/all.yaml",
        r#"{{- $secret := lookup "v1" "Secret" .Release.Namespace "kept" }}
{{- $maps := lookup "v1" "ConfigMap" .Release.Namespace "" }}
apiVersion: v1
kind: ConfigMap
metadata: {name: seen}
data:
  exists: {{ not (empty $secret) | quote }}
  keys: {{ keys ($secret.data | default dict) | sortAlpha | join "," | quote }}
  maps: "{{ range $maps.items }}{{ .metadata.name }} {{ end }}"
  missing: {{ lookup "v1" "Secret" .Release.Namespace "nowhere" | toJson | quote }}
{{- if .Values.nothing }}
  kind: {{ lookup "example.org/v1" "Nothing" .Release.Namespace "x" | toJson | quote }}
{{- end }}
  namespace: {{ (lookup "v1" "Namespace" "" .Release.Namespace).metadata.name | quote }}
{{- if $secret }}
  second: {{ (lookup "v1" "ConfigMap" .Release.Namespace $secret.metadata.labels.next).data.word | quote }}
{{- end }}
  version: {{ .Capabilities.KubeVersion.Version }}
  apps: {{ .Capabilities.APIVersions.Has "apps/v1/Deployment" | quote }}
  none: {{ .Capabilities.APIVersions.Has "example.org/v1" | quote }}
"#,
    ),
];

#[test]
fn lookups_are_what_helm_sees() {
    let plane = ControlPlane::shared();
    let dir = tempfile::tempdir().unwrap();
    let chart = write(dir.path(), "looks", CHART);
    let chart = chart.to_str().unwrap();
    let namespace = plane.namespace();
    plane.must(&["create", "configmap", "other", "-n", &namespace, "--from-literal=word=found"], "");
    let compare = |what: &str| {
        for version in ["4.3.1", "3.22.0"] {
            let args = ["shop", chart, "-n", &namespace, "--dry-run=server"];
            let theirs = plane.command(&helm(version)).arg("template").args(args).output().unwrap();
            assert!(theirs.status.success(), "{what}: {}", String::from_utf8_lossy(&theirs.stderr));
            let ours = run(plane, &[&["render", "--helm-version", version][..], &args].concat());
            assert!(ours.status.success(), "{what} {version}: {}", String::from_utf8_lossy(&ours.stderr));
            assert_eq!(
                String::from_utf8_lossy(&ours.stdout),
                String::from_utf8_lossy(&theirs.stdout),
                "{what} {version}"
            );
        }
    };
    compare("nothing is there");
    plane.must(
        &["create", "secret", "generic", "kept", "-n", &namespace, &format!("--from-literal=password={CANARY}")],
        "",
    );
    plane.must(&["label", "secret", "kept", "-n", &namespace, "next=other"], "");
    compare("a Secret that leads on");

    let file = dir.path().join("world.json").display().to_string();
    let recorded = run(plane, &["record", "shop", chart, "-n", &namespace, "-o", &file]);
    assert!(recorded.status.success(), "{}", String::from_utf8_lossy(&recorded.stderr));
    let text = fs::read_to_string(&file).unwrap();
    let encoded = plimsoll::go::encode::base64_encode(CANARY.as_bytes());
    assert!(!text.contains(CANARY) && !text.contains(&encoded), "values are left out");
    let schema = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/world.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    assert!(validator.is_valid(&serde_json::from_str(&text).unwrap()));
    let live = run(plane, &["render", "shop", chart, "-n", &namespace, "--dry-run=server"]);
    let offline = |args: &[&str]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_plimsoll"))
            .args(["render", "shop", chart, "-n", &namespace])
            .args(args)
            .env_remove("KUBECONFIG")
            .output()
            .unwrap()
    };
    let again = offline(&["--world", &file]);
    assert_eq!(
        String::from_utf8_lossy(&again.stdout),
        String::from_utf8_lossy(&live.stdout),
        "{}",
        String::from_utf8_lossy(&again.stderr)
    );
    // Another namespace was not recorded: what it has is not known.
    let other = std::process::Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(["render", "shop", chart, "-n", "elsewhere", "--world", &file])
        .output()
        .unwrap();
    assert_eq!(other.status.code(), Some(2), "{}", String::from_utf8_lossy(&other.stderr));
    assert!(String::from_utf8_lossy(&other.stderr).contains("is not in the recording"));
    let recorded = run(plane, &["record", "shop", chart, "-n", &namespace, "-o", &file, "--secret-values"]);
    assert!(recorded.status.success());
    assert!(fs::read_to_string(&file).unwrap().contains(&encoded), "values were asked for");
    // A kind that the cluster does not have stops both.
    for version in ["4.3.1", "3.22.0"] {
        let args = ["shop", chart, "-n", &namespace, "--dry-run=server", "--set", "nothing=true"];
        let theirs = plane.command(&helm(version)).arg("template").args(args).output().unwrap();
        let ours = run(plane, &[&["render", "--helm-version", version][..], &args].concat());
        assert_eq!((theirs.status.success(), ours.status.code()), (false, Some(2)), "{version}");
        assert!(ours.stdout.is_empty());
    }
    println!("oracle lookups: 6 renders as Helm's, 2 recordings");
}
