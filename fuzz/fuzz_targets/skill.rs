#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| roster_fuzz::promises::skill(text));
