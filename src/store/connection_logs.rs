//! The connection log: what is told of connections goes in many at a time, and comes out a page at a time.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::connection_logs::{Column, Entity, Model};
use entity::{organizations, users};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select, Statement,
};
use uuid::Uuid;

use super::bulk::AT_ONCE;
use super::engine::{Cell, Kind};
use super::error::Error;
use super::rows::{self, USER_COLUMNS, UserRow};
use super::tx::Tx;
use super::{Source, Store};
use crate::model::connection::{
    Connection, ConnectionEvent, ConnectionLog, ConnectionType, ListedConnection, collapsed,
};
use crate::model::connection_search::{ConnectionFilter, Ended};
use crate::model::ids::{ConnectionLogId, OrgId, UserId};
use crate::model::organization::Organization;
use crate::model::page::Counted;
use crate::model::user::User;
use crate::rbac::{Allowed, OldConnections, Rows, Scope, act};

/// Counts stop here: one more means "more than that" (logs.md A6, B4).
pub const COUNT_CAP: u64 = 2_000;

const COLUMNS: [(&str, Kind); 16] = [
    ("id", Kind::Uuid),
    ("connect_time", Kind::Time),
    ("organization_id", Kind::Uuid),
    ("workspace_owner_id", Kind::Uuid),
    ("workspace_id", Kind::Uuid),
    ("workspace_name", Kind::Text),
    ("agent_name", Kind::Text),
    ("type", Kind::Text),
    ("ip", Kind::Text),
    ("code", Kind::Number),
    ("user_agent", Kind::Text),
    ("user_id", Kind::Uuid),
    ("slug_or_port", Kind::Text),
    ("connection_id", Kind::Uuid),
    ("disconnect_time", Kind::Time),
    ("disconnect_reason", Kind::Text),
];

/// What becomes of a connection that there is an entry of (logs.md B2): the earliest beginning that is known, and of its end what
/// is told first. Everything else keeps its first value.
const KNOWN_CONNECTION: &str = "ON CONFLICT (connection_id, workspace_id, agent_name) DO UPDATE SET
    connect_time = CASE
        WHEN excluded.connect_time = '0001-01-01T00:00:00+00:00' THEN connection_logs.connect_time
        WHEN connection_logs.connect_time = '0001-01-01T00:00:00+00:00' THEN excluded.connect_time
        WHEN excluded.connect_time < connection_logs.connect_time THEN excluded.connect_time
        ELSE connection_logs.connect_time END,
    disconnect_time = COALESCE(connection_logs.disconnect_time, excluded.disconnect_time),
    disconnect_reason = COALESCE(connection_logs.disconnect_reason, excluded.disconnect_reason),
    code = COALESCE(connection_logs.code, excluded.code)";

/// What is for browsers is known again only when the very same event comes once more.
const KNOWN_EVENT: &str = "ON CONFLICT (id) DO NOTHING";

/// Writes what events tell: new entries, and more about those that are there. One statement a thousand entries; one more when
/// some are of browsers. The same events once more change nothing.
///
/// # Errors
/// [`Error::Dangling`] when an organization or an owner is not there, [`Error::Taken`] when a new connection comes with the id
/// of another entry.
pub async fn upsert(tx: &mut Tx, events: Vec<Allowed<ConnectionEvent, act::Update>>) -> Result<(), Error> {
    let logs = collapsed(events.into_iter().map(Allowed::into_inner).collect());
    let (of_agents, of_browsers): (Vec<_>, Vec<_>) =
        logs.into_iter().partition(|log| log.connection.id.is_some());
    insert(tx, of_browsers, KNOWN_EVENT).await?;
    insert(tx, of_agents, KNOWN_CONNECTION).await
}

async fn insert(tx: &Tx, logs: Vec<ConnectionLog>, known: &str) -> Result<(), Error> {
    let rows: Vec<_> = logs.into_iter().map(cells).collect();
    let columns = COLUMNS.map(|(name, _)| name).join(", ");
    for some in rows.chunks(AT_ONCE) {
        let (given, values) = tx.engine().given(COLUMNS.map(|(_, kind)| kind), some);
        let sql = format!("INSERT INTO connection_logs ({columns}) {given} {known}");
        let backend = tx.connection().get_database_backend();
        tx.connection().execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    }
    Ok(())
}

fn cells(log: ConnectionLog) -> [Cell; 16] {
    let ConnectionLog { id, connect_time, disconnect_time, connection } = log;
    let Connection {
        organization,
        owner,
        workspace,
        workspace_name,
        agent_name,
        kind,
        code,
        ip,
        user_agent,
        user,
        slug_or_port,
        id: connection_id,
        reason,
    } = connection;
    [
        Cell::Uuid(Some(id.0)),
        Cell::Time(Some(connect_time)),
        Cell::Uuid(Some(organization.0)),
        Cell::Uuid(Some(owner.0)),
        Cell::Uuid(Some(workspace)),
        Cell::Text(Some(workspace_name)),
        Cell::Text(Some(agent_name)),
        Cell::Text(Some(kind.as_str().to_owned())),
        Cell::Text(ip),
        Cell::Number(code),
        Cell::Text(user_agent),
        Cell::Uuid(user.map(|user| user.0)),
        Cell::Text(slug_or_port),
        Cell::Uuid(connection_id),
        Cell::Time(disconnect_time),
        Cell::Text(reason),
    ]
}

/// A page of the entries in a scope that match, the newest first, with the count of all of them up to one more than
/// [`COUNT_CAP`].
///
/// # Errors
/// When the database does not answer.
pub async fn select_page(
    store: &Store,
    scope: &Scope,
    filter: &ConnectionFilter,
    (limit, offset): (u32, u32),
) -> Result<Counted<Allowed<ListedConnection>>, Error> {
    let count = count(store, found(scope, filter)).await?;
    if count == 0 {
        return Ok(Counted { rows: Vec::new(), count });
    }
    let page = page_of(scope, filter, limit, offset).all(store.connection()).await?;
    let rows = listed(store, page).await?.into_iter().filter_map(|log| scope.admit(log)).collect();
    Ok(Counted { rows, count })
}

/// The rows of a page, in the order of the list.
#[doc(hidden)]
pub fn page_of(scope: &Scope, filter: &ConnectionFilter, limit: u32, offset: u32) -> Select<Entity> {
    found(scope, filter)
        .order_by_desc(Column::ConnectTime)
        .order_by(Column::Id, Order::Asc)
        .limit(u64::from(limit))
        .offset((offset > 0).then_some(u64::from(offset)))
}

fn found(scope: &Scope, filter: &ConnectionFilter) -> Select<Entity> {
    Entity::find().filter(connections_in(scope)).filter(matching(filter))
}

async fn count(store: &Store, found: Select<Entity>) -> Result<u64, Error> {
    let capped = found.select_only().column(Column::Id).limit(COUNT_CAP + 1).into_query();
    let mut counted = Query::select();
    counted.expr_as(Expr::cust("COUNT(*)"), "found").from_subquery(capped, "capped");
    let row = store.connection().query_one(&counted).await?;
    let count: i64 = row.map(|row| row.try_get("", "found")).transpose()?.unwrap_or_default();
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Entries belong to the organization of the workspace and to nobody.
fn connections_in<V>(scope: &Scope<V>) -> Condition {
    let roles = match scope.rows() {
        Rows::All => Condition::all(),
        Rows::Some { organizations, .. } => {
            Condition::all().add(Column::OrganizationId.is_in(organizations.iter().map(|id| id.0)))
        }
    };
    roles.add_option(scope.ids().map(|ids| Column::Id.is_in(ids.iter().copied())))
}

fn matching(filter: &ConnectionFilter) -> Condition {
    let ConnectionFilter { organization, owner, user, kind, after, before, workspace, connection, ended } =
        filter;
    let mut all = Condition::all()
        .add_option(organization.map(|id| Column::OrganizationId.eq(id.0)))
        .add_option(kind.map(|kind| Column::Kind.eq(kind.as_str())))
        .add_option(after.map(|time| Column::ConnectTime.gte(time)))
        .add_option(before.map(|time| Column::ConnectTime.lte(time)))
        .add_option(workspace.map(|id| Column::WorkspaceId.eq(id)))
        .add_option(connection.map(|id| Column::ConnectionId.eq(id)))
        .add_option(ended.map(ended_or_not));
    for id in owner.iter().flatten() {
        all = all.add(Column::WorkspaceOwnerId.eq(id.0));
    }
    for id in user.iter().flatten() {
        all = all.add(Column::UserId.eq(id.0));
    }
    all
}

fn ended_or_not(ended: Ended) -> Expr {
    let told = match ended {
        Ended::Ongoing => Column::DisconnectTime.is_null(),
        Ended::Completed => Column::DisconnectTime.is_not_null(),
    };
    told.and(Column::Kind.is_not_in(ConnectionType::WEB.map(ConnectionType::as_str)))
}

/// The entries with whom and what they name, in a query for each kind of those.
async fn listed(db: &impl Source, page: Vec<Model>) -> Result<Vec<ListedConnection>, Error> {
    let organizations = organizations_of(db, page.iter().map(|row| row.organization_id).collect()).await?;
    let named = page.iter().flat_map(|row| [Some(row.workspace_owner_id), row.user_id]);
    let users = users_of(db, named.flatten().collect()).await?;
    let with_names = |row: Model| {
        let organization = organizations.get(&row.organization_id).cloned();
        let (owner, user) = (users.get(&row.workspace_owner_id), row.user_id.and_then(|id| users.get(&id)));
        // Entries go with either: they went between two queries.
        let (Some(organization), Some(owner)) = (organization, owner) else { return Ok(None) };
        let (owner, user) = (owner.username.clone(), user.cloned());
        Ok(Some(ListedConnection { log: log(row)?, organization, owner, user }))
    };
    page.into_iter().filter_map(|row| with_names(row).transpose()).collect()
}

async fn organizations_of(
    db: &impl Source,
    ids: BTreeSet<Uuid>,
) -> Result<HashMap<Uuid, Organization>, Error> {
    let mut found = HashMap::with_capacity(ids.len());
    for some in Vec::from_iter(ids).chunks(AT_ONCE) {
        let with_ids = organizations::Column::Id.is_in(some.iter().copied());
        for row in organizations::Entity::find().filter(with_ids).all(db.connection()).await? {
            found.insert(row.id, rows::organization(row)?);
        }
    }
    Ok(found)
}

async fn users_of(db: &impl Source, ids: BTreeSet<Uuid>) -> Result<HashMap<Uuid, User>, Error> {
    let mut found = HashMap::with_capacity(ids.len());
    for some in Vec::from_iter(ids).chunks(AT_ONCE) {
        let select = users::Entity::find().filter(users::Column::Id.is_in(some.iter().copied()));
        let rows = select.select_only().columns(USER_COLUMNS).into_model::<UserRow>();
        for row in rows.all(db.connection()).await? {
            let user = User::try_from(row)?;
            found.insert(user.id.0, user);
        }
    }
    Ok(found)
}

fn log(row: Model) -> Result<ConnectionLog, Error> {
    let kind = ConnectionType::parse(&row.kind);
    let kind = kind.ok_or_else(|| Error::Corrupt(format!("unknown connection type {:?}", row.kind)))?;
    let connection = Connection {
        organization: OrgId(row.organization_id),
        owner: UserId(row.workspace_owner_id),
        workspace: row.workspace_id,
        workspace_name: row.workspace_name,
        agent_name: row.agent_name,
        kind,
        code: row.code,
        ip: row.ip,
        user_agent: row.user_agent,
        user: row.user_id.map(UserId),
        slug_or_port: row.slug_or_port,
        id: row.connection_id,
        reason: row.disconnect_reason,
    };
    let (id, connect_time) = (ConnectionLogId(row.id), row.connect_time);
    Ok(ConnectionLog { id, connect_time, disconnect_time: row.disconnect_time, connection })
}

/// Removes entries of connections that began before `before`, at most `most` of them, the oldest first; answers how many.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_old(
    tx: &mut Tx,
    _all: &Allowed<OldConnections, act::Delete>,
    before: DateTime<Utc>,
    most: u64,
) -> Result<u64, Error> {
    let oldest = Entity::find().select_only().column(Column::Id).filter(Column::ConnectTime.lt(before));
    let oldest = oldest.order_by_asc(Column::ConnectTime).limit(most).into_query();
    let old = Entity::delete_many().filter(Column::Id.in_subquery(oldest));
    Ok(old.exec(tx.connection()).await?.rows_affected)
}
