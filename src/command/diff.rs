//! `weald diff`: a script against the plan it follows, and nothing but the differences.

use super::{run, say};
use crate::cli::{Format, RunOptions};
use crate::diagnostic::Problem;
use crate::eval::outcome::Outcome;
use crate::report::DocumentJson;
use crate::source::Source;
use crate::syntax::ast::StatementKind;
use std::path::Path;

/// `weald diff PLAN SCRIPT`
pub fn plan(plan: &Path, script: &Path, options: &RunOptions) -> u8 {
    let source = match run::read_script(script) {
        Ok(source) => source,
        Err(problem) => return run::fail(problem, &script.display().to_string(), options.format),
    };
    let folder = run::folder_of(script);
    let named = match within(plan, &folder) {
        Ok(named) => named,
        Err(problem) => return run::fail(problem, &script.display().to_string(), options.format),
    };
    let mut session = run::session(folder, options, Some(script));
    let mut before = Vec::new();
    if !follows(&source) {
        // A script that says nothing of a plan is compared with the one named.
        let first = session.run(&Source::new("<follow>", format!("follow {named:?}")));
        before = first.problems;
    }
    let mut done = session.run(&source);
    done.problems.splice(0..0, before);
    let Some(followed) = done.followed.clone() else {
        say::problems(&done.problems);
        return done.status().max(1);
    };
    if followed.report.path != named {
        let problem = Problem::error("E527", format!("the script follows `{}`, not `{named}`", followed.report.path))
            .help("name the plan that the script follows");
        return run::fail(problem, &script.display().to_string(), options.format);
    }
    let report = [Outcome::Differences(Some(followed.report.clone()))];
    match options.format {
        Format::Text => run::print_text(&report, &say::style_out(options.width)),
        Format::Markdown => say::out(&crate::report::to_markdown(&report[0], &crate::report::Hints::default())),
        Format::Csv => say::out(&crate::report::differences_csv::render(&followed.report).unwrap_or_default()),
        Format::Json => {
            let mut document =
                DocumentJson::new(crate::language::settings::EDITION, session.state().settings.conventions, &source, &[], []);
            document.diagnostics = run::diagnostics(&done.problems);
            document.ok = done.ok();
            document.plan = serde_json::to_value(&*followed.report).ok();
            say::out(&document.render().unwrap_or_default());
        }
    }
    say::problems(&done.problems);
    done.status_under_plan()
}

/// Whether a script says `follow`.
fn follows(source: &Source) -> bool {
    let is = |kind: &StatementKind| matches!(kind, StatementKind::Command(c) if c.head.text.eq_ignore_ascii_case("follow"));
    crate::syntax::parse(source).script.statements().any(|s| is(&s.kind))
}

/// The plan's path as a script in `folder` names it.
fn within(plan: &Path, folder: &Path) -> Result<String, Problem> {
    let unreadable = |e: std::io::Error| {
        Problem::error("E300", format!("the plan `{}` can't be read: {e}", plan.display()))
            .help("the path is read relative to the current folder")
    };
    let full = plan.canonicalize().map_err(unreadable)?;
    let folder = folder.canonicalize().map_err(unreadable)?;
    match full.strip_prefix(&folder) {
        Ok(inside) => Ok(inside.to_string_lossy().replace('\\', "/")),
        Err(_) => Err(Problem::error("E527", format!("the plan `{}` lies outside the script's folder", plan.display()))
            .help("keep plan, locks and script together: a script names its plan relative to itself")),
    }
}
