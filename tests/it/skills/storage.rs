//! What the table itself refuses, whoever writes, and that its bounds are those of the rules.

use rand::RngExt;
use roster::model::skill::{CONTENT_LIMIT, DESCRIPTION_LIMIT, NAME_LIMIT, SKILLS_LIMIT, is_name};
use roster::store::{self, Unique};
use sea_orm::Set;
use sea_orm::sea_query::Expr;

use super::*;
use crate::backend::rows::{self, assert_dangling, assert_refused as assert_kept_out, assert_taken, put};
use crate::support::dice;

/// A skill as it is stored.
pub fn row(user: Uuid, name: &str) -> user_skills::ActiveModel {
    let now = Set("2026-05-20T00:00:00Z".parse().unwrap());
    user_skills::ActiveModel {
        id: Set(rows::id()),
        user_id: Set(user),
        name: Set(name.to_owned()),
        description: Set(String::new()),
        content: Set(named(name)),
        created_at: now.clone(),
        updated_at: now,
    }
}

/// A living user in the database.
async fn somebody(app: &TestApp, username: &str) -> Uuid {
    let user = rows::user(username);
    let id = user.id.clone().unwrap();
    put(app, user).await.unwrap();
    id
}

async fn set_deleted(app: &TestApp, user: Uuid) {
    use entity::users::{Column, Entity};
    let update = Entity::update_many().col_expr(Column::Deleted, Expr::value(true));
    update.filter(Column::Id.eq(user)).exec(&app.db).await.unwrap();
}

/// A text of so many bytes, with characters of two.
fn text(bytes: usize) -> String {
    format!("{}{}", "ü".repeat(bytes / 2), "x".repeat(bytes % 2))
}

#[tokio::test]
async fn the_sizes_of_the_table_are_those_of_the_rules() {
    let app = TestApp::new().await;
    let bea = somebody(&app, "bea").await;
    let described = |bytes| user_skills::ActiveModel { description: Set(text(bytes)), ..row(bea, "b") };
    let of_content = |bytes| user_skills::ActiveModel { content: Set(text(bytes)), ..row(bea, "c") };
    for (fits, more, constraint) in [
        (row(bea, &"a".repeat(NAME_LIMIT)), row(bea, &"a".repeat(NAME_LIMIT + 1)), "user_skills_name_size"),
        (described(DESCRIPTION_LIMIT), described(DESCRIPTION_LIMIT + 1), "user_skills_description_size"),
        (of_content(CONTENT_LIMIT), of_content(CONTENT_LIMIT + 1), "user_skills_content_size"),
    ] {
        assert_kept_out(put(&app, more).await, constraint);
        put(&app, fits).await.unwrap();
    }
}

#[tokio::test]
async fn the_number_of_skills_in_the_table_is_that_of_the_rules() {
    let app = TestApp::new().await;
    let (bea, carl) = (somebody(&app, "bea").await, somebody(&app, "carl").await);
    fill(&app, bea, SKILLS_LIMIT).await;
    for name in ["one-more", "skill-0"] {
        assert_kept_out(put(&app, row(bea, name)).await, "user_skills_per_user_limit");
        let error = store::Error::from(put(&app, row(bea, name)).await.unwrap_err());
        assert!(matches!(error, store::Error::Full), "{error:?}");
    }
    put(&app, row(carl, "skill-0")).await.unwrap();
}

#[tokio::test]
async fn the_names_of_the_table_are_those_of_the_rules() {
    let app = TestApp::new().await;
    let bea = somebody(&app, "bea").await;
    let (seed, mut dice) = dice("the_names_of_the_table_are_those_of_the_rules");
    let letters = ['a', 'z', '0', '9', '-', '-', 'A', '_', 'ä', ' ', '\n', '*', '[', '`', '{', '/', ':'];
    let mut random = |_| {
        let length = dice.random_range(0..5);
        (0..length).map(|_| letters[dice.random_range(0..letters.len())]).collect::<String>()
    };
    let known =
        ["", "a", "a-b", "0-0-0", "a--b", "-a", "a-", "-", "A", "Not_Kebab", "ä", " x ", "a\n", "a.b"];
    let names = known.into_iter().map(str::to_owned).chain((0..300).map(&mut random));
    for name in names {
        let told = format!("ROSTER_TEST_SEED={seed}: {name:?}");
        match put(&app, row(bea, &name)).await {
            Ok(()) => assert!(is_name(&name), "{told} is stored"),
            Err(error) => {
                assert!(!is_name(&name), "{told} is not stored: {error}");
                assert!(error.to_string().contains("user_skills_name_format"), "{told}: {error}");
            }
        }
        user_skills::Entity::delete_many().exec(&app.db).await.unwrap();
    }
}

#[tokio::test]
async fn a_user_has_a_name_once() {
    let app = TestApp::new().await;
    let (bea, carl) = (somebody(&app, "bea").await, somebody(&app, "carl").await);
    put(&app, row(bea, "prune")).await.unwrap();
    assert_taken(put(&app, row(bea, "prune")).await, Unique::SkillName);
    put(&app, row(carl, "prune")).await.unwrap();
    assert_dangling(put(&app, row(rows::id(), "prune")).await);
}

#[tokio::test]
async fn what_is_not_given_has_a_default() {
    let app = TestApp::new().await;
    let bea = somebody(&app, "bea").await;
    let bare = user_skills::ActiveModel {
        id: Set(rows::id()),
        user_id: Set(bea),
        name: Set("prune".to_owned()),
        content: Set(named("prune")),
        ..Default::default()
    };
    put(&app, bare).await.unwrap();
    let stored = user_skills::Entity::find().one(&app.db).await.unwrap().unwrap();
    let now = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now());
    for time in [stored.created_at, stored.updated_at] {
        assert!((now - time).abs() < chrono::TimeDelta::minutes(5), "{stored:?}");
    }
    assert_eq!(stored.description, "");
}

#[tokio::test]
async fn with_a_deleted_user_go_its_skills() {
    let app = TestApp::new().await;
    let (bea, carl) = (somebody(&app, "bea").await, somebody(&app, "carl").await);
    for user in [bea, carl] {
        fill(&app, user, 3).await;
    }
    set_deleted(&app, bea).await;
    assert_eq!((count(&app, bea).await, count(&app, carl).await), (0, 3));
    entity::users::Entity::delete_by_id(carl).exec(&app.db).await.unwrap();
    assert_eq!(count(&app, carl).await, 0);
}

#[tokio::test]
async fn a_deleted_user_gets_no_skill() {
    let app = TestApp::new().await;
    let bea = somebody(&app, "bea").await;
    set_deleted(&app, bea).await;
    // Told before the number of skills and the shape of the name.
    assert_kept_out(put(&app, row(bea, "Not_Kebab")).await, "user_skill_user_deleted");
    assert_dangling(put(&app, row(bea, "prune")).await);
}

/// A row that came to a deleted user by another way is not changed, either.
#[tokio::test]
async fn the_skill_of_a_deleted_user_is_not_changed() {
    let app = TestApp::new().await;
    let (bea, gone) = (somebody(&app, "bea").await, somebody(&app, "gone").await);
    put(&app, row(bea, "prune")).await.unwrap();
    set_deleted(&app, gone).await;
    use user_skills::{Column, Entity};
    let handed_on = Entity::update_many().col_expr(Column::UserId, Expr::value(gone));
    let refused = handed_on.exec(&app.db).await.map(|_| ());
    assert_kept_out(refused, "user_skill_user_deleted");
    assert_eq!(count(&app, bea).await, 1);
}
