//! `organizations`
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organizations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub name_lower: String,
    pub display_name: String,
    pub description: String,
    pub icon: String,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub is_default: bool,
    pub deleted: bool,
    pub shareable_workspace_owners: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
