//! Users: list, get, create (users.md 3.1 to 3.3).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::accounts::{self, Account};
use super::audit;
use super::ctx::{Ctx, Settings};
use super::error::{Error, Kind};
use super::notices;
use super::validate::Fields;
use crate::model::feature::Feature;
use crate::model::ids::OrgId;
use crate::model::organization::{Member, OrgRef};
use crate::model::page::Page;
use crate::model::password;
use crate::model::search::UserSearch;
use crate::model::user::{LoginType, NewUser, Person, UserRef, UserStatus};
use crate::rbac::{Allowed, NewMember, Object, Resource, Subject, act, is_site_role, may_grant};
use crate::store::{self, Unique, members, organizations, users};

/// The person that a path names, if the caller may see it (users.md 1.2).
///
/// # Errors
/// 400 for an empty name, 404, the same for those who are not there and those who may not be seen.
pub async fn get(ctx: &Ctx, user: &UserRef) -> Result<Allowed<Arc<Person>>, Error> {
    let found = find(ctx, user).await?.ok_or_else(Error::not_found)?;
    Ok(ctx.subject.may(found)?)
}

/// The person that a path names, with the server's own rights.
pub(super) async fn find(ctx: &Ctx, user: &UserRef) -> Result<Option<Arc<Person>>, Error> {
    let found = match user {
        UserRef::Me => Some(ctx.person.clone()),
        UserRef::Id(id) => ctx.store().person(*id).await?,
        UserRef::Name(name) if name.is_empty() => return Err(Error::not_provided("user")),
        UserRef::Email(email) => ctx.store().person_at(email).await?,
        UserRef::Name(name) => ctx.store().person_named(name).await?,
    };
    Ok(found.map(|found| found.person.clone()))
}

/// A page of the users that the caller may see and that match, and how many there are.
///
/// # Errors
/// 400 for a query that makes no sense.
pub async fn list(ctx: &Ctx, query: &str, page: Page) -> Result<(Vec<Allowed<Arc<Person>>>, u64), Error> {
    let invalid = |fields| Error::invalid("Invalid user search query.").fields(fields);
    let search = looked_up(ctx, UserSearch::parse(query).map_err(invalid)?).await?;
    let scope = ctx.subject.scope(Resource::User);
    let found = users::select_page(ctx.store(), &scope, &search, page).await?;
    Ok((found.rows.into_iter().filter_map(|user| scope.admit(user)).collect(), found.count))
}

/// The same search for organizations that are there. One that the caller may not read is like none.
async fn looked_up(ctx: &Ctx, search: UserSearch<OrgRef>) -> Result<UserSearch<OrgId>, Error> {
    let UserSearch { filter, email, username, within, outside } = search;
    let within = match within {
        Some(named) => Some(readable(ctx, &named).await?),
        None => None,
    };
    Ok(UserSearch { filter, email, username, within, outside: readable(ctx, &outside).await? })
}

async fn readable(ctx: &Ctx, named: &[OrgRef]) -> Result<Vec<OrgId>, Error> {
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let scope = ctx.subject.scope(Resource::Organization);
    let found = organizations::select_named(ctx.store(), &scope, named).await?;
    Ok(found.iter().map(|organization| organization.id).collect())
}

/// A user to be made, as asked for. Not to be printed: it holds a password.
#[derive(Default)]
pub struct Request {
    /// Empty for service accounts.
    pub email: String,
    /// Username.
    pub username: String,
    /// Display name, may be empty.
    pub name: String,
    /// Empty for those who log in otherwise.
    pub password: String,
    /// Empty for the default.
    pub login_type: String,
    /// None for the default, dormant.
    pub status: Option<UserStatus>,
    /// Where to join; the nil id is the default organization.
    pub organizations: Vec<OrgId>,
    /// Acts through tokens only.
    pub service_account: bool,
    /// Site roles to grant.
    pub roles: Vec<String>,
}

/// Makes a user, and says which organizations it joined. The checks come in the order of users.md 3.2.
///
/// # Errors
/// 400, 403, 404 and 409 as that table has them.
pub async fn create(
    ctx: &Ctx,
    request: Request,
) -> Result<(Allowed<NewUser, act::Create>, Vec<OrgId>), Error> {
    check_fields(&request)?;
    check_service_account(&request)?;
    if request.service_account {
        ctx.needs(Feature::ServiceAccounts)?;
    }
    let login_type = chosen_login_type(&ctx.backend().settings, &request)?;
    if request.organizations.is_empty() {
        return Err(no_organization());
    }
    check_names_free(ctx, &request).await?;
    let organizations = joined_organizations(ctx, &request.organizations).await?;
    check_password(&request, login_type.as_ref())?;
    let login_type = supported(login_type, !ctx.backend().providers.oidc.is_empty())?;
    let roles = granted_roles(&ctx.subject, &request.roles)?;
    let Request { email, username, name, password, status, service_account, .. } = request;
    let status = status.unwrap_or(UserStatus::Dormant);
    let account = Account { email, username, name, password, login_type, status, roles, service_account };
    let new = accounts::new_user(ctx.backend(), account).await?;
    insert(ctx, new, organizations).await
}

pub(super) fn check_fields(request: &Request) -> Result<(), Error> {
    let fields = Fields::default().username("username", &request.username).full_name("name", &request.name);
    let no_email = request.service_account && request.email.is_empty();
    if no_email { fields.finish() } else { fields.email("email", &request.email).finish() }
}

pub(super) fn check_service_account(request: &Request) -> Result<(), Error> {
    if !request.service_account {
        return Ok(());
    }
    if !matches!(request.login_type.as_str(), "" | "none") {
        return Err(Error::invalid("Service accounts must use login type 'none'."));
    }
    if !request.password.is_empty() {
        return Err(Error::invalid("Password cannot be set for service accounts."));
    }
    if !request.email.is_empty() {
        return Err(Error::invalid("Email cannot be set for service accounts."));
    }
    Ok(())
}

/// The login type, or the text that is none.
pub(super) fn chosen_login_type(
    settings: &Settings,
    request: &Request,
) -> Result<Result<LoginType, String>, Error> {
    let chosen = match request.login_type.as_str() {
        "" if request.service_account => Ok(LoginType::None),
        "" => Ok(LoginType::Password),
        text => LoginType::parse(text).ok_or_else(|| text.to_owned()),
    };
    if !request.password.is_empty() && chosen != Ok(LoginType::Password) {
        let of = &request.login_type;
        return Err(Error::invalid(format!(
            "Password cannot be set for non-password ({of:?}) authentication."
        )));
    }
    if chosen == Ok(LoginType::Password) && !settings.password_login {
        let text = "Password based authentication is disabled! Unable to provision new users with password authentication.";
        return Err(Error::new(Kind::Forbidden, text));
    }
    Ok(chosen)
}

fn no_organization() -> Error {
    let text = "No organization specified to place the user as a member of. It is required to specify at least one organization id to place the user in.";
    Error::invalid(text)
        .detail("required at least 1 value for the array 'organization_ids'")
        .field("organization_ids", "Missing values, this cannot be empty")
}

/// That somebody has the name is told only to those who may see that somebody.
async fn check_names_free(ctx: &Ctx, request: &Request) -> Result<(), Error> {
    let namesake = users::find_namesake(ctx.store(), &request.username, &request.email).await?;
    let Some(id) = namesake else { return Ok(()) };
    Err(match get(ctx, &UserRef::Id(id)).await {
        Ok(_) => exists_already(),
        Err(error) if error.kind() == Kind::NotFound => not_authorized(),
        Err(fault) => fault,
    })
}

fn exists_already() -> Error {
    Error::new(Kind::Conflict, "User already exists.")
}

fn not_authorized() -> Error {
    Error::new(Kind::Forbidden, "You are not authorized to create users.")
}

/// The organizations to join, each once, in the order asked for.
async fn joined_organizations(ctx: &Ctx, wanted: &[OrgId]) -> Result<Vec<OrgId>, Error> {
    let mut asked = BTreeSet::new();
    let wanted: Vec<OrgId> = wanted.iter().copied().filter(|id| asked.insert(*id)).collect();
    let mut joined: Vec<OrgId> = Vec::with_capacity(wanted.len());
    // A body has room for a hundred thousand ids; most of those cannot be there, and the first one that is not ends it.
    for some in wanted.chunks(500) {
        let found = organizations::find_all(ctx.store(), some).await?;
        for id in some {
            let missing = || no_such_organization(*id);
            let there = found.iter().find(|there| there.id == *id || (id.0.is_nil() && there.is_default));
            let seen: Allowed<_> = ctx.subject.may(there.ok_or_else(missing)?).map_err(|_| missing())?;
            if !joined.contains(&seen.id) {
                joined.push(seen.id);
            }
        }
    }
    Ok(joined)
}

fn no_such_organization(id: OrgId) -> Error {
    Error::new(Kind::NotFound, format!("Organization does not exist with the provided id \"{id}\"."))
}

fn check_password(request: &Request, login_type: Result<&LoginType, &String>) -> Result<(), Error> {
    if login_type != Ok(&LoginType::Password) {
        return Ok(());
    }
    let weak = |why| Error::invalid("Password is invalid").field("password", why);
    password::check(&request.password).map_err(weak)
}

/// `oidc` says whether people can come from an OpenID provider.
pub(super) fn supported(login_type: Result<LoginType, String>, oidc: bool) -> Result<LoginType, Error> {
    let unsupported = |text: &str| {
        Error::invalid(format!("Unsupported login type {text:?} for manually creating new users."))
    };
    match login_type {
        Ok(LoginType::Oidc) if !oidc => {
            Err(Error::invalid("You must configure OIDC before creating OIDC users."))
        }
        Ok(fine @ (LoginType::Password | LoginType::Oidc | LoginType::Github | LoginType::None)) => Ok(fine),
        Ok(other) => Err(unsupported(other.as_str())),
        Err(text) => Err(unsupported(&text)),
    }
}

/// The site roles to store: known, grantable by the caller, each once, without the implied `member`.
fn granted_roles(subject: &Subject, wanted: &[String]) -> Result<Vec<String>, Error> {
    if let Some(unknown) = wanted.iter().find(|role| !is_site_role(role)) {
        return Err(Error::invalid(format!("{unknown:?} is not a supported role")));
    }
    let may_create: Result<Allowed<Object, act::Create>, _> = subject.may(Object::of(Resource::User));
    let may_assign: Result<Allowed<Object, act::Assign>, _> = subject.may(Object::of(Resource::AssignRole));
    if may_create.is_err() || may_assign.is_err() {
        return Err(not_authorized());
    }
    if let Some(above) = wanted.iter().find(|role| !may_grant(subject.granted(), role, None)) {
        return Err(not_authorized().detail(format!("not authorized to assign role {above:?}")));
    }
    let mut roles: Vec<String> = wanted.iter().filter(|role| *role != "member").cloned().collect();
    roles.sort_unstable();
    roles.dedup();
    Ok(roles)
}

/// The caller is asked once more, as it is now: what was allowed before the password was hashed may not be any more.
async fn insert(
    ctx: &Ctx,
    new: NewUser,
    organizations: Vec<OrgId>,
) -> Result<(Allowed<NewUser, act::Create>, Vec<OrgId>), Error> {
    let (user, now) = (new.user.clone(), new.user.created_at);
    let event = ctx.event(audit::Action::Create, audit::created_user(&new), 201);
    let mut turn = ctx.turn().await?;
    granted_roles(&turn.subject, &user.roles)?;
    let allowed: Allowed<NewUser, act::Create> = turn.subject.may(new).map_err(|_| not_authorized())?;
    users::insert(&mut turn.tx, &allowed).await.map_err(taken)?;
    for organization in &organizations {
        let member = Member::joining(*organization, user.id, now);
        let joining = turn.subject.may(NewMember(member)).map_err(|_| not_authorized())?;
        members::insert(&mut turn.tx, &joining).await.map_err(|error| gone(error, *organization))?;
    }
    turn.tx.commit(vec![event]).await.map_err(taken)?;
    notices::account_created(ctx.backend(), &ctx.person.person.user.username, &user);
    // Not asked again as a read: a key that may make users but not read them must not be told of a refusal.
    Ok((allowed, organizations))
}

/// An organization that was deleted between the check and the write is missing.
fn gone(error: store::Error, organization: OrgId) -> Error {
    match error {
        store::Error::Dangling => no_such_organization(organization),
        other => other.into(),
    }
}

/// A name that was taken between the check and the write is the same conflict.
fn taken(error: store::Error) -> Error {
    match error {
        store::Error::Taken(Unique::Username | Unique::Email) => exists_already(),
        other => other.into(),
    }
}
