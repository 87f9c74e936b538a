//! Whole numbers as JSON Schema has them: `7.0` is one.

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::Number;

/// Reads a whole number that may be missing.
///
/// # Errors
/// For numbers with a fraction and for those that do not fit.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i32>, D::Error> {
    let Some(number) = Option::<Number>::deserialize(deserializer)? else { return Ok(None) };
    let whole = number.as_i64().or_else(|| of_float(number.as_f64()?));
    let fits = whole.and_then(|whole| i32::try_from(whole).ok());
    fits.map(Some).ok_or_else(|| D::Error::custom(format!("invalid value: `{number}`, expected i32")))
}

fn of_float(number: f64) -> Option<i64> {
    // Up to here every whole number is one of its own.
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Holder {
        #[serde(default, deserialize_with = "super::deserialize")]
        code: Option<i32>,
    }

    #[test]
    fn whole_numbers_are_read_in_any_spelling() {
        let read = |text: &str| serde_json::from_str::<Holder>(text).map(|holder| holder.code);
        let table = [
            (r#"{"code": 7}"#, Some(7)),
            (r#"{"code": -7.0}"#, Some(-7)),
            (r#"{"code": 1e3}"#, Some(1000)),
            (r#"{"code": null}"#, None),
            ("{}", None),
        ];
        for (text, expected) in table {
            assert_eq!(read(text).unwrap(), expected, "{text}");
        }
        for text in [r#"{"code": 0.5}"#, r#"{"code": 2147483648}"#, r#"{"code": 1e300}"#, r#"{"code": "7"}"#]
        {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
