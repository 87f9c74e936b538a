//! Tokens: lists of them, with the names of their owners.

use chrono::{DateTime, Utc};
use entity::{api_keys, users};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
    RelationTrait, Select,
};

use super::conditions::keys_in;
use super::error::Error;
use super::{Source, rows};
use crate::model::ids::UserId;
use crate::model::key::ApiKey;
use crate::rbac::{Allowed, Scope};

/// Which tokens are listed.
#[derive(Debug, Clone, Copy)]
pub struct Filter {
    /// Of one user, or of all.
    pub owner: Option<UserId>,
    /// Only those that end after this; none is all.
    pub living_at: Option<DateTime<Utc>>,
}

#[derive(FromQueryResult)]
struct TokenRow {
    #[sea_orm(nested)]
    key: api_keys::Model,
    username: String,
}

/// The tokens in a scope that pass a filter, the oldest first, each with its owner's username: one query, however many there
/// are.
///
/// # Errors
/// When the database does not answer.
pub async fn select(
    db: &impl Source,
    scope: &Scope,
    filter: Filter,
) -> Result<Vec<(Allowed<ApiKey>, String)>, Error> {
    let found = matching(scope, filter).into_model::<TokenRow>().all(db.connection()).await?;
    let mut tokens = Vec::with_capacity(found.len());
    for TokenRow { key, username } in found {
        tokens.extend(scope.admit(rows::key(key)?).map(|key| (key, username)));
    }
    Ok(tokens)
}

/// The query behind [`select`].
#[doc(hidden)]
pub fn matching(scope: &Scope, filter: Filter) -> Select<api_keys::Entity> {
    let wanted = Condition::all()
        // A literal: SQLite uses its partial indexes only then.
        .add(Expr::cust("api_keys.login_type = 'token'"))
        .add_option(filter.owner.map(|owner| api_keys::Column::UserId.eq(owner.0)))
        .add_option(filter.living_at.map(|now| api_keys::Column::ExpiresAt.gt(now)));
    api_keys::Entity::find()
        .column(users::Column::Username)
        .join(JoinType::InnerJoin, api_keys::Relation::User.def())
        .filter(wanted)
        .filter(keys_in(scope))
        .order_by_asc(api_keys::Column::CreatedAt)
        .order_by_asc(api_keys::Column::Id)
}
