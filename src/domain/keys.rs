//! Keys and tokens: made, listed, looked up, ended and deleted (auth.md 7).

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::audit;
use super::ctx::{Ctx, Settings, Visitor};
use super::error::{Error, Kind};
use super::sessions::hash_secret;
use super::turn::Turn;
use super::validate::Fields;
use crate::model::go_duration;
use crate::model::ids::{KeyId, Secret, UserId};
use crate::model::key::{AllowEntry, ApiKey};
use crate::model::token_name;
use crate::model::user::{LoginType, Person, User};
use crate::rbac::{
    ALL_SCOPE, AllowList, Allowed, CompiledKey, NewKey, Object, REQUESTABLE_SCOPES, Resource, Scope, act,
    holds_owner,
};
use crate::store::{self, Diff, Unique, keys, tokens};

/// How many entries an allow list may have.
const ALLOW_LIST_LIMIT: usize = 128;
const FAULT: &str = "Failed to create API key.";
const TOO_WIDE: &str = "A new key never exceeds the key that makes it: this one asks for scopes, or for things in its allow list, that yours does not have.";

/// A token to be made, as asked for.
#[derive(Debug, Default)]
pub struct Request {
    /// Empty for a random one.
    pub name: String,
    /// In nanoseconds; 0 for the default.
    pub lifetime: i64,
    /// Scope names.
    pub scopes: Vec<String>,
    /// The older, single form; looked at when there are no scopes.
    pub scope: String,
    /// Empty for everything.
    pub allow_list: Vec<AllowEntry>,
}

/// What whoever makes a key is given.
#[derive(Debug)]
pub struct Made {
    /// `<id>-<secret>`; shown this once.
    pub token: Secret,
    /// What is odd about it, in words; mostly empty.
    pub hint: String,
}

/// What a new key is like.
#[derive(Debug)]
pub(super) struct Plan {
    login_type: LoginType,
    lifetime: TimeDelta,
    name: String,
    scopes: Vec<String>,
    allow_list: Vec<AllowEntry>,
}

impl Plan {
    /// A key as logging in makes it.
    pub(super) fn of_session(login_type: LoginType, lifetime: TimeDelta) -> Self {
        let (scopes, allow_list) = (vec![ALL_SCOPE.to_owned()], vec![AllowEntry::everything()]);
        Self { login_type, lifetime, name: String::new(), scopes, allow_list }
    }

    /// A token for `owner` (auth.md 7.2).
    fn of_token(settings: &Settings, owner: &User, request: &Request) -> Result<Self, Error> {
        let scopes = stored_scopes(request)?;
        let allow_list = stored_allow_list(&request.allow_list)?;
        let lifetime = lifetime(settings, owner, request.lifetime)?;
        Ok(Self { login_type: LoginType::Token, lifetime, name: request.name.clone(), scopes, allow_list })
    }
}

/// A new key of a user, and what its owner is given of it.
pub(super) fn new_key(visitor: &Visitor, user: UserId, plan: Plan) -> (ApiKey, Secret) {
    let now = visitor.backend.now();
    let (id, secret) = visitor.backend.ids.key();
    let token = Secret::new(format!("{id}-{}", secret.expose()));
    let key = ApiKey {
        id,
        hashed_secret: hash_secret(&secret),
        user,
        login_type: plan.login_type,
        lifetime: plan.lifetime,
        expires_at: now + whole_micros(plan.lifetime),
        created_at: now,
        updated_at: now,
        last_used: DateTime::UNIX_EPOCH,
        ip_address: visitor.ip(),
        token_name: plan.name,
        scopes: plan.scopes,
        allow_list: plan.allow_list,
    };
    (key, token)
}

/// Both databases keep no more.
fn whole_micros(lifetime: TimeDelta) -> TimeDelta {
    lifetime.num_microseconds().map_or(lifetime, TimeDelta::microseconds)
}

fn refused(detail: impl Into<String>) -> Error {
    Error::invalid(FAULT).detail(detail)
}

/// The scopes by their stored names, each once.
fn stored_scopes(request: &Request) -> Result<Vec<String>, Error> {
    let single = Some(&request.scope).filter(|scope| !scope.is_empty() && request.scopes.is_empty());
    let mut stored = Vec::new();
    for asked in request.scopes.iter().chain(single) {
        let name = match asked.as_str() {
            "all" => ALL_SCOPE,
            "application_connect" => "coder:application_connect",
            name => name,
        };
        if !REQUESTABLE_SCOPES.contains(&name) {
            return Err(refused(format!("invalid or unsupported API key scope: {asked:?}")));
        }
        if !stored.iter().any(|known| known == name) {
            stored.push(name.to_owned());
        }
    }
    Ok(if stored.is_empty() { vec![ALL_SCOPE.to_owned()] } else { stored })
}

fn stored_allow_list(asked: &[AllowEntry]) -> Result<Vec<AllowEntry>, Error> {
    if asked.len() > ALLOW_LIST_LIMIT {
        let text = format!("allow_list has {} entries; max allowed is {ALLOW_LIST_LIMIT}", asked.len());
        return Err(refused(text));
    }
    if asked.is_empty() {
        return Ok(vec![AllowEntry::everything()]);
    }
    let list = AllowList::read(asked).map_err(|why| refused(why.to_string()))?;
    Ok(list.entries())
}

fn lifetime(settings: &Settings, owner: &User, nanoseconds: i64) -> Result<TimeDelta, Error> {
    let invalid = |why: String| Error::invalid("Failed to validate create API key request.").detail(why);
    let (asked, most) = (TimeDelta::nanoseconds(nanoseconds), longest(settings, owner));
    match nanoseconds {
        0 => Ok(settings.default_token_lifetime),
        ..0 => Err(invalid("lifetime must be positive number greater than 0".to_owned())),
        _ if asked > most => {
            Err(invalid(format!("lifetime must be less than {}", go_duration::text(nanoseconds_of(most)))))
        }
        _ => Ok(asked),
    }
}

/// How long tokens of a user may live.
fn longest(settings: &Settings, owner: &User) -> TimeDelta {
    if holds_owner(owner) { settings.max_admin_token_lifetime } else { settings.max_token_lifetime }
}

fn nanoseconds_of(time: TimeDelta) -> i64 {
    time.num_nanoseconds().unwrap_or(i64::MAX)
}

/// Nobody wants a token for less than a second, but many take the lifetime for seconds.
fn hint(request: &Request) -> String {
    let seconds = request.lifetime;
    if !(1..1_000_000_000).contains(&seconds) {
        return String::new();
    }
    let ends = go_duration::text(seconds);
    format!(
        "lifetime is in nanoseconds: this token ends after {ends}. If {seconds} seconds were meant, ask for {seconds}000000000."
    )
}

/// Makes a key like that of a login (auth.md 7.1).
///
/// # Errors
/// 403 for the server's own user, for those who may not, and through a key that may do less; 404 for somebody deleted.
pub async fn create(ctx: &Ctx, owner: &Allowed<Arc<Person>>) -> Result<Made, Error> {
    check_owner(&owner.user)?;
    let plan = Plan::of_session(LoginType::Password, ctx.backend().settings.default_token_lifetime);
    let made = async {
        let turn = ctx.turn().await?;
        let owner = turn.person(owner.user.id).await?;
        insert(ctx, turn, &owner.user, plan).await
    };
    let token = made.await.map_err(|error: Error| error.fault_reads(FAULT))?;
    Ok(Made { token, hint: String::new() })
}

/// Makes a token. The checks come in the order of auth.md 7.2.
///
/// # Errors
/// 400 for what cannot be asked for, 403 as in [`create`], 409 for a name that the owner has given to another token.
pub async fn create_token(ctx: &Ctx, owner: &Allowed<Arc<Person>>, request: Request) -> Result<Made, Error> {
    Fields::default().token_name("token_name", &request.name).finish()?;
    check_owner(&owner.user)?;
    let settings = &ctx.backend().settings;
    Plan::of_token(settings, &owner.user, &request)?;
    let made = async {
        let turn = ctx.turn().await?;
        let owner = turn.person(owner.user.id).await?;
        let mut plan = Plan::of_token(settings, &owner.user, &request)?;
        if plan.name.is_empty() {
            plan.name = free_name(ctx, &turn, owner.user.id).await?;
        }
        insert(ctx, turn, &owner.user, plan).await
    };
    let token = made.await.map_err(|error: Error| error.fault_reads(FAULT))?;
    Ok(Made { token, hint: hint(&request) })
}

fn check_owner(owner: &User) -> Result<(), Error> {
    if owner.is_system { Err(Error::forbidden()) } else { Ok(()) }
}

/// Nobody else makes a token in this turn: what is free now stays free.
async fn free_name(ctx: &Ctx, turn: &Turn, owner: UserId) -> Result<String, Error> {
    let mut attempt = 0;
    loop {
        let name = token_name::random(&ctx.backend().ids, attempt);
        if keys::find_named(&turn.tx, owner, &name).await?.is_none() {
            return Ok(name);
        }
        attempt += 1;
    }
}

async fn insert(ctx: &Ctx, mut turn: Turn, owner: &User, plan: Plan) -> Result<Secret, Error> {
    check_owner(owner)?;
    if owner.deleted {
        return Err(Error::not_found());
    }
    let name = plan.name.clone();
    let (key, token) = new_key(&ctx.visitor, owner.id, plan);
    let left = CompiledKey::compile(&key.scopes, &key.allow_list).map_err(|why| refused(why.to_string()))?;
    let new: Allowed<NewKey, act::Create> = turn.subject.may(NewKey(key)).map_err(|_| Error::forbidden())?;
    if !turn.subject.may_hand_on(&left) {
        return Err(Error::forbidden().detail(TOO_WIDE));
    }
    keys::insert(&mut turn.tx, &new).await.map_err(|error| taken(error, &name))?;
    let told = audit::this_key(&new.0).with(Diff::created(&new.0));
    turn.tx.commit(vec![ctx.event(audit::Action::Create, told, 201)]).await?;
    Ok(token)
}

fn taken(error: store::Error, name: &str) -> Error {
    match error {
        store::Error::Taken(Unique::TokenName) => {
            Error::new(Kind::Conflict, format!("A token with name {name:?} already exists."))
                .field("name", "This value is already in use and should be unique.")
        }
        // Somebody who was deleted at this moment.
        store::Error::Dangling => Error::not_found(),
        other => other.into(),
    }
}

/// Which tokens to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct Listed {
    /// Those that ended too.
    pub expired: bool,
    /// Those of everybody.
    pub all: bool,
}

/// The tokens of a user, or of all, that the caller may read, the oldest first; each with its owner's username, which is empty
/// where the caller may not read the owner (auth.md 7.3).
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    ctx: &Ctx,
    owner: &Allowed<Arc<Person>>,
    listed: Listed,
) -> Result<Vec<(Allowed<ApiKey>, String)>, Error> {
    let scope = ctx.subject.scope(Resource::ApiKey);
    let owner = (!listed.all).then_some(owner.user.id);
    let filter = tokens::Filter { owner, living_at: (!listed.expired).then(|| ctx.backend().now()) };
    let mut found = tokens::select(ctx.store(), &scope, filter).await?;
    let people: Scope = ctx.subject.scope(Resource::User);
    for (key, username) in &mut found {
        if !people.passes(&Object::of(Resource::User).with_id(key.user.0).owned_by(key.user.0)) {
            username.clear();
        }
    }
    Ok(found)
}

/// A token of a user by its name, also one that ended (auth.md 7.5).
///
/// # Errors
/// 404 for what is not there and for what may not be read.
pub async fn get_named(
    ctx: &Ctx,
    owner: &Allowed<Arc<Person>>,
    name: &str,
) -> Result<Allowed<ApiKey>, Error> {
    let found = keys::find_named(ctx.store(), owner.user.id, name).await?;
    Ok(ctx.subject.may(found.ok_or_else(Error::not_found)?)?)
}

/// A key by its public part, whoever owns it: only the decision counts (auth.md 7.6).
///
/// # Errors
/// 404 for what is not there and for what may not be read.
pub async fn get(ctx: &Ctx, id: &KeyId) -> Result<Allowed<ApiKey>, Error> {
    let found = keys::find(ctx.store(), id).await?;
    Ok(ctx.subject.may(found.ok_or_else(Error::not_found)?)?)
}

/// Deletes a key, also the one that asks.
///
/// # Errors
/// 404 for what is not there and for what may not be deleted.
pub async fn delete(ctx: &Ctx, id: &KeyId) -> Result<(), Error> {
    let mut turn = ctx.turn().await?;
    let found = keys::hold(&turn.tx, id).await?.ok_or_else(Error::not_found)?;
    note_if_seen(ctx, &turn, audit::Action::Delete, &found);
    let key: Allowed<ApiKey, act::Delete> = turn.subject.may(found)?;
    keys::remove(&mut turn.tx, &key).await?;
    let told = audit::this_key(&key).with(Diff::deleted(&*key));
    let event = ctx.event(audit::Action::Delete, told, 204);
    Ok(turn.tx.commit(vec![event]).await?)
}

/// Whoever may not even read a key has tried nothing on it.
fn note_if_seen(ctx: &Ctx, turn: &Turn, action: audit::Action, key: &ApiKey) {
    let seen: Result<Allowed<&ApiKey>, _> = turn.subject.may(key);
    if seen.is_ok() {
        ctx.attempts(action, audit::this_key(key));
    }
}

/// Ends a key now; it stays, and so does its name. Nothing happens to one that ended before (auth.md 7.7).
///
/// # Errors
/// 404 for what is not there and for what may not be changed.
pub async fn expire(ctx: &Ctx, id: &KeyId) -> Result<(), Error> {
    end(ctx, id).await.map_err(|error| error.fault_reads("Internal error expiring API key."))
}

async fn end(ctx: &Ctx, id: &KeyId) -> Result<(), Error> {
    let mut turn = ctx.turn().await?;
    let found = keys::hold(&turn.tx, id).await?.ok_or_else(Error::not_found)?;
    note_if_seen(ctx, &turn, audit::Action::Write, &found);
    let key: Allowed<ApiKey, act::Update> = turn.subject.may(found)?;
    let now: DateTime<Utc> = ctx.backend().now();
    if key.expires_at <= now {
        return Ok(());
    }
    keys::set_end(&mut turn.tx, &key, now).await?;
    let ended = ApiKey { expires_at: now, ..(*key).clone() };
    let told = audit::this_key(&key).with(Diff::changed(&*key, &ended));
    let event = ctx.event(audit::Action::Write, told, 204);
    Ok(turn.tx.commit(vec![event]).await?)
}

/// How long tokens of a user may live, in nanoseconds (auth.md 7.8).
pub fn max_lifetime(ctx: &Ctx, owner: &Allowed<Arc<Person>>) -> i64 {
    nanoseconds_of(longest(&ctx.backend().settings, &owner.user))
}
