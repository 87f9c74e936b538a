//! Who is let in, and how failures are told.

use roster::domain::{Feature, RateLimits, Settings, Web};

use super::*;
use crate::contract::raw;
use crate::contract::walk::{Operation, operations};
use crate::support::{settings, without};

const DISABLED: &str = "SCIM is disabled, please contact your administrator if you believe this is an error";
const WRONG: &str = "The SCIM secret is missing or wrong. It is sent in the header Authorization, with or without Bearer before it.";

/// All calls, to paths that are about this user.
fn calls(user: Uuid) -> Vec<(Operation, String)> {
    let all = operations().into_iter().filter(Operation::is_scim);
    let found: Vec<_> = all.map(|one| (one.clone(), one.path_with(|_| user.to_string()))).collect();
    assert_eq!(found.len(), 6);
    found
}

async fn call(client: &Client, operation: &Operation, path: &str) -> Reply {
    let request = client.request(operation.method.clone(), path);
    client.finish(if operation.has_body() { request.body("{}") } else { request }).await
}

#[tokio::test]
async fn without_a_secret_every_path_says_that_it_is_disabled() {
    for scim_secret in [None, roster::domain::scim::secret("Bearer ")] {
        let app = TestApp::with(Settings { scim_secret, ..settings() }).await;
        let owner = app.owner().await;
        for client in
            [app.client(), owner.client.clone(), directory(&app), app.client().with_authorization("")]
        {
            for (operation, path) in calls(owner.id) {
                assert_refused(&call(&client, &operation, &path).await, 404, "", DISABLED);
            }
            for path in ["/scim/v2", "/scim/v2/", "/scim/v2/nothing", "/scim/v2/Users/a/b"] {
                let reply = client.finish(client.request(Method::DELETE, path)).await;
                assert_refused(&reply, 404, "", DISABLED);
            }
        }
        assert_eq!(entries(&app).await.len(), 2, "the first user and its login");
    }
}

#[tokio::test]
async fn a_wrong_secret_and_none_are_refused_before_anything_else_is_looked_at() {
    let (app, owner, bea, _) = served().await;
    let shown = [
        "",
        "Bearer",
        "Bearer ",
        "nonsense",
        "Bearer nonsense",
        &SCIM_SECRET[1..],
        &format!("{SCIM_SECRET}x"),
        &SCIM_SECRET.to_uppercase(),
        &format!("Basic {SCIM_SECRET}"),
        &format!("Bearer Bearer {SCIM_SECRET}"),
        &format!("Bearer {}", owner.token),
        &owner.token,
    ];
    let strangers = shown.iter().map(|text| app.client().with_authorization(text));
    let strangers: Vec<_> = strangers.chain([app.client(), owner.client.clone()]).collect();
    for client in &strangers {
        for (operation, path) in calls(bea.id).into_iter().filter(|(operation, _)| operation.is_secured()) {
            let reply = call(client, &operation, &path).await;
            assert_refused(&reply, 401, "", WRONG);
            assert!(reply.header("www-authenticate").starts_with("Bearer realm=\"coder\""), "{reply:?}");
        }
    }
    assert_eq!(status(&app, bea.id).await, "active");
}

#[tokio::test]
async fn bytes_that_are_no_text_are_no_secret() {
    let app = TestApp::new().await;
    for header in [&b"Authorization: \xff\xfe\r\n"[..], b"Authorization: Bearer \xff\r\n"] {
        let reply = raw::send(&app, raw::get(b"/scim/v2/Users", header)).await;
        assert_eq!(reply.status, 401, "{reply:?}");
    }
}

#[tokio::test]
async fn the_right_secret_opens_with_and_without_its_scheme() {
    let app = TestApp::new().await;
    for text in ["", "Bearer ", "bearer ", "BEARER  "] {
        let client = app.client().with_authorization(&format!("{text}{SCIM_SECRET}"));
        get(&client, "/Users").await.expect(200);
    }
}

/// Neither for a door of the API, nor is it taken for a key.
#[tokio::test]
async fn the_secret_opens_nothing_else() {
    let app = TestApp::new().await;
    app.owner().await;
    let reply = directory(&app).get("/users").await.expect(401);
    assert!(reply.detail().starts_with("Invalid API key format"), "{reply:?}");
}

#[tokio::test]
async fn what_it_does_is_told_to_everybody() {
    let app = TestApp::new().await;
    let told = get(&app.client(), "/ServiceProviderConfig").await.expect(200);
    assert_eq!(told.header("content-type"), MEDIA_TYPE);
    let no = json!({ "supported": false });
    let wanted = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": { "supported": true }, "filter": { "supported": true, "maxResults": 1 },
        "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
        "changePassword": no, "sort": no, "etag": no,
        "authenticationSchemes": [{
            "type": "oauthbearertoken", "name": "OAuth Bearer Token", "primary": true,
            "description": "The SCIM secret of the deployment, as a bearer token.",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
        }],
    });
    assert_eq!(told.json(), wanted);
}

#[tokio::test]
async fn a_feature_that_is_switched_off_is_told_of_after_the_secret() {
    let app = TestApp::with(without(Feature::Scim)).await;
    let owner = app.owner().await;
    for (operation, path) in calls(owner.id) {
        let told = call(&directory(&app), &operation, &path).await;
        assert_refused(&told, 403, "", "SCIM is not enabled on this deployment.");
        let stranger = call(&app.client(), &operation, &path).await;
        assert_eq!(stranger.status, if operation.is_secured() { 401 } else { 403 }, "{operation:?}");
    }
}

#[tokio::test]
async fn nobody_is_shown_by_id() {
    let (_app, _, bea, directory) = served().await;
    for id in [bea.id.to_string(), Uuid::nil().to_string(), "bea".to_owned()] {
        assert_refused(&get(&directory, &format!("/Users/{id}")).await, 404, "", NOT_FOUND);
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_are_told_in_the_same_shape() {
    let (_app, _, bea, directory) = served().await;
    assert_refused(&get(&directory, "/Groups").await, 404, "", "Route not found.");
    for (path, allowed) in [
        ("/Users".to_owned(), "GET, HEAD, POST"),
        (format!("/Users/{}", bea.id), "GET, HEAD, PATCH, PUT"),
        ("/ServiceProviderConfig".to_owned(), "GET, HEAD"),
    ] {
        let reply = send(&directory, Method::DELETE, &path, None).await;
        assert_refused(&reply, 405, "", &format!("Method not allowed. This path answers {allowed}."));
        assert_eq!(reply.header("allow"), allowed);
    }
}

#[tokio::test]
async fn bodies_that_are_no_json_are_bad_syntax() {
    let (_app, _, bea, directory) = served().await;
    for (method, path) in [
        (Method::POST, "/Users".to_owned()),
        (Method::PUT, format!("/Users/{}", bea.id)),
        (Method::PATCH, format!("/Users/{}", bea.id)),
    ] {
        let reply = send(&directory, method.clone(), &path, None).await;
        assert_refused(&reply, 400, "invalidSyntax", "Request body must be valid JSON. EOF");
        let reply = send(&directory, method, &path, Some(json!({ "active": [] }))).await;
        assert_eq!((reply.status, &reply.json()["scimType"]), (400, &json!("invalidSyntax")), "{reply:?}");
    }
}

#[tokio::test]
async fn requests_are_counted_by_address_and_path() {
    let web = Web { limits: RateLimits { api: 2, login: 0 }, ..Web::default() };
    let app = TestApp::with(Settings { web, ..settings() }).await;
    for (client, path) in [(app.client(), "/Users"), (directory(&app), "/ServiceProviderConfig")] {
        for _ in 0..2 {
            let passed = get(&client, path).await;
            assert_ne!(passed.status, 429, "{passed:?}");
        }
        // Nobody passes uncounted without a session of an owner.
        let request = client.request(Method::GET, &format!("/scim/v2{path}"));
        let reply = client.finish(request.header("X-Coder-Bypass-Ratelimit", "true")).await;
        let text = "You've been rate limited for sending more than 2 requests in 1m0s.";
        assert_refused(&reply, 429, "", text);
        assert!(!reply.header("retry-after").is_empty(), "{reply:?}");
    }
    get(&directory(&app), "/Users").await.expect(429);
}
