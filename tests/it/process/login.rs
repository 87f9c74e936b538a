//! The whole login in a real browser, at a real provider of another site.

use serde_json::{Value, json};

use super::Server;
use super::browser::{drive, missing};
use crate::support::environment::skip;
use crate::support::openid::{CLIENT_ID, CLIENT_SECRET, Realm};
use crate::support::{PASSWORD, TestDatabase};

const BUTTON: &str = "Cats & Co. \"Login\"";

/// A server that takes passwords, and a provider that it trusts; with the first user.
async fn world(database: &TestDatabase) -> Option<(Server, Realm)> {
    let account = json!({
        "email": "alice@example.com", "email_verified": true, "name": "Alice Liddell", "preferred_username": "alice",
    });
    // For browsers, names are sites and numbers are others: cookies are sent less freely between them.
    let habits = json!({ "host": "localhost", "consent": true, "accounts": { "alice": account } });
    let realm = Realm::open("http://roster.test", habits)?;
    let flags = [
        ["--oidc-issuer-url", &*realm.issuer],
        ["--oidc-client-id", CLIENT_ID],
        ["--oidc-client-secret", CLIENT_SECRET],
        ["--oidc-sign-in-text", BUTTON],
    ];
    let server = Server::start_with(&database.url, flags.as_flattened()).await;
    realm.set_access_url(&server.base);
    server.owner().await;
    Some((server, realm))
}

/// What the browser reports, which has asked nobody but these.
async fn browse(server: &Server, others: &[&str], picture: &str, told: Value) -> Value {
    let (report, picture) = drive("login.mjs", &server.base, picture, &told.to_string()).await;
    for url in report["requests"].as_array().unwrap() {
        let url = url.as_str().unwrap();
        let known = others.iter().chain([&&*server.base]).any(|site| url.starts_with(&format!("{site}/")));
        assert!(known, "{url} is asked");
    }
    assert_eq!(
        (&report["landed"], &report["status"]),
        (&json!(format!("{}/swagger/", server.base)), &json!(200))
    );
    assert!(std::fs::metadata(picture).unwrap().len() > 5_000);
    report["body"].clone()
}

#[tokio::test]
async fn people_log_in_by_the_button_of_a_provider_with_scripts_and_without() {
    if let Some(what) = missing() {
        return skip(what);
    }
    let database = TestDatabase::new().await;
    let Some((server, realm)) = world(&database).await else { return };
    for (javascript, picture) in [(true, "login.png"), (false, "login-without-scripts.png")] {
        let told = json!({ "button": BUTTON, "account": "alice", "javascript": javascript });
        let me = browse(&server, &[&realm.issuer], picture, told).await;
        assert_eq!(
            (&me["username"], &me["email"], &me["name"], &me["login_type"]),
            (&json!("alice"), &json!("alice@example.com"), &json!("Alice Liddell"), &json!("oidc"))
        );
    }
}

#[tokio::test]
async fn people_log_in_with_a_password_without_scripts() {
    if let Some(what) = missing() {
        return skip(what);
    }
    let database = TestDatabase::new().await;
    let Some((server, _realm)) = world(&database).await else { return };
    for javascript in [true, false] {
        let told = json!({ "email": "owner@example.com", "password": PASSWORD, "javascript": javascript });
        let me = browse(&server, &[], "login-with-password.png", told).await;
        assert_eq!((&me["username"], &me["login_type"]), (&json!("owner"), &json!("password")));
    }
}
