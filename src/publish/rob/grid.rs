//! Judgements of a store, study by study and domain by domain, and what does not fit.

use crate::bias::{self as tools, Level, TOOLS, Tool};
use crate::eval::outcome::RobRequest;
use crate::store::{RobJudgement, Store};

/// Judgements of one tool.
#[derive(Debug, Clone)]
pub struct Grid {
    /// The tool.
    pub tool: &'static Tool,
    /// One for each result that was judged: outcome and timepoint.
    pub panels: Vec<Panel>,
}

/// Judgements of one result, or of studies as a whole.
#[derive(Debug, Clone, Default)]
pub struct Panel {
    /// The outcome, if the judgements are of one.
    pub outcome: Option<String>,
    /// The timepoint, if they are of one.
    pub timepoint: Option<String>,
    /// Study by study.
    pub rows: Vec<GridRow>,
}

/// The judgements of one study.
#[derive(Debug, Clone, Default)]
pub struct GridRow {
    /// The study.
    pub study: String,
    /// How it is printed.
    pub label: String,
    /// One for each domain.
    pub levels: Vec<Option<Level>>,
    /// The whole.
    pub overall: Option<Level>,
}

/// How a domain was judged.
#[derive(Debug, Clone)]
pub struct Shares {
    /// Its official name.
    pub domain: &'static str,
    /// Judgements, best first, with their shares; `None` for what is not judged.
    pub parts: Vec<(Option<Level>, f64)>,
}

/// The word of a judgement.
pub fn word(level: Option<Level>) -> &'static str {
    level.map_or("not judged", Level::word)
}

/// What is shown, and what does not fit.
pub fn grids(store: &Store, request: &RobRequest) -> (Vec<Grid>, Vec<String>) {
    let mut problems = Vec::new();
    let mut grids: Vec<Grid> = Vec::new();
    let wanted = request.tool.as_deref().and_then(tools::tool);
    if let Some(name) = request.tool.as_deref().filter(|_| wanted.is_none()) {
        let names: Vec<&str> = TOOLS.iter().map(|t| t.name).collect();
        problems.push(format!("`{name}` is no tool that is known; the tools are {}", names.join(", ")));
        return (grids, problems);
    }
    let kept: Option<Vec<&str>> =
        request.weights.as_ref().map(|w| w.studies.iter().filter(|s| s.included).map(|s| s.study.as_str()).collect());
    for judgement in &store.risk_of_bias {
        let name = judgement.tool_name();
        if judgement.is_of_synthesis() {
            continue;
        }
        let Some(tool) = tools::tool(name) else {
            let text = format!("`{name}` ({}) is no tool that is known", judgement.study);
            if !problems.contains(&text) {
                problems.push(text);
            }
            continue;
        };
        let fits = |own: &Option<String>, wanted: &Option<String>| wanted.is_none() || own.is_none() || own == wanted;
        let hidden = wanted.is_some_and(|w| w != tool)
            || !fits(&judgement.outcome, &request.outcome)
            || !fits(&judgement.timepoint, &request.timepoint)
            || kept.as_ref().is_some_and(|k| !k.contains(&judgement.study.as_str()));
        if !hidden {
            enter(&mut grids, store, tool, judgement, &mut problems);
        }
    }
    for grid in &grids {
        complete(grid, store, &mut problems);
    }
    (grids, problems)
}

/// Puts one judgement in its place; a later one on the same place counts.
fn enter(grids: &mut Vec<Grid>, store: &Store, tool: &'static Tool, judgement: &RobJudgement, problems: &mut Vec<String>) {
    let label = store.studies.get(&judgement.study).map_or(judgement.study.as_str(), |s| s.label()).to_owned();
    let overall = judgement.domain.trim().eq_ignore_ascii_case("overall");
    let domain = tool.domain(&judgement.domain);
    if domain.is_none() && !overall {
        let names: Vec<&str> = tool.domains.iter().map(|d| d.mark).collect();
        problems.push(format!(
            "{label}: `{}` is no domain of {}, which has {} ({}) and overall",
            judgement.domain,
            tool.name,
            names.join(", "),
            tool.domains.iter().map(|d| d.keys.first().copied().unwrap_or(d.name)).collect::<Vec<_>>().join(", ")
        ));
        return;
    }
    // A word that the tool does not have was named when the data were read (W384).
    let Some(level) = tool.level(&judgement.judgement) else { return };
    if !overall && !matches!(level, Level::Low | Level::NotApplicable) && judgement.support.as_deref().is_none_or(|s| s.trim().is_empty()) {
        problems.push(format!("{label}, {}: {} has no support text", judgement.domain, level.word()));
    }
    let grid = position(grids, |g| g.tool == tool, || Grid { tool, panels: Vec::new() });
    let panel = position(
        &mut grids[grid].panels,
        |p| p.outcome == judgement.outcome && p.timepoint == judgement.timepoint,
        || Panel { outcome: judgement.outcome.clone(), timepoint: judgement.timepoint.clone(), rows: Vec::new() },
    );
    let panel = &mut grids[grid].panels[panel];
    let row = position(
        &mut panel.rows,
        |r| r.study == judgement.study,
        || GridRow { study: judgement.study.clone(), label: label.clone(), levels: vec![None; tool.domains.len()], overall: None },
    );
    let before = match domain {
        Some(d) => panel.rows[row].levels[d].replace(level),
        None => panel.rows[row].overall.replace(level),
    };
    if let Some(before) = before.filter(|b| *b != level) {
        let (first, last) = (before.word(), level.word());
        problems.push(format!("{label}, {}: judged twice, {first} and then {last}; the last counts", judgement.domain));
    }
}

/// Where the first stands that is so; a new one is made if none is.
fn position<T>(list: &mut Vec<T>, is: impl Fn(&T) -> bool, new: impl FnOnce() -> T) -> usize {
    list.iter().position(is).unwrap_or_else(|| {
        list.push(new());
        list.len() - 1
    })
}

/// Domains that lack a judgement, and overall judgements better than the worst domain.
fn complete(grid: &Grid, store: &Store, problems: &mut Vec<String>) {
    for panel in &grid.panels {
        for row in &panel.rows {
            let lacking: Vec<&str> = row.levels.iter().zip(grid.tool.domains).filter(|(l, _)| l.is_none()).map(|(_, d)| d.mark).collect();
            if !lacking.is_empty() && lacking.len() < grid.tool.domains.len() {
                problems.push(format!("{}: no judgement on {}", row.label, lacking.join(", ")));
            }
            let worst = row.levels.iter().flatten().filter(|l| l.rank().is_some()).max_by_key(|l| l.rank());
            // An overall judgement without information is neither better nor worse.
            if let (Some(overall), Some(worst)) = (row.overall, worst)
                && overall.rank().is_some_and(|rank| Some(rank) < worst.rank())
                && reason(store, grid.tool, panel, row).is_none()
            {
                problems.push(format!(
                    "{}: overall {} is better than its worst domain ({}), and no support text says why",
                    row.label,
                    overall.word(),
                    worst.word()
                ));
            }
        }
    }
}

/// Why an overall judgement is what it is.
fn reason<'a>(store: &'a Store, tool: &Tool, panel: &Panel, row: &GridRow) -> Option<&'a str> {
    let of = |j: &&RobJudgement| {
        j.study == row.study
            && j.domain.trim().eq_ignore_ascii_case("overall")
            && j.outcome == panel.outcome
            && j.timepoint == panel.timepoint
            && tools::tool(j.tool_name()).is_some_and(|t| t == tool)
    };
    store.risk_of_bias.iter().rev().find(of).and_then(|j| j.support.as_deref()).filter(|s| !s.trim().is_empty())
}

impl Panel {
    /// What it is about.
    pub fn title(&self, store: &Store) -> Option<String> {
        let outcome = self.outcome.as_ref().map(|o| crate::publish::characteristics::outcome_label(store, o));
        let time = self.timepoint.as_ref().map(|t| store.timepoints.get(t).and_then(|t| t.label.clone()).unwrap_or_else(|| t.clone()));
        let parts: Vec<String> = [outcome, time].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// Whether any study has an overall judgement.
    pub fn has_overall(&self) -> bool {
        self.rows.iter().any(|r| r.overall.is_some())
    }
}

impl Grid {
    /// The share of each judgement on each domain in one panel, the overall judgement last if there
    /// is one, by the number of studies or by their weights. What is not judged stands last.
    pub fn shares(&self, panel: &Panel, weights: Option<&dyn Fn(&str) -> Option<f64>>) -> Vec<Shares> {
        let mut out = Vec::new();
        for at in 0..self.tool.domains.len() + usize::from(panel.has_overall()) {
            let name = self.tool.domains.get(at).map_or("Overall", |d| d.name);
            let mut parts: Vec<(Option<Level>, f64)> = Vec::new();
            for row in &panel.rows {
                let level = if at < self.tool.domains.len() { row.levels[at] } else { row.overall };
                let Some(weight) = weights.map_or(Some(1.0), |w| w(&row.study)) else { continue };
                match parts.iter_mut().find(|s| s.0 == level) {
                    Some(s) => s.1 += weight,
                    None => parts.push((level, weight)),
                }
            }
            let total: f64 = parts.iter().map(|s| s.1).sum();
            parts.sort_by_key(|s| s.0.map_or(usize::MAX, |l| self.tool.levels.iter().position(|x| *x == l).unwrap_or(usize::MAX - 1)));
            if total > 0.0 {
                parts.iter_mut().for_each(|s| s.1 /= total);
            }
            out.push(Shares { domain: name, parts });
        }
        out
    }
}
