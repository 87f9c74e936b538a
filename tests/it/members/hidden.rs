//! What is hidden answers byte for byte like what is not there (members.md, case 2).

use reqwest::Method;
use reqwest::header::HeaderMap;
use uuid::Uuid;

use super::{NOT_FOUND, member, members, outsider, paginated};
use crate::support::{Actor, Reply, TestApp};

/// All that a client can see of an answer, but for what is different each time.
fn seen(reply: &Reply) -> (u16, HeaderMap, &str) {
    let mut headers = reply.headers.clone();
    headers.remove("x-request-id");
    headers.remove("date");
    (reply.status, headers, &reply.text)
}

/// Every operation below an organization, with a user for those that need one.
fn operations(organization: &str, user: &str) -> [(Method, String); 6] {
    [
        (Method::GET, format!("/organizations/{organization}")),
        (Method::GET, members(organization)),
        (Method::GET, paginated(organization)),
        (Method::GET, member(organization, user)),
        (Method::POST, member(organization, user)),
        (Method::DELETE, member(organization, user)),
    ]
}

/// The two requests are refused, and nobody can tell which of them was about something that is there.
async fn same(caller: &Actor, there: (Method, String), missing: (Method, String)) {
    let what = format!("{} {} and {}", there.0, there.1, missing.1);
    let there = caller.send(there.0, &there.1, None).await;
    let missing = caller.send(missing.0, &missing.1, None).await;
    assert_eq!(seen(&there), seen(&missing), "{what}");
    assert_eq!((there.status, there.message().as_str()), (404, NOT_FOUND), "{what}");
}

#[tokio::test]
async fn a_hidden_organization_is_like_none() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let joe = outsider(&app, &owner, acme, "joe").await;
    let (hidden, nowhere) = (app.organization.to_string(), Uuid::max().to_string());
    for (there, missing) in [(hidden.as_str(), nowhere.as_str()), ("coder", "codex"), ("default", "nowhere")]
    {
        for user in ["me", "owner", "nobody"] {
            for (one, other) in operations(there, user).into_iter().zip(operations(missing, user)) {
                same(&joe, one, other).await;
            }
        }
    }
}

#[tokio::test]
async fn a_hidden_organization_hides_that_a_query_is_bad() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let joe = outsider(&app, &owner, acme, "joe").await;
    for query in ["?q=foo:bar", "?limit=x&offset=-1", "?after_id=x"] {
        let list = |organization: &str| (Method::GET, format!("{}{query}", members(organization)));
        same(&joe, list("coder"), list("codex")).await;
        let pages = |organization: &str| (Method::GET, format!("{}{query}", paginated(organization)));
        same(&joe, pages("coder"), pages("codex")).await;
    }
}

#[tokio::test]
async fn a_hidden_member_is_like_none() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    app.set_sharing(app.organization, "none").await;
    let (bea, _joe) = (app.user(&owner, "bea", &[]).await, app.user(&owner, "joe", &[]).await);
    outsider(&app, &owner, acme, "stranger").await;
    for missing in ["stranger", "nobody", "prebuilds"] {
        for method in [Method::GET, Method::DELETE] {
            let (joe, other) = (member("default", "joe"), member("default", missing));
            same(&bea, (method.clone(), joe), (method, other)).await;
        }
    }
}

#[tokio::test]
async fn a_hidden_user_is_like_none() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let stranger = outsider(&app, &owner, acme, "stranger").await;
    let bea = app.user(&owner, "bea", &[]).await;
    // Sees all users, and may still not add them.
    let admin = app.user(&owner, "admin", &["template-admin"]).await;
    for caller in [&bea, &admin] {
        for (there, missing) in [("stranger", "nobody"), (&stranger.id.to_string(), &Uuid::max().to_string())]
        {
            let add = |user: &str| (Method::POST, member("default", user));
            same(caller, add(there), add(missing)).await;
        }
    }
}

#[tokio::test]
async fn what_may_not_be_removed_is_like_what_is_not_there() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (bea, _joe) = (app.user(&owner, "bea", &[]).await, app.user(&owner, "joe", &[]).await);
    let remove = |user: &str| (Method::DELETE, member("default", user));
    same(&bea, remove("joe"), remove("nobody")).await;
    same(&owner, remove("prebuilds"), remove("nobody")).await;
}
