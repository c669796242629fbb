//! The time an entry takes: shown while it runs once a second has passed.

use super::say;
use crate::command::progress::Share;
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// From here on the time is worth saying.
pub const WORTH_SAYING: Duration = Duration::from_secs(1);

/// A running clock.
pub struct Clock {
    started: Instant,
    shown: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Clock {
    /// Starts; after a second the time shows on standard error, if that is a terminal, and how
    /// much is done where that is known.
    pub fn start(share: Arc<Share>) -> Self {
        let started = Instant::now();
        if !std::io::stderr().is_terminal() {
            return Self { started, shown: None };
        }
        let (end, ended) = channel::<()>();
        let show = move || {
            let mut wait = WORTH_SAYING;
            let mut any = false;
            while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                let done = share.percent().map(|p| format!(", {p}% done")).unwrap_or_default();
                say::err(&format!("\r\u{1b}[2Krunning for {}{done}, Ctrl-C stops", spoken(started.elapsed())));
                any = true;
                wait = Duration::from_secs(1);
            }
            if any {
                say::err("\r\u{1b}[2K");
            }
        };
        let shown = std::thread::Builder::new().name("clock".to_owned()).spawn(show).ok().map(|handle| (end, handle));
        Self { started, shown }
    }

    /// Stops, takes the time off the screen, and says how long it was.
    pub fn stop(self) -> Duration {
        let took = self.started.elapsed();
        if let Some((end, handle)) = self.shown {
            drop(end);
            let _ = handle.join();
        }
        took
    }
}

/// `1.4 s`, `2 min 5 s`
pub fn spoken(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 10.0 {
        format!("{seconds:.1} s")
    } else if seconds < 60.0 {
        format!("{seconds:.0} s")
    } else {
        format!("{} min {} s", time.as_secs() / 60, time.as_secs() % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_aloud() {
        for (ms, expected) in [(0, "0.0 s"), (1_449, "1.4 s"), (12_600, "13 s"), (125_000, "2 min 5 s")] {
            assert_eq!(spoken(Duration::from_millis(ms)), expected);
        }
    }
}
