//! Lengths of time as the contract's clients write them: `168h0m0s`, `1.5s`, `3.6µs`.

use std::fmt::Write;

const MICRO: u128 = 1_000;
const MILLI: u128 = 1_000_000;
const SECOND: u128 = 1_000_000_000;

/// The text of a length of time in nanoseconds: hours, minutes and seconds from the greatest that is not zero on, fractions
/// without trailing zeros, and below a second the one unit that fits.
pub fn text(nanoseconds: i64) -> String {
    let all = u128::from(nanoseconds.unsigned_abs());
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let small = match all {
        0 => return "0s".to_owned(),
        _ if all < MICRO => Some((1, "ns")),
        _ if all < MILLI => Some((MICRO, "µs")),
        _ if all < SECOND => Some((MILLI, "ms")),
        _ => None,
    };
    if let Some((unit, name)) = small {
        return format!("{sign}{}{name}", decimal(all, unit));
    }
    let (minutes, rest) = (all / (60 * SECOND), all % (60 * SECOND));
    let (hours, minutes_left) = (minutes / 60, minutes % 60);
    let mut out = sign.to_owned();
    if hours > 0 {
        let _ = write!(out, "{hours}h");
    }
    if minutes > 0 {
        let _ = write!(out, "{minutes_left}m");
    }
    out + &decimal(rest, SECOND) + "s"
}

/// `value / unit`, where the unit is a power of ten, exactly.
fn decimal(value: u128, unit: u128) -> String {
    let (whole, rest) = (value / unit, value % unit);
    if rest == 0 {
        return whole.to_string();
    }
    let width = unit.ilog10() as usize;
    let digits = format!("{rest:0width$}");
    format!("{whole}.{}", digits.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn the_texts_are_exact() {
        let hour = 3_600_000_000_000;
        let table: [(i64, &str); 24] = [
            (0, "0s"),
            (1, "1ns"),
            (999, "999ns"),
            (1_000, "1µs"),
            (1_100, "1.1µs"),
            (3_600, "3.6µs"),
            (999_999, "999.999µs"),
            (2_200_000, "2.2ms"),
            (604_800, "604.8µs"),
            (999_999_999, "999.999999ms"),
            (1_000_000_000, "1s"),
            (1_000_000_001, "1.000000001s"),
            (3_300_000_000, "3.3s"),
            (60_000_000_000, "1m0s"),
            (245_000_000_000, "4m5s"),
            (245_001_000_000, "4m5.001s"),
            (hour, "1h0m0s"),
            (hour + 1, "1h0m0.000000001s"),
            (5 * hour + 366_007_000_000, "5h6m6.007s"),
            (168 * hour, "168h0m0s"),
            (876_600 * hour, "876600h0m0s"),
            (-1, "-1ns"),
            (i64::MAX, "2562047h47m16.854775807s"),
            (i64::MIN, "-2562047h47m16.854775808s"),
        ];
        for (nanoseconds, expected) in table {
            assert_eq!(text(nanoseconds), expected);
        }
    }
}
