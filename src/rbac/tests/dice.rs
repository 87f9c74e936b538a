//! Numbers that look random and can be had again.

use std::hash::{BuildHasher, RandomState};
use std::io::Write;

/// The variable that makes the random tests of this room repeat a run.
const VARIABLE: &str = "ROSTER_TEST_SEED";

/// Where a run of a random test begins: as the variable says, else anywhere. Told past the capture of test output, so that
/// every run can be repeated.
#[expect(clippy::disallowed_methods, reason = "a test has no settings to take the seed from")]
pub fn seed(test: &str) -> u64 {
    let given = std::env::var(VARIABLE).ok();
    let read = |text: String| text.parse().unwrap_or_else(|_| panic!("{VARIABLE}={text} is no number"));
    let seed = given.map_or_else(|| RandomState::new().hash_one(test), read);
    std::io::stderr().write_all(format!("\n{test}: {VARIABLE}={seed}\n").as_bytes()).unwrap();
    seed
}

/// splitmix64.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The dice of one part of a run: parts of the same run differ, and need not be thrown in order.
    pub fn new(seed: u64, part: u64) -> Self {
        let mut dice = Self(seed ^ part.wrapping_mul(0x2545_f491_4f6c_dd1d));
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let once = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let twice = (once ^ (once >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        twice ^ (twice >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// True in so many of a hundred cases.
    pub fn percent(&mut self, many: usize) -> bool {
        self.below(100) < many
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Fewer than `end` things.
    pub fn some<T>(&mut self, end: usize, mut one: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.below(end)).map(|_| one(self)).collect()
    }
}
