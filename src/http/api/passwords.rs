//! Passwords: parts of the Users and Authorization pages.

use poem_openapi::OpenApi;
use roster_openapi::error::Fails;
use roster_openapi::error::refusal::{BAD_REQUEST, FORBIDDEN, NOT_FOUND, UNAUTHORIZED};
use roster_openapi::param::{Path, Text};
use roster_openapi::payload::{Body, Empty, Reply, ReplyWithCookie};
use roster_openapi::schema::passwords::{
    ChangePasswordWithOneTimePasscodeRequest, ConvertLoginRequest, OAuthConversionResponse,
    RequestOneTimePasscodeRequest, UpdateUserPasswordRequest, ValidateUserPasswordRequest,
    ValidateUserPasswordResponse,
};

use super::Tag;
use crate::domain::convert_login::{self, Conversion};
use crate::domain::{one_time, password_change};
use crate::http::auth::{Caller, Public};
use crate::http::callback::conversion_cookie;
use crate::model::ids::Secret;
use crate::model::user::UserRef;

/// Changing, forgetting, judging and leaving passwords.
pub struct Passwords;

#[OpenApi(prefix_path = "/api/v2")]
impl Passwords {
    /// Update user password
    #[oai(
        path = "/users/:user/password",
        method = "put",
        tag = "Tag::Users",
        operation_id = "update-user-password"
    )]
    async fn update_user_password(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
        /// Update password request
        body: Body<UpdateUserPasswordRequest>,
    ) -> Result<Empty<204>, Fails<{ FORBIDDEN | NOT_FOUND }>> {
        let person = password_change::user_to_change(&caller, &UserRef::parse(&user.text)).await?;
        let UpdateUserPasswordRequest { old_password, password } = body.parse()?;
        let request = password_change::Request { old: Secret::new(old_password), new: Secret::new(password) };
        password_change::set(&caller, &person, request).await?;
        Ok(Empty)
    }

    /// Validate user password
    #[oai(
        path = "/users/validate-password",
        method = "post",
        tag = "Tag::Authorization",
        operation_id = "validate-user-password"
    )]
    async fn validate_user_password(
        &self,
        _visitor: Public<true>,
        /// Validate user password request
        body: Body<ValidateUserPasswordRequest>,
    ) -> Result<Reply<200, ValidateUserPasswordResponse>, Fails<0>> {
        let verdict = password_change::validate(&body.parse()?.password)?;
        let (valid, details) = (verdict.is_ok(), verdict.err().unwrap_or_default());
        Ok(Reply(ValidateUserPasswordResponse { details, valid }))
    }

    /// Request one-time passcode
    #[oai(
        path = "/users/otp/request",
        method = "post",
        tag = "Tag::Authorization",
        operation_id = "request-one-time-passcode"
    )]
    async fn request_one_time_passcode(
        &self,
        visitor: Public,
        /// One-time passcode request
        body: Body<RequestOneTimePasscodeRequest>,
    ) -> Result<Empty<204>, Fails<FORBIDDEN>> {
        one_time::check_enabled(&visitor.backend)?;
        one_time::request(&visitor, &body.parse()?.email).await?;
        Ok(Empty)
    }

    /// Change password with a one-time passcode
    #[oai(
        path = "/users/otp/change-password",
        method = "post",
        tag = "Tag::Authorization",
        operation_id = "change-password-with-a-one-time-passcode"
    )]
    async fn change_password_with_a_one_time_passcode(
        &self,
        visitor: Public,
        /// Change password request
        body: Body<ChangePasswordWithOneTimePasscodeRequest>,
    ) -> Result<Empty<204>, Fails<FORBIDDEN>> {
        one_time::check_enabled(&visitor.backend)?;
        let ChangePasswordWithOneTimePasscodeRequest { email, one_time_passcode, password } = body.parse()?;
        let (password, code) = (Secret::new(password), Secret::new(one_time_passcode));
        one_time::change(&visitor, one_time::Request { email, password, code }).await?;
        Ok(Empty)
    }

    /// Convert user from password to oauth authentication
    #[oai(
        path = "/users/:user/convert-login",
        method = "post",
        tag = "Tag::Authorization",
        operation_id = "convert-user-from-password-to-oauth-authentication"
    )]
    async fn convert_user(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
        /// Convert request
        body: Body<ConvertLoginRequest>,
    ) -> Result<
        ReplyWithCookie<201, OAuthConversionResponse>,
        Fails<{ BAD_REQUEST | UNAUTHORIZED | FORBIDDEN | NOT_FOUND }>,
    > {
        let person = convert_login::user_to_convert(&caller, &UserRef::parse(&user.text)).await?;
        let ConvertLoginRequest { password, to_type } = body.parse()?;
        let begun = convert_login::begin(&caller, &person, &to_type, &Secret::new(password)).await?;
        let age = begun.lifetime.num_seconds();
        let cookie = conversion_cookie(&caller.backend().settings, &begun.cookie, age);
        Ok(ReplyWithCookie { body: conversion(begun), cookie })
    }
}

fn conversion(begun: Conversion) -> OAuthConversionResponse {
    let Conversion { state, expires_at, to, user, cookie: _, lifetime: _ } = begun;
    OAuthConversionResponse {
        expires_at,
        state_string: state.expose().to_owned(),
        to_type: to.as_str().to_owned(),
        user_id: user.0,
    }
}
