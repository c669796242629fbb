//! Running the blocks of a page.

use crate::page::{Block, Page, Part};
use std::path::{Path, PathBuf};
use weald::report::{Hints, Style, render_problems, to_text};
use weald::store::{Disk, Memory};
use weald::{Outcome, Problem, Run, Session, Severity, Source};

/// What came of a page.
pub struct Checked {
    pub problems: Vec<Wrong>,
    /// The page with the outputs it should have.
    pub updated: String,
}

/// Something that is not as the page says.
pub struct Wrong {
    pub text: String,
    /// Only the printed output differs, which an update mends.
    pub is_output: bool,
}

/// The state of one page.
struct Reader<'a> {
    name: &'a str,
    folder: PathBuf,
    session: Session,
    /// What the last `weald` block prints.
    printed: Option<String>,
    status: i32,
    wrong: Vec<Wrong>,
}

pub fn page(page: &Page, name: &str) -> Checked {
    let folder = tempfile::tempdir().expect("a folder for the page");
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/docs");
    copy(&fixtures, folder.path());
    let imr = folder.path().join("imr");
    std::fs::create_dir(&imr).expect("a folder for the example");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/imr/data"), &imr);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/audit"), folder.path());
    let session = Session::with_files(Disk::new(folder.path(), folder.path(), false));
    let mut reader = Reader { name, folder: folder.path().to_path_buf(), session, printed: None, status: 0, wrong: Vec::new() };
    let mut updated = String::new();
    for part in &page.parts {
        match part {
            Part::Text(text) => {
                reader.tables(text);
                updated.push_str(text);
            }
            Part::Block(block) => updated.push_str(&reader.block(block)),
        }
    }
    Checked { problems: reader.wrong, updated }
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("fixtures exist") {
        let path = entry.expect("fixtures can be read").path();
        let name = path.file_name().expect("a file has a name");
        std::fs::copy(&path, to.join(name)).expect("a fixture can be copied");
    }
}

impl Reader<'_> {
    /// Checks a block; its text as it should be.
    fn block(&mut self, block: &Block) -> String {
        if let Some(file) = block.file() {
            std::fs::write(self.folder.join(file), &block.text).expect("a file of the page can be written");
        }
        match block.language.as_str() {
            "weald" if block.file().is_none() => self.weald(block),
            "output" => return self.output(block),
            "console" => return self.console(block),
            "csv" => self.data(block, "data.csv"),
            "json" if !block.has("output") => self.data(block, "data.json"),
            "sh" => self.commands(block),
            _ => {}
        }
        block.text.clone()
    }

    fn wrong(&mut self, line: usize, text: impl Into<String>) {
        self.wrong.push(Wrong { text: format!("{}:{line}: {}", self.name, text.into()), is_output: false });
    }

    fn weald(&mut self, block: &Block) {
        if block.has("fresh") {
            self.session = Session::with_files(Disk::new(&self.folder, &self.folder, false));
        }
        let source = Source::new("script.weald", block.text.as_str());
        let run = self.session.run(&source);
        self.printed = Some(print(&run));
        let named = block.codes();
        for code in &named {
            if !run.problems.iter().any(|p| p.problem.code == *code) {
                self.wrong(block.line, format!("{code} was expected, and there is\n{}", problems(&run)));
            }
        }
        let unexpected = run.problems.iter().any(|p| p.problem.severity != Severity::Note && !named.contains(&p.problem.code));
        if unexpected || run.ok() == block.has("error") {
            self.wrong(block.line, format!("not as expected:\n{}", problems(&run)));
        }
    }

    fn output(&mut self, block: &Block) -> String {
        let Some(printed) = self.printed.take() else {
            self.wrong(block.line, "`output` follows a `weald` block");
            return block.text.clone();
        };
        self.compare(block.line, "output", &block.text, &printed);
        printed
    }

    fn compare(&mut self, line: usize, what: &str, written: &str, printed: &str) {
        if written.trim_end() != printed.trim_end() {
            let text = format!("{}:{line}: `{what}` prints\n{printed}\nand the page has\n{written}", self.name);
            self.wrong.push(Wrong { text, is_output: true });
        }
    }

    fn console(&mut self, block: &Block) -> String {
        let mut out = String::new();
        let mut lines = block.text.lines().peekable();
        let mut at = block.line;
        while let Some(line) = lines.next() {
            let Some(command) = line.strip_prefix("$ ") else {
                self.wrong(at, format!("a console block begins with a command: {line}"));
                return block.text.clone();
            };
            let mut written = String::new();
            let from = at;
            at += 1;
            while let Some(next) = lines.next_if(|l| !l.starts_with("$ ")) {
                written.push_str(next);
                written.push('\n');
                at += 1;
            }
            let printed = self.command(from, command);
            self.compare(from, command, &written, &printed);
            out.push_str(line);
            out.push('\n');
            let gap = if lines.peek().is_some() && written.ends_with("\n\n") { "\n\n" } else { "\n" };
            if !printed.trim().is_empty() {
                out.push_str(printed.trim_end());
                out.push_str(gap);
            }
        }
        out
    }

    /// A command as a reader would type it; both streams.
    fn command(&mut self, line: usize, command: &str) -> String {
        let words = words(command);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["weald", args @ ..] => {
                let mut weald = assert_cmd::Command::cargo_bin("weald").expect("the binary is built");
                let done = weald.args(args).current_dir(&self.folder).env("NO_COLOR", "1").output().expect("the binary runs");
                self.status = done.status.code().unwrap_or(-1);
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace("\r\n", "\n");
                let lines: Vec<String> =
                    format!("{}{}", text(&done.stdout), text(&done.stderr)).lines().map(|l| l.trim_end().to_owned()).collect();
                lines.join("\n") + "\n"
            }
            ["cat", file] => std::fs::read_to_string(self.folder.join(file)).unwrap_or_else(|e| {
                self.wrong(line, format!("{file}: {e}"));
                String::new()
            }),
            ["ls", folder] => {
                let entries = std::fs::read_dir(self.folder.join(folder)).expect("a folder of the page");
                let mut names: Vec<String> = entries.filter_map(|e| e.ok()?.file_name().into_string().ok()).collect();
                names.sort();
                names.join("\n") + "\n"
            }
            ["echo", "$?"] => format!("{}\n", self.status),
            _ => {
                self.wrong(line, format!("a page can't run `{command}`"));
                String::new()
            }
        }
    }

    fn data(&mut self, block: &Block, name: &'static str) {
        let mut session = Session::with_files(Memory::new().with(name, block.text.as_str()));
        let problems = session.open(name);
        if let Some(first) = problems.first() {
            self.wrong(block.line, format!("the data have a problem: {}", first.problem.message));
        }
    }

    /// Tables with a column `Weald`: each line of it runs.
    fn tables(&mut self, text: &str) {
        let mut column = None;
        for line in text.lines() {
            if !line.starts_with('|') {
                column = None;
                continue;
            }
            let row = line.replace("\\|", "\u{1}");
            let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
            let Some(column) = column else {
                column = cells.iter().position(|c| *c == "Weald");
                continue;
            };
            let Some(code) = cells.get(column).and_then(|c| c.strip_prefix('`')?.strip_suffix('`')) else { continue };
            let code = code.replace('\u{1}', "|");
            let run = self.session.run(&Source::new("table", code.as_str()));
            if !run.ok() {
                self.wrong(0, format!("`{code}`, in a table, is not as its row says:\n{}", problems(&run)));
            }
        }
    }

    /// Commands that need the repository: their files exist.
    fn commands(&mut self, block: &Block) {
        for (i, line) in block.text.lines().enumerate() {
            let words = words(line.split('#').next().unwrap_or_default());
            let known = matches!(words.first().map(String::as_str), Some("cargo" | "weald" | "git" | "cd" | "UPDATE=1") | None);
            if !known {
                self.wrong(block.line + i, format!("an unknown command: {line}"));
            }
            let root = Path::new(env!("CARGO_MANIFEST_DIR"));
            for file in words.iter().filter(|w| w.starts_with("examples/")) {
                if !root.join(file).exists() {
                    self.wrong(block.line + i, format!("there is no `{file}`"));
                }
            }
        }
    }
}

/// A command cut into words, quotes taken off.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut begun) = (Vec::new(), String::new(), None, false);
    for c in command.chars() {
        match (c, quote) {
            ('\'' | '"', None) => (quote, begun) = (Some(c), true),
            (c, Some(q)) if c == q => quote = None,
            (' ', None) => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            (c, _) => {
                word.push(c);
                begun = true;
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}

/// Results and problems, as the command line prints them into a pipe.
fn print(run: &Run) -> String {
    let style = Style::plain(100);
    let mut out = String::new();
    for outcome in &run.outcomes {
        let sides = match outcome {
            Outcome::Pool(r) | Outcome::Show(r) | Outcome::Explain(r) => r.sides.clone(),
            _ => None,
        };
        out.push_str(&to_text(outcome, &Hints { sides }, &style));
        if !matches!(outcome, Outcome::Text(_) | Outcome::File(_) | Outcome::Value(_)) {
            out.push('\n');
        }
    }
    let text = out.trim_end().to_owned();
    let gap = if text.is_empty() || run.problems.is_empty() { "" } else { "\n\n" };
    format!("{text}{gap}{}\n", problems(run).trim_end())
}

fn problems(run: &Run) -> String {
    let mut out = Vec::new();
    for located in &run.problems {
        let one: Vec<Problem> = vec![located.problem.clone()];
        out.push(render_problems(&one, &located.source, &Style::plain(100)));
    }
    out.join("\n")
}
