//! How the deployment is used: how many users had each status, day by day (neighbours.md 1).

use std::collections::BTreeMap;

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::ctx::Ctx;
use super::error::Error;
use crate::model::user::UserStatus;
use crate::rbac::{Allowed, Object, Resource};
use crate::store::status_counts::{self, Moves};

/// How many days are told of besides today.
const DAYS: u64 = 60;

/// Whose days are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// Those of a place.
    Named(Tz),
    /// Those of a fixed distance from UTC.
    Fixed(FixedOffset),
}

impl Default for Zone {
    fn default() -> Self {
        Self::Named(Tz::UTC)
    }
}

impl Zone {
    /// The zone of an IANA name.
    pub fn named(name: &str) -> Option<Self> {
        name.parse().ok().map(Self::Named)
    }

    /// The zone that many hours east of UTC, as far as there are such.
    pub fn hours(hours: i32) -> Option<Self> {
        let hours = Some(hours).filter(|hours| (-12..=14).contains(hours))?;
        FixedOffset::east_opt(hours * 3600).map(Self::Fixed)
    }

    fn date(self, time: DateTime<Utc>) -> NaiveDate {
        match self {
            Self::Named(zone) => time.with_timezone(&zone).date_naive(),
            Self::Fixed(zone) => time.with_timezone(&zone).date_naive(),
        }
    }

    fn beginning(self, date: NaiveDate) -> DateTime<Utc> {
        match self {
            Self::Named(zone) => beginning(&zone, date),
            Self::Fixed(zone) => beginning(&zone, date),
        }
    }
}

/// The first moment of a day. Where clocks are put forward at midnight that is an hour later.
fn beginning<Z: TimeZone>(zone: &Z, date: NaiveDate) -> DateTime<Utc> {
    let midnight = date.and_time(NaiveTime::MIN);
    let first = (0..=4).find_map(|half_hours| {
        zone.from_local_datetime(&(midnight + TimeDelta::minutes(30 * half_hours))).earliest()
    });
    first.map_or_else(|| midnight.and_utc(), |first| first.to_utc())
}

/// A day, with how many users had each status when it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// When it began.
    pub began_at: DateTime<Utc>,
    counts: BTreeMap<UserStatus, i64>,
}

impl Day {
    /// How many users had this status.
    pub fn count(&self, status: UserStatus) -> i64 {
        self.counts.get(&status).copied().unwrap_or_default()
    }
}

/// Whether the caller may see how the deployment is used.
///
/// # Errors
/// 403.
pub fn may_read(ctx: &Ctx) -> Result<Allowed<Object>, Error> {
    ctx.subject.may(Object::of(Resource::DeploymentStats)).map_err(|_| Error::forbidden())
}

/// The last sixty days and today, the oldest first. Today ends now.
///
/// # Errors
/// When the database does not answer.
pub async fn status_counts(ctx: &Ctx, may: &Allowed<Object>, zone: Zone) -> Result<Vec<Day>, Error> {
    let today = zone.date(ctx.backend().now());
    let dates = (0..=DAYS).rev().filter_map(|ago| today.checked_sub_days(Days::new(ago)));
    let beginnings: Vec<_> = dates.map(|date| zone.beginning(date)).collect();
    let now = status_counts::select_now(ctx.store(), may).await?;
    let moves = status_counts::select_moves(ctx.store(), may, &beginnings).await?;
    Ok(backwards(&beginnings, now, &moves))
}

/// From what is now, day by day without what happened in the day after.
fn backwards(
    beginnings: &[DateTime<Utc>],
    mut counts: BTreeMap<UserStatus, i64>,
    moves: &[Moves],
) -> Vec<Day> {
    let mut days = Vec::with_capacity(beginnings.len());
    for (number, began_at) in beginnings.iter().enumerate().rev() {
        days.push(Day { began_at: *began_at, counts: counts.clone() });
        for Moves { from, to, many, .. } in moves.iter().filter(|moved| moved.day == number) {
            if let Some(to) = to {
                *counts.entry(*to).or_default() -= many;
            }
            if let Some(from) = from {
                *counts.entry(*from).or_default() += many;
            }
        }
    }
    days.reverse();
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn days_begin_where_the_zone_has_them() {
        let table = [
            (Zone::hours(0), "2026-05-20", "2026-05-20T00:00:00Z"),
            (Zone::hours(-2), "2026-05-20", "2026-05-20T02:00:00Z"),
            (Zone::named("America/St_Johns"), "2026-05-20", "2026-05-20T02:30:00Z"),
            (Zone::named("America/St_Johns"), "2026-01-20", "2026-01-20T03:30:00Z"),
            // At midnight the clocks of Santiago went forward.
            (Zone::named("America/Santiago"), "2024-09-08", "2024-09-08T04:00:00Z"),
        ];
        for (zone, date, wanted) in table {
            assert_eq!(zone.unwrap().beginning(date.parse().unwrap()), at(wanted), "{zone:?} {date}");
        }
        assert_eq!(Zone::named("Europe/Nowhere"), None);
        assert!(Zone::hours(15).is_none() && Zone::hours(-13).is_none());
    }

    #[test]
    fn what_happened_is_taken_back_day_by_day() {
        use UserStatus::{Active, Suspended};
        let beginnings = [at("2026-05-18T00:00:00Z"), at("2026-05-19T00:00:00Z"), at("2026-05-20T00:00:00Z")];
        let moves = [
            Moves { day: 1, from: None, to: Some(Active), many: 2 },
            Moves { day: 2, from: Some(Active), to: Some(Suspended), many: 1 },
            Moves { day: 2, from: Some(Active), to: None, many: 1 },
        ];
        let days = backwards(&beginnings, BTreeMap::from([(Active, 1), (Suspended, 1)]), &moves);
        let told: Vec<_> = days.iter().map(|day| (day.count(Active), day.count(Suspended))).collect();
        assert_eq!(told, [(1, 0), (3, 0), (1, 1)]);
    }
}
