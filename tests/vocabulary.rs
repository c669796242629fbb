//! The table of words: complete, unambiguous, true, and the same as `docs/reference.md`.

use std::collections::BTreeSet;
use std::path::Path;
use weald::language::vocabulary::{
    self as words, CLAUSES, COMMANDS, Choice, ChoiceValue, FIELDS, FUNCTIONS, RESERVED, TAU2_SHARING, TRIGGERS, Takes, VERBS,
};
use weald::stats::effect::{Measure, SmdVariance, ZeroPolicy};
use weald::stats::pool::{CiMethod, PiMethod, Tau2Estimator};
use weald::store::Memory;
use weald::{Outcome, Session, Source};

const BCG: &[u8] = include_bytes!("reference/bcg.csv");

const DECISIONS: &[u8] = include_bytes!("rules/imr_decisions.csv");

/// What the statements that follow a plan speak of.
const BCG_PLAN: &str =
    "outcome outcome primary lower better measure rr\nplan P1 primary: pool outcome\nplan S1 sensitivity of P1: P1 model dl\n";
/// A rule for `apply`.
const RULE: &str = "rule small_study\n  when k >= 10 then egger, begg\n  otherwise none saying \"k < 10\"\n";

/// A session in which `vaccine` is pooled.
fn session() -> Session {
    let files = Memory::new()
        .with("bcg.csv", BCG)
        .with("definitions.weald", "set ci wald\n")
        .with("decisions.csv", DECISIONS)
        .with("bcg.plan.weald", BCG_PLAN);
    let mut session = Session::with_files(files);
    session.allow_editing(Default::default);
    let run = session.run(&Source::new(
        "before",
        format!("{RULE}follow \"bcg.plan.weald\"\noutcome mortality primary lower better measure rr\nuse \"bcg.csv\"\nlet vaccine = pool outcome measure rr"),
    ));
    assert!(run.ok(), "{:?}", run.problems);
    session
}

/// A session in which something is planned.
fn planning() -> Session {
    let mut session = Session::default();
    let run = session.run(&Source::new("plan", "outcome mortality primary lower better measure rr\nplan P1 primary: pool mortality\n"));
    assert!(run.ok(), "{:?}", run.problems);
    session
}

/// Every list of words to choose from, with its clause.
fn lists() -> Vec<(&'static str, &'static [Choice])> {
    let of_clauses = CLAUSES.iter().filter_map(|c| if let Takes::Choice(list) = c.takes { Some((c.name, list)) } else { None });
    of_clauses.chain([("tau2", TAU2_SHARING)]).collect()
}

fn unique<'a>(what: &str, names: impl IntoIterator<Item = &'a str>) {
    let mut seen = BTreeSet::new();
    for name in names {
        assert!(seen.insert(name.to_lowercase()), "{what}: `{name}` stands twice");
    }
}

#[test]
fn names_are_unique() {
    unique("statements", VERBS.iter().map(|v| v.name).chain(COMMANDS.iter().map(|c| c.0)));
    unique("clauses", CLAUSES.iter().map(|c| c.name));
    unique("functions", FUNCTIONS.iter().map(|f| f.name));
    unique("fields", FIELDS.iter().map(|f| f.name));
    unique("reserved words", RESERVED.iter().map(|r| r.0));
    for (clause, list) in lists() {
        unique(clause, list.iter().flat_map(|c| std::iter::once(c.name).chain(c.aliases.iter().copied())));
    }
}

#[test]
fn ids_are_unique() {
    for (i, clause) in CLAUSES.iter().enumerate() {
        assert!(CLAUSES[..i].iter().all(|c| c.id != clause.id), "{}", clause.name);
    }
    for (i, verb) in VERBS.iter().enumerate() {
        assert!(VERBS[..i].iter().all(|v| v.id != verb.id), "{}", verb.name);
    }
}

#[test]
fn summaries_are_one_sentence_without_final_stop() {
    let verbs = VERBS.iter().map(|v| (v.name, v.summary));
    let clauses = CLAUSES.iter().map(|c| (c.name, c.summary));
    let functions = FUNCTIONS.iter().map(|f| (f.name, f.summary));
    let fields = FIELDS.iter().map(|f| (f.name, f.summary));
    let choices = lists().into_iter().flat_map(|(_, list)| list.iter().map(|c| (c.name, c.summary)));
    for (name, summary) in verbs.chain(clauses).chain(functions).chain(fields).chain(choices) {
        let first = summary.chars().next().unwrap_or('.');
        assert!(!first.is_lowercase() || ["hksj ", "tau2 "].iter().any(|s| summary.starts_with(s)), "{name}: {summary}");
        assert!(!summary.ends_with(['.', '!', '?']), "{name}: {summary}");
        assert!(!summary.contains(". "), "{name}: {summary}");
        assert!(summary.len() <= 120, "{name}: {summary}");
    }
}

#[test]
fn usages_begin_with_their_word() {
    for (name, usage) in VERBS.iter().map(|v| (v.name, v.usage)).chain(CLAUSES.iter().map(|c| (c.name, c.usage))) {
        assert!(usage.split_whitespace().next() == Some(name), "{name}: {usage}");
    }
    for function in FUNCTIONS {
        assert!(function.usage.starts_with(&format!("{}(", function.name)), "{}", function.name);
    }
}

#[test]
fn the_example_of_every_statement_runs() {
    for verb in VERBS {
        // These belong into the text of a plan, the others into a script that follows one.
        let mut session = if ["plan", "dry", "amend", "seal"].contains(&verb.name) { planning() } else { session() };
        let run = session.run(&Source::new("example", verb.example));
        assert!(run.ok(), "{}: {:?}", verb.name, run.problems);
        assert_eq!(run.status(), 0, "{}", verb.name);
        let first = verb.example.split_whitespace().next();
        assert_eq!(first, Some(verb.name), "the example shows another statement");
    }
}

#[test]
fn the_example_of_every_function_is_true() {
    for function in FUNCTIONS {
        assert!(function.example.contains(&format!("{}(", function.name)), "{}", function.name);
        let run = session().run(&Source::new("example", format!("print {}", function.example)));
        let Some(Outcome::Text(text)) = run.outcomes.first() else { panic!("{}: {:?}", function.name, run.problems) };
        assert_eq!(text.text, "true", "{}", function.example);
    }
}

#[test]
fn functions_take_as_many_arguments_as_they_say() {
    for function in FUNCTIONS {
        let (least, most) = function.arity;
        assert!(least <= most);
        let call = format!("{}({})", function.name, vec!["0.5"; most.min(1000) + 1].join(", "));
        let run = session().run(&Source::new("example", format!("print {call}")));
        assert!(run.problems.iter().any(|p| p.problem.code == "E203"), "{call}: {:?}", run.problems);
    }
}

#[test]
fn every_field_can_be_read() {
    for field in FIELDS {
        let run = session().run(&Source::new("field", format!("print vaccine.{}", field.name)));
        assert!(run.ok(), "{}: {:?}", field.name, run.problems);
    }
}

#[test]
fn what_rules_read_stands_in_their_conditions() {
    for trigger in TRIGGERS {
        let percent = trigger.name.starts_with("i2") || trigger.name.starts_with("share");
        // The data have neither risk of bias nor arms.
        let name = trigger.name.replace("rob == \"high\"", "alloc == \"random\"").replace("control == \"active\"", "year > 1960");
        let bound = if percent { "50%" } else { "1" };
        let rule = format!("rule r1\n  when {name} >= {bound} then ci wald\n  when undefined then not_pooled\n  otherwise ci hksj");
        let run = session().run(&Source::new("rule", format!("{rule}\nvaccine model r1")));
        assert!(run.ok(), "{}: {:?}", trigger.name, run.problems);
        let Some(Outcome::Pool(pool)) = run.outcomes.first() else { panic!("{}", trigger.name) };
        let taken = pool.rule.as_ref().expect("a rule was asked");
        assert_eq!(taken.values.len(), 1, "{}: {:?}", trigger.name, taken.values);
    }
}

#[test]
fn fields_that_can_be_expected_are_compared() {
    let mut session = session();
    for field in FIELDS.iter().filter(|f| f.expectable) {
        let value = match field.name {
            "ci" | "pi" | "display_ci" | "display_pi" | "tau2_ci" | "ci(robust)" => "[0, 1]",
            name if name.starts_with("i2(") => "50%",
            _ => "1",
        };
        let run = session.run(&Source::new("expect", format!("expect vaccine {} {value} report only", field.name)));
        assert!(run.ok(), "{}: {:?}", field.name, run.problems);
        assert!(matches!(run.outcomes.first(), Some(Outcome::Expect(_))), "{}", field.name);
    }
}

fn offered() -> Vec<ChoiceValue> {
    lists().into_iter().flat_map(|(_, list)| list.iter().map(|c| c.value)).collect()
}

#[test]
fn everything_the_core_can_do_has_a_word() {
    let offered = offered();
    let has = |value: ChoiceValue| assert!(offered.contains(&value), "{value:?} has no word");
    Measure::ALL.iter().for_each(|m| has(ChoiceValue::Measure(*m)));
    Tau2Estimator::ALL.iter().for_each(|e| has(ChoiceValue::Model(weald::language::spec::PoolModel::Random(*e))));
    // Written out with a match, so that a new variant does not compile before it is listed here.
    for ci in [CiMethod::Wald, CiMethod::T, CiMethod::Hksj, CiMethod::Mhksj] {
        match ci {
            CiMethod::Wald | CiMethod::T | CiMethod::Hksj | CiMethod::Mhksj => has(ChoiceValue::Ci(ci)),
        }
    }
    for pi in [PiMethod::None, PiMethod::T, PiMethod::Riley, PiMethod::Normal, PiMethod::Matches] {
        match pi {
            PiMethod::None | PiMethod::T | PiMethod::Riley | PiMethod::Normal | PiMethod::Matches => has(ChoiceValue::Pi(pi)),
        }
    }
    use ZeroPolicy as Z;
    for zero in [Z::Edition, Z::Metafor, Z::Revman5, Z::None, Z::OnlyZeroStudies, Z::AllStudies, Z::Tacc, Z::DropDoubleZero] {
        match zero {
            // Of `conventions` alone.
            Z::Metafor | Z::Revman5 => {}
            Z::Edition | Z::None | Z::OnlyZeroStudies | Z::AllStudies | Z::Tacc | Z::DropDoubleZero => has(ChoiceValue::Zero(zero)),
        }
    }
    for variance in [SmdVariance::Ls, SmdVariance::Ub, SmdVariance::Revman5] {
        match variance {
            SmdVariance::Revman5 => {}
            SmdVariance::Ls | SmdVariance::Ub => has(ChoiceValue::Variance(variance)),
        }
    }
}

#[test]
fn words_of_the_core_are_words_of_the_language() {
    for measure in Measure::ALL {
        let choice = words::choice(words::MEASURES, measure.name()).map(|c| c.value);
        assert_eq!(choice, Some(ChoiceValue::Measure(*measure)), "{}", measure.name());
    }
    for ci in words::CI {
        let ChoiceValue::Ci(method) = ci.value else { panic!("{}", ci.name) };
        assert_eq!(method.name(), ci.name);
    }
    for pi in words::PI {
        let ChoiceValue::Pi(method) = pi.value else { panic!("{}", pi.name) };
        assert_eq!(method.name(), pi.name);
    }
}

/// Every `^"word"` of the grammar.
fn grammar_words() -> BTreeSet<String> {
    let grammar = include_str!("../grammar/weald.pest");
    let quoted = grammar.split("^\"").skip(1).filter_map(|rest| rest.split('"').next());
    quoted.filter(|w| w.len() > 1 && w.chars().all(char::is_alphabetic)).map(str::to_owned).collect()
}

#[test]
fn the_grammar_reserves_no_word_that_is_not_listed() {
    let found = grammar_words();
    assert!(found.len() > 10, "{found:?}");
    for word in &found {
        let known = word == "help" || RESERVED.iter().any(|r| r.0 == word);
        assert!(known, "`{word}` of the grammar is not among the reserved words");
    }
}

#[test]
fn reserved_words_name_nothing() {
    for (word, _) in RESERVED {
        let run = session().run(&Source::new("reserved", format!("let {word} = 1")));
        assert!(!run.ok(), "`let {word} = 1` was accepted");
    }
}

#[test]
fn commands_that_are_no_statements_say_so() {
    for (word, _) in COMMANDS {
        let run = session().run(&Source::new("command", format!("{word} of vaccine")));
        assert!(run.problems.iter().any(|p| p.problem.code == "E213"), "{word}: {:?}", run.problems);
    }
}

#[test]
fn help_knows_every_word() {
    let mut session = session();
    let verbs = VERBS.iter().map(|v| v.name.to_owned());
    let clauses = CLAUSES.iter().map(|c| c.name.to_owned());
    let choices =
        lists().into_iter().filter(|l| l.0 != "tau2").flat_map(|(clause, list)| list.iter().map(move |c| format!("{clause} {}", c.name)));
    for topic in verbs
        .chain(clauses)
        .chain(choices)
        .chain(FUNCTIONS.iter().map(|f| f.name.to_owned()))
        .chain(FIELDS.iter().map(|f| f.name.to_owned()))
    {
        let run = session.run(&Source::new("help", format!("help {topic}")));
        assert!(run.ok() && !run.outcomes.is_empty(), "help {topic}: {:?}", run.problems);
    }
}

#[test]
fn the_reference_is_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference.md");
    let rendered = weald::language::reference::markdown();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &rendered).expect("docs/reference.md is writable");
    }
    let written = std::fs::read_to_string(&path).expect("docs/reference.md exists").replace("\r\n", "\n");
    assert!(written == rendered, "docs/reference.md is out of date: run `UPDATE=1 cargo test --test vocabulary`");
}
