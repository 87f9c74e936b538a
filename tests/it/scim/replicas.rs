//! Two servers on one database: who is suspended by way of one is locked out of the other.

use super::*;
use crate::auth::replicas::{SOON, hearing, there_is_one_process, until};

#[tokio::test]
async fn suspension_counts_in_another_replica() {
    if there_is_one_process("suspension by a directory in another replica") {
        return;
    }
    let (app, _, bea, directory) = served().await;
    let (base, _backend, _stop) = app.replica().await;
    hearing(&app, 2).await;
    let there = Client::new(&base).with_token(&bea.token);
    there.get("/users/me").await.expect(200);
    patch(&directory, bea.id, json!({ "active": false })).await.expect(200);
    assert!(until(&there, "/users/me", 401).await < SOON);
    patch(&directory, bea.id, json!({ "active": true })).await.expect(200);
    assert!(until(&there, "/users/me", 200).await < SOON);
}
