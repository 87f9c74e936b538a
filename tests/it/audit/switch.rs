//! The log switched off, and others who are told of every entry.

use std::sync::{Arc, Mutex};

use entity::audit_logs;
use roster::domain::Feature;
use roster::store::{AuditEvent, Auditor};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

use super::{found, served, settled};
use crate::support::{TestApp, without};

#[tokio::test]
async fn while_it_is_off_nothing_is_written_and_all_else_works() {
    let app = TestApp::with(without(Feature::AuditLog)).await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    owner.delete("/users/me").await.expect(403);
    owner.delete("/users/bea").await.expect(200);
    settled(&app).await;
    assert_eq!(audit_logs::Entity::find().count(&app.db).await.unwrap(), 0);
    let empty = owner.get("/audit").await.expect(200).json();
    assert_eq!(empty, json!({ "audit_logs": [], "count": 0, "count_cap": 2000 }));
    let refused = owner.post("/audit/testgenerate", json!({})).await.expect(403);
    assert_eq!(refused.message(), "The audit log is switched off.");
}

#[tokio::test]
async fn it_can_be_switched_while_the_server_runs_and_keeps_what_is_there() {
    let (app, owner, _) = served().await;
    let before = found(&owner, "").await.len();
    app.backend.store.set_audited(false);
    owner.put_empty("/users/bea/status/suspend").await.expect(200);
    assert_eq!(found(&owner, "").await.len(), before);
    app.backend.store.set_audited(true);
    owner.put_empty("/users/bea/status/activate").await.expect(200);
    assert_eq!(found(&owner, "").await.len(), before + 1);
}

/// Remembers what it is told.
#[derive(Default)]
struct Listener(Mutex<Vec<(String, String)>>);

impl Auditor for Listener {
    fn export(&self, entry: &AuditEvent) {
        let told = (entry.action.as_str().to_owned(), entry.target.name.clone());
        self.0.lock().unwrap().push(told);
    }
}

#[tokio::test]
async fn others_are_told_of_what_is_durable_and_of_nothing_else() {
    let (app, owner, _) = served().await;
    let listener = Arc::new(Listener::default());
    app.backend.store.tell(listener.clone());
    owner.put_empty("/users/bea/status/suspend").await.expect(200);
    owner.post("/users/me/keys/tokens", json!({ "token_name": "t" })).await.expect(201);
    // Fails when it is written: no entry, and nobody hears of one.
    owner.post("/users/me/keys/tokens", json!({ "token_name": "t" })).await.expect(409);
    app.backend.store.set_audited(false);
    owner.put_empty("/users/bea/status/activate").await.expect(200);
    let told = listener.0.lock().unwrap().clone();
    let expected = [("write", "bea"), ("create", "t")].map(|(a, n)| (a.to_owned(), n.to_owned()));
    assert_eq!(told, expected);
}
