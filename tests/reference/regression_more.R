# Writes regression_more.json: bases, predictions, contrasts, variance inflation, permutation
# tests and two factors, with metafor (3.8 or later) and splines.
#
#     Rscript regression_more.R > regression_more.json
#
# Run in the folder of bcg.csv and bcg.json. Iterations are tightened, so that the digits are
# those of the estimator.
suppressMessages({library(metafor); library(splines); library(jsonlite)})
CTRL <- list(threshold=1e-13, tol=1e-14, maxiter=100000)
num <- function(x) unname(as.numeric(x))
d <- read.csv("bcg.csv")
rr <- Filter(function(c) c$measure == "rr", fromJSON("bcg.json", simplifyDataFrame=FALSE)$cases)[[1]]
d$yi <- unlist(rr$yi); d$vi <- unlist(rr$vi)
out <- list(oracle=paste("metafor", packageVersion("metafor"), R.version.string))

x <- c(44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33)
at <- c(5, 13, 20.5, 33, 41, 55, 60)
out$bases <- lapply(1:5, function(df) { b <- ns(x, df=df); list(df=df, rows=unclass(b)[,,drop=FALSE], at=at, beyond=predict(b, at)) })
out$bases <- lapply(out$bases, function(b) list(df=b$df, rows=apply(b$rows, 1, function(r) as.list(num(r))), at=at, beyond=apply(b$beyond, 1, function(r) as.list(num(r)))))
b <- ns(x, knots=c(20, 45), Boundary.knots=c(10, 50))
out$knots <- list(knots=c(20,45), boundary=c(10,50), rows=apply(unclass(b), 1, function(r) as.list(num(r))))
p <- poly(x, 3)
out$poly <- list(degree=3, rows=apply(unclass(p)[,], 1, function(r) as.list(num(r))), at=at, beyond=apply(predict(p, at), 1, function(r) as.list(num(r))))

f <- rma(yi, vi, mods=~ablat+alloc, data=d, method="REML", test="knha", control=CTRL)
q <- predict(f, newmods=rbind(c(0,0,0), c(33,1,0), c(55,0,1)))
L <- rbind(c(0,0,1,-1), c(1,30,0,0))
a <- anova(f, X=L)
out$questions <- list(formula="ablat + alloc", rows=list(c(1,0,0,0), c(1,33,1,0), c(1,55,0,1)), pred=num(q$pred), se=num(q$se),
  ci_lower=num(q$ci.lb), ci_upper=num(q$ci.ub), pi_lower=num(q$pi.lb), pi_upper=num(q$pi.ub),
  contrasts=list(c(0,0,1,-1), c(1,30,0,0)), c_est=num(a$Xb), c_se=num(a$se), c_stat=num(a$zval), c_p=num(a$pval), joint=num(a$QM), joint_p=num(a$QMp),
  alloc=local({ t <- anova(f, btt=3:4); list(qm=num(t$QM), p=num(t$QMp)) }), hat=num(hatvalues(f)), fitted=num(fitted(f)), vb=lapply(1:4, function(i) num(vcov(f)[i,])))
g <- rma(yi, vi, mods=~ablat+year, data=d, method="REML", control=CTRL)
R <- function(V) cov2cor(V)
gv <- function(V, own) { r <- cov2cor(V); rest <- setdiff(seq_len(nrow(r)), own); det(r[own,own,drop=FALSE])*det(r[rest,rest,drop=FALSE])/det(r) }
out$vif <- list(ablat_year=num(vapply(vif(g)$vif, function(z) z$vif, 0)), ablat=gv(vcov(f)[-1,-1], 1), alloc=gv(vcov(f)[-1,-1], 2:3))

perm <- function(f) { set.seed(1); s <- suppressMessages(permutest(f, exact=TRUE, progbar=FALSE)); list(p=num(s$pval), qm_p=num(s$QMp), n=s$X.iter) }
seven <- d[1:7,]
out$permutations <- list(
  c(list(design="intercept", k=13, model="reml", test="z"), perm(rma(yi, vi, data=d, method="REML", control=CTRL))),
  c(list(design="intercept", k=13, model="dl", test="knha"), perm(rma(yi, vi, data=d, method="DL", test="knha"))),
  c(list(design="ablat", k=7, model="reml", test="z"), perm(rma(yi, vi, mods=~ablat, data=seven, method="REML", control=list(threshold=1e-10, maxiter=10000)))),
  c(list(design="ablat", k=7, model="ee", test="z"), perm(rma(yi, vi, mods=~ablat, data=seven, method="EE"))),
  c(list(design="ablat + year", k=7, model="dl", test="knha"), perm(rma(yi, vi, mods=~ablat+year, data=seven, method="DL", test="knha"))),
  c(list(design="alloc", k=13, model="dl", test="z"), perm(rma(yi, vi, mods=~alloc, data=d, method="DL"))))

d$late <- ifelse(d$year >= 1960, "late", "early")
d$far <- ifelse(d$alloc == "random", "random", "other")
s <- rma(yi, vi, mods=~far+late, data=d, method="REML", control=CTRL)
i <- rma(yi, vi, mods=~far*late, data=d, method="REML", control=CTRL)
c4 <- rma(yi, vi, mods=~0+interaction(far, late), data=d, method="REML", control=CTRL)
out$two_factors <- list(far=d$far, late=d$late, far_qm=num(anova(s, btt=2)$QM), late_qm=num(anova(s, btt=3)$QM), interaction_qm=num(anova(i, btt=4)$QM),
  tau2=num(i$tau2), cells=sub(".", ", ", gsub("interaction\\(far, late\\)", "", rownames(c4$beta)), fixed=TRUE), means=num(c4$beta), se=num(c4$se))
cat(toJSON(out, auto_unbox=TRUE, digits=I(17), na="null", null="null"), "\n")
