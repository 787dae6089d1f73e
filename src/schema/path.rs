//! The way into the values, shared as Go shares it.
//!
//! The library appends to one slice on the way down. Most failures copy it; one kind (`propertyNames`) keeps the slice
//! itself, whose last part a later sibling may overwrite before anybody looks. What is printed then is Go's, not sense.

use std::cell::RefCell;
use std::rc::Rc;

/// A Go slice of tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    array: Rc<RefCell<Vec<Rc<str>>>>,
    length: usize,
    capacity: usize,
}

/// `make([]string, 0, 8)`.
const CAPACITY: usize = 8;

impl Path {
    pub fn root() -> Path {
        Path { array: Rc::default(), length: 0, capacity: CAPACITY }
    }

    /// `append`: in place while there is room.
    pub fn push(&self, token: &str) -> Path {
        let length = self.length + 1;
        if length <= self.capacity {
            let mut array = self.array.borrow_mut();
            match array.get_mut(self.length) {
                Some(slot) => *slot = token.into(),
                None => array.push(token.into()),
            }
            return Path { array: Rc::clone(&self.array), length, capacity: self.capacity };
        }
        let mut array = self.tokens();
        array.push(token.into());
        // Up to 256 a slice doubles; nothing that is deeper has been seen.
        Path { array: Rc::new(RefCell::new(array)), length, capacity: self.capacity * 2 }
    }

    /// How many parts it has.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether [`Path::push`] copies all of them.
    pub fn is_full(&self) -> bool {
        self.length == self.capacity
    }

    /// What it says now.
    pub fn tokens(&self) -> Vec<Rc<str>> {
        self.array.borrow().iter().take(self.length).cloned().collect()
    }

    /// As it is now, whatever happens later.
    pub fn fixed(&self) -> Path {
        let array = Rc::new(RefCell::new(self.tokens()));
        Path { array, ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn siblings_overwrite_each_other() {
        let parent = Path::root().push("p");
        let first = parent.push("a");
        let kept = first.fixed();
        parent.push("b");
        assert_eq!((first.tokens(), kept.tokens()), (vec!["p".into(), "b".into()], vec!["p".into(), "a".into()]));
    }

    #[test]
    fn the_ninth_is_in_an_array_of_its_own() {
        let deep = (0..8).fold(Path::root(), |path, i| path.push(&i.to_string()));
        let ninth = deep.push("a");
        deep.push("b");
        assert_eq!(ninth.tokens().last().map(|t| &**t), Some("a"));
    }
}
