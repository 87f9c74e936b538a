//! `audit_logs`
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_logs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub time: DateTimeUtc,
    pub user_id: Uuid,
    pub organization_id: Uuid,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    pub resource_type: String,
    pub action: String,
    pub resource_id: Uuid,
    pub resource_target: String,
    pub resource_target_lower: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub diff: Json,
    pub status_code: i32,
    #[sea_orm(column_type = "JsonBinary")]
    pub additional_fields: Json,
    pub request_id: Uuid,
    pub resource_icon: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
