//! The checklist of PRISMA 2020, its items in the words of the statement.
//!
//! Source: Page MJ, McKenzie JE, Bossuyt PM, et al. The PRISMA 2020 statement: an updated
//! guideline for reporting systematic reviews. BMJ 2021;372:n71 (CC BY 4.0).

/// Where the texts are from, as the checklist says below itself.
pub const SOURCE: &str = "Items: Page MJ, McKenzie JE, Bossuyt PM, et al. The PRISMA 2020 statement: an updated guideline for reporting systematic reviews. BMJ 2021;372:n71. doi:10.1136/bmj.n71. CC BY 4.0.";

/// One item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// The section of a paper.
    pub section: &'static str,
    /// The topic.
    pub topic: &'static str,
    /// `13a`.
    pub number: &'static str,
    /// Its official text.
    pub text: &'static str,
}

/// All 42 items, in order.
pub fn items() -> impl Iterator<Item = Item> {
    include_str!("prisma.txt").lines().filter_map(|line| {
        let mut parts = line.splitn(4, '|');
        Some(Item { section: parts.next()?, topic: parts.next()?, number: parts.next()?, text: parts.next()? })
    })
}

/// The item of that number.
pub fn item(number: &str) -> Option<Item> {
    items().find(|i| i.number == number)
}
