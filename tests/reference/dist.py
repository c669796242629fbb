"""Writes dist.json: values of the distributions at 60 digits, rounded to double.

python3 tests/reference/dist.py > tests/reference/dist.json      (needs mpmath)
Each row: [function, [arguments], value]. Arguments are taken as exact doubles.
"""
import json, sys
from mpmath import mp, mpf, erfc, exp, sqrt, pi, gammainc, findroot, gamma, loggamma as lgamma, log
mp.dps = 60
rows = []

def put(name, args, value):
    v = float(value)
    if v != 0 and abs(v) < 1e-300: return
    rows.append([name, args, v])

ncdf = lambda z: erfc(-mpf(z) / sqrt(mpf(2))) / 2
npdf = lambda z: exp(-mpf(z) ** 2 / 2) / sqrt(2 * pi)

def bracket(f, lo, hi):
    """Root of a monotone f by bisection, then secant."""
    lo, hi = mpf(lo), mpf(hi)
    flo = f(lo)
    for _ in range(20):
        mid = (lo + hi) / 2
        fm = f(mid)
        if (fm > 0) == (flo > 0): lo, flo = mid, fm
        else: hi = mid
    return findroot(f, (lo, hi), solver='secant', tol=mpf(10) ** -80, verify=False)

def beta_tails(a, b, x, y):
    a, b = mpf(a), mpf(b)
    def one(a, b, x, y):  # continued fraction of Abramowitz & Stegun 26.5.8, modified Lentz
        c, d = mpf(1), 1 / (1 - (a + b) * x / (a + 1)); h = d
        for m in range(1, 200000):
            for e in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):
                d = 1 / (1 + e * d); c = 1 + e / c; h *= c * d
            if abs(c * d - 1) < mpf(10) ** -35: break
        return exp(a * log(x) + b * log(y) - log(a) - (lgamma(a) + lgamma(b) - lgamma(a + b))) * h
    if x <= (a + 1) / (a + b + 2): lo = one(a, b, x, y); return lo, 1 - lo
    up = one(b, a, y, x); return 1 - up, up

def t_outer(t, df):
    t2 = mpf(t) ** 2; df = mpf(df)
    return beta_tails(mpf(1) / 2, df / 2, t2 / (df + t2), df / (df + t2))[1]

def chi_tails(x, df):
    a, h = mpf(df) / 2, mpf(x) / 2
    if h < a + 1:
        lo = h ** a * exp(-h) / gamma(a + 1) * mp.hyp1f1(1, a + 1, h); return lo, 1 - lo
    up = gammainc(a, h, regularized=True); return 1 - up, up

def f_tails(x, d1, d2):
    o = mpf(x) * mpf(d1) / mpf(d2)
    return beta_tails(mpf(d1) / 2, mpf(d2) / 2, o / (1 + o), 1 / (1 + o))

Z = [0.0, 1e-8, 0.001, 0.1, 0.5, 0.6744897501960817, 1.0, 1.2815515655446004, 1.6448536269514722, 1.959963984540054, 2.5758293035489004, 3.0, 4.5, 6.0, 8.0, 10.0, 15.0, 20.0, 30.0, 36.5]
for z in Z:
    for s in ([z, -z] if z else [z]):
        put('norm_pdf', [s], npdf(s)); put('norm_cdf', [s], ncdf(s)); put('norm_sf', [s], ncdf(-s))
    put('two_sided_norm', [z], 2 * ncdf(-z))
P = [1e-290, 1e-100, 1e-30, 1e-12, 1e-8, 1e-5, 0.0005, 0.005, 0.025, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.49, 0.499999, 0.500001, 0.51, 0.6, 0.75, 0.8, 0.9, 0.95, 0.975, 0.995, 0.9995, 0.99999, 1 - 2.0 ** -40]
for p in P:
    z = findroot(lambda z: log(ncdf(z) / mpf(p)), (mpf(-1) if p < .5 else mpf(1)) * sqrt(2 * abs(log(min(mpf(p), 1 - mpf(p))))) * mpf('.9') if min(p, 1 - p) < .2 else (mpf(p) - mpf('.5')) * 2, tol=mpf(10) ** -80, verify=False)
    put('norm_quantile', [p], z); put('norm_isf', [p], -z)

DF = [0.5, 1, 1.7, 2, 3, 4.25, 5, 8, 9.86, 12, 30, 47.3, 100, 343, 1000, 1e4, 123456.7, 1e6, 1e8]
T = [1e-8, 1e-3, 0.1, 0.5, 0.9, 1.0, 1.1, 1.5, 1.96, 2.5, 4.0, 7.0, 12.0, 25.0, 37.0, 1e3, 1e10]
for df in DF:
    for t in T:
        if t > 36 and df > 1e4: continue
        o = t_outer(t, df)
        put('two_sided_t', [t, df], o); put('t_sf', [t, df], o / 2); put('t_cdf', [t, df], 1 - o / 2); put('t_cdf', [-t, df], o / 2)
    for p in [1e-100, 1e-12, 1e-6, 0.0005, 0.005, 0.025, 0.05, 0.1, 0.24, 0.26, 0.4, 0.49, 0.499999, 0.5000001, 0.6, 0.76, 0.9, 0.975, 0.999, 0.9999999]:
        if p < 1e-50 and (df < 3 or df > 1e4): continue
        q = mpf(p) if p < .5 else 1 - mpf(p)
        t = exp(bracket(lambda s: log(t_outer(exp(s), df) / (2 * q)), -20, 200 if df > 1 else 60))
        put('t_quantile', [p, df], -t if p < .5 else t)

for df in [0.5, 1, 1.5, 2, 3, 4, 5, 8, 12, 19, 47, 99, 250.5, 1000, 10000, 1e5, 1e6]:
    sd = (2 * df) ** .5
    for x in sorted({1e-6, 0.01, 0.1, 0.5, 1.0, 2.5, 3.841458820694124, 6.0, 12.5, 30.0, 80.0, 163.2, 700.0, 1370.0} | {max(0.2, round(df + k * sd, 3)) for k in (-6, -3, -1, -.1, 0, .1, 1, 3, 6, 12, 25)}):
        if x < df / 50 and df > 300: continue
        lo, up = chi_tails(x, df)
        put('chi2_cdf', [x, df], lo); put('chi2_sf', [x, df], up)
    for p in [1e-100, 1e-12, 1e-5, 0.001, 0.005, 0.025, 0.05, 0.25, 0.4, 0.5, 0.6, 0.75, 0.95, 0.975, 0.995, 0.9999999]:
        if p < 1e-50 and df < 3: continue
        if p <= .5: f = lambda s: log(chi_tails(exp(s), df)[0] / mpf(p))
        else: f = lambda s: log(chi_tails(exp(s), df)[1] / (1 - mpf(p)))
        c = mp.log(df); w = 12 / df ** .5
        lo = (log(mpf(p)) + lgamma(mpf(df) / 2 + 1)) / (mpf(df) / 2) + log(mpf(2)) - 1 if df < 100 else c - min(3 + w, 20 * w)
        put('chi2_quantile', [p, df], exp(bracket(f, lo, c + (3 + w if df < 100 else 5 * w))))
    for q in [1e-250, 1e-20]:
        c = mp.log(df)
        put('chi2_isf', [q, df], exp(bracket(lambda s: log(chi_tails(exp(s), df)[1] / mpf(q)), c, c + 9 if df < 1000 else c + 60 / df ** .5)))

for d1 in [1, 2, 3, 5, 12, 40]:
    for d2 in [0.7, 1, 2, 4.3, 10, 55, 300, 1e4, 1e6]:
        for x in [1e-6, 0.01, 0.3, 0.9662, 1.0, 1.5, 2.706, 4.0, 8.0, 16.3, 60.0, 400.0, 1e6]:
            put('f_sf', [x, d1, d2], f_tails(x, d1, d2)[1])
        for p in [1e-12, 0.025, 0.3, 0.5, 0.9, 0.95, 0.999]:
            if p <= .5: f = lambda s: log(f_tails(exp(s), d1, d2)[0] / mpf(p))
            else: f = lambda s: log(f_tails(exp(s), d1, d2)[1] / (1 - mpf(p)))
            put('f_quantile', [p, d1, d2], exp(bracket(f, -60, 25)))

for a in [0.5, 1, 1.5, 2, 4, 10.5, 60, 1000]:
    for b in [0.5, 1, 2.5, 7, 33, 1000]:
        for x in [1e-9, 0.001, 0.0625, 0.25, 0.5, 0.625, 0.875, 0.96875]:
            put('beta_cdf', [x, a, b], beta_tails(a, b, mpf(x), 1 - mpf(x))[0])
        for p in [1e-10, 0.005, 0.025, 0.5, 0.7, 0.975, 0.9995]:
            g = lambda s: beta_tails(a, b, 1 / (1 + exp(-s)), 1 / (1 + exp(s)))
            if p <= .5: f = lambda s: log(g(s)[0] / mpf(p))
            else: f = lambda s: log(g(s)[1] / (1 - mpf(p)))
            s = bracket(f, -90, 90)
            put('beta_quantile', [p, a, b], 1 / (1 + exp(-s)))

for m in [1.5, 2, 3, 4.7, 5, 10, 18, 27, 98, 343, 1000, 12345, 1e6, 1e9]:
    m_ = mpf(m)
    put('hedges_j', [m], exp(lgamma(m_ / 2) - log(m_ / 2) / 2 - lgamma((m_ - 1) / 2)))

sys.stdout.write('[\n' + ',\n'.join(json.dumps(r) for r in rows) + '\n]\n')
