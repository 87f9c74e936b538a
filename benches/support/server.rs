//! The server under load.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Barrier, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use super::connection::{Ask, Connection, PATIENCE, text_member, told};
use super::{Outcome, setting};

/// Ticks per second in `/proc/<pid>/stat`; the same on every Linux that Roster runs on.
const TICKS: f64 = 100.0;

const OWNER: &str = r#"{"email":"owner@example.com","username":"owner","password":"PasswordSecured123!"}"#;
/// The owner's login.
const LOGIN: &str = r#"{"email":"owner@example.com","password":"PasswordSecured123!"}"#;

/// The server under load; stopped and its files removed on drop.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// The URL of its database.
    pub database: String,
    process: Child,
    folder: PathBuf,
}

/// What one measurement found.
pub struct Sample {
    /// How many requests of each kind were answered.
    pub requests: Vec<u64>,
    /// How long that took.
    pub seconds: f64,
    /// Seconds of the server's CPU.
    pub cpu: f64,
}

impl Server {
    /// Starts the server on a free port and waits until it answers. Without a database it gets a SQLite file of its own.
    /// Servers of one bench that run beside each other need names of their own.
    pub fn start(bench: &str, database: Option<String>, flags: &[&str]) -> Outcome<Self> {
        let folder = std::env::temp_dir().join(format!("roster-{bench}-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let database = database.unwrap_or_else(|| format!("sqlite://{}", folder.join("roster.db").display()));
        let address =
            TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).map_err(told("a port"))?;
        let log = File::create(folder.join("server.log")).map_err(told("server.log"))?;

        let binary = env!("CARGO_BIN_EXE_roster");
        let cores = setting("ROSTER_BENCH_CORES").unwrap_or_else(|| "0".into());
        let mut command = pinned(binary, &cores);
        command.args(["server", "--http-address", &address.to_string(), "--database-url", &database]);
        // One caller asks all the time; what counting costs is paid with a limit that nobody reaches.
        command.args(["--api-rate-limit", "4000000000", "--login-rate-limit", "4000000000"]);
        command.args(flags);
        let errors = log.try_clone().map_err(told("server.log"))?;
        command.stdin(Stdio::null()).stdout(log).stderr(errors);
        let process = command.spawn().map_err(told(binary))?;
        let mut server = Self { address, database, process, folder };
        println!("server on {address}, database {}", server.database.split(':').next().unwrap_or_default());
        server.wait()?;
        Ok(server)
    }

    fn wait(&mut self) -> Outcome<()> {
        let healthz = Ask::get("/healthz", "", "OK");
        let begun = Instant::now();
        loop {
            let answer = Connection::open(self.address).and_then(|mut it| it.ask(&healthz));
            let gone = self.process.try_wait().map_err(told("the server"))?;
            match answer {
                Ok(_) if gone.is_none() => return Ok(()),
                Err(_) if gone.is_none() && begun.elapsed() < PATIENCE => {
                    thread::sleep(Duration::from_millis(50));
                }
                answer => {
                    let log = fs::read_to_string(self.folder.join("server.log")).unwrap_or_default();
                    let why = answer.err().unwrap_or_else(|| "it stopped".into());
                    return Err(format!("the server did not start: {why}\n{log}"));
                }
            }
        }
    }

    /// Makes the first user; answers its session token.
    pub fn owner(&self) -> Outcome<String> {
        let mut connection = Connection::open(self.address)?;
        connection
            .ask(&Ask::post("/api/v2/users/first", "", OWNER))
            .map_err(|error| format!("the database must be empty: {error}"))?;
        connection.ask(&Self::login())?;
        text_member(&connection.body(), "session_token")
            .ok_or_else(|| "login answered no session_token".into())
    }

    /// The owner logs in.
    pub fn login() -> Ask {
        Ask::post("/api/v2/users/login", "", LOGIN)
    }

    /// Puts load on the server for a while: each list of requests, in turn, over its number of connections, all lists at the
    /// same time.
    pub fn press(&self, load: &[(&[Ask], usize)], time: Duration) -> Outcome<Sample> {
        // Every connection is open and has answered once before the clock runs.
        let mut connections = Vec::new();
        for (kind, (asks, count)) in load.iter().enumerate() {
            for number in 0..*count {
                let mut connection = Connection::open(self.address)?;
                connection.ask(&asks[number % asks.len()])?;
                connections.push((kind, *asks, number, connection));
            }
        }
        let (start, stop) = (&Barrier::new(connections.len() + 1), &AtomicBool::new(false));
        let mut requests = vec![0_u64; load.len()];
        let before = self.cpu_seconds()?;
        let (seconds, cpu) = thread::scope(|scope| {
            let spawn = |(kind, asks, number, connection)| {
                (kind, scope.spawn(move || press(connection, asks, number, start, stop)))
            };
            let threads: Vec<_> = connections.into_iter().map(spawn).collect();
            start.wait();
            let begun = Instant::now();
            while begun.elapsed() < time && !stop.load(Relaxed) {
                thread::sleep(Duration::from_millis(20));
            }
            stop.store(true, Relaxed);
            for (kind, thread) in threads {
                requests[kind] += thread.join().map_err(|_| "a thread panicked")??;
            }
            Ok::<_, String>((begun.elapsed().as_secs_f64(), self.cpu_seconds()? - before))
        })?;
        Ok(Sample { requests, seconds, cpu })
    }

    fn cpu_seconds(&self) -> Outcome<f64> {
        cpu_seconds(self.process.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing is left to do about a failure here.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// User and system time of a process so far.
pub fn cpu_seconds(process: u32) -> Outcome<f64> {
    let file = format!("/proc/{process}/stat");
    let stat = fs::read_to_string(&file).map_err(told(&file))?;
    // The name in brackets may hold spaces; user and system time are fields 14 and 15.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks: Option<Vec<f64>> =
        fields.split_whitespace().skip(11).take(2).map(|field| field.parse().ok()).collect();
    match ticks.as_deref() {
        Some([user, system]) => Ok((user + system) / TICKS),
        _ => Err(format!("{file} has no times: {stat}")),
    }
}

/// Repeats requests in turn, from one of them on, until told to stop; answers how many.
fn press(
    mut connection: Connection,
    asks: &[Ask],
    first: usize,
    start: &Barrier,
    stop: &AtomicBool,
) -> Outcome<u64> {
    start.wait();
    let mut answered = 0;
    for ask in asks.iter().cycle().skip(first % asks.len()) {
        if stop.load(Relaxed) {
            break;
        }
        if let Err(error) = connection.ask(ask) {
            stop.store(true, Relaxed);
            return Err(error);
        }
        answered += 1;
    }
    Ok(answered)
}

/// The command that runs the server on these cores, with this process moved to the other ones.
fn pinned(binary: &str, cores: &str) -> Command {
    // Asked before this process is moved.
    static CORES: OnceLock<usize> = OnceLock::new();
    let count = *CORES.get_or_init(|| thread::available_parallelism().map_or(1, usize::from));
    let taskset = |args: &[&str]| {
        let quiet = Command::new("taskset").args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
        quiet.is_ok_and(|status| status.success())
    };
    if cores == "all" || !taskset(&["-c", cores, "true"]) {
        println!(
            "server not pinned to a core ({})",
            if cores == "all" { "as told" } else { "taskset cannot" }
        );
        return Command::new(binary);
    }
    let rest = if count > 2 { format!("1-{}", count - 1) } else { "1".into() };
    let moved = cores == "0" && count > 1 && taskset(&["-cp", &rest, &std::process::id().to_string()]);
    let load = if moved { format!("load on core {rest}") } else { "load not pinned".into() };
    println!("server pinned to core {cores} of {count}, {load}");
    let mut command = Command::new("taskset");
    // taskset becomes the server: the process id stays.
    command.args(["-c", cores, binary]);
    command
}
