//! Going through a pattern with what has been typed, to see what may come next.

use super::names::Names;
use super::place::{Item, Shape};
use super::usage::{Choosable, Part, Pattern, Spot, Step};
use crate::language::vocabulary::{self, MODELS};

/// How far one pattern has come.
#[derive(Clone)]
struct Front<'p> {
    steps: &'p [Step],
    at: usize,
    /// Which options of the step here are used up.
    used: Vec<bool>,
    /// An option that has begun: its number, and how many of its places are filled.
    begun: Option<(usize, usize)>,
    /// In an expression: whether a value is due, in place of an operator.
    value_due: Option<bool>,
}

/// What may come, in order.
#[derive(Clone, Default)]
pub struct Next {
    /// For each way that what was typed can be read.
    pub ways: Vec<Vec<Ahead>>,
    /// An expression may go on with an operator.
    pub operator: bool,
    /// What is due is a value within an expression that has begun.
    pub in_expression: bool,
}

/// Places that follow each other.
#[derive(Clone)]
pub struct Ahead {
    /// In order.
    pub spots: Vec<Spot>,
    /// How many there must be, once the first is there.
    pub needed: usize,
    /// They go on with an option that has begun.
    pub begun: bool,
    /// They may be left out.
    pub optional: bool,
    /// They may come again.
    pub again: bool,
    /// The first of them may come now.
    pub due: bool,
}

impl Ahead {
    /// One place that must be filled.
    pub fn one(spot: Spot) -> Self {
        Ahead { spots: vec![spot], needed: 1, begun: false, optional: false, again: false, due: true }
    }
}

impl Next {
    /// The spots that may be filled now.
    pub fn due(&self) -> impl Iterator<Item = &Spot> {
        self.ways.iter().flatten().filter(|a| a.due).filter_map(|a| a.spots.first())
    }
}

/// What may come after the items, by any of the patterns. A word that fits nowhere is
/// passed over: the check will name it.
pub fn next(patterns: &[Pattern], items: &[Item], names: &Names) -> Next {
    let mut found = Next::default();
    for front in &walked(patterns, items, names, &mut |_| {}) {
        front.expect(&mut found);
    }
    found
}

/// Takes the items one by one; those that fit nowhere are shown to `misfit`.
fn walked<'p>(patterns: &'p [Pattern], items: &[Item], names: &Names, misfit: &mut dyn FnMut(&Item)) -> Vec<Front<'p>> {
    let start = |steps| Front { steps, at: 0, used: Vec::new(), begun: None, value_due: None };
    let mut fronts: Vec<Front> = patterns.iter().map(|steps| start(steps.as_slice())).collect();
    // Where to go back to after a comma: the same values once more.
    let mut before = fronts.clone();
    for item in items {
        if item.shape == Shape::Comma || item.is(">") && fronts.iter().all(|f| f.value_due.is_none()) {
            fronts.clone_from(&before);
            continue;
        }
        let mut moved = Vec::new();
        for front in &fronts {
            front.clone().feed(item, names, &mut moved);
        }
        if moved.is_empty() {
            misfit(item);
        } else {
            before = std::mem::replace(&mut fronts, moved);
        }
    }
    fronts
}

impl Front<'_> {
    /// Takes an item; every way on is put to those that moved.
    fn feed(mut self, item: &Item, names: &Names, moved: &mut Vec<Self>) {
        if let Some(value_due) = self.value_due {
            let operator = item.shape == Shape::Operator && !item.is("=") && !item.is("{");
            if operator || value_due {
                self.value_due = Some(operator);
                moved.push(self);
                return;
            }
            self.value_due = None;
        }
        if let Some((option, filled)) = self.begun.take()
            && let Some(Step::Options(options)) = self.steps.get(self.at)
            && let Some(choice) = options.get(option)
        {
            for at in filled..choice.spots.len() {
                if let Some(part) = fit(&choice.spots[at], item, names) {
                    self.enter(part, item);
                    self.begun = Some((option, at + 1)).filter(|_| at + 1 < choice.spots.len());
                    moved.push(self);
                    return;
                }
                if at < choice.needed {
                    break;
                }
            }
        }
        while let Some(step) = self.steps.get(self.at) {
            match step {
                Step::One(spot) => {
                    if let Some(part) = fit(spot, item, names) {
                        self.enter(part, item);
                        self.go_on();
                        moved.push(self);
                    }
                    return;
                }
                Step::Options(options) => {
                    self.used.resize(options.len(), false);
                    let begun = self.begin(options, item, names);
                    for (option, part) in &begun {
                        let mut ahead = self.clone();
                        ahead.used[*option] = !options[*option].again;
                        ahead.begun = Some((*option, 1)).filter(|_| options[*option].spots.len() > 1);
                        ahead.enter(*part, item);
                        moved.push(ahead);
                    }
                    if !begun.is_empty() {
                        return;
                    }
                    self.go_on();
                }
            }
        }
    }

    fn go_on(&mut self) {
        self.at += 1;
        self.used.clear();
    }

    /// The options an item begins: by their word if it is one, else by their kind.
    fn begin(&self, options: &[Choosable], item: &Item, names: &Names) -> Vec<(usize, Part)> {
        let open = || options.iter().enumerate().filter(|(i, _)| !self.used[*i]);
        let by = |test: &dyn Fn(&Part) -> bool| -> Vec<(usize, Part)> {
            open().filter_map(|(i, o)| o.spots[0].iter().find(|p| test(p)).map(|p| (i, *p))).collect()
        };
        let word = by(&|p| matches!(p, Part::Word(w) if item.is(w)));
        // A word that could begin any comparison begins one only of arms that are known.
        let arm = |p: &Part| !matches!(p, Part::Slot("ARM")) || names.arms.iter().any(|a| *a == item.plain());
        if word.is_empty() { by(&|p| arm(p) && fits(p, item, names)) } else { word }
    }

    fn enter(&mut self, part: Part, item: &Item) {
        let expression = matches!(part, Part::Slot("CONDITION" | "EXPRESSION" | "LIST" | "FORMULA"));
        self.value_due = expression.then_some(item.shape == Shape::Operator);
    }

    fn expect(&self, found: &mut Next) {
        let mut way = Vec::new();
        let mut due = true;
        match self.value_due {
            Some(true) => {
                way.push(Ahead::one(vec![Part::Slot("EXPRESSION")]));
                found.in_expression = true;
                due = false;
            }
            Some(false) => found.operator = true,
            None => {}
        }
        if let Some((option, filled)) = self.begun
            && let Some(Step::Options(options)) = self.steps.get(self.at)
            && let Some(choice) = options.get(option)
        {
            let optional = filled >= choice.needed;
            let needed = choice.needed.saturating_sub(filled);
            way.push(Ahead { spots: choice.spots[filled..].to_vec(), needed, begun: true, optional, again: false, due });
            due &= optional;
        }
        let mut used = self.used.as_slice();
        for step in &self.steps[self.at.min(self.steps.len())..] {
            match step {
                Step::One(spot) => {
                    way.push(Ahead { due, ..Ahead::one(spot.clone()) });
                    due = false;
                }
                Step::Options(options) => {
                    for (_, option) in options.iter().enumerate().filter(|(i, _)| !used.get(*i).copied().unwrap_or(false)) {
                        way.push(Ahead {
                            spots: option.spots.clone(),
                            needed: option.needed,
                            begun: false,
                            optional: true,
                            again: option.again,
                            due,
                        });
                    }
                    used = &[];
                }
            }
        }
        found.ways.push(way);
    }
}

/// The part that an item can be.
fn fit(spot: &Spot, item: &Item, names: &Names) -> Option<Part> {
    let word = spot.iter().find(|p| matches!(p, Part::Word(w) if item.is(w)));
    word.or_else(|| spot.iter().find(|p| fits(p, item, names))).copied()
}

fn fits(part: &Part, item: &Item, names: &Names) -> bool {
    let value = matches!(item.shape, Shape::Word | Shape::Text | Shape::Number | Shape::Value);
    match part {
        // `level 95%` stands for any percentage.
        Part::Word(word) => item.is(word) || item.shape == Shape::Number && word.starts_with(|c: char| c.is_ascii_digit()),
        Part::Text(_) => item.shape == Shape::Text,
        // `measure or`: a choice before an operator
        Part::Choice(_, list) => value || vocabulary::choice(list, item.text).is_some(),
        Part::Slot("SET") => {
            item.shape == Shape::Word
                && (crate::store::ANALYSIS_SETS.iter().any(|s| item.is(s))
                    || names.outcomes.iter().any(|o| o.sets.iter().any(|s| item.is(s))))
        }
        Part::Slot("MODEL") => vocabulary::choice(MODELS, item.text).is_some(),
        Part::Slot("CONDITION" | "EXPRESSION" | "LIST" | "FORMULA") => value || item.is("not") || item.is("-"),
        Part::Slot("NUMBER" | "N") => matches!(item.shape, Shape::Number | Shape::Word | Shape::Value),
        Part::Slot("ARM") => matches!(item.shape, Shape::Word | Shape::Text) && vocabulary::clause(item.text).is_none(),
        Part::Slot("CHARACTERISTIC" | "STATISTIC" | "KEY" | "FIELD" | "REPORTED") => matches!(item.shape, Shape::Word | Shape::Value),
        Part::Slot("STUDY") => value && !item.is("where"),
        Part::Slot("STATEMENT") => false,
        Part::Slot(_) => value,
    }
}

#[cfg(test)]
mod tests {
    use super::super::place::place;
    use super::super::usage::{of_entries, of_verb};
    use super::*;
    use crate::language::vocabulary::{Subject, VERBS, takes_entries};

    /// The examples of the vocabulary fit its usages, word by word.
    #[test]
    fn examples_fit_usages() {
        // The clauses of `robustness` take lists in place of what they take elsewhere; a record that is
        // added has a name or not, by its kind.
        for verb in VERBS.iter().filter(|v| !["robustness", "add"].contains(&v.name)) {
            // What stands in braces, or after a colon, is a statement of its own.
            let first = verb.example.lines().next().unwrap_or_default();
            let first = first.split(": ").next().unwrap_or(first);
            let first = if verb.usage.ends_with("STATEMENT") && !verb.usage.contains(':') { verb.name } else { first };
            let head = format!("{} ", first.split('{').next().filter(|h| !h.contains('"')).unwrap_or(first));
            let items = place(&head).items;
            let mut misfits = Vec::new();
            walked(&of_verb(verb), &items[1..], &Names::default(), &mut |item| misfits.push(item.text.to_owned()));
            for line in verb.example.lines().skip(1).map(|line| format!("{line} ")) {
                let items = place(&line).items;
                walked(&of_entries(verb), &items, &Names::default(), &mut |item| misfits.push(item.text.to_owned()));
            }
            assert!(misfits.is_empty(), "{}: {misfits:?} of `{}` do not fit `{}`", verb.name, verb.example, verb.usage);
            assert_eq!(takes_entries(verb.name), !of_entries(verb).is_empty(), "{}", verb.name);
        }
    }

    /// A usage reads as a pattern that has something to say, unless nothing follows the verb.
    #[test]
    fn usages_are_patterns() {
        for verb in VERBS {
            let says = next(&of_verb(verb), &[], &Names::default()).due().next().is_some();
            assert_eq!(says, verb.subject != Subject::Nothing, "{}", verb.name);
        }
    }
}
