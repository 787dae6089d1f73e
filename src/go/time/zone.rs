//! Zones: UTC, fixed offsets, and the system's zone files. Source: zoneinfo.go, zoneinfo_read.go, zoneinfo_unix.go.

use super::posix_tz;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::sync::Arc;

/// Before and after all time.
pub(super) const ALPHA: i64 = i64::MIN;
pub(super) const OMEGA: i64 = i64::MAX;

/// Where zone files are looked for.
const SOURCES: [&str; 4] =
    ["/usr/share/zoneinfo/", "/usr/share/lib/zoneinfo/", "/usr/lib/locale/TZ/", "/etc/zoneinfo/"];

/// A zone file larger than this is none (bytes); Go's own limit is 10 MiB.
const MAX_FILE: u64 = 10 << 20;

/// `time.Location`.
#[derive(Debug, Clone)]
pub struct Location(Option<Arc<Zones>>);

#[derive(Debug)]
struct Zones {
    name: Vec<u8>,
    zones: Vec<Zone>,
    /// When a zone begins, and its index; in order.
    transitions: Vec<(i64, usize)>,
    /// The rule for the time after the last transition, in the form of the TZ variable.
    extend: Vec<u8>,
}

impl Zones {
    fn offset(&self) -> Option<i64> {
        self.zones.first().map(|zone| zone.offset)
    }

    /// Nameless fixed zones of whole hours are made once (`unnamedFixedZones`).
    fn is_kept_by_go(&self) -> bool {
        self.name.is_empty() && self.offset().is_some_and(|o| o % 3600 == 0 && (-12..=14).contains(&(o / 3600)))
    }
}

#[derive(Debug)]
struct Zone {
    name: Vec<u8>,
    offset: i64,
    is_dst: bool,
}

/// What is in force at an instant, and from when to when (Unix seconds).
pub(super) struct InForce {
    pub(super) name: Vec<u8>,
    /// Seconds east of UTC.
    pub(super) offset: i64,
    pub(super) start: i64,
    pub(super) end: i64,
    pub(super) is_dst: bool,
}

impl Location {
    pub fn utc() -> Location {
        Location(None)
    }

    /// Go compares locations by address: UTC is one, the local zone is one, each `FixedZone` is another.
    pub(super) fn is_same(&self, other: &Location) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            // The local zone may have been read twice; a fixed one has no transitions.
            (Some(a), Some(b)) if a.transitions.len() > 1 => a.name == b.name,
            (Some(a), Some(b)) => {
                Arc::ptr_eq(a, b) || (a.is_kept_by_go() && b.is_kept_by_go() && a.offset() == b.offset())
            }
            _ => false,
        }
    }

    /// `time.FixedZone`.
    pub fn fixed(name: &[u8], offset: i64) -> Location {
        let zone = Zone { name: name.to_vec(), offset, is_dst: false };
        Location::of(name, vec![zone], vec![(ALPHA, 0)], Vec::new())
    }

    /// `time.Local`: what the TZ variable says, else /etc/localtime, else UTC. Reads the environment and the system.
    pub fn local() -> Location {
        Location::of_variable(std::env::var_os("TZ").as_deref())
    }

    /// `time.Local` under this TZ variable. Reads the system's zone files.
    pub fn of_variable(variable: Option<&OsStr>) -> Location {
        let Some(variable) = variable else {
            return read("/etc/localtime").and_then(|data| parse_tzif(b"Local", &data)).unwrap_or(Location(None));
        };
        let name = variable.as_bytes();
        let name = name.strip_prefix(b":").unwrap_or(name);
        let found = if name.starts_with(b"/") {
            let shown: &[u8] = if name == b"/etc/localtime" { b"Local" } else { name };
            std::str::from_utf8(name).ok().and_then(read).and_then(|data| parse_tzif(shown, &data))
        } else if name.is_empty() || name == b"UTC" {
            None
        } else {
            load_file(name)
        };
        found.unwrap_or(Location(None))
    }

    /// `time.LoadLocation`: a name of the zone database, "Local" for `local`, "UTC" or "" for UTC; `None` for a name
    /// that Go refuses. Reads the system's zone files.
    pub fn load(name: &[u8], local: &Location) -> Option<Location> {
        match name {
            b"" | b"UTC" => Some(Location(None)),
            b"Local" => Some(local.clone()),
            // No way out of the database.
            _ if name.windows(2).any(|w| w == b"..") || matches!(name[0], b'/' | b'\\') => None,
            _ => load_file(name),
        }
    }

    /// `String`.
    pub fn name(&self) -> &[u8] {
        match &self.0 {
            None => b"UTC",
            Some(zones) => &zones.name,
        }
    }

    fn of(name: &[u8], zones: Vec<Zone>, transitions: Vec<(i64, usize)>, extend: Vec<u8>) -> Location {
        Location(Some(Arc::new(Zones { name: name.to_vec(), zones, transitions, extend })))
    }

    /// What is in force at an instant (Unix seconds).
    pub(super) fn lookup(&self, at: i64) -> InForce {
        let Some(zones) = &self.0 else {
            return InForce { name: b"UTC".to_vec(), offset: 0, start: ALPHA, end: OMEGA, is_dst: false };
        };
        let in_force = |zone: &Zone, start, end| {
            let Zone { name, offset, is_dst } = zone;
            InForce { name: name.clone(), offset: *offset, start, end, is_dst: *is_dst }
        };
        let after = zones.transitions.partition_point(|&(when, _)| when <= at);
        let Some(last) = after.checked_sub(1) else {
            let end = zones.transitions.first().map_or(OMEGA, |&(when, _)| when);
            return in_force(zones.first_zone(), ALPHA, end);
        };
        let (start, index) = zones.transitions[last];
        if after == zones.transitions.len()
            && !zones.extend.is_empty()
            && let Some(found) = posix_tz::lookup(&zones.extend, start, at)
        {
            return found;
        }
        let end = zones.transitions.get(after).map_or(OMEGA, |&(when, _)| when);
        in_force(&zones.zones[index], start, end)
    }

    /// The offset of an abbreviation, preferably where it is in force at that local time (seconds, as if UTC).
    pub(super) fn lookup_name(&self, name: &[u8], local: i64) -> Option<i64> {
        let zones = self.0.as_ref()?;
        let named = || zones.zones.iter().filter(|zone| zone.name == name);
        let in_force = named().find_map(|zone| {
            let found = self.lookup(local.wrapping_sub(zone.offset));
            (found.name == name).then_some(found.offset)
        });
        in_force.or_else(|| named().next().map(|zone| zone.offset))
    }
}

impl Zones {
    /// The zone before the first transition, by the rules of the reference implementation.
    fn first_zone(&self) -> &Zone {
        let first = &self.zones[0];
        if !self.transitions.iter().any(|&(_, index)| index == 0) {
            return first;
        }
        if let Some(&(_, index)) = self.transitions.first()
            && self.zones[index].is_dst
            && let Some(standard) = self.zones[..index].iter().rev().find(|zone| !zone.is_dst)
        {
            return standard;
        }
        self.zones.iter().find(|zone| !zone.is_dst).unwrap_or(first)
    }
}

fn load_file(name: &[u8]) -> Option<Location> {
    let text = std::str::from_utf8(name).ok()?;
    let found = SOURCES.iter().find_map(|source| read(&format!("{source}{text}")))?;
    parse_tzif(name, &found)
}

fn read(path: &str) -> Option<Vec<u8>> {
    let metadata = std::fs::metadata(path).ok()?;
    if !metadata.is_file() || metadata.len() > MAX_FILE {
        return None;
    }
    std::fs::read(path).ok()
}

/// Takes bytes off the front.
fn take<'d>(rest: &mut &'d [u8], n: usize) -> Option<&'d [u8]> {
    let (head, tail) = rest.split_at_checked(n)?;
    *rest = tail;
    Some(head)
}

/// The six counts of a header: UTC flags, standard flags, leap seconds, transitions, zones, characters of names.
fn header(rest: &mut &[u8]) -> Option<(u8, [usize; 6])> {
    let head = take(rest, 20)?.strip_prefix(b"TZif")?;
    let mut counts = [0; 6];
    for count in &mut counts {
        *count = u32::from_be_bytes(take(rest, 4)?.try_into().ok()?) as usize;
    }
    Some((head[0], counts))
}

/// A zone file (RFC 9636): from version 2 on, the second, 64-bit part.
fn parse_tzif(name: &[u8], data: &[u8]) -> Option<Location> {
    let mut rest = data;
    let (version, mut counts) = header(&mut rest)?;
    let width = match version {
        0 => 4,
        b'2' | b'3' => {
            let [utc, standard, leap, transitions, zones, characters] = counts;
            take(&mut rest, transitions * 5 + zones * 6 + characters + leap * 8 + standard + utc)?;
            (_, counts) = header(&mut rest)?;
            8
        }
        _ => return None,
    };
    let [utc, standard, leap, transitions, zones, characters] = counts;
    let times = take(&mut rest, transitions * width)?;
    let indices = take(&mut rest, transitions)?;
    let zone_data = take(&mut rest, zones * 6)?;
    let names = take(&mut rest, characters)?;
    take(&mut rest, leap * (width + 4) + standard + utc)?;
    let extend = rest.strip_prefix(b"\n").and_then(|rest| rest.strip_suffix(b"\n")).unwrap_or_default();

    let zone = |data: &[u8]| {
        let name = names.get(usize::from(data[5])..).filter(|name| !name.is_empty())?;
        let end = name.iter().position(|&b| b == 0).unwrap_or(name.len());
        let offset = i32::from_be_bytes(data[..4].try_into().ok()?);
        Some(Zone { name: name[..end].to_vec(), offset: i64::from(offset), is_dst: data[4] != 0 })
    };
    let zones: Vec<Zone> = zone_data.chunks_exact(6).map(zone).collect::<Option<_>>()?;
    let when = |bytes: &[u8]| match width {
        8 => bytes.try_into().ok().map(i64::from_be_bytes),
        _ => bytes.try_into().ok().map(|bytes| i64::from(i32::from_be_bytes(bytes))),
    };
    let mut transitions = Vec::with_capacity(indices.len());
    for (time, &index) in times.chunks_exact(width).zip(indices) {
        transitions.push((when(time)?, usize::from(index)));
    }
    if zones.is_empty() || transitions.iter().any(|&(_, index)| index >= zones.len()) {
        return None;
    }
    if transitions.is_empty() {
        transitions.push((ALPHA, 0));
    }
    Some(Location::of(name, zones, transitions, extend.to_vec()))
}
