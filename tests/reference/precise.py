"""Writes precise.json: pooling of hard cases, computed with 50 decimal digits.

    pip install mpmath
    python3 precise.py > precise.json

Inputs are doubles, used at their exact value. Independent of Weald and of metafor: the sums
are written out from the definitions (Viechtbauer 2005, J Educ Behav Stat 30:261-293), and all
roots on a grid of 4,001 points are found by bisection.
"""

import json
import os

from mpmath import mp, mpf, log, sqrt, pi, erfc, gammainc

mp.dps = 50
HERE = os.path.dirname(os.path.abspath(__file__))


def sums(y, v, t):
    w = [1 / (vi + t) for vi in v]
    s1, s2, s3 = (sum(wi**n for wi in w) for n in (1, 2, 3))
    mu = sum(wi * yi for wi, yi in zip(w, y)) / s1
    q = sum(wi * (yi - mu) ** 2 for wi, yi in zip(w, y))
    ypp = sum((wi * (yi - mu)) ** 2 for wi, yi in zip(w, y))
    return dict(w=w, s1=s1, s2=s2, mu=mu, q=q, ypp=ypp, tr=s1 - s2 / s1,
                trpp=s2 - 2 * s3 / s1 + (s2 / s1) ** 2)


def loglik(y, v, t, restricted):
    m, k = sums(y, v, t), len(y)
    ll = k * log(2 * pi) + sum(log(vi + t) for vi in v) + m["q"]
    if restricted:
        ll += log(m["s1"]) - log(2 * pi) - log(mpf(k))
    return -ll / 2


def bisect(f, a, b):
    up = f(a) > 0
    for _ in range(400):
        c = (a + b) / 2
        if (f(c) > 0) == up:
            a = c
        else:
            b = c
    return (a + b) / 2


def grid(y, v):
    spread = max(y) - min(y)
    low, high = min(v), 10 * (max(v) + spread**2)
    n = 4000
    return [mpf(0)] + [low * mpf(10) ** -6 * (high / low * mpf(10) ** 6) ** (mpf(i) / n) for i in range(n + 1)]


def likelihood(y, v, restricted):
    def score(t):
        m = sums(y, v, t)
        return m["ypp"] - (m["tr"] if restricted else m["s1"])

    points = grid(y, v)
    values = [score(t) for t in points]
    candidates = [mpf(0)] if values[0] <= 0 else []
    for a, b, fa, fb in zip(points, points[1:], values, values[1:]):
        if fa > 0 >= fb:
            candidates.append(bisect(score, a, b))
    best = max(candidates, key=lambda t: loglik(y, v, t, restricted))
    return best, len(candidates)


def q_root(y, v, target):
    if sums(y, v, mpf(0))["q"] <= target:
        return mpf(0)
    high = sum((yi - sum(y) / len(y)) ** 2 for yi in y) / target
    return bisect(lambda t: sums(y, v, t)["q"] - target, mpf(0), high)


def chi2_quantile(p, df):
    cdf = lambda x: gammainc(mpf(df) / 2, 0, x / 2, regularized=True) - p
    return bisect(lambda x: -cdf(x), mpf(0), mpf(20 * df + 100))


def out(x):
    return mp.nstr(x, 30)


Z95 = bisect(lambda x: erfc(x / sqrt(mpf(2))) - mpf(5) / 100, mpf(1), mpf(3))


def estimate(y, v, t):
    m = sums(y, v, t)
    se = 1 / sqrt(m["s1"])
    z = m["mu"] / se
    half = Z95 * sqrt(se**2 + t)
    return dict(tau2=out(t), estimate=out(m["mu"]), se=out(se), statistic=out(z),
                p=out(erfc(abs(z) / sqrt(mpf(2)))), q=out(m["q"]),
                pi_normal=[out(m["mu"] - half), out(m["mu"] + half)],
                hksj_se=out(se * sqrt(m["q"] / (len(y) - 1))),
                weights=[out(100 * w / m["s1"]) for w in m["w"]])


def case(name, y, v):
    yy, vv = [mpf(x) for x in y], [mpf(x) for x in v]
    k, zero = len(y), mpf(0)
    m = sums(yy, vv, zero)
    result = dict(name=name, y=y, v=v, common=estimate(yy, vv, zero),
                  typical_variance=out((k - 1) / m["tr"]))
    for model in ("ml", "reml"):
        restricted = model == "reml"
        t, found = likelihood(yy, vv, restricted)
        at = sums(yy, vv, t)
        se = sqrt(2 / at["trpp"]) if restricted else sqrt(2 / at["s2"])
        result[model] = dict(estimate(yy, vv, t), maxima=found, tau2_se=out(se),
                             log_likelihood=out(loglik(yy, vv, t, restricted)),
                             log_likelihood_at_zero=out(loglik(yy, vv, zero, restricted)))
    median = chi2_quantile(mpf(1) / 2, k - 1)
    for model, target in (("pm", mpf(k - 1)), ("pmm", median)):
        t = q_root(yy, vv, target)
        at = sums(yy, vv, t)
        result[model] = dict(estimate(yy, vv, t),
                             tau2_se=out(sqrt(mpf(2) * k * k / (k - 1)) / at["s1"]))
    dl = max(zero, (m["q"] - (k - 1)) / m["tr"])
    result["dl"] = estimate(yy, vv, dl)
    tail = mpf(25) / 1000
    result["q_profile"] = [out(q_root(yy, vv, chi2_quantile(1 - tail, k - 1))),
                           out(q_root(yy, vv, chi2_quantile(tail, k - 1)))]
    result["q_profile_empty"] = bool(m["q"] < chi2_quantile(tail, k - 1))
    return result


def reference(name, measure):
    with open(os.path.join(HERE, name + ".json")) as f:
        c = next(c for c in json.load(f)["cases"] if c.get("measure") == measure)
    pairs = [(y, v) for y, v in zip(c["yi"], c["vi"]) if y is not None and v is not None]
    return f"{name} {measure}", [p[0] for p in pairs], [p[1] for p in pairs]


FAILING = ([1.30, 1.94, .70, .36, 1.31, .46, 1.24, .71, .35, .77],
           [.640, .421, .992, .058, .756, .634, .79, .596, .457, .935])
CASES = [
    ("Fisher scoring cycles", *FAILING),
    ("effects shifted by 1e6", [1e6 + x for x in FAILING[0]], FAILING[1]),
    ("variances 1e7 apart", [0.1, 0.7, -0.2, 0.35, 0.9], [1e-7, 0.5, 1.0, 0.25, 0.8]),
    ("variances 1e7 apart and a shift of 1e6", [1e6 + x for x in (0.1, 0.7, -0.2, 0.35, 0.9)],
     [1e-7, 0.5, 1.0, 0.25, 0.8]),
    ("variances 1e14 apart", [3.0, 1.0, 2.5, 4.0, 7.5, 3.25], [1e-12, 1e2, 10.0, 5.0, 20.0, 1e-2]),
    ("two most precise of equal variance", [0.30, 0.42, 1.1, -0.7], [1e-9, 1e-9, 0.3, 0.4]),
    ("tiny units", [1e-9, 3e-9, -2e-9, 8e-9], [1e-18, 2e-18, 3e-18, 1.5e-18]),
    ("large units", [1e9, 3e9, -2e9, 8e9, 9e9], [1e18, 2e18, 3e18, 1.5e18, 1e17]),
    ("two studies", [0.2, 0.9], [0.04, 0.09]),
    ("two local maxima, the higher above 0", [0.15, 2.05, -6.30], [0.07, 3.33, 10.9]),
    ("two local maxima, the higher at 0", [-0.040, -0.013, 0.223], [0.0023, 0.00015, 0.0114]),
    reference("hart1999", "ird"),
    reference("nielweise2007", "rd"),
    reference("yusuf1985", "or"),
]

if __name__ == "__main__":
    print(json.dumps([case(*c) for c in CASES], indent=1))
