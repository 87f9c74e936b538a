//! What a request costs: starts the release server, fills it with users, and puts load on it.
//!
//! `cargo bench --bench load` prints requests per second and CPU microseconds of the server per request, each also
//! as a ratio to `GET /healthz` of the same run: ratios travel between machines, absolute numbers do not.
//!
//! The server is pinned to one core and the load to the others (where `taskset` exists), so that both do not fight
//! for time. `ROSTER_BENCH_DATABASE_URL` names an empty database to use instead of a temporary SQLite file;
//! `ROSTER_BENCH_CORES` names the server's cores (default `0`; `all` pins nothing).
#![expect(clippy::print_stdout, reason = "a bench talks to a person")]

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

const USERS: usize = 10_000;
const CREATORS: usize = 8;
const CONNECTIONS: usize = 32;
const LOGINS: usize = 16;
const MEASURE: Duration = Duration::from_secs(4);
const WARM_UP: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_secs(30);
/// Ticks per second in `/proc/<pid>/stat`; the same on every Linux that Roster runs on.
const TICKS: f64 = 100.0;

const OWNER: &str = r#"{"email":"owner@example.com","username":"owner","password":"PasswordSecured123!"}"#;
const LOGIN: &str = r#"{"email":"owner@example.com","password":"PasswordSecured123!"}"#;
/// Stands for the default organization.
const DEFAULT_ORGANIZATION: &str = "00000000-0000-0000-0000-000000000000";

type Outcome<T> = Result<T, String>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("load: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<()> {
    let server = Server::start()?;
    let token = server.fill()?;
    println!("{} users, {} s per row, {CONNECTIONS} connections\n", USERS + 1, MEASURE.as_secs());

    let healthz = Ask::get("/healthz", "", "OK");
    let single = Ask::get("/api/v2/users/user-5000", &token, "\"user-5000\"");
    let page = Ask::get("/api/v2/users?limit=50", &token, &format!("\"count\":{}", USERS + 1));
    let login = Ask::post("/api/v2/users/login", "", LOGIN);

    let base = server.measure(&[(&healthz, CONNECTIONS)])?;
    println!("{:<34}{:>10}{:>12}{:>14}{:>16}", "", "req/s", "CPU us/req", "CPU x healthz", "rate x healthz");
    base.print("GET /healthz", &base);
    let single = server.measure(&[(&single, CONNECTIONS)])?;
    single.print("GET /users/{user}", &base);
    let page = server.measure(&[(&page, CONNECTIONS)])?;
    page.print("GET /users?limit=50", &base);
    server.measure(&[(&login, LOGINS)])?.print(&format!("POST /users/login ({LOGINS} clients)"), &base);
    let shared = server.measure(&[(&healthz, CONNECTIONS), (&login, LOGINS)])?;
    let share = shared.rates[0] / base.rates[0];
    let row = format!("GET /healthz beside {LOGINS} logins");
    println!("{row:<34}{:>10.0}{:>12}{:>14}{share:>16.3}", shared.rates[0], "-", "-");
    println!("{:<34}{:>10.1}", "  the logins beside it", shared.rates[1]);

    println!("\ntargets");
    target("single user, CPU", single.cpu / base.cpu, "at most 3.0 x healthz", single.cpu <= 3.0 * base.cpu);
    target("page of 50, CPU", page.cpu / base.cpu, "at most 40.0 x healthz", page.cpu <= 40.0 * base.cpu);
    target("healthz beside logins, rate", share, "at least 0.90 x healthz alone", share >= 0.9);
    Ok(())
}

fn target(name: &str, ratio: f64, wanted: &str, met: bool) {
    println!("  {name:<30}{ratio:>7.2}   {wanted:<32}{}", if met { "met" } else { "NOT MET" });
}

#[expect(clippy::disallowed_methods, reason = "a bench is not the server: it has no config to ask")]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The server under load; stopped and its files removed on drop.
struct Server {
    process: Child,
    address: SocketAddr,
    folder: PathBuf,
}

impl Server {
    /// Starts the server on a free port and waits until it answers.
    fn start() -> Outcome<Self> {
        let folder = std::env::temp_dir().join(format!("roster-load-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let database = setting("ROSTER_BENCH_DATABASE_URL")
            .unwrap_or_else(|| format!("sqlite://{}", folder.join("roster.db").display()));
        let address =
            TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).map_err(told("a port"))?;
        let log = File::create(folder.join("server.log")).map_err(told("server.log"))?;

        let binary = env!("CARGO_BIN_EXE_roster");
        let cores = setting("ROSTER_BENCH_CORES").unwrap_or_else(|| "0".into());
        let mut command = pinned(binary, &cores);
        command.args(["server", "--http-address", &address.to_string(), "--database-url", &database]);
        let errors = log.try_clone().map_err(told("server.log"))?;
        command.stdin(Stdio::null()).stdout(log).stderr(errors);
        let process = command.spawn().map_err(told(binary))?;
        println!("server on {address}, database {}", database.split(':').next().unwrap_or_default());

        let mut server = Self { process, address, folder };
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

    /// Makes the first user and then [`USERS`] more; answers the owner's session token.
    fn fill(&self) -> Outcome<String> {
        let mut connection = Connection::open(self.address)?;
        connection
            .ask(&Ask::post("/api/v2/users/first", "", OWNER))
            .map_err(|error| format!("the database must be empty: {error}"))?;
        connection.ask(&Ask::post("/api/v2/users/login", "", LOGIN))?;
        let token =
            text_member(&connection.body(), "session_token").ok_or("login answered no session_token")?;

        let begun = Instant::now();
        let create = |first: usize| -> Outcome<()> {
            let mut connection = Connection::open(self.address)?;
            for number in (first..=USERS).step_by(CREATORS) {
                let body = format!(
                    r#"{{"email":"u{number}@example.com","username":"user-{number}","login_type":"none","organization_ids":["{DEFAULT_ORGANIZATION}"]}}"#
                );
                connection.ask(&Ask::post("/api/v2/users", &token, &body))?;
            }
            Ok(())
        };
        thread::scope(|scope| {
            let creators: Vec<_> = (1..=CREATORS).map(|first| scope.spawn(move || create(first))).collect();
            creators.into_iter().try_for_each(|creator| creator.join().map_err(|_| "a thread panicked")?)
        })?;
        let seconds = begun.elapsed().as_secs_f64();
        println!("created {USERS} users in {seconds:.1} s ({:.0} per second)", USERS as f64 / seconds);
        Ok(token)
    }

    /// Puts load on the server: each kind of request over its number of connections, all at the same time.
    fn measure(&self, load: &[(&Ask, usize)]) -> Outcome<Sample> {
        self.press(load, WARM_UP)?;
        self.press(load, MEASURE)
    }

    fn press(&self, load: &[(&Ask, usize)], time: Duration) -> Outcome<Sample> {
        // Every connection is open and has answered once before the clock runs.
        let mut connections = Vec::new();
        for (kind, (ask, count)) in load.iter().enumerate() {
            for _ in 0..*count {
                let mut connection = Connection::open(self.address)?;
                connection.ask(ask)?;
                connections.push((kind, *ask, connection));
            }
        }
        let (start, stop) = (&Barrier::new(connections.len() + 1), &AtomicBool::new(false));
        let mut requests = vec![0_u64; load.len()];
        let before = self.cpu_seconds()?;
        let (seconds, cpu) = thread::scope(|scope| {
            let spawn =
                |(kind, ask, connection)| (kind, scope.spawn(move || press(connection, ask, start, stop)));
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
        let all: u64 = requests.iter().sum();
        Ok(Sample {
            rates: requests.iter().map(|count| *count as f64 / seconds).collect(),
            cpu: cpu * 1e6 / all as f64,
        })
    }

    /// User and system time of the server so far.
    fn cpu_seconds(&self) -> Outcome<f64> {
        let file = format!("/proc/{}/stat", self.process.id());
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
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing is left to do about a failure here.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Repeats a request on its connection until told to stop; answers how often.
fn press(mut connection: Connection, ask: &Ask, start: &Barrier, stop: &AtomicBool) -> Outcome<u64> {
    start.wait();
    let mut answered = 0;
    while !stop.load(Relaxed) {
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
    let count = thread::available_parallelism().map_or(1, usize::from);
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

/// What one measurement found.
struct Sample {
    /// Requests per second of each kind.
    rates: Vec<f64>,
    /// Microseconds of the server's CPU per request.
    cpu: f64,
}

impl Sample {
    fn print(&self, name: &str, base: &Self) {
        let (rate, cpu) = (self.rates[0], self.cpu);
        let (cpu_ratio, rate_ratio) = (cpu / base.cpu, rate / base.rates[0]);
        println!("{name:<34}{rate:>10.0}{cpu:>12.1}{cpu_ratio:>14.2}{rate_ratio:>16.3}");
    }
}

/// A request as bytes, and what its answer must be.
struct Ask {
    bytes: Vec<u8>,
    title: String,
    status: u16,
    holds: String,
}

impl Ask {
    fn get(path: &str, token: &str, holds: &str) -> Self {
        Self::new("GET", path, token, "", 200, holds)
    }

    fn post(path: &str, token: &str, body: &str) -> Self {
        Self::new("POST", path, token, body, 201, "")
    }

    fn new(method: &str, path: &str, token: &str, body: &str, status: u16, holds: &str) -> Self {
        let mut bytes =
            format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n");
        if !token.is_empty() {
            bytes += &format!("Coder-Session-Token: {token}\r\n");
        }
        if !body.is_empty() {
            bytes += &format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
        }
        bytes += &format!("\r\n{body}");
        Self { bytes: bytes.into_bytes(), title: format!("{method} {path}"), status, holds: holds.into() }
    }
}

/// One connection that stays open, with one request at a time.
struct Connection {
    stream: TcpStream,
    /// The last answer, head and body.
    buffer: Vec<u8>,
    /// How much of the buffer is filled, and where the body begins.
    filled: usize,
    body: usize,
}

impl Connection {
    fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE).map_err(told("connect"))?;
        stream.set_nodelay(true).map_err(told("connect"))?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(told("connect"))?;
        Ok(Self { stream, buffer: vec![0; 1 << 16], filled: 0, body: 0 })
    }

    /// Sends the request, reads the whole answer and checks it.
    fn ask(&mut self, ask: &Ask) -> Outcome<()> {
        let status = self.exchange(&ask.bytes).map_err(|error| format!("{}: {error}", ask.title))?;
        if status != ask.status || !contains(&self.buffer[self.body..self.filled], ask.holds.as_bytes()) {
            let wanted = format!("{} {}", ask.status, ask.holds);
            let body = self.body();
            return Err(format!("{}: wanted {}, got {status} {body}", ask.title, wanted.trim_end()));
        }
        Ok(())
    }

    fn body(&self) -> String {
        String::from_utf8_lossy(&self.buffer[self.body..self.filled]).into_owned()
    }

    fn exchange(&mut self, request: &[u8]) -> Outcome<u16> {
        self.stream.write_all(request).map_err(told("send"))?;
        self.filled = 0;
        self.body = loop {
            // The end of the head may lie across two reads.
            let seen = self.filled.saturating_sub(3);
            self.read()?;
            if let Some(at) = find(&self.buffer[seen..self.filled], b"\r\n\r\n") {
                break seen + at + 4;
            }
        };
        let head = String::from_utf8_lossy(&self.buffer[..self.body]);
        let mut lines = head.lines();
        let status =
            lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 ")).and_then(|line| line.get(..3));
        let status: u16 =
            status.and_then(|it| it.parse().ok()).ok_or_else(|| format!("no HTTP/1.1: {head}"))?;
        let mut length = matches!(status, 204 | 304).then_some(0);
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse::<usize>().ok();
            } else if name.eq_ignore_ascii_case("connection") && value.trim().eq_ignore_ascii_case("close") {
                return Err(format!("the server closes the connection: {head}"));
            }
        }
        let end = self.body + length.ok_or_else(|| format!("an answer without content-length: {head}"))?;
        while self.filled < end {
            self.read()?;
        }
        if self.filled > end { Err("more bytes than the answer has".into()) } else { Ok(status) }
    }

    fn read(&mut self) -> Outcome<()> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(2 * self.filled, 0);
        }
        match self.stream.read(&mut self.buffer[self.filled..]) {
            Ok(0) => Err("the connection was closed early".into()),
            Ok(count) => {
                self.filled += count;
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(()),
            Err(error) => Err(told("receive")(error)),
        }
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn contains(bytes: &[u8], what: &[u8]) -> bool {
    what.is_empty() || find(bytes, what).is_some()
}

/// The text of a member of a JSON object, when it has no escapes.
fn text_member(json: &str, name: &str) -> Option<String> {
    let (_, rest) = json.split_once(&format!("\"{name}\""))?;
    Some(rest.split('"').nth(1)?.to_owned())
}

fn told(what: impl AsRef<Path>) -> impl Fn(std::io::Error) -> String {
    move |error| format!("{}: {error}", what.as_ref().display())
}
