//! Who can do what (members.md 10): the rows of the table that these operations are in, and their statuses (rbac.md 13).

use serde_json::json;

use super::{assign, define, member, of_member, outsider, request, role, roles};
use crate::support::{Actor, TestApp};

/// What a role may: see the roles, set those of members (nothing, what the matrix gives to user admins, all), define some.
#[derive(Clone, Copy)]
struct May {
    see: bool,
    assign: bool,
    assign_all: bool,
    define: bool,
}

const NOTHING: May = May { see: false, assign: false, assign_all: false, define: false };
const SEE: May = May { see: true, ..NOTHING };
const SOME: May = May { assign: true, ..SEE };
const ALL: May = May { assign_all: true, define: true, ..SOME };

const SITE_ROLES: [(&str, May); 4] =
    [("owner", ALL), ("user-admin", SOME), ("template-admin", SEE), ("auditor", SEE)];
const ORGANIZATION_ROLES: [(&str, May); 6] = [
    ("organization-admin", ALL),
    ("organization-user-admin", SOME),
    ("organization-template-admin", SEE),
    ("organization-auditor", SEE),
    ("organization-workspace-creation-ban", SEE),
    ("agents-access", SEE),
];

/// Holds one caller against its row. `bea` is a member without roles, `gardener` a role.
async fn holds(caller: &Actor, owner: &Actor, who: &str, may: May) {
    let hidden = |refused: u16| if may.see { refused } else { 404 };
    let status = |may: bool, refused: u16| if may { 200 } else { hidden(refused) };
    let seen = caller.get(&roles("coder")).await.status;
    assert_eq!(seen, status(may.see, 404), "{who} sees the roles");
    let agents = assign(caller, "bea", &["agents-access"]).await.status;
    assert_eq!(agents, status(may.assign, 403), "{who} gives agents-access");
    let refused = if may.assign { 400 } else { 403 };
    let auditor = assign(caller, "bea", &["organization-auditor"]).await.status;
    assert_eq!(auditor, status(may.assign_all, refused), "{who} gives organization-auditor");
    let own = assign(caller, "bea", &["gardener"]).await.status;
    assert_eq!(own, status(may.assign_all, refused), "{who} gives a role of the organization's own");
    let made = caller.post(&roles("coder"), request("made", &[])).await.status;
    assert_eq!(made, status(may.define, 404), "{who} makes a role");
    let changed = caller.put(&roles("coder"), request("gardener", &[])).await.status;
    assert_eq!(changed, status(may.define, 404), "{who} changes a role");
    let deleted = caller.delete(&role("coder", "gardener")).await.status;
    assert_eq!(deleted, status(may.define, 403), "{who} deletes a role");
    assign(owner, "bea", &[]).await.expect(200);
    if may.define {
        owner.delete(&role("coder", "made")).await.expect(200);
        define(owner, "gardener", &[]).await;
    }
}

async fn peopled() -> (TestApp, Actor, uuid::Uuid) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    app.user(&owner, "bea", &[]).await;
    define(&owner, "gardener", &[]).await;
    (app, owner, acme)
}

#[tokio::test]
async fn site_roles_count_without_membership() {
    let (app, owner, acme) = peopled().await;
    for (number, (role, may)) in SITE_ROLES.into_iter().enumerate() {
        let body =
            json!({ "username": format!("caller{number}"), "roles": [role], "organization_ids": [acme] });
        holds(&app.user_from(&owner, body).await, &owner, role, may).await;
    }
}

#[tokio::test]
async fn organization_roles_count_in_their_organization() {
    let (app, owner, _) = peopled().await;
    for (number, (role, may)) in ORGANIZATION_ROLES.into_iter().enumerate() {
        let caller = member(&app, &owner, &format!("caller{number}"), &[role]).await;
        holds(&caller, &owner, role, may).await;
    }
}

#[tokio::test]
async fn organization_roles_do_not_count_in_another_organization() {
    let (app, owner, acme) = peopled().await;
    for (number, (role, _)) in ORGANIZATION_ROLES.into_iter().enumerate() {
        let caller = outsider(&app, &owner, acme, &format!("caller{number}")).await;
        owner.put(&of_member(acme, caller.id), json!({ "roles": [role] })).await.expect(200);
        holds(&caller, &owner, role, NOTHING).await;
    }
}

#[tokio::test]
async fn members_see_and_outsiders_do_nothing() {
    let (app, owner, acme) = peopled().await;
    let plain = app.user(&owner, "plain", &[]).await;
    holds(&plain, &owner, "member", SEE).await;
    holds(&outsider(&app, &owner, acme, "joe").await, &owner, "outsider", NOTHING).await;
}
