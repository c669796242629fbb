//! Sessions at the terminal: read an entry, run it, print what came of it.
//!
//! What is typed goes through [`Session::run_entry`]; completion, hints and colours ask
//! `language`. Only this folder and `command` touch the terminal, the environment and the clock.

mod clock;
mod colours;
mod entry;
mod helper;
mod history;
mod snapshot;

use crate::command::change::author;
use crate::command::progress::Share;
use crate::command::{run, say};
use crate::diagnostic::Problem;
use crate::eval::outcome::Outcome;
use crate::eval::{Halt, Located};
use crate::language::suggest::count;
use crate::session::{Run, Session};
use crate::source::Source;
use crate::store::{Disk, Files};
use helper::Assistant;
use history::History;
use rustyline::config::{BellStyle, CompletionType, Config};
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{Cmd, Editor, KeyCode, KeyEvent, Modifiers};
use std::io::{IsTerminal, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Starts a session, with data if a path is given; gives the exit status.
/// Where standard input is no terminal, it is run as a script.
pub fn start(store: Option<&Path>) -> u8 {
    let mut session = Session::with_files(here());
    let flag = session.interrupt();
    let conversation = std::io::stdin().is_terminal();
    // Without the handler Ctrl-C ends the program, which is no reason not to begin. A conversation
    // stops the statement; a script ends, at once where nothing runs yet.
    let running = Arc::new(AtomicBool::new(conversation));
    let runs = running.clone();
    let _ = ctrlc::set_handler(move || {
        let again = flag.swap(true, Ordering::Relaxed);
        if !runs.load(Ordering::Relaxed) || (again && !conversation) {
            std::process::exit(130);
        }
    });
    let opened = store.map(|path| session.open(&path.display().to_string())).unwrap_or_default();
    if conversation {
        session.allow_editing(|| author(None));
    }
    if conversation { converse(session, opened) } else { script(session, opened, &running) }
}

/// The current folder: where a session reads and writes.
fn here() -> Disk {
    Disk::new(".", ".", false)
}

/// Standard input as a script.
fn script(mut session: Session, opened: Vec<Located>, running: &AtomicBool) -> u8 {
    let failed = opened.iter().any(|p| p.problem.is_error());
    say::problems(&opened);
    if failed {
        return 1;
    }
    let mut text = String::new();
    if let Err(e) = std::io::stdin().read_to_string(&mut text) {
        say::problem(Problem::error("E302", format!("standard input can't be read: {e}")));
        return 1;
    }
    running.store(true, Ordering::Relaxed);
    let run = session.run_entry(&Source::new("<stdin>", text));
    run::print_text(&run.outcomes, &say::style_out(None));
    say::problems(&run.problems);
    crate::command::seen::record(&session, &run, Path::new("."), "weald repl");
    run.status()
}

/// Results on standard output, problems on standard error. Ctrl-C stops this too.
fn print(run: &Run, stop: &AtomicBool) {
    let style = say::style_out(None);
    for (at, outcome) in run.outcomes.iter().enumerate() {
        if at > 0 && stop.swap(false, Ordering::Relaxed) && run.halt != Some(Halt::Interrupted) {
            let left = count(run.outcomes.len() - at, "result is", "results are");
            say::err(&entry::dim(&format!("{left} not shown; everything has run")));
            break;
        }
        let text = run::text_of(outcome, &style);
        say::out(&if matches!(outcome, Outcome::Text(_)) { entry::wrapped(&text, style.width) } else { text });
    }
    if matches!(run.outcomes.last(), Some(Outcome::Text(t)) if t.text.contains('\n')) {
        say::out("\n");
    }
    say::problems(&run.problems);
    if !run.problems.is_empty() {
        say::err("\n");
    }
}

/// A conversation.
fn converse(mut session: Session, opened: Vec<Located>) -> u8 {
    let colour = say::style_out(None).colour;
    let Some(mut editor) = editor(colour) else {
        say::err("the terminal can't be used for a session; `weald run SCRIPT` runs a script\n");
        return 1;
    };
    let mut history = History::open(&mut editor);
    say::out(&entry::banner(&session));
    say::problems(&opened);
    history.note();
    let share = Arc::new(Share::default());
    let told = share.clone();
    session.set_progress(move |done, total| told.told(done, total));
    let mut count = 0usize;
    let mut left_hint = false;
    loop {
        if let Some(assistant) = editor.helper_mut() {
            assistant.names = snapshot::take(&session, &assistant.names, &mut assistant.seen);
        }
        match editor.readline(&prompt(colour)) {
            Ok(line) if line.trim().is_empty() => {}
            Ok(line) => {
                history.add(&mut editor, line.trim_end());
                count += 1;
                let source = Source::new(format!("entry {count}"), entry::indented(line.trim_end()));
                if turn(&mut session, &source, &share) {
                    return 0;
                }
            }
            // The line is gone; that is all Ctrl-C does at the prompt.
            Err(ReadlineError::Interrupted) => {
                if !std::mem::replace(&mut left_hint, true) {
                    say::err("(Ctrl-C clears the line; `quit` or Ctrl-D ends the session)\n");
                }
            }
            Err(ReadlineError::Eof) => return 0,
            Err(ReadlineError::Io(e)) if e.kind() == std::io::ErrorKind::InvalidData => {
                say::err("the line is not UTF-8 text, and was not run\n");
            }
            Err(e) => {
                say::err(&format!("the terminal can't be read: {e}\n"));
                return 1;
            }
        }
    }
}

/// Runs one entry and prints what came of it; whether the session ends.
fn turn(session: &mut Session, source: &Source, share: &Arc<Share>) -> bool {
    let before = session.state().store.clone();
    let clock = clock::Clock::start(share.clone());
    let run = session.run_entry(source);
    let took = clock.stop();
    print(&run, &session.interrupt());
    crate::command::seen::record(session, &run, Path::new("."), "weald repl");
    // `use` and `study` print nothing: say what they did.
    if run.outcomes.is_empty() && !Arc::ptr_eq(&before, &session.state().store) {
        say::err(&entry::dim(&entry::data(session).unwrap_or_else(|| "no results in the data yet".to_owned())));
    }
    match run.halt {
        Some(Halt::Interrupted) => {
            say::err(&entry::dim(&format!("stopped after {}; the statement has changed nothing", clock::spoken(took))))
        }
        _ if took >= clock::WORTH_SAYING => say::err(&entry::dim(&format!("took {}", clock::spoken(took)))),
        _ => {}
    }
    run.halt == Some(Halt::Quit)
}

fn prompt(colour: bool) -> (String, String) {
    let plain = "weald> ".to_owned();
    let painted = if colour { "\u{1b}[1;32mweald>\u{1b}[0m ".to_owned() } else { plain.clone() };
    (plain, painted)
}

fn editor(colour: bool) -> Option<Editor<Assistant, FileHistory>> {
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .completion_show_all_if_ambiguous(true)
        .completion_prompt_limit(200)
        .bell_style(BellStyle::None)
        .history_ignore_dups(true)
        .and_then(|c| c.max_history_size(10_000))
        .ok()?
        .build();
    let mut editor = Editor::with_config(config).ok()?;
    editor.set_helper(Some(Assistant::new(colour, Box::new(|folder| listing(&here(), folder)))));
    editor.bind_sequence(KeyEvent(KeyCode::Enter, Modifiers::ALT), Cmd::Newline);
    editor.bind_sequence(KeyEvent(KeyCode::BackTab, Modifiers::NONE), Cmd::CompleteHint);
    Some(editor)
}

/// The names in a folder, folders with a final `/`, hidden ones left out.
fn listing(files: &dyn Files, folder: &str) -> Vec<String> {
    let names = files.list(folder).unwrap_or_default();
    let visible = names.into_iter().filter(|name| !name.starts_with('.'));
    visible.map(|name| if files.is_dir(&crate::store::join(folder, &name)) { format!("{name}/") } else { name }).collect()
}
