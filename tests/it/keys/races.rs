//! Many at once (case 18), and keys that end while they are used.

use roster::domain::{Kind, Origin, Visitor, keys, sessions, users};
use roster::model::ids::RequestId;
use roster::model::user::UserRef;
use serde_json::json;
use uuid::Uuid;

use super::{ask, id, listed, names, served, token};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_who_want_one_name_one_gets_it() {
    let (_app, _, bea) = served().await;
    let wishes: Vec<_> = (0..20)
        .map(|_| {
            let client = bea.client.clone();
            tokio::spawn(async move { ask(&client, "me", json!({ "token_name": "one" })).await.status })
        })
        .collect();
    let mut statuses = Vec::new();
    for wish in wishes {
        statuses.push(wish.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [&[201][..], &[409; 19]].concat());
    assert_eq!(names(&listed(&bea, "").await), ["one"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_nameless_tokens_have_twenty_names() {
    let (_app, _, bea) = served().await;
    let wishes: Vec<_> = (0..20)
        .map(|_| {
            let client = bea.client.clone();
            tokio::spawn(async move { ask(&client, "me", json!({})).await.status })
        })
        .collect();
    for wish in wishes {
        assert_eq!(wish.await.unwrap(), 201);
    }
    let list = listed(&bea, "").await;
    let mut all = names(&list);
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 20);
}

/// However the two meet: what was made by a key that was taken back was made before.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_key_that_is_taken_back_makes_no_other() {
    let (_app, owner, bea) = served().await;
    for _ in 0..8 {
        let thief = bea.with_token(&token(&bea, "me", json!({})).await);
        let stolen = listed(&bea, "").await.last().unwrap()["id"].as_str().unwrap().to_owned();
        let path = format!("/users/me/keys/{stolen}");
        let (made, gone) = tokio::join!(ask(&thief, "me", json!({})), owner.delete(&path));
        gone.expect(204);
        assert!([201, 401].contains(&made.status), "{made:?}");
        ask(&thief, "me", json!({})).await.expect(401);
        if made.status == 201 {
            let key = made.json()["key"].as_str().unwrap().to_owned();
            owner.delete(&format!("/users/me/keys/{}", id(&key))).await.expect(204);
        }
    }
}

/// Let in while the key was good, and come to its turn after that.
#[tokio::test]
async fn what_was_taken_back_since_the_request_came_makes_no_key_and_ends_none() {
    let (app, owner, bea) = served().await;
    let origin = Origin { request: RequestId(Uuid::nil()), ip: None, user_agent: None };
    let visitor = Visitor::new(app.backend.clone(), origin);
    let stolen = token(&bea, "me", json!({})).await;
    let known = sessions::recognize(&visitor, Some(&stolen)).await.unwrap();
    let ctx = sessions::admit(visitor, known).await.unwrap();
    let me = users::get(&ctx, &UserRef::Me).await.unwrap();
    keys::create(&ctx, &me).await.unwrap();
    owner.delete(&format!("/users/bea/keys/{}", id(&stolen))).await.expect(204);
    let session = keys::create(&ctx, &me).await.unwrap_err();
    let named = keys::create_token(&ctx, &me, keys::Request::default()).await.unwrap_err();
    let other = roster::model::ids::KeyId(id(&bea.token).to_owned());
    let ended = keys::delete(&ctx, &other).await.unwrap_err();
    assert_eq!([session.kind(), named.kind(), ended.kind()], [Kind::Unauthenticated; 3]);
    bea.get("/users/me").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_deletes_a_key() {
    let (_app, owner, bea) = served().await;
    let path = format!("/users/bea/keys/{}", id(&token(&bea, "me", json!({})).await));
    let tries: Vec<_> = (0..8)
        .map(|_| {
            let (client, path) = (owner.client.clone(), path.clone());
            tokio::spawn(async move { client.delete(&path).await.status })
        })
        .collect();
    let mut statuses = Vec::new();
    for one in tries {
        statuses.push(one.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [&[204][..], &[404; 7]].concat());
}
