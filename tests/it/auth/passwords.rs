//! Passwords are slow to check, the same for everybody, and without slowing down anything else.

use std::time::{Duration, Instant};

use reqwest::Method;

use super::helpers::{log_in, served};
use crate::support::{Client, PASSWORD};

/// How often each is tried.
const TRIES: usize = 10;
/// No check of a password is faster.
const LEAST_WORK: Duration = Duration::from_millis(5);

async fn refusal_time(client: &Client, email: &str) -> Duration {
    let began = Instant::now();
    log_in(client, email, "not the password").await.expect(401);
    began.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

#[tokio::test]
async fn an_unknown_address_takes_as_long_as_a_wrong_password() {
    let (app, owner, bea) = served().await;
    let without_password = app.user(&owner, "cy", &[]).await;
    let client = app.client();
    let emails = [bea.email.as_str(), "nobody@example.com", without_password.email.as_str()];
    let mut times = [const { Vec::new() }; 3];
    for _ in 0..TRIES {
        for (times, email) in times.iter_mut().zip(emails) {
            times.push(refusal_time(&client, email).await);
        }
    }
    let fastest = times.iter().flatten().min().unwrap();
    assert!(*fastest >= LEAST_WORK, "{times:?}");
    let mut medians = times.map(median);
    medians.sort_unstable();
    assert!(medians[2] < medians[0] * 3, "{medians:?}");
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
