//! Values of a chart and its subcharts become one: `chartutil/coalesce.go` (Helm 3), `chart/common/util/coalesce.go` (Helm 4).
//!
//! Helm walks Go maps, whose order is random; where its warnings depend on that, ours come in the order of keys.

use bstr::BStr;
use bumpalo::Bump;

use super::graph::{Graph, MapId, Nodes, Slot, Val};
use super::instance::{ChartId, Instances};
use crate::chart::Log;
use crate::diagnostic::{Kind, Refusal};
use crate::dialect::{Dialect, LogPlace, NullRule};
use crate::go::{fmt, strconv};
use crate::limits::Limits;
use crate::value::{Heap, Pos, Tree};

/// `common.GlobalKey`.
const GLOBAL: &str = "global";

/// One walk over charts and their values.
pub(super) struct Coalescer<'w, 'c> {
    pub graph: &'w mut Graph<'c>,
    pub charts: &'w Instances<'c>,
    pub log: &'w mut Log,
    pub dialect: &'static Dialect,
    pub limits: &'w Limits,
    /// Keep nulls: `MergeValues` in place of `CoalesceValues`.
    pub merge: bool,
    /// How a chart's own values come into the graph.
    pub defaults: &'w mut dyn FnMut(ChartId) -> Nodes,
}

impl<'c> Coalescer<'_, 'c> {
    /// `CoalesceValues` or `MergeValues`, on a map that is this walk's own.
    pub(super) fn run(&mut self, chart: ChartId, values: MapId) -> Result<MapId, Refusal> {
        self.chart(chart, values, "", self.merge)?;
        self.graph.check()?;
        Ok(values)
    }

    /// `coalesce`.
    fn chart(&mut self, chart: ChartId, dest: MapId, prefix: &str, merge: bool) -> Result<(), Refusal> {
        self.defaults(chart, dest, prefix, merge);
        self.dependencies(chart, dest, prefix, merge)
    }

    /// `coalesceDeps`.
    fn dependencies(&mut self, chart: ChartId, dest: MapId, prefix: &str, merge: bool) -> Result<(), Refusal> {
        for sub in self.charts.dependencies(chart).to_vec() {
            let name = self.charts.name(sub);
            let map = match self.graph.get(dest, name) {
                None => {
                    let map = self.graph.empty();
                    self.graph.set(dest, name, Slot { value: Val::Map(map), pos: Pos::default() });
                    map
                }
                Some(Slot { value: Val::Map(map), .. }) => map,
                Some(Slot { value, .. }) => {
                    let shown = self.format("%t", value);
                    return Err(Refusal::new(Kind::Values, format!("type mismatch on {name}: {shown}")));
                }
            };
            let prefix = concat(prefix, self.charts.name(chart));
            self.globals(map, dest, &prefix);
            self.chart(sub, map, &prefix, merge)?;
        }
        Ok(())
    }

    /// `coalesceGlobals`: the parent's globals go down, and win.
    fn globals(&mut self, dest: MapId, src: MapId, prefix: &str) {
        let found = self.graph.get(dest, GLOBAL.as_bytes());
        let down = match found.map(|slot| slot.value) {
            None => self.graph.empty(),
            Some(Val::Map(map)) => map,
            Some(Val::Leaf(_)) => {
                let text = "warning: skipping globals because destination global is not a table.";
                return self.log.printf(LogPlace::GlobalsDestination, text);
            }
        };
        let up = match self.graph.get(src, GLOBAL.as_bytes()).map(|slot| slot.value) {
            None => None,
            Some(Val::Map(map)) => Some(map),
            Some(Val::Leaf(_)) => {
                let text = "warning: skipping globals because source global is not a table.";
                return self.log.printf(LogPlace::GlobalsSource, text);
            }
        };
        for (key, slot) in up.map_or_else(Vec::new, |up| self.graph.entries(up)) {
            let known = self.graph.get(down, key).map(|slot| slot.value);
            match (slot.value, known) {
                (Val::Map(map), None) => {
                    let copy = self.graph.copy_shallow(map);
                    self.graph.set(down, key, Slot { value: Val::Map(copy), ..slot });
                }
                (Val::Map(map), Some(Val::Map(under))) => {
                    let copy = self.graph.copy_shallow(map);
                    // What lies deeper is not copied: the subchart's globals are written into the parent's maps.
                    self.tables(copy, under, &concat(prefix, key), true);
                    self.graph.set(down, key, Slot { value: Val::Map(copy), ..slot });
                }
                (Val::Map(_), Some(Val::Leaf(_))) => {
                    let quoted = strconv::quote(key);
                    let text = format!("Conflict: cannot merge map onto non-map for {quoted}. Skipping.");
                    self.log.printf(LogPlace::GlobalsConflict, &text);
                }
                (Val::Leaf(_), Some(Val::Map(_))) => {
                    self.log.printf(LogPlace::GlobalsIsTable, &format!("key {key} is table. Skipping"));
                }
                (Val::Leaf(_), _) => self.graph.set(down, key, slot),
            }
        }
        let pos = found.map_or_else(Pos::default, |slot| slot.pos);
        self.graph.set(dest, BStr::new(GLOBAL), Slot { value: Val::Map(down), pos });
    }

    /// `coalesceValues`: a chart's own values go under what is there.
    fn defaults(&mut self, chart: ChartId, dest: MapId, prefix: &str, merge: bool) {
        let Some(node) = self.charts.values(chart) else { return };
        let prefix = concat(prefix, self.charts.name(chart));
        let nodes = (self.defaults)(chart);
        let own = self.graph.import(node, nodes);
        for (key, slot) in self.graph.entries(own) {
            let Some(known) = self.graph.get(dest, key) else {
                if !merge && self.strips_default_nulls() {
                    match slot.value {
                        Val::Leaf(Tree::Null) => continue,
                        Val::Map(map) => self.graph.remove_nulls(map, 0),
                        Val::Leaf(_) => {}
                    }
                }
                self.graph.set(dest, key, slot);
                continue;
            };
            if known.value.is_null() && !merge {
                self.graph.remove(dest, key);
            } else if let Val::Map(over) = known.value {
                match slot.value {
                    Val::Map(under) => {
                        let merge = merge || (self.rule() >= NullRule::From3171 && self.is_subchart(chart, key));
                        if !merge && self.strips_default_nulls() {
                            self.graph.remove_nulls(under, 0);
                        }
                        self.tables(over, under, &concat(&prefix, key), merge);
                    }
                    Val::Leaf(Tree::Null) => {}
                    Val::Leaf(_) => {
                        let text = format!("warning: skipped value for {prefix}.{key}: Not a table.");
                        self.log.printf(LogPlace::SkippedValue, &text);
                    }
                }
            }
        }
    }

    /// `childChartMergeTrue`.
    fn is_subchart(&self, chart: ChartId, key: &BStr) -> bool {
        self.charts.dependencies(chart).iter().any(|sub| self.charts.name(*sub) == key)
    }

    /// `coalesceTablesFullKey`: what `over` has wins; the rest of `under` is put in. `under` is written to as well.
    pub(super) fn tables(&mut self, over: MapId, under: MapId, prefix: &str, merge: bool) {
        self.tables_at(over, under, prefix, merge, 0);
    }

    fn tables_at(&mut self, over: MapId, under: MapId, prefix: &str, merge: bool, depth: u32) {
        if !self.graph.may_enter(depth) {
            return;
        }
        let mut was_set: Vec<&BStr> = Vec::new();
        for (key, slot) in self.graph.entries(under) {
            if !slot.value.is_null() {
                was_set.push(key);
            }
        }
        if self.rule() >= NullRule::From3195 {
            for (key, slot) in self.graph.entries(over) {
                if slot.value.is_null() {
                    self.graph.set(under, key, slot);
                }
            }
        }
        for (key, slot) in self.graph.entries(under) {
            let Some(known) = self.graph.get(over, key) else {
                self.graph.set(over, key, slot);
                continue;
            };
            let takes_away = self.rule() < NullRule::From3201 || was_set.binary_search(&key).is_ok();
            if !merge && known.value.is_null() && takes_away {
                self.graph.remove(over, key);
                continue;
            }
            match (known.value, slot.value) {
                (Val::Map(over), Val::Map(under)) => {
                    self.tables_at(over, under, &concat(prefix, key), merge, depth + 1);
                }
                (Val::Leaf(_), Val::Map(_)) => {
                    let (full, shown) = (concat(prefix, key), self.format("%v", slot.value));
                    let text = format!("warning: cannot overwrite table with non table for {full} ({shown})");
                    self.log.printf(LogPlace::TableByNonTable, &text);
                }
                (Val::Map(_), Val::Leaf(leaf)) if leaf != Tree::Null => {
                    let (full, shown) = (concat(prefix, key), self.format("%v", slot.value));
                    let text =
                        format!("warning: destination for {full} is a table. Ignoring non-table value ({shown})");
                    self.log.printf(LogPlace::NonTableByTable, &text);
                }
                _ => {}
            }
        }
    }

    fn rule(&self) -> NullRule {
        self.dialect.null_rule
    }

    fn strips_default_nulls(&self) -> bool {
        self.rule() >= NullRule::From420
    }

    fn format(&mut self, verb: &str, value: Val<'c>) -> String {
        go_format(verb, self.graph.snapshot(value), self.dialect, self.limits)
    }
}

/// `concatPrefix`.
fn concat(prefix: &str, key: &BStr) -> String {
    if prefix.is_empty() { key.to_string() } else { format!("{prefix}.{key}") }
}

/// A value as `fmt.Sprintf` prints it with one verb.
pub(super) fn go_format(verb: &str, value: Tree<'_>, dialect: &'static Dialect, limits: &Limits) -> String {
    let arena = Bump::new();
    let value = value.copy(&arena);
    // The copy outlives the heap that prints it only by a name; both are thrown away here.
    let heap = Heap::new(&arena, limits, dialect);
    match fmt::sprintf(&heap, verb.as_bytes(), &[heap.thaw(value)]) {
        Ok(text) => text.to_string(),
        Err(_) => "...".into(),
    }
}
