//! The pages on disk: what differs from a directory, and how to make it the same.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
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
pub struct Change {
    /// The file, with the directory.
    pub path: PathBuf,
    /// What is wrong with it.
    pub difference: Difference,
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
pub fn compare(directory: &Path, pages: &[Page]) -> io::Result<Vec<Change>> {
    let mut folder = Folder::check(directory);
    pages.iter().try_for_each(|page| folder.page(page))?;
    folder.finish()
}

/// A directory that is to hold the pages, one after the other, and no others.
///
/// New texts wait in a directory beside it until the last page is there. Then that gets the files
/// that did not change too, and the two change places in one step. Where that cannot be (the
/// directory holds other directories, somebody stands in it, the file system does not exchange), the
/// new files are moved over the old ones, one by one. Files that did not change are not touched
/// either way, and whoever fails before the end leaves the directory as it was.
#[derive(Debug)]
pub struct Folder {
    directory: PathBuf,
    /// Whether differences are only told.
    checks: bool,
    drafts: Option<PathBuf>,
    wanted: HashSet<OsString>,
    changes: Vec<Change>,
}

impl Folder {
    /// A directory that the pages are written to.
    pub fn write(directory: &Path) -> Self {
        Self::new(directory, false)
    }

    /// A directory that the pages are compared with; nothing is written.
    pub fn check(directory: &Path) -> Self {
        Self::new(directory, true)
    }

    fn new(directory: &Path, checks: bool) -> Self {
        let directory = directory.to_owned();
        Self { directory, checks, drafts: None, wanted: HashSet::new(), changes: Vec::new() }
    }

    /// Takes the next page.
    ///
    /// # Errors
    ///
    /// When its file is there but cannot be read, or the new text cannot be written.
    pub fn page(&mut self, page: &Page) -> io::Result<()> {
        let path = self.directory.join(&page.file);
        self.wanted.insert(page.file.clone().into());
        let difference = match fs::read(&path) {
            Ok(found) if found == page.text.as_bytes() => return Ok(()),
            Ok(_) => Difference::Stale,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Difference::Missing,
            Err(error) => return Err(named(&path, error)),
        };
        if !self.checks {
            let draft = self.drafts()?.join(&page.file);
            fs::write(&draft, &page.text).map_err(|error| named(&draft, error))?;
        }
        self.changes.push(Change { path, difference });
        Ok(())
    }

    /// Makes the directory as the pages want it, and tells what differed: the pages in their order,
    /// then the files that are no pages.
    ///
    /// # Errors
    ///
    /// When the directory cannot be read, or something cannot be moved.
    pub fn finish(mut self) -> io::Result<Vec<Change>> {
        let superfluous = self.superfluous()?.into_iter();
        self.changes.extend(superfluous.map(|path| Change { path, difference: Difference::Superfluous }));
        let changes = std::mem::take(&mut self.changes);
        if !self.checks && !changes.is_empty() {
            let drafts = self.drafts()?;
            let directory =
                fs::canonicalize(&self.directory).map_err(|error| named(&self.directory, error))?;
            if exchange::replace(&directory, &drafts, &changes).is_err() {
                move_over(&directory, &drafts, &changes)?;
            }
        }
        Ok(changes)
    }

    fn superfluous(&self) -> io::Result<Vec<PathBuf>> {
        let listing = match fs::read_dir(&self.directory) {
            Ok(listing) => listing,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(named(&self.directory, error)),
        };
        let mut paths = Vec::new();
        for entry in listing {
            let path = entry?.path();
            let is_wanted = path.file_name().is_some_and(|name| self.wanted.contains(name));
            if path.extension().is_some_and(|end| end == "md") && path.is_file() && !is_wanted {
                paths.push(path);
            }
        }
        paths.sort();
        Ok(paths)
    }

    /// The place where new texts wait: beside the directory, or in it if nothing can be made there.
    fn drafts(&mut self) -> io::Result<PathBuf> {
        if let Some(drafts) = &self.drafts {
            return Ok(drafts.clone());
        }
        fs::create_dir_all(&self.directory).map_err(|error| named(&self.directory, error))?;
        let directory = fs::canonicalize(&self.directory).map_err(|error| named(&self.directory, error))?;
        let inside = directory.join(".docs-gen");
        let beside = directory.parent().zip(directory.file_name()).map(|(parent, name)| {
            let mut hidden = OsString::from(".");
            hidden.push(name);
            hidden.push(".docs-gen");
            parent.join(hidden)
        });
        let drafts = match beside.filter(|beside| fresh(beside).is_ok()) {
            Some(beside) => beside,
            None => fresh(&inside).map(|()| inside)?,
        };
        self.drafts = Some(drafts.clone());
        Ok(drafts)
    }
}

/// Nothing stays behind, whatever went wrong.
impl Drop for Folder {
    fn drop(&mut self) {
        if let Some(drafts) = &self.drafts {
            // What went wrong is told by whoever noticed it.
            let _ = fs::remove_dir_all(drafts);
        }
    }
}

impl Change {
    fn name(&self) -> &OsStr {
        self.path.file_name().unwrap_or_default()
    }
}

/// An empty directory; what an earlier run left there is removed.
fn fresh(drafts: &Path) -> io::Result<()> {
    match fs::remove_dir_all(drafts) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(named(drafts, error)),
        _ => {}
    }
    fs::create_dir(drafts).map_err(|error| named(drafts, error))
}

fn move_over(directory: &Path, drafts: &Path, changes: &[Change]) -> io::Result<()> {
    changes.iter().try_for_each(|change| {
        let path = directory.join(change.name());
        let done = match change.difference {
            Difference::Superfluous => fs::remove_file(&path),
            Difference::Missing | Difference::Stale => fs::rename(drafts.join(change.name()), &path),
        };
        done.map_err(|error| named(&path, error))
    })
}

/// Writes one file, so that its readers see the old text or the new one.
///
/// # Errors
///
/// When it cannot be written.
pub fn replace_file(path: &Path, text: &str) -> io::Result<()> {
    let draft = path.with_extension("docs-gen");
    let written = fs::write(&draft, text).and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        // The first error is the one to report; the draft may not even be there.
        let _ = fs::remove_file(&draft);
    }
    written.map_err(|error| named(path, error))
}

fn named(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

mod exchange;
