//! Which operation of the new document is which of the old one.

use std::collections::HashMap;

use crate::document::Document;
use crate::model::Operation;

/// The operations of both documents.
#[derive(Debug, Default)]
pub(super) struct Paired<'o, 'a> {
    pub(super) both: Vec<(&'o Operation<'a>, &'o Operation<'a>)>,
    pub(super) removed: Vec<&'o Operation<'a>>,
    pub(super) added: Vec<&'o Operation<'a>>,
    /// The path of all addresses, when it is another and nothing else tells why.
    pub(super) moved: Option<(&'a str, &'a str)>,
}

/// Method, whether it is a webhook, and the path.
type Key = (String, bool, String);

/// Pairs by method and path. Names of parameters in a path are not part of the address.
pub(super) fn pair<'o, 'a>(
    (old_document, old): (&Document<'a>, &'o [Operation<'a>]),
    (new_document, new): (&Document<'a>, &'o [Operation<'a>]),
) -> Paired<'o, 'a> {
    let bases = (old_document.base_path(), new_document.base_path());
    let whole = pair_by(old, new, bases);
    if bases.0 == bases.1 {
        return whole;
    }
    // What more operations agree in tells whether the base path moved into the paths or is another.
    let apart = pair_by(old, new, ("", ""));
    if apart.both.len() > whole.both.len() { Paired { moved: Some(bases), ..apart } } else { whole }
}

fn pair_by<'o, 'a>(
    old: &'o [Operation<'a>],
    new: &'o [Operation<'a>],
    bases: (&str, &str),
) -> Paired<'o, 'a> {
    let mut left = vec![true; new.len()];
    let mut partners: Vec<Option<usize>> = vec![None; old.len()];
    // Two paths may differ in names of parameters only, so those that agree in them go first.
    for spelling in [<str>::to_owned as fn(&str) -> String, without_names] {
        let mut places: HashMap<Key, Vec<usize>> = HashMap::new();
        for (number, operation) in
            new.iter().enumerate().filter(|(number, _)| left.get(*number) == Some(&true))
        {
            places.entry(key(operation, bases.1, spelling)).or_default().push(number);
        }
        for (operation, partner) in old.iter().zip(&mut partners).filter(|(_, partner)| partner.is_none()) {
            let found = places.get_mut(&key(operation, bases.0, spelling)).filter(|all| !all.is_empty());
            *partner = found.map(|all| all.remove(0));
            if let Some(taken) = partner.and_then(|number| left.get_mut(number)) {
                *taken = false;
            }
        }
    }
    let mut paired = Paired::default();
    for (operation, partner) in old.iter().zip(partners) {
        match partner.and_then(|number| new.get(number)) {
            Some(partner) => paired.both.push((operation, partner)),
            None => paired.removed.push(operation),
        }
    }
    paired.added = new.iter().zip(left).filter(|(_, left)| *left).map(|(operation, _)| operation).collect();
    paired
}

fn key(operation: &Operation<'_>, base: &str, spelling: fn(&str) -> String) -> Key {
    let path = match operation.is_webhook {
        true => operation.path.to_owned(),
        false => spelling(&format!("{base}{}", operation.path)),
    };
    (operation.method.clone(), operation.is_webhook, path)
}

fn without_names(path: &str) -> String {
    let mut text = String::new();
    let mut rest = path;
    while let Some((before, (_, after))) =
        rest.split_once('{').and_then(|(before, inside)| Some((before, inside.split_once('}')?)))
    {
        text.extend([before, "{}"]);
        rest = after;
    }
    text + rest
}

/// The names of the parameters in a path, in order.
pub(super) fn names_in(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0)).collect()
}
