//! Settings of the key pairs that users have for git.

use clap::{Args, ValueEnum};

/// The key pairs that users have for git.
#[derive(Debug, Clone, Args)]
pub struct GitKeys {
    /// The kind of SSH key pairs that new users get, and those who ask for a new one.
    #[arg(long, env = "ROSTER_SSH_KEYGEN_ALGORITHM", default_value = "ed25519", value_name = "ALGORITHM")]
    pub ssh_keygen_algorithm: KeyAlgorithm,
}

/// The kinds of pairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KeyAlgorithm {
    /// Ed25519.
    Ed25519,
    /// ECDSA on the curve P-256.
    Ecdsa,
    /// RSA with 4096 bits, which takes seconds to make.
    Rsa4096,
}
