//! Random plans, and random edits of them: what can change no number leaves the digest of the meaning as it is,
//! and what can change one changes it.
//!
//! A plan is drawn from the statements below. `{a ~ b | c}` is a choice: `|` stands between meanings, `~` between
//! spellings of one meaning, and a meaning can be nothing at all.

use super::meaning::digest_of;
use proptest::prelude::*;
use std::fmt::Write;

/// Statements that every plan has, and that others name.
const BASE: &str = r#"
outcome x "{A label ~ Another}" primary {critical|important|} {lower|higher} better measure {rr|or|rd} mid {0.8 ~ 0.80 ~ 8e-1|0.9|0.75}
outcome y secondary {lower|higher} better measure smd mid {0.2 sd ~ 0.20 sd|0.3 sd ~ 3e-1 sd|2}
outcome z secondary lower better measure {generic ~ giv ~ GENERIC|md}
timepoint end "{At the end ~ End}" window {0w ~ 0.0w|-1w|-2w}..{8w ~ 8.0w|9w|10w} {target 4w ~ target 4.0w|target 5w|} {pick nearest ~ pick NEAREST|pick earliest ~ pick first|pick latest ~ pick longest ~ pick last|}
timepoint later window {9w|10w}..{52w ~ 5.2e1w|60w}
characteristic rob {low, some, high ~ high, low, some|low, high|low, some, high, critical}
characteristic dose
characteristic setting {ward, clinic|ward, clinic, home}
rule r
  when k < {2 ~ 2.0|3} then not_pooled {swim effect_direction|}
  when {i2(q) >= 50% ~ i2(q)>=50.0%|i2(q) > 50%|i2(q) >= 60%|i2(q) >= 50% and k > 4} then {reml ci hksj ~ reml ci hk ~ REML CI knha|dl ci hksj|reml ci wald|reml ci hksj pi riley}
  when p(q) < {0.1 ~ 0.10 ~ 1e-1|0.05} then {dl|pm|common ~ fixed ~ ee}
  otherwise {common ~ fixed ~ FE|reml|reml level 90%}
"#;

/// Statements that can be left out, in any number and order after those above.
const FURTHER: &str = r#"
review t "{A title ~ Another title}" {question "Does it help?"|question "How much?"|}
stage {search ~ SEARCH|extraction}
declare results_seen {none|some} by {"A", "B" ~ "B", "A"} date "2024-05-01"
designs {rct, cluster_rct ~ cluster_rct, rct|rct|rct, cluster_rct, crossover}
conclude against {mid|null}
criterion C1 "{not blinded|not randomised}"
seal
instrument A for y items {24 ~ 24.0|25} range {0|1}..{60 ~ 60.0|70} {higher|lower} better
instrument B for y range 0..{100 ~ 1e2|50} {higher|lower} better sd {12.5 ~ 12.50|13}
prefer instrument {A > B|B > A}
prefer rater {self > clinician|clinician > self}
compare drug vs {placebo, none ~ none, placebo|placebo} {as control ~ }
use rob {rob2|robins_i} effect {assignment|adherence} per {result|study} in {sensitivity, grade ~ grade, sensitivity|grade}
judge alike for {P1|P2} by {"A", "B" ~ "B", "A"|"C"}
judge alike for P3 by {"A"|"C"}
set level {90% ~ 90.0% ~ 9e1%|99%}
set ci {mhksj ~ adhoc ~ MHKSJ}
set pi {matches}
set i2 {q|tau2}
multiarm {combine}
cluster icc {0.05 ~ 0.050|0.06} {|inflate} {from "Campbell 2000" ~ from "Another" ~ }
crossover {first_period|paired r 0.5 ~ paired r 0.50|paired r 0.6}
corr {0.5 ~ 0.50|0.6} {from "A source" ~ }
medians {wan|unskewed|none}
impute sd from {se, ci, t, p|se, ci, t|ci, se} else {not_pooled|borrow same_instrument median|borrow same_instrument pooled}
"#;

/// The analyses: the first is always there.
const PLANNED: &str = r#"
plan P1 {primary} {because "a reason" ~ because "another" ~ }: pool x at end {itt|cc|pp|} model {r|reml ~ REML|common ~ fixed ~ equal|mh} {ci wald ~ ci z|ci hksj ~ ci hk ~ ci KNHA} {pi riley ~ pi hts|pi normal} {level 95% ~ level 95.0%|level 90%} {zero all-studies ~ zero ALL-STUDIES|zero only-zero-studies}
plan P2 {secondary|primary} : pool y at {end|later} itt {measure smd ~ measure SMD|measure md|measure smd1 ~ measure glass|measure smd variance ub} {model r|model random|model [dl, reml]|tau2 0.04 ~ tau2 4e-2} {i2 q|i2 tau2}
plan P3 secondary: pool z at end itt {combine rho 0.5 ~ combine rho 0.50|combine rho 0.6|combine rho 0.5 equal|multilevel|multilevel rho 0.5|prefer instrument A > B|prefer instrument B > A} {robust cr2 ~ robust|robust cr1|}
plan S1 sensitivity of {P1|P2|P3} {because "why" ~ }: {exclude where rob == "high"|exclude where rob == "some"|exclude where dose > 1 ~ exclude where dose>1.0|exclude where dose > 2|exclude where dose >= 1|prefer study "A 1" > "B 2"|prefer study "B 2" > "A 1"|where rob == "high"|where dose < 1 ~ where dose<1.0|exclude where dose > 1 and rob != "high"} {when k >= 20 ~ when k>=20.0|when k > 20|}
plan S2 sensitivity of P1: {exclude "A 1", "B 2" ~ exclude "B 2", "A 1"|exclude "A 1"|only "A 1", "B 2"}
plan S3 sensitivity of P1: {model dl|model pm|model ml ci t|ci t|pi none|level 99%|zero none|corr 0.7|corr 0.8|multiarm split|prefer rater self > proxy|prefer rater proxy > self}
plan L1 sensitivity {of P1|of P2}: {leave-one-out|leave-one-out by trial|influence|cumulative order dose|cumulative order dose descending|cumulative order dose ties together|gosh draws 1000 seed 1 ~ gosh draws 1e3 seed 1|gosh draws 1000 seed 2|gosh draws 2000 seed 1|baujat|profile|bootstrap draws 200 seed 5|bootstrap draws 200 seed 5 method parametric}
plan L2 sensitivity: {leave-one-out of P* ~ leave-one-out of P1..P3|leave-one-out of P1..P2|leave-one-out of P* by trial}
plan L3 sensitivity of P1: robustness over model {[dl, reml]|[dl, pm]|[dl, reml, pm]} ci {[wald, hksj] ~ [z, hk]|[wald, t]}
plan G1 subgroup of P1 : by {rob|setting} {tau2 common|tau2 separate ~ } {expects high > low|expects low > high|} {because "a" ~ because "b" ~ }
plan R1 meta-regression of P1: regress P1 on {dose|rob|dose + rob ~ rob + dose|dose * rob ~ rob * dose|factor(rob)|factor(rob, "low")|powers(dose, 2)|powers(dose, 3)|spline(dose, 3)|center(dose)|center(dose, 2) ~ center(dose, 2.0)} {no intercept|}
plan F1 small-study of P1: egger {predictor se ~ |predictor vi|predictor n} {method classical ~ |method mixed} when {k >= 10 ~ k>=10.0|k > 10|k >= 10 and n > 500}
plan F2 small-study of P1: {begg|peters|harbord|trim-and-fill estimator l0|trim-and-fill estimator r0|trim-and-fill estimator l0 side left|fail-safe method rosenthal|fail-safe method orwin target 0.9 ~ fail-safe method orwin target 0.90|fail-safe method orwin target 0.8|pet-peese|excess-significance method exact|excess-significance method binomial|henmi-copas}
grade P1 threshold {mid|null|0.1 ~ 0.10} {ois delta 0.2 alpha 0.05 power 0.8 ~ ois delta 0.20 alpha 5e-2 power 0.80|ois delta 0.3 alpha 0.05 power 0.8|ois delta 0.2 alpha 0.05 power 0.9|}
"#;

/// A statement: its lines, each of texts and choices in turn.
#[derive(Clone, Debug)]
struct Statement(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    Text(&'static str),
    /// Meanings, each with its spellings.
    Choice(Vec<Vec<&'static str>>),
}

fn statements(text: &'static str) -> Vec<Statement> {
    let mut out: Vec<Statement> = Vec::new();
    for line in text.lines().filter(|l| !l.trim().is_empty()) {
        let mut parts = Vec::new();
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('{') {
            let (choice, after) = after.split_once('}').expect("a choice ends");
            parts.push(Part::Text(before));
            parts.push(Part::Choice(choice.split('|').map(|m| m.split('~').map(str::trim).collect()).collect()));
            rest = after;
        }
        parts.push(Part::Text(rest));
        match out.last_mut().filter(|_| line.starts_with(' ')) {
            Some(head) => {
                head.0.push(Part::Text("\n"));
                head.0.extend(parts);
            }
            None => out.push(Statement(parts)),
        }
    }
    out
}

/// A plan: which statements, and which meaning each choice of them has.
#[derive(Clone, Debug)]
struct Draft {
    statements: Vec<(Statement, Vec<usize>)>,
    /// From here on stand the statements that name others.
    first_planned: usize,
}

impl Draft {
    fn draw(random: &mut Random) -> Self {
        let mut all = statements(BASE);
        all.extend(statements(FURTHER).into_iter().filter(|_| random.one_in(2)));
        let first_planned = all.len();
        let planned = statements(PLANNED).into_iter().enumerate();
        // The pools stay: others name them.
        all.extend(planned.filter(|(at, _)| *at < 3 || random.one_in(2)).map(|(_, s)| s));
        let draw = |s: Statement, random: &mut Random| {
            let meanings = s.choices().map(|c| random.below(c.len())).collect();
            (s, meanings)
        };
        Draft { statements: all.into_iter().map(|s| draw(s, random)).collect(), first_planned }
    }

    /// The plan as somebody might write it.
    fn write(&self, random: &mut Random) -> String {
        let mut order: Vec<usize> = (0..self.statements.len()).collect();
        // What follows `set` is under it, and hierarchies decide in their order: these stay where they are.
        for at in 1..self.first_planned {
            let other = random.below(at + 1);
            let fixed = |i: usize| {
                ["set", "prefer", "multiarm", "cluster", "crossover", "corr", "medians", "impute", "rule", "instrument", "judge"]
                    .contains(&self.statements[order[i]].0.head())
            };
            if !fixed(at) && !fixed(other) {
                order.swap(at, other);
            }
        }
        let mut text = String::new();
        for at in order {
            let (statement, meanings) = &self.statements[at];
            if random.one_in(4) {
                text.push_str(["\n", "# a remark: pool \"x\"\n", "\t \n", "#\n\n"][random.below(4)]);
            }
            let mut line = String::new();
            let mut meanings = meanings.iter();
            for part in &statement.0 {
                match part {
                    Part::Text(text) => line.push_str(text),
                    Part::Choice(all) => {
                        let spellings = &all[*meanings.next().expect("a meaning")];
                        line.push_str(spellings[random.below(spellings.len())]);
                    }
                }
            }
            for line in line.lines() {
                let indent = &line[..line.len() - line.trim_start().len()];
                let _ = write!(text, "{indent}{}", spaced(line.trim(), random));
                text.push_str(["\n", "\n", "   \n", "   # why\n"][random.below(4)]);
            }
        }
        text
    }

    /// Another meaning of one choice, one statement more or less, or two hierarchies in another order.
    fn edit(&self, random: &mut Random) -> (Self, String) {
        let mut out = self.clone();
        loop {
            let at = random.below(out.statements.len());
            let (statement, meanings) = &mut out.statements[at];
            if at > 14 && random.one_in(8) && !["review", "judge"].contains(&statement.head()) && !statement.starts_with("plan P") {
                let what = format!("without `{}`", statement.head());
                out.statements.remove(at);
                return (out, what);
            }
            let several: Vec<usize> = statement.choices().enumerate().filter(|(_, c)| c.len() > 1).map(|(i, _)| i).collect();
            if several.is_empty() {
                continue;
            }
            let which = several[random.below(several.len())];
            let all = statement.choices().nth(which).expect("a choice");
            let new = (meanings[which] + 1 + random.below(all.len() - 1)) % all.len();
            let what = format!("{}: {:?} became {:?}", statement.head(), all[meanings[which]], all[new]);
            meanings[which] = new;
            return (out, what);
        }
    }
}

impl Statement {
    fn choices(&self) -> impl Iterator<Item = &Vec<Vec<&'static str>>> {
        self.0.iter().filter_map(|p| if let Part::Choice(all) = p { Some(all) } else { None })
    }

    fn head(&self) -> &'static str {
        let Some(Part::Text(text)) = self.0.first() else { return "" };
        text.split_whitespace().next().unwrap_or_default()
    }

    fn starts_with(&self, text: &str) -> bool {
        matches!(self.0.first(), Some(Part::Text(t)) if t.starts_with(text))
    }
}

/// The same line with other blanks, none of them in a text.
fn spaced(line: &str, random: &mut Random) -> String {
    let mut quoted = false;
    let mut out = String::new();
    for c in line.chars() {
        quoted ^= c == '"';
        match c {
            ' ' if !quoted => out.push_str([" ", " ", "  ", "\t", " \u{a0}"][random.below(5)]),
            _ => out.push(c),
        }
    }
    out
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn edits_that_change_no_number_leave_the_digest(seed: u64) {
        let random = &mut Random(seed);
        let draft = Draft::draw(random);
        let (a, b) = (draft.write(random), draft.write(random));
        prop_assert_eq!(digest_of(&a), digest_of(&b), "{}\n{}\n----\n{}", super::meaning::difference(&a, &b), a, b);
    }

    #[test]
    fn edits_that_can_change_a_number_change_the_digest(seed: u64) {
        let random = &mut Random(seed);
        let draft = Draft::draw(random);
        let (edited, what) = draft.edit(random);
        let (a, b) = (draft.write(random), edited.write(random));
        if let (Ok(before), Ok(after)) = (digest_of(&a), digest_of(&b)) {
            prop_assert_ne!(before, after, "{}\n{}", what, a);
        }
    }
}

/// The two tests above say something only of plans that are read.
#[test]
fn most_drawn_plans_are_read() {
    let wrong: Vec<String> =
        (0..100).filter_map(|seed| digest_of(&Draft::draw(&mut Random(seed)).write(&mut Random(seed))).err()).collect();
    assert!(wrong.len() < 20, "{}", wrong.join("\n"));
}
