//! `--coverage`: both verdicts of every kind of branch, of values and of clauses.

use std::fs;
use std::path::Path;

use super::{run, write};

const TEMPLATE: &str = "\
{{- define \"used\" }}{{ if .a }}x{{ else }}y{{ end }}{{ end -}}
{{- define \"unused\" }}z{{ end -}}
kind: ConfigMap
apiVersion: v1
metadata: {name: c}
data:
  a: {{ include \"used\" .Values }}
  {{- with .Values.b }}
  b: {{ . }}
  {{- end }}
  {{- range .Values.list }}
  l{{ . }}: x
  {{- else }}
  none: x
  {{- end }}
  {{- if and .Values.a (or .Values.b .Values.c) }}
  both: x
  {{- end }}
";

const SCHEMA: &str = r#"{
  "type": "object",
  "properties": {
    "a": {"type": "boolean"},
    "b": {"enum": ["", "x", "y"]}
  }
}
"#;

fn chart(work: &Path) {
    write(&work.join("small/Chart.yaml"), "apiVersion: v2\nname: small\nversion: 1.2.3\n");
    write(&work.join("small/values.yaml"), "a: false\nb: \"\"\nc: 0\nlist: []\n");
    write(&work.join("small/values.schema.json"), SCHEMA);
    write(&work.join("small/templates/c.yaml"), TEMPLATE);
}

fn case(work: &Path, name: &str, values: &str, exit: u8) {
    let folder = work.join("golden/small").join(name);
    write(&folder.join("values.yaml"), values);
    write(&folder.join("case.yaml"), &format!("why: it shows {name}\nexit: {exit}\n"));
}

/// What no case reaches, a line each.
fn gaps(work: &Path) -> Vec<String> {
    let (_, text, _) = run(work, &["small", "--coverage"]);
    text.lines().filter(|line| line.starts_with("small/")).map(str::to_string).collect()
}

#[test]
fn what_no_case_reaches_is_told_with_its_line() {
    let work = tempfile::tempdir().unwrap();
    let work = work.path();
    chart(work);
    case(work, "default", "", 0);
    let want = [
        "small/templates/c.yaml:1: branch: if: never true",
        "small/templates/c.yaml:2: template: unused: never rendered",
        "small/templates/c.yaml:8: branch: with: never something",
        "small/templates/c.yaml:11: branch: range: never anything",
        "small/templates/c.yaml:16: branch: if: never true",
        "small/templates/c.yaml:16: condition: and: never to the last argument",
        "small/templates/c.yaml:16: condition: or: never decided early",
        "small/templates/c.yaml:16: condition: or: never to the last argument",
        "small/values.yaml:1: value: a: no case changes it",
        "small/values.yaml:2: value: b: no case changes it",
        "small/values.yaml:3: value: c: no case changes it",
        "small/values.yaml:4: value: list: no case changes it",
        "small/values.schema.json:2: clause: /type: refuses no case",
        "small/values.schema.json:4: clause: /properties/a/type: refuses no case",
        "small/values.schema.json:5: clause: /properties/b/enum: refuses no case",
    ];
    assert_eq!(gaps(work), want);
    let (_, text, _) = run(work, &["small", "--coverage"]);
    let line = "small: the cases reach 4 of 8 branches (50.0%), 1 of 4 conditions, 2 of 3 templates; change 0 of 4 values; \
                are refused by 0 of 3 schema clauses\n";
    assert!(text.contains(line), "{text}");

    case(work, "all", "a: true\nb: x\nlist: [1, 2]\nc: 1\n", 0);
    case(work, "third", "a: true\nb: \"\"\n", 0);
    case(work, "wrong", "a: 1\nb: z\n", 1);
    let want = [
        "small/templates/c.yaml:2: template: unused: never rendered",
        "small/values.schema.json:2: clause: /type: refuses no case",
    ];
    assert_eq!(gaps(work), want);
}

#[test]
fn a_threshold_fails_below_and_passes_at_it() {
    let work = tempfile::tempdir().unwrap();
    let work = work.path();
    chart(work);
    case(work, "default", "", 0);
    assert_eq!(run(work, &["small", "--update"]).0, Some(0));
    assert_eq!(run(work, &["small", "--fail-under", "50"]).0, Some(0));
    let (exit, text, _) = run(work, &["small", "--fail-under", "50.1"]);
    assert_eq!(exit, Some(1));
    assert!(text.contains("failed[golden-coverage]: small: fewer than 50.1% of the branches"), "{text}");
    let (exit, text, _) = run(work, &["small", "--fail-under", "60", "--report", "github"]);
    assert_eq!(exit, Some(1));
    assert!(text.contains("::error file=small/templates/c.yaml,line=8,title=golden-coverage::with"), "{text}");
    let (_, _, errors) = run(work, &["small", "--fail-under", "101"]);
    assert!(errors.contains("from 0 to 100"), "{errors}");
}

#[test]
fn a_refused_render_reaches_what_it_came_to() {
    let work = tempfile::tempdir().unwrap();
    let work = work.path();
    chart(work);
    let failing = "{{ range .Values.list }}{{ if eq . 2.0 }}{{ fail \"two\" }}{{ end }}{{ end }}";
    write(&work.join("small/templates/f.yaml"), failing);
    case(work, "two", "list: [1, 2]\n", 1);
    let here = gaps(work).into_iter().filter(|gap| gap.contains("/f.yaml")).collect::<Vec<_>>();
    assert_eq!(here, ["small/templates/f.yaml:1: branch: range: never empty"]);
}

#[test]
fn a_branch_that_can_go_one_way_alone_may_say_so() {
    let work = tempfile::tempdir().unwrap();
    let work = work.path();
    chart(work);
    let text = |comment: &str| format!("{{{{ range list 1 2 }}}}{comment}{{{{ end }}}}\n");
    let file = work.join("small/templates/_one.tpl");
    let define = |comment: &str| {
        let body = text(comment);
        write(&file, &format!("{{{{ define \"one\" }}}}{body}{{{{ end }}}}"));
        write(&work.join("small/templates/one.yaml"), "{{ include \"one\" . }}");
    };
    case(work, "default", "", 0);
    let here = || gaps(work).into_iter().filter(|gap| gap.contains("_one.tpl")).collect::<Vec<_>>();
    define("{{/* nothing */}}");
    assert_eq!(here(), ["small/templates/_one.tpl:1: branch: range: never empty"]);
    define("{{/* plimsoll: one way -- the list is written here */}}");
    assert!(here().is_empty());
    // It is no excuse for what is never met.
    write(&work.join("small/templates/one.yaml"), "{{ if .Values.a }}{{ include \"one\" . }}{{ end }}");
    assert_eq!(here().len(), 3, "the template and both ways: {:?}", here());
}

#[test]
fn lcov_says_the_same_for_tools() {
    let work = tempfile::tempdir().unwrap();
    let work = work.path();
    chart(work);
    case(work, "default", "", 0);
    run(work, &["small", "--lcov", "out.info"]);
    let text = fs::read_to_string(work.join("out.info")).unwrap();
    let records: Vec<&str> = text.split("end_of_record\n").filter(|record| !record.is_empty()).collect();
    assert_eq!(records.len(), 3, "{text}");
    let templates = records[0];
    assert!(templates.starts_with("TN:\nSF:small/templates/c.yaml\nFN:"), "{text}");
    for line in ["FNDA:1,used", "FNDA:0,unused", "FNF:3", "FNH:2", "BRF:12", "BRH:5", "DA:9,0", "DA:14,1", "DA:17,0"] {
        assert!(templates.lines().any(|l| l == line), "{line} is not in\n{templates}");
    }
    // A branch that was never met has no count, one that went another way has none of this one.
    assert!(templates.contains("BRDA:8,") && templates.contains(",-\n") && templates.contains(",0\n"), "{templates}");
    assert!(records[1].contains("SF:small/values.yaml\nDA:1,0\n"), "{text}");
    assert!(records[2].contains("SF:small/values.schema.json\n"), "{text}");
}
