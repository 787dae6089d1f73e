//! Other renders of a chart that a second thread makes while the first one still reads the render as it is: those that rules
//! nearly always ask for. What it makes, and in which order, does not depend on time; who waits for one of them gets the
//! same as who renders it.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::Scope;

use bumpalo::Bump;

use super::canary::Shaken;
use super::hostile::Hostile;
use super::rollout;
use super::worlds::{Changed, Worlds};
use crate::chart::Chart;
use crate::limits::{Stack, beside};
use crate::manifest::{DocId, Manifests};
use crate::provenance::Provenance;
use crate::render::Kit;
use crate::value::MapNode;
use crate::world::World;

/// Something that is known now.
pub(super) enum News {
    Shaken(Shaken),
    Alone(DocId, Result<Changed, String>),
    /// No other store is rendered alone.
    NoneAlone,
    Hostile(Hostile),
}

/// The way to the other thread, which ends when nobody listens any more.
pub struct Ahead {
    pub(super) news: Receiver<News>,
    wants_hostile: Sender<()>,
}

/// What the other thread renders from.
#[derive(Clone, Copy)]
pub struct Base<'b> {
    /// The chart as it was loaded, and the user's values.
    pub chart: &'b Chart<'b>,
    pub user: &'b MapNode<'b>,
    pub manifests: &'b Manifests<'b>,
    pub world: &'b World,
}

/// Stores that are asked about one by one.
const STORES: usize = 4;

impl Ahead {
    /// Says that passwords of URLs will be asked about; nothing comes of them before.
    pub(super) fn want_hostile(&self) {
        // Where nobody hears it, nothing comes, and who waits sees that.
        _ = self.wants_hostile.send(());
    }

    /// Begins, where the system has a thread; the values are those of `kit`.
    pub fn start<'s, 'b: 's>(
        scope: &'s Scope<'s, '_>,
        stack: usize,
        base: Base<'b>,
        kit: Kit<'b, 'b>,
        values: &'b MapNode<'b>,
    ) -> Option<Self> {
        let (tell, news) = channel();
        let (wants_hostile, wanted) = channel();
        let work = move |stack| _ = render(base, &kit, values, stack, &tell, &wanted);
        beside(scope, stack, work).ok()?;
        Some(Ahead { news, wants_hostile })
    }
}

/// Ends when all is told, or with `None` when nobody listens.
fn render(
    base: Base<'_>,
    kit: &Kit<'_, '_>,
    values: &MapNode<'_>,
    stack: Stack,
    tell: &Sender<News>,
    hostile_is_wanted: &Receiver<()>,
) -> Option<()> {
    let arena = Bump::new();
    let bound = kit.bound(&arena);
    let provenance = Provenance::new(base.chart, base.user, &bound, base.world.clone(), stack);
    let worlds = Worlds::new(&provenance, base.manifests, true, None);
    let shaken = worlds.shaken(values);
    tell.send(News::Shaken(shaken.clone())).ok()?;
    for store in summed(base.manifests, shaken) {
        tell.send(News::Alone(store, worlds.alone(store, values).as_ref().clone())).ok()?;
    }
    tell.send(News::NoneAlone).ok()?;
    hostile_is_wanted.recv().ok()?;
    tell.send(News::Hostile(worlds.hostile(values).clone())).ok()
}

/// The Secrets and ConfigMaps whose content changes with values, where some pod template has a checksum that does.
fn summed(manifests: &Manifests<'_>, shaken: &Shaken) -> Vec<DocId> {
    let Some(changed) = &shaken.changed else { return Vec::new() };
    if !changed.fields.values().any(|paths| rollout::marks(paths).next().is_some()) {
        return Vec::new();
    }
    let is_store = |id: &&DocId| {
        let document = manifests.get(**id);
        document.is_some_and(|d| d.api_version == "v1" && ["Secret", "ConfigMap"].contains(&d.kind))
            && rollout::changes_content(changed, **id, None)
    };
    changed.fields.keys().filter(is_store).take(STORES).copied().collect()
}
