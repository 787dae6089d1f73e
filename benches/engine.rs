//! How fast charts are bound and rendered in process: `cargo bench --bench engine [CHART...]`. Without charts, the reference
//! chart and the large one that `scripts/scaffold` writes.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use bumpalo::Bump;
use plimsoll::chart::{Log, Options};
use plimsoll::dialect::V4_3;
use plimsoll::limits::{Limits, Stack, with_deep_stack};
use plimsoll::release;
use plimsoll::render::{self, Loaded, Release, Settings};
use plimsoll::values::Overrides;
use plimsoll::world::{Capabilities, World};

fn settings() -> Settings {
    Settings {
        dialect: &V4_3,
        release: Release { name: "rel".into(), namespace: "default".into(), is_upgrade: false },
        capabilities: Capabilities::default_of(&V4_3),
        limits: Limits::default(),
        skip_schema_validation: false,
    }
}

/// The best time of as many runs as fit into a second.
fn measure(name: &str, mut work: impl FnMut()) {
    let (mut best, started) = (Duration::MAX, Instant::now());
    while started.elapsed() < Duration::from_secs(1) {
        let run = Instant::now();
        work();
        best = best.min(run.elapsed());
    }
    println!("{name:<40} {:>9.1} us", best.as_secs_f64() * 1e6);
}

fn bench(chart: &Path, stack: Stack) {
    let name = chart.file_name().unwrap_or_default().to_string_lossy();
    let (options, overrides) = (Options::default(), Overrides::default());
    let mut log = Log::new(&V4_3);
    let mut arena = Bump::new();
    measure(&format!("load and bind {name}"), || {
        arena.reset();
        let Loaded { chart, user, .. } =
            render::load(chart, &options, &overrides, &settings(), &arena, &mut log).expect("a chart");
        let mut bound = render::bind(chart, user, settings(), &arena, stack, &mut log).expect("values that fit");
        // The second opinion would go on beside the next run.
        black_box(&mut bound).confirm().expect("an opinion that agrees");
    });
    let arena = Bump::new();
    let Loaded { chart: loaded, user, .. } =
        render::load(chart, &options, &overrides, &settings(), &arena, &mut log).expect("a chart");
    let mut bound = render::bind(loaded, user, settings(), &arena, stack, &mut log).expect("values that fit");
    bound.confirm().expect("an opinion that agrees");
    let (mut heap, world) = (Bump::new(), World::empty());
    measure(&format!("render {name}"), || {
        heap.reset();
        black_box(bound.render(&world, &heap, stack).expect("a render"));
    });
    let rendered = bound.render(&world, &heap, stack).expect("a render");
    let files: Vec<_> = rendered
        .iter()
        .filter(|f| !f.path.ends_with("NOTES.txt"))
        .map(|f| release::File { path: &f.path, content: &f.content })
        .collect();
    measure(&format!("sort {name}"), || {
        black_box(release::sort(&files, &V4_3, &Limits::default(), &mut log).expect("manifests"));
    });
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut charts: Vec<PathBuf> =
        std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).map(PathBuf::from).collect();
    let scratch = tempfile::tempdir().expect("a temporary folder");
    if charts.is_empty() {
        let large = scratch.path().join("large");
        let written = Command::new(root.join("scripts/scaffold")).arg(&large).status().expect("scripts/scaffold");
        assert!(written.success(), "scripts/scaffold failed");
        charts = vec![root.join("chart"), large];
    }
    with_deep_stack(Limits::default().stack, |stack| charts.iter().for_each(|chart| bench(chart, stack)))
        .expect("room for a large stack");
}
