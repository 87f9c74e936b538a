//! A server with somebody and something for every operation to be about.

use std::sync::Arc;

use roster::domain::provider::{GithubRules, Oidc, OidcRules, Providers};
use sea_orm::{EntityTrait, Set};

use super::walk::Operation;
use crate::support::github::GithubServer;
use crate::support::hostile_provider::HostileProvider;
use crate::support::{Actor, Client, Reply, SCIM_SECRET, TestApp, settings};

/// A server with an owner, a member of the default organization, and somebody outside of it.
pub struct World {
    /// The server.
    pub app: TestApp,
    /// May do everything.
    pub owner: Actor,
    /// Is in the default organization.
    pub member: Actor,
    /// Is in another organization.
    pub outsider: Actor,
    /// The organization of the outsider.
    pub elsewhere: uuid::Uuid,
    /// The id of a token of the member, which is called [`TOKEN`].
    pub key: String,
    /// The id of the group [`GROUP`].
    pub group: uuid::Uuid,
}

/// A server that people log in to by identity providers too.
pub struct Federated {
    /// The server.
    pub world: World,
    /// Logs in by the OpenID provider.
    pub dana: Actor,
    _oidc: HostileProvider,
    _github: GithubServer,
}

impl Federated {
    /// A fresh one.
    pub async fn new() -> Self {
        let (provider, github) = (HostileProvider::start().await, GithubServer::start().await);
        let rules = OidcRules { slug: "acme".to_owned(), ..OidcRules::default() };
        let oidc = vec![Arc::new(Oidc { client: Box::new(provider.client()), rules })];
        let by_device = GithubRules { allow_everyone: true, device_flow: true, ..GithubRules::default() };
        let providers = Providers { oidc, github: Some(Arc::new(github.provider(by_device))) };
        let world = World::on(TestApp::with_providers(settings(), providers).await).await;
        let asked = serde_json::json!({ "username": "dana", "login_type": "oidc" });
        let dana = world.app.user_from(&world.owner, asked).await;
        let link = entity::user_links::ActiveModel {
            user_id: Set(dana.id),
            login_type: Set("oidc".to_owned()),
            linked_id: Set(format!("{}||dana", provider.issuer)),
            oauth_access_token: Set(String::new()),
            oauth_refresh_token: Set(String::new()),
            claims: Set(serde_json::json!({ "sub": "dana", "groups": ["gardeners"] })),
            ..Default::default()
        };
        entity::user_links::Entity::insert(link).exec_without_returning(&world.app.db).await.unwrap();
        Self { world, dana, _oidc: provider, _github: github }
    }

    /// Who can succeed with an operation.
    pub fn caller(&self, operation: &Operation) -> &Actor {
        match operation.id() {
            "get-oidc-claims-for-the-authenticated-user" => &self.dana,
            _ => &self.world.owner,
        }
    }
}

/// A name of a token.
pub const TOKEN: &str = "trowel";

/// A skill of the owner and of the member.
pub const SKILL: &str = "pruning";

/// A group of the default organization with the member in it.
pub const GROUP: &str = "gardeners";

/// A role that the default organization defines.
pub const ROLE: &str = "gardener";

impl World {
    /// A fresh one.
    pub async fn new() -> Self {
        Self::on(TestApp::new().await).await
    }

    /// The same on a server without any user.
    pub async fn on(app: TestApp) -> Self {
        let owner = app.owner().await;
        let member = app.user(&owner, "bea", &[]).await;
        let elsewhere = app.organization("elsewhere").await;
        let asked = serde_json::json!({ "username": "carl", "organization_ids": [elsewhere] });
        let outsider = app.user_from(&owner, asked).await;
        let role = serde_json::json!({ "name": ROLE, "display_name": "Gardener" });
        owner.post("/organizations/default/members/roles", role).await.expect(200);
        let group = serde_json::json!({ "name": GROUP });
        let group = owner.post("/organizations/default/groups", group).await.expect(201).json();
        let group = crate::support::uuid(&group["id"]);
        let adding = serde_json::json!({ "add_users": [member.id] }).to_string();
        owner.send(reqwest::Method::PATCH, &format!("/groups/{group}"), Some(adding)).await.expect(200);
        let token = serde_json::json!({ "token_name": TOKEN });
        let token = member.post("/users/me/keys/tokens", token).await.expect(201).json();
        let key = token["key"].as_str().unwrap().split('-').next().unwrap().to_owned();
        for keeper in [&owner, &member] {
            let skill = serde_json::json!({ "content": skill_text(SKILL) }).to_string();
            let request = keeper.request(reqwest::Method::POST, "/api/experimental/users/me/skills");
            keeper.finish(request.body(skill)).await.expect(201);
        }
        // That these were seen is written now, and not between two answers that are compared.
        roster::app::flush(&app.backend).await;
        Self { app, owner, member, outsider, elsewhere, key, group }
    }

    /// A value with which the operation can succeed. A parameter with a new name needs a line here.
    pub fn value(&self, operation: &Operation, parameter: &str) -> String {
        match (operation.id(), parameter) {
            ("add-organization-member", "user") => self.outsider.username.clone(),
            // Those who log in with a password, and know it.
            ("convert-user-from-password-to-oauth-authentication" | "update-user-password", "user") => {
                self.owner.username.clone()
            }
            // Nobody writes those of others.
            ("create-a-user-skill" | "update-a-user-skill", "user") => "me".to_owned(),
            // Everybody else is told nothing.
            ("get-user-login-type", "user") => "me".to_owned(),
            (_, "user") => self.member.username.clone(),
            // The default one cannot be deleted.
            ("delete-organization", "organization") => self.elsewhere.to_string(),
            (_, "organization") => self.app.organization.to_string(),
            (_, "group") => self.group.to_string(),
            (_, "groupName") => GROUP.to_owned(),
            (_, "roleName") => ROLE.to_owned(),
            (_, "skillName") => SKILL.to_owned(),
            (_, "keyid") => self.key.clone(),
            (_, "keyname") => TOKEN.to_owned(),
            (_, "organizationname") => "coder".to_owned(),
            (_, "provider") => "acme".to_owned(),
            // There is none.
            ("delete-license", "id") => "1".to_owned(),
            (_, "id") if operation.is_scim() => self.member.id.to_string(),
            (id, other) => panic!("{id} has a parameter {other:?} that World::value knows nothing about"),
        }
    }

    /// The path of the operation with values with which it can succeed.
    pub fn path(&self, operation: &Operation) -> String {
        operation.path_with(|parameter| self.value(operation, parameter))
    }
}

/// A text of a skill with this name.
pub fn skill_text(name: &str) -> String {
    format!("---\nname: {name}\n---\nCut above a bud.\n")
}

/// The same client with the secret that operations for directories take.
pub fn able(client: &Client, operation: &Operation) -> Client {
    if operation.is_scim() { client.with_authorization(SCIM_SECRET) } else { client.clone() }
}

/// Calls an operation on a path, without a body.
pub async fn call(client: &Client, operation: &Operation, path: &str) -> Reply {
    let client = able(client, operation);
    client.finish(client.request(operation.method.clone(), path)).await
}

/// Calls an operation on a path, with a body.
pub async fn call_with(
    client: &Client,
    operation: &Operation,
    path: &str,
    body: impl Into<reqwest::Body>,
) -> Reply {
    let client = able(client, operation);
    client.finish(client.request(operation.method.clone(), path).body(body)).await
}
