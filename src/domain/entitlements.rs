//! What this deployment may do (ai-seats.md 5): a setting, not a licence. Every feature is entitled unless the operator switches
//! it off; limits warn and never refuse.
//!
//! Requests ask what was worked out last ([`Entitlements::report`]), which costs nothing. It is worked out at the start, every ten
//! minutes, when the operator says so, and when somebody looks at it; the numbers of users come from memory while no user changed.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Mutex;

use super::connections::Loggers;
use super::ctx::{Backend, Ctx};
use super::error::Error;
use crate::model::feature::Feature;
use crate::rbac::{Allowed, Object, Resource, Subject, act};
use crate::store::Store;

/// How the operator has narrowed what the deployment may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// What is switched off.
    pub disabled: BTreeSet<Feature>,
    /// How many active users are wanted at most; none for any number.
    pub user_limit: Option<u32>,
    /// How many users of AI features are wanted at most; none for any number.
    pub ai_governance_user_limit: Option<u32>,
}

type Read = dyn Fn() -> Result<Rules, String> + Send + Sync;

/// Where the rules are read, now and again.
#[derive(Clone)]
pub struct Source(Arc<Read>);

impl Source {
    /// From whatever this function reads. It may wait for a file.
    pub fn new(read: impl Fn() -> Result<Rules, String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// The rules as they are now, read where waiting holds up nobody.
    async fn read(&self) -> Result<Rules, String> {
        let read = self.0.clone();
        tokio::task::spawn_blocking(move || read()).await.map_err(|error| error.to_string())?
    }
}

impl Default for Source {
    /// Nothing is narrowed.
    fn default() -> Self {
        Self::new(|| Ok(Rules::default()))
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Source")
    }
}

/// How many there are of what is limited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Active users.
    pub users: u64,
    /// Active users who have used AI features.
    pub seats: u64,
}

/// How one feature stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Whether the deployment may have it.
    pub entitled: bool,
    /// Whether the deployment has it.
    pub enabled: bool,
    /// How many are wanted at most.
    pub limit: Option<u32>,
    /// How many there are.
    pub actual: Option<u64>,
}

/// What was worked out last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    rules: Rules,
    unset: BTreeSet<Feature>,
    counts: Counts,
    /// What administrators should look at.
    pub warnings: Vec<String>,
    /// What is wrong.
    pub errors: Vec<String>,
    /// When that was.
    pub refreshed_at: DateTime<Utc>,
}

impl Report {
    fn new(rules: Rules, unset: BTreeSet<Feature>, counts: Counts, now: DateTime<Utc>) -> Self {
        let mut warnings: Vec<String> = user_warning(&rules, counts).into_iter().collect();
        warnings.extend(seat_warning(&rules, counts));
        let errors = seat_error(&rules, counts).into_iter().collect();
        Self { rules, unset, counts, warnings, errors, refreshed_at: now }
    }

    /// How a feature stands. One that is not entitled is never enabled.
    pub fn standing(&self, feature: Feature) -> Standing {
        let entitled = !self.rules.disabled.contains(&feature);
        let (limit, actual) = match feature {
            Feature::UserLimit => (self.rules.user_limit, Some(self.counts.users)),
            Feature::AiGovernanceUserLimit => (self.rules.ai_governance_user_limit, Some(self.counts.seats)),
            _ => (None, None),
        };
        let limit = limit.filter(|_| entitled);
        Standing { entitled, enabled: self.is_enabled(feature), limit, actual }
    }

    /// Whether the deployment has a feature: it is built, nobody switched it off, and no setting that it needs is missing.
    fn is_enabled(&self, feature: Feature) -> bool {
        feature.is_built() && !self.unset.contains(&feature) && !self.rules.disabled.contains(&feature)
    }
}

fn limit_of(rules: &Rules, feature: Feature) -> Option<u64> {
    let limit = match feature {
        Feature::UserLimit => rules.user_limit,
        _ => rules.ai_governance_user_limit,
    };
    limit.filter(|_| !rules.disabled.contains(&feature)).map(u64::from)
}

fn user_warning(rules: &Rules, counts: Counts) -> Option<String> {
    let (limit, actual) = (limit_of(rules, Feature::UserLimit)?, counts.users);
    let text = || format!("Your deployment has {actual} active users but is only licensed for {limit}.");
    (actual > limit).then(text)
}

/// From nine tenths of the limit on.
fn seat_warning(rules: &Rules, counts: Counts) -> Option<String> {
    let (limit, actual) = (limit_of(rules, Feature::AiGovernanceUserLimit)?, counts.seats);
    if actual == 0 || actual * 10 < limit * 9 {
        return None;
    }
    if actual > limit {
        let over = actual - limit;
        return Some(format!(
            "Your organization is using {actual} of {limit} AI Governance add-on seats ({over} over the limit)."
        ));
    }
    let percent = actual * 100 / limit;
    Some(format!("You have used {percent}% of your AI Governance add-on seats."))
}

fn seat_error(rules: &Rules, counts: Counts) -> Option<String> {
    let actual = counts.seats;
    let wrong = actual > 0 && rules.disabled.contains(&Feature::AiGovernanceUserLimit);
    wrong.then(|| {
        format!(
            "Your deployment has {actual} active AI Governance seats but the license is not entitled to this feature."
        )
    })
}

/// What the deployment may do, kept for all who ask.
pub struct Entitlements {
    source: Source,
    report: RwLock<Arc<Report>>,
    /// When somebody last had it worked out by request. Held while it is worked out, so that of two reports the later one stays.
    forced: Mutex<Option<DateTime<Utc>>>,
}

impl fmt::Debug for Entitlements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entitlements").field("report", &self.report()).finish_non_exhaustive()
    }
}

/// How often it may be worked out by request.
const BETWEEN_FORCED: TimeDelta = TimeDelta::minutes(1);

/// How long those who look wait for their turn.
const PATIENCE: Duration = Duration::from_secs(1);

impl Entitlements {
    /// As the rules and the users are at the start. Rules that cannot be read narrow nothing, which the log says. Features
    /// that are `unset` lack a setting, and stay off however the rules change.
    pub async fn start(source: Source, unset: BTreeSet<Feature>, store: &Store, now: DateTime<Utc>) -> Self {
        let rules = match source.read().await {
            Ok(rules) => rules,
            Err(why) => {
                tracing::warn!(why, "the entitlements cannot be read; nothing is switched off");
                Rules::default()
            }
        };
        let counts = count(store, Counts::default()).await;
        let report = RwLock::new(Arc::new(Report::new(rules, unset, counts, now)));
        Self { source, report, forced: Mutex::new(None) }
    }

    /// What was worked out last.
    pub fn report(&self) -> Arc<Report> {
        self.report.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the deployment has a feature.
    pub fn is_enabled(&self, feature: Feature) -> bool {
        self.report.read().unwrap_or_else(PoisonError::into_inner).is_enabled(feature)
    }

    /// Reads the rules again and counts the users. Rules that cannot be read now stay as they were.
    async fn refresh(&self, backend: &Backend) {
        let rules = self.source.read().await.unwrap_or_else(|why| {
            tracing::warn!(why, "the entitlements cannot be read now and stay as they were");
            self.report().rules.clone()
        });
        self.work_out(backend, rules).await;
    }

    async fn work_out(&self, backend: &Backend, rules: Rules) {
        let before = self.report();
        let counts = count(&backend.store, before.counts).await;
        let report = Arc::new(Report::new(rules, before.unset.clone(), counts, backend.now()));
        *self.report.write().unwrap_or_else(PoisonError::into_inner) = report;
        self.switch(&backend.store, &backend.connections);
    }

    /// Tells those who write the logs whether the deployment keeps them.
    pub fn switch(&self, store: &Store, connections: &Loggers) {
        store.set_audited(self.is_enabled(Feature::AuditLog));
        connections.set_kept(self.is_enabled(Feature::ConnectionLog));
    }
}

/// What cannot be counted now stays as it was: nothing is refused for it, and nobody who looks is told of a fault.
async fn count(store: &Store, before: Counts) -> Counts {
    match store.count_active().await {
        Ok((users, Ok(seats))) => Counts { users, seats },
        Ok((users, Err(error))) => {
            tracing::warn!(%error, "the AI seats cannot be counted");
            Counts { users, ..before }
        }
        Err(error) => {
            tracing::warn!(%error, "the active users cannot be counted");
            before
        }
    }
}

/// What the deployment may do, with the numbers of this moment.
pub async fn get(backend: &Backend) -> Arc<Report> {
    let entitlements = &backend.entitlements;
    // While the database keeps one waiting, the others are answered what is known.
    if let Ok(_one_at_a_time) = tokio::time::timeout(PATIENCE, entitlements.forced.lock()).await {
        let rules = entitlements.report().rules.clone();
        entitlements.work_out(backend, rules).await;
    }
    entitlements.report()
}

/// Reads the rules again, as the operator asks or now and then.
pub async fn refresh(backend: &Backend) {
    let _one_at_a_time = backend.entitlements.forced.lock().await;
    backend.entitlements.refresh(backend).await;
}

/// The same by request, once a minute at most; else how many seconds are left until then.
///
/// # Errors
/// 403 for a caller who may not change licences.
pub async fn force(ctx: &Ctx) -> Result<Result<(), i64>, Error> {
    may_license::<act::Create>(ctx)?;
    let (backend, now) = (ctx.backend(), ctx.backend().now());
    let mut forced = backend.entitlements.forced.lock().await;
    let next = forced.map(|last| last + BETWEEN_FORCED).filter(|next| *next > now);
    if let Some(next) = next {
        let left = next - now;
        return Ok(Err(left.num_seconds() + i64::from(left.subsec_nanos() > 0)));
    }
    backend.entitlements.refresh(backend).await;
    *forced = Some(now);
    Ok(Ok(()))
}

/// Whether the caller may do this to licences.
///
/// # Errors
/// 403.
pub fn may_license<V: crate::rbac::Verb>(ctx: &Ctx) -> Result<Allowed<Object, V>, Error> {
    ctx.subject.may(Object::of(Resource::License)).map_err(|_| Error::forbidden())
}

/// What somebody should be warned of who looks after the deployment; nothing for everybody else.
pub fn warnings_for(backend: &Backend, subject: impl FnOnce() -> Option<Subject>) -> Option<Arc<Report>> {
    let report = backend.entitlements.report();
    if report.warnings.is_empty() {
        return None;
    }
    let config = Object::of(Resource::DeploymentConfig);
    let may: Result<Allowed<Object>, _> = subject()?.may(config);
    may.is_ok().then_some(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(rules: Rules, users: u64, seats: u64) -> Report {
        Report::new(rules, BTreeSet::new(), Counts { users, seats }, DateTime::UNIX_EPOCH)
    }

    fn seats(limit: u32) -> Rules {
        Rules { ai_governance_user_limit: Some(limit), ..Rules::default() }
    }

    #[test]
    fn seats_are_warned_of_from_nine_tenths_on() {
        let used = |percent: u64| format!("You have used {percent}% of your AI Governance add-on seats.");
        let over = |actual: u64, limit: u64| {
            let over = actual - limit;
            format!(
                "Your organization is using {actual} of {limit} AI Governance add-on seats ({over} over the limit)."
            )
        };
        let table = [
            (100, 0, None),
            (100, 89, None),
            (100, 90, Some(used(90))),
            (100, 100, Some(used(100))),
            (100, 110, Some(over(110, 100))),
            (101, 106, Some(over(106, 101))),
            (1000, 1001, Some(over(1001, 1000))),
            (1000, 999, Some(used(99))),
        ];
        for (limit, actual, wanted) in table {
            let told = report(seats(limit), 0, actual);
            assert_eq!(told.warnings, Vec::from_iter(wanted), "{actual} of {limit}");
            assert!(told.errors.is_empty());
        }
    }

    #[test]
    fn without_limits_nothing_is_warned_of() {
        let told = report(Rules::default(), 1_000_000, 1_000_000);
        assert!(told.warnings.is_empty() && told.errors.is_empty());
    }

    #[test]
    fn a_feature_that_lacks_a_setting_is_entitled_and_off() {
        let unset = BTreeSet::from([Feature::Scim]);
        let without = Report::new(Rules::default(), unset, Counts::default(), DateTime::UNIX_EPOCH);
        let of = |report: &Report| {
            let Standing { entitled, enabled, .. } = report.standing(Feature::Scim);
            (entitled, enabled)
        };
        assert_eq!(of(&without), (true, false));
        assert_eq!(of(&report(Rules::default(), 0, 0)), (true, true));
        let rules = Rules { disabled: BTreeSet::from([Feature::Scim]), ..Rules::default() };
        assert_eq!(of(&report(rules, 0, 0)), (false, false));
    }

    #[test]
    fn users_are_warned_of_above_their_limit() {
        let rules = Rules { user_limit: Some(2), ..Rules::default() };
        assert!(report(rules.clone(), 2, 0).warnings.is_empty());
        let text = "Your deployment has 3 active users but is only licensed for 2.";
        assert_eq!(report(rules, 3, 0).warnings, [text]);
    }

    #[test]
    fn seats_of_a_feature_that_is_switched_off_are_an_error() {
        let disabled = BTreeSet::from([Feature::AiGovernanceUserLimit]);
        let rules = Rules { disabled, ..seats(1) };
        let text = "Your deployment has 5 active AI Governance seats but the license is not entitled to this feature.";
        let told = report(rules.clone(), 0, 5);
        assert_eq!((told.errors.as_slice(), told.warnings.len()), (&[text.to_owned()][..], 0));
        let off = Standing { entitled: false, enabled: false, limit: None, actual: Some(5) };
        assert_eq!(told.standing(Feature::AiGovernanceUserLimit), off);
        assert!(report(rules, 0, 0).errors.is_empty());
    }
}
