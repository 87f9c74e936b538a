//! Two servers on one database: what one does counts in the other within a second.

use reqwest::Method;

use super::*;
use crate::auth::replicas::{SOON, hearing, there_is_one_process, until};
use crate::support::Client;

#[tokio::test]
async fn suspension_deletion_and_names_count_there_too() {
    if there_is_one_process("suspension and deletion in another replica") {
        return;
    }
    let Cast { app, owner, one, two, .. } = Cast::new().await;
    let (base, _backend, _stop) = app.replica().await;
    hearing(&app, 2).await;
    let [boss, one, two] = [&owner, &one, &two].map(|who| Client::new(&base).with_token(&who.token));
    for client in [&boss, &one, &two] {
        client.get("/users/me").await.expect(200);
    }
    boss.get("/users/one").await.expect(200);
    owner.send(Method::PUT, &suspend("one"), None).await.expect(200);
    assert!(until(&one, "/users/me", 401).await < SOON);
    owner.send(Method::PUT, &activate("one"), None).await.expect(200);
    assert!(until(&one, "/users/me", 200).await < SOON);
    owner.put("/users/one/profile", json!({ "username": "uno", "name": "" })).await.expect(200);
    assert!(until(&boss, "/users/one", 404).await < SOON);
    owner.delete("/users/two").await.expect(200);
    assert!(until(&two, "/users/me", 401).await < SOON);
    two.get("/users/me").await.expect(401);
}
