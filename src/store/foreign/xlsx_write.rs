//! Tables as a workbook.

use crate::store::cell::number;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

/// A sheet: its name and its rows, the first of which is the header.
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// A spreadsheet holds no more digits of a number; what has more is written as text.
const DIGITS: usize = 15;

/// A workbook of sheets. A number is a number, shown with the decimals it is written with, so
/// that reading it again gives its text; what no number of a spreadsheet can be is text.
/// The same tables give the same bytes.
pub fn to_xlsx(sheets: &[Sheet]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(2026, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let head = Format::new().set_bold();
    let decimals: Vec<Format> =
        (0..=DIGITS).map(|d| Format::new().set_num_format(if d == 0 { "0".to_owned() } else { format!("0.{}", "0".repeat(d)) })).collect();
    for sheet in sheets {
        let page = book.add_worksheet();
        page.set_name(&sheet.name)?;
        page.set_freeze_panes(1, 0)?;
        for (row, cells) in sheet.rows.iter().enumerate() {
            let row = u32::try_from(row).map_err(|_| XlsxError::RowColumnLimitError)?;
            for (column, text) in cells.iter().enumerate() {
                let column = u16::try_from(column).map_err(|_| XlsxError::RowColumnLimitError)?;
                match places(text) {
                    _ if text.is_empty() => {}
                    _ if row == 0 => {
                        page.write_string_with_format(row, column, text, &head)?;
                    }
                    Some((value, places)) if places <= DIGITS => {
                        page.write_number_with_format(row, column, value, &decimals[places])?;
                    }
                    _ => {
                        page.write_string(row, column, text)?;
                    }
                }
            }
        }
    }
    book.save_to_buffer()
}

/// The value of a text that a number shown with so many decimals gives back.
fn places(text: &str) -> Option<(f64, usize)> {
    let (plain, value) = number(text, false)?;
    let places = plain.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let digits = plain.bytes().filter(u8::is_ascii_digit).count();
    (plain == text && digits <= DIGITS && format!("{value:.places$}") == text).then_some((value, places))
}
