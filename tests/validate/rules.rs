//! Each rule with data that fail it and data that pass.

use super::{csv, json, of};
use weald::diagnostic::Severity::{Error, Note, Warning};
use weald::store::Store;
use weald::validate::{RULES, validate};

/// Rows of one instrument with usual spreads.
fn usual(rows: &str) -> Store {
    csv(&format!(
        "study,instrument,n1,mean1,sd1,n2,mean2,sd2,p\nA,GAF,40,50.1,11.9,40,48.2,12.4,\nB,GAF,60,52.1,10.8,55,49.9,11.1,\nC,GAF,33,49.5,13.0,35,47.2,12.1,\n{rows}\n"
    ))
}

/// A document with one study and what else is given.
fn document(rest: &str) -> Store {
    json(&format!("{{\"schema\": 1, {rest}}}"))
}

#[test]
fn every_rule_fails_on_one_set_and_passes_on_the_other() {
    let head = "study,outcome,timepoint,analysis,instrument,n1,mean1,sd1,n2,mean2,sd2";
    let two = |a: &str, b: &str| (csv(a), csv(b));
    let mut more: Vec<(u8, Store, Store)> = Vec::new();
    // Each number that the means of a row give too.
    {
        let head = "study,adjusted,n1,mean1,sd1,n2,mean2,sd2,t,df,p,md,md_ci_lower,md_ci_upper,g";
        let rows = |rest: &str| format!("{head}\nA,no,30,12.0,4.0,30,10.0,4.0,{rest}\n");
        let good = rows("1.94,58,0.057,2.0,-0.1,4.1,0.49");
        for wrong in ["2.94,,,,,,", "2.94,58,.005,,,,", "-1.94,,,,,,", ",,,3.5,1.4,5.6,", ",,,2.0,1.8,2.2,", ",,,,,,1.9", ",,0.57,,,,"] {
            more.push((9, csv(&rows(wrong)), csv(&good)));
        }
        // The limits of an estimate and its standard error.
        let limits = |sei: &str| csv(&format!("study,yi,sei,ci_lower,ci_upper\nA,0.5,{sei},0.1,0.9\n"));
        more.push((9, limits("0.1"), limits("0.2")));
        // Counts.
        let counts = |rest: &str| {
            csv(&format!("study,adjusted,events1,n1,events2,n2,effect,effect_lower,effect_upper,p\nA,no,10,50,20,50,{rest}\n"))
        };
        let right = || counts("0.38,0.15,0.92,0.03");
        for wrong in ["3.0,2.5,3.6,", "0.38,0.36,0.40,", ",,,0.8", "2.67,1.09,6.52,"] {
            more.push((9, counts(wrong), right()));
        }
        more.push((9, counts("3.0,2.5,3.6,"), counts("0.50,0.26,0.95,0.04")));
        // A ratio with its interval.
        let ratio = |rest: &str| csv(&format!("study,effect,effect_lower,effect_upper,p,conclusion\nA,1.50,1.02,2.21,{rest}\n"));
        more.push((9, ratio("0.5,not significant"), ratio("0.04,significant")));
        more.push((9, ratio(",not significant"), ratio(",")));
        // `yi` of other counts, in a file of metafor; an adjusted one is its own.
        let yi =
            |yi: &str, adjusted: &str| csv(&format!("study,events1,n1,events2,n2,yi,vi,adjusted\nA,4,123,11,139,{yi},0.3,{adjusted}\n"));
        more.push((9, yi("1.9", ""), yi("-0.889", "")));
        more.push((9, yi("1.9", "no"), yi("1.9", "yes")));
        let yi = |yi: &str| csv(&format!("study,n1,mean1,sd1,n2,mean2,sd2,yi,vi\nA,30,12.0,4.0,30,10.0,4.0,{yi},0.07\n"));
        more.push((9, yi("-1.5"), yi("0.49")));
    }
    // The SD of a change that nothing is computed from.
    {
        let lone = |rest: &str| csv(&format!("study,n1,mean1,sd1,n2,mean2,sd2,mean_pre1,mean_post1,sd_change1\nA,30,5,2,30,4,2,{rest}\n"));
        more.push((4, lone(",,1.5"), lone(",,")));
        more.push((4, lone("3,,1.5"), lone("3,5,1.5")));
    }
    // Times that are ordered by their weeks.
    {
        let rows = |n: &str, first: &str, second: &str| {
            csv(&format!(
                "study,outcome,timepoint,actual_weeks,instrument,n1,mean1,sd1,n2,mean2,sd2\nA,mood,{first},12,X,20,3,1,20,3,1\nA,mood,{second},24,X,{n},3,1,20,3,1\n"
            ))
        };
        for (first, second) in [("fu", "later"), ("week 12", "week 24"), ("T1", "T2")] {
            more.push((8, rows("28", first, second), rows("18", first, second)));
        }
    }
    // Conclusions: the name of an arm, and other numbers than means.
    {
        let one = |values: &str, conclusion: &str| {
            document(&format!(
                r#""outcomes": {{"mood": {{"direction": "lower_better"}}}}, "rows": [{{"study": "A", "outcome": "mood", "arm1": "IMR", "arm2": "TAU",
                "values": {{{values}}}, "moderators": {{"conclusion": "{conclusion}"}}}}]"#
            ))
        };
        let means = r#""n1": 40, "mean1": 16.2, "sd1": 6, "n2": 40, "mean2": 13.1, "sd2": 6"#;
        for favours in ["favours intervention", "favours experimental", "favours IMR", "results favoured the intervention"] {
            more.push((12, one(means, favours), one(means, "favours control")));
        }
        more.push((12, one(r#""yi": 0.4, "vi": 0.1"#, "favours intervention"), one(r#""yi": -0.4, "vi": 0.1"#, "favours intervention")));
    }
    // Baselines in columns of their own.
    {
        let one = |pre1: &str, direction: &str| {
            document(&format!(
                r#""outcomes": {{"mood": {{"direction": "{direction}"}}}}, "rows": [{{"study": "A", "outcome": "mood", "values":
                {{"n1": 44, "mean1": 20, "sd1": 8, "n2": 44, "mean2": 19, "sd2": 8, "mean_pre1": {pre1}, "sd_pre1": 8, "mean_pre2": 25.1, "sd_pre2": 8}}}}]"#
            ))
        };
        more.push((22, one("32.1", "lower_better"), one("25.9", "lower_better")));
        more.push((12, one("25.9", "higher_better"), one("25.9", "lower_better")));
    }
    // The SD of a change in each of two groups.
    {
        let one = |sd: &str| {
            csv(&format!(
                "study,n1,mean_pre1,sd_pre1,mean_post1,sd_post1,sd_change1,r1,n2,mean_pre2,sd_pre2,mean_post2,sd_post2,r2\nA,40,30,8,24,7.5,{sd},40,30,8,28,7.5,0.5\n"
            ))
        };
        for wrong in ["16,", "0.3,", "2,0.5"] {
            more.push((4, one(wrong), one("7.76,0.5")));
        }
    }
    // Numbers that stand twice: in both groups, in counts, in effects, in a whole row.
    {
        let means = |two: &str| csv(&format!("study,n1,mean1,sd1,n2,mean2,sd2\nA,30,20.11,8.37,31,{two}\n"));
        more.push((21, means("20.11,8.37"), means("20.11,8.42")));
        let counts = |two: &str| csv(&format!("study,events1,n1,events2,n2\nA,12,102,15,101\nB,{two}\n"));
        more.push((21, counts("12,102,15,101"), counts("12,102,16,101")));
        let effects = |two: &str| csv(&format!("study,effect,effect_lower,effect_upper\nSmith 2010,1.53,1.02,2.29\nSmith  2010b,{two}\n"));
        more.push((21, effects("1.53,1.02,2.29"), effects("1.53,1.03,2.29")));
        let rows = |two: &str| csv(&format!("study,n1,mean1,sd1,n2,mean2,sd2\nA,30,20.1,8.3,31,19.4,8.1\nA,30,{two}\n"));
        more.push((21, rows("20.1,8.3,31,19.4,8.1"), rows("21.1,8.3,31,19.4,8.1")));
    }
    // One registration number, as people write it; recruitment at overlapping times.
    {
        let rows = |id: &str| {
            csv(&format!(
                "study,registrations,n1,mean1,sd1,n2,mean2,sd2\nA,NCT01361698 (ClinicalTrials.gov); ISRCTN1,30,3,1,30,3,1\nB,{id},30,3.2,1,30,3,1\n"
            ))
        };
        more.push((14, rows("nct 01361698"), rows("nct 01361699")));
        let rows = |from: &str, to: &str| {
            csv(&format!(
                "study,recruitment_start,recruitment_end,analysis,n1,mean1,sd1,n2,mean2,sd2\nA,2011-01,2012-03,itt,50,3,1,50,3,1\nB,{from},{to},itt,50,3.2,1,50,3.1,1\n"
            ))
        };
        more.push((15, rows("2011-02", "2012-03"), rows("2013-02", "2014-03")));
    }
    let cases: Vec<(u8, Store, Store)> = vec![
        {
            let rows =
                |mean: &str, sd: &str| format!("study,n1,mean1,sd1,n2,mean2,sd2,scale_min,scale_max\nA,20,{mean},{sd},20,3.1,0.9,1,5\n");
            let (a, b) = two(&rows("5.4", "0.8"), &rows("4.4", "0.8"));
            (1, a, b)
        },
        // Half at each end is the widest: mean 3, n 20, SD 2.05.
        {
            let rows = |sd: &str| format!("study,n1,mean1,sd1,n2,mean2,sd2,scale_min,scale_max\nA,20,3.0,{sd},20,3.1,0.9,1,5\n");
            let (a, b) = two(&rows("2.2"), &rows("2.0"));
            (1, a, b)
        },
        (2, usual("D,GAF,99,50.6,1.38,99,49.8,1.40,0.67"), usual("D,GAF,99,50.6,13.8,99,49.8,14.0,0.67")),
        (3, usual("D,GAF,50,50.6,84.2,50,49.8,85.1,"), usual("D,GAF,50,50.6,14.2,50,49.8,15.1,")),
        {
            let (a, b) =
                two("study,n1,mean1,sd1,n2,mean2,sd2\nA,60,10,2.1,60,9,9.9\n", "study,n1,mean1,sd1,n2,mean2,sd2\nA,6,10,4.0,6,9,9.9\n");
            (4, a, b)
        },
        {
            let rows = |mean: &str| format!("study,items,n1,mean1,sd1,n2,mean2,sd2\nA,1,25,{mean},1.2,25,3.48,1.2\n");
            let (a, b) = two(&rows("3.47"), &rows("3.44"));
            (5, a, b)
        },
        {
            let rows = |sd: &str| format!("study,items,n1,mean1,sd1,n2,mean2,sd2\nA,1,5,3.0,{sd},5,3.0,1.58\n");
            let (a, b) = two(&rows("1.65"), &rows("1.58"));
            (6, a, b)
        },
        {
            let rows = |sd: &str| format!("study,items,scale_min,scale_max,n1,mean1,sd1,n2,mean2,sd2\nA,1,0,1,20,0.30,{sd},20,0.30,0.47\n");
            let (a, b) = two(&rows("0.41"), &rows("0.47"));
            (6, a, b)
        },
        {
            let rows = |n: &str| format!("study,n1,mean1,sd1,n2,mean2,sd2,randomised1,randomised2\nA,{n},3,1,30,3,1,31,31\n");
            let (a, b) = two(&rows("33"), &rows("29"));
            (7, a, b)
        },
        {
            let rows = |n: &str| format!("{head}\nA,mood,post,itt,X,50,3,1,50,3,1\nA,pain,post,itt,Y,{n},7,2,50,6,2\n");
            let (a, b) = two(&rows("44"), &rows("50"));
            (8, a, b)
        },
        {
            let rows = |df: &str| format!("study,n1,n2,F,df1,df2,p\nA,25,25,9.1,1,{df},0.004\n");
            let (a, b) = two(&rows("42"), &rows("48"));
            (8, a, b)
        },
        {
            let rows = |df: &str| format!("study,n1,n2,t,df,p\nA,99,99,1.49,{df},0.14\n");
            let (a, b) = two(&rows("1"), &rows("196"));
            (9, a, b)
        },
        {
            let rows = |p: &str| format!("study,n1,mean1,sd1,n2,mean2,sd2,p,adjusted\nA,50,10.0,2.0,50,9.0,2.0,{p},no\n");
            let (a, b) = two(&rows("0.30"), &rows("0.014"));
            (9, a, b)
        },
        {
            let rows = |word: &str| format!("study,md,md_ci_lower,md_ci_upper,conclusion\nA,1.90,-0.85,4.65,{word}\n");
            let (a, b) = two(&rows("significant"), &rows("not significant"));
            (9, a, b)
        },
        {
            let rows = |e: &str| format!("study,effect,effect_lower,effect_upper\nA,{e},0.84,0.96\n");
            let (a, b) = two(&rows("1.90"), &rows("0.90"));
            (10, a, b)
        },
        {
            let rows = |e: &str, l: &str, u: &str| format!("study,yi,ci_lower,ci_upper\nA,{e},{l},{u}\n");
            let (a, b) = two(&rows("2.00", "0.50", "8.00"), &rows("0.69", "-0.69", "2.08"));
            (10, a, b)
        },
        {
            let rows = |direction: &str| {
                document(&format!(
                    r#""outcomes": {{"mood": {{{direction}}}, "pain": {{"direction": "lower_better"}}}}, "rows": [
                    {{"study": "A", "outcome": "mood", "instrument": "X", "values": {{"n1": 9, "mean1": 3, "sd1": 1, "n2": 9, "mean2": 3, "sd2": 1}}}},
                    {{"study": "B", "outcome": "mood", "instrument": "Y", "values": {{"n1": 9, "mean1": 3, "sd1": 1, "n2": 9, "mean2": 3, "sd2": 1}}}}]"#
                ))
            };
            (11, rows(""), rows(r#""direction": "higher_better""#))
        },
        {
            let rows = |conclusion: &str| {
                document(&format!(
                    r#""outcomes": {{"mood": {{"direction": "higher_better"}}}}, "rows": [{{"study": "A", "outcome": "mood",
                    "values": {{"n1": 40, "mean1": 24, "sd1": 6, "n2": 40, "mean2": 20, "sd2": 6}}, "moderators": {{"conclusion": "{conclusion}"}}}}]"#
                ))
            };
            (12, rows("favours control"), rows("favours intervention"))
        },
        // Both groups more than half an SD worse than at baseline.
        {
            let rows = |post: &str| {
                document(&format!(
                    r#""outcomes": {{"mood": {{"direction": "higher_better"}}}}, "rows": [
                    {{"study": "A", "outcome": "mood", "timepoint": "baseline", "instrument": "X", "values": {{"n1": 40, "mean1": 24, "sd1": 6, "n2": 40, "mean2": 24, "sd2": 6}}}},
                    {{"study": "A", "outcome": "mood", "timepoint": "post", "instrument": "X", "values": {{"n1": 40, "mean1": {post}, "sd1": 6, "n2": 40, "mean2": {post}, "sd2": 6}}}}]"#
                ))
            };
            (12, rows("18"), rows("28"))
        },
        {
            let rows = |mean: &str| format!("study,n1,mean1,sd1,n2,mean2,sd2\nA,30,{mean},1.5,30,3,1.4\n");
            let (a, b) = two(&rows("9"), &rows("4"));
            (13, a, b)
        },
        {
            let rows =
                |id: &str| format!("study,registrations,n1,mean1,sd1,n2,mean2,sd2\nA,NCT01361698,30,3,1,30,3,1\nB,{id},30,3.2,1,30,3,1\n");
            let (a, b) = two(&rows("nct01361698"), &rows("NCT01361699"));
            (14, a, b)
        },
        {
            let rows = |country: &str, n: &str| {
                format!(
                    "study,country,analysis,n1,mean1,sd1,n2,mean2,sd2\nA,Denmark,itt,99,3,1,97,3,1\nB,{country},itt,{n},3.2,1,97,3.1,1\nC,Norway,itt,40,3.2,1,41,3.1,1\n"
                )
            };
            let (a, b) = two(&rows("Denmark", "99"), &rows("Denmark", "98"));
            (15, a, b)
        },
        {
            let rows = |control: &str| {
                format!("study,arm1,arm2,n1,mean1,sd1,n2,mean2,sd2\nA,low,placebo,30,3,1,30,4,1\nA,high,{control},30,2,1,30,4,1\n")
            };
            let (a, b) = two(&rows("placebo"), &rows("waitlist"));
            (16, a, b)
        },
        {
            let rows = |icc: &str| format!("study,design,icc,cluster_size,n1,mean1,sd1,n2,mean2,sd2\nA,cluster,{icc},20,30,3,1,30,4,1\n");
            let (a, b) = two(&rows(""), &rows("0.05"));
            (17, a, b)
        },
        {
            let rows = |other: &str| {
                format!("study,outcome,instrument,n1,mean1,sd1,n2,mean2,sd2\nA,mood,X,30,3,1,30,4,1\nA,{other},Y,30,2,1,30,4,1\n")
            };
            let (a, b) = two(&rows("mood"), &rows("pain"));
            (18, a, b)
        },
        {
            let rows = |weeks: &str| {
                document(&format!(
                    r#""timepoints": {{"post": {{"from": "8 weeks", "to": "16 weeks"}}}}, "rows": [{{"study": "A", "outcome": "mood", "timepoint": "post",
                    "values": {{"n1": 9, "mean1": 3, "sd1": 1, "n2": 9, "mean2": 5, "sd2": 1}}, "moderators": {{"weeks": {weeks}}}}}]"#
                ))
            };
            (19, rows("26"), rows("12"))
        },
        {
            let rows = |score: &str| {
                format!("study,instrument,score,n1,mean1,sd1,n2,mean2,sd2\nA,X,post,30,3,1,30,4,1\nB,Y,{score},30,2,1,30,4,1\n")
            };
            let (a, b) = two(&rows("change"), &rows("post"));
            (20, a, b)
        },
        {
            let rows = |mean: &str| {
                format!("study,n1,mean1,sd1,n2,mean2,sd2\nA,30,51.27,11.38,31,48.06,10.92\nB,40,{mean},11.38,44,48.06,10.92\n")
            };
            let (a, b) = two(&rows("51.27"), &rows("51.43"));
            // With another mean in one group the other group still agrees: so that is changed too.
            let b2 = csv("study,n1,mean1,sd1,n2,mean2,sd2\nA,30,51.27,11.38,31,48.06,10.92\nB,40,50.11,11.38,44,47.06,10.95\n");
            drop(b);
            (21, a, b2)
        },
        {
            let rows = |mean: &str| format!("{head}\nA,mood,baseline,itt,X,60,{mean},10.0,60,48.0,10.0\n");
            let (a, b) = two(&rows("58.0"), &rows("50.0"));
            (22, a, b)
        },
        {
            let (a, b) = two("study,yi,vi,from\nA,0.1,0.2,Table 2\nB,0.2,0.2,\n", "study,yi,vi,from\nA,0.1,0.2,Table 2\nB,0.2,0.2,p. 12\n");
            (23, a, b)
        },
        {
            let rows = |mean: &str| format!("study,extractor,n1,mean1,sd1,n2,mean2,sd2\nA,KL,30,3.1,1,30,4,1\nA,MN,30,{mean},1,30,4,1\n");
            let (a, b) = two(&rows("3.7"), &rows("3.1"));
            (24, a, b)
        },
        {
            let rows = |upper: &str| format!("study,n1,median1,lq1,uq1,n2,median2,lq2,uq2\nA,60,10,9,{upper},60,10,8,12\n");
            let (a, b) = two(&rows("25"), &rows("11"));
            (25, a, b)
        },
        {
            let rows = |other: &str| {
                document(&format!(
                    r#""rows": [{{"study": "A", "outcome": "mood", "values": {{"yi": 1, "vi": 1}}}}, {{"study": "B", "outcome": "mood", "values": {{"yi": 1, "vi": 1}}}}],
                    "risk_of_bias": [{{"study": "A", "domain": "overall", "judgement": "low"}}{other}]"#
                ))
            };
            (26, rows(""), rows(r#", {"study": "B", "domain": "overall", "judgement": "high"}"#))
        },
        {
            let rows = |text: &str| format!("study,yi,vi,retraction\nA,0.1,0.2,{text}\n");
            let (a, b) = two(&rows("retracted 2024"), &rows("no"));
            (27, a, b)
        },
        {
            let rows = |date: &str| {
                document(&format!(
                    r#""review": {{"registrations": [{{"id": "INPLASY2022100005"{date}}}], "searches": [{{"date": "2022-02"}}]}}, "rows": [{{"study": "A", "outcome": "mood", "values": {{"yi": 1, "vi": 1}}}}]"#
                ))
            };
            (29, rows(""), rows(r#", "date": "2021-11-03""#))
        },
        {
            let rows = |value: &str| {
                document(&format!(
                    r#""review": {{"statements": [{{"fact": "minimum age", "value": "16"}}, {{"fact": "Minimum age", "value": "{value}"}}]}}, "rows": [{{"study": "A", "outcome": "mood", "values": {{"yi": 1, "vi": 1}}}}]"#
                ))
            };
            (30, rows("18"), rows("16"))
        },
    ];
    for (rule, fails, passes) in cases.iter().chain(&more) {
        let found = of(fails, *rule);
        assert!(!found.is_empty(), "rule {rule} finds nothing in {:?}", fails.rows);
        assert!(found.iter().all(|f| !f.message.is_empty() && !f.message.ends_with('.') && f.id.len() == 8), "{found:?}");
        let left = of(passes, *rule);
        assert!(left.is_empty(), "rule {rule} finds in data that pass: {left:?}");
    }
    let covered: std::collections::BTreeSet<u8> = cases.iter().map(|c| c.0).collect();
    let missing: Vec<u8> = RULES.iter().map(|r| r.number).filter(|n| !covered.contains(n)).collect();
    assert!(missing.is_empty(), "rules without a fixture: {missing:?}");
}

/// What a row prints twice, wrong and right: rule 9 speaks of the column named, and of none.
#[test]
fn numbers_that_a_row_prints_twice_are_compared() {
    let means = "study,n1,mean1,sd1,n2,mean2,sd2,adjusted";
    let m = "A,30,12.0,4.0,30,10.0,4.0,no";
    let head = "study,events1,n1,events2,n2,adjusted";
    for (head, row, columns, wrong, right, at) in [
        (means, m, "t", "2.94", "1.94", "t"),
        (means, m, "t", "-1.94", "1.94", "t"),
        (means, m, "F", "9.1", "3.75", "F"),
        (means, m, "md,md_ci_lower,md_ci_upper", "3.5,1.4,5.6", "2.0,-0.1,4.1", "md"),
        (means, m, "md,md_ci_lower,md_ci_upper", "2.0,1.8,2.2", "2.0,-0.1,4.1", "md_ci_lower"),
        (means, m, "md,md_se", "2.0,2.03", "2.0,1.03", "md_se"),
        (means, m, "g", "1.9", "0.49", "g"),
        (means, m, "d", "-0.90", "0.50", "d"),
        ("study", "A", "yi,sei,ci_lower,ci_upper", "0.5,0.1,0.1,0.9", "0.50,0.20,0.11,0.89", "sei"),
        (head, "A,10,50,20,50,no", "effect,effect_lower,effect_upper", "3.0,2.5,3.6", "0.38,0.15,0.93", "effect"),
        (head, "A,10,50,20,50,no", "effect,effect_lower,effect_upper", "0.70,0.31,1.58", "0.50,0.26,0.96", "effect"),
        (head, "A,10,50,30,50,no", "p", "0.8", "0.0001", "p"),
        ("study", "A", "effect,effect_lower,effect_upper,p", "1.50,1.02,2.21,0.5", "1.50,1.02,2.21,0.04", "p"),
    ] {
        let text = |values: &str| format!("{head},{columns}\n{row},{values}\n");
        let found = of(&csv(&text(wrong)), 9);
        assert!(found.iter().any(|f| f.place.column.as_deref() == Some(at)), "{}: {found:?}", text(wrong));
        assert_eq!(of(&csv(&text(right)), 9), [], "{}", text(right));
    }
    // What came from an adjusted model is not compared with raw means.
    assert_eq!(of(&csv(&format!("{means},t\n{},2.94\n", m.replace(",no", ",yes"))), 9), []);
}

/// Tables print the p of one test beside the interval of another: honest rows of usual kinds, computed
/// with R's `chisq.test`, `fisher.test` and `t.test`, and the same with a p that is none of theirs.
#[test]
fn a_p_and_an_interval_of_two_usual_ways_are_no_contradiction() {
    let counts = "study,n1,events1,n2,events2,effect,effect_lower,effect_upper,p,adjusted";
    let means = "study,mean1,sd1,n1,mean2,sd2,n2,md,md_ci_lower,md_ci_upper,p,adjusted";
    for (head, row, honest, wrong) in [
        // RR 0.50 by Wald (p 0.041): Fisher 0.0576, Yates 0.0658, Pearson 0.0369.
        (counts, "A,40,9,40,18,0.50,0.26,0.98", "0.058,no", "0.8,no"),
        (counts, "A,40,9,40,18,0.50,0.26,0.98", "0.058,", "0.8,"),
        // Welch's interval and p; and 1.96 standard errors with the p of t.
        (means, "A,18.5,7.7,20,17,7.9,32,1.5,-2.98,5.98", "0.502,no", "0.04,no"),
        (means, "A,18.5,7.7,20,17,7.9,32,1.5,-2.85,5.85", "0.502,no", "0.04,no"),
        (means, "A,12.0,4.0,8,8.0,4.0,9,4.0,0.19,7.81", "0.058,no", "0.4,no"),
    ] {
        assert_eq!(of(&csv(&format!("{head}\n{row},{honest}\n")), 9), [], "{row},{honest}");
        assert!(!of(&csv(&format!("{head}\n{row},{wrong}\n")), 9).is_empty(), "{row},{wrong}");
    }
    // Without counts nothing explains the two; in an adjusted row the counts explain nothing.
    let alone = "study,effect,effect_lower,effect_upper,p\nA,1.5,1.1,2.0,0.8\n";
    assert_eq!(of(&csv(alone), 9).len(), 1);
    assert_eq!(of(&csv(&format!("{counts}\nA,40,9,40,18,0.50,0.26,0.98,0.058,yes\n")), 9).len(), 1);
    // An arcsine difference, one of Weald's own measures, is no other number than the counts'.
    let arcsine = "study,n1,events1,n2,events2,yi,vi\nA,61,12,71,40,-0.392,0.0076\n";
    assert_eq!(of(&csv(arcsine), 9), []);
}

#[test]
fn exact_intervals_and_their_p_are_no_contradiction() {
    // fisher.test(matrix(c(9, 31, 18, 22), 2)) of R: its estimate, interval and p.
    let head = "study,n1,events1,n2,events2,effect,effect_lower,effect_upper,p,adjusted";
    assert_eq!(of(&csv(&format!("{head}\nA,40,9,40,18,0.36,0.12,1.03,0.058,no\n")), 9), []);
    // In a small table the exact interval is far from Wald's.
    assert_eq!(of(&csv(&format!("{head}\nA,20,2,21,12,0.09,0.01,0.53,0.003,no\n")), 9), []);
    assert!(!of(&csv(&format!("{head}\nA,20,2,21,12,0.09,0.01,0.53,0.2,no\n")), 9).is_empty());
}

#[test]
fn people_who_come_back_or_change_groups() {
    let rows = |a: &str, b: &str| csv(&format!("study,actual_weeks,n1,mean1,sd1,n2,mean2,sd2\nA,12,{a}\nA,24,{b}\n"));
    let found = of(&rows("60,10.2,3.1,60,12.4,3.3", "80,10.9,3.4,60,12.0,3.2"), 8);
    assert!(found.len() == 1 && found[0].message.contains("140 people at 24 weeks, 120 at 12 weeks"), "{found:?}");
    let found = of(&rows("40,10.2,3.1,42,12.4,3.3", "42,10.9,3.4,39,12.0,3.2"), 8);
    assert!(found.len() == 1 && found[0].message.contains("42 people of group 1 at 24 weeks, 40 at 12 weeks"), "{found:?}");
    for later in ["58,10.9,3.4,60,12.0,3.2", "61,10.9,3.4,58,12.0,3.2"] {
        assert_eq!(of(&rows("60,10.2,3.1,60,12.4,3.3", later), 8), []);
    }
}

#[test]
fn all_people_randomised_and_values_before_link_reports() {
    let two = |rest: [&str; 2], columns: &str| {
        csv(&format!(
            "study,n1,mean1,sd1,n2,mean2,sd2,country,recruitment_start,recruitment_end,{columns}\nA,90,10.1,3.2,91,12.3,3.3,Denmark,2011-01,2012-03,{}\nB,88,9.7,3.6,90,12.8,3.1,Denmark,2011-02,2012-03,{}\n",
            rest[0], rest[1]
        ))
    };
    let found = of(&two(["198", "198"], "n_randomised"), 15);
    assert!(found.len() == 1 && found[0].message.contains("both randomised 198 people"), "{found:?}");
    assert_eq!(of(&two(["198", "197"], "n_randomised"), 15), []);
    let before = "mean_pre1,sd_pre1,mean_pre2,sd_pre2";
    assert_eq!(of(&two(["21.31,4.52,22.04,4.81"; 2], before), 15).len(), 1);
    assert_eq!(of(&two(["21.31,4.52,22.04,4.81", "21.33,4.52,22.04,4.81"], before), 15), []);
}

#[test]
fn each_finding_has_an_id_of_its_own() {
    let store = csv(
        "study,instrument,n1,mean1,sd1,n2,mean2,sd2,sd_pre1,sd_post1,sd_change1\nA,BDI,50,12,7.6,50,14,8.0,8,7.6,0.2\nB,BDI,60,11,9.0,60,13.9,8.8,8,9.0,\n",
    );
    let found = validate(&store);
    let ids: std::collections::BTreeSet<&str> = found.iter().map(|f| f.id.as_str()).collect();
    assert!(found.len() > 1 && ids.len() == found.len(), "{found:?}");
}

#[test]
fn weeks_order_times_whatever_they_are_called() {
    let rows = |n: &str| {
        format!(
            "study,outcome,timepoint,actual_weeks,instrument,n1,mean1,sd1,n2,mean2,sd2\nA,mood,T2,24,X,{n},3,1,{n},4,1\nA,mood,T1,12,X,20,3.5,1,20,4,1\n"
        )
    };
    let found = of(&csv(&rows("24")), 8);
    assert_eq!(found.iter().map(|f| f.place.row).collect::<Vec<_>>(), [Some(2)], "40 people at 12 weeks, 48 at 24");
    assert_eq!(of(&csv(&rows("19")), 8), []);
}

#[test]
fn scores_before_are_compared_where_they_stand_beside_those_after() {
    let row =
        |pre: &str| format!("study,n1,mean_pre1,sd_pre1,mean1,sd1,n2,mean_pre2,sd_pre2,mean2,sd2\nA,44,{pre},8,20,8,44,25.1,8,22,8\n");
    let found = of(&csv(&row("32.1")), 22);
    assert_eq!(found.iter().map(|f| f.place.column.clone()).collect::<Vec<_>>(), [Some("mean_pre1".to_owned())]);
    assert_eq!(of(&csv(&row("26.1")), 22), []);
}

#[test]
fn rows_columns_and_codes_are_named() {
    let store = usual("D,GAF,99,50.6,1.38,99,49.8,1.40,0.67");
    let found = &of(&store, 2)[0];
    assert_eq!((found.place.row, found.place.column.as_deref(), found.place.file.as_str()), (Some(5), Some("sd1"), "a.csv"));
    // The printed p fits the numbers as standard errors only.
    assert_eq!((found.severity, found.code().as_str()), (Error, "E352"));
    let store = usual("D,GAF,99,50.6,1.38,99,49.8,1.40,");
    assert_eq!((of(&store, 2)[0].severity, of(&store, 2)[0].code().as_str()), (Warning, "W352"));
}

#[test]
fn an_sd_in_the_place_of_a_standard_error_is_seen() {
    let store = csv(
        "study,instrument,n1,mean1,sd1,se1,n2,mean2,sd2,se2\nA,GAF,40,50.1,11.9,,40,48.2,12.4,\nB,GAF,60,52.1,10.8,,55,49.9,11.1,\nC,GAF,99,52.1,,12.8,99,49.9,,11.1\n",
    );
    let found = of(&store, 3);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].place.column.as_deref(), Some("se1"));
}

#[test]
fn a_tidy_csv_gets_notes_where_a_store_gets_errors() {
    let cluster = "study,design,n1,mean1,sd1,n2,mean2,sd2\nA,cluster,30,3,1,30,4,1\n";
    assert_eq!(of(&csv(cluster), 17)[0].severity, Note);
    let store = json(
        r#"{"schema": 1, "outcomes": {"mood": {"direction": "higher_better"}}, "studies": {"A": {"characteristics": {"design": "cluster"}}},
        "rows": [{"study": "A", "outcome": "mood", "values": {"n1": 9, "mean1": 3, "sd1": 1, "n2": 9, "mean2": 5, "sd2": 1}}]}"#,
    );
    assert_eq!(of(&store, 17)[0].severity, Error);
}

#[test]
fn a_decision_settles_a_finding_until_its_value_changes() {
    let text = |sd: &str, more: &str| {
        format!(
            r#"{{"schema": 1, "rows": [{{"study": "A", "outcome": "mood", "values": {{"n1": 20, "mean1": 5.4, "sd1": {sd}, "n2": 20, "mean2": 3, "sd2": 1, "scale_min": 1, "scale_max": 5}}}}]{more}}}"#
        )
    };
    let id = of(&json(&text("0.8", "")), 1)[0].id.clone();
    let decided = |word: &str| {
        format!(r#", "dispositions": [{{"finding": "{id}", "disposition": "{word}", "by": "KL", "reason": "scored from 1 to 6 here"}}]"#)
    };
    assert!(!of(&json(&text("0.8", &decided("explained"))), 1)[0].is_open());
    assert!(of(&json(&text("0.8", &decided("fixed"))), 1)[0].is_open(), "still there, so it was not fixed");
    assert!(of(&json(&text("0.9", &decided("explained"))), 1)[0].is_open(), "another value, another finding");
}

#[test]
fn an_answer_ends_a_suspicion_of_overlap() {
    let rows = r#""rows": [{"study": "A", "outcome": "m", "analysis": "itt", "values": {"n1": 99, "n2": 97, "yi": 1, "vi": 1}}, {"study": "B", "outcome": "m", "analysis": "itt", "values": {"n1": 99, "n2": 97, "yi": 2, "vi": 1}}],
        "studies": {"A": {"characteristics": {"country": "Denmark"}}, "B": {"characteristics": {"country": "Denmark"}}}"#;
    assert_eq!(of(&json(&format!(r#"{{"schema": 1, {rows}}}"#)), 15).len(), 1);
    let answer = r#""judgements": [{"question": "overlap of A and B", "answer": "no, other hospitals", "by": "KL"}]"#;
    assert!(of(&json(&format!(r#"{{"schema": 1, {rows}, {answer}}}"#)), 15).is_empty());
}

#[test]
fn errors_come_first() {
    let store = csv("study,n1,mean1,sd1,n2,mean2,sd2,scale_min,scale_max\nA,30,3,0.2,30,1.5,0.9,1,5\nB,20,5.4,1,20,3,1,1,5\n");
    let found = validate(&store);
    assert!(found.windows(2).all(|w| w[0].severity >= w[1].severity), "{found:?}");
    assert_eq!(found[0].rule, 1);
}

#[test]
fn the_page_has_the_table_of_rules() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/data-checks.md");
    let page = std::fs::read_to_string(&path).expect("docs/data-checks.md").replace("\r\n", "\n");
    let (start, end) = ("<!-- rules -->\n", "<!-- end of rules -->");
    let (before, rest) = page.split_once(start).expect("the start of the rules");
    let (_, after) = rest.split_once(end).expect("their end");
    let now = format!("{before}{start}\n{}\n{end}{after}", weald::validate::markdown());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &now).expect("docs/data-checks.md");
    } else {
        assert!(page == now, "`UPDATE=1 cargo test --test validate` writes the rules into docs/data-checks.md");
    }
}
