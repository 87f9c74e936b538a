//! Many at once, and users who are deleted meanwhile.

use std::sync::Arc;

use roster::domain::skills::{self, Keeper};
use roster::domain::{Ctx, Error, Kind, Origin, Visitor, sessions, users};
use roster::model::ids::RequestId;
use roster::model::user::{Person, UserRef};
use roster::rbac::Allowed;

use super::*;

/// The statuses of so many new skills asked for at once, sorted.
async fn created_at_once(client: &Client, wanted: [String; 8]) -> Vec<u16> {
    let asked = wanted.map(|name| {
        let client = client.clone();
        tokio::spawn(async move { post(&client, "me", &named(&name)).await.status })
    });
    let mut statuses = Vec::new();
    for one in asked {
        statuses.push(one.await.unwrap());
    }
    statuses.sort_unstable();
    statuses
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_who_want_the_last_place_one_gets_it() {
    let (app, _, bea) = served().await;
    fill(&app, bea.id, 99).await;
    let wanted = std::array::from_fn(|number| format!("wish-{number}"));
    assert_eq!(created_at_once(&bea, wanted).await, [&[201][..], &[409; 7]].concat());
    assert_eq!((names(&bea).await.len(), audited(&app).await.len()), (100, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_who_want_one_name_one_gets_it() {
    let (app, _, bea) = served().await;
    let wanted = std::array::from_fn(|_| "wish".to_owned());
    assert_eq!(created_at_once(&bea, wanted).await, [&[201][..], &[409; 7]].concat());
    assert_eq!((names(&bea).await, audited(&app).await.len()), (vec!["wish".to_owned()], 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_who_delete_one_succeeds() {
    let (app, _, bea) = served().await;
    post(&bea, "me", &named("prune")).await.expect(201);
    let asked: Vec<_> = (0..8)
        .map(|_| {
            let client = bea.client.clone();
            tokio::spawn(async move { delete(&client, "me", "prune").await.status })
        })
        .collect();
    let mut statuses = Vec::new();
    for one in asked {
        statuses.push(one.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [&[204][..], &[404; 7]].concat());
    assert_eq!(audited(&app).await.iter().filter(|entry| entry.action == "delete").count(), 1);
}

/// However they meet, nobody waits for ever and nothing is left.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_user_is_deleted_while_its_skills_are_written() {
    let (app, owner, _) = served().await;
    for round in 0..6 {
        let one = app.user(&owner, &format!("one-{round}"), &[]).await;
        post(&one, "me", &named("prune")).await.expect(201);
        let leaving = format!("/users/one-{round}");
        let rake = named("rake");
        let prune = named("prune");
        let (changed, made, removed, gone) = tokio::join!(
            patch(&one, "me", "prune", &prune),
            post(&one, "me", &rake),
            delete(&one, "me", "prune"),
            owner.delete(&leaving),
        );
        gone.expect(200);
        assert!([200, 401, 404, 409].contains(&changed.status), "{changed:?}");
        assert!([201, 401, 404, 409].contains(&made.status), "{made:?}");
        assert!([204, 401, 404].contains(&removed.status), "{removed:?}");
        assert_eq!(count(&app, one.id).await, 0);
    }
}

/// Somebody who came in before being deleted.
async fn inside(app: &TestApp, who: &Actor) -> (Ctx, Allowed<Arc<Person>>) {
    let origin = Origin { request: RequestId(Uuid::nil()), ip: None, user_agent: None };
    let visitor = Visitor::new(app.backend.clone(), origin);
    let known = sessions::recognize(&visitor, Some(&who.token)).await.unwrap();
    let ctx = sessions::admit(visitor, known).await.unwrap();
    let person = users::get(&ctx, &UserRef::Me).await.unwrap();
    (ctx, person)
}

#[track_caller]
fn assert_told<T>(outcome: Result<T, Error>, kind: Kind, message: &str) {
    let Err(error) = outcome else { panic!("it succeeded") };
    assert_eq!(error.kind(), kind);
    let (told, detail, _) = error.into_parts();
    assert_eq!(
        (told.as_str(), detail.as_str()),
        (message, "This user has been deleted and cannot be modified.")
    );
}

#[tokio::test]
async fn who_was_deleted_meanwhile_writes_no_skills() {
    let (app, owner, bea) = served().await;
    post(&bea, "me", &named("prune")).await.expect(201);
    let (ctx, person) = inside(&app, &bea).await;
    owner.delete("/users/bea").await.expect(200);
    let keeper = Keeper::from(&ctx);
    let made = skills::create(&keeper, &person, named("rake")).await;
    assert_told(made, Kind::Conflict, "Cannot create skills for deleted users.");
    let changed = skills::update(&keeper, &person, "prune", named("prune")).await;
    assert_told(changed, Kind::Conflict, "Cannot modify skills for deleted users.");
    let gone = skills::delete(&keeper, &person, "prune").await.unwrap_err();
    assert_eq!(gone.kind(), Kind::NotFound);
    assert_eq!(audited(&app).await.len(), 1);
}

/// A site owner, who could not have changed them anyway, learns nothing new.
#[tokio::test]
async fn the_skills_of_who_is_deleted_are_nobodys() {
    let (_app, owner, bea) = served().await;
    post(&bea, "me", &named("prune")).await.expect(201);
    owner.delete("/users/bea").await.expect(200);
    assert_hidden(&list(&owner, "bea").await, "by name");
    assert_eq!(list(&owner, bea.id).await.expect(200).json(), json!([]));
    assert_hidden(&get(&owner, bea.id, "prune").await, "by id");
    assert_hidden(&patch(&owner, bea.id, "prune", &named("prune")).await, "by id");
    assert_forbidden(&post(&owner, bea.id, &named("prune")).await, "by id");
}
