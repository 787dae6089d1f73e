//! Charts while it is decided which of them take part: Go's `*chart.Chart` objects, with the sharing that their aliases have.
//!
//! Helm 3 makes an alias by copying the struct alone, so that both names hold the same subcharts and the same dependency
//! records; what is done to one shows in the other. Ids keep that.

use bstr::{BStr, BString, ByteSlice};

use crate::chart::{Chart, Dependency, ImportValue, Metadata};
use crate::value::{MapNode, Tree};

/// A chart object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ChartId(pub(super) u32);

/// A dependency record (`*chart.Dependency`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RecordId(u32);

#[derive(Clone, Debug)]
struct Instance<'c> {
    chart: &'c Chart<'c>,
    /// Index of the metadata object: copies of a chart struct share it.
    metadata: usize,
    values: Option<&'c MapNode<'c>>,
    dependencies: Vec<ChartId>,
    parent: Option<ChartId>,
}

/// A metadata object (`*chart.Metadata`).
#[derive(Clone, Debug)]
struct Object<'c> {
    /// But for its dependencies, which are `records`.
    metadata: Metadata<'c>,
    /// `None` is Go's nil.
    records: Option<Vec<RecordId>>,
}

/// A dependency record as it is written to.
#[derive(Clone, Debug)]
pub(super) struct Record<'c> {
    pub dependency: Dependency<'c>,
    pub import_values: Option<Vec<ImportValue<'c>>>,
}

/// All chart objects of one render.
#[derive(Debug, Default)]
pub(super) struct Instances<'c> {
    charts: Vec<Instance<'c>>,
    objects: Vec<Object<'c>>,
    records: Vec<Record<'c>>,
}

impl<'c> Instances<'c> {
    /// Objects for a chart and all below it; the first is the root.
    pub(super) fn new(root: &'c Chart<'c>) -> (Self, ChartId) {
        let mut all = Instances::default();
        let id = all.add(root, None);
        (all, id)
    }

    fn add(&mut self, chart: &'c Chart<'c>, parent: Option<ChartId>) -> ChartId {
        let records = chart.metadata.dependencies.map(|list| {
            let record = |d: &Dependency<'c>| {
                self.add_record(Record { dependency: *d, import_values: d.import_values.map(<[_]>::to_vec) })
            };
            list.iter().map(record).collect()
        });
        let id = ChartId(self.charts.len() as u32);
        let values = chart.values.as_map();
        let metadata = self.objects.len();
        self.objects.push(Object { metadata: chart.metadata, records });
        self.charts.push(Instance { chart, metadata, values, dependencies: Vec::new(), parent });
        let below = chart.dependencies.iter().map(|sub| self.add(sub, Some(id))).collect();
        self.at_mut(id).dependencies = below;
        id
    }

    fn add_record(&mut self, record: Record<'c>) -> RecordId {
        self.records.push(record);
        RecordId((self.records.len() - 1) as u32)
    }

    fn at(&self, id: ChartId) -> &Instance<'c> {
        // Ids are made here alone, and charts are never taken away.
        &self.charts[id.0 as usize]
    }

    fn at_mut(&mut self, id: ChartId) -> &mut Instance<'c> {
        &mut self.charts[id.0 as usize]
    }

    fn object(&self, id: ChartId) -> &Object<'c> {
        &self.objects[self.at(id).metadata]
    }

    pub(super) fn chart(&self, id: ChartId) -> &'c Chart<'c> {
        self.at(id).chart
    }

    pub(super) fn name(&self, id: ChartId) -> &'c BStr {
        self.object(id).metadata.name
    }

    pub(super) fn metadata(&self, id: ChartId) -> &Metadata<'c> {
        &self.object(id).metadata
    }

    pub(super) fn values(&self, id: ChartId) -> Option<&'c MapNode<'c>> {
        self.at(id).values
    }

    pub(super) fn set_values(&mut self, id: ChartId, values: &'c MapNode<'c>) {
        self.at_mut(id).values = Some(values);
    }

    pub(super) fn dependencies(&self, id: ChartId) -> &[ChartId] {
        &self.at(id).dependencies
    }

    /// `SetDependencies`: the charts given learn who their parent is.
    pub(super) fn set_dependencies(&mut self, id: ChartId, charts: Vec<ChartId>) {
        for sub in &charts {
            self.at_mut(*sub).parent = Some(id);
        }
        self.at_mut(id).dependencies = charts;
    }

    pub(super) fn records(&self, id: ChartId) -> Option<Vec<RecordId>> {
        self.object(id).records.clone()
    }

    pub(super) fn set_records(&mut self, id: ChartId, records: Option<Vec<RecordId>>) {
        let object = self.at(id).metadata;
        self.objects[object].records = records;
    }

    pub(super) fn record(&self, id: RecordId) -> &Record<'c> {
        &self.records[id.0 as usize]
    }

    pub(super) fn record_mut(&mut self, id: RecordId) -> &mut Record<'c> {
        &mut self.records[id.0 as usize]
    }

    /// A copy of the chart object under another name. `deep`: with dependency records and direct subcharts of its own.
    pub(super) fn alias(&mut self, id: ChartId, name: &'c BStr, deep: bool) -> ChartId {
        let mut copy = self.at(id).clone();
        let mut object = self.object(id).clone();
        if !name.is_empty() {
            object.metadata.name = name;
        }
        if deep {
            object.records = object.records.map(|list| {
                let copies = list.iter().map(|r| self.record(*r).clone()).collect::<Vec<_>>();
                copies.into_iter().map(|r| self.add_record(r)).collect()
            });
        }
        copy.metadata = self.objects.len();
        self.objects.push(object);
        let subs = std::mem::take(&mut copy.dependencies);
        let new = ChartId(self.charts.len() as u32);
        self.charts.push(copy);
        if deep {
            let copies = subs.iter().map(|sub| {
                let copy = self.at(*sub).clone();
                let id = ChartId(self.charts.len() as u32);
                self.charts.push(copy);
                id
            });
            let copies = copies.collect();
            self.set_dependencies(new, copies);
        } else {
            self.at_mut(new).dependencies = subs;
        }
        new
    }

    /// `ChartFullPath`.
    pub(super) fn path(&self, id: ChartId) -> BString {
        let mut names = vec![self.name(id)];
        let mut at = self.at(id).parent;
        while let Some(parent) = at {
            names.push(self.name(parent));
            at = self.at(parent).parent;
        }
        names.reverse();
        BString::from(bstr::join("/charts/", names))
    }

    /// The metadata with its dependencies as they are now.
    pub(super) fn finished(&self, id: ChartId, arena: &'c bumpalo::Bump) -> Metadata<'c> {
        let object = self.object(id);
        let dependencies = object.records.as_ref().map(|list| {
            let finish = |r: &RecordId| {
                let record = self.record(*r);
                let import_values: Option<&'c [ImportValue<'c>]> = match &record.import_values {
                    Some(items) => Some(arena.alloc_slice_copy(items)),
                    None => None,
                };
                Dependency { import_values, ..record.dependency }
            };
            let list: Vec<_> = list.iter().map(finish).collect();
            let list: &'c [Dependency<'c>] = arena.alloc_slice_copy(&list);
            list
        });
        Metadata { dependencies, ..object.metadata }
    }
}

/// A condition's path in values: `Values.PathValue`. `None` is `ErrNoValue`.
pub(super) fn leaf_at<'c>(
    path: &[u8],
    root: super::graph::MapId,
    graph: &mut super::graph::Graph<'c>,
) -> Option<Tree<'c>> {
    let (tables, key) = match path.rsplit_once_str(".") {
        Some((tables, key)) => (Some(tables), key),
        None => (None, path),
    };
    let table = match tables {
        Some(tables) => table_at(tables, root, graph).ok()?,
        None => root,
    };
    match graph.get(table, key)?.value {
        super::graph::Val::Leaf(leaf) => Some(leaf),
        super::graph::Val::Map(_) => None,
    }
}

/// `Values.Table`; the error is the part that is not a table.
pub(super) fn table_at<'p>(
    path: &'p [u8],
    root: super::graph::MapId,
    graph: &mut super::graph::Graph<'_>,
) -> Result<super::graph::MapId, &'p BStr> {
    let mut table = root;
    for part in path.split_str(".") {
        table = graph.get(table, part).and_then(|slot| slot.value.map()).ok_or(BStr::new(part))?;
    }
    Ok(table)
}
