//! What costs much and has been made before: private keys, hashes of passwords. The same question has the same answer in a seeded
//! world, and finding it once is enough.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex};

/// Answers of one kind. More are found, and not remembered.
const MOST: usize = 256;

/// See the head of this file. Clones share what they know.
pub(super) struct Memo<Q, A>(Arc<Mutex<HashMap<Q, A>>>);

impl<Q: Eq + Hash, A: Clone> Memo<Q, A> {
    /// The answer that is known, or what `find` finds.
    pub fn get(&self, question: Q, find: impl FnOnce() -> Option<A>) -> Option<A> {
        // A thread that panicked left nothing half done here.
        let lock = || self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(known) = lock().get(&question) {
            return Some(known.clone());
        }
        let answer = find()?;
        let mut known = lock();
        if known.len() < MOST {
            known.insert(question, answer.clone());
        }
        Some(answer)
    }
}

impl<Q, A> Clone for Memo<Q, A> {
    fn clone(&self) -> Self {
        Memo(self.0.clone())
    }
}

impl<Q, A> Default for Memo<Q, A> {
    fn default() -> Self {
        Memo(Arc::default())
    }
}

impl<Q, A> fmt::Debug for Memo<Q, A> {
    /// Shows no key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memo")
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Site, World};
    use crate::go::crypto::{Kind, PrivateKey};

    #[test]
    fn a_key_is_made_once_and_randomness_goes_on_behind_it() {
        let world = World::seeded(3, 0);
        let mut made = 0;
        let mut draw = |world: &World| {
            let visit = world.visit();
            let mut random = visit.random(Site::default()).unwrap();
            let key = visit.key(Kind::Ed25519, &mut random, |random| {
                made += 1;
                let mut fill = |out: &mut [u8]| random.fill(out);
                PrivateKey::generate(Kind::Ed25519, &mut crate::go::crypto::Random(&mut fill))
            });
            (key.map(|key| key.to_pem()), random.u64())
        };
        let first = draw(&world);
        assert_eq!(first, draw(&world.clone()));
        assert_ne!(first, draw(&World::seeded(4, 0)));
        assert_eq!(made, 2);
    }
}
