//! One result through every renderer, exactly.

use crate::build;
use weald::eval::outcome::*;
use weald::language::spec::RuleTaken;
use weald::report::{DocumentJson, Hints, Style, csv, methods, to_markdown, to_text};
use weald::source::{Source, Span};

fn pool(result: PoolResult) -> Outcome {
    Outcome::Pool(Box::new(result))
}

fn text(outcome: &Outcome, width: usize) -> String {
    to_text(outcome, &Hints::default(), &Style::plain(width))
}

/// The facts and notes only: from the first line that begins with `name`.
fn after(text: &str, name: &str) -> String {
    text.lines().skip_while(|l| !l.starts_with(name)).map(|l| format!("{l}\n")).collect()
}

#[test]
fn pool_as_text() {
    insta::assert_snapshot!(text(&pool(build::smd()), 80), @r#"
    recovery: recovery at posttest, cc
      pool recovery at posttest cc model reml ci wald

    study            n1   n2  SMD [95% CI]        weight
    Jensen2019       59   57  0.02 [-0.34, 0.38]   37.2%       ├──█──┤
    Polat2021        25   25  1.37 [ 0.76, 1.99]   25.4%          │     ├────█─────┤
    Salyers2014     425  425  0.30 [-0.06, 0.66]   37.4%          ├──█──┤
    pooled, reml              0.51 [ 0.12, 0.90]  100.0%          │━━━◆━━━━
    95% prediction                 [-0.94, 1.96]          ╌╌╌╌╌╌╌╌│╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌
                                                          ────┬───┼───┬───┬────┬───┬
                                                            -0.5  0  0.5  1   1.5  2

    pooled         SMD 0.51 [0.12, 0.90], z = 2.56, p = 0.010, k = 3 studies, 1,016
                   people
    prediction     95% prediction interval [-0.94, 1.96]
    heterogeneity  Q(2) = 8.23, p = 0.016; tau2 = 0.0845 (SE 0.1000) [0.0021, open]
                   (Q-profile); I2 (tau2-based) = 75.7% [7.2%, 99.9%]; I2
                   (Q-based) = 75.7%; H2 = 4.12
    computed from  means and SDs
    left out       Tan2016 (excluded: "F df imply 44")

    Method: standardised mean difference (Hedges' g), large-sample variance; random
    effects, tau2 by restricted maximum likelihood; 95% confidence interval by Wald;
    prediction interval by t with k - 1 df; I2 tau2-based; 1 of 4 effects left out;
    edition 2026 (default: variance, prediction, level, I2).
    "#);
}

#[test]
fn ratios_as_text() {
    let hints = Hints { sides: Some(["favours BCG".into(), "favours none".into()]) };
    insta::assert_snapshot!(to_text(&pool(build::odds()), &hints, &Style::plain(100)), @"
    vaccine: tuberculosis
      pool tuberculosis measure or

    study                      n1      n2  OR [95% CI]         weight
    Aronson 1948              123     139  0.39 [ 0.12, 1.26]   15.0%       ├──────────▪─────────┼─┤
    Ferguson & Simes 1949     306     303  0.19 [0.077, 0.46]   25.0%   ├───────■────────┤       │
    TPT Madras 1980        88,391  88,391  1.01 [ 0.89, 1.15]   60.0%                           ├█┤
    pooled, reml                           0.47 [ 0.33, 0.68]  100.0%                 ━━━◆━━━━   │
    95% prediction                              [ 0.13, 1.79]               ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌│╌╌╌╌╌
                                                                       ───┬──────┬────────┬──────┼──────
                                                                         0.1    0.2      0.5     1
                                                                          ← favours BCG   favours none →

    pooled         OR 0.47 [0.33, 0.68], z = -4.00, p < 0.001, k = 3 studies, 357,347 people
    prediction     95% prediction interval [0.13, 1.79]
    heterogeneity  Q(2) = 8.23, p = 0.016; tau2 = 0.0845 (SE 0.1000) [0.0021, open] (Q-profile); I2
                   (tau2-based) = 75.7% [7.2%, 99.9%]; I2 (Q-based) = 75.7%; H2 = 4.12
    computed from  events

    Method: odds ratio; random effects, tau2 by restricted maximum likelihood; 95% confidence interval
    by Wald in place of Hartung-Knapp-Sidik-Jonkman; prediction interval by t with k - 1 df; I2
    tau2-based; zero cells: 0.5 added to every cell of a study with a zero; no effect left out; edition
    2026 (default: zero cells, model, interval, prediction, level, I2).
    ");
}

#[test]
fn narrow_text_gives_up_columns() {
    insta::assert_snapshot!(text(&pool(build::odds()), 50), @"
    vaccine: tuberculosis
      pool tuberculosis measure or

    study        OR [95% CI]
    Aronson 19…  0.39 [ 0.12, 1.26]     ├────▪────┼┤
    Ferguson &…  0.19 [0.077, 0.46]  ├────■───┤   │
    TPT Madras…  1.01 [ 0.89, 1.15]              ├█┤
    pooled, re…  0.47 [ 0.33, 0.68]         ━━◆━━ │
    95% predic…       [ 0.13, 1.79]     ╌╌╌╌╌╌╌╌╌╌│╌╌╌
                                     ──┬────┬─────┼───
                                      0.1  0.3    1

    pooled         OR 0.47 [0.33, 0.68], z = -4.00,
                   p < 0.001, k = 3 studies, 357,347
                   people
    prediction     95% prediction interval
                   [0.13, 1.79]
    heterogeneity  Q(2) = 8.23, p = 0.016;
                   tau2 = 0.0845 (SE 0.1000)
                   [0.0021, open] (Q-profile); I2
                   (tau2-based) = 75.7% [7.2%, 99.9%];
                   I2 (Q-based) = 75.7%; H2 = 4.12
    computed from  events

    Method: odds ratio; random effects, tau2 by
    restricted maximum likelihood; 95% confidence
    interval by Wald in place of
    Hartung-Knapp-Sidik-Jonkman; prediction interval
    by t with k - 1 df; I2 tau2-based; zero cells: 0.5
    added to every cell of a study with a zero; no
    effect left out; edition 2026 (default: zero
    cells, model, interval, prediction, level, I2).
    ");
}

#[test]
fn ascii() {
    let style = Style { unicode: false, ..Style::plain(80) };
    let text = to_text(&pool(build::smd()), &Hints::default(), &style);
    assert!(text.is_ascii(), "{text}");
}

#[test]
fn rules_groups_status_and_notes() {
    let mut r = build::smd();
    r.spec.by = vec!["comparator".into()];
    let group = |name: &str, studies: &[&StudyEffect]| PoolResult {
        group: Some(name.into()),
        studies: studies.iter().map(|s| (*s).clone()).collect(),
        k: studies.len(),
        ..build::smd()
    };
    let s = &r.studies;
    r.groups = Some(vec![group("tau", &[&s[0], &s[3]]), group("active", &[&s[1]])]);
    r.between = Some(Between { q: 4.5, df: 1.0, p: 0.034, tau2: "separate", factors: None, heterogeneity: None, robust: None });
    r.rule = Some(RuleTaken {
        rule: "paper".into(),
        branch: 2,
        condition: "p(q) < 0.10 and i2(q) >= 50%".into(),
        then: "reml".into(),
        values: vec![("p(q)".into(), 0.000_312), ("i2(q)".into(), 91.2)],
        judgements: Vec::new(),
        steps: Vec::new(),
        dropped: Vec::new(),
        inherited: false,
    });
    r.notes = vec![NoteResult { code: "W402", text: "The interval is wide".into() }];
    (r.status, r.role, r.plan) = ("post_hoc", Some("sensitivity"), Some("P1".into()));
    r.label = Some("[POST HOC · sensitivity of P1]".into());
    insta::assert_snapshot!(text(&pool(r), 100), @r#"
    recovery: recovery at posttest, cc
      pool recovery at posttest cc model reml ci wald

    [POST HOC · sensitivity of P1]

    study            n1   n2  SMD [95% CI]        weight
    tau                                                                  │
    Jensen2019       59   57  0.02 [-0.34, 0.38]   37.2%            ├────█────┤
    Salyers2014     425  425  0.30 [-0.06, 0.66]   37.4%                ├┼───█─────┤
    pooled, tau               0.51 [ 0.12, 0.90]                         │ ━━━━━◆━━━━━━
    active                                                               │
    Polat2021        25   25  1.37 [ 0.76, 1.99]   25.4%                 │          ├────────█────────┤
    pooled, active            0.51 [ 0.12, 0.90]                         │ ━━━━━◆━━━━━━
    pooled, reml              0.51 [ 0.12, 0.90]  100.0%                 │ ━━━━━◆━━━━━━
    95% prediction                 [-0.94, 1.96]           ╌╌╌╌╌╌╌╌╌╌╌╌╌╌│╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌
                                                          ───────┬───────┼──────┬───────┬──────┬──────┬─
                                                               -0.5      0     0.5      1     1.5     2

    comparator  k  SMD [95% CI]       95% prediction    tau2  I2 (tau2-based)
    tau         2  0.51 [0.12, 0.90]  [-0.94, 1.96]   0.0845            75.7%
    active      1  0.51 [0.12, 0.90]  [-0.94, 1.96]   0.0845            75.7%

    pooled          SMD 0.51 [0.12, 0.90], z = 2.56, p = 0.010, k = 3 studies, 1,016 people
    prediction      95% prediction interval [-0.94, 1.96]
    heterogeneity   Q(2) = 8.23, p = 0.016; tau2 = 0.0845 (SE 0.1000) [0.0021, open] (Q-profile); I2
                    (tau2-based) = 75.7% [7.2%, 99.9%]; I2 (Q-based) = 75.7%; H2 = 4.12
    between groups  Q(1) = 4.50, p = 0.034, separate tau2
    rule            paper, branch 2 (p(q) < 0.10 and i2(q) >= 50%): reml, as p(q) < 0.001, i2(q) = 91.2%
    computed from   means and SDs
    left out        Tan2016 (excluded: "F df imply 44")

    W402  The interval is wide

    Method: standardised mean difference (Hedges' g), large-sample variance; random effects, tau2 by
    restricted maximum likelihood; 95% confidence interval by Wald; prediction interval by t with k - 1
    df; I2 tau2-based; subgroups by comparator, separate tau2; 1 of 4 effects left out; edition 2026
    (default: variance, prediction, level, I2, tau2 across subgroups).
    "#);
}

#[test]
fn no_study_and_one() {
    let mut none = build::smd();
    (none.k, none.estimate, none.ci, none.pi, none.model, none.heterogeneity) = (0, None, None, None, None, None);
    none.not_pooled = Some(NotPooled { code: "no_studies", reason: "no study has an effect".into() });
    none.studies.retain(|s| !s.included);
    insta::assert_snapshot!(text(&pool(none), 80), @r#"
    recovery: recovery at posttest, cc
      pool recovery at posttest cc model reml ci wald

    not pooled  no study has an effect (k = 0)
    left out    Tan2016 (excluded: "F df imply 44")

    Method: standardised mean difference (Hedges' g), large-sample variance; nothing
    pooled; 1 of 1 effect left out; edition 2026 (default: variance, prediction,
    level, I2).
    "#);

    let mut one = build::smd();
    (one.k, one.participants, one.pi, one.model, one.heterogeneity) = (1, Some(1), None, None, None);
    one.studies.truncate(1);
    let text = text(&pool(one), 250);
    assert!(text.contains("SMD 0.51 [0.12, 0.90], z = 2.56, p = 0.010, k = 1 study, 1 person"), "{text}");
    assert!(text.contains("one study, as it stands; 95% confidence interval by Wald;") && !text.contains("pooled"), "{text}");
}

#[test]
fn markdown() {
    insta::assert_snapshot!(to_markdown(&pool(build::odds()), &Hints::default()), @r"
    ## vaccine: tuberculosis

    ```weald
    pool tuberculosis measure or
    ```

    | study | n1 | n2 | OR [95% CI] | weight |
    | --- | ---: | ---: | --- | ---: |
    | Aronson 1948 | 123 | 139 | 0.39 [0.12, 1.26] | 15.0% |
    | Ferguson & Simes 1949 | 306 | 303 | 0.19 [0.077, 0.46] | 25.0% |
    | TPT Madras 1980 | 88,391 | 88,391 | 1.01 [0.89, 1.15] | 60.0% |
    | pooled, reml |  |  | 0.47 [0.33, 0.68] | 100.0% |
    | 95% prediction |  |  | [0.13, 1.79] |  |

    - **pooled:** OR 0.47 [0.33, 0.68], z = -4.00, p \< 0.001, k = 3 studies, 357,347 people
    - **prediction:** 95% prediction interval [0.13, 1.79]
    - **heterogeneity:** Q(2) = 8.23, p = 0.016; tau2 = 0.0845 (SE 0.1000) [0.0021, open] (Q-profile); I2 (tau2-based) = 75.7% [7.2%, 99.9%]; I2 (Q-based) = 75.7%; H2 = 4.12
    - **computed from:** events

    Method: odds ratio; random effects, tau2 by restricted maximum likelihood; 95% confidence interval by Wald in place of Hartung-Knapp-Sidik-Jonkman; prediction interval by t with k - 1 df; I2 tau2-based; zero cells: 0.5 added to every cell of a study with a zero; no effect left out; edition 2026 (default: zero cells, model, interval, prediction, level, I2).
    ");
}

#[test]
fn explain() {
    let mut r = build::smd();
    r.certificate = Some(weald::stats::pool::Certificate {
        bracket: [0.0844, 0.0846],
        score_at_root: 1.2e-16,
        roots_found: 1,
        log_likelihood_at_zero: Some(-4.321),
        boundary: false,
        evaluations: 12,
    });
    r.studies[1].remarks = vec!["SD from the standard error".into()];
    insta::assert_snapshot!(text(&Outcome::Explain(Box::new(r)), 90), @r#"
    explain recovery: recovery at posttest, cc
      pool recovery at posttest cc model reml ci wald

    Settings
    setting                       value                                           origin
    measure                       standardised mean difference (Hedges' g)        outcome
    variance                      large-sample variance                           edition 2026
    model                         random effects, tau2 by restricted maximum      stated
                                  likelihood
    ci                            Wald                                            stated
    pi                            t with k - 1 df                                 edition 2026
    level                         95%                                             edition 2026
    i2                            tau2-based for random effects, Q-based for      edition 2026
                                  common effect
    multiarm                      as_given                                        edition 2026
    cluster                       as_given                                        edition 2026
    crossover                     as_given                                        edition 2026
    impute                        sd from se, ci else not_pooled                  edition 2026
    corr                          none                                            edition 2026
    medians                       luo                                             edition 2026
    several effects of one trial  refused                                         edition 2026
    robust standard error         none                                            edition 2026

    Selection
    - 4 effects looked at, 3 entered
    - left out: Tan2016 (excluded: "F df imply 44")

    Effects
    study        effect  variance  weight  from           remarks
    Jensen2019   0.02      0.0345   37.2%  means and SDs
    Polat2021    1.3724    0.0988   25.4%  means and SDs  SD from the standard error
    Tan2016      0.5       0.1             means and SDs  left out: excluded: "F df imply 44"
    Salyers2014  0.3       0.0345   37.4%  means and SDs

    Arithmetic
    - tau2 = 0.0845
    - certificate: root within [0.0844, 0.0846], score there 1.20e-16; 1 local maximum found
    - log-likelihood: -1.2345 there, -4.321 at tau2 = 0
    - estimate: sum of w y / sum of w, w = 1 / (v + tau2): 10.1763 / 22.2623 = 0.457108
    - standard error: 0.2
    - 95% interval (Wald): 0.5123 +/- 1.96 x 0.2 = [0.1203, 0.9043], with the normal quantile
    "#);
}

#[test]
fn methods_of_a_result() {
    insta::assert_snapshot!(methods::methods(&build::smd()), @r#"
    The effect measure was the standardised mean difference (Hedges' g; Hedges 1981) with its large-sample variance (Hedges 1982). Effects were pooled under a random-effects model with inverse-variance weights; the between-study variance tau2 was estimated by restricted maximum likelihood (Viechtbauer 2005). The 95% confidence interval and the test of the pooled effect were based on the normal distribution (Wald). A 95% prediction interval was based on t with k - 1 degrees of freedom (Veroniki et al. 2019). Heterogeneity was described by Cochran's Q (Cochran 1954), tau2 with its Q-profile interval (Viechtbauer 2007) and I2, computed from tau2 (Higgins & Thompson 2002). 1 effect was left out: Tan2016 (excluded: "F df imply 44"). All computations used Weald 0.1.0 with the defaults of edition 2026.

    References
    - Cochran WG. Biometrics 1954;10:101-129.
    - Hedges LV. J Educ Stat 1981;6:107-128.
    - Hedges LV. Psychol Bull 1982;92:490-499.
    - Higgins JPT, Thompson SG. Stat Med 2002;21:1539-1558.
    - Veroniki AA et al. Res Synth Methods 2019;10:23-43.
    - Viechtbauer W. J Educ Behav Stat 2005;30:261-293.
    - Viechtbauer W. Stat Med 2007;26:37-52.
    "#);
}

/// Every result names what was done.
#[test]
fn the_method_line_is_always_there() {
    let mut plain = build::odds();
    plain.not_pooled = Some(NotPooled { code: "rule", reason: "the rule says so".into() });
    for result in [build::smd(), build::odds(), plain] {
        let line = methods::line(&result);
        assert!(text(&pool(result), 5000).ends_with(&format!("{line}\n")));
        assert!(line.contains("edition 2026"));
    }
    assert!(methods::line(&build::odds()).contains("zero cells: 0.5 added to every cell of a study with a zero"));
    assert!(methods::line(&build::odds()).contains("by Wald in place of Hartung-Knapp-Sidik-Jonkman"));
}

fn expectation() -> ExpectResult {
    let field = |field: &str, text: &str, expected, actual, tolerance, verdict| ExpectField {
        field: field.into(),
        expected,
        expected_text: text.into(),
        actual,
        tolerance,
        verdict,
    };
    ExpectResult {
        statement: "expect recovery estimate 0.89 i2(q) 91% k 11 from \"Figure 3A\" report only".into(),
        line: 9,
        target: "recovery".into(),
        from: Some("Figure 3A".into()),
        report_only: true,
        fields: vec![
            field("estimate", "0.89", 0.89, Some(0.8912), 0.005, "reproduced"),
            field("i2(q)", "91%", 91.0, Some(91.55), 0.5, "not_reproduced"),
            field("k", "11", 11.0, Some(11.0), 0.5, "reproduced"),
            field("tau2", "0.10", 0.1, None, 0.005, "not_reproduced"),
        ],
        verdict: "not_reproduced",
        under: None,
        span: Span::default(),
    }
}

#[test]
fn expectations() {
    insta::assert_snapshot!(text(&Outcome::Expect(expectation()), 80), @r#"
    recovery: printed and computed values (Figure 3A)
      expect recovery estimate 0.89 i2(q) 91% k 11 from "Figure 3A" report only

    value     printed  computed  difference  tolerance
    estimate     0.89    0.8912      0.0012      0.005  reproduced
    i2(q)       91%     91.55        0.55        0.5    not reproduced
    k           11      11           0           0.5    reproduced
    tau2         0.10   NA                       0.005  not reproduced

    Not reproduced from these data and settings: 2 of 4 printed values agree.
    Reported only; the run does not fail on it.
    "#);
}

#[test]
fn lists() {
    let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
    let table = TableResult {
        title: "studies where n > 30".into(),
        columns: row(["study", "country", "n", "note"]),
        rows: vec![
            row(["王伟 2019", "China", "1,200", "a long remark that wraps where the lines are narrow"]),
            row(["Cohen 2001", "Israel", "38.5", ""]),
        ],
        notes: vec!["2 of 12 studies".into()],
    };
    insta::assert_snapshot!(text(&Outcome::Table(table), 60), @r#"
    studies where n > 30
    study       country        n  note
    王伟 2019   China    1,200    a long remark that wraps where
                                  the lines are narrow
    Cohen 2001  Israel      38.5

    note  2 of 12 studies
    "#);
}

#[test]
fn small_outcomes() {
    assert_eq!(text(&Outcome::Text(TextResult { text: "one\n  two".into(), prose: false }), 80), "one\n  two\n");
    assert_eq!(text(&Outcome::Value("0.5".into()), 80), "0.5\n");
    assert_eq!(text(&Outcome::File(FileResult { path: "f.svg".into(), figure: None }), 80), "wrote f.svg\n");
}

#[test]
fn tidy_csv() {
    let text = csv::render(&[pool(build::smd()), Outcome::Value("1".into()), Outcome::Expect(expectation())]).unwrap_or_default();
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().expect("a head").clone();
    let rows: Vec<::csv::StringRecord> = reader.records().map(|r| r.expect("rows of equal length")).collect();
    let cell = |row: usize, name: &str| rows[row].get(head.iter().position(|h| h == name).expect("a column")).expect("a cell").to_owned();
    let kinds: Vec<String> = (0..rows.len()).map(|i| cell(i, "kind")).collect();
    assert_eq!(kinds, ["pooled", "study", "study", "study", "study", "expect", "expect", "expect", "expect"]);
    assert_eq!(cell(0, "estimate"), "0.5123");
    assert_eq!(cell(0, "tau2_upper"), "");
    assert_eq!(cell(3, "reason"), "excluded: \"F df imply 44\"");
    assert_eq!(cell(1, "ci_lower").parse::<f64>().ok(), build::smd().studies[0].ci.map(|c| c[0]));
    assert_eq!(cell(5, "computed"), "0.8912");
}

#[test]
fn json() {
    let mut result = build::smd();
    result.statistic = Some(f64::INFINITY);
    result.p = Some(6.2e-300);
    let outcomes = [pool(result), Outcome::Explain(Box::new(build::smd()))];
    let text = DocumentJson::new(2026, None, &Source::new("a.weald", ""), &[], &outcomes).render().unwrap_or_default();
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let keys = |v: &serde_json::Value| v.as_object().map(|o| o.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
    assert_eq!(keys(&value), ["weald", "edition", "conventions", "script", "ok", "diagnostics", "results"]);
    assert_eq!(value["ok"], true);
    assert_eq!(value["results"].as_array().map(Vec::len), Some(1));
    let first = &value["results"][0];
    assert_eq!(keys(first)[..5], ["kind", "id", "statement", "line", "status"]);
    assert_eq!(first["statistic"], serde_json::Value::Null);
    assert_eq!(first["p"], 6.2e-300);
    assert!(first["level"].is_u64() && first["studies"][0]["n1"].is_u64());
    assert_eq!(first["heterogeneity"]["tau2_ci"][1], serde_json::Value::Null);
}

/// What a study is called can't become a command for the terminal.
#[test]
fn escapes_in_data_are_harmless() {
    let mut r = build::smd();
    r.studies[0].study = "\u{1b}[2J\u{202e}x\ny".into();
    let text = after(&text(&pool(r), 100), "study");
    assert!(text.contains("\u{fffd}[2J\u{fffd}x y"), "{text}");
}
