//! GET and PUT /users/{user}/gitsshkey (users.md 3.8 and 3.9).

use chrono::TimeDelta;
use entity::{audit_logs, git_ssh_keys};
use roster::domain::{KeyAlgorithm, Settings};
use sea_orm::{ColumnTrait, EntityTrait, ModelTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::{GIT_KEY, of, served};
use crate::support::{Actor, TestApp, settings, uuid};

/// A user's pair as it is stored.
pub async fn row(app: &TestApp, user: Uuid) -> git_ssh_keys::Model {
    git_ssh_keys::Entity::find_by_id(user).one(&app.db).await.unwrap().unwrap()
}

/// A server that makes pairs of this kind, with its owner.
pub async fn making(algorithm: KeyAlgorithm) -> (TestApp, Actor) {
    let app = TestApp::with(Settings { ssh_keygen_algorithm: algorithm, ..settings() }).await;
    let owner = app.owner().await;
    (app, owner)
}

async fn audited(app: &TestApp) -> Vec<audit_logs::Model> {
    let about = audit_logs::Entity::find().filter(audit_logs::Column::ResourceType.eq("git_ssh_key"));
    let about = about.filter(audit_logs::Column::StatusCode.lt(400));
    about.all(&app.db).await.unwrap()
}

#[tokio::test]
async fn the_pair_of_a_new_user_is_answered_without_its_private_half() {
    let (app, owner, bea) = served().await;
    let reply = bea.get(GIT_KEY).await.expect(200);
    let stored = row(&app, bea.id).await;
    assert_eq!(
        reply.json(),
        json!({
            "user_id": bea.id, "public_key": stored.public_key,
            "created_at": "2026-05-20T00:00:00Z", "updated_at": "2026-05-20T00:00:00Z",
        })
    );
    assert!(stored.public_key.starts_with("ssh-ed25519 AAAA") && stored.public_key.ends_with('\n'));
    assert!(stored.private_key.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----\n"));
    assert_eq!(owner.get(&of("bea", "gitsshkey")).await.expect(200).json(), reply.json());
    assert_ne!(owner.get(GIT_KEY).await.expect(200).json()["public_key"], reply.json()["public_key"]);
}

#[tokio::test]
async fn a_new_pair_replaces_the_old_one() {
    let (app, _, bea) = served().await;
    let (before, stored) = (bea.get(GIT_KEY).await.expect(200).json(), row(&app, bea.id).await);
    app.clock.advance(TimeDelta::microseconds(1_500_000));
    let after = bea.send(reqwest::Method::PUT, GIT_KEY, None).await.expect(200).json();
    assert_ne!(after["public_key"], before["public_key"]);
    assert_eq!(after["created_at"], before["created_at"]);
    assert_eq!(after["updated_at"], "2026-05-20T00:00:01.5Z");
    assert_eq!(bea.get(GIT_KEY).await.expect(200).json(), after);
    assert_ne!(row(&app, bea.id).await.private_key, stored.private_key);
    // Nothing else of the user moves.
    assert_eq!(bea.get("/users/me").await.expect(200).json()["created_at"], "2026-05-20T00:00:00Z");
}

#[tokio::test]
async fn the_body_of_a_request_for_a_new_pair_is_not_looked_at() {
    let (_app, _, bea) = served().await;
    for body in ["{", "[]", "\0", r#"{"public_key":"mine"}"#] {
        let answer = bea.put_text(GIT_KEY, body).await.expect(200).json();
        assert!(answer["public_key"].as_str().unwrap().starts_with("ssh-ed25519 "), "{body:?}");
    }
}

#[tokio::test]
async fn a_new_pair_leaves_one_entry_about_it() {
    let (app, owner, bea) = served().await;
    assert!(audited(&app).await.is_empty(), "those of new users are part of making them");
    let answer = owner.put_text(&of("bea", "gitsshkey"), "").await.expect(200);
    let entries = audited(&app).await;
    let [entry] = entries.as_slice() else { panic!("not one entry: {entries:?}") };
    assert_eq!((entry.user_id, entry.resource_id, entry.action.as_str()), (owner.id, bea.id, "write"));
    assert_eq!((entry.status_code, entry.organization_id), (200, Uuid::nil()));
    assert_eq!(entry.resource_target, answer.json()["public_key"].as_str().unwrap());
    assert_eq!(entry.request_id.to_string(), answer.header("x-request-id"));
    let auditor = app.user(&owner, "auditor", &["auditor"]).await;
    auditor.put_text(&of("bea", "gitsshkey"), "").await.expect(404);
    assert_eq!(audited(&app).await.len(), 1, "nothing is written for who may not");
}

/// No server leaves a user without a pair; one that another tool took away is told as a fault, and can be mended.
#[tokio::test]
async fn a_pair_that_is_gone_is_a_fault_until_a_new_one_is_made() {
    let (app, _, bea) = served().await;
    row(&app, bea.id).await.delete(&app.db).await.unwrap();
    let reply = bea.get(GIT_KEY).await.expect(500);
    assert_eq!(reply.message(), "Internal error fetching user's SSH key.");
    let made = bea.put_text(GIT_KEY, "").await.expect(200).json();
    assert_eq!(bea.get(GIT_KEY).await.expect(200).json(), made);
}

/// Each kind, for a first user, for a user whom somebody makes, and for one who asks for a new pair.
#[tokio::test]
async fn pairs_are_of_the_kind_that_is_set() {
    for (algorithm, beginning) in [
        (KeyAlgorithm::Ed25519, "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI"),
        (KeyAlgorithm::Ecdsa, "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABB"),
    ] {
        let (app, owner) = making(algorithm).await;
        let bea = app.user(&owner, "bea", &[]).await;
        let lines = [
            owner.get(GIT_KEY).await.expect(200).json(),
            bea.get(GIT_KEY).await.expect(200).json(),
            bea.put_text(GIT_KEY, "").await.expect(200).json(),
        ];
        for line in lines {
            assert!(line["public_key"].as_str().unwrap().starts_with(beginning), "{algorithm:?}: {line}");
        }
    }
}

/// While primes are searched for, everybody else is served.
#[tokio::test]
async fn rsa_pairs_are_made_aside() {
    let app = TestApp::with(Settings { ssh_keygen_algorithm: KeyAlgorithm::Rsa4096, ..settings() }).await;
    let first = json!({ "email": "o@example.com", "username": "o", "password": crate::support::PASSWORD });
    let client = app.client();
    let making = client.post("/users/first", first);
    tokio::pin!(making);
    let mut served = 0;
    let made = loop {
        let other = app.client();
        tokio::select! {
            biased;
            made = &mut making => break made.expect(201).json(),
            answer = other.get("/users/authmethods") => {
                answer.expect(200);
                served += 1;
            }
        }
    };
    assert!(served > 3, "only {served} others were served");
    let stored = row(&app, uuid(&made["user_id"])).await;
    assert!(stored.public_key.starts_with("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAACAQ"), "{}", stored.public_key);
}
