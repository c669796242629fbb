//! Defaults: what a statement leaves unsaid, and from where it is filled in.

use super::conversions::{Conversions, StatedConversions};
use super::cursor::{Cursor, Lookup, choice_of, number_of, percent_of, word_of};
use super::spec::{CiChoice, Conventions, I2Definition, ModelChoice, Origin, PoolModel, Setting};
use super::suggest::nearest;
use super::value::Value;
use super::vocabulary::{self, CI, ChoiceValue, ClauseId, I2, MEASURES, MODELS, PI, VARIANCES, ZERO, clause_of};
use crate::diagnostic::Problem;
use crate::source::Span;
use crate::stats::effect::{Measure, SmdVariance, ZeroPolicy};
use crate::stats::pool::{CiMethod, PiMethod, Tau2Estimator};
use crate::syntax::ast::{ExprKind, Item, ItemKind};

/// The edition this version knows.
pub const EDITION: u16 = 2026;

/// Settings written somewhere: on a statement, by `set`, in a rule's branch.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overrides {
    /// Effect measure.
    pub measure: Option<Measure>,
    /// Variance of an SMD.
    pub variance: Option<SmdVariance>,
    /// Model.
    pub model: Option<ModelChoice>,
    /// Confidence interval.
    pub ci: Option<CiMethod>,
    /// Prediction interval.
    pub pi: Option<PiMethod>,
    /// Level, percent.
    pub level: Option<f64>,
    /// I2 definition.
    pub i2: Option<I2Definition>,
    /// Zero cells.
    pub zero: Option<ZeroPolicy>,
    /// How rows are converted.
    pub conversions: StatedConversions,
}

/// What `set`, `edition` and `conventions` have made of the defaults.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// By `set`.
    pub set: Overrides,
    /// By `set conventions`.
    pub conventions: Option<Conventions>,
}

/// What a setting clause needs to be read.
pub struct Reading<'a> {
    /// Variables.
    pub lookup: &'a Lookup<'a>,
    /// Names of rules.
    pub rules: &'a dyn Fn(&str) -> bool,
    /// The names of rules, for suggestions.
    pub rule_names: Vec<String>,
}

impl Overrides {
    /// Reads one setting clause, its word already taken. Returns false if the clause is none of these.
    pub fn read(&mut self, id: ClauseId, word: Span, cursor: &mut Cursor, reading: &Reading) -> Result<bool, Problem> {
        let clause = clause_of(id);
        if self.conversions.read(id, word, cursor, reading.lookup)? {
            return Ok(true);
        }
        let list = match id {
            ClauseId::Measure => MEASURES,
            ClauseId::Variance => VARIANCES,
            ClauseId::Model => MODELS,
            ClauseId::Ci => CI,
            ClauseId::Pi => PI,
            ClauseId::I2 => I2,
            ClauseId::Zero => ZERO,
            ClauseId::Level => &[],
            _ => return Ok(false),
        };
        let Some(item) = cursor.advance() else { return Err(nothing_follows(clause, word)) };
        if id == ClauseId::Level {
            let percent = percent_of(item, clause, reading.lookup)?;
            repeated(&mut self.level, percent, clause.name, word)?;
            return Ok(true);
        }
        if id == ClauseId::Model {
            let model = read_model(item, clause, reading)?;
            repeated(&mut self.model, model, clause.name, word)?;
            return Ok(true);
        }
        let Some(choice) = choice_of(item, clause, list, reading.lookup)? else { return Ok(true) };
        match choice.value {
            ChoiceValue::Measure(m) => repeated(&mut self.measure, Some(m), clause.name, word)?,
            ChoiceValue::Variance(v) => repeated(&mut self.variance, Some(v), clause.name, word)?,
            ChoiceValue::Ci(c) => repeated(&mut self.ci, Some(c), clause.name, word)?,
            ChoiceValue::Pi(p) => repeated(&mut self.pi, Some(p), clause.name, word)?,
            ChoiceValue::I2(d) => repeated(&mut self.i2, Some(d), clause.name, word)?,
            ChoiceValue::Zero(z) => repeated(&mut self.zero, Some(z), clause.name, word)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// These settings, with those of `later` in place where it has any.
    pub fn and_then(&self, later: &Overrides) -> Overrides {
        let later = later.clone();
        let own = self.clone();
        Overrides {
            measure: later.measure.or(own.measure),
            variance: later.variance.or(own.variance),
            model: later.model.or(own.model),
            ci: later.ci.or(own.ci),
            pi: later.pi.or(own.pi),
            level: later.level.or(own.level),
            i2: later.i2.or(own.i2),
            zero: later.zero.or(own.zero),
            conversions: own.conversions.and_then(later.conversions),
        }
    }
}

/// Fills a slot, once.
pub fn repeated<T>(slot: &mut Option<T>, value: Option<T>, name: &str, at: Span) -> Result<(), Problem> {
    if slot.is_some() {
        return Err(Problem::error("E210", format!("`{name}` stands twice")).at(at, "again").help("keep one of them"));
    }
    *slot = value;
    Ok(())
}

/// A clause word with nothing after it.
pub fn nothing_follows(clause: &vocabulary::Clause, word: Span) -> Problem {
    let problem = Problem::error("E211", format!("`{}` lacks its value", clause.name)).at(word, "nothing follows");
    match clause.takes {
        vocabulary::Takes::Choice(list) => {
            let names: Vec<&str> = list.iter().map(|c| c.name).collect();
            problem.help(format!("write `{}`; it takes {}", clause.usage, super::suggest::or_list(&names, 40)))
        }
        _ => problem.help(format!("write `{}`", clause.usage)),
    }
}

/// `model reml`, `model [reml, dl]`, `model RULE`, `model m`.
fn read_model(item: &Item, clause: &vocabulary::Clause, reading: &Reading) -> Result<Option<ModelChoice>, Problem> {
    match &item.kind {
        ItemKind::List(elements) => {
            let mut models = Vec::new();
            for element in elements {
                let ExprKind::Name(name) = &element.kind else {
                    return Err(Problem::error("E205", "a list of models holds words")
                        .at(element.span, "not a word")
                        .help("write `[reml, dl]`"));
                };
                let one = Item { kind: ItemKind::Word(name.clone()), span: element.span };
                if let Some(choice) = choice_of(&one, clause, MODELS, reading.lookup)? {
                    models.push(model_of(choice.value));
                }
            }
            if models.is_empty() {
                return Err(Problem::error("E211", "the list of models is empty")
                    .at(item.span, "no model")
                    .help("write `model [reml, dl]`"));
            }
            Ok(Some(ModelChoice::FirstOf(models)))
        }
        ItemKind::Word(word) => {
            if vocabulary::choice(MODELS, word).is_none() {
                if (reading.rules)(word) {
                    return Ok(Some(ModelChoice::Rule(word.clone())));
                }
                match (reading.lookup)(word) {
                    Some(Value::Word(w)) if vocabulary::choice(MODELS, &w).is_none() && (reading.rules)(&w) => {
                        return Ok(Some(ModelChoice::Rule(w)));
                    }
                    None => return Err(unknown_model(word, item.span, reading)),
                    _ => {}
                }
            }
            Ok(choice_of(item, clause, MODELS, reading.lookup)?.map(|c| ModelChoice::One(model_of(c.value))))
        }
        _ => Err(Problem::error("E205", "`model` takes a word or a list of words")
            .at(item.span, "not a model")
            .help("write `model reml`, or `tau2 0.1` for a stated between-study variance")),
    }
}

fn unknown_model(word: &str, span: Span, reading: &Reading) -> Problem {
    let all = MODELS
        .iter()
        .flat_map(|c| std::iter::once(c.name).chain(c.aliases.iter().copied()))
        .chain(reading.rule_names.iter().map(String::as_str));
    let problem = Problem::error("E205", format!("`{word}` is not a model")).at(span, "unknown model or rule");
    if let Some(choice) = super::cursor::described(word, MODELS) {
        return problem.help(format!("did you mean `{}`? ({})", choice.name, choice.summary));
    }
    let names: Vec<&str> = MODELS.iter().map(|c| c.name).chain(reading.rule_names.iter().map(String::as_str)).collect();
    match nearest(word, all) {
        Some(near) => problem.help(format!("did you mean `{near}`? The models are {}", super::suggest::and_list(&names, 40))),
        None => problem.help(format!("the models are {}; a rule is declared with `rule {word}`", super::suggest::and_list(&names, 40))),
    }
}

/// The model a choice stands for.
pub fn model_of(value: ChoiceValue) -> PoolModel {
    match value {
        ChoiceValue::Model(model) => model,
        _ => PoolModel::Random(Tau2Estimator::Reml),
    }
}

/// A stated tau2.
pub fn read_tau2(item: &Item, lookup: &Lookup) -> Result<Option<ModelChoice>, Problem> {
    Ok(number_of(item, "tau2", 0.0, f64::MAX, lookup)?.map(|x| ModelChoice::One(PoolModel::Given(x))))
}

/// Whether a rule's item is the word for not pooling.
pub fn is_not_pooled(item: &Item) -> bool {
    word_of(item).is_some_and(|w| w.eq_ignore_ascii_case("not_pooled"))
}

impl Settings {
    fn origin(&self) -> Origin {
        self.conventions.map_or(Origin::Edition(EDITION), Origin::Conventions)
    }

    /// The model by default.
    pub fn model(&self, measure: Measure) -> Setting<ModelChoice> {
        if let Some(model) = &self.set.model {
            return Setting::new(model.clone(), Origin::Set);
        }
        let model = match (self.conventions, measure) {
            (Some(Conventions::Revman5), Measure::Or | Measure::Rr | Measure::Rd) => PoolModel::MantelHaenszel,
            (Some(Conventions::Revman5), _) => PoolModel::Common,
            _ => PoolModel::Random(Tau2Estimator::Reml),
        };
        Setting::new(ModelChoice::One(model), self.origin())
    }

    /// How rows are converted by default.
    pub fn conversions(&self) -> Conversions {
        self.set.conversions.complete(&Origin::Edition(EDITION))
    }

    /// The interval by default.
    pub fn ci(&self) -> Setting<CiChoice> {
        match (self.set.ci, self.conventions) {
            (Some(method), _) => Setting::new(CiChoice { method, guarded: false }, Origin::Set),
            (None, Some(_)) => Setting::new(CiChoice { method: CiMethod::Wald, guarded: false }, self.origin()),
            (None, None) => Setting::new(CiChoice { method: CiMethod::Hksj, guarded: true }, self.origin()),
        }
    }

    /// The prediction interval by default.
    pub fn pi(&self) -> Setting<PiMethod> {
        match (self.set.pi, self.conventions) {
            (Some(method), _) => Setting::new(method, Origin::Set),
            (None, Some(Conventions::Metafor)) => Setting::new(PiMethod::Matches, self.origin()),
            (None, Some(Conventions::Revman5)) => Setting::new(PiMethod::None, self.origin()),
            (None, None) => Setting::new(PiMethod::T, self.origin()),
        }
    }

    /// The level by default.
    pub fn level(&self) -> Setting<f64> {
        self.set.level.map_or_else(|| Setting::new(95.0, self.origin()), |x| Setting::new(x, Origin::Set))
    }

    /// The I2 definition by default.
    pub fn i2(&self) -> Setting<I2Definition> {
        match (self.set.i2, self.conventions) {
            (Some(d), _) => Setting::new(d, Origin::Set),
            (None, Some(Conventions::Revman5)) => Setting::new(I2Definition::Q, self.origin()),
            _ => Setting::new(I2Definition::ByModel, self.origin()),
        }
    }

    /// The variance of an SMD by default.
    pub fn variance(&self) -> Setting<SmdVariance> {
        match (self.set.variance, self.conventions) {
            (Some(v), _) => Setting::new(v, Origin::Set),
            (None, Some(Conventions::Revman5)) => Setting::new(SmdVariance::Revman5, self.origin()),
            _ => Setting::new(SmdVariance::Ls, self.origin()),
        }
    }

    /// The zero-cell policy by default.
    pub fn zero(&self) -> Setting<ZeroPolicy> {
        match (self.set.zero, self.conventions) {
            (Some(z), _) => Setting::new(z, Origin::Set),
            (None, Some(Conventions::Metafor)) => Setting::new(ZeroPolicy::Metafor, self.origin()),
            (None, Some(Conventions::Revman5)) => Setting::new(ZeroPolicy::Revman5, self.origin()),
            (None, None) => Setting::new(ZeroPolicy::Edition, self.origin()),
        }
    }
}
