//! What long computations share with the session.

use crate::stats::sensitivity::Watch;

/// The seed of random draws where neither the statement nor the session has one.
pub const DEFAULT_SEED: u64 = 2026;

/// Who watches a long computation, and where its random numbers come from.
#[derive(Clone, Copy)]
pub struct Work<'a> {
    /// Asked whether to stop, told how far it is.
    pub watch: Watch<'a>,
    /// The seed where the statement has none.
    pub seed: u64,
}
