//! Its OAuth: the browser's way with PKCE, the way of devices, and new tokens for old ones.

use std::collections::HashMap;

use base64ct::{Base64UrlUnpadded, Encoding};
use poem::http::{StatusCode, header};
use poem::{IntoResponse, Response};
use reqwest::Url;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{CLIENT_ID, CLIENT_SECRET, State, complains, says};

/// A browser's code.
pub struct Code {
    login: String,
    challenge: String,
    redirect_uri: String,
}

/// A device code.
pub struct Device {
    /// What somebody types in.
    pub user_code: String,
    /// What came of it.
    pub decision: Decision,
    questions: usize,
}

/// What came of a device code.
#[derive(Clone)]
pub enum Decision {
    /// Nothing yet.
    Pending,
    /// Somebody typed it in.
    Agreed(String),
    /// Somebody refused.
    Denied,
}

type Fields = HashMap<String, String>;

fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.get(name).map_or("", String::as_str)
}

/// Sends a browser back with a code; whoever sits before it agrees.
pub fn authorize(state: &mut State, query: &Fields) -> Response {
    let pkce = field(query, "code_challenge_method") == "S256" && field(query, "code_challenge").len() == 43;
    if field(query, "client_id") != CLIENT_ID || field(query, "response_type") != "code" || !pkce {
        return complains(404, "Not Found");
    }
    let code = Code {
        login: state.signed_in.clone(),
        challenge: field(query, "code_challenge").to_owned(),
        redirect_uri: field(query, "redirect_uri").to_owned(),
    };
    let mut back = Url::parse(&code.redirect_uri).unwrap();
    let name = state.new_text("code");
    back.query_pairs_mut().append_pair("code", &name).append_pair("state", field(query, "state"));
    state.codes.insert(name, code);
    StatusCode::FOUND.with_header(header::LOCATION, back.as_str()).into_response()
}

/// Tokens for a code of either kind, or for a refresh token.
pub fn tokens(state: &mut State, form: &Fields) -> Response {
    let device = field(form, "grant_type") == "urn:ietf:params:oauth:grant-type:device_code";
    let known =
        field(form, "client_id") == CLIENT_ID && (device || field(form, "client_secret") == CLIENT_SECRET);
    let login = match field(form, "grant_type") {
        _ if !known => {
            Err(("incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect."))
        }
        "refresh_token" => {
            let login = state.refresh.remove(field(form, "refresh_token"));
            login.ok_or(("bad_refresh_token", "The refresh token passed is incorrect or expired."))
        }
        _ if device => by_device(state, field(form, "device_code")),
        _ => by_code(state, form),
    };
    match login {
        Ok(login) => says(200, &granted(state, login)),
        Err((error, description)) => refuse(error, description),
    }
}

fn by_code(state: &mut State, form: &Fields) -> Result<String, (&'static str, &'static str)> {
    let code = state.codes.remove(field(form, "code"));
    let code = code.ok_or(("bad_verification_code", "The code passed is incorrect or expired."))?;
    if field(form, "redirect_uri") != code.redirect_uri {
        return Err(("redirect_uri_mismatch", "The redirect_uri MUST match the registered callback URL."));
    }
    let digest = Sha256::digest(field(form, "code_verifier"));
    if Base64UrlUnpadded::encode_string(&digest) != code.challenge {
        return Err(("bad_verification_code", "The code verifier is wrong."));
    }
    Ok(code.login)
}

/// Answers the second question, which came too soon, `slow_down`.
fn by_device(state: &mut State, name: &str) -> Result<String, (&'static str, &'static str)> {
    let device = state.devices.get_mut(name);
    let device = device.ok_or(("incorrect_device_code", "The device_code provided is not valid."))?;
    device.questions += 1;
    match device.decision.clone() {
        Decision::Pending if device.questions == 2 => Err(("slow_down", "Too many requests have been made.")),
        Decision::Pending => Err(("authorization_pending", "The authorization request is still pending.")),
        Decision::Denied => Err(("access_denied", "The authorization request was denied.")),
        Decision::Agreed(login) => {
            state.devices.remove(name);
            Ok(login)
        }
    }
}

fn granted(state: &mut State, login: String) -> Value {
    let access = state.new_text("gho");
    state.access.insert(access.clone(), login.clone());
    let mut answer =
        json!({ "access_token": access, "token_type": "bearer", "scope": "read:org,read:user,user:email" });
    if let Some(seconds) = state.lifetime {
        let refresh = state.new_text("ghr");
        state.refresh.insert(refresh.clone(), login);
        let more = json!({ "expires_in": seconds, "refresh_token": refresh, "refresh_token_expires_in": 15_897_600 });
        answer.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    }
    answer
}

/// A new device code.
pub fn device(state: &mut State, form: &Fields) -> Response {
    if field(form, "client_id") != CLIENT_ID {
        return complains(404, "Not Found");
    }
    let (name, user_code) = (state.new_text("device"), state.new_text("USER"));
    let device = Device { user_code: user_code.clone(), decision: Decision::Pending, questions: 0 };
    state.devices.insert(name.clone(), device);
    let verification_uri = format!("{}/login/device", state.base);
    says(
        200,
        &json!({
            "device_code": name, "user_code": user_code, "verification_uri": verification_uri,
            "expires_in": 899, "interval": 5,
        }),
    )
}

/// OAuth's refusals have status 200 at GitHub.
fn refuse(error: &str, description: &str) -> Response {
    let uri = "https://docs.github.com/apps/oauth-apps/troubleshooting";
    says(200, &json!({ "error": error, "error_description": description, "error_uri": uri }))
}
