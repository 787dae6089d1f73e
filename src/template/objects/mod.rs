//! What templates are given beside values: `.Chart`, `.Capabilities`, `.Files`.

mod capabilities;
mod chart;
mod files;

pub use files::files;

use crate::chart::Metadata;
use crate::dialect::ChartShape;
use crate::value::{Heap, Value};
use crate::world;

/// `.Capabilities`: a pointer to Helm's struct.
pub fn capabilities<'h>(heap: &Heap<'h>, capabilities: &'h world::Capabilities) -> Value<'h> {
    heap.object(capabilities::Capabilities(capabilities))
}

/// `.Chart`: a struct in Helm 3, a map in Helm 4.
pub fn chart<'h>(heap: &Heap<'h>, metadata: &Metadata<'h>, is_root: bool) -> Value<'h> {
    match heap.dialect().chart_shape {
        ChartShape::Struct => chart::as_struct(heap, metadata, is_root),
        ChartShape::Map => chart::as_map(heap, metadata, is_root),
    }
}
