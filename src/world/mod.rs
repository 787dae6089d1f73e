//! Everything that Helm takes from outside of chart and values: clock, randomness, cluster lookups, DNS.
//!
//! Rendering is a pure function of chart, values, release and [`World`]. A [`World`] is fixed data and may be shared; what a
//! single render consumes of it (how often a call site has asked for randomness) is counted in its [`Visit`].

mod capabilities;
mod memo;
mod objects;
mod recording;

pub use capabilities::{Capabilities, KubeVersion};
pub use objects::{Found, Objects, Query};
pub use recording::{LONGEST as LONGEST_RECORDING, Recording};

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};

use crate::go::crypto::{Kind, PrivateKey};
use crate::go::time::Location;
use memo::Memo;

/// Where time and randomness come from.
#[derive(Clone, Debug)]
pub struct World {
    clock: Clock,
    random: Random,
    /// What `lookup` sees; `None` without a cluster.
    cluster: Option<Arc<Objects>>,
    /// What a seeded world has made, shared by its clones: the search for primes costs more than all else of a render.
    keys: Memo<(Kind, Stream), (PrivateKey, Stream)>,
    hashes: Memo<(Vec<u8>, Salt), PasswordHash>,
}

#[derive(Clone, Copy, Debug)]
enum Clock {
    Live,
    /// Seconds since 1970.
    Fixed(i64),
}

#[derive(Clone, Copy, Debug)]
enum Random {
    /// The operating system's.
    Live,
    Seeded(u64),
}

/// Of bcrypt: what makes a hash another one each time, and the hash itself.
pub type Salt = [u8; 16];
pub type PasswordHash = [u8; 24];

/// A place in a template that calls a function: the same place asks for the same randomness in every seeded render,
/// whatever happens elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Site {
    /// Hash of the template's name.
    pub template: u64,
    /// Byte offset of the call.
    pub offset: u32,
}

impl World {
    /// As plain `helm template` sees it: live clock and randomness, no cluster, no DNS.
    pub fn empty() -> Self {
        World {
            clock: Clock::Live,
            random: Random::Live,
            cluster: None,
            keys: Memo::default(),
            hashes: Memo::default(),
        }
    }

    /// The same in every run: the clock stands at `now` (seconds since 1970), randomness follows from `seed`.
    pub fn seeded(seed: u64, now: i64) -> Self {
        World {
            clock: Clock::Fixed(now),
            random: Random::Seeded(seed),
            cluster: None,
            keys: Memo::default(),
            hashes: Memo::default(),
        }
    }

    /// The same with a cluster in which `lookup` finds these objects and no others.
    pub fn with_cluster(self, objects: Objects) -> Self {
        World { cluster: Some(Arc::new(objects)), ..self }
    }

    /// Starts a render.
    pub fn visit(&self) -> Visit<'_> {
        Visit {
            world: self,
            calls: RefCell::default(),
            asked: RefCell::default(),
            by_chance: Cell::new(false),
            started: Instant::now(),
            local: OnceCell::new(),
        }
    }
}

/// One render's visit to a world.
#[derive(Debug)]
pub struct Visit<'w> {
    world: &'w World,
    calls: RefCell<HashMap<Site, u64>>,
    asked: RefCell<BTreeSet<Query>>,
    by_chance: Cell<bool>,
    started: Instant,
    local: OnceCell<Location>,
}

impl Visit<'_> {
    /// Seconds since 1970 and nanoseconds.
    pub fn now(&self) -> (i64, u32) {
        self.by_chance.set(true);
        match self.world.clock {
            Clock::Fixed(seconds) => (seconds, 0),
            Clock::Live => match SystemTime::now().duration_since(UNIX_EPOCH) {
                Ok(d) => (d.as_secs() as i64, d.subsec_nanos()),
                Err(e) => (-(e.duration().as_secs() as i64), 0),
            },
        }
    }

    /// Nanoseconds since the visit began, which Go shows with a time read from a live clock; a fixed one has none.
    pub fn elapsed(&self) -> Option<i64> {
        self.by_chance.set(true);
        match self.world.clock {
            Clock::Fixed(_) => None,
            Clock::Live => Some(i64::try_from(self.started.elapsed().as_nanos()).unwrap_or(i64::MAX)),
        }
    }

    /// The local time zone: the system's under a live clock, UTC under a fixed one.
    pub fn local(&self) -> Location {
        let local = || match self.world.clock {
            Clock::Fixed(_) => Location::utc(),
            Clock::Live => Location::local(),
        };
        self.local.get_or_init(local).clone()
    }

    /// What `lookup` finds. Remembers that it was asked.
    pub fn lookup(&self, query: Query) -> Found<'_> {
        let found = self.world.cluster.as_ref().map_or(Found::Nothing, |objects| objects.find(&query));
        self.asked.borrow_mut().insert(query);
        found
    }

    /// Whether anybody has asked for the time or for randomness: without that, another day and other dice change nothing.
    pub fn by_chance(&self) -> bool {
        self.by_chance.get()
    }

    /// Everything that `lookup` has been asked for.
    pub fn asked(self) -> Vec<Query> {
        self.asked.into_inner().into_iter().collect()
    }

    /// A private key out of a call's randomness, which stands afterwards where making it left it. A seeded world makes each key
    /// once.
    pub fn key(
        &self,
        kind: Kind,
        random: &mut Stream,
        make: impl FnOnce(&mut Stream) -> Option<PrivateKey>,
    ) -> Option<PrivateKey> {
        match self.world.random {
            Random::Live => make(random),
            Random::Seeded(_) => {
                let (key, after) = self.world.keys.get((kind, random.clone()), || {
                    let mut after = random.clone();
                    Some((make(&mut after)?, after))
                })?;
                *random = after;
                Some(key)
            }
        }
    }

    /// The bcrypt hash of a password. A seeded world makes each once.
    pub fn bcrypt(&self, password: &[u8], salt: Salt, make: impl FnOnce() -> PasswordHash) -> PasswordHash {
        match self.world.random {
            Random::Live => make(),
            Random::Seeded(_) => {
                let known = self.world.hashes.get((password.to_vec(), salt), || Some(make()));
                known.unwrap_or_default()
            }
        }
    }

    /// Randomness for one call of one site. Errors are the operating system's.
    pub fn random(&self, site: Site) -> Result<Stream, String> {
        self.by_chance.set(true);
        let seed = match self.world.random {
            Random::Live => {
                let mut seed = [0u8; 32];
                getrandom::fill(&mut seed).map_err(|e| e.to_string())?;
                seed
            }
            Random::Seeded(seed) => {
                let mut calls = self.calls.borrow_mut();
                let nth = calls.entry(site).or_default();
                *nth += 1;
                let mut hash = Sha256::new();
                for part in [seed, site.template, u64::from(site.offset), *nth] {
                    hash.update(part.to_be_bytes());
                }
                hash.finalize().into()
            }
        };
        Ok(Stream { seed, block: 0, ready: [0; 32], used: 32 })
    }
}

/// An endless stream of bytes: SHA-256 of a seed and a counter, as strong as its seed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Stream {
    seed: [u8; 32],
    block: u64,
    ready: [u8; 32],
    used: usize,
}

impl Stream {
    pub fn fill(&mut self, out: &mut [u8]) {
        for byte in out {
            if self.used == self.ready.len() {
                let mut hash = Sha256::new();
                hash.update(self.seed);
                hash.update(self.block.to_be_bytes());
                self.ready = hash.finalize().into();
                self.block += 1;
                self.used = 0;
            }
            *byte = self.ready[self.used];
            self.used += 1;
        }
    }

    pub fn u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_be_bytes(bytes)
    }

    /// Uniform in `0..bound`; 0 when `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        // Rejection keeps it uniform: the last, incomplete stretch of the range is drawn again.
        let zone = u64::MAX - u64::MAX % bound;
        loop {
            let n = self.u64();
            if n < zone {
                return n % bound;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(visit: &Visit<'_>, offset: u32) -> u64 {
        visit.random(Site { template: 1, offset }).unwrap().u64()
    }

    #[test]
    fn a_seeded_world_repeats_itself_by_site_and_call() {
        let world = World::seeded(7, 0);
        let (a, b) = (world.visit(), world.visit());
        let first = draw(&a, 10);
        draw(&b, 99); // An unrelated call shifts nothing.
        assert_eq!(first, draw(&b, 10));
        assert_ne!(first, draw(&a, 10), "the second call of a site draws anew");
        assert_ne!(first, draw(&World::seeded(8, 0).visit(), 10));
    }

    #[test]
    fn a_live_world_does_not_repeat_itself() {
        let world = World::empty();
        assert_ne!(draw(&world.visit(), 1), draw(&world.visit(), 1));
    }

    #[test]
    fn below_stays_below() {
        let mut s = World::seeded(1, 0).visit().random(Site::default()).unwrap();
        assert!((0..1000).all(|_| s.below(7) < 7));
        assert_eq!(s.below(0), 0);
    }
}
