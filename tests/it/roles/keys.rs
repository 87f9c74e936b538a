//! What narrow keys may do with roles of organizations (rbac.md 3.5, 3.6 and 10).

use super::{
    NOT_FOUND, assign, define, forbidden, narrowed, own_roles, refused, request, role, roles, roles_of,
};
use crate::support::{Actor, TestApp};

async fn peopled() -> (TestApp, Actor) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    define(&owner, "gardener", &[]).await;
    app.user(&owner, "bea", &[]).await;
    (app, owner)
}

#[tokio::test]
async fn without_a_scope_for_organizations_there_are_no_roles() {
    let (app, owner) = peopled().await;
    let narrow =
        narrowed(&app, &owner, &["assign_org_role:*", "organization_member:read", "user:read"]).await;
    refused(narrow.get(&roles("default")).await, 404, NOT_FOUND, "");
    refused(narrow.post(&roles("default"), request("new-one", &[])).await, 404, NOT_FOUND, "");
    refused(narrow.put(&roles("default"), request("gardener", &[])).await, 404, NOT_FOUND, "");
    refused(narrow.delete(&role("default", "gardener")).await, 404, NOT_FOUND, "");
    refused(assign(&narrow, "bea", &["gardener"]).await, 404, NOT_FOUND, "");
}

#[tokio::test]
async fn each_operation_takes_its_own_scope() {
    let (app, owner) = peopled().await;
    let reader =
        narrowed(&app, &owner, &["organization:read", "organization_member:read", "assign_org_role:read"]);
    let reader = reader.await;
    reader.get(&roles("default")).await.expect(200);
    refused(reader.post(&roles("default"), request("made", &[])).await, 404, NOT_FOUND, "");
    refused(reader.put(&roles("default"), request("gardener", &[])).await, 404, NOT_FOUND, "");
    forbidden(reader.delete(&role("default", "gardener")).await);
    forbidden(assign(&reader, "bea", &["gardener"]).await);
    let maker = narrowed(&app, &owner, &["organization:read", "assign_org_role:create"]).await;
    refused(maker.get(&roles("default")).await, 404, NOT_FOUND, "");
    // What was done is not denied afterwards.
    assert_eq!(
        maker.post(&roles("default"), request("made", &[])).await.expect(200).json()[0]["name"],
        "made"
    );
    refused(maker.put(&roles("default"), request("made", &[])).await, 404, NOT_FOUND, "");
    let changer = narrowed(&app, &owner, &["organization:read", "assign_org_role:update"]).await;
    changer.put(&roles("default"), request("made", &[])).await.expect(200);
    // Who may not see roles does not find out by deleting which there are.
    for name in ["made", "none"] {
        let text = format!("No custom role with the name {name} found");
        refused(changer.delete(&role("default", name)).await, 404, &text, "no role found");
    }
    assert_eq!(own_roles(&owner).await, ["gardener", "made"]);
}

#[tokio::test]
async fn setting_the_roles_of_a_member_takes_each_of_its_scopes() {
    let (app, owner) = peopled().await;
    let all = [
        "organization:read",
        "organization_member:read",
        "assign_org_role:assign",
        "assign_org_role:unassign",
    ];
    for missing in all {
        let some: Vec<&'static str> = all.into_iter().filter(|scope| *scope != missing).collect();
        let narrow = narrowed(&app, &owner, &some).await;
        assign(&owner, "bea", &["agents-access"]).await.expect(200);
        let reply = assign(&narrow, "bea", &["gardener"]).await;
        if missing.ends_with("read") {
            refused(reply, 404, NOT_FOUND, "")
        } else {
            forbidden(reply)
        }
        assert_eq!(roles_of(&owner, "bea").await, ["agents-access"], "without {missing}");
    }
    let narrow = narrowed(&app, &owner, &all).await;
    assign(&narrow, "bea", &["gardener"]).await.expect(200);
}

#[tokio::test]
async fn an_allow_list_must_name_the_whole_type() {
    let (app, owner) = peopled().await;
    let list = |kind: &'static str, id: String| vec![("organization", "*".to_owned()), (kind, id)];
    for (allow_list, status) in [
        (list("assign_org_role", "*".to_owned()), 200),
        (list("assign_org_role", app.organization.to_string()), 404),
        (list("assign_role", "*".to_owned()), 404),
    ] {
        let mint = crate::support::Mint { allow_list: allow_list.clone(), ..Default::default() };
        let narrow = owner.client.with_token(&app.mint(owner.id, mint).await);
        assert_eq!(narrow.get(&roles("default")).await.status, status, "{allow_list:?}");
        let changed = narrow.put(&roles("default"), request("gardener", &[])).await.status;
        assert_eq!(changed, status, "{allow_list:?}");
    }
}
