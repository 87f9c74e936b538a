//! Uses that the server itself sees (ai-seats.md 2, case 7).

use chrono::TimeDelta;
use roster::domain::Visitor;
use roster::domain::ai_seats::{Reason, SeatTracker};
use roster::model::clock::Clock;
use roster::model::ids::UserId;
use sea_orm::ConnectionTrait;

use super::*;

const INTERCEPTED: Reason<'_> = Reason::Interception { provider: "anthropic", model: "claude" };

fn tracker(app: &TestApp) -> SeatTracker {
    SeatTracker::new(Visitor::itself(&app.backend))
}

#[tokio::test]
async fn what_was_used_is_told_in_the_words_of_the_contract() {
    let (app, _, bea, cy) = served().await;
    tracker(&app).record(UserId(bea.id), INTERCEPTED).await;
    tracker(&app).record(UserId(cy.id), Reason::TaskStarted).await;
    let told = [stored(&app, bea.id).await.unwrap(), stored(&app, cy.id).await.unwrap()];
    let told = told.map(|row| (row.last_event_type, row.last_event_description));
    let wanted =
        [("aibridge", "provider=anthropic, model=claude"), ("task", "task workspace build succeeded")];
    assert_eq!(told, wanted.map(|(kind, what)| (kind.to_owned(), what.to_owned())));
    let entry = audited(&app, bea.id).await.remove(0);
    assert_eq!((entry.request_id, entry.ip, entry.user_agent), (Uuid::nil(), None, None));
    assert_eq!((entry.user_id, entry.status_code), (bea.id, 200));
}

#[tokio::test]
async fn two_uses_within_six_hours_are_one_write() {
    let (app, _, bea, _) = served().await;
    tracker(&app).record(UserId(bea.id), INTERCEPTED).await;
    let first = stored(&app, bea.id).await;
    app.clock.advance(TimeDelta::hours(6) - TimeDelta::microseconds(1));
    tracker(&app).record(UserId(bea.id), Reason::TaskStarted).await;
    assert_eq!(stored(&app, bea.id).await, first);
    app.clock.advance(TimeDelta::microseconds(1));
    tracker(&app).record(UserId(bea.id), Reason::TaskStarted).await;
    assert_eq!(stored(&app, bea.id).await.unwrap().last_used_at, app.clock.now());
    assert_eq!(audited(&app, bea.id).await.len(), 1);
}

#[tokio::test]
async fn a_write_that_fails_is_tried_again_after_half_an_hour_and_not_before() {
    let (app, owner, bea, _) = served().await;
    app.db.execute_unprepared("ALTER TABLE ai_seat_state RENAME TO lost").await.unwrap();
    tracker(&app).record(UserId(bea.id), INTERCEPTED).await;
    app.db.execute_unprepared("ALTER TABLE lost RENAME TO ai_seat_state").await.unwrap();
    app.clock.advance(TimeDelta::minutes(30) - TimeDelta::microseconds(1));
    tracker(&app).record(UserId(bea.id), INTERCEPTED).await;
    assert_eq!(stored(&app, bea.id).await, None);
    // Who tells of a first use is not held up.
    use_ai(&owner, "cy").await;
    app.clock.advance(TimeDelta::microseconds(1));
    tracker(&app).record(UserId(bea.id), INTERCEPTED).await;
    assert_eq!(stored(&app, bea.id).await.unwrap().first_used_at, app.clock.now());
}

#[tokio::test]
async fn a_first_use_that_is_told_of_is_written_after_a_failure_too() {
    let (app, owner, bea, _) = served().await;
    app.db.execute_unprepared("ALTER TABLE ai_seat_state RENAME TO lost").await.unwrap();
    let body = json!({ "user": "bea", "event_type": "task" });
    tell(&owner, body.clone()).await.expect(500);
    app.db.execute_unprepared("ALTER TABLE lost RENAME TO ai_seat_state").await.unwrap();
    tell(&owner, body).await.expect(204);
    assert!(stored(&app, bea.id).await.is_some());
}

#[tokio::test]
async fn nobody_who_is_unknown_makes_the_server_fail() {
    let (app, ..) = served().await;
    tracker(&app).record(UserId(Uuid::nil()), INTERCEPTED).await;
    assert_eq!(stored(&app, Uuid::nil()).await, None);
}
