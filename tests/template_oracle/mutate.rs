//! New templates out of old ones: tokens dropped, doubled, swapped, replaced; halves joined.

use fastrand::Rng;

pub struct Mutator {
    rng: Rng,
    snippets: Vec<Vec<Vec<u8>>>,
    tokens: Vec<Vec<u8>>,
}

impl Mutator {
    pub fn new(seed: u64, snippets: &[&str]) -> Self {
        let snippets: Vec<Vec<Vec<u8>>> = snippets.iter().map(|s| tokens(s.as_bytes())).collect();
        let mut tokens: Vec<Vec<u8>> = snippets.iter().flatten().cloned().collect();
        tokens.sort();
        tokens.dedup();
        Mutator { rng: Rng::with_seed(seed), snippets, tokens }
    }

    pub fn mutant(&mut self) -> Vec<u8> {
        let mut tokens = self.snippet();
        if self.rng.u8(..4) == 0 {
            let other = self.snippet();
            let (cut, from) = (self.below(tokens.len() + 1), self.below(other.len() + 1));
            tokens.truncate(cut);
            tokens.extend_from_slice(&other[from..]);
        }
        for _ in 0..self.rng.u8(0..4) {
            self.change(&mut tokens);
        }
        tokens.concat()
    }

    fn snippet(&mut self) -> Vec<Vec<u8>> {
        let at = self.below(self.snippets.len());
        self.snippets[at].clone()
    }

    fn below(&mut self, n: usize) -> usize {
        self.rng.usize(0..n.max(1))
    }

    fn change(&mut self, tokens: &mut Vec<Vec<u8>>) {
        if tokens.is_empty() {
            return;
        }
        let at = self.below(tokens.len());
        match self.rng.u8(..6) {
            0 => {
                tokens.remove(at);
            }
            1 => tokens.insert(at, tokens[at].clone()),
            2 => {
                let other = self.below(tokens.len());
                tokens.swap(at, other);
            }
            3 => {
                let token = self.below(self.tokens.len());
                tokens.insert(at, self.tokens[token].clone());
            }
            _ => {
                let token = self.below(self.tokens.len());
                tokens[at] = self.tokens[token].clone();
            }
        }
    }
}

/// Words, strings, delimiters and single characters.
fn tokens(text: &[u8]) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.first() {
        let end = match first {
            b'{' | b'}' if rest.get(1) == Some(first) => 2,
            b'"' | b'`' => rest[1..].iter().position(|b| b == first).map_or(1, |at| at + 2),
            b if is_word(*b) => rest.iter().position(|b| !is_word(*b)).unwrap_or(rest.len()),
            _ => 1,
        };
        let (token, after) = rest.split_at(end);
        out.push(token.to_vec());
        rest = after;
    }
    out
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'$') || !b.is_ascii()
}
