//! The same render on our side.

use bstr::{BStr, BString};
use bumpalo::Bump;

use plimsoll::chart::{File, Metadata};
use plimsoll::diagnostic::Refusal;
use plimsoll::limits::{Limits, Stack};
use plimsoll::template::exec::Run;
use plimsoll::template::objects;
use plimsoll::template::{Library, SourceFile, helm_order};
use plimsoll::value::{Heap, Map, MapType, Origin, Value};
use plimsoll::world::{Capabilities, KubeVersion, World};
use plimsoll::yaml;

use crate::{Case, Outcome, corpus};

/// Small, so that mutants which loop end soon.
fn limits() -> Limits {
    Limits { fuel: 20_000_000, bytes: 64 << 20, ..Limits::default() }
}

pub fn render(case: &Case, stack: Stack) -> Outcome {
    match rendered(case, stack) {
        Ok(files) => Outcome::Rendered(files),
        Err(refusal) if refusal.kind.is_ours() => Outcome::Limit(refusal.message),
        Err(refusal) => Outcome::Failed(refusal.message),
    }
}

fn rendered(case: &Case, stack: Stack) -> Result<Vec<Vec<u8>>, Refusal> {
    let arena = Bump::new();
    let mut files: Vec<(BString, &[u8])> =
        corpus::HELPERS.iter().map(|(name, text)| (format!("c/{name}").into(), text.as_bytes())).collect();
    files.push(("c/templates/a.yaml".into(), &case.template));
    files.sort_by(|a, b| helm_order(a.0.as_ref(), b.0.as_ref()));
    let sources = files.iter().map(|(name, text)| SourceFile { name: name.as_ref(), text });
    let mut library = Library::new(&arena, case.dialect);
    let program = library.link(sources, stack)?;

    let heap = Heap::new(&arena, &limits(), case.dialect);
    let world = World::seeded(1, 0);
    let visit = world.visit();
    let mut run = Run::new(&program, &heap, &visit, stack);
    let root = root(case, &heap);
    let mut outputs = Vec::new();
    for (name, _) in &files {
        if name.rsplit(|b| *b == b'/').next().is_some_and(|base| base.starts_with(b"_")) {
            continue;
        }
        let template = heap.map(MapType::Values);
        set(&heap, template, "Name", heap.str(name));
        set(&heap, template, "BasePath", Value::str("c/templates"));
        set(&heap, root, "Template", Value::Map(template));
        let mut out = Vec::new();
        run.file(heap.bstr(name), Value::Map(root), &mut out).map_err(|e| e.refusal(case.dialect.error_style))?;
        outputs.push((name.to_vec(), out));
    }
    outputs.sort();
    Ok(outputs.into_iter().flat_map(|(name, out)| [name, out]).collect())
}

fn root<'h>(case: &Case, heap: &Heap<'h>) -> &'h Map<'h> {
    let tree = yaml::load(case.values.as_bytes(), Origin::default(), heap.arena(), &limits()).expect("values parse");
    let values = heap.thaw_map(tree.as_map().expect("values are a map"), MapType::Values);
    let release = heap.map(MapType::Any);
    set(heap, release, "Name", Value::str("rel"));
    set(heap, release, "Revision", Value::int(1));
    set(heap, release, "IsInstall", Value::Bool(true));
    let root = heap.map(MapType::Values);
    let metadata = Metadata {
        name: BStr::new("c"),
        version: BStr::new("1.2.3"),
        api_version: BStr::new("v2"),
        keywords: Some(heap.arena().alloc([BStr::new("k1"), BStr::new("k2")])),
        ..Metadata::default()
    };
    // The library of Helm 3 does not know the version that its releases are given.
    let kube_version = if case.dialect.version.starts_with('3') { "v1.20.0" } else { "v1.37.0" };
    let capabilities = Capabilities {
        kube_version: KubeVersion::parse(kube_version, case.dialect).expect("a version"),
        ..Capabilities::default_of(case.dialect)
    };
    set(heap, root, "Chart", objects::chart(heap, &metadata, true));
    set(heap, root, "Capabilities", objects::capabilities(heap, heap.arena().alloc(capabilities)));
    let files: Vec<File<'h>> =
        corpus::FILES.iter().map(|(name, text)| File::read_already(BStr::new(name), text.as_bytes())).collect();
    set(heap, root, "Files", objects::files(heap, heap.arena().alloc_slice_copy(&files)));
    set(heap, root, "Subcharts", Value::Map(heap.map(MapType::Any)));
    set(heap, root, "Values", Value::Map(values));
    set(heap, root, "Release", Value::Map(release));
    root
}

fn set<'h>(heap: &Heap<'h>, map: &Map<'h>, key: &'h str, value: Value<'h>) {
    map.set(heap, BStr::new(key), value);
}
