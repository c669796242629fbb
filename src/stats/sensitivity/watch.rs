//! Long work on all threads, which can be watched and stopped.

use crate::stats::error::StatsError;
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Who watches: asked whether to stop, told how much is done. Both are called from any thread.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Whether to stop; the function at work then returns [`StatsError::Stopped`] soon.
    pub stop: &'a (dyn Fn() -> bool + Sync),
    /// Told (done, total) now and then, about a thousand times at most, and at the end. With
    /// several threads a call can overtake another, so `done` can step back a little.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
}

impl Watch<'static> {
    /// Nobody: the work runs to its end.
    pub const NONE: Self = Self { stop: &|| false, progress: &|_, _| {} };
}

/// The results of `work(buffer, i)` for i in 0..n, in that order, whatever the threads.
/// `buffer` makes scratch space, of which every thread has its own: a result must not depend
/// on what an earlier one left there.
pub(crate) fn each<B, T: Send>(
    n: usize,
    watch: Watch<'_>,
    buffer: impl Fn() -> B + Sync + Send,
    work: impl Fn(&mut B, usize) -> T + Sync + Send,
) -> Result<Vec<T>, StatsError> {
    let done = AtomicUsize::new(0);
    let every = n.div_ceil(1000).max(1);
    let results: Option<Vec<T>> = (0..n)
        .into_par_iter()
        .map_init(&buffer, |buffer, i| {
            if (watch.stop)() {
                return None;
            }
            let result = work(buffer, i);
            let now = 1 + done.fetch_add(1, Ordering::Relaxed);
            if now.is_multiple_of(every) || now == n {
                (watch.progress)(now, n);
            }
            Some(result)
        })
        .collect();
    results.ok_or(StatsError::Stopped)
}

/// As [`each`], where the work can fail: the error of the first i that has one.
pub(crate) fn each_or_error<B, T: Send>(
    n: usize,
    watch: Watch<'_>,
    buffer: impl Fn() -> B + Sync + Send,
    work: impl Fn(&mut B, usize) -> Result<T, StatsError> + Sync + Send,
) -> Result<Vec<T>, StatsError> {
    each(n, watch, buffer, work)?.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicBool;

    #[test]
    fn order_progress_and_the_first_error() {
        let last = AtomicUsize::new(0);
        let calls = AtomicUsize::new(0);
        let watch = Watch {
            stop: &|| false,
            progress: &|done, total| {
                assert_eq!(total, 5000);
                last.fetch_max(done, Ordering::Relaxed);
                calls.fetch_add(1, Ordering::Relaxed);
            },
        };
        let squares = each(5000, watch, || (), |(), i| i * i).unwrap_or_default();
        assert!(squares.iter().enumerate().all(|(i, s)| *s == i * i) && squares.len() == 5000);
        assert_eq!((last.load(Ordering::Relaxed), calls.load(Ordering::Relaxed)), (5000, 1000));
        let failed =
            each_or_error(100, Watch::NONE, || (), |(), i| if i % 30 == 29 { Err(StatsError::Level { value: i as f64 }) } else { Ok(i) });
        assert_eq!(failed, Err(StatsError::Level { value: 29.0 }));
    }

    #[test]
    fn a_stop_ends_the_work() {
        let (begun, flag) = (AtomicUsize::new(0), AtomicBool::new(false));
        let watch = Watch { stop: &|| flag.load(Ordering::Relaxed), progress: &|_, _| {} };
        let result = each(
            1_000_000,
            watch,
            || (),
            |(), _| {
                if begun.fetch_add(1, Ordering::Relaxed) == 100 {
                    flag.store(true, Ordering::Relaxed);
                }
            },
        );
        assert_eq!(result, Err(StatsError::Stopped));
        assert!(begun.load(Ordering::Relaxed) < 1_000_000);
    }
}
