//! Every curl sample of the reference pages runs as it stands there, on the server that it documents.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use reqwest::Method;
use serde_json::{Value, json};

use super::walk::{Operation, file, operations};
use super::world::World;
use crate::support::{PASSWORD, TestApp, environment};

/// Where the pages say that the server is, and what they call its key.
const HOST: &str = "http://coder-server:8080";
const KEY: &str = "API_KEY";

/// One operation of a reference page.
struct Sample {
    heading: String,
    /// The whole shell text.
    shell: String,
    body: Option<Value>,
    success: u16,
}

/// A page's operations, which are those of its sections that tell what is answered.
fn samples_of(page: &str) -> Vec<Sample> {
    let sections = page.split("\n## ").skip(1).filter(|section| section.contains("\n### Responses"));
    sections.map(sample).collect()
}

/// The blocks of a page between its sentences that call the server.
fn calls_in_prose(page: &str) -> Vec<String> {
    let blocks = page.split("```").skip(1).step_by(2).filter_map(|block| block.split_once('\n'));
    let sections = page.contains("\n### Responses");
    blocks
        .map(|(_, text)| text.trim_end().to_owned())
        .filter(|text| !sections && text.contains("curl "))
        .collect()
}

fn sample(section: &str) -> Sample {
    let shell = fenced(section, "```shell\n").unwrap().to_owned();
    let body = section.split_once("> Body parameter").map(|(_, rest)| fenced(rest, "```json\n").unwrap());
    let success = section.lines().find_map(success_of).unwrap();
    let heading = section.lines().next().unwrap_or_default().to_owned();
    Sample { heading, shell, body: body.map(|text| serde_json::from_str(text).unwrap()), success }
}

fn fenced<'t>(text: &'t str, opening: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(opening)?;
    rest.split_once("\n```").map(|(inside, _)| inside)
}

/// The status of a row of the table of responses, if it is a success.
fn success_of(row: &str) -> Option<u16> {
    let cell = row.strip_prefix("| ")?.split_whitespace().next()?;
    cell.parse().ok().filter(|status| (200..400).contains(status))
}

/// The texts of all reference pages.
fn pages() -> Vec<String> {
    let files = fs::read_dir(file("docs/reference/api")).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    files.sort();
    files.iter().map(|page| fs::read_to_string(page).unwrap()).collect()
}

fn all_samples() -> Vec<Sample> {
    pages().iter().flat_map(|page| samples_of(page)).collect()
}

/// The operation that a sample is of.
fn operation_of(sample: &Sample) -> Operation {
    let line = sample.shell.lines().find_map(|line| line.strip_prefix("curl -X ")).unwrap();
    let (method, rest) = line.split_once(' ').unwrap();
    let path = rest.strip_prefix(HOST).unwrap().split([' ', '?', '\\']).next().unwrap();
    let is_it = |o: &Operation| o.method == *method && o.path == path;
    operations().into_iter().find(is_it).unwrap_or_else(|| panic!("no such operation: {line}"))
}

/// What the pages' placeholder values cannot be taken for. The rest of the body is sent as it stands.
fn good_values(operation: &Operation, world: Option<&World>) -> Value {
    let organization = world.map(|world| world.app.organization);
    match operation.id() {
        "create-initial-user" => json!({ "email": "owner@example.com", "password": PASSWORD }),
        "log-in-user" => json!({ "email": "owner@example.com", "password": PASSWORD }),
        "create-new-user" => json!({
            "organization_ids": [organization], "password": PASSWORD, "roles": ["auditor"], "service_account": false,
        }),
        _ => json!({}),
    }
}

/// Where a sample runs: a server with people, or one without anybody.
enum Place<'w> {
    Peopled(&'w World),
    Empty(&'w TestApp),
}

impl Place<'_> {
    fn base(&self) -> &str {
        match self {
            Self::Peopled(world) => &world.app.base,
            Self::Empty(app) => &app.base,
        }
    }

    fn token(&self) -> &str {
        match self {
            Self::Peopled(world) => &world.owner.token,
            Self::Empty(_) => "",
        }
    }

    fn value(&self, operation: &Operation, parameter: &str) -> String {
        match self {
            Self::Peopled(world) => world.value(operation, parameter),
            Self::Empty(_) => panic!("{operation:?}: {parameter} of what?"),
        }
    }

    fn world(&self) -> Option<&World> {
        match self {
            Self::Peopled(world) => Some(world),
            Self::Empty(_) => None,
        }
    }
}

/// The sample's text for this place.
fn shell_of(sample: &Sample, operation: &Operation, place: &Place<'_>) -> String {
    let names = operation.parameters().filter(|p| p["in"] == "path").filter_map(|p| p["name"].as_str());
    let fill = |text: String, name: &str| text.replace(&format!("{{{name}}}"), &place.value(operation, name));
    names.fold(sample.shell.clone(), fill).replace(HOST, place.base()).replace(KEY, place.token())
}

/// The sample's body with the values that it needs.
fn body_of(sample: &Sample, operation: &Operation, place: &Place<'_>) -> Option<String> {
    let mut body = sample.body.clone()?;
    let good = good_values(operation, place.world());
    body.as_object_mut().unwrap().extend(good.as_object().unwrap().clone());
    Some(body.to_string())
}

/// Runs a shell text that ends in a curl command, and tells the status of the answer and its body.
fn run(shell: &str, body: Option<String>) -> (u16, String) {
    let data = if body.is_some() { " --data-binary @-" } else { "" };
    let text = format!("{shell} --silent --show-error --max-time 20 --write-out '\\n%{{http_code}}'{data}");
    let mut command = Command::new("sh");
    command.arg("-c").arg(text).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(body.unwrap_or_default().as_bytes()).unwrap();
    let output = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let (answer, status) = output.rsplit_once('\n').unwrap_or(("", "0"));
    (status.parse().unwrap(), answer.to_owned())
}

fn has_curl() -> bool {
    let version = Command::new("curl").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let found = version.is_ok_and(|status| status.success());
    if !found {
        environment::skip("needs curl");
    }
    found
}

/// Runs a sample and expects the status that its page tells.
async fn assert_runs(sample: &Sample, operation: &Operation, place: Place<'_>) {
    let (shell, body) = (shell_of(sample, operation, &place), body_of(sample, operation, &place));
    let command = shell.clone();
    let (status, answer) = tokio::task::spawn_blocking(move || run(&command, body)).await.unwrap();
    assert_eq!(status, sample.success, "{}: {shell}\nanswered: {answer}", sample.heading);
}

#[tokio::test]
async fn every_documented_sample_runs() {
    if !has_curl() {
        return;
    }
    let shared = World::new().await;
    for sample in all_samples() {
        let operation = operation_of(&sample);
        match operation.id() {
            "create-initial-user" => {
                assert_runs(&sample, &operation, Place::Empty(&TestApp::new().await)).await
            }
            // Reading changes nothing for the others.
            _ if operation.method == Method::GET => {
                assert_runs(&sample, &operation, Place::Peopled(&shared)).await
            }
            _ => assert_runs(&sample, &operation, Place::Peopled(&World::new().await)).await,
        }
    }
}

#[tokio::test]
async fn the_samples_between_the_sentences_run() {
    if !has_curl() {
        return;
    }
    let world = World::new().await;
    let calls: Vec<String> = pages().iter().flat_map(|page| calls_in_prose(page)).collect();
    assert!(calls.len() >= 3, "the pages that introduce the API call it: {calls:?}");
    for call in calls {
        let call = call.replace(HOST, &world.app.base).replace(KEY, &world.owner.token);
        let call = call.replace("user@example.com", &world.owner.email).replace("PASSWORD", PASSWORD);
        let shell = call.clone();
        let (status, answer) = tokio::task::spawn_blocking(move || run(&shell, None)).await.unwrap();
        assert!((200..300).contains(&status), "{call}\nanswered {status}: {answer}");
    }
}

#[test]
fn every_operation_has_a_sample() {
    let mut documented: Vec<&str> = all_samples().iter().map(|sample| operation_of(sample).id()).collect();
    let mut there: Vec<&str> = operations().iter().map(Operation::id).collect();
    documented.sort_unstable();
    there.sort_unstable();
    assert_eq!(documented, there);
}
