//! One operation: its blocks in the order of the page.

use crate::markdown::{code, heading, join};
use crate::model::Operation;
use crate::{curl, parameters, responses};

/// A description that begins so is meant for other tools.
const NOTICE: &str = "Swagger notice:";

const CLOSING: &str =
    "To perform this operation, you must be authenticated. [Learn more](authentication.md).";

/// The section of an operation; `base` is the address of the server.
pub(crate) fn section(operation: &Operation<'_>, base: &str) -> String {
    let mut blocks = vec![
        heading(2, &operation.title),
        "### Code samples".to_owned(),
        curl::block(operation, base),
        code(&operation.request()),
    ];
    blocks.extend(description(operation));
    blocks.extend(parameters::body_block(operation));
    blocks.extend(parameters::block(operation));
    blocks.extend(responses::examples(operation));
    blocks.push(responses::statuses(operation));
    blocks.extend(responses::schemas(operation));
    blocks.extend(responses::headers(operation));
    blocks.extend(operation.is_secured.then(|| CLOSING.to_owned()));
    join(&blocks)
}

fn description(operation: &Operation<'_>) -> Option<String> {
    let text = operation.description?.trim();
    (!text.is_empty() && !text.starts_with(NOTICE)).then(|| text.to_owned())
}
