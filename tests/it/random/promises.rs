//! What is promised of whatever strangers send. Each function takes any text and panics when a promise is broken.
//!
//! The ordinary tests throw dice at them; `fuzz/` gives them to libFuzzer.

use super::model::connection_search::ConnectionSearch;
use super::model::key::{AllowEntry, PresentedKey};
use super::model::search::{MemberFilter, UserFilter};
use super::model::skill::{self, SkillText};
use super::model::{names, password};
use super::rbac::AllowList;

/// A query is read, or refused with at least one reason that names a field.
pub fn search(text: &str) {
    let connections = ConnectionSearch::parse(text);
    let refusals =
        [UserFilter::parse(text).err(), MemberFilter::parse(text).err(), connections.as_ref().err().cloned()];
    for errors in refusals.into_iter().flatten() {
        assert!(!errors.is_empty(), "refused without a reason: {text:?}");
        for error in errors {
            assert!(!error.detail.is_empty(), "{text:?}");
            // Keys are any text, the empty one included; what is said of them is not.
        }
    }
    let folded = names::folded(text);
    assert_eq!(names::folded(&folded), folded, "folding twice is folding once");
    assert_eq!(UserFilter::parse(&folded), UserFilter::parse(text), "the whole query is read in lower case");
    assert_eq!(ConnectionSearch::parse(&folded), connections, "the whole query is read in lower case");
}

/// A key is read as it is written, or refused with a reason.
pub fn key(text: &str) {
    match PresentedKey::parse(text) {
        Ok(key) => {
            assert_eq!(format!("{}-{}", key.id, key.secret.expose()), text);
            assert!(!format!("{key:?}").contains(key.secret.expose()), "a secret in a log");
        }
        Err(why) => assert!(!why.is_empty()),
    }
}

/// No password is worth less than nothing; what is worth enough and short enough passes; letters added to a password never
/// make its alphabet smaller.
pub fn password(text: &str) {
    let bits = password::entropy(text);
    assert!(bits.is_finite() && bits >= 0.0, "{bits} bits");
    match password::check(text) {
        Ok(()) => assert!(bits >= password::NEEDED_BITS && text.len() <= password::LIMIT),
        Err(why) if bits >= password::NEEDED_BITS => assert!(why.contains("no more than"), "{why}"),
        Err(why) => assert!(why.starts_with("insecure password, try "), "{why}"),
    }
}

/// Lines of `type:id` are read to a list that reads to itself, and that is its own intersection; or they are refused.
pub fn allow_list(text: &str) {
    let (entries, others) = (entries(text), [AllowEntry::everything()]);
    let Ok(list) = AllowList::read(&entries) else { return };
    let shown = list.entries();
    assert!(shown.len() <= entries.len(), "normalizing makes no entries");
    assert_eq!(AllowList::read(&shown).as_ref(), Ok(&list), "what is shown reads to the same");
    let reversed: Vec<AllowEntry> = entries.iter().rev().cloned().collect();
    assert_eq!(AllowList::read(&reversed).as_ref(), Ok(&list), "the order says nothing");
    let all = AllowList::read(&others).unwrap();
    assert_eq!(list.intersection(&all), list);
    assert_eq!(all.intersection(&list), list);
    assert_eq!(list.intersection(&list), list);
}

fn entries(text: &str) -> Vec<AllowEntry> {
    let entry = |line: &str| {
        let (kind, id) = line.split_once(':').unwrap_or((line, "*"));
        AllowEntry { kind: kind.to_owned(), id: id.to_owned() }
    };
    text.lines().map(entry).collect()
}

/// A name that is good is short, stays good in any case, and can stand in a path; what is stored of a display name is one.
pub fn names(text: &str) {
    if names::check_name(text).is_ok() {
        assert!((1..=names::NAME_LIMIT).contains(&text.len()) && text.is_ascii(), "{text:?}");
        assert!(names::check_name(&text.to_ascii_uppercase()).is_ok(), "{text:?}");
        assert_eq!(names::folded(text), text.to_ascii_lowercase());
    }
    let stored = names::stored_full_name(text);
    assert!(names::is_full_name(stored) || stored.contains('\0'), "{stored:?}");
    if names::is_full_name(text) {
        assert_eq!(stored, text, "a good display name is stored as it is");
    }
    if names::is_email(text) {
        assert!(
            text.contains('@') && text.len() <= names::EMAIL_LIMIT && !text.contains(['\0', '\n']),
            "{text:?}"
        );
    }
    assert!(!names::is_display_name(text) || names::is_storable(text));
    assert!(!names::folded(text).contains('\0'), "{text:?}");
}

/// A skill is read whatever its front matter, or refused with a reason. What is read keeps the bounds, and is the same when the
/// lines end as on Windows and when a mark of the byte order comes first.
pub fn skill(text: &str) {
    for content in [text.to_owned(), format!("---\n{text}"), format!("---\nname: a\n{text}\n---\nb")] {
        match SkillText::parse(content.clone()) {
            Ok(read) => read_skill(&content, &read),
            Err(why) => assert!(!why.message().is_empty() && !why.to_string().is_empty()),
        }
    }
}

fn read_skill(content: &str, read: &SkillText) {
    assert_eq!(read.content, content, "nothing is lost");
    assert!(skill::is_name(&read.name) && read.name.len() <= skill::NAME_LIMIT, "{:?}", read.name);
    assert!(read.description.len() <= skill::DESCRIPTION_LIMIT && !content.contains('\0'));
    let mut others = vec![content.replace('\n', "\r\n")];
    if !content.starts_with('\u{FEFF}') {
        others.push(format!("\u{FEFF}{content}"));
    }
    for other in others.into_iter().filter(|other| other.len() <= skill::CONTENT_LIMIT) {
        let again = SkillText::parse(other).map(|text| (text.name, text.description));
        assert_eq!(again, Ok((read.name.clone(), read.description.clone())), "{content:?}");
    }
}
