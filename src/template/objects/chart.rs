//! `.Chart`: Chart.yaml as a struct (Helm 3: pkg/engine `recAllTpls`) or as a map (Helm 4: pkg/chart `structToMap`).

use bstr::BStr;

use crate::chart::{Dependency, ImportValue, Maintainer, Metadata};
use crate::value::{Field, Heap, ListType, MapType, Object, Value};

/// The fields of a struct, each with Go's name, its key in JSON and its value.
type Fields<'h> = Vec<(&'static str, &'static str, Value<'h>)>;

fn metadata_fields<'h>(heap: &Heap<'h>, m: &Metadata<'h>, shape: Shape) -> Fields<'h> {
    vec![
        ("Name", "name", Value::Str(m.name)),
        ("Home", "home", Value::Str(m.home)),
        ("Sources", "sources", strings(heap, m.sources, shape)),
        ("Version", "version", Value::Str(m.version)),
        ("Description", "description", Value::Str(m.description)),
        ("Keywords", "keywords", strings(heap, m.keywords, shape)),
        ("Maintainers", "maintainers", maintainers(heap, m.maintainers, shape)),
        ("Icon", "icon", Value::Str(m.icon)),
        ("APIVersion", "apiVersion", Value::Str(m.api_version)),
        ("Condition", "condition", Value::Str(m.condition)),
        ("Tags", "tags", Value::Str(m.tags)),
        ("AppVersion", "appVersion", Value::Str(m.app_version)),
        ("Deprecated", "deprecated", Value::Bool(m.deprecated)),
        ("Annotations", "annotations", annotations(heap, m.annotations)),
        ("KubeVersion", "kubeVersion", Value::Str(m.kube_version)),
        ("Dependencies", "dependencies", dependencies(heap, m.dependencies, shape)),
        ("Type", "type", Value::Str(m.kind)),
    ]
}

fn maintainer_fields<'h>(m: &Maintainer<'h>) -> Fields<'h> {
    vec![
        ("Name", "name", Value::Str(m.name)),
        ("Email", "email", Value::Str(m.email)),
        ("URL", "url", Value::Str(m.url)),
    ]
}

fn dependency_fields<'h>(heap: &Heap<'h>, d: &Dependency<'h>, shape: Shape) -> Fields<'h> {
    vec![
        ("Name", "name", Value::Str(d.name)),
        ("Version", "version", Value::Str(d.version)),
        ("Repository", "repository", Value::Str(d.repository)),
        ("Condition", "condition", Value::Str(d.condition)),
        ("Tags", "tags", strings(heap, d.tags, shape)),
        ("Enabled", "enabled", Value::Bool(d.enabled)),
        ("ImportValues", "import-values", import_values(heap, d.import_values, shape)),
        ("Alias", "alias", Value::Str(d.alias)),
    ]
}

/// How lists and structs inside are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Typed, and nil where nothing was written.
    Structs,
    /// `[]interface {}` and maps, never nil.
    Maps,
}

/// A list that was written, or Go's nil.
fn list<'h, T>(
    heap: &Heap<'h>,
    items: Option<&[T]>,
    ty: ListType,
    shape: Shape,
    value: impl Fn(&T) -> Value<'h>,
) -> Value<'h> {
    let values: Vec<Value<'h>> = items.unwrap_or_default().iter().map(value).collect();
    match (shape, items) {
        (Shape::Maps, _) => heap.any_list(&values),
        (Shape::Structs, Some(_)) => heap.list(ty, &values),
        (Shape::Structs, None) => heap.nil_list(ty),
    }
}

fn strings<'h>(heap: &Heap<'h>, items: Option<&[&'h BStr]>, shape: Shape) -> Value<'h> {
    list(heap, items, ListType::Str, shape, |s| Value::Str(s))
}

fn maintainers<'h>(heap: &Heap<'h>, items: Option<&[Maintainer<'h>]>, shape: Shape) -> Value<'h> {
    list(heap, items, ListType::Structs("[]*chart.Maintainer"), shape, |m| match shape {
        Shape::Maps => map(heap, maintainer_fields(m)),
        Shape::Structs => heap.object(MaintainerObject(*m)),
    })
}

fn dependencies<'h>(heap: &Heap<'h>, items: Option<&[Dependency<'h>]>, shape: Shape) -> Value<'h> {
    list(heap, items, ListType::Structs("[]*chart.Dependency"), shape, |d| match shape {
        Shape::Maps => map(heap, dependency_fields(heap, d, shape)),
        Shape::Structs => heap.object(DependencyObject(*d)),
    })
}

fn import_values<'h>(heap: &Heap<'h>, items: Option<&[ImportValue<'h>]>, shape: Shape) -> Value<'h> {
    list(heap, items, ListType::Any, shape, |item| match item {
        ImportValue::Written(tree) => heap.thaw(*tree),
        ImportValue::Resolved { child, parent } => {
            let pair = heap.map(MapType::Str);
            pair.set(heap, BStr::new("child"), Value::Str(child));
            pair.set(heap, BStr::new("parent"), Value::Str(parent));
            Value::Map(pair)
        }
    })
}

fn annotations<'h>(heap: &Heap<'h>, entries: Option<&[(&'h BStr, &'h BStr)]>) -> Value<'h> {
    let Some(entries) = entries else { return heap.nil_map(MapType::Str) };
    let map = heap.map(MapType::Str);
    for (key, value) in entries {
        map.set(heap, key, Value::Str(value));
    }
    Value::Map(map)
}

fn map<'h>(heap: &Heap<'h>, fields: Fields<'h>) -> Value<'h> {
    let map = heap.map(MapType::Any);
    for (name, _, value) in fields {
        map.set(heap, BStr::new(name), value);
    }
    Value::Map(map)
}

pub(super) fn as_map<'h>(heap: &Heap<'h>, metadata: &Metadata<'h>, is_root: bool) -> Value<'h> {
    let mut fields = metadata_fields(heap, metadata, Shape::Maps);
    fields.push(("IsRoot", "IsRoot", Value::Bool(is_root)));
    map(heap, fields)
}

pub(super) fn as_struct<'h>(heap: &Heap<'h>, metadata: &Metadata<'h>, is_root: bool) -> Value<'h> {
    heap.object(ChartObject { metadata: *metadata, is_root })
}

/// Fields that JSON leaves out when they are empty.
fn omitting_empty<'h>(fields: Fields<'h>) -> Vec<Field<'h>> {
    fields.into_iter().map(|(name, json, value)| Field { name, json: Some(json), omit_empty: true, value }).collect()
}

/// `struct { chart.Metadata; IsRoot bool }`: the fields of the embedded struct are its own too.
struct ChartObject<'h> {
    metadata: Metadata<'h>,
    is_root: bool,
}

impl<'h> Object<'h> for ChartObject<'h> {
    fn type_name(&self, _: &Heap<'h>) -> String {
        "struct { chart.Metadata; IsRoot bool }".into()
    }

    fn is_pointer(&self) -> bool {
        false
    }

    fn fields(&self, heap: &Heap<'h>) -> Vec<Field<'h>> {
        let field = |name, value| Field { name, json: Some(name), omit_empty: false, value };
        vec![field("Metadata", heap.object(MetadataObject(self.metadata))), field("IsRoot", Value::Bool(self.is_root))]
    }

    fn json_fields(&self, heap: &Heap<'h>) -> Vec<Field<'h>> {
        let mut fields = MetadataObject(self.metadata).fields(heap);
        fields.push(Field {
            name: "IsRoot",
            json: Some("IsRoot"),
            omit_empty: false,
            value: Value::Bool(self.is_root),
        });
        fields
    }

    fn field(&self, heap: &Heap<'h>, name: &str) -> Option<Value<'h>> {
        match name {
            "Name" => Some(Value::Str(self.metadata.name)),
            "Version" => Some(Value::Str(self.metadata.version)),
            "AppVersion" => Some(Value::Str(self.metadata.app_version)),
            "IsRoot" => Some(Value::Bool(self.is_root)),
            "Metadata" => Some(heap.object(MetadataObject(self.metadata))),
            _ => MetadataObject(self.metadata).field(heap, name),
        }
    }
}

/// `chart.Metadata`
struct MetadataObject<'h>(Metadata<'h>);

impl<'h> Object<'h> for MetadataObject<'h> {
    fn type_name(&self, _: &Heap<'h>) -> String {
        "chart.Metadata".into()
    }

    fn is_pointer(&self) -> bool {
        false
    }

    fn fields(&self, heap: &Heap<'h>) -> Vec<Field<'h>> {
        omitting_empty(metadata_fields(heap, &self.0, Shape::Structs))
    }
}

/// `*chart.Maintainer`
struct MaintainerObject<'h>(Maintainer<'h>);

impl<'h> Object<'h> for MaintainerObject<'h> {
    fn type_name(&self, _: &Heap<'h>) -> String {
        "chart.Maintainer".into()
    }

    fn is_pointer(&self) -> bool {
        true
    }

    fn fields(&self, _: &Heap<'h>) -> Vec<Field<'h>> {
        omitting_empty(maintainer_fields(&self.0))
    }
}

/// `*chart.Dependency`
struct DependencyObject<'h>(Dependency<'h>);

impl<'h> Object<'h> for DependencyObject<'h> {
    fn type_name(&self, _: &Heap<'h>) -> String {
        "chart.Dependency".into()
    }

    fn is_pointer(&self) -> bool {
        true
    }

    fn fields(&self, heap: &Heap<'h>) -> Vec<Field<'h>> {
        let mut fields = omitting_empty(dependency_fields(heap, &self.0, Shape::Structs));
        for always in fields.iter_mut().filter(|f| matches!(f.name, "Name" | "Repository")) {
            always.omit_empty = false;
        }
        fields
    }
}
