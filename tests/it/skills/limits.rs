//! How many skills a user may have.

use super::*;

const FULL: &str = "Personal skill limit reached.";
const FULL_DETAIL: &str = "Each user can have at most 100 personal skills.";

#[tokio::test]
async fn a_user_has_at_most_a_hundred() {
    let (app, owner, bea) = served().await;
    for number in 0..100 {
        post(&bea, "me", &named(&format!("skill-{number}"))).await.expect(201);
    }
    // The limit is told before the name.
    for name in ["one-more", "skill-0"] {
        assert_refused(&post(&bea, "me", &named(name)).await, 409, FULL, FULL_DETAIL);
    }
    assert_eq!((names(&bea).await.len(), audited(&app).await.len()), (100, 100));
    patch(&bea, "me", "skill-7", &with_lines("name: skill-7")).await.expect(200);
    post(&owner, "me", &named("one-more")).await.expect(201);
    delete(&bea, "me", "skill-7").await.expect(204);
    post(&bea, "me", &named("one-more")).await.expect(201);
    assert_refused(&post(&bea, "me", &named("skill-7")).await, 409, FULL, FULL_DETAIL);
}

/// What is wrong with a text, and who may not write, is told before the limit.
#[tokio::test]
async fn the_limit_is_looked_at_last() {
    let (app, owner, bea) = served().await;
    fill(&app, bea.id, 100).await;
    post(&bea, "me", "").await.expect(400);
    assert_forbidden(&post(&owner, "bea", &named("one-more")).await, "owner");
}
