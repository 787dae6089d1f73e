//! Which subcharts take part: conditions, tags, aliases and import-values, as `ProcessDependenciesWithMerge` decides
//! (`chartutil/dependencies.go`, in Helm 4 `chart/v2/util/dependencies.go`).

use bstr::{BStr, ByteSlice};

use super::coalesce::{Coalescer, go_format};
use super::graph::{Graph, MapId, Nodes, Slot, Val};
use super::instance::{ChartId, Instances, RecordId, leaf_at, table_at};
use crate::chart::{ImportValue, Log};
use crate::diagnostic::{Kind, Refusal};
use crate::dialect::{Dialect, LogPlace, SemverRelease};
use crate::go::{semver, strconv, unicode};
use crate::limits::Limits;
use crate::value::{MapNode, Pos, Tree};

/// The whole of it, for one render. What it leaves in `charts` is what is rendered.
pub(super) struct Dependencies<'w, 'c> {
    pub graph: Graph<'c>,
    pub charts: &'w mut Instances<'c>,
    pub log: &'w mut Log,
    pub dialect: &'static Dialect,
    pub limits: &'w Limits,
}

impl<'c> Dependencies<'_, 'c> {
    pub(super) fn process(&mut self, root: ChartId, values: &'c MapNode<'c>) -> Result<(), Refusal> {
        let values = self.graph.import(values, Nodes::Copied);
        self.enable(root, values, "")?;
        self.import(root)
    }

    fn coalesce(&mut self, chart: ChartId, values: MapId, merge: bool) -> Result<MapId, Refusal> {
        let mut walk = Coalescer {
            graph: &mut self.graph,
            charts: self.charts,
            log: self.log,
            dialect: self.dialect,
            limits: self.limits,
            merge,
            defaults: &mut |_| Nodes::Copied,
        };
        walk.run(chart, values)
    }

    /// `processDependencyEnabled`: finds aliases, drops what is disabled, and goes on below. `path` is that of the chart in
    /// `values`, with a dot behind it.
    fn enable(&mut self, chart: ChartId, values: MapId, path: &str) -> Result<(), Refusal> {
        let Some(records) = self.charts.records(chart) else { return Ok(()) };
        let known = self.charts.dependencies(chart).to_vec();
        let release = self.dialect.semver;
        let listed = |charts: &Instances<'_>, sub: ChartId| {
            records.iter().any(|r| {
                let d = &charts.record(*r).dependency;
                charts.name(sub) == d.name && is_compatible(d.version, charts.metadata(sub).version, release)
            })
        };
        // What lies in charts/ without being listed is always there.
        let mut subs: Vec<ChartId> = known.iter().copied().filter(|sub| !listed(self.charts, *sub)).collect();
        for record in &records {
            subs.extend(self.alias(&known, *record));
            let d = &mut self.charts.record_mut(*record).dependency;
            if !d.alias.is_empty() {
                d.name = d.alias;
            }
        }
        self.charts.set_dependencies(chart, subs);
        for record in &records {
            self.charts.record_mut(*record).dependency.enabled = true;
        }
        let copy = self.graph.copy_deep(values);
        let merged = self.coalesce(chart, copy, false)?;
        self.tags(&records, merged);
        self.conditions(&records, merged, path);
        let disabled: Vec<&BStr> =
            records.iter().map(|r| &self.charts.record(*r).dependency).filter(|d| !d.enabled).map(|d| d.name).collect();
        let charts = &self.charts;
        let kept: Vec<ChartId> =
            charts.dependencies(chart).iter().copied().filter(|sub| !disabled.contains(&charts.name(*sub))).collect();
        let kept_records: Vec<RecordId> =
            records.into_iter().filter(|r| !disabled.contains(&charts.record(*r).dependency.name)).collect();
        for sub in &kept {
            let below = format!("{path}{}.", self.charts.name(*sub));
            self.enable(*sub, merged, &below)?;
        }
        // An append of nothing to nil stays nil.
        self.charts.set_records(chart, (!kept_records.is_empty()).then_some(kept_records));
        self.charts.set_dependencies(chart, kept);
        Ok(())
    }

    /// `getAliasDependency`: the chart that a record means, as an object of its own.
    fn alias(&mut self, known: &[ChartId], record: RecordId) -> Option<ChartId> {
        let d = self.charts.record(record).dependency;
        let sub = known.iter().copied().find(|sub| {
            self.charts.name(*sub) == d.name
                && is_compatible(d.version, self.charts.metadata(*sub).version, self.dialect.semver)
        })?;
        Some(self.charts.alias(sub, d.alias, self.dialect.alias_copies_dependencies))
    }

    /// `processDependencyTags`.
    fn tags(&mut self, records: &[RecordId], values: MapId) {
        let Some(Slot { value: Val::Map(tags), .. }) = self.graph.get(values, b"tags") else { return };
        for record in records {
            let d = self.charts.record(*record).dependency;
            let (mut has_true, mut has_false) = (false, false);
            for tag in d.tags.unwrap_or(&[]) {
                match self.graph.get(tags, tag).map(|slot| slot.value) {
                    None => {}
                    Some(Val::Leaf(Tree::Bool(true))) => has_true = true,
                    Some(Val::Leaf(Tree::Bool(false))) => has_false = true,
                    Some(_) => {
                        let text = format!("Warning: Tag '{tag}' for chart {} returned non-bool value", d.name);
                        let attributes = [("tag", &*tag.to_str_lossy()), ("chart", &*d.name.to_str_lossy())];
                        self.log.say(LogPlace::TagNotBool, &text, "WARN", "returned non-bool value", &attributes);
                    }
                }
            }
            self.charts.record_mut(*record).dependency.enabled = has_true || !has_false;
        }
    }

    /// `processDependencyConditions`: the first path of a condition that leads to a boolean decides.
    fn conditions(&mut self, records: &[RecordId], values: MapId, path: &str) {
        for record in records {
            let d = self.charts.record(*record).dependency;
            let condition = d.condition.trim_with(unicode::is_space);
            for part in condition.split_str(",").filter(|part| !part.is_empty()) {
                let full = [path.as_bytes(), part].concat();
                match leaf_at(&full, values, &mut self.graph) {
                    None => {}
                    Some(Tree::Bool(on)) => {
                        self.charts.record_mut(*record).dependency.enabled = on;
                        break;
                    }
                    Some(_) => {
                        let part = BStr::new(part);
                        let text =
                            format!("Warning: Condition path '{part}' for chart {} returned non-bool value", d.name);
                        let attributes = [("path", &*part.to_str_lossy()), ("chart", &*d.name.to_str_lossy())];
                        let place = LogPlace::ConditionNotBool;
                        self.log.say(place, &text, "WARN", "returned non-bool value", &attributes);
                    }
                }
            }
        }
    }

    /// `processDependencyImportValues`: from the leaves up.
    fn import(&mut self, chart: ChartId) -> Result<(), Refusal> {
        for sub in self.charts.dependencies(chart).to_vec() {
            self.import(sub)?;
        }
        let Some(records) = self.charts.records(chart) else { return Ok(()) };
        let nothing = self.graph.empty();
        let values = self.coalesce(chart, nothing, true)?;
        let imported = self.graph.empty();
        for record in records {
            self.import_record(record, values, imported)?;
        }
        // Helm copies here too: what was imported still hangs in the children.
        let own = self.graph.copy_deep(values);
        self.merge_tables(own, imported);
        // Whoever coalesces these values copies them first, and a copy shares nothing.
        if let Tree::Map(apart) = self.graph.snapshot(Val::Map(own)) {
            self.charts.set_values(chart, apart);
        }
        self.graph.check()?;
        Ok(())
    }

    fn import_record(&mut self, record: RecordId, values: MapId, imported: MapId) -> Result<(), Refusal> {
        let name = self.charts.record(record).dependency.name;
        let Some(items) = self.charts.record(record).import_values.clone() else { return Ok(()) };
        let mut resolved = Vec::new();
        for item in items {
            let (child, parent, path) = match item {
                ImportValue::Written(Tree::Map(map)) => {
                    let child = self.text(map.get(b"child").map_or(Tree::Null, |e| e.value))?;
                    let parent = self.text(map.get(b"parent").map_or(Tree::Null, |e| e.value))?;
                    (child, Some(parent), format!("{name}.{child}"))
                }
                ImportValue::Written(Tree::Str(export)) => {
                    let child = self.keep(&format!("exports.{export}"));
                    (child, None, format!("{name}.{child}"))
                }
                // Anything else is dropped without a word; what has been resolved is no longer looked at.
                ImportValue::Written(_) | ImportValue::Resolved { .. } => continue,
            };
            resolved.push(ImportValue::Resolved { child, parent: parent.unwrap_or(BStr::new(".")) });
            let table = match table_at(path.as_bytes(), values, &mut self.graph) {
                Ok(table) => table,
                Err(part) => {
                    let problem = format!("{} is not a table", strconv::quote(part));
                    self.missing(name, parent.is_some(), &problem);
                    continue;
                }
            };
            // `AsMap` makes a new map of an empty one.
            let table = if self.graph.is_empty(table) { self.graph.empty() } else { table };
            let table = match parent {
                Some(parent) if parent != "." => self.nest(parent, table),
                _ => table,
            };
            self.merge_tables(imported, table);
        }
        // An append of nothing to nil stays nil.
        self.charts.record_mut(record).import_values = (!resolved.is_empty()).then_some(resolved);
        Ok(())
    }

    fn missing(&mut self, chart: &BStr, pair: bool, problem: &str) {
        let name = chart.to_str_lossy();
        if pair {
            let text = format!("Warning: ImportValues missing table from chart {name}: {problem}");
            let attributes = [("chart", &*name), ("error", problem)];
            let message = "ImportValues missing table from chart";
            self.log.say(LogPlace::ImportPairMissing, &text, "WARN", message, &attributes);
        } else {
            let text = format!("Warning: ImportValues missing table: {problem}");
            let place = LogPlace::ImportMissing;
            self.log.say(place, &text, "WARN", "ImportValues missing table", &[("error", problem)]);
        }
    }

    /// `pathToMap`: maps around a table, one for each part of a path.
    fn nest(&mut self, path: &'c BStr, table: MapId) -> MapId {
        let mut inner = table;
        let parts: Vec<&'c [u8]> = path.split_str(".").collect();
        for part in parts.into_iter().rev() {
            let outer = self.graph.empty();
            self.graph.set(outer, BStr::new(part), Slot { value: Val::Map(inner), pos: Pos::default() });
            inner = outer;
        }
        inner
    }

    /// `MergeTables`.
    fn merge_tables(&mut self, over: MapId, under: MapId) {
        let mut walk = Coalescer {
            graph: &mut self.graph,
            charts: self.charts,
            log: self.log,
            dialect: self.dialect,
            limits: self.limits,
            merge: true,
            defaults: &mut |_| Nodes::Copied,
        };
        walk.tables(over, under, "", true);
    }

    /// `fmt.Sprintf("%v")`
    fn text(&self, value: Tree<'c>) -> Result<&'c BStr, Refusal> {
        match value {
            Tree::Str(text) => Ok(text),
            other if self.dialect.prints_import_values => {
                Ok(self.keep(&go_format("%v", other, self.dialect, self.limits)))
            }
            other => {
                let got =
                    if other == Tree::Null { "nil".into() } else { go_format("%T", other, self.dialect, self.limits) };
                let words = format!("panic: interface conversion: interface {{}} is {got}, not string");
                Err(Refusal::new(Kind::HelmCrashes, words).help("give child and parent of import-values as texts"))
            }
        }
    }

    fn keep(&self, text: &str) -> &'c BStr {
        BStr::new(self.graph.arena().alloc_slice_copy(text.as_bytes()))
    }
}

/// `IsCompatibleRange`.
fn is_compatible(constraint: &BStr, version: &BStr, release: SemverRelease) -> bool {
    let read = (semver::Version::parse(version, release), semver::Constraints::parse(constraint, release));
    let (Ok(version), Ok(constraint)) = read else { return false };
    constraint.check(&version)
}
