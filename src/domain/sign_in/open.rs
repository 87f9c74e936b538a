//! Who somebody is here whom a provider vouches for, and what opens for them (auth.md 9.3).

use super::conversion::{self, Asked};
use super::profile::Profile;
use super::refusal::Refusal;
use super::way::Way;
use super::{sync, username};
use crate::domain::accounts::{self, Account};
use crate::domain::audit;
use crate::domain::convert_cookie::Claims;
use crate::domain::ctx::Visitor;
use crate::domain::error::{Error, Kind};
use crate::domain::keys::{Plan, new_key};
use crate::domain::sessions::{Known, Session, awake};
use crate::model::names::stored_full_name;
use crate::model::user::{LoginType, NewUser, User, UserStatus};
use crate::rbac::{Allowed, NewKey, OWNER, Subject, act, system};
use crate::store::audit::UserRecord;
use crate::store::credentials::{self, Credentials};
use crate::store::user_links::{self, UserLink};
use crate::store::{self, AuditEvent, AuditTarget, Lock, Source, Tx, Unique, keys, users};

/// What became of a login.
#[derive(Debug)]
pub enum Outcome {
    /// A session was opened.
    Session {
        /// What the browser is given.
        session: Session,
        /// Where it goes.
        redirect: String,
    },
    /// The user logs in by this provider from now on; the session that asked has ended.
    Converted {
        /// Where the browser goes.
        redirect: String,
    },
}

/// Somebody who came back from a provider.
pub(super) struct Arrival<'w> {
    pub(super) way: &'w Way,
    pub(super) profile: Profile,
    pub(super) conversion: Option<Asked>,
    pub(super) session: Option<Known>,
    pub(super) redirect: String,
}

/// How often it is begun anew because somebody else took a name, or appeared, meanwhile.
const TRIES: usize = 4;

/// Opens a session for the user that this identity is, converts that user, or makes a new one.
///
/// # Errors
/// The refusals of auth.md 9.2, 9.3 and 8.1.
pub(super) async fn open(visitor: &Visitor, arrival: Arrival<'_>) -> Result<Outcome, Refusal> {
    for _ in 0..TRIES {
        let new = prepared(visitor, &arrival).await?;
        let opening = Opening::begin(visitor, &arrival).await?;
        if let Some(outcome) = opening.decide(new).await? {
            return Ok(outcome);
        }
    }
    Err(Error::new(Kind::Unavailable, "Somebody else is making this account. Please try again.").into())
}

/// The account for somebody whom nobody knows; making its key pair must not keep others waiting.
async fn prepared(visitor: &Visitor, arrival: &Arrival<'_>) -> Result<Option<NewUser>, Refusal> {
    let store = &visitor.backend.store;
    if arrival.conversion.is_some() || find(store, arrival).await?.is_some() {
        return Ok(None);
    }
    may_sign_up(store, arrival.way).await?;
    let profile = &arrival.profile;
    username::check(&profile.username)?;
    let account = Account {
        email: profile.email.clone(),
        username: profile.username.clone(),
        name: profile.name.clone().unwrap_or_default(),
        password: String::new(),
        login_type: arrival.way.login_type(),
        status: UserStatus::Active,
        roles: profile.roles.clone().unwrap_or_default(),
        service_account: false,
    };
    Ok(Some(accounts::new_user(&visitor.backend, account).await?))
}

/// Whoever comes first is let in in any case; the answer says whether it is that one.
async fn may_sign_up(db: &impl Source, way: &Way) -> Result<bool, Refusal> {
    let is_first = !users::any_exists(db).await?;
    if is_first || way.allows_signups() {
        return Ok(is_first);
    }
    let text = match way {
        Way::Oidc(oidc) if !oidc.rules.signups_disabled_text.is_empty() => &oidc.rules.signups_disabled_text,
        _ => {
            "There is no account for you here, and none is made by logging in. Please contact your administrator."
        }
    };
    Err(Refusal::page("Signups are disabled", text))
}

/// The user of this identity: whoever is linked to it or, if that user has no other identity, whoever has its e-mail address.
async fn find(db: &impl Source, arrival: &Arrival<'_>) -> Result<Option<User>, Refusal> {
    let (login_type, profile) = (arrival.way.login_type(), &arrival.profile);
    if let Some(linked) = user_links::find_user(db, login_type, &profile.linked_id).await? {
        return Ok(Some(linked));
    }
    let Some(found) = credentials::find_by_email(db, &profile.email).await? else { return Ok(None) };
    // Letters of other scripts fold to ASCII ones (U+212A to `k`): another mailbox.
    if found.user.email.to_uppercase() != profile.email.to_uppercase() {
        return Err(linked_already(login_type));
    }
    let link = user_links::find(db, found.user.id, login_type).await?;
    // Outside of a transaction, this very identity may have been linked since the first look.
    let other = |id: &str| !id.is_empty() && id != profile.linked_id;
    if link.is_some_and(|link| other(&link.linked_id)) {
        return Err(linked_already(login_type));
    }
    Ok(Some(found.user))
}

fn linked_already(login_type: LoginType) -> Refusal {
    let text = "This account is already linked to a different identity provider subject.";
    match login_type {
        LoginType::Github => Error::new(Kind::Forbidden, text).into(),
        _ => Refusal::page("Account already linked", text),
    }
}

/// One attempt, in one transaction that no other one of its kind runs beside.
struct Opening<'a> {
    visitor: &'a Visitor,
    arrival: &'a Arrival<'a>,
    subject: Subject,
    tx: Tx,
}

impl<'a> Opening<'a> {
    async fn begin(visitor: &'a Visitor, arrival: &'a Arrival<'a>) -> Result<Self, Refusal> {
        let tx = visitor.backend.store.write_alone(Lock::People).await?;
        Ok(Self { visitor, arrival, subject: system::sign_in(), tx })
    }

    /// What there is to do for whom; none when that changed since it was prepared.
    async fn decide(self, new: Option<NewUser>) -> Result<Option<Outcome>, Refusal> {
        let found = find(&self.tx, self.arrival).await?;
        match (found, &self.arrival.conversion, new) {
            (Some(user), None, _) => self.log_in(user).await.map(Some),
            (None, None, Some(new)) => self.sign_up(new).await,
            (None, None, None) => Ok(None),
            (Some(user), Some(asked), _) => self.convert(user, asked).await.map(Some),
            (None, Some(_), _) => {
                Err(conversion::of_nobody(self.arrival.way, &self.arrival.profile.email).into())
            }
        }
    }

    async fn log_in(mut self, user: User) -> Result<Outcome, Refusal> {
        self.may_log_in(&user)?;
        let mut events = self.wake(&user).await?;
        let user = self.refreshed(user).await?;
        let status = self.arrival.way.success();
        let (subject, profile) = (self.subject.clone(), &self.arrival.profile);
        events.extend(sync::apply(&mut self.tx, &subject, self.visitor, &user, profile, status).await?);
        self.open_session(&user, audit::Action::Login, events).await
    }

    fn may_log_in(&self, user: &User) -> Result<(), Refusal> {
        let login_type = self.arrival.way.login_type();
        if user.login_type != login_type {
            return Err(incorrect_login_type(login_type, user.login_type));
        }
        if user.status == UserStatus::Suspended { Err(suspended()) } else { Ok(()) }
    }

    async fn wake(&mut self, user: &User) -> Result<Vec<AuditEvent>, Refusal> {
        if user.status != UserStatus::Dormant {
            return Ok(Vec::new());
        }
        let may: Allowed<User, act::Update> = self.subject.may(user.clone())?;
        users::wake(&mut self.tx, &may, self.visitor.backend.now()).await?;
        let status = self.arrival.way.success();
        let told = audit::changed_user(&user.into(), &(&awake(user)).into());
        let mut event = self.visitor.event(user.id, audit::Action::Write, told, status);
        event.additional = audit::of_dormancy();
        Ok(vec![event])
    }

    /// The user as the provider describes it. The username stays.
    async fn refreshed(&mut self, user: User) -> Result<User, Refusal> {
        let profile = &self.arrival.profile;
        let name = profile.name.as_deref().map(|name| stored_full_name(name).replace('\0', ""));
        let changed = User {
            email: profile.email.clone(),
            name: name.unwrap_or_else(|| user.name.clone()),
            avatar_url: profile.avatar_url.clone(),
            updated_at: self.visitor.backend.now(),
            ..user
        };
        let may = self.subject.may(changed.clone())?;
        user_links::set_profile(&mut self.tx, &may, profile.github_id).await.map_err(email_in_use)?;
        self.link(&may).await?;
        Ok(changed)
    }

    async fn link(&mut self, user: &Allowed<User, act::Update>) -> Result<(), Refusal> {
        let Profile { linked_id, tokens, claims, .. } = &self.arrival.profile;
        let link = UserLink {
            user: user.id,
            login_type: self.arrival.way.login_type(),
            linked_id: linked_id.clone(),
            access_token: tokens.access.clone(),
            refresh_token: tokens.refresh.clone(),
            expires_at: tokens.expires_at,
            claimed_at: None,
            claims: claims.clone(),
        };
        Ok(user_links::set(&mut self.tx, user, &link).await?)
    }

    async fn sign_up(mut self, mut new: NewUser) -> Result<Option<Outcome>, Refusal> {
        // Whoever makes the first user with a password waits here, or is waited for.
        self.tx.lock(Lock::FirstUser).await?;
        let is_first = may_sign_up(&self.tx, self.arrival.way).await?;
        if is_first && !new.user.roles.iter().any(|role| role == OWNER) {
            new.user.roles.push(OWNER.to_owned());
            new.user.roles.sort_unstable();
        }
        new.user.username =
            username::free(&self.tx, &self.visitor.backend.ids, &self.arrival.profile.username).await?;
        let user = new.user.clone();
        match users::insert(&mut self.tx, &self.subject.may(new)?).await {
            // Somebody else was made meanwhile: maybe who is coming, maybe somebody of that name.
            Err(store::Error::Taken(Unique::Username | Unique::Email)) => return Ok(None),
            done => done?,
        }
        let user = self.refreshed(user).await?;
        sync::join_first(&mut self.tx, &self.subject, self.visitor, &user, &self.arrival.profile).await?;
        self.open_session(&user, audit::Action::Register, Vec::new()).await.map(Some)
    }

    async fn open_session(
        mut self,
        user: &User,
        action: audit::Action,
        mut events: Vec<AuditEvent>,
    ) -> Result<Outcome, Refusal> {
        let way = self.arrival.way;
        let lifetime = self.visitor.backend.settings.session_lifetime;
        let (key, token) = new_key(self.visitor, user.id, Plan::of_session(way.login_type(), lifetime));
        keys::insert(&mut self.tx, &self.subject.may(NewKey(key))?).await?;
        events.push(self.visitor.event(user.id, action, audit::key(user.id, ""), way.success()));
        self.tx.commit(events).await?;
        Ok(Outcome::Session { session: Session { token }, redirect: self.arrival.redirect.clone() })
    }

    async fn convert(self, user: User, asked: &Asked) -> Result<Outcome, Refusal> {
        let claims = asked.claims(&self.visitor.backend)?;
        let (visitor, way, id) = (self.visitor, self.arrival.way, user.id);
        let target = audit::user(&user);
        let done = self.convert_as(user, asked, &claims).await;
        if let Err(refusal) = &done {
            let status = refusal.status();
            let event = visitor.event(id, audit::Action::Write, target, status);
            visitor.backend.store.write().await?.commit(vec![event]).await?;
            tracing::info!(user = %id, to = way.login_type().as_str(), status, "a conversion was refused");
        }
        done
    }

    async fn convert_as(self, user: User, asked: &Asked, claims: &Claims) -> Result<Outcome, Refusal> {
        self.tx.hold_credentials(user.id).await?;
        let found = credentials::find(&self.tx, user.id).await?.ok_or_else(Error::not_found)?;
        let to = self.arrival.way.login_type();
        asked.check(&self.visitor.backend, claims, &found, to)?;
        if found.user.status == UserStatus::Suspended {
            return Err(suspended());
        }
        self.write_conversion(found).await
    }

    /// Keys before their owner, as whoever writes both does it.
    async fn write_conversion(mut self, found: Credentials) -> Result<Outcome, Refusal> {
        let way = self.arrival.way;
        // Somebody else may have begun it, and a token is no session.
        let old = |session: &&Known| {
            session.user() == found.user.id && session.key().login_type != LoginType::Token
        };
        if let Some(session) = self.arrival.session.as_ref().filter(old) {
            let may: Allowed<_, act::Delete> = self.subject.may(session.key().clone())?;
            keys::remove(&mut self.tx, &may).await?;
        }
        let told = converted(&found, way.login_type());
        let event = self.visitor.event(found.user.id, audit::Action::Write, told, way.success());
        let may: Allowed<User, act::UpdatePersonal> = self.subject.may(found.user.clone())?;
        credentials::convert(&mut self.tx, &may, way.login_type()).await?;
        let linked = self.subject.may(found.user)?;
        self.link(&linked).await?;
        self.tx.commit(vec![event]).await?;
        Ok(Outcome::Converted { redirect: self.arrival.redirect.clone() })
    }
}

/// A user who has neither a password nor a one-time passcode any more, and logs in otherwise.
fn converted(found: &Credentials, to: LoginType) -> AuditTarget {
    let until = found.passcode.as_ref().map(|(_, until)| *until);
    let old =
        UserRecord { user: found.user.clone(), password: found.password.clone(), passcode_until: until };
    let user = User { login_type: to, ..found.user.clone() };
    audit::changed_user(&old, &UserRecord::from(&user))
}

/// The contract has this collision as a fault: two people at the provider have one address.
fn email_in_use(error: store::Error) -> Refusal {
    match error {
        store::Error::Taken(Unique::Email) => {
            let text = "Failed to process the login: another user has this e-mail address.";
            Error::new(Kind::Internal, text).into()
        }
        other => other.into(),
    }
}

fn incorrect_login_type(of_way: LoginType, of_user: LoginType) -> Refusal {
    let (way, user) = (of_way.as_str(), of_user.as_str());
    let mut text = format!("Attempting to use login type {way:?}, but the user has the login type {user:?}.");
    if of_user == LoginType::Password {
        text.push_str(
            " Log in with your password, and convert your account to this way of logging in first.",
        );
    }
    Refusal::page("Incorrect login type", text)
}

fn suspended() -> Refusal {
    let text = "Your account is suspended. Contact an admin to reactivate your account.";
    Refusal::page("Account suspended", text)
}
