//! The file, which is read twice. What cannot be, such as standard input, is copied to a temporary file first.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek};
use std::path::Path;

use super::{csv, json};
use crate::config::Format;
use crate::domain::import::Line;

/// The longest row that is read, in bytes. Longer ones are refused, so that no file fills the memory.
pub const LONGEST_ROW: usize = 1 << 20;
/// What is said of them.
pub const TOO_LONG: &str = "is longer than 1 MiB; is a quote not closed?";
/// What some programs put before the text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A file of users.
pub struct Source {
    file: File,
    format: Format,
    name: String,
}

/// The lines of a file, each read or refused; ends with an error when the file cannot be read on.
pub type Lines<'a> = Box<dyn Iterator<Item = Result<Line, String>> + 'a>;

impl Source {
    /// Opens a file, or takes what comes on standard input for `-`.
    ///
    /// # Errors
    /// When it cannot be read, or nobody says how it is written.
    pub fn open(path: &Path, format: Option<Format>) -> Result<Self, String> {
        let is_input = path == Path::new("-");
        let name = if is_input { "standard input".to_owned() } else { path.display().to_string() };
        let unclear = || format!("{name}: --format must say how it is written: csv or jsonl");
        let format = format.or_else(|| by_ending(path)).ok_or_else(unclear)?;
        let unread = |error| format!("{name}: {error}");
        let file = if is_input {
            copied(&mut io::stdin().lock())
        } else {
            File::open(path).and_then(|mut file| match file.metadata()?.is_file() {
                true => Ok(file),
                false => copied(&mut file),
            })
        };
        Ok(Self { file: file.map_err(unread)?, format, name })
    }

    /// All lines, from the first one on.
    ///
    /// # Errors
    /// When the file cannot be read, or its columns make no sense.
    pub fn lines(&mut self) -> Result<Lines<'_>, String> {
        let name = &self.name;
        let told = move |why: String| format!("{name}: {why}");
        self.file.rewind().map_err(|error| told(error.to_string()))?;
        let mut reader = BufReader::with_capacity(1 << 16, &self.file);
        let begins = reader.fill_buf().map_err(|error| told(error.to_string()))?;
        if begins.starts_with(BYTE_ORDER_MARK) {
            reader.consume(BYTE_ORDER_MARK.len());
        }
        Ok(match self.format {
            Format::Csv => {
                let rows = csv::Rows::of(reader).map_err(told)?;
                Box::new(rows.map(move |line| line.map_err(told)))
            }
            Format::Jsonl => Box::new(json::Rows::of(reader).map(move |line| line.map_err(told))),
        })
    }
}

/// The format that the ending of a name says.
pub fn by_ending(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "csv" => Some(Format::Csv),
        "jsonl" | "ndjson" => Some(Format::Jsonl),
        _ => None,
    }
}

/// A copy without a name that nobody else can open, and that is gone with this process.
fn copied(reader: &mut impl io::Read) -> io::Result<File> {
    let mut copy = tempfile::tempfile()?;
    io::copy(reader, &mut copy)?;
    Ok(copy)
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, RandomState};
    use std::io::{Seek, Write};

    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    /// Where a run begins: as the variable says, else anywhere.
    #[expect(clippy::disallowed_methods, reason = "a test has no settings to take the seed from")]
    fn seed() -> u64 {
        let given = std::env::var("ROSTER_TEST_SEED").ok().and_then(|text| text.parse().ok());
        let seed = given.unwrap_or_else(|| RandomState::new().hash_one("bytes"));
        std::io::stderr()
            .write_all(format!("\nany_bytes_are_read: ROSTER_TEST_SEED={seed}\n").as_bytes())
            .unwrap();
        seed
    }

    fn lines(content: &[u8], format: Format) -> Result<Vec<Line>, String> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content).unwrap();
        let mut source = Source { file, format, name: "a file".to_owned() };
        let once: Result<Vec<Line>, String> = source.lines()?.collect();
        let again: Result<Vec<Line>, String> = source.lines()?.collect();
        assert_eq!(format!("{once:?}"), format!("{again:?}"), "the second time is another");
        assert_eq!(source.file.stream_position().unwrap(), content.len() as u64, "not read to its end");
        once
    }

    #[test]
    fn any_bytes_are_read() {
        let mut dice = StdRng::seed_from_u64(seed());
        let letters = b"username,email\n\r\"{}[]:,\\\xff\0 aA1;+-";
        for _ in 0..3_000 {
            let length = dice.random_range(0..200);
            let mut content = b"username,email,roles,organizations,service_account\n".to_vec();
            content.extend((0..length).map(|_| letters[dice.random_range(0..letters.len())]));
            for content in [&content[..], &content[51..]] {
                for format in [Format::Csv, Format::Jsonl] {
                    let read = lines(content, format);
                    assert!(format == Format::Csv || read.is_ok());
                    let last = content.iter().filter(|byte| matches!(byte, b'\r' | b'\n')).count() as u64 + 1;
                    let mut before = 0;
                    for line in read.unwrap_or_default() {
                        assert!(line.number > before, "{line:?}");
                        assert!(line.number <= last, "{line:?}");
                        before = line.number;
                    }
                }
            }
        }
    }

    #[test]
    fn rows_of_any_length_are_read_to_their_limit() {
        for length in [LONGEST_ROW - 20, LONGEST_ROW + 1, 3 * LONGEST_ROW] {
            let long = "x".repeat(length);
            let fits = length < LONGEST_ROW;
            let csv = lines(format!("username\n{long}\nada\n").as_bytes(), Format::Csv).unwrap();
            let json = lines(format!("{{\"name\":\"{long}\"}}\n{{}}").as_bytes(), Format::Jsonl).unwrap();
            for read in [csv, json] {
                assert_eq!(
                    read.iter().map(|line| line.row.is_ok()).collect::<Vec<_>>(),
                    [fits, true],
                    "{length}"
                );
            }
        }
    }
}
