//! The front matter of skills, read line by line (skills.md 3). It looks like YAML and is not: values have no types, nothing is
//! unescaped, and indentation means nothing but where a block ends.

use super::skill::Malformed;

const DELIMITER: &str = "---";

/// What counts of a front matter; what is absent is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    /// `name`
    pub name: String,
    /// `description`
    pub description: String,
}

/// The lines between the two delimiters, and what comes after the second.
///
/// # Errors
/// When one of them is missing.
pub fn divide(content: &str) -> Result<(Vec<&str>, &str), Malformed> {
    let text = content.strip_prefix('\u{FEFF}').unwrap_or(content);
    let (first, mut rest) = cut(text);
    if first.trim() != DELIMITER {
        return Err(Malformed::Unopened);
    }
    let mut lines = Vec::new();
    while let Some(text) = rest {
        let (line, after) = cut(text);
        if line.trim() == DELIMITER {
            return Ok((lines, after.unwrap_or_default()));
        }
        lines.push(line);
        rest = after;
    }
    Err(Malformed::Unclosed)
}

/// The first line, and what follows it, if anything does.
fn cut(text: &str) -> (&str, Option<&str>) {
    text.split_once('\n').map_or((text, None), |(line, rest)| (line, Some(rest)))
}

/// What the lines say; of a key that is there more than once, the last counts.
pub fn fields(lines: &[&str]) -> Fields {
    let mut fields = Fields::default();
    let mut rest = lines;
    while let Some((line, after)) = rest.split_first() {
        rest = after;
        let Some((key, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        let block = Style::of(value).map_or(&[][..], |_| block(after, indentation(line)));
        rest = &after[block.len()..];
        let field = match key.trim() {
            key if key.eq_ignore_ascii_case("name") => &mut fields.name,
            key if key.eq_ignore_ascii_case("description") => &mut fields.description,
            _ => continue,
        };
        *field = match Style::of(value) {
            // Without lines of its own it is a sign like any other.
            Some(style) if !block.is_empty() => style.join(block),
            _ => unquoted(value).to_owned(),
        };
    }
    fields
}

/// The value without the one pair of quotes around it.
fn unquoted(value: &str) -> &str {
    let inside = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    inside('"').or_else(|| inside('\'')).unwrap_or(value)
}

/// How the lines of a block become one value. Ours: the line parser of the contract knows no blocks.
#[derive(Debug, Clone, Copy)]
enum Style {
    /// `>`
    Folded,
    /// `|`
    Literal,
}

impl Style {
    /// The style that a value stands for; how many line ends are kept at the end is of no matter here.
    fn of(value: &str) -> Option<Self> {
        match value {
            ">" | ">-" | ">+" => Some(Self::Folded),
            "|" | "|-" | "|+" => Some(Self::Literal),
            _ => None,
        }
    }

    fn join(self, block: &[&str]) -> String {
        match self {
            Self::Folded => {
                let words = block.iter().map(|line| line.trim()).filter(|line| !line.is_empty());
                words.collect::<Vec<_>>().join(" ")
            }
            Self::Literal => {
                let written = block.iter().find(|line| !is_blank(line));
                let margin = written.map_or(0, |line| indentation(line));
                let lines: Vec<_> = block.iter().map(|line| from_margin(line, margin)).collect();
                lines.join("\n").trim_start_matches('\n').to_owned()
            }
        }
    }
}

/// The lines that belong to a key with this indentation: those that have more, up to the last that is not blank.
fn block<'l, 't>(lines: &'l [&'t str], indent: usize) -> &'l [&'t str] {
    let belongs = |line: &&&str| is_blank(line) || indentation(line) > indent;
    let count = lines.iter().take_while(belongs).count();
    let end = lines[..count].iter().rposition(|line| !is_blank(line)).map_or(0, |last| last + 1);
    &lines[..end]
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

/// How many bytes of white space a line begins with.
fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The line without so much of its indentation, or without all of it where it has less, or other white space.
fn from_margin(line: &str, margin: usize) -> &str {
    let cut = line.get(..margin).filter(|cut| is_blank(cut)).map(|_| &line[margin..]);
    cut.unwrap_or(line.trim_start()).trim_end()
}

/// Whether anything is left of a body without its comments and the white space around it. A comment ends at the first `-->`; one
/// that does not end is none.
pub fn says_something(body: &str) -> bool {
    let mut rest = body;
    while let Some((before, comment)) = rest.split_once("<!--") {
        let Some((_, after)) = comment.split_once("-->") else { return true };
        if !is_blank(before) {
            return true;
        }
        rest = after;
    }
    !is_blank(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &str) -> (String, String) {
        let lines: Vec<_> = lines.split('\n').collect();
        let Fields { name, description } = fields(&lines);
        (name, description)
    }

    #[track_caller]
    fn assert_name(lines: &str, name: &str) {
        assert_eq!(read(lines).0, name, "{lines:?}");
    }

    #[track_caller]
    fn assert_description(lines: &str, description: &str) {
        assert_eq!(read(lines), ("a".to_owned(), description.to_owned()), "{lines:?}");
    }

    #[test]
    fn the_first_and_another_line_divide() {
        for (content, lines, body) in [
            ("---\na\n---\nb", &["a"][..], "b"),
            ("\u{FEFF}  --- \r\na\r\n\t---\r\nb", &["a\r"], "b"),
            ("---\n---", &[], ""),
            ("---\n----\n---\n---\nb", &["----"], "---\nb"),
        ] {
            assert_eq!(divide(content), Ok((lines.to_vec(), body)), "{content:?}");
        }
        for content in ["", "\n---\n---\nb", "a", "\u{FEFF}\u{FEFF}---\n---\nb", "--\n---"] {
            assert_eq!(divide(content), Err(Malformed::Unopened), "{content:?}");
        }
        for content in ["---", "---\n", "---\na\n----", "---\na: ---"] {
            assert_eq!(divide(content), Err(Malformed::Unclosed), "{content:?}");
        }
    }

    #[test]
    fn keys_are_read_whatever_their_case_and_indentation() {
        assert_name("NAME: x", "x");
        assert_name("meta:\n    name : x", "x");
        assert_name("name:x\nnaming: y\n# name\nname", "x");
        assert_name("name: x\nname: y", "y");
        assert_name("name: x\nname:", "");
        assert_name("# name: x", "");
    }

    #[test]
    fn values_are_taken_as_they_stand() {
        for (value, taken) in [
            ("a: b", "a: b"),
            ("a # b", "a # b"),
            ("\"it's\"", "it's"),
            ("'\"a\"'", "\"a\""),
            ("\"a\\nb\"", "a\\nb"),
            ("\" a \"", " a "),
            ("\"", "\""),
            ("\"\"", ""),
            ("\"a'", "\"a'"),
            ("[a]", "[a]"),
            (">2", ">2"),
            ("> a", "> a"),
            ("\">\"", ">"),
        ] {
            assert_description(&format!("name: a\ndescription: {value}\r"), taken);
        }
    }

    #[test]
    fn folded_blocks_are_joined_with_blanks() {
        assert_description("name: a\ndescription: >\n  one\n   two\r\n\n  three  ", "one two three");
        assert_description("description: >-\n\n  one\n\nname: a", "one");
        assert_description("description: >+\n one\nname: a", "one");
        assert_description("  description: >\n    one\n  name: a", "one");
        assert_name("name: >\n  x", "x");
    }

    #[test]
    fn literal_blocks_keep_their_lines() {
        assert_description("name: a\ndescription: |\n  one\n    two\r\n\n  three \n", "one\n  two\n\nthree");
        assert_description("description: |-\n\n   one\n  two\nname: a", "one\ntwo");
        assert_description("description: |+\n\tone\n\t\ttwo\nname: a", "one\n\ttwo");
        // White space of several bytes is not cut apart.
        assert_description("name: a\ndescription: |\n one\n\u{A0}\u{A0}two", "one\ntwo");
    }

    #[test]
    fn what_stands_in_a_block_is_no_key() {
        assert_description("name: a\ndescription: >\n  name: b", "name: b");
        assert_description("name: a\nnotes: |\n  name: b\n  description: c\ndescription: d", "d");
    }

    #[test]
    fn a_sign_without_a_block_is_a_value() {
        assert_description("name: a\ndescription: >", ">");
        assert_description("description: |\nname: a", "|");
        assert_description("description: >\n\n\nname: a", ">");
    }

    #[test]
    fn comments_are_nothing() {
        for body in ["", " \r\n\t", "<!-- x -->", " <!-- x\ny --> <!----> ", "<!--<!-- x -->\u{A0}"] {
            assert!(!says_something(body), "{body:?}");
        }
        for body in ["x", "<!-- x --> y", "<!-- x", "<!-->", "<!-- a --> -->", "<!-- a --><!-- b"] {
            assert!(says_something(body), "{body:?}");
        }
    }
}
