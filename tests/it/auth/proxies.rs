//! Where a request comes from, when proxies stand in between.

use roster::domain::{Proxies, RateLimits, Settings, Web};

use super::helpers::{audited, credentials, flush, stored_key};
use crate::support::{Actor, Client, PASSWORD, Reply, TestApp, settings};

async fn behind(trusted: &[&str], headers: &[&str], login: i64) -> (TestApp, Actor) {
    let proxies = Proxies {
        trusted: trusted.iter().map(|net| net.parse().unwrap()).collect(),
        headers: headers.iter().map(|name| (*name).to_owned()).collect(),
    };
    let web = Web { proxies, limits: RateLimits { api: 0, login }, ..Web::default() };
    let app = TestApp::with(Settings { web, ..settings() }).await;
    let owner = app.owner().await;
    (app, owner)
}

async fn log_in_from(client: &Client, email: &str, headers: &[(&str, &str)]) -> Reply {
    let request = client.request(reqwest::Method::POST, "/api/v2/users/login");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    client.finish(request.body(credentials(email, PASSWORD).to_string())).await
}

/// The address of the session that a login with these headers opened.
async fn address(app: &TestApp, owner: &Actor, headers: &[(&str, &str)]) -> String {
    let made = log_in_from(&app.client(), &owner.email, headers).await.expect(201).json();
    let key = stored_key(app, made["session_token"].as_str().unwrap()).await.unwrap();
    let entries = audited(app, owner.id, "login").await;
    let told = entries.iter().find(|entry| entry.ip.as_ref() == Some(&key.ip_address));
    assert!(told.is_some(), "the audit log has no {}: {entries:#?}", key.ip_address);
    key.ip_address
}

#[tokio::test]
async fn by_default_nobody_is_believed() {
    let (app, owner) = behind(&[], &["x-forwarded-for"], 0).await;
    assert_eq!(address(&app, &owner, &[("X-Forwarded-For", "203.0.113.9")]).await, "127.0.0.1");
}

#[tokio::test]
async fn who_is_no_proxy_is_not_believed() {
    let (app, owner) = behind(&["10.0.0.0/8", "::1/128"], &["x-forwarded-for"], 0).await;
    assert_eq!(address(&app, &owner, &[("X-Forwarded-For", "203.0.113.9")]).await, "127.0.0.1");
}

#[tokio::test]
async fn of_the_told_addresses_the_last_that_is_no_proxy_counts() {
    let trusted = ["127.0.0.1/32", "10.0.0.0/8", "2001:db8:1::/48"];
    let (app, owner) = behind(&trusted, &["x-forwarded-for", "x-real-ip"], 0).await;
    let table = [
        ("203.0.113.9", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("198.51.100.1,203.0.113.9 , 10.1.2.3,10.4.5.6", "203.0.113.9"),
        ("10.0.0.1, 10.0.0.2", "10.0.0.1"),
        ("198.51.100.1, nonsense, 10.0.0.2", "10.0.0.2"),
        ("198.51.100.1, ", "127.0.0.1"),
        ("", "127.0.0.1"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:443, 2001:db8:1::1", "2001:db8::7"),
        ("::ffff:203.0.113.9, ::ffff:10.0.0.1", "203.0.113.9"),
    ];
    for (told, expected) in table {
        assert_eq!(address(&app, &owner, &[("X-Forwarded-For", told)]).await, expected, "{told:?}");
    }
    let lines = [("X-Forwarded-For", "198.51.100.1"), ("X-Forwarded-For", "203.0.113.9, 10.0.0.1")];
    assert_eq!(address(&app, &owner, &lines).await, "203.0.113.9");
}

#[tokio::test]
async fn the_first_header_that_is_there_counts_and_others_do_not() {
    let (app, owner) = behind(&["127.0.0.0/8"], &["x-real-ip", "x-forwarded-for"], 0).await;
    let (real, forwarded) = (("X-Real-IP", "203.0.113.1"), ("X-Forwarded-For", "203.0.113.2"));
    assert_eq!(address(&app, &owner, &[forwarded, real]).await, "203.0.113.1");
    assert_eq!(address(&app, &owner, &[forwarded]).await, "203.0.113.2");
    assert_eq!(address(&app, &owner, &[("True-Client-IP", "203.0.113.3")]).await, "127.0.0.1");
}

#[tokio::test]
async fn the_use_of_a_key_tells_where_it_was_used() {
    let (app, owner) = behind(&["127.0.0.1/32"], &["x-forwarded-for"], 0).await;
    let request = owner.request(reqwest::Method::GET, "/api/v2/users/me");
    owner.finish(request.header("X-Forwarded-For", "203.0.113.9")).await.expect(200);
    flush(&app).await;
    assert_eq!(stored_key(&app, &owner.token).await.unwrap().ip_address, "203.0.113.9");
}

#[tokio::test]
async fn clients_behind_a_proxy_are_counted_apart() {
    let (app, _) = behind(&["127.0.0.1/32"], &["x-forwarded-for"], 1).await;
    let from = async |ip: &str| log_in_from(&app.client(), "", &[("X-Forwarded-For", ip)]).await.status;
    assert_eq!((from("203.0.113.1").await, from("203.0.113.1").await), (400, 429));
    assert_eq!((from("203.0.113.2").await, from("6.6.6.6, 203.0.113.2").await), (400, 429));
    assert_eq!((from("2001:db8::1").await, from("2001:db8::2").await), (400, 429));
}

#[tokio::test]
async fn where_nobody_is_believed_a_header_makes_no_new_client() {
    let (app, _) = behind(&[], &["x-forwarded-for"], 2).await;
    let from = async |ip: &str| log_in_from(&app.client(), "", &[("X-Forwarded-For", ip)]).await.status;
    assert_eq!((from("203.0.113.1").await, from("203.0.113.2").await), (400, 429));
}
