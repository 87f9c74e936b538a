//! Documents broken at random, in their bytes and in their tree: pages or errors, soon, and no panic.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::checks::check_pages;
use crate::support::read;

/// How many documents are broken.
const ROUNDS: usize = 10_000;

/// How long one may take, without optimizations and beside other tests.
const LIMIT: Duration = Duration::from_secs(2);

/// The address space that all rounds together may take, in KiB.
const MEMORY: usize = 1_500_000;

const SEED: u64 = 0x5EED;

/// Small ones in which much is used; those of other projects only where they are installed.
const DOCUMENTS: [&str; 7] = [
    "@readme/oas-examples/3.1/json/train-travel.json",
    "@readme/oas-examples/3.0/json/complex-nesting.json",
    "@readme/oas-examples/3.0/json/discriminators.json",
    "@readme/oas-examples/2.0/json/petstore.json",
    "@readme/oas-examples/2.0/yaml/petstore.yaml",
    "@readme/oas-examples/3.1/yaml/schema-types.yaml",
    "@microsoft.azure/autorest.testserver/swagger/body-complex.json",
];

/// A small generator of numbers: the same ones in every run.
struct Dice(u64);

impl Dice {
    /// Seeds that are close to each other give numbers that are not.
    fn seeded(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides.max(1)).unwrap()).unwrap()
    }

    fn value(&mut self) -> Value {
        let values = [
            json!(null),
            json!(true),
            json!(-1),
            json!(1e300),
            json!(u64::MAX),
            json!(""),
            json!("»|`\n\t\\"),
            json!("string"),
            json!("array"),
            json!([]),
            json!(["object", "null", 3]),
            json!({}),
            json!({"$ref": "#/components/schemas/codersdk.User"}),
            json!({"$ref": "#/components/schemas/codersdk.Gone"}),
            json!({"$ref": "#"}),
            json!({"allOf": [{"$ref": "#/components/schemas/codersdk.Role"}, 1]}),
            json!({"type": "array", "items": {"type": "array", "items": {}}, "minItems": 9_999_999}),
        ];
        values[self.roll(values.len())].clone()
    }
}

/// Changes one node somewhere in the tree.
fn mutate(node: &mut Value, dice: &mut Dice) {
    let children = match node {
        Value::Object(members) => members.len(),
        Value::Array(items) => items.len(),
        _ => 0,
    };
    if children == 0 || dice.roll(12) == 0 {
        *node = dice.value();
        return;
    }
    let chosen = dice.roll(children);
    match node {
        Value::Object(members) => {
            let key = members.keys().nth(chosen).unwrap().clone();
            match dice.roll(20) {
                0 => drop(members.remove(&key)),
                1 => {
                    drop(members.insert(
                        ["type", "enum", "format", "$ref", "allOf"][dice.roll(5)].into(),
                        dice.value(),
                    ))
                }
                _ => mutate(&mut members[&key], dice),
            }
        }
        Value::Array(items) => mutate(&mut items[chosen], dice),
        _ => {}
    }
}

/// Changes the text: parts go, come twice, are cut off, or give way to what has a meaning elsewhere.
fn mutate_bytes(text: &[u8], dice: &mut Dice) -> String {
    const TOKENS: [&str; 16] = [
        "{", "}", "[", "]", ":", ",", "\"", "\\u", "\n", "- ", "&a ", "*a", "<<: ", "$ref", "\u{feff}",
        "1e999",
    ];
    let mut bytes = text.to_vec();
    for _ in 0..=dice.roll(4) {
        let from = dice.roll(bytes.len());
        let to = (from + dice.roll(60)).min(bytes.len());
        match dice.roll(6) {
            0 => bytes.truncate(from),
            1 => drop(bytes.drain(from..to)),
            2 => {
                let part = bytes[from..to].to_vec();
                bytes.splice(from..from, part);
            }
            3 => bytes[from..to].reverse(),
            4 if from < bytes.len() => bytes[from] ^= 1 << dice.roll(8),
            _ => drop(bytes.splice(from..from, TOKENS[dice.roll(TOKENS.len())].bytes())),
        }
        if bytes.is_empty() {
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn mutate_tree(tree: &Value, dice: &mut Dice) -> String {
    let mut broken = tree.clone();
    for _ in 0..=dice.roll(4) {
        mutate(&mut broken, dice);
    }
    broken.to_string()
}

struct Original {
    name: String,
    text: String,
    /// Of JSON.
    tree: Option<Value>,
}

fn originals() -> Vec<Original> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let installed = root.join("../tests/documents/node_modules");
    let own =
        ["reference.json", "shapes.yaml", "swagger2.yaml"].map(|name| root.join("tests/fixtures").join(name));
    let others = DOCUMENTS.map(|name| installed.join(name));
    let all = own.into_iter().chain(others.into_iter().filter(|path| path.is_file()));
    let open = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        let tree = serde_json::from_str(&text).ok();
        Original { name: path.file_name().unwrap().to_string_lossy().into_owned(), text, tree }
    };
    all.map(open).collect()
}

/// What is wrong with one round, and whether there were pages.
fn round(original: &Original, seed: u64) -> Result<bool, String> {
    let mut dice = Dice::seeded(seed);
    let text = match &original.tree {
        Some(tree) if dice.roll(2) == 0 => mutate_tree(tree, &mut dice),
        _ => mutate_bytes(original.text.as_bytes(), &mut dice),
    };
    let render = || {
        let begun = Instant::now();
        let made = catch_unwind(AssertUnwindSafe(|| read(&original.name, &text)));
        made.map(|made| (made, begun.elapsed())).map_err(|_| "a panic".to_owned())
    };
    let (made, took) = render()?;
    // A machine that is busy elsewhere is slow once; a document that is too much is slow each time.
    if took > LIMIT && (0..2).all(|_| render().is_ok_and(|(_, took)| took > LIMIT)) {
        return Err(format!("{took:?}"));
    }
    if let Ok(reference) = &made {
        let found = check_pages(&reference.pages);
        found.first().map_or(Ok(()), |first| Err(first.clone()))?;
    }
    Ok(made.is_ok())
}

/// Says to the process that it is the one with the limit.
const INSIDE: &str = "DOCS_GEN_TEST_INSIDE";

/// Runs itself once more in a process that has only so much memory.
#[test]
fn broken_documents_never_panic() {
    #[expect(clippy::disallowed_methods, reason = "how the test tells itself apart from its other process")]
    let inside = std::env::var_os(INSIDE).is_some();
    if inside {
        return rounds();
    }
    println!("seed {SEED:#x}");
    let name = "mutations::broken_documents_never_panic";
    let limited = format!("ulimit -v {MEMORY} && exec \"$0\" --exact {name}");
    let itself = std::env::current_exe().unwrap();
    let output = Command::new("sh").arg("-c").arg(limited).arg(itself).env(INSIDE, "1").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("1 passed"), "{text}");
}

fn rounds() {
    let originals = originals();
    let (next, rendered) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        let mut found = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= ROUNDS {
                return found;
            }
            let original = &originals[number % originals.len()];
            let seed = SEED + u64::try_from(number).unwrap();
            match round(original, seed) {
                Ok(has_pages) => drop(rendered.fetch_add(usize::from(has_pages), Ordering::Relaxed)),
                Err(what) => found.push(format!("{} with seed {seed:#x}: {what}", original.name)),
            }
        }
    };
    let found: Vec<String> = thread::scope(|scope| {
        let workers = [scope.spawn(work), scope.spawn(work)];
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(found.is_empty(), "seed {SEED:#x}, {} of {ROUNDS}:\n{}", found.len(), found.join("\n"));
    let rendered = rendered.into_inner();
    assert!(rendered > ROUNDS / 10, "most documents were refused at once: {rendered} of {ROUNDS} had pages");
}
