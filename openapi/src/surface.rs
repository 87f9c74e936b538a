//! The surface as a table that people review: one line per operation.

use std::fmt::Write;

use serde_json::Value;

use crate::document::PERMISSION;

/// Tag, operation id, method, path and needed permission of every operation, in the order of the document.
pub fn text(document: &Value) -> String {
    let mut rows = vec![["TAG", "OPERATION", "METHOD", "PATH", "PERMISSION"].map(str::to_owned)];
    let paths = document["paths"].as_object().into_iter().flatten();
    for (path, item) in paths {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let of = |key: &str| operation[key].as_str().unwrap_or("-").to_owned();
            let tag = operation["tags"][0].as_str().unwrap_or("-").to_owned();
            rows.push([tag, of("operationId"), method.to_uppercase(), path.clone(), of(PERMISSION)]);
        }
    }
    layout(&rows)
}

fn layout(rows: &[[String; 5]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: Vec<_> = (0..5).map(width).collect();
    let mut out = String::from("# Made from the annotated code by `just gen`; edit the code instead.\n");
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}
