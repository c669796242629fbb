//! Hand-made results.

use weald::eval::outcome::*;
use weald::language::spec::*;
use weald::source::Span;
use weald::stats::effect::{Measure, SmdVariance, ZeroPolicy};
use weald::stats::pool::{CiMethod, PiMethod, Tau2Estimator};

/// A specification: edition 2026, REML, Wald stated.
pub fn spec(measure: Measure) -> AnalysisSpec {
    let edition = Origin::Edition(2026);
    AnalysisSpec {
        name: Some("recovery".into()),
        statement: "pool recovery at posttest cc model reml ci wald".into(),
        span: Span::default(),
        parent: None,
        estimand: Estimand {
            outcome: "recovery".into(),
            timepoint: Some("posttest".into()),
            analysis: Some("cc".into()),
            comparison: None,
        },
        filters: Vec::new(),
        measure: Setting::new(measure, Origin::Outcome),
        variance: Setting::new(SmdVariance::Ls, edition.clone()),
        zero: Setting::new(ZeroPolicy::Edition, edition.clone()),
        model: Setting::new(ModelChoice::One(PoolModel::Random(Tau2Estimator::Reml)), Origin::Stated),
        ci: Setting::new(CiChoice { method: CiMethod::Wald, guarded: false }, Origin::Stated),
        pi: Setting::new(PiMethod::T, edition.clone()),
        level: Setting::new(95.0, edition.clone()),
        i2: Setting::new(I2Definition::ByModel, edition.clone()),
        conversions: weald::language::conversions::StatedConversions::default().complete(&edition),
        dependence: Setting::new(Dependence::Refuse, edition.clone()),
        robust: Setting::new(None, Origin::Edition(2026)),
        by: Vec::new(),
        tau2_common: Setting::new(false, edition),
        rule_branch: None,
        conventions: None,
        edition: 2026,
    }
}

/// A study that entered, from means.
pub fn study(name: &str, yi: f64, vi: f64, weight: f64, n: [f64; 2]) -> StudyEffect {
    let half = 1.959963984540054 * vi.sqrt();
    StudyEffect {
        study: name.into(),
        told: String::new(),
        yi: Some(yi),
        vi: Some(vi),
        weight: Some(weight),
        ci: Some([yi - half, yi + half]),
        included: true,
        reason: None,
        from: Some("means and SDs".into()),
        n1: Some(n[0]),
        n2: Some(n[1]),
        source: None,
        display: None,
        leaning: None,
        remarks: Vec::new(),
        conversions: Vec::new(),
        combined: Vec::new(),
        rows: Vec::new(),
    }
}

/// A study left out.
pub fn left_out(name: &str, reason: &str) -> StudyEffect {
    StudyEffect { weight: None, included: false, reason: Some(reason.into()), ..study(name, 0.5, 0.1, 0.0, [20.0, 20.0]) }
}

/// A pool of standardised mean differences: three studies in, one out.
pub fn smd() -> PoolResult {
    let spec = spec(Measure::Smd);
    PoolResult {
        tests: None,
        id: spec.name.clone(),
        statement: spec.statement.clone(),
        line: 3,
        status: "unregistered",
        role: None,
        plan: None,
        deviations: None,
        label: None,
        structure: None,
        group: None,
        outcome: "recovery".into(),
        timepoint: Some("posttest".into()),
        analysis: Some("cc".into()),
        comparison: None,
        measure: "smd",
        scale: "identity",
        model: Some("reml".into()),
        ci_method: "wald",
        ci_requested: "wald",
        pi_method: "t",
        k: 3,
        participants: Some(1016),
        not_pooled: None,
        estimate: Some(0.5123),
        se: Some(0.2),
        statistic: Some(2.5615),
        df: None,
        p: Some(0.01042),
        level: 95.0,
        ci: Some([0.1203, 0.9043]),
        pi: Some([-0.94, 1.96]),
        display: None,
        heterogeneity: Some(HeterogeneityResult {
            q: 8.234,
            df: 2.0,
            p: 0.0163,
            tau2: Some(0.0845),
            tau2_se: Some(0.1),
            tau2_ci: Some([Some(0.0021), None]),
            i2: 75.71,
            i2_ci: Some([Some(7.2), Some(99.9)]),
            i2_definition: "tau2",
            i2_q: 75.7,
            i2_q_ci: None,
            i2_tau2: Some(75.71),
            h2: 4.117,
            levels: None,
        }),
        trials: None,
        robust: None,
        multilevel: None,
        log_likelihood: Some(-1.2345),
        studies: vec![
            study("Jensen2019", 0.02, 0.0345, 37.21, [59.0, 57.0]),
            study("Polat2021", 1.3724, 0.0988, 25.4, [25.0, 25.0]),
            left_out("Tan2016", "excluded: \"F df imply 44\""),
            study("Salyers2014", 0.3, 0.0345, 37.39, [425.0, 425.0]),
        ],
        groups: None,
        between: None,
        rule: None,
        directions: None,
        alternatives: Vec::new(),
        notes: Vec::new(),
        spec,
        certificate: None,
        sides: None,
    }
}

/// A pool of odds ratios, displayed back-transformed.
pub fn odds() -> PoolResult {
    let shown = |s: StudyEffect| {
        let exp = |x: f64| x.exp();
        let display = s.yi.zip(s.ci).map(|(y, [a, b])| (exp(y), [exp(a), exp(b)]));
        StudyEffect { display, from: Some("events".into()), ..s }
    };
    let mut r = smd();
    r.spec = spec(Measure::Or);
    r.spec.name = Some("vaccine".into());
    r.spec.statement = "pool tuberculosis measure or".into();
    r.spec.ci = Setting::new(CiChoice { method: CiMethod::Hksj, guarded: true }, Origin::Edition(2026));
    r.spec.model.origin = Origin::Edition(2026);
    r.id = Some("vaccine".into());
    r.statement = r.spec.statement.clone();
    (r.outcome, r.timepoint, r.analysis) = ("tuberculosis".into(), None, None);
    (r.measure, r.scale, r.ci_method, r.ci_requested) = ("or", "log", "wald", "hksj");
    (r.estimate, r.se, r.statistic, r.p) = (Some(-0.745), Some(0.186), Some(-4.005), Some(6.2e-5));
    (r.ci, r.pi) = (Some([-1.1096, -0.3804]), Some([-2.07, 0.58]));
    r.display = Some(Display { estimate: Some(0.4747), ci: Some([0.3297, 0.6836]), pi: Some([0.1262, 1.786]) });
    r.participants = Some(357_347);
    r.studies = vec![
        shown(study("Aronson 1948", -0.94, 0.357, 14.98, [123.0, 139.0])),
        shown(study("Ferguson & Simes 1949", -1.666, 0.208, 25.0, [306.0, 303.0])),
        shown(study("TPT Madras 1980", 0.012, 0.004, 60.02, [88_391.0, 88_391.0])),
    ];
    r
}
