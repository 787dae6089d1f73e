//! Every refusal that Helm would not have made has a page that explains it, and names the switch.

use std::collections::BTreeSet;
use std::path::Path;

use plimsoll::diagnostic::Kind;

#[test]
fn every_deviation_has_its_page_and_every_page_its_deviation() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/deviations");
    let ours: BTreeSet<String> =
        Kind::ALL.into_iter().filter(|kind| kind.is_ours()).map(|kind| format!("{}.md", kind.id())).collect();
    let pages: BTreeSet<String> =
        std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(ours, pages);
    for page in pages {
        let text = std::fs::read_to_string(folder.join(&page)).unwrap();
        let id = page.trim_end_matches(".md");
        assert!(text.starts_with(&format!("# {id}\n")), "{page} opens with its id");
        let switch = text.split_once("\n## Switch\n").expect("a page ends with its switch").1;
        for flag in switch.split('`').filter(|word| word.starts_with("--")) {
            let name = flag.trim_start_matches('-').split([' ', '=']).next().unwrap_or_default();
            let help = std::process::Command::new(env!("CARGO_BIN_EXE_plimsoll")).args(["render", "--help"]).output();
            let help = String::from_utf8(help.unwrap().stdout).unwrap();
            assert!(help.contains(&format!("--{name}")), "{page} names --{name}, which render does not know");
        }
    }
}
