//! `lookup`: objects of the world's cluster as Helm's dynamic client gives them (pkg/engine/lookup_func.go).

use bstr::BStr;

use super::Result;
use crate::value::{CallError, Heap, MapType, Origin, Tree, Value};
use crate::world::{Found, Query, Visit};
use crate::yaml;

/// `lookup apiVersion kind namespace name`
pub fn lookup<'h>(heap: &Heap<'h>, visit: &Visit<'_>, args: &[Value<'h>]) -> Result<Value<'h>> {
    let text = |at: usize| args.get(at).and_then(|v| v.as_str()).map(|s| s.to_string()).unwrap_or_default();
    let (api_version, kind) = (text(0), text(1));
    let query = Query { api_version: api_version.clone(), kind: kind.clone(), namespace: text(2), name: text(3) };
    match visit.lookup(query) {
        Found::Nothing => Ok(Value::Map(heap.map(MapType::Any))),
        Found::One(text) => object(heap, text),
        Found::All(texts) => {
            let items = texts.into_iter().map(|text| object(heap, text)).collect::<Result<Vec<_>>>()?;
            let list = heap.map(MapType::Any);
            list.set(heap, BStr::new("apiVersion"), heap.str(api_version));
            list.set(heap, BStr::new("items"), heap.any_list(&items));
            list.set(heap, BStr::new("kind"), heap.str(format!("{kind}List")));
            list.set(heap, BStr::new("metadata"), Value::Map(heap.map(MapType::Any)));
            Ok(Value::Map(list))
        }
    }
}

/// An object as apimachinery decodes it into maps: whole numbers are `int64`.
fn object<'h>(heap: &Heap<'h>, text: &[u8]) -> Result<Value<'h>> {
    heap.reserve(text.len())?;
    heap.spend(text.len() as u64 / 16)?;
    let text = heap.arena().alloc_slice_copy(text);
    match yaml::load_fields(text, Origin::default(), heap.arena(), heap.limits()) {
        Ok(tree @ Tree::Map(_)) => Ok(heap.thaw(tree)),
        Ok(_) => Err(CallError::failed("a recorded object is no object")),
        Err(error) => Err(CallError::failed(format!("a recorded object cannot be read: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use bumpalo::Bump;

    use super::*;
    use crate::dialect::V4_3;
    use crate::limits::Limits;
    use crate::world::{Objects, World};

    fn key(namespace: &str, kind: &str, name: &str) -> Query {
        Query { api_version: "v1".into(), kind: kind.into(), namespace: namespace.into(), name: name.into() }
    }

    fn asked(world: &World, kind: &str, namespace: &str, name: &str) -> String {
        let (arena, limits) = (Bump::new(), Limits::default());
        let heap = Heap::new(&arena, &limits, &V4_3);
        let visit = world.visit();
        let args = ["v1", kind, namespace, name].map(|text| heap.str(text));
        let found = lookup(&heap, &visit, &args).unwrap();
        assert_eq!(visit.asked(), [key(namespace, kind, name)]);
        let json = crate::go::json::marshal(&heap, found, crate::go::json::Escape::Plain).unwrap();
        json.to_string()
    }

    // What Helm's lookup function answers: maps of the object, a list with its items, an empty map for what is not there.
    #[test]
    fn objects_are_found_as_a_cluster_finds_them() {
        let mut objects = Objects::new();
        objects.insert(key("a", "Secret", "s"), b"data: {k: djE=}\nnum: 3\nf: 1.5\n".to_vec());
        objects.insert(key("b", "Secret", "t"), b"{\"data\": {}}".to_vec());
        objects.insert(key("", "Namespace", "a"), b"x: v\n".to_vec());
        let world = World::seeded(1, 0).with_cluster(objects);
        assert_eq!(asked(&world, "Secret", "a", "s"), r#"{"data":{"k":"djE="},"f":1.5,"num":3}"#);
        assert_eq!(asked(&world, "Secret", "b", "s"), "{}");
        assert_eq!(asked(&world, "Secret", "", "s"), "{}");
        assert_eq!(asked(&world, "Namespace", "any", "a"), r#"{"x":"v"}"#);
        let list = |items: &str, kind: &str| {
            format!(r#"{{"apiVersion":"v1","items":[{items}],"kind":"{kind}List","metadata":{{}}}}"#)
        };
        let (s, t) = (r#"{"data":{"k":"djE="},"f":1.5,"num":3}"#, r#"{"data":{}}"#);
        assert_eq!(asked(&world, "Secret", "", ""), list(&format!("{s},{t}"), "Secret"));
        assert_eq!(asked(&world, "Secret", "b", ""), list(t, "Secret"));
        assert_eq!(asked(&world, "Pod", "b", ""), list("", "Pod"));
        assert_eq!(asked(&World::empty(), "Secret", "a", ""), "{}");
    }
}
