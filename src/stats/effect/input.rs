//! One row of data, as numbers.

/// What a printed p-value says about p.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Bound {
    /// `p = 0.03`.
    #[default]
    Exact,
    /// `p < 0.001`: p is at most this.
    Below,
    /// `p > 0.05`: p is at least this.
    Above,
}

/// A two-sided p-value as printed; its sign, if negative, is that of the effect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PValue {
    /// Between 0 and 1, or the negative of that for a negative effect.
    pub value: f64,
    /// Exact, or a bound.
    pub bound: Bound,
}

macro_rules! input {
    ($($(#[$doc:meta])* $($field:ident)+;)*) => {
        /// The columns of a row that effects are computed from; the names are those of the
        /// tidy CSV. What is not known is `None`.
        #[derive(Debug, Clone, Copy, PartialEq, Default)]
        #[allow(missing_docs)]
        pub struct Input {
            $($(#[$doc])* $(pub $field: Option<f64>,)+)*
            /// Two-sided p of the test between the groups.
            pub p: Option<PValue>,
            /// The group (1 or 2) that the result favours: the sign of an unsigned F or p.
            pub favours: Option<u8>,
        }

        impl Input {
            /// The numeric columns, in the order of the fields (`p` and `favours` apart).
            pub const COLUMNS: &'static [&'static str] = &[$($(stringify!($field),)+)*];

            /// The value of a numeric column; `None` if missing or no such column.
            #[must_use]
            pub fn get(&self, column: &str) -> Option<f64> {
                match column {
                    $($(stringify!($field) => self.$field,)+)*
                    "F" => self.f,
                    _ => None,
                }
            }

            /// The numeric columns that hold a value, in the order of the fields.
            pub fn present(&self) -> impl Iterator<Item = (&'static str, f64)> + use<> {
                let all = [$($((stringify!($field), self.$field),)+)*];
                all.into_iter().filter_map(|(column, value)| Some((column, value?)))
            }

            /// Sets a numeric column; false if there is no column of that name. `F` is `f`.
            pub fn set(&mut self, column: &str, value: Option<f64>) -> bool {
                match column {
                    $($(stringify!($field) => self.$field = value,)+)*
                    "F" => self.f = value,
                    _ => return false,
                }
                true
            }
        }
    };
}

input! {
    /// Group 1: people, mean, SD, standard error of the mean, its confidence limits.
    n1 mean1 sd1 se1 ci_lower1 ci_upper1;
    /// Group 1: median, quartiles, range.
    median1 lq1 uq1 min1 max1;
    /// Group 2: people, mean, SD, standard error of the mean, its confidence limits.
    n2 mean2 sd2 se2 ci_lower2 ci_upper2;
    /// Group 2: median, quartiles, range.
    median2 lq2 uq2 min2 max2;
    /// Events and person-time of the groups.
    events1 time1 events2 time2;
    /// Correlation (also between before and after).
    r;
    /// One group: people, events, person-time, mean, SD.
    n events time mean sd;
    /// One group before and after, and the SD of the change.
    mean_pre sd_pre mean_post sd_post sd_change;
    /// Group 1 before and after, the correlation between the two, and the SD of the change.
    mean_pre1 sd_pre1 mean_post1 sd_post1 r1 sd_change1;
    /// Group 2 before and after.
    mean_pre2 sd_pre2 mean_post2 sd_post2 r2 sd_change2;
    /// An effect on the analysis scale with its variance, standard error or limits.
    yi vi sei ci_lower ci_upper;
    /// An effect on the natural scale with its limits.
    effect effect_lower effect_upper;
    /// A raw mean difference with its standard error or limits.
    md md_se md_ci_lower md_ci_upper;
    /// Test statistics between the groups, and the degrees of freedom of t if not n1 + n2 - 2.
    t z f df;
    /// Standardised mean differences, without and with small-sample correction.
    d g;
    /// Observed minus expected events, and its variance.
    oe v;
    /// Level of every confidence interval of the row, in percent; 95 unless given.
    ci_level;
}
