//! Every curl sample of the reference pages runs as it stands there, on the server that it documents.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use reqwest::Method;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::walk::{Operation, file, operations};
use super::world::{Federated, ROLE, SKILL, World, skill_text};
use crate::support::{PASSWORD, SCIM_SECRET, TestApp, environment};

/// Where the pages say that the server is, and what they call its key.
const HOST: &str = "http://coder-server:8080";
const KEY: &str = "API_KEY";
/// A one-time passcode.
const CODE: &str = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed";

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
        // The id of an object is that of something.
        "check-authorization" => {
            json!({ "checks": { "read": { "action": "read", "object": { "resource_type": "user" } } } })
        }
        "create-initial-user" => json!({ "email": "owner@example.com", "password": PASSWORD }),
        "log-in-user" => json!({ "email": "owner@example.com", "password": PASSWORD }),
        "change-password-with-a-one-time-passcode" => json!({
            "email": "owner@example.com", "one_time_passcode": CODE, "password": "AnotherGoodOne456?",
        }),
        "convert-user-from-password-to-oauth-authentication" => {
            json!({ "password": PASSWORD, "to_type": "oidc" })
        }
        "update-user-password" => json!({ "old_password": PASSWORD, "password": "AnotherGoodOne456?" }),
        "create-new-user" => json!({
            "organization_ids": [organization], "password": PASSWORD, "roles": ["auditor"], "service_account": false,
        }),
        "create-token-api-key" => json!({ "token_name": "rake", "allow_list": [] }),
        "insert-a-custom-organization-role" => role("rosarian"),
        "update-a-custom-organization-role" => role(ROLE),
        "assign-role-to-organization-member" => json!({ "roles": [ROLE] }),
        "create-group-for-organization" => json!({ "name": "diggers" }),
        "update-group-by-id" => {
            json!({ "add_users": [world.map(|world| world.member.id)], "remove_users": [] })
        }
        "update-user-profile" => json!({ "username": "bea" }),
        "assign-role-to-user" => json!({ "roles": ["auditor"] }),
        // Somebody who is there.
        "scim-20-create-new-user" => json!({ "emails": [{ "value": "bea@example.com" }] }),
        "scim-20-replace-user-account" => json!({ "userName": "bea" }),
        "scim-20-update-user-account" => {
            json!({ "Operations": [{ "op": "replace", "path": "active", "value": false }] })
        }
        "update-user-appearance-settings" => json!({ "terminal_font": "fira-code" }),
        _ => json!({}),
    }
}

/// What can be asked of a role that an organization defines.
fn role(name: &str) -> Value {
    let nothing: [Value; 0] = [];
    json!({
        "name": name, "site_permissions": nothing, "user_permissions": nothing,
        "organization_member_permissions": nothing,
        "organization_permissions": [{ "action": "read", "negate": false, "resource_type": "template" }],
    })
}

/// Where a sample runs: a server with people, or one without anybody.
enum Place<'w> {
    Peopled(&'w World),
    Federated(&'w Federated),
    Empty(&'w TestApp),
}

impl Place<'_> {
    fn base(&self) -> &str {
        match self {
            Self::Peopled(world) => &world.app.base,
            Self::Federated(federated) => &federated.world.app.base,
            Self::Empty(app) => &app.base,
        }
    }

    fn token(&self, operation: &Operation) -> &str {
        match self {
            _ if operation.is_scim() => SCIM_SECRET,
            Self::Peopled(world) => &world.owner.token,
            Self::Federated(federated) => &federated.caller(operation).token,
            Self::Empty(_) => "",
        }
    }

    fn value(&self, operation: &Operation, parameter: &str) -> String {
        match self {
            Self::Peopled(world) => world.value(operation, parameter),
            Self::Federated(federated) => federated.world.value(operation, parameter),
            Self::Empty(_) => panic!("{operation:?}: {parameter} of what?"),
        }
    }

    fn world(&self) -> Option<&World> {
        match self {
            Self::Peopled(world) => Some(world),
            Self::Federated(federated) => Some(&federated.world),
            Self::Empty(_) => None,
        }
    }
}

/// The sample's text for this place.
fn shell_of(sample: &Sample, operation: &Operation, place: &Place<'_>) -> String {
    let names = operation.parameters().filter(|p| p["in"] == "path").filter_map(|p| p["name"].as_str());
    let fill = |text: String, name: &str| text.replace(&format!("{{{name}}}"), &place.value(operation, name));
    // The one parameter of a query that must be there; the page's word for it is no id.
    let shell =
        sample.shell.replace("template_id=string", "template_id=7c6d5e0a-0000-4000-8000-000000000000");
    names.fold(shell, fill).replace(HOST, place.base()).replace(KEY, place.token(operation))
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

/// A body with which the operation succeeds, if a page shows one, or for skills, which no page shows.
pub fn good_body(operation: &Operation, world: &World) -> Option<Value> {
    match operation.id() {
        "create-a-user-skill" => return Some(json!({ "content": skill_text("raking") })),
        "update-a-user-skill" => return Some(json!({ "content": skill_text(SKILL) })),
        _ => {}
    }
    let sample = all_samples().into_iter().find(|sample| operation_of(sample).id() == operation.id())?;
    let text = body_of(&sample, operation, &Place::Peopled(world))?;
    Some(serde_json::from_str(&text).unwrap())
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

/// As if the owner had forgotten the password and read the letter.
async fn give_code(world: &World) {
    use entity::users::{Column, Entity};
    let hash = world.app.backend.hasher.hash(CODE).await.unwrap();
    let end: chrono::DateTime<chrono::Utc> = "2026-05-20T00:20:00Z".parse().unwrap();
    let update = Entity::update_many()
        .col_expr(Column::HashedOneTimePasscode, Expr::value(hash.expose()))
        .col_expr(Column::OneTimePasscodeExpiresAt, Expr::value(end))
        .filter(Column::Id.eq(world.owner.id));
    update.exec(&world.app.db).await.unwrap();
}

#[tokio::test]
async fn every_documented_sample_runs() {
    if !has_curl() {
        return;
    }
    let shared = Federated::new().await;
    for sample in all_samples() {
        let operation = operation_of(&sample);
        match operation.id() {
            "create-initial-user" => {
                assert_runs(&sample, &operation, Place::Empty(&TestApp::new().await)).await
            }
            "change-password-with-a-one-time-passcode" => {
                let world = World::new().await;
                give_code(&world).await;
                assert_runs(&sample, &operation, Place::Peopled(&world)).await
            }
            // Reading changes nothing for the others.
            _ if operation.method == Method::GET => {
                assert_runs(&sample, &operation, Place::Federated(&shared)).await
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
fn every_operation_of_the_pages_has_a_sample() {
    let mut documented: Vec<&str> = all_samples().iter().map(|sample| operation_of(sample).id()).collect();
    let listed = |operation: &&Operation| !operation.is_left_out();
    let mut there: Vec<&str> = operations().iter().filter(listed).map(Operation::id).collect();
    documented.sort_unstable();
    there.sort_unstable();
    assert_eq!(documented, there);
}
