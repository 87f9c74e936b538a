//! POST /api/experimental/ai-seats/usage (cases 5, 6 and 15).

use chrono::TimeDelta;
use roster::model::clock::Clock;

use super::*;

#[tokio::test]
async fn the_owner_notes_a_use_and_others_do_not() {
    let (app, owner, bea, _) = served().await;
    let body = json!({ "user": "bea", "event_type": "aibridge" });
    for role in ["user-admin", "auditor", "template-admin"] {
        let caller = app.user(&owner, &format!("a-{role}"), &[role]).await;
        assert_eq!(tell(&caller, body.clone()).await.expect(403).message(), "Forbidden.");
    }
    assert_eq!(tell(&bea, body.clone()).await.expect(403).message(), "Forbidden.");
    assert_eq!(stored(&app, bea.id).await, None);
    tell(&owner, body).await.expect(204);
    assert_eq!(owner.get("/users/bea").await.expect(200).json()["has_ai_seat"], true);
}

#[tokio::test]
async fn the_right_is_asked_for_before_the_body_is_judged() {
    let (_app, _, bea, _) = served().await;
    let request = bea.request(Method::POST, USAGE).body("nonsense");
    bea.finish(request).await.expect(403);
}

#[tokio::test]
async fn a_key_that_may_less_notes_nothing() {
    let (app, owner, ..) = served().await;
    let mint = crate::support::Mint { scopes: vec!["user:read"], ..Default::default() };
    let narrow = app.client().with_token(&app.mint(owner.id, mint).await);
    tell(&narrow, json!({ "user": "bea", "event_type": "task" })).await.expect(403);
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once() {
    let (_app, owner, ..) = served().await;
    let long = "x".repeat(1025);
    let body = json!({ "event_type": "guessing", "description": long, "time": "yesterday" });
    let refused = tell(&owner, body).await.expect(400);
    assert_eq!(refused.message(), "Validation failed.");
    let wanted = [
        ("user", "Validation failed for tag \"required\" with value: \"\""),
        ("event_type", "\"guessing\" is not one of aibridge, task"),
        ("description", "a description has at most 1024 bytes and no zero byte"),
        ("time", "must be a time as in 2006-01-02T15:04:05Z"),
    ];
    let wanted = wanted.map(|(field, why)| (field.to_owned(), why.to_owned()));
    assert_eq!(refused.validations(), wanted);
    let future = json!({ "user": "bea", "event_type": "task", "time": "2026-05-20T00:00:01Z" });
    let refused = tell(&owner, future).await.expect(400);
    assert_eq!(refused.validations(), [("time".to_owned(), "must not be in the future".to_owned())]);
}

#[tokio::test]
async fn an_unknown_user_uses_nothing() {
    let (_app, owner, bea, _) = served().await;
    owner.delete("/users/bea").await.expect(200);
    for user in ["nobody".to_owned(), Uuid::nil().to_string(), bea.id.to_string(), "bea".to_owned()] {
        tell(&owner, json!({ "user": user, "event_type": "task" })).await.expect(404);
    }
}

#[tokio::test]
async fn the_first_use_is_stored_and_told_to_the_audit_log() {
    let (app, owner, bea, _) = served().await;
    let request = owner.request(Method::POST, USAGE).header("User-Agent", "feeder/1");
    let body = json!({ "user": bea.id, "event_type": "aibridge", "description": "provider=p, model=m", "time": "2026-05-19T23:00:00.1234567+00:00" });
    let answer = owner.finish(request.body(body.to_string())).await.expect(204);
    let used: chrono::DateTime<chrono::Utc> = "2026-05-19T23:00:00.123456Z".parse().unwrap();
    let wanted = ai_seat_state::Model {
        user_id: bea.id,
        first_used_at: used,
        last_used_at: used,
        updated_at: app.clock.now(),
        last_event_type: "aibridge".to_owned(),
        last_event_description: "provider=p, model=m".to_owned(),
    };
    assert_eq!(stored(&app, bea.id).await, Some(wanted));
    let entries = audited(&app, bea.id).await;
    assert_eq!(entries.len(), 1, "{entries:#?}");
    let entry = &entries[0];
    assert_eq!((entry.action.as_str(), entry.resource_target.as_str()), ("create", "AI Seat"));
    assert_eq!((entry.user_id, entry.organization_id, entry.status_code), (bea.id, Uuid::nil(), 200));
    assert_eq!((entry.ip.as_deref(), entry.user_agent.as_deref()), (Some("127.0.0.1"), Some("feeder/1")));
    assert_eq!(entry.request_id.to_string(), answer.header("x-request-id"));
}

#[tokio::test]
async fn later_uses_change_all_but_the_first_time() {
    let (app, owner, bea, _) = served().await;
    tell(&owner, json!({ "user": "bea", "event_type": "aibridge" })).await.expect(204);
    let first = stored(&app, bea.id).await.unwrap();
    app.clock.advance(TimeDelta::hours(6));
    use_ai(&owner, "bea").await;
    let second = stored(&app, bea.id).await.unwrap();
    let wanted = ai_seat_state::Model {
        last_used_at: app.clock.now(),
        updated_at: app.clock.now(),
        last_event_type: "task".to_owned(),
        last_event_description: "task workspace build succeeded".to_owned(),
        ..first
    };
    assert_eq!(second, wanted);
    assert_eq!(audited(&app, bea.id).await.len(), 1);
}

#[tokio::test]
async fn a_use_that_is_told_of_late_does_not_move_the_last_one_back() {
    let (app, owner, bea, _) = served().await;
    use_ai(&owner, "bea").await;
    let first = stored(&app, bea.id).await.unwrap();
    app.clock.advance(TimeDelta::hours(6));
    let late = json!({ "user": "bea", "event_type": "aibridge", "time": "2026-05-19T00:00:00Z" });
    tell(&owner, late).await.expect(204);
    let second = stored(&app, bea.id).await.unwrap();
    assert_eq!((second.first_used_at, second.last_used_at), (first.first_used_at, first.last_used_at));
    assert_eq!((second.last_event_type.as_str(), second.updated_at), ("aibridge", app.clock.now()));
}

#[tokio::test]
async fn of_many_uses_within_six_hours_one_is_written() {
    let (app, owner, bea, cy) = served().await;
    use_ai(&owner, "bea").await;
    let first = stored(&app, bea.id).await;
    app.clock.advance(TimeDelta::hours(6) - TimeDelta::seconds(1));
    let owner = app.actor(owner.id, "owner", &owner.email, app.mint(owner.id, Default::default()).await);
    use_ai(&owner, "bea").await;
    assert_eq!(stored(&app, bea.id).await, first);
    // Each user has a pace of its own.
    use_ai(&owner, "cy").await;
    assert_eq!(stored(&app, cy.id).await.unwrap().first_used_at, app.clock.now());
    app.clock.advance(TimeDelta::seconds(1));
    use_ai(&owner, "bea").await;
    assert_eq!(stored(&app, bea.id).await.unwrap().last_used_at, app.clock.now());
}

#[tokio::test]
async fn of_first_uses_at_once_one_is_the_first() {
    let (app, owner, bea, _) = served().await;
    let body = json!({ "user": "bea", "event_type": "task" });
    let all = (0..8).map(|_| tell(&owner, body.clone()));
    for reply in futures_util::future::join_all(all).await {
        reply.expect(204);
    }
    assert!(stored(&app, bea.id).await.is_some());
    assert_eq!(audited(&app, bea.id).await.len(), 1);
}
