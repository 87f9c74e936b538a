//! Tokens that are kept, and traded for new ones.

use roster::domain::provider::{Failure, OidcClient};
use roster::model::ids::Secret;
use serde_json::json;

use super::{
    CLIENT_SECRET, HostileProvider, assert_discreet, assert_unreachable, log_in, object, seconds_off,
};
use crate::support::hostile_provider::Odd;

#[tokio::test]
async fn a_refresh_brings_new_tokens() {
    let provider = HostileProvider::start().await;
    provider.change(|conduct| {
        conduct.tokens =
            object(json!({ "access_token": "second", "refresh_token": "newer", "expires_in": 60 }));
    });
    let now = seconds_off(&provider, 7);
    let tokens = provider.client().refresh(&Secret::new("older"), now).await.unwrap();
    assert_eq!((tokens.access.expose(), tokens.refresh.expose()), ("second", "newer"));
    assert_eq!(tokens.expires_at, Some(seconds_off(&provider, 67)));
    let asked = provider.last("/token");
    assert_eq!((&*asked.fields["grant_type"], &*asked.fields["refresh_token"]), ("refresh_token", "older"));
    assert!(asked.authorization.starts_with("Basic "));
}

#[tokio::test]
async fn without_a_new_refresh_token_the_old_one_stays() {
    for given in [json!(null), json!("")] {
        let provider = HostileProvider::start().await;
        provider
            .change(|conduct| conduct.tokens = object(json!({ "refresh_token": given, "expires_in": null })));
        let now = seconds_off(&provider, 0);
        let tokens = provider.client().refresh(&Secret::new("older"), now).await.unwrap();
        assert_eq!((tokens.refresh.expose(), tokens.expires_at), ("older", None));
    }
}

#[tokio::test]
async fn a_login_without_a_refresh_token_has_none() {
    let provider = HostileProvider::start().await;
    provider.change(|conduct| {
        conduct.tokens = object(json!({ "refresh_token": null, "expires_in": 9_007_199_254_740_993_u64 }));
    });
    let tokens = log_in(&provider, &provider.client()).await.unwrap().tokens;
    // A lifetime that no calendar can add is none.
    assert_eq!((tokens.refresh.expose(), tokens.expires_at), ("", None));
}

#[tokio::test]
async fn a_refusal_is_told_in_the_words_of_the_provider() {
    let provider = HostileProvider::start().await;
    let said = json!({ "error": "invalid_grant", "error_description": "The code has been used." });
    provider.change(|conduct| conduct.odd.insert("/token", Odd::Status(400, said)));
    let expected = Failure::Refused {
        error: "invalid_grant".to_owned(),
        description: "The code has been used.".to_owned(),
    };
    let client = provider.client();
    assert_eq!(log_in(&provider, &client).await.unwrap_err(), expected);
    let now = seconds_off(&provider, 0);
    assert_eq!(client.refresh(&Secret::new("older"), now).await.unwrap_err(), expected);
    let said = json!({ "error": "a_word_of_its_own" });
    provider.change(|conduct| conduct.odd.insert("/token", Odd::Status(401, said)));
    let refused = client.refresh(&Secret::new("older"), now).await.unwrap_err();
    assert_eq!(refused.to_string(), "a_word_of_its_own");
}

#[tokio::test]
async fn a_provider_that_repeats_secrets_is_not_quoted() {
    let provider = HostileProvider::start().await;
    let client = provider.client();
    let told = format!("refresh-1234 of {CLIENT_SECRET} {}", "x".repeat(5000));
    let refusal = Odd::Status(400, json!({ "error": "refresh-1234", "error_description": told }));
    let senseless =
        Odd::Status(200, json!({ "access_token": { "refresh-1234": 1 }, "token_type": "refresh-1234" }));
    let plain = Odd::Text("text/refresh-1234", "refresh-1234".to_owned());
    let wrong =
        Odd::Status(200, json!({ "access_token": "an-access-token", "expires_in": "an-access-token" }));
    for odd in [refusal, senseless, plain, wrong] {
        provider.change(|conduct| conduct.odd.insert("/token", odd));
        let refresh = Secret::new("refresh-1234");
        let failure = client.refresh(&refresh, seconds_off(&provider, 0)).await.unwrap_err();
        assert_discreet(&failure, &["refresh-1234"]);
        assert!(failure.to_string().len() < 1200, "{failure}");
    }
}

#[tokio::test]
async fn answers_of_the_token_endpoint_that_mean_nothing_are_told_apart_from_refusals() {
    let provider = HostileProvider::start().await;
    let client = provider.client();
    let redirect = format!("{}/jwks", provider.issuer);
    let table = [
        (Odd::Status(200, json!([])), "makes no sense"),
        (Odd::Status(503, json!("busy")), "makes no sense"),
        (Odd::Status(200, json!({ "token_type": "Bearer" })), "makes no sense"),
        (Odd::Text("text/html", "<html>".to_owned()), "Content-Type"),
        (Odd::Text("application/json", String::new()), "empty"),
        (Odd::Endless, "larger than"),
        (Odd::BreakOff, "token endpoint failed"),
        (Odd::Redirect(redirect), "redirect"),
    ];
    for (odd, why) in table {
        provider.change(|conduct| conduct.odd.insert("/token", odd));
        assert_unreachable(log_in(&provider, &client).await, why);
    }
    assert_eq!(provider.count("/jwks"), 1);
}
