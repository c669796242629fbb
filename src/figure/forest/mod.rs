//! Forest plots.

pub mod columns;
mod footer;
mod marks;
mod paint;
mod rows;
mod style;

pub use footer::standing;

use super::font::Fonts;
use super::{Figure, FigureError};
use crate::eval::outcome::{Outcome, PictureRequest, Plot, PoolResult};

/// The forest of a pooled result, of a leave-one-out or of a cumulative analysis.
pub fn figure(request: &PictureRequest, fonts: &Fonts) -> Result<Figure, FigureError> {
    let style = style::style(request.layout);
    let (result, rows) = match &request.subject {
        Outcome::Pool(result) => (&**result, rows::of_pool(result, request, &style)?),
        Outcome::LeaveOneOut(rows) => (&rows.base, rows::of_rows("Without", rows, &style)?),
        Outcome::Cumulative(rows) => (&rows.base, rows::of_rows("+", rows, &style)?),
        Outcome::Regress(_) => {
            return Err(FigureError::unfit(
                "a regression has no single pooled effect to stand below its studies",
                "`bubble of NAME` draws a regression; `forest` draws the analysis that it works on",
            ));
        }
        _ => return Err(FigureError::unfit("there are no effects with intervals in this result", "")),
    };
    let columns = columns::columns(result, &rows, request, &style)?;
    let footer = footer::lines(result, request, &style);
    let mut figure = paint::paint(&paint::Sheet {
        request,
        result,
        rows: &rows,
        grouped: rows.iter().any(|r| r.kind == rows::Kind::Heading),
        columns: &columns,
        footer: &footer,
        style: &style,
        fonts,
    })?;
    if let ([shown, others @ ..], true) =
        (request.bias_tools.as_slice(), columns.iter().any(|c| matches!(c.what, columns::What::Judgement(_))))
        && !others.is_empty()
    {
        figure
            .notes
            .push(format!("the rows are judged by {} too; the picture shows {shown}; `tool \"…\"` chooses another", others.join(" and ")));
    }
    Ok(figure)
}

/// The lines that stand below every picture: how it was computed, whether it was planned.
pub fn method_and_status(result: &PoolResult, request: &PictureRequest) -> Vec<String> {
    let groups = (request.plot == Plot::Orchard).then(|| footer::other_intervals(result, &request.subject)).flatten();
    [Some(footer::method(result, request.plot)), groups, Some(footer::status(result, request))].into_iter().flatten().collect()
}
