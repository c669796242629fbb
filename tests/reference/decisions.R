# Values for tests of the further small-study verbs, of decisions and of pre-post-control
# differences: metafor 3.8 (Debian) and base R. From the project's folder:
#   Rscript tests/reference/decisions.R > tests/reference/decisions.json
# Formulas are written out here from the papers, apart from the code they test.
suppressMessages({library(metafor); library(jsonlite)})
CTRL <- list(threshold = 1e-13, maxiter = 10000)
num <- function(x) unname(as.numeric(x))
dir <- "tests/reference"
out <- list(oracle = paste("metafor", packageVersion("metafor"), "and", R.version.string))

# Pooled results of the BCG trials, Wald and t.
b <- read.csv(file.path(dir, "bcg.csv"))
pooled <- function(measure, method = "REML", test = "knha") {
  s <- escalc(measure = measure, ai = b$events1, n1i = b$n1, ci = b$events2, n2i = b$n2)
  r <- rma(num(s$yi), num(s$vi), method = method, test = test, control = CTRL)
  list(r = r, y = num(s$yi), v = num(s$vi))
}
df <- function(r) r$k - 1

# Probabilities beyond a threshold: of the t distributions behind the two intervals.
beyond <- function(measure, threshold, log) {
  p <- pooled(measure); r <- p$r; h <- if (log) log(threshold) else threshold
  below <- function(scale) pt((h - num(r$beta)) / scale, df(r))
  list(measure = tolower(measure), threshold = threshold, effect_below = below(sqrt(r$se^2 + r$tau2)), mean_below = below(r$se))
}
out$probability <- list(beyond("RR", 0.8, TRUE), beyond("RR", 1, TRUE), beyond("OR", 0.5, TRUE), beyond("RD", -0.005, FALSE))

# Absolute effects, Cochrane Handbook 15.4.4 and Altman & Andersen 1999.
risk <- list(OR = function(y, p) plogis(qlogis(p) + y), RR = function(y, p) pmin(p * exp(y), 1), RD = function(y, p) pmax(p + y, 0), AS = function(y, p) sin(asin(sqrt(p)) + y)^2)
absolute <- function(measure, p) {
  r <- pooled(measure)$r
  f <- function(y) risk[[measure]](y, p)
  ends <- f(num(c(r$ci.lb, r$ci.ub)))
  list(measure = tolower(measure), risk = p, with = f(num(r$beta)), ci = ends, nnt = 1 / abs(f(num(r$beta)) - p), nnt_ci = 1 / abs(ends - p))
}
for (m in c("OR", "RR", "RD", "AS")) for (p in c(.05, .2)) out$absolute[[length(out$absolute) + 1]] <- absolute(m, p)
# A hazard ratio from three trials as printed.
hr <- data.frame(effect = c(.74, .91, .60), effect_lower = c(.55, .70, .38), effect_upper = c(1.00, 1.18, .95))
se <- (log(hr$effect_upper) - log(hr$effect_lower)) / (2 * qnorm(.975))
r <- rma(log(hr$effect), se^2, method = "EE")
f <- function(y) 1 - (1 - .3)^exp(y)
out$hazard <- list(estimate = num(r$beta), se = num(r$se), risk = .3, with = f(num(r$beta)), ci = f(num(c(r$ci.lb, r$ci.ub))))
# O - E and V: Peto's pooled ratio is sum(oe) / sum(v); by inverse variance the same.
oe <- c(-4.2, -1.5, -6.8); v <- c(13.1, 30.2, 9.7)
out$oe <- list(oe = oe, v = v, yi = oe / v, vi = 1 / v, peto = sum(oe) / sum(v), se = 1 / sqrt(sum(v)))

# A standardised mean difference as an odds ratio and a risk.
n <- read.csv(file.path(dir, "normand1999.csv"))
s <- escalc(measure = "SMD", n1i = n$n1, m1i = n$mean1, sd1i = n$sd1, n2i = n$n2, m2i = n$mean2, sd2i = n$sd2)
r <- rma(num(s$yi), num(s$vi), method = "REML", test = "knha", control = CTRL)
ends <- num(c(r$beta, r$ci.lb, r$ci.ub))
out$smd <- list(estimate = ends[1], ci = ends[2:3], odds_ratio = exp(ends * pi / sqrt(3)), units = ends * 7.5, mids = ends * 7.5 / 3,
  risk = .25, with_more = plogis(qlogis(.25) + ends * pi / sqrt(3)), with_less = plogis(qlogis(.25) - ends * pi / sqrt(3)))

# PET-PEESE and excess significance of the BCG trials; the core's own values stand in small_study.json.
p <- pooled("RR")
pet <- summary(lm(p$y ~ sqrt(p$v), weights = 1 / p$v))$coefficients
peese <- summary(lm(p$y ~ p$v, weights = 1 / p$v))$coefficients
out$pet_peese <- list(pet = num(pet[1, 1:4]), pet_slope = num(pet[2, 1:4]), peese = num(peese[1, 1:4]), one_sided_less = num(pt(pet[1, 3], nrow(b) - 2)))
t <- tes(p$r, progbar = FALSE)
out$excess <- list(theta = num(t$theta), tau2 = num(t$tau2), observed = t$O, expected = num(t$E), p = num(t$pval))

# Morris 2008: five studies of training (Table 5 has d_ppc2 .77, .80, 1.20, 1.05, .44), as given at
# metafor-project.org/doku.php/analyses:morris2008. Equations 8 to 10 and 25, the factor exact.
m <- data.frame(
  n1 = c(20, 50, 9, 10, 14), mean_pre1 = c(30.6, 23.5, .5, 53.4, 35.6), mean_post1 = c(38.5, 26.8, .7, 75.9, 36.0), sd_pre1 = c(15.0, 3.1, .1, 14.5, 4.7), sd_post1 = c(11.6, 4.1, .1, 4.4, 4.6),
  n2 = c(20, 42, 9, 11, 14), mean_pre2 = c(23.1, 24.9, .6, 55.7, 34.8), mean_post2 = c(19.7, 25.3, .6, 60.7, 33.4), sd_pre2 = c(13.8, 4.1, .2, 17.3, 3.1), sd_post2 = c(14.8, 3.3, .2, 17.9, 6.9),
  r = c(.47, .64, .77, .89, .44))
ppc <- function(m, cp) {
  df <- m$n1 + m$n2 - 2
  sd <- sqrt(((m$n1 - 1) * m$sd_pre1^2 + (m$n2 - 1) * m$sd_pre2^2) / df)
  d <- cp(df) * ((m$mean_post1 - m$mean_pre1) - (m$mean_post2 - m$mean_pre2)) / sd
  h <- (m$n1 + m$n2) / (m$n1 * m$n2)
  list(yi = d, vi = 2 * cp(df)^2 * (1 - m$r) * h * (df / (df - 2)) * (1 + d^2 / (2 * (1 - m$r) * h)) - d^2)
}
exact <- function(m) exp(lgamma(m / 2) - log(sqrt(m / 2)) - lgamma((m - 1) / 2))
e <- ppc(m, exact); a <- ppc(m, function(m) 1 - 3 / (4 * m - 1))
r <- rma(e$yi, e$vi, method = "REML", control = CTRL)
out$morris <- list(data = m, yi = e$yi, vi = e$vi, yi_approximate = a$yi, vi_approximate = a$vi, pooled = num(r$beta), se = num(r$se), tau2 = num(r$tau2))
# What eq. 25 estimates: the variance over simulated trials with n 20 and 20, r = .6, effect .5.
set.seed(2008)
sim <- replicate(100000, {
  g <- function(shift) { pre <- rnorm(20); post <- .6 * pre + .8 * rnorm(20) + shift; c(mean(post) - mean(pre), var(pre)) }
  t <- g(.5); c <- g(0)
  exact(38) * (t[1] - c[1]) / sqrt((t[2] + c[2]) / 2)
})
h <- 40 / 400
out$morris$simulated <- list(variance = var(sim), mean = mean(sim), formula = 2 * exact(38)^2 * .4 * h * 38 / 36 * (1 + .25 / (2 * .4 * h)) - .25)
cat(toJSON(out, auto_unbox = TRUE, digits = I(17), na = "null", null = "null"), "\n")
