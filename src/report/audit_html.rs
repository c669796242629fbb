//! An audit as one HTML file: headings, captions and row heads for screen readers, nothing from
//! the network, fit for printing. What agrees and what differs is said in words, not in colours.

use super::audit::{agreement, hangs, reading, remarks, short, verdict};
use super::findings::counts;
use crate::audit::{Audit, Audited, Compared, FindingWithEffects};
use crate::diagnostic::{Problem, Severity};
use crate::number::{plural, significant};
use crate::validate::{Finding, rule};
use std::fmt::Write;

/// The look: system fonts, tables that scroll on a phone, black on white in print.
const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse;margin:.5rem 0 1.5rem}\
caption{text-align:left;padding:.25rem 0;font-weight:600}\
th,td{border-bottom:1px solid #8888;padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}\
td.n{text-align:right;font-variant-numeric:tabular-nums}\
tr.differs{font-weight:600}\
.scroll{overflow-x:auto}\
section.finding{border-left:.3rem solid #888;padding-left:1rem;margin:1rem 0}\
@media print{body{max-width:none;margin:0;font-size:10pt}section{break-inside:avoid}}";

/// The page.
pub fn audit_html(name: &str, audit: &Audit, problems: &[Problem]) -> String {
    let mut out = String::new();
    let title = format!("Audit of {}", text(name));
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta name=\"generator\" content=\"Weald {}\"/>\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n",
        super::json::VERSION
    );
    summary(&mut out, audit, problems);
    if !problems.is_empty() {
        out.push_str("<h2>Reading the file</h2>\n<ul>\n");
        for problem in problems {
            let place = problem.place.as_ref().map(|p| format!("{p}: ")).unwrap_or_default();
            let help = problem.help.as_ref().map(|h| format!(". {h}")).unwrap_or_default();
            let _ = writeln!(out, "<li>{} {}</li>", problem.code, text(&format!("{place}{}{help}", problem.message)));
        }
        out.push_str("</ul>\n");
    }
    out.push_str("<h2>Analyses</h2>\n");
    for analysis in &audit.analyses {
        one(&mut out, analysis);
    }
    findings(&mut out, audit);
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

/// What the whole comes to.
fn summary(out: &mut String, audit: &Audit, problems: &[Problem]) {
    let found: Vec<Finding> = audit.findings.iter().map(|f| f.finding.clone()).collect();
    let stored = if audit.analyses.iter().any(|a| a.stored) { verdict(audit) } else { "none in the file".to_owned() };
    let rows = [
        ("Analyses", audit.analyses.len().to_string()),
        ("Data", format!("{} of {}", plural(audit.rows, "row", "rows"), plural(audit.studies, "study", "studies"))),
        ("Reading the file", reading(problems).unwrap_or_else(|| "nothing to say".to_owned())),
        ("Stored results", stored),
        ("Data checks", counts(&found)),
    ];
    out.push_str("<table>\n<caption>Summary</caption>\n<tbody>\n");
    for (head, value) in rows {
        let _ = writeln!(out, "<tr><th scope=\"row\">{head}</th><td>{}</td></tr>", text(&value));
    }
    out.push_str("</tbody>\n</table>\n");
}

fn one(out: &mut String, analysis: &Audited) {
    let title = if analysis.title.is_empty() { String::new() } else { format!(" {}", text(&analysis.title)) };
    let _ = writeln!(out, "<section>\n<h3>{}{title}</h3>", text(&analysis.id));
    if !analysis.settings.is_empty() {
        let _ = writeln!(out, "<p>{}</p>", text(&analysis.settings));
    }
    let result = match &analysis.result {
        Ok(result) => format!("Computed: {}", short(result)),
        Err(why) => format!("Not pooled: {why}"),
    };
    let _ = writeln!(out, "<p>{}</p>", text(&result));
    table(out, "Stored and computed results", &analysis.compared);
    for group in &analysis.groups {
        let result = match &group.result {
            Ok(result) => short(result),
            Err(why) => format!("not pooled: {why}"),
        };
        let _ = writeln!(out, "<h4>Subgroup {}</h4>\n<p>{}</p>", text(&group.name), text(&result));
        table(out, &format!("Stored and computed results of {}", group.name), &group.compared);
    }
    let told = remarks(analysis);
    if !told.is_empty() {
        out.push_str("<ul>\n");
        for remark in told {
            let _ = writeln!(out, "<li>{}</li>", text(&remark));
        }
        out.push_str("</ul>\n");
    }
    if analysis.study_numbers > 0 {
        let differ = analysis.study_differences.len();
        let _ = writeln!(
            out,
            "<p>{} of single studies compared, {}.</p>",
            plural(analysis.study_numbers, "number", "numbers"),
            if differ == 0 { "all agree".to_owned() } else { format!("{differ} of them differ") }
        );
    }
    if !analysis.study_differences.is_empty() {
        out.push_str("<div class=\"scroll\"><table>\n<caption>Numbers of single studies that differ</caption>\n<thead><tr>");
        out.push_str("<th scope=\"col\">Study</th><th scope=\"col\">Number</th><th scope=\"col\">Stored</th><th scope=\"col\">Computed</th></tr></thead>\n<tbody>\n");
        for (study, c) in &analysis.study_differences {
            let _ = writeln!(
                out,
                "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
                text(study),
                c.name,
                text(&c.stored),
                significant(c.computed, 10)
            );
        }
        out.push_str("</tbody>\n</table></div>\n");
    }
    out.push_str("</section>\n");
}

fn table(out: &mut String, caption: &str, compared: &[Compared]) {
    if compared.is_empty() {
        return;
    }
    let _ = write!(
        out,
        "<div class=\"scroll\"><table>\n<caption>{}</caption>\n<thead><tr><th scope=\"col\">Number</th><th scope=\"col\">Stored</th>\
         <th scope=\"col\">Computed</th><th scope=\"col\">Verdict</th></tr></thead>\n<tbody>\n",
        text(caption)
    );
    for c in compared {
        let (class, verdict) = (if c.agrees { "" } else { " class=\"differs\"" }, agreement(c));
        let _ = writeln!(
            out,
            "<tr{class}><th scope=\"row\">{}</th><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{verdict}</td></tr>",
            c.name,
            text(&c.stored),
            significant(c.computed, 10)
        );
    }
    out.push_str("</tbody>\n</table></div>\n");
}

fn findings(out: &mut String, audit: &Audit) {
    out.push_str("<h2>Findings and what hangs on them</h2>\n");
    if audit.findings.is_empty() {
        out.push_str("<p>Nothing found.</p>\n");
    }
    let (open, settled): (Vec<_>, Vec<_>) = audit.findings.iter().partition(|f| f.finding.is_open());
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        for found in open.iter().filter(|f| f.finding.severity == severity) {
            finding(out, found);
        }
    }
    if settled.is_empty() {
        return;
    }
    out.push_str("<h3>Settled</h3>\n<ul>\n");
    for found in settled {
        let f = &found.finding;
        if let Some(d) = &f.disposition {
            let line = format!("{} {}: {}, {} by {}: {}", f.code(), f.place, f.message, d.disposition.name(), d.by, d.reason);
            let _ = writeln!(out, "<li>{}</li>", text(&line));
        }
    }
    out.push_str("</ul>\n");
}

fn finding(out: &mut String, found: &FindingWithEffects) {
    let f = &found.finding;
    let word = match f.severity {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
        Severity::Note => "Note",
    };
    let name = rule(f.rule).map_or("", |r| r.name);
    let _ = writeln!(out, "<section class=\"finding\">\n<h3>{word} {}: {}</h3>", f.code(), text(name));
    let _ = writeln!(out, "<p>{}</p>\n<p>{}</p>", text(&f.place.to_string()), text(&f.message));
    if !f.help.is_empty() {
        let _ = writeln!(out, "<p>What to do: {}</p>", text(&f.help));
    }
    if !found.effects.is_empty() {
        out.push_str("<ul>\n");
        for effect in &found.effects {
            let _ = writeln!(out, "<li>{}</li>", text(&hangs(effect)));
        }
        out.push_str("</ul>\n");
    }
    out.push_str("</section>\n");
}

/// A text with what HTML would take for markup escaped.
fn text(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for c in raw.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // No character reference may stand for a control character.
            c if c.is_control() && c != '\n' && c != '\t' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
