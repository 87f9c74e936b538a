//! Two directories that change places, where the system can do that.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;

use super::Change;

/// Gives the drafts the files that stay, and puts them in place of the directory, whose old files they hold afterwards.
#[cfg(any(target_os = "linux", target_os = "macos"))]
pub(super) fn replace(directory: &Path, drafts: &Path, changes: &[Change]) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};

    if drafts.starts_with(directory) {
        return Err(refused("a directory does not change places with its own parent"));
    }
    let stays = others(directory, changes)?;
    fs::set_permissions(drafts, fs::metadata(directory)?.permissions())?;
    for file in stays {
        fs::hard_link(directory.join(&file), drafts.join(&file))?;
    }
    Ok(renameat_with(CWD, drafts, CWD, directory, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) fn replace(_: &Path, _: &Path, _: &[Change]) -> io::Result<()> {
    Err(refused("this system does not exchange directories"))
}

/// The files that stay as they are, if nothing else is in the directory.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn others(directory: &Path, changes: &[Change]) -> io::Result<Vec<OsString>> {
    if std::env::current_dir().is_ok_and(|here| here.starts_with(directory)) {
        return Err(refused("whoever stands in a directory would stay in the old one"));
    }
    let mut stays = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if !entry.file_type()?.is_file() {
            return Err(refused("only files can be in two directories"));
        }
        let name = entry.file_name();
        if !changes.iter().any(|change| change.name() == name) {
            stays.push(name);
        }
    }
    Ok(stays)
}

fn refused(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, why)
}
