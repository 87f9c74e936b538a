//! The main job, end to end.

use crate::support::TestApp;

#[tokio::test]
async fn an_owner_lists_users() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "Bea", &[]).await;
    let list = owner.get("/users").await.expect(200).json();
    assert_eq!(list["count"], 2);
    assert_eq!(list["users"][0]["username"], "Bea");
}

#[tokio::test]
async fn a_member_sees_itself() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let member = app.user(&owner, "bea", &[]).await;
    let list = member.get("/users").await.expect(200).json();
    assert_eq!((&list["count"], &list["users"][0]["username"]), (&1.into(), &"bea".into()));
    member.get("/users/owner").await.expect(404);
}
