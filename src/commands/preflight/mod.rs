//! `preflight NAME CHART`: what a deploy will meet. Exit codes: 0 everything passed, 1 something fails, 2 usage or unreadable
//! input, 3 nothing fails but something is unknown.

mod flags;

pub use flags::Flags;

use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

use super::chart_flags::Setup;
use super::clock::now;
use super::reports;
use crate::chart::{self, Log};
use crate::cluster;
use crate::diagnostic::{Kind, Plain, Refusal};
use crate::go::encode::base64_encode;
use crate::kube::StoreKind;
use crate::limits::{Stack, with_deep_stack};
use crate::lint::{Collected, Request, examine};
use crate::preflight::{self, Ask, Nodes, Pods, Release, Surroundings};
use crate::redact::{Secrets, passwords_of_urls};
use crate::render::RenderedFile;
use crate::report::{Answers, Asked};
use crate::rules::Facts;
use crate::world::World;

/// No connection string or bundle is longer, in bytes.
const LONGEST: u64 = 4 << 20;

/// A connection string that was given for a key of a Secret; for all of them where none is named.
struct Given {
    key: Option<(String, String)>,
    text: Vec<u8>,
}

/// Runs the subcommand; the result is the exit code.
pub fn run(flags: &Flags) -> u8 {
    let mut secrets = Secrets::new();
    match attempt(flags, &mut secrets) {
        Ok(exit) => exit,
        Err(words) => {
            let _ = writeln!(std::io::stderr().lock(), "error[usage]: {}", Plain(&secrets.hide(&words)));
            2
        }
    }
}

fn attempt(flags: &Flags, secrets: &mut Secrets) -> Result<u8, String> {
    if flags.from == flags::From::Pod {
        if flags.no_cluster {
            return Err("--from pod makes a pod in the cluster: it does not go with --no-cluster".into());
        }
        if !flags.node_dsn.is_empty() {
            return Err("nodes are looked at from here: --node-dsn does not go with --from pod".into());
        }
        if !(1..=3600).contains(&flags.pod_timeout) {
            return Err("--pod-timeout: from 1 to 3600".into());
        }
    } else if flags.pod_image.is_some() {
        return Err("--pod-image goes with --from pod".into());
    }
    reports::no_places(&flags.report, "a live check")?;
    let ask = ask(flags)?;
    let given = flags.dsn_file.iter().map(|text| read_given(text)).collect::<Result<Vec<_>, _>>()?;
    for one in &given {
        secrets.add(&String::from_utf8_lossy(&one.text));
    }
    for (_, text) in &ask.nodes {
        secrets.add(text);
        passwords_of_urls(text).for_each(|password| secrets.add(password));
    }
    let setup = flags.live.setup()?;
    let runtime = cluster::runtime()?;
    let (cluster, connections, nodes, release) = shown(flags, &setup, ask.now, secrets, |facts| {
        let release = Release::of(facts);
        let cluster = match flags.no_cluster {
            true => Surroundings { unasked: true, ..Surroundings::default() },
            false => runtime.block_on(preflight::surroundings(&release, ask.is_upgrade, &flags.live.access())),
        };
        // What the user gives by a file stands for what the cluster has.
        let live = [cluster.manifests(), secrets_given(facts, &given)].concat();
        let connections = preflight::connections(facts, &live, &ask);
        (cluster, connections, Nodes::of(facts, &ask), release)
    })?;
    cluster.secrets().iter().for_each(|text| secrets.add(text));
    connections.secrets.iter().chain(&nodes.secrets()).for_each(|text| secrets.add(text));
    let namespace = setup.settings.release.namespace.clone();
    let look = match flags.from {
        flags::From::Here => runtime.block_on(preflight::look(connections, nodes, ask, namespace, cluster)),
        flags::From::Pod => {
            let pods = Pods {
                access: flags.live.access(),
                image: flags.pod_image.clone(),
                deadline: Duration::from_secs(flags.pod_timeout),
            };
            runtime.block_on(preflight::look_from_pods((connections, nodes), ask, &release, cluster, pods))?
        }
    };
    // Look-ups of names that never end have threads of their own: nobody waits for them.
    runtime.shutdown_background();
    let answers = Answers {
        asked: Asked::Preflight,
        chart: flags.live.chart_path.clone(),
        release: flags.live.name.clone(),
        namespace: setup.settings.release.namespace.clone(),
        vantage: if flags.from == flags::From::Pod { "a pod" } else { "this machine" }.into(),
        answers: preflight::run(&look),
        strict: flags.strict,
        course: None,
    };
    reports::write(&flags.report, |format, colour| answers.write(format, colour, secrets))?;
    Ok(answers.exit_code())
}

fn ask(flags: &Flags) -> Result<Ask, String> {
    if flags.pool_size == 0 {
        return Err("--pool-size: at least 1".into());
    }
    let ca = flags.ca_file.as_deref().map(read_file).transpose()?;
    Ok(Ask {
        release: flags.live.name.clone(),
        is_upgrade: flags.live.is_upgrade,
        step: flags.live.step(),
        now: now(),
        detours: flags.connect_to.clone(),
        majors: flags.postgres_major.clone(),
        schema_versions: flags.schema_version.clone(),
        extensions: flags.extension.clone(),
        pool: flags.pool_size,
        shared: flags.shared,
        changeover: flags.changeover,
        nodes: flags.node_dsn.iter().map(|text| node(text)).collect::<Result<_, _>>()?,
        ca,
        inside: false,
    })
}

fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let file = std::fs::File::open(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut bytes = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|e| format!("{}: {e}", path.display()))?;
    if bytes.len() as u64 > LONGEST {
        Err(format!("{}: longer than {LONGEST} bytes", path.display()))
    } else {
        Ok(bytes)
    }
}

/// A connection string from a file, or from standard input with `-`, without the line end of the file.
fn read_text(path: &str) -> Result<Vec<u8>, String> {
    let mut bytes = match path {
        "-" => {
            let mut bytes = Vec::new();
            std::io::stdin()
                .lock()
                .take(LONGEST)
                .read_to_end(&mut bytes)
                .map_err(|e| format!("standard input: {e}"))?;
            bytes
        }
        path => read_file(Path::new(path))?,
    };
    // A file ends with a line end; what a Secret holds is judged where it is read.
    while bytes.last().is_some_and(|b| matches!(b, b'\n' | b'\r')) {
        bytes.pop();
    }
    Ok(bytes)
}

/// A node's name and its connection string.
fn node(text: &str) -> Result<(String, String), String> {
    let (name, path) =
        text.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or("--node-dsn: NODE=FILE has a \"=\"")?;
    let string = String::from_utf8(read_text(path)?).map_err(|_| format!("--node-dsn: {path} is no text"))?;
    Ok((name.to_string(), string))
}

fn read_given(text: &str) -> Result<Given, String> {
    let (key, path) = match text.split_once('=') {
        Some((key, path)) => {
            let (secret, key) = key.split_once('/').ok_or_else(|| format!("--dsn-file: {key:?} is not SECRET/KEY"))?;
            (Some((secret.to_string(), key.to_string())), path)
        }
        None => (None, text),
    };
    Ok(Given { key, text: read_text(path)? })
}

/// Renders the chart, and takes from it what outlives it. The secrets that were met are kept.
fn shown<R>(
    flags: &Flags,
    setup: &Setup,
    now: i64,
    secrets: &mut Secrets,
    take: impl FnOnce(&Facts<'_>) -> R,
) -> Result<R, String> {
    let (told, collected) = with_deep_stack(setup.settings.limits.stack, |stack| {
        let mut collected = Collected::default();
        let told = rendered(flags, setup, now, stack, &mut collected, take);
        (told, collected)
    })
    .map_err(|e| format!("no room for a stack: {e}"))?;
    secrets.extend(collected.into_secrets());
    told
}

/// Renders the chart and shows it.
fn rendered<R>(
    flags: &Flags,
    setup: &Setup,
    now: i64,
    stack: Stack,
    collected: &mut Collected,
    judge: impl FnOnce(&Facts<'_>) -> R,
) -> Result<R, String> {
    let mut log = Log::new(setup.settings.dialect);
    let path = chart::locate(&flags.live.chart_path).map_err(|refusal| refusal.message)?;
    let world = World::seeded(0, now);
    let request = Request {
        chart: &path,
        options: &setup.options,
        overrides: &setup.overrides,
        settings: setup.settings.clone(),
        world: &world,
        beside: &[],
        share: false,
    };
    examine(&request, stack, &mut log, collected, judge).map_err(|stop| match stop.refusal() {
        Refusal { kind: Kind::Schema, message, .. } => message,
        refusal => format!("the chart does not render: {}", refusal.message),
    })
}

/// The Secrets for which connection strings were given, as manifests.
fn secrets_given(facts: &Facts<'_>, given: &[Given]) -> Vec<RenderedFile> {
    let mut files = Vec::new();
    if given.is_empty() {
        return files;
    }
    for ((kind, namespace, name), keys) in preflight::unrendered(facts) {
        if kind != StoreKind::Secret {
            continue;
        }
        let mut data = String::new();
        let named = given.iter().filter_map(|g| g.key.as_ref()).filter(|(secret, _)| *secret == name);
        let keys: std::collections::BTreeSet<String> =
            keys.into_iter().chain(named.map(|(_, key)| key.clone())).collect();
        for key in &keys {
            let named = given.iter().find(|g| g.key.as_ref().is_some_and(|(s, k)| *s == name && k == key));
            let Some(one) = named.or_else(|| given.iter().find(|g| g.key.is_none())) else { continue };
            let encoded = base64_encode(&one.text);
            data.push_str(&format!("  {}: {encoded}\n", serde_json::Value::from(key.as_str())));
        }
        if !data.is_empty() {
            let head = serde_json::json!({"name": name, "namespace": namespace});
            let content = format!("apiVersion: v1\nkind: Secret\nmetadata: {head}\ndata:\n{data}");
            files.push(RenderedFile { path: format!("live/{namespace}/{name}.yaml"), content: content.into_bytes() });
        }
    }
    files
}
