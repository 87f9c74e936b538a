//! What callers are told is what happens: every role and every operation of members.md 10.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{check, member, outsider};
use crate::support::{Actor, Reply, TestApp};

/// The columns of the table: site roles, held by people of another organization, roles of the organization, a plain member,
/// and somebody of another organization.
const ROLES: [&str; 10] = [
    "owner",
    "user-admin",
    "template-admin",
    "auditor",
    "organization-admin",
    "organization-user-admin",
    "organization-template-admin",
    "organization-auditor",
    "member",
    "outsider",
];

/// A line of the table.
struct Row {
    operation: &'static str,
    /// One sign for each of [`ROLES`]: `+` for may.
    may: &'static str,
    /// What the operation asks: all of it must be allowed. Pairs of a verb and what it is about.
    asks: Asks,
    /// Method, path and body of the operation; none where it is only asked about.
    call: Option<Call>,
}

type Asks = fn(&Scene) -> Vec<(&'static str, Value)>;
type Call = fn(&Scene) -> (Method, String, Value);

/// What an operation may be about. Each caller has one of its own.
struct Scene {
    organization: Uuid,
    /// A member.
    victim: Uuid,
    /// Somebody outside of the organization.
    newcomer: Uuid,
    number: usize,
}

impl Scene {
    /// A thing in the organization.
    fn inside(&self, kind: &str) -> Value {
        json!({ "resource_type": kind, "organization_id": self.organization })
    }

    /// The membership of the member.
    fn membership(&self) -> Value {
        json!({ "resource_type": "organization_member", "organization_id": self.organization, "owner_id": self.victim })
    }

    /// A user that is there.
    fn user(id: Uuid) -> Value {
        json!({ "resource_type": "user", "resource_id": id })
    }

    /// A role that the caller makes first.
    fn role(&self) -> String {
        format!("role-{}", self.number)
    }

    /// A path below the organization's.
    fn path(&self, rest: &str) -> String {
        format!("/organizations/{}{rest}", self.organization)
    }
}

const TABLE: &[Row] = &[
    Row {
        operation: "read organization",
        may: "+++++++++-",
        asks: |scene| vec![("read", scene.inside("organization"))],
        call: Some(|scene| (Method::GET, scene.path(""), Value::Null)),
    },
    Row {
        operation: "list members",
        may: "+++++++++-",
        asks: |scene| {
            vec![("read", scene.inside("organization")), ("read", scene.inside("organization_member"))]
        },
        call: Some(|scene| (Method::GET, scene.path("/members"), Value::Null)),
    },
    Row {
        operation: "page through members",
        may: "+++++++++-",
        asks: |scene| {
            vec![("read", scene.inside("organization")), ("read", scene.inside("organization_member"))]
        },
        call: Some(|scene| (Method::GET, scene.path("/paginated-members"), Value::Null)),
    },
    Row {
        operation: "get member",
        may: "+++++++++-",
        asks: |scene| vec![("read", scene.inside("organization")), ("read", scene.membership())],
        call: Some(|scene| (Method::GET, scene.path(&format!("/members/{}", scene.victim)), Value::Null)),
    },
    Row {
        operation: "list organization roles",
        may: "+++++++++-",
        asks: |scene| vec![("read", scene.inside("organization")), ("read", scene.inside("assign_org_role"))],
        call: Some(|scene| (Method::GET, scene.path("/members/roles"), Value::Null)),
    },
    Row {
        operation: "add member",
        may: "++--++----",
        asks: |scene| {
            vec![
                ("read", scene.inside("organization")),
                ("read", Scene::user(scene.newcomer)),
                ("assign", scene.inside("assign_org_role")),
                ("create", scene.inside("organization_member")),
            ]
        },
        call: Some(|scene| (Method::POST, scene.path(&format!("/members/{}", scene.newcomer)), Value::Null)),
    },
    Row {
        operation: "assign organization roles",
        may: "++--++----",
        asks: |scene| {
            vec![("assign", scene.inside("assign_org_role")), ("unassign", scene.inside("assign_org_role"))]
        },
        call: Some(|scene| {
            let path = scene.path(&format!("/members/{}/roles", scene.victim));
            (Method::PUT, path, json!({ "roles": ["agents-access"] }))
        }),
    },
    Row {
        operation: "remove member",
        may: "++--++----",
        asks: |scene| vec![("read", scene.membership()), ("delete", scene.membership())],
        call: Some(|scene| (Method::DELETE, scene.path(&format!("/members/{}", scene.victim)), Value::Null)),
    },
    Row {
        operation: "create custom role",
        may: "+---+-----",
        asks: |scene| vec![("create", scene.inside("assign_org_role"))],
        call: Some(|scene| (Method::POST, scene.path("/members/roles"), json!({ "name": scene.role() }))),
    },
    Row {
        operation: "update custom role",
        may: "+---+-----",
        asks: |scene| vec![("update", scene.inside("assign_org_role"))],
        call: Some(|scene| (Method::PUT, scene.path("/members/roles"), json!({ "name": scene.role() }))),
    },
    Row {
        operation: "delete custom role",
        may: "+---+-----",
        asks: |scene| vec![("delete", scene.inside("assign_org_role"))],
        call: Some(|scene| {
            (Method::DELETE, scene.path(&format!("/members/roles/{}", scene.role())), Value::Null)
        }),
    },
    Row {
        operation: "update organization",
        may: "+---+-----",
        asks: |scene| vec![("update", scene.inside("organization"))],
        call: Some(|scene| (Method::PATCH, scene.path(""), json!({}))),
    },
    Row {
        operation: "delete organization",
        may: "+---+-----",
        asks: |scene| vec![("delete", scene.inside("organization"))],
        // The default one is never deleted; what happens to others is in `authz/statuses.txt`.
        call: None,
    },
    Row {
        operation: "create organization",
        may: "+---------",
        asks: |_| vec![("create", json!({ "resource_type": "organization" }))],
        call: Some(|scene| {
            (Method::POST, "/organizations".to_owned(), json!({ "name": format!("made-{}", scene.number) }))
        }),
    },
    Row {
        operation: "read a stranger's user record",
        may: "++++++----",
        asks: |scene| vec![("read", Scene::user(scene.newcomer))],
        call: Some(|scene| (Method::GET, format!("/users/{}", scene.newcomer), Value::Null)),
    },
    Row {
        operation: "create user",
        may: "++--------",
        asks: |scene| {
            vec![
                ("create", json!({ "resource_type": "user" })),
                ("create", scene.inside("organization_member")),
            ]
        },
        call: Some(|scene| {
            let name = format!("made-by-{}", scene.number);
            let body = json!({ "username": name, "email": format!("{name}@example.com"), "login_type": "none",
                               "organization_ids": [scene.organization] });
            (Method::POST, "/users".to_owned(), body)
        }),
    },
];

/// Somebody for a column.
async fn caller(app: &TestApp, owner: &Actor, role: &str, acme: Uuid) -> Actor {
    let name = format!("the-{role}");
    match role {
        "member" => member(app, owner, &name, &[]).await,
        "outsider" => outsider(app, owner, &name, acme, &[]).await,
        _ if role.starts_with("organization-") => member(app, owner, &name, &[role]).await,
        _ => {
            app.user_from(owner, json!({ "username": name, "roles": [role], "organization_ids": [acme] }))
                .await
        }
    }
}

/// Whether all that an operation asks is allowed.
async fn told(caller: &Actor, scene: &Scene, row: &Row) -> bool {
    let asks = (row.asks)(scene).into_iter().enumerate();
    let checks: Value = asks
        .map(|(n, (verb, object))| (n.to_string(), check(verb, &object)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let answers = caller.post("/authcheck", json!({ "checks": checks })).await.expect(200).json();
    answers.as_object().unwrap().values().all(|answer| answer == true)
}

/// Whether an operation was done; nothing else than that and a refusal may be answered.
fn done(reply: &Reply, what: &str) -> bool {
    let refused = [403, 404].contains(&reply.status);
    assert!(refused || (200..300).contains(&reply.status), "{what}: {reply:?}");
    !refused
}

#[tokio::test]
async fn what_is_told_is_what_happens() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    for (number, role) in ROLES.into_iter().enumerate() {
        let caller = caller(&app, &owner, role, acme).await;
        let victim = app.user(&owner, &format!("victim{number}"), &[]).await.id;
        let newcomer = outsider(&app, &owner, &format!("newcomer{number}"), acme, &[]).await.id;
        let scene = Scene { organization: app.organization, victim, newcomer, number };
        // Asked first: the operations change what is there.
        let mut answers = Vec::new();
        for row in TABLE {
            answers.push(told(&caller, &scene, row).await);
        }
        for (row, told) in TABLE.iter().zip(answers) {
            let what = format!("{role}: {}", row.operation);
            assert_eq!(told, row.may.as_bytes()[number] == b'+', "{what} is told");
            let Some(call) = row.call else { continue };
            let (method, path, body) = call(&scene);
            let body = (!body.is_null()).then(|| body.to_string());
            assert_eq!(done(&caller.send(method, &path, body).await, &what), told, "{what} happens");
        }
    }
}

#[test]
fn every_row_has_a_sign_for_every_role() {
    for row in TABLE {
        assert_eq!(row.may.len(), ROLES.len(), "{}", row.operation);
    }
}
