//! The server under test, and the people who use it.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use roster::app::Outside;
use roster::domain::entitlements::{Rules, Source};
use roster::domain::provider::Providers;
use roster::domain::{Backend, Feature, RateLimits, Settings, Web, scim};
use roster::model::clock::TestClock;
use roster::model::ids::{Ids, UserId};
use roster::model::key::{AllowEntry, ApiKey};
use roster::model::notice::Notifier;
use roster::model::user::LoginType;
use roster::rbac::{NewKey, system};
use roster::store::{Options, Store, keys};
use roster::{app, http};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::client::Client;
use super::database::TestDatabase;

/// The password of everybody in the tests.
pub const PASSWORD: &str = "PasswordSecured123!";

/// A running server with a database of its own and a clock that stands still.
pub struct TestApp {
    /// `http://127.0.0.1:…`
    pub base: String,
    /// Moves only when told to; starts at 2026-05-20 00:00:00 UTC.
    pub clock: TestClock,
    /// The parts of the server.
    pub backend: Arc<Backend>,
    /// The default organization's id.
    pub organization: Uuid,
    /// The database beside the server, for what the API cannot do. What is cached does not notice it.
    pub db: DatabaseConnection,
    /// The database's home.
    pub database: TestDatabase,
    _stop: oneshot::Sender<()>,
}

/// Somebody with a session.
#[derive(Clone)]
pub struct Actor {
    /// The user's id.
    pub id: Uuid,
    /// The username.
    pub username: String,
    /// The e-mail address.
    pub email: String,
    /// A good key.
    pub token: String,
    /// Speaks with that key.
    pub client: Client,
}

impl std::ops::Deref for Actor {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// A key to make without the API.
pub struct Mint {
    /// Scope names.
    pub scopes: Vec<&'static str>,
    /// `(type, id)` pairs.
    pub allow_list: Vec<(&'static str, String)>,
    /// How it is said to have been made.
    pub login_type: LoginType,
    /// How long it lives.
    pub lifetime: TimeDelta,
}

impl Default for Mint {
    fn default() -> Self {
        Self {
            scopes: vec!["coder:all"],
            allow_list: vec![("*", "*".to_owned())],
            login_type: LoginType::Password,
            lifetime: TimeDelta::hours(24),
        }
    }
}

/// What a directory shows.
pub const SCIM_SECRET: &str = "s3cret-of-the-directory";

fn start_of_time() -> DateTime<Utc> {
    "2026-05-20T00:00:00Z".parse().unwrap()
}

/// The settings of servers under test, for those who change one of them. Nobody counts requests, and directories may come.
pub fn settings() -> Settings {
    Settings {
        access_url: "http://roster.test".to_owned(),
        version: "v2.34.0".to_owned(),
        web: Web { limits: RateLimits { api: 0, login: 0 }, ..Web::default() },
        scim_secret: scim::secret(SCIM_SECRET),
        ..Settings::default()
    }
}

/// The same with a feature switched off.
pub fn without(feature: Feature) -> Settings {
    let rules = Rules { disabled: [feature].into(), ..Rules::default() };
    Settings { entitlements: Source::new(move || Ok(rules.clone())), ..settings() }
}

/// How servers under test reach their database.
pub fn store_options(url: &str) -> Options {
    Options {
        url: url.to_owned(),
        connections: Some(4),
        cache_age: Duration::from_secs(60),
        cache_size: 10_000,
    }
}

impl TestApp {
    /// A fresh server without any user.
    pub async fn new() -> Self {
        Self::with(settings()).await
    }

    /// A fresh server with other settings.
    pub async fn with(settings: Settings) -> Self {
        Self::on(TestDatabase::new().await, settings, Outside::none()).await
    }

    /// A fresh server with other settings that people log in to by these providers.
    pub async fn with_providers(settings: Settings, providers: Providers) -> Self {
        Self::on(TestDatabase::new().await, settings, Outside { providers, ..Outside::none() }).await
    }

    /// Another server on the same database, as a second replica would be.
    pub async fn replica(&self) -> (String, Arc<Backend>, oneshot::Sender<()>) {
        self.replica_with(self.backend.providers.clone()).await
    }

    /// The same with other providers, as after a restart with other settings.
    pub async fn replica_with(&self, providers: Providers) -> (String, Arc<Backend>, oneshot::Sender<()>) {
        let outside = Outside { providers, ..Outside::none() };
        start(&self.database.url, self.clock.clone(), settings(), 2, outside).await
    }

    /// A fresh server whose letters go to `notifier`.
    pub async fn writing(notifier: Arc<dyn Notifier>) -> Self {
        Self::on(TestDatabase::new().await, settings(), Outside { notifier, ..Outside::none() }).await
    }

    async fn on(database: TestDatabase, settings: Settings, outside: Outside) -> Self {
        let clock = TestClock::at(start_of_time());
        let (base, backend, stop) = start(&database.url, clock.clone(), settings, 1, outside).await;
        let db = sea_orm::Database::connect(&database.url).await.unwrap();
        let default = entity::organizations::Entity::find().one(&db).await.unwrap().unwrap();
        Self { base, clock, backend, organization: default.id, db, database, _stop: stop }
    }

    /// Nobody in particular.
    pub fn client(&self) -> Client {
        Client::new(&self.base).speaking(self.backend.settings.web.dialect)
    }

    /// The first user, `owner`, made by the API and logged in.
    pub async fn owner(&self) -> Actor {
        let body = json!({ "email": "owner@example.com", "username": "owner", "password": PASSWORD });
        let made = self.client().post("/users/first", body).await.expect(201).json();
        let login = json!({ "email": "owner@example.com", "password": PASSWORD });
        let session = self.client().post("/users/login", login).await.expect(201).json();
        let token = session["session_token"].as_str().unwrap().to_owned();
        self.actor(uuid(&made["user_id"]), "owner", "owner@example.com", token)
    }

    /// A user of the default organization with site roles, made by the API, with a key.
    pub async fn user(&self, owner: &Actor, username: &str, roles: &[&str]) -> Actor {
        self.user_from(owner, json!({ "username": username, "roles": roles })).await
    }

    /// A user made by the API from these members and some defaults, with a key.
    pub async fn user_from(&self, owner: &Actor, body: Value) -> Actor {
        let username = body["username"].as_str().unwrap().to_owned();
        let mut request = json!({
            "email": format!("{username}@example.com"), "login_type": "none", "user_status": "active",
            "organization_ids": [self.organization],
        });
        request.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        let made = owner.post("/users", request).await.expect(201).json();
        let id = uuid(&made["id"]);
        let token = self.mint(id, Mint::default()).await;
        self.actor(id, &username, made["email"].as_str().unwrap(), token)
    }

    /// Somebody who speaks with this key.
    pub fn actor(&self, id: Uuid, username: &str, email: &str, token: String) -> Actor {
        let client = self.client().with_token(&token);
        Actor { id, username: username.to_owned(), email: email.to_owned(), token, client }
    }

    /// A key of a user, put into the database.
    pub async fn mint(&self, user: Uuid, mint: Mint) -> String {
        let now = roster::model::clock::Clock::now(&self.clock);
        let (id, secret) = Ids::random().key();
        let token = format!("{id}-{}", secret.expose());
        let entry = |(kind, id): (&str, String)| AllowEntry { kind: kind.to_owned(), id };
        let token_name = if mint.login_type == LoginType::Token { id.to_string() } else { String::new() };
        let key = ApiKey {
            id,
            hashed_secret: Sha256::digest(secret.expose()).into(),
            user: UserId(user),
            login_type: mint.login_type,
            lifetime: mint.lifetime,
            expires_at: now + mint.lifetime,
            created_at: now,
            updated_at: now,
            last_used: DateTime::UNIX_EPOCH,
            ip_address: "127.0.0.1".to_owned(),
            token_name,
            scopes: mint.scopes.into_iter().map(str::to_owned).collect(),
            allow_list: mint.allow_list.into_iter().map(entry).collect(),
        };
        let mut tx = self.backend.store.write().await.unwrap();
        let allowed = system::login().may(NewKey(key)).unwrap();
        keys::insert(&mut tx, &allowed).await.unwrap();
        tx.commit_unaudited("test").await.unwrap();
        token
    }

    /// A second organization, put into the database.
    pub async fn organization(&self, name: &str) -> Uuid {
        #[expect(clippy::disallowed_methods, reason = "any id will do")]
        let id = Uuid::new_v4();
        self.organization_with_id(name, id).await;
        id
    }

    /// The same with an id that is known before the server is.
    pub async fn organization_with_id(&self, name: &str, id: Uuid) {
        let now = start_of_time();
        let row = entity::organizations::ActiveModel {
            id: sea_orm::Set(id),
            name: sea_orm::Set(name.to_owned()),
            name_lower: sea_orm::Set(name.to_lowercase()),
            display_name: sea_orm::Set(name.to_owned()),
            description: sea_orm::Set(String::new()),
            icon: sea_orm::Set(String::new()),
            created_at: sea_orm::Set(now),
            updated_at: sea_orm::Set(now),
            is_default: sea_orm::Set(false),
            deleted: sea_orm::Set(false),
            shareable_workspace_owners: sea_orm::Set("everyone".to_owned()),
        };
        entity::organizations::Entity::insert(row).exec_without_returning(&self.db).await.unwrap();
    }

    /// Gives a member organization roles, in the database; before the member's first request.
    pub async fn set_member_roles(&self, organization: Uuid, user: Uuid, roles: &[&str]) {
        use entity::organization_members::Entity;
        let roles = entity::Texts(roles.iter().map(|role| (*role).to_owned()).collect());
        let row = Entity::find_by_id((organization, user)).one(&self.db).await.unwrap().unwrap();
        let mut row: entity::organization_members::ActiveModel = row.into();
        row.roles = sea_orm::Set(roles);
        Entity::update(row).exec(&self.db).await.unwrap();
    }

    /// A role that the organization made itself, granting these pairs of type and verb in it, put into the database.
    pub async fn custom_role(&self, organization: Uuid, name: &str, grants: &[(&str, &str)]) {
        let permission =
            |(kind, verb): &(&str, &str)| json!({ "negate": false, "resource_type": kind, "action": verb });
        let now = roster::model::clock::Clock::now(&self.clock);
        let row = entity::custom_roles::ActiveModel {
            id: sea_orm::Set(self.backend.ids.uuid()),
            organization_id: sea_orm::Set(organization),
            name: sea_orm::Set(name.to_owned()),
            display_name: sea_orm::Set(format!("The {name}")),
            org_permissions: sea_orm::Set(grants.iter().map(permission).collect()),
            created_at: sea_orm::Set(now),
            updated_at: sea_orm::Set(now),
        };
        entity::custom_roles::Entity::insert(row).exec_without_returning(&self.db).await.unwrap();
    }

    /// Sets one text column of a user, in the database; before the user's first request.
    pub async fn set_user(&self, user: Uuid, column: entity::users::Column, value: &str) {
        entity::users::Entity::update_many()
            .col_expr(column, Expr::value(value))
            .filter(entity::users::Column::Id.eq(user))
            .exec(&self.db)
            .await
            .unwrap();
    }

    /// Sets how far members of an organization see each other, in the database; before the members' first requests.
    pub async fn set_sharing(&self, organization: Uuid, mode: &str) {
        use entity::organizations::{Column, Entity};
        let update = Entity::update_many().col_expr(Column::ShareableWorkspaceOwners, Expr::value(mode));
        update.filter(Column::Id.eq(organization)).exec(&self.db).await.unwrap();
    }
}

async fn start(
    url: &str,
    clock: TestClock,
    settings: Settings,
    seed: u64,
    outside: Outside,
) -> (String, Arc<Backend>, oneshot::Sender<()>) {
    let store = Store::connect(&store_options(url)).await.unwrap();
    let backend = app::backend(store, settings, Arc::new(clock), Ids::seeded(seed), outside).await.unwrap();
    app::start_jobs(&backend);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let endpoint = http::endpoint(backend.clone()).unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(app::serve::serve(listener, endpoint, async move {
        let _ = stopped.await;
    }));
    (base, backend, stop)
}

/// A UUID of an answer.
pub fn uuid(value: &Value) -> Uuid {
    value.as_str().unwrap().parse().unwrap()
}
