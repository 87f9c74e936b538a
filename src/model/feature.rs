//! What a deployment may do besides its core, by the names that clients know (ai-seats.md 5).

use super::user::text_enum;

text_enum!(
    /// A feature that can be switched off, or a limit that is watched.
    Feature {
        /// How many users may be active.
        UserLimit = "user_limit",
        /// The log of who changed what.
        AuditLog = "audit_log",
        /// The log of connections.
        ConnectionLog = "connection_log",
        /// Workspaces in browsers only: a restriction.
        BrowserOnly = "browser_only",
        /// Users from a directory.
        Scim = "scim",
        /// Groups, and who may use which template.
        TemplateRbac = "template_rbac",
        /// Any number of replicas.
        HighAvailability = "high_availability",
        /// Accounts at several outside services.
        MultipleExternalAuth = "multiple_external_auth",
        /// Provisioners on other machines.
        ExternalProvisionerDaemons = "external_provisioner_daemons",
        /// A name and a logo of one's own.
        Appearance = "appearance",
        /// Rules for when workspaces stop.
        AdvancedTemplateScheduling = "advanced_template_scheduling",
        /// Proxies near workspaces.
        WorkspaceProxy = "workspace_proxy",
        /// Site roles of users.
        UserRoleManagement = "user_role_management",
        /// Tokens of outside services, encrypted.
        ExternalTokenEncryption = "external_token_encryption",
        /// Many workspaces at once.
        WorkspaceBatchActions = "workspace_batch_actions",
        /// Many tasks at once.
        TaskBatchActions = "task_batch_actions",
        /// Versions of templates that must be used.
        AccessControl = "access_control",
        /// How far ports may be shared.
        ControlSharedPorts = "control_shared_ports",
        /// Roles that organizations define.
        CustomRoles = "custom_roles",
        /// More than the default organization.
        MultipleOrganizations = "multiple_organizations",
        /// Workspaces made in advance.
        WorkspacePrebuilds = "workspace_prebuilds",
        /// How many agents may be managed.
        ManagedAgentLimit = "managed_agent_limit",
        /// Agents outside of workspaces.
        WorkspaceExternalAgent = "workspace_external_agent",
        /// The way to AI providers.
        Aibridge = "aibridge",
        /// What AI agents may reach.
        Boundary = "boundary",
        /// Users that act by tokens only.
        ServiceAccounts = "service_accounts",
        /// How many users may use AI features.
        AiGovernanceUserLimit = "ai_governance_user_limit",
    }
);

impl Feature {
    /// Whether this server does what the feature names. What it does not do is never enabled.
    pub const fn is_built(self) -> bool {
        matches!(
            self,
            Self::UserLimit
                | Self::AuditLog
                | Self::ConnectionLog
                | Self::TemplateRbac
                | Self::Scim
                | Self::HighAvailability
                | Self::UserRoleManagement
                | Self::CustomRoles
                | Self::MultipleOrganizations
                | Self::ServiceAccounts
                | Self::AiGovernanceUserLimit
        )
    }

    /// The name as people read it: `Custom Roles`.
    pub fn in_words(self) -> String {
        let word = |word: &str| match word {
            "rbac" | "scim" | "ai" => word.to_ascii_uppercase(),
            "aibridge" => "AI Bridge".to_owned(),
            _ => word[..1].to_ascii_uppercase() + &word[1..],
        };
        self.as_str().split('_').map(word).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_contract() {
        assert_eq!(Feature::ALL.len(), 27);
        let words = [
            (Feature::CustomRoles, "Custom Roles"),
            (Feature::TemplateRbac, "Template RBAC"),
            (Feature::Scim, "SCIM"),
            (Feature::Aibridge, "AI Bridge"),
            (Feature::AiGovernanceUserLimit, "AI Governance User Limit"),
        ];
        for (feature, wanted) in words {
            assert_eq!(feature.in_words(), wanted);
        }
    }
}
