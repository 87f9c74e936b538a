//! GET and PUT /users/{user}/preferences (users.md 3.14 and 3.15).

use serde_json::{Value, json};

use super::{PREFERENCES, of, served, store, stored, with};

const THINKING: [&str; 4] = ["auto", "preview", "always_expanded", "always_collapsed"];
const DISPLAYS: [&str; 3] = ["auto", "always_expanded", "always_collapsed"];
const SHORTCUTS: [&str; 2] = ["enter", "modifier_enter"];

/// What counts where nothing is set.
fn defaults() -> Value {
    json!({
        "agent_chat_send_shortcut": "enter", "code_diff_display_mode": "auto", "shell_tool_display_mode": "auto",
        "task_notification_alert_dismissed": false, "thinking_display_mode": "auto",
    })
}

/// Each field with its words, and how a wrong one is refused.
fn fields() -> [(&'static str, &'static [&'static str], &'static str); 4] {
    [
        ("thinking_display_mode", &THINKING, "Invalid thinking display mode."),
        ("shell_tool_display_mode", &DISPLAYS, "Invalid shell tool display mode."),
        ("code_diff_display_mode", &DISPLAYS, "Invalid code diff display mode."),
        ("agent_chat_send_shortcut", &SHORTCUTS, "Invalid agent chat send shortcut."),
    ]
}

#[tokio::test]
async fn what_nobody_set_has_the_defaults() {
    let (_app, _, bea) = served().await;
    assert_eq!(bea.get(PREFERENCES).await.expect(200).json(), defaults());
}

#[tokio::test]
async fn each_field_takes_its_words_and_leaves_the_others() {
    let (_app, owner, bea) = served().await;
    let mut wanted = defaults();
    for (field, words, _) in fields() {
        for word in words.iter().rev() {
            wanted[field] = json!(word);
            let set = bea.put(PREFERENCES, json!({ field: word })).await.expect(200).json();
            assert_eq!(set, wanted, "{field}: {word}");
            assert_eq!(bea.get(PREFERENCES).await.expect(200).json(), wanted, "{field}: {word}");
        }
        wanted[field] = json!(words[1]);
        bea.put(PREFERENCES, json!({ field: words[1] })).await.expect(200);
    }
    for dismissed in [true, false, true] {
        wanted["task_notification_alert_dismissed"] = json!(dismissed);
        let asked = json!({ "task_notification_alert_dismissed": dismissed });
        assert_eq!(bea.put(PREFERENCES, asked).await.expect(200).json(), wanted);
    }
    assert_eq!(owner.get(&of("bea", "preferences")).await.expect(200).json(), wanted);
    assert_eq!(owner.get(PREFERENCES).await.expect(200).json(), defaults());
}

#[tokio::test]
async fn absent_null_and_empty_keep_what_is_there() {
    let (app, _, bea) = served().await;
    assert_eq!(bea.put(PREFERENCES, json!({})).await.expect(200).json(), defaults());
    assert!(stored(&app, bea.id).await.is_empty());
    let set = json!({
        "agent_chat_send_shortcut": "modifier_enter", "code_diff_display_mode": "always_collapsed",
        "shell_tool_display_mode": "always_expanded", "task_notification_alert_dismissed": true,
        "thinking_display_mode": "preview",
    });
    assert_eq!(bea.put(PREFERENCES, set.clone()).await.expect(200).json(), set);
    let mut bodies = vec![json!({}), json!(null), json!({ "task_notification_alert_dismissed": null })];
    for (field, ..) in fields() {
        bodies.extend([json!({ field: null }), json!({ field: "" })]);
    }
    for body in bodies {
        assert_eq!(bea.put(PREFERENCES, body.clone()).await.expect(200).json(), set, "{body}");
    }
}

#[tokio::test]
async fn a_wrong_word_is_refused_with_the_right_ones() {
    let (app, _, bea) = served().await;
    for (field, words, message) in fields() {
        for wrong in ["x", "Auto", "auto ", "null", "modifier-enter"] {
            let reply = bea.put(PREFERENCES, json!({ field: wrong })).await.expect(400);
            let detail = format!("must be one of: {}", words.join(", "));
            assert_eq!(
                reply.json(),
                json!({ "message": message, "validations": [{ "field": field, "detail": detail }] }),
                "{field}: {wrong:?}"
            );
        }
    }
    // `preview` is a word of one field only.
    let reply = bea.put(PREFERENCES, json!({ "shell_tool_display_mode": "preview" })).await.expect(400);
    assert_eq!(reply.message(), "Invalid shell tool display mode.");
    assert!(stored(&app, bea.id).await.is_empty());
}

#[tokio::test]
async fn of_several_wrong_words_the_first_in_the_contract_is_told() {
    let (app, _, bea) = served().await;
    let good = json!({ "task_notification_alert_dismissed": true });
    let mut asked = fields().iter().fold(good, |asked, (field, ..)| with(asked, json!({ *field: "x" })));
    for (field, words, message) in fields() {
        let reply = bea.put(PREFERENCES, asked.clone()).await.expect(400);
        assert_eq!((reply.message().as_str(), reply.validations().len()), (message, 1));
        asked[field] = json!(words[0]);
    }
    assert!(stored(&app, bea.id).await.is_empty(), "all or nothing");
    bea.put(PREFERENCES, asked).await.expect(200);
}

#[tokio::test]
async fn what_is_of_another_kind_is_no_such_body() {
    let (_app, _, bea) = served().await;
    for body in [
        json!({ "task_notification_alert_dismissed": "true" }),
        json!({ "task_notification_alert_dismissed": 1 }),
        json!({ "thinking_display_mode": true }),
        json!({ "agent_chat_send_shortcut": ["enter"] }),
    ] {
        let reply = bea.put(PREFERENCES, body.clone()).await.expect(400);
        assert_eq!(reply.message(), "Request body must be valid JSON.", "{body}");
    }
}

#[tokio::test]
async fn what_is_no_word_any_more_reads_as_the_default() {
    let (app, _, bea) = served().await;
    for (field, ..) in fields() {
        for gone in ["x", "", "AUTO"] {
            store(&app, bea.id, field, gone).await;
            assert_eq!(bea.get(PREFERENCES).await.expect(200).json(), defaults(), "{field}: {gone:?}");
        }
    }
    for gone in ["", "yes", "1", "TRUE"] {
        store(&app, bea.id, "task_notification_alert_dismissed", gone).await;
        assert_eq!(bea.get(PREFERENCES).await.expect(200).json(), defaults(), "{gone:?}");
    }
    // Setting one field does not mend the others, and does not stumble over them.
    let set = bea.put(PREFERENCES, json!({ "code_diff_display_mode": "always_expanded" })).await.expect(200);
    assert_eq!(set.json(), with(defaults(), json!({ "code_diff_display_mode": "always_expanded" })));
}
