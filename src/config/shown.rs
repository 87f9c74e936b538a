//! The settings of a running server, to be shown to those who look after it: made from the definition of the flags, so that none
//! can be missing.

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args};

use super::{Database, Log, Server};

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its name: that of the flag, with underscores.
    pub name: String,
    /// The first sentence of its help.
    pub description: String,
    /// Its flag, without hyphens before it.
    pub flag: String,
    /// Its environment variable.
    pub env: String,
    /// The value when none is given; may be empty.
    pub default: String,
    /// The value, as the variable would hold it; empty for a secret.
    pub value: String,
    /// Where the value comes from.
    pub source: &'static str,
    /// Whether the value must not be shown.
    pub secret: bool,
}

/// Every setting of a server, as the command line and the environment of this process have it.
pub(super) fn all(matches: &ArgMatches) -> Vec<Shown> {
    let matches = match matches.subcommand() {
        Some(("server", below)) => below,
        _ => matches,
    };
    definition().get_arguments().map(|argument| one(argument, matches)).collect()
}

fn definition() -> clap::Command {
    let command = Server::augment_args(clap::Command::new("server"));
    Log::augment_args(Database::augment_args(command))
}

fn one(argument: &Arg, matches: &ArgMatches) -> Shown {
    let id = argument.get_id().as_str();
    let secret = argument.is_hide_env_values_set();
    let default = argument.get_default_values().iter().map(|value| value.to_string_lossy());
    let flag = argument.get_long().unwrap_or_default();
    Shown {
        name: flag.replace('-', "_"),
        description: argument.get_help().map(ToString::to_string).unwrap_or_default(),
        flag: flag.to_owned(),
        env: argument.get_env().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        default: default.collect::<Vec<_>>().join(","),
        value: if secret { String::new() } else { value(id, matches) },
        source: source(matches.value_source(id)),
        secret,
    }
}

fn value(id: &str, matches: &ArgMatches) -> String {
    let given = matches.try_get_raw(id).ok().flatten().into_iter().flatten();
    given.map(|value| value.to_string_lossy()).collect::<Vec<_>>().join(",")
}

const fn source(of: Option<ValueSource>) -> &'static str {
    match of {
        Some(ValueSource::CommandLine) => "flag",
        Some(ValueSource::EnvVariable) => "env",
        Some(ValueSource::DefaultValue) => "default",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::config::Config;

    fn shown(flags: &[&str]) -> Vec<Shown> {
        all(&Config::command().try_get_matches_from([&["roster"], flags].concat()).unwrap())
    }

    fn of<'s>(settings: &'s [Shown], name: &str) -> &'s Shown {
        settings.iter().find(|setting| setting.name == name).unwrap()
    }

    #[test]
    fn every_flag_of_a_server_is_shown() {
        let mut command = Config::command();
        command.build();
        let server = command.find_subcommand("server").unwrap();
        let flags = server.get_arguments().filter_map(Arg::get_long).filter(|flag| *flag != "help");
        let mut flags: Vec<String> = flags.map(str::to_owned).collect();
        let mut told: Vec<String> = shown(&[]).into_iter().map(|setting| setting.flag).collect();
        flags.sort();
        told.sort();
        assert_eq!(told, flags);
    }

    #[test]
    fn values_are_those_that_were_given_before_and_after_the_command() {
        for flags in
            [&["--trusted-proxies", "10.0.0.0/8,::1"][..], &["server", "--trusted-proxies=10.0.0.0/8,::1"]]
        {
            let settings = shown(flags);
            let proxies = of(&settings, "trusted_proxies");
            assert_eq!((proxies.value.as_str(), proxies.source), ("10.0.0.0/8,::1", "flag"), "{flags:?}");
            assert_eq!(of(&settings, "session_duration").value, "24h");
            assert_eq!(of(&settings, "log_level").value, "info");
            assert_eq!(of(&settings, "disable_password_auth").value, "false");
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let secret = "hunter2hunter2";
        let url = format!("postgres://roster:{secret}@db/roster");
        let settings = shown(&[
            "--database-url",
            &url,
            "--oidc-client-secret",
            secret,
            "--oauth2-github-client-secret",
            secret,
            "--scim-auth-header",
            secret,
            "--email-auth-password",
            secret,
            "--email-auth-username",
            "roster",
            "--email-smarthost",
            "mail:25",
            "--email-from",
            "roster@example.com",
        ]);
        assert!(!format!("{settings:?}").contains(secret), "{settings:?}");
        assert!(of(&settings, "database_url").secret);
    }
}
