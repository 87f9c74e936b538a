//! Which id tokens are believed.

use roster::domain::provider::Failure;
use serde_json::{Value, json};

use super::{
    CLIENT_SECRET, HostileProvider, NONCE, assert_unbelieved, log_in, log_in_at, object, seconds_off,
    with_claims,
};
use crate::support::hostile_provider::CLIENT_ID;
use crate::support::signing::{SigningKey, unsigned, with_shared_secret};

/// A login whose id token is made by this, of honest claims.
async fn with_token(
    make: impl FnOnce(&HostileProvider, &Value) -> String,
) -> Result<super::Vouched, Failure> {
    let provider = HostileProvider::start().await;
    let honest = provider.change(|conduct| {
        conduct.claims.insert("nonce".to_owned(), NONCE.into());
        conduct.claims_for(&provider.issuer, "")
    });
    let token = make(&provider, &honest);
    provider.change(|conduct| conduct.id_token = Some(token));
    log_in(&provider, &provider.client()).await
}

#[tokio::test]
async fn an_honest_provider_is_believed() {
    let provider = HostileProvider::start().await;
    provider
        .change(|conduct| conduct.claims = object(json!({ "groups": ["a", "b"], "email_verified": "true" })));
    let vouched = log_in(&provider, &provider.client()).await.unwrap();
    assert_eq!((vouched.issuer, vouched.subject.as_str()), (provider.issuer.clone(), "ada-1"));
    // Custom claims are handed on, and odd types of standard ones too.
    assert_eq!(vouched.claims["groups"], json!(["a", "b"]));
    assert_eq!(vouched.claims["email_verified"], "true");
    assert_eq!(vouched.tokens.access.expose(), "an-access-token");
    assert_eq!(vouched.tokens.refresh.expose(), "a-refresh-token");
    assert_eq!(vouched.tokens.expires_at, Some(seconds_off(&provider, 3600)));
}

#[tokio::test]
async fn every_usual_algorithm_is_understood() {
    for algorithm in ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"] {
        let provider = HostileProvider::start().await;
        provider.change(|conduct| conduct.keys = vec![SigningKey::new("only", algorithm)]);
        let vouched = log_in(&provider, &provider.client()).await;
        assert!(vouched.is_ok(), "{algorithm}: {vouched:?}");
    }
}

#[tokio::test]
async fn a_token_of_another_issuer_is_not_believed() {
    for issuer in [json!("https://evil.example"), json!(null), json!(7)] {
        assert_unbelieved(with_claims(json!({ "iss": issuer })).await, "another issuer");
    }
    // Not even one that differs in a slash only.
    let outcome = with_token(|provider, honest| {
        let mut claims = honest.clone();
        claims["iss"] = format!("{}/", provider.issuer).into();
        provider.change(|conduct| conduct.keys[0].sign(&claims))
    });
    assert_unbelieved(outcome.await, "another issuer");
}

#[tokio::test]
async fn a_token_for_another_client_is_not_believed() {
    for audience in [json!("another"), json!(["another"]), json!([]), json!(null), json!(7), json!("roste")] {
        assert_unbelieved(with_claims(json!({ "aud": audience })).await, "another client");
    }
}

#[tokio::test]
async fn a_token_for_several_clients_says_which_one_asked_for_it() {
    let several = json!([CLIENT_ID, "another"]);
    assert_unbelieved(with_claims(json!({ "aud": several })).await, "several clients");
    assert_unbelieved(with_claims(json!({ "aud": several, "azp": "another" })).await, "another client asked");
    assert_unbelieved(with_claims(json!({ "azp": "another" })).await, "another client asked");
    with_claims(json!({ "aud": several, "azp": CLIENT_ID })).await.unwrap();
    with_claims(json!({ "aud": [CLIENT_ID] })).await.unwrap();
}

#[tokio::test]
async fn a_token_of_another_login_is_not_believed() {
    for nonce in [json!("another"), json!(null), json!(""), json!(["a-nonce-of-this-login"])] {
        assert_unbelieved(with_claims(json!({ "nonce": nonce })).await, "another login");
    }
}

#[tokio::test]
async fn a_minute_of_difference_between_the_clocks_is_forgiven_either_way() {
    let provider = HostileProvider::start().await;
    let client = provider.client();
    // The token is good from 0 to 300 by the provider's clock.
    for (seconds, why) in
        [(-61, "from the future"), (360, "has ended"), (361, "has ended"), (4000, "has ended")]
    {
        let outcome = log_in_at(&client, seconds_off(&provider, seconds)).await;
        assert_unbelieved(outcome, why);
    }
    for seconds in [-60, -59, 0, 299, 300, 359] {
        let outcome = log_in_at(&client, seconds_off(&provider, seconds)).await;
        assert!(outcome.is_ok(), "{seconds}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_token_says_when_it_was_made_and_when_it_ends() {
    assert_unbelieved(with_claims(json!({ "exp": null })).await, "when it ends");
    assert_unbelieved(with_claims(json!({ "exp": "2100-01-01" })).await, "when it ends");
    assert_unbelieved(with_claims(json!({ "iat": null })).await, "when it was made");
    assert_unbelieved(with_claims(json!({ "nbf": 4_000_000_000_u64 })).await, "not good yet");
    with_claims(json!({ "exp": 4_000_000_000.5, "nbf": 0 })).await.unwrap();
}

#[tokio::test]
async fn a_token_that_nobody_signed_is_not_believed() {
    assert_unbelieved(with_token(|_, claims| unsigned(claims)).await, "algorithm");
    let stripped = with_token(|provider, claims| {
        let whole = provider.change(|conduct| conduct.keys[0].sign(claims));
        let (message, _) = whole.rsplit_once('.').unwrap();
        format!("{message}.")
    });
    assert_unbelieved(stripped.await, "signature");
}

#[tokio::test]
async fn a_shared_secret_signs_nothing() {
    for algorithm in ["HS256", "HS384", "HS512", "none", "nOnE", "RS1", ""] {
        let by_client_secret = with_token(|_, claims| {
            with_shared_secret(&json!({ "alg": algorithm }), claims, CLIENT_SECRET.as_bytes())
        });
        assert_unbelieved(by_client_secret.await, "algorithm");
    }
    // The public key is known to everybody, in whichever way it is written.
    let by_public_key = with_token(|provider, claims| {
        let key = provider.change(|conduct| conduct.keys[0].public());
        let header = json!({ "alg": "HS256", "kid": "first" });
        with_shared_secret(&header, claims, key["n"].as_str().unwrap().as_bytes())
    });
    assert_unbelieved(by_public_key.await, "algorithm");
}

#[tokio::test]
async fn changed_claims_are_noticed() {
    let outcome = with_token(|provider, claims| {
        let whole = provider.change(|conduct| conduct.keys[0].sign(claims));
        let mut other = claims.clone();
        other["sub"] = "root".into();
        let forged = provider.change(|conduct| conduct.keys[0].sign(&other));
        let (_, signature) = whole.rsplit_once('.').unwrap();
        let (message, _) = forged.rsplit_once('.').unwrap();
        format!("{message}.{signature}")
    });
    assert_unbelieved(outcome.await, "signature is wrong");
}

#[tokio::test]
async fn a_key_signs_in_its_own_way_only() {
    let outcome = with_token(|provider, claims| {
        let other = SigningKey::new("first", "PS256");
        provider.change(|_| other.sign(claims))
    });
    assert_unbelieved(outcome.await, "no such key");
    let extended = with_token(|provider, claims| {
        let header = json!({ "alg": "RS256", "kid": "first", "crit": ["b64"], "b64": false });
        provider.change(|conduct| conduct.keys[0].sign_under(&header, claims))
    });
    assert_unbelieved(extended.await, "extension");
}

#[tokio::test]
async fn a_token_without_the_name_of_a_key_is_tried_with_all_that_fit() {
    let provider = HostileProvider::start().await;
    provider.change(|conduct| {
        conduct.keys =
            vec![SigningKey::new("a", "ES256"), SigningKey::new("b", "ES256"), SigningKey::new("c", "EdDSA")];
        conduct.claims.insert("nonce".to_owned(), NONCE.into());
        let claims = conduct.claims_for(&provider.issuer, "");
        conduct.id_token = Some(conduct.keys[1].sign_under(&json!({ "alg": "ES256" }), &claims));
    });
    log_in(&provider, &provider.client()).await.unwrap();
}

#[tokio::test]
async fn what_is_no_token_is_not_believed() {
    for text in ["x", "a.b", "a.b.c", "e30.e30.", "....", "eyJhbGciOiJSUzI1NiJ9.bm90IGpzb24.AA", "é.é.é"] {
        let outcome = with_token(|_, _| text.to_owned()).await;
        assert!(matches!(outcome, Err(Failure::BadIdToken(_))), "{text}: {outcome:?}");
    }
}

#[tokio::test]
async fn an_answer_without_an_id_token_is_told_apart() {
    for token in [json!(null), json!("")] {
        let provider = HostileProvider::start().await;
        provider.change(|conduct| conduct.tokens = object(json!({ "id_token": token })));
        assert_eq!(log_in(&provider, &provider.client()).await.unwrap_err(), Failure::NoIdToken);
    }
}

#[tokio::test]
async fn a_token_about_nobody_is_told_apart() {
    for subject in [json!(null), json!(""), json!(7), json!(["ada-1"])] {
        assert_eq!(with_claims(json!({ "sub": subject })).await.unwrap_err(), Failure::NoSubject);
    }
}

#[tokio::test]
async fn the_access_token_is_the_one_that_the_id_token_names() {
    for algorithm in ["RS256", "ES384", "EdDSA"] {
        let provider = HostileProvider::start().await;
        let right = provider.change(|conduct| {
            conduct.keys = vec![SigningKey::new("only", algorithm)];
            conduct.keys[0].half_hash("an-access-token")
        });
        let client = provider.client();
        provider.change(|conduct| conduct.claims = object(json!({ "at_hash": right })));
        log_in(&provider, &client).await.unwrap();
        for wrong in [json!("AAAA"), json!(""), json!(7)] {
            provider.change(|conduct| conduct.claims = object(json!({ "at_hash": wrong })));
            assert_unbelieved(log_in(&provider, &client).await, "another access token");
        }
    }
}
