# Multi-arm trials: sampling covariances through a shared arm, and the multilevel fits they give.
# Rscript arms.R > arms.json (metafor 3.8-1, clubSandwich 0.5.8)
suppressMessages({library(metafor); library(clubSandwich); library(jsonlite)})
arms <- data.frame(
  trial = c("A","A","A","B","B","C","C","C","D","D","E","E","E","F","F","G","G"),
  arm   = c("low","high","none","low","none","low","high","none","high","none","low","high","none","low","none","high","none"),
  n     = c(40,42,38,60,61,33,30,35,80,78,52,49,51,25,26,70,72),
  mean  = c(12.1,13.4,10.2,11.0,10.1,16.2,18.4,11.8,11.2,10.9,8.2,9.4,9.1,13.0,10.5,12.2,11.6),
  sd    = c(4.1,4.6,3.9,5.0,4.7,4.4,4.9,4.2,3.8,4.0,5.1,4.8,4.9,4.3,4.6,4.4,4.5),
  x     = c(6,4,18,20,28,4,2,14,22,30,24,21,16,7,11,24,26))
# Comparisons: every treated arm with none; in trial C high with low, so that low stands on both sides.
cmp <- data.frame(trial=c("A","A","B","C","C","D","E","E","F","G"),
                  arm1 =c("low","high","low","low","high","high","low","high","low","high"),
                  arm2 =c("none","none","none","none","low","none","none","none","none","none"))
pick <- function(a, v) arms[[v]][match(paste(cmp$trial, a), paste(arms$trial, arms$arm))]
for (v in c("n","mean","sd","x")) { cmp[[paste0(v,1)]] <- pick(cmp$arm1, v); cmp[[paste0(v,2)]] <- pick(cmp$arm2, v) }
vmat <- function(vi, part) {
  # part(i, j, shared): covariance through the shared arm where it stands on the same side
  k <- nrow(cmp); V <- diag(vi)
  for (i in 1:k) for (j in 1:k) if (i != j && cmp$trial[i] == cmp$trial[j]) {
    for (a in 1:2) for (b in 1:2) if (cmp[[paste0("arm",a)]][i] == cmp[[paste0("arm",b)]][j])
      V[i, j] <- part(i, j, a, b)
  }
  V
}
num <- function(v, i, side) cmp[[paste0(v, side)]][i]
sgn <- function(a, b) if (a == b) 1 else -1
fit <- function(yi, V) {
  # vcovCR looks for the data where the call was made.
  d <<- data.frame(yi=as.numeric(yi), cl=match(cmp$trial, unique(cmp$trial)), row=seq_along(yi)); V <<- V
  f <- NULL
  for (c in list(list(rel.tol=1e-12), list(optimizer="optim", optmethod="BFGS", reltol=1e-15, maxit=10000), list(rel.tol=1e-10), list())) if (is.null(f))
    f <- tryCatch(suppressWarnings(rma.mv(yi, V, mods=~1, random=~1|cl/row, data=d, method="REML", control=c)), error=function(e) NULL)
  r <- coef_test(f, vcov=vcovCR(f, cluster=d$cl, type="CR2"), test="Satterthwaite")
  list(yi=as.numeric(yi), vi=diag(V), coef=as.numeric(coef(f)), se=f$se, sigma2=f$sigma2, q=f$QE, ll=as.numeric(logLik(f)),
       robust=list(se=r$SE, df=if (is.null(r$df_Satt)) r$df else r$df_Satt),
       covariance=list(A=V[1,2], C=V[4,5], E=V[7,8]))
}
md  <- escalc("MD",  m1i=mean1, m2i=mean2, sd1i=sd1, sd2i=sd2, n1i=n1, n2i=n2, data=cmp)
smd <- escalc("SMD", m1i=mean1, m2i=mean2, sd1i=sd1, sd2i=sd2, n1i=n1, n2i=n2, data=cmp)
or  <- escalc("OR",  ai=x1, ci=x2, n1i=n1, n2i=n2, data=cmp)
rr  <- escalc("RR",  ai=x1, ci=x2, n1i=n1, n2i=n2, data=cmp)
out <- list(
  md  = fit(md$yi,  vmat(md$vi,  function(i,j,a,b) sgn(a,b) * num("sd",i,a)^2 / num("n",i,a))),
  smd = fit(smd$yi, vmat(smd$vi, function(i,j,a,b) {
          n <- num("n",i,a)
          sgn(a,b) / n + smd$yi[i] * smd$yi[j] * n / (2 * (cmp$n1[i]+cmp$n2[i]) * (cmp$n1[j]+cmp$n2[j])) })),
  or  = fit(or$yi,  vmat(or$vi,  function(i,j,a,b) sgn(a,b) * (1/num("x",i,a) + 1/(num("n",i,a)-num("x",i,a))))),
  rr  = fit(rr$yi,  vmat(rr$vi,  function(i,j,a,b) sgn(a,b) * (1/num("x",i,a) - 1/num("n",i,a)))),
  # Of effects without the arms' own numbers, by sizes: metafor's vcalc.
  generic = fit(md$yi, vcalc(md$vi, cluster=trial, grp1=arm1, grp2=arm2, w1=n1, w2=n2, data=cmp)))
cat(toJSON(c(list(comparisons=cmp), out), auto_unbox=TRUE, digits=I(17)))
