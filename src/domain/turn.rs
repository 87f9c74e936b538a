//! Writes that change who may do what, one at a time.
//!
//! Such a write decides on people as they are when it writes, not as they were when the request came: who was demoted a moment
//! ago demotes nobody any more, and of two owners who take each other's role one stays.

use std::sync::Arc;

use super::ctx::Ctx;
use super::error::Error;
use super::sessions;
use crate::model::ids::{OrgId, UserId};
use crate::model::organization::MemberWithUser;
use crate::model::user::{Person, User, UserStatus};
use crate::rbac::{self, Allowed, Deed, OWNER, Refusal, Subject, takes_an_owner};
use crate::store::{Lock, Tx, keys, members, users};

/// A transaction that no other one of its kind runs beside, and the caller as it is now.
///
/// Whoever has one reads from its transaction only.
pub(super) struct Turn {
    /// Ends with the write, or leaves nothing behind.
    pub(super) tx: Tx,
    /// Acts through the same key as the request, with the roles of this moment.
    pub(super) subject: Subject,
}

impl Ctx {
    /// Waits for the caller's turn.
    ///
    /// # Errors
    /// 401 when the caller was suspended or deleted, or the key was taken back, meanwhile.
    pub(super) async fn turn(&self) -> Result<Turn, Error> {
        let tx = self.store().write_alone(Lock::People).await?;
        let found = tx.person(self.me()).await?.filter(|found| !found.person.user.deleted);
        let found = found.ok_or_else(|| sessions::signed_out("API key is invalid."))?;
        if found.person.user.status == UserStatus::Suspended {
            return Err(sessions::suspended());
        }
        self.check_key(&tx).await?;
        let roles = found.roles(self.backend().settings.switches);
        Ok(Turn { tx, subject: self.subject.with_roles(roles) })
    }

    /// Whoever takes a key back before this turn ends what it does: it makes no other key any more.
    async fn check_key(&self, tx: &Tx) -> Result<(), Error> {
        let (now, read) = (self.backend().now(), &self.key.key);
        let stored =
            keys::find(tx, &read.id).await?.ok_or_else(|| sessions::signed_out("API key is invalid."))?;
        // A use that moved the end may not be written yet.
        let end = if stored.expires_at == read.expires_at {
            self.key.last_use().expires_at
        } else {
            stored.expires_at
        };
        if end < now { Err(sessions::ended(end)) } else { Ok(()) }
    }
}

impl Turn {
    /// A member as it is now, if the caller may still see it.
    ///
    /// # Errors
    /// 404.
    pub(super) async fn member(
        &self,
        organization: OrgId,
        user: UserId,
    ) -> Result<Allowed<MemberWithUser>, Error> {
        let member = members::find(&self.tx, organization, user).await?;
        Ok(self.subject.may(member.ok_or_else(Error::not_found)?)?)
    }

    /// A person as it is now, if the caller may still see it.
    ///
    /// # Errors
    /// 404.
    pub(super) async fn person(&self, user: UserId) -> Result<Allowed<Arc<Person>>, Error> {
        let found = self.tx.person(user).await?.ok_or_else(Error::not_found)?;
        Ok(self.subject.may(found.person)?)
    }

    /// What the rules about people say of a deed on somebody who was read in this turn.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) async fn check(&self, deed: &Deed<'_>, target: &User) -> Result<Result<(), Refusal>, Error> {
        // Counting looks at every user; nobody looks at the number otherwise.
        let counted = takes_an_owner(deed, target);
        let other_owners =
            if counted { users::count_other_holders(&self.tx, OWNER, target.id).await? } else { 0 };
        Ok(rbac::check(&self.subject, deed, target, other_owners))
    }
}
