//! Text output stays within the width it was given.

use super::{cases, run};
use proptest::prelude::*;
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;
use weald::report::{Hints, Style, to_text};

fn name() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "Müller",
        "van der",
        "Wang",
        "王小明",
        "Frimodt-Moller et al",
        "Ø",
        "naïve\u{301}",
        "한국어",
        "A",
        "2001a",
        "& Sons",
        "🦀",
        "Donaudampfschifffahrtsgesellschaftskapitän",
    ]);
    prop::collection::vec(part, 1..5).prop_map(|parts| parts.join(" "))
}

proptest! {
    #![proptest_config(cases(80))]

    #[test]
    fn no_line_is_wider_than_it_may_be(
        rows in prop::collection::vec((name(), 0_u32..50, 50_u32..900_000, 0_u32..50, 50_u32..900_000), 1..8),
        width in 40_usize..140,
        colour in any::<bool>(),
        unicode in any::<bool>(),
        measure in prop::sample::select(vec!["or", "rr", "rd", "as"]),
        model in prop::sample::select(vec!["reml", "common", "mh", "[dl, reml]", "paper"]),
    ) {
        prop_assume!(!(measure == "as" && model == "mh"));
        let mut csv = String::from("study,events1,n1,events2,n2,place\n");
        for (i, (name, a, n, b, m)) in rows.iter().enumerate() {
            writeln!(csv, "{name} {i},{a},{n},{b},{m},{}", name.split(' ').next().unwrap_or_default()).expect("a line");
        }
        let script = format!(
            "use \"d.csv\"\nrule paper\n  when k < 2 then not_pooled\n  when i2(q) > 50% then reml ci hksj\n  otherwise common\nlet a = pool outcome measure {measure} model {model}\nlet b = a by place\nlet c = a where n1 > 400 and place != \"A\"\nexplain a\nshow c\nmethods of a\ndescribe\nlist studies\nexpect a estimate 0.89 ci [-0.03, 1.81] i2(q) 91% k 11 from \"a long description of where this figure stands in the paper, Figure 3A\" report only\n"
        );
        let run = run(&csv, &script);
        let style = Style { width, colour, unicode };
        for outcome in &run.outcomes {
            let text = to_text(outcome, &Hints::default(), &style);
            for line in text.lines() {
                let bare = without_paint(line);
                prop_assert!(bare.width() <= width, "{} columns in {}:\n{}\n{}", bare.width(), width, bare, text);
            }
        }
    }
}

/// A line without its ANSI colours.
fn without_paint(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find("\u{1b}[") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = rest.find('m').map_or("", |end| &rest[end + 1..]);
    }
    out + rest
}
