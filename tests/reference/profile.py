"""Profile-likelihood intervals of tau2 to 20 digits, and the REML leave-one-out of a data set with
a flat likelihood, where metafor stops early; writes profile.json beside this file.

From the definition, with mpmath at 50 digits: ll(t) on a fine grid, its maximum by bisection of
the score, the ends of {t : 2 (ll_max - ll(t)) <= quantile} by bisection between grid points.
"""

import json
import pathlib

from mpmath import erfinv, log, mp, mpf, pi

mp.dps = 50
HERE = pathlib.Path(__file__).parent


def parts(y, v, t):
    w = [1 / (x + t) for x in v]
    s1 = sum(w)
    mu = sum(a * b for a, b in zip(w, y)) / s1
    return w, s1, mu


def ll(y, v, t, restricted):
    w, s1, mu = parts(y, v, t)
    k = len(y)
    q = sum(a * (b - mu) ** 2 for a, b in zip(w, y))
    logs = sum(log(x + t) for x in v)
    if restricted:
        return -((k - 1) * log(2 * pi) - log(k) + logs + log(s1) + q) / 2
    return -(k * log(2 * pi) + logs + q) / 2


def score(y, v, t, restricted):
    w, s1, mu = parts(y, v, t)
    ypp = sum(a * a * (b - mu) ** 2 for a, b in zip(w, y))
    n = s1 - sum(a * a for a in w) / s1 if restricted else s1
    return (ypp - n) / 2


def bisect(f, a, b):
    fa = f(a)
    while b - a > mpf(10) ** -40 * (abs(a) + abs(b)):
        m = (a + b) / 2
        if (f(m) > 0) == (fa > 0):
            a = m
        else:
            b = m
    return (a + b) / 2


def profile(y, v, restricted, level):
    y = [mpf(x) for x in y]
    v = [mpf(x) for x in v]
    critical = 2 * erfinv(mpf(level) / 100) ** 2
    low = min(v) / 1000
    grid = [mpf(0)] + [low * mpf("1.05") ** i for i in range(900)]
    scores = [score(y, v, t, restricted) for t in grid]
    candidates = [mpf(0)] if scores[0] <= 0 else []
    for a, b, sa, sb in zip(grid, grid[1:], scores, scores[1:]):
        if sa > 0 >= sb:
            candidates.append(bisect(lambda t: score(y, v, t, restricted), a, b))
    best = max(candidates, key=lambda t: ll(y, v, t, restricted))
    highest = ll(y, v, best, restricted)
    grid = sorted(set(grid + candidates))
    excess = lambda t: 2 * (highest - ll(y, v, t, restricted)) - critical
    inside = [excess(t) <= 0 for t in grid]
    ends = [mpf(0)] if inside[0] else []
    for a, b, ia, ib in zip(grid, grid[1:], inside, inside[1:]):
        if ia != ib:
            ends.append(bisect(excess, a, b))
    digits = lambda x: mp.nstr(x, 20)
    return {
        "restricted": restricted,
        "level": level,
        "tau2": digits(best),
        "log_likelihood": digits(highest),
        "pieces": [[digits(a), digits(b)] for a, b in zip(ends[::2], ends[1::2])],
    }


def left_out(dataset, measure):
    cases = json.loads((HERE / f"{dataset}.json").read_text())["cases"]
    case = next(c for c in cases if c["measure"] == measure)
    rows = []
    for i in range(len(case["yi"])):
        y = [mpf(x) for j, x in enumerate(case["yi"]) if j != i]
        v = [mpf(x) for j, x in enumerate(case["vi"]) if j != i]
        low = min(v) / 1000
        grid = [mpf(0)] + [low * mpf("1.05") ** j for j in range(500)]
        scores = [score(y, v, t, True) for t in grid]
        best = [mpf(0)] if scores[0] <= 0 else []
        for a, b, sa, sb in zip(grid, grid[1:], scores, scores[1:]):
            if sa > 0 >= sb:
                best.append(bisect(lambda t: score(y, v, t, True), a, b))
        tau2 = max(best, key=lambda t: ll(y, v, t, True))
        _, s1, mu = parts(y, v, tau2)
        digits = lambda x: mp.nstr(x, 20)
        rows.append({"tau2": digits(tau2), "estimate": digits(mu), "se": digits(1 / s1 ** mpf("0.5"))})
    return {"dataset": dataset, "measure": measure, "rows": rows}


def main():
    sets = []
    for name in ["bcg", "raudenbush1985", "normand1999", "pritz1997", "hackshaw1998"]:
        case = json.loads((HERE / f"{name}.json").read_text())["cases"][0]
        sets.append((f"{name} {case['measure']}", case["yi"], case["vi"], [95]))
    case = json.loads((HERE / "bcg.json").read_text())["cases"][1]
    sets.append((f"bcg {case['measure']}", case["yi"], case["vi"], [95]))
    for case in json.loads((HERE / "precise.json").read_text()):
        if case["name"].startswith(("Fisher", "two ")):
            # Where there are two maxima of nearly equal height, a low level gives two pieces.
            sets.append((case["name"], case["y"], case["v"], [5, 9, 12, 50, 95]))
    out = []
    for name, y, v, levels in sets:
        results = [profile(y, v, r, level) for r in (True, False) for level in levels]
        out.append({"name": name, "y": y, "v": v, "profiles": results})
    both = {"profiles": out, "leave_one_out": left_out("nielweise2007", "rd")}
    (HERE / "profile.json").write_text(json.dumps(both, indent=1) + "\n")


if __name__ == "__main__":
    main()
