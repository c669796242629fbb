//! The parser that pest derives from the grammar, and what its rules are called in messages.

/// Only the parser itself: what pest derives carries no documentation.
#[allow(missing_docs)]
mod derived {
    #[derive(pest_derive::Parser)]
    #[grammar = "grammar/weald.pest"]
    pub struct Grammar;
}

pub(crate) use derived::{Grammar, Rule};

/// The noun of a rule in "expected …": its place in the order of a message, and the word. `None` for what users need
/// not be told.
pub(crate) fn noun(rule: Rule) -> Option<(u8, &'static str)> {
    use Rule as R;
    Some(match rule {
        R::line_statement | R::binding | R::printing | R::sentence | R::command | R::kept | R::head | R::rule_head => (0, "a statement"),
        R::kw_let | R::kw_print | R::kw_rule | R::starter | R::helping | R::kw_help => (0, "a statement"),
        R::command_ahead | R::bound_head | R::kept_ahead => return None,
        R::name | R::letters => (1, "a name"),
        R::field_name => (1, "the name of a field"),
        R::expr | R::operand | R::primary | R::prefix | R::element => (2, "an expression"),
        R::measured | R::name_called | R::neg | R::line_if | R::line_for => (2, "an expression"),
        R::kw_not => (2, "an expression"),
        R::topic | R::item | R::items | R::items_plain | R::items_some | R::plain | R::header | R::line_entry => (3, "a clause or a value"),
        R::word | R::ranking | R::range | R::quantity | R::call | R::sign => (3, "a clause or a value"),
        R::where_item | R::when_item | R::until_item | R::on_item | R::assign_item | R::else_word => (3, "a clause or a value"),
        R::kw_where | R::kw_on | R::kw_else | R::kw_until => (3, "a clause or a value"),
        R::word_alone => (2, "an expression"),
        R::number => (4, "a number"),
        R::unit => (5, "a unit"),
        R::text | R::quote => (6, "a text in quotes"),
        R::value | R::open_value | R::characters | R::escape => return None,
        R::list | R::open_list => (7, "a list in `[ ]`"),
        R::paren | R::open | R::arguments => (7, "`(`"),
        R::infix | R::not_in | R::kw_and | R::kw_or | R::operator_word => (8, "an operator"),
        R::eq | R::ne | R::ge | R::le | R::gt | R::lt | R::plus | R::minus | R::star | R::slash | R::caret => (8, "an operator"),
        R::postfix | R::field | R::index | R::dot => (9, "`.`"),
        R::when | R::kw_when | R::line_when => (10, "`when`"),
        R::kw_then => (10, "`then`"),
        R::otherwise | R::kw_otherwise | R::line_otherwise => (10, "`otherwise`"),
        R::kw_if => (10, "`if`"),
        R::kw_for => (10, "`for`"),
        R::kw_in => (10, "`in`"),
        R::assign => (10, "`=`"),
        R::colon => (10, "`:`"),
        R::comma => (10, "`,`"),
        R::dots => (10, "`..`"),
        R::digits => (10, "digits such as `:.2` or `:8.2`"),
        R::close => (11, "`)`"),
        R::close_list => (11, "`]`"),
        R::close_value => (11, "`}`"),
        R::end_quote => (11, "the closing `\"`"),
        R::EOI => (12, "the end of the line"),
        R::blank | R::structure | R::reserved | R::WHITESPACE | R::COMMENT => return None,
    })
}
