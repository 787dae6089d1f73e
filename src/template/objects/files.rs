//! `.Files`: the files of one chart by name, each read when a template first asks for it.

use std::cell::Cell;

use bstr::BStr;

use crate::chart::File;
use crate::value::{Heap, Later, MapType, Value};

/// `.Files`. Nothing is read yet; a file that cannot be read any more when it is asked for spoils the heap
/// ([`Heap::spoil`]), and the render ends with that refusal.
pub fn files<'h>(heap: &Heap<'h>, files: &'h [File<'h>]) -> Value<'h> {
    if files.is_empty() {
        return Value::Map(heap.map(MapType::Files));
    }
    let mut sorted: Vec<&'h File<'h>> = files.iter().collect();
    sorted.sort_by_key(|f| f.name);
    // Of equal names the last counts.
    sorted.reverse();
    sorted.dedup_by_key(|f| f.name);
    sorted.reverse();
    let arena = heap.arena();
    let names = arena.alloc_slice_fill_iter(sorted.iter().map(|f| f.name));
    let slots = arena.alloc_slice_fill_iter(sorted.iter().map(|file| Slot { file, bytes: Cell::new(None) }));
    Value::Map(heap.later_map(MapType::Files, Files { names, slots }))
}

struct Files<'h> {
    names: &'h [&'h BStr],
    slots: &'h [Slot<'h>],
}

struct Slot<'h> {
    file: &'h File<'h>,
    bytes: Cell<Option<&'h [u8]>>,
}

impl<'h> Later<'h> for Files<'h> {
    fn keys(&self) -> &'h [&'h BStr] {
        self.names
    }

    fn value(&self, heap: &Heap<'h>, index: usize) -> Value<'h> {
        let Some(slot) = self.slots.get(index) else { return Value::Bytes(&[]) };
        let bytes = slot.bytes.get().unwrap_or_else(|| {
            slot.file.bytes(heap.arena()).unwrap_or_else(|refusal| {
                heap.spoil(refusal);
                &[]
            })
        });
        slot.bytes.set(Some(bytes));
        Value::Bytes(bytes)
    }
}

#[cfg(test)]
mod tests {
    use bumpalo::Bump;

    use super::*;
    use crate::chart::{Chart, Log, Options};
    use crate::diagnostic::Kind;
    use crate::dialect::V4_3;
    use crate::limits::Limits;
    use crate::value::{Map, Sources};

    /// A chart with the files `a.txt` and `b.txt`, of which `b.txt` goes away once the chart has been loaded.
    fn with_files(test: impl for<'h> FnOnce(&Heap<'h>, &'h Map<'h>)) {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n");
        write("a.txt", "from a");
        write("b.txt", "from b");
        let (arena, limits) = (Bump::new(), Limits::default());
        let (mut sources, mut log) = (Sources::default(), Log::new(&V4_3));
        let options = Options::default();
        let chart = Chart::load(folder.path(), &options, &V4_3, &arena, &limits, &mut sources, &mut log).unwrap();
        std::fs::remove_file(folder.path().join("b.txt")).unwrap();
        let heap = Heap::new(&arena, &limits, &V4_3);
        let Value::Map(map) = files(&heap, chart.files) else { panic!("files are a map") };
        test(&heap, map);
    }

    #[test]
    fn only_what_is_asked_for_is_read() {
        with_files(|heap, map| {
            assert_eq!(map.keys(), ["a.txt", "b.txt"]);
            assert_eq!(map.len(), 2);
            assert!(matches!(map.get(heap, b"a.txt"), Some(Value::Bytes(b"from a"))));
            assert!(map.get(heap, b"c.txt").is_none());
            assert_eq!(heap.spoilt(), None);
        });
    }

    #[test]
    fn a_file_that_has_gone_spoils_the_render() {
        with_files(|heap, map| {
            assert!(matches!(map.get(heap, b"b.txt"), Some(Value::Bytes(b""))));
            let why = heap.spoilt().unwrap();
            assert_eq!(why.kind, Kind::Unreadable);
            assert!(why.message.starts_with("error reading b.txt: open "), "{}", why.message);
        });
        with_files(|heap, map| {
            assert_eq!(map.entries(heap).len(), 2);
            assert!(heap.spoilt().is_some());
        });
    }
}
