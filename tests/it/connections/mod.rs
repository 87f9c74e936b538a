//! The connection log (logs.md, part B): fed, written, listed, switched off and kept for a while.

mod feed;
mod list;
mod logger;
mod retention;
mod search;
mod story;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, Client, Reply, TestApp};

const FEED: &str = "/api/experimental/connectionlog";

/// A server with an owner, whose workspaces are those of the tests.
struct Garden {
    app: TestApp,
    owner: Actor,
}

impl Garden {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let owner = app.owner().await;
        Self { app, owner }
    }

    /// The beginning of a connection by ssh in the default organization, with some other members.
    fn ssh(&self, more: Value) -> Value {
        let event = json!({
            "agent_name": "main", "connection_id": number(1), "organization_id": self.app.organization,
            "status": "connected", "time": "2026-05-20T00:00:10Z", "type": "ssh", "workspace_id": number(7),
            "workspace_name": "garden", "workspace_owner_id": self.owner.id,
        });
        with(event, more)
    }

    /// The end of the same connection.
    fn end(&self, more: Value) -> Value {
        let end = json!({
            "status": "disconnected", "time": "2026-05-20T00:00:20Z", "code": 0, "disconnect_reason": "bye",
        });
        self.ssh(with(end, more))
    }

    /// A browser that uses an application.
    fn web(&self, more: Value) -> Value {
        let web = json!({
            "connection_id": null, "type": "workspace_app", "code": 200, "slug_or_port": "code",
            "user_agent": "Firefox",
        });
        self.ssh(with(web, more))
    }

    async fn feed(&self, events: Value) -> Reply {
        feed(&self.owner, events).await
    }

    /// What the owner finds, the newest first.
    async fn found(&self, query: &str) -> Vec<Value> {
        found(&self.owner, query).await
    }

    /// Beginning, end, exit code and reason of the one entry that there is; null for what is left out.
    async fn only(&self) -> Value {
        let found = self.found("").await;
        assert_eq!(found.len(), 1, "{found:?}");
        let ssh = &found[0]["ssh_info"];
        json!([found[0]["connect_time"], ssh["disconnect_time"], ssh["exit_code"], ssh["disconnect_reason"]])
    }
}

fn with(mut event: Value, more: Value) -> Value {
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

/// An id.
fn number(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

async fn feed(client: &Client, events: Value) -> Reply {
    let body = json!({ "events": events }).to_string();
    client.finish(client.request(Method::POST, FEED).body(body)).await
}

async fn found(client: &Client, query: &str) -> Vec<Value> {
    let body = client.search("/connectionlog", query).await.expect(200).json();
    let rows = body["connection_logs"].as_array().unwrap().clone();
    assert_eq!(body["count"], rows.len(), "{body}");
    assert_eq!(body["count_cap"], 2_000);
    rows
}
