# The answers of R to stratified tests, delayed entry and competing risks (README.md beside it).
# Rscript answers.R    run in this folder: writes data/<name>.csv and the five tables of answers
suppressMessages(library(survival))
options(digits = 17, warn = 1)
NO <- NA_real_

set <- function(name, time, status, group = "all", stratum = "all", entry = NO) {
  d <- data.frame(entry = entry, time = time, status = status, group = as.character(group),
                  stratum = as.character(stratum))
  for (n in c("entry", "time")) d[[n]] <- ifelse(is.na(d[[n]]), "", sprintf("%.17g", d[[n]]))
  write.csv(d, file.path("data", paste0(name, ".csv")), row.names = FALSE, na = "", quote = FALSE)
  read.csv(file.path("data", paste0(name, ".csv")), colClasses = c(group = "character", stratum = "character"))
}

m <- mgus2[1:160, ]
early <- with(m, ifelse(pstat == 1, ptime, futime))
kind <- with(m, ifelse(pstat == 1, 1, 2 * death))
band <- ifelse(m$age < 65, "under65", ifelse(m$age < 75, "65to74", "75up"))
g <- mgus[1:120, ]
colon_death <- subset(colon, etype == 2)[1:300, ]
sets <- list(
  mgus2 = set("mgus2", early, kind, m$sex, band),
  mgus2_age = set("mgus2_age", m$age * 12 + early, kind, m$sex, band, m$age * 12),
  mgus_age = set("mgus_age", round(g$age * 365.25) + g$futime, g$death, g$sex, "all", round(g$age * 365.25)),
  veteran = set("veteran", veteran$time, veteran$status, veteran$trt, veteran$celltype),
  colon = set("colon", colon_death$time, colon_death$status, colon_death$rx, colon_death$node4),
  kidney = set("kidney", kidney$time, kidney$status, kidney$sex, kidney$disease),
  # ties of two kinds of event and a censoring, three kinds, in two strata
  edge_ties = set("edge_ties", c(1, 1, 1, 2, 2, 3, 3, 3, 4, 5, 5, 6, 7, 7, 8, 9),
                  c(1, 2, 0, 1, 1, 3, 2, 0, 1, 2, 2, 0, 1, 3, 0, 1),
                  rep(c("a", "b"), 8), rep(c("x", "y", "y", "x"), 4)),
  # a stratum with one group, a stratum without an event
  edge_strata = set("edge_strata", c(2, 3, 5, 8, 1, 4, 6, 7, 9, 10, 11, 12),
                    c(1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0),
                    c("a", "b", "a", "b", "a", "a", "b", "b", "a", "b", "a", "b"),
                    c("x", "x", "x", "x", "only", "only", "x", "x", "none", "none", "none", "none")),
  # entry after the first events; everybody at risk has the event at 2 in group b, others enter later
  edge_entry = set("edge_entry", c(3, 5, 5, 6, 8, 9, 12, 1, 2, 6, 7, 9),
                   c(1, 0, 1, 2, 1, 1, 0, 1, 2, 1, 0, 2),
                   c(rep("a", 7), rep("b", 5)), rep(c("x", "y"), 6),
                   c(0, 0, 2, 3, 3, 5, 6, 0, 0, 4, 4, 5)),
  edge_censored = set("edge_censored", c(2, 4, 4, 7), c(0, 0, 0, 0), c("a", "b", "a", "b"), c("x", "x", "y", "y")),
  edge_one = set("edge_one", 4, 2),
  edge_near = set("edge_near", c(0.1 + 0.2, 0.3, 0.3, 0.5, 0.7, 0.9), c(1, 2, 0, 1, 2, 0),
                  c("a", "a", "b", "b", "a", "b"), "x", c(NO, 0.1, NO, 0.3, 0.3, NO))
)

late <- function(d) any(!is.na(d$entry))
begun <- function(d) ifelse(is.na(d$entry), 0, d$entry)
surv <- function(d, event = d$status > 0)
  if (late(d)) Surv(begun(d), d$time, event) else Surv(d$time, event)

curve_rows <- function(name, d) do.call(rbind, lapply(sort(unique(d$group)), function(k) {
  own <- d[d$group == k, ]
  one <- function(conf) survfit(surv(own) ~ 1, conf.type = conf)
  f <- one("log-log"); l <- one("log"); p <- one("plain")
  data.frame(dataset = name, group = k, time = f$time, n_risk = f$n.risk, n_event = f$n.event,
             n_censor = f$n.censor, surv = f$surv, se = f$std.err * f$surv, lower_loglog = f$lower,
             upper_loglog = f$upper, lower_log = l$lower, upper_log = l$upper, lower_plain = p$lower,
             upper_plain = p$upper)
}))

median_rows <- function(name, d) do.call(rbind, lapply(sort(unique(d$group)), function(k) {
  own <- d[d$group == k, ]
  t <- summary(survfit(surv(own) ~ 1, conf.type = "log-log"))$table
  data.frame(dataset = name, group = k, median = t[["median"]], lower = t[["0.95LCL"]], upper = t[["0.95UCL"]])
}))

incidence_rows <- function(name, d) {
  if (!any(d$status > 1)) return(NULL)
  do.call(rbind, lapply(sort(unique(d$group)), function(k) {
    own <- d[d$group == k, ]
    # a kind that the group has not: R drops it, its incidence is 0
    own$state <- factor(own$status, c(0, sort(unique(own$status[own$status > 0]))))
    own$id <- seq_len(nrow(own))
    one <- function(conf) survfit(surv(own, own$state) ~ 1, id = id, data = own, conf.type = conf)
    f <- one("log-log"); l <- one("log"); p <- one("plain")
    do.call(rbind, lapply(setdiff(f$states, "(s0)"), function(s) {
      j <- match(s, f$states)
      data.frame(dataset = name, group = k, kind = s, time = f$time, n_risk = f$n.risk[, 1],
                 n_event = f$n.event[, j], cif = f$pstate[, j], se = f$std.err[, j],
                 lower_loglog = f$lower[, j], upper_loglog = f$upper[, j],
                 lower_log = l$lower[, j], upper_log = l$upper[, j],
                 lower_plain = p$lower[, j], upper_plain = p$upper[, j])
    }))
  }))
}

logrank_rows <- function(name, d) {
  if (length(unique(d$group)) < 2 || !any(d$status > 0)) return(NULL)
  one <- function(kind, rho) {
    event <- if (kind == "any") d$status > 0 else d$status == as.numeric(kind)
    if (late(d)) {  # survdiff takes no entries: the score test of the exact partial likelihood is the same
      if (rho > 0) return(NULL)
      x <- coxph(surv(d, event) ~ group + strata(stratum), data = d, ties = "exact")
      chi <- x$score; df <- length(coef(x))
    } else {
      s <- survdiff(surv(d, event) ~ group + strata(stratum), data = d, rho = rho)
      chi <- s$chisq; df <- sum(rowSums(as.matrix(s$exp)) > 0) - 1
    }
    data.frame(dataset = name, kind = kind, rho = rho, chisq = chi, df = df, p = pchisq(chi, df, lower.tail = FALSE))
  }
  kinds <- c("any", if (any(d$status > 1)) as.character(sort(unique(d$status[d$status > 0]))))
  do.call(rbind, lapply(kinds, function(k) rbind(one(k, 0), one(k, 1))))
}

cox_rows <- function(name, d) {
  if (length(unique(d$group)) < 2 || !any(d$status > 0)) return(NULL)
  do.call(rbind, lapply(c("efron", "breslow"), function(ties) {
    x <- suppressWarnings(coxph(surv(d) ~ group + strata(stratum), data = d, ties = ties,
                                control = coxph.control(eps = 1e-15, toler.chol = 1e-20, iter.max = 100)))
    s <- summary(x)
    data.frame(dataset = name, ties = ties, group = sub("^group", "", names(coef(x))), coef = coef(x),
               se = sqrt(diag(vcov(x))), p = s$coefficients[, "Pr(>|z|)"], lower = s$conf.int[, "lower .95"],
               upper = s$conf.int[, "upper .95"], loglik_null = x$loglik[1], loglik = x$loglik[2],
               score = x$score, wald = x$wald.test)
  }))
}

write <- function(rows, file) {
  t <- do.call(rbind, Map(rows, names(sets), sets))
  n <- vapply(t, is.numeric, TRUE)
  t[n] <- lapply(t[n], function(x) ifelse(is.na(x), "", sprintf("%.17g", x)))
  write.csv(t, file, row.names = FALSE, quote = FALSE)
}
write(curve_rows, "curves.csv")
write(median_rows, "medians.csv")
write(incidence_rows, "incidence.csv")
write(logrank_rows, "logrank.csv")
write(cox_rows, "cox.csv")
cat(R.version.string, "survival", as.character(packageVersion("survival")), "\n")
