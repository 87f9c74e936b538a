//! The names that a file had so far, to find those that it has twice.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

/// What a name hashes to. With 128 bits two different names of ten million are taken for one another less often than once in
/// 10^24 files.
type Print = [u8; 16];

/// Where each name was first. A name takes 20 bytes, with the room that a hash table leaves some 50: 10 MB for the usernames
/// and e-mail addresses of 100,000 users, 1 GB for those of ten million.
#[derive(Debug, Default)]
pub struct Seen(HashMap<Print, u32>);

/// What kind of name.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A username, folded.
    Username = 1,
    /// An e-mail address, folded.
    Email = 2,
}

impl Seen {
    /// The line that had this name before `line`, if another one had. The answer is the same when a file is read again.
    pub fn before(&mut self, kind: Kind, folded: &str, line: u64) -> Option<u64> {
        let mut hash = Sha256::new();
        hash.update([kind as u8]);
        hash.update(folded);
        let hash = hash.finalize();
        let mut print = Print::default();
        print.copy_from_slice(&hash[..16]);
        // More lines than fit would be told by a wrong number, not be taken for each other: no memory holds so many.
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        let first = *self.0.entry(print).or_insert(line);
        (first != line).then_some(u64::from(first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_remembered_with_its_first_line() {
        let mut seen = Seen::default();
        for _ in 0..2 {
            assert_eq!(seen.before(Kind::Username, "ada", 2), None);
            assert_eq!(seen.before(Kind::Email, "ada", 3), None);
            assert_eq!(seen.before(Kind::Username, "ada", 4), Some(2));
        }
    }
}
