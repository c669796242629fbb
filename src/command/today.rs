//! The clock, as text in UTC.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since 1970.
fn seconds() -> i64 {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    i64::try_from(passed).unwrap_or(0)
}

/// Today's date, as `2026-05-31`.
pub fn today() -> String {
    let (year, month, day) = civil(seconds().div_euclid(86_400));
    format!("{year:04}-{month:02}-{day:02}")
}

/// The time, as `2026-05-31T12:00:00Z`.
pub fn now() -> String {
    let of_day = seconds().rem_euclid(86_400);
    format!("{}T{:02}:{:02}:{:02}Z", today(), of_day / 3_600, of_day / 60 % 60, of_day % 60)
}

/// The date that lies so many days after 1 January 1970.
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::civil;

    #[test]
    fn dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(civil(20_514), (2026, 3, 2));
    }
}
