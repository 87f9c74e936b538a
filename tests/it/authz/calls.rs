//! The page "who may call what" tells what really happens.

use serde_json::json;

use roster::http::calls::{Answer, COLUMNS, answer};
use roster::http::{Door, PERMISSIONS};

use super::stage::{Props, Stage};
use crate::contract::walk::{Operation, operations};
use crate::support::{Actor, Reply};

/// Lists are answered to everybody; what they show differs.
fn is_list(operation: &Operation) -> bool {
    [
        "get-connection-logs",
        "get-groups",
        "get-groups-by-organization",
        "get-users",
        "get-user-tokens",
        "get-organizations",
        "get-organizations-by-user",
        "list-organization-members",
    ]
    .contains(&operation.id())
}

/// Whether the caller got what was asked for: no refusal, and for lists the row.
fn got(stage: &Stage, operation: &Operation, props: &Props, reply: &Reply) -> bool {
    if [401, 403, 404].contains(&reply.status) {
        return false;
    }
    assert!(reply.status < 500, "{operation:?}: {reply:?}");
    let row = match operation.id() {
        "get-organizations" | "get-organizations-by-user" => stage.organization.to_string(),
        "get-groups" | "get-groups-by-organization" => props.group.to_string(),
        _ => props.member.id.to_string(),
    };
    !is_list(operation) || reply.text.contains(&row)
}

async fn caller(stage: &Stage, number: usize) -> Actor {
    let (title, site, roles) = COLUMNS[number];
    let username = format!("caller-{number}-{}", &title[..4]);
    match roles {
        Some(roles) => stage.insider(&username, site, roles).await,
        None => stage.app.user(&stage.owner, &username, site).await,
    }
}

/// Every cell of an operation's row.
async fn check(operation: Operation) {
    let call = PERMISSIONS.iter().find(|call| call.operation == operation.id()).unwrap();
    // There is no license to delete, whoever may.
    if !matches!(call.door, Door::Needs(_)) || operation.id() == "delete-license" {
        return;
    }
    let stage = Stage::new().await;
    for (number, column) in COLUMNS.iter().enumerate() {
        let (caller, props) = (caller(&stage, number).await, stage.props(number).await);
        let reply = stage.call(&caller, &operation, &props).await;
        let told = answer(call, column);
        let expected = told == Answer::Yes;
        assert_eq!(
            got(&stage, &operation, &props, &reply),
            expected,
            "{operation:?} as {}: {reply:?}",
            column.0
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_cell_is_what_happens() {
    for some in operations().chunks(4) {
        let running: Vec<_> = some.iter().map(|operation| tokio::spawn(check(operation.clone()))).collect();
        for one in running {
            one.await.unwrap();
        }
    }
}

#[tokio::test]
async fn what_is_ones_own_is_got() {
    let stage = Stage::new().await;
    let plain = stage.insider("plain", &[], &[]).await;
    let member = COLUMNS.iter().find(|column| column.0 == "member").unwrap();
    for (number, operation) in operations().iter().enumerate() {
        if operation.method != reqwest::Method::GET {
            continue;
        }
        let call = PERMISSIONS.iter().find(|call| call.operation == operation.id()).unwrap();
        if answer(call, member) == Answer::Own {
            let mut props = stage.props(number).await;
            if matches!(operation.id(), "get-api-key-by-id" | "get-api-key-by-token-name" | "get-user-tokens")
            {
                // These are about the token of whoever the props are about.
                let name = json!({ "token_name": "trowel" });
                let answer = plain.post("/users/me/keys/tokens", name).await;
                if answer.status == 201 {
                    let key = answer.json()["key"].as_str().unwrap().to_owned();
                    props.key = key.split('-').next().unwrap().to_owned();
                } else {
                    props.key = plain.get("/users/me/keys/tokens/trowel").await.json()["id"]
                        .as_str()
                        .unwrap()
                        .to_owned();
                }
            }
            if operation.id() == "get-a-user-skill-by-name" {
                stage.give_skill(&plain).await;
            }
            let props = Props { member: plain.clone(), ..props };
            let reply = stage.call(&plain, operation, &props).await;
            assert!(got(&stage, operation, &props, &reply), "{operation:?}: {reply:?}");
        }
    }
}
