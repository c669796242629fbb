"""Writes regressions.json: meta-regressions, computed with 40 decimal digits.

    pip install mpmath
    python3 regressions.py > regressions.json

Inputs are doubles, used at their exact value. Independent of Weald and of metafor: dense
matrices, written out from the definitions (Viechtbauer 2005, J Educ Behav Stat 30:261-293;
Viechtbauer 2007, Stat Med 26:37-52), the roots of the scores sought on a grid.
"""

import csv
import json
import os
import sys

from mpmath import mp, mpf, matrix, log, sqrt, pi, gammainc, findroot, lu_solve, inverse, det, diag

mp.dps = 40
HERE = os.path.dirname(os.path.abspath(__file__))


def trace(a):
    return sum(a[i, i] for i in range(a.rows))


def hadamard(a, b):
    return sum(a[i, j] * b[i, j] for i in range(a.rows) for j in range(a.cols))


class Model:
    """Everything at one tau2."""

    def __init__(self, y, v, x, t, weights=None):
        self.w = weights or [1 / (vi + t) for vi in v]
        k, p = x.rows, x.cols
        wx = matrix(k, p)
        for i in range(k):
            for j in range(p):
                wx[i, j] = self.w[i] * x[i, j]
        self.xwx = x.T * wx
        self.cov = inverse(self.xwx)
        self.b = self.cov * (wx.T * y)
        self.r = y - x * self.b
        self.q = sum(self.w[i] * self.r[i] ** 2 for i in range(k))
        self.ypp = sum((self.w[i] * self.r[i]) ** 2 for i in range(k))
        self.wx, self.k, self.p = wx, k, p

    def projection(self):
        pm = -self.wx * self.cov * self.wx.T
        for i in range(self.k):
            pm[i, i] += self.w[i]
        return pm

    def tr(self):
        a2 = self.wx.T * self.wx
        return sum(self.w) - trace(self.cov * a2)


def loglik(y, v, x, t, restricted):
    m = Model(y, v, x, t)
    ll = m.k * log(2 * pi) + sum(log(vi + t) for vi in v) + m.q
    if restricted:
        ll += log(det(m.xwx)) - m.p * log(2 * pi) - log(det(x.T * x))
    return -ll / 2


def root(f, a, b):
    """Bisection and secant steps (Anderson and Bjorck) to the last digit."""
    return findroot(f, (a, b), solver="anderson", tol=mpf(10) ** -60, maxsteps=500, verify=False)


def likelihood(y, v, x, restricted):
    def score(t):
        m = Model(y, v, x, t)
        return m.ypp - (m.tr() if restricted else sum(m.w))

    low = min(v)
    spread = max(y) - min(y)
    high = 10 * (max(v) + spread ** 2)
    n = 160
    points = [mpf(0)] + [low * mpf(10) ** -3 * (high / low * mpf(10) ** 3) ** (mpf(i) / n) for i in range(n + 1)]
    mp.dps = 25
    values = [score(t) for t in points]
    mp.dps = 40
    candidates = [mpf(0)] if values[0] <= 0 else []
    for a, b, fa, fb in zip(points, points[1:], values, values[1:]):
        if fa > 0 >= fb:
            candidates.append(root(score, a, b))
    return max(candidates, key=lambda t: loglik(y, v, x, t, restricted))


def chi2_quantile(p, df):
    f = lambda s: gammainc(mpf(df) / 2, 0, mp.exp(s) / 2, regularized=True) - p
    return mp.exp(root(f, mpf(-30), log(mpf(20 * df + 100))))


def q_root(y, v, x, target):
    if Model(y, v, x, mpf(0)).q <= target:
        return mpf(0)
    high = max(v)
    while Model(y, v, x, high).q > target:
        high *= 4
    return root(lambda t: Model(y, v, x, t).q - target, mpf(0), high)


def out(x):
    return mp.nstr(x, 25)


def case(name, names, y, v, x):
    yy, vv, xx = matrix(y), [mpf(a) for a in v], matrix(x)
    k, p = xx.rows, xx.cols
    df = k - p
    zero = Model(yy, vv, xx, mpf(0))
    pz = zero.projection()
    trp, trpp = trace(pz), hadamard(pz, pz)
    s1 = sum(zero.w)
    models = {}

    def about(t):
        return sqrt(2 * (df + 2 * t * trp + t * t * trpp))

    def add(model, t, se):
        t = max(t, mpf(0))
        m = Model(yy, vv, xx, t)
        rows = range(1, p)
        sub = matrix([[m.cov[i, j] for j in rows] for i in rows])
        b = matrix([m.b[i] for i in rows])
        models[model] = dict(tau2=out(t), coef=[out(c) for c in m.b], se=[out(sqrt(m.cov[i, i])) for i in range(p)],
                             qm=out((b.T * lu_solve(sub, b))[0]), q_at=out(m.q), se_tau2=None if se is None else out(se(t)))
        if model in ("ml", "reml"):
            models[model]["ll"] = out(loglik(yy, vv, xx, t, model == "reml"))

    add("common", mpf(0), None)
    raw = (zero.q - df) / trp
    add("dl", raw, lambda t: about(t) / trp)
    add("hs", (zero.q - k) / s1, lambda t: about(t) / s1)
    c = mpf(k) / df
    add("hsk", (zero.q * c - k) / s1, lambda t: c * about(t) / s1)
    ols = Model(yy, vv, xx, mpf(0), weights=[mpf(1)] * k)
    po = ols.projection()
    pv = po * diag(vv)
    he = (ols.q - trace(pv)) / df

    def double(pm, t):
        a = pm * diag([vi + t for vi in vv])
        return sqrt(2 * hadamard(a, a.T))

    add("he", he, lambda t: double(po, t) / df)
    mean = sum(yy) / k
    t0 = sum((yi - mean) ** 2 for yi in yy) / k
    sj = Model(yy, vv, xx, t0)
    ps = sj.projection()
    add("sj", t0 * sj.q / df, lambda t: t0 / df * double(ps, t))
    add("ml", likelihood(yy, vv, xx, False), lambda t: sqrt(2 / sum(w * w for w in Model(yy, vv, xx, t).w)))

    def expected(t):
        pm = Model(yy, vv, xx, t).projection()
        return sqrt(2 / hadamard(pm, pm))

    add("reml", likelihood(yy, vv, xx, True), expected)
    half = lambda t: sqrt(mpf(2) * k * k / df) / sum(Model(yy, vv, xx, t).w)
    pm = q_root(yy, vv, xx, mpf(df))
    add("pm", pm, half)
    add("eb", pm, half)
    add("pmm", q_root(yy, vv, xx, chi2_quantile(mpf(1) / 2, df)), half)
    tail = mpf(25) / 1000
    low = chi2_quantile(tail, df)
    profile = None if zero.q < low else [out(q_root(yy, vv, xx, chi2_quantile(1 - tail, df))), out(q_root(yy, vv, xx, low))]
    upper = gammainc(mpf(df) / 2, zero.q / 2, regularized=True)
    return dict(name=name, names=names, y=y, v=v, x=x, q=out(zero.q), q_p=out(upper), typical_variance=out(df / trp),
                q_profile=profile, models=models)


def design(formula, rows):
    """Columns of a formula of +, * and factor(), baseline first in code-point order."""
    def coded(word):
        name = word.replace("factor(", "").replace(")", "")
        cells = [r[name] for r in rows]
        if word.startswith("factor(") or not all(is_number(c) for c in cells):
            return [(f"{name}[{l}]", [1.0 if c == l else 0.0 for c in cells]) for l in sorted(set(cells))[1:]]
        return [(name, [float(c) for c in cells])]

    columns = [("intercept", [1.0] * len(rows))]
    for term in formula.split(" + "):
        parts = [coded(w) for w in term.split(" * ")]
        for part in parts:
            columns += part
        if len(parts) == 2:
            columns += [(f"{a}:{b}", [s * t for s, t in zip(x, y)]) for b, y in parts[1] for a, x in parts[0]]
    return [c[0] for c in columns], [list(r) for r in zip(*[c[1] for c in columns])]


def is_number(cell):
    try:
        float(cell)
        return True
    except ValueError:
        return False


def reference():
    for name in ("bangertdrowns2004", "bcg", "hackshaw1998", "molloy2014", "raudenbush1985"):
        with open(os.path.join(HERE, name + ".json")) as f:
            document = json.load(f)
        with open(os.path.join(HERE, name + ".csv")) as f:
            table = list(csv.DictReader(f))
        for c in document["cases"]:
            for formula in dict.fromkeys(r["formula"] for r in c.get("regressions", [])):
                words = [w.replace("factor(", "").replace(")", "") for w in formula.replace(" * ", " + ").split(" + ")]
                kept = [i for i, (y, v) in enumerate(zip(c["yi"], c["vi"])) if y is not None and v is not None
                        and all(table[i][w] not in ("", "NA") for w in words)]
                names, x = design(formula, [table[i] for i in kept])
                yield f"{name} {c['measure']} {formula}", names, [c["yi"][i] for i in kept], [c["vi"][i] for i in kept], x


def hard():
    year = [1948.0, 1949, 1960, 1977, 1973, 1953, 1973, 1980]
    y = [-0.9, -1.6, -1.3, -1.4, -0.2, -0.8, 0.1, 0.4]
    names = ["intercept", "x"]
    two = [[1.0, a] for a in year]
    yield "variances 1e14 apart", names, y, [1e-12, 1e2, 10.0, 5.0, 20.0, 1e-2, 3.0, 1e-11], two
    yield "all weight on two alike rows", names, y, [1e-9, 0.2, 0.3, 0.1, 1e-9, 0.4, 1e-9, 0.5], \
        [[1.0, a] for a in (1973, 1949, 1960, 1977, 1973, 1953, 1973, 1980)]
    yield "a group of one", ["intercept", "a", "b"], y, [0.1, 0.2, 0.3, 0.1, 0.2, 0.4, 0.1, 0.5], \
        [[1.0, float(i == 0), float(i > 4)] for i in range(8)]
    yield "a raw parabola of years", ["intercept", "x", "x^2"], y, [0.1, 0.2, 0.3, 0.1, 0.2, 0.4, 0.1, 0.5], [[1.0, a, a * a] for a in year]
    yield "effects shifted by 1e6", names, [1e6 + a for a in y], [0.1, 0.02, 0.3, 0.1, 0.2, 0.4, 0.1, 0.05], two


if __name__ == "__main__":
    found = []
    for c in list(hard()) + list(reference()):
        print(c[0], file=sys.stderr)
        found.append(case(*c))
    print(json.dumps(found))
