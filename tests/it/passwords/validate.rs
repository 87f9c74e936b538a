//! POST /users/validate-password (auth.md 6.4, case 31).

use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn anybody_is_told_how_good_a_password_is() {
    let app = TestApp::new().await;
    let ask = async |password: &str| {
        let body = json!({ "password": password });
        app.client().post("/users/validate-password", body).await.expect(200).json()
    };
    assert_eq!(ask("PasswordSecured123!").await, json!({ "details": "", "valid": true }));
    for (weak, begins) in
        [("password", "insecure password, try "), (&"Aq7!".repeat(17), "password must be no more")]
    {
        let told = ask(weak).await;
        assert_eq!(told["valid"], false);
        assert!(told["details"].as_str().unwrap().starts_with(begins), "{told}");
    }
}

#[tokio::test]
async fn no_password_is_a_bad_request() {
    let app = TestApp::new().await;
    for body in [json!({}), json!({ "password": "" }), json!({ "password": null })] {
        let refused = app.client().post("/users/validate-password", body).await.expect(400);
        assert_eq!(
            (refused.message().as_str(), refused.validations()[0].0.as_str()),
            ("Validation failed.", "password")
        );
    }
}
