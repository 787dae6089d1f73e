//! The tree rewritten into matchers, with every rewrite that gobwas/glob makes. Source: compiler/compiler.go.

use super::matcher::{Matcher, Tree};
use super::parse::Node;

/// Our own limit on the pieces of one pattern: the library's search for what to glue is cubic.
const MAX_PIECES: usize = 256;

pub(super) fn compile(tree: &Node) -> Result<Matcher, String> {
    Ok(optimized(match tree {
        Node::AnyOf(patterns) => match factored(patterns) {
            Some(tree) => return compile(&tree),
            None => return Ok(Matcher::AnyOf(compile_all(patterns)?)),
        },
        Node::Pattern(nodes) if nodes.is_empty() => return Ok(Matcher::Nothing),
        Node::Pattern(nodes) => {
            if nodes.len() > MAX_PIECES {
                return Err("pattern has too many pieces".into());
            }
            joined(&glue_all(compile_all(nodes)?))
        }
        Node::Any => Matcher::Any,
        Node::Super => Matcher::Super,
        Node::Single => Matcher::Single,
        Node::Nothing => Matcher::Nothing,
        Node::List { chars, not } => Matcher::List { chars: chars.clone(), not: *not },
        Node::Range { low, high, not } => Matcher::Range { low: *low, high: *high, not: *not },
        Node::Text(text) => Matcher::Text(text.clone()),
    }))
}

fn compile_all(nodes: &[Node]) -> Result<Vec<Matcher>, String> {
    nodes.iter().map(|node| compile(node).map(optimized)).collect()
}

/// `optimizeMatcher`.
fn optimized(matcher: Matcher) -> Matcher {
    match matcher {
        Matcher::AnyOf(mut matchers) if matchers.len() == 1 => matchers.remove(0),
        Matcher::List { chars, not: false } if chars.len() == 1 => {
            Matcher::Text(chars.iter().collect::<String>().into())
        }
        Matcher::Tree(tree) => optimized_tree(*tree),
        other => other,
    }
}

/// A text with something simple at one side, or with `**` at both.
fn optimized_tree(mut tree: Tree) -> Matcher {
    tree.left = tree.left.map(optimized);
    tree.right = tree.right.map(optimized);
    let Matcher::Text(text) = &tree.value else { return Matcher::Tree(Box::new(tree)) };
    let text = text.clone();
    match (&tree.left, &tree.right) {
        (None, None) => Matcher::Text(text),
        (Some(Matcher::Super), Some(Matcher::Super)) => Matcher::Contains { needle: text, not: false },
        (Some(Matcher::Super), None) => Matcher::Suffix(text),
        (None, Some(Matcher::Super)) => Matcher::Prefix(text),
        (None, Some(Matcher::Suffix(suffix))) => Matcher::PrefixSuffix(text, suffix.clone()),
        (Some(Matcher::Prefix(prefix)), None) => Matcher::PrefixSuffix(prefix.clone(), text),
        (Some(Matcher::Any), None) => Matcher::SuffixAny(text),
        (None, Some(Matcher::Any)) => Matcher::PrefixAny(text),
        _ => Matcher::Tree(Box::new(tree)),
    }
}

/// `compileMatchers`: around the longest piece of fixed length, the last of equals.
fn joined(matchers: &[Matcher]) -> Matcher {
    match matchers {
        [] => return Matcher::Nothing,
        [one] => return one.clone(),
        many => {
            if let Some(glued) = glued(many) {
                return glued;
            }
        }
    }
    let fixed = matchers.iter().enumerate().filter_map(|(i, m)| Some((m.length()?, i)));
    let Some((_, at)) = fixed.max() else {
        let right = joined(&matchers[1..]);
        return Matcher::Tree(Box::new(Tree::new(matchers[0].clone(), None, Some(right))));
    };
    let side = |part: &[Matcher]| (!part.is_empty()).then(|| joined(part));
    let (left, right) = (side(&matchers[..at]), side(&matchers[at + 1..]));
    Matcher::Tree(Box::new(Tree::new(matchers[at].clone(), left, right)))
}

/// `minimizeMatchers`: glues the best run of pieces, again and again.
fn glue_all(mut matchers: Vec<Matcher>) -> Vec<Matcher> {
    loop {
        // Where the best run is, and its length in characters when that is fixed.
        let mut best: Option<(usize, usize, Option<usize>)> = None;
        for left in 0..matchers.len() {
            for right in (left + 1..=matchers.len()).rev() {
                let Some(length) = glued_length(&matchers[left..right]) else { continue };
                let better = match best {
                    None => true,
                    Some((l, r, so_far)) => {
                        so_far.zip(length).is_some_and(|(so_far, length)| length > so_far) || r - l < right - left
                    }
                };
                if better {
                    best = Some((left, right, length));
                }
            }
        }
        let Some((left, right, _)) = best else { return matchers };
        let Some(glued) = glued(&matchers[left..right]) else { return matchers };
        matchers.splice(left..right, [glued]);
    }
}

/// Whether a run can be glued, and then the length of the result when that is fixed.
fn glued_length(matchers: &[Matcher]) -> Option<Option<usize>> {
    if matchers.len() < 2 {
        return None;
    }
    if Every::of(matchers).is_some() {
        return Some(None);
    }
    matchers.iter().map(Matcher::length).sum::<Option<usize>>().map(Some)
}

/// `glueMatchers`.
fn glued(matchers: &[Matcher]) -> Option<Matcher> {
    if matchers.len() < 2 {
        return None;
    }
    if let Some(every) = Every::of(matchers) {
        return Some(every.matcher());
    }
    let length = matchers.iter().map(Matcher::length).sum::<Option<usize>>()?;
    Some(Matcher::Row { matchers: matchers.to_vec(), length })
}

/// A run of pieces that all stand for characters outside one set.
#[derive(Default)]
struct Every {
    any: bool,
    double_star: bool,
    single: bool,
    /// Least number of characters.
    min: usize,
    separator: Vec<char>,
}

impl Every {
    fn of(matchers: &[Matcher]) -> Option<Every> {
        let mut every = Every::default();
        for (i, matcher) in matchers.iter().enumerate() {
            let separator: &[char] = match matcher {
                Matcher::Super => {
                    every.double_star = true;
                    &[]
                }
                Matcher::Any => {
                    every.any = true;
                    &['/']
                }
                Matcher::Single => {
                    every.single = true;
                    every.min += 1;
                    &['/']
                }
                Matcher::List { chars, not: true } => {
                    every.single = true;
                    every.min += 1;
                    chars
                }
                _ => return None,
            };
            if i == 0 {
                every.separator = separator.to_vec();
            } else if separator != every.separator {
                return None;
            }
        }
        Some(every)
    }

    /// `glueMatchersAsEvery`.
    fn matcher(self) -> Matcher {
        let Every { any, double_star, single, min, separator } = self;
        if double_star && !any && !single {
            return Matcher::Super;
        }
        // Any has '/' here, and a list equal to it has the same set.
        if any && !double_star && !single {
            return Matcher::Any;
        }
        if (any || double_star) && min > 0 && separator.is_empty() {
            return Matcher::Min(min);
        }
        let mut all = Vec::new();
        if min > 0 {
            all.push(Matcher::Min(min));
            if !any && !double_star {
                all.push(Matcher::Max(min));
            }
        }
        if !separator.is_empty() {
            all.push(Matcher::Contains { needle: separator.iter().collect::<String>().into(), not: true });
        }
        Matcher::Every(all)
    }
}

/// `minimizeTreeAnyOf`: `{ab,ac}` as `a{b,c}`, when the alternatives begin or end with the same pieces.
fn factored(patterns: &[Node]) -> Option<Node> {
    let children: Vec<&[Node]> = patterns
        .iter()
        .map(|pattern| match pattern {
            Node::Pattern(children) => Some(children.as_slice()),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let (left, right) = common(&children);
    if left.is_empty() && right.is_empty() {
        return None;
    }
    let mut result = Vec::new();
    if !left.is_empty() {
        result.push(Node::Pattern(left.to_vec()));
    }
    let mut rest: Vec<Node> = Vec::new();
    for child in children {
        let node = match child.get(left.len()..child.len() - right.len()) {
            None | Some([]) => Node::Nothing,
            Some(between) => Node::Pattern(between.to_vec()),
        };
        if !rest.contains(&node) {
            rest.push(node);
        }
    }
    match rest.as_slice() {
        [Node::Nothing] => {}
        [_] => result.append(&mut rest),
        _ => result.push(Node::AnyOf(rest)),
    }
    if !right.is_empty() {
        result.push(Node::Pattern(right.to_vec()));
    }
    Some(Node::Pattern(result))
}

/// `commonChildren`: the pieces that all patterns begin with, and end with; the first shortest one is the measure.
fn common<'n>(patterns: &[&'n [Node]]) -> (&'n [Node], &'n [Node]) {
    let Some((least, shortest)) =
        patterns.iter().enumerate().min_by_key(|(_, p)| p.len()).filter(|_| patterns.len() > 1)
    else {
        return (&[], &[]);
    };
    let length = shortest.len();
    let (mut left, mut right) = (0, length);
    let (mut left_ended, mut right_ended) = (false, false);
    for i in 0..length {
        let j = length - 1 - i;
        if left + (length - right) >= length || (left_ended && right_ended) {
            break;
        }
        for (k, pattern) in patterns.iter().enumerate() {
            if k == least {
                continue;
            }
            if left_ended && right_ended {
                break;
            }
            left_ended = left_ended || shortest[i] != pattern[i];
            right_ended = right_ended || (!left_ended && j <= i);
            right_ended = right_ended || shortest[j] != pattern[j + pattern.len() - length];
        }
        if !left_ended {
            left = i + 1;
        }
        if !right_ended {
            right = j;
        }
    }
    (&shortest[..left], &shortest[right..])
}
