//! Timestamps on the wire: RFC 3339 in UTC with a `Z`, microseconds with trailing zeros dropped.
//!
//! Used as `#[serde(with = "crate::time")]`. "Never" is [`zero`], `0001-01-01T00:00:00Z`. The text is written digit by
//! digit: a page of users carries some hundred timestamps, and a general formatter costs more than the rest of it.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Timelike, Utc};
use serde::{Deserialize, Deserializer, Serializer};

const LONGEST: usize = "-262143-01-01T00:00:00.000000Z".len();

/// The time that stands for "never".
pub fn zero() -> DateTime<Utc> {
    NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default().and_time(NaiveTime::MIN).and_utc()
}

/// The wire text of a time.
pub fn format(time: &DateTime<Utc>) -> String {
    let mut buffer = [0; LONGEST];
    write(time, &mut buffer).to_owned()
}

/// Writes a time as a JSON string.
///
/// # Errors
/// Only those of the serializer.
pub fn serialize<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut buffer = [0; LONGEST];
    serializer.serialize_str(write(time, &mut buffer))
}

/// Reads any RFC 3339 time.
///
/// # Errors
/// When the text is no RFC 3339 time.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    DateTime::<Utc>::deserialize(deserializer)
}

fn write<'b>(time: &DateTime<Utc>, buffer: &'b mut [u8; LONGEST]) -> &'b str {
    let year = time.year();
    if !(0..=9999).contains(&year) {
        return write_far(time, buffer);
    }
    let mut at = 0;
    let mut put = |value: u32, width: usize, end: u8| {
        let mut rest = value;
        for slot in buffer[at..at + width].iter_mut().rev() {
            *slot = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        buffer[at + width] = end;
        at += width + 1;
    };
    put(year.unsigned_abs(), 4, b'-');
    put(time.month(), 2, b'-');
    put(time.day(), 2, b'T');
    put(time.hour(), 2, b':');
    put(time.minute(), 2, b':');
    let (micros, width) = fraction(time.timestamp_subsec_micros());
    put(time.second(), 2, if width == 0 { b'Z' } else { b'.' });
    if width > 0 {
        put(micros, width, b'Z');
    }
    std::str::from_utf8(&buffer[..at]).unwrap_or_default()
}

/// Microseconds without their trailing zeros, and how many digits are left.
fn fraction(mut micros: u32) -> (u32, usize) {
    let mut width = if micros == 0 { 0 } else { 6 };
    while width > 0 && micros.is_multiple_of(10) {
        micros /= 10;
        width -= 1;
    }
    (micros, width)
}

/// Years outside of four digits: no client sends or expects them, but they must not break an answer.
fn write_far<'b>(time: &DateTime<Utc>, buffer: &'b mut [u8; LONGEST]) -> &'b str {
    let text = time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let length = text.len().min(LONGEST);
    buffer[..length].copy_from_slice(&text.as_bytes()[..length]);
    std::str::from_utf8(&buffer[..length]).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailing_zeros_are_dropped() {
        let at = |text: &str| format(&text.parse::<DateTime<Utc>>().unwrap());
        assert_eq!(at("2026-05-20T00:09:09Z"), "2026-05-20T00:09:09Z");
        assert_eq!(at("2026-05-20T00:09:09.120000Z"), "2026-05-20T00:09:09.12Z");
        assert_eq!(at("2026-05-20T00:09:09.000001Z"), "2026-05-20T00:09:09.000001Z");
        assert_eq!(at("2026-05-20T02:09:09.5+02:00"), "2026-05-20T00:09:09.5Z");
    }

    #[test]
    fn never_is_the_first_day_of_year_one() {
        assert_eq!(format(&zero()), "0001-01-01T00:00:00Z");
    }

    #[test]
    fn years_beyond_four_digits_do_not_panic() {
        assert!(format(&DateTime::<Utc>::MAX_UTC).starts_with("+262142"));
        assert!(format(&DateTime::<Utc>::MIN_UTC).starts_with("-262143"));
    }
}
