//! Workbooks: cells as texts, and what a spreadsheet does to numbers.

use crate::{read, store};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use std::io::{Cursor, Read, Write};
use weald::store::{Memory, ReadAs, Sheet, open_as, to_xlsx};

fn book() -> Vec<u8> {
    let mut book = Workbook::new();
    let notes = book.add_worksheet();
    notes.set_name("empty").expect("a name");
    let page = book.add_worksheet();
    page.set_name("data").expect("a name");
    let one = Format::new().set_num_format("0.0");
    let date = Format::new().set_num_format("d/m/yyyy");
    for (column, name) in ["study", "n1", "mean1", "sd1", "n2", "mean2", "sd2", "when", "blank"].iter().enumerate() {
        page.write_string(2, u16::try_from(column).expect("few"), *name).expect("written");
    }
    page.write_string(3, 0, "Jensen 2019").expect("written");
    for (column, value) in [(1, 59.0), (4, 57.0)] {
        page.write_number(3, column, value).expect("written");
    }
    page.write_number_with_format(3, 2, 69.4867, &one).expect("written");
    page.write_number_with_format(3, 3, 12.0, &one).expect("written");
    page.write_string(3, 5, "69.20").expect("written");
    page.write_formula(3, 6, Formula::new("=9*2").set_result("18")).expect("written");
    page.write_datetime_with_format(3, 7, ExcelDateTime::from_ymd(2021, 3, 1).expect("a date"), &date).expect("written");
    let more = book.add_worksheet();
    more.set_name("more").expect("a name");
    more.write_string(0, 0, "study").expect("written");
    more.write_string(0, 1, "yi").expect("written");
    more.write_string(1, 0, "X").expect("written");
    more.write_number(1, 1, 0.1 + 0.2).expect("written");
    more.write_string(0, 2, "vi").expect("written");
    more.write_number(1, 2, 0.5).expect("written");
    book.save_to_buffer().expect("a workbook")
}

#[test]
fn cells_are_read_as_texts() {
    let (found, problems) = read("a.xlsx", book());
    let found = found.unwrap_or_else(|| panic!("{problems:?}"));
    let row = &found.rows[0];
    let text = |name: &str| row.values.get(name).map(|c| c.text.as_str());
    assert_eq!((text("n1"), text("sd1"), text("mean2"), text("sd2")), (Some("59"), Some("12.0"), Some("69.20"), Some("18")));
    assert_eq!(text("mean1"), Some("69.4867"), "what the cell holds, not what it shows");
    assert_eq!(row.origin.row, Some(4), "the row of the sheet");
    let of = |code: &str| problems.iter().filter(|p| p.code == code).map(|p| p.message.clone()).collect::<Vec<_>>();
    assert_eq!(of("W394"), ["the cell shows 69.5 and holds 69.4867"]);
    assert_eq!(of("W393"), ["the cell is a date, 2021-03-01"]);
    assert_eq!(of("W395"), ["the sheet `data` is read, and not `more`"]);
    assert_eq!(problems.iter().find(|p| p.code == "W394").and_then(|p| p.place.clone()).and_then(|p| p.column), Some("mean1".to_owned()));
}

#[test]
fn a_sheet_is_chosen_by_name() {
    let files = Memory::new().with("a.xlsx", book());
    let of = |sheet: &str| open_as(&files, "a.xlsx", &ReadAs { sheet: Some(sheet.to_owned()), ..ReadAs::default() });
    let more = of("more").store.expect("the sheet");
    assert_eq!(more.rows[0].values["yi"].text, "0.3", "15 digits, as a spreadsheet shows them");
    assert!(of("mor").problems.iter().any(|p| p.code == "E392" && p.help.as_deref().is_some_and(|h| h.contains("`more`"))));
}

#[test]
fn texts_come_back_as_they_were() {
    let rows = [
        ["study", "yi", "vi", "x"],
        ["A", "1.50", "0.0000001", "007"],
        ["B", "-0", "1e-5", "1.2345678901234567"],
        ["C", "123456789012345", "0.10", "a, \"b\""],
    ];
    let rows: Vec<Vec<String>> = rows.iter().map(|r| r.map(str::to_owned).to_vec()).collect();
    let bytes = to_xlsx(&[Sheet { name: "data".to_owned(), rows: rows.clone() }]).expect("a workbook");
    assert_eq!(bytes, to_xlsx(&[Sheet { name: "data".to_owned(), rows: rows.clone() }]).expect("a workbook"), "the same bytes");
    let csv = rows
        .iter()
        .map(|r| r.iter().map(|c| format!("\"{}\"", c.replace('"', "\"\""))).collect::<Vec<_>>().join(","))
        .collect::<Vec<_>>()
        .join("\n");
    let (from_sheet, from_csv) = (store("a.xlsx", bytes), store("a.csv", csv));
    assert_eq!(weald::store::to_json(&from_sheet), weald::store::to_json(&from_csv));
}

#[test]
fn what_is_no_workbook_says_so() {
    let mut cut = book();
    cut.truncate(cut.len() / 2);
    for bytes in
        [b"".to_vec(), b"PK\x03\x04".to_vec(), b"\xD0\xCF\x11\xE0".to_vec(), cut, crate::zip(&[("xl/workbook.xml", b"<x".to_vec())])]
    {
        let (store, problems) = read("a.xlsx", bytes);
        assert!(store.is_none());
        assert!(problems.iter().any(|p| p.is_error()), "{problems:?}");
    }
    // Bytes changed anywhere: an answer, never a panic.
    let whole = book();
    for at in (0..whole.len()).step_by(97) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        let _ = read("a.xlsx", bytes);
    }
}

/// A workbook whose formulas have no results.
fn without_results(bytes: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).expect("a file");
        let name = file.name().expect("a name").into_owned();
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("readable");
        if name.ends_with("sheet1.xml") {
            let text = String::from_utf8(content).expect("text");
            let (before, rest) = text.split_once("</f><v>").expect("a formula with its result");
            let (_, after) = rest.split_once("</v>").expect("the end of the result");
            content = format!("{before}</f>{after}").into_bytes();
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).expect("begun");
        out.write_all(&content).expect("written");
    }
    out.finish().expect("finished").into_inner()
}

/// What programs write that do not compute.
#[test]
fn a_formula_without_its_result_is_told() {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    for (column, name) in ["study", "yi", "vi"].iter().enumerate() {
        page.write_string(0, u16::try_from(column).expect("few"), *name).expect("written");
    }
    page.write_string(1, 0, "A").expect("written");
    page.write_number(1, 1, 0.2).expect("written");
    page.write_formula(1, 2, Formula::new("=0.2*0.2").set_result("0.04")).expect("written");
    let (found, problems) = read("a.xlsx", without_results(&book.save_to_buffer().expect("a workbook")));
    assert!(found.is_some_and(|s| !s.rows[0].values.contains_key("vi")));
    let told: Vec<_> = problems.iter().filter(|p| p.code == "W393").collect();
    assert_eq!(told.len(), 1, "{problems:?}");
    assert_eq!(told[0].message, "the cell is a formula, `=0.2*0.2`, without its result, read as missing");
    assert_eq!(told[0].place.as_ref().map(|p| (p.row, p.column.as_deref())), Some((Some(2), Some("vi"))));
}
