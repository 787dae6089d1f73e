//! Two states of a release to the text that leads from one to the other.

use minijinja::{Environment, UndefinedBehavior, Value as Word};
use serde_json::{Map, Value, json};

use super::choose::{Origin, choose};
use super::shell::quote;
use super::state::{App, Embedded, State};
use crate::diagnostic::{Kind, Refusal};
use crate::init::skeleton;

/// Which way the data goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    ToExternal,
    ToEmbedded,
}

const TO_EXTERNAL: &str = include_str!("to-external.md.j2");
const TO_EMBEDDED: &str = include_str!("to-embedded.md.j2");

/// One statement for each table and sequence: exact counts, and where sequences stand. What extensions own comes with them.
const COUNT_STATEMENTS: &str = r#"SELECT format('SELECT %L, count(*) FROM %I.%I;', n.nspname || '.' || c.relname, n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C";
SELECT format('SELECT %L, last_value, is_called FROM %I.%I;', n.nspname || '.' || c.relname, n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND n.nspname !~ '^pg_'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C";"#;

/// What the user calls things.
#[derive(Clone, Debug)]
pub struct Names {
    pub release: String,
    pub namespace: String,
    pub chart: String,
    /// Files with the values that are stored in the release, and with those of the target.
    pub stored: Vec<String>,
    pub target: Vec<String>,
    /// Image of the pod that connects to the external server, where it is not the embedded server's.
    pub client_image: Option<String>,
    pub role: Option<String>,
    /// What the user has accepted of what lint could not decide.
    pub allowed: Vec<String>,
}

/// Everything that the text speaks of.
#[derive(Clone, Debug)]
pub struct Plan {
    pub direction: Direction,
    pub names: Names,
    pub apps: Vec<App>,
    /// Values that the swap adds: the other mode where the user's files do not say it, and no replica of an application.
    pub swap: Value,
    /// Values of the second upgrade.
    pub raise: Value,
}

impl Plan {
    /// What can be planned from the state that is: the values of both upgrades.
    ///
    /// # Errors
    /// [`Kind::Undecided`]: a value is not known.
    pub fn new(direction: Direction, names: Names, before: &State) -> Result<Plan, Refusal> {
        let (mut swap, mut raise) = (json!({}), json!({}));
        if direction == Direction::ToEmbedded {
            let mut postgres = Map::from_iter([("mode".to_string(), json!("embedded"))]);
            postgres.extend(before.defaults.iter().map(|(key, value)| ((*key).to_string(), value.clone())));
            swap = json!({"postgres": postgres});
        }
        if before.apps.is_empty() {
            return Err(Refusal::new(
                Kind::Undecided,
                "no application connects to Postgres: there is nothing to move for",
            ));
        }
        for app in &before.apps {
            put(&mut swap, &app.path, json!(0))?;
            put(&mut raise, &app.path, json!(app.replicas))?;
        }
        Ok(Plan { direction, names, apps: before.apps.clone(), swap, raise })
    }

    /// The text. `before` and `after` are the renders of what is and of the swap.
    ///
    /// # Errors
    /// [`Kind::Undecided`] where a part is not known, [`Kind::Usage`] where a flag says which is meant.
    pub fn text(&self, before: &State, after: &State) -> Result<String, Refusal> {
        let (embedded, external) = match self.direction {
            Direction::ToExternal => (before, after),
            Direction::ToEmbedded => (after, before),
        };
        let server = embedded.server.as_ref();
        let server = server.ok_or_else(|| Refusal::new(Kind::Undecided, "the embedded side has no Postgres server"))?;
        if let Some(server) = &external.server {
            let words = format!("the external side still has the server {}", server.statefulset);
            return Err(Refusal::new(Kind::Undecided, words));
        }
        let (connection, origin) = choose(&external.connections, self.names.role.as_deref())?;
        let pod = format!("{}-plimsoll-client", self.names.release);
        let image = self.names.client_image.as_deref().unwrap_or(&server.image);
        let manifest = connection.client.pod(&pod, &self.names.namespace, image);
        let words = self.words(server, &connection.role, &origin, &pod, &manifest, after.has_tests)?;
        let source = match self.direction {
            Direction::ToExternal => TO_EXTERNAL,
            Direction::ToEmbedded => TO_EMBEDDED,
        };
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.add_filter("sh", |text: &str| quote(text));
        let text = environment.render_str(source, words);
        text.map_err(|e| Refusal::new(Kind::Undecided, format!("the runbook cannot be written: {e:#}")))
    }

    fn words(
        &self,
        server: &Embedded,
        role: &str,
        origin: &Origin,
        pod: &str,
        manifest: &Value,
        has_tests: bool,
    ) -> Result<Word, Refusal> {
        let Names { release, namespace, chart, stored, target, .. } = &self.names;
        let files = |files: &[String]| Word::from(files.iter().map(|f| Word::from(f.as_str())).collect::<Vec<_>>());
        let app = |app: &App| {
            Word::from_pairs([
                ("kind", Word::from(app.kind)),
                ("name", Word::from(app.name.as_str())),
                ("selector", Word::from(app.selector.as_str())),
                ("replicas", Word::from(app.replicas)),
            ])
        };
        let (secret, key) = match origin {
            Origin::Secret(name, key) => (Word::from(name.as_str()), Word::from(key_template(key))),
            Origin::Render => (Word::from(()), Word::from(())),
        };
        Ok(Word::from_pairs([
            ("release", Word::from(release.as_str())),
            ("namespace", Word::from(namespace.as_str())),
            ("chart", Word::from(chart.as_str())),
            ("stored", files(stored)),
            ("target", files(target)),
            ("allowed", files(&self.names.allowed)),
            ("apps", Word::from(self.apps.iter().map(app).collect::<Vec<_>>())),
            ("statefulset", Word::from(server.statefulset.as_str())),
            ("container", Word::from(server.container.as_str())),
            ("user", Word::from(server.user.as_str())),
            ("database", Word::from(server.database.as_str())),
            ("claim", Word::from(server.claim.as_str())),
            ("role", Word::from(role)),
            ("secret", secret),
            ("secret_template", key),
            ("pod", Word::from(pod)),
            ("pod_yaml", Word::from(skeleton::print(&[], manifest)?)),
            ("swap_yaml", Word::from(skeleton::print(&[], &self.swap)?)),
            ("raise_yaml", Word::from(skeleton::print(&[], &self.raise)?)),
            ("count_statements", Word::from(COUNT_STATEMENTS)),
            ("has_tests", Word::from(has_tests)),
        ]))
    }
}

/// kubectl's template that prints one key of a Secret.
fn key_template(key: &str) -> String {
    format!("go-template={{{{index .data {} | base64decode}}}}", Value::from(key))
}

/// Sets a value at a path of keys.
fn put(root: &mut Value, path: &[String], value: Value) -> Result<(), Refusal> {
    let Some((last, above)) = path.split_last() else {
        return Err(Refusal::new(Kind::Undecided, "the value that sets the replicas is not known"));
    };
    let mut at = root;
    for key in above {
        let Some(map) = at.as_object_mut() else {
            return Err(Refusal::new(Kind::Undecided, "two values at one place"));
        };
        at = map.entry(key.clone()).or_insert_with(|| json!({}));
    }
    match at.as_object_mut() {
        Some(map) => drop(map.insert(last.clone(), value)),
        None => return Err(Refusal::new(Kind::Undecided, "a value below another")),
    }
    Ok(())
}
