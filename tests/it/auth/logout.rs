//! Logging out: which keys end, and which do not.

use roster::model::user::LoginType;

use super::helpers::{served, session, stored_key};
use crate::support::{Actor, Mint, TestApp};

async fn works(app: &TestApp, token: &str) -> bool {
    app.client().with_token(token).get("/organizations").await.status == 200
}

async fn log_out(app: &TestApp, token: &str) {
    let reply = app.client().with_token(token).post_empty("/users/logout").await.expect(200);
    assert_eq!(reply.message(), "Logged out!");
}

async fn with_scopes(app: &TestApp, of: &Actor, scopes: &[&'static str]) -> String {
    app.mint(of.id, Mint { scopes: scopes.to_vec(), ..Mint::default() }).await
}

#[tokio::test]
async fn a_session_ends_with_its_logout_and_others_go_on() {
    let (app, _, bea) = served().await;
    let (first, second) = (session(&app, &bea.email).await, session(&app, &bea.email).await);
    assert!(works(&app, &first).await);
    log_out(&app, &first).await;
    let refused = app.client().with_token(&first).get("/users/me").await.expect(401);
    assert_eq!(refused.detail(), "API key is invalid.");
    assert!(stored_key(&app, &first).await.is_none());
    assert!(works(&app, &second).await && works(&app, &bea.token).await);
}

#[tokio::test]
async fn logging_out_twice_is_refused() {
    let (app, _, bea) = served().await;
    log_out(&app, &bea.token).await;
    bea.post_empty("/users/logout").await.expect(401);
}

#[tokio::test]
async fn a_token_ends_by_logging_out_with_it() {
    let (app, _, bea) = served().await;
    let token = app.mint(bea.id, Mint { login_type: LoginType::Token, ..Mint::default() }).await;
    log_out(&app, &token).await;
    assert!(!works(&app, &token).await);
    assert!(stored_key(&app, &token).await.is_none());
    assert!(works(&app, &bea.token).await);
}

#[tokio::test]
async fn connections_to_applications_end_with_any_session_of_their_owner() {
    let (app, owner, bea) = served().await;
    let session = session(&app, &bea.email).await;
    let connect = with_scopes(&app, &bea, &["coder:application_connect"]).await;
    let both = with_scopes(&app, &bea, &["organization:read", "coder:application_connect"]).await;
    let reading = with_scopes(&app, &bea, &["organization:read"]).await;
    let of_another = with_scopes(&app, &owner, &["coder:application_connect"]).await;
    assert!(works(&app, &both).await);
    log_out(&app, &session).await;
    assert!(stored_key(&app, &connect).await.is_none());
    assert!(stored_key(&app, &both).await.is_none() && !works(&app, &both).await);
    assert!(stored_key(&app, &reading).await.is_some() && works(&app, &reading).await);
    assert!(stored_key(&app, &of_another).await.is_some());
}

#[tokio::test]
async fn a_narrow_key_may_give_itself_up() {
    let (app, _, bea) = served().await;
    let narrow = with_scopes(&app, &bea, &["template:read"]).await;
    log_out(&app, &narrow).await;
    assert!(stored_key(&app, &narrow).await.is_none());
    assert!(works(&app, &bea.token).await);
}

#[tokio::test]
async fn many_logouts_at_once_end_the_session() {
    let (app, _, bea) = served().await;
    let tries = (0..8).map(|_| {
        let client = bea.client.clone();
        tokio::spawn(async move { client.post_empty("/users/logout").await.status })
    });
    let mut statuses = Vec::new();
    for one in tries.collect::<Vec<_>>() {
        statuses.push(one.await.unwrap());
    }
    assert!(statuses.contains(&200), "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 401].contains(status)), "{statuses:?}");
    assert!(stored_key(&app, &bea.token).await.is_none());
}
