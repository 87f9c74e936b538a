//! Writing the pages, or checking that they are there.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::time::Duration;

use docs_gen::write::{self, Change, Difference, Folder};
use docs_gen::{Arena, Errors, Options, Prepared, manifest};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Failure, PagesArgs, Switch, print, spec, tell};

/// How long a document may take before a bar shows how far it is.
const PATIENCE: Duration = Duration::from_millis(300);

/// Whether the pages were up to date, or are by now.
pub(super) fn run(args: &PagesArgs) -> Result<bool, Failure> {
    let mut text = String::new();
    let arena = Arena::new();
    let prepared = Prepared::open(&arena, spec(&args.spec, &mut text)?, &options(args))?;
    if args.strict && !prepared.warnings().is_empty() {
        return Err(Failure::Document(Errors(prepared.warnings().to_vec())));
    }
    tell(prepared.warnings());
    let manifest = manifest_change(args, &prepared)?;
    let changes = pages(args, &prepared).map_err(other)?;
    if let (false, Some((path, text))) = (args.check, &manifest) {
        write::replace_file(path, text).map_err(other)?;
    }
    changes.iter().for_each(|change| print(&line(verb(change.difference, args.check), &change.path)));
    if let Some((path, _)) = &manifest {
        print(&line(verb(Difference::Stale, args.check), path));
    }
    Ok(!args.check || (changes.is_empty() && manifest.is_none()))
}

fn pages(args: &PagesArgs, prepared: &Prepared<'_>) -> io::Result<Vec<Change>> {
    let mut folder = if args.check { Folder::check(&args.out) } else { Folder::write(&args.out) };
    let bar = Bar::new();
    let written = prepared.each(&mut |done, all| bar.step(done, all), |page| folder.page(page));
    bar.clear();
    written.and_then(|()| folder.finish())
}

fn options(args: &PagesArgs) -> Options {
    let mut options = Options::default();
    options.host.clone_from(&args.host);
    options.format = args.format.into();
    options.enum_style = args.enum_style.map(Into::into);
    options.tags.clone_from(&args.pages);
    options.schemas = args.schemas == Switch::On;
    options
}

/// The manifest and what it should hold, if it holds something else.
fn manifest_change<'p>(
    args: &'p PagesArgs,
    prepared: &Prepared<'_>,
) -> Result<Option<(&'p Path, String)>, Failure> {
    let Some(path) = &args.manifest else { return Ok(None) };
    let in_file = |error: &dyn std::fmt::Display| Failure::Other(format!("{}: {error}", path.display()));
    let old = fs::read_to_string(path).map_err(|error| in_file(&error))?;
    let directory = manifest::relative(&absolute(path), &absolute(&args.out));
    let new = manifest::update(&old, prepared.outline(), &directory).map_err(|error| in_file(&error))?;
    Ok((new != old).then_some((path.as_path(), new)))
}

fn absolute(path: &Path) -> std::path::PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn verb(difference: Difference, is_check: bool) -> String {
    match difference {
        difference if is_check => format!("{difference}:"),
        Difference::Superfluous => "removed".to_owned(),
        Difference::Missing | Difference::Stale => "wrote".to_owned(),
    }
}

fn line(verb: String, path: &Path) -> String {
    format!("{verb} {}\n", path.display())
}

fn other(error: io::Error) -> Failure {
    Failure::Other(error.to_string())
}

/// A bar on a terminal, for documents that take a while.
struct Bar {
    bar: ProgressBar,
    begun: std::time::Instant,
}

impl Bar {
    fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        Self { bar, begun: std::time::Instant::now() }
    }

    fn step(&self, done: usize, all: usize) {
        if self.bar.is_hidden() && io::stderr().is_terminal() && self.begun.elapsed() > PATIENCE {
            let style = ProgressStyle::with_template("{bar:40} {pos}/{len} operations");
            self.bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_length(u64::try_from(all).unwrap_or(u64::MAX));
        self.bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
    }

    fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
