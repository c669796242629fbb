//! The syntax layer: what parses, what it means, what is said about the rest.

use weald::source::Source;
use weald::syntax::{format, parse};

fn source(text: &str) -> Source {
    Source::new("test", text)
}

#[test]
fn every_statement_of_the_design_parses() {
    for text in [include_str!("syntax/language.weald"), include_str!("syntax/contract.weald"), include_str!("syntax/plan.weald")] {
        let parsed = parse(&source(text));
        let said: Vec<_> = parsed
            .problems
            .iter()
            .map(|p| (&p.message, p.span().map(|s| source(text).slice(s).to_owned()), p.span().map(|s| source(text).line_column(s.start))))
            .collect();
        assert!(said.is_empty(), "{said:#?}");
        let once = format(&source(text)).unwrap();
        println!("{once}");
        assert_eq!(format(&source(&once)).unwrap(), once);
    }
}
