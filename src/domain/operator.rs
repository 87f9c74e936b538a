//! For the operator at the machine itself, who is locked out of the API.

use std::sync::Arc;

use super::audit;
use super::ctx::Visitor;
use super::error::{Error, Kind};
use super::first_user::{self, Request};
use super::validate::Fields;
use crate::model::ids::UserId;
use crate::model::organization::{Member, OrgRef};
use crate::model::password;
use crate::model::user::{LoginType, Person, UserRef};
use crate::rbac::{Allowed, NewMember, act, system};
use crate::store::{self, Lock, Unique, credentials, keys, members, organizations, users};

/// Makes an owner, whoever is there already.
///
/// # Errors
/// 400 for bad fields and weak passwords, 409 for names in use.
pub async fn create_owner(visitor: &Visitor, request: Request) -> Result<UserId, Error> {
    Fields::default()
        .email("email", &request.email)
        .username("username", &request.username)
        .full_name("name", &request.name)
        .finish()?;
    check_password(&request.password)?;
    let backend = &visitor.backend;
    let subject = system::operator();
    let new = first_user::new_owner(backend, request).await?;
    let (user, now) = (new.user.clone(), new.user.created_at);
    let event = visitor.event(user.id, audit::Action::Create, audit::created_user(&new), 201);
    let mut tx = backend.store.write().await?;
    users::insert(&mut tx, &subject.may(new)?).await.map_err(taken)?;
    if let Some(default) = organizations::find(&tx, &OrgRef::Default).await? {
        let member = Member::joining(default.id, user.id, now);
        members::insert(&mut tx, &subject.may(NewMember(member))?).await?;
    }
    tx.commit(vec![event]).await.map_err(taken)?;
    Ok(user.id)
}

fn check_password(password: &str) -> Result<(), Error> {
    password::check(password).map_err(|why| Error::invalid("Password is invalid").field("password", why))
}

fn taken(error: store::Error) -> Error {
    match error {
        store::Error::Taken(Unique::Username | Unique::Email) => {
            Error::new(Kind::Conflict, "User already exists.")
        }
        other => other.into(),
    }
}

/// Somebody who is not deleted. The operator is nobody, so that `me` is none.
///
/// # Errors
/// 404 for nobody of that name.
pub(super) async fn find(visitor: &Visitor, name: &UserRef) -> Result<Arc<Person>, Error> {
    let store = &visitor.backend.store;
    let found = match name {
        UserRef::Id(id) => store.person(*id).await?,
        UserRef::Email(email) => store.person_at(email).await?,
        UserRef::Name(name) => store.person_named(name).await?,
        UserRef::Me => None,
    };
    let living = found.map(|found| found.person.clone()).filter(|person| !person.user.deleted);
    living.ok_or_else(Error::not_found)
}

/// Sets a user's password and ends all of the user's sessions and tokens.
///
/// # Errors
/// 404 for nobody of that name, 400 for users who do not log in with a password, and for weak passwords.
pub async fn reset_password(visitor: &Visitor, name: &UserRef, password: &str) -> Result<UserId, Error> {
    let store = &visitor.backend.store;
    let user = find(visitor, name).await?.user.clone();
    if user.login_type != LoginType::Password {
        return Err(Error::invalid("Users without password login type cannot change their password."));
    }
    check_password(password)?;
    let hash = visitor.backend.hasher.hash(password).await?;
    let id = user.id;
    let may: Allowed<_, act::UpdatePersonal> = system::operator().may(user)?;
    // In its turn, so that no key is made meanwhile by one that goes.
    let mut tx = store.write_alone(Lock::People).await?;
    tx.hold_credentials(id).await?;
    let old = credentials::find(&tx, id).await?.ok_or_else(Error::not_found)?;
    let until = old.passcode.map(|(_, until)| until);
    let changed = audit::other_password(&old.user, &old.password, until, &hash);
    let event = visitor.event(id, audit::Action::Write, changed, 204);
    // Keys before their owner, as whoever writes both does it.
    keys::remove_all_of(&mut tx, &may).await?;
    credentials::set_password(&mut tx, &may, &hash).await?;
    tx.commit(vec![event]).await?;
    Ok(id)
}
