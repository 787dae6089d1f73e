//! The drafts' own schemas, by the URLs that schemas name them with, as the schema library carries them.

use std::sync::LazyLock;

use referencing::meta;
use serde_json::{Value, json};

use super::draft::Draft;

/// The metaschema at a URL without its fragment.
pub fn find(url: &str) -> Option<&'static Value> {
    let path = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"))?;
    Some(match path.strip_prefix("json-schema.org/")? {
        "draft-04/schema" => &DRAFT4,
        "draft-06/schema" => &DRAFT6,
        "draft-07/schema" => &DRAFT7,
        "draft/2019-09/schema" => &meta::DRAFT201909,
        "draft/2019-09/meta/applicator" => &meta::DRAFT201909_APPLICATOR,
        "draft/2019-09/meta/content" => &meta::DRAFT201909_CONTENT,
        "draft/2019-09/meta/core" => &meta::DRAFT201909_CORE,
        "draft/2019-09/meta/format" => &meta::DRAFT201909_FORMAT,
        "draft/2019-09/meta/meta-data" => &meta::DRAFT201909_META_DATA,
        "draft/2019-09/meta/validation" => &meta::DRAFT201909_VALIDATION,
        "schema" | "draft/2020-12/schema" => &meta::DRAFT202012,
        "draft/2020-12/meta/core" => &meta::DRAFT202012_CORE,
        "draft/2020-12/meta/applicator" => &meta::DRAFT202012_APPLICATOR,
        "draft/2020-12/meta/unevaluated" => &meta::DRAFT202012_UNEVALUATED,
        "draft/2020-12/meta/validation" => &meta::DRAFT202012_VALIDATION,
        "draft/2020-12/meta/meta-data" => &meta::DRAFT202012_META_DATA,
        "draft/2020-12/meta/format-annotation" => &meta::DRAFT202012_FORMAT_ANNOTATION,
        "draft/2020-12/meta/format-assertion" => &meta::DRAFT202012_FORMAT_ASSERTION,
        "draft/2020-12/meta/content" => &meta::DRAFT202012_CONTENT,
        _ => return None,
    })
}

/// The URL of a draft's schema, as the library names it in errors.
pub fn url(draft: Draft) -> &'static str {
    match draft {
        Draft::V4 => "http://json-schema.org/draft-04/schema",
        Draft::V6 => "http://json-schema.org/draft-06/schema",
        Draft::V7 => "http://json-schema.org/draft-07/schema",
        Draft::V2019 => "https://json-schema.org/draft/2019-09/schema",
        Draft::V2020 => "https://json-schema.org/draft/2020-12/schema",
    }
}

// The published texts have changed over the years; Helm's library carries early ones, whose `enum` is stricter.

static DRAFT4: LazyLock<Value> = LazyLock::new(|| {
    let mut schema = strict_enum(&meta::DRAFT4);
    set(&mut schema, "/properties", "$ref", json!({"type": "string"}));
    set(&mut schema, "/properties/$schema", "format", json!("uri"));
    schema
});

static DRAFT6: LazyLock<Value> = LazyLock::new(|| {
    let mut schema = strict_enum(&meta::DRAFT6);
    if let Some(properties) = schema.pointer_mut("/properties").and_then(Value::as_object_mut) {
        properties.remove("examples");
    }
    if let Some(patterns) = schema.pointer_mut("/properties/patternProperties").and_then(Value::as_object_mut) {
        patterns.remove("propertyNames");
    }
    schema
});

static DRAFT7: LazyLock<Value> = LazyLock::new(|| strict_enum(&meta::DRAFT7));

fn strict_enum(schema: &Value) -> Value {
    let mut schema = schema.clone();
    set(&mut schema, "/properties/enum", "minItems", json!(1));
    set(&mut schema, "/properties/enum", "uniqueItems", json!(true));
    schema
}

fn set(schema: &mut Value, pointer: &str, keyword: &str, value: Value) {
    if let Some(object) = schema.pointer_mut(pointer).and_then(Value::as_object_mut) {
        object.insert(keyword.into(), value);
    }
}
