//! The keywords whose value is a number, a pattern, a format or a list of names.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{Bounds, Node, Parser, invalid_type, must_be_an, words};
use crate::schema::number::Num;
use crate::schema::xeipuuv::number::{integer, number};
use crate::schema::xeipuuv::{Draft, Stop};

impl<'s> Parser<'s> {
    pub(super) fn numbers(
        &mut self,
        object: &'s Map<String, Value>,
        draft: Draft,
        node: &mut Node<'s>,
    ) -> Result<(), Stop> {
        if let Some(value) = object.get("multipleOf") {
            match number(value)? {
                None => return invalid_type("number", "multipleOf"),
                Some(step) if !step.is_positive() => {
                    return words("multipleOf must be strictly greater than 0".into());
                }
                step => node.multiple_of = step,
            }
        }
        (node.minimum, node.exclusive_minimum) = limit(object, "minimum", "exclusiveMinimum", draft)?;
        (node.maximum, node.exclusive_maximum) = limit(object, "maximum", "exclusiveMaximum", draft)?;
        Ok(())
    }

    pub(super) fn texts(&mut self, object: &'s Map<String, Value>, node: &mut Node<'s>) -> Result<(), Stop> {
        node.length = bounds(object, "minLength", "maxLength", Compared::Yes)?;
        match object.get("pattern") {
            None => {}
            Some(Value::String(pattern)) => {
                if !self.pattern(pattern)? {
                    return words("pattern must be a valid regex".into());
                }
                node.pattern = Some(pattern);
            }
            Some(_) => return words("pattern must be of a string".into()),
        }
        match object.get("format") {
            None => {}
            Some(Value::String(format)) => node.format = format,
            Some(_) => return words("format must be of type string".into()),
        }
        Ok(())
    }

    pub(super) fn counts(&mut self, object: &'s Map<String, Value>, node: &mut Node<'s>) -> Result<(), Stop> {
        node.count = bounds(object, "minProperties", "maxProperties", Compared::Yes)?;
        match object.get("required") {
            None => {}
            Some(Value::Array(names)) => {
                let mut seen = HashSet::new();
                for name in names {
                    let Some(name) = name.as_str() else { return words("required items must be string".into()) };
                    if !seen.insert(name) {
                        return words("required items must be unique".into());
                    }
                    node.required.push(name);
                }
            }
            Some(_) => return must_be_an("required", "array"),
        }
        node.item_count = bounds(object, "minItems", "maxItems", Compared::No)?;
        match object.get("uniqueItems") {
            None => {}
            Some(Value::Bool(unique)) => node.unique_items = *unique,
            Some(_) => return words("uniqueItems must be of a boolean".into()),
        }
        Ok(())
    }
}

/// A limit that may be reached, and one that may not.
type Limits = (Option<Num>, Option<Num>);

fn limit(object: &Map<String, Value>, keyword: &str, exclusive: &str, draft: Draft) -> Result<Limits, Stop> {
    let mut limit = None;
    if let Some(value) = object.get(keyword) {
        limit = number(value)?;
        if limit.is_none() {
            return words(format!("{keyword} must be of a number"));
        }
    }
    match object.get(exclusive) {
        None => Ok((limit, None)),
        Some(Value::Bool(excludes)) if matches!(draft, Draft::V4 | Draft::Hybrid) => match limit {
            None => words(format!("{exclusive} cannot be used without {keyword}")),
            limit if *excludes => Ok((None, limit)),
            limit => Ok((limit, None)),
        },
        Some(value @ Value::Number(_)) if draft != Draft::V4 => Ok((limit, number(value)?)),
        Some(_) => match draft {
            Draft::V4 => invalid_type("boolean", exclusive),
            Draft::Hybrid => invalid_type("boolean/number", exclusive),
            Draft::V6 | Draft::V7 => invalid_type("number", exclusive),
        },
    }
}

/// Whether the least must not be above the most.
#[derive(PartialEq)]
enum Compared {
    Yes,
    No,
}

fn bounds(object: &Map<String, Value>, least: &str, most: &str, compared: Compared) -> Result<Bounds, Stop> {
    let bound = |keyword: &str| match object.get(keyword).map(integer) {
        None => Ok(None),
        Some(None) => must_be_an(keyword, "integer"),
        Some(Some(..0)) => words(format!("{keyword} must be greater than or equal to 0")),
        Some(bound) => Ok(bound),
    };
    let bounds = Bounds { least: bound(least)?, most: bound(most)? };
    match bounds {
        Bounds { least: Some(from), most: Some(to) } if compared == Compared::Yes && from > to => {
            words(format!("{least} cannot be greater than {most}"))
        }
        bounds => Ok(bounds),
    }
}
