//! Pods, environments and files of hand-written manifests. The kubelet's own expansion is the judge in
//! `tests/kube_oracle.rs`.

use bumpalo::Bump;

use super::*;
use crate::chart::Log;
use crate::dialect::V4_3;
use crate::limits::Limits;
use crate::manifest::{self, Input, Manifests};
use crate::render::RenderedFile;

fn with<R>(text: &str, f: impl FnOnce(&Manifests<'_>, &Inventory<'_>) -> R) -> R {
    let (arena, limits) = (Bump::new(), Limits::default());
    let files = [RenderedFile { path: "c/templates/a.yaml".into(), content: text.as_bytes().to_vec() }];
    let input = Input { files: &files, crds: &[], chart: "c", namespace: "ns", dialect: &V4_3, limits: &limits };
    let manifests = manifest::read_input(&input, &arena, &mut Log::new(&V4_3));
    assert!(manifests.broken.is_empty(), "{:?}", manifests.broken);
    let inventory = Inventory::of(&manifests, &arena);
    f(&manifests, &inventory)
}

/// A pod of one container, with its environment, before other documents.
fn with_pod<R>(
    spec: &str,
    others: &str,
    f: impl for<'m> FnOnce(&Inventory<'m>, &Pod<'m>, &Container<'m>, &Environment<'_, 'm>) -> R,
) -> R {
    let spec: String = spec.lines().map(|line| format!("  {line}\n")).collect();
    let text = format!("kind: Pod\napiVersion: v1\nmetadata: {{name: p}}\nspec:\n{spec}---\n{others}");
    with(&text, |_, inventory| {
        let workload = inventory.workloads.iter().find(|w| w.kind == WorkloadKind::Pod).unwrap();
        let container = workload.pod.containers.last().unwrap();
        f(inventory, &workload.pod, container, &environment(inventory, container))
    })
}

const STORES: &str = "kind: Secret
apiVersion: v1
metadata: {name: s}
data: {A: YQ==, BAD: '!', BIN: /w==, EMPTY: ~}
stringData: {B: from string data, A: wins}
---
kind: ConfigMap
apiVersion: v1
metadata: {name: c}
data: {A: config a, C: '$(A)', NUM: 5}
binaryData: {BINARY: YQ==}
---
kind: Secret
apiVersion: v1
metadata: {name: s, namespace: elsewhere}
stringData: {Z: z}
";

fn value(environment: &Environment<'_, '_>, name: &str) -> String {
    let Some(var) = environment.get(name) else { return "<unset>".into() };
    match var.value.known_str() {
        Some(text) => text.into_owned(),
        None => format!("<{}>", reason(var.value.why())),
    }
}

fn reason(why: Option<&Why<'_>>) -> String {
    match why {
        None => "not text".into(),
        Some(Why::NotRendered { name, key, optional, .. }) => format!("not rendered {name}/{key} {optional}"),
        Some(Why::KeyMissing { key, .. }) => format!("no key {key}"),
        Some(Why::NotBase64 { key, .. }) => format!("no base64 {key}"),
        Some(Why::FieldRef { path, .. }) => format!("field {path}"),
        Some(Why::ServiceLink { service, name }) => format!("service {name} {}", service.is_some()),
        Some(Why::MaybeFrom { name, .. }) => format!("maybe {name}"),
        Some(Why::WrongType { .. }) => "wrong type".into(),
        Some(Why::TooLong { .. }) => "too long".into(),
        Some(Why::ResourceField { .. } | Why::FileKey { .. }) => "runtime".into(),
    }
}

fn values(env: &str, names: &[(&str, &str)]) {
    let spec = format!("containers:\n- name: a\n{env}");
    with_pod(&spec, STORES, |_, _, _, environment| {
        for (name, want) in names {
            assert_eq!(value(environment, name), *want, "{name} of\n{env}");
        }
    });
}

#[test]
fn env_goes_over_env_from_and_later_over_earlier() {
    let env = "  envFrom:\n  - secretRef: {name: s}\n  - configMapRef: {name: c}\n  - prefix: P_\n    secretRef: {name: s}\n  env:\n  - {name: B, value: plain}\n  - {name: B, value: again}\n";
    values(
        env,
        &[
            ("A", "config a"),
            ("B", "again"),
            // Only the values of `env` are expanded.
            ("C", "$(A)"),
            ("P_A", "wins"),
            ("BAD", "<no base64 BAD>"),
            ("BIN", "<not text>"),
            ("EMPTY", ""),
            ("NUM", "<wrong type>"),
            ("BINARY", "<unset>"),
        ],
    );
    with_pod(&format!("containers:\n- name: a\n{env}"), STORES, |_, _, _, environment| {
        let b = environment.get("B").unwrap();
        let losers: Vec<_> = b.shadowed.iter().map(|l| l.value.known_str().unwrap().into_owned()).collect();
        assert_eq!(losers, ["plain", "from string data"]);
        assert!(matches!(b.from, VarSource::Env { index: 1, .. }));
        assert!(matches!(b.shadowed[1].from, VarSource::EnvFrom { index: 0, key: "B", .. }));
        assert!(environment.opaque.is_empty());
    });
}

#[test]
fn references_see_what_came_before() {
    values(
        "  envFrom: [{secretRef: {name: s}}]
  env:
  - {name: X, value: '$(Q)'}
  - {name: Q, value: '1$$(A)'}
  - {name: Z, value: '$(A)-$(Q)-$(X)'}
  - {name: A, value: 'new $(A)'}
  - {name: SELF, value: $(SELF)}
  - {name: NUM, value: 5}
  - {name: NIL, value: ~}
  - {name: NS, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
  - {name: IP, value: '', valueFrom: {fieldRef: {fieldPath: status.podIP}}}
  - {name: K, value: 'https://$(KUBERNETES_SERVICE_HOST)'}
  - {name: G, value: '$(GONE_SERVICE_HOST)'}
",
        &[
            ("X", "$(Q)"),
            ("Q", "1$(A)"),
            ("Z", "wins-1$(A)-$(Q)"),
            ("A", "new wins"),
            ("SELF", "$(SELF)"),
            ("NUM", "<wrong type>"),
            ("NIL", ""),
            ("NS", "ns"),
            ("IP", "<field status.podIP>"),
            ("K", "<service KUBERNETES_SERVICE_HOST false>"),
            ("G", "<service GONE_SERVICE_HOST false>"),
        ],
    );
}

#[test]
fn keys_that_are_missing_and_objects_that_are_not_rendered() {
    let of =
        |name: &str, key: &str, more: &str| format!("valueFrom: {{secretKeyRef: {{name: {name}, key: {key}{more}}}}}");
    let env = format!(
        "  env:
  - {{name: OPT, value: before}}
  - {{name: OPT, {}}}
  - {{name: MISSING, {}}}
  - {{name: OTHER, {}}}
  - {{name: MAYBE, {}}}
  - {{name: FOREIGN, {}}}
  - {{name: BINARY, valueFrom: {{configMapKeyRef: {{name: c, key: BINARY}}}}}}
",
        of("s", "NOPE", ", optional: true"),
        of("s", "NOPE", ""),
        of("other", "k", ""),
        of("other", "k", ", optional: true"),
        of("s", "Z", ""),
    );
    values(
        &env,
        &[
            ("OPT", "before"),
            ("MISSING", "<no key NOPE>"),
            ("OTHER", "<not rendered other/k false>"),
            ("MAYBE", "<not rendered other/k true>"),
            ("FOREIGN", "<no key Z>"),
            ("BINARY", "<no key BINARY>"),
        ],
    );
}

#[test]
fn what_env_from_may_bring_is_not_taken_for_unset() {
    let env = "  envFrom:\n  - prefix: DB_\n    secretRef: {name: other}\n  env:\n  - {name: URL, value: 'postgres://u:$(DB_PASS)@h/$(DATABASE)'}\n";
    with_pod(&format!("containers:\n- name: a\n{env}"), STORES, |_, _, _, environment| {
        let url = &environment.get("URL").unwrap().value;
        assert_eq!(reason(url.why()), "maybe DB_PASS");
        let (bytes, ranges) = url.with_holes("?");
        assert_eq!(bytes, b"postgres://u:?@h/$(DATABASE)");
        assert_eq!(ranges[1], 13..14);
        assert_eq!(environment.opaque.len(), 1);
        assert!(environment.maybe_from("DB_X").is_some() && environment.maybe_from("X").is_none());
    });
}

#[test]
fn services_become_variables_unless_links_are_off() {
    let service = "kind: Service\napiVersion: v1\nmetadata: {name: my-db}\nspec: {ports: [{port: 5432}]}\n---\nkind: Service\napiVersion: v1\nmetadata: {name: bare}\nspec: {clusterIP: None}\n";
    let spec = |links: &str| {
        format!(
            "enableServiceLinks: {links}\ncontainers:\n- name: a\n  env:\n  - {{name: H, value: $(MY_DB_SERVICE_HOST)}}\n  - {{name: B, value: $(BARE_PORT)}}\n  - {{name: T, value: $(MY_DB_PORT_5432_TCP_ADDR)}}\n"
        )
    };
    with_pod(&spec("true"), service, |_, _, _, environment| {
        assert_eq!(value(environment, "H"), "<service MY_DB_SERVICE_HOST true>");
        assert_eq!(value(environment, "T"), "<service MY_DB_PORT_5432_TCP_ADDR true>");
        assert_eq!(value(environment, "B"), "$(BARE_PORT)");
    });
    with_pod(&spec("false"), service, |_, _, _, environment| {
        assert_eq!(value(environment, "H"), "$(MY_DB_SERVICE_HOST)");
    });
}

#[test]
fn values_that_double_are_cut_short() {
    let env: String = (1..60).map(|n| format!("  - {{name: V{n}, value: '$(V{})$(V{})'}}\n", n - 1, n - 1)).collect();
    let env = format!("  env:\n  - {{name: V0, value: 'x'}}\n{env}");
    values(&env, &[("V3", "xxxxxxxx"), ("V59", "<too long>")]);
}

#[test]
fn nothing_prints_a_secret() {
    let env = "  envFrom: [{secretRef: {name: s}}]\n  env: [{name: U, value: 'x$(A)y'}]\n";
    with_pod(&format!("containers:\n- name: a\n{env}"), STORES, |inventory, _, _, environment| {
        let shown = format!("{:?} {:?}", environment.vars, inventory.stores);
        assert!(shown.contains("bytes") && !shown.contains("from string data"));
    });
}

#[test]
fn commands_are_expanded_with_the_whole_environment() {
    let spec = "containers:\n- name: a\n  args: ['--url=$(LATER)', '$$(X)', 5]\n  env: [{name: LATER, value: l}]\n";
    with_pod(spec, STORES, |_, _, container, environment| {
        let args = environment.args(container).unwrap();
        assert_eq!(args[0].known_str().unwrap(), "--url=l");
        assert_eq!(args[1].known_str().unwrap(), "$(X)");
        assert_eq!(reason(args[2].why()), "wrong type");
        assert!(environment.command(container).is_none());
    });
}

fn found(at: &FileAt<'_>) -> String {
    match at {
        FileAt::Provided { content, mode, .. } => match content.known_str() {
            Some(text) => format!("{text}{}", mode.map_or(String::new(), |m| format!(" {m}"))),
            None => format!("<{}>", reason(content.why())),
        },
        FileAt::Folder { .. } => "<folder>".into(),
        FileAt::InVolume { volume, path, .. } => format!("<{} {path}>", volume.name),
        FileAt::Missing { .. } => "<missing>".into(),
        FileAt::Unknown { why, .. } => format!("<unknown {}>", reason(Some(why))),
        FileAt::NoVolume { mount } => format!("<no volume {}>", mount.volume),
        FileAt::NotMounted => "<not mounted>".into(),
    }
}

#[test]
fn files_come_from_the_longest_mount_and_the_last_source() {
    let spec = "volumes:
- name: sec
  secret: {secretName: s, defaultMode: 256}
- name: items
  secret: {secretName: s, items: [{key: B, path: deep/b.txt, mode: 384}, {key: NOPE, path: none}]}
- name: cm
  configMap: {name: c}
- name: gone
  secret: {secretName: gone}
- name: gone-items
  secret: {secretName: gone, items: [{key: k, path: f}]}
- name: all
  projected:
    defaultMode: 420
    sources:
    - configMap: {name: c, items: [{key: A, path: one}, {key: C, path: two}]}
    - secret: {name: s, items: [{key: A, path: one}]}
    - secret: {name: gone, optional: true}
    - downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}
    - serviceAccountToken: {path: token}
- name: tmp
  emptyDir: {}
containers:
- name: a
  env: [{name: SUB, value: deep}]
  volumeMounts:
  - {name: tmp, mountPath: /}
  - {name: sec, mountPath: /sec/}
  - {name: cm, mountPath: /sec/nested}
  - {name: items, mountPath: /items}
  - {name: items, mountPath: /sub, subPathExpr: $(SUB)}
  - {name: sec, mountPath: /etc/one.conf, subPath: A}
  - {name: gone, mountPath: /gone}
  - {name: gone-items, mountPath: /gone-items}
  - {name: all, mountPath: /all}
  - {name: tmp, mountPath: /tmp/x, subPath: in/side}
  - {name: nope, mountPath: /nope}
";
    with_pod(spec, STORES, |inventory, pod, container, environment| {
        for (path, want) in [
            ("/sec/A", "wins 256"),
            ("/sec/nested/A", "config a"),
            ("/sec/nested/BINARY", "a"),
            ("/sec/nested", "<folder>"),
            ("/sec/Z", "<missing>"),
            ("/sec/BAD", "<unknown no base64 BAD>"),
            ("/items/deep/b.txt", "from string data 384"),
            ("/items/deep", "<folder>"),
            ("/items/B", "<missing>"),
            ("/items/none", "<unknown no key NOPE>"),
            ("/sub/b.txt", "from string data 384"),
            ("/etc/one.conf", "wins 256"),
            ("/gone/key", "<unknown not rendered gone/key false>"),
            ("/gone-items/f", "<unknown not rendered gone/k false>"),
            ("/gone-items/g", "<missing>"),
            ("/all/one", "wins 420"),
            ("/all/two", "$(A) 420"),
            ("/all/labels", "<field metadata.labels>"),
            ("/all/else", "<unknown not rendered gone/else true>"),
            ("/tmp/x/f", "<tmp in/side/f>"),
            ("/elsewhere/../other", "<tmp other>"),
            ("/nope/x", "<no volume nope>"),
            ("relative", "<not mounted>"),
        ] {
            assert_eq!(found(&file_at(inventory, pod, container, environment, path)), want, "{path}");
        }
        let all = files(inventory, pod, container, environment);
        assert_eq!(all.get("/etc/one.conf").map(found).as_deref(), Some("wins 256"));
        assert_eq!(all.get("/sec/A").map(found).as_deref(), Some("wins 256"));
        assert!(all.contains_key("/items/deep/b.txt") && !all.contains_key("/items/B"));
        assert!(!pod.volume("tmp").unwrap().persists().unwrap());
    });
}

const WORKLOADS: &str = "kind: Deployment
apiVersion: apps/v1
metadata: {name: d}
spec:
  replicas: 2
  template:
    metadata: {labels: {app: x, tier: db}}
    spec:
      initContainers: [{name: i}, {name: side, restartPolicy: Always}]
      containers: [{name: m, image: postgres:16}]
---
kind: StatefulSet
apiVersion: apps/v1
metadata: {name: s}
spec:
  template:
    metadata: {labels: {app: x}}
    spec:
      containers: [{name: m, volumeMounts: [{name: data, mountPath: /d}]}]
      volumes: [{name: data, emptyDir: {}}]
  volumeClaimTemplates: [{metadata: {name: data}}]
---
kind: CronJob
apiVersion: batch/v1
metadata: {name: c}
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: m}]}}}}}
---
kind: Rollout
apiVersion: argoproj.io/v1alpha1
metadata: {name: r}
spec: {replicas: 4, template: {spec: {containers: [{name: m}]}}}
---
kind: SparkApplication
apiVersion: sparkoperator.k8s.io/v1beta2
metadata: {name: spark}
spec: {driver: {env: [{name: A, value: b}]}, executor: {}}
---
kind: Cluster
apiVersion: postgresql.cnpg.io/v1
metadata: {name: db}
spec: {instances: 3}
---
kind: DBInstance
apiVersion: rds.services.k8s.aws/v1alpha1
metadata: {name: mysql}
spec: {engine: mysql}
---
kind: HorizontalPodAutoscaler
apiVersion: autoscaling/v2
metadata: {name: h}
spec: {scaleTargetRef: {kind: Deployment, apiVersion: apps/v1, name: d}, minReplicas: 3, maxReplicas: 9}
---
kind: Service
apiVersion: v1
metadata: {name: both}
spec: {selector: {app: x}}
---
kind: Service
apiVersion: v1
metadata: {name: one}
spec: {selector: {app: x, tier: db}, type: LoadBalancer}
---
kind: Service
apiVersion: v1
metadata: {name: none, namespace: other}
spec: {selector: {app: x}}
---
kind: Service
apiVersion: v1
metadata: {name: outside}
spec: {type: ExternalName, externalName: db.example.com}
";

#[test]
fn workloads_of_every_kind_are_found() {
    with(WORKLOADS, |_, inventory| {
        let get = |name: &str| inventory.workloads.iter().find(|w| w.name == name).unwrap();
        let roles: Vec<_> = get("d").pod.containers.iter().map(|c| (c.name, c.role)).collect();
        assert_eq!(roles, [("i", Role::Init), ("side", Role::Sidecar), ("m", Role::Main)]);
        let replicas = |name: &str| (get(name).replicas.least, get(name).replicas.most);
        assert_eq!(replicas("d"), (Some(3), Some(9)));
        assert_eq!(replicas("s"), (Some(1), Some(1)));
        assert_eq!(replicas("r"), (Some(4), Some(4)));
        assert!(matches!(get("s").pod.volume("data").unwrap().source, VolumeSource::ClaimTemplate(0)));
        assert_eq!(get("s").pod.volumes.len(), 1);
        assert!(get("c").is_batch() && !get("d").is_batch());
        let spark = get("spark");
        assert_eq!(spark.pod.containers.len(), 2);
        assert_eq!(value(&environment(inventory, &spark.pod.containers[0]), "A"), "b");
        let ids: Vec<_> = inventory.containers().map(|(_, c)| c.id).collect();
        assert!(ids.iter().all(|id| inventory.container(*id).unwrap().1.id == *id));
    });
}

#[test]
fn operators_objects_are_servers_with_services_and_secrets() {
    with(WORKLOADS, |_, inventory| {
        let names: Vec<_> = inventory.operator_objects.iter().map(|o| (o.name, o.operator.role)).collect();
        assert_eq!(names, [("db", OperatorRole::Server)]);
        let db = &inventory.operator_objects[0];
        assert_eq!(db.service("db-rw"), Some(Access::ReadWrite));
        assert!(db.makes_secret("db-app") && !db.makes_secret("app"));
    });
}

#[test]
fn services_select_by_all_labels_in_their_namespace() {
    with(WORKLOADS, |_, inventory| {
        let selected = |ns: &str, name: &str| -> Vec<&str> {
            select(inventory, inventory.service(ns, name).unwrap()).iter().map(|w| w.name).collect()
        };
        assert_eq!(selected("ns", "both"), ["d", "s"]);
        assert_eq!(selected("ns", "one"), ["d"]);
        assert!(selected("other", "none").is_empty() && selected("ns", "outside").is_empty());
        assert_eq!(inventory.service("ns", "one").unwrap().service_type, ServiceType::LoadBalancer);
        assert_eq!(inventory.service("ns", "outside").unwrap().external_name(), Some("db.example.com"));
    });
}

#[test]
fn shapes_that_nobody_meant_are_read_without_a_stumble() {
    let text = "kind: Deployment\napiVersion: apps/v1\nspec: {template: [], replicas: many}\n---\nkind: Pod\napiVersion: v1\nspec: {containers: {a: b}, volumes: [1, ~, {name: v, secret: x, configMap: 4}]}\n---\nkind: Service\napiVersion: v1\nspec: 5\n---\nkind: Secret\napiVersion: v1\ndata: [1]\n---\nkind: Pod\napiVersion: v1\nspec: {containers: [1, ~, {env: {a: b}, envFrom: [4, {}], volumeMounts: [~], ports: x, image: [1]}]}\n";
    with(text, |_, inventory| {
        assert_eq!(inventory.workloads.len(), 3);
        assert!(inventory.workloads.iter().any(|w| w.replicas.most.is_none()));
        for (workload, container) in inventory.containers() {
            let environment = environment(inventory, container);
            assert!(environment.vars.is_empty());
            file_at(inventory, &workload.pod, container, &environment, "/x");
        }
    });
}
