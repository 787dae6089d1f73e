//! A whole render of a chart that lies on disk.

use std::path::Path;

use bumpalo::Bump;
use plimsoll::chart::{Log, Options};
use plimsoll::diagnostic::Refusal;
use plimsoll::dialect::{DIALECTS, Dialect};
use plimsoll::limits::{Limits, Stack, with_deep_stack};
use plimsoll::render::{self, Loaded, Release, RenderedFile, Settings, Stopped};
use plimsoll::values::Overrides;
use plimsoll::world::{Capabilities, World};

pub const CHART_YAML: &str = "apiVersion: v2\nname: c\nversion: 1.0.0\n";

/// A chart of these files in a folder that goes with what is returned.
pub fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, bytes) in files.iter().chain([&("Chart.yaml", CHART_YAML.as_bytes())]) {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a name in a folder")).expect("a temporary folder");
        std::fs::write(path, bytes).expect("a temporary file");
    }
    folder
}

/// Renders in every dialect; a refusal is as good as a result.
pub fn render_all(path: &Path, overrides: &Overrides) {
    for dialect in DIALECTS {
        let done = with_deep_stack(Limits::default().stack, |stack| once(path, overrides, dialect, stack));
        let again = with_deep_stack(Limits::default().stack, |stack| once(path, overrides, dialect, stack));
        // Nothing here asks for the time or for chance that is not seeded.
        if let (Ok(Ok(one)), Ok(Ok(two))) = (done, again) {
            assert_eq!(one.len(), two.len());
        }
    }
}

fn once(
    path: &Path,
    overrides: &Overrides,
    dialect: &'static Dialect,
    stack: Stack,
) -> Result<Vec<RenderedFile>, Refusal> {
    // Less than a user gets: many inputs are run.
    let limits = Limits { fuel: 2_000_000, bytes: 16 << 20, ..Limits::default() };
    let settings = Settings {
        dialect,
        release: Release { name: "rel".into(), namespace: "default".into(), is_upgrade: false },
        capabilities: Capabilities::default_of(dialect),
        limits: limits.clone(),
        skip_schema_validation: false,
    };
    let (arena, heap, mut log) = (Bump::new(), Bump::new(), Log::new(dialect));
    let stopped = |stopped: Stopped| stopped.refusal;
    let Loaded { chart, user, .. } = render::load(path, &Options::default(), overrides, &settings, &arena, &mut log)?;
    let mut bound = render::bind(chart, user, settings, &arena, stack, &mut log).map_err(stopped)?;
    let files = bound.render(&World::empty(), &heap, stack).map_err(stopped)?;
    bound.confirm().map_err(stopped)?;
    let shown: Vec<_> = files.iter().map(|f| plimsoll::release::File { path: &f.path, content: &f.content }).collect();
    plimsoll::release::sort(&shown, dialect, &limits, &mut log)?;
    Ok(files)
}
