//! Between the model and the wire: what users set for themselves, and their keys for git.

use std::str::FromStr;

use roster_openapi::schema::settings::{
    GitSSHKey, UpdateUserAppearanceSettingsRequest, UpdateUserPreferenceSettingsRequest,
    UserAppearanceSettings, UserPreferenceSettings,
};

use crate::domain::preferences::{AppearanceRequest, PreferencesRequest};
use crate::model::git_key::GitKey;
use crate::model::settings::{Appearance, Preferences};
use crate::rbac::{Allowed, Personal};

/// A word of the rules as the document's enum; the tests below hold the two against each other.
fn word<E: FromStr + Default>(text: &str) -> E {
    text.parse().unwrap_or_default()
}

/// An appearance as answered to those who read or set it.
pub fn appearance<V>(appearance: Allowed<Personal<Appearance>, V>) -> UserAppearanceSettings {
    let Appearance { theme_preference, theme_mode, theme_light, theme_dark, terminal_font } =
        appearance.into_inner().thing;
    UserAppearanceSettings {
        terminal_font: word(terminal_font),
        theme_dark: theme_dark.to_owned(),
        theme_light: theme_light.to_owned(),
        theme_mode: word(theme_mode),
        theme_preference,
    }
}

/// An appearance as asked for.
pub fn appearance_to_set(body: UpdateUserAppearanceSettingsRequest) -> AppearanceRequest {
    let UpdateUserAppearanceSettingsRequest {
        terminal_font,
        theme_dark,
        theme_light,
        theme_mode,
        theme_preference,
    } = body;
    AppearanceRequest { theme_preference, theme_mode, theme_light, theme_dark, terminal_font }
}

/// Preferences as answered to those who read or set them.
pub fn preferences<V>(preferences: Allowed<Personal<Preferences>, V>) -> UserPreferenceSettings {
    let Preferences { alert_dismissed, thinking, shell_tool, code_diff, send_shortcut } =
        preferences.into_inner().thing;
    UserPreferenceSettings {
        agent_chat_send_shortcut: word(send_shortcut),
        code_diff_display_mode: word(code_diff),
        shell_tool_display_mode: word(shell_tool),
        task_notification_alert_dismissed: alert_dismissed,
        thinking_display_mode: word(thinking),
    }
}

/// Preferences as asked for.
pub fn preferences_to_set(body: UpdateUserPreferenceSettingsRequest) -> PreferencesRequest {
    PreferencesRequest {
        alert_dismissed: body.task_notification_alert_dismissed,
        thinking: body.thinking_display_mode,
        shell_tool: body.shell_tool_display_mode,
        code_diff: body.code_diff_display_mode,
        send_shortcut: body.agent_chat_send_shortcut,
    }
}

/// The public half of a key pair as answered to those who read or replaced it.
pub fn git_key<V>(key: Allowed<Personal<GitKey>, V>) -> GitSSHKey {
    let GitKey { user, created_at, updated_at, public } = key.into_inner().thing;
    GitSSHKey { created_at, public_key: public, updated_at, user_id: user.0 }
}

#[cfg(test)]
mod tests {
    use roster_openapi::schema::settings::{
        AgentChatSendShortcut, AgentDisplayMode, MODES_TO_SET, THEMES, TerminalFontName, ThemeMode,
        ThinkingDisplayMode,
    };

    use crate::model::settings::{
        CODE_DIFF, Choice, SEND_SHORTCUT, SHELL_TOOL, TERMINAL_FONT, THEME_DARK, THEME_LIGHT, THEME_MODE,
        THINKING,
    };

    #[test]
    fn the_words_of_the_document_are_those_of_the_rules() {
        let pairs: [(&Choice, &[&str]); 9] = [
            (&TERMINAL_FONT, TerminalFontName::VALUES),
            (&THEME_MODE, ThemeMode::VALUES),
            (&THEME_MODE, &MODES_TO_SET),
            (&THEME_LIGHT, &THEMES),
            (&THEME_DARK, &THEMES),
            (&THINKING, ThinkingDisplayMode::VALUES),
            (&SHELL_TOOL, AgentDisplayMode::VALUES),
            (&CODE_DIFF, AgentDisplayMode::VALUES),
            (&SEND_SHORTCUT, AgentChatSendShortcut::VALUES),
        ];
        for (choice, values) in pairs {
            let words: Vec<_> = values.iter().copied().filter(|word| !word.is_empty()).collect();
            assert_eq!(words, choice.words, "{}", choice.key);
            assert!(choice.takes(choice.default) || choice.default.is_empty(), "{}", choice.key);
        }
        let defaults = [
            (TERMINAL_FONT.default, TerminalFontName::default().as_str()),
            (THEME_MODE.default, ThemeMode::default().as_str()),
            (THINKING.default, ThinkingDisplayMode::default().as_str()),
            (SHELL_TOOL.default, AgentDisplayMode::default().as_str()),
            (SEND_SHORTCUT.default, AgentChatSendShortcut::default().as_str()),
        ];
        defaults.into_iter().for_each(|(rule, document)| assert_eq!(rule, document));
    }
}
