//! What becomes of events: logs.md, cases 15 to 17.

use serde_json::{Value, json};

use super::{Garden, number};

const BEGIN: &str = "2026-05-20T00:00:10Z";
const END: &str = "2026-05-20T00:00:20Z";

#[tokio::test]
async fn a_beginning_and_an_end_are_one_entry_in_one_batch_and_in_two() {
    for together in [true, false] {
        let garden = Garden::new().await;
        let (begin, end) = (garden.ssh(json!({})), garden.end(json!({})));
        if together {
            garden.feed(json!([begin, end])).await.expect(204);
        } else {
            garden.feed(json!([begin])).await.expect(204);
            assert_eq!(garden.only().await, json!([BEGIN, null, null, null]));
            garden.feed(json!([end])).await.expect(204);
        }
        assert_eq!(garden.only().await, json!([BEGIN, END, 0, "bye"]), "together: {together}");
    }
}

#[tokio::test]
async fn a_second_end_changes_nothing() {
    let garden = Garden::new().await;
    garden.feed(json!([garden.ssh(json!({})), garden.end(json!({}))])).await.expect(204);
    let again = json!({ "time": "2026-05-20T00:00:40Z", "code": 7, "disconnect_reason": "once more" });
    garden.feed(json!([garden.end(again)])).await.expect(204);
    assert_eq!(garden.only().await, json!([BEGIN, END, 0, "bye"]));
}

#[tokio::test]
async fn a_lone_end_is_the_beginning_too() {
    let garden = Garden::new().await;
    garden.feed(json!([garden.end(json!({}))])).await.expect(204);
    assert_eq!(garden.only().await, json!([END, END, 0, "bye"]));
}

#[tokio::test]
async fn the_earliest_beginning_counts_whenever_it_is_told() {
    let garden = Garden::new().await;
    garden.feed(json!([garden.end(json!({}))])).await.expect(204);
    garden.feed(json!([garden.ssh(json!({}))])).await.expect(204);
    assert_eq!(garden.only().await, json!([BEGIN, END, 0, "bye"]));
    garden.feed(json!([garden.ssh(json!({ "time": "2026-05-20T00:00:30Z" }))])).await.expect(204);
    assert_eq!(garden.only().await, json!([BEGIN, END, 0, "bye"]));
    // Half a second, which both engines must put before the whole one.
    garden.feed(json!([garden.ssh(json!({ "time": "2026-05-20T02:00:09.5+02:00" }))])).await.expect(204);
    assert_eq!(garden.only().await, json!(["2026-05-20T00:00:09.5Z", END, 0, "bye"]));
}

#[tokio::test]
async fn a_time_that_nobody_knows_is_replaced_and_replaces_none() {
    let never = json!({ "time": "0001-01-01T00:00:00Z" });
    let garden = Garden::new().await;
    garden.feed(json!([garden.ssh(never.clone())])).await.expect(204);
    assert_eq!(garden.only().await[0], "0001-01-01T00:00:00Z");
    garden.feed(json!([garden.ssh(json!({}))])).await.expect(204);
    assert_eq!(garden.only().await[0], BEGIN);
    garden.feed(json!([garden.ssh(never.clone())])).await.expect(204);
    assert_eq!(garden.only().await[0], BEGIN);
    garden.feed(json!([garden.end(never)])).await.expect(204);
    assert_eq!(garden.only().await, json!([BEGIN, null, 0, "bye"]));
}

#[tokio::test]
async fn other_workspaces_agents_and_connections_are_other_entries() {
    let garden = Garden::new().await;
    let events = json!([
        garden.ssh(json!({})),
        garden.ssh(json!({ "workspace_id": number(8) })),
        garden.ssh(json!({ "agent_name": "other" })),
        garden.ssh(json!({ "connection_id": number(2) })),
    ]);
    garden.feed(events).await.expect(204);
    assert_eq!(garden.found("").await.len(), 4);
}

#[tokio::test]
async fn each_event_of_a_browser_is_an_entry() {
    let garden = Garden::new().await;
    garden.feed(json!([garden.web(json!({})), garden.web(json!({}))])).await.expect(204);
    garden.feed(json!([garden.web(json!({}))])).await.expect(204);
    assert_eq!(garden.found("").await.len(), 3);
}

#[tokio::test]
async fn exit_code_and_reason_are_kept_in_either_order() {
    for begins_first in [true, false] {
        let garden = Garden::new().await;
        let (begin, end) = (garden.ssh(json!({})), garden.end(json!({})));
        let events = if begins_first { json!([begin, end]) } else { json!([end, begin]) };
        garden.feed(events).await.expect(204);
        assert_eq!(garden.only().await, json!([BEGIN, END, 0, "bye"]), "begins first: {begins_first}");
    }
}

#[tokio::test]
async fn the_same_events_once_more_change_nothing() {
    let garden = Garden::new().await;
    let id = |event: Value, id: u128| super::with(event, json!({ "id": number(id) }));
    let events = json!([
        id(garden.ssh(json!({})), 100),
        id(garden.end(json!({})), 101),
        id(garden.ssh(json!({ "connection_id": number(2) })), 102),
        id(garden.web(json!({})), 103),
        id(garden.web(json!({})), 104),
    ]);
    garden.feed(events.clone()).await.expect(204);
    let before = garden.found("").await;
    assert_eq!(before.len(), 4);
    garden.feed(events).await.expect(204);
    assert_eq!(garden.found("").await, before);
}

#[tokio::test]
async fn what_is_told_first_of_a_connection_stays() {
    let garden = Garden::new().await;
    let first = json!({ "ip": "192.0.2.1", "id": number(100) });
    garden.feed(json!([garden.ssh(first)])).await.expect(204);
    let later =
        json!({ "workspace_name": "renamed", "ip": "192.0.2.2", "type": "vscode", "id": number(101) });
    garden.feed(json!([garden.end(later)])).await.expect(204);
    let entry = garden.found("").await.remove(0);
    let told = ["id", "workspace_name", "ip", "type"].map(|name| entry[name].clone());
    assert_eq!(told, [json!(number(100)), json!("garden"), json!("192.0.2.1"), json!("ssh")]);
}

#[tokio::test]
async fn texts_of_any_kind_come_back_as_they_went() {
    let garden = Garden::new().await;
    let texts = [
        "NULL",
        "null",
        "{}",
        "{a,b}",
        "a,b",
        "\"quoted\"",
        "back\\slash",
        " ",
        "\\",
        "''",
        "Straße 🫖",
        "\n\t",
        "}",
    ];
    let events: Vec<Value> = (0..)
        .zip(texts)
        .map(|(n, text)| {
            let more = json!({
                "agent_name": text, "workspace_name": text, "disconnect_reason": text, "connection_id": number(n + 10),
            });
            garden.end(more)
        })
        .collect();
    garden.feed(json!(events)).await.expect(204);
    let found = garden.found("").await;
    for text in texts {
        let entry =
            found.iter().find(|entry| entry["agent_name"] == text).unwrap_or_else(|| panic!("{text:?}"));
        assert_eq!(
            (&entry["workspace_name"], &entry["ssh_info"]["disconnect_reason"]),
            (&json!(text), &json!(text))
        );
    }
    assert_eq!(found.len(), texts.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn those_who_tell_of_the_same_connections_at_once_do_not_get_in_each_others_way() {
    let garden = Garden::new().await;
    let events: Vec<Value> =
        (0..200).map(|n| garden.ssh(json!({ "connection_id": number(1_000 + n) }))).collect();
    let ends: Vec<Value> =
        (0..200).map(|n| garden.end(json!({ "connection_id": number(1_199 - n) }))).collect();
    let mut telling = tokio::task::JoinSet::new();
    for round in 0..8 {
        let (owner, mut some) =
            (garden.owner.clone(), if round % 2 == 0 { events.clone() } else { ends.clone() });
        some.rotate_left(round * 23);
        telling.spawn(async move { super::feed(&owner, json!(some)).await.status });
    }
    assert_eq!(telling.join_all().await, [204; 8]);
    let body = garden.owner.get("/connectionlog?limit=1000").await.expect(200).json();
    let found = body["connection_logs"].as_array().unwrap();
    assert_eq!(found.len(), 200);
    let whole =
        |entry: &&Value| entry["connect_time"] == BEGIN && entry["ssh_info"]["disconnect_time"] == END;
    assert_eq!(found.iter().filter(whole).count(), 200);
}
