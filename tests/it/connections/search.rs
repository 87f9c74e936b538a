//! The language of `q` (logs.md B4, case 18).

use serde_json::json;

use super::{Garden, found, number};

/// Entries of each kind, told apart by the names of their agents.
async fn grown() -> Garden {
    let garden = Garden::new().await;
    let bea = garden.app.user(&garden.owner, "bea", &[]).await;
    let acme = garden.app.organization("acme").await;
    let hers = json!({ "workspace_owner_id": bea.id, "workspace_id": number(8) });
    let named =
        |name: &str, event, more| super::with(super::with(event, json!({ "agent_name": name })), more);
    let midnight = json!({ "time": "2023-01-16T00:00:00Z", "connection_id": number(2) });
    let events = json!([
        named("open", garden.ssh(json!({})), json!({})),
        named("closed", garden.end(json!({})), midnight),
        named("hers", garden.end(json!({ "type": "vscode" })), hers),
        named("away", garden.ssh(json!({ "organization_id": acme })), json!({ "type": "jetbrains" })),
        named("app", garden.web(json!({})), json!({ "user_id": bea.id })),
        named(
            "port",
            garden.web(json!({ "type": "port_forwarding" })),
            json!({ "user_id": garden.owner.id })
        ),
        named("stranger", garden.web(json!({})), json!({})),
    ]);
    garden.feed(events).await.expect(204);
    garden
}

#[tokio::test]
async fn each_term_finds_what_it_says() {
    let garden = grown().await;
    let all = ["app", "away", "closed", "hers", "open", "port", "stranger"];
    let (workspace, connection) =
        (format!("workspace_id:{}", number(8)), format!("connection_id:{}", number(2)));
    let organization = format!("organization:{}", garden.app.organization);
    let table: [(&str, &[&str]); 31] = [
        ("", &all),
        ("organization:acme", &["away"]),
        ("organization:ACME", &["away"]),
        (&organization, &["app", "closed", "hers", "open", "port", "stranger"]),
        ("organization:00000000-0000-0000-0000-0000000000ff", &[]),
        ("workspace_owner:bea", &["hers"]),
        ("workspace_owner:Bea", &["hers"]),
        ("workspace_owner:me", &["app", "away", "closed", "open", "port", "stranger"]),
        ("workspace_owner:be", &[]),
        ("workspace_owner_email:bea@example.com", &["hers"]),
        ("workspace_owner_email:BEA@example.com workspace_owner:bea", &["hers"]),
        ("workspace_owner_email:bea@example.com workspace_owner:me", &[]),
        ("type:ssh", &["closed", "open"]),
        ("type:vscode", &["hers"]),
        ("type:jetbrains", &["away"]),
        ("type:reconnecting_pty", &[]),
        ("type:workspace_app", &["app", "stranger"]),
        ("type:port_forwarding", &["port"]),
        ("username:bea", &["app"]),
        ("username:me", &["port"]),
        ("user_email:bea@example.com", &["app"]),
        ("user_email:nobody@example.com", &[]),
        (&workspace, &["hers"]),
        (&connection, &["closed"]),
        ("status:ongoing", &["away", "open"]),
        ("status:completed", &["closed", "hers"]),
        ("connected_before:\"2023-01-16T12:00:00+12:00\"", &["closed"]),
        ("connected_before:\"2023-01-15T23:59:59.999999Z\"", &[]),
        ("connected_after:\"2023-01-16T00:00:00Z\" status:completed", &["closed", "hers"]),
        ("connected_after:\"2023-01-16T00:00:00.000001Z\" type:ssh", &["open"]),
        ("TYPE:SSH status:Ongoing", &["open"]),
    ];
    for (query, expected) in table {
        let mut names: Vec<String> = found(&garden.owner, query)
            .await
            .iter()
            .map(|row| row["agent_name"].as_str().unwrap().to_owned())
            .collect();
        names.sort_unstable();
        assert_eq!(names, expected, "{query}");
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_its_key() {
    let garden = Garden::new().await;
    for (query, field, detail) in [
        (
            "status:bogus",
            "status",
            "Query param \"status\" has invalid values: \"bogus\" is not a valid value",
        ),
        ("type:telnet", "type", "Query param \"type\" has invalid values: \"telnet\" is not a valid value"),
        ("ssh", "search", "\"search\" is not a valid query param"),
        ("foo:bar", "foo", "\"foo\" is not a valid query param"),
        ("a:b:c", "q", "Query element \"a:b:c\" can only contain 1 ':'"),
        (":x", "q", "Query element \":x\" cannot start or end with ':'"),
        ("workspace_id:x", "workspace_id", "Query param \"workspace_id\" must be a valid uuid"),
        (
            "organization:nowhere",
            "organization",
            "Query param \"organization\" has invalid value: organization \"nowhere\" either does not exist, or you are unauthorized to view it",
        ),
    ] {
        let refused = garden.owner.search("/connectionlog", query).await.expect(400);
        assert_eq!(refused.message(), "Invalid connection search query.", "{query}");
        assert_eq!(refused.validations(), [(field.to_owned(), detail.to_owned())], "{query}");
    }
    let refused = garden.owner.search("/connectionlog", "connected_after:yesterday").await.expect(400);
    assert!(refused.validations()[0].1.contains("must be a valid date format"), "{refused:?}");
}

#[tokio::test]
async fn an_organization_that_may_not_be_seen_is_like_none() {
    let garden = Garden::new().await;
    garden.app.organization("hidden").await;
    let bea = garden.app.user(&garden.owner, "bea", &[]).await;
    let (hidden, none) = (
        bea.search("/connectionlog", "organization:hidden").await,
        bea.search("/connectionlog", "organization:nohere").await,
    );
    assert_eq!(hidden.expect(400).text.replace("hidden", "nohere"), none.expect(400).text);
}
