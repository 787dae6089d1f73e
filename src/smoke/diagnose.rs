//! What there was to see when something went wrong, in a folder: objects, events, logs of every container, Helm's manifests, and
//! what the database is doing. Secrets are left out, and known ones hidden in all that is written.

use std::path::Path;

use serde_json::Value;

use super::bench::{Bench, RELEASE, private_file};
use super::server::{BOUNDS, Server};
use crate::preflight::decoded;
use crate::redact::Secrets;

/// Lines of one container's log.
const LINES: usize = 2000;
/// Kinds that are written down, beside events.
const KINDS: [(&str, &str); 8] = [
    ("v1", "Pod"),
    ("v1", "Service"),
    ("v1", "PersistentVolumeClaim"),
    ("v1", "ConfigMap"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "ReplicaSet"),
    ("batch/v1", "Job"),
];
/// What the database is doing.
const STATE: &[(&str, &str)] = &[
    (
        "activity",
        "SELECT pid, usename, application_name, state, wait_event_type, wait_event, left(query, 200) FROM pg_stat_activity",
    ),
    ("locks", "SELECT pid, locktype, relation::regclass::text, mode, granted FROM pg_locks"),
    ("tables", "SELECT relname, n_live_tup, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables ORDER BY 1"),
    ("roles", "SELECT rolname, rolsuper, rolcanlogin FROM pg_roles ORDER BY 1"),
];

impl Bench<'_> {
    /// Writes it all down. What cannot be had is a line in the file that would have held it.
    pub async fn diagnose(&self, namespace: &str, folder: &Path) {
        self.learn_secrets(namespace).await;
        let write = |name: &str, text: &str| {
            let hidden = self.progress.secrets.borrow().hide_bytes(text.as_bytes()).into_owned();
            if let Err(why) = private_file(&folder.join(name), &hidden) {
                self.progress.line(&format!("diagnostics: {why}"));
            }
        };
        if let Err(e) = std::fs::create_dir_all(folder) {
            return self.progress.line(&format!("diagnostics: {}: {e}", folder.display()));
        }
        let cluster = &self.place.cluster;
        let mut pods = Vec::new();
        for (api, kind) in KINDS {
            let name = format!("{}s.json", kind.to_lowercase());
            match cluster.list(api, kind, namespace).await {
                Ok(list) => {
                    write(&name, &format!("{:#}\n", Value::from(list.clone())));
                    if kind == "Pod" {
                        pods = list;
                    }
                }
                Err(refused) => write(&name, &format!("{refused}\n")),
            }
        }
        let events = match cluster.list("v1", "Event", namespace).await {
            Ok(events) => events_text(events),
            Err(refused) => format!("{refused}\n"),
        };
        write("events.txt", &events);
        for pod in &pods {
            let name = pod["metadata"]["name"].as_str().unwrap_or_default();
            for list in ["initContainers", "containers"] {
                for container in pod["spec"][list].as_array().into_iter().flatten() {
                    let container = container["name"].as_str().unwrap_or_default();
                    for (previous, suffix) in [(false, ""), (true, "-previous")] {
                        let path = format!(
                            "/api/v1/namespaces/{namespace}/pods/{name}/log?container={container}&tailLines={LINES}&timestamps=true&previous={previous}"
                        );
                        match cluster.text(&path).await {
                            Ok(text) => write(&format!("log-{name}-{container}{suffix}.txt"), &text),
                            Err(refused) if !previous => {
                                write(&format!("log-{name}-{container}.txt"), &format!("{refused}\n"));
                            }
                            Err(_) => {}
                        }
                    }
                }
            }
        }
        match self.helm.manifest(RELEASE, namespace).await {
            Ok(text) => write("helm-manifest.yaml", &without_secrets(&text)),
            Err(why) => write("helm-manifest.yaml", &format!("# {why}\n")),
        }
        let role = self.ask.app.as_ref().and_then(|app| app.connection.as_deref());
        let connections = self.connections.borrow().clone();
        let mut text = String::new();
        match Server::find(cluster, &connections, role, namespace, self.ask.now).await {
            Ok(server) => {
                for (name, sql) in STATE {
                    text.push_str(&format!("-- {name}\n"));
                    let session = match server.session(BOUNDS).await {
                        Ok(session) => session,
                        // Who is not let in once waits for each of the others as long.
                        Err(why) => {
                            text.push_str(&format!("{why}\n"));
                            break;
                        }
                    };
                    match session.ask(sql).await {
                        Ok(rows) => rows.iter().for_each(|row| {
                            let row: Vec<&str> = row.iter().map(|f| f.as_deref().unwrap_or("NULL")).collect();
                            text.push_str(&format!("{}\n", row.join(" | ")));
                        }),
                        Err(why) => text.push_str(&format!("{why}\n")),
                    }
                }
            }
            Err(why) => text.push_str(&format!("{why}\n")),
        }
        write("database.txt", &text);
        self.progress.line(&format!("what there was to see is in {}", folder.display()));
    }

    /// What Secrets of the cluster hold may stand in logs too.
    async fn learn_secrets(&self, namespace: &str) {
        let Ok(list) = self.place.cluster.list("v1", "Secret", namespace).await else { return };
        let mut known = Secrets::new();
        for secret in list.iter().filter(|s| s["type"] != "helm.sh/release.v1") {
            for (_, value) in secret["data"].as_object().into_iter().flatten() {
                decoded(value).iter().for_each(|bytes| known.add(&String::from_utf8_lossy(bytes)));
            }
        }
        self.hide(&known);
    }
}

fn events_text(mut events: Vec<Value>) -> String {
    let when = |e: &Value| {
        let of = |key: &str| e[key].as_str().map(str::to_string);
        of("lastTimestamp").or_else(|| of("eventTime")).unwrap_or_default()
    };
    events.sort_by_key(when);
    let line = |e: &Value| {
        let of = |v: &Value| v.as_str().unwrap_or_default().to_string();
        let object = format!("{}/{}", of(&e["involvedObject"]["kind"]), of(&e["involvedObject"]["name"]));
        format!("{} {} {object} {}: {}\n", when(e), of(&e["type"]), of(&e["reason"]), of(&e["message"]))
    };
    events.iter().map(line).collect()
}

/// The manifests but for Secrets.
fn without_secrets(text: &str) -> String {
    let is_secret = |d: &&str| d.lines().any(|line| line.trim_end() == "kind: Secret");
    text.split("\n---\n").filter(|d| !is_secret(d)).collect::<Vec<_>>().join("\n---\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_left_out() {
        let text = "a: 1\n---\nkind: Secret\ndata: {x: y}\n---\nkind: Service\n";
        assert_eq!(without_secrets(text), "a: 1\n---\nkind: Service\n");
    }
}
