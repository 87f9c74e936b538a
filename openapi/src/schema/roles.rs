//! Roles and permissions, as several pages show them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

crate::string_enum!(RBACAction as "codersdk.RBACAction" {
    ApplicationConnect = "application_connect",
    Assign = "assign",
    Create = "create",
    CreateAgent = "create_agent",
    Delete = "delete",
    DeleteAgent = "delete_agent",
    Read = "read",
    ReadPersonal = "read_personal",
    Ssh = "ssh",
    Share = "share",
    Unassign = "unassign",
    Update = "update",
    UpdateAgent = "update_agent",
    UpdatePersonal = "update_personal",
    Use = "use",
    ViewInsights = "view_insights",
    Start = "start",
    Stop = "stop",
});

crate::string_enum!(RBACResource as "codersdk.RBACResource" {
    Wildcard = "*",
    AiModelPrice = "ai_model_price",
    AiProvider = "ai_provider",
    AiSeat = "ai_seat",
    AibridgeInterception = "aibridge_interception",
    ApiKey = "api_key",
    AssignOrgRole = "assign_org_role",
    AssignRole = "assign_role",
    AuditLog = "audit_log",
    BoundaryUsage = "boundary_usage",
    Chat = "chat",
    ConnectionLog = "connection_log",
    CryptoKey = "crypto_key",
    DebugInfo = "debug_info",
    DeploymentConfig = "deployment_config",
    DeploymentStats = "deployment_stats",
    File = "file",
    Group = "group",
    GroupMember = "group_member",
    IdpsyncSettings = "idpsync_settings",
    InboxNotification = "inbox_notification",
    License = "license",
    NotificationMessage = "notification_message",
    NotificationPreference = "notification_preference",
    NotificationTemplate = "notification_template",
    Oauth2App = "oauth2_app",
    Oauth2AppCodeToken = "oauth2_app_code_token",
    Oauth2AppSecret = "oauth2_app_secret",
    Organization = "organization",
    OrganizationMember = "organization_member",
    PrebuiltWorkspace = "prebuilt_workspace",
    ProvisionerDaemon = "provisioner_daemon",
    ProvisionerJobs = "provisioner_jobs",
    Replicas = "replicas",
    System = "system",
    TailnetCoordinator = "tailnet_coordinator",
    Task = "task",
    Template = "template",
    UsageEvent = "usage_event",
    User = "user",
    UserSecret = "user_secret",
    UserSkill = "user_skill",
    WebpushSubscription = "webpush_subscription",
    Workspace = "workspace",
    WorkspaceAgentDevcontainers = "workspace_agent_devcontainers",
    WorkspaceAgentResourceMonitor = "workspace_agent_resource_monitor",
    WorkspaceDormant = "workspace_dormant",
    WorkspaceProxy = "workspace_proxy",
});

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::Permission)]
#[serde(default)]
pub struct Permission {
    #[schema(value_type = RBACAction)]
    pub action: String,
    /// Denies instead of granting.
    pub negate: bool,
    #[schema(value_type = RBACResource)]
    pub resource_type: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::Role)]
#[serde(default)]
pub struct Role {
    pub display_name: String,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Uuid)]
    pub organization_id: Option<Uuid>,
    /// What holders may do, in the organization, to what is theirs.
    pub organization_member_permissions: Vec<Permission>,
    /// What holders may do in the organization.
    pub organization_permissions: Vec<Permission>,
    pub site_permissions: Vec<Permission>,
    pub user_permissions: Vec<Permission>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::AssignableRoles)]
#[serde(default)]
pub struct AssignableRoles {
    pub assignable: bool,
    /// Comes with the server and cannot be changed.
    pub built_in: bool,
    pub display_name: String,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Uuid)]
    pub organization_id: Option<Uuid>,
    /// What holders may do, in the organization, to what is theirs.
    pub organization_member_permissions: Vec<Permission>,
    /// What holders may do in the organization.
    pub organization_permissions: Vec<Permission>,
    pub site_permissions: Vec<Permission>,
    pub user_permissions: Vec<Permission>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::CustomRoleRequest)]
#[serde(default)]
pub struct CustomRoleRequest {
    pub display_name: String,
    pub name: String,
    /// Must be empty: roles of organizations cannot carry these.
    pub organization_member_permissions: Vec<Permission>,
    /// What holders may do in the organization.
    pub organization_permissions: Vec<Permission>,
    /// Must be empty: roles of organizations cannot carry these.
    pub site_permissions: Vec<Permission>,
    /// Must be empty: roles of organizations cannot carry these.
    pub user_permissions: Vec<Permission>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::UpdateRoles)]
#[serde(default)]
pub struct UpdateRoles {
    /// The complete new set.
    pub roles: Vec<String>,
}

crate::wire!(Role, AssignableRoles, CustomRoleRequest, UpdateRoles);
