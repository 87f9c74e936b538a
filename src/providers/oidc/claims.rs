//! The claims that every token has: who made it, for whom, and when (OpenID Connect Core 3.1.3.7).

use chrono::{DateTime, Utc};
use serde_json::Value;
use subtle::ConstantTimeEq;

use crate::domain::provider::Claims;
use crate::model::ids::Secret;

/// How many seconds the provider's clock may differ from ours.
const SKEW: f64 = 60.0;

/// Whom a token is from and for, and when it is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) now: DateTime<Utc>,
}

type Check = Result<(), &'static str>;

impl Expected<'_> {
    /// Refuses an id token that is not for this login.
    pub(super) fn id_token(&self, claims: &Claims, nonce: &Secret) -> Check {
        self.issuer(claims)?;
        self.audience(claims)?;
        self.times(claims)?;
        let issued = number(claims, "iat").ok_or("it does not say when it was made")?;
        check(issued <= self.seconds() + SKEW, "it is from the future")?;
        let given = text(claims, "nonce").unwrap_or_default();
        check(bool::from(given.as_bytes().ct_eq(nonce.expose().as_bytes())), "it is for another login")
    }

    /// Refuses an access token of somebody else, or one that has ended. For whom it is only its reader knows.
    pub(super) fn access_token(&self, claims: &Claims) -> Check {
        self.issuer(claims)?;
        self.times(claims)
    }

    /// Refuses signed userinfo of somebody else.
    pub(super) fn userinfo(&self, claims: &Claims) -> Check {
        self.issuer(claims)?;
        self.audience(claims)
    }

    fn issuer(&self, claims: &Claims) -> Check {
        check(text(claims, "iss") == Some(self.issuer), "it is of another issuer")
    }

    fn audience(&self, claims: &Claims) -> Check {
        let (ours, several) = match claims.get("aud") {
            Some(Value::String(one)) => (one == self.client_id, false),
            Some(Value::Array(all)) => (all.iter().any(|one| one == self.client_id), all.len() > 1),
            _ => (false, false),
        };
        check(ours, "it is for another client")?;
        match claims.get("azp") {
            Some(party) => check(party == self.client_id, "another client asked for it"),
            None => check(!several, "it is for several clients and does not say who asked for it"),
        }
    }

    fn times(&self, claims: &Claims) -> Check {
        let end = number(claims, "exp").ok_or("it does not say when it ends")?;
        check(self.seconds() < end + SKEW, "it has ended")?;
        let beginning = number(claims, "nbf").unwrap_or(f64::NEG_INFINITY);
        check(beginning <= self.seconds() + SKEW, "it is not good yet")
    }

    /// Times in tokens are numbers that may have a fraction.
    fn seconds(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "exact for the next 285 years")]
        let micros = self.now.timestamp_micros() as f64;
        micros / 1e6
    }
}

/// Whom the token is about; none when it does not say.
pub(super) fn subject(claims: &Claims) -> Option<&str> {
    text(claims, "sub").filter(|subject| !subject.is_empty())
}

fn check(holds: bool, otherwise: &'static str) -> Check {
    if holds { Ok(()) } else { Err(otherwise) }
}

fn text<'a>(claims: &'a Claims, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str)
}

fn number(claims: &Claims, name: &str) -> Option<f64> {
    claims.get(name).and_then(Value::as_f64)
}
