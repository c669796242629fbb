//! `weald register`: where a plan was registered, beside the plan and outside its digest.

use super::{evidence, say};
use crate::diagnostic::Problem;
use crate::digest::sha256;
use crate::protocol::journal::Event;
use crate::protocol::lock::{lock_path, receipt_path};
use crate::protocol::receipt::{Receipt, Registration, Retrieved, check};
use std::path::Path;

/// What was registered where.
pub struct Entered<'a> {
    /// `inplasy`
    pub registry: &'a str,
    /// `INPLASY2022100005`
    pub id: &'a str,
    /// `2022-10-03`
    pub on: &'a str,
    /// Where it can be read.
    pub url: Option<&'a str>,
    /// A copy of what the registry shows.
    pub copy: Option<&'a Path>,
}

/// `weald register PLAN REGISTRY ID --on DATE`
pub fn plan(path: &Path, entered: &Entered) -> u8 {
    match enter(&path.display().to_string(), entered) {
        Ok((text, warnings)) => {
            say::out(&text);
            warnings.into_iter().for_each(say::problem);
            0
        }
        Err(problem) => {
            say::problem(problem);
            1
        }
    }
}

fn enter(plan: &str, entered: &Entered) -> Result<(String, Vec<Problem>), Problem> {
    let mut warnings = check(entered.registry, entered.id, entered.on)?;
    let today = super::today::today();
    if *entered.on > *today {
        warnings.push(
            Problem::warning("W553", format!("the date {} lies ahead: the clock of this machine says {today}", entered.on))
                .help("it was entered as given"),
        );
    }
    let found = evidence::verified(plan, None);
    if let Some(problem) = evidence::unsound(&found) {
        return Err(problem);
    }
    let (n, path) = (found.locks.len(), receipt_path(plan));
    let lock_file = lock_path(plan, n);
    let bytes = super::run::read_bytes(Path::new(&lock_file), "the lock")?;
    let lock = found.locks.last().ok_or_else(|| Problem::error("E554", format!("`{plan}` is not locked")))?;
    if lock.draft {
        let help = "a draft leaves open what the plan needs; lock the whole plan, and register that";
        warnings.push(Problem::warning("W557", format!("`{lock_file}`, which is registered, is the lock of a draft")).help(help));
    }
    let mut registrations = found.receipt.map(|r| r.registrations).unwrap_or_default();
    let registry = entered.registry.to_lowercase();
    let lock_file_sha256 = sha256(&bytes);
    if let Some(same) =
        registrations.iter().find(|r| r.registry == registry && r.id == entered.id && r.lock_file_sha256 == lock_file_sha256)
    {
        return Err(Problem::error("E559", format!("{registry} {} of {} stands in `{path}` already", same.id, same.date))
            .help("nothing was written; what stands in a receipt stays"));
    }
    let retrieved = entered.copy.map(|copy| retrieved(plan, copy)).transpose()?;
    registrations.push(Registration {
        registry: registry.clone(),
        id: entered.id.to_owned(),
        date: entered.on.to_owned(),
        url: entered.url.map(str::to_owned),
        plan_sha256: lock.plan_sha256.clone(),
        lock_file_sha256,
        retrieved,
    });
    let head = found.journal.as_ref().and_then(|j| j.head()).map(str::to_owned);
    let text = Receipt::new(registrations, head).to_text();
    evidence::write(&path, text.as_bytes(), true)?;
    let event = Event::Register { registry: registry.clone(), id: entered.id.to_owned(), file_sha256: sha256(text.as_bytes()) };
    evidence::record(plan, "weald register", event)?;
    let draft = if lock.draft { ", a draft" } else { "" };
    let text = format!("{path}: {registry} {} of {}, bound to `{lock_file}`, plan {}{draft}\n", entered.id, entered.on, lock.fingerprint());
    Ok((text, warnings))
}

/// A copy beside the plan or below it, with its digest.
fn retrieved(plan: &str, copy: &Path) -> Result<Retrieved, Problem> {
    let bytes = super::run::read_bytes(copy, "the copy")?;
    let folder = super::run::folder_of(Path::new(plan));
    let real = |path: &Path| path.canonicalize().ok();
    let inside = real(copy).zip(real(&folder)).and_then(|(copy, folder)| copy.strip_prefix(folder).ok().map(Path::to_path_buf));
    let path = inside.ok_or_else(|| {
        Problem::error("E325", format!("the copy `{}` lies outside the plan's folder", copy.display())).help("put it beside the plan")
    })?;
    let path = path.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
    Ok(Retrieved { path, sha256: sha256(&bytes) })
}
