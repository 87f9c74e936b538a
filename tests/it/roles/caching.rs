//! A change of a role or of who holds it counts for keys in use, at once here and soon in every other replica.

use entity::users::{self, Column};
use roster::domain::Kind::{Forbidden, NotFound, Unauthenticated};
use roster::domain::{self, Ctx, Kind, Origin, Visitor, custom_roles, organizations, sessions};
use roster::model::ids::RequestId;
use roster::model::organization::OrgRef;
use roster::model::user::UserRef;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::{assign, assign_site, define, member, of_member, request, role, roles};
use crate::auth::replicas::{SOON, hearing, there_is_one_process, until};
use crate::support::{Actor, Client, TestApp};

/// What a watcher sees and a plain member of an organization without sharing does not.
const WATCHING: [(&str, &str); 1] = [("organization_member", "read")];
const WATCHED: &str = "/organizations/default/members/owner";

#[tokio::test]
async fn every_holder_of_a_role_notices_its_change() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.set_sharing(app.organization, "none").await;
    define(&owner, "watcher", &WATCHING).await;
    let mut holders = Vec::new();
    for number in 0..5 {
        holders.push(member(&app, &owner, &format!("holder{number}"), &["watcher"]).await);
    }
    let all_see = async |status: u16| {
        for holder in &holders {
            holder.get(WATCHED).await.expect(status);
        }
    };
    all_see(200).await;
    owner.put(&roles("default"), request("watcher", &[])).await.expect(200);
    all_see(404).await;
    owner.put(&roles("default"), request("watcher", &WATCHING)).await.expect(200);
    all_see(200).await;
    owner.delete(&role("default", "watcher")).await.expect(200);
    all_see(404).await;
    // Who held it before holds nothing of that name now.
    define(&owner, "watcher", &WATCHING).await;
    all_see(404).await;
}

/// The name came into the database by other hands, and means something from now on.
#[tokio::test]
async fn a_new_role_counts_for_who_has_its_name_already() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.set_sharing(app.organization, "none").await;
    let bea = app.user(&owner, "bea", &[]).await;
    app.set_member_roles(app.organization, bea.id, &["watcher"]).await;
    bea.get(WATCHED).await.expect(404);
    define(&owner, "watcher", &WATCHING).await;
    bea.get(WATCHED).await.expect(200);
}

#[tokio::test]
async fn roles_shown_are_those_of_this_moment() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    let shown = async || {
        let page = owner.get("/users?q=bea&limit=10").await.expect(200).json();
        (page["users"][0]["roles"].clone(), owner.get("/users/bea").await.expect(200).json()["roles"].clone())
    };
    assert_eq!(shown().await, (json!([]), json!([])));
    assign_site(&owner, "bea", &["auditor"]).await.expect(200);
    let auditor = json!([{ "name": "auditor", "display_name": "Auditor" }]);
    assert_eq!(shown().await, (auditor.clone(), auditor));
}

#[tokio::test]
async fn a_change_here_counts_there_within_a_second() {
    if there_is_one_process("a role in another replica") {
        return;
    }
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let (there, _backend, _stop) = app.replica().await;
    hearing(&app, 2).await;
    let there = Client::new(&there).with_token(&bea.token);
    // A right that comes and goes with either of two roles.
    let joe = app.user(&owner, "joe", &[]).await;
    let personal = format!("/users/{}", joe.id);
    there.get(&personal).await.expect(404);
    assign_site(&owner, "bea", &["auditor"]).await.expect(200);
    assert!(until(&there, &personal, 200).await < SOON);
    assign_site(&owner, "bea", &[]).await.expect(200);
    assert!(until(&there, &personal, 404).await < SOON);
    assign(&owner, "bea", &["organization-admin"]).await.expect(200);
    assert!(until(&there, &personal, 200).await < SOON);
    assign(&owner, "bea", &[]).await.expect(200);
    assert!(until(&there, &personal, 404).await < SOON);
}

#[tokio::test]
async fn a_definition_changed_here_counts_there_within_a_second() {
    if there_is_one_process("the definition of a role in another replica") {
        return;
    }
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    owner.post_empty(&format!("/organizations/{acme}/members/me")).await.expect(200);
    app.set_sharing(acme, "none").await;
    let bea = super::outsider(&app, &owner, acme, "bea").await;
    owner.post(&roles(acme), request("watcher", &WATCHING)).await.expect(200);
    owner.put(&of_member(acme, "bea"), json!({ "roles": ["watcher"] })).await.expect(200);
    let (there, _backend, _stop) = app.replica().await;
    hearing(&app, 2).await;
    let there = Client::new(&there).with_token(&bea.token);
    let path = format!("/organizations/{acme}/members/owner");
    there.get(&path).await.expect(200);
    owner.put(&roles(acme), request("watcher", &[])).await.expect(200);
    assert!(until(&there, &path, 404).await < SOON);
    owner.put(&roles(acme), request("watcher", &WATCHING)).await.expect(200);
    assert!(until(&there, &path, 200).await < SOON);
    owner.delete(&role(acme, "watcher")).await.expect(200);
    assert!(until(&there, &path, 404).await < SOON);
}

/// Sets a column of a user in the database, past the server.
async fn set(app: &TestApp, user: Uuid, column: Column, value: impl Into<sea_orm::Value>) {
    let update = users::Entity::update_many().col_expr(column, Expr::value(value));
    update.filter(Column::Id.eq(user)).exec(&app.db).await.unwrap();
}

/// Somebody whose key was good when the request came.
async fn let_in(app: &TestApp, who: &Actor) -> Ctx {
    let origin = Origin { request: RequestId(Uuid::nil()), ip: None, user_agent: None };
    let visitor = Visitor::new(app.backend.clone(), origin);
    let known = sessions::recognize(&visitor, Some(&who.token)).await.unwrap();
    sessions::admit(visitor, known).await.unwrap()
}

/// How each write that changes who may do what is refused to somebody who was let in before.
async fn refusals(ctx: &Ctx, meanwhile: impl Future<Output = ()>) -> Vec<Kind> {
    let (place, joe) = (OrgRef::Default, UserRef::Name("joe".to_owned()));
    let organization = organizations::get(ctx, &place).await.unwrap();
    let member = domain::roles::member_to_change(ctx, &place, &joe).await.unwrap();
    let person = domain::roles::user_to_change(ctx, &joe).await.unwrap();
    let request = |name: &str| custom_roles::Request { name: name.to_owned(), ..Default::default() };
    meanwhile.await;
    let refused = [
        custom_roles::create(ctx, &organization, request("made")).await.err(),
        custom_roles::update(ctx, &organization, request("gardener")).await.err(),
        custom_roles::delete(ctx, &organization, "gardener").await.err(),
        domain::roles::set_of_member(ctx, &member, vec!["agents-access".to_owned()]).await.err(),
        domain::roles::set_of_user(ctx, &person, vec!["auditor".to_owned()]).await.err(),
        domain::members::remove(ctx, &place, &joe).await.err(),
    ];
    refused.map(|error| error.unwrap().kind()).to_vec()
}

/// What counts is what the database says when it is written, not what it said when the request came.
#[tokio::test]
async fn who_is_demoted_suspended_or_deleted_meanwhile_writes_nothing() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    define(&owner, "gardener", &[]).await;
    app.user(&owner, "joe", &[]).await;
    for (username, column, value, expected) in [
        (
            "ann",
            Column::RbacRoles,
            json!([]).into(),
            [NotFound, NotFound, Forbidden, Forbidden, NotFound, NotFound],
        ),
        ("bob", Column::Status, sea_orm::Value::from("suspended"), [Unauthenticated; 6]),
        ("cid", Column::Deleted, sea_orm::Value::from(true), [Unauthenticated; 6]),
    ] {
        let who = app.user(&owner, username, &["owner"]).await;
        let ctx = let_in(&app, &who).await;
        let refused = refusals(&ctx, set(&app, who.id, column, value)).await;
        assert_eq!(refused, expected, "{username}");
    }
    let joe = owner.get("/organizations/default/members/joe").await.expect(200).json();
    assert_eq!((&joe["roles"], &joe["global_roles"]), (&json!([]), &json!([])));
    assert_eq!(super::own_roles(&owner).await, ["gardener"]);
}
