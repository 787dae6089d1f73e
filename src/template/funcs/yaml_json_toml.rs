//! Values as YAML, JSON and TOML, and back. Sources: Helm `pkg/engine/funcs.go`, sprig defaults.go.
//!
//! What happens to an error is each function's own: `toJson` answers it with an empty string, `fromJson` with a map that
//! holds its text, `must...` fails.

use bstr::BStr;

use super::args::{Out, any, text};
use super::{Body, Call, Func, dates};
use crate::go::json::{self, Escape};
use crate::go::toml;
use crate::limits::Exhausted;
use crate::value::{CallError, MapType, Origin, Tree, Ty, Value};
use crate::yaml;

pub(super) const FUNCS: &[Func] = &[
    Func::new("fromJson", &[Ty::Str], |c, a| {
        let decoded = json::unmarshal_map(c.heap, text(a, 0))?;
        with_error(c, Value::Map(decoded.value), decoded.error)
    }),
    Func::new("fromJsonArray", &[Ty::Str], |c, a| {
        let decoded = json::unmarshal_list(c.heap, text(a, 0))?;
        Ok(match decoded.error {
            Some(error) => c.heap.any_list(&[c.heap.str(error)]),
            None => decoded.value,
        })
    }),
    Func::new("fromToml", &[Ty::Str], |c, a| {
        let local = c.visit.local();
        let (_, local_offset) = dates::now(c).zone();
        let times = toml::Times { local, local_offset, value: &|time| dates::object(c.heap, time) };
        match toml::decode(c.heap, text(a, 0), &times)? {
            Ok(map) => Ok(Value::Map(map)),
            Err(error) => with_error(c, Value::Map(c.heap.map(MapType::Any)), Some(error)),
        }
    })
    .only(|d| d.has_from_toml),
    Func::new("fromYaml", &[Ty::Str], |c, a| match load(c, text(a, 0))? {
        // Nothing leaves the map as it was: empty.
        Ok(Tree::Null) => Ok(Value::Map(c.heap.map(MapType::Any))),
        Ok(Tree::Map(map)) => Ok(Value::Map(c.heap.thaw_map(map, MapType::Any))),
        Ok(other) => {
            let error = yaml::mismatch(other, "map[string]interface {}");
            with_error(c, Value::Map(c.heap.map(MapType::Any)), Some(error.to_string()))
        }
        Err(error) => with_error(c, Value::Map(c.heap.map(MapType::Any)), Some(error.to_string())),
    }),
    Func::new("fromYamlArray", &[Ty::Str], |c, a| match load(c, text(a, 0))? {
        Ok(Tree::Null) => Ok(c.heap.any_list(&[])),
        Ok(list @ Tree::List(_)) => Ok(c.heap.thaw(list)),
        Ok(other) => Ok(c.heap.any_list(&[c.heap.str(yaml::mismatch(other, "[]interface {}").to_string())])),
        Err(error) => Ok(c.heap.any_list(&[c.heap.str(error.to_string())])),
    }),
    Func::new("mustFromJson", &[Ty::Str], |c, a| {
        let decoded = json::unmarshal(c.heap, text(a, 0))?;
        decoded.error.map_or(Ok(decoded.value), |error| Err(CallError::Failed(error)))
    }),
    Func::new("mustToJson", &[Ty::Any], |c, a| Ok(c.heap.str(json::marshal(c.heap, any(a, 0), Escape::Html)?))),
    Func::new("mustToPrettyJson", &[Ty::Any], PRETTY),
    Func::new("mustToRawJson", &[Ty::Any], RAW),
    Func::new("mustToToml", &[Ty::Any], |c, a| match toml::encode(c.heap, any(a, 0))? {
        Ok(text) => Ok(c.heap.str(text)),
        Err(error) => Err(CallError::Failed(error)),
    })
    .only(|d| d.has_must_to_toml),
    Func::new("mustToYaml", &[Ty::Any], YAML).only(|d| d.has_must_to_yaml),
    Func::new("toJson", &[Ty::Any], |c, a| {
        or_empty(json::marshal(c.heap, any(a, 0), Escape::Html).map(|s| c.heap.str(s)))
    }),
    Func::new("toPrettyJson", &[Ty::Any], |c, a| or_empty(PRETTY(c, a))),
    Func::new("toRawJson", &[Ty::Any], RAW),
    // An error's text is the result.
    Func::new("toToml", &[Ty::Any], |c, a| match toml::encode(c.heap, any(a, 0))? {
        Ok(text) => Ok(c.heap.str(text)),
        Err(error) => Ok(c.heap.str(error)),
    }),
    Func::new("toYaml", &[Ty::Any], |c, a| or_empty(YAML(c, a))),
    Func::new("toYamlPretty", &[Ty::Any], PRETTY_YAML).only(|d| d.has_from_toml),
];

/// `sigs.k8s.io/yaml`'s Marshal: to JSON, and from there to YAML.
const YAML: Body = |c, a| {
    let value = any(a, 0);
    let text = match yaml::value_to_yaml(c.heap, value) {
        Ok(text) => text,
        Err(yaml::NeedsJson) => {
            let json = json::marshal(c.heap, value, Escape::Html).map_err(|e| match e {
                CallError::Failed(text) => CallError::Failed(format!("error marshaling into JSON: {text}")),
                exhausted => exhausted,
            })?;
            yaml::json_to_yaml(&json).map_err(|e| CallError::failed(e.cause()))?
        }
    };
    Ok(c.heap.str(without_newline(&text)))
};

/// goyaml v3 on the value itself. It panics over what it has no words for.
const PRETTY_YAML: Body = |c, a| match yaml::value_to_pretty_yaml(c.heap, any(a, 0)) {
    Ok(text) => Ok(c.heap.str(without_newline(&text))),
    Err(yaml::NeedsJson) => {
        c.heap.spend(1)?;
        Err(CallError::failed("cannot marshal type: complex128"))
    }
};

fn without_newline(text: &[u8]) -> &[u8] {
    text.strip_suffix(b"\n").unwrap_or(text)
}

/// The first document of a text.
fn load<'h>(c: &Call<'_, 'h>, text: &'h BStr) -> Result<Result<Tree<'h>, yaml::Error>, CallError> {
    // A byte of flow syntax becomes a token, a node and a value.
    c.heap.spend(text.len() as u64)?;
    c.heap.reserve(text.len().saturating_mul(4))?;
    match yaml::load(text, Origin::default(), c.heap.arena(), c.heap.limits()) {
        Err(error) if error.kind() == yaml::Kind::Budget => Err(Exhausted::Bytes.into()),
        loaded => Ok(loaded),
    }
}

const PRETTY: Body = |c, a| Ok(c.heap.str(json::marshal_indent(c.heap, any(a, 0), "", "  ")?));
const RAW: Body = |c, a| Ok(c.heap.str(json::marshal(c.heap, any(a, 0), Escape::Plain)?));

/// An error is dropped, not a budget that ran out.
fn or_empty(result: Out<'_>) -> Out<'_> {
    match result {
        Err(CallError::Failed(_)) => Ok(Value::str("")),
        other => other,
    }
}

/// The map, with the error's text in it when there is one.
fn with_error<'h>(c: &Call<'_, 'h>, map: Value<'h>, error: Option<String>) -> Out<'h> {
    if let (Value::Map(map), Some(error)) = (map, error) {
        if map.is_nil() {
            return Err(super::panics::nil_map_assignment());
        }
        map.set(c.heap, BStr::new("Error"), c.heap.str(error));
    }
    Ok(map)
}
