//! A server with an organization, everybody who may want something of it, and something new for each of them to want.

use chrono::TimeDelta;
use reqwest::Method;
use sea_orm::{EntityTrait, Set};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::contract::walk::Operation;
use crate::contract::world::skill_text;
use crate::support::{Actor, Client, Mint, PASSWORD, Reply, TestApp};

/// Where things happen: the organization `acme`, which is not the default one.
pub struct Stage {
    /// The server.
    pub app: TestApp,
    /// Made everything here.
    pub owner: Actor,
    /// `acme`.
    pub organization: Uuid,
}

/// What one call is about; nothing of it is used twice, since some calls use it up.
pub struct Props {
    /// A member of the organization without roles; has the skill `pruning`.
    pub member: Actor,
    /// A user of the default organization.
    pub newcomer: Actor,
    /// A role of the organization.
    pub role: String,
    /// The id of a group of the organization with nobody in it.
    pub group: Uuid,
    /// A name that nothing has yet.
    pub fresh: String,
    /// The id of a token of the member, which is called `trowel`.
    pub key: String,
}

impl Stage {
    /// A fresh one.
    pub async fn new() -> Self {
        let app = TestApp::new().await;
        let owner = app.owner().await;
        let organization = app.organization("acme").await;
        let stage = Self { app, owner, organization };
        // With one member more than those who are asked about, so that nobody finds it empty.
        stage.insider("resident", &[], &[]).await;
        stage
    }

    /// A member of the organization with these site roles, and these roles in it.
    pub async fn insider(&self, username: &str, site: &[&str], roles: &[&str]) -> Actor {
        let asked = json!({ "username": username, "roles": site, "organization_ids": [self.organization] });
        let insider = self.app.user_from(&self.owner, asked).await;
        if !roles.is_empty() {
            self.app.set_member_roles(self.organization, insider.id, roles).await;
        }
        insider
    }

    /// Something to ask about, for the call with this number.
    pub async fn props(&self, number: usize) -> Props {
        let member = self.insider(&format!("member-{number}"), &[], &[]).await;
        let newcomer = self.app.user(&self.owner, &format!("newcomer-{number}"), &[]).await;
        let role = format!("role-{number}");
        self.app.custom_role(self.organization, &role, &[("template", "read")]).await;
        let group = self.group(&format!("group-{number}")).await;
        let token = json!({ "token_name": "trowel" });
        let token = member.post("/users/me/keys/tokens", token).await.expect(201).json();
        let key = token["key"].as_str().unwrap().split('-').next().unwrap().to_owned();
        let props = Props { member, newcomer, role, group, fresh: format!("fresh-{number}"), key };
        // Somebody connected to a workspace of the member.
        let connected = json!({ "events": [connection(self, &props)] });
        let path = "/api/experimental/connectionlog";
        call(&self.owner, &Method::POST, path, Some(&connected)).await.expect(204);
        self.give_skill(&props.member).await;
        props
    }

    /// A group of the organization, put into the database.
    async fn group(&self, name: &str) -> Uuid {
        let id = self.app.backend.ids.uuid();
        let row = entity::groups::ActiveModel {
            id: Set(id),
            organization_id: Set(self.organization),
            name: Set(name.to_owned()),
            name_lower: Set(name.to_owned()),
            ..Default::default()
        };
        entity::groups::Entity::insert(row).exec_without_returning(&self.app.db).await.unwrap();
        id
    }

    /// Gives somebody the skill that calls are about.
    pub async fn give_skill(&self, user: &Actor) {
        let body = json!({ "content": skill_text("pruning") });
        call(user, &Method::POST, "/api/experimental/users/me/skills", Some(&body)).await.expect(201);
    }

    /// The path of an operation about these props. A parameter with a new name needs a line here.
    pub fn path(&self, operation: &Operation, props: &Props) -> String {
        operation.path_with(|parameter| match (operation.id(), parameter) {
            ("add-organization-member", "user") => props.newcomer.id.to_string(),
            (_, "user") => props.member.id.to_string(),
            (_, "organization") => self.organization.to_string(),
            (_, "keyid") => props.key.clone(),
            (_, "keyname") => "trowel".to_owned(),
            (_, "organizationname") => "acme".to_owned(),
            (_, "roleName") => props.role.clone(),
            (_, "group") => props.group.to_string(),
            // There is one in every organization.
            (_, "groupName") => "everyone".to_owned(),
            (_, "provider") => "acme".to_owned(),
            (_, "skillName") => "pruning".to_owned(),
            ("delete-license", "id") => "1".to_owned(),
            (_, "id") if operation.is_scim() => props.member.id.to_string(),
            (id, other) => panic!("{id} has a parameter {other:?} that Stage::path knows nothing about"),
        })
    }

    /// A body with which an operation can succeed. An operation that reads a body needs a line here.
    pub fn body(&self, operation: &Operation, props: &Props) -> Option<Value> {
        let body = match operation.id() {
            _ if !operation.has_body() => return None,
            "create-initial-user" => {
                json!({ "email": "o@example.com", "username": props.fresh, "password": PASSWORD })
            }
            "log-in-user" => json!({ "email": "owner@example.com", "password": PASSWORD }),
            // Nobody has this code: what is asked is who may try.
            "change-password-with-a-one-time-passcode" => json!({
                "email": props.member.email, "one_time_passcode": "none", "password": PASSWORD,
            }),
            "convert-user-from-password-to-oauth-authentication" => {
                json!({ "password": PASSWORD, "to_type": "oidc" })
            }
            "request-one-time-passcode" => json!({ "email": props.member.email }),
            "update-user-password" => json!({ "password": "AnotherGoodOne456?" }),
            "validate-user-password" => json!({ "password": PASSWORD }),
            "create-new-user" => json!({
                "email": format!("{}@example.com", props.fresh), "username": props.fresh, "login_type": "none",
                "organization_ids": [self.organization],
            }),
            "create-a-user-skill" => json!({ "content": skill_text(&props.fresh) }),
            "update-a-user-skill" => json!({ "content": skill_text("pruning") }),
            "insert-a-custom-organization-role" => json!({ "name": props.fresh }),
            "update-a-custom-organization-role" => json!({ "name": props.role }),
            "assign-role-to-organization-member" => json!({ "roles": ["agents-access"] }),
            "assign-role-to-user" => json!({ "roles": [] }),
            "update-user-profile" => json!({ "username": props.member.username, "name": props.fresh }),
            "create-organization" => json!({ "name": props.fresh }),
            "create-group-for-organization" => json!({ "name": props.fresh }),
            "update-group-by-id" => json!({ "display_name": props.fresh, "add_users": [props.member.id] }),
            "update-organization" => json!({ "description": props.fresh }),
            "update-user-appearance-settings" => {
                json!({ "theme_preference": "dark", "terminal_font": "fira-code" })
            }
            "update-user-preference-settings" => json!({ "thinking_display_mode": "preview" }),
            "create-token-api-key" => json!({ "token_name": props.fresh, "scopes": ["user:read"] }),
            "add-new-license" => json!({ "license": "a.b.c" }),
            "record-ai-seat-usage" => json!({ "user": props.member.id, "event_type": "task" }),
            "check-authorization" => json!({ "checks": {} }),
            "record-connections" => json!({ "events": [connection(self, props)] }),
            "explain-authorization" => json!({ "checks": {}, "user": props.member.id }),
            "scim-20-create-new-user" => {
                json!({ "active": true, "emails": [{ "value": format!("{}@example.com", props.fresh) }] })
            }
            "scim-20-replace-user-account" => json!({ "userName": props.member.username, "active": false }),
            "scim-20-update-user-account" => json!({ "active": false }),
            "generate-fake-audit-log" => json!({ "organization_id": self.organization }),
            "record-audit-log" => json!({
                "action": "start", "resource_type": "workspace", "resource_id": Uuid::nil(), "resource_target": "shed",
                "organization_id": self.organization,
            }),
            id => panic!("{id} reads a body that Stage::body knows nothing about"),
        };
        Some(body)
    }

    /// Makes somebody log in with the usual password. What is changed by hand is believed once the server changed something too.
    async fn give_password(&self, user: &Actor) {
        let hash = self.app.backend.hasher.hash(PASSWORD).await.unwrap();
        self.app.set_user(user.id, entity::users::Column::LoginType, "password").await;
        self.app.set_user(user.id, entity::users::Column::HashedPassword, hash.expose()).await;
        let profile = json!({ "username": user.username });
        self.owner.put(&format!("/users/{}/profile", user.id), profile).await.expect(200);
    }

    /// Calls an operation about these props.
    pub async fn call(&self, client: &Client, operation: &Operation, props: &Props) -> Reply {
        if ["convert-user-from-password-to-oauth-authentication", "update-user-password"]
            .contains(&operation.id())
        {
            self.give_password(&props.member).await;
        }
        let query = match operation.id() {
            "get-autofill-build-parameters-for-user" => format!("?template_id={}", Uuid::nil()),
            _ => String::new(),
        };
        let path = self.path(operation, props) + &query;
        call(client, &operation.method, &path, self.body(operation, props).as_ref()).await
    }

    /// A key of a user with these scopes.
    pub async fn narrow(&self, user: &Actor, scopes: &[&'static str]) -> Client {
        let mint = Mint { scopes: scopes.to_vec(), ..Mint::default() };
        self.app.client().with_token(&self.app.mint(user.id, mint).await)
    }

    /// A key of a user that ended before it was used.
    pub async fn expired(&self, user: &Actor) -> Client {
        let mint = Mint { lifetime: TimeDelta::seconds(-1), ..Mint::default() };
        self.app.client().with_token(&self.app.mint(user.id, mint).await)
    }
}

/// Calls a path as it stands in the document.
pub async fn call(client: &Client, method: &Method, path: &str, body: Option<&Value>) -> Reply {
    let request = client.request(method.clone(), path);
    client
        .finish(match body {
            Some(body) => request.body(body.to_string()),
            None => request,
        })
        .await
}

/// A browser that uses a workspace of the member in the organization.
fn connection(stage: &Stage, props: &Props) -> Value {
    json!({
        "agent_name": "main", "code": 200, "organization_id": stage.organization, "status": "connected",
        "time": "2026-05-20T00:00:00Z", "type": "workspace_app", "workspace_id": Uuid::nil(),
        "workspace_name": "garden", "workspace_owner_id": props.member.id,
    })
}
