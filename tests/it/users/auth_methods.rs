//! GET /users/authmethods (auth.md 6.3).

use serde_json::json;

use crate::support::{TestApp, settings};

#[tokio::test]
async fn anybody_may_ask_how_to_log_in() {
    let app = TestApp::new().await;
    let expected = json!({
        "password": { "enabled": true },
        "github": { "enabled": false, "default_provider_configured": false },
        "oidc": { "enabled": false, "signInText": "", "iconUrl": "" },
    });
    assert_eq!(app.client().get("/users/authmethods").await.expect(200).json(), expected);
}

#[tokio::test]
async fn passwords_may_be_switched_off() {
    let app = TestApp::with(roster::domain::Settings { password_login: false, ..settings() }).await;
    let methods = app.client().get("/users/authmethods").await.expect(200).json();
    assert_eq!(methods["password"]["enabled"], false);
}
