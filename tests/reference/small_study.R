# Values for tests of small-study effects beyond those of NAME.json: metafor 3.8 (Debian),
# and base R's lm and cor.test. From the project's folder:
#   Rscript tests/reference/small_study.R > tests/reference/small_study.json
# Reads tests/reference/NAME.json (yi, vi) and NAME.csv (counts, sizes).
suppressMessages({library(metafor); library(jsonlite)})
CTRL <- list(threshold = 1e-12, tol = 1e-14, maxiter = 100000, tau2.max = 1e6)
SETS <- c("bangertdrowns2004", "bcg", "hackshaw1998", "hart1999", "molloy2014", "nielweise2007", "normand1999", "pritz1997", "raudenbush1985", "yusuf1985")
num <- function(x) unname(as.numeric(x))
quiet <- function(expr) tryCatch(suppressWarnings(expr), error = function(e) NULL)
drop_null <- function(l) l[!vapply(l, is.null, logical(1))]
dir <- "tests/reference"

line <- function(y, x, w) {
  f <- lm(y ~ x, weights = w)
  s <- coef(summary(f))
  ci <- confint(f)
  list(k = sum(w > 0), intercept = num(s[1, 1:4]), slope = num(s[2, 1:4]), intercept_ci = num(ci[1, ]), slope_ci = num(ci[2, ]))
}

excess <- function(yi, vi, theta, tau2) {
  one <- function(test, alternative) {
    g <- quiet(tes(yi, vi, theta = theta, tau2 = tau2, test = test, tes.alternative = alternative, progbar = FALSE))
    if (is.null(g)) return(NULL)
    drop_null(list(p = num(g$pval), limit = if (alternative == "greater" && is.finite(g$theta.lim[1])) num(g$theta.lim[1])))
  }
  k <- length(yi)
  l <- list(chi2 = one("chi2", "greater"), chi2_two = one("chi2", "two.sided"), binom = one("binom", "greater"), binom_two = one("binom", "two.sided"))
  if (k <= 14) l$exact <- one("exact", "greater")
  if (k <= 14) l$exact_two <- one("exact", "two.sided")
  g <- tes(yi, vi, theta = theta, tau2 = tau2, test = "chi2", progbar = FALSE)
  c(list(theta = num(theta), tau2 = num(tau2), observed = g$O, expected = num(g$E), power = num(g$power)), drop_null(l))
}

univariate <- function(yi, vi) {
  e <- rma(yi, vi, method = "EE")
  r <- quiet(rma(yi, vi, method = "REML", control = CTRL))
  out <- list()
  h <- quiet(hc(e, control = list(tol = 1e-14, maxiter = 10000)))
  if (!is.null(h)) out$henmi_copas <- list(estimate = num(h$beta), se = num(h$se), tau2 = num(h$tau2), ci = num(c(h$ci.lb, h$ci.ub)))
  out$excess <- list(excess(yi, vi, coef(e), 0))
  if (!is.null(r)) out$excess[[2]] <- excess(yi, vi, coef(r), r$tau2)
  for (m in c("EE", "DL", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM")) for (t in c("z", "t", "knha", "adhoc")) for (x in c("sei", "vi")) {
    if (m %in% c("HE", "HS", "HSk", "SJ", "EB") && (t != "z" || x != "sei")) next
    p <- if (x == "sei") sqrt(vi) else vi
    g <- quiet(rma(yi, vi, mods = ~ p, method = m, test = t, control = CTRL))
    if (!is.null(g)) out$mixed[[length(out$mixed) + 1]] <- drop_null(list(model = tolower(m), test = t, predictor = x, estimate = num(g$beta), se = num(g$se), stat = num(g$zval), df = if (t == "z") NULL else num(g$ddf[1]), p = num(g$pval), lower = num(g$ci.lb), upper = num(g$ci.ub), tau2 = num(g$tau2)))
  }
  out$pet <- line(yi, sqrt(vi), 1 / vi)
  out$peese <- line(yi, vi, 1 / vi)
  for (m in c("EE", "DL", "SJ")) for (est in c("L0", "R0", "Q0")) for (side in c("left", "right")) {
    b <- rma(yi, vi, method = m, control = CTRL)
    g <- quiet(trimfill(b, estimator = est, side = side, maxiter = 100))
    out$trimfill[[length(out$trimfill) + 1]] <- if (is.null(g)) list(model = tolower(m), estimator = est, side = side) else {
      f <- rma(num(g$yi), num(g$vi), method = m, control = CTRL)
      drop_null(list(model = tolower(m), estimator = est, side = side, k0 = g$k0, se_k0 = num(g$se.k0), p = if (est == "R0") num(g$p.k0) else NULL, estimate = num(f$beta), tau2 = num(f$tau2)))
    }
  }
  for (alpha in c(.05, .01)) for (ty in c("Rosenthal", "Rosenberg")) out$failsafe[[length(out$failsafe) + 1]] <- list(type = tolower(ty), alpha = alpha, n = num(fsn(yi, vi, type = ty, alpha = alpha)$fsnum))
  for (w in c(FALSE, TRUE)) for (f in c(.1, .7)) {
    target <- f * if (w) num(coef(e)) else mean(yi)
    out$failsafe[[length(out$failsafe) + 1]] <- list(type = "orwin", weighted = w, target = target, n = num(fsn(yi, vi, type = "Orwin", target = target, weighted = w)$fsnum))
  }
  out
}

counts <- function(t) {
  t <- t[!is.na(t$events1), ]
  a <- as.numeric(t$events1); c <- as.numeric(t$events2); n1 <- as.numeric(t$n1); n2 <- as.numeric(t$n2); n <- n1 + n2; e <- a + c
  b <- n1 - a; d <- n2 - c
  ok <- e > 0 & e < n
  # Harbord et al. 2006: score and information for the log odds ratio; 2009: for the log risk ratio.
  z <- (a - n1 * e / n)[ok]; v <- (n1 * n2 * e * (n - e) / (n^2 * (n - 1)))[ok]
  zr <- ((a * n - n1 * e) / (n - e))[ok]; vr <- (n1 * n2 * e / (n * (n - e)))[ok]
  y <- num(escalc(measure = "OR", ai = a, n1i = n1, ci = c, n2i = n2)$yi)
  w <- (e * (n - e) / n)
  as <- asin(sqrt(a / n1)) - asin(sqrt(c / n2)); vas <- 1 / (4 * n1) + 1 / (4 * n2)
  ess <- 4 * n1 * n2 / n
  g <- rma(as, vas, mods = ~ sqrt(vas), method = "DL", test = "t")
  list(log_or = y, harbord_or = line(z / v, 1 / sqrt(v), v), harbord_rr = line(zr / vr, 1 / sqrt(vr), vr),
    peters = line(y, 1 / n, w), macaskill = line(y, n, w), ruecker = line(as, sqrt(vas), 1 / vas),
    ruecker_mixed = list(estimate = num(g$beta), se = num(g$se), tau2 = num(g$tau2), p = num(g$pval)),
    deeks = line(y, 1 / sqrt(ess), ess))
}

ranks <- function() {
  set.seed(20260725)
  lapply(1:60, function(i) {
    n <- c(3:12, 20, 35, 49, 50, 60)[(i - 1) %% 15 + 1]
    ties <- i %% 3 == 0
    x <- if (ties) sample(ceiling(n / 2), n, TRUE) else sample(n)
    y <- num(x * (i %% 5 - 2) / 2 + sample(n) * .7)
    y <- if (ties) round(y) else rank(y, ties.method = "first")
    if (length(unique(x)) < 2 || length(unique(y)) < 2) return(NULL)
    # log.p is not offered by cor.test, so the p of strong correlations is near 0.
    g <- suppressWarnings(cor.test(x, y, method = "kendall", exact = TRUE))
    list(x = x, y = y, tau = num(g$estimate), p = num(g$p.value))
  })
}

out <- list(oracle = paste("metafor", packageVersion("metafor"), "and", R.version.string), cases = list(), counts = list())
for (name in SETS) {
  doc <- fromJSON(file.path(dir, paste0(name, ".json")), simplifyVector = FALSE)
  for (case in doc$cases) {
    null <- vapply(case$yi, is.null, TRUE) | vapply(case$vi, is.null, TRUE)
    yi <- num(unlist(case$yi[!null])); vi <- num(unlist(case$vi[!null]))
    out$cases[[length(out$cases) + 1]] <- c(list(dataset = name, measure = case$measure), univariate(yi, vi))
    message(name, " ", case$measure)
  }
  t <- read.csv(file.path(dir, paste0(name, ".csv")))
  if (all(c("events1", "n1") %in% names(t))) out$counts[[name]] <- counts(t)
}
# A sixteen-trial example with ties and zero cells: magnesium after infarction.
d <- dat.egger2001
out$counts$egger2001 <- c(list(events1 = d$ai, n1 = d$n1i, events2 = d$ci, n2 = d$n2i), counts(data.frame(events1 = d$ai, n1 = d$n1i, events2 = d$ci, n2 = d$n2i)))
# Predictor sqrt(1/n1 + 1/n2), weights 1/vi.
t <- read.csv(file.path(dir, "normand1999.csv"))
x <- sqrt(1 / t$n1 + 1 / t$n2)
s <- escalc(measure = "SMD", n1i = t$n1, m1i = t$mean1, sd1i = t$sd1, n2i = t$n2, m2i = t$mean2, sd2i = t$sd2)
g <- rma(s$yi, s$vi, mods = ~ x, method = "REML", control = CTRL)
out$modified <- list(classical = line(num(s$yi), x, 1 / num(s$vi)), mixed = list(estimate = num(g$beta), se = num(g$se), p = num(g$pval), tau2 = num(g$tau2)))
out$kendall <- Filter(Negate(is.null), ranks())
cat(toJSON(out, auto_unbox = TRUE, digits = I(17), na = "null", null = "null"), "\n")
