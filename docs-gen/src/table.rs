//! The layout of tables: cells padded so that the columns line up in the raw text too.

use crate::markdown::Text;

/// A table that would take more bytes than this is not padded: one long cell would be paid for in every row.
const MAX_SIZE: usize = 32 * 1024 * 1024;

/// A table that is being filled, cell by cell.
///
/// The cells lie in one text, since a large reference has a million of them.
#[derive(Debug)]
pub(crate) struct Table<'h> {
    header: &'h [&'h str],
    text: String,
    cells: Vec<Cell>,
    /// Of each column, its widest cell.
    widths: Vec<usize>,
}

/// Where a cell ends, and how wide it is.
#[derive(Debug, Clone, Copy)]
struct Cell {
    end: usize,
    width: usize,
}

impl<'h> Table<'h> {
    pub(crate) fn new(header: &'h [&'h str]) -> Self {
        let widths = header.iter().map(|title| width(title)).collect();
        Self { header, text: String::new(), cells: Vec::new(), widths }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Adds the next cell of the row, or the first one of the next row.
    pub(crate) fn cell(&mut self, text: &str) -> &mut Self {
        self.cell_with(|out| out.push_str(text))
    }

    /// The same, with a cell that is written into the text of the table.
    pub(crate) fn cell_with(&mut self, write: impl FnOnce(&mut String)) -> &mut Self {
        let start = self.text.len();
        write(&mut self.text);
        let written = self.text.get(start..).unwrap_or_default();
        if !is_plain(written) {
            let line = one_line(written);
            self.text.truncate(start);
            self.text.push_str(&line);
        }
        let width = width(self.text.get(start..).unwrap_or_default());
        let column = self.cells.len() % self.header.len().max(1);
        if let Some(widest) = self.widths.get_mut(column) {
            *widest = width.max(*widest);
        }
        self.cells.push(Cell { end: self.text.len(), width });
        self
    }

    /// Writes the table as a block of its own. Without rows it is compact, as the reference pages have it.
    pub(crate) fn write(&self, page: &mut Text) {
        let out = page.block();
        if self.is_empty() {
            let rule = vec!["---"; self.header.len()];
            out.push_str(&format!("|{}|\n|{}|", self.header.join("|"), rule.join("|")));
            return;
        }
        let line: usize = self.widths.iter().map(|width| width + 3).sum();
        let size = (self.cells.len() / self.header.len().max(1) + 2).saturating_mul(line + 2);
        let narrow = vec![1; self.header.len()];
        let widths = if size > MAX_SIZE { &narrow } else { &self.widths };
        out.reserve(size.min(MAX_SIZE));
        out.push('|');
        for (title, full) in self.header.iter().zip(widths) {
            padded(out, title, full.saturating_sub(width(title)));
        }
        out.push_str("\n|");
        for full in widths {
            fill(out, DASHES, full + 2);
            out.push('|');
        }
        self.rows(out, widths);
    }

    fn rows(&self, out: &mut String, widths: &[usize]) {
        let mut start = 0;
        for row in self.cells.chunks(self.header.len().max(1)) {
            out.push_str("\n|");
            for (cell, full) in row.iter().zip(widths) {
                padded(
                    out,
                    self.text.get(start..cell.end).unwrap_or_default(),
                    full.saturating_sub(cell.width),
                );
                start = cell.end;
            }
        }
    }
}

fn padded(out: &mut String, cell: &str, blanks: usize) {
    out.push(' ');
    out.push_str(cell);
    fill(out, BLANKS, blanks + 1);
    out.push('|');
}

const BLANKS: &str = "                                                                ";

const DASHES: &str = "----------------------------------------------------------------";

fn fill(out: &mut String, with: &str, count: usize) {
    let mut left = count;
    while left > 0 {
        let some = left.min(with.len());
        out.push_str(with.get(..some).unwrap_or_default());
        left -= some;
    }
}

/// Whether a cell can stay as it is: one line in one column, without blanks around it.
fn is_plain(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    memchr::memchr3(b'|', b'\n', b'\t', bytes).is_none()
        && memchr::memchr(b'\r', bytes).is_none()
        && cell.trim().len() == cell.len()
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
    if text.is_ascii() {
        return text.len();
    }
    text.chars().map(|c| if is_wide(c) { 2 } else { c.len_utf16() }).sum()
}

fn is_wide(c: char) -> bool {
    matches!(u32::from(c),
        0x1100..=0x115F | 0x2E80..=0x303E | 0x3041..=0xA4CF | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6)
}

#[cfg(test)]
mod tests {
    use super::Table;
    use crate::markdown::Text;

    fn table(header: &[&str], rows: &[&[&str]]) -> String {
        let mut made = Table::new(header);
        rows.iter().flat_map(|row| row.iter()).for_each(|cell| {
            made.cell(cell);
        });
        let mut page = Text::new();
        made.write(&mut page);
        page.finish().trim_end().to_owned()
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
    fn columns_of_any_width_are_filled() {
        let long = "x".repeat(200);
        let made = table(&["N", "M"], &[&[&long, ""], &["", "y"]]);
        let lengths: Vec<_> = made.lines().map(str::len).collect();
        assert_eq!(lengths, [208; 4]);
    }

    #[test]
    fn one_long_cell_does_not_make_a_table_of_gigabytes() {
        let long = "x".repeat(1_000_000);
        let rows: Vec<&[&str]> =
            std::iter::once(&["a", ""][..]).chain(std::iter::repeat_n(&["b", "c"][..], 5_000)).collect();
        let mut made = Table::new(&["N", "M"]);
        made.cell("a").cell(&long);
        rows.iter().flat_map(|row| row.iter()).for_each(|cell| {
            made.cell(cell);
        });
        let mut page = Text::new();
        made.write(&mut page);
        let text = page.finish();
        assert!(text.len() < 1_100_000, "{}", text.len());
        assert!(text.starts_with("| N | M |\n|---|---|\n| a | xxx") && text.ends_with("| b | c |\n"));
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
}
