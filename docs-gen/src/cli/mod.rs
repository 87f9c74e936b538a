//! The command line.

mod pages;

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use docs_gen::{Diagnostic, EnumStyle, Errors, Format, Severity, Spec};

/// More diagnostics than this are counted only.
const MAX_SHOWN: usize = 100;

/// Turn an OpenAPI document into markdown reference pages.
///
/// Reads OpenAPI 3.0 to 3.2 and Swagger 2.0, as JSON or YAML, with the files it refers to. Every *.md file in the
/// output directory that is not a page of the document is removed.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    pages: PagesArgs,
}

#[derive(Subcommand)]
enum Command {
    /// List what changed between two documents; exit with 1 if any change breaks clients
    Diff {
        /// The document that clients know
        old: PathBuf,
        /// The document that they will meet
        new: PathBuf,
    },
}

#[derive(Args)]
struct PagesArgs {
    /// The document; `-` for standard input
    #[arg(long, value_name = "FILE", default_value = "openapi/openapi.json")]
    spec: PathBuf,
    /// The directory of the pages
    #[arg(long, value_name = "DIR", default_value = "docs/reference/api")]
    out: PathBuf,
    /// Write nothing; name each page that is stale, missing or superfluous and exit with 1 if there is any
    #[arg(long)]
    check: bool,
    /// Scheme and host of the server in code samples
    #[arg(long, value_name = "URL", default_value = "http://coder-server:8080")]
    host: String,
    /// The layout, by the year whose reference pages it is that of
    #[arg(long, value_name = "YEAR", value_enum, default_value = "2026")]
    format: FormatArg,
    /// How enumerated values are listed [default: grouped in the format of 2026, rows in that of 2025]
    #[arg(long, value_name = "STYLE", value_enum)]
    enum_style: Option<EnumStyleArg>,
    /// Make pages of these tags only
    #[arg(long, value_name = "TAG,…", value_delimiter = ',')]
    pages: Vec<String>,
    /// Whether to make a page of the schemas, to which the names of types link
    #[arg(long, value_enum, default_value = "on")]
    schemas: Switch,
    /// List the pages in this manifest of a documentation site
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Take warnings for errors
    #[arg(long)]
    strict: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatArg {
    /// Request lines without the base path, a row for each enumerated value
    #[value(name = "2025")]
    Y2025,
    /// Request lines as the document has them, a row for each property with enumerated values
    #[value(name = "2026")]
    Y2026,
}

#[derive(Clone, Copy, ValueEnum)]
enum EnumStyleArg {
    /// A row for each property
    Grouped,
    /// A row for each value
    Rows,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

impl From<FormatArg> for Format {
    fn from(arg: FormatArg) -> Self {
        match arg {
            FormatArg::Y2025 => Self::Y2025,
            FormatArg::Y2026 => Self::Y2026,
        }
    }
}

impl From<EnumStyleArg> for EnumStyle {
    fn from(arg: EnumStyleArg) -> Self {
        match arg {
            EnumStyleArg::Grouped => Self::Grouped,
            EnumStyleArg::Rows => Self::Rows,
        }
    }
}

/// Why a command ends early.
enum Failure {
    Document(Errors),
    Other(String),
}

impl From<Errors> for Failure {
    fn from(errors: Errors) -> Self {
        Self::Document(errors)
    }
}

/// Runs the command. Exits with 0 when all is well, 1 when something differs, 2 when something is wrong.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Some(Command::Diff { old, new }) => diff(&old, &new),
        None => pages::run(&cli.pages),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(failure) => {
            match failure {
                Failure::Document(Errors(found)) => tell(&found),
                Failure::Other(message) => tell_line(&format!("docs-gen: {message}")),
            }
            ExitCode::from(2)
        }
    }
}

/// Whether nothing breaks.
fn diff(old: &Path, new: &Path) -> Result<bool, Failure> {
    let changes = docs_gen::changes::compare(Spec::File(old), Spec::File(new))?;
    print(&docs_gen::changes::report(&changes));
    Ok(changes.iter().all(|change| change.breaking.is_none()))
}

/// The document of the command line; of standard input, the text is kept in `text`.
fn spec<'p>(path: &'p Path, text: &'p mut String) -> Result<Spec<'p>, Failure> {
    if path != Path::new("-") {
        return Ok(Spec::File(path));
    }
    let read = io::stdin().read_to_string(text);
    read.map_err(|error| Failure::Other(format!("standard input: {error}")))?;
    Ok(Spec::Text { name: "<stdin>", text })
}

/// Writes diagnostics to standard error, errors first.
fn tell(found: &[Diagnostic]) {
    let mut sorted: Vec<_> = found.iter().collect();
    sorted.sort_by_key(|one| one.severity != Severity::Error);
    sorted.iter().take(MAX_SHOWN).for_each(|one| tell_line(&one.to_string()));
    if let Some(more) = found.len().checked_sub(MAX_SHOWN).filter(|more| *more > 0) {
        tell_line(&format!("and {more} more"));
    }
}

fn tell_line(line: &str) {
    // Without standard error there is nobody to tell.
    let _ = writeln!(io::stderr(), "{line}");
}

fn print(text: &str) {
    // A reader that closes the pipe early is no reason to stop.
    let _ = write!(io::stdout(), "{text}");
}
