//! Passwords are slow to check, the same for everybody, and without slowing down anything else.

use std::time::{Duration, Instant};

use reqwest::Method;

use super::helpers::{log_in, served};
use crate::support::PASSWORD;

#[tokio::test]
async fn an_unknown_address_costs_as_much_as_a_wrong_password() {
    let (app, owner, bea) = served().await;
    let without_password = app.user(&owner, "cy", &[]).await;
    for email in [bea.email.as_str(), "nobody@example.com", without_password.email.as_str()] {
        let before = app.backend.hasher.done();
        log_in(&app.client(), email, "not the password").await.expect(401);
        assert_eq!(app.backend.hasher.done() - before, 1, "{email}");
    }
}

#[tokio::test]
async fn many_logins_at_once_all_succeed_while_others_are_answered() {
    let (app, _, bea) = served().await;
    let logins: Vec<_> = (0..16)
        .map(|_| {
            let (client, email) = (app.client(), bea.email.clone());
            tokio::spawn(async move { log_in(&client, &email, PASSWORD).await })
        })
        .collect();
    let client = app.client();
    let (mut answered, mut slowest) = (0, Duration::ZERO);
    while !logins.iter().all(tokio::task::JoinHandle::is_finished) {
        let began = Instant::now();
        client.finish(client.request(Method::GET, "/healthz")).await.expect(200);
        (answered, slowest) = (answered + 1, slowest.max(began.elapsed()));
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let mut tokens = std::collections::BTreeSet::new();
    for login in logins {
        tokens.insert(login.await.unwrap().expect(201).json()["session_token"].to_string());
    }
    assert_eq!(tokens.len(), 16);
    assert!(answered >= 8, "only {answered} answers meanwhile");
    assert!(slowest < Duration::from_secs(1), "one took {slowest:?}");
}
