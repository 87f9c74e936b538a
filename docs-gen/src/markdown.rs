//! Pieces of markdown, and the text of a page that is made of them.

use crate::value::Value;

/// A page that is being written: blocks with one empty line between any two.
#[derive(Debug, Default)]
pub(crate) struct Text(String);

impl Text {
    #[cfg(test)]
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// An empty page in the memory of another text.
    pub(crate) fn reuse(mut text: String) -> Self {
        text.clear();
        Self(text)
    }

    /// Begins a block; what is added to the result belongs to it.
    pub(crate) fn block(&mut self) -> &mut String {
        if !self.0.is_empty() {
            self.0.push_str("\n\n");
        }
        &mut self.0
    }

    /// Adds a block that is one line or came out tidy.
    pub(crate) fn push(&mut self, block: &str) {
        self.block().push_str(block);
    }

    /// Adds blocks as their author wrote them, tidied up; nothing if nothing is left of them.
    ///
    /// A fence that the author left open would take what follows for code, so it is closed.
    pub(crate) fn free(&mut self, text: &str) {
        let tidy = clean(text);
        if tidy.is_empty() {
            return;
        }
        self.push(&tidy);
        if let Some(marks) = open_fence(&tidy) {
            self.0.push('\n');
            self.0.push_str(marks);
        }
    }

    /// Adds a fenced block with a value as JSON.
    pub(crate) fn json(&mut self, value: &Value<'_>) {
        let out = self.block();
        out.push_str("```json\n");
        let start = out.len();
        value.print(out);
        // The fence is longer than any run of backticks in the text, so that the text cannot close it.
        match longest_run(out.get(start..).unwrap_or_default()) {
            0..3 => out.push_str("\n```"),
            run => {
                let more = "`".repeat(run - 2);
                out.insert_str(start - "json\n".len(), &more);
                out.push_str("\n```");
                out.push_str(&more);
            }
        }
    }

    /// The page, with one line end at its end.
    pub(crate) fn finish(self) -> String {
        let mut text = self.0;
        text.push('\n');
        text
    }
}

/// A code span at the end of a text.
pub(crate) fn push_code(out: &mut String, text: &str) {
    // A span that holds a backtick needs a longer fence.
    let (open, close) = if text.contains('`') { ("`` ", " ``") } else { ("`", "`") };
    out.push_str(open);
    out.push_str(text);
    out.push_str(close);
}

/// A code span.
pub(crate) fn code(text: &str) -> String {
    let mut span = String::with_capacity(text.len() + 2);
    push_code(&mut span, text);
    span
}

/// A fenced block; `language` may be empty.
pub(crate) fn fence(language: &str, text: &str) -> String {
    let ticks = "`".repeat(longest_run(text).max(2) + 1);
    format!("{ticks}{language}\n{text}\n{ticks}")
}

/// The marks of the fence that is open at the end of a text.
fn open_fence(text: &str) -> Option<&str> {
    let mut open: Option<&str> = None;
    for (marks, rest) in text.lines().filter_map(fence_marks) {
        match open {
            Some(opened) if marks.starts_with(opened) && rest.trim().is_empty() => open = None,
            None if !(marks.starts_with('`') && rest.contains('`')) => open = Some(marks),
            _ => {}
        }
    }
    open
}

/// The marks of a fence at the beginning of a line, and the rest of the line.
fn fence_marks(line: &str) -> Option<(&str, &str)> {
    let text = line.trim_start_matches(' ');
    let mark = text.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let (marks, rest) = text.split_at(text.len() - text.trim_start_matches(mark).len());
    (line.len() - text.len() < 4 && marks.len() > 2).then_some((marks, rest))
}

/// The length of the longest run of backticks.
fn longest_run(text: &str) -> usize {
    if memchr::memchr(b'`', text.as_bytes()).is_none() {
        return 0;
    }
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// The anchor that a heading has: its letters and digits in lower case, with dashes for blanks.
///
/// Upstream's own pages leave out the first period only, which is the same for every name that they have.
pub(crate) fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' '));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// The text of a heading: one line without the punctuation that ends a sentence.
pub(crate) fn heading(level: usize, text: &str) -> String {
    let text = squeezed(text);
    format!("{} {}", "#".repeat(level), text.trim_end_matches(['.', ',', ';', ':', '!', ' ']))
}

/// The text with every run of white space turned into one blank.
pub(crate) fn squeezed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Free text: no blanks at line ends, no tabs, never two empty lines, none at its ends.
pub(crate) fn clean(text: &str) -> String {
    let mut page = String::with_capacity(text.len() + 1);
    let mut empty_before = true;
    for line in text.lines() {
        let line = line.trim_end();
        if !(line.is_empty() && empty_before) {
            push_without_tabs(&mut page, line);
            page.push('\n');
        }
        empty_before = line.is_empty();
    }
    page.truncate(page.trim_end_matches('\n').len());
    page
}

fn push_without_tabs(page: &mut String, line: &str) {
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\t') {
        page.push_str(before);
        page.push_str("    ");
        rest = after;
    }
    page.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::{Text, anchor, clean, code, fence, heading};
    use crate::value::Value;

    #[test]
    fn fences_that_authors_leave_open_are_closed() {
        let table = [
            ("```\na\n```", ""),
            ("``` a\nb ```", "\n```"),
            ("~~~~\n```\n~~~", "\n~~~~"),
            ("```a``` b\n    ```", ""),
        ];
        for (text, end) in table {
            let mut page = Text::new();
            page.free(text);
            assert_eq!(page.finish(), format!("{text}{end}\n"));
        }
    }

    #[test]
    fn spans_and_fences_survive_backticks() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code(""), "``");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(fence("json", "1"), "```json\n1\n```");
        assert_eq!(fence("", "a ``` b"), "````\na ``` b\n````");
        let mut page = Text::new();
        page.push("a");
        page.json(&Value::Text("x".into()));
        page.json(&Value::Text("a ```` b".into()));
        assert_eq!(page.finish(), "a\n\n```json\n\"x\"\n```\n\n`````json\n\"a ```` b\"\n`````\n");
    }

    #[test]
    fn anchors_are_those_of_the_headings() {
        let table = [
            ("codersdk.User", "codersdkuser"),
            ("a.B.C", "abc"),
            ("List<My Type>", "listmy-type"),
            ("a_b-Ü", "a_b-ü"),
        ];
        for (name, expected) in table {
            assert_eq!(anchor(name), expected);
        }
    }

    #[test]
    fn headings_lose_closing_punctuation() {
        assert_eq!(heading(2, "Get device  auth."), "## Get device auth");
        assert_eq!(heading(3, "Why?"), "### Why?");
    }

    #[test]
    fn free_text_is_tidied_up() {
        assert_eq!(clean("\n\na \n\n\n\tb\r\n\n\n"), "a\n\n    b");
        assert_eq!(clean(""), "");
        let mut page = Text::new();
        page.free(" \n");
        page.free("a\n\n\nb");
        assert_eq!(page.finish(), "a\n\nb\n");
    }
}
