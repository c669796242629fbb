//! `weald new`.

use super::say;
use crate::diagnostic::Problem;
use crate::language::suggest::nearest;
use crate::language::vocabulary::{ChoiceValue, MEASURES, choice};
use crate::stats::effect::Measure;
use std::path::Path;

/// Columns of the data file, and a row that shows them.
fn columns(measure: Measure) -> (&'static str, &'static str) {
    use Measure as M;
    match measure {
        M::Md | M::Smd | M::Smd1 | M::Smdh | M::Rom => ("n1,mean1,sd1,n2,mean2,sd2", "40,24.1,6.2,42,21.3,6.8"),
        M::Or | M::Rr | M::Rd | M::As | M::Peto => ("events1,n1,events2,n2", "12,120,21,118"),
        M::Irr | M::Ird | M::Irsd => ("events1,time1,events2,time2", "9,413,19,398"),
        M::Hr => ("effect,effect_lower,effect_upper", "0.82,0.65,1.03"),
        M::Cor | M::Zcor | M::Ucor => ("r,n", "0.31,120"),
        M::Pr | M::Pln | M::Plo | M::Pas | M::Pft => ("events,n", "14,80"),
        M::Ir | M::Irln | M::Irs | M::Irft => ("events,time", "14,820"),
        M::Mn | M::Mnln => ("n,mean,sd", "80,12.4,3.1"),
        M::Mc | M::Smcc | M::Smcr | M::Romc => ("n,mean_pre,sd_pre,mean_post,sd_post,r", "40,21.0,6.5,24.1,6.2,0.6"),
        M::Dppc => ("n1,mean_pre1,sd_pre1,mean_post1,r1,n2,mean_pre2,sd_pre2,mean_post2,r2", "40,21.0,6.5,24.1,0.6,42,20.6,6.1,21.2,0.6"),
        M::Generic => ("yi,sei", "0.25,0.11"),
    }
}

/// `weald new NAME --measure M`
pub fn folder(path: &Path, measure: &str) -> u8 {
    let Some(ChoiceValue::Measure(m)) = choice(MEASURES, measure).map(|c| c.value) else {
        let names: Vec<&str> = MEASURES.iter().map(|c| c.name).collect();
        let problem = Problem::error("E205", format!("`{measure}` is not a measure"));
        say::problem(match nearest(measure, names.iter().copied()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("the measures are {}", crate::language::suggest::and_list(&names, 40))),
        });
        return 2;
    };
    if path.exists() {
        say::problem(
            Problem::error("E327", format!("`{}` exists already, and nothing in it is changed", path.display()))
                .help("choose another name"),
        );
        return 1;
    }
    let name = path.file_name().map_or_else(|| "review".to_owned(), |n| n.to_string_lossy().into_owned());
    let (head, row) = columns(m);
    let data = format!("study,year,outcome,{head},from\nExample 2020,2020,main,{row},Table 2\n");
    let written = std::fs::create_dir_all(path)
        .and_then(|()| std::fs::write(path.join("data.csv"), data))
        .and_then(|()| std::fs::write(path.join(format!("{name}.weald")), script(&name, m)))
        .and_then(|()| std::fs::write(path.join(format!("{name}.plan.weald")), plan(&name, m)));
    if let Err(e) = written {
        say::problem(Problem::error("E327", format!("`{}` can't be written: {e}", path.display())));
        return 1;
    }
    let in_folder = |file: &str| format!("{}/{file}", path.display());
    let (data, script, plan) = (in_folder("data.csv"), in_folder(&format!("{name}.weald")), in_folder(&format!("{name}.plan.weald")));
    let width = plan.chars().count();
    say::out(&format!(
        "{data:width$}  one row per study and outcome; replace the example row\n{script:width$}  the review's script\n{plan}  its plan, to lock before there are data\n\nnext: weald run {script}\n"
    ));
    0
}

/// Which way of the main outcome is good, where it compares groups.
fn direction(measure: Measure) -> &'static str {
    match measure {
        m if m.groups() != crate::stats::effect::Groups::Two => "",
        Measure::Md | Measure::Smd | Measure::Smd1 | Measure::Smdh | Measure::Rom => " higher better",
        _ => " lower better",
    }
}

/// A plan that can be locked as it stands.
fn plan(name: &str, measure: Measure) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let id = if plain { name.to_owned() } else { format!("\"{}\"", name.replace(['"', '{', '\\'], "_")) };
    format!(
        "# The plan of {name}. `weald check` says what it states and what not, `weald lock` locks it.\nedition 2026\nreview {id} \"Title of the review\"\nstage protocol\noutcome main \"Main outcome\" primary{direction} measure {word}\n\nrule pooling\n  when k < 2 then not_pooled\n  otherwise reml ci hksj\n\nplan P1 primary: pool main model pooling\nplan L1 sensitivity of P1: leave-one-out of P1\n\ndry run k 6 n 30..120 seed 1\n",
        direction = direction(measure),
        word = measure.name()
    )
}

fn script(name: &str, measure: Measure) -> String {
    let direction = direction(measure);
    format!(
        "# {name}: a review in Weald. `weald run {name}.weald` runs it, `weald repl` explores.\nedition 2026\noutcome main \"Main outcome\" primary{direction} measure {word}\nuse \"data.csv\"\n\ndescribe\nlet main = pool main\nmethods of main\n",
        word = measure.name()
    )
}
