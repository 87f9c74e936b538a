//! Bodies of every shape.

use super::{assign, define, of_member, of_user, own_roles, roles, roles_of};
use crate::support::TestApp;

const NOT_JSON: &str = "Request body must be valid JSON.";

#[tokio::test]
async fn lists_of_names_hold_names() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &["auditor"]).await;
    assign(&owner, "bea", &["agents-access"]).await.expect(200);
    let paths = [of_member("default", "bea"), of_user("bea")];
    for body in [
        "{\"roles\":\"owner\"}",
        "{\"roles\":{}}",
        "{\"roles\":[1]}",
        "{\"roles\":[[]]}",
        "{\"roles\":[{\"name\":\"owner\"}]}",
        "{\"roles\":true}",
        "{\"roles\":[\"\\ud800\"]}",
    ] {
        for path in &paths {
            assert_eq!(owner.put_text(path, body).await.expect(400).message(), NOT_JSON, "{path}: {body}");
        }
    }
    assert_eq!(roles_of(&owner, "bea").await, ["agents-access"]);
    // Null is the empty name, which is none.
    for path in &paths {
        let reply = owner.put_text(path, "{\"roles\":[null]}").await.expect(400);
        assert!(reply.message().ends_with("is not a supported role"), "{path}: {}", reply.message());
    }
    // The last of several members counts, and what follows the first value does not.
    let odd = "{\"roles\":[\"nope\"],\"Roles\":[\"agents-access\"],\"more\":1} {";
    owner.put_text(&paths[0], odd).await.expect(200);
}

#[tokio::test]
async fn lines_of_roles_are_objects_with_words() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    define(&owner, "gardener", &[("template", "read")]).await;
    for lines in [
        "\"template:read\"",
        "{}",
        "[\"template:read\"]",
        "[[\"read\",false,\"template\"]]",
        "[{\"negate\":\"no\",\"resource_type\":\"template\",\"action\":\"read\"}]",
        "[{\"resource_type\":1,\"action\":\"read\"}]",
        "[{\"resource_type\":\"template\",\"action\":[\"read\"]}]",
        "3",
    ] {
        let body = format!("{{\"name\":\"gardener\",\"organization_permissions\":{lines}}}");
        for reply in
            [owner.post_text(&roles("default"), &body).await, owner.put_text(&roles("default"), &body).await]
        {
            assert_eq!(reply.expect(400).message(), NOT_JSON, "{lines}");
        }
    }
    for name in ["3", "[]", "{}", "true"] {
        let body = format!("{{\"name\":{name}}}");
        assert_eq!(owner.post_text(&roles("default"), &body).await.expect(400).message(), NOT_JSON, "{name}");
    }
    let list = owner.get(&roles("default")).await.expect(200).json();
    assert_eq!(list[6]["organization_permissions"].as_array().unwrap().len(), 1);
    assert_eq!(own_roles(&owner).await, ["gardener"]);
}

#[tokio::test]
async fn absent_words_are_empty_ones() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    define(&owner, "gardener", &[]).await;
    let lines = "[{\"RESOURCE_TYPE\":\"template\",\"Action\":\"read\",\"negate\":null,\"more\":[]},null,{}]";
    let body = format!("{{\"name\":\"gardener\",\"organization_permissions\":{lines}}}");
    let changed = owner.put_text(&roles("default"), &body).await.expect(200).json();
    assert_eq!(changed[0]["organization_permissions"], serde_json::json!([super::line("template", "read")]));
    let body = body.replace("gardener", "another");
    let refused = owner.post_text(&roles("default"), &body).await.expect(400).detail();
    assert_eq!(refused.lines().count(), 2, "{refused}");
}

/// They come back as they were sent.
#[tokio::test]
async fn a_role_of_five_thousand_lines_is_a_role() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let grants = vec![("template", "read"); 5_000];
    let made = owner.post(&roles("default"), super::request("gardener", &grants)).await.expect(200).json();
    assert_eq!(made, serde_json::json!([super::answered(app.organization, "gardener", &grants)]));
}

/// A body has room for a hundred thousand lines, of which there are some hundred different ones. All who look at the role would
/// read them, and whoever holds it with every request that does not find it in memory.
#[tokio::test]
async fn a_list_without_end_has_each_line_once() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let line = r#"{"action":"read","resource_type":"file"},{"action":"use","resource_type":"template"},"#;
    let lines = line.repeat(40_000);
    let body = format!("{{\"name\":\"a\",\"organization_permissions\":[{}]}}", lines.trim_end_matches(','));
    let grants = [("file", "read"), ("template", "use")];
    let mut expected = super::answered(app.organization, "a", &grants);
    expected["display_name"] = "".into();
    let made = owner.post_text(&roles("default"), &body).await.expect(200).json();
    assert_eq!(made, serde_json::json!([expected]));
    let changed = owner.put_text(&roles("default"), &body).await.expect(200).json();
    assert_eq!(changed, serde_json::json!([expected]));
}

/// Nobody bounds how many roles somebody is given, and whoever is given them must not be locked out by that.
#[tokio::test]
async fn who_holds_more_roles_than_a_statement_has_parameters_acts_and_is_listed() {
    const MANY: usize = 66_000;
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let names: Vec<String> = (0..MANY).map(|number| format!("r{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    app.set_sharing(app.organization, "none").await;
    app.custom_role(app.organization, names[MANY - 1], &[("organization_member", "read")]).await;
    app.set_member_roles(app.organization, bea.id, &names).await;
    bea.get("/organizations/default/members/owner").await.expect(200);
    assert_eq!(roles_of(&owner, "bea").await.len(), MANY);
    owner.get("/organizations/default/members").await.expect(200);
    owner.get("/users?limit=10").await.expect(200);
}
