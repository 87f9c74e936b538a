//! The types of things, and the verbs each of them knows (rbac.md 2).

use super::action::Action;

macro_rules! resources {
    ($($name:ident = $text:literal: $($action:ident)+;)+) => {
        /// A type of thing of the authorization model.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Resource { $(#[doc = $text] $name),+ }

        impl Resource {
            /// All types.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The wire text.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// The verbs that mean something for this type.
            pub const fn actions(self) -> &'static [Action] {
                match self { $(Self::$name => &[$(Action::$action),+]),+ }
            }
        }
    };
}

resources! {
    AiModelPrice = "ai_model_price": Read Update;
    AiProvider = "ai_provider": Create Delete Read Update;
    AiSeat = "ai_seat": Create Read;
    AibridgeInterception = "aibridge_interception": Create Read Update;
    ApiKey = "api_key": Create Delete Read Update;
    AssignOrgRole = "assign_org_role": Assign Create Delete Read Unassign Update;
    AssignRole = "assign_role": Assign Read Unassign;
    AuditLog = "audit_log": Create Read;
    BoundaryUsage = "boundary_usage": Delete Read Update;
    Chat = "chat": Create Delete Read Share Update;
    ConnectionLog = "connection_log": Read Update;
    CryptoKey = "crypto_key": Create Delete Read Update;
    DebugInfo = "debug_info": Read;
    DeploymentConfig = "deployment_config": Read Update;
    DeploymentStats = "deployment_stats": Read;
    File = "file": Create Read;
    Group = "group": Create Delete Read Update;
    GroupMember = "group_member": Read;
    IdpsyncSettings = "idpsync_settings": Read Update;
    InboxNotification = "inbox_notification": Create Read Update;
    License = "license": Create Delete Read;
    NotificationMessage = "notification_message": Create Delete Read Update;
    NotificationPreference = "notification_preference": Read Update;
    NotificationTemplate = "notification_template": Read Update;
    Oauth2App = "oauth2_app": Create Delete Read Update;
    Oauth2AppCodeToken = "oauth2_app_code_token": Create Delete Read;
    Oauth2AppSecret = "oauth2_app_secret": Create Delete Read Update;
    Organization = "organization": Create Delete Read Update;
    OrganizationMember = "organization_member": Create Delete Read Update;
    PrebuiltWorkspace = "prebuilt_workspace": Delete Update;
    ProvisionerDaemon = "provisioner_daemon": Create Delete Read Update;
    ProvisionerJobs = "provisioner_jobs": Create Read Update;
    Replicas = "replicas": Read;
    System = "system": Create Delete Read Update;
    TailnetCoordinator = "tailnet_coordinator": Create Delete Read Update;
    Task = "task": Create Delete Read Update;
    Template = "template": Create Delete Read Update Use ViewInsights;
    UsageEvent = "usage_event": Create Read Update;
    User = "user": Create Delete Read ReadPersonal Update UpdatePersonal;
    UserSecret = "user_secret": Create Delete Read Update;
    UserSkill = "user_skill": Create Delete Read Update;
    WebpushSubscription = "webpush_subscription": Create Delete Read;
    Workspace = "workspace": ApplicationConnect Create CreateAgent Delete DeleteAgent Read Share Ssh Start Stop Update UpdateAgent;
    WorkspaceAgentDevcontainers = "workspace_agent_devcontainers": Create;
    WorkspaceAgentResourceMonitor = "workspace_agent_resource_monitor": Create Read Update;
    WorkspaceDormant = "workspace_dormant": ApplicationConnect Create CreateAgent Delete DeleteAgent Read Share Ssh Start Stop Update UpdateAgent;
    WorkspaceProxy = "workspace_proxy": Create Delete Read Update;
}

/// How many types there are.
pub(super) const COUNT: usize = Resource::ALL.len();

impl Resource {
    /// The type of a text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|resource| resource.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_of_the_contract() {
        assert_eq!(COUNT, 47);
        assert_eq!(Action::ALL.len(), 18);
        assert_eq!(Resource::ALL.iter().map(|r| r.actions().len()).sum::<usize>(), 166);
        assert!(Resource::ALL.iter().all(|r| Resource::parse(r.as_str()) == Some(*r)));
        assert!(Action::ALL.iter().all(|a| Action::parse(a.as_str()) == Some(*a)));
    }
}
