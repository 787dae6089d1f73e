//! What a rule may look at: the chart, its values, and what they render to.

use super::finding::Spot;
use super::judgement::Subject;
use super::worlds::Worlds;
use crate::chart::Chart;
use crate::kube::Inventory;
use crate::manifest::{DocId, Document, Manifests, Node, Step};
use crate::postgres::topology::{Held, Topology};
use crate::provenance::Provenance;
use crate::render::{Bound, Erased, RenderedFile};
use crate::value::{MapNode, Sources};

/// One chart with one set of values, rendered and read.
pub struct Facts<'f> {
    pub bound: &'f Bound<'f>,
    /// The chart as it was loaded, disabled subcharts and all.
    pub chart: &'f Chart<'f>,
    /// The values that the user gave, before they were laid over the chart's.
    pub user: &'f MapNode<'f>,
    /// What the origins of values mean.
    pub sources: &'f Sources,
    pub files: &'f [RenderedFile],
    /// Where a value was missing in them, and Helm printed nothing.
    pub erased: &'f [Erased],
    pub manifests: &'f Manifests<'f>,
    /// What exists beside the chart; it is read, and not judged.
    pub beside: &'f Manifests<'f>,
    pub inventory: &'f Inventory<'f>,
    pub topology: &'f Topology<'f>,
    /// The same chart in other worlds: other values, an upgrade, another seed. Within a budget that all rules share.
    pub provenance: &'f Provenance<'f>,
    /// The same chart rendered otherwise.
    pub worlds: &'f Worlds<'f>,
}

impl<'f> Facts<'f> {
    /// Whether anything here uses, serves or keeps the address of a Postgres.
    pub fn concern_postgres(&self) -> bool {
        let Topology { servers, consumers, holders, .. } = self.topology;
        let held = holders.iter().any(|h| h.why != Held::NotKnownToBePostgres);
        held || !servers.is_empty() || !consumers.is_empty()
    }

    /// Where a node stands. Looks for its path: for findings, not for loops.
    pub fn at(&self, node: Node<'f>) -> Spot {
        let (path, pos) = (self.manifests.path_of(node), node.pos());
        Spot::Field { doc: node.doc(), path, line: pos.line, column: pos.column }
    }

    /// The place of a field that is absent below a node.
    pub fn at_missing(&self, parent: Node<'f>, keys: &[&str]) -> Spot {
        let (mut path, pos) = (self.manifests.path_of(parent), parent.pos());
        path.0.extend(keys.iter().map(|key| Step::Key((*key).to_string())));
        Spot::Field { doc: parent.doc(), path, line: pos.line, column: pos.column }
    }

    /// `Deployment/store`, with its namespace where that is not the release's.
    pub fn subject(&self, document: &Document<'_>) -> Subject {
        let release = self.bound.settings().release.namespace.as_str();
        let name = match document.namespace {
            "" => document.name.to_string(),
            namespace if namespace == release => document.name.to_string(),
            namespace => format!("{namespace}/{}", document.name),
        };
        Subject::new(document.kind, name)
    }

    /// The document of an id of this render.
    pub fn document(&self, id: DocId) -> Option<&Document<'f>> {
        self.manifests.get(id)
    }
}
