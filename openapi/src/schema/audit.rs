//! The Audit page.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};
use uuid::Uuid;

use super::organizations::MinimalOrganization;
use super::users::User;

crate::string_enum!(AuditAction as "codersdk.AuditAction" {
    Create = "create",
    Write = "write",
    Delete = "delete",
    Start = "start",
    Stop = "stop",
    Login = "login",
    Logout = "logout",
    Register = "register",
    RequestPasswordReset = "request_password_reset",
    Connect = "connect",
    Disconnect = "disconnect",
    Open = "open",
    Close = "close",
    Unknown = "unknown",
});

crate::string_enum!(ResourceType as "codersdk.ResourceType" {
    Template = "template",
    TemplateVersion = "template_version",
    User = "user",
    Workspace = "workspace",
    WorkspaceBuild = "workspace_build",
    GitSshKey = "git_ssh_key",
    ApiKey = "api_key",
    Group = "group",
    License = "license",
    WorkspaceProxy = "workspace_proxy",
    ConvertLogin = "convert_login",
    HealthSettings = "health_settings",
    NotificationsSettings = "notifications_settings",
    PrebuildsSettings = "prebuilds_settings",
    Organization = "organization",
    Oauth2ProviderApp = "oauth2_provider_app",
    Oauth2ProviderAppSecret = "oauth2_provider_app_secret",
    CustomRole = "custom_role",
    OrganizationMember = "organization_member",
    NotificationTemplate = "notification_template",
    IdpSyncSettingsOrganization = "idp_sync_settings_organization",
    IdpSyncSettingsGroup = "idp_sync_settings_group",
    IdpSyncSettingsRole = "idp_sync_settings_role",
    WorkspaceAgent = "workspace_agent",
    WorkspaceApp = "workspace_app",
    Task = "task",
    AiSeat = "ai_seat",
    Chat = "chat",
    UserSecret = "user_secret",
    AiProvider = "ai_provider",
    AiProviderKey = "ai_provider_key",
    GroupAiBudget = "group_ai_budget",
    UserSkill = "user_skill",
    Unknown = "unknown",
});

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::AuditDiffField)]
#[serde(deny_unknown_fields)]
pub struct AuditDiffField {
    /// What it is now; left out when it is null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = anything, required = false)]
    pub new: Option<Value>,
    /// What it was; left out when it is null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = anything, required = false)]
    pub old: Option<Value>,
    /// Whether the values are withheld.
    #[serde(default)]
    #[schema(required)]
    pub secret: bool,
}

/// Any JSON but null. A schema without a type would be the same, but the typed model of documents knows none.
pub(super) fn anything() -> Object {
    let types = [Type::String, Type::Number, Type::Boolean, Type::Array, Type::Object];
    ObjectBuilder::new().schema_type(SchemaType::from_iter(types)).build()
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::AuditLog)]
pub struct AuditLog {
    #[schema(required)]
    pub action: AuditAction,
    /// Facts that only some entries have.
    #[schema(value_type = Object, required)]
    pub additional_fields: Map<String, Value>,
    /// A sentence in which `{user}` and `{target}` stand for the user and the resource target.
    #[schema(required)]
    pub description: String,
    /// What became different, by the name of the stored field.
    #[schema(required)]
    pub diff: BTreeMap<String, AuditDiffField>,
    #[schema(required)]
    pub id: Uuid,
    /// Empty for what no request asked for.
    #[schema(required)]
    pub ip: String,
    /// Whether what the entry is about is gone.
    #[schema(required)]
    pub is_deleted: bool,
    /// Left out for what happened in no organization, and where nothing is left of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = MinimalOrganization, required = false)]
    pub organization: Option<MinimalOrganization>,
    /// Deprecated: use `organization.id`. The nil UUID for what happened in no organization.
    #[schema(required)]
    pub organization_id: Uuid,
    /// The nil UUID for what no request asked for.
    #[schema(required)]
    pub request_id: Uuid,
    #[schema(required)]
    pub resource_icon: String,
    #[schema(required)]
    pub resource_id: Uuid,
    /// Where people find it; empty for what has no place of its own or is gone.
    #[schema(required)]
    pub resource_link: String,
    /// The name of what the entry is about.
    #[schema(required)]
    pub resource_target: String,
    #[schema(required)]
    pub resource_type: ResourceType,
    /// The status that the request ended with.
    #[schema(required)]
    pub status_code: i32,
    #[serde(with = "crate::time")]
    #[schema(required)]
    pub time: DateTime<Utc>,
    /// Who did it; null when nothing is left of the user.
    #[schema(required)]
    pub user: Option<User>,
    #[schema(required)]
    pub user_agent: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::AuditLogResponse)]
pub struct AuditLogResponse {
    #[schema(required)]
    pub audit_logs: Vec<AuditLog>,
    /// How many entries match, counted no further than one beyond `count_cap`.
    #[schema(required)]
    pub count: i64,
    /// How far entries are counted: a greater count means "more than that".
    #[schema(required)]
    pub count_cap: i64,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::CreateTestAuditLogRequest)]
#[serde(default)]
pub struct CreateTestAuditLogRequest {
    /// `write` when not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = AuditAction)]
    pub action: Option<AuditAction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub additional_fields: Option<Map<String, Value>>,
    /// Not looked at.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub build_reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Uuid)]
    pub organization_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Uuid)]
    pub request_id: Option<Uuid>,
    /// A random one when not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Uuid)]
    pub resource_id: Option<Uuid>,
    /// `user` when not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = ResourceType)]
    pub resource_type: Option<ResourceType>,
    /// Now when not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = DateTime<Utc>)]
    pub time: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = experimental::RecordAuditLogRequest)]
#[serde(default)]
pub struct RecordAuditLogRequest {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = AuditAction, required)]
    pub action: Option<AuditAction>,
    /// Facts that only this entry has.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub additional_fields: Option<Map<String, Value>>,
    /// What became different, by field.
    pub diff: BTreeMap<String, AuditDiffField>,
    /// Where it happened; no organization when not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Uuid)]
    pub organization_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Uuid, required)]
    pub resource_id: Option<Uuid>,
    /// The name of what the entry is about.
    #[schema(required)]
    pub resource_target: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = ResourceType, required)]
    pub resource_type: Option<ResourceType>,
    /// The status that it ended with, from 100 to 599; 200 when not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32)]
    pub status_code: Option<i64>,
    /// When it happened; now when not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = DateTime<Utc>)]
    pub time: Option<DateTime<Utc>>,
}

crate::wire!(AuditLog, AuditLogResponse, CreateTestAuditLogRequest, RecordAuditLogRequest);
