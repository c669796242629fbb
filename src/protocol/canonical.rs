//! One text for one value, and digests of it that say what they are of.

use crate::digest::sha256;
use serde::Serialize;

/// What a digest is of. The tag is hashed before the value, so that a digest of one kind
/// is never one of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// The meaning of a plan.
    Plan,
    /// The meaning of one planned analysis.
    Analysis,
    /// What a lock file says.
    Lock,
    /// What a receipt says.
    Receipt,
    /// An entry of a journal.
    Entry,
}

impl Domain {
    fn tag(self) -> &'static str {
        match self {
            Domain::Plan => "weald-plan-v1\n",
            Domain::Analysis => "weald-analysis-v1\n",
            Domain::Lock => "weald-lock-v1\n",
            Domain::Receipt => "weald-receipt-v1\n",
            Domain::Entry => "weald-journal-v1\n",
        }
    }
}

/// The JSON Canonicalization Scheme of RFC 8785: no blanks, keys sorted by UTF-16 code units,
/// numbers as ECMAScript writes them.
///
/// ```
/// use weald::protocol::canonical::canonical;
/// let value = serde_json::json!({"b": [1.0, 0.10, 1e30], "a": "€\n"});
/// assert_eq!(canonical(&value), "{\"a\":\"€\\n\",\"b\":[1,0.1,1e+30]}");
/// ```
pub fn canonical(value: &impl Serialize) -> String {
    // It fails only for numbers that are not finite and keys that are no texts: no type here has such.
    serde_json_canonicalizer::to_string(value).unwrap_or_default()
}

/// The SHA-256 of the domain's tag and the canonical text.
pub fn digest(domain: Domain, value: &impl Serialize) -> String {
    sha256(format!("{}{}", domain.tag(), canonical(value)).as_bytes())
}

/// The start of a digest in a form to paste into a registry: `a3f1-09c2-77de-41b0`.
pub fn fingerprint(digest: &str) -> String {
    let groups: Vec<String> = digest.chars().take(16).collect::<Vec<_>>().chunks(4).map(|four| four.iter().collect()).collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// The examples of RFC 8785, section 3.2.2 and 3.2.3.
    #[test]
    fn the_examples_of_the_rfc() {
        let text = r#"{
            "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
            "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
            "literals": [null, true, false]
        }"#;
        let value: Value = serde_json::from_str(text).expect("JSON");
        let expected = "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\
                        \"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}";
        assert_eq!(canonical(&value), expected);
        let sorted: Value = serde_json::from_str(
            r#"{"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
                "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}"#,
        )
        .expect("JSON");
        let order: Vec<usize> =
            ["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"].iter().filter_map(|w| canonical(&sorted).find(w)).collect();
        assert_eq!(order.len(), 7);
        assert!(order.is_sorted(), "{}", canonical(&sorted));
    }

    #[test]
    fn numbers_of_appendix_b() {
        for (bits, text) in [
            (0x0000_0000_0000_0001_u64, "5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0x8000_0000_0000_0000, "0"),
        ] {
            assert_eq!(canonical(&json!(f64::from_bits(bits))), text);
        }
    }

    #[test]
    fn a_digest_says_what_it_is_of() {
        let value = json!({"a": 1});
        assert_ne!(digest(Domain::Plan, &value), digest(Domain::Lock, &value));
        assert_eq!(digest(Domain::Plan, &value), sha256(b"weald-plan-v1\n{\"a\":1}"));
        assert_eq!(fingerprint("a3f109c277de41b0ffff"), "a3f1-09c2-77de-41b0");
    }
}
