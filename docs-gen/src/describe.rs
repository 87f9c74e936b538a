//! The description of a row: what the document says, in the page's voice.

use crate::schema::Schema;

/// Writes the description of the schema under this name; for an array without one, that of its items in brackets.
pub(crate) fn describe(out: &mut String, schema: &Schema<'_>, name: &str) {
    if let Some(own) = text(schema) {
        return voiced(out, own, name);
    }
    let items = schema.items().filter(|items| items.name().is_some());
    if let Some(of_items) = items.as_ref().and_then(text) {
        out.push('[');
        voiced(out, of_items, name);
        out.push(']');
    }
}

fn text<'a>(schema: &Schema<'a>) -> Option<&'a str> {
    schema.text("description").filter(|text| !text.trim().is_empty())
}

/// One line, with the name of a field in code replaced by that of the property.
fn voiced(out: &mut String, text: &str, name: &str) {
    let mut words = text.split_whitespace();
    let Some(first) = words.next() else { return };
    let capitals = first.bytes().filter(u8::is_ascii_uppercase).count();
    if capitals > 1 && !name.starts_with('[') {
        push_all(out, spoken(name).split(' '));
    } else {
        push_word(out, first);
    }
    for word in words {
        out.push(' ');
        push_word(out, word);
    }
}

/// `has_ai_seat` as it begins a sentence: `Has ai seat`.
fn spoken(name: &str) -> String {
    let text = name.replace('_', " ");
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}

fn push_all<'w>(out: &mut String, words: impl Iterator<Item = &'w str>) {
    for (index, word) in words.enumerate() {
        if index > 0 {
            out.push(' ');
        }
        push_word(out, word);
    }
}

/// A word, in capitals if it is an abbreviation.
fn push_word(out: &mut String, word: &str) {
    let stem = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
    let capitals = match stem {
        "id" => "ID",
        "url" => "URL",
        _ => return out.push_str(word),
    };
    out.push_str(capitals);
    out.push_str(word.strip_prefix(stem).unwrap_or(""));
}

#[cfg(test)]
mod tests {
    fn voiced(text: &str, name: &str) -> String {
        let mut out = String::new();
        super::voiced(&mut out, text, name);
        out
    }

    #[test]
    fn field_names_in_code_become_property_names() {
        assert_eq!(voiced("HasAISeat is always\nthere.", "has_ai_seat"), "Has ai seat is always there.");
        assert_eq!(voiced("UserID is the owner", "user_id"), "User ID is the owner");
        assert_eq!(voiced("Owner of the key", "user_id"), "Owner of the key");
        assert_eq!(voiced("APIKey", "[array item]"), "APIKey");
    }

    #[test]
    fn lone_abbreviations_are_in_capitals() {
        assert_eq!(voiced("The id, or url: `id` ideal", "x"), "The ID, or URL: `id` ideal");
        assert_eq!(voiced("", "x"), "");
    }
}
