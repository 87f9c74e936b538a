//! Which answers are given where there are two.

use clap::{Args, ValueEnum};

/// The dialect of a server, or of a document.
#[derive(Debug, Clone, Copy, Args)]
pub struct Spoken {
    /// What the few operations answer of which clients of Coder read something else than the reference says: documented is
    /// what the reference says, coder what the Coder CLI and Terraform provider read.
    #[arg(long, env = "ROSTER_DIALECT", default_value = "documented", value_name = "DIALECT")]
    pub dialect: Dialect,
}

/// Such a dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Dialect {
    /// What the reference says.
    Documented,
    /// What clients of Coder read.
    Coder,
}
