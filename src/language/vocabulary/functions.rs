//! Functions of expressions.

use super::Function;

/// A row of the table.
const fn function(
    name: &'static str,
    usage: &'static str,
    arity: (usize, usize),
    summary: &'static str,
    example: &'static str,
) -> Function {
    Function { name, usage, arity, summary, example }
}

/// All functions.
pub const FUNCTIONS: &[Function] = &[
    function("abs", "abs(x)", (1, 1), "Absolute value", "abs(-2) == 2"),
    function("exp", "exp(x)", (1, 1), "Exponential, from log ratio to ratio", "exp(0) == 1"),
    function("log", "log(x)", (1, 1), "Natural logarithm", "log(1) == 0"),
    function("sqrt", "sqrt(x)", (1, 1), "Square root", "sqrt(9) == 3"),
    function("round", "round(x, digits)", (1, 2), "Rounds half away from zero", "round(2.345, 2) == 2.35"),
    function("logit", "logit(p)", (1, 1), "Log odds of a proportion", "logit(0.5) == 0"),
    function("expit", "expit(x)", (1, 1), "Proportion from log odds", "expit(0) == 0.5"),
    function("tanh", "tanh(z)", (1, 1), "Correlation from Fisher's z", "tanh(0) == 0"),
    function("atanh", "atanh(r)", (1, 1), "Fisher's z from a correlation", "atanh(0) == 0"),
    function("min", "min(a, b, …)", (1, 1000), "Smallest of numbers or of a list", "min(3, 1, 2) == 1"),
    function("max", "max(a, b, …)", (1, 1000), "Largest of numbers or of a list", "max(3, 1, 2) == 3"),
    function("sum", "sum(list)", (1, 1000), "Sum of numbers or of a list", "sum([1, 2, 3]) == 6"),
    function("mean", "mean(list)", (1, 1000), "Mean of numbers or of a list", "mean([1, 2, 3]) == 2"),
    function("length", "length(list)", (1, 1), "How many elements a list, or characters a text, has", "length([a, b]) == 2"),
    function("missing", "missing(x)", (1, 1), "Whether a value is missing", "not missing(1)"),
    function("number", "number(text)", (1, 1), "The number a text holds, missing if it holds none", "number(\"2.5\") == 2.5"),
    function("text", "text(x)", (1, 1), "A value as text", "text(2) == \"2\""),
    function("range", "range(a, b)", (2, 2), "The whole numbers from a to b", "length(range(1, 10)) == 10"),
];
