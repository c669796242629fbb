//! `docs/reference.md`, made from the vocabulary, the settings and the table of columns.

use super::settings::Settings;
use super::spec::{Conventions, I2Definition, ModelChoice};
use super::vocabulary::{
    CLAUSES, COMMANDS, Choice, Clause, FIELDS, FUNCTIONS, Group, RESERVED, RULE_TESTS, TAU2_SHARING, TRIGGERS, Takes, VERBS, Verb,
    clause_of,
};
use crate::stats::effect::{Measure, SmdVariance, ZeroPolicy};
use std::fmt::Write;

/// The whole page.
pub fn markdown() -> String {
    let mut out = String::from(
        "# Reference\n\nThis page is made from the table of words that the interpreter itself reads.\n\
         It lists every word once. [language.md](language.md) explains how they fit together, [methods.md](methods.md) the formulas.\n",
    );
    statements(&mut out);
    clauses(&mut out);
    choices(&mut out);
    defaults(&mut out);
    functions(&mut out);
    fields(&mut out);
    triggers(&mut out);
    columns(&mut out);
    words(&mut out);
    out
}

/// A cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// Code in a cell; nothing for nothing.
fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{}`", cell(text)) }
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|w| code(w)).collect::<Vec<_>>().join(", ")
}

fn statements(out: &mut String) {
    out.push_str("\n## Statements\n\nA statement begins with one of these words, or with the name of a result.\n");
    for group in Group::ALL {
        let _ = writeln!(out, "\n### {}\n\n| statement | does |\n| --- | --- |", group.title());
        for verb in VERBS.iter().filter(|v| v.group == group) {
            let _ = writeln!(out, "| `{}` | {} |", verb.name, cell(verb.summary));
        }
        for verb in VERBS.iter().filter(|v| v.group == group) {
            statement(out, verb);
        }
    }
    let _ = writeln!(
        out,
        "\n### The name of a result\n\n`NAME` alone prints the result again.\n`NAME CLAUSES` repeats the analysis with these clauses changed; it takes the clauses of `pool`."
    );
}

fn statement(out: &mut String, verb: &Verb) {
    let _ = writeln!(out, "\n#### {}\n\n{}.\n\n```text\n{}\n```", verb.name, verb.summary, verb.usage);
    if !verb.clauses.is_empty() {
        let names: Vec<&str> = verb.clauses.iter().map(|id| clause_of(*id).name).collect();
        let _ = writeln!(out, "\nClauses: {}.", listed(&names));
    }
    let _ = writeln!(out, "\n```weald\n{}\n```", verb.example);
}

fn clauses(out: &mut String) {
    out.push_str("\n## Clauses\n\n`set` makes those with a yes the default for what follows.\n\n| clause | written | meaning | `set` |\n| --- | --- | --- | --- |\n");
    for clause in CLAUSES {
        let set = if clause.settable { "yes" } else { "" };
        let _ = writeln!(out, "| `{}` | {} | {}{} | {set} |", clause.name, code(clause.usage), cell(clause.summary), limits(clause));
    }
}

/// The numbers a clause accepts.
fn limits(clause: &Clause) -> String {
    match clause.takes {
        Takes::Percent { min, max } => format!("; {min}% to {max}%"),
        Takes::Number { min: f64::MIN, .. } => String::new(),
        Takes::Number { min, max } if max == f64::MAX => format!("; at least {min}"),
        Takes::Number { min, max } => format!("; {min} to {max}"),
        _ => String::new(),
    }
}

fn choices(out: &mut String) {
    out.push_str("\n## Words of clauses\n\nCase does not matter. Words in one row mean the same.\n");
    for clause in CLAUSES {
        if let Takes::Choice(list) = clause.takes {
            choice_table(out, clause.name, list);
        }
    }
    choice_table(out, "tau2", TAU2_SHARING);
    choice_table(out, "then, in rules for `apply`", RULE_TESTS);
}

fn choice_table(out: &mut String, clause: &str, list: &[Choice]) {
    let _ = writeln!(out, "\n### {clause}\n\n| word | also | meaning | source |\n| --- | --- | --- | --- |");
    for choice in list {
        let _ = writeln!(out, "| `{}` | {} | {} | {} |", choice.name, listed(choice.aliases), cell(choice.summary), cell(choice.source));
    }
}

/// What each setting is when nothing is said, read from the settings themselves.
fn defaults(out: &mut String) {
    out.push_str(
        "\n## Defaults\n\nWhat holds when neither the statement, nor `set`, nor the outcome says otherwise.\n\n\
         | setting | edition 2026 | `conventions metafor` | `conventions revman5` |\n| --- | --- | --- | --- |\n",
    );
    let sets =
        [None, Some(Conventions::Metafor), Some(Conventions::Revman5)].map(|conventions| Settings { conventions, ..Settings::default() });
    let mut row = |name: &str, of: &dyn Fn(&Settings) -> String| {
        let cells: Vec<String> = sets.iter().map(of).collect();
        let _ = writeln!(out, "| {name} | {} |", cells.join(" | "));
    };
    let model = |s: &Settings, m| match s.model(m).value {
        ModelChoice::One(model) => code(&model.name()),
        _ => String::new(),
    };
    row("model", &|s| model(s, Measure::Smd));
    row("model for `or`, `rr`, `rd`", &|s| model(s, Measure::Or));
    row("ci", &|s| {
        let ci = s.ci().value;
        let kept = if ci.guarded { ", never narrower than `wald`; `wald` for k = 2 and common effects" } else { "" };
        format!("`{}`{kept}", ci.method.name())
    });
    row("pi", &|s| code(s.pi().value.name()));
    row("level", &|s| format!("{}%", s.level().value));
    row("i2", &|s| match s.i2().value {
        I2Definition::ByModel => "`tau2` for random effects, `q` for a common effect".to_owned(),
        I2Definition::Q => "`q`".to_owned(),
        I2Definition::Tau2 => "`tau2`".to_owned(),
    });
    row("variance of `smd`", &|s| match s.variance().value {
        SmdVariance::Ls => "`ls`".to_owned(),
        SmdVariance::Ub => "`ub`".to_owned(),
        SmdVariance::Revman5 => "that of RevMan 5".to_owned(),
    });
    row("zero", &|s| match s.zero().value {
        ZeroPolicy::Metafor => "as `escalc`".to_owned(),
        ZeroPolicy::Revman5 => "as RevMan 5".to_owned(),
        _ => "`default`".to_owned(),
    });
}

fn functions(out: &mut String) {
    out.push_str("\n## Functions\n\n| function | gives | true |\n| --- | --- | --- |\n");
    for function in FUNCTIONS {
        let _ = writeln!(out, "| {} | {} | {} |", code(function.usage), cell(function.summary), code(function.example));
    }
}

fn fields(out: &mut String) {
    out.push_str(
        "\n## Fields of a result\n\nRead as `NAME.estimate` or `NAME.i2(q)`.\nThe last column says whether `expect` compares the field.\n\n\
         | field | is | `expect` |\n| --- | --- | --- |\n",
    );
    let yes = |b: bool| if b { "yes" } else { "" };
    for field in FIELDS {
        let _ = writeln!(out, "| `{}` | {} | {} |", field.name, cell(field.summary), yes(field.expectable));
    }
}

fn triggers(out: &mut String) {
    out.push_str(
        "\n## What rules read\n\nThe conditions of a rule read these statistics of the effects that would be pooled, `NAME.estimate` and the like of other results, and judgements recorded by `judge`. [rules.md](rules.md) explains them.\n\n\
         | statistic | exists | is |\n| --- | --- | --- |\n",
    );
    for trigger in TRIGGERS {
        let _ = writeln!(out, "| `{}` | {} | {} |", cell(trigger.name), trigger.exists, cell(trigger.summary));
    }
}

fn columns(out: &mut String) {
    out.push_str(
        "\n## Columns of a data file\n\nOnly `study` has to be there. Every other column is a moderator. [store.md](store.md) has the rest.\n\n",
    );
    out.push_str(&crate::store::columns_markdown());
}

fn words(out: &mut String) {
    out.push_str("\n## Reserved words\n\n| word | why |\n| --- | --- |\n");
    for (word, why) in RESERVED {
        let _ = writeln!(out, "| `{word}` | {} |", cell(why));
    }
    out.push_str("\nStatement words name no result, rule or loop variable. They may name outcomes, studies and columns.\n");
    out.push_str("\n## Commands that are no statements\n\n| word | call it on the command line |\n| --- | --- |\n");
    for (word, usage) in COMMANDS {
        let _ = writeln!(out, "| `{word}` | `{}` |", cell(usage));
    }
}
