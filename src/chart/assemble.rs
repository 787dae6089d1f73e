//! Files become a chart, and those under charts/ become its subcharts: `loader.LoadFiles`.

use std::collections::BTreeMap;

use bstr::{BStr, BString, ByteSlice};

use super::decode::Unchecked;
use super::load::Loader;
use super::values_file::{load_values, refusal};
use super::{Chart, File, Metadata, archive, decode, validate};
use crate::diagnostic::{Kind, Refusal};
use crate::dialect::LogPlace;
use crate::go::filepath;
use crate::limits::Bound;
use crate::value::{Origin, Source, Tree};
use crate::yaml;

/// Charts within charts cost this much of the depth that is allowed. Nobody nests them deeply; an archive could.
const LEVELS: u32 = 128;

/// A chart of the files given, whose names are relative to it. `parent` is the path of the chart around it.
pub(super) fn chart<'c>(
    loader: &mut Loader<'c, '_>,
    files: Vec<File<'c>>,
    parent: &str,
    depth: u32,
) -> Result<Chart<'c>, Refusal> {
    if depth > loader.limits.depth / LEVELS {
        return Err(Bound::Depth.refuse("charts are nested too deeply"));
    }
    let mut metadata = None;
    for file in files.iter().filter(|f| f.name == "Chart.yaml") {
        let unchecked = metadata.get_or_insert_with(Unchecked::default);
        apply(loader, file, unchecked).map_err(|r| r.context("cannot load Chart.yaml"))?;
        if unchecked.metadata.api_version.is_empty() {
            unchecked.metadata.api_version = BStr::new("v1");
        }
    }
    let mut parts = Parts { path: String::new(), ..Parts::default() };
    parts.path = parent.to_string();
    if let Some(unchecked) = &metadata {
        parts.path += &unchecked.metadata.name.to_str_lossy();
    }
    for file in &files {
        sort_in(loader, *file, &mut metadata, &mut parts)?;
    }
    let Some(unchecked) = metadata else {
        return Err(Refusal::new(Kind::Chart, "Chart.yaml file is missing"));
    };
    let metadata = validate::metadata(unchecked, loader.dialect, loader.arena)?;
    let mut dependencies = Vec::new();
    for (name, files) in parts.subcharts {
        if let Some(sub) = subchart(loader, name, files, &metadata, &parts.path, depth)? {
            dependencies.push(sub);
        }
    }
    let arena = loader.arena;
    Ok(Chart {
        metadata,
        values: parts.values,
        values_origin: parts.values_origin,
        schema: parts.schema,
        templates: arena.alloc_slice_copy(&parts.templates),
        files: arena.alloc_slice_copy(&parts.files),
        dependencies: arena.alloc_slice_fill_iter(dependencies),
    })
}

struct Parts<'c> {
    /// This chart's path among charts.
    path: String,
    values: Tree<'c>,
    values_origin: Origin,
    schema: Option<&'c [u8]>,
    templates: Vec<File<'c>>,
    files: Vec<File<'c>>,
    /// By the first element under charts/.
    subcharts: BTreeMap<&'c [u8], Vec<File<'c>>>,
}

impl Default for Parts<'_> {
    fn default() -> Self {
        Parts {
            path: String::new(),
            values: Tree::Null,
            values_origin: Origin::default(),
            schema: None,
            templates: Vec::new(),
            files: Vec::new(),
            subcharts: BTreeMap::new(),
        }
    }
}

/// Finds the place of one file.
fn sort_in<'c>(
    loader: &mut Loader<'c, '_>,
    file: File<'c>,
    unchecked: &mut Option<Unchecked<'c>>,
    parts: &mut Parts<'c>,
) -> Result<(), Refusal> {
    let name: &'c [u8] = file.name;
    match name {
        b"Chart.yaml" => {}
        b"Chart.lock" => lock(loader, &file).map_err(|r| r.context("cannot load Chart.lock"))?,
        b"values.yaml" => {
            let place = format!("{}/values.yaml", parts.path);
            let origin = loader.sources.add(Source::Defaults(parts.path.as_str().into()));
            let text = file.bytes(loader.arena)?;
            let map = load_values(text, &place, origin, loader.dialect, loader.arena, loader.limits)
                .map_err(|r| r.context("cannot load values.yaml"))?;
            parts.values = map.map_or(Tree::Null, Tree::Map);
            parts.values_origin = origin;
        }
        b"values.schema.json" => parts.schema = Some(file.bytes(loader.arena)?),
        b"requirements.yaml" => {
            let unchecked = unchecked.get_or_insert_with(Unchecked::default);
            if unchecked.metadata.api_version != "v1" {
                let text = "Warning: Dependencies are handled in Chart.yaml since apiVersion \"v2\". We recommend \
                            migrating dependencies to Chart.yaml.";
                loader.log.printf(LogPlace::DependenciesOutsideChartYaml, text);
            }
            apply(loader, &file, unchecked).map_err(|r| r.context("cannot load requirements.yaml"))?;
            if unchecked.metadata.api_version == "v1" {
                parts.files.push(file);
            }
        }
        b"requirements.lock" => {
            lock(loader, &file).map_err(|r| r.context("cannot load requirements.lock"))?;
            let unchecked = unchecked.get_or_insert_with(Unchecked::default);
            if unchecked.metadata.api_version != "v1" {
                let text = "Warning: Dependency locking is handled in Chart.lock since apiVersion \"v2\". We recommend \
                            migrating to Chart.lock.";
                loader.log.printf(LogPlace::LockOutsideChartLock, text);
            }
            if unchecked.metadata.api_version == "v1" {
                parts.files.push(file);
            }
        }
        _ if name.starts_with(b"templates/") => parts.templates.push(file),
        _ => match name.strip_prefix(b"charts/") {
            Some(inside) if filepath::ext(name) != b".prov" => {
                let first = inside.split(|&b| b == b'/').next().unwrap_or(inside);
                parts.subcharts.entry(first).or_default().push(file.renamed(inside));
            }
            _ => parts.files.push(file),
        },
    }
    Ok(())
}

/// One element of charts/; `None` when it is to be left alone.
fn subchart<'c>(
    loader: &mut Loader<'c, '_>,
    name: &'c [u8],
    files: Vec<File<'c>>,
    metadata: &Metadata<'c>,
    path: &str,
    depth: u32,
) -> Result<Option<Chart<'c>>, Refusal> {
    if matches!(name.first(), Some(b'_' | b'.')) {
        return Ok(None);
    }
    let path = format!("{path}/charts/");
    let loaded = if filepath::ext(name) == b".tgz" {
        let Some(file) = files.first() else { return Ok(None) };
        if file.name != name {
            let text = format!(
                "{} tar in {}: expected {}, got {}",
                loader.dialect.unpacking,
                metadata.name,
                BStr::new(name),
                file.name
            );
            return Err(Refusal::new(Kind::Chart, text));
        }
        let bytes = file.bytes(loader.arena)?;
        archive::files(loader, bytes).and_then(|files| chart(loader, files, &path, depth + 1))
    } else {
        // A file that lies in charts/ itself belongs to no chart: what is left is a chart without Chart.yaml.
        let inside = files.iter().filter_map(|file| {
            let name: &'c [u8] = file.name;
            let (_, rest) = name.split_once_str("/")?;
            Some(file.renamed(rest))
        });
        chart(loader, inside.collect(), &path, depth + 1)
    };
    let outer = format!("{} {} in {}", loader.dialect.unpacking, BString::from(name), metadata.name);
    loaded.map(Some).map_err(|r| r.context(&outer))
}

/// Unmarshals a file over metadata that may be there already.
fn apply<'c>(loader: &Loader<'c, '_>, file: &File<'c>, unchecked: &mut Unchecked<'c>) -> Result<(), Refusal> {
    let text = file.bytes(loader.arena)?;
    let tree = yaml::load_fields(text, Origin::default(), loader.arena, loader.limits)
        .map_err(|e| refusal(&e, &file.name.to_str_lossy(), 0))?;
    let problem = decode::metadata(unchecked, tree, loader.arena, loader.dialect);
    problem.map_err(|text| Refusal::new(Kind::Chart, text))
}

/// A lock file is read only for its errors: nothing in a render looks at it.
fn lock<'c>(loader: &Loader<'c, '_>, file: &File<'c>) -> Result<(), Refusal> {
    let text = file.bytes(loader.arena)?;
    let tree = yaml::load_fields(text, Origin::default(), loader.arena, loader.limits)
        .map_err(|e| refusal(&e, &file.name.to_str_lossy(), 0))?;
    decode::lock(tree, loader.arena, loader.dialect).map_err(|text| Refusal::new(Kind::Chart, text))
}
