//! Allow lists: how they are normalized and what two of them leave (rbac.md 10.3).

use super::words::id;
use crate::model::key::AllowEntry;
use crate::rbac::AllowList;

/// Entries such as `template:w1`, in the names of the worked decisions; `*` is any.
fn list(text: &str) -> AllowList {
    let entries = text.split_whitespace().map(|entry| {
        let (kind, name) = entry.split_once(':').unwrap();
        let id = if name == "*" { name.to_owned() } else { id(name).to_string() };
        AllowEntry { kind: kind.to_owned(), id }
    });
    AllowList::read(&entries.collect::<Vec<_>>()).unwrap()
}

/// The list in the same words, in its own order.
fn text(list: &AllowList) -> String {
    let names = ["me", "x", "w1", "w2", "g1", "A", "B", "G"];
    let name = |text: &str| names.into_iter().find(|name| id(name).to_string() == text).unwrap_or("*");
    let entries = list.entries();
    entries.iter().map(|entry| format!("{}:{}", entry.kind, name(&entry.id))).collect::<Vec<_>>().join(" ")
}

#[test]
fn lists_are_normalized() {
    let table = [
        ("", ""),
        ("*:*", "*:*"),
        ("workspace:w1 *:* template:*", "*:*"),
        ("workspace:w1 workspace:* workspace:w2", "workspace:*"),
        ("workspace:w1 workspace:w1", "workspace:w1"),
        ("workspace:* workspace:*", "workspace:*"),
        ("workspace:w2 user:x workspace:w1 template:w2", "template:w2 user:x workspace:w1 workspace:w2"),
        ("user:* workspace:w1 user:me", "user:* workspace:w1"),
        ("workspace:w1 *:w1", "*:w1 workspace:w1"),
        ("workspace:* *:w1", "*:w1 workspace:*"),
        ("*:w2 *:w1 *:w2", "*:w1 *:w2"),
    ];
    for (given, normal) in table {
        assert_eq!(text(&list(given)), normal, "{given:?}");
        assert_eq!(text(&list(normal)), normal, "{normal:?} is normal");
    }
}

#[test]
fn two_lists_leave_what_both_let_pass() {
    let table = [
        ("*:*", "*:*", "*:*"),
        ("*:*", "workspace:w1 user:*", "user:* workspace:w1"),
        ("*:*", "", ""),
        ("workspace:*", "workspace:w1", "workspace:w1"),
        ("workspace:*", "*:w1", "workspace:w1"),
        ("workspace:w1", "*:w1", "workspace:w1"),
        ("workspace:*", "workspace:*", "workspace:*"),
        ("*:w1", "*:w1", "*:w1"),
        ("workspace:*", "template:*", ""),
        ("workspace:w1", "workspace:w2", ""),
        ("workspace:w1", "template:w1", ""),
        ("*:w1", "*:w2", ""),
        ("*:w1", "workspace:w2", ""),
        ("workspace:* user:x", "*:w1 user:* template:*", "user:x workspace:w1"),
        ("workspace:* *:w1", "workspace:w1 workspace:w2 template:*", "template:w1 workspace:w1 workspace:w2"),
    ];
    for (one, other, left) in table {
        assert_eq!(text(&list(one).intersection(&list(other))), left, "{one:?} and {other:?}");
        assert_eq!(text(&list(other).intersection(&list(one))), left, "{other:?} and {one:?}");
    }
}

#[test]
fn entries_that_mean_nothing_are_refused() {
    let id = id("w1").to_string();
    for (kind, id) in [("foo", "*"), ("", "*"), ("Workspace", "*"), ("workspace", "bad"), ("*", "bad")]
        .into_iter()
        .chain([("foo", &*id), ("workspace", "")])
    {
        let entry = AllowEntry { kind: kind.to_owned(), id: id.to_owned() };
        assert!(AllowList::read(&[AllowEntry::everything(), entry]).is_err(), "{kind}:{id}");
    }
}
