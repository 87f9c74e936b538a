//! Rows as tests put them into the database, past all rules but the database's own.

use entity::{Texts, api_keys, custom_roles, organization_members, organizations, users};
use roster::model::ids::Ids;
use roster::store::{self, Unique};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, DbErr, EntityTrait};
use serde_json::json;
use uuid::Uuid;

use crate::support::TestApp;

/// Puts in a row.
pub async fn put<A: ActiveModelTrait>(app: &TestApp, row: A) -> Result<(), DbErr> {
    <A::Entity as EntityTrait>::insert(row).exec_without_returning(&app.db).await.map(|_| ())
}

/// A new id.
pub fn id() -> Uuid {
    Ids::random().uuid()
}

/// A living user who logs in with a password.
pub fn user(username: &str) -> users::ActiveModel {
    let email = format!("{username}@example.com");
    let now = "2026-05-20T00:00:00Z".parse().unwrap();
    users::ActiveModel {
        id: Set(id()),
        username: Set(username.to_owned()),
        username_lower: Set(username.to_lowercase()),
        email: Set(email.clone()),
        email_lower: Set(email.to_lowercase()),
        created_at: Set(now),
        updated_at: Set(now),
        last_seen_at: Set(now),
        status: Set("active".to_owned()),
        rbac_roles: Set(Texts(vec![])),
        ..Default::default()
    }
}

/// The same user with another e-mail address.
pub fn with_email(user: users::ActiveModel, email: &str) -> users::ActiveModel {
    users::ActiveModel { email: Set(email.to_owned()), email_lower: Set(email.to_lowercase()), ..user }
}

/// The same user with a display name.
pub fn with_name(user: users::ActiveModel, name: &str) -> users::ActiveModel {
    users::ActiveModel { name: Set(name.to_owned()), name_lower: Set(name.to_lowercase()), ..user }
}

/// A living service account.
pub fn service_account(username: &str) -> users::ActiveModel {
    let login_type = Set("none".to_owned());
    users::ActiveModel { is_service_account: Set(true), login_type, ..with_email(user(username), "") }
}

/// A living organization that is not the default one.
pub fn organization(name: &str) -> organizations::ActiveModel {
    let now = "2026-05-20T00:00:00Z".parse().unwrap();
    organizations::ActiveModel {
        id: Set(id()),
        name: Set(name.to_owned()),
        name_lower: Set(name.to_lowercase()),
        display_name: Set(name.to_owned()),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    }
}

/// A membership without roles.
pub fn membership(organization: Uuid, user: Uuid) -> organization_members::ActiveModel {
    let now = "2026-05-20T00:00:00Z".parse().unwrap();
    organization_members::ActiveModel {
        organization_id: Set(organization),
        user_id: Set(user),
        created_at: Set(now),
        updated_at: Set(now),
        roles: Set(Texts(vec![])),
        ..Default::default()
    }
}

/// A role that an organization made for itself.
pub fn role(organization: Uuid, name: &str) -> custom_roles::ActiveModel {
    let now = "2026-05-20T00:00:00Z".parse().unwrap();
    custom_roles::ActiveModel {
        id: Set(id()),
        organization_id: Set(organization),
        name: Set(name.to_owned()),
        org_permissions: Set(json!([])),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    }
}

/// A token of a user.
pub fn token(user: Uuid, name: &str) -> api_keys::ActiveModel {
    let now = "2026-05-20T00:00:00Z".parse().unwrap();
    let (id, _) = Ids::random().key();
    api_keys::ActiveModel {
        id: Set(id.0),
        hashed_secret: Set(vec![0; 32]),
        user_id: Set(user),
        login_type: Set("token".to_owned()),
        expires_at: Set(now),
        created_at: Set(now),
        updated_at: Set(now),
        last_used: Set(now),
        token_name: Set(name.to_owned()),
        scopes: Set(Texts(vec!["coder:all".to_owned()])),
        allow_list: Set(json!([{ "type": "*", "id": "*" }])),
        ..Default::default()
    }
}

/// A session of a user.
pub fn session(user: Uuid) -> api_keys::ActiveModel {
    api_keys::ActiveModel { login_type: Set("password".to_owned()), ..token(user, "") }
}

/// Fails unless the row was refused because of this constraint, which both engines name.
#[track_caller]
pub fn assert_refused(outcome: Result<(), DbErr>, constraint: &str) {
    let text = outcome.unwrap_err().to_string();
    assert!(text.contains(constraint), "refused for another reason: {text}");
}

/// Fails unless the row was refused because something else has that name.
#[track_caller]
pub fn assert_taken(outcome: Result<(), DbErr>, unique: Unique) {
    let error = store::Error::from(outcome.unwrap_err());
    assert!(matches!(error, store::Error::Taken(of) if of == unique), "not {unique:?}: {error:?}");
}

/// Fails unless the row was refused because it refers to nothing.
#[track_caller]
pub fn assert_dangling(outcome: Result<(), DbErr>) {
    let error = store::Error::from(outcome.unwrap_err());
    assert!(matches!(error, store::Error::Dangling), "{error:?}");
}
