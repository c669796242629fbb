//! Which of several measurements of one timepoint is taken.

use weald::eval::outcome::Outcome;
use weald::store::Memory;
use weald::{Session, Source};

/// Study A was measured three times, B twice on two instruments, C once, D twice with a time unknown.
const DATA: &str = "\
study,outcome,timepoint,instrument,actual_weeks,yi,vi
A,x,post,RAS,-1,0.1,0.01
A,x,post,RAS,1,0.2,0.01
A,x,post,RAS,6,0.3,0.01
B,x,post,RAS,0,0.4,0.01
B,x,post,QPR,3,0.5,0.01
C,x,post,RAS,4,0.6,0.01
";

/// The effects that enter, and why others do not.
fn pooled(timepoint: &str, clauses: &str, data: &str) -> Result<(Vec<f64>, Vec<String>), Vec<String>> {
    let files = Memory::new().with("d.csv", data);
    let text = format!(
        "timepoint post {timepoint}\noutcome x primary higher better measure generic\nuse \"d.csv\"\nprefer instrument RAS > QPR\n\
         let a = pool x at post {clauses}"
    );
    let run = Session::with_files(files).run(&Source::new("a", text));
    let errors: Vec<String> = run.problems.iter().filter(|p| p.problem.is_error()).map(|p| p.problem.message.clone()).collect();
    let Some(Outcome::Pool(result)) = run.outcomes.last().filter(|_| errors.is_empty()) else { return Err(errors) };
    let used = result.studies.iter().filter(|s| s.included).filter_map(|s| s.yi).collect();
    Ok((used, result.studies.iter().filter_map(|s| s.reason.clone()).collect()))
}

#[test]
fn the_timepoint_says_which_measurement_is_taken() {
    for (timepoint, taken) in [
        ("window -2w..8w pick nearest", [0.1, 0.4, 0.6]),
        ("window -2w..8w target 1w pick nearest", [0.2, 0.4, 0.6]),
        ("window -2w..8w target 42d pick nearest", [0.3, 0.4, 0.6]),
        ("window 1w..8w pick nearest", [0.3, 0.4, 0.6]),
        ("window -2w..8w pick earliest", [0.1, 0.4, 0.6]),
        ("window -2w..8w pick longest", [0.3, 0.4, 0.6]),
    ] {
        let (used, _) = pooled(timepoint, "", DATA).expect("a result");
        assert_eq!(used, taken, "{timepoint}");
    }
    let (_, why) = pooled("window -2w..8w pick latest", "", DATA).expect("a result");
    assert!(why.iter().any(|w| w == "measured at -1 weeks: of `post` the latest is taken, at 6 weeks"), "{why:?}");
    // Every instrument has a measurement of its own, where all effects enter.
    let (used, _) = pooled("window -2w..8w pick latest", "combine rho 0.5", DATA).expect("a result");
    assert_eq!(used.len(), 3);
    let (used, _) = pooled("window -2w..8w pick latest", "multilevel", DATA).expect("a result");
    assert_eq!(used, [0.3, 0.4, 0.5, 0.6]);
}

#[test]
fn nothing_is_picked_where_nothing_says_so() {
    assert!(pooled("window -2w..8w", "", DATA).is_err_and(|e| e[0].contains("several effects of one trial")));
    // A measurement whose time is not known can't be told from the others.
    let unknown = DATA.replace("A,x,post,RAS,1,", "A,x,post,RAS,,");
    assert!(pooled("window -2w..8w pick nearest", "", &unknown).is_err_and(|e| e[0].contains("several effects of one trial")));
    for (timepoint, message) in [
        ("pick neerest", "`pick` knows no `neerest`"),
        ("pick", "`pick` lacks its word"),
        ("target soon", "`target` takes a time"),
        ("target 3x", "`target` takes a time"),
    ] {
        assert_eq!(pooled(timepoint, "", DATA), Err(vec![message.to_owned()]));
    }
}
