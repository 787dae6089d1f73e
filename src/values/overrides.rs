//! What the user says on the command line: `pkg/cli/values/options.go`.

use std::io::Read;

use bstr::{BStr, ByteSlice};
use bumpalo::Bump;

use super::draft::{self, DraftMap};
use super::set::{self, Mode, Setting, Stop};
use crate::chart::load_values;
use crate::diagnostic::{Kind, Place, Refusal};
use crate::dialect::Dialect;
use crate::go::errno;
use crate::go::url::Url;
use crate::limits::{Bound, Limits};
use crate::value::{MapNode, Source, Sources, merge_maps};

/// Values files and flags, each in the order given.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `-f`, `--values`; `-` is standard input.
    pub files: Vec<String>,
    pub set_json: Vec<String>,
    pub set: Vec<String>,
    pub set_string: Vec<String>,
    pub set_file: Vec<String>,
    pub set_literal: Vec<String>,
}

impl Overrides {
    /// Reads the files and applies the flags: the values that Helm calls the user's (`MergeValues`). Errors are Helm's
    /// (kind [`Kind::Values`] or [`Kind::Unreadable`]); a URL is refused as [`Kind::ChartEscapes`].
    pub fn read<'c>(
        &self,
        dialect: &'static Dialect,
        arena: &'c Bump,
        limits: &Limits,
        sources: &mut Sources,
    ) -> Result<&'c MapNode<'c>, Refusal> {
        let mut base: Option<&'c MapNode<'c>> = None;
        for name in &self.files {
            let bytes = read_file(name.as_bytes(), limits)?;
            let origin = sources.add(Source::File(name.as_str().into()));
            let map = load_values(arena.alloc_slice_copy(&bytes), name, origin, dialect, arena, limits)
                .map_err(|refusal| refusal.context(&format!("failed to parse {name}")))?;
            base = match (base, map) {
                (Some(base), Some(over)) => Some(merge_maps(arena, base, over)),
                (base, over) => over.or(base),
            };
        }
        let base = base.map_or_else(DraftMap::new, draft::thaw);
        self.flags_onto(base, dialect, arena, limits, sources)
    }

    /// Applies the flags alone to values that are there already.
    pub fn apply_flags<'c>(
        &self,
        base: &MapNode<'c>,
        dialect: &'static Dialect,
        arena: &'c Bump,
        limits: &Limits,
        sources: &mut Sources,
    ) -> Result<&'c MapNode<'c>, Refusal> {
        self.flags_onto(draft::thaw(base), dialect, arena, limits, sources)
    }

    fn flags_onto<'c>(
        &self,
        mut base: DraftMap<'c>,
        dialect: &'static Dialect,
        arena: &'c Bump,
        limits: &Limits,
        sources: &mut Sources,
    ) -> Result<&'c MapNode<'c>, Refusal> {
        let mut read_file = |name: &[u8]| read_file(name, limits);
        let flags: [(&'static str, &[String]); 5] = [
            ("--set-json", &self.set_json),
            ("--set", &self.set),
            ("--set-string", &self.set_string),
            ("--set-file", &self.set_file),
            ("--set-literal", &self.set_literal),
        ];
        for (flag, texts) in flags {
            for text in texts {
                let origin = sources.add(Source::Flag(flag, text.as_str().into()));
                let setting = Setting { arena, limits, origin, end_in_index_is_quiet: dialect.set_may_end_in_index };
                if flag == "--set-json" && dialect.set_json_root && text.trim_start_matches(is_space).starts_with('{') {
                    let root = set::json_object(&setting, text.trim_matches(is_space)).ok_or_else(|| {
                        Refusal::new(Kind::Values, format!("failed parsing --set-json data JSON: {text}"))
                    })?;
                    let so_far = draft::freeze_map(std::mem::take(&mut base), arena);
                    base = draft::thaw(merge_maps(arena, so_far, root));
                    continue;
                }
                let mode = match flag {
                    "--set-json" => Mode::Json,
                    "--set" => Mode::Typed,
                    "--set-string" => Mode::Text,
                    "--set-file" => Mode::File(&mut read_file),
                    _ => Mode::Literal,
                };
                set::apply(&setting, text.as_bytes(), mode, &mut base).map_err(|stop| match stop {
                    // What is ours and has no place yet stands in the flag.
                    Stop::Refused(refusal) if refusal.kind.is_ours() && refusal.place.is_none() => {
                        refusal.at(Place::file(flag))
                    }
                    Stop::Refused(refusal) => refusal.context(&format!("failed parsing {flag} data")),
                    Stop::Text(_) if flag == "--set-json" => {
                        Refusal::new(Kind::Values, format!("failed parsing --set-json data {text}"))
                    }
                    Stop::Text(e) => Refusal::new(Kind::Values, format!("failed parsing {flag} data: {e}")),
                    Stop::End { .. } => Refusal::new(Kind::Values, format!("failed parsing {flag} data: EOF")),
                })?;
            }
        }
        Ok(draft::freeze_map(base, arena))
    }
}

fn is_space(c: char) -> bool {
    crate::go::unicode::is_space(c)
}

/// `readFile`: standard input, a local file; what has a scheme that Helm would fetch is refused.
fn read_file(name: &[u8], limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let too_big = || {
        Bound::FileBytes
            .refuse(format!("a file is larger than {} bytes", limits.file_bytes))
            .at(Place::file(BStr::new(name).to_string()))
    };
    let mut bytes = Vec::new();
    let bound = limits.file_bytes.saturating_add(1);
    if name.to_str_lossy().trim_matches(is_space) == "-" {
        let read = std::io::stdin().lock().take(bound).read_to_end(&mut bytes);
        read.map_err(|e| Refusal::new(Kind::Unreadable, format!("read /dev/stdin: {}", errno::text(&e))))?;
    } else {
        refuse_url(name)?;
        let shown = BStr::new(name);
        let fail = |verb: &str, e: &std::io::Error| {
            Refusal::new(Kind::Unreadable, format!("{verb} {shown}: {}", errno::text(e)))
        };
        let path = name
            .to_path()
            .map_err(|_| Refusal::new(Kind::Unreadable, format!("open {shown}: no such file or directory")))?;
        let file = std::fs::File::open(path).map_err(|e| fail("open", &e))?;
        file.take(bound).read_to_end(&mut bytes).map_err(|e| fail("read", &e))?;
    }
    if bytes.len() as u64 >= bound {
        return Err(too_big());
    }
    Ok(bytes)
}

/// What Go's `url.Parse` refuses, Helm refuses; what has a scheme that Helm would fetch we refuse: a render that depends on
/// the network is not one that can be repeated.
fn refuse_url(name: &[u8]) -> Result<(), Refusal> {
    let url = Url::parse(name).map_err(|e| Refusal::new(Kind::Values, e.to_string()))?;
    if [b"http".as_slice(), b"https", b"oci"].contains(&url.scheme.as_slice()) {
        return Err(Refusal::new(Kind::ChartEscapes, "values are not fetched from a network")
            .at(Place::file(BStr::new(name).to_string()))
            .help("download the file, and name the copy with --values"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::V4_3;
    use crate::value::Tree;

    fn read(overrides: &Overrides) -> Result<String, Refusal> {
        let arena = Bump::new();
        let node = overrides.read(&V4_3, &arena, &Limits::default(), &mut Sources::new())?;
        Ok(node.entries().iter().map(|e| format!("{}={:?} ", e.key, e.value)).collect())
    }

    // Expected texts: helm 4.3.1.
    #[test]
    fn files_that_cannot_be_read_say_so_in_helms_words() {
        let missing = Overrides { set_file: vec!["a=/no/such/file".into()], ..Overrides::default() };
        let refusal = read(&missing).unwrap_err();
        assert_eq!(refusal.message, "failed parsing --set-file data: open /no/such/file: no such file or directory");
        let folder = Overrides { set_file: vec!["a=/".into()], ..Overrides::default() };
        assert_eq!(read(&folder).unwrap_err().message, "failed parsing --set-file data: read /: is a directory");
    }

    #[test]
    fn urls_are_not_fetched() {
        let url = Overrides { set_file: vec!["a=HTTPS://x/y".into()], ..Overrides::default() };
        assert_eq!(read(&url).unwrap_err().kind, Kind::ChartEscapes);
    }

    #[test]
    fn flags_apply_in_helms_order() {
        let all = Overrides {
            set: vec!["a=1".into()],
            set_json: vec!["a=2".into(), "{\"b\":[1]}".into()],
            set_string: vec!["c=1".into()],
            set_literal: vec!["c=x,y=z".into()],
            ..Overrides::default()
        };
        let text = read(&all).unwrap();
        assert!(text.starts_with("a=Int(1) b=List("), "{text}");
        assert!(text.ends_with("c=Str(\"x,y=z\") "), "{text}");
    }

    #[test]
    fn a_leaf_knows_the_flag_that_wrote_it() {
        let arena = Bump::new();
        let mut sources = Sources::new();
        let overrides = Overrides { set: vec!["z=0".into(), "q=1,a.b=2".into()], ..Overrides::default() };
        let node = overrides.read(&V4_3, &arena, &Limits::default(), &mut sources).unwrap();
        let Some(Tree::Map(a)) = node.get(b"a").map(|e| e.value) else { panic!() };
        let pos = a.get(b"b").unwrap().pos;
        assert_eq!(sources.get(pos.source), Some(&Source::Flag("--set", "q=1,a.b=2".into())));
        assert_eq!((pos.line, pos.column), (1, 7));
    }

    #[test]
    fn a_list_bomb_is_refused() {
        let text: Vec<_> = (0..10_000).map(|i| format!("k{i}[65536]=x")).collect();
        let bomb = Overrides { set: vec![text.join(",")], ..Overrides::default() };
        assert_eq!(read(&bomb).unwrap_err().kind, Kind::Limit);
        let deep = Overrides { set: vec![format!("a{}=x", "[0]".repeat(100_000))], ..Overrides::default() };
        assert_eq!(read(&deep).unwrap_err().kind, Kind::Limit);
    }
}
