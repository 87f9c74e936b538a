//! Paths, queries and headers that nobody means well with.

use reqwest::Method;

use super::envelope::assert_envelope;
use super::raw;
use super::walk::operations;
use super::world::{Federated, World, call};
use crate::support::TestApp;

/// Values that decode to something odd, or not at all.
const ODD: [&str; 14] = [
    "%FF",
    "%C3%28",
    "%ED%A0%80",
    "%00",
    "a%00b",
    "%",
    "%2",
    "%zz",
    "%2F",
    "%2F..%2F..%2Fetc%2Fpasswd",
    "%F0%9F%AB%96",
    "'%20OR%201=1--",
    "%0d%0aSet-Cookie:%20a=b",
    "%25_%5C",
];

#[tokio::test]
async fn odd_values_in_paths_are_refused() {
    let world = World::new().await;
    let long = "x".repeat(4_000);
    for operation in operations() {
        let names: Vec<&str> =
            operation.parameters().filter(|p| p["in"] == "path").filter_map(|p| p["name"].as_str()).collect();
        for odd_one in names {
            let status = match (operation.id(), odd_one) {
                // Names of roles have a rule of their own, which none of these keeps (members.md 7.6).
                (_, "roleName") => 400,
                // The body, which has to have the same name, is read first (skills.md 1).
                ("update-a-user-skill", "skillName") => 400,
                _ => 404,
            };
            for odd in ODD.into_iter().chain([long.as_str()]) {
                let value =
                    |name: &str| if name == odd_one { odd.to_owned() } else { world.value(&operation, name) };
                let reply = call(&world.owner, &operation, &operation.path_with(value)).await;
                assert_envelope(&reply, status);
            }
        }
    }
}

#[tokio::test]
async fn odd_values_in_queries_match_nothing_or_are_refused() {
    let federated = Federated::new().await;
    let world = &federated.world;
    let odd = ODD
        .into_iter()
        .chain(["name:%00", "role:%00", "name:%FF", "\"", "%22%22", ":", "a:", "=", "&&&", "+"]);
    for odd in odd {
        for operation in operations().into_iter().filter(|o| o.method == Method::GET) {
            let path = world.path(&operation);
            for parameter in operation.parameters().filter(|p| p["in"] == "query") {
                let name = parameter["name"].as_str().unwrap();
                let reply = call(&world.owner, &operation, &format!("{path}?{name}={odd}")).await;
                assert!([200, 400].contains(&reply.status), "{operation:?} {name}={odd}: {reply:?}");
            }
            let caller = federated.caller(&operation);
            let reply = call(caller, &operation, &format!("{path}?{odd}={odd}&{odd}")).await;
            let status = match operation.id() {
                // Takes no parameter that it does not know (users.md 3.7), and needs one.
                "get-autofill-build-parameters-for-user" => 400,
                // Takes none that it does not know either (neighbours.md, case 22).
                "get-groups" => 400,
                id if id.contains("callback") => 307,
                // It shows nobody.
                "scim-20-get-user-by-id" => 404,
                _ => 200,
            };
            assert_eq!(reply.status, status, "{operation:?} ?{odd}: {reply:?}");
        }
    }
}

#[tokio::test]
async fn odd_keys_in_queries_are_refused() {
    let app = TestApp::new().await;
    let nul = "%00".repeat(10);
    let keys =
        [format!("{nul}-{}", "x".repeat(22)), format!("0123456789-{}", "%00".repeat(22)), "%FF".to_owned()];
    for key in keys {
        for name in ["coder_session_token", "access_token"] {
            assert_envelope(&app.client().get(&format!("/users/me?{name}={key}")).await, 401);
        }
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_in_headers_are_no_key() {
    let app = TestApp::new().await;
    let headers: [&[u8]; 5] = [
        b"Coder-Session-Token: \xff\xfe\r\n",
        b"Cookie: coder_session_token=\xff\r\n",
        b"Authorization: Bearer \xff\r\n",
        b"Cookie: \xff; ;; =; coder_session_token\r\n",
        b"Authorization: Bearer\r\n",
    ];
    for header in headers {
        raw::send(&app, raw::get(b"/api/v2/users/me", header)).await.expect_envelope(401);
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_in_other_headers_do_not_matter() {
    let app = TestApp::new().await;
    let headers =
        b"User-Agent: \xff\xfe\r\nAccept: \xff\r\nAccept-Language: \x80\r\nX-Forwarded-For: \xff\r\n";
    let reply = raw::send(&app, raw::get(b"/api/v2/buildinfo", headers)).await;
    assert_eq!(reply.status, 200, "{reply:?}");
}

#[tokio::test]
async fn a_long_user_agent_is_no_reason_to_fail() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let body = serde_json::json!({
        "username": "bea", "email": "bea@example.com", "login_type": "none", "organization_ids": [app.organization],
    });
    let request = owner.request(Method::POST, "/api/v2/users").header("User-Agent", "x".repeat(5_000));
    owner.finish(request.body(body.to_string())).await.expect(201);
}

#[tokio::test]
async fn raw_bytes_in_a_path_are_refused() {
    let app = TestApp::new().await;
    for path in
        [&b"/api/v2/users/\xff"[..], b"/\xc3\xa9", b"/api/v2/users?q=\xff", b"/api/v2/us ers", b"users", b"*"]
    {
        let reply = raw::send(&app, raw::get(path, b"")).await;
        assert!((400..500).contains(&reply.status), "{path:?}: {reply:?}");
    }
    app.client().get("/buildinfo").await.expect(200);
}

#[tokio::test]
async fn dots_in_a_path_lead_nowhere() {
    let app = TestApp::new().await;
    for path in
        ["/swagger/../../Cargo.toml", "/swagger/..%2f..%2fCargo.toml", "/api/v2/../../healthz", "/./healthz"]
    {
        raw::send(&app, raw::get(path.as_bytes(), b"")).await.expect_envelope(404);
    }
}

#[tokio::test]
async fn a_very_long_path_is_just_not_found() {
    let app = TestApp::new().await;
    for length in [8_000, 60_000] {
        let path = format!("/api/v2/{}", "x".repeat(length));
        raw::send(&app, raw::get(path.as_bytes(), b"")).await.expect_envelope(404);
        let query = format!("/api/v2/buildinfo?{}", "x".repeat(length));
        let reply = raw::send(&app, raw::get(query.as_bytes(), b"")).await;
        assert_eq!(reply.status, 200, "{reply:?}");
    }
}

/// Beyond its own limits the protocol's implementation answers, without a body and before any of our code.
#[tokio::test]
async fn what_the_protocol_refuses_does_not_stop_the_server() {
    let app = TestApp::new().await;
    let path = format!("/{}", "x".repeat(70_000));
    assert_eq!(raw::send(&app, raw::get(path.as_bytes(), b"")).await.status, 414);
    for count in [200, 10_000] {
        let headers = (0..count).map(|n| format!("X-{n}: {n}\r\n")).collect::<String>();
        assert_eq!(raw::send(&app, raw::get(b"/", headers.as_bytes())).await.status, 431, "{count} headers");
    }
    let long = format!("X-Long: {}\r\n", "x".repeat(1_000_000));
    assert!([0, 431].contains(&raw::send(&app, raw::get(b"/", long.as_bytes())).await.status));
    for nonsense in [
        &b"\r\n\r\n"[..],
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"CONNECT x:1 HTTP/1.1\r\n\r\n",
    ] {
        raw::send_and_hang_up(&app, nonsense).await;
    }
    app.client().get("/buildinfo").await.expect(200);
}
