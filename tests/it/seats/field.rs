//! `has_ai_seat` in every answer that has it (ai-seats.md 1, cases 1 to 4, 8 and 14).

use roster::domain::Feature;

use super::*;
use crate::auth::replicas::{hearing, there_is_one_process};
use crate::process::until;
use crate::support::{environment, uuid, without};

/// Every operation that answers with a user or a member, asked about `bea`: its name, and what it says of the seat.
async fn everywhere(app: &TestApp, owner: &Actor, bea: &Actor) -> Vec<(&'static str, Value)> {
    let members = "/organizations/default/members";
    let id = bea.id.to_string();
    let of = |list: &Value| {
        list.as_array().unwrap().iter().find(|one| one.to_string().contains(&id)).cloned().unwrap()
    };
    let get = async |path: &str| owner.get(path).await.expect(200).json();
    let profile = json!({ "username": "bea", "name": "Bea" });
    let answers = vec![
        ("get-users", of(&get("/users").await["users"])),
        ("get-users with a filter", of(&get("/users?q=bea").await["users"])),
        ("get-user-by-name", get("/users/bea").await),
        ("me", bea.get("/users/me").await.expect(200).json()),
        ("get-user-roles", get("/users/bea/roles").await),
        ("update-user-profile", owner.put("/users/bea/profile", profile).await.expect(200).json()),
        (
            "assign-role-to-user",
            owner.put("/users/bea/roles", json!({ "roles": [] })).await.expect(200).json(),
        ),
        ("activate-user-account", owner.put_empty("/users/bea/status/activate").await.expect(200).json()),
        ("list-organization-members", of(&get(members).await)),
        (
            "paginated-organization-members",
            of(&get("/organizations/default/paginated-members").await[0]["members"]),
        ),
        ("get-organization-member", get(&format!("{members}/bea")).await),
    ];
    assert_eq!(app.organization, uuid(&get("/organizations/default").await["id"]));
    answers.into_iter().map(|(name, answer)| (name, answer["has_ai_seat"].clone())).collect()
}

fn all_say(answers: &[(&'static str, Value)], wanted: bool) {
    let others: Vec<_> = answers.iter().filter(|(_, seat)| *seat != json!(wanted)).collect();
    assert!(others.is_empty(), "not {wanted}: {others:?}");
}

#[tokio::test]
async fn every_answer_says_whether_a_user_takes_a_seat() {
    let (app, owner, bea, _) = served().await;
    all_say(&everywhere(&app, &owner, &bea).await, false);
    use_ai(&owner, "bea").await;
    all_say(&everywhere(&app, &owner, &bea).await, true);
    let cy = owner.get("/users/cy").await.expect(200).json();
    assert_eq!(cy["has_ai_seat"], false);
}

#[tokio::test]
async fn a_new_user_says_that_it_takes_none() {
    let (app, owner, ..) = served().await;
    let body = json!({ "username": "dee", "login_type": "none", "email": "dee@example.com", "organization_ids": [app.organization] });
    assert_eq!(owner.post("/users", body).await.expect(201).json()["has_ai_seat"], false);
}

#[tokio::test]
async fn nobody_takes_a_seat_where_the_feature_is_switched_off() {
    let app = TestApp::with(without(Feature::AiGovernanceUserLimit)).await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    use_ai(&owner, "bea").await;
    assert!(stored(&app, bea.id).await.is_some());
    all_say(&everywhere(&app, &owner, &bea).await, false);
}

#[tokio::test]
async fn the_suspended_and_the_dormant_take_no_seat_until_they_are_back() {
    let (app, owner, bea, _) = served().await;
    use_ai(&owner, "bea").await;
    let first = stored(&app, bea.id).await.unwrap();
    assert_eq!(taken(&owner).await, 1);
    let suspended = owner.put_empty("/users/bea/status/suspend").await.expect(200).json();
    assert_eq!((&suspended["has_ai_seat"], taken(&owner).await), (&json!(false), json!(0)));
    assert_eq!(owner.get("/users/bea").await.expect(200).json()["has_ai_seat"], false);
    let back = owner.put_empty("/users/bea/status/activate").await.expect(200).json();
    assert_eq!((&back["has_ai_seat"], taken(&owner).await), (&json!(true), json!(1)));
    assert_eq!(stored(&app, bea.id).await.unwrap(), first);
    assert_eq!(audited(&app, bea.id).await.len(), 1);
}

#[tokio::test]
async fn who_becomes_dormant_frees_a_seat_and_takes_it_again_awake() {
    let (app, owner, bea, _) = served().await;
    use_ai(&owner, "bea").await;
    app.clock.advance(chrono::TimeDelta::days(100));
    let owner = app.actor(owner.id, "owner", &owner.email, app.mint(owner.id, Default::default()).await);
    let token = app.mint(bea.id, Default::default()).await;
    owner.get("/users/me").await.expect(200);
    roster::app::flush(&app.backend).await;
    roster::domain::dormancy::run(&app.backend).await.unwrap();
    let asleep = owner.get("/users/bea").await.expect(200).json();
    assert_eq!((&asleep["status"], &asleep["has_ai_seat"]), (&json!("dormant"), &json!(false)));
    assert_eq!(taken(&owner).await, 0);
    let awake = app.client().with_token(&token).get("/users/me").await.expect(200).json();
    assert_eq!((&awake["status"], &awake["has_ai_seat"]), (&json!("active"), &json!(true)));
    assert_eq!(taken(&owner).await, 1);
}

#[tokio::test]
async fn uses_of_those_who_do_not_take_part_make_no_seat() {
    let (app, owner, ..) = served().await;
    let asked = json!({ "username": "dora", "user_status": "dormant" });
    let dora = app.user_from(&owner, asked).await;
    owner.put_empty("/users/bea/status/suspend").await.expect(200);
    for user in ["dora", "bea"] {
        use_ai(&owner, user).await;
    }
    assert!(stored(&app, dora.id).await.is_some());
    let told = seats(&owner, "").await.expect(200).json();
    assert_eq!((&told["count"], &told["taken"]), (&json!(2), &json!(0)));
}

#[tokio::test]
async fn the_deleted_and_the_servers_own_user_are_not_counted() {
    let (app, owner, bea, _) = served().await;
    use_ai(&owner, "bea").await;
    put(&app, "c42fdf75-3097-471c-8c33-fb52454d81c0".parse().unwrap()).await;
    owner.delete("/users/bea").await.expect(200);
    assert!(stored(&app, bea.id).await.is_some());
    assert_eq!(taken(&owner).await, 0);
    let gone = owner.get(&format!("/users/{}", bea.id)).await.expect(200).json();
    assert_eq!(gone["has_ai_seat"], false);
}

/// What was looked up is remembered, and what is written beside the server is then not noticed: that tells who was asked about.
#[tokio::test]
async fn a_page_asks_about_those_who_are_on_it_and_nobody_else() {
    let (app, owner, bea, cy) = served().await;
    if environment::postgres_url().is_some() {
        hearing(&app, 1).await;
    }
    let on_page = async |query: &str, user: &Actor| {
        let page = owner.get(&format!("/users?{query}")).await.expect(200).json();
        let of = page["users"].as_array().unwrap().iter().find(|one| one["id"] == user.id.to_string());
        of.unwrap()["has_ai_seat"].clone()
    };
    assert_eq!(on_page("limit=1", &bea).await, false);
    put(&app, bea.id).await;
    put(&app, cy.id).await;
    assert_eq!(on_page("limit=1", &bea).await, false, "bea was asked about again");
    assert_eq!(on_page("limit=1&offset=1", &cy).await, true, "cy was asked about before");
    assert_eq!(
        owner.get("/users/bea").await.expect(200).json()["has_ai_seat"],
        false,
        "a warm read asks again"
    );
    // Whatever the server itself changes of somebody makes it look again.
    owner.put_empty("/users/bea/status/activate").await.expect(200);
    assert_eq!(on_page("limit=1", &bea).await, true);
}

#[tokio::test]
async fn other_replicas_know_soon_of_a_seat() {
    let (app, owner, ..) = served().await;
    if there_is_one_process("what replicas remember of seats") {
        return;
    }
    let (base, _backend, _stop) = app.replica().await;
    hearing(&app, 2).await;
    let there = Client::new(&base).with_token(&owner.token);
    let seat = async || there.get("/users/bea").await.expect(200).json()["has_ai_seat"] == true;
    assert!(!seat().await);
    use_ai(&owner, "bea").await;
    until("the seat", seat).await;
}
