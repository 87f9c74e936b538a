//! The pages on disk: what differs from a directory, and how to make it the same.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::pages::Page;

/// How a file in the directory differs from the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// There is a page but no file.
    Missing,
    /// The file has other content than the page.
    Stale,
    /// There is a file but no page.
    Superfluous,
}

/// A file that is not as the pages want it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change<'p> {
    /// The file, with the directory.
    pub path: PathBuf,
    /// What is wrong with it.
    pub difference: Difference,
    /// What it should hold; nothing for a file that should not be there.
    text: Option<&'p str>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "missing",
            Self::Stale => "stale",
            Self::Superfluous => "superfluous",
        })
    }
}

/// The differences between the pages and a directory, in the order of the pages.
///
/// Only `*.md` files directly in the directory count; a directory that does not exist is empty.
///
/// # Errors
///
/// When a file or the directory is there but cannot be read.
pub fn compare<'p>(directory: &Path, pages: &'p [Page]) -> io::Result<Vec<Change<'p>>> {
    let mut changes = Vec::new();
    for page in pages {
        let path = directory.join(&page.file);
        let difference = match fs::read(&path) {
            Ok(found) if found == page.text.as_bytes() => continue,
            Ok(_) => Difference::Stale,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Difference::Missing,
            Err(error) => return Err(named(&path, error)),
        };
        changes.push(Change { path, difference, text: Some(&page.text) });
    }
    let superfluous = superfluous(directory, pages)?.into_iter();
    changes.extend(superfluous.map(|path| Change { path, difference: Difference::Superfluous, text: None }));
    Ok(changes)
}

impl Change<'_> {
    /// Writes or removes the file, so that it is as the pages want it.
    ///
    /// A reader of the directory sees the old file or the new one, never a part.
    ///
    /// # Errors
    ///
    /// When the directory or the file cannot be written.
    pub fn apply(&self) -> io::Result<()> {
        let done = match self.text {
            Some(text) => replace(&self.path, text),
            None => fs::remove_file(&self.path),
        };
        done.map_err(|error| named(&self.path, error))
    }
}

fn superfluous(directory: &Path, pages: &[Page]) -> io::Result<Vec<PathBuf>> {
    let listing = match fs::read_dir(directory) {
        Ok(listing) => listing,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(named(directory, error)),
    };
    let mut paths = Vec::new();
    for entry in listing {
        let path = entry?.path();
        let is_wanted =
            pages.iter().any(|page| path.file_name().is_some_and(|name| name == page.file.as_str()));
        if path.extension().is_some_and(|end| end == "md") && path.is_file() && !is_wanted {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    // In the same directory, since a rename is atomic within a file system only.
    let draft = path.with_extension(format!("md.{}.tmp", std::process::id()));
    let written = fs::write(&draft, text).and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        // The first error is the one to report; the draft may not even be there.
        let _ = fs::remove_file(&draft);
    }
    written
}

fn named(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
