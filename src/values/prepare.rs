//! From a loaded chart and the user's values to what is rendered: dependencies, coalescing, and each chart's `.Values`.

use std::collections::HashSet;

use bstr::BStr;
use bumpalo::Bump;

use super::coalesce::Coalescer;
use super::dependencies::Dependencies;
use super::graph::{Graph, Nodes};
use super::instance::{ChartId, Instances};
use super::{Enabled, Prepared};
use crate::chart::{Chart, Log};
use crate::diagnostic::Refusal;
use crate::dialect::Dialect;
use crate::limits::Limits;
use crate::value::{MapNode, Tree};

/// Enables subcharts and coalesces values, as Helm does between loading a chart and rendering it. `user` is what
/// [`super::Overrides::read`] gave. The schema is not looked at here. Warnings go to `log`, also when it fails.
pub fn prepare<'c>(
    chart: &'c Chart<'c>,
    user: &'c MapNode<'c>,
    dialect: &'static Dialect,
    arena: &'c Bump,
    limits: &Limits,
    log: &mut Log,
) -> Result<Prepared<'c>, Refusal> {
    let (mut charts, root) = Instances::new(chart);
    let processed = {
        let graph = Graph::new(arena, limits);
        Dependencies { graph, charts: &mut charts, log, dialect, limits }.process(root, user)
    };
    processed.map_err(|refusal| {
        if !dialect.wraps_dependency_errors {
            return refusal;
        }
        log.slog("ERROR", "chart dependencies processing failed", &[("error", &refusal.message)]);
        refusal.context("chart dependencies processing failed")
    })?;
    let mut graph = Graph::new(arena, limits);
    // Two aliases of one chart must not share a map; the first may have the chart's own nodes.
    let mut used: HashSet<*const MapNode<'c>> = HashSet::new();
    let values = graph.import(user, Nodes::Mine);
    let values = Coalescer {
        graph: &mut graph,
        charts: &charts,
        log,
        dialect,
        limits,
        merge: false,
        defaults: &mut |id| match charts.values(id) {
            Some(node) if used.insert(node) => Nodes::Mine,
            _ => Nodes::Copied,
        },
    }
    .run(root, values)?;
    let values = graph.freeze(values);
    graph.check()?;
    Ok(Prepared { root: enabled(&charts, root, values, arena) })
}

/// A chart and those below it, each with the table of its name in its parent's values (`Values.Table`).
fn enabled<'c>(charts: &Instances<'c>, id: ChartId, values: &'c MapNode<'c>, arena: &'c Bump) -> Enabled<'c> {
    let below = charts.dependencies(id).iter().map(|sub| {
        let mut table = Some(values);
        for part in charts.name(*sub).split(|&b| b == b'.') {
            table = table.and_then(|map| map.get(part)).and_then(|e| match e.value {
                Tree::Map(map) => Some(map),
                _ => None,
            });
        }
        // A name with a dot in it is never found: such a chart sees no values.
        let table = table.unwrap_or_else(|| MapNode::new(arena, Vec::new()));
        enabled(charts, *sub, table, arena)
    });
    let below: Vec<_> = below.collect();
    Enabled {
        chart: charts.chart(id),
        metadata: charts.finished(id, arena),
        path: BStr::new(arena.alloc_slice_copy(&charts.path(id))),
        values,
        dependencies: arena.alloc_slice_fill_iter(below),
    }
}
