//! Nobody can tell what is hidden from what is not there.

use reqwest::header::{DATE, HeaderMap};
use uuid::Uuid;

use super::stage::{Props, Stage, call};
use crate::contract::walk::{Operation, operations};
use crate::support::{Client, Reply};

/// All of an answer but what differs from answer to answer anyway.
fn telling(reply: &Reply) -> (u16, String, HeaderMap) {
    let mut headers = reply.headers.clone();
    for name in [DATE.as_str(), "x-coder-request-id", "x-request-id"] {
        headers.remove(name);
    }
    (reply.status, reply.text.clone(), headers)
}

fn with_parameter<'o>(all: &'o [Operation], name: &'o str) -> impl Iterator<Item = &'o Operation> {
    all.iter().filter(move |operation| operation.parameters().any(|p| p["in"] == "path" && p["name"] == name))
}

/// Answers to the same call about something hidden and about something that is not there, neither of which gives it away.
async fn both(
    stage: &Stage,
    client: &Client,
    operation: &Operation,
    props: &Props,
    hidden: Uuid,
) -> (Reply, Reply) {
    #[expect(clippy::disallowed_methods, reason = "any id will do")]
    let nothing = Uuid::new_v4().to_string();
    let (path, body) = (stage.path(operation, props), stage.body(operation, props));
    let there = call(client, &operation.method, &path, body.as_ref()).await;
    let nowhere = path.replace(&hidden.to_string(), &nothing);
    assert_ne!(path, nowhere, "{operation:?}");
    (there, call(client, &operation.method, &nowhere, body.as_ref()).await)
}

#[tokio::test]
async fn a_hidden_organization_is_answered_like_none() {
    let all = operations();
    for operation in with_parameter(&all, "organization") {
        let stage = Stage::new().await;
        let stranger = stage.app.user(&stage.owner, "stranger", &[]).await;
        let narrow = stage.narrow(&stage.owner, &["user:read"]).await;
        let props = stage.props(0).await;
        for client in [&stranger.client, &narrow] {
            let (there, gone) = both(&stage, client, operation, &props, stage.organization).await;
            assert_eq!(there.status, 404, "{operation:?}: {there:?}");
            assert_eq!(telling(&there), telling(&gone), "{operation:?}");
        }
    }
}

#[tokio::test]
async fn a_hidden_user_is_answered_like_none() {
    let all = operations();
    for operation in with_parameter(&all, "user") {
        let stage = Stage::new().await;
        // In an organization where members see only themselves, so that even a membership is hidden.
        stage.app.set_sharing(stage.organization, "none").await;
        let plain = stage.insider("plain", &[], &[]).await;
        let props = stage.props(0).await;
        let user =
            if operation.id() == "add-organization-member" { props.newcomer.id } else { props.member.id };
        let (there, gone) = both(&stage, &plain, operation, &props, user).await;
        assert_eq!(telling(&there), telling(&gone), "{operation:?}");
        assert!([400, 403, 404].contains(&there.status), "{operation:?}: {there:?}");
    }
}
