//! GET and PUT /users/{user}/appearance (users.md 3.5 and 3.6).

use serde_json::{Value, json};

use super::{APPEARANCE, assert_broken, assert_refused, of, served, store, stored, with};

const REQUIRED: &str = "required";
const REQUIRED_IF: &str = "required_if";
const ONEOF: &str = "oneof";
const LIGHT: &str = "theme_light";
const DARK: &str = "theme_dark";
const FONT: &str = "terminal_font";

const THEMES: [&str; 6] =
    ["light", "light-protan-deuter", "light-tritan", "dark", "dark-protan-deuter", "dark-tritan"];
const FONTS: [&str; 5] = ["geist-mono", "ibm-plex-mono", "fira-code", "source-code-pro", "jetbrains-mono"];

/// Fields that broke a rule, with the rule and the value.
type Broken = &'static [(&'static str, &'static str, &'static str)];

/// The least that can be asked for.
fn least() -> Value {
    json!({ "theme_preference": "dark", "terminal_font": "fira-code" })
}

/// An answer: preference, mode, light, dark, font.
fn answer(of: [&str; 5]) -> Value {
    let [theme_preference, theme_mode, theme_light, theme_dark, terminal_font] = of;
    json!({
        "theme_preference": theme_preference, "theme_mode": theme_mode, "theme_light": theme_light,
        "theme_dark": theme_dark, "terminal_font": terminal_font,
    })
}

#[tokio::test]
async fn what_nobody_set_is_empty() {
    let (_app, _, bea) = served().await;
    assert_eq!(bea.get(APPEARANCE).await.expect(200).json(), answer([""; 5]));
}

#[tokio::test]
async fn what_is_set_is_answered_and_stays() {
    let (app, owner, bea) = served().await;
    let sync = json!({ "theme_mode": "sync", "theme_light": "light-tritan", "theme_dark": "dark-tritan" });
    let set = bea.put(APPEARANCE, with(least(), sync)).await.expect(200).json();
    assert_eq!(set, answer(["dark", "sync", "light-tritan", "dark-tritan", "fira-code"]));
    assert_eq!(bea.get(APPEARANCE).await.expect(200).json(), set);
    assert_eq!(owner.get(&of("bea", "appearance")).await.expect(200).json(), set);
    assert_eq!(owner.get(APPEARANCE).await.expect(200).json(), answer([""; 5]));
    assert_eq!(stored(&app, bea.id).await.len(), 5);
    // It stays with the user, and is not that of the deprecated member.
    assert!(bea.get("/users/me").await.expect(200).json().get("theme_preference").is_none());
}

/// The table of users.md 3.6: requests one after the other, each with what is stored after it.
#[tokio::test]
async fn each_mode_writes_what_belongs_to_it() {
    let (_app, _, bea) = served().await;
    let steps: [(&str, Value, [&str; 5]); 12] = [
        ("the mode stays unset", json!({}), ["dark", "", "", "", "fira-code"]),
        (
            "themes without a mode are not written",
            json!({ "theme_light": "light", "theme_dark": "dark" }),
            ["dark", "", "", "", "fira-code"],
        ),
        (
            "sync writes all",
            json!({ "theme_mode": "sync", "theme_light": "light", "theme_dark": "dark-tritan" }),
            ["dark", "sync", "light", "dark-tritan", "fira-code"],
        ),
        (
            "without a mode all of it stays",
            json!({ "theme_preference": "other", "terminal_font": "geist-mono", "theme_light": "dark" }),
            ["other", "sync", "light", "dark-tritan", "geist-mono"],
        ),
        (
            "an empty mode is none",
            json!({ "theme_mode": "", "theme_light": "", "theme_dark": "" }),
            ["dark", "sync", "light", "dark-tritan", "fira-code"],
        ),
        (
            "single alone leaves the themes",
            json!({ "theme_mode": "single" }),
            ["dark", "single", "light", "dark-tritan", "fira-code"],
        ),
        (
            "single writes a theme that is given",
            json!({ "theme_mode": "single", "theme_dark": "light" }),
            ["dark", "single", "light", "light", "fira-code"],
        ),
        (
            "an old name takes the mode away",
            json!({ "theme_preference": "auto" }),
            ["auto", "", "light", "light", "fira-code"],
        ),
        (
            "beside a mode it does not",
            json!({ "theme_preference": "auto", "theme_mode": "single" }),
            ["auto", "single", "light", "light", "fira-code"],
        ),
        (
            "the second old name",
            json!({ "theme_preference": "auto-protan-deuter" }),
            ["auto-protan-deuter", "", "light", "light", "fira-code"],
        ),
        ("set again", json!({ "theme_mode": "single" }), ["dark", "single", "light", "light", "fira-code"]),
        (
            "the third old name",
            json!({ "theme_preference": "auto-tritan", "theme_mode": "" }),
            ["auto-tritan", "", "light", "light", "fira-code"],
        ),
    ];
    for (what, changes, wanted) in steps {
        let set = bea.put(APPEARANCE, with(least(), changes)).await.expect(200).json();
        assert_eq!(set, answer(wanted), "{what}");
        assert_eq!(bea.get(APPEARANCE).await.expect(200).json(), set, "{what}");
    }
    // What only looks like an old name takes nothing away.
    bea.put(APPEARANCE, with(least(), json!({ "theme_mode": "single" }))).await.expect(200);
    for name in ["Auto", "auto-", "automatic", "auto-protan", "dark"] {
        let set = bea.put(APPEARANCE, with(least(), json!({ "theme_preference": name }))).await.expect(200);
        assert_eq!(set.json()["theme_mode"], "single", "{name}");
    }
}

#[tokio::test]
async fn every_word_of_the_contract_is_taken_in_either_slot() {
    let (_app, _, bea) = served().await;
    for light in THEMES {
        for dark in THEMES {
            let asked = json!({ "theme_mode": "sync", "theme_light": light, "theme_dark": dark });
            let set = bea.put(APPEARANCE, with(least(), asked)).await.expect(200).json();
            assert_eq!(set, answer(["dark", "sync", light, dark, "fira-code"]));
        }
    }
    for font in FONTS {
        let set = bea.put(APPEARANCE, with(least(), json!({ "terminal_font": font }))).await.expect(200);
        assert_eq!(set.json()["terminal_font"], font);
    }
    for theme in ["dark", "light", "any theme", "é😀", " "] {
        let set = bea.put(APPEARANCE, with(least(), json!({ "theme_preference": theme }))).await.expect(200);
        assert_eq!(set.json()["theme_preference"], theme);
    }
}

#[tokio::test]
async fn fields_that_break_a_rule_are_told_together() {
    let (app, _, bea) = served().await;
    let cases: [(Value, Broken); 14] = [
        (json!({ "terminal_font": "" }), &[(FONT, REQUIRED, "")]),
        (json!({ "terminal_font": null }), &[(FONT, REQUIRED, "")]),
        (json!({ "theme_preference": "" }), &[("theme_preference", REQUIRED, "")]),
        (json!({ "theme_preference": null }), &[("theme_preference", REQUIRED, "")]),
        (json!({ "theme_mode": "both" }), &[("theme_mode", ONEOF, "both")]),
        (json!({ "theme_mode": "Sync" }), &[("theme_mode", ONEOF, "Sync")]),
        (json!({ "theme_mode": "sync", "theme_light": "light" }), &[(DARK, REQUIRED_IF, "")]),
        (json!({ "theme_mode": "sync", "theme_dark": "dark" }), &[(LIGHT, REQUIRED_IF, "")]),
        (json!({ "theme_mode": "sync" }), &[(LIGHT, REQUIRED_IF, ""), (DARK, REQUIRED_IF, "")]),
        (
            json!({ "theme_mode": "sync", "theme_light": "x" }),
            &[(LIGHT, ONEOF, "x"), (DARK, REQUIRED_IF, "")],
        ),
        (json!({ "theme_light": "blue" }), &[(LIGHT, ONEOF, "blue")]),
        (json!({ "theme_dark": "Dark" }), &[(DARK, ONEOF, "Dark")]),
        (json!({ "theme_mode": "single", "theme_dark": "blue" }), &[(DARK, ONEOF, "blue")]),
        (
            json!({ "theme_preference": "", "theme_mode": "x", "theme_light": "y", "theme_dark": "z", "terminal_font": "" }),
            &[
                ("theme_preference", REQUIRED, ""),
                ("theme_mode", ONEOF, "x"),
                (LIGHT, ONEOF, "y"),
                (DARK, ONEOF, "z"),
                (FONT, REQUIRED, ""),
            ],
        ),
    ];
    for (changes, wanted) in cases {
        assert_broken(&bea.put(APPEARANCE, with(least(), changes)).await, wanted);
    }
    assert_broken(
        &bea.put(APPEARANCE, json!({})).await,
        &[("theme_preference", REQUIRED, ""), (FONT, REQUIRED, "")],
    );
    assert!(stored(&app, bea.id).await.is_empty(), "what is refused is not stored");
}

#[tokio::test]
async fn an_unknown_font_is_refused_after_all_other_rules() {
    let (app, _, bea) = served().await;
    for font in ["comic", "Fira-Code", "fira-code ", " ", "auto"] {
        let reply = bea.put(APPEARANCE, with(least(), json!({ "terminal_font": font }))).await;
        assert_refused(&reply, "Unsupported font family.");
    }
    let both = json!({ "terminal_font": "comic", "theme_mode": "sync", "theme_light": "light" });
    assert_broken(&bea.put(APPEARANCE, with(least(), both)).await, &[("theme_dark", "required_if", "")]);
    assert!(stored(&app, bea.id).await.is_empty());
}

#[tokio::test]
async fn what_is_no_word_any_more_reads_as_unset() {
    let (app, _, bea) = served().await;
    for key in ["theme_mode", "theme_light", "theme_dark", "terminal_font"] {
        for gone in ["comic-sans", "", "SYNC"] {
            store(&app, bea.id, key, gone).await;
            assert_eq!(bea.get(APPEARANCE).await.expect(200).json(), answer([""; 5]), "{key}: {gone:?}");
        }
    }
    store(&app, bea.id, "theme_preference", "no word is wrong here").await;
    assert_eq!(
        bea.get(APPEARANCE).await.expect(200).json(),
        answer(["no word is wrong here", "", "", "", ""])
    );
}

#[tokio::test]
async fn setting_it_is_not_audited() {
    use sea_orm::{EntityTrait, PaginatorTrait};
    let (app, _, bea) = served().await;
    let entries = || async { entity::audit_logs::Entity::find().count(&app.db).await.unwrap() };
    let before = entries().await;
    bea.put(APPEARANCE, least()).await.expect(200);
    bea.put(super::PREFERENCES, json!({ "thinking_display_mode": "preview" })).await.expect(200);
    assert_eq!(entries().await, before);
}
