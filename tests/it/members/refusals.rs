//! What every operation here refuses: callers without a key, and methods that it does not have.

use reqwest::Method;

use super::{member, members, paginated};
use crate::support::TestApp;

/// Every operation, by method and path.
fn operations() -> Vec<(Method, String)> {
    let reads = ["/organizations".to_owned(), "/organizations/default".to_owned()].into_iter();
    let reads = reads.chain([members("default"), member("default", "me"), paginated("default")]);
    let reads = reads.map(|path| (Method::GET, path));
    reads.chain([Method::POST, Method::DELETE].map(|method| (method, member("default", "owner")))).collect()
}

#[tokio::test]
async fn without_a_key_nothing_is_answered() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for (method, path) in operations() {
        let refused = app.client().send(method.clone(), &path, None).await.expect(401);
        assert!(refused.header("www-authenticate").starts_with("Bearer"), "{method} {path}");
    }
    owner.get(&member("default", "me")).await.expect(200);
}

#[tokio::test]
async fn a_key_is_asked_for_before_anything_is_looked_up() {
    let app = TestApp::new().await;
    app.owner().await;
    let nowhere = app.client().get(&members("nowhere")).await.expect(401);
    let here = app.client().get(&members("default")).await.expect(401);
    assert_eq!(nowhere.text, here.text);
    app.client().get(&format!("{}?limit=x", paginated("default"))).await.expect(401);
}

#[tokio::test]
async fn other_methods_are_refused_with_those_there_are() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for (path, allowed) in [
        (members("default"), "GET, HEAD"),
        (paginated("default"), "GET, HEAD"),
        (member("default", "me"), "DELETE, GET, HEAD, POST"),
    ] {
        let refused = owner.send(Method::PATCH, &path, None).await.expect(405);
        assert_eq!(refused.header("allow"), allowed, "{path}");
    }
}

#[tokio::test]
async fn head_answers_like_get_without_a_body() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for path in [members("default"), paginated("default"), member("default", "me")] {
        let head = owner.send(Method::HEAD, &path, None).await.expect(200);
        assert_eq!(head.text, "", "{path}");
    }
    let head = owner.send(Method::HEAD, &member("default", "nobody"), None).await.expect(404);
    assert_eq!(head.text, "");
}
