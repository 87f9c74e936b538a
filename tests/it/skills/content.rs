//! How long and of what kind a text may be, and what is told of one that is no skill.

use roster::model::skill::{CONTENT_LIMIT, DESCRIPTION_LIMIT, NAME_LIMIT, NAME_PATTERN};

use super::*;

const NOT_JSON: &str = "Request body must be valid JSON.";

/// The largest body of a request (skills.md 1).
const REQUEST_LIMIT: usize = 394_240;

/// A text of so many bytes, most of which JSON escapes.
fn of_length(length: usize) -> String {
    let head = named("long");
    format!("{head}{}", "\"".repeat(length - head.len()))
}

#[tokio::test]
async fn a_text_has_up_to_65536_bytes() {
    let (_app, _, bea) = served().await;
    assert_eq!(CONTENT_LIMIT, 65_536);
    let content = of_length(65_536);
    assert_eq!(post(&bea, "me", &content).await.expect(201).json()["content"], content);
    assert_eq!(patch(&bea, "me", "long", &content).await.expect(200).json()["content"], content);
    let told = "skill is too large: got 65537 bytes, maximum is 65536 bytes";
    // The size is looked at before the front matter, which this has none of.
    for content in [of_length(65_537), "a".repeat(65_537), "\0".repeat(65_537)] {
        for reply in [post(&bea, "me", &content).await, patch(&bea, "me", "long", &content).await] {
            assert_refused(&reply, 400, "Skill content is too large.", told);
        }
    }
    let told = "skill is too large: got 65538 bytes, maximum is 65536 bytes";
    assert_refused(&post(&bea, "me", &"ä".repeat(32_769)).await, 400, "Skill content is too large.", told);
}

#[tokio::test]
async fn the_longest_text_fits_however_it_is_written() {
    let (_app, _, bea) = served().await;
    let content = of_length(65_536);
    let escaped: String = content.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
    let body = format!("{{\"content\":\"{escaped}\"}}");
    let made = send(&bea, Method::POST, &path("me", ""), Some(body)).await.expect(201);
    assert_eq!(made.json()["content"], content);
}

#[tokio::test]
async fn a_body_beyond_its_cap_is_no_json() {
    let (_app, _, bea) = served().await;
    post(&bea, "me", &named("prune")).await.expect(201);
    let body = |length: usize| {
        let body = json!({ "content": named("rake") }).to_string();
        format!("{body}{}", " ".repeat(length - body.len()))
    };
    for (method, place) in [(Method::POST, path("me", "")), (Method::PATCH, path("me", "prune"))] {
        let refused = send(&bea, method, &place, Some(body(REQUEST_LIMIT + 1))).await;
        assert_refused(&refused, 400, NOT_JSON, "http: request body too large");
    }
    send(&bea, Method::POST, &path("me", ""), Some(body(REQUEST_LIMIT))).await.expect(201);
    // Whom one may not see is told first; what no server reads is refused by all.
    let hidden = send(&bea, Method::POST, &path("owner", ""), Some(body(REQUEST_LIMIT + 1))).await;
    assert_hidden(&hidden, "owner");
    send(&bea, Method::POST, &path("me", ""), Some(body(5 << 20))).await.expect(413);
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused() {
    let (_app, _, bea) = served().await;
    for body in ["", "{", "[]", "{\"content\":1}", "{\"content\":\"\\ud800\"}"] {
        for (method, place) in [(Method::POST, path("me", "")), (Method::PATCH, path("me", "prune"))] {
            let refused = send(&bea, method, &place, Some(body.to_owned())).await.expect(400);
            assert_eq!(refused.message(), NOT_JSON, "{body}");
        }
    }
}

#[tokio::test]
async fn a_text_without_delimiters_is_refused() {
    let (app, _, bea) = served().await;
    let opening = "parse skill frontmatter: missing opening frontmatter delimiter";
    let closing = "parse skill frontmatter: missing closing frontmatter delimiter";
    for (body, detail) in [
        ("{}".to_owned(), opening),
        ("null".to_owned(), opening),
        (json!({ "content": null }).to_string(), opening),
        (json!({ "content": "" }).to_string(), opening),
        (json!({ "content": "name: x" }).to_string(), opening),
        (json!({ "content": "\n---\nname: x\n---\nbody" }).to_string(), opening),
        (json!({ "content": "---" }).to_string(), closing),
        (json!({ "content": "---\nname: x\nbody" }).to_string(), closing),
    ] {
        for (method, place) in [(Method::POST, path("me", "")), (Method::PATCH, path("me", "x"))] {
            let refused = send(&bea, method, &place, Some(body.clone())).await;
            assert_refused(&refused, 400, "Invalid skill content.", detail);
        }
    }
    assert_eq!(count(&app, bea.id).await, 0);
}

/// PostgreSQL stores no such text, and nobody shall know which database it is.
#[tokio::test]
async fn a_text_with_a_nul_is_refused() {
    let (_app, _, bea) = served().await;
    let detail = "skill content must not contain NUL characters";
    for content in ["\0", "---\nname: x\0\n---\nbody", "---\nname: x\n---\nbody\0"] {
        for reply in [post(&bea, "me", content).await, patch(&bea, "me", "x", content).await] {
            assert_refused(&reply, 400, "Invalid skill content.", detail);
        }
    }
}

#[tokio::test]
async fn names_are_words_in_lower_case() {
    let (app, _, bea) = served().await;
    assert_eq!(NAME_LIMIT, 256);
    let long = "a".repeat(256);
    assert_eq!(post(&bea, "me", &named(&long)).await.expect(201).json()["name"], long);
    get(&bea, "me", &long).await.expect(200);
    let longer = "a".repeat(257);
    let detail = format!("invalid skill name: {longer:?} is 257 bytes, maximum is 256 bytes");
    assert_refused(&post(&bea, "me", &named(&longer)).await, 400, "Invalid skill name.", &detail);
    for bad in ["Not_Kebab", "NotKebab", "a--b", "-a", "a-", "ä", "a b", "a/b", "a.b", "a\\"] {
        let quoted = format!("{bad:?}");
        let detail = format!("invalid skill name: {quoted} must match {NAME_PATTERN}");
        assert_refused(&post(&bea, "me", &named(bad)).await, 400, "Invalid skill name.", &detail);
    }
    let blanks = post(&bea, "me", &with_lines("name: \" x \"")).await;
    let detail = "invalid skill name: \" x \" must match ^[a-z0-9]+(-[a-z0-9]+)*$";
    assert_refused(&blanks, 400, "Invalid skill name.", detail);
    assert_eq!(count(&app, bea.id).await, 1);
}

#[tokio::test]
async fn a_skill_has_a_name() {
    let (_app, _, bea) = served().await;
    let detail = "invalid skill name: frontmatter must contain a 'name' field";
    for lines in ["description: x", "name:", "name: \"\"", "name: ''", "name", "# name: x", ""] {
        assert_refused(&post(&bea, "me", &with_lines(lines)).await, 400, "Invalid skill name.", detail);
    }
    for name in ["123", "null", "true", "0-0"] {
        assert_eq!(post(&bea, "me", &named(name)).await.expect(201).json()["name"], name);
    }
}

#[tokio::test]
async fn descriptions_are_counted_in_bytes() {
    let (_app, _, bea) = served().await;
    assert_eq!(DESCRIPTION_LIMIT, 4096);
    let described = |name: &str, text: &str| with_lines(&format!("name: {name}\ndescription: {text}"));
    for (name, text) in [("ascii", "x".repeat(4096)), ("umlauts", "ü".repeat(2048))] {
        let made = post(&bea, "me", &described(name, &text)).await.expect(201).json();
        assert_eq!(made["description"], text);
    }
    for (text, bytes) in [("x".repeat(4097), 4097), ("ü".repeat(2049), 4098)] {
        let refused = post(&bea, "me", &described("x", &text)).await;
        let detail = format!("skill description is too large: got {bytes} bytes, maximum is 4096 bytes");
        assert_refused(&refused, 400, "Skill description is too large.", &detail);
    }
}

#[tokio::test]
async fn a_skill_has_a_body() {
    let (app, _, bea) = served().await;
    post(&bea, "me", &named("x")).await.expect(201);
    for body in ["", "\n", " \r\n\t\n", "<!-- x -->", "\n<!-- x\ny -->\n<!---->\n"] {
        let content = format!("---\nname: x\n---\n{body}");
        let detail = "skill body is required: skill \"x\" has no content after frontmatter";
        for reply in [post(&bea, "me", &content).await, patch(&bea, "me", "x", &content).await] {
            assert_refused(&reply, 400, "Skill body is required.", detail);
        }
    }
    let unclosed = "---\nname: x\n---\n<!-- x";
    patch(&bea, "me", "x", unclosed).await.expect(200);
    assert_eq!(get(&bea, "me", "x").await.json()["content"], unclosed);
    assert_eq!(count(&app, bea.id).await, 1);
}
