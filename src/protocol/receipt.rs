//! The receipt: where a plan was registered. It lies beside the plan and outside its digest,
//! as the registry's number exists only after the plan was sent in.

use super::canonical::Domain;
use super::stored::{self, Stored};
use crate::diagnostic::Problem;
use serde::{Deserialize, Serialize};

/// The format that is written, and the newest that is read.
pub const RECEIPT_FORMAT: u32 = 1;

/// The receipt file of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The version of this format.
    pub receipt_format: u32,
    /// One for each registration, in the order they were entered.
    pub registrations: Vec<Registration>,
    /// The digest of the journal's last entry when the receipt was written.
    pub journal_head: Option<String>,
    /// The digest of all the above.
    pub receipt_sha256: String,
}

/// One registration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// `inplasy`, `prospero`, `osf`, or another in lower case.
    pub registry: String,
    /// Its number there.
    pub id: String,
    /// The date of registration, as the registry gives it: `2022-10-03`.
    pub date: String,
    /// Where it can be read.
    pub url: Option<String>,
    /// The meaning of the plan that was registered.
    pub plan_sha256: String,
    /// The lock that was registered, by the SHA-256 of its bytes.
    pub lock_file_sha256: String,
    /// A copy of the registry's page, by name and the SHA-256 of its bytes.
    pub retrieved: Option<Retrieved>,
}

/// A copy of what a registry shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retrieved {
    /// The file's path, relative to the receipt.
    pub path: String,
    /// The SHA-256 of its bytes.
    pub sha256: String,
}

impl Receipt {
    /// A receipt with its digest.
    pub fn new(registrations: Vec<Registration>, journal_head: Option<String>) -> Self {
        let mut receipt = Receipt { receipt_format: RECEIPT_FORMAT, registrations, journal_head, receipt_sha256: String::new() };
        receipt.receipt_sha256 = stored::own_digest(&receipt);
        receipt
    }

    /// The file's text.
    pub fn to_text(&self) -> String {
        stored::to_text(self)
    }

    /// Reads a receipt; `file` is what messages call it.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, Problem> {
        stored::read(file, bytes)
    }
}

impl Stored for Receipt {
    const KIND: &'static str = "a receipt";
    const FORMAT_FIELD: &'static str = "receipt_format";
    const NEWEST: u32 = RECEIPT_FORMAT;
    const DIGEST_FIELD: &'static str = "receipt_sha256";
    const DOMAIN: Domain = Domain::Receipt;
}

/// Whether a registration can be entered; what is worth a look in it.
pub fn check(registry: &str, id: &str, date: &str) -> Result<Vec<Problem>, Problem> {
    let help = "write `weald register PLAN inplasy INPLASY2022100005 --on 2022-10-03`";
    if registry.is_empty() || !registry.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c)) {
        return Err(Problem::error("E559", format!("`{registry}` is no name of a registry")).help(help));
    }
    if id.trim().is_empty() || id.chars().any(char::is_control) {
        return Err(Problem::error("E559", "the number in the registry is empty").help(help));
    }
    let Some(month) = date_of(date) else {
        return Err(Problem::error("E559", format!("`{date}` is no date")).help("write the year, the month and the day: `2022-10-03`"));
    };
    let mut warnings = Vec::new();
    let digits = id.to_uppercase().strip_prefix("INPLASY").map(str::to_owned);
    if registry.eq_ignore_ascii_case("inplasy") {
        // INPLASY numbers are the year, the month without a leading zero, and four digits.
        let said = digits.as_deref().and_then(|d| Some((d.get(..4)?, d.get(4..d.len().checked_sub(4)?)?)));
        if said != Some((&date[..4], month.to_string().as_str())) {
            let help = "INPLASY numbers are the year, the month and four digits: `INPLASY202250084` is of May 2022, `INPLASY2022100005` of October; it was entered as given";
            warnings.push(Problem::warning("W553", format!("the number `{id}` does not fit the date {date}")).help(help));
        }
    }
    Ok(warnings)
}

/// The month of a date that exists.
fn date_of(text: &str) -> Option<u32> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return None };
    let number =
        |part: &str, digits: usize| (part.len() == digits && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok())?;
    let (year, month, day): (u32, u32, u32) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=days).contains(&day).then_some(month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_exist() {
        for (text, good) in [
            ("2022-10-03", true),
            ("2024-02-29", true),
            ("2023-02-29", false),
            ("2022-13-01", false),
            ("2022-1-1", false),
            ("03.10.2022", false),
        ] {
            assert_eq!(date_of(text).is_some(), good, "{text}");
        }
        assert_eq!(check("inplasy", "INPLASY2022100005", "2022-10-03"), Ok(vec![]));
        assert_eq!(check("inplasy", "INPLASY202250084", "2022-05-12"), Ok(vec![]));
        for (id, date) in [("INPLASY2022100005", "2022-02-03"), ("INPLASY202205001", "2022-05-12"), ("2022100005", "2022-10-03")] {
            assert_eq!(check("inplasy", id, date).map(|w| w.len()), Ok(1), "{id}");
        }
        assert!(check("", "x", "2022-10-03").is_err());
    }
}
