# Times the sensitivity analyses of metafor under REML, each once, on FOLDER/K.csv (columns yi,
# vi); called by sensitivity.rs. Lines: analysis, seconds, sum of the estimates (of dfbetas for
# influence; 0 where it is random).
suppressMessages(library(metafor))
folder <- commandArgs(trailingOnly = TRUE)[1]
data <- function(k) read.csv(file.path(folder, paste0(k, ".csv")), colClasses = "numeric")
fit <- function(k) rma(yi, vi, data = data(k))
run <- function(name, work) {
  seconds <- system.time(total <- tryCatch(suppressWarnings(work()), error = function(e) NA))[["elapsed"]]
  cat(name, seconds, format(total, digits = 17), sep = ",")
  cat("\n")
}
big <- fit(200)
small <- fit(13)
run("leave-one-out 200", function() sum(leave1out(big)$estimate))
run("cumulative 200", function() sum(cumul(big)$estimate))
run("influence 200", function() sum(influence(big)$dfbs[[1]]))
run("gosh 13", function() { g <- gosh(small, progbar = FALSE); sum(g$res[, ncol(g$res)]) })
run("bootstrap 13 1000", function() {
  set.seed(1)
  d <- data(13)
  for (i in 1:1000) { s <- d[sample(13, replace = TRUE), ]; try(rma(yi, vi, data = s), silent = TRUE) }
  0
})
