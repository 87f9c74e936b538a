//! The tables of enumerated values.

use serde_json::Value;

use crate::markdown::code;
use crate::media::plain;
use crate::table;

/// The title above the tables of this module.
pub(crate) const TITLE: &str = "#### Enumerated Values";

/// The table with one row for each name; a name that comes again adds its values to the first row.
pub(crate) fn table<'v>(
    of: &str,
    named: impl IntoIterator<Item = (String, Vec<&'v Value>)>,
) -> Option<String> {
    let mut grouped: Vec<(String, Vec<&Value>)> = Vec::new();
    for (name, values) in named.into_iter().filter(|(_, values)| !values.is_empty()) {
        match grouped.iter_mut().find(|(known, _)| *known == name) {
            Some((_, all)) => all.extend(values),
            None => grouped.push((name, values)),
        }
    }
    let rows: Vec<_> = grouped.iter().map(|(name, values)| vec![code(name), cell(values)]).collect();
    (!rows.is_empty()).then(|| format!("{TITLE}\n\n{}", table::render(&[of, "Value(s)"], &rows)))
}

/// The table of a schema that is an enum itself.
pub(crate) fn unnamed_table(values: &[&Value]) -> Option<String> {
    let rows = [vec![cell(values)]];
    (!values.is_empty()).then(|| format!("{TITLE}\n\n{}", table::render(&["Value(s)"], &rows)))
}

fn cell(values: &[&Value]) -> String {
    let mut texts: Vec<String> = values.iter().map(|value| plain(value)).collect();
    texts.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
    texts.dedup();
    texts.iter().map(|text| code(text)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::table;
    use crate::document::elements;

    #[test]
    fn one_row_for_a_name_with_sorted_unique_values() {
        let lists = [
            ("kind", json!(["b", "*", ""])),
            ("none", json!([])),
            ("size", json!([10, 2, 1])),
            ("kind", json!(["b", "a"])),
        ];
        let named = lists.iter().map(|(name, list)| ((*name).to_owned(), elements(Some(list)).collect()));
        let made = table("Property", named);
        let expected = "\
#### Enumerated Values

| Property | Value(s)          |
|----------|-------------------|
| `kind`   | ``, `*`, `a`, `b` |
| `size`   | `1`, `10`, `2`    |";
        assert_eq!(made.unwrap(), expected);
    }

    #[test]
    fn no_values_no_table() {
        assert_eq!(table("Property", [("a".to_owned(), Vec::new())]), None);
    }
}
