# More values for dependent effects: Rscript dependent.R > dependent.json
# With Debian's metafor 3.8-1 and clubSandwich 0.5.8: multilevel fits with moderators, with given
# sampling covariances and as plain working models, robust errors with Satterthwaite df, HTZ
# tests, profile-likelihood intervals. Stopping rules tightened as in the other references.
suppressMessages({library(metafor); library(clubSandwich); library(jsonlite)})
num <- function(x) unname(as.numeric(x))
rmv <- function(...) {
  cl <- match.call(); cl[[1]] <- quote(rma.mv); pf <- parent.frame()
  for (ctl in list(list(rel.tol=1e-14,x.tol=1e-12), list(optimizer="optim",optmethod="BFGS",reltol=1e-15,maxit=10000), list(rel.tol=1e-10))) {
    cl$control <- ctl
    f <- tryCatch(suppressWarnings(eval(cl, pf)), error=function(e) NULL)
    if (!is.null(f)) return(f)
  }
  stop("no fit")
}
robust <- function(f, cl) {
  out <- list()
  for (ty in c("CR0","CR1","CR1p","CR2")) {
    V <- vcovCR(f, cluster=cl, type=ty)
    ct <- coef_test(f, vcov=V, test="Satterthwaite")
    out[[ty]] <- list(se=num(ct$SE), df=num(ct$df_Satt), p=num(ct$p_Satt))
    p <- length(coef(f))
    if (p > 1) {
      w <- Wald_test(f, constraints=constrain_zero(2:p), vcov=V, test="HTZ")
      out[[ty]]$htz <- list(f=num(w$Fstat), df=num(w$df_denom), p=num(w$p_val))
    }
  }
  out
}
fit <- function(f, cl) list(k=f$k, coef=num(coef(f)), se=num(f$se), stat=num(f$zval), ddf=num(f$ddf), p=num(f$pval),
  ci_lower=num(f$ci.lb), ci_upper=num(f$ci.ub), sigma2=num(f$sigma2), q=num(f$QE), q_p=num(f$QEp),
  qm=num(f$QM), qm_df=num(f$QMdf), qm_p=num(f$QMp), ll=num(f$fit.stats["ll", f$method]), x=unname(split(f$X, row(f$X))),
  robust=robust(f, cl))
cases <- list()
add <- function(...) cases[[length(cases)+1]] <<- list(...)

d <- dat.assink2016
d$cl <- paste0("s", d$study)
dk <- dat.konstantopoulos2011
for (m in c("REML","ML")) {
  f <- rmv(yi, vi, mods=~factor(deltype)+year, random=~1|cl/id, data=d, method=m, test="t")
  add(data="assink2016", model=tolower(m), rho=0, test="t", fit=fit(f, d$cl))
  f <- rmv(yi, vi, mods=~year, random=~1|district/school, data=dk, method=m, test="z")
  add(data="konstantopoulos2011", model=tolower(m), rho=0, test="z", fit=fit(f, dk$district))
}
for (rho in c(0.3, 0.8, -0.02)) {
  # (vcalc of metafor 3.8 takes no negative rho.)
  V <- rho * outer(sqrt(d$vi), sqrt(d$vi)) * outer(d$study, d$study, "==")
  diag(V) <- d$vi
  f <- rmv(yi, V, mods=~factor(deltype)+year, random=~1|cl/id, data=d, method="REML", test="t")
  add(data="assink2016", model="reml", rho=rho, test="t", fit=fit(f, d$cl))
  f <- rmv(yi, V, random=~1|cl/id, data=d, method="ML", test="z")
  add(data="assink2016", model="ml", rho=rho, test="z", fit=fit(f, d$cl))
}

# Plain working models, clustered by study: a pooled analysis and a regression.
plain <- list()
for (m in c("FE","REML","DL")) for (mods in list(~1, ~year, ~factor(deltype))) {
  f <- rma(yi, vi, mods=mods, data=d, method=m, control=list(threshold=1e-13, maxiter=10000))
  plain[[length(plain)+1]] <- list(data="assink2016", model=tolower(m), tau2=num(f$tau2), coef=num(coef(f)), x=unname(split(f$X, row(f$X))), robust=robust(f, d$cl))
}

# Given covariances of two outcomes in each of five trials (Berkey et al. 1998).
b <- dat.berkey1998
V <- vcalc(vi=1, cluster=author, rvars=c(v1i, v2i), data=b)
given <- list()
for (m in c("REML","ML")) for (mods in list(~1, ~outcome)) {
  f <- rmv(yi, V, mods=mods, random=~1|trial/outcome, data=b, method=m)
  given[[length(given)+1]] <- list(model=tolower(m), fit=fit(f, b$trial))
}

# Profile-likelihood intervals.
profiles <- list()
for (data in c("konstantopoulos2011","assink2016")) for (m in c("REML","ML")) {
  f <- if (data == "assink2016") rmv(yi, vi, random=~1|cl/id, data=d, method=m) else rmv(yi, vi, random=~1|district/school, data=dk, method=m)
  g <- lapply(1:2, function(i) { ci <- confint(f, sigma2=i, control=list(tol=1e-12), digits=15)$random; num(ci[1, c("ci.lb","ci.ub")]) })
  profiles[[length(profiles)+1]] <- list(data=data, model=tolower(m), between=g[[1]], within=g[[2]])
}
out <- list(oracle=paste("metafor", packageVersion("metafor"), "clubSandwich", packageVersion("clubSandwich")), cases=cases, plain=plain,
  berkey=list(study=num(b$trial), yi=num(b$yi), vi=num(b$vi), covariance=unname(split(V, row(V)))), given=given, profiles=profiles)
cat(toJSON(out, auto_unbox=TRUE, digits=I(17), na="null", null="null"))
