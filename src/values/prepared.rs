//! What is left to render once dependencies are processed and values coalesced.

use bstr::BStr;

use crate::chart::{Chart, Metadata};
use crate::value::MapNode;

/// The charts that take part in a render, each with its own `.Values`.
#[derive(Debug)]
pub struct Prepared<'c> {
    pub root: Enabled<'c>,
}

/// A chart that takes part. The same [`Chart`] appears more than once when it is aliased.
#[derive(Clone, Copy, Debug)]
pub struct Enabled<'c> {
    pub chart: &'c Chart<'c>,
    /// The chart's metadata as Helm leaves it: `name` is the alias, `dependencies` are the enabled ones.
    pub metadata: Metadata<'c>,
    /// `mychart/charts/sub`: the prefix of every template's name.
    pub path: &'c BStr,
    /// `.Values`. A subchart's node is the one that hangs in its parent's tree (same address, same Go map).
    pub values: &'c MapNode<'c>,
    /// Subcharts in Helm's order.
    pub dependencies: &'c [Enabled<'c>],
}
