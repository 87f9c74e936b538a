//! Keys and people with what decisions need, through the cache.

use std::collections::HashMap;
use std::sync::Arc;

use entity::{group_members, organization_members, organizations, users};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SubQueryStatement};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
};
use uuid::Uuid;

use super::cache::{CachedKey, CachedPerson};
use super::conditions::{has_email, has_username};
use super::engine::Engine;
use super::error::Error;
use super::rows::{self, USER_COLUMNS, UserRow};
use super::{Source, Store, Tx, roles};
use crate::model::ids::{GroupId, KeyId, OrgId, UserId};
use crate::model::names::folded;
use crate::model::organization::Sharing;
use crate::model::user::{Membership, Person, User};

impl Store {
    /// A key by its public part.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn key(&self, id: &KeyId) -> Result<Option<Arc<CachedKey>>, Error> {
        // No key has such an id; and a zero byte is no text to PostgreSQL.
        if !id.0.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Ok(None);
        }
        if let Some(found) = self.0.cache.key(id) {
            return Ok(Some(found));
        }
        let since = self.0.cache.epoch();
        let row = entity::api_keys::Entity::find_by_id(&id.0).one(self.connection()).await?;
        let Some(row) = row else { return Ok(None) };
        let key = Arc::new(CachedKey::new(rows::key(row)?)?);
        self.0.cache.keep_key(since, &key);
        Ok(Some(key))
    }

    /// A person by id, also a deleted one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn person(&self, id: UserId) -> Result<Option<Arc<CachedPerson>>, Error> {
        if let Some(found) = self.0.cache.person(id) {
            return Ok(Some(found));
        }
        let since = self.0.cache.epoch();
        Ok(self.keep(since, find_people(self, users::Column::Id.eq(id.0)).await?).await?.pop())
    }

    /// People by id, in the order of the ids; in two or three queries for all that are not in memory.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) async fn people(&self, ids: &[UserId]) -> Result<Vec<Arc<Person>>, Error> {
        let mut found: HashMap<UserId, Arc<CachedPerson>> = HashMap::with_capacity(ids.len());
        found.extend(ids.iter().filter_map(|id| Some((*id, self.0.cache.person(*id)?))));
        let missing: Vec<Uuid> = ids.iter().filter(|id| !found.contains_key(id)).map(|id| id.0).collect();
        if !missing.is_empty() {
            let since = self.0.cache.epoch();
            let people = find_people(self, users::Column::Id.is_in(missing)).await?;
            let kept = self.keep(since, people).await?;
            found.extend(kept.into_iter().map(|kept| (kept.person.user.id, kept)));
        }
        Ok(ids.iter().filter_map(|id| found.get(id)).map(|found| found.person.clone()).collect())
    }

    /// A person by username, whatever the case; deleted ones have none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn person_named(&self, name: &str) -> Result<Option<Arc<CachedPerson>>, Error> {
        let folded = folded(name);
        if let Some(found) = self.0.cache.person_named(&folded) {
            return Ok(Some(found));
        }
        let since = self.0.cache.epoch();
        let named = has_username(name);
        let person = self.keep(since, find_people(self, named).await?).await?.pop();
        if let Some(found) = &person {
            self.0.cache.keep_name(folded, found.person.user.id);
        }
        Ok(person)
    }

    /// A person by e-mail address, whatever the case; deleted ones have none, nor have service accounts.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn person_at(&self, email: &str) -> Result<Option<Arc<CachedPerson>>, Error> {
        let since = self.0.cache.epoch();
        Ok(self.keep(since, find_people(self, has_email(email)).await?).await?.pop())
    }

    async fn keep(&self, since: u64, people: Vec<Person>) -> Result<Vec<Arc<CachedPerson>>, Error> {
        let custom: Arc<[_]> = roles::held_by(self, &people).await?.into();
        let kept = people.into_iter().map(|person| Arc::new(CachedPerson::new(person, custom.clone())));
        let kept: Vec<_> = kept.collect();
        kept.iter().for_each(|person| self.0.cache.keep_person(since, person));
        Ok(kept)
    }
}

impl Tx {
    /// A person by id, also a deleted one, as this transaction sees it: nothing of it is remembered or comes from memory.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn person(&self, id: UserId) -> Result<Option<CachedPerson>, Error> {
        let found = find_people(self, users::Column::Id.eq(id.0)).await?;
        let custom: Arc<[_]> = roles::held_by(self, &found).await?.into();
        Ok(found.into_iter().next().map(|person| CachedPerson::new(person, custom)))
    }
}

async fn find_people(db: &impl Source, wanted: Expr) -> Result<Vec<Person>, Error> {
    let select = users::Entity::find().filter(wanted).select_only().columns(USER_COLUMNS);
    let rows = select.into_model::<UserRow>().all(db.connection()).await?;
    with_memberships(db, rows.into_iter().map(User::try_from).collect::<Result<_, _>>()?).await
}

/// Adds the memberships to users, in one query for each thousand of them.
pub(super) async fn with_memberships(db: &impl Source, users: Vec<User>) -> Result<Vec<Person>, Error> {
    let ids: Vec<Uuid> = users.iter().map(|user| user.id.0).collect();
    let mut memberships: HashMap<Uuid, Vec<Membership>> = HashMap::with_capacity(users.len());
    for some in ids.chunks(IDS_AT_ONCE) {
        for row in select_memberships(db, some).await? {
            memberships.entry(row.user_id).or_default().push(membership(row)?);
        }
    }
    let person =
        |user: User| Person { memberships: memberships.remove(&user.id.0).unwrap_or_default(), user };
    Ok(users.into_iter().map(person).collect())
}

/// How many ids one statement names at most: SQLite takes 32,766 parameters, PostgreSQL 65,535.
const IDS_AT_ONCE: usize = 1_000;

#[derive(FromQueryResult)]
struct MembershipRow {
    user_id: Uuid,
    organization_id: Uuid,
    roles: entity::Texts,
    shareable_workspace_owners: String,
    /// Ids with commas; none for no group.
    groups: Option<String>,
}

async fn select_memberships(db: &impl Source, users: &[Uuid]) -> Result<Vec<MembershipRow>, Error> {
    let rows = organization_members::Entity::find()
        .select_only()
        .columns([
            organization_members::Column::UserId,
            organization_members::Column::OrganizationId,
            organization_members::Column::Roles,
        ])
        .column(organizations::Column::ShareableWorkspaceOwners)
        .expr_as(groups_of_membership(db.engine()), "groups")
        .join(JoinType::InnerJoin, organization_members::Relation::Organization.def())
        .filter(organization_members::Column::UserId.is_in(users.iter().copied()))
        .order_by_asc(organization_members::Column::OrganizationId);
    Ok(rows.into_model::<MembershipRow>().all(db.connection()).await?)
}

/// The groups that the user was put into in the organization, so that who is in some costs no query of its own.
fn groups_of_membership(engine: Engine) -> Expr {
    use group_members::Column;
    const GROUP: &str = "group_members.group_id";
    let same = |column: Column, of: organization_members::Column| {
        Expr::col((group_members::Entity, column)).equals((organization_members::Entity, of))
    };
    let ids = Query::select()
        .expr(engine.joined_ids(GROUP, GROUP))
        .from(group_members::Entity)
        .and_where(same(Column::UserId, organization_members::Column::UserId))
        .and_where(same(Column::OrganizationId, organization_members::Column::OrganizationId))
        .to_owned();
    SubQueryStatement::from(ids).into()
}

fn membership(row: MembershipRow) -> Result<Membership, Error> {
    let unknown = || Error::Corrupt(format!("unknown sharing mode {:?}", row.shareable_workspace_owners));
    let sharing = Sharing::parse(&row.shareable_workspace_owners).ok_or_else(unknown)?;
    let unreadable = |e| Error::Corrupt(format!("the id of a group: {e}"));
    let ids = row.groups.iter().flat_map(|ids| ids.split(',')).map(|id| Uuid::try_parse(id).map(GroupId));
    let groups = ids.collect::<Result<_, _>>().map_err(unreadable)?;
    Ok(Membership { organization: OrgId(row.organization_id), roles: row.roles.0, sharing, groups })
}
