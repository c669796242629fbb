//! How `use` reads a file where its content leaves that open.

use super::walk::{Halt, Walk};
use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, text_of, word_of};
use crate::language::suggest::{nearest, or_list};
use crate::store::{ReadAs, TableFormat};
use crate::syntax::ast::Command;

impl Walk<'_, '_> {
    /// `as FORMAT`, `sheet "NAME"`, `control "ARM"`, `tool "NAME"`, in any order.
    pub fn read_as(&mut self, cursor: &mut Cursor, command: &Command) -> Result<ReadAs, Halt> {
        let mut how = ReadAs::default();
        loop {
            if let Some(word) = cursor.take_word("as") {
                let item = cursor.advance();
                let names: Vec<&str> = TableFormat::ALL.iter().map(|f| f.name()).collect();
                let found = item.and_then(word_of).map(str::to_owned).unwrap_or_default();
                how.format = TableFormat::of(&found);
                if how.format.is_none() {
                    let problem =
                        Problem::error("E209", "`as` takes the name of a format").at(item.map_or(word, |i| i.span), "not a format");
                    let help = match nearest(&found, names.iter().copied()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("write {}", or_list(&names, 12)),
                    };
                    self.report(problem.help(help));
                    return Err(Halt::Error);
                }
                continue;
            }
            let Some((name, slot)) = [("sheet", &mut how.sheet), ("control", &mut how.control), ("tool", &mut how.tool)]
                .into_iter()
                .find_map(|(name, slot)| cursor.take_word(name).map(|_| (name, slot)))
            else {
                return Ok(how);
            };
            let text = text_of(cursor.advance(), name, command.span);
            *slot = Some(self.attempt(text)?);
        }
    }
}
