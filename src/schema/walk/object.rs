//! What is asked of maps.

use serde_json::Value;

use super::{Draft, Failure, Scope, Step, Walk, count, int, strings, text};
use crate::dialect::SchemaLibrary;
use crate::schema::compiled::At;
use crate::schema::failure::{Clause, Reason, join_quoted, quote};
use crate::schema::member::member;
use crate::schema::number;
use crate::schema::path::Path;
use crate::schema::pointer::address;
use crate::value::{MapNode, Tree};

impl<'s> Walk<'_, 's> {
    pub(super) fn object<'c>(&mut self, step: &mut Step<'_, 's, 'c>, map: &'c MapNode<'c>) {
        let object = step.object;
        let length = map.entries().len();
        if let Some(least) = int(object, "minProperties")
            && (length as i64) < least
        {
            self.fail(
                step,
                "minProperties",
                format!("minProperties: got {}, want {}", count(length), number::count(least)),
            );
        }
        if let Some(most) = int(object, "maxProperties")
            && (length as i64) > most
        {
            self.fail(
                step,
                "maxProperties",
                format!("maxProperties: got {}, want {}", count(length), number::count(most)),
            );
        }
        match missing(map, member(object, "required")).as_slice() {
            [] => {}
            [one] => self.fail(step, "required", format!("missing property {}", quote(one))),
            several => self.fail(step, "required", format!("missing properties {}", join_quoted(several))),
        }
        if step.done() {
            return;
        }
        if let Some(Value::Object(dependencies)) = member(object, "dependencies") {
            for (name, wanted) in dependencies {
                if map.get(name.as_bytes()).is_none() {
                    continue;
                }
                if wanted.is_array() {
                    self.depends(step, map, name, wanted);
                } else {
                    let at = At { schema: wanted, ..step.at };
                    let checked = self.same(step, at, false);
                    step.failures.extend(checked.err());
                }
            }
        }
        self.properties(step, map);
        if step.draft == Draft::V4 {
            return;
        }
        self.property_names(step, map);
        if step.draft < Draft::V2019 {
            return;
        }
        if let Some(Value::Object(dependent)) = member(object, "dependentSchemas") {
            for (_, schema) in dependent.iter().filter(|(name, _)| map.get(name.as_bytes()).is_some()) {
                let at = At { schema, ..step.at };
                let checked = self.same(step, at, false);
                step.failures.extend(checked.err());
            }
        }
        if let Some(Value::Object(dependent)) = member(object, "dependentRequired") {
            for (name, wanted) in dependent.iter().filter(|(name, _)| map.get(name.as_bytes()).is_some()) {
                self.depends(step, map, name, wanted);
            }
        }
    }

    fn depends(&mut self, step: &mut Step<'_, 's, '_>, map: &MapNode<'_>, name: &str, wanted: &Value) {
        let missing = missing(map, Some(wanted));
        if !missing.is_empty() {
            self.fail(
                step,
                "dependentRequired",
                format!("properties {} required, if {} exists", join_quoted(&missing), quote(name)),
            );
        }
    }

    fn properties<'c>(&mut self, step: &mut Step<'_, 's, 'c>, map: &'c MapNode<'c>) {
        let object = step.object;
        let known = member(object, "properties").and_then(Value::as_object);
        let patterns = member(object, "patternProperties").and_then(Value::as_object);
        let additional = member(object, "additionalProperties");
        let mut unwanted = Vec::new();
        for entry in map.entries() {
            if step.done() {
                return;
            }
            let name = text(entry.key);
            let mut evaluated = false;
            if let Some(schema) = known.and_then(|k| k.get(&name)) {
                evaluated = true;
                step.failures.extend(self.part(step, schema, entry.value, &name).err());
            }
            for (pattern, schema) in patterns.into_iter().flatten() {
                self.pay(1);
                if self.exhausted.is_some() {
                    break;
                }
                if self.compiled.pattern(pattern).is_some_and(|p| p.is_match(entry.key)) {
                    evaluated = true;
                    step.failures.extend(self.part(step, schema, entry.value, &name).err());
                }
            }
            if !evaluated && let Some(schema) = additional {
                evaluated = true;
                match schema {
                    Value::Bool(true) => {}
                    Value::Bool(false) => unwanted.push(name),
                    schema => step.failures.extend(self.part(step, schema, entry.value, &name).err()),
                }
            }
            if evaluated {
                step.unevaluated.properties.remove(entry.key);
            }
        }
        if !unwanted.is_empty() {
            self.fail(
                step,
                "additionalProperties",
                format!("additional properties {} not allowed", join_quoted(&unwanted)),
            );
        }
    }

    /// Each name is checked as a value of its own, so that the places below it begin anew.
    fn property_names<'c>(&mut self, step: &mut Step<'_, 's, 'c>, map: &'c MapNode<'c>) {
        let Some(schema) = member(step.object, "propertyNames") else { return };
        let at = At { schema, ..step.at };
        let meant = self.meant(at);
        for entry in map.entries() {
            let outer = std::mem::replace(&mut self.path, Path::root());
            let checked = self.run(&Scope::top(at), meant, Tree::Str(entry.key), false, false);
            self.path = outer;
            if let Err(failure) = checked {
                step.failures.push(Failure {
                    // Not fixed: the library keeps the very slice. Release 6.0.2 forgets where it is.
                    at: match self.compiled.judge.library {
                        SchemaLibrary::SanthoshTekuri602 => Path::root(),
                        _ => self.path.clone(),
                    },
                    reason: Reason::Said(format!("invalid propertyName {}", quote(entry.key))),
                    clause: Clause { schema: address(step.at.schema), keyword: "propertyNames" },
                    causes: if failure.reason == Reason::Group { failure.causes } else { vec![failure] },
                });
            }
        }
    }
}

/// Those of the listed names that a map lacks, in the order of the list.
fn missing(map: &MapNode<'_>, wanted: Option<&Value>) -> Vec<String> {
    strings(wanted).filter(|name| map.get(name.as_bytes()).is_none()).map(str::to_string).collect()
}
