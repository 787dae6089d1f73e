//! Times, layouts, zones and durations against package time.

use crate::generate::{compare, damage, pick};
use crate::oracle::{Answer, cases, fields};
use bstr::ByteSlice;
use fastrand::Rng;
use plimsoll::go::time::{self, Duration, Location, Month, ParseError, Time};
use std::ffi::OsStr;

const ZONES: &[&str] = &[
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Monrovia",
    "America/Sao_Paulo",
    "Etc/GMT+5",
    "Africa/Casablanca",
    "Europe/Dublin",
    "Pacific/Apia",
    "Antarctica/Troll",
    "Asia/Tehran",
    "America/Nuuk",
    "EST5EDT",
    "Asia/Tokyo",
];
const ELEMENTS: &[&str] = &[
    "January",
    "Jan",
    "1",
    "01",
    "Monday",
    "Mon",
    "2",
    "_2",
    "02",
    "__2",
    "002",
    "15",
    "3",
    "03",
    "4",
    "04",
    "5",
    "05",
    "2006",
    "06",
    "PM",
    "pm",
    "MST",
    "Z0700",
    "Z070000",
    "Z07",
    "Z07:00",
    "Z07:00:00",
    "-0700",
    "-070000",
    "-07",
    "-07:00",
    "-07:00:00",
    ".000",
    ".999",
    ",000",
    ",9",
    ".0",
    ".000000000",
    ".999999999",
    ".00000000000",
    "05.000",
    "04:05",
    "2006-01-02",
    "_2006",
];
const BETWEEN: &[&str] = &[
    " ", "-", ":", "T", "  ", "/", "", "", "Janu", "Monx", "é", "\u{FFFD}", "x", "of ", "0", "\"", "\\", "\x7f", "_",
    ".",
];
const LAYOUTS: &[&str] = &[
    "2006-01-02T15:04:05Z07:00",
    "2006-01-02T15:04:05.999999999Z07:00",
    "Mon, 02 Jan 2006 15:04:05 MST",
    "02 Jan 06 15:04 -0700",
    "3:04PM",
    "Mon Jan _2 15:04:05 2006",
    "2006-01-02",
    "15:04:05",
    "01/02 03:04:05PM '06 -0700",
    "Jan _2 15:04:05.000",
    "2006-002",
    "2006 __2 MST",
    "20060102150405",
    "Monday, 02-Jan-06 15:04:05 MST",
    "2006-01-02 15:04:05.999999999 -0700 MST",
    "",
    "MST",
    "-07:00:00",
    "Z070000",
];

fn layout(rng: &mut Rng) -> Vec<u8> {
    if rng.bool() {
        let text = pick(rng, LAYOUTS).into();
        return damage(rng, text, 12);
    }
    let parts = rng.usize(1..8);
    let text: String = (0..parts).map(|_| format!("{}{}", pick(rng, ELEMENTS), pick(rng, BETWEEN))).collect();
    damage(rng, text.into_bytes(), 20)
}

fn seconds(rng: &mut Rng) -> i64 {
    match rng.u8(..10) {
        0 => rng.i64(..),
        1 => rng.i64(-100_000_000_000..300_000_000_000),
        2 => *rng
            .choice(&[
                0,
                -1,
                i64::MIN,
                i64::MAX,
                -62_135_596_800,
                -62_135_596_801,
                253_402_300_800,
                4_102_444_800,
                951_782_400,
            ])
            .unwrap(),
        // About the turn of a year, and where zones change.
        3 => rng.i64(1..200) * 31_556_952 + rng.i64(-200_000..200_000),
        4 => rng.i64(-3_000_000_000..0),
        _ => rng.i64(0..2_500_000_000),
    }
}

fn nanos(rng: &mut Rng) -> i64 {
    *rng.choice(&[0, 1, 120_000_000, 999_999_999, 100, 123_456_789, -1, 5_000_000_000, 10_000_000]).unwrap()
}

fn duration(rng: &mut Rng) -> i64 {
    match rng.u8(..6) {
        0 => rng.i64(..),
        1 => *rng
            .choice(&[0, 1, -1, i64::MIN, i64::MAX, 999, 1000, 999_999, 1_000_000, 60_000_000_000, -59_999_999_999])
            .unwrap(),
        2 => rng.i64(-1_000_000..1_000_000),
        3 => rng.i64(-100_000..100_000) * 1_000_000_000,
        4 => rng.i64(-100..100) * 30_000_000_000,
        _ => rng.i64(-4_000_000_000_000_000..4_000_000_000_000_000),
    }
}

fn describe(t: &Time) -> String {
    let (zone, offset) = t.zone();
    let (iso_year, iso_week) = t.iso_week();
    let date = t.date();
    let (hour, minute, second) = t.clock();
    let location = t.location().name().as_bstr();
    let month = Month(i64::from(date.month));
    let clock = format!("{hour}:{minute}:{second}.{} {} {}", t.nanosecond(), t.weekday(), t.year_day());
    let units = format!("{} {} {}", t.unix_millis(), t.unix_micros(), t.nanosecond());
    format!(
        "{t}|{}|{}|{location}|{} {offset} {}|{} {month} {} {clock}|{iso_year} {iso_week}|{units}|{}",
        t.unix_seconds(),
        t.unix_nanos(),
        zone.as_bstr(),
        t.is_dst(),
        date.year,
        date.day,
        t.is_zero()
    )
}

fn zone(name: &str) -> Location {
    Location::load(name.as_bytes(), &Location::utc()).expect("the zone database is installed")
}

struct Instant {
    seconds: i64,
    nanos: i64,
    zone: &'static str,
}

impl Instant {
    fn new(rng: &mut Rng) -> Instant {
        Instant { seconds: seconds(rng), nanos: nanos(rng), zone: pick(rng, ZONES) }
    }

    fn time(&self) -> Time {
        Time::unix(self.seconds, self.nanos, zone(self.zone))
    }

    fn fields(&self) -> Vec<u8> {
        fields(&[self.seconds.to_string(), self.nanos.to_string(), self.zone.to_string()])
    }

    fn show(&self) -> String {
        format!("{} s {} ns {}", self.seconds, self.nanos, self.zone)
    }
}

#[test]
fn instants() {
    let mut rng = Rng::with_seed(7);
    let cases: Vec<Instant> = (0..cases(10_000)).map(|_| Instant::new(&mut rng)).collect();
    compare("time.fields", &cases, Instant::fields, |c| Answer::Ok(describe(&c.time()).into_bytes()), Instant::show);
}

#[test]
fn zones() {
    let names: Vec<&str> =
        [ZONES, &["", "Local", "Nowhere", "../UTC", "/etc/localtime", "Europe", "europe/berlin", "\\x", "a..b", "é"]]
            .concat();
    let ours = |name: &&str| match Location::load(name.as_bytes(), &Location::utc()) {
        Some(_) => Answer::Ok(Vec::new()),
        None => Answer::Err(b"refused".to_vec()),
    };
    compare("time.load", &names, |n| n.as_bytes().to_vec(), ours, |n| n.to_string());
}

#[test]
fn local_zones() {
    let variables = [
        "",
        "UTC",
        "Europe/Berlin",
        ":America/New_York",
        "/usr/share/zoneinfo/Asia/Tokyo",
        "/etc/localtime",
        "Nowhere",
        "EST5EDT",
        ":",
        "Europe",
        ":/x",
        "/",
        "CET-1CEST",
    ];
    let payload = |tz: &&str| fields(&["1700000000", "5", tz]);
    let ours = |tz: &&str| {
        let local = Location::of_variable(Some(OsStr::new(tz)));
        Answer::Ok(describe(&Time::unix(1_700_000_000, 5, local)).into_bytes())
    };
    compare("time.local", &variables, payload, ours, |tz| tz.to_string());
}

#[test]
fn formats() {
    let mut rng = Rng::with_seed(8);
    let cases: Vec<_> = (0..cases(10_000)).map(|_| (Instant::new(&mut rng), layout(&mut rng))).collect();
    let payload = |(at, layout): &(Instant, Vec<u8>)| [at.fields(), fields(&[layout])].concat();
    let ours = |(at, layout): &(Instant, Vec<u8>)| Answer::Ok(at.time().format(layout));
    compare("time.format", &cases, payload, ours, |(at, layout)| format!("{} {:?}", at.show(), layout.as_bstr()));
}

#[test]
fn arithmetic() {
    let mut rng = Rng::with_seed(9);
    let small = |rng: &mut Rng| rng.i64(-50..50);
    let cases: Vec<_> = (0..cases(10_000))
        .map(|_| (Instant::new(&mut rng), duration(&mut rng), [small(&mut rng), small(&mut rng), small(&mut rng)]))
        .collect();
    let payload = |(at, d, [y, m, days]): &(Instant, i64, [i64; 3])| {
        [at.fields(), fields(&[d.to_string(), y.to_string(), m.to_string(), days.to_string()])].concat()
    };
    let ours = |(at, d, [y, m, days]): &(Instant, i64, [i64; 3])| {
        let (t, d) = (at.time(), Duration(*d));
        let moved = t.add_date(*y, *m, *days);
        let difference = format!("{} {}", moved.sub(&t), t.compare(&moved) as i8);
        let texts =
            [describe(&t.add(d)), describe(&moved), difference, describe(&t.truncate(d)), describe(&t.round(d))];
        Answer::Ok(fields(&texts))
    };
    compare("time.arithmetic", &cases, payload, ours, |(at, d, date)| format!("{} + {d} ns, {date:?}", at.show()));
}

fn parsed(result: Result<Time, ParseError>) -> Answer {
    match result {
        Ok(t) => Answer::Ok(describe(&t).into_bytes()),
        Err(e) => Answer::Err(e.to_string().into_bytes()),
    }
}

#[test]
fn parsing() {
    let mut rng = Rng::with_seed(10);
    let cases: Vec<_> = (0..cases(20_000))
        .map(|_| {
            let layout = layout(&mut rng);
            let at = Instant { seconds: rng.i64(-62_000_000_000..250_000_000_000), ..Instant::new(&mut rng) };
            let mut text = at.time().format(&layout);
            if rng.u8(..6) == 0 {
                let extra = pick(
                    &mut rng,
                    &[
                        "GMT+3", "CEST", "UTC", "+0130", "-24:60", "PDT", "WITA", "ChST", ".5", " ", "1", "é", "Z",
                        "EDT",
                    ],
                );
                let place = rng.usize(..=text.len());
                text.splice(place..place, extra.bytes());
            }
            (layout, damage(&mut rng, text, 4), pick(&mut rng, ZONES))
        })
        .collect();
    type Case = (Vec<u8>, Vec<u8>, &'static str);
    let show = |(layout, text, zone): &Case| format!("{:?} {:?} {zone}", layout.as_bstr(), text.as_bstr());
    let ours = |(layout, text, name): &Case| parsed(time::parse_in_location(layout, text, &zone(name)));
    compare("time.parse", &cases, |(l, t, z)| fields(&[&l[..], t, z.as_bytes()]), ours, show);
    let ours = |(layout, text, _): &Case| parsed(time::parse(layout, text, &Location::utc()));
    compare("time.parseutc", &cases, |(l, t, _)| fields(&[l, t]), ours, show);
}

#[test]
fn durations() {
    let mut rng = Rng::with_seed(11);
    let numbers = [
        "1",
        "0",
        "1.5",
        ".5",
        "1.",
        ".",
        "",
        "100",
        "9223372036854775807",
        "9223372036854775808",
        "0.000000001",
        "2562047",
        "1e3",
        "0.99999999999999999999",
        "9223372036",
        "153722867",
        "3.1415926535897932384626",
        "00",
        "18446744073709551616",
    ];
    let units = ["s", "m", "h", "ms", "us", "µs", "μs", "ns", "d", "", "S", " s", "é", "\"", "hh"];
    let texts: Vec<Vec<u8>> = (0..cases(10_000))
        .map(|_| {
            let sign = pick(&mut rng, &["", "", "-", "+", "--"]);
            let parts = [1, 1, 1, 2, 3, 0][rng.usize(..6)];
            let text: String =
                (0..parts).map(|_| format!("{}{}", pick(&mut rng, &numbers), pick(&mut rng, &units))).collect();
            damage(&mut rng, format!("{sign}{text}").into_bytes(), 12)
        })
        .collect();
    let ours = |text: &Vec<u8>| match Duration::parse(text) {
        Ok(d) => Answer::Ok(format!("{} {d}", d.0).into_bytes()),
        Err(e) => Answer::Err(e.into_bytes()),
    };
    compare("time.duration", &texts, |t| t.clone(), ours, |t| format!("{:?}", t.as_bstr()));

    let pairs: Vec<(i64, i64)> = (0..cases(10_000)).map(|_| (duration(&mut rng), duration(&mut rng))).collect();
    let ours = |&(d, m): &(i64, i64)| {
        let (d, m) = (Duration(d), Duration(m));
        let floats = [d.seconds(), d.minutes(), d.hours()].map(f64::to_bits);
        let [seconds, minutes, hours] = floats;
        let whole = format!("{} {}", d.milliseconds(), d.microseconds());
        let text = format!("{d} {} {} {} {seconds} {minutes} {hours} {whole}", d.round(m), d.truncate(m), d.abs());
        Answer::Ok(text.into_bytes())
    };
    compare("time.rounding", &pairs, |(d, m)| fields(&[d.to_string(), m.to_string()]), ours, |p| format!("{p:?}"));
}
