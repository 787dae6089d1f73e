//! Private keys that a seeded world has made before: the same randomness gives the same key, and finding it once is enough.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use super::Stream;
use crate::go::crypto::{Kind, PrivateKey};

/// Keys of one world. More are made, and not remembered.
const MOST: usize = 256;

/// A key, and where its randomness stood when it was found.
type Made = (PrivateKey, Stream);

/// See the head of this file. Clones share what they know.
#[derive(Clone, Default)]
pub(super) struct Keys(Arc<Mutex<HashMap<(Kind, Stream), Made>>>);

impl Keys {
    pub fn get(
        &self,
        kind: Kind,
        random: &mut Stream,
        make: impl FnOnce(&mut Stream) -> Option<PrivateKey>,
    ) -> Option<PrivateKey> {
        let asked = (kind, random.clone());
        // A thread that panicked left nothing half done here.
        let lock = || self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some((key, after)) = lock().get(&asked).cloned() {
            *random = after;
            return Some(key);
        }
        let key = make(random)?;
        let mut known = lock();
        if known.len() < MOST {
            known.insert(asked, (key.clone(), random.clone()));
        }
        Some(key)
    }
}

impl fmt::Debug for Keys {
    /// Shows no key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys")
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Site, World};
    use super::*;

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
