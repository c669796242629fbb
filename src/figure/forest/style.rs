//! What the layouts do differently: order of columns, colours, brackets, words of the footer.

use crate::eval::outcome::{HeterogeneityResult, Layout, PoolResult};
use crate::figure::scene::Colour;
use crate::number::{self, Digits, Interval};
use crate::report::words;
use crate::stats::effect::Measure;

/// A layout's ways.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Which.
    pub layout: Layout,
    /// Squares of studies.
    pub square: Colour,
    /// Diamonds of pooled effects.
    pub diamond: Colour,
    /// Lines of intervals.
    pub line: Colour,
    /// Prediction intervals.
    pub prediction: Colour,
    /// Head of the column of names.
    pub study: &'static str,
    /// What effects favour stands above the plot, in bold.
    pub sides_above: bool,
    /// Events and people of a group in one column.
    pub joined: bool,
}

/// The ways of a layout.
pub fn style(layout: Layout) -> Style {
    let own = Style {
        layout,
        square: "#3b6ea5",
        diamond: "#1c3f66",
        line: "#333333",
        prediction: "#b5562b",
        study: "Study",
        sides_above: false,
        joined: false,
    };
    match layout {
        Layout::Weald => own,
        Layout::Revman => {
            Style { square: "#2f7d32", diamond: "#000000", line: "#000000", prediction: "#000000", study: "Study or Subgroup", ..own }
        }
        Layout::Jama => Style {
            square: "#1f3a68",
            diamond: "#8fb8de",
            line: "#1f3a68",
            prediction: "#1f3a68",
            study: "Source",
            sides_above: true,
            joined: true,
            ..own
        },
        Layout::Bmj => Style { square: "#6b58a6", diamond: "#6b58a6", line: "#222222", prediction: "#222222", joined: true, ..own },
    }
}

impl Style {
    /// Whether the table stands left of the plot as a whole, and the footer below it.
    pub fn footer_left(&self) -> bool {
        self.layout == Layout::Revman
    }

    /// An estimate with its interval.
    pub fn interval(&self, estimate: Option<f64>, ends: [f64; 2], digits: Digits) -> String {
        let Interval { estimate, lower: a, upper: b } = number::interval(estimate, Some(ends), digits);
        let point = if estimate.is_empty() { estimate } else { format!("{estimate} ") };
        match self.layout {
            Layout::Weald | Layout::Revman => format!("{point}[{a}, {b}]"),
            // A minus within a range of hyphens can't be read.
            Layout::Jama if !a.starts_with('-') && !b.starts_with('-') => format!("{point}({a}-{b})"),
            Layout::Jama | Layout::Bmj => format!("{point}({a} to {b})"),
        }
    }

    /// `RR [95% CI]`.
    pub fn effect_head(&self, result: &PoolResult) -> String {
        let level = number::level(result.level);
        let name = capital(words::label(result));
        match self.layout {
            Layout::Weald => format!("{name} [{level} CI]"),
            Layout::Revman => revman_name(result).map_or(name, str::to_owned),
            Layout::Jama | Layout::Bmj => format!("{name} ({level} CI)"),
        }
    }

    /// `IV, Random, 95% CI` under the head of effects, as RevMan has it.
    pub fn method_head(&self, result: &PoolResult) -> Option<String> {
        if result.k < 2 {
            return None;
        }
        let by = match result.model.as_deref()? {
            // Peto's odds ratios pooled by inverse variances are Peto's pool.
            "common" if result.spec.measure.value == Measure::Peto => "Peto, Fixed",
            "common" => "IV, Fixed",
            "mh" => "M-H, Fixed",
            "peto" => "Peto, Fixed",
            _ => "IV, Random",
        };
        (self.layout == Layout::Revman).then(|| format!("{by}, {} CI", number::level(result.level)))
    }

    /// The name of a pooled row.
    pub fn pooled(&self, result: &PoolResult, group: bool) -> String {
        let level = number::level(result.level);
        match (self.layout, group) {
            (Layout::Revman, true) => format!("Subtotal ({level} CI)"),
            (Layout::Bmj, true) => format!("Subtotal ({level} CI)"),
            (Layout::Weald | Layout::Jama, true) => "Subtotal".into(),
            (Layout::Revman | Layout::Bmj, false) => format!("Total ({level} CI)"),
            (Layout::Weald, false) => "Pooled effect".into(),
            (Layout::Jama, false) => "Total".into(),
        }
    }

    /// `p < 0.001`, in the words of the layout.
    pub fn p(&self, p: f64) -> String {
        match self.layout {
            Layout::Weald => number::p_value(p),
            Layout::Revman => match p {
                p if p < 0.00001 => "P < 0.00001".into(),
                p if p < 0.0001 => "P < 0.0001".into(),
                p if p < 0.001 => format!("P = {}", number::fixed(p, 4)),
                p if p < 0.01 => format!("P = {}", number::fixed(p, 3)),
                p => format!("P = {}", number::fixed(p, 2)),
            },
            Layout::Jama => match p {
                p if p < 0.001 => "P < .001".into(),
                p if p > 0.99 => "P > .99".into(),
                p if p < 0.01 => format!("P = {}", number::fixed(p, 3).trim_start_matches('0')),
                p => format!("P = {}", number::fixed(p, 2).trim_start_matches('0')),
            },
            Layout::Bmj => match p {
                p if p < 0.001 => "P<0.001".into(),
                p if p < 0.01 => format!("P={}", number::fixed(p, 3)),
                p => format!("P={}", number::fixed(p, 2)),
            },
        }
    }

    /// The line on heterogeneity; of a subgroup, without intervals.
    pub fn heterogeneity(&self, h: &HeterogeneityResult, of_group: bool) -> String {
        let (q, df, p, i2) = (number::statistic(h.q), number::df(h.df), self.p(h.p), number::percent(h.i2));
        let tau2 = h.tau2.map(number::variance);
        match self.layout {
            Layout::Weald => {
                let open = |ci: Option<[Option<f64>; 2]>, show: fn(f64) -> String| {
                    ci.filter(|_| !of_group).map(|ci| format!(" {}", number::open_interval(ci, show))).unwrap_or_default()
                };
                let tau2 = tau2.map(|t| format!("; τ² = {t}{}", open(h.tau2_ci, number::variance))).unwrap_or_default();
                format!("Heterogeneity: Q = {q}, df = {df}, {p}{tau2}; I² = {i2}{}", open(h.i2_ci, number::percent))
            }
            Layout::Revman => {
                let tau2 = tau2.map(|t| format!("Tau² = {t}; ")).unwrap_or_default();
                format!("Heterogeneity: {tau2}Chi² = {q}, df = {df} ({p}); I² = {i2}")
            }
            Layout::Jama => format!("Heterogeneity: χ² = {q}, df = {df}; {p}; I² = {i2}"),
            Layout::Bmj => {
                let tau2 = tau2.map(|t| format!("τ²={t}; ")).unwrap_or_default();
                format!("Test for heterogeneity: {tau2}χ²={q}, df={df}, {p}; I²={i2}")
            }
        }
    }

    /// The line on the test of the pooled effect, where no effect has a value.
    pub fn overall(&self, result: &PoolResult) -> Option<String> {
        words::null(result)?;
        let (x, p) = (result.statistic?, self.p(result.p?));
        let (letter, df) = match result.df {
            Some(df) => ("t", format!(", df = {}", number::df(df))),
            None => (if matches!(self.layout, Layout::Revman) { "Z" } else { "z" }, String::new()),
        };
        let x = number::statistic(x);
        Some(match self.layout {
            Layout::Weald => format!("Test of the {}effect: {letter} = {x}{df}, {p}", if result.k > 1 { "pooled " } else { "" }),
            Layout::Revman => format!("Test for overall effect: {letter} = {x}{df} ({p})"),
            Layout::Jama => format!("Test for overall effect: {letter} = {x}{df}; {p}"),
            Layout::Bmj => format!("Test for overall effect: {letter}={x}{}, {p}", df.replace(" = ", "=")),
        })
    }

    /// The line on the test between subgroups.
    pub fn between(&self, result: &PoolResult) -> Option<String> {
        let b = result.between.as_ref()?;
        let (q, df, p) = (number::statistic(b.q), number::df(b.df), self.p(b.p));
        Some(match self.layout {
            Layout::Weald => format!("Test between subgroups: Q = {q}, df = {df}, {p} ({} τ²)", b.tau2),
            Layout::Revman => {
                // RevMan prints the share of the variability between subgroups beside it.
                let i2 = if b.q > b.df { 100.0 * (b.q - b.df) / b.q } else { 0.0 };
                format!("Test for subgroup differences: Chi² = {q}, df = {df} ({p}), I² = {}", number::percent(i2))
            }
            Layout::Jama => format!("Test for subgroup differences: χ² = {q}, df = {df}; {p}"),
            Layout::Bmj => format!("Test for subgroup differences: χ²={q}, df={df}, {p}"),
        })
    }
}

/// A word at the head of a column, as its neighbours begin; names such as `r` and `dppc` stay.
fn capital(name: String) -> String {
    let is_word = name.len() > 4 || name.contains(' ');
    let mut letters = name.chars();
    match letters.next().filter(|c| is_word && c.is_lowercase()) {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => name,
    }
}

/// What RevMan calls a measure.
fn revman_name(result: &PoolResult) -> Option<&'static str> {
    Some(match result.measure {
        "or" => "Odds Ratio",
        "peto" => "Peto Odds Ratio",
        "rr" => "Risk Ratio",
        "rd" => "Risk Difference",
        "md" => "Mean Difference",
        "smd" => "Std. Mean Difference",
        "hr" => "Hazard Ratio",
        "irr" => "Rate Ratio",
        _ => return None,
    })
}
