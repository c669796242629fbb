//! What a plan says of the items that protocols and registries ask for.

use serde::Serialize;

/// How far an item is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// The authors chose it.
    Stated,
    /// A default of the edition or the conventions.
    Defaulted,
    /// The plan says nothing.
    Missing,
}

impl Coverage {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Coverage::Stated => "stated",
            Coverage::Defaulted => "defaulted",
            Coverage::Missing => "missing",
        }
    }
}

/// One item of a protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// What it is about.
    pub content: &'static str,
    /// Items of PRISMA-P 2015.
    pub prisma_p: &'static str,
    /// The field of INPLASY's form.
    pub inplasy: &'static str,
    /// Fields of PROSPERO's form.
    pub prospero: &'static str,
    /// The item of the Generalized Systematic Review form on OSF.
    pub osf: &'static str,
    /// How far it is settled.
    pub coverage: Coverage,
    /// What the plan says, in sentences; what is defaulted says so.
    pub text: String,
    /// What to write to state it.
    pub write: &'static str,
}

/// Items of the forms that are no matter of an analysis plan, and are written by hand.
pub const BY_HAND: &str = "PRISMA-P 1b, 2, 3, 5, 6, 9 to 11 (update, registration, authors, support, rationale, searches, selection and \
    data collection), and with them fields such as condition, participants, searches and funding of PROSPERO and INPLASY, are no matter \
    of an analysis plan.";

/// The text for one field of a registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldText {
    /// The field's name.
    pub field: &'static str,
    /// To paste.
    pub text: String,
}

/// The fields of one registry that a plan has texts for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Registry {
    /// `INPLASY`.
    pub name: &'static str,
    /// In the order of the form.
    pub fields: Vec<FieldText>,
}

/// The texts for each registry: those of all items of a field, in order.
pub fn registries(items: &[Item]) -> Vec<Registry> {
    let of = |name, field: fn(&Item) -> &'static str| {
        let mut fields: Vec<FieldText> = Vec::new();
        for item in items.iter().filter(|i| !i.text.is_empty() && !field(i).is_empty()) {
            match fields.iter_mut().find(|f| f.field == field(item)) {
                Some(known) => {
                    known.text.push('\n');
                    known.text.push_str(&item.text);
                }
                None => fields.push(FieldText { field: field(item), text: item.text.clone() }),
            }
        }
        Registry { name, fields }
    };
    vec![of("INPLASY", |i| i.inplasy), of("PROSPERO", |i| i.prospero), of("OSF", |i| i.osf)]
}
