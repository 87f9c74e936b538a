//! Logging in to a real OpenSSH server with the pairs that are made.
//!
//! The test listens on a free port of loopback and hands the connection to an `sshd` of its own, with its own host key,
//! configuration and authorized keys, which runs as whoever runs the tests.

use std::fs::{create_dir_all, read_to_string, write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use roster::domain::KeyAlgorithm;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::tools::{Files, SSHD, files, has_openssh, keygen, pair};
use crate::process::{Child, Ended};

/// An OpenSSH server for one connection.
struct Sshd {
    folder: TempDir,
    port: u16,
    serving: JoinHandle<()>,
}

impl Drop for Sshd {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// What `id` says of whoever runs the tests.
fn whoami(flag: &str) -> String {
    let output = Command::new("id").arg(flag).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn configuration(folder: &Path) -> String {
    let at = |name: &str| folder.join(name).display().to_string();
    format!(
        "HostKey {}\nAuthorizedKeysFile {}\nPidFile none\nUsePAM no\nStrictModes no\nUseDNS no\n\
         PubkeyAuthentication yes\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n\
         PermitRootLogin prohibit-password\nLogLevel VERBOSE\n",
        at("host"),
        at("authorized_keys"),
    )
}

impl Sshd {
    /// Lets in whoever has the private half of this line.
    async fn admitting(public: &str) -> Self {
        // Where the server of a superuser locks up what it does before a login; the package's own start makes it otherwise.
        if whoami("-u") == "0" {
            create_dir_all("/run/sshd").unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let host = folder.path().join("host");
        keygen(&["-q", "-t", "ed25519", "-N", ""], &host).await;
        write(folder.path().join("authorized_keys"), public).unwrap();
        write(folder.path().join("config"), configuration(folder.path())).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let known = read_to_string(host.with_extension("pub")).unwrap();
        write(folder.path().join("known_hosts"), format!("[127.0.0.1]:{port} {known}")).unwrap();
        let serving = tokio::spawn(serve(listener, folder.path().to_owned()));
        Self { folder, port, serving }
    }

    /// What it noted.
    fn log(&self) -> String {
        read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Runs a command there with the private half of these files.
    async fn run(&self, files: &Files, command: &str) -> Ended {
        let mut ssh = Command::new("ssh");
        ssh.args(["-F", "none", "-p", &self.port.to_string(), "-i"]).arg(&files.private);
        let known = format!("UserKnownHostsFile={}", self.folder.path().join("known_hosts").display());
        for option in [
            known.as_str(),
            "GlobalKnownHostsFile=none",
            "StrictHostKeyChecking=yes",
            "IdentitiesOnly=yes",
            "IdentityAgent=none",
            "BatchMode=yes",
            "PreferredAuthentications=publickey",
        ] {
            ssh.args(["-o", option]);
        }
        ssh.arg(format!("{}@127.0.0.1", whoami("-un"))).arg(command);
        Child::spawn(&mut ssh).ended().await
    }
}

/// Hands the first connection to the server.
async fn serve(listener: TcpListener, folder: PathBuf) {
    let (stream, _) = listener.accept().await.unwrap();
    let stream = stream.into_std().unwrap();
    stream.set_nonblocking(false).unwrap();
    let (input, output) = (OwnedFd::from(stream.try_clone().unwrap()), OwnedFd::from(stream));
    let mut sshd = Command::new(SSHD);
    sshd.arg("-i").arg("-f").arg(folder.join("config")).arg("-E").arg(folder.join("log"));
    sshd.stdin(Stdio::from(input)).stdout(Stdio::from(output)).stderr(Stdio::null());
    // It ends with its client, which cannot outlive the test.
    let mut sshd = sshd.spawn().unwrap();
    tokio::task::spawn_blocking(move || sshd.wait()).await.unwrap().unwrap();
}

async fn assert_lets_in(algorithm: KeyAlgorithm) {
    if !has_openssh() {
        return;
    }
    let pair = pair(algorithm).await;
    let sshd = Sshd::admitting(&pair.public_key).await;
    let ended = sshd.run(&files(&pair), "echo let in as $(id -un)").await;
    let told = (ended.code, ended.out.as_str());
    assert_eq!(
        told,
        (Some(0), format!("let in as {}\n", whoami("-un")).as_str()),
        "{ended:#?}\n{}",
        sshd.log()
    );
}

#[tokio::test]
async fn an_ed25519_pair_opens_a_real_server() {
    assert_lets_in(KeyAlgorithm::Ed25519).await;
}

#[tokio::test]
async fn an_ecdsa_pair_opens_a_real_server() {
    assert_lets_in(KeyAlgorithm::Ecdsa).await;
}

#[tokio::test]
async fn an_rsa_pair_opens_a_real_server() {
    assert_lets_in(KeyAlgorithm::Rsa4096).await;
}

/// So that the tests above can fail.
#[tokio::test]
async fn the_pair_of_somebody_else_does_not() {
    if !has_openssh() {
        return;
    }
    let (one, other) = (pair(KeyAlgorithm::Ed25519).await, pair(KeyAlgorithm::Ecdsa).await);
    let sshd = Sshd::admitting(&one.public_key).await;
    let ended = sshd.run(&files(&other), "echo let in").await.expect(255);
    assert!(ended.err.contains("Permission denied (publickey)") && ended.out.is_empty(), "{ended:#?}");
}
