# More values of leave-one-out, cumulative, influence, Baujat, BLUPs and GOSH than the data sets
# hold: other estimators and interval methods, and Mantel-Haenszel. With metafor (3.8 here, its
# iterations tightened); writes sensitivity.json beside this file:
#   Rscript tests/reference/sensitivity.R tests/reference
suppressMessages({library(metafor); library(metadat); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
pdf(NULL)
C <- list(threshold = 1e-13, tol = 1e-14, maxiter = 100000, tau2.max = 1e6)
num <- function(x) unname(as.numeric(x))
pick <- function(x, names) setNames(lapply(names, function(n) num(x[[n]])), names)
rows <- c("estimate", "se", "zval", "pval", "ci.lb", "ci.ub", "Q", "Qp", "tau2", "I2", "H2")
sets <- list(
  bcg = escalc(measure = "OR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg),
  raudenbush1985 = dat.raudenbush1985,
  normand1999 = escalc(measure = "SMD", n1i = n1i, m1i = m1i, sd1i = sd1i, n2i = n2i, m2i = m2i, sd2i = sd2i, data = dat.normand1999))
options <- list(c("REML", "knha"), c("REML", "adhoc"), c("DL", "z"), c("ML", "z"), c("PM", "knha"), c("SJ", "t"),
  c("HE", "adhoc"), c("EE", "z"))
one <- function(name) {
  d <- sets[[name]]
  y <- num(d$yi); v <- num(d$vi); k <- length(y)
  fits <- lapply(options, function(o) {
    f <- suppressWarnings(rma(y, v, method = o[1], test = o[2], control = C))
    out <- list(model = tolower(o[1]), test = o[2])
    l <- suppressWarnings(leave1out(f)); out$leave_one_out <- pick(l, intersect(rows, names(l)))
    u <- suppressWarnings(cumul(f, order = rev(seq_len(k)))); out$cumulative_reversed <- pick(u, intersect(rows, names(u)))
    i <- suppressWarnings(influence(f))
    out$influence <- list(rstudent = num(i$inf$rstudent), dffits = num(i$inf$dffits), cook_d = num(i$inf$cook.d),
      cov_r = num(i$inf$cov.r), tau2_del = num(i$inf$tau2.del), q_del = num(i$inf$QE.del), hat = num(i$inf$hat),
      weight = num(i$inf$weight), dfbetas = num(i$dfbs[[1]]), influential = as.logical(i$is.infl))
    b <- suppressWarnings(baujat(f)); out$baujat <- list(x = num(b$x), y = num(b$y))
    if (o[1] != "EE") {
      b <- blup(f); out$blup <- list(pred = num(b$pred), se = num(b$se), lower = num(b$pi.lb), upper = num(b$pi.ub))
      r <- ranef(f); out$ranef <- list(pred = num(r$pred), se = num(r$se), lower = num(r$pi.lb), upper = num(r$pi.ub))
    }
    out
  })
  m <- if (name == "raudenbush1985") 3 else min(k, 7)
  goshes <- lapply(c("REML", "DL", "PM", "EE"), function(method) {
    f <- rma(y[1:m], v[1:m], method = method, control = C)
    g <- suppressWarnings(gosh(f, progbar = FALSE))
    list(model = tolower(method), members = apply(as.matrix(g$incl), 1, function(x) sum(2^(which(x) - 1))),
      k = num(g$res$k), q = num(g$res$QE), i2 = num(g$res$I2), tau2 = num(g$res$tau2), estimate = num(g$res[, ncol(g$res)]))
  })
  groups <- (seq_len(k) - 1) %/% 3
  out3 <- lapply(unique(groups), function(g) { f <- rma(y[groups != g], v[groups != g], control = C); list(estimate = num(f$b), se = num(f$se), tau2 = num(f$tau2), q = num(f$QE)) })
  list(dataset = name, y = y, v = v, fits = fits, gosh = goshes, left_out_by_three = out3)
}
d <- dat.bcg
mh <- lapply(c("OR", "RR", "RD"), function(measure) {
  f <- rma.mh(ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d, measure = measure)
  keep <- c("estimate", "se", "zval", "pval", "ci.lb", "ci.ub", "Q", "Qp")
  list(measure = tolower(measure), leave_one_out = pick(leave1out(f), keep), cumulative_by_year = pick(cumul(f, order = d$year), keep), order = order(d$year) - 1)
})
f <- rma.peto(ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d)
peto <- list(measure = "peto", leave_one_out = pick(leave1out(f), c("estimate", "se", "zval", "pval", "ci.lb", "ci.ub", "Q", "Qp")))
out <- list(oracle = paste("metafor", packageVersion("metafor")), cases = lapply(names(sets), one),
  counts = list(events1 = d$tpos, n1 = d$tpos + d$tneg, events2 = d$cpos, n2 = d$cpos + d$cneg), mh = mh, peto = peto)
writeLines(toJSON(out, auto_unbox = TRUE, digits = I(17), na = "null", null = "null"), file.path(folder, "sensitivity.json"))
