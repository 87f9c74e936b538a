//! `users`
use sea_orm::entity::prelude::*;

use crate::Texts;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub username: String,
    pub username_lower: String,
    pub email: String,
    pub email_lower: String,
    pub name: String,
    pub name_lower: String,
    pub avatar_url: String,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub last_seen_at: DateTimeUtc,
    pub status: String,
    pub login_type: String,
    pub hashed_password: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub rbac_roles: Texts,
    pub deleted: bool,
    pub is_system: bool,
    pub is_service_account: bool,
    pub github_com_user_id: Option<i64>,
    pub quiet_hours_schedule: String,
    pub hashed_one_time_passcode: Option<String>,
    pub one_time_passcode_expires_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
