//! Scenario `managed`: the chart on a Postgres that it did not make, with a verified TLS connection, and without a word about
//! roles.

use std::time::Instant;

use serde_json::json;

use super::app::{filled, filled_text};
use super::bench::{Bench, Over};
use super::given::Given;
use super::show::Shown;
use super::steps::Verb;
use crate::redact::Secrets;
use crate::render::RenderedFile;
use crate::report::Outcome;

/// The Secret in the release's namespace.
const SECRET: &str = "plimsoll-smoke-database";

impl Bench<'_> {
    /// Plays it.
    ///
    /// # Errors
    /// [`Over`]: nothing more can be shown; an answer says why.
    pub async fn play_managed(&self, namespace: &str) -> Result<(), Over> {
        let scene = self.ask.app.as_ref().map(|app| app.managed.clone()).unwrap_or_default();
        let Some(uri) = &scene.uri else {
            self.say("managed-server", Outcome::Unknown, self.unasked("managed.uri"), None);
            return Err(Over);
        };
        let given = self.given().await?;
        let parts = given.parts(SECRET);
        let uri = filled_text(uri, &parts);
        let mut known = Secrets::new();
        known.add(&uri);
        self.hide(&known);
        let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": SECRET, "namespace": namespace},
            "stringData": {"uri": uri, "ca.crt": given.ca}});
        if let Err(refused) = self.place.cluster.create(&secret, namespace).await {
            self.say("managed-server", Outcome::Unknown, format!("Secret {SECRET}: {refused}"), None);
            return Err(Over);
        }
        let values = filled(&scene.values, &parts);
        // What the cluster holds stands beside the render, as it does for the pods.
        let live = [RenderedFile { path: "live/secret.yaml".into(), content: secret.to_string().into_bytes() }];
        let shown = self.rendered_beside(&self.ask.chart, namespace, &values, false, &live)?;
        self.no_own_server(&shown);
        let verified = self.verified(&shown);
        self.judged(&values, &shown, false, &live)?;
        if !verified && !self.ask.force_upgrade {
            return Err(Over);
        }
        self.deploy(Verb::Install, &self.ask.chart, &shown).await?;
        let settled = self.rollout(&shown).await;
        if settled.is_ok() {
            self.works(&shown, scene.done.as_deref()).await?;
        }
        self.heard(&given).await;
        settled
    }

    /// The chart makes no server beside the one that it is given.
    fn no_own_server(&self, shown: &Shown) {
        const CHECK: &str = "embedded-absent";
        match shown.servers.is_empty() {
            true => self.say(CHECK, Outcome::Pass, "the chart makes no Postgres server of its own", None),
            false => {
                let why = format!("the chart makes servers of its own all the same: {}", shown.servers.join(", "));
                self.say(CHECK, Outcome::Fail, why, None);
            }
        }
    }

    /// Every connection checks whom it talks to; whether none is known not to.
    fn verified(&self, shown: &Shown) -> bool {
        const CHECK: &str = "connection-tls";
        if shown.connections.all.is_empty() {
            self.say(CHECK, Outcome::Fail, "no container of the chart connects to anything", None);
            return false;
        }
        let mut verified = true;
        for connection in &shown.connections.all {
            let (outcome, why) = match connection.state.known() {
                Ok(known) if known.tls.is_verified_full() => (Outcome::Pass, known.tls.why.clone()),
                Ok(known) => (Outcome::Fail, format!("it is not verified in full: {}", known.tls.why)),
                Err(why) => (Outcome::Unknown, why.to_string()),
            };
            verified &= outcome != Outcome::Fail;
            self.say_of(CHECK, &connection.role, outcome, why, None);
        }
        verified
    }

    /// What the server's log says: that everybody came by TLS, and that nobody spoke of roles.
    async fn heard(&self, given: &Given) {
        let since = Instant::now();
        let log = match self.server_log(given).await {
            Ok(log) => log,
            Err(why) => {
                self.say("server-log-tls", Outcome::Unknown, why.clone(), None);
                return self.say("server-log-role-ddl", Outcome::Unknown, why, None);
            }
        };
        let since = Some(since);
        let (encrypted, bare) = authorized(&log);
        match (encrypted, bare) {
            (0, 0) => self.say("server-log-tls", Outcome::Fail, "nobody has connected", since),
            (n, 0) => {
                self.say("server-log-tls", Outcome::Pass, format!("{n} connections, all of them with TLS"), since)
            }
            (_, n) => self.say("server-log-tls", Outcome::Fail, format!("{n} connections without TLS"), since),
        }
        let found = role_ddl(&log);
        match found.first() {
            None => self.say("server-log-role-ddl", Outcome::Pass, "no statement about roles or their rights", since),
            Some(first) => {
                let why = format!("{} statements about roles or their rights, the first {first}", found.len());
                self.say("server-log-role-ddl", Outcome::Fail, why, since);
            }
        }
    }
}

/// Connections of the application's role that the log tells of, with and without TLS. Source: PostgreSQL
/// `src/backend/utils/init/postinit.c`.
fn authorized(log: &str) -> (usize, usize) {
    let of = log.lines().filter(|line| line.contains("connection authorized: user=app "));
    let (with, without): (Vec<_>, Vec<_>) = of.partition(|line| line.contains("SSL enabled"));
    (with.len(), without.len())
}

/// Statements about roles in a log that has every statement: their first words.
fn role_ddl(log: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = log.lines().peekable();
    while let Some(line) = lines.next() {
        let mut text = String::new();
        // Further lines of a statement begin with a tab.
        while let Some(more) = lines.next_if(|next| next.starts_with('\t')) {
            text.push_str(more);
        }
        // Those of the server's own making come from its superuser, over the socket.
        if !line.contains("app@app ") {
            continue;
        }
        let told =
            line.split_once("statement: ").or_else(|| line.split_once("execute ").filter(|_| line.contains("LOG:")));
        let Some((_, first)) = told else { continue };
        let text = format!("{first} {text}");
        let words: Vec<String> = text
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .filter(|w| !w.is_empty())
            .map(str::to_ascii_uppercase)
            .collect();
        let is = |at: usize, any: &[&str]| words.get(at).is_some_and(|w| any.contains(&w.as_str()));
        for at in 0..words.len() {
            let about = is(at, &["CREATE", "ALTER", "DROP"]) && is(at + 1, &["ROLE", "USER", "GROUP"]);
            // At the beginning of a statement: columns may be called so.
            let rights = at == 0 && is(at, &["GRANT", "REVOKE", "REASSIGN"]);
            if about || rights {
                // Two words: a password may follow.
                found.push(words.iter().skip(at).take(2).cloned().collect::<Vec<_>>().join(" "));
                break;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_ddl_is_heard_and_nothing_else() {
        let line = |user: &str, text: &str| format!("2026-01-01 UTC [7] {user}@app LOG:  statement: {text}\n");
        let log = line("app", "SELECT 1 FROM roles")
            + &line("app", "CREATE TABLE grant_me (alter int)")
            + &line("postgres", "CREATE ROLE app")
            + &line("app", "BEGIN;\n\tALTER ROLE x LOGIN PASSWORD 'geheim'")
            + &line("app", "grant usage on schema public to x");
        assert_eq!(role_ddl(&log), ["ALTER ROLE", "GRANT USAGE"]);
    }

    #[test]
    fn connections_with_and_without_tls() {
        let log = "x LOG:  connection authorized: user=app database=app SSL enabled (protocol=TLSv1.3)\n\
                   x LOG:  connection authorized: user=app database=app\n\
                   x LOG:  connection authorized: user=postgres database=app\n";
        assert_eq!(authorized(log), (1, 1));
    }
}
