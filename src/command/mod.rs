//! What each command of the command line does. Here, and in `repl`, the terminal, the
//! environment and the file system are touched; nothing below knows of them.

mod audit;
pub(crate) mod change;
mod check;
mod diff;
pub(crate) mod evidence;
mod fmt;
mod import;
mod lock;
mod new;
pub(crate) mod progress;
mod register;
pub(crate) mod run;
pub(crate) mod say;
pub(crate) mod seen;
mod stamp;
mod today;
mod unseal;
mod validate;
mod verify;

use crate::cli::{Cli, Command, ImportFormat, Settled, Signed};
use crate::store::{Decision, ReadAs, TableFormat};
use clap::CommandFactory;

/// Does what the command line asks, and gives the exit status.
pub fn execute(cli: Cli) -> u8 {
    match cli.command {
        None => crate::repl::start(None),
        Some(Command::Repl { store }) => crate::repl::start(store.as_deref()),
        Some(Command::Run { script, options }) => run::script(&script, &options),
        Some(Command::Eval { statements, store, options }) => run::statements(&statements, store.as_deref(), &options),
        Some(Command::Check { script, format, dry_run }) => check::script(&script, format, dry_run),
        Some(Command::Lock { plan, draft, seal, store, format }) => {
            lock::plan(&plan, &lock::Options { draft, seal, store: store.as_deref(), format })
        }
        Some(Command::Fmt { check, scripts }) => fmt::scripts(&scripts, check),
        Some(Command::New { name, measure }) => new::folder(&name, &measure),
        Some(Command::Import { file, to, format, sheet, control, tool, add, replace, signed }) => {
            let format = format.map(|f| match f {
                ImportFormat::Tidy => TableFormat::Tidy,
                ImportFormat::Arms => TableFormat::Arms,
                ImportFormat::Metafor => TableFormat::Metafor,
                ImportFormat::Metapsy => TableFormat::Metapsy,
                ImportFormat::Robvis => TableFormat::Robvis,
                ImportFormat::Prisma => TableFormat::Prisma,
                ImportFormat::Ris => TableFormat::Ris,
            });
            let how = ReadAs { format, sheet, control, tool, guess_arms: true };
            import::file(
                &file,
                &to,
                &how,
                if add {
                    import::To::Add
                } else if replace {
                    import::To::Replace
                } else {
                    import::To::New
                },
                &signed,
            )
        }
        Some(Command::Validate { store, format, settle, settled, by, because }) => {
            let decision = match settled {
                Settled::Fixed => Decision::Fixed,
                Settled::Explained => Decision::Explained,
                Settled::Accepted => Decision::Accepted,
            };
            let given = because.as_deref().filter(|_| !settle.is_empty());
            let settle = given.map(|reason| validate::Settle { ids: &settle, decision, by: by.as_deref(), reason });
            validate::store(&store, format, settle.as_ref())
        }
        Some(Command::Verify { plan, authorities, format }) => verify::plan(&plan, authorities.as_deref(), format),
        Some(Command::Stamp { plan }) => stamp::plan(&plan),
        Some(Command::Unseal { plan, reason }) => unseal::plan(&plan, &reason),
        Some(Command::Register { plan, registry, id, on, url, copy }) => {
            let entered = register::Entered { registry: &registry, id: &id, on: &on, url: url.as_deref(), copy: copy.as_deref() };
            register::plan(&plan, &entered)
        }
        Some(Command::Audit { file, format, out }) => audit::file(&file, format, out.as_deref()),
        Some(Command::Add { store, record, signed }) => change::record(change::Deed::Add, &store, &record, &signed),
        Some(Command::Edit { store, record, signed }) => change::record(change::Deed::Edit, &store, &record, &signed),
        Some(Command::Remove { store, record, signed }) => change::record(change::Deed::Remove, &store, &record, &signed),
        Some(Command::Undo { store, signed }) => change::undo(&store, &signed),
        Some(Command::Adopt { store, because, by }) => change::adopt(&store, &Signed { because: Some(because), by }),
        Some(Command::Log { store, format }) => change::log(&store, format),
        Some(Command::Diff { plan, script, options }) => diff::plan(&plan, &script, &options),
        Some(Command::Completions { shell }) => {
            let mut bytes = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "weald", &mut bytes);
            say::bytes(&bytes);
            0
        }
        Some(Command::Man) => {
            let mut bytes = Vec::new();
            let _ = clap_mangen::Man::new(Cli::command()).render(&mut bytes);
            say::bytes(&bytes);
            0
        }
    }
}
