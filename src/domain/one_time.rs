//! One-time passcodes for those who forgot their password (auth.md 6.5 and 6.6).
//!
//! Nobody learns from here who has an account: neither from the answers nor from the work before them.

use chrono::{DateTime, TimeDelta, Utc};

use super::audit;
use super::ctx::{Backend, Visitor};
use super::error::{Error, Kind};
use super::password_change::{check_strength, matches_old};
use super::validate::Fields;
use crate::model::ids::Secret;
use crate::model::notice::{Letter, Notice};
use crate::model::user::{LoginType, User};
use crate::rbac::{Allowed, act, system};
use crate::store::audit::UserRecord;
use crate::store::credentials::{self, Credentials};
use crate::store::{Lock, keys};

/// How long a code is good.
const LIFETIME: TimeDelta = TimeDelta::minutes(20);

/// A code and what it is for.
#[derive(Debug)]
pub struct Request {
    /// The e-mail address of the account.
    pub email: String,
    /// The new password.
    pub password: Secret,
    /// What came in the letter.
    pub code: Secret,
}

/// Whether codes can be had at all: what is asked before the body is read.
///
/// # Errors
/// 403 where passwords are not the way to log in.
pub fn check_enabled(backend: &Backend) -> Result<(), Error> {
    if backend.settings.password_login {
        return Ok(());
    }
    Err(Error::new(Kind::Forbidden, "Password authentication is disabled."))
}

/// Sends a new code to that address, if somebody has it. What it takes to store and to send it
/// happens after the answer.
///
/// # Errors
/// 400 for what is no address.
pub async fn request(visitor: &Visitor, email: &str) -> Result<(), Error> {
    Fields::default().email("email", email).finish()?;
    let backend = &visitor.backend;
    let found = credentials::find_by_email(&backend.store, email).await?;
    let code = Secret::new(backend.ids.uuid().to_string());
    let hash = backend.hasher.hash(code.expose()).await?;
    if let Some(known) = found.filter(|known| may_have_one(&known.user)) {
        let visitor = visitor.clone();
        backend.background.spawn(async move {
            if let Err(error) = give(&visitor, known.user, code, hash).await {
                tracing::error!(%error, "a one-time passcode could not be stored");
            }
        });
    }
    Ok(())
}

/// However somebody logs in (auth.md 6.5); a code is of use to those with a password only.
fn may_have_one(user: &User) -> bool {
    !user.is_system
}

async fn give(visitor: &Visitor, user: User, code: Secret, hash: Secret) -> Result<(), Error> {
    let backend = &visitor.backend;
    let mut tx = backend.store.write().await?;
    tx.hold_credentials(user.id).await?;
    let now = credentials::find(&tx, user.id).await?.filter(|now| may_have_one(&now.user));
    let Some(now) = now else { return Ok(()) };
    let (to, addressee) = (now.user.email.clone(), now.user.username.clone());
    let until = backend.now() + LIFETIME;
    let with = |passcode_until| UserRecord { passcode_until, ..UserRecord::from(&now.user) };
    let told = audit::changed_user(&with(now.passcode.as_ref().map(|(_, until)| *until)), &with(Some(until)));
    let event = visitor.event(now.user.id, audit::Action::RequestPasswordReset, told, 204);
    let may: Allowed<_, act::UpdatePersonal> = system::one_time_passcodes().may(now.user)?;
    credentials::set_passcode(&mut tx, &may, &hash, until).await?;
    tx.commit(vec![event]).await?;
    let notice = Notice::Passcode { code, minutes: LIFETIME.num_minutes() };
    backend.notifier.take(Letter { to, addressee, notice });
    Ok(())
}

/// Sets the password of whoever has that address and knows the code, and ends all of the user's sessions and tokens. A wrong
/// code does not use up the right one.
///
/// # Errors
/// 400 for bad fields, a weak password, a code that is not good, and the password that is set already.
pub async fn change(visitor: &Visitor, request: Request) -> Result<(), Error> {
    let Request { email, password, code } = request;
    Fields::default()
        .email("email", &email)
        .required("one_time_passcode", code.expose())
        .required("password", password.expose())
        .finish()?;
    check_strength(&password)?;
    let backend = &visitor.backend;
    let found = credentials::find_by_email(&backend.store, &email).await?;
    if let Some(known) = found.as_ref().filter(|known| may_have_one(&known.user)) {
        visitor.attempts_unheard(known.user.id, audit::Action::Write, audit::user(&known.user));
    }
    let good = found.as_ref().and_then(|known| good_code(known, backend.now()));
    let right = backend.hasher.verify(code.expose(), good).await?;
    let known = found.filter(|_| right).ok_or_else(incorrect)?;
    if backend.hasher.verify(password.expose(), Some(&known.password)).await? {
        return Err(matches_old());
    }
    let hash = backend.hasher.hash(password.expose()).await?;
    write(visitor, &known, &hash).await
}

fn incorrect() -> Error {
    Error::invalid("Incorrect email or one-time passcode.")
}

/// The hash of the code that would be right now.
fn good_code(known: &Credentials, now: DateTime<Utc>) -> Option<&Secret> {
    let (hash, expires_at) = known.passcode.as_ref()?;
    let usable = known.user.login_type == LoginType::Password && !known.user.is_system;
    (usable && now <= *expires_at).then_some(hash)
}

/// Decided once more: of two who come with one code the first one used it up.
async fn write(visitor: &Visitor, known: &Credentials, hash: &Secret) -> Result<(), Error> {
    let backend = &visitor.backend;
    // In its turn, so that no key is made meanwhile by one that goes.
    let mut tx = backend.store.write_alone(Lock::People).await?;
    tx.hold_credentials(known.user.id).await?;
    let now = credentials::find(&tx, known.user.id).await?.ok_or_else(incorrect)?;
    let good = good_code(&now, backend.now());
    if good.is_none() || good != known.passcode.as_ref().map(|(hash, _)| hash) {
        return Err(incorrect());
    }
    let until = now.passcode.as_ref().map(|(_, until)| *until);
    let told = audit::other_password(&now.user, &now.password, until, hash);
    let event = visitor.event(now.user.id, audit::Action::Write, told, 204);
    let may: Allowed<_, act::UpdatePersonal> = system::one_time_passcodes().may(now.user)?;
    // Keys before their owner, as whoever writes both does it.
    keys::remove_all_of(&mut tx, &may).await?;
    credentials::set_password(&mut tx, &may, hash).await?;
    Ok(tx.commit(vec![event]).await?)
}
