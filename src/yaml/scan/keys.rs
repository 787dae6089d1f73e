//! Simple keys: a token that turns out to be a key once its colon is found (yaml/v2 `scannerc.go`).
//!
//! goyaml remembers candidates by the number of their token, and forgets the wrong one in two cases (an empty flow
//! collection as a key, a candidate that became stale). Both show in what it accepts, so both are kept.

use std::collections::VecDeque;

use super::super::error::{Error, Mark};

/// A key must find its colon within so many characters.
const MAX_LENGTH: u32 = 1024;

#[derive(Clone, Copy, Default)]
struct SimpleKey {
    possible: bool,
    required: bool,
    number: usize,
    mark: Mark,
}

/// One candidate for each level of flow nesting, and which of them stands at which token.
#[derive(Default)]
pub(super) struct SimpleKeys {
    levels: Vec<SimpleKey>,
    /// Number of the token and level, in ascending order of numbers (`simple_keys_by_tok`).
    by_token: VecDeque<(usize, usize)>,
}

impl SimpleKey {
    /// Whether the candidate still stands; one that had to be a key and is none is an error.
    fn check(&mut self, at: Mark) -> Result<bool, Error> {
        if !self.possible {
            return Ok(false);
        }
        if self.mark.line < at.line || self.mark.index + MAX_LENGTH < at.index {
            self.refuse_if_required(at)?;
            self.possible = false;
            return Ok(false);
        }
        Ok(true)
    }

    fn refuse_if_required(&self, at: Mark) -> Result<(), Error> {
        if self.required {
            return Err(Error::scanner(self.mark, "could not find expected ':'", at));
        }
        Ok(())
    }
}

impl SimpleKeys {
    /// Whether the token with this number, the head of the queue, may still become a key.
    pub fn may_be_key(&mut self, number: usize, at: Mark) -> Result<bool, Error> {
        while self.by_token.front().is_some_and(|&(token, _)| token < number) {
            self.by_token.pop_front();
        }
        match self.by_token.front() {
            Some(&(token, level)) if token == number => match self.levels.get_mut(level) {
                Some(key) => key.check(at),
                None => Ok(false),
            },
            _ => Ok(false),
        }
    }

    /// Makes the token with this number the candidate of the current level.
    pub fn save(&mut self, number: usize, required: bool, mark: Mark) {
        if let Some(key) = self.levels.last_mut() {
            *key = SimpleKey { possible: true, required, number, mark };
            self.by_token.push_back((number, self.levels.len() - 1));
        }
    }

    /// Drops the candidate of the current level.
    pub fn remove(&mut self, at: Mark) -> Result<(), Error> {
        if let Some(key) = self.levels.last_mut().filter(|key| key.possible) {
            key.refuse_if_required(at)?;
            key.possible = false;
            let number = key.number;
            self.forget(number);
        }
        Ok(())
    }

    /// The candidate of the current level, taken out if it still stands: its token's number and place.
    pub fn take_valid(&mut self, at: Mark) -> Result<Option<(usize, Mark)>, Error> {
        let Some(key) = self.levels.last_mut() else { return Ok(None) };
        if !key.check(at)? {
            return Ok(None);
        }
        key.possible = false;
        let (number, mark) = (key.number, key.mark);
        self.forget(number);
        Ok(Some((number, mark)))
    }

    /// A level of flow nesting begins at the token with this number.
    pub fn open(&mut self, number: usize, mark: Mark) {
        self.levels.push(SimpleKey { possible: false, required: false, number, mark });
    }

    /// A level ends. What it forgets is the number that its last candidate had, or, without one, the number of the token that
    /// opened the level: the candidate of the level outside.
    pub fn close(&mut self) {
        if let Some(key) = self.levels.pop() {
            self.forget(key.number);
        }
    }

    pub fn last_mark(&self) -> Mark {
        self.levels.last().map_or(Mark::default(), |key| key.mark)
    }

    fn forget(&mut self, number: usize) {
        let from_back = self.by_token.iter().rev().position(|&(token, _)| token <= number);
        if let Some(back) = from_back {
            let index = self.by_token.len() - 1 - back;
            if self.by_token.get(index).is_some_and(|&(token, _)| token == number) {
                self.by_token.remove(index);
            }
        }
    }
}
