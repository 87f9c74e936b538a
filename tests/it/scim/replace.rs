//! PUT /scim/v2/Users/{id}.

use super::*;

#[tokio::test]
async fn only_whether_somebody_takes_part_is_replaced() {
    let (app, _, bea, directory) = served().await;
    let mut body = somebody("Bea", "other@example.com", false);
    body["displayName"] = "Other".into();
    body["id"] = json!(bea.id);
    body["meta"] = json!({ "resourceType": "User" });
    let answer = put(&directory, bea.id, body.clone()).await.expect(200);
    assert_eq!((answer.json(), answer.header("content-type")), (shown(&bea, false), MEDIA_TYPE));
    assert_eq!(status(&app, bea.id).await, "suspended");
    body["active"] = true.into();
    assert_eq!(put(&directory, bea.id, body).await.expect(200).json(), shown(&bea, true));
    assert_eq!(status(&app, bea.id).await, "dormant");
    assert_eq!(stored(&app, bea.id).await.email, "bea@example.com");
}

#[tokio::test]
async fn an_active_user_stays_active_without_an_entry() {
    let (app, _, bea, directory) = served().await;
    let before = stored(&app, bea.id).await;
    let answer = put(&directory, bea.id, somebody("bea", "bea@example.com", true)).await.expect(200);
    assert_eq!(answer.json(), shown(&bea, true));
    assert_eq!(stored(&app, bea.id).await, before);
    assert_eq!(entries_of(&app, &answer).await, []);
}

#[tokio::test]
async fn another_username_is_refused() {
    let (app, _, bea, directory) = served().await;
    let text = "The userName of a user is not changed from here.";
    for user_name in ["beatrice", "bea@example.com", ""] {
        let body = somebody(user_name, "bea@example.com", false);
        assert_refused(&put(&directory, bea.id, body).await, 400, "mutability", text);
    }
    let body = json!({ "active": false });
    assert_refused(&put(&directory, bea.id, body).await, 400, "mutability", text);
    assert_eq!(status(&app, bea.id).await, "active");
}

#[tokio::test]
async fn it_is_said_whether_the_user_takes_part() {
    let (_app, _, bea, directory) = served().await;
    let body = json!({ "userName": "bea" });
    let refused = put(&directory, bea.id, body).await;
    assert_refused(&refused, 400, "invalidValue", "The attribute active is required.");
}
