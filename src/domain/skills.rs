//! Personal skills: list, get, create, update, delete (skills.md).
//!
//! A skill is its owner's alone; site owners may read and delete it. Who may not read or delete is told that nothing is there, who
//! may not create or update that it is forbidden: the contract wants both of the same callers.

use std::sync::Arc;

use super::audit::{self, Action};
use super::ctx::{Ctx, Visitor};
use super::error::{Error, Kind};
use crate::model::ids::{SkillId, UserId};
use crate::model::skill::{SKILLS_LIMIT, Skill, SkillHead, SkillText};
use crate::model::user::Person;
use crate::rbac::{Allowed, Resource, Scope, SkillsOf, Subject, act};
use crate::store::{self, AuditEvent, Unique, skills};

/// Whoever works on skills.
#[derive(Debug, Clone, Copy)]
pub struct Keeper<'a> {
    pub(super) visitor: &'a Visitor,
    pub(super) subject: &'a Subject,
    /// Whom the audit log names.
    pub(super) actor: UserId,
}

impl<'a> From<&'a Ctx> for Keeper<'a> {
    fn from(ctx: &'a Ctx) -> Self {
        Self { visitor: &ctx.visitor, subject: &ctx.subject, actor: ctx.me() }
    }
}

impl Keeper<'_> {
    fn store(&self) -> &store::Store {
        &self.visitor.backend.store
    }

    /// An entry for a skill that was made, changed or taken away: what it was before, and what it is now.
    fn event(
        &self,
        action: Action,
        status: u16,
        (old, new): (Option<&Skill>, Option<&Skill>),
    ) -> Vec<AuditEvent> {
        let target = audit::skill(old, new);
        target.map(|target| self.visitor.event(self.actor, action, target, status)).into_iter().collect()
    }
}

/// The skills of a user, by name, without their texts.
///
/// # Errors
/// 404 for who may not read them.
pub async fn list(
    keeper: &Keeper<'_>,
    owner: &Allowed<Arc<Person>>,
) -> Result<Vec<Allowed<SkillHead>>, Error> {
    let of: Allowed<SkillsOf> = keeper.subject.may(SkillsOf(owner.user.id))?;
    let scope: Scope = keeper.subject.scope(Resource::UserSkill);
    Ok(skills::select(keeper.store(), &scope, of.0).await?)
}

/// A skill of a user by its exact name.
///
/// # Errors
/// 404 for what is not there and for who may not read it.
pub async fn get(
    keeper: &Keeper<'_>,
    owner: &Allowed<Arc<Person>>,
    name: &str,
) -> Result<Allowed<Skill>, Error> {
    let found = skills::find(keeper.store(), owner.user.id, name).await?;
    Ok(keeper.subject.may(found.ok_or_else(Error::not_found)?)?)
}

/// Makes a skill of a text. The checks come in the order of skills.md 1.
///
/// # Errors
/// 400 for a text that is no skill, 403 for who may not make any, 409 for a name that another one has, for a user who has as many
/// as there may be, and for one who was deleted meanwhile.
pub async fn create(
    keeper: &Keeper<'_>,
    owner: &Allowed<Arc<Person>>,
    content: String,
) -> Result<Allowed<Skill, act::Create>, Error> {
    insert(keeper, owner, read(content)?).await
}

/// What a text says of itself.
pub(super) fn read(content: String) -> Result<SkillText, Error> {
    SkillText::parse(content).map_err(|why| Error::invalid(why.message()).detail(why.to_string()))
}

pub(super) async fn insert(
    keeper: &Keeper<'_>,
    owner: &Allowed<Arc<Person>>,
    text: SkillText,
) -> Result<Allowed<Skill, act::Create>, Error> {
    let new = new_skill(keeper, owner.user.id, text);
    let new: Allowed<Skill, act::Create> = keeper.subject.may(new).map_err(|_| Error::forbidden())?;
    let mut tx = keeper.store().write().await?;
    if !skills::hold_owner(&tx, new.head.user).await? {
        return Err(deleted_user("create"));
    }
    skills::insert(&mut tx, &new).await.map_err(|error| not_inserted(error, &new.head.name))?;
    tx.commit(keeper.event(Action::Create, 201, (None, Some(&new)))).await?;
    Ok(new)
}

fn new_skill(keeper: &Keeper<'_>, user: UserId, text: SkillText) -> Skill {
    let SkillText { name, description, content } = text;
    let (id, now) = (SkillId(keeper.visitor.backend.ids.uuid()), keeper.visitor.backend.now());
    Skill { head: SkillHead { id, user, name, description, created_at: now, updated_at: now }, content }
}

fn not_inserted(error: store::Error, name: &str) -> Error {
    let conflict = |message| Error::new(Kind::Conflict, message);
    match error {
        store::Error::Taken(Unique::SkillName) => conflict("A skill with that name already exists.")
            .detail(format!("A skill named {name:?} already exists for this user.")),
        store::Error::Full => conflict("Personal skill limit reached.")
            .detail(format!("Each user can have at most {SKILLS_LIMIT} personal skills.")),
        store::Error::Dangling => deleted_user("create"),
        other => other.into(),
    }
}

/// Only in a race: the keys of a deleted user let nobody in.
fn deleted_user(verb: &str) -> Error {
    Error::new(Kind::Conflict, format!("Cannot {verb} skills for deleted users."))
        .detail("This user has been deleted and cannot be modified.")
}

/// Gives a skill another text, which must have the same name. A text that is the same already is written again.
///
/// # Errors
/// 400 for a text that is no skill or has another name, 403 for who may not read or change the skill, 404 for what is not
/// there, 409 for a user who was deleted meanwhile.
pub async fn update(
    keeper: &Keeper<'_>,
    owner: &Allowed<Arc<Person>>,
    name: &str,
    content: String,
) -> Result<Allowed<Skill, act::Update>, Error> {
    let text = read(content)?;
    if text.name != name {
        return Err(Error::invalid("Skill name in path does not match frontmatter name.")
            .detail(format!("path has {name:?}, frontmatter has {:?}", text.name)));
    }
    replace(keeper, owner, &text).await
}

pub(super) async fn replace(
    keeper: &Keeper<'_>,
    owner: &Allowed<Arc<Person>>,
    text: &SkillText,
) -> Result<Allowed<Skill, act::Update>, Error> {
    let of: Allowed<SkillsOf> =
        keeper.subject.may(SkillsOf(owner.user.id)).map_err(|_| Error::forbidden())?;
    let mut tx = keeper.store().write().await?;
    let living = skills::hold_owner(&tx, of.0).await?;
    let found =
        skills::find(&tx, of.0, &text.name).await?.ok_or_else(|| nothing_to_change(keeper, *of, living))?;
    let old: Allowed<Skill, act::Update> = keeper.subject.may(found).map_err(|_| Error::forbidden())?;
    let new = skills::update(&mut tx, &old, text, keeper.visitor.backend.now()).await.map_err(not_updated)?;
    let new = keeper.subject.may(new.ok_or_else(Error::not_found)?)?;
    tx.commit(keeper.event(Action::Write, 200, (Some(&old), Some(&new)))).await?;
    Ok(new)
}

/// Whose skills went with the user is told so, if it could have changed them; all others see that nothing is there.
fn nothing_to_change(keeper: &Keeper<'_>, of: SkillsOf, living: bool) -> Error {
    let could: Result<Allowed<SkillsOf, act::Update>, _> = keeper.subject.may(of);
    if living || could.is_err() { Error::not_found() } else { deleted_user("modify") }
}

fn not_updated(error: store::Error) -> Error {
    match error {
        store::Error::Dangling => deleted_user("modify"),
        other => other.into(),
    }
}

/// Takes a skill away; gives back what it was.
///
/// # Errors
/// 404 for what is not there and for who may not delete it.
pub async fn delete(
    keeper: &Keeper<'_>,
    owner: &Allowed<Arc<Person>>,
    name: &str,
) -> Result<Allowed<Skill, act::Delete>, Error> {
    let mut tx = keeper.store().write().await?;
    skills::hold_owner(&tx, owner.user.id).await?;
    let found = skills::find(&tx, owner.user.id, name).await?.ok_or_else(Error::not_found)?;
    let old: Allowed<Skill, act::Delete> = keeper.subject.may(found)?;
    if !skills::remove(&mut tx, &old).await? {
        return Err(Error::not_found());
    }
    tx.commit(keeper.event(Action::Delete, 204, (Some(&old), None))).await?;
    Ok(old)
}
