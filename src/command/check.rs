//! `weald check`.

use super::lock::located_gap;
use super::run::{diagnostics, folder_of, read_script};
use super::say;
use crate::cli::PlanFormat;
use crate::eval::Located;
use crate::eval::outcome::Outcome;
use crate::protocol::canonical::{Domain, digest, fingerprint};
use crate::protocol::plan::meaning;
use crate::report::plan::CheckReport;
use crate::report::{Hints, to_markdown, to_text};
use crate::session::{PlanRead, Session};
use crate::source::Source;
use crate::store::Disk;
use std::path::Path;

/// `weald check SCRIPT`
pub fn script(path: &Path, format: PlanFormat, dry_run: bool) -> u8 {
    let source = match read_script(path) {
        Ok(source) => source,
        Err(problem) => {
            say::problem(problem);
            return 1;
        }
    };
    let base = folder_of(path);
    let mut session = Session::with_files(Disk::new(base.clone(), base, false));
    let run = session.check(&source);
    if session_plans(&source) {
        let read = session.read_plan(&source);
        return if dry_run { shells(&mut session, &read, format) } else { plan(path, &source, &read, format) };
    }
    match format {
        PlanFormat::Text | PlanFormat::Markdown => {
            say::problems(&run.problems);
            if run.problems.is_empty() {
                say::out(&format!("{}: no problems\n", path.display()));
            }
        }
        PlanFormat::Json => {
            let mut document = crate::report::DocumentJson::new(crate::language::settings::EDITION, None, &source, &[], []);
            document.diagnostics = diagnostics(&run.problems);
            document.ok = run.ok();
            say::out(&document.render().unwrap_or_default());
            say::out("\n");
        }
    }
    u8::from(!run.ok())
}

/// Whether a script holds a `plan` statement.
fn session_plans(source: &Source) -> bool {
    let is_plan = |s: &crate::syntax::ast::Statement| matches!(&s.kind, crate::syntax::ast::StatementKind::Command(c) if c.head.text.eq_ignore_ascii_case("plan"));
    crate::syntax::parse(source).script.statements().any(is_plan)
}

/// What a plan says, and what it does not.
fn plan(path: &Path, source: &Source, read: &PlanRead, format: PlanFormat) -> u8 {
    let mut problems: Vec<Located> = read.problems.clone();
    problems.extend(read.gaps.iter().map(located_gap));
    let ok = !problems.iter().any(|p| p.problem.is_error());
    let items = crate::eval::plan::items(&read.state);
    let registries = crate::protocol::completeness::registries(&items);
    let name = if &*source.name == "-" { "plan".to_owned() } else { path.display().to_string() };
    let report = CheckReport {
        weald: crate::report::json::VERSION,
        plan: &name,
        ok,
        fingerprint: fingerprint(&digest(Domain::Plan, &meaning(&read.plan))),
        diagnostics: diagnostics(&problems),
        items: &items,
        registries: &registries,
        open: &read.plan.open,
        analyses: &read.plan,
        reconstructed: read.state.plan.reconstructed.clone(),
    };
    match format {
        PlanFormat::Json => say::out(&report.json()),
        PlanFormat::Markdown => {
            say::problems(&problems);
            say::out(&report.markdown());
        }
        PlanFormat::Text => {
            say::problems(&problems);
            say::out(&report.text(&say::style_out(None)));
        }
    }
    u8::from(!ok)
}

/// The plan on synthetic rows.
fn shells(session: &mut Session, read: &PlanRead, format: PlanFormat) -> u8 {
    if read.problems.iter().any(|p| p.problem.is_error()) {
        say::problems(&read.problems);
        return 1;
    }
    let shells = super::lock::tried(session, read);
    let failed: Vec<Located> = shells.iter().flat_map(|s| s.failed.clone()).collect();
    let outcomes: Vec<Outcome> = shells.into_iter().flat_map(|s| s.results).map(|r| Outcome::Synthetic(Box::new(r))).collect();
    let style = say::style_out(None);
    match format {
        PlanFormat::Json => {
            let source = Source::new("", "");
            let mut document = crate::report::DocumentJson::new(crate::language::settings::EDITION, None, &source, &[], &outcomes);
            document.diagnostics = diagnostics(&failed);
            document.ok = failed.is_empty();
            say::out(&document.render().unwrap_or_default());
        }
        PlanFormat::Markdown => outcomes.iter().for_each(|o| say::out(&format!("{}\n", to_markdown(o, &Hints::default())))),
        PlanFormat::Text => outcomes.iter().for_each(|o| say::out(&format!("{}\n", to_text(o, &Hints::default(), &style)))),
    }
    say::problems(&failed);
    u8::from(!failed.is_empty())
}
