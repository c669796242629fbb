//! What the columns of the data hold.

use crate::store::{ColumnKind, Store};

/// Name, kind and range of each column.
pub fn columns(store: &Store) -> Vec<Vec<String>> {
    crate::language::resolve::column_names(store)
        .iter()
        .filter_map(|name| store.column(name).map(|kind| column_row(store, name, &kind)))
        .collect()
}

/// One of them.
pub fn column_row(store: &Store, name: &str, kind: &ColumnKind) -> Vec<String> {
    match kind {
        ColumnKind::Categorical(levels) => {
            let shown: Vec<&str> = levels.iter().take(8).map(String::as_str).collect();
            let more = if levels.len() > 8 { format!(", … ({})", levels.len()) } else { String::new() };
            vec![name.to_owned(), "categorical".into(), format!("{}{more}", shown.join(", "))]
        }
        ColumnKind::Numeric => {
            let values: Vec<f64> = store.rows.iter().filter_map(|r| store.row_value(r, name).number()).collect();
            let low = values.iter().copied().fold(f64::INFINITY, f64::min);
            let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let range =
                if values.is_empty() { String::new() } else { format!("{} to {}", crate::number::plain(low), crate::number::plain(high)) };
            vec![name.to_owned(), "numeric".into(), range]
        }
    }
}
