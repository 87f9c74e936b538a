//! As much of GitHub's markdown as is needed to look at pages: fences, cells, links, anchors.

use std::collections::{HashMap, HashSet};

/// A line of a page.
#[derive(Debug)]
pub struct Line<'p> {
    /// From 1.
    pub number: usize,
    pub text: &'p str,
    /// Whether it is in a fence, or opens one.
    pub is_code: bool,
}

/// The lines of a page, with those of fenced blocks marked.
pub fn lines(page: &str) -> Vec<Line<'_>> {
    let mut open: Option<&str> = None;
    let mut lines = Vec::new();
    for (text, number) in page.lines().zip(1..) {
        let mark = fence(text);
        let is_code = match (open, mark) {
            (None, Some((ticks, info))) if !(ticks.starts_with('`') && info.contains('`')) => {
                open = Some(ticks);
                true
            }
            (Some(opened), Some((ticks, info))) if ticks.starts_with(opened) && info.trim().is_empty() => {
                open = None;
                false
            }
            (opened, _) => opened.is_some(),
        };
        lines.push(Line { number, text, is_code });
    }
    lines
}

/// The marks of a fence at the beginning of a line, and what follows them.
fn fence(line: &str) -> Option<(&str, &str)> {
    let text = line.trim_start_matches(' ');
    let mark = text.chars().next().filter(|mark| ['`', '~'].contains(mark))?;
    let rest = text.trim_start_matches(mark);
    let ticks = &text[..text.len() - rest.len()];
    (line.len() - text.len() < 4 && ticks.len() > 2).then_some((ticks, rest))
}

/// The cells of a row. A bar behind a backslash divides none, in code spans neither.
pub fn cells(row: &str) -> Vec<String> {
    let inner = row.strip_prefix('|').unwrap_or(row);
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    let mut cells = vec![String::new()];
    let mut slash = false;
    for c in inner.chars() {
        match (c, cells.last_mut()) {
            ('|', _) if !slash => cells.push(String::new()),
            (_, Some(cell)) => cell.push(c),
            _ => {}
        }
        slash = c == '\\' && !slash;
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

/// Whether a character takes two columns: those of Chinese, Japanese and Korean.
pub fn is_wide(c: char) -> bool {
    matches!(u32::from(c),
        0x1100..=0x115F | 0x2E80..=0x303E | 0x3041..=0xA4CF | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6)
}

/// Where the links of a line lead, those in code spans left out.
pub fn links(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find(['`', ']']) {
        let tail = &rest[at..];
        if tail.starts_with('`') {
            let inside = tail.trim_start_matches('`');
            let ticks = &tail[..tail.len() - inside.len()];
            // Without its end a run of backticks is just text.
            rest = inside.find(ticks).map_or(inside, |end| &inside[end + ticks.len()..]);
            continue;
        }
        rest = &tail[1..];
        if let Some(target) = rest.strip_prefix('(') {
            found.extend(target.split([')', ' ']).next().filter(|target| !target.is_empty()));
        }
    }
    found
}

/// The places of a page that a link may lead to: as GitHub names them, and the ids in its HTML.
pub fn anchors(page: &str) -> HashSet<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut anchors = HashSet::new();
    for line in lines(page).iter().filter(|line| !line.is_code) {
        let marks = line.text.chars().take_while(|c| *c == '#').count();
        if let Some(title) = line.text[marks..].strip_prefix(' ').filter(|_| (1..=6).contains(&marks)) {
            let slug = slug(title);
            let earlier = seen.entry(slug.clone()).and_modify(|count| *count += 1).or_default();
            anchors.insert(if *earlier == 0 { slug } else { format!("{slug}-{earlier}") });
        }
        let ids = line.text.split("id=\"").skip(1).filter_map(|rest| rest.split('"').next());
        anchors.extend(ids.map(str::to_owned));
    }
    anchors
}

/// A heading as GitHub's anchors have it.
fn slug(title: &str) -> String {
    let kept = title.chars().filter(|c| c.is_alphanumeric() || ['-', '_', ' '].contains(c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}
