//! The published JSON Schema of the document, made from the types that read it.

#[cfg(test)]
use super::{Cell, SCHEMA, Store, Value};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value as Json;
use std::borrow::Cow;

impl JsonSchema for Cell {
    fn schema_name() -> Cow<'static, str> {
        "Cell".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A number, or its text where that says more: `\"1.50\"`, `\"<0.001\"`.",
            "anyOf": [{"type": "number"}, {"type": "string", "pattern": "[0-9]"}]
        })
    }
}

impl JsonSchema for Value {
    fn schema_name() -> Cow<'static, str> {
        "Value".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A number, a text, nothing, or a number with its text: `{\"number\": \"1.50\"}`.",
            "anyOf": [
                {"type": ["number", "string", "boolean", "null"]},
                {
                    "type": "object",
                    "properties": {"number": {"type": "string", "pattern": "[0-9]"}},
                    "required": ["number"],
                    "additionalProperties": false
                }
            ]
        })
    }
}

/// The schema as published.
fn schema() -> Json {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Store>();
    schema.insert("title".into(), format!("Weald study store, version {SCHEMA}").into());
    let mut schema = schema.to_value();
    schema["properties"]["schema"] = serde_json::json!({"description": "Version of the format.", "const": SCHEMA});
    schema["required"] = serde_json::json!(["schema"]);
    without_defaults(&mut schema);
    schema
}

/// Defaults and formats of numbers in Rust tell nothing of the document.
fn without_defaults(schema: &mut Json) {
    match schema {
        Json::Object(fields) => {
            fields.shift_remove("default");
            if fields.get("format").is_some_and(Json::is_string) {
                fields.shift_remove("format");
            }
            fields.values_mut().for_each(without_defaults);
        }
        Json::Array(items) => items.iter_mut().for_each(without_defaults),
        _ => {}
    }
}

/// Where a document does not fit a schema: the words of JSON Schema that ours uses, and no others.
fn misfits(root: &Json, schema: &Json, value: &Json, at: &str, out: &mut Vec<String>) {
    let Some(words) = schema.as_object() else { return };
    let fits = |schema: &Json| {
        let mut found = Vec::new();
        misfits(root, schema, value, at, &mut found);
        found.is_empty()
    };
    let is = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("type {other}"),
    };
    for (word, rule) in words {
        let holds = match word.as_str() {
            "title" | "description" | "$schema" | "$defs" => true,
            "$ref" => {
                let name = rule.as_str().and_then(|r| r.strip_prefix("#/$defs/")).expect("a definition");
                misfits(root, &root["$defs"][name], value, at, out);
                true
            }
            "type" => match rule {
                Json::String(name) => is(name),
                names => names.as_array().expect("types").iter().any(|name| is(name.as_str().expect("a type"))),
            },
            "const" => value == rule,
            "enum" => rule.as_array().expect("words").contains(value),
            "anyOf" | "oneOf" => rule.as_array().expect("schemas").iter().any(fits),
            "pattern" => value.as_str().is_none_or(|t| t.bytes().any(|b| b.is_ascii_digit())),
            "minimum" => value.as_f64().is_none_or(|x| x >= rule.as_f64().expect("a number")),
            "maximum" => value.as_f64().is_none_or(|x| x <= rule.as_f64().expect("a number")),
            "required" => rule.as_array().expect("names").iter().all(|n| value.get(n.as_str().expect("a name")).is_some()),
            "properties" => {
                for (name, schema) in rule.as_object().expect("properties") {
                    if let Some(inner) = value.get(name) {
                        misfits(root, schema, inner, &format!("{at}.{name}"), out);
                    }
                }
                true
            }
            "additionalProperties" => {
                let known = words.get("properties").and_then(Json::as_object);
                for (name, inner) in value.as_object().into_iter().flatten() {
                    match rule {
                        _ if known.is_some_and(|k| k.contains_key(name)) => {}
                        Json::Bool(false) => out.push(format!("{at} has {name}")),
                        schema => misfits(root, schema, inner, &format!("{at}.{name}"), out),
                    }
                }
                true
            }
            "items" => {
                for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
                    misfits(root, rule, inner, &format!("{at}[{index}]"), out);
                }
                true
            }
            other => panic!("the schema uses `{other}`"),
        };
        if !holds {
            out.push(format!("{at}: {word} {rule}"));
        }
    }
}

fn told(document: &Json) -> Vec<String> {
    let schema = schema();
    let mut out = Vec::new();
    misfits(&schema, &schema, document, "store", &mut out);
    out
}

#[test]
fn the_published_schema_is_that_of_the_types() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/store.schema.json");
    let text = format!("{}\n", serde_json::to_string_pretty(&schema()).expect("a text"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, text).expect("written");
    } else {
        let published = std::fs::read_to_string(path).expect("a text").replace("\r\n", "\n");
        assert_eq!(published, text, "run the unit tests with UPDATE=1");
    }
}

#[test]
fn stores_fit_the_schema() {
    let files = super::Disk::new(concat!(env!("CARGO_MANIFEST_DIR"), "/examples"), ".", false);
    for path in ["imr/data", "bcg/bcg.csv"] {
        let store = super::open(&files, path).store.expect("a store");
        assert!(!store.rows.is_empty());
        assert_eq!(told(&serde_json::to_value(&store).expect("a document")), Vec::<String>::new(), "{path}");
    }
}

#[test]
fn what_does_not_fit_the_schema_is_not_read_either() {
    for text in [
        r#"{"schema": 2, "rowz": []}"#,
        r#"{"schema": 2, "rows": [{"study": "A", "outcome": "o", "sd1": 2}]}"#,
        r#"{"schema": 2, "rows": [{"study": "A", "outcome": "o", "values": {"yi": "many"}}]}"#,
        r#"{"schema": 2, "outcomes": {"o": {"direction": "up"}}}"#,
        r#"{"schema": 2, "studies": {"A": {"characteristics": {"year": [1]}}}}"#,
        r#"{"schema": 2, "review": {"searches": [{"records": -1}]}}"#,
        r#"{"outcomes": {}}"#,
    ] {
        let document: Json = serde_json::from_str(text).expect("JSON");
        assert!(!told(&document).is_empty(), "{text}");
        assert!(super::read_json("d.json", text.as_bytes()).store.is_none(), "{text}");
    }
    let good = r#"{"schema": 2, "rows": [{"study": "A", "outcome": "o", "values": {"yi": "0.50", "vi": 0.2, "p": "<0.001"}, "moderators": {"dose": {"number": "1.0"}}}]}"#;
    assert_eq!(told(&serde_json::from_str(good).expect("JSON")), Vec::<String>::new());
    assert!(super::read_json("d.json", good.as_bytes()).store.is_some());
}
