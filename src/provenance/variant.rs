//! The same chart rendered with other values, another release, another world.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use bumpalo::Bump;

use super::leaves::{Change, changed};
use crate::chart::{Chart, Log};
use crate::diagnostic::Refusal;
use crate::limits::Stack;
use crate::manifest::{self, Manifests};
use crate::render::{Bound, Release, RenderedFile, Whole};
use crate::value::MapNode;
use crate::world::{Query, World};

/// A chart with its values, ready to be rendered in any variant, within a budget.
pub struct Provenance<'c> {
    pub(super) chart: &'c Chart<'c>,
    pub(super) user: &'c MapNode<'c>,
    pub(super) bound: &'c Bound<'c>,
    pub(super) stack: Stack,
    /// What a variant starts from.
    pub(super) world: World,
    renders_left: Cell<u32>,
    until: Instant,
}

/// What is different.
#[derive(Clone, Debug)]
pub struct Variant<'v> {
    pub changes: Vec<Change<'v>>,
    pub release: Release,
    pub world: World,
}

/// A variant's render.
pub struct Rendering<'m> {
    pub files: &'m [RenderedFile],
    pub manifests: Manifests<'m>,
    /// What its templates asked the cluster for.
    pub asked: Vec<Query>,
}

/// What a variant's render says otherwise than the render as it is.
pub struct Otherwise<'m> {
    /// Of the files that are not the same.
    pub manifests: Manifests<'m>,
    /// The files that are, CRDs among them: their documents are the same too.
    pub same: HashSet<String>,
}

/// Why a variant has no render.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Values or templates refuse it, as they would refuse a user.
    Refused(Refusal),
    /// Enough has been rendered: what is not known by now stays undecided.
    Budget,
}

/// How often a chart is rendered again to answer questions about it, and for how long.
const RENDERS: u32 = 1_000;
const TIME: Duration = Duration::from_secs(10);

impl<'c> Provenance<'c> {
    /// `chart` and `user` are what `bound` was bound from; `world` should be a seeded one, or every render is different.
    pub fn new(chart: &'c Chart<'c>, user: &'c MapNode<'c>, bound: &'c Bound<'c>, world: World, stack: Stack) -> Self {
        let until = Instant::now() + TIME;
        Provenance { chart, user, bound, stack, world, renders_left: Cell::new(RENDERS), until }
    }

    /// Another bound on renders.
    pub fn bounded(self, renders: u32) -> Self {
        self.renders_left.set(renders);
        self
    }

    /// The render as it is: change what is to be different.
    pub fn variant<'v>(&self) -> Variant<'v> {
        Variant { changes: Vec::new(), release: self.bound.settings().release.clone(), world: self.world.clone() }
    }

    /// Renders a variant and shows it to `look`. The schema of values is not asked.
    ///
    /// # Errors
    /// See [`Stop`]. Output that is not YAML is no error: it is among what is broken.
    pub fn render<R>(&self, variant: &Variant<'_>, look: impl FnOnce(&Rendering<'_>) -> R) -> Result<R, Stop> {
        self.run(variant, |bound, Whole { files, asked, .. }, heap| {
            let mut log = Log::new(bound.settings().dialect);
            let manifests = manifest::read(bound, &files, heap, &mut log).map_err(Stop::Refused)?;
            Ok(look(&Rendering { files: &files, manifests, asked }))
        })
    }

    /// The same for who asks what is different from the render as it is, `base`: reading takes longer than rendering, and
    /// most values change few files.
    ///
    /// # Errors
    /// See [`Stop`].
    pub fn render_beside<R>(
        &self,
        variant: &Variant<'_>,
        base: &Manifests<'_>,
        look: impl FnOnce(&Otherwise<'_>) -> R,
    ) -> Result<R, Stop> {
        let known: HashMap<&str, &[u8]> = base.files.iter().map(|f| (f.path.as_str(), f.content.as_slice())).collect();
        self.run(variant, |bound, Whole { files, .. }, heap| {
            let is_same = |file: &RenderedFile| known.get(file.path.as_str()) == Some(&file.content.as_slice());
            let (same, others): (Vec<_>, Vec<_>) = files.into_iter().partition(is_same);
            let manifests = manifest::read_some(bound, &others, heap);
            let same = same.into_iter().map(|file| file.path).chain(bound.crd_paths()).collect();
            Ok(look(&Otherwise { manifests, same }))
        })
    }

    /// Renders a variant, within the budget.
    fn run<R>(
        &self,
        variant: &Variant<'_>,
        look: impl FnOnce(&Bound<'_>, Whole, &Bump) -> Result<R, Stop>,
    ) -> Result<R, Stop> {
        let left = self.renders_left.get();
        if left == 0 || Instant::now() > self.until {
            return Err(Stop::Budget);
        }
        self.renders_left.set(left - 1);
        let (arena, heap) = (Bump::new(), Bump::new());
        let refused = |stopped: crate::render::Stopped| Stop::Refused(stopped.refusal);
        let release = variant.release.clone();
        let all = self.bound.root().values;
        let user = changed(self.user, all, &variant.changes, &arena);
        let bound = self.bound.rebind(self.chart, user, release, &arena, self.stack).map_err(refused)?;
        let whole = bound.render_whole(&variant.world, &heap, self.stack).map_err(refused)?;
        look(&bound, whole, &heap)
    }
}
