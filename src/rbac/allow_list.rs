//! What a key may touch at all (rbac.md 3.6 and 10.3).

use uuid::Uuid;

use super::key_scope::KeyScopeError;
use super::object::Object;
use super::resource::Resource;
use crate::model::key::AllowEntry;

/// Entries of which one must let an object pass; an empty list lets nothing pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowList(Vec<Entry>);

/// A type or none for every type, an id or none for every id. In the order of their texts, where `*` comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    resource: Option<Resource>,
    id: Option<Uuid>,
}

impl AllowList {
    /// `*:*`
    pub fn everything() -> Self {
        Self(vec![Entry { resource: None, id: None }])
    }

    /// Reads and normalizes entries: `*:*` stands for all others, `<type>:*` for those of its type, none stands twice, and
    /// they are sorted by type and id.
    ///
    /// # Errors
    /// For a type or an id that means nothing.
    pub fn read(entries: &[AllowEntry]) -> Result<Self, KeyScopeError> {
        Ok(Self(entries.iter().map(Entry::read).collect::<Result<_, _>>()?).normalized())
    }

    fn normalized(self) -> Self {
        let Self(mut entries) = self;
        entries.sort_unstable();
        entries.dedup();
        let wide: Vec<Entry> = entries.iter().copied().filter(|entry| entry.id.is_none()).collect();
        let within = |entry: &Entry, wide: &Entry| {
            wide != entry && (wide.resource.is_none() || wide.resource == entry.resource)
        };
        entries.retain(|entry| !wide.iter().any(|wide| within(entry, wide)));
        Self(entries)
    }

    /// What both lists let pass.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let pairs = self.0.iter().flat_map(|own| other.0.iter().filter_map(|entry| own.narrowest(*entry)));
        Self(pairs.collect()).normalized()
    }

    /// The list as it is stored and shown.
    pub fn entries(&self) -> Vec<AllowEntry> {
        let shown = |entry: &Entry| AllowEntry {
            kind: entry.resource.map_or("*", Resource::as_str).to_owned(),
            id: entry.id.map_or_else(|| "*".to_owned(), |id| id.to_string()),
        };
        self.0.iter().map(shown).collect()
    }

    /// Whether the list lets an object pass. One without id needs an entry for every id.
    #[inline]
    pub(super) fn lists(&self, object: &Object) -> bool {
        self.0.iter().any(|entry| {
            entry.resource.is_none_or(|own| own == object.resource)
                && (entry.id.is_none() || entry.id == object.id)
        })
    }

    /// Whether `wider` lets every object of a type pass that this list lets pass. There is always one more id than a list
    /// names, so that ids never add up to every id.
    pub(super) fn is_within(&self, wider: &Self, resource: Resource) -> bool {
        let of_type = |entry: &&Entry| entry.resource.is_none_or(|own| own == resource);
        let covered = |entry: &Entry| {
            wider.0.iter().filter(of_type).any(|wide| wide.id.is_none() || wide.id == entry.id)
        };
        self.0.iter().filter(of_type).all(covered)
    }

    /// Whether the list lets any object of a type pass.
    pub(super) fn names(&self, resource: Resource) -> bool {
        self.0.iter().any(|entry| entry.resource.is_none_or(|own| own == resource))
    }

    /// The ids of a type that the list lets pass; none is any.
    pub(super) fn ids_of(&self, resource: Resource) -> Option<Vec<Uuid>> {
        let fitting = self.0.iter().filter(|entry| entry.resource.is_none_or(|own| own == resource));
        fitting.map(|entry| entry.id).collect()
    }
}

impl Entry {
    fn read(entry: &AllowEntry) -> Result<Self, KeyScopeError> {
        let wrong = || KeyScopeError(format!("unknown allow list entry {}:{}", entry.kind, entry.id));
        let resource = match entry.kind.as_str() {
            "*" => None,
            kind => Some(Resource::parse(kind).ok_or_else(wrong)?),
        };
        let id = match entry.id.as_str() {
            "*" => None,
            id => Some(Uuid::try_parse(id).map_err(|_| wrong())?),
        };
        Ok(Self { resource, id })
    }

    /// What both entries let pass, if there is such a thing.
    fn narrowest(self, other: Self) -> Option<Self> {
        let resource = narrower(self.resource, other.resource)?;
        Some(Self { resource, id: narrower(self.id, other.id)? })
    }
}

/// The narrower of two, where none is everything; nothing when they are apart.
#[expect(
    clippy::option_option,
    reason = "the inner one is a wildcard, the outer one says whether there is anything"
)]
fn narrower<T: PartialEq + Copy>(one: Option<T>, other: Option<T>) -> Option<Option<T>> {
    match (one, other) {
        (None, either) | (either, None) => Some(either),
        (Some(one), Some(other)) => (one == other).then_some(Some(one)),
    }
}
