//! OpenSSH takes the pairs that are made (users.md 3.8). Stored pairs are laid out as a user's files would be.

use std::fs::{OpenOptions, write};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use entity::git_ssh_keys::Model;
use roster::domain::KeyAlgorithm;
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::git_keys::{making, row};
use crate::process::Child;
use crate::support::environment::skip;

/// A user's two files, and the folder that they are in.
pub struct Files {
    _folder: TempDir,
    pub private: PathBuf,
    pub public: PathBuf,
}

/// Writes a pair as `ssh` wants to find it: readable by nobody else.
pub fn files(pair: &Model) -> Files {
    let folder = tempfile::tempdir().unwrap();
    let (private, public) = (folder.path().join("key"), folder.path().join("key.public"));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&private).unwrap();
    file.write_all(pair.private_key.as_bytes()).unwrap();
    write(&public, &pair.public_key).unwrap();
    Files { _folder: folder, private, public }
}

/// Whether a program of OpenSSH is there; says so if not.
pub fn has_openssh() -> bool {
    let found = Path::new(SSHD).exists() && Command::new("ssh").arg("-V").output().is_ok();
    if !found {
        skip("needs OpenSSH (openssh-client and openssh-server)");
    }
    found
}

/// The server, which wants to be called by its whole name.
pub const SSHD: &str = "/usr/sbin/sshd";

/// What `ssh-keygen` says, if it is content.
pub async fn keygen(arguments: &[&str], file: &Path) -> String {
    let mut command = Command::new("ssh-keygen");
    command.args(arguments).arg("-f").arg(file);
    Child::spawn(&mut command).ended().await.expect(0).out
}

/// The stored pair of a server's owner, made as the setting says. As it takes seconds, all tests share one RSA pair.
pub async fn pair(algorithm: KeyAlgorithm) -> Model {
    static RSA: OnceCell<Model> = OnceCell::const_new();
    let make = async || {
        let (app, owner) = making(algorithm).await;
        row(&app, owner.id).await
    };
    if algorithm == KeyAlgorithm::Rsa4096 { RSA.get_or_init(make).await.clone() } else { make().await }
}

/// `ssh-keygen` reads the public half, and finds the same one in the private half.
async fn assert_taken(algorithm: KeyAlgorithm, bits: &str, kind: &str) {
    if !has_openssh() {
        return;
    }
    let pair = pair(algorithm).await;
    let files = files(&pair);
    let told = keygen(&["-l"], &files.public).await;
    let words: Vec<&str> = told.split_whitespace().collect();
    assert!(words[1].starts_with("SHA256:"), "{told}");
    assert_eq!((words[0], words[words.len() - 1]), (bits, kind), "{told}");
    assert_eq!(keygen(&["-l"], &files.private).await.split_whitespace().nth(1), Some(words[1]));
    assert_eq!(keygen(&["-y", "-P", ""], &files.private).await, pair.public_key);
}

#[tokio::test]
async fn openssh_takes_ed25519_pairs() {
    assert_taken(KeyAlgorithm::Ed25519, "256", "(ED25519)").await;
}

#[tokio::test]
async fn openssh_takes_ecdsa_pairs() {
    assert_taken(KeyAlgorithm::Ecdsa, "256", "(ECDSA)").await;
}

#[tokio::test]
async fn openssh_takes_rsa_pairs() {
    assert_taken(KeyAlgorithm::Rsa4096, "4096", "(RSA)").await;
}
