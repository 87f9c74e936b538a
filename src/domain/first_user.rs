//! The first user, who owns the deployment (users.md 2).

use super::accounts::{self, Account};
use super::audit;
use super::ctx::{Backend, Visitor};
use super::error::{Error, Kind};
use super::validate::Fields;
use crate::model::ids::{OrgId, UserId};
use crate::model::organization::{Member, OrgRef};
use crate::model::password;
use crate::model::user::{LoginType, NewUser, UserStatus};
use crate::rbac::{NewMember, system};
use crate::store::{Lock, members, organizations, users};

/// Who is to be the first. Not to be printed: it holds a password.
pub struct Request {
    /// E-mail address.
    pub email: String,
    /// Username.
    pub username: String,
    /// Display name, may be empty.
    pub name: String,
    /// Password.
    pub password: String,
}

fn exists_already() -> Error {
    Error::new(Kind::Conflict, "The initial user has already been created.")
}

/// Whether there is anybody.
///
/// # Errors
/// When the database does not answer.
pub async fn exists(backend: &Backend) -> Result<bool, Error> {
    Ok(users::any_exists(&backend.store).await?)
}

/// Makes the first user, an owner, and puts it into the default organization.
///
/// # Errors
/// 400 for bad fields, 409 when there is anybody already, 400 for a weak password.
pub async fn create(visitor: &Visitor, request: Request) -> Result<(UserId, OrgId), Error> {
    Fields::default()
        .email("email", &request.email)
        .username("username", &request.username)
        .full_name("name", &request.name)
        .required("password", &request.password)
        .finish()?;
    if exists(&visitor.backend).await? {
        return Err(exists_already());
    }
    let weak = |why| Error::invalid("Password is invalid").field("password", why);
    password::check(&request.password).map_err(weak)?;
    let new = new_owner(&visitor.backend, request).await?;
    insert(visitor, new).await
}

pub(super) async fn new_owner(backend: &Backend, request: Request) -> Result<NewUser, Error> {
    let Request { email, username, name, password } = request;
    let (login_type, status, service_account) = (LoginType::Password, UserStatus::Active, false);
    let roles = vec!["owner".to_owned()];
    let account = Account { email, username, name, password, login_type, status, roles, service_account };
    accounts::new_user(backend, account).await
}

async fn insert(visitor: &Visitor, new: NewUser) -> Result<(UserId, OrgId), Error> {
    let subject = system::first_user();
    let mut tx = visitor.backend.store.write().await?;
    // Two requests at once may both have seen nobody; here one waits for the other.
    tx.lock(Lock::FirstUser).await?;
    if users::any_exists(&tx).await? {
        return Err(exists_already());
    }
    let missing = || Error::new(Kind::Internal, "Internal error fetching default organization.");
    let organization = organizations::find(&tx, &OrgRef::Default).await?.ok_or_else(missing)?.id;
    let (user, now) = (new.user.clone(), new.user.created_at);
    let event = visitor.event(user.id, audit::Action::Create, audit::created_user(&new), 201);
    users::insert(&mut tx, &subject.may(new)?).await?;
    let member = Member::joining(organization, user.id, now);
    members::insert(&mut tx, &subject.may(NewMember(member))?).await?;
    tx.commit(vec![event]).await?;
    Ok((user.id, organization))
}
