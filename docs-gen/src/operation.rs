//! One operation: its blocks in the order of the page.

use crate::layout::Layout;
use crate::markdown::{Text, code, heading, squeezed};
use crate::model::Operation;
use crate::{curl, parameters, responses};

/// A description that begins so is meant for other tools.
const NOTICE: &str = "Swagger notice:";

const CLOSING: &str =
    "To perform this operation, you must be authenticated. [Learn more](authentication.md).";

/// Writes the section of an operation.
pub(crate) fn section(page: &mut Text, layout: &Layout, operation: &Operation<'_>) {
    page.push(&heading(2, &operation.title));
    // Nobody but the server sends a webhook.
    if !operation.is_webhook {
        page.push("### Code samples");
        page.push(&curl::block(layout, operation));
    }
    page.push(&code(&squeezed(&operation.request(&layout.path(operation.path)))));
    description(page, operation);
    parameters::body_block(page, operation);
    parameters::block(page, layout, operation);
    responses::examples(page, operation);
    responses::statuses(page, layout, operation);
    responses::schemas(page, layout, operation);
    responses::headers(page, operation);
    if operation.is_secured {
        page.push(CLOSING);
    }
}

fn description(page: &mut Text, operation: &Operation<'_>) {
    let text = operation.description.unwrap_or("").trim();
    if !text.starts_with(NOTICE) {
        page.free(text);
    }
}
