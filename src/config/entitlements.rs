//! What the deployment may do, and the file that says so.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use serde::Deserialize;

/// What the deployment may do. Nothing is narrowed when nothing is said.
#[derive(Debug, Clone, Default, Args)]
pub struct Entitlements {
    /// A settings file in TOML, whose section `[entitlements]` has disable, user_limit and ai_governance_user_limit.
    ///
    /// It is read again on SIGHUP and every ten minutes.
    #[arg(long, env = "ROSTER_SETTINGS_FILE", value_name = "FILE")]
    pub settings_file: Option<PathBuf>,
    /// Features to switch off, such as custom_roles, with commas between them; those of the settings file as well.
    #[arg(long, env = "ROSTER_DISABLE_FEATURES", value_name = "NAMES", value_delimiter = ',')]
    pub disable_features: Vec<String>,
    /// Above how many active users administrators are warned; 0 for no limit. Wins over the settings file.
    #[arg(long, env = "ROSTER_USER_LIMIT", value_name = "NUMBER")]
    pub user_limit: Option<u32>,
    /// Near how many users of AI features administrators are warned; 0 for no limit. Wins over the settings file.
    #[arg(long, env = "ROSTER_AI_GOVERNANCE_USER_LIMIT", value_name = "NUMBER")]
    pub ai_governance_user_limit: Option<u32>,
}

/// What the settings say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Narrowing {
    /// The names of features that are switched off.
    pub disable: Vec<String>,
    /// How many active users are wanted at most.
    pub user_limit: Option<u32>,
    /// How many users of AI features are wanted at most.
    pub ai_governance_user_limit: Option<u32>,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct SettingsFile {
    entitlements: Narrowing,
}

const FILE: &str = "--settings-file (ROSTER_SETTINGS_FILE)";

impl Entitlements {
    /// What the flags and the file say now.
    ///
    /// # Errors
    /// A line that names the setting, for a file that cannot be read or makes no sense.
    pub fn read(&self) -> Result<Narrowing, String> {
        let Some(file) = &self.settings_file else { return Ok(self.narrowed(Narrowing::default())) };
        let text = fs::read_to_string(file).map_err(|error| error.to_string());
        let wrong = |why: String| format!("{FILE} cannot be {:?}: {why}", file.display().to_string());
        Ok(self.narrowed(text.and_then(|text| parsed(&text)).map_err(wrong)?))
    }

    /// What a file says, and what the flags say besides.
    fn narrowed(&self, file: Narrowing) -> Narrowing {
        let Narrowing { mut disable, user_limit, ai_governance_user_limit } = file;
        disable.extend(self.disable_features.iter().filter(|name| !name.is_empty()).cloned());
        let limit = |flag: Option<u32>, file: Option<u32>| flag.or(file).filter(|limit| *limit > 0);
        Narrowing {
            disable,
            user_limit: limit(self.user_limit, user_limit),
            ai_governance_user_limit: limit(self.ai_governance_user_limit, ai_governance_user_limit),
        }
    }
}

fn parsed(text: &str) -> Result<Narrowing, String> {
    let read: SettingsFile = basic_toml::from_str(text).map_err(|error| error.to_string())?;
    Ok(read.entitlements)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, flags: Entitlements) -> Result<Narrowing, String> {
        parsed(text).map(|file| flags.narrowed(file))
    }

    #[test]
    fn flags_win_over_the_file_and_switch_off_more() {
        let text =
            "[entitlements]\ndisable = [\"custom_roles\"]\nuser_limit = 5\nai_governance_user_limit = 7\n";
        let flags = Entitlements {
            disable_features: vec!["audit_log".to_owned()],
            user_limit: Some(6),
            ..Entitlements::default()
        };
        let wanted = Narrowing {
            disable: vec!["custom_roles".to_owned(), "audit_log".to_owned()],
            user_limit: Some(6),
            ai_governance_user_limit: Some(7),
        };
        assert_eq!(written(text, flags), Ok(wanted));
        assert_eq!(written("", Entitlements::default()), Ok(Narrowing::default()));
    }

    #[test]
    fn a_limit_of_nothing_is_none() {
        let told = written("[entitlements]\nuser_limit = 0\n", Entitlements::default()).unwrap();
        assert_eq!(told, Narrowing::default());
    }

    #[test]
    fn a_file_that_makes_no_sense_is_refused() {
        for text in ["[entitlements]\nuser_limits = 5\n", "[other]\n", "entitlements = 3", "[entitlements"] {
            written(text, Entitlements::default()).unwrap_err();
        }
    }
}
