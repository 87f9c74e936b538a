//! How far the import is, for whoever looks at a terminal; nothing otherwise.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A line on the terminal, gone when the work is done.
pub struct Progress(ProgressBar);

impl Progress {
    /// Of the first time through the file, whose length nobody knows yet.
    pub fn checking() -> Self {
        Self::new(ProgressBar::new_spinner(), "{spinner} checked {human_pos} lines ({per_sec})")
    }

    /// Of the second time.
    pub fn writing(all: u64) -> Self {
        let bar = ProgressBar::new(all);
        Self::new(bar, "{wide_bar} imported {human_pos} of {human_len} lines, {eta} left")
    }

    /// It draws on standard error, and only when that is a terminal.
    fn new(bar: ProgressBar, template: &str) -> Self {
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }

    /// So many lines are done.
    pub fn at(&self, lines: u64) {
        self.0.set_position(lines);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
