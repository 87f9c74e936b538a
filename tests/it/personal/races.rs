//! Many who set the same thing at once: the last one wins, and nobody is told of a fault.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{APPEARANCE, GIT_KEY, PREFERENCES, served};
use crate::members::races::{AT_ONCE, together};
use crate::support::Actor;

/// The answers of so many who each put their own body; every one must be a success.
async fn put_together(bea: &Actor, path: &'static str, body: impl Fn(usize) -> Value) -> Vec<Value> {
    let (statuses, replies) = together(|number| {
        let (client, body) = (bea.client.clone(), body(number));
        async move { client.put(path, body).await }
    })
    .await;
    assert_eq!(statuses, BTreeMap::from([(200, AT_ONCE)]));
    replies.iter().map(|reply| reply.json()).collect()
}

/// What one of them wrote is never mixed with what another one did.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_appearances_one_is_kept_whole() {
    let (_app, _, bea) = served().await;
    let asked = |number: usize| {
        let theme = ["light", "dark", "light-tritan", "dark-tritan"][number % 4];
        let font = ["geist-mono", "ibm-plex-mono", "fira-code", "source-code-pro"][number % 4];
        json!({
            "theme_preference": theme, "theme_mode": "sync", "theme_light": theme, "theme_dark": theme,
            "terminal_font": font,
        })
    };
    for _ in 0..4 {
        let mut answers = put_together(&bea, APPEARANCE, asked).await;
        answers.push(bea.get(APPEARANCE).await.expect(200).json());
        for answer in answers {
            assert!((0..4).any(|number| answer == asked(number)), "{answer}");
        }
    }
}

/// Some set one field and some another; none of it is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn preferences_of_different_fields_are_all_kept() {
    let (_app, _, bea) = served().await;
    let all = json!({
        "thinking_display_mode": "preview", "shell_tool_display_mode": "always_expanded",
        "code_diff_display_mode": "always_collapsed", "agent_chat_send_shortcut": "modifier_enter",
        "task_notification_alert_dismissed": true,
    });
    let members: Vec<(String, Value)> = all.as_object().unwrap().clone().into_iter().collect();
    // Pairs of neighbours, in either order, so that the same rows are asked for from both sides.
    put_together(&bea, PREFERENCES, |number| {
        let (one, other) = (&members[number % 5], &members[(number + 1) % 5]);
        let pair = if number % 2 == 0 { [one, other] } else { [other, one] };
        pair.into_iter().cloned().collect::<serde_json::Map<_, _>>().into()
    })
    .await;
    assert_eq!(bea.get(PREFERENCES).await.expect(200).json(), all);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_key_pairs_the_last_is_kept() {
    let (app, _, bea) = served().await;
    let answers = put_together(&bea, GIT_KEY, |_| json!({})).await;
    let kept = bea.get(GIT_KEY).await.expect(200).json();
    assert_eq!(answers.iter().filter(|answer| answer["public_key"] == kept["public_key"]).count(), 1);
    let lines: std::collections::BTreeSet<_> = answers.iter().map(|a| a["public_key"].to_string()).collect();
    assert_eq!(lines.len(), AT_ONCE, "each got a pair of its own");
    // The stored halves belong together.
    let row = super::git_keys::row(&app, bea.id).await;
    let private = ssh_key::PrivateKey::from_openssh(&row.private_key).unwrap();
    assert_eq!(private.public_key().to_openssh().unwrap().trim_end(), row.public_key.trim_end());
}
