//! What a render takes from outside of chart and values: nothing, a recording, or a live cluster.

use std::path::Path;

#[cfg(feature = "live")]
use std::time::Duration;

use bumpalo::Bump;

use super::flags::Flags;
use crate::diagnostic::{Kind, Refusal};
use crate::dialect::Dialect;
use crate::limits::Stack;
use crate::render::{Bound, RenderedFile, Stopped};
use crate::world::{Capabilities, LONGEST_RECORDING, Recording, World};

#[cfg(feature = "live")]
use crate::cluster::{self, Cluster, Existing, Install, Objection};

/// How long one call to an API server may take: Helm waits for ever.
#[cfg(feature = "live")]
const STEP: Duration = Duration::from_secs(30);

/// Where lookups and capabilities come from.
pub enum Outside {
    Nothing,
    Recorded(Box<Recording>),
    #[cfg(feature = "live")]
    Live(Box<Live>),
}

/// A cluster that answers.
#[cfg(feature = "live")]
pub struct Live {
    cluster: Cluster,
    runtime: tokio::runtime::Runtime,
    recording: Recording,
    reach: Reach,
}

/// Which of a cluster's answers are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Reach {
    pub capabilities: bool,
    pub lookups: bool,
    /// What Helm asks before an install.
    pub install: bool,
}

impl Outside {
    /// `--world`, `--validate`, `--dry-run=server`.
    ///
    /// # Errors
    /// A recording that is none; a cluster that cannot be asked.
    pub fn of(flags: &Flags, reach: Reach) -> Result<Outside, Refusal> {
        if let Some(path) = &flags.world {
            if reach != Reach::default() {
                return Err(Refusal::new(Kind::Usage, "--world and a live cluster exclude each other"));
            }
            return read(Path::new(path)).map(|recording| Outside::Recorded(Box::new(recording)));
        }
        if reach == Reach::default() {
            return Ok(Outside::Nothing);
        }
        live(flags, reach)
    }

    /// What the chart is told that the cluster can do, where anybody knows.
    pub fn capabilities(&self, dialect: &Dialect) -> Result<Option<Capabilities>, Refusal> {
        let recording = match self {
            Outside::Nothing => return Ok(None),
            Outside::Recorded(recording) => recording.as_ref(),
            #[cfg(feature = "live")]
            Outside::Live(live) if !live.reach.capabilities => return Ok(None),
            #[cfg(feature = "live")]
            Outside::Live(live) => &live.recording,
        };
        recording.capabilities(dialect).map(Some).map_err(|words| Refusal::new(Kind::Unreadable, words))
    }

    /// Renders, with what is known of the cluster.
    pub fn render(&mut self, bound: &Bound<'_>, stack: Stack) -> Result<Vec<RenderedFile>, Stopped> {
        let arena = Bump::new();
        match self {
            Outside::Nothing => bound.render(&World::empty(), &arena, stack),
            Outside::Recorded(recording) => {
                let world = World::empty().with_cluster(recording.lookups());
                let mut asked = Vec::new();
                let files = bound.render_telling(&world, &arena, stack, &mut asked);
                if let Some(unknown) = asked.iter().find(|q| !recording.asked.contains(q)) {
                    let words = format!(
                        "lookup {} {} {}/{} is not in the recording: record the chart again",
                        unknown.api_version, unknown.kind, unknown.namespace, unknown.name
                    );
                    return Err(Refusal::new(Kind::NeedsCluster, words).into());
                }
                files
            }
            #[cfg(feature = "live")]
            Outside::Live(live) if !live.reach.lookups => bound.render(&World::empty(), &arena, stack),
            #[cfg(feature = "live")]
            Outside::Live(live) => {
                let Live { cluster, runtime, recording, .. } = live.as_mut();
                cluster::rendered(bound, stack, recording, &mut |query| {
                    runtime.block_on(cluster::lookup(cluster, query))
                })
            }
        }
    }

    /// Nobody can be asked: what wanted that has been refused.
    #[cfg(not(feature = "live"))]
    pub fn install(
        &self,
        _: impl FnOnce() -> Result<Vec<serde_json::Value>, Refusal>,
        _: &Bound<'_>,
        _: &Flags,
    ) -> Result<(), Refusal> {
        Ok(())
    }

    /// Asks what Helm asks before an install, where that was wanted. `objects`: in the order in which they would be made.
    ///
    /// # Errors
    /// Helm's own; or ours, where it could not be told.
    #[cfg(feature = "live")]
    pub fn install(
        &self,
        objects: impl FnOnce() -> Result<Vec<serde_json::Value>, Refusal>,
        bound: &Bound<'_>,
        flags: &Flags,
    ) -> Result<(), Refusal> {
        match self {
            Outside::Live(live) if live.reach.install => installable(live, &objects()?, bound, flags),
            _ => Ok(()),
        }
    }
}

#[cfg(feature = "live")]
fn installable(live: &Live, objects: &[serde_json::Value], bound: &Bound<'_>, flags: &Flags) -> Result<(), Refusal> {
    let settings = bound.settings();
    let install = Install {
        release: &settings.release.name,
        namespace: &settings.release.namespace,
        existing: match (flags.is_upgrade, flags.take_ownership) {
            (true, _) => Existing::Unasked,
            (false, true) => Existing::Taken,
            (false, false) => Existing::Owned,
        },
        cannot_continue: settings.dialect.cannot_install,
        knows_generated_names: settings.dialect.knows_generated_names,
    };
    let asked = live.runtime.block_on(live.cluster.installable(objects, &install));
    asked.map_err(|objection| match objection {
        Objection::Helm(words) => Refusal::new(Kind::Manifest, words),
        Objection::Unknown(words) => Refusal::new(Kind::NeedsCluster, words),
    })
}

fn read(path: &Path) -> Result<Recording, Refusal> {
    let unreadable = |words: String| Refusal::new(Kind::Unreadable, format!("{}: {words}", path.display()));
    let length = std::fs::metadata(path).map_err(|e| unreadable(e.to_string()))?.len();
    if length > LONGEST_RECORDING {
        return Err(unreadable(format!("a recording is at most {LONGEST_RECORDING} bytes long")));
    }
    let text = std::fs::read_to_string(path).map_err(|e| unreadable(e.to_string()))?;
    Recording::read(&text).map_err(unreadable)
}

#[cfg(not(feature = "live"))]
fn live(_: &Flags, _: Reach) -> Result<Outside, Refusal> {
    Err(super::dry_run::needs_cluster("--dry-run=server"))
}

#[cfg(feature = "live")]
fn live(flags: &Flags, reach: Reach) -> Result<Outside, Refusal> {
    let needs = |words: String| Refusal::new(Kind::NeedsCluster, words);
    let runtime = cluster::runtime().map_err(needs)?;
    let cluster = runtime.block_on(flags.cluster.access(&flags.chart, STEP).open()).map_err(needs)?;
    let recording = match reach.capabilities {
        true => runtime.block_on(cluster::capabilities(&cluster)).map_err(|refused| needs(refused.to_string()))?,
        false => Recording::default(),
    };
    Ok(Outside::Live(Box::new(Live { cluster, runtime, recording, reach })))
}
