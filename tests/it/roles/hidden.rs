//! What is hidden answers byte for byte like what is not there (members.md, case 2).

use reqwest::Method;
use reqwest::header::HeaderMap;
use uuid::Uuid;

use super::{NOT_FOUND, define, of_member, of_user, outsider, role, roles};
use crate::support::{Reply, TestApp};

/// All that a client can see of an answer, but for what is different each time.
fn seen(reply: &Reply) -> (u16, HeaderMap, &str) {
    let mut headers = reply.headers.clone();
    headers.remove("x-request-id");
    headers.remove("date");
    (reply.status, headers, &reply.text)
}

/// Every operation below an organization.
fn operations(organization: &str) -> Vec<(Method, String)> {
    let on_roles = [Method::GET, Method::POST, Method::PUT].map(|method| (method, roles(organization)));
    let on_one =
        [(Method::DELETE, role(organization, "gardener")), (Method::DELETE, role(organization, "nobody"))];
    let on_members = ["me", "owner", "nobody"].map(|user| (Method::PUT, of_member(organization, user)));
    on_roles.into_iter().chain(on_one).chain(on_members).collect()
}

#[tokio::test]
async fn a_hidden_organization_is_like_none() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    define(&owner, "gardener", &[]).await;
    let joe = outsider(&app, &owner, acme, "joe").await;
    let (hidden, nowhere) = (app.organization.to_string(), Uuid::max().to_string());
    for (there, missing) in [(hidden.as_str(), nowhere.as_str()), ("coder", "codex"), ("default", "nowhere")]
    {
        for ((method, there), (_, missing)) in operations(there).into_iter().zip(operations(missing)) {
            for body in [None, Some("{\"name\":\"gardener\"}".to_owned()), Some("{".to_owned())] {
                let one = joe.send(method.clone(), &there, body.clone()).await;
                let other = joe.send(method.clone(), &missing, body).await;
                assert_eq!(seen(&one), seen(&other), "{method} {there} and {missing}");
                assert_eq!((one.status, one.message().as_str()), (404, NOT_FOUND), "{method} {there}");
            }
        }
    }
}

#[tokio::test]
async fn a_hidden_member_is_like_none() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.set_sharing(app.organization, "none").await;
    let (bea, _joe) = (app.user(&owner, "bea", &[]).await, app.user(&owner, "joe", &[]).await);
    for missing in ["nobody", "prebuilds"] {
        for body in ["{\"roles\":[]}", "{"] {
            let one = bea.put_text(&of_member("default", "joe"), body).await;
            let other = bea.put_text(&of_member("default", missing), body).await;
            assert_eq!(seen(&one), seen(&other), "{missing} with {body}");
            assert_eq!((one.status, one.message().as_str()), (404, NOT_FOUND));
        }
    }
}

#[tokio::test]
async fn a_hidden_user_is_like_none() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (bea, joe) = (app.user(&owner, "bea", &[]).await, app.user(&owner, "joe", &[]).await);
    for (there, missing) in [("joe", "nobody"), (&joe.id.to_string(), &Uuid::max().to_string())] {
        for (method, body) in [(Method::GET, None), (Method::PUT, Some("{\"roles\":[]}".to_owned()))] {
            let one = bea.send(method.clone(), &of_user(there), body.clone()).await;
            let other = bea.send(method.clone(), &of_user(missing), body).await;
            assert_eq!(seen(&one), seen(&other), "{method} {there}");
            assert_eq!((one.status, one.message().as_str()), (404, NOT_FOUND));
        }
    }
}

/// A user of that name is reached by its id only: names of the server come first.
#[tokio::test]
async fn a_member_called_roles_goes_by_its_id() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let odd = app.user(&owner, "roles", &[]).await;
    let set = serde_json::json!({ "roles": ["organization-auditor"] });
    owner.put(&of_member("default", "roles"), set.clone()).await.expect(405);
    owner.put(&of_member("default", odd.id), set).await.expect(200);
    owner.delete("/organizations/default/members/roles").await.expect(405);
    assert!(owner.get("/users/roles").await.expect(200).json().is_array());
}
