//! Decisions take no memory, whatever is asked.

use super::dice::{Dice, seed};
use super::random::{self, Palette, Question};

const SUBJECTS: u64 = 200;
const QUESTIONS: u64 = 50;

#[test]
fn no_decision_allocates() {
    let seed = seed("no_decision_allocates");
    for number in 0..SUBJECTS {
        let mut dice = Dice::new(seed, number);
        let palette = Palette::new(&mut dice);
        let told = palette.subject(&mut dice);
        let (switches, _) = random::switches(&mut dice);
        let subject = random::subject(&told, switches);
        for _ in 0..QUESTIONS {
            let question = Question::new(&palette, &mut dice);
            let allocated = allocation_counter::measure(|| _ = question.decide(&subject));
            assert_eq!(allocated.count_total, 0, "ROSTER_TEST_SEED={seed}, subject {number}: {question:?}");
        }
    }
}

#[test]
fn what_allocates_is_noticed() {
    assert_eq!(allocation_counter::measure(|| drop(std::hint::black_box(vec![1]))).count_total, 1);
}
