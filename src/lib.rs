//! Weald: a small language for meta-analysis.
//!
//! A [`Session`] runs statements against data and gives back typed results; the statistics
//! core ([`stats`]) is a plain library that can be used alone.
//!
//! ```
//! use weald::stats::pool::{Model, PoolOptions, Tau2Estimator, pool};
//! let y = [0.10, 0.30, 0.35, 0.65];
//! let v = [0.03, 0.03, 0.05, 0.01];
//! let options = PoolOptions { model: Model::Random(Tau2Estimator::Reml), ..PoolOptions::default() };
//! let pooled = pool(&y, &v, &options).unwrap();
//! assert_eq!(pooled.k, 4);
//! assert!(pooled.ci[0] < pooled.estimate && pooled.estimate < pooled.ci[1]);
//! ```

pub mod audit;
pub mod axis;
pub mod bias;
pub mod cli;
pub mod command;
pub mod diagnostic;
pub mod digest;
pub mod eval;
pub mod figure;
pub mod language;
pub mod number;
pub mod protocol;
pub mod publish;
pub mod repl;
pub mod report;
pub mod session;
pub mod source;
pub mod stats;
pub mod store;
pub mod syntax;
pub mod validate;

pub use diagnostic::{Problem, Severity};
pub use eval::outcome::{Outcome, PoolResult};
pub use session::{Run, Session};
pub use source::{Source, Span};
pub use store::Store;

/// The Rust snippets of the README are documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct ReadmeDoctests;
