//! DELETE /users/{user} (users.md 3.4, cases 23 to 25).

use chrono::TimeDelta;
use entity::{api_keys, git_ssh_keys, organization_members, user_deleted};
use reqwest::Method;
use roster::domain::deletion::{self, Workspaces};
use roster::domain::{Error, Kind, Origin, Visitor, sessions};
use roster::model::clock::Clock;
use roster::model::ids::{RequestId, UserId};
use roster::model::user::UserRef;
use roster::rbac::{NewKey, NewMember, system};
use roster::store;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::*;
use crate::auth::helpers::{log_in, served};
use crate::support::{Mint, PASSWORD, uuid};

#[tokio::test]
async fn who_is_deleted_is_gone_at_once_and_found_by_id_only() {
    let Cast { app, owner, one, .. } = Cast::new().await;
    one.get("/users/me").await.expect(200);
    let reply = owner.delete("/users/ONE").await.expect(200);
    assert_eq!(reply.json(), json!({ "message": "User has been deleted!" }));
    assert_eq!(one.get("/users/me").await.expect(401).detail(), "API key is invalid.");
    hidden(owner.get("/users/one").await);
    let answered = owner.get(&format!("/users/{}", one.id)).await.expect(200).json();
    assert_eq!((&answered["username"], &answered["organization_ids"]), (&json!("one"), &json!([])));
    assert_eq!(answered["status"], "active");
    hidden(owner.get("/organizations/default/members/one").await);
    let list = owner.get("/organizations/default/paginated-members?limit=50").await.expect(200);
    assert!(!list.text.contains("\"one\""), "{}", list.text);
    assert!(!owner.get("/users").await.expect(200).text.contains("\"one\""));
    app.client().with_token(&one.token).get("/users/me").await.expect(401);
}

#[tokio::test]
async fn keys_and_memberships_go_and_the_rest_of_the_row_stays() {
    let Cast { app, owner, one, .. } = Cast::new().await;
    app.mint(one.id, Mint::default()).await;
    let before = stored(&app, one.id).await;
    app.clock.advance(TimeDelta::minutes(5));
    owner.delete("/users/one").await.expect(200);
    let keys = api_keys::Entity::find().filter(api_keys::Column::UserId.eq(one.id));
    assert_eq!(keys.count(&app.db).await.unwrap(), 0);
    let joined = organization_members::Entity::find();
    let joined = joined.filter(organization_members::Column::UserId.eq(one.id));
    assert_eq!(joined.count(&app.db).await.unwrap(), 0);
    assert!(git_ssh_keys::Entity::find_by_id(one.id).one(&app.db).await.unwrap().is_some());
    assert_eq!(stored(&app, one.id).await, entity::users::Model { deleted: true, ..before });
    let gone = user_deleted::Entity::find_by_id(one.id).one(&app.db).await.unwrap().unwrap();
    assert_eq!(gone.deleted_at, app.clock.now());
    assert_eq!(states(&app, one.id).await, ["active"]);
}

#[tokio::test]
async fn a_deletion_is_audited_once_and_repeating_it_changes_nothing() {
    let Cast { app, owner, one, .. } = Cast::new().await;
    for _ in 0..2 {
        owner.delete(&format!("/users/{}", one.id)).await.expect(200);
        app.clock.advance(TimeDelta::minutes(5));
    }
    let entries = audited(&app, one.id, "delete").await;
    assert_eq!((entries.len(), entries[0].user_id, entries[0].status_code), (1, owner.id, 200));
    assert_eq!(entries[0].resource_target, "one");
    let gone = user_deleted::Entity::find_by_id(one.id).one(&app.db).await.unwrap().unwrap();
    assert_eq!(gone.deleted_at, app.clock.now() - TimeDelta::minutes(10));
}

#[tokio::test]
async fn username_and_address_are_free_again() {
    let Cast { app, owner, one, .. } = Cast::new().await;
    owner.delete("/users/one").await.expect(200);
    let body = json!({
        "username": "One", "email": "ONE@example.com", "login_type": "none", "organization_ids": [app.organization],
    });
    let made = owner.post("/users", body).await.expect(201).json();
    assert_ne!(uuid(&made["id"]), one.id);
    assert_eq!(owner.get("/users/one").await.expect(200).json()["id"], made["id"]);
    assert_eq!(owner.get("/users/one@example.com").await.expect(200).json()["id"], made["id"]);
}

#[tokio::test]
async fn who_may_not_delete_is_told_what_it_may_know() {
    let Cast { app, owner, user_admin, auditor, one, two } = Cast::new().await;
    refused(owner.delete("/users/me").await, 403, "You cannot delete yourself!");
    refused(one.delete("/users/one").await, 403, "You cannot delete yourself!");
    forbidden(auditor.delete("/users/two").await);
    hidden(one.delete("/users/two").await);
    hidden(owner.delete("/users/nobody").await);
    forbidden(owner.delete(&format!("/users/{PREBUILDS}")).await);
    let mint = Mint { scopes: vec!["user:read"], ..Mint::default() };
    let reader = app.client().with_token(&app.mint(owner.id, mint).await);
    forbidden(reader.delete("/users/two").await);
    two.get("/users/me").await.expect(200);
    user_admin.delete("/users/two").await.expect(200);
}

/// Upstream lets a user-admin delete an owner.
#[tokio::test]
async fn only_owners_delete_owners() {
    let Cast { app, owner, user_admin, auditor, .. } = Cast::new().await;
    let second = app.user(&owner, "second", &["owner"]).await;
    refused(user_admin.delete("/users/second").await, 400, "Only owners can delete an owner.");
    forbidden(auditor.delete("/users/second").await);
    second.get("/users/me").await.expect(200);
    owner.delete("/users/second").await.expect(200);
    second.get("/users/me").await.expect(401);
}

#[tokio::test]
async fn who_was_deleted_neither_logs_in_nor_changes_any_more() {
    let (app, owner, bea) = served().await;
    log_in(&app.client(), &bea.email, PASSWORD).await.expect(201);
    owner.delete("/users/bea").await.expect(200);
    log_in(&app.client(), &bea.email, PASSWORD).await.expect(401);
    let path = format!("/users/{}", bea.id);
    hidden(owner.put(&format!("{path}/profile"), json!({ "username": "bea", "name": "" })).await);
    hidden(owner.send(Method::PUT, &suspend(bea.id), None).await);
    hidden(owner.send(Method::PUT, &activate(bea.id), None).await);
    hidden(owner.post_empty(&format!("/organizations/default/members/{}", bea.id)).await);
    assert_eq!(states(&app, bea.id).await, ["active"]);
}

/// What is made for somebody who was deleted meanwhile is told to be of nobody, not a fault.
#[tokio::test]
async fn the_store_says_that_somebody_is_gone() {
    let Cast { app, owner, one, .. } = Cast::new().await;
    let backend = &app.backend;
    let key =
        backend.store.key(&roster::model::ids::KeyId(one.token[..10].to_owned())).await.unwrap().unwrap();
    owner.delete("/users/one").await.expect(200);
    let subject = system::operator();
    let mut tx = backend.store.write().await.unwrap();
    let again = system::login().may(NewKey(key.key.clone())).unwrap();
    let refused = store::keys::insert(&mut tx, &again).await.unwrap_err();
    assert!(matches!(refused, store::Error::Dangling), "{refused:?}");
    drop(tx);
    let organization = roster::model::ids::OrgId(app.organization);
    let member = roster::model::organization::Member::joining(organization, UserId(one.id), app.clock.now());
    let mut tx = backend.store.write().await.unwrap();
    let joining = subject.may(NewMember(member)).unwrap();
    let refused = store::members::insert(&mut tx, &joining).await.unwrap_err();
    assert!(matches!(refused, store::Error::Dangling), "{refused:?}");
}

/// A deployment in which one user has workspaces.
struct Owned(UserId);

impl Workspaces for Owned {
    async fn any_of(&self, user: UserId) -> Result<bool, Error> {
        Ok(user == self.0)
    }
}

#[tokio::test]
async fn who_has_workspaces_is_not_deleted() {
    let Cast { app, owner, auditor, one, two, .. } = Cast::new().await;
    let origin = Origin { request: RequestId(Uuid::nil()), ip: None, user_agent: None };
    let visitor = Visitor::new(app.backend.clone(), origin);
    let ctx_of = async |token: &str| {
        let known = sessions::recognize(&visitor, Some(token)).await.unwrap();
        sessions::admit(visitor.clone(), known).await.unwrap()
    };
    let workspaces = Owned(UserId(one.id));
    let text = "You cannot delete a user that has workspaces. Delete their workspaces and try again!";
    // Asked before the permission, and after whether the caller may see the user.
    for (caller, expected) in
        [(&owner, (Kind::InUse, text)), (&auditor, (Kind::InUse, text)), (&two, (Kind::NotFound, ""))]
    {
        let ctx = ctx_of(&caller.token).await;
        let refused = deletion::delete(&ctx, &UserRef::Id(UserId(one.id)), &workspaces).await.unwrap_err();
        assert_eq!(refused.kind(), expected.0);
        assert!(refused.into_parts().0.starts_with(expected.1));
    }
    one.get("/users/me").await.expect(200);
    let ctx = ctx_of(&owner.token).await;
    deletion::delete(&ctx, &UserRef::Id(UserId(two.id)), &workspaces).await.unwrap();
    two.get("/users/me").await.expect(401);
}
