//! The requests for tokens and device codes.
//!
//! They are written by hand, as GitHub departs from what libraries of OAuth expect: it refuses with status 200, and somebody else
//! than the server decides when a device code is asked about again. Nothing here may print what was sent or received.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Url;
use reqwest::header::ACCEPT;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::domain::provider::{DeviceCode, Failure, Tokens};
use crate::model::ids::Secret;
use crate::providers::http;

/// What is sent, by name.
pub type Form<'f> = [(&'static str, &'f str)];

/// What of it nobody else may read.
const PRIVATE: [&str; 5] = ["client_secret", "code", "code_verifier", "device_code", "refresh_token"];

/// The longest text of a refusal that is passed on, in characters.
const WORDS_LIMIT: usize = 300;

/// How many seconds are between two questions about a device code when GitHub does not say (RFC 8628, 3.2).
const USUAL_INTERVAL: i64 = 5;

#[derive(Deserialize)]
struct Refusal {
    error: String,
    #[serde(default)]
    error_description: Option<String>,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    #[serde(default)]
    refresh_token: Option<String>,
    #[serde(default)]
    expires_in: Option<i64>,
}

#[derive(Deserialize)]
struct Code {
    device_code: String,
    user_code: String,
    verification_uri: String,
    expires_in: i64,
    #[serde(default)]
    interval: Option<i64>,
}

/// Asks for tokens.
///
/// # Errors
/// When GitHub refuses, or says nothing that means anything.
pub async fn tokens(
    client: &reqwest::Client,
    url: &Url,
    form: &Form<'_>,
    now: DateTime<Utc>,
) -> Result<Tokens, Failure> {
    let granted: Granted = ask(client, url, form).await?;
    if granted.access_token.is_empty() {
        return Err(senseless());
    }
    Ok(Tokens {
        access: Secret::new(granted.access_token),
        refresh: Secret::new(granted.refresh_token.unwrap_or_default()),
        expires_at: granted.expires_in.and_then(|seconds| end(now, seconds)),
    })
}

/// When a token ends; none for those that do not, or so late that calendars have no name for it.
fn end(now: DateTime<Utc>, seconds: i64) -> Option<DateTime<Utc>> {
    let lifetime = TimeDelta::try_seconds(seconds).filter(|lifetime| *lifetime > TimeDelta::zero());
    lifetime.and_then(|lifetime| now.checked_add_signed(lifetime))
}

/// Asks for a device code.
///
/// # Errors
/// As [`tokens`].
pub async fn device_code(
    client: &reqwest::Client,
    url: &Url,
    form: &Form<'_>,
) -> Result<DeviceCode, Failure> {
    let code: Code = ask(client, url, form).await?;
    // It becomes a link on a page of ours.
    let web = Url::parse(&code.verification_uri).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if !web || code.device_code.is_empty() || code.user_code.is_empty() {
        return Err(senseless());
    }
    Ok(DeviceCode {
        device_code: Secret::new(code.device_code),
        user_code: code.user_code,
        verification_uri: code.verification_uri,
        expires_in: code.expires_in.max(0),
        interval: code.interval.filter(|seconds| *seconds > 0).unwrap_or(USUAL_INTERVAL),
    })
}

async fn ask<T: DeserializeOwned>(
    client: &reqwest::Client,
    url: &Url,
    form: &Form<'_>,
) -> Result<T, Failure> {
    let request = client.post(url.clone()).header(ACCEPT, "application/json").form(form);
    let response = request.send().await.map_err(http::unreachable)?;
    let status = response.status();
    let body = http::body(response).await?;
    // An object, and not what serde would read one from as well, such as a list of its values.
    let answer = serde_json::from_slice::<Map<String, Value>>(&body).map(Value::Object);
    if let Some(refusal) = answer.as_ref().ok().and_then(|answer| Refusal::deserialize(answer).ok()) {
        return Err(refused(refusal, form));
    }
    if !status.is_success() {
        return Err(Failure::Unreachable(format!("GitHub answered with status {status}")));
    }
    answer.and_then(T::deserialize).map_err(|_| senseless())
}

fn refused(refusal: Refusal, form: &Form<'_>) -> Failure {
    let secret = |(name, value): &&(&str, &str)| PRIVATE.contains(name) && !value.is_empty();
    let secrets: Vec<&str> = form.iter().filter(secret).map(|(_, value)| *value).collect();
    let words = |text: &str| {
        let echo = secrets.iter().any(|secret| text.contains(secret));
        if echo { String::new() } else { plain(text) }
    };
    let error = Some(words(&refusal.error)).filter(|error| !error.is_empty());
    Failure::Refused {
        error: error.unwrap_or_else(|| "refused".to_owned()),
        description: words(&refusal.error_description.unwrap_or_default()),
    }
}

/// A text of GitHub's that fits into a line of a log.
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(WORDS_LIMIT).collect()
}

fn senseless() -> Failure {
    Failure::Unreachable("GitHub's answer makes no sense".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_end_when_github_says_so_and_otherwise_never() {
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(end(now, 28_800), Some(now + TimeDelta::hours(8)));
        for never in [0, -1, i64::MIN, i64::MAX, 1 << 53] {
            assert_eq!(end(now, never), None, "{never}");
        }
    }

    #[test]
    fn a_refusal_does_not_repeat_what_was_sent() {
        let form = [("client_id", "roster"), ("client_secret", "hunter2"), ("code", "")];
        let refuse = |error: &str, description: &str| {
            let refusal =
                Refusal { error: error.to_owned(), error_description: Some(description.to_owned()) };
            refused(refusal, &form).to_string()
        };
        assert_eq!(
            refuse("bad_code", "The code of roster is\n wrong."),
            "bad_code: The code of roster is wrong."
        );
        assert_eq!(refuse("bad_secret", "Your secret is hunter2"), "bad_secret");
        assert_eq!(refuse("hunter2", ""), "refused");
        assert_eq!(refuse("long", &"x".repeat(5_000)).len(), WORDS_LIMIT + "long: ".len());
    }
}
