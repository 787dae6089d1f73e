//! What templates are given beside values: `.Chart`, `.Capabilities`, `.Files`.

mod capabilities;
mod chart;

use bumpalo::Bump;

use crate::chart::{File, Metadata};
use crate::diagnostic::Refusal;
use crate::dialect::ChartShape;
use crate::value::{Heap, MapType, Value};
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

/// `.Files`: the files of one chart by name.
///
/// # Errors
/// A file that cannot be read any more.
pub fn files<'h>(heap: &Heap<'h>, files: &[File<'h>], arena: &'h Bump) -> Result<Value<'h>, Refusal> {
    let map = heap.map(MapType::Files);
    for file in files {
        map.set(heap, file.name, Value::Bytes(file.bytes(arena)?));
    }
    Ok(Value::Map(map))
}
