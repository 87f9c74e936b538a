//! The README, taken at its word.

use std::collections::{BTreeSet, HashMap};
use std::process::Command;

use chrono::DateTime;
use clap::CommandFactory;
use roster::config::Config;
use uuid::Uuid;

use super::{Child, Server};
use crate::support::TestDatabase;

const README: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"));
const CI: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/.ci/run"));
const ADDRESS: &str = "http://127.0.0.1:3000";
const TEST_COMMAND: &str = "cargo test --workspace";

/// The text under a heading, up to the next one of its kind.
fn section(heading: &str) -> &'static str {
    let (_, rest) = README.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no {heading}"));
    rest.split("\n## ").next().unwrap()
}

/// The code blocks of a language.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let opening = format!("```{language}\n");
    text.split(&opening).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// A command of a session, and what is shown below it.
#[derive(Debug, Default)]
struct Step {
    command: String,
    shown: String,
}

/// The steps of a block: `$ ` begins a command, which goes on while its lines end in a backslash.
fn steps(block: &str) -> Vec<Step> {
    let mut found: Vec<Step> = Vec::new();
    for line in block.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            found.push(Step { command: command.to_owned(), shown: String::new() });
            continue;
        }
        let step = found.last_mut().unwrap_or_else(|| panic!("no command before: {line}"));
        if step.shown.is_empty() && step.command.ends_with('\\') {
            step.command += &format!("\n{line}");
        } else {
            step.shown += &format!("{line}\n");
        }
    }
    found
}

/// The same text with each id, time and token replaced by what it is and a number: equal things get equal numbers, so
/// that what belongs together must belong together on both sides. The zero time is not replaced.
#[derive(Default)]
struct Normaliser {
    known: HashMap<String, String>,
}

impl Normaliser {
    fn text(&mut self, text: &str) -> String {
        let parts: Vec<_> = text.split('"').collect();
        let key = |value: usize| value.checked_sub(2).map(|key| parts[key]);
        let part = |(at, part): (usize, &&str)| match key(at) {
            Some(key) if MOVED_BY_USE.contains(&key) => "<any time>".to_owned(),
            _ => self.part(part),
        };
        parts.iter().enumerate().map(part).collect::<Vec<_>>().join("\"")
    }

    fn part(&mut self, part: &str) -> String {
        let Some(kind) = kind(part) else { return part.to_owned() };
        let next = self.known.len();
        self.known.entry(part.to_owned()).or_insert_with(|| format!("<{kind} {next}>")).clone()
    }
}

fn kind(text: &str) -> Option<&'static str> {
    let is_token = || text.len() == 33 && text.split_once('-').is_some_and(|(id, _)| id.len() == 10);
    if text.len() == 36 && Uuid::try_parse(text).is_ok() {
        Some("id")
    } else if DateTime::parse_from_rfc3339(text).is_ok() && !text.starts_with("0001-") {
        Some("time")
    } else if is_token() {
        Some("token")
    } else {
        None
    }
}

/// What moves when somebody is seen.
const MOVED_BY_USE: &[&str] = &["last_seen_at", "updated_at", "user_updated_at"];

const MARK: &str = "=== the next command ===";

/// Runs commands in one shell; gives back what each printed.
async fn run(commands: &[String]) -> Vec<String> {
    let script = commands.join(&format!("\nprintf '%s\\n' '{MARK}'\n"));
    let mut shell = Command::new("bash");
    shell.args(["-c", &script]).env("NO_PROXY", "127.0.0.1");
    let ended = Child::spawn(&mut shell).ended().await.expect(0);
    assert_eq!(ended.err, "");
    ended.out.split(&format!("{MARK}\n")).map(str::to_owned).collect()
}

#[tokio::test]
async fn the_first_session_prints_what_the_readme_shows() {
    let blocks = blocks(README, "console");
    assert!(!blocks.is_empty());
    for block in blocks {
        let database = TestDatabase::new().await;
        let server = Server::start(&database.url).await;
        let steps = steps(block);
        let commands: Vec<_> = steps.iter().map(|step| step.command.replace(ADDRESS, &server.base)).collect();
        assert!(commands.iter().any(|command| command.contains(&server.base)), "{block}");
        let printed = run(&commands).await;
        assert_eq!(printed.len(), steps.len());
        let (mut here, mut there) = (Normaliser::default(), Normaliser::default());
        for (step, printed) in steps.iter().zip(&printed) {
            assert_eq!(here.text(printed), there.text(&step.shown), "$ {}", step.command);
        }
    }
}

#[test]
fn the_start_is_two_commands() {
    assert_eq!(blocks(section("Start"), "sh"), ["cargo run\n", &format!("{TEST_COMMAND}\n")]);
}

#[test]
fn what_is_checked_is_what_the_readme_says() {
    assert!(CI.contains(TEST_COMMAND));
    assert!(section("Tests").contains(TEST_COMMAND));
}

/// A cell that is one code span.
fn code(cell: &str) -> Option<&str> {
    cell.strip_prefix('`')?.strip_suffix('`').filter(|inner| !inner.contains('`'))
}

/// The rows of the first table in a text, without its heading.
fn rows(text: &str) -> Vec<Vec<&str>> {
    let lines =
        text.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    lines.skip(2).map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

#[test]
fn the_settings_are_as_the_table_has_them() {
    check_settings(&rows(section("Settings")));
}

#[test]
fn all_settings_of_openid_connect_are_as_their_page_has_them() {
    let page = include_str!("../../../docs/openid-connect.md");
    let rows = rows(page);
    check_settings(&rows);
    let definition = Config::command();
    let longs = definition.get_arguments().filter_map(clap::Arg::get_long);
    let known: BTreeSet<String> =
        longs.filter(|long| long.starts_with("oidc-")).map(|long| format!("`--{long}`")).collect();
    assert_eq!(rows.iter().map(|row| row[0].to_owned()).collect::<BTreeSet<_>>(), known);
}

fn check_settings(rows: &[Vec<&str>]) {
    let definition = Config::command();
    assert!(rows.len() >= 5);
    for row in rows {
        let [flag, variable, default] = row[..] else { panic!("not three cells: {row:?}") };
        let long = code(flag).and_then(|flag| flag.strip_prefix("--")).unwrap_or_else(|| panic!("{flag}"));
        let argument = definition.get_arguments().find(|argument| argument.get_long() == Some(long));
        let argument = argument.unwrap_or_else(|| panic!("there is no --{long}"));
        let name = argument.get_env().map(|name| name.to_string_lossy().into_owned());
        assert_eq!(name.as_deref(), code(variable), "--{long}");
        let defaults = argument.get_default_values();
        let value = defaults.first().map(|value| value.to_string_lossy().into_owned());
        // A default that is told in words is worked out at start, and clap does not know it.
        assert_eq!(value.as_deref(), code(default), "--{long}");
    }
}

/// The commands without those that hold others.
fn leaves(command: &clap::Command, path: &str) -> Vec<String> {
    let below = command.get_subcommands().filter(|below| below.get_name() != "help");
    let found: Vec<_> =
        below.flat_map(|below| leaves(below, &format!("{path} {}", below.get_name()))).collect();
    if found.is_empty() { vec![path.to_owned()] } else { found }
}

#[test]
fn every_command_is_in_the_table_of_commands() {
    // One row tells of `migrate up`, `down`, `status`.
    let table = section("Commands")
        .replace("`down`", "`roster migrate down`")
        .replace("`status`", "`roster migrate status`");
    for command in leaves(&Config::command(), "roster") {
        assert!(table.contains(&format!("`{command}`")), "{command} is not told of");
    }
}

#[test]
fn files_that_the_readme_points_to_are_there() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let targets = README.split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
    let missing: Vec<_> = targets.filter(|t| !t.contains("://") && !root.join(t).exists()).collect();
    assert_eq!(missing, Vec::<&str>::new());
}
