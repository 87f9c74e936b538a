//! The client of OpenID providers, before one that does as it is told.

mod discovery;
mod more_claims;
mod start;
mod tokens;
mod trust;
mod whole;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::redirect::Policy;
use roster::domain::provider::{Failure, OidcClient, Return, Start, Vouched};
use roster::model::ids::Secret;
use roster::providers::oidc::{Client, Settings};
use serde_json::{Map, Value};
use url::Url;

use crate::support::hostile_provider::{CLIENT_SECRET, HostileProvider};

const NONCE: &str = "a-nonce-of-this-login";
const REDIRECT: &str = "http://roster.test/api/v2/users/oidc/callback";

fn nonce() -> Secret {
    Secret::new(NONCE)
}

/// A point in time by the clock of the provider, so many seconds off.
fn seconds_off(provider: &HostileProvider, seconds: i64) -> DateTime<Utc> {
    provider.change(|conduct| conduct.now) + TimeDelta::seconds(seconds)
}

async fn start(client: &Client) -> Start {
    client.start(&Secret::new("a-state"), &nonce(), REDIRECT).await.unwrap()
}

/// Goes to the provider and comes back.
async fn come_back(start: Start) -> Return {
    let browser = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    let answer = browser.get(&start.url).send().await.unwrap();
    let back = Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
    let field = |name: &str| back.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
    assert_eq!(field("state"), "a-state");
    Return { code: Secret::new(field("code")), verifier: start.verifier, redirect_url: REDIRECT.to_owned() }
}

/// A whole login, at this time. Whatever it fails with holds no secret.
async fn log_in_at(client: &Client, now: DateTime<Utc>) -> Result<Vouched, Failure> {
    let returned = come_back(start(client).await).await;
    let finished = client.finish(&returned, &nonce(), now).await;
    if let Err(failure) = &finished {
        let verifier = returned.verifier.as_ref().map_or("no verifier", Secret::expose);
        assert_discreet(failure, &[returned.code.expose(), verifier]);
    }
    finished
}

async fn log_in(provider: &HostileProvider, client: &Client) -> Result<Vouched, Failure> {
    log_in_at(client, seconds_off(provider, 0)).await
}

/// A login whose id token has other claims; null for missing.
async fn with_claims(claims: Value) -> Result<Vouched, Failure> {
    let provider = HostileProvider::start().await;
    provider.change(|conduct| conduct.claims = object(claims));
    log_in(&provider, &provider.client()).await
}

fn assert_discreet(failure: &Failure, more: &[&str]) {
    let text = format!("{failure} {failure:?}");
    let usual = [CLIENT_SECRET, "the%2Bclient%2Fsecret", "an-access-token", "a-refresh-token", "eyJ"];
    for secret in usual.iter().chain(more) {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[track_caller]
fn assert_unbelieved(outcome: Result<Vouched, Failure>, why: &str) {
    match outcome {
        Err(Failure::BadIdToken(text)) if text.contains(why) => {}
        other => panic!("not {why:?} but {other:?}"),
    }
}

#[track_caller]
fn assert_unreachable<T: std::fmt::Debug>(outcome: Result<T, Failure>, why: &str) {
    match outcome {
        Err(Failure::Unreachable(text)) if text.contains(why) => {}
        other => panic!("not {why:?} but {other:?}"),
    }
}
