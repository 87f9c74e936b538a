//! Who asks: keys shown with requests, and logging in and out.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::ctx::{Backend, Ctx, Visitor};
use super::error::{Error, Kind};
use super::keys::{Plan, new_key};
use super::validate::Fields;
use super::{activity, audit, provider_session};
use crate::model::ids::{Secret, UserId};
use crate::model::key::{ApiKey, PresentedKey};
use crate::model::user::{LoginType, User, UserStatus};
use crate::rbac::{Allowed, NewKey, Subject, Switches, act, holds_owner, system};
use crate::store::credentials::{self, Credentials};
use crate::store::{self, CachedKey, CachedPerson, keys, users};

const SIGNED_OUT: &str = "You are signed out or your session has expired. Please sign in again to continue.";
const FAULT: &str = "An internal error occurred. Please try again or contact the system administrator.";
const NO_TOKEN: &str = "Cookie \"coder_session_token\" or query parameter must be provided.";

pub(super) fn signed_out(detail: impl Into<String>) -> Error {
    Error::new(Kind::Unauthenticated, SIGNED_OUT).detail(detail)
}

/// A good key and its owner, who may be asleep or suspended: whether that matters, the operation decides.
#[derive(Debug, Clone)]
pub struct Known {
    key: Arc<CachedKey>,
    owner: Arc<CachedPerson>,
}

impl Known {
    /// Whose key it is.
    pub fn user(&self) -> UserId {
        self.key.key.user
    }

    /// The key itself.
    pub(super) fn key(&self) -> &ApiKey {
        &self.key.key
    }

    /// Whether the owner of the key is an owner of the deployment; none for the suspended, who are nobody.
    pub fn is_owner(&self) -> Option<bool> {
        let user = &self.owner.person.user;
        let counts = user.status != UserStatus::Suspended;
        counts.then(|| holds_owner(user))
    }

    /// What the owner of the key may do with it; none for the suspended, who are nobody.
    pub fn subject(&self, switches: Switches) -> Option<Subject> {
        let counts = self.owner.person.user.status != UserStatus::Suspended;
        counts.then(|| Subject::new(self.user(), self.owner.roles(switches), self.key.scope.clone()))
    }
}

/// Whose key this is: what every request passes, whatever it asks for (auth.md 2.2, steps 1 to 12). The checks come in the
/// contract's order; that the key was used is noted only when all pass and the owner is active.
///
/// # Errors
/// 401 for no key, a malformed, unknown, wrong or expired one.
pub async fn recognize(visitor: &Visitor, shown: Option<&str>) -> Result<Known, Error> {
    check(visitor, shown).await.map_err(|error| error.fault_reads(FAULT))
}

async fn check(visitor: &Visitor, shown: Option<&str>) -> Result<Known, Error> {
    let shown = shown.ok_or_else(|| signed_out(NO_TOKEN))?;
    let shown =
        PresentedKey::parse(shown).map_err(|why| signed_out(format!("Invalid API key format: {why}")))?;
    let store = &visitor.backend.store;
    let key = store.key(&shown.id).await?.ok_or_else(|| signed_out("API key is invalid."))?;
    check_key(visitor, &key, &shown.secret)?;
    let owner = store.person(key.key.user).await?.filter(|owner| !owner.person.user.deleted);
    let owner = owner.ok_or_else(|| signed_out("API key is invalid."))?;
    provider_session::check(visitor, &key.key, &owner.person.user).await?;
    if owner.person.user.status == UserStatus::Active {
        activity::note(visitor, &key, &owner);
    }
    Ok(Known { key, owner })
}

/// Lets in who was recognized, where a session is needed (auth.md 2.2, steps 13 to 15): wakes the dormant.
///
/// # Errors
/// 401 for an owner who is suspended.
pub async fn admit(visitor: Visitor, known: Known) -> Result<Ctx, Error> {
    let Known { key, owner } = known;
    let slept = owner.person.user.status == UserStatus::Dormant;
    let person = active(&visitor, owner).await.map_err(|error| error.fault_reads(FAULT))?;
    if slept {
        activity::note(&visitor, &key, &person);
    }
    let roles = person.roles(visitor.backend.settings.switches);
    let subject = Subject::new(key.key.user, roles, key.scope.clone());
    Ok(Ctx { visitor, subject, person, key })
}

fn check_key(visitor: &Visitor, key: &CachedKey, secret: &Secret) -> Result<(), Error> {
    let same: bool = hash_secret(secret).ct_eq(&key.key.hashed_secret).into();
    if !same {
        return Err(signed_out("API key secret is invalid."));
    }
    let end = key.last_use().expires_at;
    if end < visitor.backend.now() {
        return Err(ended(end));
    }
    Ok(())
}

pub(super) fn ended(end: DateTime<Utc>) -> Error {
    signed_out(format!("API key expired at \"{}\".", spoken(end)))
}

/// A time as the contract spells it in sentences: `2026-05-20 00:09:09.123 +0000 UTC`.
pub(super) fn spoken(time: DateTime<Utc>) -> String {
    let text = time.format("%Y-%m-%d %H:%M:%S%.6f").to_string();
    format!("{} +0000 UTC", text.trim_end_matches('0').trim_end_matches('.'))
}

/// The secret of a key is random, so that a plain fast hash keeps it.
pub(super) fn hash_secret(secret: &Secret) -> [u8; 32] {
    Sha256::digest(secret.expose().as_bytes()).into()
}

/// The person, woken when dormant; suspended ones are refused.
async fn active(visitor: &Visitor, person: Arc<CachedPerson>) -> Result<Arc<CachedPerson>, Error> {
    let user = &person.person.user;
    match user.status {
        UserStatus::Active => Ok(person),
        UserStatus::Dormant => wake(visitor, user).await,
        UserStatus::Suspended => Err(suspended()),
    }
}

pub(super) fn suspended() -> Error {
    let text = "User is not active (status = \"suspended\"). Contact an admin to reactivate your account.";
    Error::new(Kind::Unauthenticated, text)
}

/// The same user, dormant no more.
pub(super) fn awake(user: &User) -> User {
    User { status: UserStatus::Active, ..user.clone() }
}

async fn wake(visitor: &Visitor, user: &User) -> Result<Arc<CachedPerson>, Error> {
    let backend = &visitor.backend;
    let mut tx = backend.store.write().await?;
    let may = system::activity().may::<act::Update, _>(user.clone())?;
    let woken = users::wake(&mut tx, &may, backend.now()).await?;
    let events = if woken { vec![audit::by_dormancy(backend, user, &awake(user))] } else { Vec::new() };
    // Also when another request was faster: what is remembered here may be older than what that one wrote. And the
    // connection must be back before the next read asks for one.
    tx.commit(events).await?;
    let found = backend.store.person(user.id).await?.filter(|found| !found.person.user.deleted);
    let found = found.ok_or_else(|| signed_out("API key is invalid."))?;
    if found.person.user.status == UserStatus::Suspended { Err(suspended()) } else { Ok(found) }
}

/// A new session: what the client is given.
#[derive(Debug)]
pub struct Session {
    /// `<id>-<secret>`; shown this once.
    pub token: Secret,
}

/// How often a login begins anew because the password's hash was another one when it was about to open its session.
const TRIES: usize = 4;

/// Logs in with an e-mail address and a password (auth.md 6.1).
///
/// A session is opened only while the hash that was verified is the stored one: a login that a change of the password overtakes
/// is decided again. A weak hash is replaced with the session.
///
/// # Errors
/// 400 for bad fields; 401 for an unknown address or a wrong password, with the same text and after the same work; 403 where
/// passwords are not the way; 401 for the suspended.
pub async fn login(visitor: &Visitor, email: &str, password: &str) -> Result<Session, Error> {
    Fields::default().email("email", email).required("password", password).finish()?;
    let backend = &visitor.backend;
    let mut found = credentials::find_by_email(&backend.store, email).await?;
    for _ in 0..TRIES {
        let user = found.as_ref().map(|known| known.user.id);
        let known = match check_password(backend, found, password).await {
            Ok(known) => known,
            Err(refusal) => {
                user.into_iter().for_each(|user| note_refused(visitor, user, refusal.kind()));
                return Err(refusal);
            }
        };
        let better = stronger_hash(backend, &known, password).await;
        let opened = open_session(visitor, known, better).await;
        match opened.map_err(|error| error.fault_reads("Failed to create API key."))? {
            Opening::Done(session) => return Ok(session),
            Opening::Overtaken(now) => found = now.map(|now| *now),
        }
    }
    Err(Error::new(Kind::Unavailable, "The password is being changed. Please try again."))
}

/// Whose password this is, if they may use it (auth.md 6.1, rows 2 to 5).
///
/// # Errors
/// 401 for nobody and for a wrong password, with the same text and after the same work; 403 where passwords are not the way; 401
/// for the suspended.
pub(super) async fn check_password(
    backend: &Backend,
    found: Option<Credentials>,
    password: &str,
) -> Result<Credentials, Error> {
    let right = backend.hasher.verify(password, found.as_ref().map(|known| &known.password)).await?;
    let known = found.filter(|_| right).ok_or_else(wrong_credentials)?;
    may_log_in(backend, &known.user)?;
    Ok(known)
}

/// A hash to store in place of a weak one. Where none can be made, the weak one does for this login too.
async fn stronger_hash(backend: &Backend, known: &Credentials, password: &str) -> Option<Secret> {
    if !backend.hasher.is_weak(&known.password) {
        return None;
    }
    backend.hasher.hash(password).await.ok()
}

fn wrong_credentials() -> Error {
    Error::new(Kind::WrongCredentials, "Incorrect email or password.")
}

/// Tells the audit log of a refused login of somebody known. Nobody waits for it: the time an answer takes must not tell who
/// is known.
fn note_refused(visitor: &Visitor, user: UserId, kind: Kind) {
    let status = if kind == Kind::Forbidden { 403 } else { 401 };
    let event = visitor.event(user, audit::Action::Login, audit::no_key(), status);
    let store = visitor.backend.store.clone();
    tokio::spawn(async move {
        let written = async { store.write().await?.commit(vec![event]).await };
        if let Err(error) = written.await {
            tracing::warn!(%error, "a refused login is not in the audit log");
        }
    });
}

fn may_log_in(backend: &Backend, user: &User) -> Result<(), Error> {
    if !backend.settings.password_login {
        return Err(Error::new(Kind::Forbidden, "Password authentication is disabled."));
    }
    if user.login_type != LoginType::Password {
        let of = user.login_type.as_str();
        let text = format!(
            "Incorrect login type, attempting to use \"password\" but user is of login type \"{of}\""
        );
        return Err(Error::new(Kind::Forbidden, text));
    }
    if user.status == UserStatus::Suspended {
        let text = "Your account is suspended. Contact an admin to reactivate your account.";
        return Err(Error::new(Kind::WrongCredentials, text));
    }
    Ok(())
}

enum Opening {
    Done(Session),
    /// The password's hash is another one by now, or nobody is there any more.
    Overtaken(Option<Box<Credentials>>),
}

async fn open_session(
    visitor: &Visitor,
    known: Credentials,
    better: Option<Secret>,
) -> Result<Opening, Error> {
    let backend = &visitor.backend;
    let subject = system::login();
    let mut tx = backend.store.write().await?;
    tx.hold_credentials(known.user.id).await?;
    let now = credentials::find(&tx, known.user.id).await?;
    let Some(now) = now.filter(|now| now.password == known.password) else {
        // The connection is back before the next try asks for one.
        drop(tx);
        let now = credentials::find(&backend.store, known.user.id).await?;
        return Ok(Opening::Overtaken(now.map(Box::new)));
    };
    may_log_in(backend, &now.user)?;
    let (key, token) = session_key(visitor, &now.user);
    let mut events = vec![visitor.event(now.user.id, audit::Action::Login, audit::key(now.user.id, ""), 201)];
    let dormant = now.user.status == UserStatus::Dormant;
    let may: Allowed<User, act::Update> = subject.may(now.user)?;
    if dormant && users::wake(&mut tx, &may, backend.now()).await? {
        events.insert(0, audit::by_dormancy(backend, &may, &awake(&may)));
    }
    if let Some(hash) = better {
        credentials::set_hash(&mut tx, &may, &hash).await?;
    }
    keys::insert(&mut tx, &subject.may(NewKey(key))?).await.map_err(gone)?;
    tx.commit(events).await?;
    Ok(Opening::Done(Session { token }))
}

/// Whoever is deleted while logging in is as unknown as those who were deleted before.
fn gone(error: store::Error) -> Error {
    match error {
        store::Error::Dangling => wrong_credentials(),
        other => other.into(),
    }
}

fn session_key(visitor: &Visitor, user: &User) -> (ApiKey, Secret) {
    let lifetime = visitor.backend.settings.session_lifetime;
    new_key(visitor, user.id, Plan::of_session(LoginType::Password, lifetime))
}

/// Ends the session that asks, also when it is a long-lived token, and the owner's connections to applications
/// (auth.md 6.2).
///
/// # Errors
/// When the database does not answer.
pub async fn logout(ctx: &Ctx) -> Result<(), Error> {
    end(ctx).await.map_err(|error| error.fault_reads("Internal error deleting API key."))
}

async fn end(ctx: &Ctx) -> Result<(), Error> {
    let mut tx = ctx.store().write().await?;
    // Giving up one's own key needs no right that a narrow key may lack.
    let own: Allowed<ApiKey, act::Delete> = system::logout().may(ctx.key.key.clone())?;
    keys::hold_all_of(&tx, own.user).await?;
    keys::remove(&mut tx, &own).await?;
    keys::remove_with_scope(&mut tx, &own, "coder:application_connect").await?;
    let event = ctx.event(audit::Action::Logout, audit::key(own.user, &own.token_name), 200);
    Ok(tx.commit(vec![event]).await?)
}
