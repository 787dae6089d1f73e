//! Templates that never end, grow without bound, nest too deeply or ask a function for too much.

use crate::Verdict::{self, Helm, Ours, Renders, Says};
use crate::{Case, chart};

const LIMIT: Verdict = Ours("limit");

/// Charts of one template.
const TEXTS: &[(&str, Verdict, &str)] = &[
    ("include itself", Helm, r#"{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}"#),
    ("template itself", Helm, r#"{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}"#),
    ("block itself", Helm, r#"{{ block "a" . }}{{ template "a" . }}{{ end }}"#),
    (
        "tpl itself",
        Says("rendering template has a nested reference"),
        r#"{{ define "a" }}{{ tpl "{{ include \"b\" . }}" . }}{{ end }}{{ define "b" }}{{ tpl "{{ template \"a\" . }}" . }}{{ end }}{{ template "a" . }}"#,
    ),
    (
        "include doubled",
        LIMIT,
        r#"{{ define "a" }}{{ $n := . }}{{ if $n }}{{ include "a" (sub $n 1) }}{{ include "a" (sub $n 1) }}{{ end }}{{ end }}{{ include "a" 60 }}"#,
    ),
    (
        "tpl doubled",
        LIMIT,
        r#"{{ $_ := set . "t" "{{ if .n }}{{ $_ := set . \"n\" (sub .n 1) }}{{ tpl .t . }}{{ $_ := set . \"n\" (sub .n 1) }}{{ tpl .t . }}{{ end }}" }}{{ $_ := set . "n" 100000000 }}{{ tpl .t . }}"#,
    ),
    ("until", LIMIT, "{{ until 1000000000 }}"),
    ("until in a loop", LIMIT, "{{ range until 100000 }}{{ $x := until 100000 }}{{ end }}"),
    ("untilStep", LIMIT, "{{ untilStep 0 2000000000 1 }}"),
    ("untilStep zero", Helm, "{{ untilStep 0 10 0 }}"),
    ("seq", LIMIT, "{{ seq 1 2000000000 }}"),
    ("repeat", LIMIT, r#"{{ repeat 1000000000 "a" }}"#),
    ("repeat overflow", Helm, r#"{{ repeat 9223372036854775807 "ab" }}"#),
    ("repeat negative", Helm, r#"{{ repeat -1 "ab" }}"#),
    ("randAlphaNum", LIMIT, "{{ randAlphaNum 1000000000 }}"),
    ("randBytes", LIMIT, "{{ randBytes 2000000000 }}"),
    ("randAlpha in a loop", LIMIT, "{{ range 1000000 }}{{ $x := randAlpha 10000 }}{{ end }}"),
    ("indent", LIMIT, r#"{{ indent 1000000000 "a" }}"#),
    ("nindent", LIMIT, r#"{{ nindent 2000000000 "a\nb" }}"#),
    ("indent of many lines", LIMIT, r#"{{ indent 100000 (repeat 100000 "\n") }}"#),
    ("printf width", LIMIT, r#"{{ range 100000 }}{{ $x := printf "%999999d" 1 }}{{ end }}"#),
    ("printf precision", LIMIT, r#"{{ range 100000 }}{{ $x := printf "%.999999f" 1.0 }}{{ end }}"#),
    ("printf star", LIMIT, r#"{{ range 100000 }}{{ $x := printf "%*d %-*s" 999999 1 999999 "x" }}{{ end }}"#),
    ("wrap", LIMIT, r#"{{ wrapWith 1 (repeat 100000 "x") (repeat 10000 "word ") }}"#),
    ("abbrev and trunc", Helm, r#"{{ trunc -9223372036854775808 "abc" }}{{ substr -1 9223372036854775807 "abc" }}"#),
    ("replace grows", LIMIT, r#"{{ replace "" (repeat 100000 "x") (repeat 100000 "y") }}"#),
    ("join grows", LIMIT, r#"{{ join (repeat 100000 "x") (until 100000) }}"#),
    ("regexReplaceAll grows", LIMIT, r#"{{ regexReplaceAll "" (repeat 100000 "x") (repeat 100000 "y") }}"#),
    ("string doubled", LIMIT, r#"{{ $s := "0123456789" }}{{ range 64 }}{{ $s = print $s $s }}{{ end }}{{ $s }}"#),
    (
        "string doubled by printf",
        LIMIT,
        r#"{{ $s := "0123456789" }}{{ range 64 }}{{ $s = printf "%s%s" $s $s }}{{ end }}"#,
    ),
    ("string doubled by quote", LIMIT, r#"{{ $s := "\"" }}{{ range 64 }}{{ $s = quote $s }}{{ end }}"#),
    ("string doubled by toJson", LIMIT, r#"{{ $s := "\"" }}{{ range 64 }}{{ $s = toJson $s }}{{ end }}"#),
    ("string doubled by b64enc", LIMIT, r#"{{ $s := "abc" }}{{ range 64 }}{{ $s = b64enc (cat $s $s) }}{{ end }}"#),
    (
        "string grown",
        LIMIT,
        r#"{{ $s := "" }}{{ range until 200000 }}{{ $s = print $s "0123456789012345678901234567890123456789" }}{{ end }}"#,
    ),
    ("list grown", LIMIT, "{{ $l := list }}{{ range until 100000 }}{{ $l = append $l 1 }}{{ end }}"),
    ("list doubled", LIMIT, "{{ $l := list 1 }}{{ range 64 }}{{ $l = concat $l $l }}{{ end }}"),
    ("list of lists", LIMIT, "{{ $l := list 1 }}{{ range 64 }}{{ $l = list $l $l $l $l }}{{ end }}{{ $l }}"),
    ("list of lists to JSON", LIMIT, "{{ $l := list 1 }}{{ range 64 }}{{ $l = list $l $l }}{{ end }}{{ toJson $l }}"),
    ("list of lists to YAML", LIMIT, "{{ $l := list 1 }}{{ range 64 }}{{ $l = list $l $l }}{{ end }}{{ toYaml $l }}"),
    (
        "lists compared",
        LIMIT,
        "{{ $l := list 1 }}{{ $m := list 1 }}{{ range 64 }}{{ $l = list $l $l }}{{ $m = list $m $m }}{{ end }}{{ deepEqual $l $m }}",
    ),
    (
        "list copied deeply",
        LIMIT,
        "{{ $l := list 1 }}{{ range 64 }}{{ $l = list $l $l }}{{ end }}{{ $x := deepCopy $l }}",
    ),
    ("list deep", LIMIT, "{{ $l := list 1 }}{{ range until 1000000 }}{{ $l = list $l }}{{ end }}{{ toJson $l }}"),
    (
        "list deep to YAML",
        LIMIT,
        "{{ $l := list 1 }}{{ range until 100000 }}{{ $l = list $l }}{{ end }}{{ toYaml $l }}",
    ),
    ("list deep printed", LIMIT, "{{ $l := list 1 }}{{ range until 1000000 }}{{ $l = list $l }}{{ end }}{{ $l }}"),
    (
        "list deep compared",
        LIMIT,
        "{{ $l := list 1 }}{{ $m := list 1 }}{{ range until 1000000 }}{{ $l = list $l }}{{ $m = list $m }}{{ end }}{{ deepEqual $l $m }}",
    ),
    (
        "list deep copied",
        LIMIT,
        "{{ $l := list 1 }}{{ range until 1000000 }}{{ $l = list $l }}{{ end }}{{ $x := deepCopy $l }}",
    ),
    ("uniq", LIMIT, "{{ $x := uniq (until 100000) }}"),
    ("without", LIMIT, "{{ range 100000 }}{{ $x := without (until 10000) 1 2 3 4 5 6 7 8 }}{{ end }}"),
    ("chunk", Helm, "{{ chunk 0 (list 1 2) }}"),
    ("dict grown", LIMIT, r#"{{ $d := dict }}{{ range until 3000000 }}{{ $_ := set $d (print .) . }}{{ end }}"#),
    (
        "dict in itself, toYaml",
        Says("cycle"),
        r#"{{ $d := dict }}{{ $_ := set $d "a" $d }}{{ toYaml $d }}|{{ mustToJson $d }}"#,
    ),
    ("dict in itself, printed", LIMIT, r#"{{ $d := dict }}{{ $_ := set $d "a" $d }}{{ $d }}"#),
    ("dict in itself, toToml", LIMIT, r#"{{ $d := dict }}{{ $_ := set $d "a" $d }}{{ toToml $d }}"#),
    ("dict in itself, deepCopy", LIMIT, r#"{{ $d := dict }}{{ $_ := set $d "a" $d }}{{ deepCopy $d }}"#),
    (
        "dict in itself, merge",
        LIMIT,
        r#"{{ $d := dict "b" 1 }}{{ $_ := set $d "a" $d }}{{ $e := dict "c" 1 }}{{ $_ := set $e "a" $e }}{{ $x := merge $d $e }}"#,
    ),
    (
        "dict in itself, deepEqual",
        LIMIT,
        r#"{{ $d := dict }}{{ $_ := set $d "a" $d }}{{ $e := dict }}{{ $_ := set $e "a" $e }}{{ deepEqual $d $e }}"#,
    ),
    ("context printed", LIMIT, r#"{{ $_ := set .Values "me" . }}{{ . }}"#),
    (
        "merge wide",
        LIMIT,
        r#"{{ $d := dict }}{{ range until 3000 }}{{ $_ := set $d (print .) (dict "a" .) }}{{ end }}{{ range until 100000 }}{{ $x := merge (dict) $d }}{{ $y := deepCopy $d }}{{ end }}"#,
    ),
    (
        "merge deep",
        LIMIT,
        r#"{{ $d := dict "a" 1 }}{{ $e := dict "b" 1 }}{{ range until 1000000 }}{{ $d = dict "a" $d }}{{ $e = dict "a" $e }}{{ end }}{{ $x := merge $d $e }}"#,
    ),
    (
        "merge shared",
        LIMIT,
        r#"{{ $d := dict "a" 1 }}{{ range 64 }}{{ $d = dict "a" $d "b" $d }}{{ end }}{{ $x := mergeOverwrite (dict) (deepCopy $d) }}"#,
    ),
    ("regexp counted", Helm, r#"{{ regexMatch "((a{0,1000}){0,1000}){0,1000}" "aaa" }}"#),
    ("regexp backtracks elsewhere", Renders, r#"a: {{ regexMatch "^(a+)+$" (print (repeat 50000 "a") "b") }}"#),
    (
        "regexp large",
        Renders,
        r#"a: {{ $p := "a" }}{{ range until 1000 }}{{ $p = print $p "[a-z]{1,900}?(\\pL|\\pN)" }}{{ end }}{{ regexMatch $p (repeat 10000 "ab") }}"#,
    ),
    ("regexp deep", Helm, r#"{{ regexMatch (print (repeat 2000 "(") "a" (repeat 2000 ")")) "a" }}"#),
    (
        "regexps many",
        LIMIT,
        r#"{{ range until 1000000 }}{{ $x := regexMatch (print "^[a-z]{1,100}" . "$") "abc" }}{{ end }}"#,
    ),
    (
        "regexp over a long text",
        LIMIT,
        r#"{{ $t := repeat 1000000 "ab" }}{{ range until 100000 }}{{ $x := regexFindAll "b(a|c)*?x" $t -1 }}{{ end }}"#,
    ),
    ("genPrivateKey", LIMIT, r#"{{ range 100000 }}{{ $x := genPrivateKey "rsa" }}{{ end }}"#),
    ("genPrivateKey dsa", LIMIT, r#"{{ range 100000 }}{{ $x := genPrivateKey "dsa" }}{{ end }}"#),
    ("genSelfSignedCert", LIMIT, r#"{{ range 100000 }}{{ $x := genSelfSignedCert "a" nil nil 1 }}{{ end }}"#),
    ("bcrypt", LIMIT, r#"{{ range 100000 }}{{ $x := bcrypt "a" }}{{ end }}"#),
    ("htpasswd", LIMIT, r#"{{ range 100000 }}{{ $x := htpasswd "a" "b" }}{{ end }}"#),
    ("derivePassword", LIMIT, r#"{{ range 100000 }}{{ $x := derivePassword 1 "long" "a" "b" "c" }}{{ end }}"#),
    ("sha256sum", LIMIT, r#"{{ $s := repeat 1000000 "a" }}{{ range until 1000000 }}{{ $x := sha256sum $s }}{{ end }}"#),
    ("range over an int", LIMIT, "{{ range 1000000000000 }}{{ end }}"),
    ("range over an int, printing", LIMIT, "{{ range 1000000000000 }}0123456789{{ end }}"),
    ("range nested", LIMIT, "{{ range 100000 }}{{ range 100000 }}{{ range 100000 }}{{ end }}{{ end }}{{ end }}"),
    ("output", LIMIT, r#"{{ $s := repeat 1000000 "a" }}{{ range 100000 }}{{ $s }}{{ end }}"#),
    (
        "output by include",
        LIMIT,
        r#"{{ define "a" }}{{ repeat 1000000 "a" }}{{ end }}{{ range 100000 }}{{ $x := include "a" . }}{{ end }}"#,
    ),
    ("documents", Renders, "{{ range 3000000 }}---\n{{ end }}"),
    ("documents with kinds", Renders, "{{ range until 400000 }}---\nkind: A\nmetadata: {name: x}\n{{ end }}"),
    ("add overflows", Helm, "{{ add 9223372036854775807 1 }} {{ mul 9223372036854775807 2 }}"),
    ("div by zero", Helm, "{{ div 1 0 }}"),
    ("mod by zero", Helm, "{{ mod 1 0 }}"),
    ("decimals", Helm, r#"{{ $x := "1.0000000001" }}{{ range 64 }}{{ $x = mulf $x $x | toString }}{{ end }}"#),
    ("decimal exponent", Renders, r#"a: {{ addf 1e300 1e-300 }}{{ round 1e300 300 }}"#),
    ("dates", Helm, r#"{{ date (repeat 10000 "2006") (toDate "2006" "2020") | len }}"#),
    ("index huge", Helm, "{{ index (list 1) 9223372036854775807 }}"),
    ("slice huge", Helm, "{{ slice (list 1) 0 9223372036854775807 }}"),
    ("splitn", Renders, r#"a: {{ (splitn "," 9223372036854775807 "a,b")._0 }}"#),
    (
        "splitList",
        LIMIT,
        r#"{{ $s := repeat 1000000 "a," }}{{ range until 100000 }}{{ $x := splitList "," $s }}{{ end }}"#,
    ),
    (
        "fromYaml of aliases",
        Renders,
        r#"a: {{ fromYaml "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\nh: [*g,*g,*g,*g,*g,*g,*g,*g,*g]\n" | toString | len }}"#,
    ),
    ("fromYaml deep", Renders, r#"a: {{ fromYamlArray (repeat 1000000 "[") | toString | len }}"#),
    ("fromJson deep", Renders, r#"a: {{ fromJsonArray (repeat 1000000 "[") | toString | len }}"#),
    ("fromToml deep", LIMIT, r#"a: {{ fromToml (print "a = " (repeat 100000 "[")) | toString | len }}"#),
    (
        "fromYaml in a loop",
        LIMIT,
        r#"{{ $t := repeat 1000 "- {a: [1,2,3]}\n" }}{{ range until 1000000 }}{{ $x := fromYamlArray $t }}{{ end }}"#,
    ),
    ("semver", Helm, r#"{{ semverCompare (print (repeat 3000 ">1 || ") "<2") "1.0.0" }}"#),
    ("glob", Renders, r#"{{ range until 100 }}{{ $x := $.Files.Glob (repeat 100 "*a") }}{{ end }}"#),
    ("undefined cut short", Helm, r#"{{ define "a" }}{{ if }}"#),
    ("NUL in a template", Helm, "a: \0{{ .Values.x }}"),
    ("fail says escapes", Helm, r#"{{ fail "\x1b[2J\x07 you" }}"#),
];

pub fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> =
        TEXTS.iter().map(|(name, verdict, text)| one(name, *verdict, text.to_string())).collect();
    let deep =
        |open: &str, middle: &str, close: &str, n: usize| format!("{}{middle}{}", open.repeat(n), close.repeat(n));
    cases.extend([
        one("parentheses", Helm, format!("{{{{ {} }}}}", deep("(", "1", ")", 1_000_000))),
        one("parentheses open", Helm, format!("{{{{ {}", "(".repeat(1_000_000))),
        one("ifs", LIMIT, deep("{{ if 1 }}", "x", "{{ end }}", 200_000)),
        one("else ifs", Renders, format!("{{{{ if 0 }}}}{}{{{{ end }}}}", "{{ else if 0 }}".repeat(2000))),
        one("else ifs, many", Renders, format!("{{{{ if 0 }}}}{}{{{{ end }}}}", "{{ else if 0 }}".repeat(200_000))),
        one("ranges", LIMIT, deep("{{ range 2 }}", "x", "{{ end }}", 100)),
        one("pipeline", Renders, format!("a: {{{{ 1{} }}}}", " | int".repeat(100_000))),
        one("fields", Renders, "{{ .Values.a }}".to_string()),
        one("fields deep", Helm, format!("{{{{ .Values{} }}}}", ".a".repeat(1000))),
        one("arguments", Renders, format!("a: {{{{ len (list{}) }}}}", " 1".repeat(200_000))),
        one("variables", Renders, "{{ $a := 1 }}".repeat(50_000)),
        one("defines", Renders, (0..20_000).map(|i| format!("{{{{ define \"t{i}\" }}}}{{{{ end }}}}")).collect()),
        one("one line", Renders, format!("# {}", "x".repeat(4 << 20))),
        one("actions, very many", LIMIT, "{{1}}".repeat(1_000_000)),
        one("actions, many", Renders, format!("a: {}", "{{ 1 }}".repeat(100_000))),
        one("comment open", Helm, format!("{{{{/* {}", "x".repeat(1 << 20))),
        one("string open", Helm, format!("{{{{ \"{}", "x".repeat(1 << 20))),
        one("output nests as YAML", Helm, format!("a: {}", "[".repeat(1_000_000))),
        one("output aliases as YAML", Helm, aliases("kind: A\n")),
        one(
            "output nests in a document head",
            Helm,
            format!("metadata: {}{}", "{a: ".repeat(100_000), "}".repeat(100_000)),
        ),
        one("output not UTF-8", Helm, "a: {{ \"\\xff\\xfe\" }}".into()),
        Case::new("template not UTF-8", Helm, |dir| chart(dir, &[("templates/a.yaml", b"a: \xFF\xFE\x80{{ 1 }}")])),
        Case::new("template name with escapes", Ours("limit"), |dir| {
            chart(dir, &[("templates/\x1b[2Ja.yaml", b"{{ until 1000000000 }}")])
        }),
        Case::new("many files that each do much", LIMIT, |dir| {
            let files: Vec<_> = (0..50).map(|i| format!("templates/{i}.yaml")).collect();
            let text = b"{{ range 10000000 }}{{ end }}".as_slice();
            chart(dir, &files.iter().map(|f| (f.as_str(), text)).collect::<Vec<_>>())
        }),
        Case::new("release name template", Ours("limit"), |dir| {
            let mut args = chart(dir, &[]);
            args.remove(0);
            args.extend(["--name-template".into(), "{{ until 1000000000 }}".into()]);
            args
        }),
    ]);
    cases
}

fn one(name: &str, verdict: Verdict, text: String) -> Case {
    Case::new(format!("template: {name}"), verdict, move |dir| chart(dir, &[("templates/a.yaml", text.as_bytes())]))
}

/// YAML whose aliases stand for a thousand million nodes.
pub fn aliases(head: &str) -> String {
    let mut text = format!("{head}a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for i in 1..10 {
        text += &format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 10].join(", "));
    }
    text
}
