#![no_main]

use docs_gen::{Options, Spec, render};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut options = Options::default();
    // The other layout, for every second document.
    if text.len() % 2 == 1 {
        options.format = docs_gen::Format::Y2025;
    }
    match render(Spec::Text { name: "fuzz", text }, &options) {
        Ok(reference) => {
            for page in reference.pages {
                assert!(page.text.ends_with('\n') && !page.text.ends_with("\n\n"), "{}", page.file);
                assert!(page.text.lines().all(|line| line.trim_end() == line), "{}", page.file);
            }
        }
        Err(errors) => assert!(!errors.to_string().is_empty()),
    }
});
