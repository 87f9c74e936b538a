//! Pieces of markdown, and the clean-up that every page goes through.

/// A code span.
pub(crate) fn code(text: &str) -> String {
    // A span that holds a backtick needs a longer fence.
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// A fenced block; `language` may be empty.
pub(crate) fn fence(language: &str, text: &str) -> String {
    // The fence is longer than any run of backticks in the text, so that the text cannot close it.
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest.max(2) + 1);
    format!("{ticks}{language}\n{text}\n{ticks}")
}

/// A link to a schema; `page` is empty on the page of schemas itself.
pub(crate) fn schema_link(page: &str, name: &str) -> String {
    format!("[{name}]({page}#{})", name.replacen('.', "", 1).to_lowercase())
}

/// The text of a heading: one line without the punctuation that ends a sentence.
pub(crate) fn heading(level: usize, text: &str) -> String {
    let text = squeezed(text);
    format!("{} {}", "#".repeat(level), text.trim_end_matches(['.', ',', ';', ':', '!', ' ']))
}

/// The text with every run of white space turned into one blank.
pub(crate) fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Blocks with one empty line between any two.
pub(crate) fn join(blocks: &[String]) -> String {
    blocks.join("\n\n")
}

/// A whole page: no blanks at line ends, no tabs, never two empty lines, one line end at the end.
pub(crate) fn clean(text: &str) -> String {
    let mut page = String::with_capacity(text.len());
    let mut empty_before = true;
    for line in text.lines() {
        let line = line.replace('\t', "    ");
        let line = line.trim_end();
        if !(line.is_empty() && empty_before) {
            page.push_str(line);
            page.push('\n');
        }
        empty_before = line.is_empty();
    }
    page.truncate(page.trim_end_matches('\n').len());
    page.push('\n');
    page
}

#[cfg(test)]
mod tests {
    use super::{clean, code, fence, heading, schema_link};

    #[test]
    fn spans_and_fences_survive_backticks() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code(""), "``");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(fence("json", "1"), "```json\n1\n```");
        assert_eq!(fence("", "a ``` b"), "````\na ``` b\n````");
    }

    #[test]
    fn anchors_lose_the_first_period() {
        assert_eq!(schema_link("schemas.md", "codersdk.User"), "[codersdk.User](schemas.md#codersdkuser)");
        assert_eq!(schema_link("", "a.B.C"), "[a.B.C](#ab.c)");
    }

    #[test]
    fn headings_lose_closing_punctuation() {
        assert_eq!(heading(2, "Get device  auth."), "## Get device auth");
        assert_eq!(heading(3, "Why?"), "### Why?");
    }

    #[test]
    fn pages_are_tidy() {
        assert_eq!(clean("\n\na \n\n\n\tb\r\n\n\n"), "a\n\n    b\n");
        assert_eq!(clean(""), "\n");
    }
}
