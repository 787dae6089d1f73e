//! `$(VAR)` as the kubelet itself expands it: generated environments, through the whole way from a manifest.

#[path = "common/oracle.rs"]
mod oracle;

use bumpalo::Bump;
use oracle::Answer;
use plimsoll::chart::Log;
use plimsoll::dialect::V4_3;
use plimsoll::kube::{Inventory, environment};
use plimsoll::limits::Limits;
use plimsoll::manifest::{self, Input};
use plimsoll::render::RenderedFile;

const NAMES: [&str; 6] = ["A", "B", "DB_URL", "a.b-c", "", "é"];
const PIECES: [&str; 16] =
    ["$", "$$", "(", ")", "$(A)", "$(B)", "$(DB_URL)", "$(", "$()", "x", "é", " ", "$(nope)", "$(é)", "$é", "\\"];

fn text(rng: &mut fastrand::Rng) -> String {
    (0..rng.usize(..8)).map(|_| PIECES[rng.usize(..PIECES.len())]).collect()
}

#[test]
fn environments_are_those_of_the_kubelet() {
    let mut rng = fastrand::Rng::with_seed(11);
    let cases: Vec<Vec<(&str, String)>> = (0..oracle::cases(20_000))
        .map(|_| (0..1 + rng.usize(..6)).map(|_| (NAMES[rng.usize(..NAMES.len())], text(&mut rng))).collect())
        .collect();
    let payloads: Vec<Vec<u8>> = cases
        .iter()
        .map(|case| oracle::fields(&case.iter().flat_map(|(name, value)| [*name, value.as_str()]).collect::<Vec<_>>()))
        .collect();
    let wanted = oracle::ask_all("kube.env", &payloads);
    let mut differences = Vec::new();
    for (chunk, wanted) in cases.chunks(500).zip(wanted.chunks(500)) {
        for ((case, want), got) in chunk.iter().zip(wanted).zip(ours(chunk)) {
            let Answer::Ok(want) = want else { panic!("{want:?}") };
            let want: Vec<String> = oracle::split(want).into_iter().map(|f| String::from_utf8(f).unwrap()).collect();
            if got != want {
                differences.push(format!("{case:?}\n  want {want:?}\n  got  {got:?}"));
            }
        }
    }
    let count = differences.len();
    assert!(
        differences.is_empty(),
        "{count} differ\n{}",
        differences.into_iter().take(5).collect::<Vec<_>>().join("\n")
    );
}

/// The environments of one container each, as names and values in turn.
fn ours(cases: &[Vec<(&str, String)>]) -> Vec<Vec<String>> {
    let containers: Vec<serde_json::Value> = cases
        .iter()
        .map(|case| {
            let entry = |(name, value): &(&str, String)| serde_json::json!({ "name": name, "value": value });
            serde_json::json!({ "name": "c", "env": case.iter().map(entry).collect::<Vec<_>>() })
        })
        .collect();
    let pod = serde_json::json!({ "apiVersion": "v1", "kind": "Pod", "spec": { "containers": containers } });
    let files = [RenderedFile { path: "c/templates/p.yaml".into(), content: pod.to_string().into_bytes() }];
    let (arena, limits) = (Bump::new(), Limits::default());
    let input = Input { files: &files, crds: &[], chart: "c", namespace: "ns", dialect: &V4_3, limits: &limits };
    let manifests = manifest::read_input(&input, &arena, &mut Log::new(&V4_3));
    assert!(manifests.broken.is_empty(), "{:?}", manifests.broken);
    let inventory = Inventory::of(&manifests, &arena);
    let all = inventory.containers().map(|(_, container)| {
        let vars = environment(&inventory, container).vars;
        vars.iter().flat_map(|v| [v.name.to_string(), v.value.known_str().expect("known").into_owned()]).collect()
    });
    all.collect()
}
