//! How much one caller may ask of one path in a minute (auth.md 3).
//!
//! A table of a fixed size counts, so that no number of addresses and paths makes it grow: a counter lives in one of a few places of
//! one bucket, and a new one takes that of the oldest or, when all are in use, of the one that has counted least. Requests of
//! different buckets never wait for each other.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

use crate::domain::RateLimits;
use crate::model::ids::UserId;

/// The operations at which passwords and codes can be guessed, by id: these have the narrower limit too.
pub const LOGIN_GROUP: &[&str] = &[
    "callback-of-another-openid-provider",
    "change-password-with-a-one-time-passcode",
    "convert-user-from-password-to-oauth-authentication",
    "get-github-device-auth",
    "log-in-user",
    "oauth-20-github-callback",
    "openid-connect-callback",
    "request-one-time-passcode",
    "update-user-password",
    "validate-user-password",
];

const BUCKETS: usize = 8192;
const PLACES: usize = 8;
/// A minute, in microseconds.
const WINDOW: i64 = 60_000_000;
const SECOND: i64 = 1_000_000;

/// Which limit is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// That of every path.
    Api,
    /// That of [`LOGIN_GROUP`].
    Login,
}

/// Who is counted: whoever the key belongs to, else whoever the connection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The owner of a good key.
    User(UserId),
    /// An address; of IPv6 the network, as everybody has as many addresses of it as they like.
    Address(IpAddr),
    /// Somebody without an address.
    Nobody,
}

/// What somebody is told who asked too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// Requests in a minute.
    pub limit: u32,
    /// When the minute that is counted ends, in seconds since 1970.
    pub reset: i64,
    /// After how many seconds the next request passes.
    pub retry_after: i64,
}

/// The counters of this process.
pub struct Limits {
    api: Option<Table>,
    login: Option<Table>,
    hash: RandomState,
}

impl Limits {
    /// Nothing counted yet.
    pub fn new(limits: RateLimits) -> Self {
        Self { api: Table::new(limits.api), login: Table::new(limits.login), hash: RandomState::new() }
    }

    /// Whether there is a limit at all.
    pub const fn has(&self, group: Group) -> bool {
        self.table(group).is_some()
    }

    const fn table(&self, group: Group) -> Option<&Table> {
        match group {
            Group::Api => self.api.as_ref(),
            Group::Login => self.login.as_ref(),
        }
    }

    /// Counts a request at `now`, in microseconds, unless it is one too many.
    ///
    /// # Errors
    /// When it is; it is not counted then.
    pub fn count(&self, group: Group, who: Who, path: &str, now: i64) -> Result<(), Refused> {
        let Some(table) = self.table(group) else { return Ok(()) };
        table.count(self.key(who, path), now)
    }

    fn key(&self, who: Who, path: &str) -> u64 {
        let mut hasher = self.hash.build_hasher();
        match who {
            Who::User(id) => hasher.write(id.0.as_bytes()),
            Who::Address(IpAddr::V4(ip)) => hasher.write(&ip.octets()),
            Who::Address(IpAddr::V6(ip)) => hasher.write(&ip.octets()[..8]),
            Who::Nobody => hasher.write_u8(0),
        }
        // The lengths above differ, and this keeps them apart from what follows.
        hasher.write_u8(0xFF);
        path.split('/').for_each(|segment| write_segment(&mut hasher, segment));
        hasher.finish()
    }
}

/// A part of a path however it is spelled: in whichever case, with whatever is escaped, a UUID in any of its forms.
fn write_segment(hasher: &mut impl Hasher, segment: &str) {
    if segment.contains('%') {
        let decoded: Vec<u8> = decoded(segment);
        match std::str::from_utf8(&decoded) {
            Ok(text) => write_text(hasher, text),
            Err(_) => hasher.write(&decoded),
        }
    } else {
        write_text(hasher, segment);
    }
    hasher.write_u8(0xFF);
}

fn write_text(hasher: &mut impl Hasher, text: &str) {
    // The shortest form of a UUID has 32 digits.
    if let Some(id) = Some(text).filter(|text| text.len() >= 32).and_then(|text| Uuid::try_parse(text).ok()) {
        return hasher.write(id.as_bytes());
    }
    let mut lower = [0; 64];
    for piece in text.as_bytes().chunks(lower.len()) {
        let lower = &mut lower[..piece.len()];
        lower.copy_from_slice(piece);
        lower.make_ascii_lowercase();
        hasher.write(lower);
    }
}

fn decoded(segment: &str) -> Vec<u8> {
    let bytes = segment.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digits = segment.get(at + 1..at + 3).filter(|_| byte == b'%');
        let escaped = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        out.push(escaped.unwrap_or(byte));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    out
}

struct Table {
    limit: u32,
    buckets: Box<[Mutex<[Counter; PLACES]>]>,
}

impl Table {
    fn new(limit: i64) -> Option<Self> {
        let limit = u32::try_from(limit.clamp(0, i64::from(u32::MAX))).ok().filter(|limit| *limit > 0)?;
        let buckets = (0..BUCKETS).map(|_| Mutex::new([Counter::default(); PLACES])).collect();
        Some(Self { limit, buckets })
    }

    fn count(&self, key: u64, now: i64) -> Result<(), Refused> {
        let bucket = &self.buckets[key as usize % BUCKETS];
        let mut places = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let known = places.iter().position(|counter| counter.key == key);
        let place = known.unwrap_or_else(|| least(&places, now));
        let counter = &mut places[place];
        if known.is_none() {
            *counter = Counter { key, begun: now, ..Counter::default() };
        }
        counter.count(self.limit, now)
    }
}

/// The place that matters least: one that has ended, else the one that has counted least.
fn least(places: &[Counter; PLACES], now: i64) -> usize {
    let weight = |counter: &Counter| if counter.ended(now) { 0 } else { 1 + counter.used(now) };
    (0..PLACES).min_by_key(|place| weight(&places[*place])).unwrap_or(0)
}

/// A minute that slides: it begins with a first request, and of the minute before it counts what is still within the last sixty
/// seconds, as if that had been spread evenly.
#[derive(Debug, Clone, Copy, Default)]
struct Counter {
    key: u64,
    begun: i64,
    current: u32,
    before: u32,
}

impl Counter {
    const fn ended(&self, now: i64) -> bool {
        now - self.begun >= 2 * WINDOW
    }

    fn count(&mut self, limit: u32, now: i64) -> Result<(), Refused> {
        if self.ended(now) {
            *self = Self { key: self.key, begun: now, ..Self::default() };
        } else if now - self.begun >= WINDOW {
            *self = Self { begun: self.begun + WINDOW, before: self.current, current: 0, ..*self };
        }
        if self.used(now) >= u64::from(limit) {
            return Err(self.refused(limit, now));
        }
        self.current += 1;
        Ok(())
    }

    /// What is left of this minute. A clock that was set back is taken to stand still.
    fn rest(&self, now: i64) -> i64 {
        (self.begun + WINDOW - now).clamp(0, WINDOW)
    }

    fn used(&self, now: i64) -> u64 {
        let before = u64::from(self.before) * self.rest(now).unsigned_abs();
        u64::from(self.current) + before.div_ceil(WINDOW.unsigned_abs())
    }

    fn refused(&self, limit: u32, now: i64) -> Refused {
        let rest = self.rest(now);
        // How much of a full minute may be left for one more request to pass.
        let passable = |room: u32, counted: u32| i64::from(room) * WINDOW / i64::from(counted.max(1));
        let wait = match (limit - 1).checked_sub(self.current) {
            Some(room) => rest - passable(room, self.before),
            None => rest + WINDOW - passable(limit - 1, self.current),
        };
        let seconds = |micros: i64| (micros + SECOND - 1) / SECOND;
        Refused { limit, reset: seconds(self.begun + WINDOW), retry_after: seconds(wait).max(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_700_000_000 * SECOND;
    const IP: Who = Who::Address(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST));

    fn limits(login: i64) -> Limits {
        Limits::new(RateLimits { api: 0, login })
    }

    fn passed(limits: &Limits, path: &str, now: i64, tries: usize) -> usize {
        (0..tries).filter(|_| limits.count(Group::Login, IP, path, now).is_ok()).count()
    }

    #[test]
    fn within_a_minute_of_the_first_none_comes_back() {
        let limits = limits(60);
        assert_eq!((0..60).map(|n| passed(&limits, "/x", START + n * 900_000, 1)).sum::<usize>(), 60);
        assert_eq!(passed(&limits, "/x", START + 59 * SECOND, 100), 0);
    }

    #[test]
    fn after_it_they_come_back_one_by_one() {
        let limits = limits(60);
        assert_eq!(passed(&limits, "/x", START, 100), 60);
        assert_eq!(passed(&limits, "/x", START + 60 * SECOND, 100), 0);
        assert_eq!(passed(&limits, "/x", START + 61 * SECOND, 100), 1);
        assert_eq!(passed(&limits, "/x", START + 90 * SECOND, 100), 29);
        assert_eq!(passed(&limits, "/x", START + 300 * SECOND, 100), 60);
    }

    #[test]
    fn the_told_wait_is_as_long_as_needed_and_no_longer() {
        for (limit, before, later) in
            [(60, 60, 0), (60, 60, 30), (60, 1, 0), (3, 2, 70), (1, 1, 5), (7, 7, 61)]
        {
            let limits = limits(limit);
            passed(&limits, "/x", START, before);
            let now = START + later * SECOND;
            passed(&limits, "/x", now, 100);
            let wait = limits.count(Group::Login, IP, "/x", now).unwrap_err().retry_after;
            let case = format!("{limit} {before} {later}: {wait}");
            assert_eq!(passed(&limits, "/x", now + (wait - 1) * SECOND, 1), 0, "{case}");
            assert_eq!(passed(&limits, "/x", now + wait * SECOND, 1), 1, "{case}");
        }
    }

    #[test]
    fn a_clock_that_is_set_back_gives_nothing_and_takes_nothing() {
        let limits = limits(2);
        assert_eq!(passed(&limits, "/x", START, 1), 1);
        assert_eq!(passed(&limits, "/x", START - 500 * SECOND, 5), 1);
    }

    #[test]
    fn spellings_of_one_path_are_one() {
        let id = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
        let simple = id.replace('-', "");
        let same = [id.to_uppercase(), simple, format!("urn:uuid:{id}"), format!("%7B{id}%7D")];
        let limits = limits(1);
        for path in ["/users/me/x".to_owned(), format!("/users/{id}/x")] {
            assert_eq!(passed(&limits, &path, START, 2), 1);
        }
        for name in ["ME", "%6de", "M%45"].map(str::to_owned).into_iter().chain(same) {
            assert_eq!(passed(&limits, &format!("/users/{name}/x"), START, 1), 0, "{name}");
        }
        for other in ["/users/mea/x", "/users/m/ex", "/users/me", "/users/%FF/x", "/users/%/x", "/users/%4/x"]
        {
            assert_eq!(passed(&limits, other, START, 1), 1, "{other}");
        }
    }

    #[test]
    fn addresses_of_one_network_are_one_caller() {
        let limits = limits(1);
        let from =
            |ip: &str| limits.count(Group::Login, Who::Address(ip.parse().unwrap()), "/x", START).is_ok();
        assert!(from("2001:db8::1") && !from("2001:db8::2") && from("2001:db8:0:1::1"));
        assert!(from("192.0.2.1") && from("192.0.2.2") && !from("192.0.2.1"));
    }

    #[test]
    fn no_number_of_paths_makes_it_forget_who_asked_much() {
        let limits = limits(60);
        assert_eq!(passed(&limits, "/x", START, 100), 60);
        for n in 0..5 * BUCKETS * PLACES {
            passed(&limits, &format!("/{n}"), START, 1);
        }
        assert_eq!(passed(&limits, "/x", START, 100), 0);
        let table = limits.login.as_ref().unwrap();
        assert_eq!(std::mem::size_of_val(&*table.buckets) / 1024, 1600);
    }
}
