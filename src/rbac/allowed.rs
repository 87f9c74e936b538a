//! Proof that a decision was made.

use std::marker::PhantomData;
use std::ops::Deref;

use super::action::{Action, act};
use super::decide::{Reason, decide_shared};
use super::object::{Object, Target};
use super::subject::Subject;

/// A verb as a type.
pub trait Verb: 'static {
    /// The verb.
    const ACTION: Action;
}

/// A thing that its holder may act on with the verb `V`.
///
/// Made by [`Subject::may`] and [`super::Scope::admit`] and by nothing else. Functions of the store that write take one,
/// and the conversions to the wire take one, so an unchecked thing can neither be changed nor shown.
pub struct Allowed<T, V = act::Read> {
    thing: T,
    verb: PhantomData<fn() -> V>,
}

impl<T, V> Allowed<T, V> {
    pub(super) const fn new(thing: T) -> Self {
        Self { thing, verb: PhantomData }
    }

    /// The thing, for what needs to own it.
    pub fn into_inner(self) -> T {
        self.thing
    }
}

impl<T, V> Deref for Allowed<T, V> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.thing
    }
}

impl<T: std::fmt::Debug, V> std::fmt::Debug for Allowed<T, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Allowed").field(&self.thing).finish()
    }
}

/// A refusal, with what was asked and what settled it. Never shown to clients; for logs and for choosing the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Denied {
    /// The verb.
    pub action: Action,
    /// The object.
    pub object: Object,
    /// What settled it.
    pub reason: Reason,
}

impl std::fmt::Display for Denied {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (resource, action) = (self.object.resource.as_str(), self.action.as_str());
        write!(f, "{resource}:{action} refused ({:?})", self.reason)
    }
}

impl std::error::Error for Denied {}

impl Subject {
    /// Proof that this subject may do `V` to `thing`, or the refusal.
    ///
    /// # Errors
    /// [`Denied`] when the decision is no.
    pub fn may<V: Verb, T: Target>(&self, thing: T) -> Result<Allowed<T, V>, Denied> {
        let object = thing.object();
        let decision = decide_shared(self, V::ACTION, &object, thing.acl());
        if decision.allowed {
            return Ok(Allowed::new(thing));
        }
        Err(Denied { action: V::ACTION, object, reason: decision.reason })
    }
}
