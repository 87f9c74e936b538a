//! `user_links`
use sea_orm::entity::prelude::*;

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user_links")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub login_type: String,
    pub linked_id: String,
    pub oauth_access_token: String,
    pub oauth_refresh_token: String,
    pub oauth_expiry: Option<DateTimeUtc>,
    pub refresh_claimed_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "JsonBinary")]
    pub claims: Json,
}

/// Without the tokens, which are not to be printed.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").field("user_id", &self.user_id).finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
