//! Rows of a CSV file (RFC 4180), read with memory for one row at a time.
//!
//! `csv_core` and not `csv`: that one has no limit for a row, so that one quote which is not closed takes the rest of the file
//! into memory, and it counts lines from before the empty ones.

use std::io::BufRead;

use csv_core::{ReadRecordResult, Reader};

use super::columns::{COLUMNS, column, set};
use super::source::{LONGEST_ROW, TOO_LONG};
use crate::domain::import::{Line, Row};
use crate::model::page::FieldError;

/// The rows of a file, after its header.
pub struct Rows<R> {
    input: R,
    parser: Box<Reader>,
    /// The line that is read next.
    line: u64,
    /// Whether a carriage return came last, which ends a line; a line feed after it ends none.
    after_return: bool,
    columns: Vec<&'static str>,
    text: Vec<u8>,
    ends: Vec<usize>,
}

/// A row as it was found.
struct Found {
    line: u64,
    /// How many fields it has; none when it is too long.
    fields: Option<usize>,
}

impl<R: BufRead> Rows<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// When it names no columns, or others than there are, or one twice.
    pub fn of(input: R) -> Result<Self, String> {
        let (text, ends) = (vec![0; 4_096], vec![0; 64]);
        let (parser, columns) = (Box::new(Reader::new()), Vec::new());
        let mut rows = Self { input, parser, line: 1, after_return: false, columns, text, ends };
        let header = rows.find()?.ok_or("is empty; the first line must name the columns")?;
        let told = |why: String| format!("line {}: {why}", header.line);
        let fields = header.fields.ok_or_else(|| told(TOO_LONG.to_owned()))?;
        for place in 0..fields {
            let name = str::from_utf8(rows.field(place)).map_err(|_| told("is not UTF-8".to_owned()))?;
            let shown: String = name.chars().take(100).collect();
            let known = column(name).map_err(|why| told(format!("column {shown:?}: {why}")))?;
            if rows.columns.contains(&known) {
                return Err(told(format!("the column {known} is there twice")));
            }
            rows.columns.push(known);
        }
        let first = COLUMNS[0];
        if rows.columns.contains(&first) {
            Ok(rows)
        } else {
            Err(told(format!("there is no column {first}")))
        }
    }

    fn field(&self, place: usize) -> &[u8] {
        let begin = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[begin..self.ends[place]]
    }

    /// The next row; none at the end.
    fn find(&mut self) -> Result<Option<Found>, String> {
        self.skip_empty_lines()?;
        let (line, mut too_long) = (self.line, false);
        let (mut length, mut fields) = (0, 0);
        loop {
            let bytes = self.input.fill_buf().map_err(|error| error.to_string())?;
            let (result, read, wrote, ended) =
                self.parser.read_record(bytes, &mut self.text[length..], &mut self.ends[fields..]);
            count_lines(&bytes[..read], &mut self.line, &mut self.after_return);
            self.input.consume(read);
            (length, fields) = (length + wrote, fields + ended);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.text.len() < LONGEST_ROW => {
                    self.text.resize(self.text.len() * 2, 0);
                }
                ReadRecordResult::OutputEndsFull if self.ends.len() < LONGEST_ROW => {
                    self.ends.resize(self.ends.len() * 2, 0);
                }
                // The rest of the row is passed over.
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    (too_long, length, fields) = (true, 0, 0);
                }
                ReadRecordResult::Record => {
                    return Ok(Some(Found { line, fields: (!too_long).then_some(fields) }));
                }
                ReadRecordResult::End => return Ok(None),
            }
        }
    }

    fn skip_empty_lines(&mut self) -> Result<(), String> {
        loop {
            let bytes = self.input.fill_buf().map_err(|error| error.to_string())?;
            let ends = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let more = ends > 0 && ends == bytes.len();
            count_lines(&bytes[..ends], &mut self.line, &mut self.after_return);
            self.input.consume(ends);
            if !more {
                return Ok(());
            }
        }
    }

    fn row(&self, fields: Option<usize>) -> Result<Row, Vec<FieldError>> {
        let refused = |why: String| Err(vec![FieldError::new("", why)]);
        let wanted = self.columns.len();
        match fields {
            None => return refused(TOO_LONG.to_owned()),
            Some(fields) if fields != wanted => {
                return refused(format!("has {fields} fields where the header has {wanted}"));
            }
            Some(_) => {}
        }
        let (mut row, mut wrong) = (Row::default(), Vec::new());
        for (place, column) in self.columns.iter().enumerate() {
            let text = str::from_utf8(self.field(place)).map_err(|_| "is not UTF-8".to_owned());
            if let Err(why) = text.and_then(|text| set(&mut row, column, text)) {
                wrong.push(FieldError::new(*column, why));
            }
        }
        if wrong.is_empty() { Ok(row) } else { Err(wrong) }
    }
}

impl<R: BufRead> Iterator for Rows<R> {
    type Item = Result<Line, String>;

    fn next(&mut self) -> Option<Self::Item> {
        let found = self.find().transpose()?;
        Some(found.map(|Found { line, fields }| Line { number: line, row: self.row(fields) }))
    }
}

/// Counts as the parser ends rows, so that no two rows begin on the same line.
fn count_lines(bytes: &[u8], line: &mut u64, after_return: &mut bool) {
    for byte in bytes {
        *line += u64::from(*byte == b'\r' || (*byte == b'\n' && !*after_return));
        *after_return = *byte == b'\r';
    }
}
