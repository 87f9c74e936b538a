//! When what is stored of uses cannot be read (case 9): nothing that is read fails for it.

use sea_orm::ConnectionTrait;

use super::*;

#[tokio::test]
async fn reads_say_that_nobody_takes_a_seat_when_that_cannot_be_read() {
    let (app, owner, ..) = served().await;
    use_ai(&owner, "bea").await;
    app.db.execute_unprepared("ALTER TABLE ai_seat_state RENAME TO lost").await.unwrap();
    let lists = [
        "/users",
        "/users?limit=2",
        "/organizations/default/members",
        "/organizations/default/paginated-members",
    ];
    let single = ["/users/bea", "/users/bea/roles", "/organizations/default/members/bea", "/users/me"];
    for path in lists.into_iter().chain(single) {
        let answer = owner.get(path).await.expect(200);
        assert!(answer.text.contains("\"has_ai_seat\":false"), "{path}: {}", answer.text);
        assert!(!answer.text.contains("\"has_ai_seat\":true"), "{path}: {}", answer.text);
    }
    owner.put_empty("/users/bea/status/suspend").await.expect(200);
    app.client().get("/entitlements").await.expect(200);
}
