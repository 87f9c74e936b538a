//! Which identities at providers are which users.

use chrono::{DateTime, Utc};
use entity::user_links::{ActiveModel, Column, Entity, Model};
use entity::users;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::{Map, Value};

use super::error::Error;
use super::rows::{USER_COLUMNS, UserRow};
use super::tx::Tx;
use super::{Source, Store};
use crate::model::ids::{Secret, UserId};
use crate::model::names::folded;
use crate::model::user::{LoginType, User};
use crate::rbac::{Allowed, act};

/// An identity at a provider, and what the provider gave for it.
#[derive(Debug, Clone, PartialEq)]
pub struct UserLink {
    /// Whose it is.
    pub user: UserId,
    /// The kind of provider.
    pub login_type: LoginType,
    /// Who it is there; empty until the first login of somebody who was announced.
    pub linked_id: String,
    /// For the provider's own API.
    pub access_token: Secret,
    /// For another one when that ends; empty when there is none.
    pub refresh_token: Secret,
    /// When the access token ends; none for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// Since when somebody refreshes the tokens, if somebody does.
    pub claimed_at: Option<DateTime<Utc>>,
    /// The claims of the last login.
    pub claims: Map<String, Value>,
}

impl TryFrom<Model> for UserLink {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self, Error> {
        let login_type = LoginType::parse(&row.login_type);
        let unknown = || Error::Corrupt(format!("unknown login type {:?} of a link", row.login_type));
        let Value::Object(claims) = row.claims else {
            return Err(Error::Corrupt(format!("the claims of user {} are no object", row.user_id)));
        };
        Ok(Self {
            user: UserId(row.user_id),
            login_type: login_type.ok_or_else(unknown)?,
            linked_id: row.linked_id,
            access_token: Secret::new(row.oauth_access_token),
            refresh_token: Secret::new(row.oauth_refresh_token),
            expires_at: row.oauth_expiry,
            claimed_at: row.refresh_claimed_at,
            claims,
        })
    }
}

/// The user behind an identity; deleted ones have none.
///
/// # Errors
/// When the database does not answer.
pub async fn find_user(
    db: &impl Source,
    login_type: LoginType,
    linked_id: &str,
) -> Result<Option<User>, Error> {
    if linked_id.is_empty() {
        return Ok(None);
    }
    // Literal, as the index has it: both engines use the index only then.
    let linked = Query::select()
        .column(Column::UserId)
        .from(Entity)
        .and_where(Expr::cust("linked_id <> ''"))
        .and_where(Column::LinkedId.eq(linked_id))
        .and_where(Column::LoginType.eq(login_type.as_str()))
        .to_owned();
    let select = users::Entity::find().filter(Expr::cust("users.deleted = FALSE"));
    let select = select.filter(users::Column::Id.into_expr().in_subquery(linked));
    let row = select.select_only().columns(USER_COLUMNS).into_model::<UserRow>();
    row.one(db.connection()).await?.map(User::try_from).transpose()
}

/// A user's identity of some kind.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &impl Source, user: UserId, login_type: LoginType) -> Result<Option<UserLink>, Error> {
    let found = Entity::find_by_id((user.0, login_type.as_str().to_owned()));
    found.one(db.connection()).await?.map(UserLink::try_from).transpose()
}

/// Stores an identity, in place of what is known of the same kind.
///
/// # Errors
/// [`Error::Taken`] when it is somebody else's, [`Error::Dangling`] when the user is deleted.
pub async fn set(tx: &mut Tx, user: &Allowed<User, act::Update>, link: &UserLink) -> Result<(), Error> {
    let row = ActiveModel {
        user_id: Set(user.id.0),
        login_type: Set(link.login_type.as_str().to_owned()),
        linked_id: Set(link.linked_id.clone()),
        oauth_access_token: Set(link.access_token.expose().to_owned()),
        oauth_refresh_token: Set(link.refresh_token.expose().to_owned()),
        oauth_expiry: Set(link.expires_at),
        refresh_claimed_at: Set(None),
        claims: Set(Value::Object(link.claims.clone())),
    };
    let replaced = [
        Column::LinkedId,
        Column::OauthAccessToken,
        Column::OauthRefreshToken,
        Column::OauthExpiry,
        Column::RefreshClaimedAt,
        Column::Claims,
    ];
    let replace =
        OnConflict::columns([Column::UserId, Column::LoginType]).update_columns(replaced).to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(tx.connection()).await?;
    tx.touch_person(user.id);
    Ok(())
}

/// Stores how a provider describes a user, and the user's id at github.com if it has one.
///
/// # Errors
/// [`Error::Taken`] for an e-mail address in use.
pub async fn set_profile(
    tx: &mut Tx,
    user: &Allowed<User, act::Update>,
    github_com: Option<i64>,
) -> Result<(), Error> {
    let mut changed = users::ActiveModel {
        email: Set(user.email.clone()),
        email_lower: Set(folded(&user.email)),
        name: Set(user.name.clone()),
        name_lower: Set(folded(&user.name)),
        avatar_url: Set(user.avatar_url.clone()),
        updated_at: Set(user.updated_at),
        ..Default::default()
    };
    if github_com.is_some() {
        changed.github_com_user_id = Set(github_com);
    }
    let update = users::Entity::update_many().set(changed).filter(users::Column::Id.eq(user.id.0));
    update.exec(tx.connection()).await?;
    tx.touch_person(user.id);
    Ok(())
}

/// Reserves the refreshing of an identity's tokens: a provider may take a second use of one refresh token for theft. A
/// reservation made before `stale` is of somebody who is gone. False when somebody else has it, or refreshed already.
///
/// # Errors
/// When the database does not answer.
pub async fn claim_refresh(
    tx: &mut Tx,
    user: &Allowed<User, act::Update>,
    link: &UserLink,
    now: DateTime<Utc>,
    stale: DateTime<Utc>,
) -> Result<bool, Error> {
    let free = Column::RefreshClaimedAt.is_null().or(Column::RefreshClaimedAt.lt(stale));
    let claim = Entity::update_many().col_expr(Column::RefreshClaimedAt, Expr::value(now));
    let claimed = claim.filter(same_token(user, link)).filter(free).exec(tx.connection()).await?;
    Ok(claimed.rows_affected > 0)
}

/// Replaces the tokens of an identity, unless they were replaced since `before` was read, and ends the reservation.
///
/// # Errors
/// When the database does not answer.
pub async fn set_tokens(
    tx: &mut Tx,
    user: &Allowed<User, act::Update>,
    before: &UserLink,
    after: &UserLink,
) -> Result<(), Error> {
    let changed = ActiveModel {
        oauth_access_token: Set(after.access_token.expose().to_owned()),
        oauth_refresh_token: Set(after.refresh_token.expose().to_owned()),
        oauth_expiry: Set(after.expires_at),
        refresh_claimed_at: Set(None),
        ..Default::default()
    };
    let update = Entity::update_many().set(changed).filter(same_token(user, before));
    update.exec(tx.connection()).await?;
    tx.touch_person(user.id);
    Ok(())
}

fn same_token(user: &User, link: &UserLink) -> Expr {
    Column::UserId
        .eq(user.id.0)
        .and(Column::LoginType.eq(link.login_type.as_str()))
        .and(Column::OauthRefreshToken.eq(link.refresh_token.expose()))
}

/// What decides about the sessions of an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkState {
    /// When the provider's token ends; none for never.
    pub expires_at: Option<DateTime<Utc>>,
}

impl Store {
    /// The state of a user's identity of some kind, from memory while nothing changed; none without one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn link_state(&self, user: UserId, login_type: LoginType) -> Result<Option<LinkState>, Error> {
        if let Some(known) = self.0.cache.link(user, login_type) {
            return Ok(known);
        }
        let since = self.0.cache.epoch();
        let link = find(self, user, login_type).await?;
        let state = link.map(|link| LinkState { expires_at: link.expires_at });
        self.0.cache.keep_link(since, (user, login_type), state.clone());
        Ok(state)
    }
}
