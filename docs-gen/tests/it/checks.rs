//! What holds for the pages of any document: tables are whole, links lead somewhere, text is tidy.

use std::collections::{HashMap, HashSet};

use docs_gen::Page;

use crate::markdown::{Line, anchors, cells, is_wide, lines, links};

/// The first lines of the tables that docs-gen makes, without blanks. Authors' own tables are theirs.
const HEADERS: [&str; 9] = [
    "|Name|In|Type|Required|Description|",
    "|Name|Type|Required|Restrictions|Description|",
    "|Status|Meaning|Description|Schema|",
    "|Status|Header|Type|Format|Description|",
    "|Parameter|Value(s)|",
    "|Property|Value(s)|",
    "|Parameter|Value|",
    "|Property|Value|",
    "|Value(s)|",
];

/// What is wrong with a set of pages, one line each; nothing when all is well.
pub fn check_pages(pages: &[Page]) -> Vec<String> {
    let targets: HashMap<&str, HashSet<String>> =
        pages.iter().map(|page| (page.file.as_str(), anchors(&page.text))).collect();
    let mut found = Vec::new();
    if targets.len() != pages.len() {
        found.push("two pages have one file".to_owned());
    }
    for page in pages {
        let lines = lines(&page.text);
        let complaints = tidiness(page)
            .into_iter()
            .chain(fences(&lines))
            .chain(crooked_tables(&lines))
            .chain(dead_links(&lines, page, &targets));
        found.extend(complaints.map(|complaint| format!("{}: {complaint}", page.file)));
    }
    found
}

fn tidiness(page: &Page) -> Vec<String> {
    let text = &page.text;
    let mut found = Vec::new();
    let mut check = |is_wrong: bool, what: &str| {
        if is_wrong {
            found.push(what.to_owned());
        }
    };
    check(!text.starts_with("# "), "does not begin with its title");
    check(!text.ends_with('\n') || text.ends_with("\n\n"), "does not end with one line end");
    check(text.contains("\n\n\n"), "two empty lines in a row");
    check(text.contains('\t'), "a tab");
    check(text.contains('\r'), "a carriage return");
    check(text.lines().any(|line| line.ends_with(' ')), "a blank at the end of a line");
    found
}

/// Fences that nothing closes: the next one that opens, or the end of the page, is within them.
fn fences(lines: &[Line<'_>]) -> Vec<String> {
    const OPENING: [&str; 4] = ["```json", "```shell", "```yaml", "```console"];
    let opens = |line: &Line<'_>| line.is_code && OPENING.contains(&line.text);
    let mut found = Vec::new();
    for pair in lines.windows(2) {
        if let [before, line] = pair
            && before.is_code
            && opens(line)
        {
            found.push(format!("line {}: a fence within a fence", line.number));
        }
    }
    found.extend(lines.last().filter(|line| line.is_code).map(|_| "a fence that nothing closes".to_owned()));
    found
}

/// The tables that docs-gen makes: the number and the text of each of their lines.
pub fn tables<'p>(lines: &[Line<'p>]) -> Vec<Vec<(usize, &'p str)>> {
    let mut found = Vec::new();
    let mut rest = lines.iter();
    while let Some(line) = rest.next() {
        if !line.is_code && HEADERS.contains(&squeezed(line.text).as_str()) {
            let body = rest.by_ref().take_while(|line| !line.text.is_empty());
            let all = std::iter::once(line).chain(body).map(|line| (line.number, line.text));
            found.push(all.collect());
        }
    }
    found
}

/// Tables have as many cells in each line as in the first, stand in line, and end with an empty line.
fn crooked_tables(lines: &[Line<'_>]) -> Vec<String> {
    let wrong = |table: Vec<(usize, &str)>| {
        let texts: Vec<_> = table.iter().map(|(_, text)| *text).collect();
        wrong_in_table(&texts).map(|what| format!("table in line {}: {what}", table[0].0))
    };
    tables(lines).into_iter().filter_map(wrong).collect()
}

fn wrong_in_table(table: &[&str]) -> Option<String> {
    let [header, rule, rows @ ..] = table else { return Some("a table without its second line".to_owned()) };
    let count = cells(header).len();
    let edges = borders(header);
    if rows.is_empty() {
        let compact = format!("|{}", "---|".repeat(count));
        let is_compact = !header.contains(' ') && *rule == compact;
        return (!is_compact).then(|| format!("a table without rows that is not compact: {header}"));
    }
    for (number, row) in table.iter().enumerate() {
        if !row.starts_with('|') || !row.ends_with('|') || row.ends_with("\\|") {
            return Some(format!("row {number} does not have its ends: {row}"));
        }
        if cells(row).len() != count {
            return Some(format!("row {number} has {} cells and not {count}: {row}", cells(row).len()));
        }
        if borders(row) != edges {
            return Some(format!("row {number} is out of line: {row}"));
        }
    }
    let is_rule = rule.chars().all(|c| c == '|' || c == '-');
    (!is_rule).then(|| format!("the second line is no rule: {rule}"))
}

/// Where the bars between cells stand, in columns.
fn borders(line: &str) -> Vec<usize> {
    let mut at = 0;
    let mut found = Vec::new();
    let mut slash = false;
    for c in line.chars() {
        if c == '|' && !slash {
            found.push(at);
        }
        slash = c == '\\' && !slash;
        at += if is_wide(c) { 2 } else { c.len_utf16() };
    }
    found
}

fn squeezed(line: &str) -> String {
    if line.starts_with('|') { line.split_whitespace().collect() } else { String::new() }
}

/// Links that docs-gen makes and that lead to a page or a place which is not there.
fn dead_links(lines: &[Line<'_>], page: &Page, targets: &HashMap<&str, HashSet<String>>) -> Vec<String> {
    let mut found = Vec::new();
    for (number, text) in texts_with_links(lines, &page.file) {
        for target in links(&text).into_iter().filter(|target| !target.contains("://")) {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() { &page.file } else { file };
            let is_alive =
                targets.get(file).is_some_and(|anchors| anchor.is_empty() || anchors.contains(anchor));
            if !is_alive {
                found.push(format!("line {number}: a link to {target}, which is not there"));
            }
        }
    }
    found
}

/// What docs-gen itself writes with links in it. Descriptions are their authors', links and all.
fn texts_with_links(lines: &[Line<'_>], file: &str) -> Vec<(usize, String)> {
    let whole = ["index.md", "authentication.md"].contains(&file);
    let is_ours = |line: &&Line<'_>| {
        !line.is_code && (whole || line.text.contains("you must be authenticated. [Learn more]("))
    };
    let mut texts: Vec<_> =
        lines.iter().filter(is_ours).map(|line| (line.number, line.text.to_owned())).collect();
    for table in tables(lines) {
        let header = cells(table[0].1);
        let column = header.iter().position(|name| name == "Type" || name == "Schema");
        let cell = |(number, row): &(usize, &str)| Some((*number, cells(row).get(column?)?.clone()));
        texts.extend(table.iter().filter_map(cell));
    }
    texts
}
