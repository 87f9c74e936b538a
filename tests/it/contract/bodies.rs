//! Bodies of every shape, for every operation that reads one.

use roster_openapi::payload::BODY_LIMIT;

use super::envelope::assert_envelope;
use super::raw;
use super::walk::{Operation, operations};
use super::world::{World, able, call, call_with};
use crate::support::{Reply, SCIM_SECRET};

const NOT_JSON: &str = "Request body must be valid JSON.";

fn with_bodies() -> Vec<Operation> {
    operations().into_iter().filter(Operation::has_body).collect()
}

/// The technical detail, which SCIM's failures tell after their message.
fn detail(operation: &Operation, reply: &Reply) -> String {
    let (detail, message) = (reply.detail(), reply.message());
    let rest = detail.strip_prefix(&message).filter(|_| operation.is_scim());
    rest.map_or(detail.clone(), |rest| rest.trim_start().to_owned())
}

/// What each operation answers to these bytes.
async fn answers(world: &World, body: &[u8]) -> Vec<(Operation, Reply)> {
    let mut answers = Vec::new();
    for operation in with_bodies() {
        let path = world.path(&operation);
        let reply = call_with(&world.owner, &operation, &path, body.to_vec()).await;
        answers.push((operation, reply));
    }
    answers
}

#[tokio::test]
async fn an_empty_body_is_refused() {
    let world = World::new().await;
    for (operation, reply) in answers(&world, b"").await {
        assert_envelope(&reply, 400);
        assert_eq!(reply.message(), NOT_JSON, "{operation:?}");
        assert_eq!(detail(&operation, &reply), "EOF", "{operation:?}");
    }
    for operation in with_bodies() {
        let reply = call(&world.owner, &operation, &world.path(&operation)).await;
        assert_eq!((reply.status, detail(&operation, &reply).as_str()), (400, "EOF"), "{operation:?}");
    }
}

#[tokio::test]
async fn what_is_no_json_is_refused() {
    let world = World::new().await;
    let bodies: [&[u8]; 9] =
        [b"{", b"}", b"nope", b"{\"a\"}", b"{'a':1}", b"\x00", b"{\"a\":1,}", b"\xef\xbb\xbf{}", b"<html>"];
    for body in bodies {
        for (operation, reply) in answers(&world, body).await {
            assert_envelope(&reply, 400);
            assert_eq!(reply.message(), NOT_JSON, "{operation:?} with {body:?}");
            assert!(!reply.detail().is_empty(), "{operation:?} with {body:?}");
        }
    }
}

#[tokio::test]
async fn json_that_is_no_object_is_refused() {
    let world = World::new().await;
    for body in ["[]", "[{}]", "3", "\"text\"", "true", "-1e400"] {
        for (operation, reply) in answers(&world, body.as_bytes()).await {
            assert_envelope(&reply, 400);
            assert_eq!(reply.message(), NOT_JSON, "{operation:?} with {body}");
        }
    }
}

/// What is the same for two requests that say the same: what was made is another thing each time.
fn outcome(reply: &Reply) -> (u16, &str) {
    (reply.status, if reply.status == 201 { "" } else { &reply.text })
}

#[tokio::test]
async fn a_body_of_null_is_an_empty_object() {
    let world = World::new().await;
    let empty = answers(&world, b"{}").await;
    for ((operation, null), (_, empty)) in answers(&world, b" null ").await.into_iter().zip(empty) {
        assert_eq!(outcome(&null), outcome(&empty), "{operation:?}");
    }
}

#[tokio::test]
async fn text_that_is_no_utf_8_is_refused() {
    let world = World::new().await;
    for body in [&b"{\"email\":\"\xff\xfe\"}"[..], b"{\"email\":\"\xed\xa0\x80\"}", b"\xff", b"{\"\xc3\":1}"]
    {
        for (operation, reply) in answers(&world, body).await {
            assert_envelope(&reply, 400);
            assert_eq!(reply.message(), NOT_JSON, "{operation:?} with {body:?}");
        }
    }
    for (_, reply) in answers(&world, b"{\"email\":\"\\ud800\"}").await {
        assert_envelope(&reply, 400);
    }
}

#[tokio::test]
async fn deeply_nested_json_is_refused_and_the_server_lives() {
    let world = World::new().await;
    let nested = |open: &str, close: &str| format!("{}{}", open.repeat(10_000), close.repeat(10_000));
    let known = format!("{{\"roles\":{}}}", nested("[", "]"));
    for body in [nested("[", "]"), nested("{\"a\":", "}"), "[".repeat(10_000), known] {
        for (_, reply) in answers(&world, body.as_bytes()).await {
            assert_envelope(&reply, 400);
        }
    }
    world.owner.get("/users/me").await.expect(200);
}

#[tokio::test]
async fn the_content_type_of_a_request_is_not_looked_at() {
    let world = World::new().await;
    for operation in with_bodies() {
        let path = world.path(&operation);
        let usual = call_with(&world.owner, &operation, &path, "{}").await;
        for content_type in ["text/plain", "application/x-www-form-urlencoded", "nonsense", ""] {
            let request = able(&world.owner, &operation).request(operation.method.clone(), &path);
            let request = request.header("content-type", content_type).body("{}");
            let reply = world.owner.finish(request).await;
            assert_eq!(outcome(&reply), outcome(&usual), "{operation:?}: {content_type:?}");
        }
    }
}

/// An empty object with white space around it.
fn object_of(length: usize) -> Vec<u8> {
    let mut body = vec![b' '; length];
    body[..2].copy_from_slice(b"{}");
    body
}

#[tokio::test]
async fn a_body_of_five_mebibytes_is_too_large() {
    let world = World::new().await;
    for (operation, reply) in answers(&world, &object_of(5 * 1024 * 1024)).await {
        assert_envelope(&reply, 413);
        assert_eq!(detail(&operation, &reply), "The limit is 4194304 bytes.", "{operation:?}");
    }
}

#[tokio::test]
async fn the_largest_body_is_four_mebibytes() {
    let world = World::new().await;
    assert_eq!(BODY_LIMIT, 4 * 1024 * 1024);
    for (operation, reply) in answers(&world, &object_of(BODY_LIMIT)).await {
        assert_ne!(reply.status, 413, "{operation:?}");
    }
    for (_, reply) in answers(&world, &object_of(BODY_LIMIT + 1)).await {
        assert_envelope(&reply, 413);
    }
}

/// A request for an operation, from its method to the end of its head.
fn head(world: &World, operation: &Operation, more: &str) -> String {
    let (method, path) = (&operation.method, world.path(operation));
    let key = match operation.is_scim() {
        true => format!("Authorization: {SCIM_SECRET}"),
        false => format!("Coder-Session-Token: {}", world.owner.token),
    };
    format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{key}\r\n{more}\r\n")
}

#[tokio::test]
async fn a_body_without_a_length_is_limited_too() {
    let world = World::new().await;
    let chunk = [b"10000\r\n".to_vec(), vec![b' '; 0x1_0000], b"\r\n".to_vec()].concat();
    for operation in with_bodies() {
        let head = head(&world, &operation, "Transfer-Encoding: chunked\r\n");
        let body = [chunk.repeat(80), b"0\r\n\r\n".to_vec()].concat();
        raw::send(&world.app, [head.into_bytes(), body].concat()).await.expect_envelope(413);
    }
}

#[tokio::test]
async fn a_body_that_ends_early_harms_nobody() {
    let world = World::new().await;
    for operation in with_bodies() {
        let cut = head(&world, &operation, "Transfer-Encoding: chunked\r\n") + "5\r\n{\"a\r\nnonsense";
        let reply = raw::send(&world.app, cut).await;
        assert!([0, 400].contains(&reply.status), "{operation:?}: {reply:?}");
    }
    world.owner.get("/users/me").await.expect(200);
}
