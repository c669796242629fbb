"""Small-study effects to 30 digits with mpmath, by explicit matrices:

- the interval of Henmi and Copas (2010): mean and variance of Q given r from the covariance
  matrix of the effects given the common-effect mean, the integral and the root by mpmath;
- trim-and-fill (R0) under REML where metafor's last digits do not reach;
- mixed regressions on the standard error by REML and ML.

Run from the project's folder: python3 tests/reference/small_study.py > tests/reference/small_study_precise.json
"""
import json
from mpmath import mp, mpf, matrix, quad, gammainc, npdf, sqrt, diag, erfinv

mp.dps = 30
SETS = ["bcg", "hart1999", "molloy2014", "nielweise2007", "normand1999", "pritz1997", "raudenbush1985"]


def root(f, lo, hi, resolution):
    """A root between lo, where f > 0, and hi, where f < 0, by the Illinois method."""
    a, b = f(lo), f(hi)
    assert a > 0 > b, (a, b)
    for _ in range(200):
        x = (lo * b - hi * a) / (b - a)
        y = f(x)
        if y > 0:
            lo, a, b = x, y, b / 2
        else:
            hi, b, a = x, y, a / 2
        if abs(y) < resolution or hi - lo < resolution * hi:
            return x
    raise ValueError("no root")


def trace(a):
    return sum(a[i, i] for i in range(a.rows))


def henmi_copas(y, v, level):
    k = len(y)
    w = [1 / x for x in v]
    s1 = sum(w)
    mean = sum(a * b for a, b in zip(w, y)) / s1
    q = sum(a * (b - mean) ** 2 for a, b in zip(w, y))
    p = matrix(k, k)
    for i in range(k):
        for j in range(k):
            p[i, j] = (w[i] if i == j else 0) - w[i] * w[j] / s1
    tau2 = max(mpf(0), (q - (k - 1)) / trace(p))
    sigma = diag([x + tau2 for x in v])
    a = matrix([x / s1 for x in w])
    var = (a.T * sigma * a)[0]
    c = sigma * a
    given = sigma - c * c.T / var
    pg = p * given
    e0, v0 = trace(pg), 2 * trace(pg * pg)
    # The mean of the effects given the common-effect mean at theta + r sd is r c / sd.
    m = c / sqrt(var)
    e2, v2 = (m.T * p * m)[0], 4 * (m.T * p * given * p * m)[0]
    w2 = sum(x * x for x in w) / s1
    sd = sqrt(1 + tau2 * w2)
    factor = s1 / w2 - 1

    def exceeds(u):
        lower = u / sd
        def integrand(r):
            e, vv = e0 + r * r * e2, v0 + r * r * v2
            limit = k - 1 + factor * ((r / lower) ** 2 - 1)
            return gammainc(e * e / vv, 0, limit * e / vv, regularized=True) * npdf(r)
        return 2 * quad(integrand, [lower, lower + mpf(1) / 4, lower + 1, lower + 3, lower + 12])

    alpha = 1 - mpf(level) / 100
    z = sqrt(mpf(2)) * erfinv(1 - alpha)
    mp.dps = 20
    u = root(lambda u: exceeds(u) - alpha, z * sd / 100, z * sd * (1 + mpf(10) ** -9), mpf(10) ** -16 * alpha)
    mp.dps = 30
    return {"estimate": mean, "tau2": tau2, "se": sqrt(var), "critical": u}


def sums(y, v, x, tau2):
    """Coefficients, residuals and P of a fit on columns x."""
    k, q = len(y), len(x)
    X = matrix(k, q)
    for j, column in enumerate(x):
        for i in range(k):
            X[i, j] = column[i]
    w = diag([1 / (a + tau2) for a in v])
    inner = (X.T * w * X) ** -1
    b = inner * (X.T * w * matrix(y))
    return b, inner, w - w * X * inner * X.T * w, w


def likelihood_root(y, v, x, restricted):
    def score(t):
        _, _, p, w = sums(y, v, x, t)
        py = p * matrix(y)
        return (py.T * py)[0] - (trace(p) if restricted else trace(w))
    if score(mpf(0)) <= 0:
        return mpf(0)
    hi = mpf(1) / 100
    while score(hi) > 0:
        hi *= 2
    return root(score, mpf(0), hi, mpf(10) ** -24)


def pooled(y, v):
    t = likelihood_root(y, v, [[1] * len(y)], True)
    b, inner, _, _ = sums(y, v, [[1] * len(y)], t)
    return b[0], sqrt(inner[0, 0]), t


def trim_r0(y, v, right):
    sign = -1 if right else 1
    order = sorted(range(len(y)), key=lambda i: sign * y[i])
    ys, vs = [sign * y[i] for i in order], [v[i] for i in order]
    k, k0 = len(y), 0
    while True:
        centre = pooled(ys[:k - k0], vs[:k - k0])[0]
        d = [a - centre for a in ys]
        ranks = {i: r + 1 for r, i in enumerate(sorted(range(k), key=lambda i: (abs(d[i]), i)))}
        new = max(0, k - max(ranks[i] for i in range(k) if d[i] < 0) - 1)
        if new == k0:
            break
        k0 = new
    b, se, t = pooled(ys + [2 * centre - a for a in ys[k - k0:]], vs + vs[k - k0:])
    return {"k0": k0, "estimate": sign * b, "se": se, "tau2": t}


def digits(x):
    return {key: mp.nstr(value, 20) if isinstance(value, mpf) else value for key, value in x.items()}


out = {"henmi_copas": [], "mixed": []}
for name in SETS:
    document = json.load(open(f"tests/reference/{name}.json"))
    for case in document["cases"]:
        if case["measure"] not in ("or", "rr", "irr", "irsd", "cor", "smd", "md", "plo", "pft", "generic", "rd"):
            continue
        y, v = zip(*((mpf(a), mpf(b)) for a, b in zip(case["yi"], case["vi"])))
        y, v = list(y), list(v)
        where = {"dataset": name, "measure": case["measure"]}
        levels = (90, 95, 99.9) if name == "bcg" else (95,)
        for level in levels:
            out["henmi_copas"].append({**where, "level": level, **digits(henmi_copas(y, v, level))})
        for restricted in (True, False):
            x = [[1] * len(y), [sqrt(a) for a in v]]
            t = likelihood_root(y, v, x, restricted)
            b, inner, _, _ = sums(y, v, x, t)
            fit = {"intercept": b[0], "slope": b[1], "slope_se": sqrt(inner[1, 1]), "tau2": t}
            out["mixed"].append({**where, "model": "reml" if restricted else "ml", **digits(fit)})
        if (name, case["measure"]) == ("nielweise2007", "rd"):
            out["trim_r0"] = digits(trim_r0(y, v, True)) | {"left": digits(trim_r0(y, v, False))}
# The set on which Fisher scoring fails.
y = [mpf(a) for a in "1.30 1.94 .70 .36 1.31 .46 1.24 .71 .35 .77".split()]
v = [mpf(a) for a in ".640 .421 .992 .058 .756 .634 .79 .596 .457 .935".split()]
out["henmi_copas"].append({"dataset": "scoring", "y": [float(a) for a in y], "v": [float(a) for a in v], "level": 95, **digits(henmi_copas(y, v, 95))})
print(json.dumps(out, indent=1))
