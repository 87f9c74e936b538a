//! What a user sets for itself: appearance and preferences (users.md 3.5, 3.6, 3.14 and 3.15). None of it is audited.

use std::sync::Arc;

use super::ctx::Ctx;
use super::error::Error;
use super::personal;
use super::validate::Fields;
use crate::model::settings::{
    ALERT_DISMISSED, Appearance, CODE_DIFF, Choice, LEGACY_SYNC, Preferences, SEND_SHORTCUT, SHELL_TOOL,
    Stored, TERMINAL_FONT, THEME_DARK, THEME_LIGHT, THEME_MODE, THEME_PREFERENCE, THINKING,
};
use crate::model::user::{Person, UserRef};
use crate::rbac::{Allowed, Personal, act};
use crate::store::user_configs;

/// What one's own settings answer to whoever read them.
pub type Read<T> = Allowed<Personal<T>, act::ReadPersonal>;
/// What they answer to whoever set them.
pub type Set<T> = Allowed<Personal<T>, act::UpdatePersonal>;

/// How the pages look to a user.
///
/// # Errors
/// 404 for whom the caller may not see, or nothing personal of.
pub async fn appearance(ctx: &Ctx, user: &UserRef) -> Result<Read<Appearance>, Error> {
    let user = personal::to_read(ctx, user).await?.user.id;
    let stored = user_configs::select(ctx.store(), user, &Appearance::KEYS).await?;
    Ok(ctx.subject.may(Personal { user, thing: Appearance::from(&stored) })?)
}

/// What a user prefers.
///
/// # Errors
/// As [`appearance`].
pub async fn preferences(ctx: &Ctx, user: &UserRef) -> Result<Read<Preferences>, Error> {
    let user = personal::to_read(ctx, user).await?.user.id;
    let stored = user_configs::select(ctx.store(), user, &Preferences::KEYS).await?;
    Ok(ctx.subject.may(Personal { user, thing: Preferences::from(&stored) })?)
}

/// An appearance as asked for; empty is the same as absent.
#[derive(Debug, Default)]
pub struct AppearanceRequest {
    /// Any text, required.
    pub theme_preference: String,
    /// A word of [`THEME_MODE`].
    pub theme_mode: String,
    /// A word of [`THEME_LIGHT`]; required when the mode is `sync`.
    pub theme_light: String,
    /// A word of [`THEME_DARK`]; required when the mode is `sync`.
    pub theme_dark: String,
    /// A word of [`TERMINAL_FONT`], required.
    pub terminal_font: String,
}

/// Sets how the pages look to a user, and answers all of it.
///
/// # Errors
/// 400 with all fields that break a rule, then for an unknown font (users.md 3.6).
pub async fn set_appearance(
    ctx: &Ctx,
    person: &Allowed<Arc<Person>, act::UpdatePersonal>,
    request: AppearanceRequest,
) -> Result<Set<Appearance>, Error> {
    check_appearance(&request)?;
    let stored = set(ctx, person, changes_of_appearance(request), &Appearance::KEYS).await?;
    Ok(ctx.subject.may(Personal { user: person.user.id, thing: Appearance::from(&stored) })?)
}

fn check_appearance(request: &AppearanceRequest) -> Result<(), Error> {
    let AppearanceRequest { theme_preference, theme_mode, theme_light, theme_dark, terminal_font } = request;
    let sync = theme_mode == "sync";
    Fields::default()
        .required(THEME_PREFERENCE, theme_preference)
        .text(THEME_PREFERENCE, theme_preference)
        .one_of(&THEME_MODE, theme_mode)
        .required_if(sync, THEME_LIGHT.key, theme_light)
        .one_of(&THEME_LIGHT, theme_light)
        .required_if(sync, THEME_DARK.key, theme_dark)
        .one_of(&THEME_DARK, theme_dark)
        .required(TERMINAL_FONT.key, terminal_font)
        .finish()?;
    if TERMINAL_FONT.takes(terminal_font) { Ok(()) } else { Err(Error::invalid("Unsupported font family.")) }
}

/// What of a good request is to be stored; the table of users.md 3.6.
fn changes_of_appearance(request: AppearanceRequest) -> Stored {
    let AppearanceRequest { theme_preference, theme_mode, theme_light, theme_dark, terminal_font } = request;
    let clears_mode = theme_mode.is_empty() && LEGACY_SYNC.contains(&theme_preference.as_str());
    let mut changes = Stored::new();
    let mut set = |key: &str, value: String| changes.insert(key.to_owned(), value);
    if !theme_mode.is_empty() {
        let slots = [(&THEME_LIGHT, theme_light), (&THEME_DARK, theme_dark)];
        slots.into_iter().filter(|(_, theme)| !theme.is_empty()).for_each(|(slot, theme)| {
            set(slot.key, theme);
        });
    }
    if clears_mode || !theme_mode.is_empty() {
        set(THEME_MODE.key, theme_mode);
    }
    set(THEME_PREFERENCE, theme_preference);
    set(TERMINAL_FONT.key, terminal_font);
    changes
}

/// Preferences as asked for; what is none or empty stays as it is.
#[derive(Debug, Default)]
pub struct PreferencesRequest {
    /// Whether the hint about notifications of tasks was put away.
    pub alert_dismissed: Option<bool>,
    /// A word of [`THINKING`].
    pub thinking: String,
    /// A word of [`SHELL_TOOL`].
    pub shell_tool: String,
    /// A word of [`CODE_DIFF`].
    pub code_diff: String,
    /// A word of [`SEND_SHORTCUT`].
    pub send_shortcut: String,
}

/// Sets what a user prefers, and answers all of it.
///
/// # Errors
/// 400 for the first word that is none, in the order of users.md 3.15.
pub async fn set_preferences(
    ctx: &Ctx,
    person: &Allowed<Arc<Person>, act::UpdatePersonal>,
    request: PreferencesRequest,
) -> Result<Set<Preferences>, Error> {
    let PreferencesRequest { alert_dismissed, thinking, shell_tool, code_diff, send_shortcut } = request;
    let words = [
        (&THINKING, thinking, "Invalid thinking display mode."),
        (&SHELL_TOOL, shell_tool, "Invalid shell tool display mode."),
        (&CODE_DIFF, code_diff, "Invalid code diff display mode."),
        (&SEND_SHORTCUT, send_shortcut, "Invalid agent chat send shortcut."),
    ];
    let mut changes = Stored::new();
    for (choice, word, message) in words {
        if word.is_empty() {
            continue;
        }
        if !choice.takes(&word) {
            return Err(no_such_word(choice, message));
        }
        changes.insert(choice.key.to_owned(), word);
    }
    changes.extend(alert_dismissed.map(|yes| (ALERT_DISMISSED.to_owned(), yes.to_string())));
    let stored = set(ctx, person, changes, &Preferences::KEYS).await?;
    Ok(ctx.subject.may(Personal { user: person.user.id, thing: Preferences::from(&stored) })?)
}

fn no_such_word(choice: &Choice, message: &'static str) -> Error {
    Error::invalid(message).field(choice.key, format!("must be one of: {}", choice.words.join(", ")))
}

/// Stores what changes, and reads what is then stored under `keys`, in one transaction.
async fn set(
    ctx: &Ctx,
    person: &Allowed<Arc<Person>, act::UpdatePersonal>,
    changes: Stored,
    keys: &[&str],
) -> Result<Stored, Error> {
    let user = person.user.id;
    let changes = ctx.subject.may(Personal { user, thing: changes })?;
    let mut tx = ctx.store().write().await?;
    user_configs::set(&mut tx, &changes).await?;
    let stored = user_configs::select(&tx, user, keys).await?;
    tx.commit_unaudited("users.md 3.6 and 3.15: settings are not audited").await?;
    Ok(stored)
}
