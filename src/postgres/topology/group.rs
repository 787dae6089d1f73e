//! Settings to connections: which of them are parts of one, and whether that one is to Postgres.
//!
//! A group is what shares a space (the environment, one file, one command) and the words before its last ones. Groups are
//! joined where their words differ by synonyms or where one's are the beginning of the other's and no part is said twice.

use std::collections::BTreeMap;

use super::book::{Book, Setting, Space};
use super::url;
use super::words::{About, Part, Words, kind};

/// One connection as a container is told of it, not yet understood.
#[derive(Clone, Debug, Default)]
pub struct Group {
    pub space: Option<Space>,
    /// The words that its settings share.
    pub prefix: Words,
    /// Indexes into the settings of the book.
    pub members: BTreeMap<Part, usize>,
    /// Connection strings: every one is a connection of its own.
    pub urls: Vec<usize>,
    /// What says that it is Postgres, or another system, or nothing.
    pub about: Option<About>,
}

impl Group {
    /// What settings the group has of a part.
    pub fn get<'b, 'm>(&self, book: &'b Book<'_, 'm>, part: Part) -> Option<&'b Setting<'m>> {
        self.members.get(&part).and_then(|n| book.settings.get(*n))
    }
}

/// The part that a setting is, by its value first and its name second. `None`: none, or of another system.
fn part_of(setting: &Setting<'_>) -> Option<(Part, Words)> {
    let text = setting.value.filled();
    let named = setting.words.part();
    if url::looks_like_one(text) {
        // `Host=h;...` of another system says so in its name.
        let prefix = named.map_or_else(|| setting.words.clone(), |(_, prefix)| prefix);
        return (setting.words.about() != About::Other || url::form(text) == Some(url::Form::Uri))
            .then_some((Part::Url, prefix));
    }
    let (part, prefix) = named?;
    if setting.value.is_empty() {
        return None;
    }
    if setting.value.is_known() {
        if url::is_of_another(text) && part != Part::Kind {
            return None;
        }
        match part {
            // A name of the kind (`KC_DB=postgres`, `database.name: psycopg2`) is no name of a database.
            Part::Url if url::is_bare(text) => return Some((Part::Url, prefix)),
            Part::Url if url::is_host(text) => return Some((Part::Host, prefix)),
            Part::Url => return None,
            Part::Host => {
                // What an init container is to fill in.
                if ["REPLACE", "CHANGE_ME", "CHANGEME", "PLACEHOLDER"]
                    .iter()
                    .any(|p| text.to_ascii_uppercase().contains(p))
                {
                    return None;
                }
                if matches!(text, "yes" | "no" | "true" | "false" | "on" | "off")
                    || text.chars().all(|c| c.is_ascii_digit())
                {
                    return None;
                }
                let (host, _) = url::host_and_port(&setting.value);
                let fits =
                    url::is_host(host.filled()) || text.starts_with('/') || text.contains(',') || text.contains(':');
                return fits.then_some((Part::Host, prefix));
            }
            Part::Port if !text.chars().all(|c| c.is_ascii_digit()) => return None,
            Part::SslMode | Part::SslSwitch if text.len() > 20 => return None,
            Part::Kind if kind(text).is_none() => return None,
            Part::SslSwitch
                if matches!(text, "disable" | "allow" | "prefer" | "require" | "verify-ca" | "verify-full") =>
            {
                return Some((Part::SslMode, prefix));
            }
            _ => {}
        }
    }
    Some((part, prefix))
}

/// Names of client libraries: never the name of a database.
const LIBRARIES: &[&str] = &["psycopg2", "psycopg", "asyncpg", "pg8000", "pgsql", "pdo_pgsql", "postgresdb"];

/// Values that name a kind of database and hardly a database.
fn is_kind(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    LIBRARIES.contains(&value.as_str())
        || [
            "postgres",
            "postgresql",
            "pg",
            "mysql",
            "mysql8",
            "mariadb",
            "sqlite",
            "sqlite3",
            "mssql",
            "oracle",
            "mongodb",
            "redis",
            "cassandra",
        ]
        .contains(&value.as_str())
        || value.starts_with("postgres12")
}

/// The connections of a container, Postgres or not known to be; other systems are left out.
pub fn groups(book: &Book<'_, '_>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut at: BTreeMap<(Space, Words), usize> = BTreeMap::new();
    let mut kinds: Vec<(Space, Words, bool)> = Vec::new();
    let mut names: Vec<(Space, Words, usize)> = Vec::new();
    for (n, setting) in book.settings.iter().enumerate() {
        let Some((part, prefix)) = part_of(setting) else { continue };
        let told = match part {
            Part::Kind => setting.value.text().and_then(kind),
            Part::Database => setting.value.text().filter(|t| is_kind(t)).and_then(kind),
            _ => None,
        };
        if let Some(is_postgres) = told {
            kinds.push((setting.space, prefix.canonical(), is_postgres));
        }
        if part == Part::Kind {
            continue;
        }
        if told.is_some() {
            // `KC_DB=postgres` is a kind, `POSTGRES_DB=postgres` a name; a name only where no other setting is one.
            let is_library = setting.value.text().is_some_and(|t| LIBRARIES.contains(&t));
            if !is_library && prefix.about() == About::Postgres {
                names.push((setting.space, prefix.canonical(), n));
            }
            continue;
        }
        let key = (setting.space, prefix.canonical());
        let index = *at.entry(key).or_insert_with(|| {
            groups.push(Group { space: Some(setting.space), prefix: prefix.clone(), ..Group::default() });
            groups.len() - 1
        });
        let Some(group) = groups.get_mut(index) else { continue };
        if part == Part::Url {
            group.urls.push(n);
        } else {
            // The first name of a part counts: `DB_HOST` before `DATABASE_HOST`, in the order of the file.
            group.members.entry(part).or_insert(n);
        }
    }
    for (space, prefix, n) in names {
        let above = prefix.without_last(1);
        let fits = |g: &&mut Group| {
            let theirs = g.prefix.canonical();
            g.space == Some(space) && (theirs == prefix || (!above.is_empty() && theirs == above))
        };
        let group = groups.iter_mut().filter(fits).max_by_key(|g| g.members.contains_key(&Part::Host));
        if let Some(group) = group {
            group.members.entry(Part::Database).or_insert(n);
        }
    }
    join(&mut groups);
    for group in &mut groups {
        group.about = Some(about(book, group, &kinds));
    }
    groups.retain(|g| g.about != Some(About::Other) && (!g.urls.is_empty() || !g.members.is_empty()));
    groups
}

/// Joins groups without a host to the one that they belong to.
fn join(groups: &mut Vec<Group>) {
    // More groups than this are no settings of a program; joining is quadratic.
    if groups.len() > 200 {
        return;
    }
    let mut n = 0;
    while n < groups.len() {
        let Some(small) = groups.get(n) else { break };
        if small.members.contains_key(&Part::Host) || !small.urls.is_empty() {
            n += 1;
            continue;
        }
        let (space, prefix) = (small.space, small.prefix.canonical());
        let fits = |other: &Group| {
            let theirs = other.prefix.canonical();
            let has_address = other.members.contains_key(&Part::Host) || !other.urls.is_empty();
            let same_space = other.space == space
                || matches!(
                    (other.space, space),
                    (Some(Space::Environment), Some(Space::Folder)) | (Some(Space::Folder), Some(Space::Environment))
                );
            has_address
                && same_space
                && related(&theirs, &prefix)
                && !small.members.keys().any(|part| other.members.contains_key(part))
        };
        let mut candidates =
            groups.iter().enumerate().filter(|(m, g)| *m != n && fits(g)).map(|(m, g)| (m, g.prefix.len()));
        // The nearest in words; of two as near, neither.
        let best = candidates.next().map(|first| {
            candidates.fold((first, false), |(best, tie), next| {
                let far = |(_, len): (usize, usize)| len.abs_diff(prefix.len());
                match far(next).cmp(&far(best)) {
                    std::cmp::Ordering::Less => (next, false),
                    std::cmp::Ordering::Equal => (best, true),
                    std::cmp::Ordering::Greater => (best, tie),
                }
            })
        });
        match best {
            Some(((target, _), false)) => {
                let small = groups.remove(n);
                let target = if target > n { target - 1 } else { target };
                if let Some(group) = groups.get_mut(target) {
                    group.members.extend(small.members);
                }
            }
            _ => n += 1,
        }
    }
}

/// One's words are the beginning of the other's. No words at all are the beginning of nothing else.
fn related(a: &Words, b: &Words) -> bool {
    // `APP_POSTGRES_HOST` with `APP_DB_NAME`: one program, its database.
    let stem = |words: &Words| words.without_database();
    let same_stem = || stem(a).is_some_and(|s| !s.is_empty() && Some(s) == stem(b));
    a.is_empty() == b.is_empty() && (a.starts_with(b) || b.starts_with(a) || same_stem())
}

/// Which system a group is about, from all that its settings say.
fn about(book: &Book<'_, '_>, group: &Group, kinds: &[(Space, Words, bool)]) -> About {
    let space = group.space.unwrap_or(Space::Environment);
    let prefix = group.prefix.canonical();
    // The kind stands beside the group, or above it; the nearest counts.
    let told =
        kinds.iter().filter(|(s, p, _)| *s == space && prefix.starts_with(p) && p.is_empty() == prefix.is_empty());
    let nearest = told.min_by_key(|(_, p, _)| p.len().abs_diff(prefix.len()));
    if group.urls.iter().filter_map(|n| book.settings.get(*n)).any(|s| url::looks_like_one(s.value.filled())) {
        return About::Postgres;
    }
    match (nearest, group.prefix.about()) {
        (Some((_, _, true)), _) => About::Postgres,
        (Some((_, _, false)), _) => About::Other,
        (None, About::Postgres) => About::Postgres,
        (None, About::Other) => About::Other,
        (None, silent) => {
            match group.get(book, Part::Port).and_then(|s| s.value.text()).or_else(|| port_of_host(book, group)) {
                Some("5432" | "6432" | "5433" | "6543" | "25060" | "25061") => About::Postgres,
                Some(
                    "3306" | "27017" | "6379" | "9200" | "1433" | "1521" | "9000" | "8123" | "9042" | "5672" | "11211"
                    | "443" | "80",
                ) => About::Other,
                _ => silent,
            }
        }
    }
}

fn port_of_host<'b>(book: &'b Book<'_, '_>, group: &Group) -> Option<&'b str> {
    let host = group.get(book, Part::Host)?.value.text()?;
    let (host, port) = host.rsplit_once(':')?;
    (!host.contains(':')).then_some(port)
}
