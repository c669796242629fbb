//! The effect measures, their scales and back-transformations.

use crate::stats::math::{asin, atanh, cos, exp, expit, ln, logit, sin, sqrt, tanh};
use serde::{Deserialize, Serialize};

/// The scale on which a measure is analysed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// As printed.
    Identity,
    /// Natural logarithm.
    Log,
    /// Inverse hyperbolic tangent of a correlation.
    FisherZ,
    /// Log-odds of a proportion.
    Logit,
    /// Arcsine of the square root of a proportion.
    Arcsine,
    /// Double arcsine of a proportion.
    FreemanTukey,
    /// Square root of a rate.
    Sqrt,
    /// Double square root of a rate.
    FreemanTukeyRate,
}

impl Scale {
    /// The word for it: `identity`, `log`, `fisher_z`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Scale::Identity => "identity",
            Scale::Log => "log",
            Scale::FisherZ => "fisher_z",
            Scale::Logit => "logit",
            Scale::Arcsine => "arcsine",
            Scale::FreemanTukey => "freeman_tukey",
            Scale::Sqrt => "sqrt",
            Scale::FreemanTukeyRate => "freeman_tukey_rate",
        }
    }

    /// From the natural scale to the analysis scale. NaN outside its domain, and for the
    /// Freeman-Tukey scales, which need the sample size.
    #[must_use]
    pub fn forward(self, x: f64) -> f64 {
        match self {
            Scale::Identity => x,
            Scale::Log => ln(x),
            Scale::FisherZ => atanh(x),
            Scale::Logit => logit(x),
            Scale::Arcsine => asin(sqrt(x)),
            Scale::Sqrt => sqrt(x),
            Scale::FreemanTukey | Scale::FreemanTukeyRate => f64::NAN,
        }
    }

    /// From the analysis scale to the natural scale, limits of the scale respected.
    ///
    /// The Freeman-Tukey scales need the (harmonic mean) sample size or person-time:
    /// Miller 1978 (Am Stat 32:138) for proportions; for rates the inverse of
    /// `y = (sqrt(x/t) + sqrt((x+1)/t)) / 2`, which is `(y - 1/(4 t y))^2`. NaN without it.
    #[must_use]
    pub fn back(self, x: f64, harmonic_n: Option<f64>) -> f64 {
        use std::f64::consts::FRAC_PI_2;
        match self {
            Scale::Identity => x,
            Scale::Log => exp(x),
            Scale::FisherZ => tanh(x),
            Scale::Logit => expit(x),
            Scale::Arcsine => {
                let s = sin(x.clamp(0.0, FRAC_PI_2));
                s * s
            }
            Scale::Sqrt => {
                let y = if x < 0.0 { 0.0 } else { x };
                y * y
            }
            Scale::FreemanTukey => {
                let Some(n) = harmonic_n.filter(|n| *n > 0.0) else {
                    return f64::NAN;
                };
                let none = 0.5 * asin(sqrt(1.0 / (n + 1.0)));
                let all = 0.5 * (asin(sqrt(n / (n + 1.0))) + FRAC_PI_2);
                if x <= none {
                    return 0.0;
                }
                if x >= all {
                    return 1.0;
                }
                let (s, c) = (sin(2.0 * x), cos(2.0 * x));
                let inner = s + (s - 1.0 / s) / n;
                0.5 * (1.0 - sqrt((1.0 - inner * inner).max(0.0)).copysign(c))
            }
            Scale::FreemanTukeyRate => {
                let Some(t) = harmonic_n.filter(|t| *t > 0.0) else {
                    return f64::NAN;
                };
                if x <= 0.5 * sqrt(1.0 / t) {
                    return 0.0;
                }
                let root = x - 1.0 / (4.0 * t * x);
                root * root
            }
        }
    }
}

/// What a measure compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Groups {
    /// Group 1 (intervention) with group 2 (comparator).
    Two,
    /// One group, or one correlation.
    One,
    /// One group before and after.
    Paired,
    /// Whatever was supplied.
    Any,
}

macro_rules! measures {
    ($($variant:ident $scale:ident $groups:ident $name:literal $cite:literal;)*) => {
        /// An effect measure. Its analysis scale is [`Measure::scale`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Measure {
            $(#[doc = concat!($name, ": ", $cite)] $variant,)*
        }

        impl Measure {
            /// All measures.
            pub const ALL: &'static [Measure] = &[$(Measure::$variant,)*];

            /// The scale on which effects of this measure are analysed.
            #[must_use]
            pub fn scale(self) -> Scale {
                match self { $(Measure::$variant => Scale::$scale,)* }
            }

            /// What it compares.
            #[must_use]
            pub fn groups(self) -> Groups {
                match self { $(Measure::$variant => Groups::$groups,)* }
            }

            /// Its full name, for tables and methods text.
            #[must_use]
            pub fn full_name(self) -> &'static str {
                match self { $(Measure::$variant => $name,)* }
            }

            /// The source of its effect and variance formulas.
            #[must_use]
            pub const fn citation(self) -> &'static str {
                match self { $(Measure::$variant => $cite,)* }
            }
        }
    };
}

measures! {
    Md Identity Two "mean difference" "Borenstein et al. 2009, eq. 4.5";
    Smd Identity Two "standardised mean difference (Hedges' g)" "Hedges 1981; Hedges 1982, eq. 8";
    Smd1 Identity Two "standardised mean difference (Glass' delta, SD of group 2)" "Glass 1976; Hedges 1981";
    Smdh Identity Two "standardised mean difference (unequal variances)" "Bonett 2009, eq. 5";
    Rom Log Two "ratio of means" "Hedges et al. 1999; bias correction: Lajeunesse 2015, eq. 8";
    Or Log Two "odds ratio" "Woolf 1955";
    Rr Log Two "risk ratio" "Katz et al. 1978";
    Rd Identity Two "risk difference" "Fleiss & Berlin 2009";
    As Identity Two "arcsine difference" "Rücker et al. 2009";
    Peto Log Two "Peto odds ratio" "Yusuf et al. 1985";
    Hr Log Two "hazard ratio" "Parmar et al. 1998";
    Irr Log Two "incidence rate ratio" "Rothman et al. 2008";
    Ird Identity Two "incidence rate difference" "Rothman et al. 2008";
    Irsd Identity Two "difference of square-root incidence rates" "Bagos & Nikolopoulos 2009";
    Cor Identity One "correlation" "Hedges & Olkin 1985";
    Zcor FisherZ One "correlation (Fisher's z)" "Fisher 1921";
    Ucor Identity One "correlation (unbiased)" "Olkin & Pratt 1958";
    Pr Identity One "proportion" "Agresti 2013";
    Pln Log One "proportion (log)" "Agresti 2013";
    Plo Logit One "proportion (logit)" "Agresti 2013";
    Pas Arcsine One "proportion (arcsine)" "Anscombe 1948";
    Pft FreemanTukey One "proportion (Freeman-Tukey)" "Freeman & Tukey 1950";
    Ir Identity One "incidence rate" "Rothman et al. 2008";
    Irln Log One "incidence rate (log)" "Rothman et al. 2008";
    Irs Sqrt One "incidence rate (square root)" "Freeman & Tukey 1950";
    Irft FreemanTukeyRate One "incidence rate (Freeman-Tukey)" "Freeman & Tukey 1950";
    Mn Identity One "mean" "Borenstein et al. 2009";
    Mnln Log One "mean (log)" "Hedges et al. 1999";
    Mc Identity Paired "mean change" "Borenstein et al. 2009, eq. 4.11";
    Smcc Identity Paired "standardised mean change (change-score SD)" "Gibbons et al. 1993";
    Smcr Identity Paired "standardised mean change (raw-score SD)" "Becker 1988, eq. 13";
    Romc Log Paired "ratio of means, before and after" "Lajeunesse 2011; Senior et al. 2020, eq. 18";
    Dppc Identity Two "standardised mean change difference (pooled SD before)" "Morris 2008, eq. 8, 25";
    Generic Identity Any "effect" "as supplied";
}

impl Measure {
    /// An estimate or limit on the natural scale: `exp` of a log ratio, and so on.
    ///
    /// `harmonic_n`: harmonic mean of the sample sizes (person-times for rates), needed by
    /// the Freeman-Tukey measures only; without it they give NaN.
    #[must_use]
    pub fn display(self, x: f64, harmonic_n: Option<f64>) -> f64 {
        self.scale().back(x, harmonic_n)
    }

    /// The value of no effect on the analysis scale: 0 for comparisons, changes and
    /// correlations, none for a single proportion, rate or mean.
    #[must_use]
    pub fn null_value(self) -> Option<f64> {
        match self {
            Measure::Cor | Measure::Zcor | Measure::Ucor => Some(0.0),
            m if m.groups() == Groups::One => None,
            _ => Some(0.0),
        }
    }

    /// Whether effects are ratios, analysed on the log scale.
    #[must_use]
    pub fn is_ratio(self) -> bool {
        self.scale() == Scale::Log && self.groups() != Groups::One
    }

    /// The word of the language for it (`or`, `smd`, ...).
    #[must_use]
    pub fn name(self) -> &'static str {
        macro_rules! words {
            ($($v:ident $w:literal),* $(,)?) => { match self { $(Measure::$v => $w,)* } };
        }
        words!(
            Md "md", Smd "smd", Smd1 "smd1", Smdh "smdh", Rom "rom", Or "or", Rr "rr", Rd "rd",
            As "as", Peto "peto", Hr "hr", Irr "irr", Ird "ird", Irsd "irsd", Cor "cor",
            Zcor "zcor", Ucor "ucor", Pr "pr", Pln "pln", Plo "plo", Pas "pas", Pft "pft",
            Ir "ir", Irln "irln", Irs "irs", Irft "irft", Mn "mn", Mnln "mnln", Mc "mc",
            Smcc "smcc", Smcr "smcr", Romc "romc", Dppc "dppc", Generic "generic",
        )
    }
}
