//! Sample texts by format, and the uuids that depend on a property's name.

use std::borrow::Cow;

use crate::input::node::Node;
use crate::schema::Schema;

/// What stands for a text without a format.
const WORD: &str = "string";

/// A document may ask for a text of any length; a page is for reading.
const MAX_LENGTH: usize = 1_000;

/// The sample of a string schema that belongs to the property `name`.
pub(crate) fn text(schema: &Schema<'_>, name: &str) -> Cow<'static, str> {
    match schema.text("format") {
        Some("uuid") => uuid(name).into(),
        format => by_format(format.unwrap_or("")).map_or_else(|| word(schema), Cow::Borrowed),
    }
}

fn by_format(format: &str) -> Option<&'static str> {
    Some(match format {
        "date-time" => "2019-08-24T14:15:22Z",
        "date" => "2019-08-24",
        "time" => "14:15:22Z",
        "email" => "user@example.com",
        "uri" => "http://example.com",
        "hostname" => "example.com",
        "ipv4" => "192.168.0.1",
        "ipv6" => "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
        "password" => "pa$$word",
        _ => return None,
    })
}

/// The word, repeated or cut to the length that the schema asks for.
fn word(schema: &Schema<'_>) -> Cow<'static, str> {
    let bound = |key| schema.get(key).and_then(Node::whole).and_then(|n| usize::try_from(n).ok());
    let least = bound("minLength").unwrap_or(0).min(MAX_LENGTH);
    let most = bound("maxLength").unwrap_or(usize::MAX);
    let length = least.max(WORD.len()).min(most);
    if length == WORD.len() { WORD.into() } else { WORD.chars().cycle().take(length).collect() }
}

/// A uuid that is the same wherever a property has this name.
pub(crate) fn uuid(name: &str) -> String {
    let mut draws = Draws::seeded(name);
    "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx"
        .chars()
        .map(|slot| match slot {
            'x' => hex_digit(draws.nibble()),
            'y' => hex_digit((draws.nibble() & 3) | 8),
            fixed => fixed,
        })
        .collect()
}

fn hex_digit(nibble: u32) -> char {
    char::from_digit(nibble, 16).unwrap_or('0')
}

/// A small generator of pseudo-random numbers with four words of state.
struct Draws {
    a: u32,
    b: u32,
    c: u32,
    d: u32,
}

impl Draws {
    fn seeded(name: &str) -> Self {
        let seed =
            name.encode_utf16().fold(0_u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)));
        Self { a: seed, b: seed, c: seed, d: seed }
    }

    /// The four highest bits of the next draw.
    fn nibble(&mut self) -> u32 {
        let t = self.a.wrapping_sub(self.b.rotate_left(27));
        self.a = self.b ^ self.c.rotate_left(17);
        self.b = self.c.wrapping_add(self.d);
        self.c = self.d.wrapping_add(t);
        self.d = self.a.wrapping_add(t);
        self.d >> 28
    }
}

#[cfg(test)]
mod tests {
    use super::uuid;

    #[test]
    fn uuids_follow_from_the_name() {
        let table = [
            ("id", "497f6eca-6276-4993-bfeb-53cbbbba6f08"),
            ("user_id", "a169451c-8525-4352-b8ca-070dd449a1a5"),
            ("organization_id", "7c60d51f-b44e-4682-87d6-449835ea4de6"),
            ("owner_id", "8826ee2e-7933-4665-aef2-2393f84a0d05"),
            ("group_id", "306db4e0-7449-4501-b76f-075576fe2d8f"),
            ("template_id", "c6d67e98-83ea-49f0-8812-e4abae2b68bc"),
            ("created_by", "ee824cad-d7a6-4f48-87dc-e8461a9201c4"),
            ("actor_id", "04f37679-bfbf-4906-b749-01756515cecf"),
            ("request_id", "266ea41d-adf5-480b-af50-15b940c2b846"),
            ("target_id", "d3bcdc92-4191-401b-ad0c-42056c6efab9"),
        ];
        for (name, expected) in table {
            assert_eq!(uuid(name), expected, "{name}");
        }
    }

    #[test]
    fn any_name_gives_a_well_formed_uuid() {
        for name in ["", "ö", "𝄞", "a name of some length"] {
            let made = uuid(name);
            assert_eq!(made.len(), 36, "{name}");
            assert_eq!(made.as_bytes()[14], b'4', "{name}");
        }
    }
}
