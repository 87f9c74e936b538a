//! Options of `roster users import` and `roster users export`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Options of `roster users import`.
#[derive(Debug, Args)]
pub struct Import {
    /// The file, or - for standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How it is written; by its ending (.csv, .jsonl, .ndjson) when not given.
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Check the file, and import nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Import the good lines of a file that has others too.
    #[arg(long)]
    pub skip_refused: bool,
    /// Write each refused line with its reasons to this file: as CSV when it ends in .csv, else as JSON lines.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// How many lines are written at once. What is written stays when a later batch fails.
    #[arg(long, default_value_t = 1_000, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub batch_size: u16,
}

/// Options of `roster users export`.
#[derive(Debug, Args)]
pub struct Export {
    /// Write to this file, which is there only when it is whole, instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// How to write; by the ending of --out when not given, and CSV on standard output.
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Write the hashes of the passwords too. Whoever has them can try passwords on them.
    #[arg(long)]
    pub with_password_hashes: bool,
}

/// How a file of users is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Values with commas between, under a row of names.
    Csv,
    /// A JSON object a line.
    Jsonl,
}
