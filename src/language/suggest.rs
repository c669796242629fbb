//! "Did you mean": the nearest of the known names.

/// The candidate nearest to `word`, if near enough: at most a third of the longer
/// word's letters apart (transpositions count once), or the same but for case, `-`
/// and `_`; a candidate that begins with the word also serves from three letters on. Ties go to the
/// candidate that begins more alike, then to the first in order of name, so that the answer never depends on hashing.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |s: &str| {
        let latin = s.replace(['τ', 'Τ'], "tau").replace(['χ', 'Χ'], "chi").replace('²', "2");
        latin.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect::<String>()
    };
    let wanted = plain(word);
    if wanted.is_empty() {
        return None;
    }
    let mut best: Option<(usize, usize, &str)> = None;
    for candidate in candidates {
        let other = plain(candidate);
        let letters = wanted.chars().count().max(other.chars().count());
        let mut distance = strsim::damerau_levenshtein(&wanted, &other);
        if distance > letters / 3 {
            let prefix = wanted.chars().count() >= 3 && (other.starts_with(&wanted) || wanted.starts_with(&other) && other.len() >= 3);
            if !prefix {
                continue;
            }
            distance = letters / 3 + 1;
        }
        let unlike = letters - wanted.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
        if best.is_none_or(|known| (distance, unlike, candidate) < known) {
            best = Some((distance, unlike, candidate));
        }
    }
    best.map(|b| b.2)
}

/// `a`, `b` or `c`, at most `most` of them, each in backticks.
pub fn or_list<S: AsRef<str>>(names: &[S], most: usize) -> String {
    listed(names, most, "or")
}

/// `a`, `b` and `c`, at most `most` of them, each in backticks.
pub fn and_list<S: AsRef<str>>(names: &[S], most: usize) -> String {
    listed(names, most, "and")
}

/// "the only study is `A`", or "the studies are `A` and `B`".
pub fn the_names<S: AsRef<str>>(singular: &str, plural: &str, names: &[S], most: usize) -> String {
    match names {
        [] => format!("there are no {plural}"),
        [one] => format!("the only {singular} is `{}`", one.as_ref()),
        _ => format!("the {plural} are {}", and_list(names, most)),
    }
}

/// A name as it is written in a statement: in quotes unless it is one word.
pub fn as_written(name: &str) -> String {
    let word = name.starts_with(char::is_alphabetic) && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if word { name.to_owned() } else { format!("\"{name}\"") }
}

fn listed<S: AsRef<str>>(names: &[S], most: usize, word: &str) -> String {
    let ticked: Vec<String> = names.iter().take(most).map(|n| format!("`{}`", n.as_ref())).collect();
    if names.len() > most {
        return format!("{}, … ({} in all)", ticked.join(", "), names.len());
    }
    match ticked.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [init @ .., last] => format!("{} {word} {last}", init.join(", ")),
    }
}

/// `1 study`, `2 studies`.
pub fn count(n: usize, singular: &str, plural: &str) -> String {
    format!("{n} {}", if n == 1 { singular } else { plural })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_by_table() {
        for (word, candidates, expected) in [
            ("exlude", &["exclude", "explain"][..], Some("exclude")),
            ("pol", &["pool", "plan"], Some("pool")),
            ("remel", &["reml", "ml"], Some("reml")),
            ("leaveoneout", &["leave-one-out"], Some("leave-one-out")),
            ("recovery", &["personal_recovery", "hope"], None),
            ("Tan", &["Tan2016", "Dalum2016"], Some("Tan2016")),
            ("xyz", &["pool"], None),
            ("τ2", &["tau2", "ci"], Some("tau2")),
            ("orr", &["irr", "or"], Some("or")),
            ("", &["pool"], None),
        ] {
            assert_eq!(nearest(word, candidates.iter().copied()), expected, "{word}");
        }
    }

    #[test]
    fn lists_read_as_english() {
        assert_eq!(or_list(&["a"], 3), "`a`");
        assert_eq!(or_list(&["a", "b", "c"], 3), "`a`, `b` or `c`");
        assert_eq!(and_list(&["a", "b", "c"], 2), "`a`, `b`, … (3 in all)");
        assert_eq!(count(1, "study", "studies"), "1 study");
    }
}
