//! Many users at once: who has which names, reading them in order, and putting them in.

use std::collections::{BTreeSet, HashMap};

use entity::{git_ssh_keys, organization_members, organizations, users};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::conditions::{living, users_in};
use super::error::Error;
use super::rows::{USER_COLUMNS, UserRow};
use super::tx::Tx;
use super::{Source, members, people};
use crate::model::ids::{Secret, UserId};
use crate::model::user::{NewUser, Person, User};
use crate::rbac::{Allowed, NewMember, Scope, act};

/// How many rows or values one statement has at most: SQLite takes 32,766 parameters, PostgreSQL 65,535, and a row has 18.
pub(super) const AT_ONCE: usize = 1_000;

/// The people in a scope who are not deleted and have one of these folded usernames or e-mail addresses, the server's own
/// included: their names are taken too.
///
/// # Errors
/// When the database does not answer.
pub async fn select_namesakes(
    db: &impl Source,
    scope: &Scope,
    usernames: &[String],
    emails: &[String],
) -> Result<Vec<Person>, Error> {
    let mut found: HashMap<Uuid, User> = HashMap::new();
    // Literals, as everywhere: SQLite uses its partial indexes only then.
    let by_username = ("username_lower", usernames, "users.deleted = FALSE");
    let by_email = ("email_lower", emails, "users.deleted = FALSE AND users.email_lower <> ''");
    for (column, names, living) in [by_username, by_email] {
        for some in names.chunks(AT_ONCE) {
            let named = db.engine().is_any(("users", column), some);
            let select =
                users::Entity::find().filter(named).filter(Expr::cust(living)).filter(users_in(scope));
            let rows = select.select_only().columns(USER_COLUMNS).into_model::<UserRow>();
            for row in rows.all(db.connection()).await? {
                let user = User::try_from(row)?;
                found.insert(user.id.0, user);
            }
        }
    }
    let mut found: Vec<User> = found.into_values().collect();
    found.sort_unstable_by_key(|user| user.id);
    people::with_memberships(db, found).await
}

/// The next people in a scope after a folded username, by username, without the deleted and the server's own.
///
/// # Errors
/// When the database does not answer.
pub async fn select_after(
    db: &impl Source,
    scope: &Scope,
    after: &str,
    limit: u64,
) -> Result<Vec<Allowed<Person>>, Error> {
    let select = users::Entity::find()
        .filter(living())
        .filter(users_in(scope))
        .filter(users::Column::UsernameLower.into_expr().gt(after))
        .order_by_asc(users::Column::UsernameLower)
        .limit(limit);
    let rows =
        select.select_only().columns(USER_COLUMNS).into_model::<UserRow>().all(db.connection()).await?;
    let users = rows.into_iter().map(User::try_from).collect::<Result<_, _>>()?;
    let people = people::with_memberships(db, users).await?;
    Ok(people.into_iter().filter_map(|person| scope.admit(person)).collect())
}

/// The hashes of the passwords of those who have one.
///
/// # Errors
/// When the database does not answer.
pub async fn select_hashes(
    db: &impl Source,
    users: &[Allowed<&User, act::ReadPersonal>],
) -> Result<HashMap<UserId, Secret>, Error> {
    let mut found = HashMap::with_capacity(users.len());
    for some in users.chunks(AT_ONCE) {
        let select = users::Entity::find()
            .filter(users::Column::Id.is_in(some.iter().map(|user| user.id.0)))
            .filter(users::Column::HashedPassword.ne(""));
        let columns = [users::Column::Id, users::Column::HashedPassword];
        let rows = select.select_only().columns(columns).into_tuple::<(Uuid, String)>();
        let rows = rows.all(db.connection()).await?;
        found.extend(rows.into_iter().map(|(id, hash)| (UserId(id), Secret::new(hash))));
    }
    Ok(found)
}

/// Puts in users and their key pairs for git. Nobody is remembered who is not there yet, so that only counts outdate.
///
/// # Errors
/// [`Error::Taken`] for a username or e-mail address that is in use.
pub async fn insert_users(tx: &mut Tx, new: &[Allowed<NewUser, act::Create>]) -> Result<(), Error> {
    for some in new.chunks(AT_ONCE) {
        let rows = some.iter().map(|new| super::users::row(new));
        users::Entity::insert_many(rows).exec_without_returning(tx.connection()).await?;
        let keys = some.iter().map(|new| super::users::git_key_row(new));
        git_ssh_keys::Entity::insert_many(keys).exec_without_returning(tx.connection()).await?;
    }
    tx.touch_counts();
    Ok(())
}

/// Puts in memberships of users that the same transaction put in.
///
/// # Errors
/// [`Error::Dangling`] when an organization is gone or deleted, [`Error::Taken`] for a membership that is there.
pub async fn insert_members(tx: &mut Tx, new: &[Allowed<NewMember, act::Create>]) -> Result<(), Error> {
    let joined: BTreeSet<Uuid> = new.iter().map(|new| new.0.organization.0).collect();
    keep_living(tx, Vec::from_iter(joined)).await?;
    for some in new.chunks(AT_ONCE) {
        let rows = some.iter().map(|new| members::row(&new.0));
        organization_members::Entity::insert_many(rows).exec_without_returning(tx.connection()).await?;
    }
    tx.touch_counts();
    Ok(())
}

/// Keeps organizations from being deleted until the transaction ends.
async fn keep_living(tx: &Tx, organizations: Vec<Uuid>) -> Result<(), Error> {
    for some in organizations.chunks(AT_ONCE) {
        let select = organizations::Entity::find()
            .filter(organizations::Column::Id.is_in(some.iter().copied()))
            .filter(Expr::cust("organizations.deleted = FALSE"))
            .order_by_asc(organizations::Column::Id)
            .lock_shared();
        let ids = select.select_only().column(organizations::Column::Id).into_tuple::<Uuid>();
        if ids.all(tx.connection()).await?.len() < some.len() {
            return Err(Error::Dangling);
        }
    }
    Ok(())
}
