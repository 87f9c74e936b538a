//! Who asks: keys shown with requests, and logging in and out.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::ctx::{Ctx, Visitor};
use super::error::{Error, Kind};
use super::validate::Fields;
use super::{activity, audit};
use crate::model::ids::{Secret, UserId};
use crate::model::key::{AllowEntry, ApiKey, PresentedKey};
use crate::model::user::{LoginType, User, UserStatus};
use crate::rbac::{Allowed, NewKey, Subject, act, system};
use crate::store::{CachedKey, CachedPerson, keys, users};

const SIGNED_OUT: &str = "You are signed out or your session has expired. Please sign in again to continue.";
const FAULT: &str = "An internal error occurred. Please try again or contact the system administrator.";
const NO_TOKEN: &str = "Cookie \"coder_session_token\" or query parameter must be provided.";

fn signed_out(detail: impl Into<String>) -> Error {
    Error::new(Kind::Unauthenticated, SIGNED_OUT).detail(detail)
}

/// Who shows this key (auth.md 2.2). The checks come in the contract's order; the key's use is noted only when all pass.
///
/// # Errors
/// 401 for no key, a malformed, unknown, wrong or expired one, and for an owner who is suspended.
pub async fn authenticate(visitor: Visitor, shown: Option<&str>) -> Result<Ctx, Error> {
    check(visitor, shown).await.map_err(|error| error.fault_reads(FAULT))
}

async fn check(visitor: Visitor, shown: Option<&str>) -> Result<Ctx, Error> {
    let shown = shown.ok_or_else(|| signed_out(NO_TOKEN))?;
    let shown =
        PresentedKey::parse(shown).map_err(|why| signed_out(format!("Invalid API key format: {why}")))?;
    let store = &visitor.backend.store;
    let key = store.key(&shown.id).await?.ok_or_else(|| signed_out("API key is invalid."))?;
    check_key(&visitor, &key, &shown.secret)?;
    let owner = store.person(key.key.user).await?.filter(|owner| !owner.person.user.deleted);
    let owner = owner.ok_or_else(|| signed_out("API key is invalid."))?;
    let person = active(&visitor, owner).await?;
    let subject = Subject::new(key.key.user, person.roles(), key.scope.clone());
    let ctx = Ctx { visitor, subject, person, key };
    activity::note(&ctx);
    Ok(ctx)
}

fn check_key(visitor: &Visitor, key: &CachedKey, secret: &Secret) -> Result<(), Error> {
    let same: bool = hash_secret(secret).ct_eq(&key.key.hashed_secret).into();
    if !same {
        return Err(signed_out("API key secret is invalid."));
    }
    let end = key.last_use().expires_at;
    if end < visitor.backend.now() {
        return Err(signed_out(format!("API key expired at \"{}\".", spoken(end))));
    }
    Ok(())
}

/// A time as the contract spells it in sentences: `2026-05-20 00:09:09.123 +0000 UTC`.
fn spoken(time: DateTime<Utc>) -> String {
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

fn suspended() -> Error {
    let text = "User is not active (status = \"suspended\"). Contact an admin to reactivate your account.";
    Error::new(Kind::Unauthenticated, text)
}

async fn wake(visitor: &Visitor, user: &User) -> Result<Arc<CachedPerson>, Error> {
    let backend = &visitor.backend;
    let mut tx = backend.store.write().await?;
    let may = system::activity().may::<act::Update, _>(user.clone())?;
    let woken = users::wake(&mut tx, &may, backend.now()).await?;
    let events = if woken { vec![audit::woken(backend, user)] } else { Vec::new() };
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

/// Logs in with an e-mail address and a password (auth.md 6.1).
///
/// # Errors
/// 400 for bad fields; 401 for an unknown address or a wrong password, with the same text and after the same work; 403 where
/// passwords are not the way; 401 for the suspended.
pub async fn login(visitor: &Visitor, email: &str, password: &str) -> Result<Session, Error> {
    Fields::default().email("email", email).required("password", password).finish()?;
    let backend = &visitor.backend;
    let found = users::find_login(&backend.store, email).await?;
    let right = backend.hasher.verify(password, found.as_ref().map(|(_, hash)| hash)).await?;
    let wrong = || Error::new(Kind::WrongCredentials, "Incorrect email or password.");
    let (user, _) = found.ok_or_else(wrong)?;
    let verdict = if right { may_log_in(visitor, &user) } else { Err(wrong()) };
    if let Err(refusal) = verdict {
        note_refused(visitor, user.id, refusal.kind());
        return Err(refusal);
    }
    open_session(visitor, user).await.map_err(|error| error.fault_reads("Failed to create API key."))
}

/// Tells the audit log of a refused login of somebody known. Nobody waits for it: the time an answer takes must not tell who
/// is known.
fn note_refused(visitor: &Visitor, user: UserId, kind: Kind) {
    let status = if kind == Kind::Forbidden { 403 } else { 401 };
    let event = visitor.event(user, "login", audit::no_key(), status);
    let store = visitor.backend.store.clone();
    tokio::spawn(async move {
        let written = async { store.write().await?.commit(vec![event]).await };
        if let Err(error) = written.await {
            tracing::warn!(%error, "a refused login is not in the audit log");
        }
    });
}

fn may_log_in(visitor: &Visitor, user: &User) -> Result<(), Error> {
    if !visitor.backend.settings.password_login {
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

async fn open_session(visitor: &Visitor, user: User) -> Result<Session, Error> {
    let backend = &visitor.backend;
    let subject = system::login();
    let (key, token) = session_key(visitor, &user);
    let mut tx = backend.store.write().await?;
    let mut events = vec![visitor.event(user.id, "login", audit::key(user.id, ""), 201)];
    let dormant = user.status == UserStatus::Dormant;
    let may: Allowed<User, act::Update> = subject.may(user)?;
    if dormant && users::wake(&mut tx, &may, backend.now()).await? {
        events.insert(0, audit::woken(backend, &may));
    }
    keys::insert(&mut tx, &subject.may(NewKey(key))?).await?;
    tx.commit(events).await?;
    Ok(Session { token })
}

fn session_key(visitor: &Visitor, user: &User) -> (ApiKey, Secret) {
    let backend = &visitor.backend;
    let (now, lifetime) = (backend.now(), backend.settings.session_lifetime);
    let (id, secret) = backend.ids.key();
    let token = Secret::new(format!("{id}-{}", secret.expose()));
    let key = ApiKey {
        id,
        hashed_secret: hash_secret(&secret),
        user: user.id,
        login_type: LoginType::Password,
        lifetime,
        expires_at: now + lifetime,
        created_at: now,
        updated_at: now,
        last_used: DateTime::UNIX_EPOCH,
        ip_address: visitor.ip(),
        token_name: String::new(),
        scopes: vec!["coder:all".to_owned()],
        allow_list: vec![AllowEntry::everything()],
    };
    (key, token)
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
    keys::remove(&mut tx, &own).await?;
    keys::remove_with_scope(&mut tx, &own, "coder:application_connect").await?;
    let event = ctx.event("logout", audit::key(ctx.me(), ""), 200);
    Ok(tx.commit(vec![event]).await?)
}
