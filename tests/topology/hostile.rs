//! Input that means harm: nothing panics, nothing hangs, nothing grows with the square.

use std::fmt::Write;
use std::time::{Duration, Instant};

use super::told::*;

fn timed(text: String) -> (Duration, usize) {
    let start = Instant::now();
    let edges = with(text, |topology, _| topology.edges.len());
    (start.elapsed(), edges)
}

#[test]
fn variables_that_refer_to_each_other_end() {
    let env = "[{name: A, value: $(B)}, {name: B, value: $(A)$(A)}, {name: DATABASE_URL, value: 'postgres://$(A):$(B)@$(DATABASE_URL)/d'}]";
    let lines = told(&deployment("web", &format!("image: acme/web\nenv: {env}")));
    assert_eq!(lines.len(), 1, "{lines:?}");
    // Each doubles the one before.
    let mut env = String::from("\n- {name: V0, value: 'postgres://h/d'}");
    for n in 1..60 {
        let _ = write!(env, "\n- {{name: DATABASE_URL{n}, value: '$(DATABASE_URL{}) $(V0)$(V0)'}}", n - 1);
    }
    told(&deployment("web", &format!("image: acme/web\nenv:{env}")));
}

#[test]
fn ten_thousand_documents_cost_ten_times_a_thousand() {
    let many = |n: usize| {
        let mut text = database();
        for i in 0..n {
            text += &store("Secret", &format!("s{i}"), "url: postgres://u:p@db:5432/d");
            text += &deployment(
                &format!("web{i}"),
                &format!(
                    "image: acme/web\nenv: [{{name: DATABASE_URL, valueFrom: {{secretKeyRef: {{name: s{i}, key: url}}}}}}]"
                ),
            );
        }
        text
    };
    let (small, edges) = timed(many(500));
    assert_eq!(edges, 500);
    let (large, edges) = timed(many(5_000));
    assert_eq!(edges, 5_000);
    assert!(large < small * 40 + Duration::from_secs(2), "500: {small:?}, 5,000: {large:?}");
}

#[test]
fn ten_megabytes_in_a_config_map_are_not_read() {
    let line = "  database.url = postgres://u:p@h/d # and so on and so forth\n";
    let mut text = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: big}\ndata:\n app.ini: |\n".to_string();
    text.extend(std::iter::repeat_n(line, 10_000_000 / line.len()));
    text += &pod(
        "apps/v1",
        "Deployment",
        "web",
        "volumes: [{name: c, configMap: {name: big}}]\ncontainers:\n- name: main\n  image: acme/web\n  volumeMounts: [{name: c, mountPath: /etc/app}]",
    );
    let (time, _) = timed(text);
    assert!(time < Duration::from_secs(20), "{time:?}");
}

#[test]
fn one_large_file_for_many_pods_is_read_once() {
    let mut text = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata:\n app.yaml: |\n".to_string();
    for n in 0..8_000 {
        let _ = writeln!(text, "  k{n}: {{host: 'h{n}', port: 5432, user: '${{U{n}:-x}}'}}");
    }
    for n in 0..40 {
        text += &pod(
            "apps/v1",
            "Deployment",
            &format!("web{n}"),
            "volumes: [{name: c, configMap: {name: conf}}]\ncontainers:\n- name: main\n  image: acme/web\n  volumeMounts: [{name: c, mountPath: /etc/app}]",
        );
    }
    let (time, _) = timed(text);
    assert!(time < Duration::from_secs(60), "{time:?}");
}

#[test]
fn many_operators_objects_and_many_clients_are_no_product() {
    let many = |n: usize| {
        let mut text = String::new();
        for i in 0..n {
            let _ = write!(
                text,
                "---\napiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {{name: pg{i}}}\nspec: {{instances: 1}}\n"
            );
            text += &deployment(
                &format!("web{i}"),
                &format!("image: acme/web\nenv: [{{name: DATABASE_URL, value: 'postgres://u:p@pg{i}-rw/d'}}]"),
            );
        }
        text
    };
    let (small, _) = timed(many(300));
    let (large, edges) = timed(many(3_000));
    assert_eq!(edges, 3_000);
    assert!(large < small * 40 + Duration::from_secs(2), "300: {small:?}, 3,000: {large:?}");
}

#[test]
fn bytes_that_are_no_text_and_shapes_that_are_none() {
    let secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {url: //8=, other: '!!', HOST: ZGI=}\n";
    for env in [
        "[{name: DATABASE_URL, valueFrom: {secretKeyRef: {name: s, key: url}}}]",
        "[{name: DATABASE_URL, valueFrom: {secretKeyRef: {name: s, key: other}}}]",
        "[{name: DATABASE_URL, valueFrom: {}}]",
        "[{name: DATABASE_URL, value: 5}]",
        "[{name: [], value: {}}]",
        "{}",
        "[{name: DATABASE_URL, value: 'postgres://'}, {name: PGHOST, value: ','}, {name: DB_HOST, value: '::::'}]",
        "[{name: DATABASE_URL, value: 'postgres://[::1'}, {name: DB_URL, value: 'jdbc:postgresql:'}, {name: X_URL, value: 'Host=;=;'}]",
    ] {
        let text = format!(
            "{secret}{}",
            deployment("web", &format!("image: acme/web\nenv: {env}\ncommand: [psql, -h]\nargs: [null, 5, {{}}]"))
        );
        let lines = told(&text);
        assert!(lines.iter().all(|l| !l.contains('\u{0}')), "{lines:?}");
    }
    let script = "command: [sh, -c, \"$($($( \\\"' `psql -h ${A:-$(B)} | pg_isready -d 'x\"]";
    told(&deployment("web", &format!("image: postgres\n{script}")));
}

#[test]
fn hostile_names_stay_data() {
    let name = "\\u001b[31m::error::\\u0000<script>";
    let text = format!(
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: \"{name}\"}}\nspec: {{template: {{spec: {{containers: [{{name: \"{name}\", image: \"{name}\", env: [{{name: \"{name}_DATABASE_URL\", value: 'postgres://u:p@h/d'}}]}}]}}}}}}\n"
    );
    with(text, |topology, _| assert!(topology.edges.len() <= 1));
}
