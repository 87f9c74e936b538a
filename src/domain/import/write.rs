//! Puts a batch of good lines in.

use super::check::{Draft, Sorted};
use super::directory::Directory;
use super::{Batch, Import, Line};
use crate::domain::error::{Error, Kind};
use crate::domain::{accounts, audit};
use crate::model::organization::{Member, MemberRole};
use crate::model::user::NewUser;
use crate::rbac::{Allowed, MemberRoles, NewMember, act};
use crate::store::{self, AuditEvent, Lock, bulk};

/// How often a batch is tried that others get in the way of.
const TRIES: usize = 5;

/// What a batch writes, all of it in one transaction.
struct Writing {
    users: Vec<Allowed<NewUser, act::Create>>,
    members: Vec<Allowed<NewMember, act::Create>>,
    events: Vec<AuditEvent>,
}

impl Import<'_> {
    /// Puts in what is good of some lines, in one transaction. Those that an earlier run put in are passed over, and so are
    /// those that [`Import::check`] refused.
    ///
    /// # Errors
    /// When the database does not answer; nothing of the batch is written then.
    pub async fn write(&mut self, lines: &[Line]) -> Result<Batch, Error> {
        for _ in 0..TRIES {
            let Sorted { fresh, there, mut refused } = self.sort(lines).await?;
            let imported = fresh.len() as u64;
            if self.insert(fresh).await? {
                refused.retain(|refusal| self.refused.insert(refusal.line));
                return Ok(Batch { fresh: imported, there, refused });
            }
        }
        Err(Error::new(Kind::Unavailable, "others keep changing what the lines name; run the import again"))
    }

    /// False when somebody was faster: took a name, or deleted an organization or a role.
    async fn insert(&self, drafts: Vec<Draft>) -> Result<bool, Error> {
        if drafts.is_empty() {
            return Ok(true);
        }
        let joined: Vec<_> = drafts.iter().flat_map(|draft| draft.organizations.clone()).collect();
        // Keys are made before the transaction begins: a server beside this may want to write too.
        let Writing { users, members, events } = self.writing(drafts)?;
        let mut tx = self.visitor.backend.store.write_alone(Lock::People).await?;
        if !Directory::still_knows(&tx, &joined).await? {
            return Ok(false);
        }
        let written = match bulk::insert_users(&mut tx, &users).await {
            Ok(()) => bulk::insert_members(&mut tx, &members).await,
            refused => refused,
        };
        match written {
            Ok(()) => {}
            Err(store::Error::Taken(_) | store::Error::Dangling) => return Ok(false),
            Err(other) => return Err(other.into()),
        }
        tx.commit(events).await?;
        Ok(true)
    }

    fn writing(&self, drafts: Vec<Draft>) -> Result<Writing, Error> {
        let backend = &self.visitor.backend;
        let (mut users, mut members, mut events) = (Vec::new(), Vec::new(), Vec::new());
        for draft in drafts {
            let mut new = accounts::with_hash(backend, draft.account, draft.password_hash)?;
            let (id, now) = (new.user.id, new.user.created_at);
            new.user.created_at = draft.created_at.unwrap_or(now);
            events.push(self.visitor.event(id, audit::Action::Create, audit::created_user(&new), 201));
            users.push(self.subject.may(new)?);
            for (organization, roles) in draft.organizations {
                let roles = roles.into_iter().map(|name| MemberRole { name, display_name: String::new() });
                let member = Member { roles: roles.collect(), ..Member::joining(organization, id, now) };
                members.push(self.joining(member)?);
            }
        }
        Ok(Writing { users, members, events })
    }

    /// A membership with roles needs the right to grant them too.
    fn joining(&self, member: Member) -> Result<Allowed<NewMember, act::Create>, Error> {
        if !member.roles.is_empty() {
            let _grant: Allowed<MemberRoles, act::Assign> = self.subject.may(MemberRoles(member.clone()))?;
        }
        Ok(self.subject.may(NewMember(member))?)
    }
}
