//! What a user sets for itself: the words there are, and what counts where nothing is set (users.md 3.5 and 3.14).
//!
//! A setting is stored under the name that it has in bodies. What is stored and no word (any more) reads as the default.

use std::collections::BTreeMap;

/// A setting that is one of a few words.
#[derive(Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its name, in bodies and where it is stored.
    pub key: &'static str,
    /// The words it takes.
    pub words: &'static [&'static str],
    /// What counts where it is not set.
    pub default: &'static str,
}

/// All that a user has set, by name.
pub type Stored = BTreeMap<String, String>;

const THEMES: &[&str] =
    &["light", "light-protan-deuter", "light-tritan", "dark", "dark-protan-deuter", "dark-tritan"];
const DISPLAYS: &[&str] = &["auto", "always_expanded", "always_collapsed"];

/// `theme_preference`, which is any text.
pub const THEME_PREFERENCE: &str = "theme_preference";
/// Whether the theme follows that of the system.
pub const THEME_MODE: Choice = Choice { key: "theme_mode", words: &["sync", "single"], default: "" };
/// The theme for bright systems.
pub const THEME_LIGHT: Choice = Choice { key: "theme_light", words: THEMES, default: "" };
/// The theme for dark systems.
pub const THEME_DARK: Choice = Choice { key: "theme_dark", words: THEMES, default: "" };
/// The font of terminals.
pub const TERMINAL_FONT: Choice = Choice {
    key: "terminal_font",
    words: &["geist-mono", "ibm-plex-mono", "fira-code", "source-code-pro", "jetbrains-mono"],
    default: "",
};
/// Old names of themes that follow the system; whoever chooses one has no mode (users.md 3.6).
pub const LEGACY_SYNC: &[&str] = &["auto", "auto-protan-deuter", "auto-tritan"];

/// `task_notification_alert_dismissed`, a yes or no, stored as `true` or `false`.
pub const ALERT_DISMISSED: &str = "task_notification_alert_dismissed";
/// How thoughts are shown.
pub const THINKING: Choice = Choice {
    key: "thinking_display_mode",
    words: &["auto", "preview", "always_expanded", "always_collapsed"],
    default: "auto",
};
/// How the uses of a shell are shown.
pub const SHELL_TOOL: Choice = Choice { key: "shell_tool_display_mode", words: DISPLAYS, default: "auto" };
/// How changes of code are shown.
pub const CODE_DIFF: Choice = Choice { key: "code_diff_display_mode", words: DISPLAYS, default: "auto" };
/// What sends a message.
pub const SEND_SHORTCUT: Choice =
    Choice { key: "agent_chat_send_shortcut", words: &["enter", "modifier_enter"], default: "enter" };

impl Choice {
    /// Whether it takes this word.
    pub fn takes(&self, word: &str) -> bool {
        self.words.contains(&word)
    }

    /// What it is set to, or the default.
    pub fn of(&self, stored: &Stored) -> &'static str {
        let set = stored.get(self.key).and_then(|set| self.words.iter().find(|word| *word == set));
        set.copied().unwrap_or(self.default)
    }
}

/// How the pages look to a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appearance {
    /// Any text, empty when not set.
    pub theme_preference: String,
    /// A word of [`THEME_MODE`], empty when not set; so are the others.
    pub theme_mode: &'static str,
    /// A word of [`THEME_LIGHT`].
    pub theme_light: &'static str,
    /// A word of [`THEME_DARK`].
    pub theme_dark: &'static str,
    /// A word of [`TERMINAL_FONT`].
    pub terminal_font: &'static str,
}

impl Appearance {
    /// The names under which it is stored.
    pub const KEYS: [&str; 5] =
        [THEME_PREFERENCE, THEME_MODE.key, THEME_LIGHT.key, THEME_DARK.key, TERMINAL_FONT.key];
}

impl From<&Stored> for Appearance {
    fn from(stored: &Stored) -> Self {
        Self {
            theme_preference: stored.get(THEME_PREFERENCE).cloned().unwrap_or_default(),
            theme_mode: THEME_MODE.of(stored),
            theme_light: THEME_LIGHT.of(stored),
            theme_dark: THEME_DARK.of(stored),
            terminal_font: TERMINAL_FONT.of(stored),
        }
    }
}

/// What a user prefers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preferences {
    /// Whether the hint about notifications of tasks was put away.
    pub alert_dismissed: bool,
    /// A word of [`THINKING`].
    pub thinking: &'static str,
    /// A word of [`SHELL_TOOL`].
    pub shell_tool: &'static str,
    /// A word of [`CODE_DIFF`].
    pub code_diff: &'static str,
    /// A word of [`SEND_SHORTCUT`].
    pub send_shortcut: &'static str,
}

impl Preferences {
    /// The names under which they are stored.
    pub const KEYS: [&str; 5] =
        [ALERT_DISMISSED, THINKING.key, SHELL_TOOL.key, CODE_DIFF.key, SEND_SHORTCUT.key];
}

impl From<&Stored> for Preferences {
    fn from(stored: &Stored) -> Self {
        Self {
            alert_dismissed: stored.get(ALERT_DISMISSED).is_some_and(|set| set == "true"),
            thinking: THINKING.of(stored),
            shell_tool: SHELL_TOOL.of(stored),
            code_diff: CODE_DIFF.of(stored),
            send_shortcut: SEND_SHORTCUT.of(stored),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_word_any_more_reads_as_the_default() {
        for choice in [THEME_MODE, THEME_LIGHT, TERMINAL_FONT, THINKING, SHELL_TOOL, CODE_DIFF, SEND_SHORTCUT]
        {
            for set in ["", "gone", "AUTO", " sync"] {
                let stored = Stored::from([(choice.key.to_owned(), set.to_owned())]);
                assert_eq!(choice.of(&stored), choice.default, "{}: {set:?}", choice.key);
            }
            let last = choice.words[choice.words.len() - 1];
            assert_eq!(choice.of(&Stored::from([(choice.key.to_owned(), last.to_owned())])), last);
            assert_eq!(choice.of(&Stored::new()), choice.default);
        }
    }
}
