# What each policy for zero cells gives: Rscript zero_cells.R > zero_cells.json, with metafor
# 3.8-1. zero_cells.csv has studies with a zero in either group, without events, and without
# anything but events. `add` and `drop00` take two values: for the effects of single studies, and
# for the pooled counts. The treatment-arm correction (Sweeting et al. 2004) is added by hand.
suppressMessages({library(metafor); library(jsonlite)})
d <- read.csv("zero_cells.csv")
measures <- c("OR", "RR", "RD", "IRR", "IRD")
policy <- function(zero, m) {
  ratio <- m %in% c("OR", "RR")
  switch(zero,
    "none" = list(add=c(0, 0), to=c("none", "none"), drop00=c(ratio, ratio)),
    "only-zero-studies" = list(add=c(.5, .5), to=c("only0", "only0"), drop00=c(FALSE, FALSE)),
    "all-studies" = list(add=c(.5, .5), to=c("all", "all"), drop00=c(FALSE, FALSE)),
    "drop-double-zero" = list(add=c(.5, 0), to=c("only0", "none"), drop00=c(TRUE, TRUE)),
    "tacc" = list(add=c(0, 0), to=c("none", "none"), drop00=c(ratio, ratio)))
}
# Both cells of group 1 get n1/N, of group 2 n2/N; of rates the counts, in proportion to times.
corrected <- function(d, m) {
  if (m %in% c("RD", "IRD")) return(d)
  rate <- m == "IRR"
  double <- (d$events1 == 0 & d$events2 == 0) | (!rate & d$events1 == d$n1 & d$events2 == d$n2)
  zero <- d$events1 == 0 | d$events2 == 0 | (!rate & (d$events1 == d$n1 | d$events2 == d$n2))
  if (!rate) zero <- zero & !double
  s1 <- if (rate) d$time1 else d$n1; s2 <- if (rate) d$time2 else d$n2
  a1 <- ifelse(zero, s1 / (s1 + s2), 0); a2 <- ifelse(zero, s2 / (s1 + s2), 0)
  d$events1 <- d$events1 + a1; d$events2 <- d$events2 + a2
  if (!rate) { d$n1 <- d$n1 + 2 * a1; d$n2 <- d$n2 + 2 * a2 }
  d
}
quiet <- function(f) suppressWarnings(tryCatch(f, error=function(e) NULL))
pick <- function(r, ...) if (is.null(r)) NULL else list(estimate=as.numeric(r$beta), se=r$se, p=r$pval, ...)
out <- list()
for (zero in c("none", "only-zero-studies", "all-studies", "drop-double-zero", "tacc")) for (m in measures) {
  p <- policy(zero, m)
  x <- if (zero == "tacc") corrected(d, m) else d
  rate <- m %in% c("IRR", "IRD")
  mh <- quiet(if (rate) rma.mh(x1i=events1, t1i=time1, x2i=events2, t2i=time2, data=x, measure=m, add=p$add, to=p$to, drop00=p$drop00)
    else rma.mh(ai=events1, n1i=n1, ci=events2, n2i=n2, data=x, measure=m, add=p$add, to=p$to, drop00=p$drop00))
  e <- if (rate) escalc(x1i=events1, t1i=time1, x2i=events2, t2i=time2, data=x, measure=m, add=p$add[1], to=p$to[1], drop00=p$drop00[1])
    else escalc(ai=events1, n1i=n1, ci=events2, n2i=n2, data=x, measure=m, add=p$add[1], to=p$to[1], drop00=p$drop00[1])
  # Where the policy is not the edition's own of a difference, a variance of 0 has no effect.
  ee <- quiet(rma(yi, vi, data=as.data.frame(e)[is.finite(e$yi) & is.finite(e$vi) & e$vi > 0, ], method="EE"))
  # Q of the effects of single studies under the difference measures rests on the edition's rule
  # where the policy names no correction (tacc): not compared.
  q <- if (zero == "tacc" && m != "OR" && m != "RR" && m != "IRR") NULL else mh$QE
  out[[length(out) + 1]] <- c(list(zero=zero, measure=tolower(m), model="mh"),
    pick(mh, q=if (zero %in% c("none", "drop-double-zero") && m %in% c("RD", "IRD")) NULL else q,
      cmh=if (m %in% c("OR", "IRR")) mh$MH, tarone=if (m == "OR") mh$TA))
  if (!(zero == "tacc" && m %in% c("RD", "IRD")))
    out[[length(out) + 1]] <- c(list(zero=zero, measure=tolower(m), model="common"), pick(ee, q=ee$QE))
  if (m == "OR") {
    peto <- quiet(rma.peto(ai=events1, n1i=n1, ci=events2, n2i=n2, data=x, add=p$add, to=p$to, drop00=p$drop00))
    out[[length(out) + 1]] <- c(list(zero=zero, measure="or", model="peto"), pick(peto))
  }
}
cat(toJSON(out, auto_unbox=TRUE, digits=I(17), null="null"))
