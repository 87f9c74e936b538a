//! Users whom a directory provisions, over SCIM 2.0 (neighbours.md 1; RFC 7643 and 7644).
//!
//! A directory shows a secret of the deployment, and no key: it acts as nobody, with the few rights that provisioning takes.
//! What it does stands in the audit log under the user that it is about, as done by this subsystem.

mod create;
mod filter;
mod patch;
mod status;

use std::sync::Arc;

use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::audit;
use super::ctx::{Backend, Visitor};
use super::error::{Error, Kind};
use super::sessions::hash_secret;
use crate::model::feature::Feature;
use crate::model::ids::{Secret, UserId};
use crate::model::user::Person;
use crate::rbac::{Allowed, Subject, system};
use crate::store::{AuditEvent, AuditTarget};

pub use create::{Made, Request, create};
pub use filter::{Found, MAX_RESULTS, Window, list};
pub use patch::{Operation, wanted};
pub use status::{replace, set_active};

/// What entries of the audit log call this (logs.md A3).
const SUBSYSTEM: &str = "scim";

/// Who letters say did it.
const NAME: &str = "the directory";

/// A refusal, with the word that the protocol has for its reason, if it has one (RFC 7644, 3.12).
#[derive(Debug)]
pub struct Refusal {
    /// What is wrong.
    pub error: Error,
    /// Why, if the protocol tells such reasons apart.
    pub reason: Option<Reason>,
}

/// What is wrong with a request, as far as the protocol tells it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The filter is not understood.
    Filter,
    /// The attribute does not change.
    Mutability,
    /// The path of a change names nothing.
    NoTarget,
    /// A change is not understood.
    Syntax,
    /// A value is missing, or is none that the attribute takes.
    Value,
}

impl Refusal {
    /// A value is missing, or is none that the attribute takes.
    pub(super) fn value(error: Error) -> Self {
        Self { error, reason: Some(Reason::Value) }
    }

    /// The attribute does not change.
    fn mutability(text: &'static str) -> Self {
        Self { error: Error::invalid(text), reason: Some(Reason::Mutability) }
    }
}

impl<E: Into<Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self { error: error.into(), reason: None }
    }
}

/// A directory that showed the secret of the deployment. Nothing else makes one.
pub struct Provisioner {
    visitor: Visitor,
    subject: Subject,
}

impl std::fmt::Debug for Provisioner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Provisioner")
    }
}

impl Provisioner {
    /// Lets in whoever sends this as `Authorization`.
    ///
    /// # Errors
    /// 404 where no secret is set, 401 for another one and for none, 403 where the feature is switched off.
    pub fn admit(visitor: Visitor, shown: Option<&str>) -> Result<Self, Error> {
        let backend = &visitor.backend;
        let wanted = expected(backend)?;
        let shown = shown.and_then(secret).ok_or_else(wrong)?;
        // The hashes are of one length, so that the time tells nothing of the secret's.
        let same: bool = hash_secret(&shown).ct_eq(&hash_secret(wanted)).into();
        if !same {
            return Err(wrong());
        }
        backend.needs(Feature::Scim)?;
        Ok(Self { visitor, subject: system::provisioning() })
    }

    /// Where people reach the deployment.
    pub fn access_url(&self) -> &str {
        &self.backend().settings.access_url
    }

    fn backend(&self) -> &Backend {
        &self.visitor.backend
    }

    /// An entry about what is done to this user, in its own name.
    fn event(&self, user: UserId, action: audit::Action, told: AuditTarget, status: u16) -> AuditEvent {
        let event = self.visitor.event(user, action, told, status);
        AuditEvent { additional: audit::of_subsystem(SUBSYSTEM), ..event }
    }
}

/// What is compared of a setting, or of a header: without `Bearer` before it. None where nothing is left.
pub fn secret(text: &str) -> Option<Secret> {
    let text = text.trim();
    let bare = match text.split_once(char::is_whitespace) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => rest.trim(),
        None if text.eq_ignore_ascii_case("bearer") => "",
        _ => text,
    };
    (!bare.is_empty()).then(|| Secret::new(bare))
}

/// Whether directories may come at all, which is asked first of every request, whatever it is for.
///
/// # Errors
/// 404.
pub fn check_configured(backend: &Backend) -> Result<(), Error> {
    expected(backend).map(drop)
}

fn expected(backend: &Backend) -> Result<&Secret, Error> {
    let disabled = || {
        let text = "SCIM is disabled, please contact your administrator if you believe this is an error";
        Error::new(Kind::NotFound, text)
    };
    backend.settings.scim_secret.as_ref().ok_or_else(disabled)
}

fn wrong() -> Error {
    Error::new(Kind::Unauthenticated, "The SCIM secret is missing or wrong.")
        .detail("It is sent in the header Authorization, with or without Bearer before it.")
}

/// The user that a path names, and the note that this is about to be changed.
///
/// # Errors
/// 404 for what is no id, and for users who are not there, are deleted, or belong to the server itself.
pub async fn find(scim: &Provisioner, id: &str) -> Result<Allowed<Arc<Person>>, Error> {
    let id = Uuid::try_parse(id).map_err(|_| Error::not_found())?;
    let found = scim.backend().store.person(UserId(id)).await?.ok_or_else(Error::not_found)?;
    let person: Allowed<Arc<Person>> = scim.subject.may(found.person.clone())?;
    if !is_provisioned(&person) {
        return Err(Error::not_found());
    }
    scim.visitor.attempts_as(SUBSYSTEM, person.user.id, audit::user(&person.user));
    Ok(person)
}

/// Whether a directory is told of somebody.
fn is_provisioned(person: &Person) -> bool {
    !person.user.deleted && !person.user.is_system
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_what_is_left_without_its_scheme() {
        let bare = |text| secret(text).map(|secret| secret.expose().to_owned());
        for text in ["abc", "Bearer abc", "bearer  abc ", "BEARER\tabc", " abc"] {
            assert_eq!(bare(text).as_deref(), Some("abc"), "{text:?}");
        }
        for (text, kept) in [("Basic abc", "Basic abc"), ("bearerabc", "bearerabc"), ("a b", "a b")] {
            assert_eq!(bare(text).as_deref(), Some(kept), "{text:?}");
        }
        for text in ["", " ", "Bearer", "bearer  "] {
            assert_eq!(bare(text), None, "{text:?}");
        }
    }
}
