//! The tables of Roster as SeaORM entities: columns, nothing else.
//!
//! Relations are few on purpose: the store writes its joins where they are used, so that a query per row cannot slip in.
//! Constraints live in the migrations; these types mirror the columns.

#![allow(
    missing_docs,
    clippy::allow_attributes,
    reason = "the columns are named and explained in the migrations"
)]

pub mod ai_seat_state;
pub mod api_keys;
pub mod audit_logs;
pub mod connection_logs;
pub mod custom_roles;
pub mod effective_group_members;
pub mod git_ssh_keys;
pub mod group_members;
pub mod groups;
pub mod organization_members;
pub mod organizations;
pub mod site_configs;
pub mod user_configs;
pub mod user_deleted;
pub mod user_links;
pub mod user_skills;
pub mod user_status_changes;
pub mod users;

use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};

/// A list of texts, stored as JSON on both engines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct Texts(pub Vec<String>);
