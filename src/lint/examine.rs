//! One chart with one set of values: loaded, rendered, read, and shown to whoever wants to judge it.

use std::path::Path;
use std::thread;

use bumpalo::Bump;

use super::secrets::Collected;
use crate::chart::{self, Log};
use crate::diagnostic::{Kind, Place, Refusal};
use crate::kube::Inventory;
use crate::limits::Stack;
use crate::manifest;
use crate::postgres::topology;
use crate::provenance::Provenance;
use crate::render::{self, Arenas, Loaded, RenderedFile, Settings, Stopped};
use crate::rules::Facts;
use crate::rules::ahead::{Ahead, Base};
use crate::rules::worlds::Worlds;
use crate::schema::{self, Violation};
use crate::value::{Sources, Tree, position};
use crate::values::{self, Overrides};
use crate::world::World;

/// What is to be examined.
#[derive(Clone, Debug)]
pub struct Request<'r> {
    /// What `chart::locate` gave.
    pub chart: &'r Path,
    pub options: &'r chart::Options,
    pub overrides: &'r Overrides,
    pub settings: Settings,
    /// A seeded one, so that the same chart gives the same report.
    pub world: &'r World,
    /// Manifests of what exists beside the chart.
    pub beside: &'r [RenderedFile],
    /// Another processor is free, and who judges will ask what the chart says in other worlds.
    pub share: bool,
}

/// Bytes of a render: of a larger one two are not made at a time.
const WORTH_SHARING: usize = 4 << 20;

/// Why there is nothing to judge.
#[derive(Clone, Debug)]
pub enum Stop {
    /// The schema refuses the values: each violation with the place of what it is about.
    Schema {
        /// The root chart's path among charts: its name.
        root: String,
        violations: Vec<(Violation, Option<Place>)>,
    },
    /// Everything else that ends a render. Helm's words or ours.
    Refused(Refusal),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Stop::Refused(refusal)
    }
}

impl From<Stopped> for Stop {
    fn from(stopped: Stopped) -> Self {
        Stop::Refused(stopped.refusal)
    }
}

impl Stop {
    /// In one refusal, for whoever shows no places.
    pub fn refusal(self) -> Refusal {
        let (root, violations) = match self {
            Stop::Refused(refusal) => return refusal,
            Stop::Schema { root, violations } => (root, violations),
        };
        let told: Vec<String> = violations.iter().map(|(v, _)| format!("{} {}", v.path.join("."), v.message)).collect();
        Refusal::new(Kind::Schema, format!("the values are refused by the schema of {root}: {}", told.join("; ")))
    }
}

/// Renders a chart and shows what came of it to `judge`. `log` keeps what Helm would have said, `collected` the secrets
/// that were met, also when it fails.
///
/// # Errors
/// [`Stop`]: what Helm or a budget of ours refuses is not judged any further.
pub fn examine<R>(
    request: &Request<'_>,
    stack: Stack,
    log: &mut Log,
    collected: &mut Collected,
    judge: impl FnOnce(&Facts<'_>) -> R,
) -> Result<R, Stop> {
    let Request { chart, options, overrides, settings, world, beside, share } = request;
    let (arena, mut spare, heap) = (Bump::new(), Bump::new(), Bump::new());
    let loaded = render::load(chart, options, overrides, settings, &arena, log);
    let Loaded { chart, user, sources } = loaded.inspect_err(|_| collected.overrides(overrides))?;
    collected.values(Tree::Map(user));
    collected.chart(chart);
    let arenas = Arenas { chart: &arena, spare: &mut spare };
    let rendered = render::bind_and_render(chart, user, settings.clone(), arenas, stack, log, |bound| {
        bound.render_whole(world, &heap, stack)
    });
    let (bound, render::Whole { files, asked, erased, by_chance }) = match rendered {
        Ok(rendered) => rendered,
        Err(Stopped { refusal, .. }) if refusal.kind == Kind::Schema => {
            let prepared = values::prepare(chart, user, settings.dialect, &arena, &settings.limits, log)?;
            let violations = schema::violations(&prepared.root, stack)?;
            // Whatever Helm refuses is refused, in its own words where we have none.
            if violations.is_empty() {
                return Err(refusal.into());
            }
            let placed = violations.into_iter().map(|v| {
                let place = values_place(&v, &prepared.root, &sources);
                (v, place)
            });
            return Err(Stop::Schema { root: prepared.root.path.to_string(), violations: placed.collect() });
        }
        Err(stopped) => return Err(stopped.into()),
    };
    let manifests = manifest::read(&bound, &files, &heap, log)?;
    let size: usize = files.iter().map(|file| file.content.len()).sum();
    let base = Base { chart, user, manifests: &manifests, world };
    thread::scope(|scope| {
        let share = *share && size <= WORTH_SHARING;
        let ahead = || Ahead::start(scope, settings.limits.stack, base, bound.kit(), bound.root().values);
        let ahead = if share { ahead() } else { None };
        collected.manifests(&manifests);
        let beside =
            manifest::read_beside(beside, &settings.release.namespace, settings.dialect, &settings.limits, &heap)?;
        collected.manifests(&beside);
        let mut inventory = Inventory::of(&manifests, &heap);
        inventory.take_beside(&beside);
        let topology = topology::infer(&manifests, &inventory, &heap);
        let provenance = Provenance::new(chart, user, &bound, (*world).clone(), stack);
        let worlds = Worlds::new(&provenance, &manifests, by_chance || !asked.is_empty(), ahead);
        let facts = Facts {
            bound: &bound,
            chart,
            user,
            sources: &sources,
            files: &files,
            erased: &erased,
            manifests: &manifests,
            beside: &beside,
            inventory: &inventory,
            topology: &topology,
            provenance: &provenance,
            worlds: &worlds,
        };
        Ok(judge(&facts))
    })
}

/// Where the value that a violation is about was written; where it is missing, the nearest one above it.
fn values_place(violation: &Violation, root: &values::Enabled<'_>, sources: &Sources) -> Option<Place> {
    if violation.path.is_empty() {
        return Some(Place::file(format!("{}/values.schema.json", violation.chart)));
    }
    position(root.values, &violation.path).0.and_then(|pos| sources.place(pos))
}
