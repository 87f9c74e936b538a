//! Personal skills: Markdown texts that belong to one user, named and described by their front matter (skills.md).

use std::fmt;

use chrono::{DateTime, Utc};

use super::front_matter;
use super::ids::{SkillId, UserId};

/// How long a name may be, in bytes. The table has the same bounds as these four and the same pattern; a test ties them.
pub const NAME_LIMIT: usize = 256;
/// How long a description may be, in bytes.
pub const DESCRIPTION_LIMIT: usize = 4096;
/// How long a whole text may be, in bytes.
pub const CONTENT_LIMIT: usize = 65_536;
/// How many skills a user may have.
pub const SKILLS_LIMIT: usize = 100;
/// What names look like; [`is_name`] is the same as code.
pub const NAME_PATTERN: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";

/// A skill without its text, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillHead {
    /// Never changes.
    pub id: SkillId,
    /// Whose.
    pub user: UserId,
    /// Unique among the skills of the user; never changes.
    pub name: String,
    /// May be empty.
    pub description: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its text was last written.
    pub updated_at: DateTime<Utc>,
}

/// A skill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skill {
    /// All but the text.
    pub head: SkillHead,
    /// The text as it was sent, front matter included.
    pub content: String,
}

/// A text that may become a skill, with what it says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillText {
    /// From the front matter.
    pub name: String,
    /// From the front matter; empty when it has none.
    pub description: String,
    /// The whole text, untouched.
    pub content: String,
}

/// What is wrong with a text, the first thing in the order of skills.md 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Malformed {
    /// It has so many bytes.
    TooLarge(usize),
    /// It holds U+0000, which PostgreSQL stores in no text.
    Nul,
    /// The first line is no `---`.
    Unopened,
    /// No other line is.
    Unclosed,
    /// There is no name, or an empty one.
    Nameless,
    /// The name does not look like one.
    BadName(String),
    /// The name is too long.
    LongName(String),
    /// The description has so many bytes.
    LongDescription(usize),
    /// After the front matter of the skill with this name comes nothing but blanks and comments.
    Bodyless(String),
}

impl SkillText {
    /// Reads a text.
    ///
    /// # Errors
    /// The first of what is wrong with it.
    pub fn parse(content: String) -> Result<Self, Malformed> {
        if content.len() > CONTENT_LIMIT {
            return Err(Malformed::TooLarge(content.len()));
        }
        if content.contains('\0') {
            return Err(Malformed::Nul);
        }
        let (lines, body) = front_matter::divide(&content)?;
        let fields = front_matter::fields(&lines);
        let (name, description) = (checked_name(fields.name)?, fields.description);
        if description.len() > DESCRIPTION_LIMIT {
            return Err(Malformed::LongDescription(description.len()));
        }
        if !front_matter::says_something(body) {
            return Err(Malformed::Bodyless(name));
        }
        Ok(Self { name, description, content })
    }
}

fn checked_name(name: String) -> Result<String, Malformed> {
    match name.len() {
        0 => Err(Malformed::Nameless),
        _ if !is_name(&name) => Err(Malformed::BadName(name)),
        1..=NAME_LIMIT => Ok(name),
        _ => Err(Malformed::LongName(name)),
    }
}

/// Whether a text looks like [`NAME_PATTERN`], however long it is.
pub fn is_name(text: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'));
    text.split('-').all(is_word)
}

impl Malformed {
    /// What a client is told first; the detail is what it prints as.
    pub const fn message(&self) -> &'static str {
        match self {
            Self::TooLarge(_) => "Skill content is too large.",
            Self::Nul | Self::Unopened | Self::Unclosed => "Invalid skill content.",
            Self::Nameless | Self::BadName(_) | Self::LongName(_) => "Invalid skill name.",
            Self::LongDescription(_) => "Skill description is too large.",
            Self::Bodyless(_) => "Skill body is required.",
        }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge(bytes) => {
                write!(f, "skill is too large: got {bytes} bytes, maximum is {CONTENT_LIMIT} bytes")
            }
            Self::Nul => f.write_str("skill content must not contain NUL characters"),
            Self::Unopened => f.write_str("parse skill frontmatter: missing opening frontmatter delimiter"),
            Self::Unclosed => f.write_str("parse skill frontmatter: missing closing frontmatter delimiter"),
            Self::Nameless => f.write_str("invalid skill name: frontmatter must contain a 'name' field"),
            Self::BadName(name) => write!(f, "invalid skill name: {name:?} must match {NAME_PATTERN}"),
            Self::LongName(name) => {
                let bytes = name.len();
                write!(f, "invalid skill name: {name:?} is {bytes} bytes, maximum is {NAME_LIMIT} bytes")
            }
            Self::LongDescription(bytes) => write!(
                f,
                "skill description is too large: got {bytes} bytes, maximum is {DESCRIPTION_LIMIT} bytes"
            ),
            Self::Bodyless(name) => {
                write!(f, "skill body is required: skill {name:?} has no content after frontmatter")
            }
        }
    }
}

impl std::error::Error for Malformed {}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(content: &str) -> Result<(String, String), Malformed> {
        SkillText::parse(content.to_owned()).map(|text| {
            assert_eq!(text.content, content);
            (text.name, text.description)
        })
    }

    #[test]
    fn names_are_lower_case_words_joined_by_single_hyphens() {
        for good in ["a", "0", "a-b", "a1-2b-c", "123", "null"] {
            assert!(is_name(good), "{good:?}");
        }
        for bad in ["", "-", "a-", "-a", "a--b", "A", "a_b", "a b", " a", "ä", "a\n", "a.b"] {
            assert!(!is_name(bad), "{bad:?}");
        }
    }

    /// Each of these is wrong in what it is refused for and in all that is looked at later.
    #[test]
    fn the_first_fault_is_told() {
        let long = "x".repeat(DESCRIPTION_LIMIT + 1);
        let name = format!("{}A", "a".repeat(NAME_LIMIT));
        let cases = [
            ("\0".repeat(CONTENT_LIMIT + 1), Malformed::TooLarge(CONTENT_LIMIT + 1)),
            ("\0".to_owned(), Malformed::Nul),
            ("name: A".to_owned(), Malformed::Unopened),
            ("---\nname: A".to_owned(), Malformed::Unclosed),
            (format!("---\ndescription: {long}\n---\n"), Malformed::Nameless),
            (format!("---\nname: {name}\ndescription: {long}\n---\n"), Malformed::BadName(name.clone())),
            (
                format!("---\nname: {}\ndescription: {long}\n---\n", name.to_lowercase()),
                Malformed::LongName(name.to_lowercase()),
            ),
            (format!("---\nname: a\ndescription: {long}\n---\n"), Malformed::LongDescription(long.len())),
            ("---\nname: a\n---\n".to_owned(), Malformed::Bodyless("a".to_owned())),
        ];
        for (content, wanted) in cases {
            assert_eq!(parse(&content), Err(wanted));
        }
    }

    #[test]
    fn a_text_as_long_as_may_be_is_taken() {
        let (name, description) = ("a".repeat(NAME_LIMIT), "ü".repeat(DESCRIPTION_LIMIT / 2));
        let head = format!("---\nname: {name}\ndescription: {description}\n---\n");
        let content = format!("{head}{}", "\"".repeat(CONTENT_LIMIT - head.len()));
        assert_eq!(parse(&content), Ok((name, description)));
    }
}
