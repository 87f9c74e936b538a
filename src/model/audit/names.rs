//! The words of the audit log (logs.md A2): what is stored, and what people read.

use super::super::user::text_enum;

text_enum!(
    /// What was done.
    AuditAction {
        /// Made.
        Create = "create",
        /// Changed.
        Write = "write",
        /// Deleted.
        Delete = "delete",
        /// Of workspaces.
        Start = "start",
        /// Of workspaces.
        Stop = "stop",
        /// A session was opened, or was not.
        Login = "login",
        /// A session was ended.
        Logout = "logout",
        /// Somebody was made by the first login.
        Register = "register",
        /// A one-time passcode was asked for.
        RequestPasswordReset = "request_password_reset",
        /// In old rows only.
        Connect = "connect",
        /// In old rows only.
        Disconnect = "disconnect",
        /// In old rows only.
        Open = "open",
        /// In old rows only.
        Close = "close",
    }
);

/// What the connection log tells of today; old rows have it here, and go after a while (logs.md C).
pub const CONNECTION_ACTIONS: [AuditAction; 4] =
    [AuditAction::Connect, AuditAction::Disconnect, AuditAction::Open, AuditAction::Close];

impl AuditAction {
    /// As people read it.
    pub const fn friendly(self) -> &'static str {
        match self {
            Self::Create => "created",
            Self::Write => "updated",
            Self::Delete => "deleted",
            Self::Start => "started",
            Self::Stop => "stopped",
            Self::Login => "logged in",
            Self::Logout => "logged out",
            Self::Register => "registered",
            Self::RequestPasswordReset => "password reset requested",
            Self::Connect => "connected",
            Self::Disconnect => "disconnected",
            Self::Open => "opened",
            Self::Close => "closed",
        }
    }
}

/// The types of things that entries are about: name, text, and what people read where that is not the text with blanks.
macro_rules! audited_types {
    ($($name:ident = $text:literal $(as $friendly:literal)?;)+) => {
        text_enum!(
            /// What an entry is about.
            AuditedType { $(#[doc = concat!("`", $text, "`")] $name = $text),+ }
        );

        impl AuditedType {
            /// As people read it.
            pub fn friendly(self) -> String {
                match self { $(Self::$name => audited_types!(@ $text $($friendly)?)),+ }
            }
        }
    };
    (@ $text:literal $friendly:literal) => { $friendly.to_owned() };
    (@ $text:literal) => { $text.replace('_', " ") };
}

audited_types! {
    Template = "template";
    TemplateVersion = "template_version";
    User = "user";
    Workspace = "workspace";
    WorkspaceBuild = "workspace_build" as "workspace";
    GitSshKey = "git_ssh_key";
    ApiKey = "api_key" as "token";
    Group = "group";
    License = "license";
    WorkspaceProxy = "workspace_proxy";
    ConvertLogin = "convert_login" as "login type conversion";
    HealthSettings = "health_settings" as "health_settings";
    NotificationsSettings = "notifications_settings" as "notifications_settings";
    PrebuildsSettings = "prebuilds_settings" as "prebuilds_settings";
    Organization = "organization";
    Oauth2ProviderApp = "oauth2_provider_app" as "oauth2 app";
    Oauth2ProviderAppSecret = "oauth2_provider_app_secret" as "oauth2 app secret";
    CustomRole = "custom_role";
    OrganizationMember = "organization_member";
    NotificationTemplate = "notification_template";
    IdpSyncSettingsOrganization = "idp_sync_settings_organization" as "settings";
    IdpSyncSettingsGroup = "idp_sync_settings_group" as "settings";
    IdpSyncSettingsRole = "idp_sync_settings_role" as "settings";
    WorkspaceAgent = "workspace_agent";
    WorkspaceApp = "workspace_app";
    Task = "task";
    AiSeat = "ai_seat";
    Chat = "chat";
    UserSecret = "user_secret";
    AiProvider = "ai_provider";
    AiProviderKey = "ai_provider_key";
    GroupAiBudget = "group_ai_budget";
    UserSkill = "user_skill";
}

impl AuditedType {
    /// Whether there are none here, so that whatever an entry names is gone (logs.md A6, `is_deleted`).
    pub const fn is_never_here(self) -> bool {
        matches!(
            self,
            Self::Template
                | Self::Workspace
                | Self::WorkspaceBuild
                | Self::Task
                | Self::Chat
                | Self::UserSecret
                | Self::Oauth2ProviderApp
                | Self::Oauth2ProviderAppSecret
        )
    }

    /// Whether an entry of this type belongs to an organization (logs.md A3, rule 8).
    pub const fn needs_organization(self) -> bool {
        matches!(
            self,
            Self::Group
                | Self::CustomRole
                | Self::Organization
                | Self::OrganizationMember
                | Self::IdpSyncSettingsGroup
                | Self::IdpSyncSettingsRole
                | Self::Template
                | Self::TemplateVersion
                | Self::Workspace
                | Self::WorkspaceBuild
                | Self::Task
                | Self::Chat
        )
    }
}

text_enum!(
    /// Why a workspace was built. Nothing is built here, so that no entry has one; searches may ask for it.
    BuildReason {
        /// `initiator`
        Initiator = "initiator",
        /// `autostart`
        Autostart = "autostart",
        /// `autostop`
        Autostop = "autostop",
        /// `dormancy`
        Dormancy = "dormancy",
        /// `failedstop`
        Failedstop = "failedstop",
        /// `autodelete`
        Autodelete = "autodelete",
        /// `dashboard`
        Dashboard = "dashboard",
        /// `cli`
        Cli = "cli",
        /// `ssh_connection`
        SshConnection = "ssh_connection",
        /// `vscode_connection`
        VscodeConnection = "vscode_connection",
        /// `jetbrains_connection`
        JetbrainsConnection = "jetbrains_connection",
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_read_as_the_contract_has_them() {
        let table = [
            (AuditedType::ApiKey, "token"),
            (AuditedType::WorkspaceBuild, "workspace"),
            (AuditedType::ConvertLogin, "login type conversion"),
            (AuditedType::HealthSettings, "health_settings"),
            (AuditedType::Oauth2ProviderAppSecret, "oauth2 app secret"),
            (AuditedType::OrganizationMember, "organization member"),
            (AuditedType::IdpSyncSettingsRole, "settings"),
            (AuditedType::AiSeat, "ai seat"),
            (AuditedType::UserSkill, "user skill"),
        ];
        for (of, friendly) in table {
            assert_eq!(of.friendly(), friendly);
        }
    }
}
