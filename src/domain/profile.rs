//! What a user is called, and how it logs in (users.md 3.10 and 3.16).

use std::sync::Arc;

use super::audit;
use super::ctx::Ctx;
use super::error::{Error, Kind};
use super::turn::Turn;
use super::users;
use super::validate::Fields;
use crate::model::names::stored_full_name;
use crate::model::user::{LoginType, Person, User, UserRef};
use crate::rbac::{Allowed, act};
use crate::store::{self, Unique};

/// The names to give.
#[derive(Debug)]
pub struct Request {
    /// Username.
    pub username: String,
    /// Display name; an empty one takes it away.
    pub name: String,
}

/// The user whose names the caller is about to set: all that is checked before the body is read.
///
/// # Errors
/// 404 for whom the caller may not see.
pub async fn user_to_change(ctx: &Ctx, user: &UserRef) -> Result<Allowed<Arc<Person>>, Error> {
    let person = users::get(ctx, user).await?;
    ctx.attempts(audit::Action::Write, audit::user(&person.user));
    Ok(person)
}

/// Gives a user these names. Only those who may change users change a username, be it in its case only, and be it their own.
///
/// # Errors
/// 400 for bad fields, 404 for a change that the caller may not make and for the deleted, 409 for a username in use.
pub async fn update(
    ctx: &Ctx,
    person: &Allowed<Arc<Person>>,
    request: Request,
) -> Result<Allowed<Arc<Person>>, Error> {
    let Request { username, name } = request;
    Fields::default().username("username", &username).full_name("name", &name).finish()?;
    let mut turn = ctx.turn().await?;
    let person = turn.person(person.user.id).await?;
    if person.user.deleted {
        return Err(Error::not_found());
    }
    if person.user.is_system {
        return Err(Error::forbidden());
    }
    check_username(&turn, &person.user, &username).await?;
    let name = stored_full_name(&name).to_owned();
    let changed = User { username, name, updated_at: ctx.backend().now(), ..person.user.clone() };
    let changed: Allowed<User, act::UpdatePersonal> = turn.subject.may(changed)?;
    if !store::standing::set_names(&mut turn.tx, &changed).await.map_err(taken)? {
        return Err(Error::not_found());
    }
    let told = audit::changed_user(&(&person.user).into(), &(&*changed).into());
    let event = ctx.event(audit::Action::Write, told, 200);
    let person = Person { user: changed.into_inner(), memberships: person.memberships.clone() };
    let answer = turn.subject.may(Arc::new(person))?;
    turn.tx.commit(vec![event]).await.map_err(taken)?;
    Ok(answer)
}

async fn check_username(turn: &Turn, user: &User, wanted: &str) -> Result<(), Error> {
    if user.username == wanted {
        return Ok(());
    }
    let _rename: Allowed<_, act::Update> = turn.subject.may(user)?;
    match store::users::find_namesake(&turn.tx, wanted, "").await? {
        Some(other) if other != user.id => Err(in_use()),
        _ => Ok(()),
    }
}

fn in_use() -> Error {
    Error::new(Kind::Conflict, "A user with this username already exists.")
        .field("username", "This username is already in use.")
}

/// A username that was taken between the check and the write is the same conflict.
fn taken(error: store::Error) -> Error {
    match error {
        store::Error::Taken(Unique::Username) => in_use(),
        other => other.into(),
    }
}

/// How the caller logs in. What others do is told to nobody.
///
/// # Errors
/// 404 for whom the caller may not see, 403 for everybody else.
pub async fn login_type(ctx: &Ctx, user: &UserRef) -> Result<LoginType, Error> {
    let user = &users::get(ctx, user).await?.user;
    if user.id == ctx.me() {
        return Ok(user.login_type);
    }
    Err(Error::new(Kind::Forbidden, "You are not authorized to view this user's login type."))
}
