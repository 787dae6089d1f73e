//! What whole charts become: the reference chart under the values of its golden cases, against what real Helm printed, and
//! its pods against the API's own types.

#[path = "common/oracle.rs"]
mod oracle;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use bumpalo::Bump;
use oracle::Answer;
use plimsoll::chart::Log;
use plimsoll::dialect::{Dialect, V3_22, V4_3};
use plimsoll::go::strconv::quote;
use plimsoll::kube::{Container, Inventory, Pod, Projection, Role, Volume, VolumeSource, environment};
use plimsoll::limits::{Limits, with_deep_stack};
use plimsoll::manifest::{self, Manifests, Node};
use plimsoll::render::{self, Release, Settings};
use plimsoll::values::Overrides;
use plimsoll::world::{Capabilities, World};

/// Cases of golden/chart that are nothing but values, and whose render succeeds.
fn cases() -> Vec<PathBuf> {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/chart");
    let plain = |folder: &PathBuf| {
        let case = fs::read_to_string(folder.join("case.yaml")).unwrap_or_default();
        !["exit:", "args:", "command:"].iter().any(|key| case.lines().any(|line| line.starts_with(key)))
            && case.contains("chart: ../../../chart")
    };
    let folders = fs::read_dir(suite).expect("the suite is there").map(|entry| entry.expect("an entry").path());
    let mut cases: Vec<PathBuf> = folders.filter(|path| path.is_dir() && plain(path)).collect();
    cases.sort();
    assert!(cases.len() >= 15, "{} cases", cases.len());
    cases
}

fn with_case(folder: &Path, dialect: &'static Dialect, check: impl Fn(&Manifests<'_>, &Inventory<'_>) + Sync) {
    let settings = Settings {
        dialect,
        release: Release { name: "rel".into(), namespace: "default".into(), is_upgrade: false },
        capabilities: Capabilities::default_of(dialect),
        limits: Limits::default(),
        skip_schema_validation: false,
    };
    let overrides = Overrides { files: vec![folder.join("values.yaml").display().to_string()], ..Overrides::default() };
    let chart = Path::new(env!("CARGO_MANIFEST_DIR")).join("chart");
    let run = |stack| {
        let (arena, heap, read) = (Bump::new(), Bump::new(), Bump::new());
        let mut log = Log::new(dialect);
        let options = plimsoll::chart::Options { allow_outside: Vec::new() };
        let loaded = render::load(&chart, &options, &overrides, &settings, &arena, &mut log).expect("the chart loads");
        let bound =
            render::bind(loaded.chart, loaded.user, settings.clone(), &arena, stack, &mut log).expect("it binds");
        let files = bound.render(&World::empty(), &heap, stack).expect("it renders");
        let manifests = manifest::read(&bound, &files, &read, &mut log).expect("it is read");
        check(&manifests, &Inventory::of(&manifests, &read));
    };
    with_deep_stack(settings.limits.stack, run).expect("room for a stack");
}

#[test]
fn the_output_is_helms_and_every_place_is_in_it() {
    for folder in cases() {
        for (dialect, name) in [(&V4_3, "stdout.yaml"), (&V3_22, "stdout-3.22.0.yaml")] {
            let Ok(want) = fs::read(folder.join(name)) else { continue };
            with_case(&folder, dialect, |manifests, _| {
                assert!(manifests.text == want, "{}: another text than Helm's", folder.display());
                assert!(manifests.broken.is_empty() && manifests.repeated_keys.is_empty());
                assert!(manifests.duplicates().is_empty());
                let lines: Vec<&str> = std::str::from_utf8(&want).unwrap().lines().collect();
                let mut nodes = 0;
                for document in &manifests.documents {
                    let source = document.line as usize - 2;
                    assert_eq!(lines[source], format!("# Source: {}", document.template));
                    let mut left = vec![document.root()];
                    while let Some(node) = left.pop() {
                        for (key, child) in node.entries() {
                            let line = lines[child.line() as usize - 1];
                            let at = line.char_indices().nth(child.pos().column as usize - 1).unwrap().0;
                            let there = line[at..].trim_start_matches(['"', '\'']);
                            assert!(there.starts_with(key), "{key} is not at column {at} of {line:?}");
                            nodes += 1;
                            left.push(child);
                        }
                        left.extend(node.items());
                    }
                }
                assert!(nodes > 100);
            });
        }
    }
}

#[test]
fn a_place_leads_to_its_path_and_back() {
    let folder = cases().remove(0);
    with_case(&folder, &V4_3, |manifests, _| {
        for document in &manifests.documents {
            let mut left = vec![document.root()];
            while let Some(node) = left.pop() {
                let path = manifests.path_of(node);
                let found = document.root().at(&path.0).expect("the path leads somewhere");
                assert_eq!((found.pos(), found.tree()), (node.pos(), node.tree()), "{path}");
                assert_eq!(manifest::Path::parse(&path.to_string()), Some(path));
                left.extend(node.items());
                left.extend(node.entries().map(|(_, node)| node));
            }
        }
    });
}

#[test]
fn pods_are_what_the_apis_own_types_read() {
    let mut pods = 0;
    for folder in cases() {
        let mut texts = Vec::new();
        let texts_of_case = std::sync::Mutex::new(&mut texts);
        with_case(&folder, &V4_3, |manifests, inventory| {
            for document in &manifests.documents {
                let lines: Vec<&[u8]> = manifests.text.split(|b| *b == b'\n').collect();
                let from = document.line as usize - 1;
                let end = lines[from..].iter().position(|l| l.starts_with(b"---")).map_or(lines.len(), |n| from + n);
                let text = lines[from..end].join(&b'\n');
                let ours: String = inventory.workloads_of(document.id).map(|w| describe(&w.pod)).collect();
                texts_of_case.lock().unwrap().push((document.title(), text, ours));
            }
        });
        let payloads: Vec<Vec<u8>> = texts.iter().map(|(_, text, _)| text.clone()).collect();
        for ((title, _, ours), answer) in texts.iter().zip(oracle::ask_all("kube.pod", &payloads)) {
            let Answer::Ok(want) = answer else { panic!("{}: {title}: {answer:?}", folder.display()) };
            assert_eq!(*ours, String::from_utf8(want).unwrap(), "{}: {title}", folder.display());
            pods += usize::from(!ours.is_empty());
        }
    }
    assert!(pods > 50, "{pods} pods");
}

/// As `describePod` in tests/oracles/pods.go writes it.
fn describe(pod: &Pod<'_>) -> String {
    let mut out = String::new();
    for container in &pod.containers {
        container_lines(container, &mut out);
    }
    for volume in &pod.volumes {
        volume_line(volume, &mut out);
    }
    out
}

fn container_lines(c: &Container<'_>, out: &mut String) {
    let role = match c.role {
        Role::Init => "init",
        Role::Sidecar => "sidecar",
        Role::Main => "main",
    };
    let list = |nodes: Option<Vec<Node<'_>>>| {
        let texts = nodes.unwrap_or_default().into_iter().map(|n| quote(n.as_str().given().unwrap().as_bytes()));
        format!("[{}]", texts.collect::<Vec<_>>().join(" "))
    };
    writeln!(out, "{role} {} {} command={} args={}", c.name, c.image.text, list(c.command()), list(c.args())).unwrap();
    for e in &c.env_from {
        writeln!(out, " from {} {} {}", e.from.kind.kind(), e.from.name, e.prefix).unwrap();
    }
    for (name, node) in c.env() {
        write!(out, " env {name}").unwrap();
        if let Some(value) = node.str("value").given().filter(|v| !v.is_empty()) {
            write!(out, "={}", quote(value.as_bytes())).unwrap();
        }
        for (field, kind) in [("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")] {
            if let Some(of) = node.get("valueFrom").and_then(|v| v.get(field)) {
                let text = |key| of.str(key).given().unwrap();
                write!(out, " {kind} {} {}", text("name"), text("key")).unwrap();
            }
        }
        out.push('\n');
    }
    for m in &c.mounts {
        writeln!(out, " mount {} at {} sub {} ro {}", m.volume, m.path, m.sub_path, m.read_only).unwrap();
    }
    for p in &c.ports {
        writeln!(out, " port {} {}", p.number.unwrap(), p.name).unwrap();
    }
}

fn volume_line(volume: &Volume<'_>, out: &mut String) {
    let name = volume.name;
    match &volume.source {
        VolumeSource::Projected { sources, .. } => match sources.as_slice() {
            [Projection::Object { from, items }] => {
                writeln!(out, "volume {name} {} {} items {}", from.kind.kind(), from.name, items.len()).unwrap();
            }
            _ => writeln!(out, "volume {name}").unwrap(),
        },
        VolumeSource::EmptyDir { medium, .. } => writeln!(out, "volume {name} emptyDir {medium}").unwrap(),
        VolumeSource::Claim { name: claim, .. } => writeln!(out, "volume {name} claim {claim}").unwrap(),
        VolumeSource::ClaimTemplate(_) => {}
        _ => writeln!(out, "volume {name}").unwrap(),
    }
}

/// The reference chart gives its application its connection strings; each is known from the render alone, or its Secret
/// is not the chart's.
#[test]
fn the_reference_charts_connection_strings_are_known() {
    let mut known = 0;
    for folder in cases() {
        let mut count = 0;
        let counted = std::sync::Mutex::new(&mut count);
        with_case(&folder, &V4_3, |_, inventory| {
            for (workload, container) in inventory.containers() {
                let environment = environment(inventory, container);
                for name in ["STORE_URL", "READONLY_STORE_URL"] {
                    let Some(var) = environment.get(name) else { continue };
                    assert!(var.value.is_secret(), "{} {name}", workload.name);
                    **counted.lock().unwrap() += usize::from(var.value.known().is_some());
                }
            }
        });
        known += count;
    }
    assert!(known > 10, "{known} are known");
}
