//! The `q` language: words, quotes and `key:value` terms (members.md 5), before any key has a meaning.

use super::page::FieldError;

/// The terms of a query, by key, and its errors so far.
#[derive(Debug, Default)]
pub struct Terms {
    terms: Vec<(String, String)>,
    errors: Vec<FieldError>,
}

impl Terms {
    /// Splits a query. Words without a colon become one term under `free_text_key`.
    pub fn read(query: &str, free_text_key: &str) -> Self {
        let mut out = Self::default();
        let mut words = Vec::new();
        for token in split(query, ' ').into_iter().filter(|t| !t.is_empty()) {
            out.read_token(token, &mut words);
        }
        if !words.is_empty() {
            out.terms.push((free_text_key.to_owned(), words.join(" ")));
        }
        out
    }

    fn read_token<'q>(&mut self, token: &'q str, words: &mut Vec<&'q str>) {
        if token.starts_with(':') || token.ends_with(':') {
            return self.refuse("q", format!("Query element {token:?} cannot start or end with ':'"));
        }
        match split(token, ':')[..] {
            [_] => words.push(token),
            [key, value] => self.terms.push((unquoted(key).to_lowercase(), unquoted(value).to_owned())),
            _ => self.refuse("q", format!("Query element {token:?} can only contain 1 ':'")),
        }
    }

    /// Records an error.
    pub fn refuse(&mut self, field: &str, detail: String) {
        self.errors.push(FieldError::new(field, detail));
    }

    /// The one value of a key; an empty value is the same as none.
    pub fn single(&mut self, key: &str) -> Option<String> {
        let values = self.take(key);
        if values.len() > 1 {
            self.refuse(key, more_than_once(key, values.len()));
        }
        values.into_iter().next().filter(|value| !value.is_empty())
    }

    /// The values of a key that may be repeated and hold commas.
    pub fn list(&mut self, key: &str) -> Vec<String> {
        let values = self.take(key);
        let items = values.iter().flat_map(|value| value.split(',')).map(str::trim);
        items.filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }

    fn take(&mut self, key: &str) -> Vec<String> {
        let (taken, left) = std::mem::take(&mut self.terms).into_iter().partition(|(k, _)| k == key);
        self.terms = left;
        let taken: Vec<(String, String)> = taken;
        taken.into_iter().map(|(_, value)| value).collect()
    }

    /// Ends the reading: keys that nobody asked for are errors.
    ///
    /// # Errors
    /// Everything that is wrong with the query, at once.
    pub fn finish(mut self) -> Result<(), Vec<FieldError>> {
        let mut unknown: Vec<String> =
            std::mem::take(&mut self.terms).into_iter().map(|(key, _)| key).collect();
        unknown.dedup();
        for key in unknown {
            self.refuse(&key, format!("{key:?} is not a valid query param"));
        }
        if self.errors.is_empty() { Ok(()) } else { Err(self.errors) }
    }
}

/// What is said of a parameter that was given too often.
pub fn more_than_once(name: &str, times: usize) -> String {
    format!(
        "Query param {name:?} provided more than once, found {times} times. Only provide 1 instance of this query param."
    )
}

/// Splits outside of double quotes; the quotes stay.
fn split(text: &str, at: char) -> Vec<&str> {
    let mut quoted = false;
    let parts = text.split(|c| {
        quoted ^= c == '"';
        c == at && !quoted
    });
    parts.collect()
}

fn unquoted(text: &str) -> &str {
    text.trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(query: &str) -> Vec<FieldError> {
        Terms::read(query, "search").finish().unwrap_err()
    }

    #[test]
    fn words_join_to_one_term() {
        let mut terms = Terms::read("jane  doe status:active", "search");
        assert_eq!(terms.single("search").as_deref(), Some("jane doe"));
        assert_eq!(terms.list("status"), ["active"]);
        assert_eq!(terms.finish(), Ok(()));
    }

    #[test]
    fn quotes_protect_blanks_and_colons() {
        let mut terms = Terms::read(r#"KEY:"a b:c" "x y""#, "search");
        assert_eq!(terms.single("key").as_deref(), Some("a b:c"));
        assert_eq!(terms.single("search").as_deref(), Some("\"x y\""));
    }

    #[test]
    fn syntax_errors_name_the_element() {
        assert_eq!(
            errors("a:b:c")[0],
            FieldError::new("q", "Query element \"a:b:c\" can only contain 1 ':'")
        );
        assert_eq!(
            errors("x:")[0],
            FieldError::new("q", "Query element \"x:\" cannot start or end with ':'")
        );
        assert_eq!(errors("foo:bar")[0], FieldError::new("foo", "\"foo\" is not a valid query param"));
    }

    #[test]
    fn a_single_value_given_twice_is_an_error() {
        let mut terms = Terms::read("search:a b", "search");
        terms.single("search");
        assert!(terms.finish().unwrap_err()[0].detail.contains("found 2 times"));
    }
}
