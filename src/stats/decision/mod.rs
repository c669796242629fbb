//! What a pooled effect means for a decision: probabilities of an effect that matters,
//! absolute effects at a baseline risk, effects in the units of an instrument.
//!
//! - [`Predictive`]: a mean or a new setting's effect as a t or normal distribution.
//! - [`absolute`]: from a relative effect and a baseline risk to a risk difference, and
//!   [`needed_to_treat`] from that.
//! - [`people_for_means`] and [`people_for_risks`]: the optimal information size.
//! - [`smd_to_log_odds`] and [`log_odds_to_smd`]: between standardised and log odds scales.

mod information;
mod predictive;
mod risk;
mod standardised;

pub use information::{people_for_means, people_for_risks};
pub use predictive::Predictive;
pub use risk::{Absolute, NeededToTreat, OverRisk, absolute, needed_to_treat};
pub use standardised::{log_odds_to_smd, smd_to_log_odds};
