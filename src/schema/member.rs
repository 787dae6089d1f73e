//! Members of a JSON object by name. Schemas are asked for two dozen keywords and have two or three: to compare those is
//! cheaper than to hash the name.

use std::hash::{BuildHasherDefault, Hasher};

use serde_json::{Map, Value};

/// Up to so many members are looked through one by one.
const FEW: usize = 8;

/// The member of this name.
pub fn member<'s>(object: &'s Map<String, Value>, name: &str) -> Option<&'s Value> {
    if object.len() <= FEW {
        return object.iter().find(|(key, _)| *key == name).map(|(_, value)| value);
    }
    object.get(name)
}

/// The member of this name, of a value that may be no object.
pub fn member_of<'s>(value: &'s Value, name: &str) -> Option<&'s Value> {
    value.as_object().and_then(|object| member(object, name))
}

/// Hashes addresses, which nobody chooses: a multiplication spreads them.
#[derive(Default)]
pub struct AddressHasher(u64);

/// For maps by address.
pub type ByAddress = BuildHasherDefault<AddressHasher>;

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(byte.into()));
    }

    fn write_u64(&mut self, n: u64) {
        // Fibonacci hashing; the high half, which depends on every bit, comes down to where tables look first.
        let spread = (self.0 ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = spread ^ (spread >> 32);
    }

    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher;

    use serde_json::json;

    use super::*;

    #[test]
    fn few_and_many_are_found_alike() {
        for n in [1, FEW, FEW + 1, 40] {
            let object: Map<String, Value> = (0..n).map(|i| (format!("k{i}"), json!(i))).collect();
            assert_eq!(member(&object, &format!("k{}", n - 1)), Some(&json!(n - 1)));
            assert_eq!(member(&object, "k"), None);
        }
        assert_eq!(member_of(&json!([1]), "k"), None);
    }

    #[test]
    fn neighbours_are_spread() {
        let hash = |n: usize| ByAddress::default().hash_one(n * 72) & 0xff;
        let different: std::collections::HashSet<u64> = (0..256).map(hash).collect();
        assert!(different.len() > 100, "{}", different.len());
    }
}
