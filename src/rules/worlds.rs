//! The same chart in other worlds: rendered when the first rule asks, and once for all rules.
//!
//! | world | what is different | who asks |
//! |---|---|---|
//! | again | a day later, other randomness, no cluster: what GitOps renders | `secret-unstable`, `restart-every-render` |
//! | upgraded | the same as an upgrade that finds what was installed | `secret-unstable`, of what differs in the first |
//! | settled | two upgrades in a row | `restart-every-render` |
//! | shaken | values changed: see `canary` | `secret-in-plain-sight`, `no-checksum`, `checksum-too-wide` |
//! | alone | the values of one Secret or ConfigMap changed | `no-checksum`, `checksum-too-wide`, where there is a checksum |
//! | hostile | secrets of characters that mean something in a URL: see `hostile` | `dsn-unencoded-password` |
//!
//! Where no template has asked for the time, for randomness or for a cluster, the first three are what is known already.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use bumpalo::Bump;

use super::ahead::{Ahead, News};
use super::canary::{self, Shaken};
use super::hostile::{self, Hostile};
use crate::manifest::{DocId, Manifests, Path, Step};
use crate::provenance::{Otherwise, Provenance, Rendering, Stop, Variant, differences, live, pairs};
use crate::world::World;

/// Other renders of a chart.
pub struct Worlds<'f> {
    provenance: &'f Provenance<'f>,
    renders_left: Cell<u32>,
    manifests: &'f Manifests<'f>,
    asks: bool,
    later: OnceCell<World>,
    again: OnceCell<Result<Changed, String>>,
    upgraded: OnceCell<Result<Changed, String>>,
    settled: OnceCell<Result<Changed, String>>,
    shaken: OnceCell<Shaken>,
    alone: RefCell<HashMap<DocId, Rc<Result<Changed, String>>>>,
    hostile: OnceCell<Hostile>,
    ahead: Option<Ahead>,
    /// The other thread renders no more stores alone.
    none_alone: Cell<bool>,
}

/// Which fields of which documents are not what they are in the render as it is.
#[derive(Clone, Debug, Default)]
pub struct Changed {
    /// By document of the render as it is: the paths that differ, up to a hundred.
    pub fields: BTreeMap<DocId, Vec<Path>>,
    /// Documents that are not there, or have another name.
    pub gone: Vec<DocId>,
}

/// Renders of all rules together, for one chart with one set of values.
const RENDERS: u32 = 60;
/// Paths of one document.
const PATHS: usize = 100;
const DAY: i64 = 86_400;

impl<'f> Worlds<'f> {
    /// `asks`: templates asked for something that another world answers otherwise.
    pub fn new(provenance: &'f Provenance<'f>, manifests: &'f Manifests<'f>, asks: bool, ahead: Option<Ahead>) -> Self {
        let (later, again, upgraded, settled, shaken) = Default::default();
        let (alone, hostile, none_alone) = Default::default();
        let renders_left = Cell::new(RENDERS);
        Worlds {
            provenance,
            renders_left,
            manifests,
            asks,
            later,
            again,
            upgraded,
            settled,
            shaken,
            alone,
            hostile,
            ahead,
            none_alone,
        }
    }

    /// What differs in a second render of the same input: a day later, with other randomness, without a cluster.
    ///
    /// # Errors
    /// In words, why there is no such render.
    pub fn again(&self) -> Result<&Changed, &str> {
        let render = || {
            if !self.asks {
                return Ok(Changed::default());
            }
            let mut variant = self.provenance.variant();
            variant.world = self.later();
            self.changed(&variant)
        };
        self.again.get_or_init(render).as_ref().map_err(String::as_str)
    }

    /// What differs in an upgrade that sees in the cluster what was installed.
    ///
    /// # Errors
    /// In words, why there is no such render.
    pub fn upgraded(&self) -> Result<&Changed, &str> {
        let render = || {
            let mut variant = self.provenance.variant();
            variant.world = self.later().with_cluster(live(self.manifests));
            variant.release.is_upgrade = true;
            self.changed(&variant)
        };
        self.upgraded.get_or_init(render).as_ref().map_err(String::as_str)
    }

    /// What differs between two upgrades in a row. The checksum that an install writes of a Secret may be that of another
    /// password than the Secret's: the template was rendered twice.
    ///
    /// # Errors
    /// In words, why there are no such renders.
    pub fn settled(&self) -> Result<&Changed, &str> {
        let render = || {
            let mut first = self.provenance.variant();
            first.release.is_upgrade = true;
            let mut second = first.clone();
            let now = first.world.visit().now().0;
            let cluster = || live(self.manifests);
            first.world = World::seeded(0x706c_696e, now.saturating_add(DAY)).with_cluster(cluster());
            second.world = World::seeded(0x706c_696f, now.saturating_add(2 * DAY)).with_cluster(cluster());
            let both = self.whole(&first, |one| {
                self.whole(&second, |two| {
                    let changed = Changed::between(&one.manifests, &two.manifests, &HashSet::new());
                    changed.seen_from(self.manifests, &one.manifests)
                })
            });
            both.and_then(|changed| changed).map_err(|stop| why(&stop))
        };
        self.settled.get_or_init(render).as_ref().map_err(String::as_str)
    }

    /// What differs when values change.
    pub fn shaken(&self, values: &crate::value::MapNode<'_>) -> &Shaken {
        self.hear(|| self.shaken.get().is_some());
        self.shaken.get_or_init(|| canary::shake(self, self.manifests, values))
    }

    /// Listens to the other thread until something is known, or all is.
    fn hear(&self, is_known: impl Fn() -> bool) {
        let Some(Ahead { news, .. }) = &self.ahead else { return };
        while !is_known() {
            match news.recv() {
                Ok(News::Shaken(shaken)) => _ = self.shaken.set(shaken),
                Ok(News::Alone(store, changed)) => _ = self.alone.borrow_mut().insert(store, Rc::new(changed)),
                Ok(News::NoneAlone) => self.none_alone.set(true),
                Ok(News::Hostile(hostile)) => _ = self.hostile.set(hostile),
                Err(_) => return,
            }
        }
    }

    /// What differs when the values that stand in one Secret or ConfigMap change, and no others.
    ///
    /// # Errors
    /// In words, why there is no such render.
    pub fn alone(&self, store: DocId, values: &crate::value::MapNode<'_>) -> Rc<Result<Changed, String>> {
        self.hear(|| self.none_alone.get() || self.alone.borrow().contains_key(&store));
        if let Some(known) = self.alone.borrow().get(&store) {
            return known.clone();
        }
        let arena = Bump::new();
        let mut variant = self.variant();
        if let Some(document) = self.manifests.get(store) {
            variant.changes = canary::feeding(document, values, &arena);
        }
        let changed = Rc::new(match variant.changes.is_empty() {
            true => Ok(Changed::default()),
            false => self.changed(&variant),
        });
        self.alone.borrow_mut().insert(store, changed.clone());
        changed
    }

    /// What URLs become when their passwords have characters that mean something there.
    pub fn hostile(&self, values: &crate::value::MapNode<'_>) -> &Hostile {
        if self.hostile.get().is_none() {
            self.ahead.iter().for_each(Ahead::want_hostile);
            self.hear(|| self.hostile.get().is_some());
        }
        self.hostile.get_or_init(|| hostile::render(self, self.manifests, values))
    }

    /// Renders what rules will ask for, while there is budget: looking for the values behind findings may use it up.
    /// `hostile`: they will ask about passwords of URLs.
    pub(super) fn prepare(&self, values: &crate::value::MapNode<'_>, hostile: bool) {
        if self.again().is_ok_and(|again| !(again.fields.is_empty() && again.gone.is_empty())) {
            let _ = (self.upgraded().is_ok(), self.settled().is_ok());
        }
        match &self.ahead {
            // The other thread has a budget of its own.
            Some(ahead) if hostile => ahead.want_hostile(),
            Some(_) => {}
            None => _ = self.shaken(values),
        }
    }

    /// The render as it is, to be changed.
    pub fn variant<'v>(&self) -> Variant<'v> {
        self.provenance.variant()
    }

    /// Renders a variant, and shows what it says otherwise than the render as it is.
    ///
    /// # Errors
    /// See [`Stop`].
    pub fn render<R>(&self, variant: &Variant<'_>, look: impl FnOnce(&Otherwise<'_>) -> R) -> Result<R, Stop> {
        self.counted(|| self.provenance.render_beside(variant, self.manifests, look))
    }

    /// Renders a variant, and shows all of it.
    fn whole<R>(&self, variant: &Variant<'_>, look: impl FnOnce(&Rendering<'_>) -> R) -> Result<R, Stop> {
        self.counted(|| self.provenance.render(variant, look))
    }

    /// Within the budget of all rules together.
    fn counted<R>(&self, render: impl FnOnce() -> Result<R, Stop>) -> Result<R, Stop> {
        let left = self.renders_left.get().checked_sub(1).ok_or(Stop::Budget)?;
        self.renders_left.set(left);
        render()
    }

    /// What differs in a variant.
    ///
    /// # Errors
    /// In words, why there is no such render.
    pub fn changed(&self, variant: &Variant<'_>) -> Result<Changed, String> {
        self.render(variant, |otherwise| Changed::beside(self.manifests, otherwise)).map_err(|stop| why(&stop))
    }

    /// One for all who ask: what it has made it keeps.
    fn later(&self) -> World {
        let make = || {
            let now = self.provenance.variant().world.visit().now().0;
            World::seeded(0x706c_696d, now.saturating_add(DAY))
        };
        self.later.get_or_init(make).clone()
    }
}

/// Without the chart's own words: they may quote a value.
pub fn why(stop: &Stop) -> String {
    match stop {
        Stop::Refused(_) => "the chart does not render with other values or in another world".into(),
        Stop::Budget => "the chart was rendered as often as is allowed for questions about it".into(),
    }
}

impl Changed {
    /// What a variant's render says otherwise.
    pub fn beside(old: &Manifests<'_>, otherwise: &Otherwise<'_>) -> Self {
        Self::between(old, &otherwise.manifests, &otherwise.same)
    }

    fn between(old: &Manifests<'_>, new: &Manifests<'_>, same: &HashSet<String>) -> Self {
        let mut changed = Changed::default();
        for (id, other) in pairs(old, new, same) {
            let Some(document) = old.get(id) else { continue };
            let Some(other) = other else {
                changed.gone.push(id);
                continue;
            };
            if document.identity() != other.identity() {
                changed.gone.push(id);
            }
            let paths = differences(document.root().tree(), other.root().tree(), PATHS);
            if !paths.is_empty() {
                changed.fields.insert(id, paths);
            }
        }
        changed
    }

    /// The same, with the ids of another render instead of those of the first.
    fn seen_from(mut self, base: &Manifests<'_>, first: &Manifests<'_>) -> Self {
        let mut changed = Changed::default();
        for (id, there) in pairs(base, first, &HashSet::new()) {
            let Some(there) = there else { continue };
            if let Some(paths) = self.fields.remove(&there.id) {
                changed.fields.insert(id, paths);
            }
            if self.gone.contains(&there.id) {
                changed.gone.push(id);
            }
        }
        changed
    }

    /// The paths of a document that differ.
    pub fn of(&self, id: DocId) -> &[Path] {
        self.fields.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Those below one of these first keys.
    pub fn below<'a>(&'a self, id: DocId, heads: &'a [&'a str]) -> impl Iterator<Item = &'a Path> {
        self.of(id)
            .iter()
            .filter(|path| matches!(path.0.first(), Some(Step::Key(key)) if heads.contains(&key.as_str())))
    }
}
