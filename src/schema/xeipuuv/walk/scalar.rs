//! What is asked of strings and of numbers.

use std::cmp::Ordering;

use serde_json::Value;

use super::{Node, Place, Told, Walk};
use crate::schema::number::Num;
use crate::schema::xeipuuv::Stop;
use crate::schema::xeipuuv::format::is_format;
use crate::schema::xeipuuv::number::{number, shown};

impl<'w, 's> Walk<'w, 's>
where
    's: 'w,
{
    /// `validateNumber`
    pub(super) fn number(
        &mut self,
        node: &Node<'s>,
        value: &Value,
        told: &mut Told,
        at: &Place<'_>,
    ) -> Result<(), Stop> {
        let Some(given) = number(value)? else { return Ok(()) };
        if let Some(step) = node.multiple_of.as_ref().filter(|step| !given.is_multiple_of(step)) {
            self.fail(told, at, &format!("Must be a multiple of {}", shown(step)?))?;
        }
        // A limit, the orders that break it, and how that is said.
        type Limit<'l> = (&'l Option<Num>, fn(Ordering) -> bool, &'static str);
        let limits: [Limit<'_>; 4] = [
            (&node.maximum, Ordering::is_gt, "less than or equal to"),
            (&node.exclusive_maximum, Ordering::is_ge, "less than"),
            (&node.minimum, Ordering::is_lt, "greater than or equal to"),
            (&node.exclusive_minimum, Ordering::is_le, "greater than"),
        ];
        for (limit, breaks, words) in limits {
            if let Some(limit) = limit.as_ref().filter(|limit| breaks(given.compare(limit))) {
                self.fail(told, at, &format!("Must be {words} {}", shown(limit)?))?;
            }
        }
        self.format(node, None, told, at)?;
        told.score += 1;
        Ok(())
    }

    /// `validateString`
    pub(super) fn string(
        &mut self,
        node: &Node<'s>,
        value: &Value,
        told: &mut Told,
        at: &Place<'_>,
    ) -> Result<(), Stop> {
        let Value::String(text) = value else { return Ok(()) };
        let length = text.chars().count() as i64;
        if let Some(least) = node.length.least.filter(|least| length < *least) {
            self.fail(told, at, &format!("String length must be greater than or equal to {least}"))?;
        }
        if let Some(most) = node.length.most.filter(|most| length > *most) {
            self.fail(told, at, &format!("String length must be less than or equal to {most}"))?;
        }
        if let Some(pattern) = node.pattern.filter(|pattern| !self.parsed.matches(pattern, text)) {
            self.fail(told, at, &format!("Does not match pattern '{pattern}'"))?;
        }
        self.format(node, Some(text), told, at)?;
        told.score += 1;
        Ok(())
    }

    fn format(&mut self, node: &Node<'s>, text: Option<&str>, told: &mut Told, at: &Place<'_>) -> Result<(), Stop> {
        if !node.format.is_empty() && is_format(node.format, text)? == Some(false) {
            self.fail(told, at, &format!("Does not match format '{}'", node.format))?;
        }
        Ok(())
    }
}
