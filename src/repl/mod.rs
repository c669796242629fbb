//! Sessions at the terminal.
use std::path::Path;
/// Starts a session, with data if a path is given; gives the exit status.
pub fn start(_store: Option<&Path>) -> u8 {
    0
}
