//! The tables of enumerated values.

use crate::input::node::Node;
use crate::layout::EnumStyle;
use crate::markdown::{Text, push_code};
use crate::table::Table;
use crate::value::plain;

/// The title above the tables of this module.
const TITLE: &str = "#### Enumerated Values";

/// Writes the table of the values of named rows, if there are any. Grouped, a name that comes again adds its values to
/// the first row.
pub(crate) fn table<'v>(
    page: &mut Text,
    style: EnumStyle,
    of: &str,
    named: impl IntoIterator<Item = (String, Vec<Node<'v>>)>,
) {
    let named = named.into_iter().filter(|(_, values)| !values.is_empty());
    let header = match style {
        EnumStyle::Grouped => [of, "Value(s)"],
        EnumStyle::Rows => [of, "Value"],
    };
    let mut table = Table::new(&header);
    match style {
        EnumStyle::Grouped => grouped(&mut table, named),
        EnumStyle::Rows => one_by_one(&mut table, named),
    }
    write(page, &table);
}

fn write(page: &mut Text, table: &Table<'_>) {
    if !table.is_empty() {
        page.push(TITLE);
        table.write(page);
    }
}

fn grouped<'v>(table: &mut Table<'_>, named: impl Iterator<Item = (String, Vec<Node<'v>>)>) {
    let mut grouped: Vec<(String, Vec<Node<'v>>)> = Vec::new();
    for (name, values) in named {
        match grouped.iter_mut().find(|(known, _)| *known == name) {
            Some((_, all)) => all.extend(values),
            None => grouped.push((name, values)),
        }
    }
    for (name, values) in &grouped {
        table.cell_with(|out| push_code(out, name)).cell_with(|out| cell(out, values));
    }
}

fn one_by_one<'v>(table: &mut Table<'_>, named: impl Iterator<Item = (String, Vec<Node<'v>>)>) {
    for (name, values) in named {
        for value in values {
            table.cell_with(|out| push_code(out, &name)).cell_with(|out| push_code(out, &plain(value)));
        }
    }
}

/// Writes the table of a schema that is an enum itself.
pub(crate) fn unnamed_table(page: &mut Text, style: EnumStyle, values: &[Node<'_>]) {
    let mut table = Table::new(match style {
        EnumStyle::Grouped => &["Value(s)"],
        EnumStyle::Rows => &["Value"],
    });
    match style {
        _ if values.is_empty() => {}
        EnumStyle::Grouped => drop(table.cell_with(|out| cell(out, values))),
        EnumStyle::Rows => values.iter().for_each(|value| {
            table.cell_with(|out| push_code(out, &plain(*value)));
        }),
    }
    write(page, &table);
}

fn cell(out: &mut String, values: &[Node<'_>]) {
    let mut texts: Vec<String> = values.iter().map(|value| plain(*value)).collect();
    texts.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
    texts.dedup();
    for (index, text) in texts.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        push_code(out, text);
    }
}

#[cfg(test)]
mod tests {
    use bumpalo::Bump;

    use super::{table, unnamed_table};
    use crate::input::json;
    use crate::input::node::Node;
    use crate::layout::EnumStyle::{Grouped, Rows};
    use crate::markdown::Text;

    const LISTS: [(&str, &str); 4] =
        [("kind", r#"["b", "*", ""]"#), ("none", "[]"), ("size", "[10, 2, 1]"), ("kind", r#"["b", "a"]"#)];

    fn made(write: impl FnOnce(&mut Text)) -> String {
        let mut page = Text::new();
        write(&mut page);
        page.finish().trim_end().to_owned()
    }

    fn named(arena: &Bump) -> impl Iterator<Item = (String, Vec<Node<'_>>)> {
        LISTS
            .iter()
            .map(|(name, list)| ((*name).to_owned(), json::read(arena, list).unwrap().0.items().to_vec()))
    }

    #[test]
    fn one_row_for_a_name_with_sorted_unique_values() {
        let expected = "\
#### Enumerated Values

| Property | Value(s)          |
|----------|-------------------|
| `kind`   | ``, `*`, `a`, `b` |
| `size`   | `1`, `10`, `2`    |";
        assert_eq!(made(|page| table(page, Grouped, "Property", named(&Bump::new()))), expected);
    }

    #[test]
    fn one_row_for_a_value_in_the_order_of_the_document() {
        let expected = "\
#### Enumerated Values

| Property | Value |
|----------|-------|
| `kind`   | `b`   |
| `kind`   | `*`   |
| `kind`   | ``    |
| `size`   | `10`  |
| `size`   | `2`   |
| `size`   | `1`   |
| `kind`   | `b`   |
| `kind`   | `a`   |";
        assert_eq!(made(|page| table(page, Rows, "Property", named(&Bump::new()))), expected);
    }

    #[test]
    fn a_schema_that_is_an_enum_has_one_column() {
        let arena = Bump::new();
        let values = json::read(&arena, r#"["b", "a"]"#).unwrap().0.items();
        let lines = |style| {
            made(|page| unnamed_table(page, style, values)).lines().skip(2).collect::<Vec<_>>().join("/")
        };
        assert_eq!(lines(Grouped), "| Value(s) |/|----------|/| `a`, `b` |");
        assert_eq!(lines(Rows), "| Value |/|-------|/| `b`   |/| `a`   |");
    }

    #[test]
    fn no_values_no_table() {
        assert_eq!(made(|page| table(page, Grouped, "Property", [("a".to_owned(), Vec::new())])), "");
        assert_eq!(made(|page| unnamed_table(page, Rows, &[])), "");
    }
}
