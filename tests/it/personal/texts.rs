//! Texts that no database likes: none of them is a fault of ours.

use serde_json::{Value, json};

use super::{APPEARANCE, PREFERENCES, assert_broken, served, stored};

fn appearance(theme_preference: &str) -> Value {
    json!({ "theme_preference": theme_preference, "terminal_font": "fira-code" })
}

#[tokio::test]
async fn a_zero_byte_is_refused_wherever_it_stands() {
    let (app, _, bea) = served().await;
    for text in ["\0", "dark\0", "\0dark", "da\0rk"] {
        assert_broken(&bea.put(APPEARANCE, appearance(text)).await, &[("theme_preference", "text", text)]);
    }
    for field in ["theme_mode", "theme_light", "theme_dark"] {
        let mut asked = appearance("dark");
        asked[field] = json!("light\0");
        assert_broken(&bea.put(APPEARANCE, asked).await, &[(field, "oneof", "light\0")]);
    }
    let mut asked = appearance("dark");
    asked["terminal_font"] = json!("fira-code\0");
    assert_eq!(bea.put(APPEARANCE, asked).await.expect(400).message(), "Unsupported font family.");
    for field in ["thinking_display_mode", "shell_tool_display_mode", "code_diff_display_mode"] {
        bea.put(PREFERENCES, json!({ field: "auto\0" })).await.expect(400);
    }
    assert!(stored(&app, bea.id).await.is_empty());
}

#[tokio::test]
async fn texts_as_long_as_a_body_can_be_are_stored_or_refused() {
    let (_app, _, bea) = served().await;
    let room = roster_openapi::payload::BODY_LIMIT - appearance("").to_string().len();
    for letter in ["x", "é", "😀"] {
        let text = letter.repeat(room / letter.len());
        let set = bea.put(APPEARANCE, appearance(&text)).await.expect(200).json();
        assert!(set["theme_preference"] == text.as_str(), "{letter}");
        assert!(bea.get(APPEARANCE).await.expect(200).json() == set, "{letter}");
    }
    bea.put(APPEARANCE, appearance(&"x".repeat(room + 1))).await.expect(413);
    // Written as \u0000 it takes six bytes.
    bea.put(APPEARANCE, appearance(&"\0".repeat(room / 6))).await.expect(400);
    let long = "x".repeat(room - 100);
    for field in ["theme_mode", "theme_light", "theme_dark", "terminal_font"] {
        let mut asked = appearance("dark");
        asked[field] = json!(long);
        bea.put(APPEARANCE, asked).await.expect(400);
    }
    for field in ["thinking_display_mode", "shell_tool_display_mode", "code_diff_display_mode"] {
        bea.put(PREFERENCES, json!({ field: long })).await.expect(400);
    }
}

#[tokio::test]
async fn odd_texts_come_back_as_they_went() {
    let (_app, _, bea) = served().await;
    for text in [
        "'",
        "\"",
        "\\",
        "; DROP TABLE users",
        "<b>&\u{2028}",
        "\u{202E}",
        "\u{FFFD}",
        "\n\t\r",
        "%s",
        "$1",
        "?",
    ] {
        let set = bea.put(APPEARANCE, appearance(text)).await.expect(200).json();
        assert_eq!(set["theme_preference"], text);
        assert_eq!(bea.get(APPEARANCE).await.expect(200).json(), set);
    }
}
