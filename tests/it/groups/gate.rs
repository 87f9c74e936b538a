//! The feature `template_rbac` is asked for before anything else, and after who asks.

use roster::domain::Feature;

use super::*;
use crate::support::without;

#[tokio::test]
async fn nothing_is_answered_while_groups_are_switched_off() {
    let app = TestApp::with(without(Feature::TemplateRbac)).await;
    let owner = app.owner().await;
    let (group, unknown) = (path(app.organization), path(Uuid::nil()));
    let calls = [
        (Method::GET, "/groups?foo=1".to_owned(), ""),
        (Method::GET, HERE.to_owned(), ""),
        (Method::POST, HERE.to_owned(), "{"),
        (Method::POST, "/organizations/nowhere/groups".to_owned(), "{}"),
        (Method::GET, format!("{HERE}/everyone"), ""),
        (Method::GET, format!("{HERE}/everyone/members"), ""),
        (Method::GET, group.clone(), ""),
        (Method::GET, unknown, ""),
        (Method::GET, format!("{group}/members?limit=x"), ""),
        (Method::PATCH, group.clone(), "{"),
        (Method::DELETE, group.clone(), ""),
    ];
    let expected = json!({ "message": "Template RBAC is not enabled on this deployment." });
    for (method, path, body) in calls {
        let told = owner.send(method.clone(), &path, Some(body.to_owned())).await;
        assert_eq!(told.expect(403).json(), expected, "{method} {path}");
        app.client().send(method, &path, Some(body.to_owned())).await.expect(401);
    }
}
