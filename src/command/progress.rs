//! Progress of long computations: one line on a terminal, after the first second.

use super::say;
use std::io::IsTerminal;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Nothing is said before this.
const PATIENCE: Duration = Duration::from_secs(1);
/// The line is not written more often than this.
const PAUSE: Duration = Duration::from_millis(100);

/// How much of a long computation is done, for a line that another writes.
#[derive(Debug, Default)]
pub struct Share {
    done: AtomicUsize,
    total: AtomicUsize,
}

impl Share {
    /// Takes a message of the session.
    pub fn told(&self, done: usize, total: usize) {
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    /// In percent; nothing where nothing is known.
    pub fn percent(&self) -> Option<usize> {
        let total = self.total.load(Ordering::Relaxed);
        (100 * self.done.load(Ordering::Relaxed)).checked_div(total)
    }
}

/// The computation in progress.
#[derive(Default)]
struct Meter {
    total: usize,
    began: Option<Instant>,
    drawn: Option<Instant>,
}

impl Meter {
    /// The line to write, if it is time for one; an empty one takes it away.
    fn told(&mut self, done: usize, total: usize, now: Instant) -> Option<String> {
        if total == 0 {
            let drawn = self.drawn.is_some();
            *self = Self::default();
            return drawn.then(String::new);
        }
        if self.total != total || self.began.is_none() {
            self.total = total;
            self.began = Some(now);
        }
        let waits = |since: Option<Instant>, least: Duration| since.is_none_or(|s| now.duration_since(s) >= least);
        if !waits(self.began, PATIENCE) || !waits(self.drawn, PAUSE) {
            return None;
        }
        self.drawn = Some(now);
        Some(format!("{:>3}% of {}", 100 * done / total, crate::number::count(total as u64)))
    }
}

/// Writes progress to standard error; nothing where that is no terminal.
pub fn meter() -> Option<impl Fn(usize, usize) + Send + Sync + 'static> {
    let meter = Mutex::new(Meter::default());
    std::io::stderr().is_terminal().then_some(move |done, total| {
        if let Ok(mut meter) = meter.lock()
            && let Some(line) = meter.told(done, total, Instant::now())
        {
            say::err(&format!("\r\x1b[2K{line}"));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_before_a_second_then_now_and_then() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut meter = Meter::default();
        assert_eq!(meter.told(1, 2000, at(0)), None);
        assert_eq!(meter.told(900, 2000, at(900)), None);
        assert_eq!(meter.told(1000, 2000, at(1000)).as_deref(), Some(" 50% of 2,000"));
        assert_eq!(meter.told(1010, 2000, at(1050)), None);
        assert_eq!(meter.told(1100, 2000, at(1100)).as_deref(), Some(" 55% of 2,000"));
        assert_eq!(meter.told(0, 0, at(1200)).as_deref(), Some(""));
        assert_eq!(meter.told(0, 0, at(1200)), None);
        assert_eq!(meter.told(3, 10, at(5000)), None);
    }
}
