//! GET /insights/user-status-counts.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::support::{Actor, TestApp};

const PATH: &str = "/insights/user-status-counts";

/// The last days of each status: when they began, and how many had the status when they ended.
async fn last_days(caller: &Actor, query: &str, days: usize) -> Vec<(String, [i64; 3])> {
    let told = caller.get(&format!("{PATH}{query}")).await.expect(200).json();
    let counts = |status: &str| told["status_counts"][status].as_array().unwrap().clone();
    let all = ["active", "dormant", "suspended"].map(counts);
    assert!(all.iter().all(|days| days.len() == 61), "{told}");
    let day = |at: usize| {
        let date = all[0][at]["date"].as_str().unwrap().to_owned();
        assert!(all.iter().all(|days| days[at]["date"] == date), "{told}");
        (date, [0, 1, 2].map(|status| all[status][at]["count"].as_i64().unwrap()))
    };
    (61 - days..61).map(day).collect()
}

fn wanted(days: &[(&str, [i64; 3])]) -> Vec<(String, [i64; 3])> {
    days.iter().map(|(date, counts)| ((*date).to_owned(), *counts)).collect()
}

/// The owner and others, whose states change day by day.
async fn history() -> (TestApp, Actor) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for name in ["bea", "cy", "dee"] {
        app.user(&owner, name, &[]).await;
    }
    app.user_from(&owner, serde_json::json!({ "username": "eve", "user_status": "dormant" })).await;
    app.clock.advance(TimeDelta::hours(25));
    let owner = app.actor(owner.id, "owner", &owner.email, app.mint(owner.id, Default::default()).await);
    // There and back on one day, and there.
    for (name, verb) in [("bea", "suspend"), ("bea", "activate"), ("cy", "suspend"), ("eve", "activate")] {
        owner.put_empty(&format!("/users/{name}/status/{verb}")).await.expect(200);
    }
    app.clock.advance(TimeDelta::hours(24));
    let owner = app.actor(owner.id, "owner", &owner.email, app.mint(owner.id, Default::default()).await);
    owner.delete("/users/cy").await.expect(200);
    owner.delete("/users/dee").await.expect(200);
    (app, owner)
}

#[tokio::test]
async fn each_day_tells_how_many_had_each_status_when_it_ended() {
    let (_app, owner) = history().await;
    let days = [
        ("2026-05-19T00:00:00Z", [0, 0, 0]),
        ("2026-05-20T00:00:00Z", [4, 1, 0]),
        ("2026-05-21T00:00:00Z", [4, 0, 1]),
        ("2026-05-22T00:00:00Z", [3, 0, 0]),
    ];
    assert_eq!(last_days(&owner, "", 4).await, wanted(&days));
}

#[tokio::test]
async fn days_are_those_of_the_zone_that_is_asked_for() {
    let (_app, owner) = history().await;
    // What happened at one o'clock in Greenwich was on the day before in the west.
    let days = [
        ("2026-05-19T02:00:00Z", [4, 1, 0]),
        ("2026-05-20T02:00:00Z", [4, 0, 1]),
        ("2026-05-21T02:00:00Z", [3, 0, 0]),
    ];
    assert_eq!(last_days(&owner, "?tz_offset=-2", 3).await, wanted(&days));
    let days = [("2026-05-20T02:30:00Z", [4, 0, 1]), ("2026-05-21T02:30:00Z", [3, 0, 0])];
    assert_eq!(last_days(&owner, "?timezone=America/St_Johns&tz_offset=5", 2).await, wanted(&days));
}

#[tokio::test]
async fn what_is_older_than_sixty_days_counts_and_is_not_told_of() {
    let (app, owner) = history().await;
    app.clock.advance(TimeDelta::days(61));
    let owner = app.actor(owner.id, "owner", &owner.email, app.mint(owner.id, Default::default()).await);
    let days = last_days(&owner, "", 61).await;
    assert_eq!(days[0], ("2026-05-23T00:00:00Z".to_owned(), [3, 0, 0]));
    assert!(days.iter().all(|(_, counts)| *counts == [3, 0, 0]), "{days:?}");
    let began: Vec<DateTime<Utc>> = days.iter().map(|(date, _)| date.parse().unwrap()).collect();
    assert!(began.windows(2).all(|two| two[1] - two[0] == TimeDelta::days(1)));
}

#[tokio::test]
async fn zones_that_are_none_are_refused() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for hours in ["15", "-13", "1.5", "east"] {
        let refused =
            owner.get(&format!("{PATH}?timezone=Europe/Nowhere&tz_offset={hours}")).await.expect(400);
        assert_eq!(refused.message(), "Query parameters have invalid values.");
        let why = "Query param \"tz_offset\" must be a number of hours from -12 to 14";
        assert_eq!(refused.validations(), [("tz_offset".to_owned(), why.to_owned())], "{hours}");
    }
    let refused = owner.get(&format!("{PATH}?timezone=Europe/Nowhere")).await.expect(400);
    assert_eq!(refused.message(), "Unknown time zone.");
    let why = "\"Europe/Nowhere\" is no IANA time zone";
    assert_eq!(refused.validations(), [("timezone".to_owned(), why.to_owned())]);
    let twice = owner.get(&format!("{PATH}?tz_offset=1&tz_offset=2")).await.expect(400);
    assert_eq!(twice.validations()[0].0, "tz_offset");
    owner.get(&format!("{PATH}?timezone=&tz_offset=")).await.expect(200);
}

#[tokio::test]
async fn those_see_it_who_see_how_the_deployment_is_used() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let auditor = app.user(&owner, "aud", &["auditor"]).await;
    let member = app.user(&owner, "bea", &[]).await;
    let told: Value = auditor.get(PATH).await.expect(200).json();
    assert!(told["status_counts"].is_object());
    assert_eq!(member.get(PATH).await.expect(403).message(), "Forbidden.");
    // Whoever may not see it is not told what is wrong with the question.
    member.get(&format!("{PATH}?tz_offset=x")).await.expect(403);
    app.client().get(PATH).await.expect(401);
}
