//! The layout of tables: cells padded so that the columns line up in the raw text too.

/// A table as markdown, without a line end at its end.
///
/// A table without rows is left compact, as the reference pages have it.
pub(crate) fn render(header: &[&str], rows: &[Vec<String>]) -> String {
    let header: Vec<String> = header.iter().map(|cell| (*cell).to_owned()).collect();
    if rows.is_empty() {
        let rule = vec!["---"; header.len()];
        return format!("|{}|\n|{}|", header.join("|"), rule.join("|"));
    }
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| one_line(cell)).collect()).collect();
    let widths = widths(&header, &rows);
    let mut lines = vec![line(&header, &widths), rule(&widths)];
    lines.extend(rows.iter().map(|row| line(row, &widths)));
    lines.join("\n")
}

fn widths(header: &[String], rows: &[Vec<String>]) -> Vec<usize> {
    let cells_of = |column: usize| rows.iter().filter_map(move |row| row.get(column));
    let widest =
        |(column, title): (usize, &String)| cells_of(column).map(|c| width(c)).fold(width(title), usize::max);
    header.iter().enumerate().map(widest).collect()
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let padded = widths.iter().enumerate().map(|(column, full)| {
        let cell = cells.get(column).map_or("", String::as_str);
        format!(" {cell}{} |", " ".repeat(full.saturating_sub(width(cell))))
    });
    format!("|{}", padded.collect::<String>())
}

fn rule(widths: &[usize]) -> String {
    let dashes = widths.iter().map(|width| format!("{}|", "-".repeat(width + 2)));
    format!("|{}", dashes.collect::<String>())
}

/// A cell must not end its line or its column.
fn one_line(cell: &str) -> String {
    let words = cell.split(['\n', '\r', '\t']).map(str::trim).filter(|part| !part.is_empty());
    escape_pipes(words.collect::<Vec<_>>().join(" ").trim())
}

fn escape_pipes(cell: &str) -> String {
    let mut escaped = String::with_capacity(cell.len());
    let mut slashes = 0_usize;
    for c in cell.chars() {
        if c == '|' && slashes.is_multiple_of(2) {
            escaped.push('\\');
        }
        slashes = if c == '\\' { slashes + 1 } else { 0 };
        escaped.push(c);
    }
    escaped
}

/// The columns that a text takes up on a terminal.
fn width(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { c.len_utf16() }).sum()
}

fn is_wide(c: char) -> bool {
    matches!(u32::from(c),
        0x1100..=0x115F | 0x2E80..=0x303E | 0x3041..=0xA4CF | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6)
}

#[cfg(test)]
mod tests {
    use super::render;

    fn table(header: &[&str], rows: &[&[&str]]) -> String {
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
        render(header, &rows)
    }

    #[test]
    fn columns_are_as_wide_as_their_longest_cell() {
        let expected = "\
| Name      | Required | Description |
|-----------|----------|-------------|
| `»» role` | false    | A           |
| `id`      | true     |             |";
        assert_eq!(
            table(
                &["Name", "Required", "Description"],
                &[&["`»» role`", "false", "A"], &["`id`", "true", ""]]
            ),
            expected
        );
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(
            table(&["N"], &[&["漢字"], &["é"], &["😀"]]),
            "| N    |\n|------|\n| 漢字 |\n| é    |\n| 😀   |"
        );
    }

    #[test]
    fn table_without_rows_stays_compact() {
        assert_eq!(table(&["a", "b"], &[]), "|a|b|\n|---|---|");
    }

    #[test]
    fn cells_keep_to_one_line_and_one_column() {
        let made = table(&["Text", "Next"], &[&["  one\n\ntwo\tthree ", "a|b"], &["c\\|d", "e\\\\|f"]]);
        let expected = "\
| Text          | Next   |
|---------------|--------|
| one two three | a\\|b   |
| c\\|d          | e\\\\\\|f |";
        assert_eq!(made, expected);
    }

    #[test]
    fn short_rows_are_filled_up() {
        assert_eq!(table(&["a", "b"], &[&["x"]]), "| a | b |\n|---|---|\n| x |   |");
    }
}
