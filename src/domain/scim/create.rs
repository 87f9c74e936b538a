//! Users whom a directory makes known.

use std::sync::Arc;

use super::status::{change, needs_active};
use super::{NAME, Provisioner, Refusal};
use crate::domain::accounts::{self, Account};
use crate::domain::audit;
use crate::domain::error::{Error, Kind};
use crate::domain::sign_in::username;
use crate::domain::standing;
use crate::domain::validate::Fields;
use crate::model::ids::UserId;
use crate::model::organization::{Member, OrgRef};
use crate::model::user::{LoginType, NewUser, Person, UserStatus};
use crate::rbac::{Allowed, NewMember};
use crate::store::{self, Lock, Source, Tx, Unique, credentials, members, organizations, users};

/// Somebody in the directory.
#[derive(Debug, Default)]
pub struct Request {
    /// What the directory calls the user; may be empty, and be no username here.
    pub user_name: String,
    /// The primary address, else the first one; empty when there is none.
    pub email: String,
    /// Display name, may be empty.
    pub name: String,
    /// Whether the user takes part.
    pub active: Option<bool>,
}

/// What became of a request to make a user.
#[derive(Debug)]
pub enum Made {
    /// Somebody was made.
    New(Allowed<Arc<Person>>),
    /// There was somebody of that address or name.
    Known(Allowed<Arc<Person>>),
}

/// How often it is begun anew because somebody else took a name, or appeared, meanwhile.
const TRIES: usize = 4;

/// Makes a user who logs in by an OpenID provider, a member of the default organization. Whoever is known by the address or, if
/// nobody is, by the name, stays as it is, but that the suspended are let in again when the directory has them as active.
///
/// # Errors
/// 400 for bad attributes, 403 before there is a first user, 409 for a name or an address that cannot be had.
pub async fn create(scim: &Provisioner, request: Request) -> Result<Made, Refusal> {
    let active = request.active.ok_or_else(needs_active)?;
    Fields::default().email("emails", &request.email).finish().map_err(Refusal::value)?;
    for _ in 0..TRIES {
        let new = prepared(scim, &request, active).await?;
        let attempt = Attempt { scim, tx: scim.backend().store.write_alone(Lock::People).await? };
        if let Some(made) = attempt.decide(&request, active, new).await? {
            return Ok(made);
        }
    }
    Err(taken().into())
}

fn taken() -> Error {
    Error::new(Kind::Conflict, "User already exists.")
}

/// The account for somebody whom nobody knows; making its key pair must not keep others waiting.
async fn prepared(scim: &Provisioner, request: &Request, active: bool) -> Result<Option<NewUser>, Error> {
    let backend = scim.backend();
    if known(&backend.store, request).await?.is_some() {
        return Ok(None);
    }
    let account = Account {
        email: request.email.clone(),
        username: username::derived(&backend.ids, &request.user_name, &request.email),
        name: request.name.replace('\0', ""),
        password: String::new(),
        login_type: LoginType::Oidc,
        status: if active { UserStatus::Dormant } else { UserStatus::Suspended },
        roles: Vec::new(),
        service_account: false,
    };
    accounts::new_user(backend, account).await.map(Some)
}

/// Whoever has that address or, if nobody has, that name.
async fn known(db: &impl Source, request: &Request) -> Result<Option<UserId>, Error> {
    if let Some(found) = credentials::find_by_email(db, &request.email).await? {
        return Ok(Some(found.user.id));
    }
    Ok(users::find_namesake(db, &request.user_name, "").await?)
}

/// One attempt, in one transaction that no other one of its kind runs beside.
struct Attempt<'a> {
    scim: &'a Provisioner,
    tx: Tx,
}

impl Attempt<'_> {
    /// What there is to do; none when that changed since it was prepared.
    async fn decide(
        self,
        request: &Request,
        active: bool,
        new: Option<NewUser>,
    ) -> Result<Option<Made>, Refusal> {
        match (known(&self.tx, request).await?, new) {
            (Some(user), _) => self.keep(user, active).await.map(Some),
            (None, Some(new)) => self.insert(new).await,
            (None, None) => Ok(None),
        }
    }

    async fn keep(mut self, user: UserId, active: bool) -> Result<Made, Refusal> {
        let person = self.tx.person(user).await?.ok_or_else(taken)?.person;
        if person.user.is_system {
            return Err(taken().into());
        }
        let waits = active && person.user.status == UserStatus::Suspended;
        let woken = if waits { change(self.scim, &mut self.tx, &person, active).await? } else { None };
        let Some((woken, _)) = woken else {
            return Ok(Made::Known(self.scim.subject.may(person)?));
        };
        self.tx.commit_unaudited("logs.md A3: the POST of an existing user leaves no entry").await?;
        standing::tell(self.scim.backend(), NAME, &woken.user);
        Ok(Made::Known(self.scim.subject.may(woken)?))
    }

    async fn insert(mut self, mut new: NewUser) -> Result<Option<Made>, Refusal> {
        // Whoever comes first owns the deployment, which no directory may do in somebody's stead.
        if !users::any_exists(&self.tx).await? {
            return Err(Error::new(Kind::Forbidden, "The deployment has no first user yet.").into());
        }
        let scim = self.scim;
        new.user.username = username::free(&self.tx, &scim.backend().ids, &new.user.username).await?;
        let user = new.user.clone();
        let event = scim.event(user.id, audit::Action::Create, audit::created_user(&new), 201);
        match users::insert(&mut self.tx, &scim.subject.may(new)?).await {
            // Somebody else was made meanwhile: maybe who is coming, maybe somebody of that name.
            Err(store::Error::Taken(Unique::Username | Unique::Email)) => return Ok(None),
            done => done?,
        }
        self.join(user.id).await?;
        let person = self.tx.person(user.id).await?.ok_or_else(taken)?.person;
        self.tx.commit(vec![event]).await?;
        Ok(Some(Made::New(scim.subject.may(person)?)))
    }

    /// Puts somebody new into the default organization, as whoever logs in by a provider for the first time.
    async fn join(&mut self, user: UserId) -> Result<(), Error> {
        let missing = || Error::new(Kind::Internal, "Internal error fetching default organization.");
        let default = organizations::find(&self.tx, &OrgRef::Default).await?.ok_or_else(missing)?;
        let member = Member::joining(default.id, user, self.scim.backend().now());
        Ok(members::insert(&mut self.tx, &self.scim.subject.may(NewMember(member))?).await?)
    }
}
