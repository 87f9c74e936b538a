//! `connection_logs`
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "connection_logs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub connect_time: DateTimeUtc,
    pub organization_id: Uuid,
    pub workspace_owner_id: Uuid,
    pub workspace_id: Uuid,
    pub workspace_name: String,
    pub agent_name: String,
    #[sea_orm(column_name = "type")]
    pub kind: String,
    pub ip: Option<String>,
    pub code: Option<i32>,
    pub user_agent: Option<String>,
    pub user_id: Option<Uuid>,
    pub slug_or_port: Option<String>,
    pub connection_id: Option<Uuid>,
    pub disconnect_time: Option<DateTimeUtc>,
    pub disconnect_reason: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
