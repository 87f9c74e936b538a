//! What the database itself refuses, whoever writes: the constraints of the tables, the same on both engines.

use chrono::DateTime;
use entity::{
    Texts, ai_seat_state, api_keys, audit_logs, connection_logs, custom_roles, git_ssh_keys,
    organization_members, organizations, users,
};
use entity::{site_configs, user_configs, user_deleted, user_status_changes};
use roster::store::Unique;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::rows::{self, assert_dangling, assert_refused, assert_taken, put};
use crate::support::TestApp;

fn deleted(user: users::ActiveModel) -> users::ActiveModel {
    users::ActiveModel { deleted: Set(true), ..user }
}

/// A living user in the database, and its id.
async fn somebody(app: &TestApp, username: &str) -> uuid::Uuid {
    let user = rows::user(username);
    let id = user.id.clone().unwrap();
    put(app, user).await.unwrap();
    id
}

#[tokio::test]
async fn living_users_have_usernames_of_their_own_whatever_the_case() {
    let app = TestApp::new().await;
    put(&app, rows::user("Bea")).await.unwrap();
    let twin = rows::with_email(rows::user("bEA"), "twin@example.com");
    assert_taken(put(&app, twin).await, Unique::Username);
}

#[tokio::test]
async fn living_users_have_addresses_of_their_own_whatever_the_case() {
    let app = TestApp::new().await;
    put(&app, rows::user("Bea")).await.unwrap();
    let twin = rows::with_email(rows::user("other"), "BEA@Example.com");
    assert_taken(put(&app, twin).await, Unique::Email);
}

#[tokio::test]
async fn a_deleted_user_frees_username_and_address() {
    let app = TestApp::new().await;
    put(&app, deleted(rows::user("bea"))).await.unwrap();
    put(&app, deleted(rows::user("bea"))).await.unwrap();
    put(&app, rows::user("BEA")).await.unwrap();
}

#[tokio::test]
async fn nobody_comes_back_under_a_name_that_was_given_away() {
    let app = TestApp::new().await;
    let gone = deleted(rows::user("bea"));
    put(&app, gone.clone()).await.unwrap();
    put(&app, rows::with_email(rows::user("bea"), "new@example.com")).await.unwrap();
    let back = users::Entity::update_many()
        .col_expr(users::Column::Deleted, sea_orm::sea_query::Expr::value(false))
        .filter(users::Column::Id.eq(gone.id.unwrap()));
    assert_taken(back.exec(&app.db).await.map(|_| ()), Unique::Username);
}

#[tokio::test]
async fn many_service_accounts_have_no_address() {
    let app = TestApp::new().await;
    put(&app, rows::service_account("robot")).await.unwrap();
    put(&app, rows::service_account("android")).await.unwrap();
}

#[tokio::test]
async fn only_service_accounts_have_no_address() {
    let app = TestApp::new().await;
    assert_refused(put(&app, rows::with_email(rows::user("bea"), "")).await, "users_email_not_empty");
    let addressed = rows::with_email(rows::service_account("robot"), "robot@example.com");
    assert_refused(put(&app, addressed).await, "users_email_not_empty");
}

#[tokio::test]
async fn service_accounts_do_not_log_in() {
    let app = TestApp::new().await;
    for login_type in ["password", "github", "oidc"] {
        let login_type = Set(login_type.to_owned());
        let row = users::ActiveModel { login_type, ..rows::service_account("robot") };
        assert_refused(put(&app, row).await, "users_service_account_login_type");
    }
}

#[tokio::test]
async fn usernames_are_not_empty() {
    let app = TestApp::new().await;
    assert_refused(put(&app, rows::user("")).await, "users_username_min_length");
}

#[tokio::test]
async fn users_have_known_states_and_ways_to_log_in() {
    let app = TestApp::new().await;
    for text in ["", "Active", "gone"] {
        let row = users::ActiveModel { status: Set(text.to_owned()), ..rows::user("bea") };
        assert_refused(put(&app, row).await, "users_status_known");
    }
    for text in ["", "token", "saml"] {
        let row = users::ActiveModel { login_type: Set(text.to_owned()), ..rows::user("bea") };
        assert_refused(put(&app, row).await, "users_login_type_known");
    }
}

#[tokio::test]
async fn a_passcode_comes_with_its_end_or_not_at_all() {
    let app = TestApp::new().await;
    let with = |hash: Option<&str>, end: Option<DateTime<chrono::Utc>>, name: &str| users::ActiveModel {
        hashed_one_time_passcode: Set(hash.map(str::to_owned)),
        one_time_passcode_expires_at: Set(end),
        ..rows::user(name)
    };
    let end = Some(DateTime::UNIX_EPOCH);
    assert_refused(put(&app, with(Some("hash"), None, "a")).await, "users_one_time_passcode_set");
    assert_refused(put(&app, with(None, end, "b")).await, "users_one_time_passcode_set");
    put(&app, with(Some("hash"), end, "c")).await.unwrap();
    put(&app, with(None, None, "d")).await.unwrap();
}

#[tokio::test]
async fn a_user_is_once_in_an_organization() {
    let app = TestApp::new().await;
    let bea = somebody(&app, "bea").await;
    put(&app, rows::membership(app.organization, bea)).await.unwrap();
    assert_taken(put(&app, rows::membership(app.organization, bea)).await, Unique::Membership);
}

#[tokio::test]
async fn memberships_are_of_somebody_in_something() {
    let app = TestApp::new().await;
    let bea = somebody(&app, "bea").await;
    assert_dangling(put(&app, rows::membership(app.organization, rows::id())).await);
    assert_dangling(put(&app, rows::membership(rows::id(), bea)).await);
}

#[tokio::test]
async fn living_organizations_have_names_of_their_own_whatever_the_case() {
    let app = TestApp::new().await;
    put(&app, rows::organization("Sales")).await.unwrap();
    assert_taken(put(&app, rows::organization("sALES")).await, Unique::OrganizationName);
}

#[tokio::test]
async fn a_deleted_organization_frees_its_name() {
    let app = TestApp::new().await;
    for _ in 0..2 {
        let gone = organizations::ActiveModel { deleted: Set(true), ..rows::organization("sales") };
        put(&app, gone).await.unwrap();
    }
    put(&app, rows::organization("SALES")).await.unwrap();
}

#[tokio::test]
async fn one_organization_is_the_default() {
    let app = TestApp::new().await;
    let second = organizations::ActiveModel { is_default: Set(true), ..rows::organization("second") };
    assert_taken(put(&app, second).await, Unique::Other);
}

#[tokio::test]
async fn organizations_share_in_known_ways() {
    let app = TestApp::new().await;
    let mode = Set("everybody".to_owned());
    let row = organizations::ActiveModel { shareable_workspace_owners: mode, ..rows::organization("sales") };
    assert_refused(put(&app, row).await, "organizations_sharing_known");
}

#[tokio::test]
async fn tokens_of_a_user_have_names_of_their_own() {
    let app = TestApp::new().await;
    let (bea, carl) = (somebody(&app, "bea").await, somebody(&app, "carl").await);
    put(&app, rows::token(bea, "ci")).await.unwrap();
    assert_taken(put(&app, rows::token(bea, "ci")).await, Unique::TokenName);
    put(&app, rows::token(bea, "CI")).await.unwrap();
    put(&app, rows::token(carl, "ci")).await.unwrap();
}

#[tokio::test]
async fn sessions_need_no_names() {
    let app = TestApp::new().await;
    let bea = somebody(&app, "bea").await;
    for _ in 0..2 {
        put(&app, rows::session(bea)).await.unwrap();
    }
}

#[tokio::test]
async fn a_key_is_somebodys() {
    let app = TestApp::new().await;
    assert_dangling(put(&app, rows::session(rows::id())).await);
}

#[tokio::test]
async fn a_deleted_user_gets_no_key() {
    let app = TestApp::new().await;
    let gone = deleted(rows::user("bea"));
    put(&app, gone.clone()).await.unwrap();
    for key in [rows::session(gone.id.clone().unwrap()), rows::token(gone.id.clone().unwrap(), "ci")] {
        assert_refused(put(&app, key).await, "Cannot create API key for deleted user");
    }
}

#[tokio::test]
async fn a_deleted_user_joins_nothing() {
    let app = TestApp::new().await;
    let gone = deleted(rows::user("bea"));
    put(&app, gone.clone()).await.unwrap();
    let joining = rows::membership(app.organization, gone.id.unwrap());
    assert_refused(put(&app, joining).await, "Cannot add deleted user to an organization");
}

async fn set(app: &TestApp, user: uuid::Uuid, set: &str) {
    use sea_orm::ConnectionTrait;
    let id = match app.db.get_database_backend() {
        sea_orm::DbBackend::Sqlite => format!("X'{}'", user.simple()),
        _ => format!("'{user}'"),
    };
    app.db.execute_unprepared(&format!("UPDATE users SET {set} WHERE id = {id}")).await.unwrap();
}

/// Every state that a user was in, and since when.
async fn states(app: &TestApp, user: uuid::Uuid) -> Vec<(String, String)> {
    let all = user_status_changes::Entity::find().filter(user_status_changes::Column::UserId.eq(user));
    let all = all.order_by_asc(user_status_changes::Column::Id).all(&app.db).await.unwrap();
    all.into_iter().map(|row| (row.new_status, row.changed_at.to_rfc3339())).collect()
}

#[tokio::test]
async fn every_change_of_state_is_remembered_whoever_makes_it() {
    let app = TestApp::new().await;
    let bea = somebody(&app, "bea").await;
    let made = ("active".to_owned(), "2026-05-20T00:00:00+00:00".to_owned());
    assert_eq!(states(&app, bea).await, std::slice::from_ref(&made));
    set(&app, bea, "status = 'active', name = 'Bea'").await;
    assert_eq!(states(&app, bea).await, std::slice::from_ref(&made));
    set(&app, bea, "status = 'suspended', updated_at = '2026-05-21T00:00:00+00:00'").await;
    let suspended = ("suspended".to_owned(), "2026-05-21T00:00:00+00:00".to_owned());
    assert_eq!(states(&app, bea).await, [made, suspended]);
}

#[tokio::test]
async fn with_a_deleted_user_goes_what_it_had_whoever_deletes_it() {
    let app = TestApp::new().await;
    let (bea, carl) = (somebody(&app, "bea").await, somebody(&app, "carl").await);
    for user in [bea, carl] {
        put(&app, rows::membership(app.organization, user)).await.unwrap();
        put(&app, rows::session(user)).await.unwrap();
    }
    let before =
        chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now()) - chrono::TimeDelta::minutes(5);
    set(&app, bea, "deleted = TRUE").await;
    set(&app, bea, "deleted = TRUE").await;
    let members = organization_members::Entity::find().all(&app.db).await.unwrap();
    assert!(members.iter().any(|row| row.user_id == carl) && members.iter().all(|row| row.user_id != bea));
    let keys = api_keys::Entity::find().all(&app.db).await.unwrap();
    assert_eq!(keys.iter().map(|key| key.user_id).collect::<Vec<_>>(), [carl]);
    let gone = user_deleted::Entity::find().all(&app.db).await.unwrap();
    assert_eq!(gone.iter().map(|row| row.user_id).collect::<Vec<_>>(), [bea]);
    assert!(gone[0].deleted_at > before, "{gone:?}");
}

#[tokio::test]
async fn a_key_is_good_for_something() {
    let app = TestApp::new().await;
    let bea = somebody(&app, "bea").await;
    let aimless = api_keys::ActiveModel { scopes: Set(Texts(vec![])), ..rows::session(bea) };
    assert_refused(put(&app, aimless).await, "api_keys_scopes_not_empty");
    let shut = api_keys::ActiveModel { allow_list: Set(json!([])), ..rows::session(bea) };
    assert_refused(put(&app, shut).await, "api_keys_allow_list_not_empty");
}

#[tokio::test]
async fn keys_are_made_in_known_ways_and_once() {
    let app = TestApp::new().await;
    let bea = somebody(&app, "bea").await;
    for text in ["", "none", "saml"] {
        let row = api_keys::ActiveModel { login_type: Set(text.to_owned()), ..rows::session(bea) };
        assert_refused(put(&app, row).await, "api_keys_login_type_known");
    }
    let key = rows::session(bea);
    put(&app, key.clone()).await.unwrap();
    assert_taken(put(&app, key).await, Unique::Other);
}

#[tokio::test]
async fn roles_of_an_organization_have_names_of_their_own_in_lower_case() {
    let app = TestApp::new().await;
    let other = app.organization("other").await;
    put(&app, rows::role(app.organization, "reviewer")).await.unwrap();
    assert_taken(put(&app, rows::role(app.organization, "reviewer")).await, Unique::RoleName);
    put(&app, rows::role(other, "reviewer")).await.unwrap();
    for name in ["Reviewer", ""] {
        assert_refused(put(&app, rows::role(app.organization, name)).await, "custom_roles_name_lower_case");
    }
    assert_dangling(put(&app, rows::role(rows::id(), "reviewer")).await);
}

#[tokio::test]
async fn settings_and_git_keys_are_there_once() {
    let app = TestApp::new().await;
    let bea = somebody(&app, "bea").await;
    let (now, text) = (DateTime::UNIX_EPOCH, || Set("text".to_owned()));
    for attempt in 0..2 {
        let setting = user_configs::ActiveModel { user_id: Set(bea), key: text(), value: text() };
        let fact = site_configs::ActiveModel { key: text(), value: text() };
        let git_key = git_ssh_keys::ActiveModel {
            user_id: Set(bea),
            created_at: Set(now),
            updated_at: Set(now),
            private_key: text(),
            public_key: text(),
        };
        for outcome in [put(&app, setting).await, put(&app, fact).await, put(&app, git_key).await] {
            if attempt == 0 { outcome.unwrap() } else { assert_taken(outcome, Unique::Other) }
        }
    }
}

#[tokio::test]
async fn what_belongs_to_a_row_goes_with_it() {
    let app = TestApp::new().await;
    let (bea, sales) = (somebody(&app, "bea").await, app.organization("sales").await);
    put(&app, rows::membership(sales, bea)).await.unwrap();
    put(&app, rows::membership(app.organization, bea)).await.unwrap();
    put(&app, rows::role(sales, "reviewer")).await.unwrap();
    put(&app, rows::session(bea)).await.unwrap();
    let memberships =
        || organization_members::Entity::find().filter(organization_members::Column::UserId.eq(bea));

    organizations::Entity::delete_by_id(sales).exec(&app.db).await.unwrap();
    assert_eq!(custom_roles::Entity::find().count(&app.db).await.unwrap(), 0);
    assert_eq!(memberships().count(&app.db).await.unwrap(), 1);

    users::Entity::delete_by_id(bea).exec(&app.db).await.unwrap();
    assert_eq!(memberships().count(&app.db).await.unwrap(), 0);
    assert_eq!(api_keys::Entity::find().count(&app.db).await.unwrap(), 0);
}

#[tokio::test]
async fn connections_are_kept_once_and_go_with_organization_and_owner() {
    let app = TestApp::new().await;
    let (bea, carl) = (somebody(&app, "bea").await, somebody(&app, "carl").await);
    let sales = app.organization("sales").await;
    let connection = |organization, owner, number: u128| connection_logs::ActiveModel {
        id: Set(rows::id()),
        connect_time: Set(DateTime::UNIX_EPOCH),
        organization_id: Set(organization),
        workspace_owner_id: Set(owner),
        workspace_id: Set(uuid::Uuid::nil()),
        workspace_name: Set("garden".to_owned()),
        agent_name: Set("main".to_owned()),
        kind: Set("ssh".to_owned()),
        connection_id: Set((number > 0).then(|| uuid::Uuid::from_u128(number))),
        ..Default::default()
    };
    put(&app, connection(sales, bea, 1)).await.unwrap();
    put(&app, connection(app.organization, carl, 2)).await.unwrap();
    for _ in 0..2 {
        put(&app, connection(app.organization, bea, 0)).await.unwrap();
    }
    assert_taken(put(&app, connection(app.organization, bea, 1)).await, Unique::Other);
    let twin = connection_logs::ActiveModel { kind: Set("telnet".to_owned()), ..connection(sales, bea, 3) };
    assert_refused(put(&app, twin).await, "connection_logs_type_known");
    assert_dangling(put(&app, connection(rows::id(), bea, 3)).await);
    assert_dangling(put(&app, connection(sales, rows::id(), 3)).await);

    let left = async || connection_logs::Entity::find().count(&app.db).await.unwrap();
    organizations::Entity::delete_by_id(sales).exec(&app.db).await.unwrap();
    assert_eq!(left().await, 3);
    users::Entity::delete_by_id(bea).exec(&app.db).await.unwrap();
    assert_eq!(left().await, 1);
}

#[tokio::test]
async fn the_audit_log_keeps_the_beginning_of_a_user_agent() {
    let app = TestApp::new().await;
    let entry = |agent: String| audit_logs::ActiveModel {
        id: Set(rows::id()),
        time: Set(DateTime::UNIX_EPOCH),
        user_id: Set(rows::id()),
        organization_id: Set(rows::id()),
        ip: Set(None),
        user_agent: Set(Some(agent)),
        resource_type: Set("user".to_owned()),
        action: Set("create".to_owned()),
        resource_id: Set(rows::id()),
        resource_target: Set("bea".to_owned()),
        resource_target_lower: Set(String::new()),
        diff: Set(json!({})),
        status_code: Set(201),
        additional_fields: Set(json!({})),
        request_id: Set(rows::id()),
        resource_icon: Set(String::new()),
    };
    put(&app, entry("ü".repeat(256))).await.unwrap();
    assert_refused(put(&app, entry("x".repeat(257))).await, "audit_logs_user_agent_length");
}

#[tokio::test]
async fn uses_of_ai_are_of_a_known_kind_by_somebody_and_go_with_the_row_of_their_user() {
    let app = TestApp::new().await;
    let bea = somebody(&app, "bea").await;
    let used = |user: uuid::Uuid, kind: &str| ai_seat_state::ActiveModel {
        user_id: Set(user),
        first_used_at: Set(DateTime::UNIX_EPOCH),
        last_used_at: Set(DateTime::UNIX_EPOCH),
        updated_at: Set(DateTime::UNIX_EPOCH),
        last_event_type: Set(kind.to_owned()),
        last_event_description: Set(String::new()),
    };
    assert_refused(put(&app, used(bea, "guess")).await, "ai_seat_state_known");
    assert_dangling(put(&app, used(rows::id(), "task")).await);
    put(&app, used(bea, "task")).await.unwrap();
    users::Entity::delete_by_id(bea).exec(&app.db).await.unwrap();
    assert_eq!(ai_seat_state::Entity::find().count(&app.db).await.unwrap(), 0);
}
