# Times rma() of metafor for each file FOLDER/K.csv (columns yi, vi); called by peers.rs.
# First line: the version. Then: estimator, k, seconds (the fastest of repetitions), tau2.
suppressMessages(library(metafor))
args <- commandArgs(trailingOnly = TRUE)
cat("metafor", as.character(packageVersion("metafor")), "\n")
for (k in args[-1]) {
  d <- read.csv(file.path(args[1], paste0(k, ".csv")), colClasses = "numeric")
  for (method in c("DL", "REML", "PM")) {
    fit <- NULL
    fastest <- Inf
    begin <- proc.time()[["elapsed"]]
    repeat {
      start <- Sys.time()
      fit <- tryCatch(suppressWarnings(rma(yi, vi, data = d, method = method)), error = function(e) NULL)
      fastest <- min(fastest, as.numeric(difftime(Sys.time(), start, units = "secs")))
      if (is.null(fit) || proc.time()[["elapsed"]] - begin > 0.2) break
    }
    if (!is.null(fit)) cat(tolower(method), k, fastest, format(fit$tau2, digits = 17), sep = ",", fill = FALSE)
    if (!is.null(fit)) cat("\n")
  }
}
