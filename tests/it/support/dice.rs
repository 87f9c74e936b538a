//! Dice that can be thrown again.

use std::io::Write;

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::environment::variable;

/// The dice of a test with the seed that they begin with: as `ROSTER_TEST_SEED` says, else any. The seed is told past the
/// capture of test output.
pub fn dice(test: &str) -> (u64, StdRng) {
    let given = variable("ROSTER_TEST_SEED").map(|text| text.parse().unwrap());
    let seed = given.unwrap_or_else(rand::random);
    let line = format!("\n{test}: ROSTER_TEST_SEED={seed}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    (seed, StdRng::seed_from_u64(seed))
}
