//! A password that changes here ends sessions there.

use super::{NEW, change, served};
use crate::auth::replicas::{SOON, hearing, there_is_one_process, until};
use crate::support::Client;

#[tokio::test]
async fn a_change_ends_sessions_in_another_replica() {
    if there_is_one_process("a change of a password reaches another replica") {
        return;
    }
    let (app, owner, bea) = served().await;
    let (base, _there, _stop) = app.replica().await;
    hearing(&app, 2).await;
    let there = Client::new(&base).with_token(&bea.token);
    there.get("/users/me").await.expect(200);
    change(&owner, "bea", "", NEW).await.expect(204);
    assert!(until(&there, "/users/me", 401).await < SOON);
}
