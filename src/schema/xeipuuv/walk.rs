//! Values against a schema: which errors, in which order, and the score by which the best of several forms is chosen.
//! Source: `validation.go`, `result.go`.

mod scalar;

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::Stop;
use super::canonical::canonical;
use super::number::number;
use super::parse::{Additional, Dependency, Id, Node, Parsed};
use crate::limits::{Exhausted, Stack};

/// How many schemas may be applied to parts of the values: combinations multiply.
const MAX_STEPS: usize = 1_000_000;

/// So many bytes of a text that is made cost a step.
const BYTES_PER_STEP: usize = 64;

/// Nobody reads more bytes of errors.
const MAX_BYTES: usize = 16 << 20;

/// The errors of the values, a line each.
pub(super) fn validate(parsed: &Parsed<'_>, values: &Value, stack: Stack) -> Result<Vec<String>, Stop> {
    let mut walk = Walk { parsed, steps: MAX_STEPS, bytes: MAX_BYTES, stack };
    let mut told = Told::default();
    walk.apply(0, values, &mut told, &Place { name: ROOT, around: None })?;
    Ok(told.errors)
}

const ROOT: &str = "(root)";

struct Walk<'w, 's> {
    parsed: &'w Parsed<'s>,
    /// How many are left.
    steps: usize,
    /// Of errors.
    bytes: usize,
    stack: Stack,
}

/// `Result`
#[derive(Default)]
struct Told {
    errors: Vec<String>,
    /// How well the values fit.
    score: i64,
}

impl Told {
    fn is_valid(&self) -> bool {
        self.errors.is_empty()
    }

    fn merge(&mut self, other: Told) {
        self.errors.extend(other.errors);
        self.score += other.score;
    }

    /// The better of two; the first of equals.
    fn best(self, best: Option<Told>) -> Told {
        match best {
            Some(best) if best.score >= self.score => best,
            _ => self,
        }
    }
}

/// `JsonContext`: where in the values.
struct Place<'p> {
    name: &'p str,
    around: Option<&'p Place<'p>>,
}

impl Place<'_> {
    fn inner<'p>(&'p self, name: &'p str) -> Place<'p> {
        Place { name, around: Some(self) }
    }

    /// `Field`: from the root, with dots between.
    fn field(&self) -> String {
        let mut names = Vec::new();
        let mut at = Some(self);
        while let Some(place) = at {
            names.push(place.name);
            at = place.around;
        }
        names.reverse();
        if let [ROOT, inner, rest @ ..] = names.as_slice() {
            return rest.iter().fold((*inner).to_string(), |field, name| field + "." + name);
        }
        names.concat()
    }
}

/// The name of a type as the library gives it.
fn type_of(value: &Value) -> Result<&'static str, Stop> {
    Ok(match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) if number(value)?.is_some_and(|n| n.is_integer()) => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    })
}

impl<'w, 's> Walk<'w, 's>
where
    's: 'w,
{
    fn pay(&mut self, steps: usize) -> Result<(), Stop> {
        self.steps = self.steps.checked_sub(steps).ok_or(Stop::Exhausted(Exhausted::Fuel))?;
        Ok(())
    }

    /// `addInternalError`
    fn fail(&mut self, told: &mut Told, at: &Place<'_>, words: &str) -> Result<(), Stop> {
        let error = format!("{}: {words}", at.field());
        self.bytes = self.bytes.checked_sub(error.len()).ok_or(Stop::Exhausted(Exhausted::Bytes))?;
        told.errors.push(error);
        told.score -= 2;
        Ok(())
    }

    /// `validateRecursive`
    fn apply(&mut self, id: Id, value: &Value, told: &mut Told, at: &Place<'_>) -> Result<(), Stop> {
        self.pay(1)?;
        self.stack.check()?;
        let parsed = self.parsed;
        let node = &parsed.nodes[id];
        match (node.pass, node.target) {
            (Some(true), _) => return Ok(()),
            (Some(false), _) => return self.fail(told, at, "False always fails validation"),
            (None, Some(target)) => return self.apply(target, value, told, at),
            (None, None) => {}
        }
        let given = type_of(value)?;
        let fits = node.types.contains(&given) || given == "integer" && node.types.contains(&"number");
        if !node.types.is_empty() && !fits {
            let expected = match node.types.as_slice() {
                [only] => (*only).to_string(),
                several => format!("[{}]", several.join(",")),
            };
            return self.fail(told, at, &format!("Invalid type. Expected: {expected}, given: {given}"));
        }
        self.combinations(node, value, told, at)?;
        match value {
            Value::Null => self.common(node, value, told, at)?,
            Value::Array(items) => {
                self.array(node, items, told, at)?;
                self.common(node, value, told, at)?;
            }
            Value::Object(members) => {
                self.object(node, members, told, at)?;
                self.common(node, value, told, at)?;
                for (name, property) in &node.properties {
                    if let Some(member) = members.get(*name) {
                        self.apply(*property, member, told, &at.inner(name))?;
                    }
                }
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                self.number(node, value, told, at)?;
                self.common(node, value, told, at)?;
                self.string(node, value, told, at)?;
            }
        }
        told.score += 1;
        Ok(())
    }

    /// `subValidateWithContext`
    fn apart(&mut self, id: Id, value: &Value, at: &Place<'_>) -> Result<Told, Stop> {
        let mut told = Told::default();
        self.apply(id, value, &mut told, at)?;
        Ok(told)
    }

    /// `validateSchema`
    fn combinations(&mut self, node: &Node<'s>, value: &Value, told: &mut Told, at: &Place<'_>) -> Result<(), Stop> {
        self.any_of(node, value, told, at)?;
        self.one_of(node, value, told, at)?;
        if !node.all_of.is_empty() {
            let mut valid = 0;
            for schema in &node.all_of {
                let apart = self.apart(*schema, value, at)?;
                valid += usize::from(apart.is_valid());
                told.merge(apart);
            }
            if valid != node.all_of.len() {
                self.fail(told, at, "Must validate all the schemas (allOf)")?;
            }
        }
        if let Some(not) = node.not
            && self.apart(not, value, at)?.is_valid()
        {
            self.fail(told, at, "Must not validate the schema (not)")?;
        }
        if let (Value::Object(members), false) = (value, node.dependencies.is_empty()) {
            for name in members.keys() {
                match node.dependencies.get(name.as_str()) {
                    None => {}
                    Some(Dependency::Names(wanted)) => {
                        for name in wanted.iter().filter(|name| !members.contains_key(**name)) {
                            self.fail(told, at, &format!("Has a dependency on {name}"))?;
                        }
                    }
                    Some(Dependency::Schema(schema)) => self.apply(*schema, value, told, at)?,
                }
            }
        }
        if let Some(condition) = node.condition {
            let holds = self.apart(condition, value, at)?.is_valid();
            let (branch, words) = match holds {
                true => (node.then, r#"Must validate "then" as "if" was valid"#),
                false => (node.otherwise, r#"Must validate "else" as "if" was not valid"#),
            };
            if let Some(branch) = branch {
                let apart = self.apart(branch, value, at)?;
                if !apart.is_valid() {
                    self.fail(told, at, words)?;
                    told.merge(apart);
                }
            }
        }
        told.score += 1;
        Ok(())
    }

    fn any_of(&mut self, node: &Node<'s>, value: &Value, told: &mut Told, at: &Place<'_>) -> Result<(), Stop> {
        let mut best = None;
        for schema in &node.any_of {
            let apart = self.apart(*schema, value, at)?;
            if apart.is_valid() {
                return Ok(());
            }
            best = Some(apart.best(best));
        }
        if let Some(best) = best {
            self.fail(told, at, "Must validate at least one schema (anyOf)")?;
            told.merge(best);
        }
        Ok(())
    }

    fn one_of(&mut self, node: &Node<'s>, value: &Value, told: &mut Told, at: &Place<'_>) -> Result<(), Stop> {
        if node.one_of.is_empty() {
            return Ok(());
        }
        let (mut valid, mut best) = (0, None);
        for schema in &node.one_of {
            let apart = self.apart(*schema, value, at)?;
            if apart.is_valid() {
                valid += 1;
            } else if valid == 0 {
                best = Some(apart.best(best));
            }
        }
        if valid != 1 {
            self.fail(told, at, "Must validate one and only one schema (oneOf)")?;
            if let (0, Some(best)) = (valid, best) {
                told.merge(best);
            }
        }
        Ok(())
    }

    fn array(&mut self, node: &Node<'s>, items: &[Value], told: &mut Told, at: &Place<'_>) -> Result<(), Stop> {
        for (i, item) in items.iter().enumerate() {
            let schema = match (node.items.as_slice(), node.additional_items) {
                ([], _) => None,
                ([one, ..], _) if node.one_for_all => Some(*one),
                (listed, additional) => match (listed.get(i), additional) {
                    (Some(schema), _) => Some(*schema),
                    (None, Additional::Schema(schema)) => Some(schema),
                    (None, Additional::Allowed(false)) if i == listed.len() => {
                        self.fail(told, at, "No additional items allowed on array")?;
                        None
                    }
                    (None, _) => None,
                },
            };
            if let Some(schema) = schema {
                let apart = self.apart(schema, item, &at.inner(&i.to_string()))?;
                told.merge(apart);
            }
        }
        let count = items.len() as i64;
        if let Some(least) = node.item_count.least.filter(|least| count < *least) {
            self.fail(told, at, &format!("Array must have at least {least} items"))?;
        }
        if let Some(most) = node.item_count.most.filter(|most| count > *most) {
            self.fail(told, at, &format!("Array must have at most {most} items"))?;
        }
        if node.unique_items {
            let mut seen: HashMap<String, usize> = HashMap::new();
            for (j, item) in items.iter().enumerate() {
                let text = canonical(item)?;
                self.pay(text.len() / BYTES_PER_STEP)?;
                if let Some(i) = seen.insert(text, j) {
                    self.fail(told, at, &format!("array items[{i},{j}] must be unique"))?;
                }
            }
        }
        if let Some(contains) = node.contains {
            self.contains(contains, items, told, at)?;
        }
        told.score += 1;
        Ok(())
    }

    fn contains(&mut self, schema: Id, items: &[Value], told: &mut Told, at: &Place<'_>) -> Result<(), Stop> {
        let mut best = None;
        for (i, item) in items.iter().enumerate() {
            let apart = self.apart(schema, item, &at.inner(&i.to_string()))?;
            if apart.is_valid() {
                return Ok(());
            }
            best = Some(apart.best(best));
        }
        self.fail(told, at, "At least one of the items must match")?;
        if let Some(best) = best {
            told.merge(best);
        }
        Ok(())
    }

    fn object(
        &mut self,
        node: &Node<'s>,
        members: &Map<String, Value>,
        told: &mut Told,
        at: &Place<'_>,
    ) -> Result<(), Stop> {
        let count = members.len() as i64;
        if let Some(least) = node.count.least.filter(|least| count < *least) {
            self.fail(told, at, &format!("Must have at least {least} properties"))?;
        }
        if let Some(most) = node.count.most.filter(|most| count > *most) {
            self.fail(told, at, &format!("Must have at most {most} properties"))?;
        }
        for name in &node.required {
            match members.contains_key(*name) {
                true => told.score += 1,
                false => self.fail(told, at, &format!("{name} is required"))?,
            }
        }
        for (name, value) in members {
            self.member(node, name, value, told, at)?;
        }
        if let Some(names) = node.property_names {
            for name in members.keys() {
                let apart = self.apart(names, &Value::String(name.clone()), at)?;
                if !apart.is_valid() {
                    self.fail(told, at, &format!("Property name of \"{name}\" does not match"))?;
                    told.merge(apart);
                }
            }
        }
        told.score += 1;
        Ok(())
    }

    /// `patternProperties` and `additionalProperties` of one member.
    fn member(
        &mut self,
        node: &Node<'s>,
        name: &str,
        value: &Value,
        told: &mut Told,
        at: &Place<'_>,
    ) -> Result<(), Stop> {
        self.pay(node.properties.len() / BYTES_PER_STEP)?;
        let mut known = node.properties.iter().any(|(property, _)| *property == name);
        let mut matched = false;
        for (pattern, schema) in &node.patterns {
            if self.parsed.matches(pattern, name) {
                matched = true;
                let apart = self.apart(*schema, value, &at.inner(name))?;
                told.merge(apart);
            }
        }
        if matched {
            told.score += 1;
            known = true;
        }
        match node.additional_properties {
            Additional::Allowed(false) if !known => {
                self.fail(told, at, &format!("Additional property {name} is not allowed"))?;
            }
            Additional::Schema(schema) if !known => {
                let apart = self.apart(schema, value, &at.inner(name))?;
                told.merge(apart);
            }
            _ => {}
        }
        Ok(())
    }

    /// `validateCommon`
    fn common(&mut self, node: &Node<'s>, value: &Value, told: &mut Told, at: &Place<'_>) -> Result<(), Stop> {
        if node.constant.is_some() || !node.choices.is_empty() {
            let text = canonical(value)?;
            self.pay((text.len() + node.choices.len()) / BYTES_PER_STEP)?;
            if let Some(constant) = node.constant.as_ref().filter(|constant| **constant != text) {
                self.fail(told, at, &format!("{} does not match: {constant}", at.field()))?;
            }
            if !node.choices.is_empty() && !node.choices.contains(&text) {
                let allowed = node.choices.join(", ");
                self.fail(told, at, &format!("{} must be one of the following: {allowed}", at.field()))?;
            }
        }
        told.score += 1;
        Ok(())
    }
}
