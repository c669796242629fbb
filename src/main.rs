//! The `weald` command.

use clap::Parser;
use std::process::ExitCode;
use weald::cli::Cli;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|info| {
        eprintln!("weald: a defect in Weald itself: {info}\nplease report it with the script and data that led to it");
    }));
    let cli = Cli::parse();
    // Deeply nested scripts need more stack than the main thread is sure to have.
    let worker = std::thread::Builder::new().stack_size(64 << 20).spawn(move || weald::command::execute(cli));
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(status)) => ExitCode::from(status),
        _ => ExitCode::from(70),
    }
}
