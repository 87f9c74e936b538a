//! Entries that are not kept any longer (logs.md C).

use chrono::{DateTime, Utc};
use entity::audit_logs::{Column, Entity};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use crate::model::audit::CONNECTION_ACTIONS;
use crate::rbac::{Allowed, OldEntries, act};
use crate::store::error::Error;
use crate::store::{Source, Tx};

/// Removes entries from before `before`, at most `most` of them, the oldest first; answers how many. Old rows about connections
/// are none of them.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_before(
    tx: &mut Tx,
    _all: &Allowed<OldEntries, act::Delete>,
    before: DateTime<Utc>,
    most: u64,
) -> Result<u64, Error> {
    remove(tx, Expr::cust(connections("NOT IN")), before, most).await
}

/// The same for old rows about connections, and for them only.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_old_connections(
    tx: &mut Tx,
    _all: &Allowed<OldEntries, act::Delete>,
    before: DateTime<Utc>,
    most: u64,
) -> Result<u64, Error> {
    remove(tx, Expr::cust(connections("IN")), before, most).await
}

/// Literals, as the partial index has them: SQLite uses it only then (migration 15).
fn connections(is: &str) -> String {
    let actions = CONNECTION_ACTIONS.map(|action| format!("'{}'", action.as_str())).join(", ");
    format!("audit_logs.action {is} ({actions})")
}

async fn remove(tx: &Tx, which: Expr, before: DateTime<Utc>, most: u64) -> Result<u64, Error> {
    let old = Entity::find().select_only().column(Column::Id).filter(which).filter(Column::Time.lt(before));
    let old = old.order_by_asc(Column::Time).limit(most).into_query();
    let removed = Entity::delete_many().filter(Column::Id.into_expr().in_subquery(old));
    Ok(removed.exec(tx.connection()).await?.rows_affected)
}
