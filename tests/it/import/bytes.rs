//! Any bytes as a file: refused or imported, never a panic. A failure names its seed; `ROSTER_TEST_SEED` repeats it.

use std::io::Write;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::{Desk, usernames};
use crate::support::TestDatabase;
use crate::support::environment::variable;

const FILES: usize = 12;

/// What files are made of: pieces that mean something, and some that mean nothing.
const PIECES: &[&[u8]] = &[
    b"username",
    b"email",
    b",",
    b",",
    b",",
    b"\n",
    b"\n",
    b"\r\n",
    b"\"",
    b"\"\"",
    b"ada",
    b"ADA",
    b"@example.com",
    b"a@b.co",
    b"true",
    b"owner",
    b";",
    b":",
    b"+",
    b"-",
    b"coder",
    b"$argon2id$v=19$m=19456,t=2,p=1$",
    b"$pbkdf2-sha256$1$",
    b"{",
    b"}",
    b"[",
    b"]",
    b"null",
    b"{\"username\":\"",
    b"\",\"roles\":[",
    b"\xff",
    b"\xc3",
    b"\0",
    b"\xef\xbb\xbf",
    b"2026-01-01T00:00:00Z",
    b"00000000-0000-0000-0000-000000000000",
    b"\xf0\x9f\x91\xa9",
    b"1e999",
    b"\\u0000",
];

fn pieces(dice: &mut StdRng, most: usize) -> Vec<u8> {
    let some = dice.random_range(0..most);
    (0..some).flat_map(|_| PIECES[dice.random_range(0..PIECES.len())]).copied().collect()
}

#[tokio::test]
async fn any_bytes_are_refused_or_imported() {
    let seed = variable("ROSTER_TEST_SEED").map_or_else(rand::random, |text| text.parse().unwrap());
    let line = format!("\nany_bytes_are_refused_or_imported: ROSTER_TEST_SEED={seed}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    let mut dice = StdRng::seed_from_u64(seed);
    let database = TestDatabase::new().await;
    let desk = Desk::new();
    for number in 0..FILES {
        let name = if number % 2 == 0 { "users.csv" } else { "users.jsonl" };
        let mut file = if number % 3 == 0 {
            Vec::new()
        } else {
            b"username,email,roles,organizations,password_hash\n".to_vec()
        };
        for _ in 0..500 {
            file.extend(pieces(&mut dice, 12));
            file.push(b'\n');
        }
        let ended = desk.import(&database, name, &file, &["--skip-refused"]).await;
        let told = format!("ROSTER_TEST_SEED={seed}, file {number}: {ended:#?}");
        assert!(ended.code.is_some_and(|code| code <= 2) && ended.err.contains("roster: "), "{told}");
        assert!(!ended.err.contains("internal") && !ended.err.contains("database"), "{told}");
    }
    // Whoever came in has a name that the rules allow.
    for username in usernames(&database).await {
        assert_eq!(roster::model::names::check_name(&username), Ok(()), "ROSTER_TEST_SEED={seed}");
    }
}
