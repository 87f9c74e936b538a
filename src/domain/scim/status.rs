//! Whether users take part, as their directory says.

use std::sync::Arc;

use super::{NAME, Provisioner, Refusal, is_provisioned};
use crate::domain::audit;
use crate::domain::error::Error;
use crate::domain::standing;
use crate::model::ids::UserId;
use crate::model::names::folded;
use crate::model::user::{Person, User, UserStatus};
use crate::rbac::{self, Allowed, Deed};
use crate::store::{AuditTarget, Lock, Tx};

/// What becomes of somebody who is `now` this: whom the directory has as active wakes up by logging in, and not before.
const fn status(now: UserStatus, active: bool) -> UserStatus {
    match (active, now) {
        (false, _) => UserStatus::Suspended,
        (true, UserStatus::Active) => UserStatus::Active,
        (true, UserStatus::Dormant | UserStatus::Suspended) => UserStatus::Dormant,
    }
}

/// Suspends a user, or lets it in again. What is so already is not written, and leaves no entry in the audit log.
///
/// # Errors
/// 400 for the suspension of an owner, 404 for a user who was deleted meanwhile.
pub async fn set_active(
    scim: &Provisioner,
    user: UserId,
    active: bool,
) -> Result<Allowed<Arc<Person>>, Refusal> {
    let mut tx = scim.backend().store.write_alone(Lock::People).await?;
    let person = living(&tx, user).await?;
    let Some((changed, told)) = change(scim, &mut tx, &person, active).await? else {
        return Ok(scim.subject.may(person)?);
    };
    let event = scim.event(user, audit::Action::Write, told, 200);
    tx.commit(vec![event]).await?;
    standing::tell(scim.backend(), NAME, &changed.user);
    Ok(scim.subject.may(changed)?)
}

async fn living(tx: &Tx, user: UserId) -> Result<Arc<Person>, Error> {
    let found = tx.person(user).await?.filter(|found| is_provisioned(&found.person));
    Ok(found.ok_or_else(Error::not_found)?.person)
}

/// Writes another status; none when it is the same.
///
/// # Errors
/// 400 for the suspension of an owner.
pub(super) async fn change(
    scim: &Provisioner,
    tx: &mut Tx,
    person: &Person,
    active: bool,
) -> Result<Option<(Arc<Person>, AuditTarget)>, Error> {
    let (user, status) = (&person.user, status(person.user.status, active));
    if status == user.status {
        return Ok(None);
    }
    if status == UserStatus::Suspended {
        // No owner is suspended, so that the last one is not either.
        rbac::check(&scim.subject, &Deed::Suspend, user, 0).map_err(standing::unsuspendable)?;
    }
    let changed = User { status, updated_at: scim.backend().now(), ..user.clone() };
    let told = standing::write(tx, &scim.subject, user, &changed).await?;
    Ok(Some((Arc::new(Person { user: changed, memberships: person.memberships.clone() }), told)))
}

/// The same for a whole resource that takes the place of another: only whether the user takes part may differ.
///
/// # Errors
/// As [`set_active`]; 400 for another username, and when it is not said whether the user takes part.
pub async fn replace(
    scim: &Provisioner,
    person: &Allowed<Arc<Person>>,
    username: &str,
    active: Option<bool>,
) -> Result<Allowed<Arc<Person>>, Refusal> {
    if folded(username) != folded(&person.user.username) {
        return Err(Refusal::mutability("The userName of a user is not changed from here."));
    }
    set_active(scim, person.user.id, active.ok_or_else(needs_active)?).await
}

/// What is answered where the one attribute that counts is missing.
pub(super) fn needs_active() -> Refusal {
    Refusal::value(Error::invalid("The attribute active is required."))
}
