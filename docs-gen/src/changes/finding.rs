//! What was found, before it is known who meets it.

use super::Kind;

/// Which way a value travels: with requests to the server, with its responses, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Sides(u8);

impl Sides {
    pub(super) const NONE: Self = Self(0);
    pub(super) const REQUESTS: Self = Self(1);
    pub(super) const RESPONSES: Self = Self(2);
    pub(super) const BOTH: Self = Self(3);

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What travels the other way; webhooks are requests that the server sends.
    pub(super) fn turned(self, turn: bool) -> Self {
        match self {
            Self::REQUESTS if turn => Self::RESPONSES,
            Self::RESPONSES if turn => Self::REQUESTS,
            same => same,
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::REQUESTS => "requests",
            Self::RESPONSES => "responses",
            _ => "requests and responses",
        }
    }
}

/// Why a change breaks clients, by the way that the value travels; `None` when it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Verdict {
    pub(super) request: Option<&'static str>,
    pub(super) response: Option<&'static str>,
}

impl Verdict {
    pub(super) const HARMLESS: Self = Self { request: None, response: None };

    pub(super) const fn always(why: &'static str) -> Self {
        Self { request: Some(why), response: Some(why) }
    }

    pub(super) const fn in_requests(why: &'static str) -> Self {
        Self { request: Some(why), response: None }
    }

    pub(super) const fn in_responses(why: &'static str) -> Self {
        Self { request: None, response: Some(why) }
    }

    /// Fewer values than before: the server may refuse what it took.
    pub(super) const NARROWED: Self = Self::in_requests("the server may refuse values that it took before");

    /// More values than before: clients may get what they cannot read.
    pub(super) const WIDENED: Self = Self::in_responses("clients may get values that they do not know");

    /// Other values than before, both ways.
    pub(super) const OTHER: Self = Self { request: Self::NARROWED.request, response: Self::WIDENED.response };

    pub(super) fn on(self, sides: Sides) -> Option<&'static str> {
        let request = self.request.filter(|_| !sides.and(Sides::REQUESTS).is_empty());
        request.or(self.response.filter(|_| !sides.and(Sides::RESPONSES).is_empty()))
    }
}

/// Where something was found: in an operation itself, or in a named type that operations share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Owner {
    /// The operation of this number.
    Operation(usize),
    /// The pair of named types of this number.
    Pair(usize),
}

/// One difference.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) owner: Owner,
    /// The place inside the owner; empty for the owner itself.
    pub(super) place: String,
    pub(super) what: String,
    pub(super) kind: Kind,
    pub(super) sides: Sides,
    pub(super) verdict: Verdict,
}

/// What a difference is, apart from its place.
#[derive(Debug)]
pub(super) struct Difference {
    pub(super) what: String,
    pub(super) kind: Kind,
    pub(super) verdict: Verdict,
}

impl Difference {
    pub(super) fn added(what: impl Into<String>, verdict: Verdict) -> Self {
        Self { what: what.into(), kind: Kind::Added, verdict }
    }

    pub(super) fn removed(what: impl Into<String>, verdict: Verdict) -> Self {
        Self { what: what.into(), kind: Kind::Removed, verdict }
    }

    pub(super) fn changed(what: impl Into<String>, verdict: Verdict) -> Self {
        Self { what: what.into(), kind: Kind::Changed, verdict }
    }
}
