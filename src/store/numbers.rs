//! The numbers of one row, by column: a handful, so a list in one piece of memory.

use super::cell::Cell;
use super::columns::find;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use std::borrow::Cow;

/// Cells by the canonical name of their column, each once, in the order they were set.
///
/// ```
/// use weald::store::{Cell, Numbers};
/// let mut numbers = Numbers::default();
/// numbers.insert("n1", Cell::exact(20.0));
/// numbers.insert("n1", Cell::exact(21.0));
/// assert_eq!(numbers.get("n1").unwrap().value, 21.0);
/// assert_eq!(numbers.len(), 1);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Numbers(Vec<(Cow<'static, str>, Cell)>);

impl Numbers {
    /// The cell of a column.
    pub fn get(&self, name: &str) -> Option<&Cell> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, cell)| cell)
    }

    /// Whether a column holds a number.
    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Sets a column, and gives what it held.
    pub fn insert(&mut self, name: impl AsRef<str>, cell: Cell) -> Option<Cell> {
        let name = name.as_ref();
        if let Some((_, own)) = self.0.iter_mut().find(|(own, _)| own == name) {
            return Some(std::mem::replace(own, cell));
        }
        // The name of a column is in the program already: only others are kept with the row.
        let name = find(name).filter(|c| c.name == name).map_or_else(|| Cow::Owned(name.to_owned()), |c| Cow::Borrowed(c.name));
        self.0.push((name, cell));
        None
    }

    /// Sets a column whose name is in the program.
    pub(crate) fn insert_known(&mut self, name: &'static str, cell: Cell) {
        match self.0.iter_mut().find(|(own, _)| own == name) {
            Some((_, own)) => *own = cell,
            None => self.0.push((Cow::Borrowed(name), cell)),
        }
    }

    /// Empties a column, and gives what it held.
    pub fn remove(&mut self, name: &str) -> Option<Cell> {
        let at = self.0.iter().position(|(own, _)| own == name)?;
        Some(self.0.remove(at).1)
    }

    /// Names and cells, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Cell)> {
        self.0.iter().map(|(name, cell)| (name.as_ref(), cell))
    }

    /// The names, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(name, _)| name)
    }

    /// Whether no column holds a number.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many columns hold a number.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Puts the columns in the order of a key.
    pub(crate) fn sort_by_key(&mut self, key: impl Fn(&str) -> usize) {
        if !self.0.is_sorted_by_key(|(name, _)| key(name)) {
            self.0.sort_by_cached_key(|(name, _)| key(name));
        }
    }
}

impl std::ops::Index<&str> for Numbers {
    type Output = Cell;

    /// The cell of a column that is there; ends the program, as that of a map does, if it is not.
    fn index(&self, name: &str) -> &Cell {
        &self.0[self.0.iter().position(|(own, _)| own == name).unwrap_or(usize::MAX)].1
    }
}

impl<'a> IntoIterator for &'a Numbers {
    type Item = (&'a str, &'a Cell);
    type IntoIter = Box<dyn Iterator<Item = (&'a str, &'a Cell)> + 'a>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.iter())
    }
}

impl<N: AsRef<str>> FromIterator<(N, Cell)> for Numbers {
    fn from_iter<T: IntoIterator<Item = (N, Cell)>>(cells: T) -> Self {
        let mut numbers = Numbers::default();
        for (name, cell) in cells {
            numbers.insert(name, cell);
        }
        numbers
    }
}

impl Serialize for Numbers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Numbers {
    /// Reads a map and refuses a name that stands twice.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Numbers;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Numbers, A::Error> {
                let mut numbers = Numbers::default();
                while let Some(name) = access.next_key::<Cow<'de, str>>()? {
                    if numbers.contains_key(&name) {
                        return Err(A::Error::custom(format!("`{name}` stands twice")));
                    }
                    numbers.insert(name, access.next_value()?);
                }
                Ok(numbers)
            }
        }
        deserializer.deserialize_map(Reader)
    }
}
