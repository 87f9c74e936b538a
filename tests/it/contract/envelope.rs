//! What the framework refuses by itself looks like every other failure.

use std::collections::{BTreeSet, HashSet};

use reqwest::Method;
use uuid::Uuid;

use super::walk::{operations, paths};
use super::world::{World, able, call};
use crate::support::{Client, Reply, TestApp};

/// Fails unless this is the envelope of a failure with everything that comes with it.
#[track_caller]
pub fn assert_envelope(reply: &Reply, status: u16) {
    assert_eq!(reply.status, status, "{reply:?}");
    let of_scim = reply.header("content-type") == "application/scim+json";
    let plain = reply.header("content-type") == "application/json; charset=utf-8";
    assert!(plain || of_scim, "{reply:?}");
    assert_standing_headers(reply);
    let body = reply.json();
    let members = body.as_object().unwrap();
    assert!(!reply.message().is_empty(), "{reply:?}");
    let known = ["message", "detail", "validations"];
    let of_scim = if of_scim { &["schemas", "scimType", "status"][..] } else { &[] };
    assert!(members.keys().all(|key| known.iter().chain(of_scim).any(|known| known == key)), "{reply:?}");
    assert!(reply.text.ends_with('\n'), "{reply:?}");
}

#[track_caller]
fn assert_standing_headers(reply: &Reply) {
    assert_eq!(reply.header("x-coder-build-version"), "v2.34.0", "{reply:?}");
    assert_eq!(reply.header("x-content-type-options"), "nosniff", "{reply:?}");
    assert!(Uuid::try_parse(reply.header("x-request-id")).is_ok(), "{reply:?}");
}

async fn ask(client: &Client, method: Method, path: &str) -> Reply {
    client.finish(client.request(method, path)).await
}

#[tokio::test]
async fn unknown_paths_are_answered_with_the_envelope() {
    let app = TestApp::new().await;
    let client = app.client();
    let inside =
        ["/api", "/api/", "/api/v2", "/api/v2/", "/api/v1/users", "/api/v2/nothing", "/api/v2/users/a/b/c"];
    let outside = [
        "/nothing",
        "/healthz/",
        "/healthz/x",
        "/swagger/nothing.js",
        "/openapi.yaml",
        "/API/v2/users",
        "//",
    ];
    let odd =
        ["/api/v2//users", "/api/v2/USERS", "/api/experimental/x", "/%FF", "/%", "/a%00b", "/%F0%9F%AB%96"];
    for path in inside.iter().chain(&outside).chain(&odd) {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            // Swagger's files answer one method only.
            if method != Method::GET && path.starts_with("/swagger/") {
                continue;
            }
            let reply = ask(&client, method, path).await;
            assert_envelope(&reply, 404);
            assert_eq!(reply.message(), "Route not found.", "{path}");
        }
    }
}

const METHODS: [Method; 8] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
    Method::TRACE,
    Method::HEAD,
];

/// What a path answers, as `Allow` spells it.
fn allowed(documented: impl Iterator<Item = String>) -> BTreeSet<String> {
    let mut methods: BTreeSet<String> = documented.map(|method| method.to_uppercase()).collect();
    if methods.contains("GET") {
        methods.insert("HEAD".to_owned());
    }
    methods
}

#[tokio::test]
async fn every_other_method_of_every_path_is_answered_with_the_ones_there_are() {
    let app = TestApp::new().await;
    let client = app.client();
    for (path, item) in paths() {
        let allowed = allowed(item.keys().cloned());
        let path = path.replace(['{', '}'], "");
        for method in METHODS.into_iter().filter(|m| !allowed.contains(m.as_str())) {
            let reply = ask(&client, method.clone(), &path).await;
            assert_eq!(reply.status, 405, "{method} {path}");
            let told: BTreeSet<String> = reply.header("allow").split(", ").map(str::to_owned).collect();
            assert_eq!(told, allowed, "{method} {path}");
            if method != Method::HEAD {
                assert_envelope(&reply, 405);
            }
        }
    }
}

#[tokio::test]
async fn paths_beside_the_api_answer_other_methods_with_the_envelope_too() {
    let app = TestApp::new().await;
    let client = app.client();
    for path in ["/", "/healthz", "/readyz", "/openapi.json", "/swagger", "/swagger/"] {
        let reply = ask(&client, Method::POST, path).await;
        assert_envelope(&reply, 405);
        assert_eq!(reply.header("allow"), "GET, HEAD", "{path}");
    }
}

#[tokio::test]
async fn a_method_that_nobody_knows_is_answered_with_the_envelope() {
    let app = TestApp::new().await;
    let client = app.client();
    let brew = Method::from_bytes(b"BREW").unwrap();
    assert_envelope(&ask(&client, brew.clone(), "/api/v2/users").await, 405);
    assert_envelope(&ask(&client, brew, "/api/v2/coffee").await, 404);
}

#[tokio::test]
async fn head_answers_like_get_without_the_body() {
    let world = World::new().await;
    for operation in operations().into_iter().filter(|o| o.method == Method::GET) {
        let path = world.path(&operation);
        let get = call(&world.owner, &operation, &path).await;
        let head = ask(&able(&world.owner, &operation), Method::HEAD, &path).await;
        assert_eq!((head.status, head.text.as_str()), (get.status, ""), "{operation:?}");
        assert_eq!(head.header("content-type"), get.header("content-type"), "{operation:?}");
    }
    for path in ["/healthz", "/readyz", "/openapi.json", "/swagger/"] {
        let head = ask(&world.owner, Method::HEAD, path).await;
        assert_eq!((head.status, head.text.as_str()), (200, ""), "{path}");
    }
}

#[tokio::test]
async fn a_slash_at_the_end_of_an_api_path_changes_nothing() {
    let world = World::new().await;
    for operation in operations().into_iter().filter(|o| o.method == Method::GET) {
        let path = world.path(&operation);
        let without = call(&world.owner, &operation, &path).await;
        let with = call(&world.owner, &operation, &format!("{path}/")).await;
        assert_eq!((with.status, with.text), (without.status, without.text), "{operation:?}");
    }
}

#[tokio::test]
async fn every_answer_carries_the_standing_headers() {
    let app = TestApp::new().await;
    let client = app.client();
    let pages = [("/healthz", 200), ("/readyz", 200), ("/openapi.json", 200), ("/swagger/", 200), ("/", 307)];
    let api = [("/api/v2/buildinfo", 200), ("/api/v2/users", 401), ("/api/v2/nothing", 404)];
    for (path, status) in pages.into_iter().chain(api) {
        let reply = ask(&client, Method::GET, path).await.expect(status);
        assert_standing_headers(&reply);
    }
}

#[tokio::test]
async fn every_request_has_an_id_of_its_own() {
    let app = TestApp::new().await;
    let client = app.client();
    let mut seen = HashSet::new();
    for path in ["/healthz", "/nothing", "/api/v2/users", "/api/v2/buildinfo"].repeat(5) {
        let id = ask(&client, Method::GET, path).await.header("x-request-id").to_owned();
        assert!(seen.insert(id.clone()), "{id} came twice");
    }
}

#[tokio::test]
async fn an_id_that_the_client_sends_is_not_taken() {
    let app = TestApp::new().await;
    let client = app.client();
    let request = client.request(Method::GET, "/api/v2/buildinfo").header("X-Request-Id", "mine");
    assert_ne!(client.finish(request).await.expect(200).header("x-request-id"), "mine");
}

#[tokio::test]
async fn empty_paging_parameters_are_absent_ones() {
    let world = World::new().await;
    let organization = world.app.organization;
    for path in ["/users".to_owned(), format!("/organizations/{organization}/paginated-members")] {
        let plain = world.owner.get(&path).await.expect(200);
        let empty = world.owner.get(&format!("{path}?q=&after_id=&limit=&offset=")).await.expect(200);
        assert_eq!(empty.text, plain.text, "{path}");
        assert_envelope(&world.owner.get(&format!("{path}?limit=x&offset=-1")).await, 400);
    }
}
