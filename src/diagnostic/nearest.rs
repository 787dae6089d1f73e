//! Which of the known words was meant.

/// Letters of a word that are compared.
const LETTERS: usize = 64;

/// The known word that is nearest to one that is not known, if it is near enough to be meant: at most a third of its letters
/// differ. A swap of neighbours, a letter more or less, and the case of letters count little.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let wanted = letters(word);
    let allowed = wanted.len().div_ceil(3);
    let distances = known.into_iter().filter(|k| *k != word).map(|k| (distance(&wanted, &letters(k), allowed), k));
    let (distance, best) = distances.min_by_key(|(d, _)| *d)?;
    (distance <= allowed).then_some(best)
}

fn letters(word: &str) -> Vec<char> {
    word.chars().flat_map(char::to_lowercase).take(LETTERS).collect()
}

/// Optimal string alignment; more than `bound` is some number above it.
fn distance(a: &[char], b: &[char], bound: usize) -> usize {
    if a.len().abs_diff(b.len()) > bound {
        return bound + 1;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, j) + usize::from(x != y)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_is_found_and_what_is_far_is_not() {
        let known = ["enabled", "mode", "caBundleSecret", "caBundleKey"];
        assert_eq!(nearest("enable", known), Some("enabled"));
        assert_eq!(nearest("mdoe", known), Some("mode"));
        assert_eq!(nearest("cabundlesecret", known), Some("caBundleSecret"));
        assert_eq!(nearest("certificate", known), None);
        assert_eq!(nearest("x", []), None);
        assert_eq!(nearest("mode", ["mode"]), None, "a word is not near itself");
    }
}
