"""Writes dependent_precise.json: multilevel models of the two reference data sets, computed with
40 decimal digits from the definitions, with dense matrices.

    pip install mpmath
    python3 dependent_precise.py > dependent_precise.json

Independent of Weald and of metafor. Inputs are doubles at their exact value. The variances
solve both equations of the score tr(P K) = e'W K W e (REML) or tr(W K) = e'W K W e (ML);
robust errors follow the definitions of CR0 and CR2 (Tipton and Pustejovsky 2015) with the
whole k x k residual matrix, and Satterthwaite's df by the full double sum.
"""

import csv
import json
import os

from mpmath import cholesky, diag, eigsy, eye, findroot, log, matrix, mp, mpf, pi, sqrt

mp.dps = 40
HERE = os.path.dirname(os.path.abspath(__file__))


def read(name):
    with open(os.path.join(HERE, name + ".csv")) as f:
        rows = list(csv.DictReader(f))
    study = [r["study"] for r in rows]
    return [mpf(float(r["yi"])) for r in rows], [mpf(float(r["vi"])) for r in rows], study, [mpf(float(r["year"])) for r in rows]


class Model:
    def __init__(self, name, rho, year, restricted):
        self.y, self.v, study, years = read(name)
        self.k = len(self.y)
        self.groups = [[i for i in range(self.k) if study[i] == s] for s in dict.fromkeys(study)]
        self.x = [[mpf(1), t] if year else [mpf(1)] for t in years]
        self.p = 2 if year else 1
        self.rho, self.restricted = mpf(float(rho)), restricted

    def block(self, g, sb, sw):
        n = len(g)
        m = matrix(n, n)
        for a in range(n):
            for b in range(n):
                v = sqrt(self.v[g[a]] * self.v[g[b]])
                m[a, b] = sb + (v + sw if a == b else self.rho * v)
        return m

    def at(self, sb, sw):
        """Everything at given variances, study by study."""
        p = self.p
        blocks = [self.block(g, sb, sw) for g in self.groups]
        inverses = [b**-1 for b in blocks]
        xs = [matrix([self.x[i] for i in g]) for g in self.groups]
        ys = [matrix([self.y[i] for i in g]) for g in self.groups]
        xwx, xwy = matrix(p, p), matrix(p, 1)
        for w, x, y in zip(inverses, xs, ys):
            xwx += x.T * w * x
            xwy += x.T * w * y
        c = xwx**-1
        beta = c * xwy
        es = [y - x * beta for x, y in zip(xs, ys)]
        return blocks, inverses, xs, es, c, beta, xwx

    def score(self, sb, sw):
        blocks, inverses, xs, es, c, beta, xwx = self.at(sb, sw)
        out = []
        for within in (False, True):
            total = mpf(0)
            for w, x, e in zip(inverses, xs, es):
                n = w.rows
                kk = eye(n) if within else matrix([[1] * n] * n)
                wk = w * kk
                we = w * e
                total += (we.T * kk * we)[0] - sum(wk[i, i] for i in range(n))
                if self.restricted:
                    wx = w * x
                    m = c * (wx.T * kk * wx)
                    total += sum(m[i, i] for i in range(self.p))
            out.append(total)
        return out

    def solve(self, start):
        root = findroot(lambda a, b: self.score(a, b), start, tol=mpf(10) ** -60)
        return root[0], root[1]

    def log_likelihood(self, sb, sw):
        blocks, inverses, xs, es, c, beta, xwx = self.at(sb, sw)
        ll = mpf(0)
        for b, w, e in zip(blocks, inverses, es):
            l = cholesky(b)
            ll += 2 * sum(log(l[i, i]) for i in range(b.rows)) + (e.T * w * e)[0]
        n = self.k
        if self.restricted:
            n -= self.p
            xx = matrix(self.p, self.p)
            for x in xs:
                xx += x.T * x
            ll += log(mp.det(xwx)) - log(mp.det(xx))
        return -(ll + n * log(2 * pi)) / 2

    def robust(self, sb, sw, corrected):
        blocks, inverses, xs, es, c, beta, xwx = self.at(sb, sw)
        m, p = len(blocks), self.p
        gs = []
        for b, w, x in zip(blocks, inverses, xs):
            a = eye(b.rows)
            if corrected:
                d = cholesky(b).T
                values, vectors = eigsy(d * (b - x * c * x.T) * d.T)
                a = d.T * vectors * diag([1 / sqrt(v) for v in values]) * vectors.T * d
            gs.append(a * w * x * c)
        out = []
        for j in range(p):
            variance = sum(((g[:, j].T * e)[0]) ** 2 for g, e in zip(gs, es))
            ws = [x.T * g[:, j] for g, x in zip(gs, xs)]
            n = [[(gs[a][:, j].T * blocks[a] * gs[a][:, j])[0] * (a == b) - (ws[a].T * c * ws[b])[0] for b in range(m)] for a in range(m)]
            trace = sum(n[a][a] for a in range(m))
            out.append((sqrt(variance), trace**2 / sum(x**2 for row in n for x in row)))
        return out


def number(x):
    return float(mp.nstr(x, 25))


CASES = [
    ("konstantopoulos2011", 0, False, True, (0.065, 0.033)),
    ("konstantopoulos2011", 0, False, False, (0.058, 0.033)),
    ("konstantopoulos2011", 0, True, True, (0.072, 0.033)),
    ("assink2016", 0, False, True, (0.188, 0.112)),
    ("assink2016", 0, False, False, (0.175, 0.112)),
    ("assink2016", 0.4, False, True, (0.108, 0.138)),
    ("assink2016", 0.6, True, True, (0.075, 0.145)),
    ("assink2016", 0.8, False, False, (0.051, 0.174)),
]

out = []
for name, rho, year, restricted, start in CASES:
    model = Model(name, rho, year, restricted)
    sb, sw = model.solve(start)
    c, beta = model.at(sb, sw)[4:6]
    cr0, cr2 = model.robust(sb, sw, False), model.robust(sb, sw, True)
    out.append({
        "data": name, "rho": rho, "year": year, "model": "reml" if restricted else "ml",
        "sigma2": [number(sb), number(sw)], "ll": number(model.log_likelihood(sb, sw)),
        "coef": [number(b) for b in beta], "se": [number(sqrt(c[i, i])) for i in range(model.p)],
        "cr0": {"se": [number(s) for s, _ in cr0], "df": [number(d) for _, d in cr0]},
        "cr2": {"se": [number(s) for s, _ in cr2], "df": [number(d) for _, d in cr2]},
    })
print(json.dumps({"digits": mp.dps, "cases": out}, indent=1))
