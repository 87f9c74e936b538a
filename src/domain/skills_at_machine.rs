//! Personal skills for the operator at the machine: the same rules, with the rights of their own. In the audit log the owner of
//! the skill stands for the operator, who is no user.

use std::sync::Arc;

use super::ctx::Visitor;
use super::error::{Error, Kind};
use super::operator;
use super::skills::{self, Keeper};
use crate::model::skill::{Skill, SkillHead};
use crate::model::user::{Person, UserRef};
use crate::rbac::{Allowed, Subject, system};

/// A user who is there, and the rights to its skills.
struct Desk<'a> {
    visitor: &'a Visitor,
    subject: Subject,
    owner: Allowed<Arc<Person>>,
}

impl<'a> Desk<'a> {
    async fn of(visitor: &'a Visitor, user: &UserRef) -> Result<Self, Error> {
        let subject = system::skills();
        let owner = subject.may(operator::find(visitor, user).await?)?;
        Ok(Self { visitor, subject, owner })
    }

    fn keeper(&self) -> Keeper<'_> {
        Keeper { visitor: self.visitor, subject: &self.subject, actor: self.owner.user.id }
    }
}

/// The skills of a user, by name.
///
/// # Errors
/// 404 for nobody of that name.
pub async fn list(visitor: &Visitor, user: &UserRef) -> Result<Vec<SkillHead>, Error> {
    let desk = Desk::of(visitor, user).await?;
    let found = skills::list(&desk.keeper(), &desk.owner).await?;
    Ok(found.into_iter().map(Allowed::into_inner).collect())
}

/// A skill of a user.
///
/// # Errors
/// 404 for nobody and nothing of that name.
pub async fn get(visitor: &Visitor, user: &UserRef, name: &str) -> Result<Skill, Error> {
    let desk = Desk::of(visitor, user).await?;
    Ok(skills::get(&desk.keeper(), &desk.owner, name).await?.into_inner())
}

/// Makes a skill of a text, or gives the one of that name this text; whether it was made.
///
/// # Errors
/// As [`skills::create`].
pub async fn put(visitor: &Visitor, user: &UserRef, content: String) -> Result<(Skill, bool), Error> {
    let desk = Desk::of(visitor, user).await?;
    let text = skills::read(content)?;
    match skills::replace(&desk.keeper(), &desk.owner, &text).await {
        Ok(changed) => Ok((changed.into_inner(), false)),
        Err(error) if error.kind() == Kind::NotFound => {
            let made = skills::insert(&desk.keeper(), &desk.owner, text).await?;
            Ok((made.into_inner(), true))
        }
        Err(error) => Err(error),
    }
}

/// Takes a skill away.
///
/// # Errors
/// 404 for nobody and nothing of that name.
pub async fn delete(visitor: &Visitor, user: &UserRef, name: &str) -> Result<Skill, Error> {
    let desk = Desk::of(visitor, user).await?;
    Ok(skills::delete(&desk.keeper(), &desk.owner, name).await?.into_inner())
}
