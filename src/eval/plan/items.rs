//! What a plan says of the items of PRISMA-P and of the registries' forms.

use super::state::{Asked, PlannedStatement};
use crate::eval::record;
use crate::eval::state::State;
use crate::language::spec::{ModelChoice, Origin};
use crate::protocol::completeness::{Coverage, Item, Registry, registries};
use crate::protocol::{Key, Record, Role};
use crate::store::Direction;
use std::collections::BTreeSet;

/// Every item, with what the plan says of it.
pub fn items(state: &State) -> Vec<Item> {
    let before = state.before_data();
    let record = |p: &PlannedStatement| {
        let mut record = record::of_planned(p, &before);
        if state.plan.reconstructed.is_some() {
            super::declared::leave_unsaid(&mut record);
        }
        record
    };
    let plan = Reading { records: state.plan.planned.values().map(|p| (p.as_ref(), record(p))).collect(), state: &before };
    plan.items()
}

/// The texts to paste into each registry.
pub fn registry(state: &State) -> Vec<Registry> {
    registries(&items(state))
}

struct Reading<'s> {
    records: Vec<(&'s PlannedStatement, Record)>,
    state: &'s State,
}

/// Where an item stands in the forms: PRISMA-P, INPLASY, PROSPERO, OSF.
type Places = [&'static str; 4];

impl Reading<'_> {
    #[rustfmt::skip]
    fn items(&self) -> Vec<Item> {
        let review = self.state.store.review.clone().unwrap_or_default();
        let draft = &*self.state.plan;
        let rules = !self.state.rules.is_empty();
        let stated = |text: Option<String>| text.filter(|t| !t.is_empty()).map(|t| (Coverage::Stated, t));
        let list = |names: &[String]| (!names.is_empty()).then(|| names.join(", "));
        let item = |content, places: Places, found: Option<(Coverage, String)>, write| {
            let [prisma_p, inplasy, prospero, osf] = places;
            let (coverage, text) = found.unwrap_or((Coverage::Missing, String::new()));
            Item { content, prisma_p, inplasy, prospero, osf, coverage, text, write }
        };
        let declared = draft.declaration.as_ref().map(|d| {
            let on = d.on.as_ref().map(|on| format!(" on {on}")).unwrap_or_default();
            format!("Results seen before the plan was written: {}, declared by {}{on}.", d.results_seen, d.by.join(", "))
        });
        let amended = draft.amendments.iter().map(|a| format!("{} ({}): {}.", a.id, a.date, a.reason.trim_end_matches('.')));
        let amending = draft.amending.iter().map(|text| format!("Amendments: {}.", text.trim_end_matches('.')));
        let amending = Some(amending.chain(amended).collect::<Vec<_>>().join("\n"));
        vec![
            item("title", ["1a", "Title", "1 Review title", "title"], stated(review.title), "review ID \"TITLE\""),
            item("review question", ["7", "Review question / Objective", "15 Review question", ""], stated(review.question), "review ID \"TITLE\" question \"…\""),
            item("stage of the review", ["", "Review Stage at time of this submission", "5 Stage of review at time of this submission", "current_stage"], stated(review.stage.map(|s| format!("Stage: {s}."))), "stage search"),
            item("results seen", ["", "Review Stage at time of this submission", "5 Stage of review at time of this submission", "current_stage"], stated(declared), "declare results_seen none by \"NAME\" date \"DATE\""),
            item("amendments", ["4", "Amendments", "", ""], stated(amending).or(Some((Coverage::Defaulted, "Amendments are locked beside the plan, each with its date, its reason and whether results had been seen, and listed among the differences between protocol and review (not chosen by the authors).".into()))), "declare amendments \"they are locked, entered into the registry and reported\""),
            item("study designs", ["8", "Study designs to be included", "22 Types of study to be included", "inclusions_exclusion_criteria"], stated(self.eligible()), "designs rct, cluster_rct"),
            item("interventions", ["8", "Intervention", "20 Intervention(s), exposure(s)", "ivs_interventions_treatments"], stated(self.interventions()), "compare imr vs tau, waitlist as control"),
            item("comparisons", ["8", "Comparator", "21 Comparator(s)/control", "ivs_interventions_treatments"], stated(self.comparisons()), "compare imr vs tau, waitlist as control"),
            item("primary outcomes", ["13", "Main outcome(s)", "24 Main outcome(s)", "dvs_outcomes_main_vars"], stated(self.outcomes("primary")), "outcome ID \"LABEL\" primary higher better"),
            item("secondary outcomes", ["13", "Additional outcome(s)", "25 Additional outcome(s)", "dvs_outcomes_main_vars"], stated(self.outcomes("secondary")), "outcome ID \"LABEL\" secondary higher better"),
            item("instruments", ["12, 13", "Main outcome(s)", "24 Main outcome(s)", "entities_to_extract"], stated(self.instruments()), "instrument RAS for OUTCOME range 24..120 higher better"),
            item("which of several results", ["13, 15b", "Strategy of data synthesis", "28 Strategy for data synthesis", "planned_data_transformations"], stated(self.hierarchies()), "prefer instrument RAS > QPR"),
            item("time windows", ["13", "Main outcome(s)", "24 Main outcome(s)", ""], stated(self.windows()), "timepoint posttest window -2w..4w pick nearest"),
            item("effect measures", ["15b", "Strategy of data synthesis", "28 Strategy for data synthesis", "planned_data_transformations"], self.by_key("Effect measure", &[Key::Measure]), "outcome ID measure smd"),
            item("analysis sets", ["15b", "Strategy of data synthesis", "28 Strategy for data synthesis", "planned_data_transformations"], self.analysis_sets(), "pool OUTCOME itt"),
            item("unit of analysis", ["15b", "Strategy of data synthesis", "28 Strategy for data synthesis", "planned_data_transformations"], self.by_key("Several effects of one trial", &[Key::UnitOfAnalysis]), "combine rho 0.5, multilevel, or prefer"),
            item("missing data", ["12, 15b", "Data management", "26 Data extraction (selection and coding)", "missing_data"], self.by_key("Missing data", &[Key::MissingData]), "impute sd from se, ci, t, p else not_pooled"),
            item("risk of bias", ["14", "Quality assessment / Risk of bias analysis", "27 Risk of bias (quality) assessment", "quality_assessment"], stated(self.risk_of_bias()), "use rob rob2 effect assignment per result in sensitivity, grade"),
            item("criteria for pooling", ["15a", "Strategy of data synthesis", "28 Strategy for data synthesis", "synthesis_plan"], stated(self.pooling()), "rule NAME with `when k < 2 then not_pooled`"),
            item("model and intervals", ["15b", "Strategy of data synthesis", "28 Strategy for data synthesis", "synthesis_plan"], self.by_key("Model", &[Key::Model, Key::Tau2Estimator, Key::Ci, Key::Pi, Key::Level]), "pool OUTCOME model reml ci hksj pi t"),
            item("heterogeneity", ["15b", "Strategy of data synthesis", "28 Strategy for data synthesis", "synthesis_plan"], self.by_key("I2", &[Key::I2]), "pool OUTCOME i2 tau2"),
            item("conditional choices", ["15a, 15b", "Strategy of data synthesis", "28 Strategy for data synthesis", "synthesis_plan"], stated(rules.then(|| self.rules())), "rule NAME with its branches"),
            item("subgroups and moderators", ["15c", "Subgroup analysis", "29 Analysis of subgroups or subsets", "synthesis_plan"], stated(self.of_roles(&[Role::Subgroup, Role::MetaRegression])), "plan G1 subgroup of P1: by COLUMN expects A > B because \"…\""),
            item("sensitivity analyses", ["15c", "Sensitivity analysis", "28 Strategy for data synthesis", "sensitivity_analysis"], stated(self.of_roles(&[Role::Sensitivity])), "plan S1 sensitivity of P1: exclude where CONDITION"),
            item("if nothing is pooled", ["15d", "Strategy of data synthesis", "28 Strategy for data synthesis", "synthesis_plan"], stated(self.not_pooled()), "not_pooled swim effect_direction"),
            item("meta-bias", ["16", "Strategy of data synthesis", "28 Strategy for data synthesis", "publication_bias_analyses"], stated(self.of_roles(&[Role::SmallStudy])), "plan F1 small-study of P1: egger when k >= 10"),
            item("certainty of evidence", ["17", "Quality assessment / Risk of bias analysis", "28 Strategy for data synthesis", "quality_assessment"], stated(self.grades()), "grade P1 threshold mid ois delta 0.2 alpha 0.05 power 0.8"),
            item("criteria for conclusions", ["", "", "", "criteria_for_conclusions"], stated(list(&draft.conclude).map(|c| format!("Conclusions are drawn {c}."))), "conclude against mid"),
            item("software", ["", "Strategy of data synthesis", "28 Strategy for data synthesis", "software"], stated(Some(format!("Weald {}, edition {}.", env!("CARGO_PKG_VERSION"), crate::language::settings::EDITION))), ""),
        ]
    }

    /// Who is eligible: designs, and criteria that people apply.
    fn eligible(&self) -> Option<String> {
        let draft = &self.state.plan;
        let designs = (!draft.designs.is_empty()).then(|| format!("Eligible designs: {}.", draft.designs.join(", ")));
        let criteria = draft.criteria.iter().map(|(id, text)| format!("Criterion {id}: {}.", text.trim_end_matches('.')));
        let said: Vec<String> = designs.into_iter().chain(criteria).collect();
        (!said.is_empty()).then(|| said.join(" "))
    }

    fn pools(&self) -> impl Iterator<Item = &(&PlannedStatement, Record)> {
        self.records.iter().filter(|(p, _)| matches!(p.asked, Asked::Pool(_)) && matches!(p.role, Role::Primary | Role::Secondary))
    }

    /// What primary and secondary analyses say of some fields: analyses that say the same stand together.
    fn by_key(&self, what: &str, keys: &[Key]) -> Option<(Coverage, String)> {
        let mut said: Vec<(String, Vec<&str>)> = Vec::new();
        let (mut any, mut chosen) = (false, false);
        for (planned, record) in self.pools() {
            let fields: Vec<_> = keys.iter().filter_map(|k| record.field(*k)).filter(|f| !f.is_silent()).collect();
            if fields.is_empty() {
                continue;
            }
            any = true;
            chosen |= fields.iter().any(|f| !is_default(&f.origin));
            let one = |f: &&crate::protocol::Field| {
                let origin = if is_default(&f.origin) { format!(" ({}, not chosen by the authors)", f.origin) } else { String::new() };
                format!("{}{}{origin}", label(f.key), f.words)
            };
            let text = fields.iter().map(one).collect::<Vec<_>>().join("; ");
            match said.iter_mut().find(|(t, _)| *t == text) {
                Some((_, ids)) => ids.push(&planned.id),
                None => said.push((text, vec![&planned.id])),
            }
        }
        let text = said.iter().map(|(text, ids)| format!("{what} of {}: {text}.", ids.join(", "))).collect::<Vec<_>>().join("\n");
        any.then_some((if chosen { Coverage::Stated } else { Coverage::Defaulted }, text))
    }

    fn analysis_sets(&self) -> Option<(Coverage, String)> {
        let open = self.pools().any(|(p, _)| p.spec().estimand.analysis.is_none());
        self.by_key("Analysis set", &[Key::AnalysisSet]).filter(|_| !open)
    }

    fn interventions(&self) -> Option<String> {
        let all: BTreeSet<&str> = self.state.store.comparisons.values().flat_map(|c| &c.arm1).map(String::as_str).collect();
        (!all.is_empty()).then(|| format!("Interventions: {}.", all.into_iter().collect::<Vec<_>>().join(", ")))
    }

    fn comparisons(&self) -> Option<String> {
        let one = |c: &crate::store::Comparison| format!("{} versus {}", c.arm1.join(" or "), c.arm2.join(" or "));
        let all: Vec<String> = self.state.store.comparisons.values().map(one).collect();
        (!all.is_empty()).then(|| format!("Comparisons: {}.", all.join("; ")))
    }

    fn outcomes(&self, role: &str) -> Option<String> {
        let mut lines = Vec::new();
        for o in self.state.store.outcomes.values().filter(|o| o.role.as_deref() == Some(role)) {
            let of = |(p, _): &&(&PlannedStatement, Record)| p.spec().estimand.outcome == o.id;
            let times: BTreeSet<String> = self.pools().filter(of).filter_map(|(p, _)| p.spec().estimand.timepoint.clone()).collect();
            let measures: BTreeSet<&str> = self.pools().filter(of).map(|(p, _)| p.spec().measure.value.full_name()).collect();
            let mut text = o.label.clone().unwrap_or_else(|| o.id.clone());
            let mut parts: Vec<String> = Vec::new();
            parts.extend(o.importance.clone());
            parts.extend(o.direction.map(|d| direction(d).to_owned()));
            if !times.is_empty() {
                parts.push(format!("at {}", times.into_iter().collect::<Vec<_>>().join(", ")));
            }
            if !measures.is_empty() {
                parts.push(measures.into_iter().collect::<Vec<_>>().join(", "));
            }
            if let Some(mid) = o.mid.as_ref().and_then(|m| Some((m.value.as_ref()?.text.clone(), m.unit.clone().unwrap_or_default()))) {
                parts.push(format!("minimal important difference {} {}", mid.0, mid.1).trim_end().to_owned());
            }
            if !parts.is_empty() {
                text.push_str(&format!(" ({})", parts.join("; ")));
            }
            lines.push(text);
        }
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    fn instruments(&self) -> Option<String> {
        let one = |i: &crate::store::Instrument| {
            let mut parts: Vec<String> = Vec::new();
            parts.extend(i.items.as_ref().map(|x| format!("{} items", x.text)));
            parts.extend(i.min.as_ref().zip(i.max.as_ref()).map(|(a, b)| format!("{} to {}", a.text, b.text)));
            parts.extend(i.direction.map(|d| direction(d).to_owned()));
            let of = i.outcome.as_ref().map(|o| format!(" for {o}")).unwrap_or_default();
            let parts = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join("; ")) };
            format!("{}{of}{parts}", i.label.as_ref().unwrap_or(&i.id))
        };
        let all: Vec<String> = self.state.store.instruments.values().map(one).collect();
        (!all.is_empty()).then(|| format!("Instruments: {}.", all.join("; ")))
    }

    fn hierarchies(&self) -> Option<String> {
        let of: BTreeSet<String> =
            self.records.iter().filter_map(|(_, r)| r.field(Key::Hierarchy)).map(|f| f.words.clone()).filter(|w| w != "none").collect();
        (!of.is_empty()).then(|| {
            format!("Where a trial has several results, the first available is taken: {}.", of.into_iter().collect::<Vec<_>>().join("; "))
        })
    }

    fn windows(&self) -> Option<String> {
        let one = |t: &crate::store::Timepoint| {
            let (from, to) = t.from.as_ref().zip(t.to.as_ref())?;
            let pick = t.pick.as_ref().map(|p| format!(", the {p} measurement if there are several")).unwrap_or_default();
            Some(format!("{} from {from} to {to}{pick}", t.label.as_ref().unwrap_or(&t.id)))
        };
        let all: Vec<String> = self.state.store.timepoints.values().filter_map(one).collect();
        (!all.is_empty()).then(|| format!("Timepoints: {}.", all.join("; ")))
    }

    fn risk_of_bias(&self) -> Option<String> {
        let rob = self.state.plan.rob.as_ref()?;
        let mut text = format!("Risk of bias: {}", rob.tool.as_deref().unwrap_or("tool not stated"));
        text.push_str(&rob.effect.as_ref().map(|e| format!(", effect of {e}")).unwrap_or_default());
        text.push_str(&rob.per.as_ref().map(|p| format!(", per {p}")).unwrap_or_default());
        if !rob.used_in.is_empty() {
            text.push_str(&format!(", used in {}", rob.used_in.join(", ")));
        }
        Some(text + ".")
    }

    /// Rules of planned analyses that can say not to pool.
    fn pooling(&self) -> Option<String> {
        let rules = self.rules_used();
        let lines: Vec<String> = rules
            .iter()
            .flat_map(|r| r.branches.iter().filter(|b| b.not_pooled).map(|b| format!("Not pooled when {}.", b.condition_text)))
            .collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    fn not_pooled(&self) -> Option<String> {
        let swim = self.rules_used().iter().any(|r| r.branches.iter().any(|b| b.swim));
        swim.then(|| "Where effects are not pooled, their directions are counted and tested (sign test).".to_owned())
    }

    fn rules_used(&self) -> Vec<std::sync::Arc<crate::eval::state::Rule>> {
        let used = |name: &str| {
            self.records.iter().any(|(p, _)| match (&p.asked, &p.spec().model.value) {
                (Asked::Apply { rule, .. }, _) if rule == name => true,
                (_, ModelChoice::Rule(rule)) => rule == name,
                _ => false,
            })
        };
        self.state.rules.iter().filter(|(name, _)| used(name)).map(|(_, rule)| rule.clone()).collect()
    }

    fn rules(&self) -> String {
        let one = |r: &std::sync::Arc<crate::eval::state::Rule>| {
            let branch = |b: &crate::eval::state::RuleBranch| match &b.condition {
                Some(_) => format!("when {}: {}", b.condition_text, b.then_text),
                None if b.undefined => format!("when undefined: {}", b.then_text),
                None => format!("otherwise: {}", b.then_text),
            };
            format!("Rule {}: {} (the first that holds).", r.name, r.branches.iter().map(branch).collect::<Vec<_>>().join("; "))
        };
        self.rules_used().iter().map(one).collect::<Vec<_>>().join("\n")
    }

    fn of_roles(&self, roles: &[Role]) -> Option<String> {
        let one = |p: &PlannedStatement| {
            let mut text = format!("{}: {}", p.id, p.command);
            if let Some(gate) = &p.gate {
                text.push_str(&format!(" when {}", record::condition(gate, self.state)));
            }
            text.push_str(&p.expects.as_ref().map(|e| format!(", expecting {e}")).unwrap_or_default());
            text.push_str(&p.because.as_ref().map(|b| format!(", because {b}")).unwrap_or_default());
            text + "."
        };
        let all: Vec<String> = self.records.iter().filter(|(p, _)| roles.contains(&p.role)).map(|(p, _)| one(p)).collect();
        (!all.is_empty()).then(|| all.join("\n"))
    }

    fn grades(&self) -> Option<String> {
        let one = |(id, g): (&String, &super::state::Grading)| {
            let threshold = g.threshold.as_ref().map(|t| format!(" against {t}")).unwrap_or_default();
            let size = g.ois.as_ref().map(|o| {
                let part = |name: &str, x: &Option<String>| x.as_ref().map(|x| format!(" {name} {x}")).unwrap_or_default();
                format!(
                    ", optimal information size for{}{}{}",
                    part("difference", &o.delta),
                    part("alpha", &o.alpha),
                    part("power", &o.power)
                )
            });
            format!("Certainty of {id} is rated{threshold}{}.", size.unwrap_or_default())
        };
        let all: Vec<String> = self.state.plan.grades.iter().map(one).collect();
        (!all.is_empty()).then(|| all.join("\n"))
    }
}

fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::HigherBetter => "higher is better",
        Direction::LowerBetter => "lower is better",
    }
}

/// Whether nobody chose it.
pub fn is_default(origin: &str) -> bool {
    let of = |o: Origin| o.to_string();
    let edition = of(Origin::Edition(crate::language::settings::EDITION));
    origin == edition || origin.ends_with(&format!("({edition})")) || origin.starts_with("conventions ") || origin.contains("(conventions ")
}

/// What stands before a field's words.
fn label(key: Key) -> &'static str {
    match key {
        Key::Tau2Estimator => "tau2 by ",
        Key::Ci => "confidence interval ",
        Key::Pi => "prediction interval ",
        Key::Level => "level ",
        _ => "",
    }
}
