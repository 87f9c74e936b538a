//! The server's own user and service accounts among members (members.md 11).

use serde_json::json;

use super::{NOT_FOUND, PREBUILDS, machine, member, members, page, usernames, with_query};
use crate::support::TestApp;

#[tokio::test]
async fn the_servers_own_user_is_a_hidden_member_from_the_start() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    assert_eq!(usernames(&owner.get(&members("default")).await.expect(200).json()), ["owner"]);
    assert_eq!(page(&owner, &[]).await, (vec!["owner".to_owned()], 1));
    let all =
        owner.get(&with_query(&members("default"), &[("q", "include_system:true")])).await.expect(200).json();
    assert_eq!(usernames(&all), ["owner", "prebuilds"]);
    assert_eq!((&all[1]["user_id"], &all[1]["login_type"]), (&json!(PREBUILDS), &json!("none")));
}

#[tokio::test]
async fn the_servers_own_user_can_neither_be_got_nor_removed() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for name in ["prebuilds", PREBUILDS] {
        assert_eq!(owner.get(&member("default", name)).await.expect(404).message(), NOT_FOUND);
        assert_eq!(owner.delete(&member("default", name)).await.expect(404).message(), NOT_FOUND);
    }
    let all =
        owner.get(&with_query(&members("default"), &[("q", "include_system:true")])).await.expect(200).json();
    assert_eq!(usernames(&all).len(), 2);
}

#[tokio::test]
async fn no_search_finds_the_servers_own_user_in_pages() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for query in ["prebuilds", "name:prebuilds", "login_type:none", "status:active prebuilds"] {
        assert_eq!(page(&owner, &[("q", query)]).await, (Vec::new(), 0), "{query}");
    }
    let path = with_query("/organizations/default/paginated-members", &[("q", "include_system:true")]);
    assert_eq!(owner.get(&path).await.expect(400).validations()[0].0, "include_system");
}

#[tokio::test]
async fn service_accounts_are_in_both_lists() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    machine(&app, &owner, "robot").await;
    let list = owner.get(&members("default")).await.expect(200).json();
    assert_eq!(usernames(&list), ["owner", "robot"]);
    assert_eq!((&list[1]["email"], &list[1]["is_service_account"]), (&json!(""), &json!(true)));
    assert!(list[0].get("is_service_account").is_none());
    assert_eq!(page(&owner, &[]).await.0, ["owner", "robot"]);
}

#[tokio::test]
async fn a_service_account_reads_its_organization() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let robot = machine(&app, &owner, "robot").await;
    robot.get("/organizations/default").await.expect(200);
    robot.get(&member("default", "owner")).await.expect(200);
    assert_eq!(page(&robot, &[]).await.1, 2);
    robot.post_empty(&member("default", "owner")).await.expect(404);
    robot.delete(&member("default", "owner")).await.expect(404);
}
