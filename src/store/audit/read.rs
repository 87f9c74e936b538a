//! Entries as lists show them, the newest first.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::audit_logs::{Column, Entity, Model};
use entity::{organizations, users};
use sea_orm::sea_query::{Alias, Expr, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
};
use uuid::Uuid;

use crate::model::audit::{AuditAction, AuditEntry, AuditedType, COUNT_CAP, Place};
use crate::model::ids::{AuditId, OrgId, RequestId, UserId};
use crate::model::page::{Counted, Page};
use crate::model::user::User;
use crate::rbac::{Allowed, Rows, Scope};
use crate::store::Source;
use crate::store::error::Error;
use crate::store::rows::{USER_COLUMNS, UserRow};

/// Which entries to look for; all of it must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// About things of this type.
    pub resource_type: Option<AuditedType>,
    /// What was done.
    pub action: Option<AuditAction>,
    /// About this thing.
    pub resource_id: Option<Uuid>,
    /// Made by this request.
    pub request: Option<RequestId>,
    /// About something of this name, folded.
    pub target: Option<String>,
    /// Done by one of these; an empty list is nobody.
    pub actors: Option<Vec<UserId>>,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
    /// In this organization.
    pub organization: Option<OrgId>,
    /// Those that the order has after this one.
    pub after: Option<(DateTime<Utc>, AuditId)>,
}

/// How many ids one statement names at most.
const IDS_AT_ONCE: usize = 1_000;

/// A page of the entries in a scope, the newest first, and how many there are, counted no further than one beyond
/// [`COUNT_CAP`] (logs.md A6). Who and where comes in one query each for the whole page.
///
/// # Errors
/// When the database does not answer.
pub async fn select_page(
    db: &impl Source,
    scope: &Scope,
    filter: &Filter,
    page: Page,
) -> Result<Counted<Allowed<AuditEntry>>, Error> {
    let count = count(db, found(scope, filter)).await?;
    if count == 0 {
        return Ok(Counted { rows: Vec::new(), count });
    }
    let rows = page_of(scope, filter, page).all(db.connection()).await?;
    let entries = told(db, rows).await?;
    Ok(Counted { rows: entries.into_iter().filter_map(|entry| scope.admit(entry)).collect(), count })
}

/// The statement of a page. Its cost must not grow with the log: an index gives the order, too.
#[doc(hidden)]
pub fn page_of(scope: &Scope, filter: &Filter, page: Page) -> Select<Entity> {
    let found = found(scope, filter).order_by_desc(Column::Time).order_by_asc(Column::Id);
    let offset = (page.offset > 0).then_some(u64::from(page.offset));
    found.limit(u64::from(page.limit)).offset(offset)
}

/// One entry.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &impl Source, id: AuditId) -> Result<Option<AuditEntry>, Error> {
    let row = Entity::find_by_id(id.0).one(db.connection()).await?;
    Ok(told(db, row.into_iter().collect()).await?.pop())
}

async fn count(db: &impl Source, found: Select<Entity>) -> Result<u64, Error> {
    let some = found.select_only().column(Column::Id).limit(COUNT_CAP + 1).into_query();
    let mut counting = Query::select();
    counting.expr_as(Expr::cust("COUNT(*)"), Alias::new("count")).from_subquery(some, Alias::new("some"));
    let row = db.connection().query_one(&counting).await?;
    let count: i64 = row.map(|row| row.try_get("", "count")).transpose()?.unwrap_or_default();
    Ok(u64::try_from(count).unwrap_or_default())
}

fn found(scope: &Scope, filter: &Filter) -> Select<Entity> {
    Entity::find().filter(in_scope(scope)).filter(matching(filter))
}

/// Entries belong to their organization, if they have one, and to nobody.
fn in_scope<V>(scope: &Scope<V>) -> Condition {
    let roles = match scope.rows() {
        Rows::All => Condition::all(),
        Rows::Some { organizations, .. } => {
            Condition::all().add(Column::OrganizationId.is_in(organizations.iter().map(|id| id.0)))
        }
    };
    roles.add_option(scope.ids().map(|ids| Column::Id.is_in(ids.iter().copied())))
}

fn matching(filter: &Filter) -> Condition {
    let Filter {
        resource_type,
        action,
        resource_id,
        request,
        target,
        actors,
        from,
        until,
        organization,
        after,
    } = filter;
    Condition::all()
        .add_option(resource_type.map(|of| Column::ResourceType.eq(of.as_str())))
        .add_option(action.map(|action| Column::Action.eq(action.as_str())))
        .add_option(resource_id.map(|id| Column::ResourceId.eq(id)))
        .add_option(request.map(|id| Column::RequestId.eq(id.0)))
        .add_option(target.as_deref().map(|name| Column::ResourceTargetLower.eq(name)))
        .add_option(actors.as_ref().map(|ids| Column::UserId.is_in(ids.iter().map(|id| id.0))))
        .add_option(from.map(|time| Column::Time.gte(time)))
        .add_option(until.map(|time| Column::Time.lt(time)))
        .add_option(organization.map(|id| Column::OrganizationId.eq(id.0)))
        .add_option(after.map(|(time, id)| older(time, id)))
}

/// The first half says nothing that the second does not, but an index can begin there.
fn older(time: DateTime<Utc>, id: AuditId) -> Condition {
    let same_time = Condition::all().add(Column::Time.eq(time)).add(Column::Id.gt(id.0));
    Condition::all()
        .add(Column::Time.lte(time))
        .add(Condition::any().add(Column::Time.lt(time)).add(same_time))
}

/// The rows with what a page shows of users and organizations.
async fn told(db: &impl Source, rows: Vec<Model>) -> Result<Vec<AuditEntry>, Error> {
    let is_user = |row: &&Model| row.resource_type == AuditedType::User.as_str();
    let about = rows.iter().filter(is_user).map(|row| row.resource_id);
    let people = people(db, rows.iter().map(|row| row.user_id).chain(about).collect()).await?;
    let places = places(db, rows.iter().map(|row| row.organization_id).collect()).await?;
    rows.into_iter().map(|row| entry(row, &people, &places)).collect()
}

async fn people(db: &impl Source, ids: BTreeSet<Uuid>) -> Result<HashMap<Uuid, User>, Error> {
    let mut found = HashMap::with_capacity(ids.len());
    for some in Vec::from_iter(ids).chunks(IDS_AT_ONCE) {
        let select = users::Entity::find().filter(users::Column::Id.is_in(some.iter().copied()));
        let rows = select.select_only().columns(USER_COLUMNS).into_model::<UserRow>();
        for row in rows.all(db.connection()).await? {
            let user = User::try_from(row)?;
            found.insert(user.id.0, user);
        }
    }
    Ok(found)
}

async fn places(db: &impl Source, mut ids: BTreeSet<Uuid>) -> Result<HashMap<Uuid, Place>, Error> {
    ids.remove(&Uuid::nil());
    let mut found = HashMap::with_capacity(ids.len());
    for some in Vec::from_iter(ids).chunks(IDS_AT_ONCE) {
        let select = organizations::Entity::find()
            .filter(organizations::Column::Id.is_in(some.iter().copied()))
            .select_only()
            .columns([organizations::Column::Id, organizations::Column::Name])
            .columns([organizations::Column::DisplayName, organizations::Column::Icon]);
        for (id, name, display_name, icon) in select.into_tuple().all(db.connection()).await? {
            found.insert(id, Place { name, display_name, icon });
        }
    }
    Ok(found)
}

fn entry(
    row: Model,
    people: &HashMap<Uuid, User>,
    places: &HashMap<Uuid, Place>,
) -> Result<AuditEntry, Error> {
    let resource_type = AuditedType::parse(&row.resource_type);
    let out_of_range = |_| Error::Corrupt(format!("entry {} has the status {}", row.id, row.status_code));
    let organization = Some(row.organization_id).filter(|id| !id.is_nil());
    let target_gone = match resource_type {
        Some(AuditedType::User) => people.get(&row.resource_id).is_none_or(|user| user.deleted),
        other => other.is_some_and(AuditedType::is_never_here),
    };
    Ok(AuditEntry {
        id: AuditId(row.id),
        time: row.time,
        actor: UserId(row.user_id),
        user: people.get(&row.user_id).cloned(),
        organization: organization.map(OrgId),
        place: organization.and_then(|id| places.get(&id).cloned()),
        ip: row.ip,
        user_agent: row.user_agent,
        action: AuditAction::parse(&row.action),
        resource_type,
        resource_id: row.resource_id,
        target: row.resource_target,
        icon: row.resource_icon,
        target_gone,
        diff: row.diff.to_string(),
        status: u16::try_from(row.status_code).map_err(out_of_range)?,
        additional: row.additional_fields.to_string(),
        request: RequestId(row.request_id),
    })
}
