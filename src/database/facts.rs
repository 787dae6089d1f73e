//! What is asked of a server: settings, the role, its privileges, the state of the database. Text of catalogues is taken as it
//! comes and bounded; what the role may not see is a [`Silence`].
//!
//! Source: PostgreSQL documentation, 54 System Catalogs, 20 Server Configuration, 9.27 System Information Functions.

use std::time::Instant;

use super::halt::{Silence, quoted};
use super::session::{Rows, Session};
use super::spock::{Spock, spock};

/// A fact, or why there is none.
pub type Told<T> = Result<T, Silence>;

/// What the user of the facts wants to know beyond what is always asked.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Extensions that must be there.
    pub extensions: Vec<String>,
    /// The catalogues of Spock too.
    pub spock: bool,
}

/// Everything that was asked over one connection.
#[derive(Clone, Debug)]
pub struct Facts {
    pub server: Told<Server>,
    pub read_only: Told<ReadOnly>,
    pub role: Told<Role>,
    pub privileges: Told<Privileges>,
    /// Schemas of the search path, in order.
    pub path: Told<Vec<Place>>,
    pub state: Told<SchemaState>,
    pub slots: Told<Slots>,
    pub extensions: Told<Vec<Extension>>,
    pub collation: Told<Collation>,
    pub clock: Told<Clock>,
    pub pooling: Told<Pooling>,
    pub replication: Told<Replication>,
    /// Whether PUBLIC may connect, and the other databases of the server.
    pub public: Told<(bool, Vec<String>)>,
    /// Tables that the role may write to, at most some; and how many in all.
    pub writable: Told<(Vec<String>, u64)>,
    pub spock: Told<Spock>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// `180004` is 18.4.
    pub version: u32,
}

impl Server {
    pub fn major(&self) -> u32 {
        self.version / 10_000
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadOnly {
    pub in_recovery: bool,
    /// Of a transaction that asks for nothing.
    pub transaction: bool,
    pub default: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    pub name: String,
    pub superuser: bool,
    pub create_role: bool,
    pub create_database: bool,
    pub replication: bool,
    pub bypass_rls: bool,
    /// -1: no limit.
    pub connection_limit: i64,
    /// Seconds until its password ends; None: never.
    pub valid_for: Option<f64>,
    /// Roles that it is a member of.
    pub member_of: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Privileges {
    pub connect: bool,
    pub create: bool,
    pub temporary: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub schema: String,
    pub create: bool,
    pub usage: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaState {
    /// Tables, views, sequences outside of the system's schemas and of extensions.
    pub relations: u64,
    pub version: Table,
}

/// What `schema_version` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Table {
    /// There is no such table on the search path.
    Absent,
    /// The table is there, and holds no row.
    Empty,
    Version(String),
    /// It is there and cannot be read.
    Unreadable(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slots {
    pub max: i64,
    pub reserved: i64,
    pub used: i64,
    /// Connections of this role, this one included.
    pub of_role: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    pub name: String,
    pub installed: bool,
    pub available: bool,
    /// Who may create it is no superuser's choice alone.
    pub trusted: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collation {
    pub encoding: String,
    pub name: String,
    /// What the database was made with, and what the server's library has now.
    pub recorded: Option<String>,
    pub actual: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    /// The server's clock against the middle of the round trip, in seconds; positive: it is ahead.
    pub ahead: f64,
    /// Half of the round trip: what the other may be wrong by.
    pub error: f64,
}

/// Whether somebody stands between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// The server that promised its process id is the one that answers.
    Direct,
    /// Somebody else answers: a pooler that keeps one server for a session.
    Session,
    /// Answers come from changing servers.
    Changing,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replication {
    pub wal_level: String,
    pub max_slots: i64,
    pub slots: i64,
    pub max_senders: i64,
    pub senders: i64,
    /// Sequences of users: logical replication leaves them behind.
    pub sequences: i64,
    /// `name (lost)`: slots that nobody reads, or that lost what they kept.
    pub idle_slots: Vec<String>,
    pub prepared: i64,
    /// Tables whose changes cannot be told apart: no replica identity, or no primary key where that is the identity.
    pub without_key: i64,
}

/// Asks everything, one question after the other. A question that fails stops no other.
pub async fn gather(session: &Session, wanted: &Wanted) -> Facts {
    Facts {
        read_only: read_only(session).await,
        pooling: pooling(session).await,
        clock: clock(session).await,
        server: server(session).await,
        role: role(session).await,
        privileges: privileges(session).await,
        path: path(session).await,
        state: state(session).await,
        slots: slots(session).await,
        extensions: extensions(session, wanted).await,
        collation: collation(session).await,
        replication: replication(session).await,
        public: public(session).await,
        writable: writable(session).await,
        spock: match wanted.spock {
            true => spock(session).await,
            false => Err(Silence::Unasked("it is no node of a cluster".into())),
        },
    }
}

/// The fields of one row.
pub(super) struct Fields(std::vec::IntoIter<Option<String>>);

pub(super) fn one(rows: Rows) -> Told<Fields> {
    let row = rows.into_iter().next().ok_or_else(|| Silence::Failed("no row was answered".into()))?;
    Ok(Fields(row.into_iter()))
}

impl Fields {
    pub(super) fn of(row: Vec<Option<String>>) -> Fields {
        Fields(row.into_iter())
    }

    pub(super) fn maybe(&mut self) -> Option<String> {
        self.0.next().flatten()
    }

    pub(super) fn text(&mut self) -> Told<String> {
        self.maybe()
            .map(|text| quoted(&text))
            .ok_or_else(|| Silence::Failed("a field is missing from the answer".into()))
    }

    fn parsed<T: std::str::FromStr>(&mut self) -> Told<T> {
        let text = self.text()?;
        text.parse().map_err(|_| Silence::Failed(format!("an answer is no number: {text}")))
    }

    pub(super) fn flag(&mut self) -> Told<bool> {
        match self.text()?.as_str() {
            "t" | "on" | "true" => Ok(true),
            "f" | "off" | "false" => Ok(false),
            other => Err(Silence::Failed(format!("an answer is neither on nor off: {other}"))),
        }
    }
}

async fn server(session: &Session) -> Told<Server> {
    let mut row = one(session.ask_bare("SHOW server_version_num").await?)?;
    Ok(Server { version: row.parsed()? })
}

async fn read_only(session: &Session) -> Told<ReadOnly> {
    // In a transaction of ours it would always be on.
    let transaction = one(session.ask_bare("SHOW transaction_read_only").await?)?.flag()?;
    let mut row =
        one(session.ask("SELECT pg_is_in_recovery(), current_setting('default_transaction_read_only')").await?)?;
    Ok(ReadOnly { in_recovery: row.flag()?, transaction, default: row.flag()? })
}

async fn role(session: &Session) -> Told<Role> {
    let sql = "SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolconnlimit, \
               CASE WHEN isfinite(rolvaliduntil) THEN extract(epoch FROM rolvaliduntil - now()) END \
               FROM pg_roles WHERE rolname = current_user";
    let mut row = one(session.ask(sql).await?)?;
    let mut role = Role {
        name: row.text()?,
        superuser: row.flag()?,
        create_role: row.flag()?,
        create_database: row.flag()?,
        replication: row.flag()?,
        bypass_rls: row.flag()?,
        connection_limit: row.parsed()?,
        valid_for: row.maybe().and_then(|seconds| seconds.parse().ok()),
        member_of: Vec::new(),
    };
    let sql = "WITH RECURSIVE up(oid) AS (SELECT m.roleid FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member \
               WHERE r.rolname = current_user UNION SELECT m.roleid FROM pg_auth_members m JOIN up ON m.member = up.oid) \
               SELECT r.rolname FROM up JOIN pg_roles r USING (oid) ORDER BY 1 LIMIT 100";
    role.member_of = column(session.ask(sql).await?);
    Ok(role)
}

/// The first field of every row.
pub(super) fn column(rows: Rows) -> Vec<String> {
    rows.into_iter().filter_map(|row| row.into_iter().next().flatten()).map(|text| quoted(&text)).collect()
}

async fn privileges(session: &Session) -> Told<Privileges> {
    let sql = "SELECT has_database_privilege(current_database(), 'CONNECT'), \
               has_database_privilege(current_database(), 'CREATE'), has_database_privilege(current_database(), 'TEMP')";
    let mut row = one(session.ask(sql).await?)?;
    Ok(Privileges { connect: row.flag()?, create: row.flag()?, temporary: row.flag()? })
}

async fn path(session: &Session) -> Told<Vec<Place>> {
    let sql = "SELECT n.nspname, has_schema_privilege(n.oid, 'CREATE'), has_schema_privilege(n.oid, 'USAGE') \
               FROM unnest(current_schemas(false)) WITH ORDINALITY AS s(name, place) \
               JOIN pg_namespace n ON n.nspname = s.name ORDER BY s.place LIMIT 100";
    let rows = session.ask(sql).await?;
    let place = |row: Vec<Option<String>>| {
        let mut row = Fields(row.into_iter());
        Ok(Place { schema: row.text()?, create: row.flag()?, usage: row.flag()? })
    };
    rows.into_iter().map(place).collect()
}

/// Relations of users: not the system's, not those of extensions.
const USERS_RELATIONS: &str = "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)' \
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')";

async fn state(session: &Session) -> Told<SchemaState> {
    let sql = format!(
        "SELECT (SELECT count(*) FROM {USERS_RELATIONS} AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')), \
         to_regclass('schema_version') IS NOT NULL, \
         EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('schema_version') AND attname = 'version' \
         AND attnum > 0 AND NOT attisdropped)"
    );
    let mut row = one(session.ask(&sql).await?)?;
    let (relations, is_there, has_version) = (row.parsed()?, row.flag()?, row.flag()?);
    let version = match (is_there, has_version) {
        (false, _) => Table::Absent,
        (true, false) => Table::Unreadable("the table schema_version has no column version".into()),
        (true, true) => match session.ask("SELECT max(version)::text FROM schema_version").await {
            Ok(rows) => one(rows)?.maybe().map_or(Table::Empty, |version| Table::Version(quoted(&version))),
            Err(silence) => Table::Unreadable(silence.to_string()),
        },
    };
    Ok(SchemaState { relations, version })
}

async fn slots(session: &Session) -> Told<Slots> {
    let sql = "SELECT current_setting('max_connections'), \
               current_setting('superuser_reserved_connections')::int \
               + coalesce(current_setting('reserved_connections', true)::int, 0), \
               (SELECT sum(numbackends) FROM pg_stat_database), \
               (SELECT count(*) FROM pg_stat_activity WHERE usename = current_user)";
    let mut row = one(session.ask(sql).await?)?;
    Ok(Slots { max: row.parsed()?, reserved: row.parsed()?, used: row.parsed()?, of_role: row.parsed()? })
}

async fn extensions(session: &Session, wanted: &Wanted) -> Told<Vec<Extension>> {
    let mut found = Vec::new();
    for name in &wanted.extensions {
        // Simple queries have no parameters.
        let literal = name.replace('\'', "''").replace('\\', "");
        let sql = format!(
            "SELECT count(*) > 0, coalesce(bool_or(installed), false), coalesce(bool_or(trusted OR NOT superuser), false) \
             FROM pg_available_extension_versions WHERE name = '{literal}'"
        );
        let mut row = one(session.ask(&sql).await?)?;
        let (available, installed, trusted) = (row.flag()?, row.flag()?, row.flag()?);
        found.push(Extension { name: name.clone(), installed, available, trusted });
    }
    Ok(found)
}

async fn collation(session: &Session) -> Told<Collation> {
    let base = "SELECT pg_encoding_to_char(encoding), datcollate";
    let versions = ", datcollversion, pg_database_collation_actual_version(oid)";
    let from = " FROM pg_database WHERE datname = current_database()";
    let mut row = match session.ask(&format!("{base}{versions}{from}")).await {
        Ok(rows) => one(rows)?,
        // Before 15 nobody wrote versions down.
        Err(Silence::Failed(_)) => one(session.ask(&format!("{base}{from}")).await?)?,
        Err(denied) => return Err(denied),
    };
    Ok(Collation { encoding: row.text()?, name: row.text()?, recorded: row.maybe(), actual: row.maybe() })
}

async fn clock(session: &Session) -> Told<Clock> {
    let before = (Instant::now(), now());
    let rows = session.ask_bare("SELECT extract(epoch FROM clock_timestamp())").await?;
    let error = before.0.elapsed().as_secs_f64() / 2.0;
    let there: f64 = one(rows)?.parsed()?;
    Ok(Clock { ahead: there - (before.1 + error), error })
}

fn now() -> f64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64())
}

/// How often the process id is asked for.
const ROUNDS: usize = 4;

async fn pooling(session: &Session) -> Told<Pooling> {
    let mut pids: Vec<i64> = Vec::new();
    for _ in 0..ROUNDS {
        pids.push(one(session.ask_bare("SELECT pg_backend_pid()").await?)?.parsed()?);
    }
    let promised = session.promised_pid().ok_or_else(|| Silence::Failed("the server promised no process id".into()))?;
    Ok(match pids.as_slice() {
        pids if pids.iter().all(|pid| *pid == promised) => Pooling::Direct,
        [first, rest @ ..] if rest.iter().all(|pid| pid == first) => Pooling::Session,
        _ => Pooling::Changing,
    })
}

async fn replication(session: &Session) -> Told<Replication> {
    let sql = format!(
        "SELECT current_setting('wal_level'), current_setting('max_replication_slots'), \
         (SELECT count(*) FROM pg_replication_slots), current_setting('max_wal_senders'), \
         (SELECT count(*) FROM pg_stat_replication), (SELECT count(*) FROM {USERS_RELATIONS} AND c.relkind = 'S'), \
         (SELECT count(*) FROM pg_prepared_xacts), \
         (SELECT count(*) FROM {USERS_RELATIONS} AND c.relkind IN ('r', 'p') AND (c.relreplident = 'n' \
         OR c.relreplident = 'd' AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)))"
    );
    let mut row = one(session.ask(&sql).await?)?;
    let sql = "SELECT slot_name || ' (' || coalesce(wal_status, 'inactive') || ')' FROM pg_replication_slots \
               WHERE NOT active OR wal_status IN ('lost', 'unreserved') ORDER BY 1 LIMIT 20";
    let idle_slots = column(session.ask(sql).await?);
    Ok(Replication {
        wal_level: row.text()?,
        max_slots: row.parsed()?,
        slots: row.parsed()?,
        max_senders: row.parsed()?,
        senders: row.parsed()?,
        sequences: row.parsed()?,
        prepared: row.parsed()?,
        without_key: row.parsed()?,
        idle_slots,
    })
}

async fn public(session: &Session) -> Told<(bool, Vec<String>)> {
    let mut row = one(session.ask("SELECT has_database_privilege('public', current_database(), 'CONNECT')").await?)?;
    let sql = "SELECT datname FROM pg_database WHERE NOT datistemplate AND datallowconn \
               AND datname NOT IN (current_database(), 'postgres') ORDER BY 1 LIMIT 100";
    Ok((row.flag()?, column(session.ask(sql).await?)))
}

async fn writable(session: &Session) -> Told<(Vec<String>, u64)> {
    let which = format!(
        "FROM {USERS_RELATIONS} AND c.relkind IN ('r', 'p') AND has_schema_privilege(n.oid, 'USAGE') \
         AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')"
    );
    let count = one(session.ask(&format!("SELECT count(*) {which}")).await?)?.parsed()?;
    let sql = format!("SELECT n.nspname || '.' || c.relname {which} ORDER BY 1 LIMIT 5");
    Ok((column(session.ask(&sql).await?), count))
}
