//! How fast YAML is read and written: `cargo bench --bench yaml [FILE...]`. Without files, a values file in the style of the
//! large public charts is made: mostly comments, flat settings, a few lists and scripts.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use bumpalo::Bump;
use plimsoll::limits::Limits;
use plimsoll::value::Origin;
use plimsoll::yaml;

fn sample() -> String {
    let mut text = String::new();
    for n in 0..120 {
        let _ = write!(
            text,
            "## @section Component {n} parameters\n## Ref: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/\n\
             ## @param component{n}.enabled Enables the component and everything that it needs\n##\ncomponent{n}:\n  enabled: true\n  \
             image:\n    registry: docker.io\n    repository: example/component-{n}\n    tag: \"1.{n}.0\"\n    pullPolicy: IfNotPresent\n  \
             ## @param component{n}.resources The resources of the container\n  ## Example:\n  ##   limits:\n  ##     cpu: 500m\n  \
             ##     memory: 1Gi\n  ##\n  resources: {{}}\n  replicaCount: {n}\n  args: [\"--level\", info, '--verbose']\n  tolerations:\n    \
             - key: dedicated\n      operator: Equal\n      value: component\n  config: |\n    listen = 0.0.0.0:80{n}\n    workers = 4\n\n"
        );
    }
    text
}

fn measure(name: &str, bytes: usize, mut work: impl FnMut()) {
    let (mut best, started) = (Duration::MAX, Instant::now());
    while started.elapsed() < Duration::from_secs(1) {
        let run = Instant::now();
        work();
        best = best.min(run.elapsed());
    }
    let rate = bytes as f64 / best.as_secs_f64() / 1e6;
    println!("{name:<40} {bytes:>8} bytes {:>9.1} us {rate:>8.0} MB/s", best.as_secs_f64() * 1e6);
}

fn main() {
    let files: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let mut texts: Vec<(String, Vec<u8>)> =
        files.into_iter().map(|file| (file.clone(), std::fs::read(file).expect("a file"))).collect();
    if texts.is_empty() {
        let lines = |line: &str| line.repeat(90_000 / line.len()).into_bytes();
        texts.push(("sample".into(), sample().into_bytes()));
        texts.push(("comments".into(), lines("  ## a comment that says something about the next line\n")));
        texts.push(("flat".into(), lines("key: some plain value\n")));
    }
    for (name, text) in &texts {
        let limits = Limits::default();
        let mut arena = Bump::new();
        measure(&format!("read {name}"), text.len(), || {
            arena.reset();
            black_box(yaml::load(black_box(text), Origin(1), &arena, &limits).expect("YAML"));
        });
        let arena = Bump::new();
        let tree = yaml::load(text, Origin(1), &arena, &limits).expect("YAML");
        let written = yaml::tree_to_yaml(tree).expect("plain values").len();
        measure(&format!("write {name}"), written, || _ = black_box(yaml::tree_to_yaml(black_box(tree))));
    }
}
