//! Finds names that come twice in one object. Reading drops the earlier one without a word, so this
//! looks at the source once more, and only when something was dropped.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::pointer::push;

/// A document that repeats more names than this is known to be odd by then.
const MAX_FOUND: usize = 100;

/// Pointers to the names that come twice in a text that is known to be JSON.
pub(super) fn find(text: &str) -> Vec<String> {
    let mut search = Search { at: String::new(), found: Vec::new() };
    let mut reader = serde_json::Deserializer::from_str(text);
    // It was read before, so that it cannot fail now.
    let _ = Seed(&mut search).deserialize(&mut reader);
    search.found
}

struct Search {
    at: String,
    found: Vec<String>,
}

struct Seed<'s>(&'s mut Search);

impl Seed<'_> {
    fn below<T>(&mut self, segment: &str, inside: impl FnOnce(Seed<'_>) -> T) -> T {
        let length = self.0.at.len();
        push(&mut self.0.at, segment);
        let result = inside(Seed(self.0));
        self.0.at.truncate(length);
        result
    }

    fn note(&mut self, name: &str) {
        if self.0.found.len() < MAX_FOUND {
            let mut pointer = self.0.at.clone();
            push(&mut pointer, name);
            self.0.found.push(pointer);
        }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<S: SeqAccess<'de>>(mut self, mut seq: S) -> Result<(), S::Error> {
        let mut index = 0_usize;
        while self.below(&index.to_string(), |inner| seq.next_element_seed(inner))?.is_some() {
            index += 1;
        }
        Ok(())
    }

    fn visit_map<M: MapAccess<'de>>(mut self, mut map: M) -> Result<(), M::Error> {
        let mut names = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            self.below(&name, |inner| map.next_value_seed(inner))?;
            if names.contains(&name) {
                self.note(&name);
            }
            names.insert(name);
        }
        Ok(())
    }
}
