//! Rules: their analysis before there are data, their decisions, and what is inferred from print.

use serde_json::Value;
use std::fmt::Write;
use weald::eval::outcome::{Outcome, PoolResult, RuleAnalysis};
use weald::store::Memory;
use weald::{Run, Session, Source};

const BCG: &[u8] = include_bytes!("reference/bcg.csv");

fn run(script: &str) -> Run {
    let files = Memory::new().with("bcg.csv", BCG).with("decisions.csv", include_bytes!("rules/imr_decisions.csv"));
    Session::with_files(files).run(&Source::new("script", script))
}

fn codes(script: &str) -> Vec<&'static str> {
    run(script).problems.iter().map(|p| p.problem.code).collect()
}

/// What is said of a rule; it must be without error.
fn analysis(rule: &str) -> RuleAnalysis {
    let run = run(&format!("{rule}\ndescribe r1"));
    match run.outcomes.into_iter().next_back() {
        Some(Outcome::RuleAnalysis(found)) => *found,
        other => panic!("{other:?} {:?}", run.problems),
    }
}

fn pools(run: &Run) -> Vec<&PoolResult> {
    run.pools().collect()
}

#[test]
fn the_table_of_p_and_i2_to_three_decimals() {
    let found = analysis("rule r1\n  when k < 2 then not_pooled\n  when p(q) < 0.10 and i2(q) >= 50% then reml\n  otherwise common");
    let table = found.table.expect("two thresholds");
    let shown: Vec<String> = table.rows.iter().map(|r| format!("{} {:.3} {:.1} {}", r.k, r.p_at_i2, r.i2_at_p, r.disagree)).collect();
    assert_eq!(shown, ["2 0.157 63.0 i2", "3 0.135 56.6 i2", "4 0.112 52.0 i2", "5 0.092 48.6 p", "10 0.035 38.7 p", "20 0.006 30.2 p"]);
    for row in &table.rows {
        let ends = if row.disagree == "i2" { [50.0, row.i2_at_p] } else { [row.i2_at_p, 50.0] };
        assert_eq!(row.between, ends);
    }
}

#[test]
fn or_collapses_to_p_for_few_studies_and_to_i2_for_more() {
    let collapses = |rule: &str| {
        let found = analysis(rule);
        found.collapses.iter().map(|c| (c.k, c.same_as.clone().unwrap_or_default())).collect::<Vec<_>>()
    };
    let or =
        "rule r1\n  when k < 2 then not_pooled\n  when p(q) >= .10 or i2(q) < 50% then common\n  otherwise reml".replace(" .10", " 0.10");
    assert_eq!(collapses(&or), [([2, 4], "p(q) >= 0.10".to_owned()), ([5, 200], "i2(q) < 50%".to_owned())]);
    let and = or.replace(" or ", " and ");
    assert_eq!(collapses(&and), [([2, 4], "i2(q) < 50%".to_owned()), ([5, 200], "p(q) >= 0.10".to_owned())]);
    let opposite = "rule r1\n  when k < 2 then not_pooled\n  when p(q) > 0.10 and i2(q) >= 50% then common\n  otherwise reml";
    assert_eq!(collapses(opposite), [([5, 200], String::new())], "never holds from k = 5 on");
    let guarded = "rule r1\n  when k >= 2 and (p(q) >= 0.10 or i2(q) < 50%) then common\n  otherwise not_pooled";
    assert_eq!(collapses(guarded), [([2, 4], "p(q) >= 0.10".to_owned()), ([5, 200], "i2(q) < 50%".to_owned())]);
}

/// Every cell that the analysis gives to a branch is decided so by evaluating the conditions on numbers.
#[test]
fn the_analysis_agrees_with_the_numbers() {
    let rule = "rule r1\n  when k < 2 then not_pooled\n  when p(q) <= 0.10 and i2(q) > 30% then reml\n  when q > 12 or h2 >= 1.5 then dl\n  when i2(q) == 0% then common\n  otherwise pm";
    let found = analysis(rule);
    assert!(found.checked.all_cases);
    let mut seen = [0; 6];
    for k in 2..40_usize {
        let df = (k - 1) as f64;
        for step in 0..400 {
            let q = 0.05 + f64::from(step) * 0.31;
            let p = weald::stats::dist::chi2_sf(q, df);
            let i2 = if q > df { 100.0 * (q - df) / q } else { 0.0 };
            let branch = if p <= 0.10 && i2 > 30.0 {
                2
            } else if q > 12.0 || q / df >= 1.5 {
                3
            } else if i2 == 0.0 {
                4
            } else {
                5
            };
            let said: Vec<usize> =
                found.branches.iter().filter(|b| b.decides.iter().any(|text| holds(text, k, q, p, i2, q / df))).map(|b| b.branch).collect();
            assert_eq!(said, [branch], "k {k} q {q} p {p} i2 {i2}: {:?}", found.branches);
            seen[branch] += 1;
        }
    }
    assert!(seen[2..].iter().all(|n| *n > 0), "{seen:?}");
}

/// Whether `k = 2 to 4: i2(q) >= 50% and p(q) > 0.1` holds.
fn holds(text: &str, k: usize, q: f64, p: f64, i2: f64, h2: f64) -> bool {
    let (ks, conditions) = text.split_once(": ").unwrap_or((text, ""));
    let ks = ks.strip_prefix("k = ").expect("k");
    let number = |s: &str| s.parse::<usize>().expect("a number");
    let in_k = match (ks.split_once(" to "), ks.split_once(" or ")) {
        (Some((a, b)), _) => (number(a)..=number(b)).contains(&k),
        (_, Some((a, "more"))) => k >= number(a),
        (_, Some((a, b))) => k == number(a) || k == number(b),
        _ => k == number(ks),
    };
    in_k && conditions.split(" and ").filter(|c| !c.is_empty()).all(|c| {
        let parts: Vec<&str> = c.split(' ').collect();
        let value = match parts[0] {
            "q" => q,
            "p(q)" => p,
            "i2(q)" => i2,
            "h2" => h2,
            other => panic!("{other}"),
        };
        let bound: f64 = parts[2].trim_end_matches('%').parse().expect("a bound");
        match parts[1] {
            "<" => value < bound,
            "<=" => value <= bound,
            ">" => value > bound,
            ">=" => value >= bound,
            "==" => value == bound,
            other => panic!("{other}"),
        }
    })
}

#[test]
fn a_model_chosen_by_the_number_of_studies_is_not_chosen_by_heterogeneity() {
    let script = |k: usize| {
        format!(
            "use \"bcg.csv\"\nrule r\n  when k < {k} then common\n  when p(q) < 0.1 then dl\n  otherwise common\nlet p = pool outcome measure rr model r\n"
        )
    };
    let noted = |k: usize| pools(&run(&script(k)))[0].notes.iter().any(|n| n.code == "W301");
    assert_eq!((noted(100), noted(2)), (false, true));
}

/// The rules 1 to 6 that stand in published protocols, with the defect of each.
#[test]
fn six_published_rules_and_their_defects() {
    let one = run("rule one\n  when p(q) > 0.10 and i2(q) < 50% then common\n  when p(q) < 0.10 and i2(q) > 50% then reml");
    let problem = &one.problems[0].problem;
    assert_eq!(problem.code, "E246");
    assert_eq!(
        problem.details[..2],
        ["no branch holds: k = 2 to 4: i2(q) >= 50% and p(q) >= 0.1", "no branch holds: k = 5 or more: p(q) <= 0.1 and i2(q) <= 50%"]
    );
    assert!(problem.details[2].contains("k = 2: I2 50.0% to 63.0%") && problem.details[2].contains("k = 20: I2 30.2% to 50.0%"));
    // 2: a boundary between two ranges, and a choice left open.
    let two = "rule two\n  when k < 2 then not_pooled\n  when i2(q) > 50% then reml\n  when i2(q) < 50% then common\n  otherwise ";
    assert_eq!(codes(&format!("{two}sensitivity or meta_regression")), ["E282"]);
    assert!(codes(&format!("{two}not_pooled")).contains(&"W304"));
    // 3: a judgement hidden in a branch.
    let three = "rule three\n  when k < 2 then not_pooled\n  when p(q) > 0.1 and i2(q) < 50% then common\n  when p(q) <= 0.1 and i2(q) >= 50% then judgement\n  otherwise reml";
    assert_eq!(codes(three), ["E283"]);
    let gap = run(&three.replace(" judgement\n  otherwise reml", " reml"));
    assert!(
        gap.problems[0].problem.details.iter().any(|d| d.ends_with("k = 5 or more: p(q) <= 0.1 and i2(q) < 50%")),
        "{:?}",
        gap.problems
    );
    // 4: no branch for I2 up to 75%, and a judgement nobody has announced.
    let four = "rule four\n  when k < 2 then not_pooled\n  when not similar then not_pooled\n  when i2(q) > 75% then reml";
    assert!(codes(four).contains(&"E229"));
    let announced = run(&format!("judge similar by \"two reviewers\"\n{four}"));
    assert_eq!(announced.problems[0].problem.details, ["no branch holds: k = 2 or more: i2(q) <= 75% and similar"]);
    // 5 and 6: loops without order, stopping rule or limit.
    let with =
        |outliers: &str| codes(&format!("rule five\n  when k < 2 then not_pooled\n  when i2(q) >= 50% then {outliers}\n  otherwise reml"));
    assert_eq!(with("drop_outliers until i2(q) < 50% at_most 10% of n else not_pooled"), ["E284"]);
    assert_eq!(with("drop_outliers by max_influence at_most 10% of n else not_pooled"), ["E284"]);
    assert_eq!(with("drop_outliers by max_influence until i2(q) < 50% else not_pooled"), ["E284"]);
    assert_eq!(with("drop_outliers by max_influence until i2(q) < 50% at_most 10% else not_pooled"), ["E284"]);
    assert_eq!(with("drop_outliers by max_influence until i2(q) < 50% at_most 10% of n"), ["E284"]);
    let whole = with("reml drop_outliers by max_influence until i2(q) < 50% at_most 10% of n else not_pooled");
    assert!(whole.is_empty(), "{whole:?}");
}

#[test]
fn what_may_not_exist_and_what_goes_round_in_a_circle() {
    assert_eq!(codes("rule r1\n  when i2(q) > 50% then not_pooled\n  otherwise reml"), ["E281"]);
    assert_eq!(codes("rule r1\n  when n < 100 then not_pooled\n  otherwise reml"), ["E281"]);
    assert!(codes("rule r1\n  when i2(q) > 50% then not_pooled\n  when undefined then not_pooled\n  otherwise reml").is_empty());
    assert!(codes("rule r1\n  when k >= 2 and i2(q) > 50% then not_pooled\n  otherwise reml").is_empty());
    assert!(codes("rule r1\n  when k < 2 or i2(q) > 50% then not_pooled\n  otherwise reml").is_empty());
    let model = |of: &str| codes(&format!("rule r1\n  when k < 2 then not_pooled\n  when {of} then dl\n  otherwise reml"));
    assert!(model("tau2 > 0").contains(&"E280") && model("i2(tau2) > 50%").contains(&"E280"));
    assert!(!model("tau2(dl) > 0").contains(&"E280") && !model("i2(tau2, reml) > 50%").contains(&"E280"));
    assert!(codes("rule r1\n  when k <= 2 then ci wald\n  when tau2 == 0 then ci wald\n  otherwise ci hksj").is_empty());
}

#[test]
fn branches_that_are_never_reached() {
    let found = analysis("rule r1\n  when k < 5 then not_pooled\n  when k < 3 then common\n  otherwise reml");
    assert_eq!(found.findings.iter().map(|n| n.code).collect::<Vec<_>>(), ["W302"]);
    assert_eq!(found.branches[0].decides, ["k = 0 to 4"]);
    assert!(found.branches[1].decides.is_empty());
    assert_eq!(found.branches[2].decides, ["k = 5 or more"]);
    let far = analysis("rule r1\n  when k < 300 then common\n  otherwise reml");
    assert_eq!(far.branches[1].decides, ["k = 300 or more"], "thresholds on k are looked beyond");
}

#[test]
fn overlaps_say_which_branch_decides() {
    let found = analysis("rule r1\n  when k < 4 then common\n  when k > 2 then reml\n  otherwise dl");
    assert_eq!(found.overlaps.len(), 1);
    assert_eq!((found.overlaps[0].branches, found.overlaps[0].at.clone()), ([1, 2], vec!["k = 3".to_owned()]));
    let same = analysis("rule r1\n  when k < 4 then common\n  when k > 2 then common\n  otherwise dl");
    assert!(same.overlaps.is_empty(), "two branches that do the same do not overlap");
}

#[test]
fn a_rule_may_set_the_interval_alone_and_the_default_model_stays() {
    let run = run(
        "use \"bcg.csv\"\nrule cis\n  when k <= 2 then ci wald\n  otherwise ci wald pi riley level 90%\npool outcome measure rr model cis",
    );
    let pool = pools(&run)[0];
    assert_eq!((pool.model.as_deref(), pool.ci_method, pool.pi_method, pool.level), (Some("reml"), "wald", "riley", 90.0));
    assert_eq!(pool.rule.as_ref().map(|r| r.branch), Some(2));
}

#[test]
fn an_outlier_loop_logs_every_step_and_keeps_to_its_limit() {
    let script = |until: &str, limit: &str, otherwise: &str| {
        format!(
            "use \"bcg.csv\"\nrule drop\n  when k < 2 then not_pooled\n  otherwise dl ci wald drop_outliers by max_q until {until} at_most {limit} else {otherwise}\nlet a = pool outcome measure rr model drop\negger of a"
        )
    };
    let done = run(&script("i2(q) < 90%", "40% of k", "not_pooled"));
    let pool = pools(&done)[0];
    let taken = pool.rule.as_ref().expect("a rule");
    assert!(!taken.dropped.is_empty() && taken.dropped.last().is_some_and(|s| s.stops));
    assert!(taken.dropped.iter().rev().skip(1).all(|s| !s.stops), "it stops at the first step that suffices");
    assert_eq!(pool.k, 13 - taken.dropped.len());
    let i2 = pool.heterogeneity.as_ref().expect("heterogeneity").i2_q;
    assert!(i2 < 90.0 && (taken.dropped.last().expect("a step").then[0].1 - i2).abs() < 1e-9);
    assert!(pool.notes.iter().any(|n| n.code == "W320"));
    let left: Vec<&str> = pool.studies.iter().filter(|s| !s.included).map(|s| s.study.as_str()).collect();
    assert_eq!(left.len(), taken.dropped.len());
    // What follows works on the studies that stayed.
    let Some(Outcome::Egger(egger)) = done.outcomes.last() else { panic!("egger") };
    assert_eq!(egger.base.k, pool.k);
    // The limit: one of thirteen is 7.7%.
    let tight = run(&script("i2(q) < 1%", "8% of k", "not_pooled"));
    let pool = pools(&tight)[0];
    assert!(pool.estimate.is_none() && pool.k == 13);
    assert_eq!(pool.rule.as_ref().map(|r| r.dropped.len()), Some(1), "one may go, and is not enough");
    let all = run(&script("i2(q) < 1%", "8% of k", "pooled"));
    assert_eq!((pools(&all)[0].k, pools(&all)[0].estimate.is_some()), (13, true), "`else pooled` puts all back");
}

#[test]
fn judgements_are_read_and_named() {
    let rule = "judge similar for a by \"A\"\nrule r1\n  when not similar then not_pooled\n  otherwise reml\n";
    let with = |judged: &str| run(&format!("use \"bcg.csv\"\n{rule}{judged}\nlet a = pool outcome measure rr model r1"));
    assert!(with("").problems.iter().any(|p| p.problem.code == "E450"), "announced, and not recorded");
    let yes = with("judge similar for a by \"A\", \"B\" answer yes date \"2024-05-01\" because \"same\"");
    let read = &pools(&yes)[0].rule.as_ref().expect("a rule").judgements;
    assert_eq!((read[0].answer.as_str(), read[0].by.len(), read[0].on.as_deref()), ("yes", 2, Some("2024-05-01")));
    assert!(pools(&yes)[0].estimate.is_some());
    let other = with("judge similar for b by \"A\" answer yes");
    assert!(other.problems.iter().any(|p| p.problem.code == "E450"), "a judgement of another analysis is none of this one");
    assert!(pools(&with("judge similar by \"A\" answer no"))[0].estimate.is_none());
}

#[test]
fn an_accepted_warning_is_a_note_with_its_reason() {
    let rule = "rule r1\n  when k < 2 then not_pooled\n  when i2(q) > 50% then reml\n  otherwise common\n";
    let bare = run(rule);
    assert_eq!(
        bare.problems.iter().map(|p| (p.problem.code, format!("{:?}", p.problem.severity))).collect::<Vec<_>>(),
        [("W301", "Warning".to_owned())]
    );
    for script in [
        format!("accept W301 because \"as agreed\" by \"A\"\n{rule}"),
        format!("{rule}accept W301 for r1 because \"as agreed\" by \"A\"\n"),
    ] {
        let run = run(&format!("{script}use \"bcg.csv\"\npool outcome measure rr model r1"));
        let w301: Vec<_> = run.problems.iter().filter(|p| p.problem.code == "W301").collect();
        assert_eq!(w301.len(), 1);
        assert_eq!(
            (format!("{:?}", w301[0].problem.severity), w301[0].problem.help.as_deref()),
            ("Note".to_owned(), Some("accepted by A: as agreed"))
        );
        let note = pools(&run)[0].notes.iter().find(|n| n.code == "W301").expect("the result says it");
        assert!(note.text.ends_with("accepted by A: as agreed"), "{}", note.text);
    }
    let elsewhere = run(&format!("{rule}accept W301 for r2 because \"as agreed\""));
    assert!(elsewhere.problems.iter().any(|p| format!("{:?}", p.problem.severity) == "Warning"));
}

#[test]
fn explain_runs_the_branches_not_taken() {
    let script = "use \"bcg.csv\"\nrule r1\n  when k < 2 then not_pooled\n  when i2(q) > 50% then reml ci wald\n  otherwise common\nlet a = pool outcome measure rr model r1\nlet b = a model common\nexplain a";
    let run = run(script);
    let common = pools(&run).iter().find(|p| p.id.as_deref() == Some("b")).and_then(|p| p.estimate);
    let Some(Outcome::Explain(explained)) = run.outcomes.last() else { panic!("explain") };
    let other = explained.alternatives.iter().find(|a| a.then == "common").expect("the other model");
    assert_eq!(other.pool.as_ref().and_then(|p| p.estimate), common);
    assert!(explained.alternatives.iter().all(|a| a.then != "reml ci wald"), "the branch taken is no alternative");
}

#[test]
fn rules_of_tests_run_what_their_branch_says() {
    let rule =
        "use \"bcg.csv\"\nrule t1\n  when k >= 10 then egger, begg\n  otherwise none saying \"k < 10\"\nlet a = pool outcome measure rr\n";
    let many = run(&format!("{rule}apply t1 to a"));
    assert!(matches!(&many.outcomes[1..], [Outcome::RuleRun(_), Outcome::Egger(_), Outcome::Begg(_)]), "{:?}", many.problems);
    let few = run(&format!("{rule}let c = a only \"Aronson 1948\", \"TPT Madras 1980\"\napply t1 to c"));
    let Some(Outcome::RuleRun(said)) = few.outcomes.last() else { panic!("{:?}", few.problems) };
    assert_eq!((said.runs.len(), said.saying.as_deref(), said.rule.branch), (0, Some("k < 10"), 2));
    assert!(codes(&format!("{rule}a model t1")).contains(&"E285"));
}

#[test]
fn directions_are_counted_and_tested() {
    let run = run(
        "use \"bcg.csv\"\nrule r1\n  when k > 1 then not_pooled swim effect_direction\n  otherwise reml\npool outcome measure rr model r1",
    );
    let d = pools(&run)[0].directions.expect("directions");
    assert_eq!((d.above, d.below, d.none), (2, 11, 0));
    // 2 (C(13,0) + C(13,1) + C(13,2)) / 2^13; Wilson 1927.
    assert!((d.p - 2.0 * 92.0 / 8192.0).abs() < 1e-12, "{}", d.p);
    let z: f64 = 1.959_963_984_540_054;
    let (n, p) = (13.0, 2.0 / 13.0);
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt() / (1.0 + z * z / n);
    assert!((d.ci[1] - d.ci[0] - 2.0 * half).abs() < 1e-12);
}

fn reproduced(script: &str) -> Value {
    let run = run(&format!("use \"bcg.csv\"\n{script}"));
    let found = run.outcomes.iter().find(|o| matches!(o, Outcome::Reproduce(_))).unwrap_or_else(|| panic!("{:?}", run.problems));
    serde_json::to_value(found).expect("JSON")
}

#[test]
fn reproduce_finds_the_settings_that_made_the_numbers() {
    for (model, ci) in [("dl", "wald"), ("pm", "hksj"), ("common", "wald"), ("sj", "t"), ("mh", "wald")] {
        let made = run(&format!("use \"bcg.csv\"\npool outcome measure or model {model} ci {ci}"));
        let pool = pools(&made)[0];
        let [a, b] = pool.ci.expect("an interval");
        let e = pool.estimate.expect("an estimate");
        let mut script = String::from("let a = pool outcome measure or\n");
        let _ = write!(script, "reproduce a estimate {e:.6} ci [{a:.6}, {b:.6}] k 13");
        let found = reproduced(&script);
        assert_eq!(found["verdict"], "reproduced_under_other_conventions", "{model} {ci}");
        let is = |m: &Value| m["settings"]["model"] == model && m["settings"]["ci"] == ci;
        assert!(found["matches"].as_array().expect("matches").iter().any(is), "{model} {ci}: {found}");
        assert_eq!(found["matched"].as_u64(), found["matches"].as_array().map(|m| m.len() as u64));
    }
}

#[test]
fn reproduce_counts_its_combinations_and_names_the_nearest() {
    let found = reproduced("let a = pool outcome measure rr model dl ci wald\nreproduce a estimate 0.0001 i2 3%");
    // 8 estimators with 4 intervals each, common and mh with one; two definitions of I2.
    assert_eq!(found["combinations"], (8 * 4 + 2) * 2);
    assert_eq!((found["verdict"].as_str(), found["matched"].as_u64()), (Some("not_reproduced"), Some(0)));
    let distances: Vec<f64> =
        found["nearest"].as_array().expect("rows").iter().map(|r| r["distance"].as_f64().expect("a number")).collect();
    assert!(distances.len() == 5 && distances.windows(2).all(|w| w[0] <= w[1]), "{distances:?}");
}

#[test]
fn reproduce_tries_reports_of_one_trial_and_readings_of_standard_errors() {
    let data = "set measure smd model common ci wald\nstudy A1 trial T\n  recovery: n 50 mean 10 sd 4 vs n 50 mean 8 sd 4\nstudy A2 trial T\n  recovery: n 50 mean 9 sd 4 vs n 50 mean 8.5 sd 4\nstudy B\n  recovery: n 40 mean 5 se 1.5 vs n 40 mean 3 se 1.5\n";
    let truth = run(&format!("{data}pool recovery exclude A2"));
    let alone = pools(&truth)[0].estimate.expect("an estimate");
    let found = reproduced(&format!("{data}let a = pool recovery combine rho 0.5\nreproduce a estimate {alone:.5} k 2"));
    let is = |m: &Value| m["settings"]["overlap"] == "one of each trial: A1" && m["settings"]["model"] == "common";
    assert!(found["matches"].as_array().expect("matches").iter().any(is), "{found}");
    let wrong = run(&data.replace("se 1.5", "sd 1.5").replace("combine rho 0.5", "").add("pool recovery exclude A2"));
    let misread = pools(&wrong)[0].estimate.expect("an estimate");
    let found = reproduced(&format!("{data}let a = pool recovery exclude A2\nreproduce a estimate {misread:.5} k 2"));
    let is = |m: &Value| m["settings"]["sd"] == "standard errors entered as standard deviations: B" && m["settings"]["model"] == "common";
    assert!(found["matches"].as_array().expect("matches").iter().any(is), "{found}");
}

trait Add {
    fn add(self, more: &str) -> String;
}

impl Add for String {
    fn add(mut self, more: &str) -> String {
        self.push_str(more);
        self
    }
}

#[test]
fn expect_names_conventions_nobody_stated() {
    let made = run("use \"bcg.csv\"\npool outcome measure rr model dl ci wald");
    let [a, b] = pools(&made)[0].ci.expect("an interval");
    let ci = format!("ci [{a:.5}, {b:.5}]");
    let verdict = |statement: &str| {
        let run = run(&format!("use \"bcg.csv\"\nlet a = {statement}\nexpect a {ci} report only"));
        run.outcomes
            .iter()
            .find_map(|o| if let Outcome::Expect(e) = o { Some((e.verdict, e.under.clone())) } else { None })
            .expect("expect")
    };
    assert_eq!(verdict("pool outcome measure rr model dl ci wald"), ("reproduced", None));
    let (said, under) = verdict("pool outcome measure rr");
    assert_eq!((said, under.as_deref()), ("reproduced_under_other_conventions", Some("model dl, ci wald")));
    assert_eq!(verdict("pool outcome measure rr model reml ci wald").0, "not_reproduced", "what was stated is not doubted");
}

/// The decisions that the IMR review prints.
#[test]
fn inferred_rules_fit_the_published_decisions_or_none_does() {
    let run = run("infer rule from \"decisions.csv\" where set == \"primary\"");
    let found = run.outcomes.iter().find_map(|o| if let Outcome::Infer(i) = o { Some(i) } else { None }).expect("infer");
    assert_eq!(found.decisions.len(), 16);
    let [pool_or_not, model] = found.questions.as_slice() else { panic!("{:?}", found.questions) };
    assert!(pool_or_not.one.is_empty() && pool_or_not.two.is_empty(), "pooled at 95%, not at 94% and 98%");
    assert!(pool_or_not.verdict.contains("no rule of one or two thresholds"));
    assert_eq!((pool_or_not.first.len(), pool_or_not.second.len()), (2, 14));
    let conditions: Vec<&str> = model.one.iter().map(|f| f.condition.as_str()).collect();
    assert_eq!(conditions, ["i2(q) >= 50%", "p(q) <= 0.1"]);
    assert!(model.one.iter().all(|f| f.whatever_rounding));
    for fit in &model.one {
        let rule = fit.condition.as_str();
        for d in &found.decisions {
            let [low, high] = if rule.starts_with("i2") { d.i2.expect("printed") } else { d.p.expect("printed") };
            let random = if rule.starts_with("i2") { low >= 50.0 } else { high <= 0.1 };
            assert_eq!(random, d.decision != "common", "{} {rule}", d.id);
        }
    }
}
