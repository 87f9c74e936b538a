//! GET /api/experimental/ai-seats.

use super::*;

#[tokio::test]
async fn who_looks_into_the_system_sees_all_uses_by_username() {
    let (_app, owner, bea, cy) = served().await;
    use_ai(&owner, "cy").await;
    tell(&owner, json!({ "user": "bea", "event_type": "aibridge", "description": "x" })).await.expect(204);
    owner.put_empty("/users/cy/status/suspend").await.expect(200);
    let time = "2026-05-20T00:00:00Z";
    let row = |user: &Actor, kind: &str, what: &str, takes_seat: bool| {
        json!({
            "first_used_at": time, "last_event_description": what, "last_event_type": kind, "last_used_at": time,
            "takes_seat": takes_seat, "updated_at": time, "user_id": user.id, "username": user.username,
        })
    };
    let wanted = json!({
        "count": 2, "taken": 1,
        "seats": [row(&bea, "aibridge", "x", true), row(&cy, "task", "task workspace build succeeded", false)],
    });
    assert_eq!(seats(&owner, "").await.expect(200).json(), wanted);
}

#[tokio::test]
async fn the_list_comes_in_pages() {
    let (_app, owner, bea, cy) = served().await;
    for user in ["bea", "cy", "owner"] {
        use_ai(&owner, user).await;
    }
    let names = async |query: &str| {
        let page = seats(&owner, query).await.expect(200).json();
        let names: Vec<String> = page["seats"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["username"].as_str().unwrap().to_owned())
            .collect();
        (names, page["count"].as_u64().unwrap())
    };
    assert_eq!(names("?limit=1").await, (vec!["bea".to_owned()], 3));
    assert_eq!(names("?limit=1&offset=1").await, (vec!["cy".to_owned()], 3));
    assert_eq!(names(&format!("?limit=5&after_id={}", bea.id)).await.0, ["cy", "owner"]);
    assert_eq!(names(&format!("?after_id={}", cy.id)).await.0, ["owner"]);
    seats(&owner, "?limit=x").await.expect(400);
}

#[tokio::test]
async fn others_are_refused() {
    let (app, owner, bea, _) = served().await;
    let auditor = app.user(&owner, "aud", &["auditor"]).await;
    for caller in [&bea, &auditor] {
        assert_eq!(seats(caller, "").await.expect(403).message(), "Forbidden.");
    }
}
