//! docs/import.md, taken at its word.

use clap::CommandFactory;
use roster::config::Config;

use super::{Desk, imported, organizations, reasons, usernames};
use crate::support::TestApp;

const PAGE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/import.md"));

/// The code blocks of a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let opening = format!("```{language}\n");
    PAGE.split(&opening).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

#[tokio::test]
async fn the_examples_can_be_imported() {
    let app = TestApp::new().await;
    organizations(&app).await;
    for (language, wanted) in
        [("csv", vec!["ada", "bea", "cem"]), ("jsonl", vec!["build-robot", "eva", "fay"])]
    {
        let [example] = blocks(language)[..] else { panic!("not one example of {language}") };
        imported(&app.database, &format!("users.{language}"), example).await;
        let there = usernames(&app.database).await;
        assert!(wanted.iter().all(|name| there.iter().any(|it| it == name)), "{there:?}");
    }
    assert_eq!(usernames(&app.database).await.len(), 6);
}

#[tokio::test]
async fn the_report_is_as_it_is_shown() {
    let app = TestApp::new().await;
    let desk = Desk::new();
    let report = desk.path("refused.jsonl");
    let file = "username,email\nada,ada@example.com\nADA,other@example.com\n";
    desk.import(&app.database, "users.csv", file, &["--report", report.to_str().unwrap()]).await.expect(1);
    let [shown] = blocks("json")[..] else { panic!("not one report") };
    assert_eq!(desk.read("refused.jsonl"), shown);
    assert_eq!(reasons(shown)[0].0, 3);
}

#[test]
fn the_commands_and_their_flags_are_there() {
    let definition = Config::command();
    let users = definition.find_subcommand("users").unwrap();
    for name in ["import", "export"] {
        let command = users.find_subcommand(name).unwrap();
        assert!(PAGE.contains(&format!("roster users {name}")));
        for flag in
            command.get_arguments().filter_map(|argument| argument.get_long()).filter(|it| *it != "help")
        {
            assert!(PAGE.contains(&format!("--{flag}")), "--{flag} of {name} is not told of");
        }
    }
}
