//! The description of a row: what the document says, in the page's voice.

use crate::markdown::squeezed;
use crate::schema::Schema;

/// The description of the schema under this name; for an array without one, that of its items in brackets.
pub(crate) fn describe(schema: &Schema<'_>, name: &str) -> String {
    let text = |schema: &Schema<'_>| schema.text("description").map(|text| voiced(text, name));
    let of_items = || {
        let items = schema.items().filter(|items| items.name().is_some())?;
        text(&items).filter(|text| !text.is_empty()).map(|text| format!("[{text}]"))
    };
    text(schema).filter(|text| !text.is_empty()).or_else(of_items).unwrap_or_default()
}

/// One line, with the name of a field in code replaced by that of the property.
fn voiced(text: &str, name: &str) -> String {
    let text = squeezed(text);
    let (first, rest) = text.split_once(' ').unwrap_or((text.as_str(), ""));
    let capitals = first.chars().filter(char::is_ascii_uppercase).count();
    let spoken = if capitals > 1 && !name.starts_with('[') { spoken(name) } else { first.to_owned() };
    let words = std::iter::once(spoken.as_str()).chain(rest.split(' ').filter(|word| !word.is_empty()));
    words.map(abbreviations_in_capitals).collect::<Vec<_>>().join(" ")
}

/// `has_ai_seat` as it begins a sentence: `Has ai seat`.
fn spoken(name: &str) -> String {
    let text = name.replace('_', " ");
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}

/// The words of a replaced name come in one piece, so each is looked at by itself.
fn abbreviations_in_capitals(words: &str) -> String {
    let capital = |word: &str| {
        let stem = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
        let punctuation = word.strip_prefix(stem).unwrap_or("");
        match stem {
            "id" => format!("ID{punctuation}"),
            "url" => format!("URL{punctuation}"),
            _ => word.to_owned(),
        }
    };
    words.split(' ').map(capital).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::voiced;

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
