//! Results as text, Markdown, CSV and JSON; problems as reports.

#[path = "report/build.rs"]
mod build;
#[path = "report/layout.rs"]
mod layout;
#[path = "report/numbers.rs"]
mod numbers;
#[path = "report/problems.rs"]
mod problems;
#[path = "report/renderers.rs"]
mod renderers;
