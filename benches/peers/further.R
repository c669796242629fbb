# Times what metafor does with a pooled result, under REML, each once, on FOLDER/K.csv (columns
# yi, vi, x) and FOLDER/levels-NAME.csv (study, yi, vi); called by further.rs.
# Lines: analysis, seconds of processor (which other work on the machine does not inflate), sum of the estimates (0 where it is random), share of the work timed.
# An analysis that refits a large set for every study is timed on an even part of its refits and
# scaled: the share says on how many.
suppressMessages(library(metafor))
folder <- commandArgs(trailingOnly = TRUE)[1]
data <- function(k) read.csv(file.path(folder, paste0(k, ".csv")), colClasses = "numeric")
levels <- function(name) {
  d <- read.csv(file.path(folder, paste0("levels-", name, ".csv")))
  d$id <- seq_len(nrow(d))
  d
}
run <- function(name, work, share = 1) {
  spent <- system.time(total <- tryCatch(suppressWarnings(work()), error = function(e) NA))
  seconds <- spent[["user.self"]] + spent[["sys.self"]]
  cat(name, seconds / share, if (share == 1) format(total, digits = 17) else "0", share, sep = ",")
  cat("\n")
}
big <- rma(yi, vi, data = data(200))
small <- rma(yi, vi, data = data(13))
large <- data(1000)
run("leave-one-out 200", function() sum(leave1out(big)$estimate))
run("leave-one-out 1000", function() for (i in seq(1, 1000, by = 100)) rma(yi, vi, data = large[-i, ]), 0.01)
run("cumulative 200", function() sum(cumul(big)$estimate))
run("cumulative 1000", function() for (i in seq(50, 1000, by = 50)) rma(yi, vi, data = large[1:i, ]), 0.02)
run("influence 200", function() sum(influence(big)$dfbs[[1]]))
run("gosh 13", function() { g <- gosh(small, progbar = FALSE); sum(g$res[, ncol(g$res)], na.rm = TRUE) })
run("bootstrap 13 10000", function() {
  set.seed(1)
  d <- data(13)
  for (i in 1:10000) { s <- d[sample(13, replace = TRUE), ]; try(rma(yi, vi, data = s), silent = TRUE) }
  0
})
run("permutation 13 10000", function() {
  set.seed(1)
  fit <- rma(yi, vi, mods = ~ x, data = data(13))
  permutest(fit, iter = 10000, progbar = FALSE)
  0
})
run("three-level 56", function() as.numeric(rma.mv(yi, vi, random = ~ 1 | study/id, data = levels("56"))$beta))
run("three-level 200x5", function() as.numeric(rma.mv(yi, vi, random = ~ 1 | study/id, data = levels("200x5"))$beta))
many <- lapply(0:9999, function(i) { n <- 3 + i %% 28; large[(i * 7) %% (1000 - n) + seq_len(n), ] })
run("pools 10000", function() {
  one <- function(d) tryCatch(as.numeric(rma(yi, vi, data = d, test = "knha")$beta), error = function(e) NA)
  sum(sapply(many, one), na.rm = TRUE)
})
