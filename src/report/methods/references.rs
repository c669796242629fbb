//! The papers behind the methods, as cited in a text and in full.

use crate::stats::effect::{Measure, SmdVariance};
use crate::stats::multilevel::RobustKind;
use crate::stats::pool::{CiMethod, PiMethod, Tau2Estimator};

/// A reference: as in the text, and in the list.
pub type Reference = (&'static str, &'static str);

/// Cochran's Q.
pub const Q: Reference = ("Cochran 1954", "Cochran WG. Biometrics 1954;10:101-129");
/// I2 and H2.
pub const I2: Reference = ("Higgins & Thompson 2002", "Higgins JPT, Thompson SG. Stat Med 2002;21:1539-1558");
/// Interval of tau2.
pub const Q_PROFILE: Reference = ("Viechtbauer 2007", "Viechtbauer W. Stat Med 2007;26:37-52");
/// Mantel-Haenszel.
pub const MANTEL_HAENSZEL: Reference = ("Mantel & Haenszel 1959", "Mantel N, Haenszel W. J Natl Cancer Inst 1959;22:719-748");
/// Peto.
pub const PETO: Reference = ("Yusuf et al. 1985", "Yusuf S, Peto R, Lewis J, Collins R, Sleight P. Prog Cardiovasc Dis 1985;27:335-371");
/// Effects within studies.
pub const THREE_LEVEL: Reference = ("Konstantopoulos 2011", "Konstantopoulos S. Res Synth Methods 2011;2:61-76");
/// Correlated and hierarchical effects.
pub const CHE: Reference = ("Pustejovsky & Tipton 2022", "Pustejovsky JE, Tipton E. Prev Sci 2022;23:425-438");
/// Arithmetic of groups.
pub const HANDBOOK: Reference = (
    "Higgins et al. 2023",
    "Higgins JPT, Thomas J, Chandler J, et al., eds. Cochrane Handbook for Systematic Reviews of Interventions, version 6.4. Cochrane, 2023: chapters 6 and 23",
);
/// Subgroups.
pub const SUBGROUPS: Reference = ("Borenstein & Higgins 2013", "Borenstein M, Higgins JPT. Prev Sci 2013;14:134-143");
/// The guard of HKSJ.
pub const GUARD: Reference = ("Jackson et al. 2017", "Jackson D, Law M, Rucker G, Schwarzer G. Stat Med 2017;36:3923-3934");

/// Cluster-robust standard errors.
pub fn robust(kind: RobustKind) -> Reference {
    let short = match kind {
        RobustKind::Cr0 => "Liang & Zeger 1986",
        RobustKind::Cr1 | RobustKind::Cr1p => "Hedges et al. 2010",
        RobustKind::Cr2 => "Bell & McCaffrey 2002; Tipton & Pustejovsky 2015",
    };
    (short, kind.citation())
}

/// R2 of a meta-regression.
pub const RAUDENBUSH: Reference =
    ("Raudenbush 1994", "Raudenbush SW. In: Cooper H, Hedges LV, eds. The Handbook of Research Synthesis. 1994:301-321");
/// Inference of a meta-regression.
pub const KNAPP: Reference = ("Knapp & Hartung 2003", "Knapp G, Hartung J. Stat Med 2003;22:2693-2710");

/// The variance of a standardised mean difference.
pub fn variance(variance: SmdVariance) -> Option<Reference> {
    match variance {
        SmdVariance::Ls => Some(("Hedges 1982", "Hedges LV. Psychol Bull 1982;92:490-499")),
        SmdVariance::Ub => Some(("Hedges 1983", Tau2Estimator::He.citation())),
        SmdVariance::Revman5 => None,
    }
}

/// Measures whose paper a reader may want.
pub fn measure(measure: Measure) -> Option<Reference> {
    match measure {
        Measure::Smd | Measure::Smd1 => Some(("Hedges 1981", "Hedges LV. J Educ Stat 1981;6:107-128")),
        Measure::Rom => Some(("Hedges et al. 1999", "Hedges LV, Gurevitch J, Curtis PS. Ecology 1999;80:1150-1156")),
        Measure::Peto => Some(PETO),
        _ => None,
    }
}

/// The estimator of tau2.
pub fn estimator(estimator: Tau2Estimator) -> Reference {
    let short = match estimator {
        Tau2Estimator::Dl => "DerSimonian & Laird 1986",
        Tau2Estimator::He => "Hedges 1983",
        Tau2Estimator::Hs => "Hunter & Schmidt 2004",
        Tau2Estimator::Hsk => "Brannick et al. 2019",
        Tau2Estimator::Sj => "Sidik & Jonkman 2005",
        Tau2Estimator::Ml => "Hardy & Thompson 1996",
        Tau2Estimator::Reml => "Viechtbauer 2005",
        Tau2Estimator::Eb => "Morris 1983",
        Tau2Estimator::Pm => "Paule & Mandel 1982",
        Tau2Estimator::Pmm => "Viechtbauer 2021",
    };
    (short, estimator.citation())
}

/// The confidence interval; Wald's needs none.
pub fn ci(method: CiMethod) -> Option<Reference> {
    let short = match method {
        CiMethod::Wald => return None,
        CiMethod::T => "Follmann & Proschan 1999",
        CiMethod::Hksj => "Hartung & Knapp 2001; Sidik & Jonkman 2002",
        CiMethod::Mhksj => "Röver et al. 2015",
    };
    Some((short, method.citation()))
}

/// The prediction interval.
pub fn pi(method: PiMethod) -> Option<Reference> {
    let short = match method {
        PiMethod::None => return None,
        PiMethod::T | PiMethod::Matches => "Veroniki et al. 2019",
        PiMethod::Riley => "Higgins et al. 2009; Riley et al. 2011",
        PiMethod::Normal => "Skipka 2006; Veroniki et al. 2019",
    };
    Some((short, method.citation()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every year cited in the text stands in the full reference.
    #[test]
    fn years_agree() {
        let mut all = vec![Q, I2, Q_PROFILE, MANTEL_HAENSZEL, PETO, SUBGROUPS, GUARD];
        all.extend(Tau2Estimator::ALL.map(estimator));
        all.extend([CiMethod::T, CiMethod::Hksj, CiMethod::Mhksj].into_iter().filter_map(ci));
        all.extend([PiMethod::T, PiMethod::Riley, PiMethod::Normal, PiMethod::Matches].into_iter().filter_map(pi));
        all.extend([SmdVariance::Ls, SmdVariance::Ub].into_iter().filter_map(variance));
        all.extend(Measure::ALL.iter().copied().filter_map(measure));
        for (short, full) in all {
            for part in short.split("; ") {
                let year = part.rsplit(' ').next().unwrap_or("");
                assert!(full.contains(year), "{short}: {full}");
            }
        }
    }
}
