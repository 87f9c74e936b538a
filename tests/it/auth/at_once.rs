//! What changes a caller's rights acts on the next request, whatever is remembered.

use super::helpers::{NOT_FOUND, served, session};
use crate::support::{Actor, TestApp};

fn members(app: &TestApp) -> String {
    format!("/organizations/{}/members", app.organization)
}

/// A server with an owner and a member that runs the organization and has shown its key.
async fn with_administrator() -> (TestApp, Actor, Actor) {
    let (app, owner, bea) = served().await;
    app.set_member_roles(app.organization, bea.id, &["organization-admin"]).await;
    bea.get(&format!("{}/owner", members(&app))).await.expect(200);
    (app, owner, bea)
}

#[tokio::test]
async fn leaving_an_organization_ends_the_roles_in_it() {
    let (app, owner, bea) = with_administrator().await;
    let cy = app.user(&owner, "cy", &[]).await;
    bea.get(&format!("{}/cy", members(&app))).await.expect(200);
    owner.delete(&format!("{}/bea", members(&app))).await.expect(204);
    assert_eq!(bea.get(&members(&app)).await.expect(404).message(), NOT_FOUND);
    bea.delete(&format!("{}/cy", members(&app))).await.expect(404);
    cy.get(&members(&app)).await.expect(200);
    assert_eq!(bea.get("/users/me").await.expect(200).json()["organization_ids"], serde_json::json!([]));
}

#[tokio::test]
async fn coming_back_does_not_bring_the_roles_back() {
    let (app, owner, bea) = with_administrator().await;
    let bea_there = format!("{}/bea", members(&app));
    owner.delete(&bea_there).await.expect(204);
    bea.get(&members(&app)).await.expect(404);
    owner.post_empty(&bea_there).await.expect(200);
    bea.get(&members(&app)).await.expect(200);
    app.user(&owner, "cy", &[]).await;
    bea.delete(&format!("{}/cy", members(&app))).await.expect(404);
}

#[tokio::test]
async fn joining_an_organization_acts_on_an_old_key() {
    let (app, owner, bea) = served().await;
    let other = app.organization("other").await;
    let path = format!("/organizations/{other}");
    bea.get(&path).await.expect(404);
    owner.post_empty(&format!("{path}/members/bea")).await.expect(200);
    bea.get(&path).await.expect(200);
    owner.delete(&format!("{path}/members/bea")).await.expect(204);
    bea.get(&path).await.expect(404);
}

#[tokio::test]
async fn all_keys_of_a_user_follow() {
    let (app, owner, bea) = with_administrator().await;
    let clients = [bea.client.clone(), app.client().with_token(&session(&app, &bea.email).await)];
    for client in &clients {
        client.get(&members(&app)).await.expect(200);
    }
    owner.delete(&format!("{}/bea", members(&app))).await.expect(204);
    for client in &clients {
        client.get(&members(&app)).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_request_after_a_logout_gets_in_while_others_are_under_way() {
    let (app, _, bea) = served().await;
    for _ in 0..20 {
        let token = session(&app, &bea.email).await;
        let client = app.client().with_token(&token);
        let others: Vec<_> = (0..4)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { client.get("/users/me").await.status })
            })
            .collect();
        client.post_empty("/users/logout").await.expect(200);
        client.get("/users/me").await.expect(401);
        for other in others {
            assert!([200, 401].contains(&other.await.unwrap()));
        }
        client.get("/users/me").await.expect(401);
    }
}
