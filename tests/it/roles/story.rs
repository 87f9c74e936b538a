//! The life of an organization, from its making to its end: at each step, what everybody sees, is told, and may do.

use reqwest::Method;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{FORBIDDEN, NOT_FOUND, answered, line, names, of_member, refused, role, roles};
use crate::support::{Actor, Client, Reply, TestApp, uuid};

/// The organization and everybody in the story.
struct Life {
    acme: Uuid,
    /// Makes the organization, and ends it.
    owner: Actor,
    /// Becomes its admin.
    ada: Actor,
    /// Is granted a role that it made.
    ben: Actor,
    /// A member and nothing else.
    cyd: Actor,
    /// A member who has to go.
    dan: Actor,
    /// Of the default organization only.
    eve: Actor,
}

/// A member and the roles that it is shown with, each as name and display name.
type Seen<'a> = (&'a str, &'a [(&'a str, &'a str)]);

const ADMIN: (&str, &str) = ("organization-admin", "Organization Admin");
const STEWARD: (&str, &str) = ("steward", "The Steward");
const NARROWED: (&str, &str) = ("steward", "Half a Steward");

/// What the role grants at first, and what is left of it.
const WIDE: [(&str, &str); 2] = [("organization", "update"), ("organization_member", "delete")];
const NARROW: [(&str, &str); 1] = [("organization", "update")];

impl Life {
    async fn begin(app: &TestApp) -> Self {
        let owner = app.owner().await;
        let made = owner.post("/organizations", json!({ "name": "Acme" })).await.expect(201).json();
        let acme = uuid(&made["id"]);
        let [ada, ben, cyd, dan, eve] = ["ada", "ben", "cyd", "dan", "eve"].map(|name| {
            let body = json!({ "username": name });
            app.user_from(&owner, body)
        });
        let (ada, ben, cyd) = (ada.await, ben.await, cyd.await);
        let (dan, eve) = (dan.await, eve.await);
        for user in [&ada, &ben, &cyd, &dan] {
            user.get(&format!("/organizations/{acme}")).await.expect(404);
            owner.post_empty(&format!("/organizations/acme/members/{}", user.username)).await.expect(200);
        }
        eve.get("/users/me").await.expect(200);
        // Written now, so that no list changes by it while it is looked at.
        roster::app::flush(&app.backend).await;
        Self { acme, owner, ada, ben, cyd, dan, eve }
    }

    fn path(&self, rest: &str) -> String {
        format!("/organizations/{}{rest}", self.acme)
    }

    async fn assign(&self, by: &Client, user: &str, names: &[&str]) -> Reply {
        by.put(&of_member(self.acme, user), json!({ "roles": names })).await
    }

    /// Members, told apart from outsiders, see all of this in each list and one by one.
    async fn is_seen(&self, by: &[&Actor], members: &[Seen<'_>], own: &[&str]) {
        for caller in by {
            let who = &caller.username;
            let plain = caller.get(&self.path("/members")).await.expect(200).json();
            assert_eq!(shown(&plain), told(members), "{who} lists");
            let page = caller.get(&self.path("/paginated-members")).await.expect(200).json();
            assert_eq!(page, json!([{ "count": members.len(), "members": plain }]), "{who} pages");
            for row in plain.as_array().unwrap() {
                for key in ["user_id", "username"] {
                    let one = self.path(&format!("/members/{}", row[key].as_str().unwrap()));
                    assert_eq!(&caller.get(&one).await.expect(200).json(), row, "{who}: {one}");
                }
                for role in row["roles"].as_array().unwrap() {
                    assert_eq!(role["organization_id"], json!(self.acme), "{who}: {row}");
                }
            }
            let listed = caller.get(&roles(self.acme)).await.expect(200).json();
            assert_eq!(names(&listed)[6..], *own, "{who} lists roles");
            let of_that_name = organizations(caller).await.into_iter().filter(|name| name == "Acme").count();
            assert_eq!(of_that_name, 2, "{who}: among all and among its own");
        }
    }

    /// Others see nothing of it, as if it were not there.
    async fn is_hidden(&self, from: &[&Actor]) {
        for caller in from {
            for rest in ["", "/members", "/paginated-members", "/members/ben", "/members/roles"] {
                refused(caller.get(&self.path(rest)).await, 404, NOT_FOUND, "");
            }
            assert!(!organizations(caller).await.contains(&"Acme".to_owned()), "{}", caller.username);
        }
    }

    /// Whether somebody is told that each of these may be done: pairs of verb and type, about what nobody owns there. The
    /// plain answers, the explained ones, and those that somebody who may see the user is told are the same.
    async fn tells(&self, user: &Actor, also: &[&Actor], expected: [bool; 6]) -> Map<String, Value> {
        let mut checks = Map::new();
        for (verb, kind) in ASKED {
            let object = json!({ "resource_type": kind, "organization_id": self.acme });
            checks.insert(format!("{verb} {kind}"), json!({ "action": verb, "object": object }));
        }
        let plain = user.post("/authcheck", json!({ "checks": checks })).await.expect(200).json();
        let keys = ASKED.map(|(verb, kind)| format!("{verb} {kind}"));
        assert_eq!(keys.each_ref().map(|key| plain[key] == true), expected, "{}: {plain}", user.username);
        let mut explained = Vec::new();
        for (client, name) in also.iter().map(|client| (*client, &*user.username)).chain([(user, "me")]) {
            let body = json!({ "user": name, "checks": checks });
            let told = explain(client, &body).await.expect(200).json();
            assert_eq!((&told["user_id"], &told["hidden_organizations"]), (&json!(user.id), &json!([])));
            explained.push(told["checks"].as_object().unwrap().clone());
        }
        let own = explained.pop().unwrap();
        for key in &keys {
            assert_eq!(own[key]["allowed"], plain[key], "{}: {key}", user.username);
        }
        assert!(explained.iter().all(|other| *other == own), "{}: {explained:?}", user.username);
        own
    }
}

/// What is asked about, in the order of [`Life::does`].
const ASKED: [(&str, &str); 6] = [
    ("update", "organization"),
    ("delete", "organization_member"),
    ("create", "organization_member"),
    ("create", "assign_org_role"),
    ("delete", "assign_org_role"),
    ("assign", "assign_org_role"),
];

impl Life {
    /// What really happens when somebody tries each of [`ASKED`], the removal with `victim`; what was done is undone.
    async fn does(&self, caller: &Actor, victim: &str) -> [u16; 6] {
        let icon = json!({ "icon": format!("/{}.png", caller.username) }).to_string();
        let update = caller.send(Method::PATCH, &self.path(""), Some(icon)).await.status;
        let removed = self.path(&format!("/members/{victim}"));
        let delete = caller.delete(&removed).await.status;
        if delete == 204 {
            self.owner.post_empty(&removed).await.expect(200);
        }
        let added = self.path("/members/eve");
        let create = caller.post_empty(&added).await.status;
        if create == 200 {
            self.owner.delete(&added).await.expect(204);
        }
        let define = caller.post(&roles(self.acme), json!({ "name": "other" })).await.status;
        if define != 200 {
            self.owner.post(&roles(self.acme), json!({ "name": "other" })).await.expect(200);
        }
        let undefine = caller.delete(&role(self.acme, "other")).await.status;
        if undefine != 200 {
            self.owner.delete(&role(self.acme, "other")).await.expect(200);
        }
        let assign = self.assign(caller, victim, &[]).await.status;
        [update, delete, create, define, undefine, assign]
    }

    /// What somebody is told and what happens are the same.
    async fn may(&self, caller: &Actor, also: &[&Actor], expected: [bool; 6]) -> Map<String, Value> {
        let told = self.tells(caller, also, expected).await;
        let done = [200, 204, 200, 200, 200, 200];
        // To who sees the organization, and to who does not.
        let member = self.owner.get(&self.path(&format!("/members/{}", caller.username))).await.status == 200;
        let refused = if member || expected[5] { [404, 404, 404, 404, 403, 403] } else { [404; 6] };
        let wanted: [u16; 6] = std::array::from_fn(|n| if expected[n] { done[n] } else { refused[n] });
        assert_eq!(self.does(caller, "dan").await, wanted, "{}", caller.username);
        told
    }
}

async fn explain(client: &Client, body: &Value) -> Reply {
    let request = client.request(Method::POST, "/api/experimental/authcheck/explain");
    client.finish(request.body(body.to_string())).await
}

async fn organizations(caller: &Client) -> Vec<String> {
    let mut found = Vec::new();
    for path in ["/organizations", "/users/me/organizations"] {
        let list = caller.get(path).await.expect(200).json();
        found.extend(names(&list).into_iter().map(str::to_owned));
    }
    found
}

/// Members with their roles, as a list shows them.
fn shown(list: &Value) -> Vec<(String, Vec<(String, String)>)> {
    let text = |value: &Value, key: &str| value[key].as_str().unwrap().to_owned();
    let pair = |role: &Value| (text(role, "name"), text(role, "display_name"));
    let row =
        |row: &Value| (text(row, "username"), row["roles"].as_array().unwrap().iter().map(pair).collect());
    list.as_array().unwrap().iter().map(row).collect()
}

fn told(members: &[Seen<'_>]) -> Vec<(String, Vec<(String, String)>)> {
    let pair = |(name, display_name): &(&str, &str)| ((*name).to_owned(), (*display_name).to_owned());
    members.iter().map(|(name, roles)| ((*name).to_owned(), roles.iter().map(pair).collect())).collect()
}

const NOTHING: [bool; 6] = [false; 6];
const EVERYTHING: [bool; 6] = [true; 6];

fn definition(display_name: &str, grants: &[(&str, &str)]) -> Value {
    let lines: Vec<Value> = grants.iter().map(|(kind, verb)| line(kind, verb)).collect();
    json!({ "name": "Steward", "display_name": display_name, "organization_permissions": lines })
}

fn defined(life: &Life, display_name: &str, grants: &[(&str, &str)]) -> Value {
    let mut role = answered(life.acme, "steward", grants);
    role["display_name"] = display_name.into();
    json!([role])
}

#[tokio::test]
async fn an_organization_lives_and_ends() {
    let app = TestApp::new().await;
    let life = Life::begin(&app).await;
    founded(&life).await;
    administered(&life).await;
    let steward = stewarded(&life).await;
    narrowed(&life, &steward).await;
    undone(&life).await;
    demoted(&life).await;
    ended(&life).await;
}

/// Everybody in it sees everybody, and nobody but the owner may do anything.
async fn founded(life: &Life) {
    let Life { owner, ada, ben, cyd, dan, eve, .. } = life;
    let members: [Seen<'_>; 5] = [("ada", &[]), ("ben", &[]), ("cyd", &[]), ("dan", &[]), ("owner", &[])];
    life.is_seen(&[owner, ada, ben, cyd, dan], &members, &[]).await;
    life.is_hidden(&[eve]).await;
    life.may(owner, &[], EVERYTHING).await;
    for nobody in [ada, cyd, eve] {
        life.may(nobody, &[], NOTHING).await;
    }
}

/// The owner makes one of them its admin, who then does all of it.
async fn administered(life: &Life) {
    let Life { owner, ada, ben, cyd, eve, .. } = life;
    life.assign(owner, "ada", &[ADMIN.0]).await.expect(200);
    let members: [Seen<'_>; 5] =
        [("ada", &[ADMIN]), ("ben", &[]), ("cyd", &[]), ("dan", &[]), ("owner", &[])];
    life.is_seen(&[owner, ada, cyd], &members, &[]).await;
    life.is_hidden(&[eve]).await;
    life.may(ada, &[owner], EVERYTHING).await;
    life.may(ben, &[owner, ada], NOTHING).await;
    // Elsewhere it is nobody, and of the deployment it makes nothing.
    refused(
        life.assign(ada, "me", &[]).await,
        400,
        "You cannot change your own organization roles.",
        "Another user with the appropriate permissions must change your roles.",
    );
    ada.delete("/organizations/default/members/eve").await.expect(404);
    assert_eq!(ada.post("/organizations", json!({ "name": "own" })).await.expect(403).message(), FORBIDDEN);
}

/// The admin defines a role and grants it; its holder does what it says and is refused the rest.
async fn stewarded(life: &Life) -> Map<String, Value> {
    let Life { owner, ada, ben, cyd, eve, .. } = life;
    let too_much = definition(STEWARD.1, &[("organization", "update"), ("workspace", "ssh")]);
    let why = ada.post(&roles(life.acme), too_much).await.expect(400).detail();
    assert!(why.ends_with("not allowed to grant this permission"), "{why}");
    let made = ada.post(&roles(life.acme), definition(STEWARD.1, &WIDE)).await.expect(200).json();
    assert_eq!(made, defined(life, STEWARD.1, &WIDE));
    // Not before it is granted.
    life.may(ben, &[owner, ada], NOTHING).await;
    let granted = life.assign(ada, "ben", &["steward"]).await.expect(200).json();
    assert_eq!(granted["roles"][0]["display_name"], STEWARD.1);
    let members: [Seen<'_>; 5] =
        [("ada", &[ADMIN]), ("ben", &[STEWARD]), ("cyd", &[]), ("dan", &[]), ("owner", &[])];
    life.is_seen(&[owner, ada, ben, cyd], &members, &["steward"]).await;
    life.is_hidden(&[eve]).await;
    let told = life.may(ben, &[owner, ada], [true, true, false, false, false, false]).await;
    let lines = json!([{
        "name": "steward", "display_name": STEWARD.1, "organization_id": life.acme,
        "permission": line("organization", "update"),
    }]);
    assert_eq!(
        (&told["update organization"]["roles"], &told["update organization"]["decided_by"]),
        (&lines, &json!("organization"))
    );
    refused(ben.delete(&life.path("")).await, 404, NOT_FOUND, "");
    told
}

/// The admin takes half of it back.
async fn narrowed(life: &Life, before: &Map<String, Value>) {
    let Life { owner, ada, ben, cyd, eve, .. } = life;
    let mut change = definition(NARROWED.1, &NARROW);
    change["name"] = "steward".into();
    refused(ben.put(&roles(life.acme), change.clone()).await, 404, NOT_FOUND, "");
    let changed = ada.put(&roles(life.acme), change).await.expect(200).json();
    assert_eq!(changed, defined(life, NARROWED.1, &NARROW));
    let members: [Seen<'_>; 5] =
        [("ada", &[ADMIN]), ("ben", &[NARROWED]), ("cyd", &[]), ("dan", &[]), ("owner", &[])];
    life.is_seen(&[owner, ada, ben, cyd], &members, &["steward"]).await;
    life.is_hidden(&[eve]).await;
    let told = life.may(ben, &[owner, ada], [true, false, false, false, false, false]).await;
    let [was, is] = [before, &told].map(|told| told["delete organization_member"]["decided_by"].clone());
    assert_eq!((was, is), (json!("organization"), json!("no_permission")));
    assert_eq!(told["update organization"]["roles"][0]["display_name"], NARROWED.1);
}

/// The admin deletes it, and the holder holds nothing.
async fn undone(life: &Life) {
    let Life { owner, ada, ben, cyd, eve, .. } = life;
    assert_eq!(ben.delete(&role(life.acme, "steward")).await.expect(403).message(), FORBIDDEN);
    let left = ada.delete(&role("ACME", "steward")).await.expect(200).json();
    assert_eq!(left, json!([]));
    let members: [Seen<'_>; 5] =
        [("ada", &[ADMIN]), ("ben", &[]), ("cyd", &[]), ("dan", &[]), ("owner", &[])];
    life.is_seen(&[owner, ada, ben, cyd], &members, &[]).await;
    life.is_hidden(&[eve]).await;
    life.may(ben, &[owner, ada], NOTHING).await;
    let gone = format!("\"steward:{}\" is not a supported role", life.acme);
    refused(life.assign(ada, "ben", &["steward"]).await, 400, &gone, "");
}

/// The owner takes the admin's role: it is a member like any other.
async fn demoted(life: &Life) {
    let Life { owner, ada, ben, cyd, eve, .. } = life;
    life.assign(owner, "ada", &[]).await.expect(200);
    let members: [Seen<'_>; 5] = [("ada", &[]), ("ben", &[]), ("cyd", &[]), ("dan", &[]), ("owner", &[])];
    life.is_seen(&[owner, ada, ben, cyd], &members, &[]).await;
    life.is_hidden(&[eve]).await;
    life.may(ada, &[owner], NOTHING).await;
    // It reads no other users any more, and so is told nothing of them.
    let body = json!({ "user": "ben", "checks": {} });
    refused(explain(ada, &body).await, 404, NOT_FOUND, "");
}

/// The owner empties it and deletes it; its id is remembered by its last member only.
async fn ended(life: &Life) {
    let Life { owner, ada, ben, cyd, dan, eve, .. } = life;
    for (left, gone) in [("4 members", ada), ("3 members", ben), ("2 members", cyd), ("1 member", dan)] {
        let detail = format!("This organization has {left} that must be deleted first.");
        refused(owner.delete(&life.path("")).await, 409, "Error deleting organization.", &detail);
        owner.delete(&life.path(&format!("/members/{}", gone.id))).await.expect(204);
        life.is_hidden(&[gone]).await;
    }
    life.is_seen(&[owner], &[("owner", &[])], &[]).await;
    refused(
        owner.delete(&life.path("/members/me")).await,
        400,
        "cannot remove self from an organization",
        "",
    );
    owner.delete("/organizations/ACME").await.expect(200);
    life.is_hidden(&[ada, ben, cyd, dan, eve]).await;
    for path in ["/organizations/acme", "/organizations/acme/members", "/users/me/organizations/acme"] {
        refused(owner.get(path).await, 404, NOT_FOUND, "");
    }
    assert_eq!(organizations(owner).await, ["coder", "coder"]);
    let last = owner.get(&life.path("/members")).await.expect(200).json();
    assert_eq!(shown(&last), told(&[("owner", &[])]));
    assert_eq!(organizations(ben).await, ["coder", "coder"]);
    let found = ben.get("/users/me").await.expect(200).json();
    assert_ne!(found["organization_ids"], json!([life.acme]));
    owner.post("/organizations", json!({ "name": "ACME" })).await.expect(201);
}
