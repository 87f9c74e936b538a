//! Every operation that writes leaves exactly one entry (logs.md A3 and A4, case 1).

use entity::audit_logs::{Column, Entity, Model};
use reqwest::Method;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::settled;
use crate::authz::stage::{Props, Stage};
use crate::contract::walk::{Operation, operations};
use crate::contract::world::able;
use crate::support::{Actor, Reply, uuid};

/// What the entry of an operation says: who, what, about which type, of which id and name, and whether in the organization.
struct Told<'a> {
    by: Uuid,
    action: &'a str,
    kind: &'a str,
    /// Not known before for what is random.
    id: Option<Uuid>,
    target: String,
    organization: Uuid,
}

/// The operations that are no reading and leave no entry all the same.
const SILENT: &[&str] = &[
    // Entitlements are a setting: nobody adds or deletes a licence, and working them out again changes nothing.
    "add-new-license",
    "check-authorization",
    "delete-license",
    "explain-authorization",
    // There is a first user.
    "create-initial-user",
    // The entries of the connection log are a log themselves.
    "record-connections",
    "update-license-entitlements",
    "update-user-appearance-settings",
    "update-user-preference-settings",
    "validate-user-password",
];

/// The operations that succeed for whose things they are about only.
const OWN: [&str; 2] = ["create-a-user-skill", "update-a-user-skill"];

/// A new operation that writes needs a line here.
fn told<'a>(stage: &'a Stage, operation: &Operation, props: &'a Props, reply: &Reply) -> Told<'a> {
    let (owner, member) = (&stage.owner, &props.member);
    let (nowhere, acme) = (Uuid::nil(), stage.organization);
    let of_user = |action: &'a str, by: &'a Actor| {
        (by.id, action, "user", Some(member.id), member.username.clone(), nowhere)
    };
    let of_key = |action: &'a str, target: &str| {
        (owner.id, action, "api_key", Some(member.id), target.to_owned(), nowhere)
    };
    let of_member = |action: &'a str, who: &Actor| {
        (owner.id, action, "organization_member", Some(who.id), who.username.clone(), acme)
    };
    let of_role =
        |action: &'a str, name: &str| (owner.id, action, "custom_role", None, name.to_owned(), acme);
    let of_group = |action: &'a str, props: &Props| {
        let number = props.fresh.trim_start_matches("fresh-");
        (owner.id, action, "group", Some(props.group), format!("group-{number}"), acme)
    };
    let of_session = |action: &'a str| (owner.id, action, "api_key", Some(owner.id), String::new(), nowhere);
    let of_skill = |by: &'a Actor, action: &'a str, name: &str| {
        (by.id, action, "user_skill", None, name.to_owned(), nowhere)
    };
    let (by, action, kind, id, target, organization) = match operation.id() {
        "activate-user-account"
        | "suspend-user-account"
        | "assign-role-to-user"
        | "update-user-password"
        | "update-user-profile" => of_user("write", owner),
        "delete-user" => of_user("delete", owner),
        "create-new-user" => {
            (owner.id, "create", "user", Some(uuid(&reply.json()["id"])), props.fresh.clone(), nowhere)
        }
        // Directories act as whoever it is about.
        "scim-20-create-new-user" => {
            let id = uuid(&reply.json()["id"]);
            (id, "create", "user", Some(id), props.fresh.clone(), nowhere)
        }
        "scim-20-replace-user-account" | "scim-20-update-user-account" => of_user("write", member),
        "request-one-time-passcode" => of_user("request_password_reset", member),
        // Nobody has the code; whose it would be is known.
        "change-password-with-a-one-time-passcode" => of_user("write", member),
        "add-organization-member" => of_member("create", &props.newcomer),
        "remove-organization-member" => of_member("delete", member),
        "assign-role-to-organization-member" => of_member("write", member),
        "create-new-session-key" => of_key("create", ""),
        "create-token-api-key" => of_key("create", &props.fresh),
        "delete-api-key" => of_key("delete", "trowel"),
        "expire-api-key" => of_key("write", "trowel"),
        "convert-user-from-password-to-oauth-authentication" => {
            (owner.id, "create", "convert_login", Some(member.id), "oidc".to_owned(), nowhere)
        }
        "create-organization" => {
            let id = uuid(&reply.json()["id"]);
            (owner.id, "create", "organization", Some(id), props.fresh.clone(), id)
        }
        "update-organization" => (owner.id, "write", "organization", Some(acme), "acme".to_owned(), acme),
        // It has members.
        "delete-organization" => (owner.id, "delete", "organization", Some(acme), "acme".to_owned(), acme),
        "insert-a-custom-organization-role" => of_role("create", &props.fresh),
        "update-a-custom-organization-role" => of_role("write", &props.role),
        "delete-a-custom-organization-role" => of_role("delete", &props.role),
        "create-group-for-organization" => {
            (owner.id, "create", "group", Some(uuid(&reply.json()["id"])), props.fresh.clone(), acme)
        }
        "update-group-by-id" => of_group("write", props),
        "delete-group-by-id" => of_group("delete", props),
        "log-in-user" => of_session("login"),
        "log-out-user" => of_session("logout"),
        "regenerate-user-ssh-key" => {
            let public = reply.json()["public_key"].as_str().unwrap().to_owned();
            (owner.id, "write", "git_ssh_key", Some(member.id), public, nowhere)
        }
        "create-a-user-skill" => of_skill(member, "create", &props.fresh),
        "update-a-user-skill" => of_skill(member, "write", "pruning"),
        "delete-a-user-skill" => of_skill(owner, "delete", "pruning"),
        "record-ai-seat-usage" => {
            (member.id, "create", "ai_seat", Some(member.id), "AI Seat".to_owned(), nowhere)
        }
        "generate-fake-audit-log" => (owner.id, "write", "user", None, owner.username.clone(), acme),
        "record-audit-log" => (owner.id, "start", "workspace", Some(nowhere), "shed".to_owned(), acme),
        id => panic!("{id} is no reading; what does it leave in the audit log?"),
    };
    Told { by, action, kind, id, target, organization }
}

/// The entries that a request left.
async fn entries(stage: &Stage, reply: &Reply) -> Vec<Model> {
    settled(&stage.app).await;
    let request: Uuid = reply.header("x-request-id").parse().unwrap();
    Entity::find().filter(Column::RequestId.eq(request)).all(&stage.app.db).await.unwrap()
}

#[tokio::test]
async fn every_write_leaves_exactly_one_entry() {
    let stage = Stage::new().await;
    for (number, operation) in operations().into_iter().enumerate() {
        if operation.method == Method::GET {
            continue;
        }
        let props = stage.props(number).await;
        // A key of its own for each: one of them logs out, and one ends all keys.
        let caller = if OWN.contains(&operation.id()) { &props.member } else { &stage.owner };
        let client = able(&stage.narrow(caller, &["coder:all"]).await, &operation);
        let reply = stage.call(&client, &operation, &props).await;
        let found = entries(&stage, &reply).await;
        if SILENT.contains(&operation.id()) {
            assert_eq!(found, [], "{operation:?}");
            continue;
        }
        let expected = told(&stage, &operation, &props, &reply);
        let [entry] = &found[..] else { panic!("{operation:?} left not one entry: {found:#?}") };
        assert_eq!((entry.action.as_str(), entry.resource_type.as_str()), (expected.action, expected.kind));
        assert_eq!(entry.resource_target, expected.target, "{operation:?}");
        assert_eq!(entry.resource_id, expected.id.unwrap_or(entry.resource_id), "{operation:?}");
        assert_eq!(entry.organization_id, expected.organization, "{operation:?}");
        assert_eq!(entry.user_id, expected.by, "{operation:?}");
        // Those that are made by hand, and uses of AI features, tell of something else, which went well.
        let by_hand =
            ["generate-fake-audit-log", "record-ai-seat-usage", "record-audit-log"].contains(&operation.id());
        let status = if by_hand { 200 } else { i32::from(reply.status) };
        assert_eq!(entry.status_code, status, "{operation:?}");
        assert_eq!(entry.ip.as_deref(), Some("127.0.0.1"), "{operation:?}");
    }
}

/// Reading leaves none, whatever is read.
#[tokio::test]
async fn no_reading_leaves_an_entry() {
    let stage = Stage::new().await;
    let props = stage.props(0).await;
    for operation in operations().into_iter().filter(|operation| operation.method == Method::GET) {
        let reply = stage.call(&able(&stage.owner, &operation), &operation, &props).await;
        assert_eq!(entries(&stage, &reply).await, [], "{operation:?}");
    }
}
