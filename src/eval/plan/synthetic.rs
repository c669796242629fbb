//! Rows that fit a plan's declarations and say nothing: to see whether the plan runs.

use super::state::DryRun;
use crate::eval::state::State;
use crate::language::spec::{AnalysisSpec, Dependence};
use crate::stats::effect::Measure;
use crate::store::{Row, Store, Study, Value};
use std::collections::BTreeMap;

/// The question that rows belong to.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone)]
struct Question {
    outcome: String,
    timepoint: Option<String>,
    analysis: Option<String>,
    comparison: Option<String>,
}

/// A store with synthetic studies for every question of the plan; the declarations are the plan's.
pub fn store(state: &State, dry: DryRun) -> Store {
    let mut random = Random(dry.seed);
    let mut store = Store::default();
    let declared = state.script_store();
    let mut questions: BTreeMap<Question, Vec<&AnalysisSpec>> = BTreeMap::new();
    for planned in state.plan.planned.values() {
        let spec = planned.spec();
        let e = &spec.estimand;
        let of = Question {
            outcome: e.outcome.clone(),
            timepoint: e.timepoint.clone(),
            analysis: e.analysis.clone(),
            comparison: e.comparison.clone(),
        };
        questions.entry(of).or_default().push(spec);
    }
    let all: Vec<Question> = questions.keys().cloned().collect();
    // A question that leaves something open is answered by the rows of one that does not.
    questions.retain(|q, _| {
        let open = |a: &Option<String>, b: &Option<String>| a.is_none() && b.is_some();
        !all.iter().any(|o| {
            o.outcome == q.outcome
                && (open(&q.timepoint, &o.timepoint) || open(&q.analysis, &o.analysis) || open(&q.comparison, &o.comparison))
        })
    });
    let levels: Vec<(&String, Vec<String>)> = declared.characteristics.values().map(|c| (&c.id, random.spread(&c.levels, dry.k))).collect();
    for i in 0..dry.k {
        let mut study = Study::new(format!("Synthetic {}", i + 1));
        for (id, of) in &levels {
            let value = match of.get(i) {
                Some(level) => Value::infer(level),
                None => Value::infer(&random.between(1, 100).to_string()),
            };
            study.characteristics.insert((*id).clone(), value);
        }
        let id = study.id.clone();
        store.studies.insert(id.clone(), study);
        let n = [random.between(dry.n.0, dry.n.1), random.between(dry.n.0, dry.n.1)];
        for (question, specs) in &questions {
            for row in rows(&id, question, specs, state, n, &mut random) {
                store.rows.push(row);
            }
        }
    }
    store.settle();
    store
}

/// The rows of one study for one question: two where every analysis of it can take two.
fn rows(study: &str, of: &Question, specs: &[&AnalysisSpec], state: &State, n: [u32; 2], random: &mut Random) -> Vec<Row> {
    let store = state.script_store();
    let instruments: Vec<&String> = store.instruments.values().filter(|i| i.outcome.as_ref() == Some(&of.outcome)).map(|i| &i.id).collect();
    let takes_two = |s: &&AnalysisSpec| match &s.dependence.value {
        Dependence::Combine { .. } | Dependence::Multilevel { .. } => true,
        Dependence::Prefer(ranked) => instruments.len() > 1 && ranked.iter().any(|p| p.key.eq_ignore_ascii_case("instrument")),
        Dependence::Refuse | Dependence::Keep { .. } => false,
    };
    let several = specs.iter().all(takes_two);
    let count = if several { 2 } else { 1 };
    let measure = specs.first().map_or(Measure::Generic, |s| s.measure.value);
    (0..count)
        .map(|at| {
            let instrument =
                if instruments.is_empty() { None } else { instruments.get((random.between(0, 1) as usize + at) % instruments.len()) };
            let mut pairs: Vec<(&str, String)> = numbers(measure, n, scale(instrument.map(|i| i.as_str()), state), random);
            if let Some(instrument) = instrument {
                pairs.push(("instrument", (*instrument).clone()));
            } else if several {
                pairs.push(("instrument", format!("instrument {}", at + 1)));
            }
            for (key, value) in [("timepoint", &of.timepoint), ("analysis", &of.analysis)] {
                pairs.extend(value.clone().map(|v| (key, v)));
            }
            match of.comparison.as_ref().map(|c| (c, store.comparisons.get(c))) {
                Some((_, Some(c))) => {
                    pairs.extend(c.arm1.first().cloned().map(|a| ("arm1", a)));
                    pairs.extend(c.arm2.first().cloned().map(|a| ("arm2", a)));
                }
                Some((c, None)) => pairs.push(("comparison", c.clone())),
                None => {}
            }
            let (mut row, _) = Row::from_pairs(study, &of.outcome, pairs.iter().map(|(k, v)| (*k, v.as_str())));
            row.settle();
            row
        })
        .collect()
}

/// The lowest and the highest score.
fn scale(instrument: Option<&str>, state: &State) -> [f64; 2] {
    let found = instrument.and_then(|i| state.script_store().instruments.get(i));
    match found.and_then(|i| Some((i.min.as_ref()?.value, i.max.as_ref()?.value))) {
        Some((min, max)) if max > min => [min, max],
        _ => [0.0, 100.0],
    }
}

/// The columns from which a measure is computed, with synthetic numbers.
fn numbers(measure: Measure, [n1, n2]: [u32; 2], [min, max]: [f64; 2], random: &mut Random) -> Vec<(&'static str, String)> {
    use Measure as M;
    let width = max - min;
    let fixed = |x: f64| crate::number::fixed(x, 2);
    let mut mean = || fixed(min + width * (0.4 + 0.2 * random.unit()));
    let means = [mean(), mean(), mean(), mean()];
    let mut sd = || fixed(width * (0.1 + 0.1 * random.unit()));
    let [s1, s2] = [sd(), sd()];
    let [m1, m2, m3, m4] = means;
    let events = |n: u32, random: &mut Random| (1 + (f64::from(n.saturating_sub(2)) * (0.1 + 0.3 * random.unit())) as u32).to_string();
    let text = |n: u32| n.to_string();
    match measure {
        M::Md | M::Smd | M::Smd1 | M::Smdh | M::Rom => {
            vec![("n1", text(n1)), ("mean1", m1), ("sd1", s1), ("n2", text(n2)), ("mean2", m2), ("sd2", s2)]
        }
        M::Or | M::Rr | M::Rd | M::As | M::Peto => {
            vec![("events1", events(n1, random)), ("n1", text(n1)), ("events2", events(n2, random)), ("n2", text(n2))]
        }
        M::Irr | M::Ird | M::Irsd => {
            vec![("events1", events(n1, random)), ("time1", text(n1 * 5)), ("events2", events(n2, random)), ("time2", text(n2 * 5))]
        }
        M::Hr => {
            let (log, se) = (0.4 * random.unit() - 0.2, 2.0 / f64::from(n1 + n2).sqrt());
            let ends =
                [log, log - 1.959_963_984_540_054 * se, log + 1.959_963_984_540_054 * se].map(|x| crate::number::fixed(libm::exp(x), 6));
            let [a, b, c] = ends;
            vec![("effect", a), ("effect_lower", b), ("effect_upper", c)]
        }
        M::Cor | M::Zcor | M::Ucor => vec![("r", fixed(0.1 + 0.5 * random.unit())), ("n", text(n1 + n2))],
        M::Pr | M::Pln | M::Plo | M::Pas | M::Pft => vec![("events", events(n1, random)), ("n", text(n1))],
        M::Ir | M::Irln | M::Irs | M::Irft => vec![("events", events(n1, random)), ("time", text(n1 * 5))],
        M::Mn | M::Mnln => vec![("n", text(n1)), ("mean", m1), ("sd", s1)],
        M::Mc | M::Smcc | M::Smcr | M::Romc => {
            vec![("n", text(n1)), ("mean_pre", m1), ("sd_pre", s1), ("mean_post", m2), ("sd_post", s2), ("r", "0.6".into())]
        }
        M::Dppc => vec![
            ("n1", text(n1)),
            ("mean_pre1", m1),
            ("sd_pre1", s1),
            ("mean_post1", m2),
            ("r1", "0.6".into()),
            ("n2", text(n2)),
            ("mean_pre2", m3),
            ("sd_pre2", s2),
            ("mean_post2", m4),
            ("r2", "0.6".into()),
        ],
        M::Generic => vec![("yi", fixed(0.6 * random.unit() - 0.3)), ("vi", crate::number::fixed(4.0 / f64::from(n1 + n2), 4))],
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014): rows that are the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to below 1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn between(&mut self, from: u32, to: u32) -> u32 {
        from + (self.unit() * f64::from(to - from + 1)) as u32
    }

    /// Each level as often as the next, in a random order; nothing where there are no levels.
    fn spread(&mut self, levels: &[String], k: usize) -> Vec<String> {
        if levels.is_empty() {
            return Vec::new();
        }
        let mut out: Vec<String> = (0..k).map(|i| levels[i % levels.len()].clone()).collect();
        for i in (1..out.len()).rev() {
            out.swap(i, self.between(0, i as u32) as usize);
        }
        out
    }
}
