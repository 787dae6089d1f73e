//! `VersionSet` (Helm: pkg/chart/common/capabilities.go).

use super::Own;
use crate::value::{Ty, Value};

pub(super) const METHODS: &[Own] = &[Own::new("Has", &[Ty::Str], |heap, receiver, args| {
    let (Value::List(list), [Value::Str(wanted)]) = (receiver, args) else { return Ok(Value::Bool(false)) };
    Ok(Value::Bool(list.items(heap).iter().any(|version| version.as_str() == Some(wanted))))
})];
