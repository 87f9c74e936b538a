//! Users: pages, lookups and writes.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::{Texts, git_ssh_keys, organization_members, users};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
};
use uuid::Uuid;

use super::cache::CountOf;
use super::conditions::{has_email, has_username, living, matching, users_in};
use super::engine::Engine;
use super::error::Error;
use super::rows::{USER_COLUMNS, UserRow};
use super::tx::Tx;
use super::{Source, Store, people};
use crate::model::ids::{OrgId, UserId};
use crate::model::names::folded;
use crate::model::page::{Counted, Page};
use crate::model::search::UserSearch;
use crate::model::user::{NewUser, Person, User, UserStatus};
use crate::rbac::{Allowed, Scope, SiteRoles, act};

/// The longest page whose people come from memory; longer ones would only push others out of it.
const LONGEST_REMEMBERED: u32 = 500;

/// Whether any user is there, deleted and system users aside.
///
/// # Errors
/// When the database does not answer.
pub async fn any_exists(db: &impl Source) -> Result<bool, Error> {
    let one = users::Entity::find().select_only().column(users::Column::Id).filter(living()).limit(1);
    Ok(one.into_tuple::<Uuid>().one(db.connection()).await?.is_some())
}

/// A page of the users in a scope, by username, with the count of all that match.
///
/// # Errors
/// When the database does not answer.
pub async fn select_page(
    store: &Store,
    scope: &Scope,
    search: &UserSearch<OrgId>,
    page: Page,
) -> Result<Counted<Arc<Person>>, Error> {
    let everybody = scope.is_everything() && search.is_empty() && page.after.is_none();
    let found = || page_of_found(store.engine(), scope, search, page.after);
    let select = paged(found().order_by_asc(users::Column::UsernameLower), page);
    // What a filter looks at must be of the same moment as what is shown; without one there is nothing to contradict.
    let remembered = search.is_empty() && (1..=LONGEST_REMEMBERED).contains(&page.limit);
    let rows = if remembered { people_of_page(store, select).await? } else { read(store, select).await? };
    let count = match whole_list(&rows, page) {
        Some(count) => count,
        None if everybody => store.counted(CountOf::Users, users::Entity::find().filter(living())).await?,
        None => found().count(store.connection()).await?,
    };
    Ok(Counted { rows, count })
}

async fn read(store: &Store, select: Select<users::Entity>) -> Result<Vec<Arc<Person>>, Error> {
    let rows = select.select_only().columns(USER_COLUMNS);
    let rows = rows.into_model::<UserRow>().all(store.connection()).await?;
    let users = rows.into_iter().map(User::try_from).collect::<Result<_, _>>()?;
    Ok(people::with_memberships(store, users).await?.into_iter().map(Arc::new).collect())
}

/// The page's ids in one row (each row costs a hand-over between threads), and the people behind them from memory.
async fn people_of_page(store: &Store, select: Select<users::Entity>) -> Result<Vec<Arc<Person>>, Error> {
    let rows = select.select_only().columns([users::Column::Id, users::Column::UsernameLower]);
    let mut joined = Query::select();
    joined.expr_as(store.engine().joined_ids("page.id", "page.username_lower"), "ids");
    joined.from_subquery(rows.into_query(), "page");
    let row = store.connection().query_one(&joined).await?;
    let text: Option<String> = row.map(|row| row.try_get("", "ids")).transpose()?.flatten();
    let unreadable = |e| Error::Corrupt(format!("the id of a user: {e}"));
    let ids = text.iter().flat_map(|text| text.split(',')).map(|id| Uuid::try_parse(id).map(UserId));
    store.people(&ids.collect::<Result<Vec<_>, _>>().map_err(unreadable)?).await
}

/// The count, when the page itself tells it: it is empty, or the list ends with it.
pub(super) fn whole_list<T>(rows: &[T], page: Page) -> Option<u64> {
    let read = rows.len() as u64;
    if read == 0 {
        return Some(0);
    }
    (page.limit == 0 || read < u64::from(page.limit)).then(|| u64::from(page.offset) + read)
}

/// Applies limit and offset. An offset alone needs a limit on SQLite.
pub(super) fn paged<E: EntityTrait>(select: Select<E>, page: Page) -> Select<E> {
    let limit = match (page.limit, page.offset) {
        (0, 0) => None,
        (0, _) => Some(i64::MAX as u64),
        (limit, _) => Some(u64::from(limit)),
    };
    select.limit(limit).offset((page.offset > 0).then_some(u64::from(page.offset)))
}

/// Those who are found, in no order yet. An exact name is looked up in its unique index.
#[doc(hidden)]
pub fn page_of_found(
    engine: Engine,
    scope: &Scope,
    search: &UserSearch<OrgId>,
    after: Option<UserId>,
) -> Select<users::Entity> {
    let UserSearch { filter, email, username, within, outside } = search;
    let id = || users::Column::Id.into_expr();
    let wanted = living()
        .add(users_in(scope))
        .add(matching(engine, filter))
        .add_option(email.as_deref().map(has_email))
        .add_option(username.as_deref().map(has_username))
        .add_option(within.as_ref().map(|ids| id().in_subquery(members_of(ids))))
        .add_option((!outside.is_empty()).then(|| id().not_in_subquery(members_of(outside))))
        .add_option(after.map(|user| users::Column::UsernameLower.into_expr().gt(username_of(user))));
    users::Entity::find().filter(wanted)
}

fn members_of(organizations: &[OrgId]) -> SelectStatement {
    let ids = organizations.iter().map(|id| id.0);
    Query::select()
        .column(organization_members::Column::UserId)
        .from(organization_members::Entity)
        .and_where(organization_members::Column::OrganizationId.is_in(ids))
        .to_owned()
}

/// The folded username of a user, also a deleted one; NULL, which nothing sorts after, for an unknown one.
pub(super) fn username_of(user: UserId) -> SelectStatement {
    // The table goes by another name here: inside the query it is used in, `users` is the outer one.
    Query::select()
        .column(("cursor", users::Column::UsernameLower))
        .from_as(users::Entity, "cursor")
        .and_where(Expr::col(("cursor", users::Column::Id)).eq(user.0))
        .to_owned()
}

impl Store {
    /// The number of rows of an unfiltered list, from memory while nothing was added or removed.
    pub(super) async fn counted<E>(&self, of: CountOf, rows: Select<E>) -> Result<u64, Error>
    where
        E: EntityTrait,
        E::Model: FromQueryResult + Send + Sync,
    {
        if let Some(count) = self.0.cache.count(of) {
            return Ok(count);
        }
        let since = self.0.cache.epoch();
        let count = rows.count(self.connection()).await?;
        self.0.cache.keep_count(since, of, count);
        Ok(count)
    }
}

/// A living user with that username or, unless it is empty, that e-mail address, whatever the case.
///
/// # Errors
/// When the database does not answer.
pub async fn find_namesake(db: &impl Source, username: &str, email: &str) -> Result<Option<UserId>, Error> {
    let email = folded(email);
    let same_email = (!email.is_empty()).then(|| users::Column::EmailLower.eq(email));
    let same = Condition::any().add(users::Column::UsernameLower.eq(folded(username))).add_option(same_email);
    let select = users::Entity::find().filter(Expr::cust("users.deleted = FALSE")).filter(same);
    let id = select.select_only().column(users::Column::Id).into_tuple::<Uuid>().one(db.connection()).await?;
    Ok(id.map(UserId))
}

/// Puts in a user and its key pair for git.
///
/// # Errors
/// [`Error::Taken`] for a username or e-mail address that is in use.
pub async fn insert(tx: &mut Tx, new: &Allowed<NewUser, act::Create>) -> Result<(), Error> {
    let user = &new.user;
    users::Entity::insert(row(new)).exec_without_returning(tx.connection()).await?;
    git_ssh_keys::Entity::insert(git_key_row(new)).exec_without_returning(tx.connection()).await?;
    tx.touch_person(user.id);
    tx.touch_counts();
    Ok(())
}

pub(super) fn git_key_row(new: &NewUser) -> git_ssh_keys::ActiveModel {
    // The user may be older than this account, which is when the pair was made.
    let made_at = new.user.updated_at;
    git_ssh_keys::ActiveModel {
        user_id: Set(new.user.id.0),
        created_at: Set(made_at),
        updated_at: Set(made_at),
        private_key: Set(new.git_key.private.expose().to_owned()),
        public_key: Set(new.git_key.public.clone()),
    }
}

pub(super) fn row(new: &NewUser) -> users::ActiveModel {
    let user = &new.user;
    users::ActiveModel {
        id: Set(user.id.0),
        username: Set(user.username.clone()),
        username_lower: Set(folded(&user.username)),
        email: Set(user.email.clone()),
        email_lower: Set(folded(&user.email)),
        name: Set(user.name.clone()),
        name_lower: Set(folded(&user.name)),
        avatar_url: Set(user.avatar_url.clone()),
        created_at: Set(user.created_at),
        updated_at: Set(user.updated_at),
        last_seen_at: Set(user.last_seen_at),
        status: Set(user.status.as_str().to_owned()),
        login_type: Set(user.login_type.as_str().to_owned()),
        hashed_password: Set(new.password_hash.expose().to_owned()),
        rbac_roles: Set(Texts(user.roles.clone())),
        deleted: Set(user.deleted),
        is_system: Set(user.is_system),
        is_service_account: Set(user.is_service_account),
        ..Default::default()
    }
}

/// Makes a dormant user active and seen; false when the user was not dormant (any more).
///
/// # Errors
/// When the database does not answer.
pub async fn wake(tx: &mut Tx, user: &Allowed<User, act::Update>, now: DateTime<Utc>) -> Result<bool, Error> {
    let changed = users::Entity::update_many()
        .col_expr(users::Column::Status, Expr::value(UserStatus::Active.as_str()))
        .col_expr(users::Column::LastSeenAt, Expr::value(now))
        .col_expr(users::Column::UpdatedAt, Expr::value(now))
        .filter(users::Column::Id.eq(user.id.0))
        .filter(users::Column::Status.eq(UserStatus::Dormant.as_str()))
        .filter(Expr::cust("users.deleted = FALSE"))
        .exec(tx.connection())
        .await?;
    tx.touch_person(user.id);
    Ok(changed.rows_affected > 0)
}

/// Notes that a user was seen; moves `updated_at` too.
///
/// # Errors
/// When the database does not answer.
pub async fn set_seen(
    tx: &mut Tx,
    user: &Allowed<User, act::Update>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    users::Entity::update_many()
        .col_expr(users::Column::LastSeenAt, Expr::value(now))
        .col_expr(users::Column::UpdatedAt, Expr::value(now))
        .filter(users::Column::Id.eq(user.id.0))
        .exec(tx.connection())
        .await?;
    tx.touch_person(user.id);
    Ok(())
}

/// Replaces the site roles; `updated_at` stays (users.md 1.3).
///
/// # Errors
/// When the database does not answer.
pub async fn set_roles(tx: &mut Tx, person: &Allowed<SiteRoles, act::Assign>) -> Result<(), Error> {
    let user = &person.0.user;
    users::Entity::update_many()
        .col_expr(users::Column::RbacRoles, Expr::value(sea_orm::Value::from(Texts(user.roles.clone()))))
        .filter(users::Column::Id.eq(user.id.0))
        .exec(tx.connection())
        .await?;
    tx.touch_person(user.id);
    Ok(())
}

/// How many active users besides one hold a site role.
///
/// # Errors
/// When the database does not answer.
pub async fn count_other_holders(db: &impl Source, role: &str, besides: UserId) -> Result<u64, Error> {
    let holders = users::Entity::find()
        .filter(living())
        .filter(users::Column::Status.eq(UserStatus::Active.as_str()))
        .filter(users::Column::Id.ne(besides.0))
        .filter(db.engine().holds_any(("users", "rbac_roles"), &[role.to_owned()]));
    Ok(holders.count(db.connection()).await?)
}

/// Those who look after accounts: owners and user-admins who are not suspended and can be written to, but for one user. Usernames
/// and e-mail addresses, by username.
///
/// # Errors
/// When the database does not answer.
pub async fn select_caretakers(db: &impl Source, besides: UserId) -> Result<Vec<(String, String)>, Error> {
    let roles = ["owner", "user-admin"].map(str::to_owned);
    let caretakers = users::Entity::find()
        .filter(living())
        .filter(users::Column::Status.ne(UserStatus::Suspended.as_str()))
        .filter(users::Column::Email.ne(""))
        .filter(users::Column::Id.ne(besides.0))
        .filter(db.engine().holds_any(("users", "rbac_roles"), &roles));
    let names = caretakers.select_only().columns([users::Column::Username, users::Column::Email]);
    let names = names.order_by_asc(users::Column::UsernameLower).into_tuple();
    Ok(names.all(db.connection()).await?)
}
