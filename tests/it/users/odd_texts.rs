//! Paths and queries that nobody should send: they are answered, and never a fault of the server.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::*;

/// Pieces of queries, good and bad, to be put together at random.
const PIECES: [&str; 48] = [
    " ",
    " ",
    " ",
    ":",
    ":",
    ",",
    "\"",
    "\"",
    "'",
    "%",
    "_",
    "\\",
    "\0",
    "\n",
    "\t",
    "a",
    "É",
    "ς",
    "İ",
    "ß",
    "😀",
    "\u{202e}",
    "search",
    "name",
    "status",
    "role",
    "login_type",
    "created_after",
    "created_before",
    "last_seen_before",
    "last_seen_after",
    "github_com_user_id",
    "service_account",
    "active",
    "dormant",
    "owner",
    "member",
    "true",
    "1",
    "-1",
    "9223372036854775807",
    "99999999999999999999",
    "\"2026-01-02t00:00:00z\"",
    "\"0000-01-01t00:00:00z\"",
    "\"9999-12-31t23:59:60-23:59\"",
    "status:active",
    "role:owner",
    "name:\"",
];

#[tokio::test]
async fn random_queries_are_answered() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &["auditor"]).await;
    let mut dice = StdRng::seed_from_u64(1);
    for _ in 0..400 {
        let length = dice.random_range(1..9);
        let q: String = (0..length).map(|_| PIECES[dice.random_range(0..PIECES.len())]).collect();
        let reply = owner.get(&searching(&q)).await;
        assert!([200, 400].contains(&reply.status), "{q:?}: {reply:?}");
    }
}

#[tokio::test]
async fn random_characters_are_answered() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let mut dice = StdRng::seed_from_u64(2);
    for _ in 0..300 {
        let length = dice.random_range(1..40);
        let q: String = (0..length).filter_map(|_| char::from_u32(dice.random_range(0..0x250))).collect();
        let reply = owner.get(&searching(&q)).await;
        assert!([200, 400].contains(&reply.status), "{q:?}: {reply:?}");
    }
}

#[tokio::test]
async fn every_key_takes_every_odd_value() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let keys = [
        "search",
        "name",
        "status",
        "role",
        "login_type",
        "created_after",
        "last_seen_before",
        "github_com_user_id",
        "service_account",
    ];
    let values = [
        "\0", "a\0", "\"\0\"", "%00", "\\", "'", "\"", "\"\"", ",", ",,", "é", "{}", "[]", "null", "?", "$1",
        "{0}",
    ];
    for key in keys {
        for value in values {
            let reply = owner.get(&searching(&format!("{key}:{value}"))).await;
            assert!([200, 400].contains(&reply.status), "{key}:{value:?}: {reply:?}");
        }
    }
}

#[tokio::test]
async fn text_that_no_user_can_have_finds_nobody() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for q in ["\0", "own\0er", "name:\0", "role:\0", "role:owner\0"] {
        let reply = owner.get(&searching(q)).await;
        assert!([200, 400].contains(&reply.status), "{q:?}: {reply:?}");
        if reply.status == 200 {
            assert_eq!(reply.json()["count"], 0, "{q:?}");
        }
    }
}

#[tokio::test]
async fn long_queries_are_answered() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let roles: Vec<String> = (0..3_000).map(|number| format!("r{number}")).collect();
    let long = [
        "x".repeat(30_000),
        "x".repeat(60_000),
        "_".repeat(30_000),
        format!("name:{}", "_".repeat(30_000)),
        format!("role:{}", roles.join(",")),
        format!("role:{}", "a,".repeat(20_000)),
        format!("status:{}", "active,".repeat(5_000)),
        format!("login_type:{}", "none,".repeat(5_000)),
        "a ".repeat(15_000),
        "a:b ".repeat(5_000),
        "\"".repeat(20_000),
    ];
    for q in long {
        // Sent as it is: what has to be encoded would become too long for an address.
        let reply = owner.get(&format!("/users?q={}", q.replace(' ', "+"))).await;
        assert!([200, 400].contains(&reply.status), "{q:.40}: {} {:.300}", reply.status, reply.text);
    }
}

#[tokio::test]
async fn many_roles_are_any_of_them() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let roles: Vec<String> = (0..2_000).map(|number| format!("r{number}")).collect();
    assert_eq!(found(&owner, &format!("role:{},owner", roles.join(","))).await, ["owner"]);
    assert_eq!(found(&owner, &format!("role:{}", roles.join(","))).await, Vec::<String>::new());
}

#[tokio::test]
async fn odd_queries_are_answered() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let queries = [
        "q=%FF",
        "q=%",
        "q=%zz",
        "q=%ED%A0%80",
        "q",
        "q=&q=",
        "=",
        "&&",
        "limit=%FF",
        "after_id=%00",
        "%00=1",
        "q=+",
        "?",
    ];
    for query in queries {
        let reply = owner.get(&format!("/users?{query}")).await;
        assert!([200, 400].contains(&reply.status), "{query}: {reply:?}");
    }
}

#[tokio::test]
async fn odd_names_in_paths_name_nobody() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let odd = [
        "%00",
        "a%00b",
        "%20",
        "%25",
        "'",
        "%22",
        "%5C",
        "%F0%9F%98%80",
        "a%2Fb",
        "%E2%80%AE",
        "~",
        "*",
        "a@b.de",
        "-",
        "urn:uuid:x",
        "%7B%7D",
        "null",
        "undefined",
        "0",
        "..%2F..",
        "%0A",
        "%3Cb%3E",
        &"x".repeat(5_000),
        &"%C3%9F".repeat(500),
    ];
    for name in odd {
        assert_hidden(owner.get(&format!("/users/{name}")).await);
        assert_hidden(owner.get(&format!("/users/{name}/organizations")).await);
        assert_hidden(owner.get(&format!("/users/me/organizations/{name}")).await);
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_name_nobody() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for path in ["/users/%FF", "/users/%C3/organizations", "/users/me/organizations/%FF"] {
        assert_hidden(owner.get(path).await);
    }
}

#[tokio::test]
async fn a_missing_name_in_a_path_is_no_fault() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for path in ["/users//organizations", "/users//organizations/coder"] {
        let reply = owner.get(path).await;
        assert!([400, 404].contains(&reply.status), "{path}: {reply:?}");
    }
}
