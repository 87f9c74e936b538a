//! Options of the commands.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Entitlements, Export, Import, Spoken};

/// Options of `roster openapi`.
#[derive(Debug, Args)]
pub struct Openapi {
    /// Write to this file, and the tables beside it, instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Write nothing; exit with 1 when the files of --out are not what would be written.
    #[arg(long, requires = "out")]
    pub check: bool,
    /// The dialect that it describes.
    #[command(flatten)]
    pub spoken: Spoken,
}

/// `roster migrate`
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum Migrate {
    /// Apply the migrations that are missing.
    Up,
    /// Take back the newest migrations. Drops the tables that they made, with all that is in them.
    Down {
        /// How many.
        #[arg(long, default_value_t = 1, value_name = "NUMBER")]
        steps: u32,
    },
    /// List all migrations, and whether they are applied.
    Status,
}

/// `roster skills`
#[derive(Debug, Subcommand)]
pub enum Skills {
    /// List the skills of a user: a line for each, with its name, a tab and its description.
    List {
        /// Username, e-mail address or id.
        user: String,
    },
    /// Print a skill as it is stored.
    Show {
        /// Username, e-mail address or id.
        user: String,
        /// Name of the skill.
        name: String,
    },
    /// Create a skill, or update the one of the same name.
    ///
    /// The text begins with front matter that has the name; docs/skills.md has the format.
    Put {
        /// Username, e-mail address or id.
        user: String,
        /// Read the text from this file; from standard input when not given, or -.
        file: Option<PathBuf>,
    },
    /// Delete a skill.
    Delete {
        /// Username, e-mail address or id.
        user: String,
        /// Name of the skill.
        name: String,
    },
}

/// `roster users`
#[derive(Debug, Subcommand)]
pub enum Users {
    /// Create an owner: a user who may do everything.
    Create {
        /// Username: letters, digits and single hyphens, at most 32.
        #[arg(long)]
        username: String,
        /// E-mail address.
        #[arg(long)]
        email: String,
        /// Name for people.
        #[arg(long, default_value = "")]
        name: String,
        /// Password; read from the terminal or standard input when not given.
        #[arg(long, env = "ROSTER_PASSWORD", hide_env_values = true)]
        password: Option<String>,
    },
    /// Set a user's password, and end all of the user's sessions and tokens.
    ResetPassword {
        /// Username or id.
        user: String,
        /// Password; read from the terminal or standard input when not given.
        #[arg(long, env = "ROSTER_PASSWORD", hide_env_values = true)]
        password: Option<String>,
    },
    /// Create many users at once, from a CSV file or from JSON lines.
    ///
    /// Checks the whole file first and imports nothing when a line is refused. Run again on the same file, it passes over those
    /// who are there already. Ends with 0 when all is well, 1 when a line was refused, 2 when it could not do its work.
    /// docs/import.md has the format.
    Import(Import),
    /// Write all users to a CSV file or as JSON lines, in the format of import.
    Export(Export),
}

/// `roster entitlements`
#[derive(Debug, Clone, Subcommand)]
pub enum EntitlementCommand {
    /// Show each feature, the limits with what there is, and what administrators are warned of.
    ///
    /// Give it the same settings as the server.
    Show(Entitlements),
}

/// `roster ai-seats`
#[derive(Debug, Clone, Subcommand)]
pub enum AiSeatCommand {
    /// Note that somebody used AI features.
    Record {
        /// Username, e-mail address or id.
        #[arg(long)]
        user: String,
        /// How: aibridge or task.
        #[arg(long, value_name = "KIND")]
        event_type: String,
        /// What exactly it was.
        #[arg(long, default_value = "")]
        description: String,
        /// When, as in 2006-01-02T15:04:05Z; now when not given.
        #[arg(long, default_value = "")]
        time: String,
    },
    /// List who has used AI features, one user in each line.
    List,
    /// Show how many seats are taken.
    Count,
}
