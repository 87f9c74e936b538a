//! What the import and the export of many users cost: `roster users import` and `roster users export` as processes.
//!
//! `cargo bench --bench import` writes files of 10,000 and of 100,000 users with a membership and an argon2id hash each, imports
//! each into an empty database and exports it again, and prints seconds, users per second and the most memory that the process
//! had at any time: all of it, and what is its own. The rest is files that it looks at through memory, such as SQLite's. It runs on SQLite or, when `ROSTER_TEST_POSTGRES_URL` is set, on that PostgreSQL, in schemas that it makes
//! and drops.
#![expect(clippy::print_stdout, reason = "a bench talks to a person")]

#[expect(dead_code, reason = "this one needs no server and no load")]
mod support;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, Database};
use tokio::runtime::Runtime;

use support::{Outcome, setting, target};

const SMALL: usize = 10_000;
const LARGE: usize = 100_000;
const WANTED_SECONDS: f64 = 60.0;
/// What the hundred thousand may take more than the ten thousand: what their names hash to, and some slack.
const WANTED_MEMORY: f64 = 2.0;
const BETWEEN_LOOKS: Duration = Duration::from_millis(5);

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("import: {error}");
            ExitCode::FAILURE
        }
    }
}

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn run() -> Outcome<()> {
    let folder = tempfile::tempdir().map_err(told)?;
    let runtime = Runtime::new().map_err(told)?;
    let postgres = setting("ROSTER_TEST_POSTGRES_URL");
    println!("{}\n", if postgres.is_some() { "PostgreSQL" } else { "SQLite" });
    println!("{:<32}{:>8}{:>12}{:>16}{:>16}", "", "seconds", "users/s", "peak memory", "its own");
    let mut imports = Vec::new();
    for size in [SMALL, LARGE] {
        let file = generate(folder.path(), size).map_err(told)?;
        let place = Place::new(&runtime, folder.path(), postgres.clone(), size)?;
        let import = roster(&["users", "import", &file.display().to_string()], &place.url)?;
        import.print("import", size);
        let out = folder.path().join("export.csv");
        roster(&["users", "export", "--out", &out.display().to_string()], &place.url)?.print("export", size);
        let again = roster(&["users", "import", &file.display().to_string()], &place.url)?;
        again.print("import, all there already", size);
        imports.push(import);
    }
    println!("\ntargets");
    let (small, large) = (&imports[0], &imports[1]);
    let wanted = format!("at most {WANTED_SECONDS} s for {LARGE} users");
    target("import, seconds", large.seconds, &wanted, large.seconds <= WANTED_SECONDS);
    let memory = large.own as f64 / small.own as f64;
    let wanted = format!("at most {WANTED_MEMORY} x {SMALL} users");
    target("import, memory of its own", memory, &wanted, memory <= WANTED_MEMORY);
    Ok(())
}

/// A file of users. The hashes have the shape of real ones; nothing that is the same in each makes the database's work less.
fn generate(folder: &Path, size: usize) -> std::io::Result<PathBuf> {
    let path = folder.join(format!("users-{size}.csv"));
    let mut file = BufWriter::new(File::create(&path)?);
    writeln!(file, "username,email,name,status,organizations,password_hash")?;
    for number in 0..size {
        // A prime: every number once, in an order that is not that of the names.
        let number = number * 7_919 % size;
        let salt = format!("{:0>21}A", number * 31);
        let hash = format!("{:0>42}A", number * 1_000_003);
        writeln!(
            file,
            "user-{number:07},user.{number}@example.com,Number {number},active,coder,\"$argon2id$v=19$m=19456,t=2,p=1${salt}${hash}\""
        )?;
    }
    file.flush()?;
    Ok(path)
}

/// What a process took.
struct Cost {
    seconds: f64,
    /// In KiB: all, and what is in no file.
    peak: u64,
    own: u64,
}

impl Cost {
    fn print(&self, what: &str, size: usize) {
        let name = format!("{what}, {size}");
        let (rate, mebibytes) = (size as f64 / self.seconds, |kibibytes: u64| kibibytes as f64 / 1024.0);
        let (peak, own) = (mebibytes(self.peak), mebibytes(self.own));
        println!("{name:<32}{:>8.2}{rate:>12.0}{peak:>12.1} MiB{own:>12.1} MiB", self.seconds);
    }
}

/// Runs the program to its good end, and looks at its memory all the while.
fn roster(arguments: &[&str], database: &str) -> Outcome<Cost> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_roster"));
    command.args(arguments).args(["--database-url", database]);
    let began = Instant::now();
    let mut process = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().map_err(told)?;
    let (mut peak, mut own) = (0, 0);
    let status = loop {
        let status = fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap_or_default();
        peak = peak.max(memory(&status, "VmHWM:"));
        own = own.max(memory(&status, "RssAnon:"));
        match process.try_wait().map_err(told)? {
            Some(status) => break status,
            None => thread::sleep(BETWEEN_LOOKS),
        }
    };
    let seconds = began.elapsed().as_secs_f64();
    if status.success() {
        Ok(Cost { seconds, peak, own })
    } else {
        Err(format!("{arguments:?} ended with {status}"))
    }
}

/// A number of KiB from a process's status; nothing when it is gone.
fn memory(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// An empty database that is there as long as this is.
struct Place<'a> {
    url: String,
    schema: Option<(&'a Runtime, String, String)>,
}

impl<'a> Place<'a> {
    fn new(runtime: &'a Runtime, folder: &Path, server: Option<String>, size: usize) -> Outcome<Self> {
        let Some(server) = server else {
            return Ok(Self { url: format!("sqlite://{}/{size}.db", folder.display()), schema: None });
        };
        let name = format!("roster_bench_{}_{size}", std::process::id());
        execute(runtime, &server, &format!("CREATE SCHEMA {name}"))?;
        let separator = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{separator}options=-csearch_path%3D{name}");
        Ok(Self { url, schema: Some((runtime, server, name)) })
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let Some((runtime, server, name)) = &self.schema else { return };
        if let Err(error) = execute(runtime, server, &format!("DROP SCHEMA IF EXISTS {name} CASCADE")) {
            println!("{name} is left behind: {error}");
        }
    }
}

fn execute(runtime: &Runtime, server: &str, statement: &str) -> Outcome<()> {
    let run = async {
        let db = Database::connect(server).await?;
        db.execute_unprepared(statement).await?;
        db.close().await
    };
    runtime.block_on(run).map_err(told)
}
