//! Questions about rights: what would be allowed, and why (rbac.md 14).

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use super::ctx::Ctx;
use super::error::{Error, Kind};
use super::{groups, users};
use crate::model::ids::{GroupId, OrgId, UserId};
use crate::model::key::AllowEntry;
use crate::model::user::{Person, UserRef};
use crate::rbac::{
    self, Action, Allowed, Asked, CompiledKey, Decision, Explainer, Explanation, Granted, Object, Permission,
    Reason, Resource, Target, decide, decide_shared, is_reserved,
};
use crate::store::CachedPerson;
use crate::store::roles::DisplayNames;

/// Questions by the keys that their answers go under; in the order of the keys, so that of several bad ones it is always the
/// same that is told.
pub type Checks = BTreeMap<String, Check>;

/// A question as it was asked: words that may mean nothing.
#[derive(Debug, Default)]
pub struct Check {
    /// The verb.
    pub action: String,
    /// The type; must be there.
    pub resource: String,
    /// An object that is stored, whose owner and organization then count instead of those below. Empty for none.
    pub id: String,
    /// Whom it belongs to; empty for nobody.
    pub owner: String,
    /// Where it belongs; empty for nowhere.
    pub organization: String,
    /// Asks for any organization.
    pub any_organization: bool,
}

/// How many questions may name an object that has to be loaded.
const MOST_LOADED: usize = 10;
/// How many questions are explained at once.
const MOST_EXPLAINED: usize = 100;
/// An id that nothing has: it is of no version that the server makes. Words that are no id mean this one, since what belongs
/// to somebody unknown does not belong to nobody.
const NOBODYS: Uuid = Uuid::max();

/// A question that can be decided.
struct Question {
    /// None for words that are no verb.
    action: Option<Action>,
    about: About,
}

enum About {
    /// A type that there is none of.
    UnknownType,
    /// A thing as the question describes it.
    Described(Object),
    /// A stored user.
    User(UserId),
    /// A stored group.
    Group(GroupId),
    /// A stored thing of a type of which this server stores none.
    Unstored,
}

/// What a question turned out to be about.
enum Loaded {
    Thing(Box<dyn Target + Send + Sync>),
    UnknownType,
    NotFound,
}

/// What the caller may do, with the key that it shows.
///
/// # Errors
/// 400 for questions that make no sense: first too many that name an object, then the first bad one by its key.
pub async fn check(ctx: &Ctx, checks: Checks) -> Result<BTreeMap<String, bool>, Error> {
    let mut answers = BTreeMap::new();
    for (key, question) in read(checks, ctx.me())? {
        let allowed = match load(ctx, &question.about).await? {
            Loaded::Thing(thing) => {
                decide_shared(&ctx.subject, question.action, &thing.object(), thing.acl()).allowed
            }
            Loaded::UnknownType | Loaded::NotFound => false,
        };
        answers.insert(key, allowed);
    }
    Ok(answers)
}

fn read(checks: Checks, me: UserId) -> Result<Vec<(String, Question)>, Error> {
    let loaded = checks.values().filter(|check| !check.id.is_empty()).count();
    if loaded > MOST_LOADED {
        let more = loaded - MOST_LOADED;
        return Err(Error::invalid(format!(
            "Endpoint only supports using \"resource_id\" field {MOST_LOADED} times, found {loaded} usages. Remove {more} objects with this field set."
        )));
    }
    let readable = |(key, check): (String, Check)| {
        let question = question(&key, &check, me)?;
        Ok((key, question))
    };
    checks.into_iter().map(readable).collect()
}

fn question(key: &str, check: &Check, me: UserId) -> Result<Question, Error> {
    if check.resource.is_empty() {
        let text = format!("Object's \"resource_type\" field must be defined for key {key:?}.");
        return Err(Error::invalid(text));
    }
    let about = if check.id.is_empty() { described(check, me) } else { stored(check)? };
    Ok(Question { action: Action::parse(&check.action), about })
}

/// No role grants anything on every type there may be, so one that the server does not know is not even decided about.
fn described(check: &Check, me: UserId) -> About {
    let Some(resource) = Resource::parse(&check.resource) else { return About::UnknownType };
    let id = |text: &str| (!text.is_empty()).then(|| Uuid::try_parse(text).unwrap_or(NOBODYS));
    About::Described(Object {
        resource,
        id: None,
        owner: if check.owner == "me" { Some(me.0) } else { id(&check.owner) },
        organization: id(&check.organization).map(OrgId),
        any_organization: check.any_organization,
    })
}

fn stored(check: &Check) -> Result<About, Error> {
    let Check { id, resource, .. } = check;
    let Ok(uuid) = Uuid::try_parse(id) else {
        let text = format!("Object {id:?} id is not a valid uuid.");
        return Err(Error::invalid(text).field("resource_id", "must be a valid uuid"));
    };
    match Resource::parse(resource) {
        Some(Resource::User) => Ok(About::User(UserId(uuid))),
        Some(Resource::Group) => Ok(About::Group(GroupId(uuid))),
        Some(Resource::Workspace | Resource::Template) => Ok(About::Unstored),
        _ => {
            let text = format!("Object type {resource:?} does not support \"resource_id\" field.");
            let detail = "must be one of: group, template, user, workspace";
            Err(Error::invalid(text).field("resource_type", detail))
        }
    }
}

/// Loads what a question is about with the caller's rights: what may not be read is not there.
async fn load(ctx: &Ctx, about: &About) -> Result<Loaded, Error> {
    match about {
        About::UnknownType => Ok(Loaded::UnknownType),
        About::Described(object) => Ok(Loaded::Thing(Box::new(*object))),
        About::Unstored => Ok(Loaded::NotFound),
        About::User(id) => found(users::get(ctx, &UserRef::Id(*id)).await),
        About::Group(id) => found(groups::find(ctx, *id).await),
    }
}

fn found<T: Target + Send + Sync + 'static>(read: Result<Allowed<T>, Error>) -> Result<Loaded, Error> {
    match read {
        Ok(thing) => Ok(Loaded::Thing(Box::new(thing.into_inner()))),
        Err(error) if error.kind() == Kind::NotFound => Ok(Loaded::NotFound),
        Err(fault) => Err(fault),
    }
}

/// Why a user may do things or may not.
#[derive(Debug)]
pub struct Explained {
    /// The user asked about.
    pub user: Allowed<Arc<Person>>,
    /// Organizations of the user where the caller may not see the membership.
    pub hidden: Vec<OrgId>,
    /// The answers by their keys.
    pub answers: BTreeMap<String, Answer>,
}

/// Why something is allowed or not.
#[derive(Debug)]
pub struct Answer {
    /// The answer.
    pub verdict: Verdict,
    /// What it would be without the narrowing of the key.
    pub by_roles: Verdict,
    /// The lines of roles that settled [`Answer::by_roles`].
    pub lines: Vec<Line>,
    /// Scopes and allow list of the key, when it settled the answer.
    pub key: Option<(Vec<String>, Vec<AllowEntry>)>,
}

/// An answer, and what settled it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The answer.
    pub allowed: bool,
    /// What settled it.
    pub by: By,
}

/// What settles an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The decision, for this reason.
    Decision(Reason),
    /// There is no such type, so that nobody may do anything with it.
    UnknownType,
    /// The caller may not read the thing, or it is not there.
    NotFound,
}

/// A line of a role.
#[derive(Debug)]
pub struct Line {
    /// The role, with its organization.
    pub role: Granted,
    /// What people see for it.
    pub display_name: String,
    /// What it says.
    pub permission: Permission,
}

/// Whose rights are explained, as far as the caller may know.
struct Subject {
    cached: Arc<CachedPerson>,
    /// With the memberships that count.
    person: Arc<Person>,
    key: Arc<CompiledKey>,
    /// The organizations whose roles may be named.
    seen: Vec<OrgId>,
}

/// Says of each question what settles it, for a user whom the caller may read (ours).
///
/// About oneself it is asked with the key that was shown, about others without a key. It tells nothing that the caller could
/// not read elsewhere: a user's roles in an organization are told to those who may read the membership, and the lines of those
/// that the organization defined to those who may read roles there, too. That somebody is in a group counts for those only who may
/// read it.
///
/// # Errors
/// 404 for the user, then 400 as in [`check`], also for more than a hundred questions.
pub async fn explain(ctx: &Ctx, user: &UserRef, checks: Checks) -> Result<Explained, Error> {
    let user = users::get(ctx, user).await?;
    let (asked, found) = (checks.len(), user.user.id);
    if asked > MOST_EXPLAINED {
        let text = format!("At most {MOST_EXPLAINED} checks are explained at once, found {asked}.");
        return Err(Error::invalid(text).field("checks", "too many"));
    }
    let questions = read(checks, found)?;
    let subject = subject(ctx, &user).await?;
    let explainer = subject.explainer(ctx);
    let mut answers = BTreeMap::new();
    for (key, question) in questions {
        let answer = answer(ctx, &subject, &explainer, &question, load(ctx, &question.about).await?);
        answers.insert(key, answer);
    }
    name_roles(ctx, &mut answers).await?;
    let hidden = user.organizations().filter(|id| !subject.seen.contains(id)).collect();
    Ok(Explained { user, hidden, answers })
}

async fn subject(ctx: &Ctx, user: &Allowed<Arc<Person>>) -> Result<Subject, Error> {
    let id = user.user.id;
    let membership = |organization: &OrgId| {
        Object::of(Resource::OrganizationMember).with_id(id.0).owned_by(id.0).within(*organization)
    };
    let readable =
        |organization: &OrgId| decide(&ctx.subject, Action::Read, &membership(organization)).allowed;
    let seen: Vec<OrgId> = user.organizations().filter(readable).collect();
    if id == ctx.me() {
        let (cached, key) = (ctx.person.clone(), ctx.key.scope.clone());
        return Ok(Subject { person: cached.person.clone(), cached, key, seen });
    }
    let cached = ctx.store().person(id).await?.ok_or_else(Error::not_found)?;
    let mut person = Person::clone(&cached.person);
    person.memberships.retain(|membership| seen.contains(&membership.organization));
    for membership in &mut person.memberships {
        let group_member = Object::of(Resource::GroupMember).with_id(id.0).owned_by(id.0);
        if !decide(&ctx.subject, Action::Read, &group_member.within(membership.organization)).allowed {
            membership.groups.clear();
        }
    }
    Ok(Subject { cached, person: Arc::new(person), key: Arc::new(CompiledKey::everything()), seen })
}

impl Subject {
    fn explainer(&self, ctx: &Ctx) -> Explainer<'_> {
        let custom = self.cached.custom_roles();
        let switches = ctx.backend().settings.switches;
        Explainer::new(Asked { person: &self.person, custom, switches, key: &self.key })
    }

    /// Who may see the membership knows which roles it has; what an organization's own role says is seen by those who may see
    /// roles.
    fn may_name(&self, ctx: &Ctx, role: &Granted) -> bool {
        let Some(organization) = role.organization else { return true };
        let definitions = Object::of(Resource::AssignOrgRole).within(organization);
        let known = is_reserved(&role.name) || decide(&ctx.subject, Action::Read, &definitions).allowed;
        known && self.seen.contains(&organization)
    }
}

fn answer(
    ctx: &Ctx,
    subject: &Subject,
    explainer: &Explainer<'_>,
    question: &Question,
    loaded: Loaded,
) -> Answer {
    let thing = match loaded {
        Loaded::Thing(thing) => thing,
        Loaded::UnknownType => return Answer::undecided(By::UnknownType),
        Loaded::NotFound => return Answer::undecided(By::NotFound),
    };
    let Explanation { decision, by_roles, lines } =
        explainer.explain(question.action, &thing.object(), thing.acl());
    let named = lines.into_iter().filter(|line| subject.may_name(ctx, &line.role));
    let line = |rbac::RoleLine { role, permission }| Line { role, display_name: String::new(), permission };
    let cut = matches!(decision.reason, Reason::KeyScope | Reason::AllowList);
    let key = || (ctx.key.key.scopes.clone(), ctx.key.key.allow_list.clone());
    Answer {
        verdict: decision.into(),
        by_roles: by_roles.into(),
        lines: named.map(line).collect(),
        key: cut.then(key),
    }
}

impl Answer {
    fn undecided(by: By) -> Self {
        let verdict = Verdict { allowed: false, by };
        Self { verdict, by_roles: verdict, lines: Vec::new(), key: None }
    }
}

impl From<Decision> for Verdict {
    fn from(Decision { allowed, reason }: Decision) -> Self {
        Self { allowed, by: By::Decision(reason) }
    }
}

/// Fills in what people see for the roles; one query when an organization's own are among them.
async fn name_roles(ctx: &Ctx, answers: &mut BTreeMap<String, Answer>) -> Result<(), Error> {
    let roles = || answers.values().flat_map(|answer| &answer.lines).map(|line| &line.role);
    let own = roles().filter(|role| !is_reserved(&role.name));
    let own = own.filter_map(|role| Some((role.organization?.0, role.name.to_string()))).collect();
    let names = DisplayNames::of(ctx.store(), own).await?;
    for line in answers.values_mut().flat_map(|answer| &mut answer.lines) {
        let organization = line.role.organization.map_or_else(Uuid::nil, |id| id.0);
        line.display_name = names.shown(organization, line.role.name.to_string()).display_name;
    }
    Ok(())
}
