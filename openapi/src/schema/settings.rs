//! What users set for themselves, on the Users page.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use uuid::Uuid;

crate::string_enum!(TerminalFontName as "codersdk.TerminalFontName" {
    Unset = "",
    GeistMono = "geist-mono",
    IbmPlexMono = "ibm-plex-mono",
    FiraCode = "fira-code",
    SourceCodePro = "source-code-pro",
    JetbrainsMono = "jetbrains-mono",
});

crate::string_enum!(ThemeMode as "codersdk.ThemeMode" { Unset = "", Sync = "sync", Single = "single" });

/// The themes that either slot takes.
pub const THEMES: [&str; 6] =
    ["light", "light-protan-deuter", "light-tritan", "dark", "dark-protan-deuter", "dark-tritan"];
/// The modes that can be asked for.
pub const MODES_TO_SET: [&str; 2] = ["sync", "single"];

fn one_of<const N: usize>(words: [&'static str; N], description: &str) -> Object {
    let schema = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words));
    schema.description(Some(description)).build()
}

fn theme_to_set() -> Object {
    one_of(THEMES, "Required when the mode is `sync`; otherwise what is absent stays as it is.")
}

fn mode_to_set() -> Object {
    let description = "When absent, the mode and both themes stay as they are, unless the preference is one of the old names that begin with `auto`: these take the mode away.";
    one_of(MODES_TO_SET, description)
}

crate::string_enum!(ThinkingDisplayMode as "codersdk.ThinkingDisplayMode" {
    Auto = "auto",
    Preview = "preview",
    AlwaysExpanded = "always_expanded",
    AlwaysCollapsed = "always_collapsed",
});

crate::string_enum!(AgentDisplayMode as "codersdk.AgentDisplayMode" {
    Auto = "auto",
    AlwaysExpanded = "always_expanded",
    AlwaysCollapsed = "always_collapsed",
});

crate::string_enum!(AgentChatSendShortcut as "codersdk.AgentChatSendShortcut" {
    Enter = "enter",
    ModifierEnter = "modifier_enter",
});

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::UserAppearanceSettings)]
#[serde(default)]
pub struct UserAppearanceSettings {
    /// Empty when not set.
    pub terminal_font: TerminalFontName,
    /// The theme for dark systems; empty when not set.
    pub theme_dark: String,
    /// The theme for bright systems; empty when not set.
    pub theme_light: String,
    /// `sync` follows the system; empty when not set.
    pub theme_mode: ThemeMode,
    /// The theme of those who do not follow the system; empty when not set.
    pub theme_preference: String,
}

// What the rules refuse has answers of its own. So the words are read as they come; the same holds for preferences.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::UpdateUserAppearanceSettingsRequest)]
#[serde(default)]
pub struct UpdateUserAppearanceSettingsRequest {
    /// Must not be empty.
    #[schema(value_type = TerminalFontName, required)]
    pub terminal_font: String,
    #[schema(schema_with = theme_to_set)]
    pub theme_dark: String,
    #[schema(schema_with = theme_to_set)]
    pub theme_light: String,
    #[schema(schema_with = mode_to_set)]
    pub theme_mode: String,
    /// Any text that is not empty.
    #[schema(required, min_length = 1)]
    pub theme_preference: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::UserPreferenceSettings)]
#[serde(default)]
pub struct UserPreferenceSettings {
    pub agent_chat_send_shortcut: AgentChatSendShortcut,
    pub code_diff_display_mode: AgentDisplayMode,
    pub shell_tool_display_mode: AgentDisplayMode,
    pub task_notification_alert_dismissed: bool,
    pub thinking_display_mode: ThinkingDisplayMode,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::UpdateUserPreferenceSettingsRequest)]
#[serde(default)]
pub struct UpdateUserPreferenceSettingsRequest {
    /// What is absent stays as it is; so do the others.
    #[schema(value_type = AgentChatSendShortcut)]
    pub agent_chat_send_shortcut: String,
    #[schema(value_type = AgentDisplayMode)]
    pub code_diff_display_mode: String,
    #[schema(value_type = AgentDisplayMode)]
    pub shell_tool_display_mode: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool)]
    pub task_notification_alert_dismissed: Option<bool>,
    #[schema(value_type = ThinkingDisplayMode)]
    pub thinking_display_mode: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::GitSSHKey)]
pub struct GitSSHKey {
    /// When the user's first key pair was made.
    #[serde(with = "crate::time")]
    #[schema(required = false)]
    pub created_at: DateTime<Utc>,
    /// One line of an `authorized_keys` file. The private key is never shown.
    #[schema(required = false)]
    pub public_key: String,
    /// When this key pair was made.
    #[serde(with = "crate::time")]
    #[schema(required = false)]
    pub updated_at: DateTime<Utc>,
    #[schema(required = false)]
    pub user_id: Uuid,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::UserParameter)]
#[serde(default)]
pub struct UserParameter {
    pub name: String,
    pub value: String,
}

crate::wire!(
    UserAppearanceSettings,
    UpdateUserAppearanceSettingsRequest,
    UserPreferenceSettings,
    UpdateUserPreferenceSettingsRequest,
    GitSSHKey,
    UserParameter
);
