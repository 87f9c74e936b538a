//! Operations, parameters, bodies, responses, authentication.

use super::{JSON, answering, between, check, document, operation, taking};

#[test]
fn operations_come_and_go() {
    let get = "get: {responses: {}}";
    check(&[
        (
            document(&format!("/pots: {{{get}}}"), ""),
            document(&format!("/pots: {{{get}, put: {{responses: {{}}}}}}"), ""),
            &["PUT /pots: added"],
            &["!PUT /pots: removed"],
        ),
        (
            document(&format!("'/a/{{id}}': {{{get}}}"), ""),
            document(&format!("'/a/{{pot}}': {{{get}}}"), ""),
            &[],
            &[],
        ),
        (
            document(&format!("'/a/{{b}}/c': {{{get}}}"), ""),
            document(&format!("/a/b/c: {{{get}}}"), ""),
            &["!GET /a/{b}/c: removed", "GET /a/b/c: added"],
            &["!GET /a/b/c: removed", "GET /a/{b}/c: added"],
        ),
        (
            operation("summary: A, description: B, tags: [C], operationId: a, responses: {}"),
            operation(
                "summary: D, description: E, tags: [F], operationId: b, deprecated: true, responses: {}",
            ),
            &["!POST /pots: operationId is b, was a", "POST /pots: deprecated now"],
            &["!POST /pots: operationId is a, was b", "POST /pots: deprecated no more"],
        ),
        (
            operation("responses: {}"),
            operation("operationId: a, responses: {}"),
            &["POST /pots: operationId is a, was none"],
            &["!POST /pots: operationId is none, was a"],
        ),
    ]);
}

fn with_parameters(parameters: &str) -> String {
    operation(&format!("parameters: [{parameters}], responses: {{}}"))
}

#[test]
fn parameters_change() {
    let limit = "{name: limit, in: query, schema: {type: integer}}";
    let must = "{name: limit, in: query, required: true, schema: {type: integer}}";
    let list =
        |more: &str| with_parameters(&format!("{{name: ids, in: query, schema: {{type: array}}{more}}}"));
    check(&[
        (
            with_parameters(""),
            with_parameters(limit),
            &["POST /pots, parameter `limit` (query): added"],
            &["!POST /pots, parameter `limit` (query): removed"],
        ),
        (
            with_parameters(""),
            with_parameters(must),
            &["!POST /pots, parameter `limit` (query): required parameter added"],
            &["!POST /pots, parameter `limit` (query): removed"],
        ),
        (
            with_parameters(limit),
            with_parameters(must),
            &["!POST /pots, parameter `limit` (query): required now"],
            &["POST /pots, parameter `limit` (query): optional now"],
        ),
        (
            with_parameters(limit),
            with_parameters("{name: limit, in: header, schema: {type: integer}}"),
            &["!POST /pots, parameter `limit` (header): is in the header now, was in the query"],
            &["!POST /pots, parameter `limit` (query): is in the query now, was in the header"],
        ),
        (
            with_parameters("{name: X-A, in: header, schema: {type: string, maxLength: 9}}"),
            with_parameters("{name: x-a, in: header, schema: {type: string, maxLength: 8}}"),
            &["!POST /pots, parameter `x-a` (header): maxLength is 8, was 9"],
            &["POST /pots, parameter `X-A` (header): maxLength is 9, was 8"],
        ),
        (
            list(""),
            list(", explode: false"),
            &["!POST /pots, parameter `ids` (query): style is form, was form (exploded)"],
            &["!POST /pots, parameter `ids` (query): style is form (exploded), was form"],
        ),
        (list(""), list(", style: form, explode: true"), &[], &[]),
        (
            with_parameters(limit),
            with_parameters(&limit.replace("schema", "deprecated: true, schema")),
            &["POST /pots, parameter `limit` (query): deprecated now"],
            &["POST /pots, parameter `limit` (query): deprecated no more"],
        ),
        (
            with_parameters("{name: lost, in: path, required: true, schema: {type: string}}"),
            with_parameters("{name: lost, in: path, required: true, schema: {type: number}}"),
            &["!POST /pots, parameter `lost` (path): type is number, was string"],
            &["!POST /pots, parameter `lost` (path): type is string, was number"],
        ),
        (
            with_parameters(limit),
            with_parameters(&limit.replace("schema", "explode: false, schema")),
            &[],
            &[],
        ),
    ]);
}

#[test]
fn parameters_in_the_path_go_by_their_place() {
    let path = |name: &str, kind: &str| {
        let parameter = format!("{{name: {name}, in: path, required: true, schema: {{type: {kind}}}}}");
        document(&format!("'/a/{{{name}}}': {{get: {{parameters: [{parameter}], responses: {{}}}}}}"), "")
    };
    check(&[
        (path("id", "string"), path("pot", "string"), &[], &[]),
        (
            path("id", "string"),
            path("pot", "integer"),
            &["!GET /a/{pot}, parameter `pot` (path): type is integer, was string"],
            &["!GET /a/{id}, parameter `id` (path): type is string, was integer"],
        ),
    ]);
}

fn with_body(body: &str) -> String {
    operation(&format!("requestBody: {body}, responses: {{}}"))
}

#[test]
fn request_bodies_change() {
    let json = "{content: {application/json: {schema: {type: object}}}}";
    let both = "{content: {text/json: {}, application/json: {schema: {type: object}}}}";
    check(&[
        (
            operation("responses: {}"),
            with_body(json),
            &["POST /pots, request body: added"],
            &["!POST /pots, request body: removed"],
        ),
        (
            operation("responses: {}"),
            with_body("{required: true, content: {application/json: {}}}"),
            &["!POST /pots, request body: required body added"],
            &["!POST /pots, request body: removed"],
        ),
        (
            with_body("{content: {application/json: {}}}"),
            with_body("{required: true, content: {application/json: {}}}"),
            &["!POST /pots, request body: required now"],
            &["POST /pots, request body: optional now"],
        ),
        (
            with_body(json),
            with_body(both),
            &["POST /pots, request body: media type `text/json` added"],
            &["!POST /pots, request body: media type `text/json` removed"],
        ),
        (
            with_body(json),
            with_body(
                &json
                    .replace("json:", "json;charset=utf-8:")
                    .replace("application", "'Application")
                    .replace("utf-8", "utf-8'"),
            ),
            &[],
            &[],
        ),
    ]);
}

#[test]
fn read_only_properties_do_not_count_in_requests() {
    let body = "{required: [id], properties: {id: {type: string, readOnly: true}}}";
    check(&[
        (taking("{type: object}"), taking(body), &[], &[]),
        (
            answering("{type: object}"),
            answering(body),
            &["POST /pots, response 200, `id`: required property added"],
            &["!POST /pots, response 200, `id`: property removed"],
        ),
    ]);
}

fn with_responses(responses: &str) -> String {
    operation(&format!("responses: {{{responses}}}"))
}

#[test]
fn responses_change() {
    let ok = "'200': {description: OK}";
    let header = |name: &str, kind: &str| {
        with_responses(&format!(
            "'200': {{description: OK, headers: {{{name}: {{schema: {{type: {kind}}}}}}}}}"
        ))
    };
    check(&[
        (
            with_responses(ok),
            with_responses(&format!("{ok}, '201': {{description: Made}}")),
            &["POST /pots, response 201: added"],
            &["!POST /pots, response 201: removed"],
        ),
        (
            with_responses(ok),
            with_responses(&format!("{ok}, '404': {{description: Gone}}, default: {{description: Else}}")),
            &["POST /pots, response 404: added", "POST /pots, response default: added"],
            &["POST /pots, response 404: removed", "POST /pots, response default: removed"],
        ),
        (
            with_responses(ok),
            with_responses(&format!("{ok}, '307': {{description: Elsewhere}}")),
            &["POST /pots, response 307: added"],
            &["!POST /pots, response 307: removed"],
        ),
        (
            with_responses("'200': {description: OK, content: {application/json: {}}}"),
            with_responses("'200': {description: Fine, content: {application/json: {}, text/csv: {}}}"),
            &["POST /pots, response 200: media type `text/csv` added"],
            &["!POST /pots, response 200: media type `text/csv` removed"],
        ),
        (
            with_responses(ok),
            header("X-Count", "integer"),
            &["POST /pots, response 200, header `X-Count`: added"],
            &["!POST /pots, response 200, header `X-Count`: removed"],
        ),
        (
            header("X-Count", "integer"),
            header("x-count", "string"),
            &["!POST /pots, response 200, header `X-Count`: type is string, was integer"],
            &["!POST /pots, response 200, header `x-count`: type is integer, was string"],
        ),
    ]);
}

#[test]
fn authentication_changes() {
    let with = |security: &str| operation(&format!("security: {security}, responses: {{}}"));
    check(&[
        (
            operation("responses: {}"),
            with("[{key: []}]"),
            &["!POST /pots: needs authentication now: `key`"],
            &["POST /pots: needs no authentication any more"],
        ),
        (
            with("[{}, {key: []}]"),
            with("[{key: []}]"),
            &["!POST /pots: needs authentication now: `key`"],
            &["POST /pots: needs no authentication any more"],
        ),
        (
            with("[{key: []}]"),
            with("[{login: []}]"),
            &["!POST /pots: authentication is `login`, was `key`"],
            &["!POST /pots: authentication is `key`, was `login`"],
        ),
        (
            with("[{key: []}]"),
            with("[{key: []}, {login: []}]"),
            &["POST /pots: authentication is `key` or `login`, was `key`"],
            &["!POST /pots: authentication is `key`, was `key` or `login`"],
        ),
        (
            with("[{key: [], login: []}]"),
            with("[{key: []}]"),
            &["POST /pots: authentication is `key`, was `key` with `login`"],
            &["!POST /pots: authentication is `key` with `login`, was `key`"],
        ),
        (
            with("[{login: [read]}]"),
            with("[{login: [read, write]}]"),
            &["!POST /pots: authentication is `login` (read, write), was `login` (read)"],
            &["POST /pots: authentication is `login` (read), was `login` (read, write)"],
        ),
        (with("[{key: []}]"), with("[{same: []}]"), &[], &[]),
        (
            with("[{key: []}]"),
            with("[{key: []}]").replace("X-Key", "X-Other"),
            &["!POST /pots: authentication by `key` works differently"],
            &["!POST /pots: authentication by `key` works differently"],
        ),
    ]);
}

#[test]
fn the_same_change_in_many_operations_is_one_line() {
    let with = |count: usize, kind: &str| {
        let path = |n| {
            format!(
                "/p{n}: {{get: {{parameters: [{{name: q, in: query, schema: {{type: {kind}}}}}], responses: {{}}}}}}"
            )
        };
        document(&(0..count).map(path).collect::<Vec<_>>().join(", "), "")
    };
    let found = between(&with(4, "string"), &with(4, "number"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].place, "GET /p0 and 3 other operations, parameter `q` (query)");
    assert_eq!(found[0].operations, ["GET /p0", "GET /p1", "GET /p2", "GET /p3"]);
    assert_eq!(between(&with(3, "string"), &with(3, "number")).len(), 3);
}

#[test]
fn webhooks_travel_the_other_way() {
    let with = |schema: &str| {
        let body = format!("requestBody: {{content: {{{JSON}: {{schema: {schema}}}}}}}");
        format!(
            "openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\nwebhooks: {{brewed: {{post: {{{body}, responses: {{}}}}}}}}\n"
        )
    };
    check(&[
        (
            with("{type: object}"),
            with("{required: [a], properties: {a: {}}}"),
            &["POST webhook brewed, request body, `a`: required property added"],
            &["!POST webhook brewed, request body, `a`: property removed"],
        ),
        (
            with("{}"),
            "openapi: 3.1.0\ninfo: {title: T, version: '1'}\nwebhooks: {}\n".to_owned(),
            &["!POST webhook brewed: removed"],
            &["POST webhook brewed: added"],
        ),
    ]);
}
