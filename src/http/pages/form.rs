//! What forms and addresses of pages bring.

use std::collections::BTreeMap;

use poem::http::{StatusCode, header};
use poem::{Request, Result};
use roster_openapi::error::Problem;
use roster_openapi::param::storable;

use crate::http::shown;

const FORM: &str = "application/x-www-form-urlencoded";
/// Our forms have a few short fields.
const LIMIT: usize = 64 * 1024;

/// The fields of a form. Not to be printed: one may be a password.
pub struct Form(BTreeMap<String, String>);

impl Form {
    /// Reads the body of a request. Bytes that are no text read as U+FFFD, as everywhere in addresses and forms.
    ///
    /// # Errors
    /// 415 for anything but a form, 413 for a large one, 400 for a field that is there twice: which one was meant?
    pub async fn read(request: Request) -> Result<Self> {
        let kind = shown::header(&request, header::CONTENT_TYPE.as_str()).unwrap_or_default();
        if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(FORM)) {
            let text = format!("Only forms are read here: {FORM}.");
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text).into());
        }
        let bytes = request.into_body().into_bytes_limit(LIMIT).await.map_err(poem::Error::from)?;
        Ok(Self::parse(&bytes)?)
    }

    fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let mut fields = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(bytes) {
            let text = format!("The field {name:?} is there more than once.");
            if fields.insert(name.into_owned(), storable(value)).is_some() {
                return Err(Problem::new(StatusCode::BAD_REQUEST, text));
            }
        }
        Ok(Self(fields))
    }

    /// A field; what is not there is empty.
    pub fn field(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}
