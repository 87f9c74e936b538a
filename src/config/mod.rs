//! The settings: flags and environment, read here and nowhere else. Plain data; the rooms take what they need.

mod ai_seats;
mod audit;
mod audit_commands;
mod commands;
mod connections;
mod dialect;
mod dormancy;
mod edge;
mod email;
mod entitlements;
mod git_keys;
mod github;
mod oidc;
mod oidc_file;
mod scim;
mod server;
mod shown;
mod tokens;
mod transfer;

use std::time::Duration;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

pub use ai_seats::AiSeats;
pub use audit::Audit;
pub use audit_commands::{AuditCommand, ExportAudit, ListAudit, RecordAudit};
pub use commands::{AiSeatCommand, EntitlementCommand, Migrate, Openapi, Skills, Users};
pub use connections::{ConnectionLog, Connections, ListConnections, RecordConnections};
pub use dialect::{Dialect, Spoken};
pub use dormancy::Dormancy;
pub use edge::{Edge, SameSite};
pub use email::{Email, EmailTls, Password, Smarthost};
pub use entitlements::{Entitlements, Narrowing};
pub use git_keys::{GitKeys, KeyAlgorithm};
pub use github::{Github, Team};
pub use oidc::{ClaimsSource, Oidc};
pub use oidc_file::OidcProvider;
pub use scim::Scim;
pub use server::Server;
pub use shown::Shown;
pub use tokens::Tokens;
pub use transfer::{Export, Format, Import};

/// Users, organization members, roles and tokens behind one HTTP API.
///
/// Without a command the server starts, on an embedded database in the current folder. Every setting is a flag and an
/// environment variable; the flag wins.
#[derive(Debug, Parser)]
#[command(name = "roster", version, max_term_width = 110)]
pub struct Config {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// For the server, when no command is given.
    #[command(flatten)]
    pub server: Server,
    /// Where the data is.
    #[command(flatten)]
    pub database: Database,
    /// What is logged.
    #[command(flatten)]
    pub log: Log,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API (the default).
    ///
    /// Applies missing migrations, prints where to go next, and serves until SIGTERM or Ctrl-C; then it finishes what is in
    /// flight.
    Server(Box<Server>),
    /// Print the OpenAPI document.
    ///
    /// Needs no database. With --out the document goes to a file, and beside it go the tables that people review: surface.txt (all
    /// operations), roles.txt (what each role allows) and who-may-call-what.md (operations by role).
    Openapi(Openapi),
    /// Change the tables of the database.
    ///
    /// The server applies missing migrations by itself when it starts; these commands are for those who want to do it before,
    /// or to go back.
    #[command(subcommand)]
    Migrate(Migrate),
    /// Manage the personal skills of users in the database itself.
    ///
    /// Works beside a running server. What is written counts and is refused as if the user itself had sent it.
    #[command(subcommand)]
    Skills(Skills),
    /// Manage users in the database itself, for an operator who is locked out.
    ///
    /// Works beside a running server, which notices within the time of --cache-age.
    #[command(subcommand)]
    Users(Users),
    /// Read the connection log in the database itself, or write to it.
    #[command(subcommand)]
    Connections(Connections),
    /// Show what the deployment may do.
    #[command(subcommand)]
    Entitlements(EntitlementCommand),
    /// Note and show who uses AI features, in the database itself.
    ///
    /// Works beside a running server, which notices within the time of --cache-age.
    #[command(subcommand)]
    AiSeats(AiSeatCommand),
    /// Read the audit log in the database itself, and add to it.
    ///
    /// Works beside a running server.
    #[command(subcommand)]
    Audit(AuditCommand),
}

/// Where the data is.
#[derive(Debug, Clone, Args)]
pub struct Database {
    /// sqlite://FILE (created when missing) or postgres://USER:PASSWORD@HOST/DATABASE.
    #[arg(long, global = true, env = "ROSTER_DATABASE_URL", default_value = "sqlite://roster.db", value_name = "URL", value_parser = database_url, hide_env_values = true)]
    pub database_url: String,
    /// Connections to keep open at most; 8 when not given. On SQLite those that read: one more writes.
    #[arg(long, global = true, env = "ROSTER_DATABASE_CONNECTIONS", value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub database_connections: Option<u32>,
    /// How long a session or user that was read is believed when the database sends no word of a change.
    #[arg(long, global = true, env = "ROSTER_CACHE_AGE", default_value = "5s", value_name = "DURATION", value_parser = duration)]
    pub cache_age: Duration,
    /// How many sessions, and how many users, are kept in memory at most.
    #[arg(long, global = true, env = "ROSTER_CACHE_SIZE", default_value_t = 50_000, value_name = "NUMBER")]
    pub cache_size: u64,
}

/// What is logged, to standard error.
#[derive(Debug, Clone, Args)]
pub struct Log {
    /// The least important messages to log: error, warn, info, debug (each request) or trace; also per module, as in
    /// warn,roster::http=debug.
    #[arg(long, global = true, env = "ROSTER_LOG_LEVEL", default_value = "info", value_name = "LEVEL", value_parser = log_level)]
    pub log_level: String,
    /// How a message looks.
    #[arg(long, global = true, env = "ROSTER_LOG_FORMAT", default_value = "text", value_name = "FORMAT")]
    pub log_format: LogFormat,
}

/// How a log message looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// A line for people.
    Text,
    /// A JSON object a line.
    Json,
}

impl Config {
    /// The settings of this process. Says what is wrong and ends it with 2 when they make no sense.
    pub fn read() -> Self {
        let read = with_older_names(Self::command()).try_get_matches().and_then(|matches| {
            if let Some(line) = misplaced(&matches) {
                refuse(&line);
            }
            let mut config = Self::from_arg_matches(&matches)?;
            config.serving().shown = shown::all(&matches);
            Ok(config)
        });
        let config = read.unwrap_or_else(|error| match complaint(&error) {
            Some(line) => refuse(&line),
            None => error.exit(),
        });
        if let Some(line) = config.contradiction() {
            refuse(&line);
        }
        config
    }

    /// The settings of the server, wherever they stand.
    fn serving(&mut self) -> &mut Server {
        match &mut self.command {
            Some(Command::Server(server)) => server,
            _ => &mut self.server,
        }
    }

    /// Settings of a server to start that cannot hold together.
    fn contradiction(&self) -> Option<String> {
        match &self.command {
            None => self.server.contradiction(),
            Some(Command::Server(server)) => server.contradiction(),
            Some(_) => None,
        }
    }
}

/// Variables by which settings go elsewhere. They count where nothing else says anything.
const OLDER_NAMES: [(&str, &str); 4] = [
    ("api_keys_retention", "CODER_API_KEYS_RETENTION"),
    ("audit_logs_retention", "CODER_AUDIT_LOGS_RETENTION"),
    ("connection_logs_retention", "CODER_CONNECTION_LOGS_RETENTION"),
    ("scim_auth_header", "CODER_SCIM_AUTH_HEADER"),
];

/// The command with what variables of older names say in place of defaults.
fn with_older_names(command: clap::Command) -> clap::Command {
    OLDER_NAMES.iter().fold(command, |command, (setting, variable)| {
        #[expect(clippy::disallowed_methods, reason = "this is the room that reads the environment")]
        let value = std::env::var(variable).ok().filter(|value| !value.is_empty());
        match value {
            // Lives as long as the process, as the settings do.
            Some(value) => with_default(command, setting, Box::leak(value.into_boxed_str())),
            None => command,
        }
    })
}

/// The command, and the one that serves, with another default of a setting.
fn with_default(command: clap::Command, setting: &str, value: &'static str) -> clap::Command {
    let changed = |command: clap::Command| command.mut_arg(setting, |argument| argument.default_value(value));
    changed(command).mut_subcommand("server", changed)
}

fn refuse(line: &str) -> ! {
    eprintln!("roster: {line}");
    std::process::exit(2)
}

/// A flag of the server that stands before a command, where nobody would look at it.
fn misplaced(matches: &ArgMatches) -> Option<String> {
    let (command, _) = matches.subcommand()?;
    let of_server = Server::augment_args(clap::Command::new("server"));
    let given = |flag: &&Arg| matches.value_source(flag.get_id().as_str()) == Some(ValueSource::CommandLine);
    let flag = of_server.get_arguments().find(given)?.get_long()?;
    Some(format!(
        "--{flag} is a setting of the server: `roster --{flag} …` or `roster server --{flag} …`, not before `{command}`"
    ))
}

/// A flag by its name, of whichever command.
fn argument(command: &clap::Command, long: &str) -> Option<Arg> {
    let here = command.get_arguments().find(|argument| argument.get_long() == Some(long)).cloned();
    here.or_else(|| command.get_subcommands().find_map(|below| argument(below, long)))
}

/// A refused value in one line that names the setting in both its forms. Values that may hold a password are not repeated.
fn complaint(error: &clap::Error) -> Option<String> {
    if !matches!(error.kind(), ErrorKind::ValueValidation | ErrorKind::InvalidValue) {
        return None;
    }
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    };
    let setting = text(ContextKind::InvalidArg)?;
    let flag = setting.split_whitespace().next()?.to_owned();
    let known = argument(&Config::command(), flag.trim_start_matches("--"));
    let variable = known.as_ref().and_then(Arg::get_env).map(|name| format!(" ({})", name.to_string_lossy()));
    let secret = known.as_ref().is_some_and(Arg::is_hide_env_values_set);
    let value = text(ContextKind::InvalidValue).filter(|_| !secret);
    let verdict = value.map_or_else(|| "cannot be used".to_owned(), |value| format!("cannot be {value:?}"));
    let choices = match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(choices)) if !choices.is_empty() => {
            Some(format!("use {}", choices.join(" or ")))
        }
        _ => None,
    };
    let why = std::error::Error::source(error).map(ToString::to_string).or(choices);
    let why = why.map(|why| format!(": {why}")).unwrap_or_default();
    Some(format!("{flag}{} {verdict}{why}", variable.unwrap_or_default()))
}

/// A time that calendars can add: nobody means to wait for a thousand years.
fn duration(text: &str) -> Result<Duration, String> {
    let read = humantime::parse_duration(text).map_err(|e| e.to_string())?;
    if read > LONGEST { Err("it must be 100years at most".to_owned()) } else { Ok(read) }
}

const LONGEST: Duration = Duration::from_secs(100 * 31_557_600);

fn database_url(text: &str) -> Result<String, String> {
    let known = ["sqlite:", "postgres://", "postgresql://"];
    if known.iter().any(|scheme| text.starts_with(scheme)) {
        return Ok(text.to_owned());
    }
    Err("it must begin with sqlite:// or postgres://".to_owned())
}

fn log_level(text: &str) -> Result<String, String> {
    let levels = ["off", "error", "warn", "info", "debug", "trace"];
    let known = |part: &str| {
        let level = part.rsplit('=').next().unwrap_or(part);
        levels.contains(&level.to_lowercase().as_str())
    };
    if text.split(',').all(known) {
        Ok(text.to_owned())
    } else {
        Err(format!("use one of {}", levels.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn refused(flags: &[&str]) -> String {
        let error = Config::try_parse_from([&["roster"], flags].concat()).unwrap_err();
        complaint(&error).unwrap_or_else(|| panic!("{error}"))
    }

    #[test]
    fn the_definition_is_sound() {
        Config::command().debug_assert();
    }

    #[test]
    fn a_bad_setting_is_one_line_that_names_it() {
        let line = refused(&["--http-address", "nowhere"]);
        assert!(line.starts_with("--http-address (ROSTER_HTTP_ADDRESS) cannot be \"nowhere\": "), "{line}");
        assert!(refused(&["--database-url", "mysql://x"]).contains("sqlite:// or postgres://"));
        assert!(refused(&["--access-url", "ftp://x"]).contains("http:// or https://"));
        assert!(
            refused(&["--log-format", "xml"])
                .starts_with("--log-format (ROSTER_LOG_FORMAT) cannot be \"xml\"")
        );
        assert!(refused(&["server", "--session-duration", "soon"]).contains("ROSTER_SESSION_DURATION"));
    }

    #[test]
    fn the_server_is_the_default() {
        let config = Config::try_parse_from(["roster", "--http-address", "127.0.0.1:0"]).unwrap();
        assert!(config.command.is_none() && config.server.http_address.port() == 0);
        let config = Config::try_parse_from(["roster", "server", "--access-url", "https://x.org/"]).unwrap();
        let Some(Command::Server(server)) = config.command else { panic!("another command") };
        assert_eq!(server.access_url.as_deref(), Some("https://x.org"));
    }
}
