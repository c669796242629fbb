//! Help, made from the vocabulary.

use super::suggest::nearest;
use super::vocabulary::{self, CLAUSES, Choice, Clause, FIELDS, FUNCTIONS, Group, TRIGGERS, Takes, VERBS, Verb, clause_of};
use std::fmt::Write;

/// The help on words, or the nearest topic.
pub fn topic(words: &[String]) -> Result<String, Option<String>> {
    match words {
        [] => Ok(overview()),
        [one] => single(one),
        [first, second] => {
            // `help pool model`: the clause, as the verb takes it. `help model reml`: the choice.
            if vocabulary::verb(first).is_some() {
                return single(second);
            }
            match vocabulary::clause(first).map(|c| c.takes) {
                Some(Takes::Choice(list)) => match vocabulary::choice(list, second) {
                    Some(choice) => Ok(of_choice(choice)),
                    None => Err(nearest(second, list.iter().map(|c| c.name)).map(|n| format!("{first} {n}"))),
                },
                _ => Err(None),
            }
        }
        [first, rest @ ..] if vocabulary::verb(first).is_some() => topic(rest),
        _ => Err(None),
    }
}

fn single(word: &str) -> Result<String, Option<String>> {
    if word.eq_ignore_ascii_case("fields") {
        return Ok(fields());
    }
    if word.eq_ignore_ascii_case("functions") {
        return Ok(functions());
    }
    if word.eq_ignore_ascii_case("rules") {
        return Ok(triggers());
    }
    let mut found: Vec<String> = Vec::new();
    found.extend(vocabulary::verb(word).map(of_verb));
    found.extend(vocabulary::clause(word).map(of_clause));
    if let Some(function) = vocabulary::function(word) {
        found.push(format!("{} — {}\n  example  {}\n", function.usage, function.summary, function.example));
    }
    if let Some(field) = FIELDS.iter().find(|f| f.name.eq_ignore_ascii_case(word)) {
        found.push(format!("field `{}` — {}\n", field.name, field.summary));
    }
    for clause in CLAUSES {
        if let Takes::Choice(list) = clause.takes
            && let Some(choice) = vocabulary::choice(list, word)
        {
            found.push(format!("{} {}", clause.name, of_choice(choice)));
        }
    }
    if found.is_empty() {
        let topics = VERBS.iter().map(|v| v.name).chain(CLAUSES.iter().map(|c| c.name)).chain(FUNCTIONS.iter().map(|f| f.name)).chain([
            "fields",
            "functions",
            "rules",
        ]);
        return Err(nearest(word, topics).map(str::to_owned));
    }
    Ok(found.join("\n").trim_end().to_owned())
}

fn overview() -> String {
    let mut out = String::from("A statement begins with a verb, or with the name of a result.\n");
    for group in Group::ALL {
        let _ = writeln!(out, "\n{}", group.title());
        for verb in VERBS.iter().filter(|v| v.group == group) {
            let _ = writeln!(out, "  {:<16} {}", verb.name, verb.summary);
        }
    }
    out.push_str("\n`help WORD` explains a verb or clause, `help model` a clause with its words, `help fields` and `help functions` what expressions read, `help rules` what rules read.");
    out
}

fn of_verb(verb: &Verb) -> String {
    let mut out = format!("{} — {}\n", verb.name, verb.summary);
    let _ = writeln!(out, "  usage    {}", verb.usage.replace('\n', "\n           "));
    if !verb.clauses.is_empty() {
        out.push_str("  clauses\n");
        for id in verb.clauses {
            let clause = clause_of(*id);
            let _ = writeln!(out, "    {:<46} {}", clause.usage, clause.summary);
        }
    }
    let _ = writeln!(out, "  example  {}", verb.example.replace('\n', "\n           "));
    out
}

fn of_clause(clause: &Clause) -> String {
    let mut out = format!("{} — {}\n  usage    {}\n", clause.name, clause.summary, clause.usage);
    if let Takes::Choice(list) = clause.takes {
        for choice in list {
            let _ = writeln!(out, "    {:<18} {}", names(choice), described(choice));
        }
    }
    if clause.settable {
        let _ = writeln!(out, "  `set {} …` makes it the default", clause.name);
    }
    out
}

fn names(choice: &Choice) -> String {
    if choice.aliases.is_empty() { choice.name.to_owned() } else { format!("{} ({})", choice.name, choice.aliases.join(", ")) }
}

fn described(choice: &Choice) -> String {
    if choice.source.is_empty() { choice.summary.to_owned() } else { format!("{} ({})", choice.summary, choice.source) }
}

fn of_choice(choice: &Choice) -> String {
    format!("{} — {}\n", names(choice), described(choice))
}

fn fields() -> String {
    let mut out = String::from("Fields of a result, read as `NAME.estimate` or `NAME.i2(q)`:\n");
    for field in FIELDS {
        let _ = writeln!(out, "  {:<16} {}", field.name, field.summary);
    }
    out.trim_end().to_owned()
}

fn triggers() -> String {
    let mut out = String::from("What the conditions of a rule read, of the effects that would be pooled:\n");
    for trigger in TRIGGERS {
        let _ = writeln!(out, "  {:<30} {} ({})", trigger.name, trigger.summary, trigger.exists);
    }
    out.push_str("Judgements recorded by `judge` are read by their name. `help rule` shows the statement.");
    out
}

fn functions() -> String {
    let mut out = String::from("Functions of expressions:\n");
    for function in FUNCTIONS {
        let _ = writeln!(out, "  {:<20} {}", function.usage, function.summary);
    }
    out.trim_end().to_owned()
}
