"""Survival: every number of R survival 3.5-3 on ten data sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl

from pkpipe.protocol.survival_options import Conf
from pkpipe.qualify.answers import ANSWERS, answers_of
from pkpipe.qualify.compared_answers import Requirement, numbers, pairs
from pkpipe.statistics import clopper_pearson, wilson
from pkpipe.survival.comparisons.concordance import concordance
from pkpipe.survival.comparisons.cox import Cox, cox
from pkpipe.survival.comparisons.log_rank import logrank, risk_sets
from pkpipe.survival.curves.km import CONFS, curves, reversed_events
from pkpipe.survival.curves.observations import left_out, observations
from pkpipe.survival.curves.quantiles import medians, quartiles
from pkpipe.survival.curves.readings import landmarks, restricted_means

C: Final = pl.col
AREA: Final = "survival"
FOLDER: Final = ANSWERS / "survival"
R: Final = "R 4.2.2, survival 3.5-3"
TIGHT, LOOSE = 1e-9, 1e-7
KEY: Final = ("dataset", "group")
Curves = Mapping[Conf, pl.DataFrame]
NEAR: Final = "relative 1e-9, absolute below 1; counts equal"
WIDE: Final = "relative 1e-7, absolute below 1; counts equal"


def _asked(place: int, words: str, tolerance: str = NEAR, source: str = R) -> Requirement:
    return Requirement(f"OQ-SURV-{place}", AREA, words, source, tolerance)


CURVE: Final = _asked(1, "Every point of every Kaplan-Meier curve, with its limits, is R's")
SUMMARY: Final = _asked(2, "Medians, quartiles and their limits are R's")
LANDMARK: Final = _asked(3, "Survival at landmark times is R's")
MEAN: Final = _asked(4, "Restricted mean survival times are R's")
FOLLOW_UP: Final = _asked(5, "Follow-up by reverse Kaplan-Meier is R's")
LOGRANK: Final = _asked(6, "Log-rank tests are R's", WIDE)
COX: Final = _asked(7, "Cox models, with Efron's and Breslow's ties, are R's", WIDE)
SHARE: Final = _asked(
    8, "Exact (Clopper-Pearson) and score (Wilson) intervals of a share are R's", NEAR, "R 4.2.2"
)


def checks() -> Iterator[pl.DataFrame]:
    """Every check of the survival statistics."""
    everyone = subjects(FOLDER)
    curve = {conf: curves(everyone, "time", "event", list(KEY), conf) for conf in CONFS}
    yield from _curves(curve)
    yield from _summaries(everyone, curve)
    yield from _landmarks(curve)
    yield _means(curve["log-log"])
    yield from _follow_up(everyone)
    yield from _logrank(everyone)
    yield from _cox(everyone)
    yield _shares()


def _wanted(name: str) -> pl.DataFrame:
    return answers_of(FOLDER, f"{name}.csv")


def subjects(folder: Path) -> pl.DataFrame:
    """Every data set twice: by its groups and as group ALL."""
    frames = []
    for name in answers_of(folder, "datasets.csv")["dataset"]:
        one = pl.read_csv(folder / "data" / f"{name}.csv", infer_schema=False)
        one = one.select(
            dataset=pl.lit(name),
            group="group",
            time=C("time").cast(pl.Float64),
            event=C("event").cast(pl.Int64),
        )
        frames += [one, one.with_columns(group=pl.lit("ALL"))]
    return pl.concat(frames)


def beside(
    of: Requirement,
    want: pl.DataFrame,
    got: pl.DataFrame,
    names: Mapping[str, str],
    tolerance: float = TIGHT,
    about: tuple[tuple[str, ...], str] = (KEY, ""),
) -> pl.DataFrame:
    """Checks of every named number of every wanted row (theirs to ours); about: the keys, and a word."""
    keys = list(about[0])
    mine = got.select(
        *keys, *(C(n).cast(pl.Float64).alias(f"{n} (got)") for n in set(names.values()))
    )
    both = want.join(mine, on=keys, how="left", maintain_order="left")
    item = pl.concat_str(*keys, separator=" ")
    parts = [
        both.select(
            item=pl.concat_str(item, pl.lit(f" {theirs} {about[1]}".rstrip())),
            expected=C(theirs).cast(pl.Float64),
            got=f"{ours} (got)",
        )
        for theirs, ours in names.items()
    ]
    return numbers(of, pl.concat(parts), tolerance, least=1.0)


def _curves(curve: Curves) -> Iterator[pl.DataFrame]:
    want = _wanted("km_curve").with_columns(C("time").cast(pl.Float64))
    on = (*KEY, "time")
    named = {"n_risk": "NRISK", "n_event": "NEVENT", "n_censor": "NCENSOR"}
    of_curve = curve["log-log"].rename({"TIME": "time"})
    yield beside(CURVE, want, of_curve, named, 0, (on, ""))
    yield beside(CURVE, want, of_curve, {"surv": "SURV", "std_err": "SE"}, about=(on, ""))
    for conf in CONFS:
        short = conf.replace("-", "")
        limits = {f"lower_{short}": "LOWER", f"upper_{short}": "UPPER"}
        yield beside(CURVE, want, curve[conf].rename({"TIME": "time"}), limits, about=(on, ""))


def _summaries(everyone: pl.DataFrame, curve: Curves) -> Iterator[pl.DataFrame]:
    want = _wanted("km_summary")
    once = want.unique(list(KEY), maintain_order=True)
    keys = list(KEY)
    counts = left_out(everyone, "time", "event", keys)
    yield beside(SUMMARY, once, counts, {"n": "N"}, 0)
    spread = (
        observations(everyone, "time", "event", keys)
        .group_by(keys)
        .agg(EVENTS=C("EVENT").sum(), MIN=C("TIME").min(), MAX=C("TIME").max())
    )
    names = {"events": "EVENTS", "min_time": "MIN", "max_time": "MAX"}
    yield beside(SUMMARY, once, spread, names, 0)
    for conf in CONFS:
        rows = want.filter(conf_type=conf)
        three = {"median": "ESTIMATE", "median_lcl": "LOWER", "median_ucl": "UPPER"}
        yield beside(SUMMARY, rows, medians(curve[conf], keys), three, about=(KEY, conf))
        found = quartiles(curve[conf], keys)
        for q in ("q25", "q50", "q75"):
            three = {q: "ESTIMATE", f"{q}_lcl": "LOWER", f"{q}_ucl": "UPPER"}
            yield beside(SUMMARY, rows, found.filter(STAT=q.upper()), three, about=(KEY, conf))


def _landmarks(curve: Curves) -> Iterator[pl.DataFrame]:
    want = _wanted("km_landmark").with_columns(C("time").cast(pl.Float64))
    names = {"n_risk": "NRISK", "cum_events": "EVENTS", "cum_censored": "CENSORED"}
    names |= {"beyond_last": "BEYOND", "surv": "SURV", "std_err": "SE"}
    names |= {"lower": "LOWER", "upper": "UPPER"}
    for conf in CONFS:
        times = want["time"].unique().to_list()
        got = landmarks(curve[conf], times, list(KEY)).rename({"AT": "time"})
        rows = want.filter(conf_type=conf)
        yield beside(LANDMARK, rows, got, names, about=((*KEY, "time"), conf))


def _means(curve: pl.DataFrame) -> pl.DataFrame:
    want = _wanted("rmst").with_columns(C("tau").cast(pl.Float64))
    want = want.unique([*KEY, "tau"], maintain_order=True)
    got = restricted_means(curve, want["tau"].unique().to_list(), list(KEY)).rename({"AT": "tau"})
    return beside(MEAN, want, got, {"rmean": "RMST", "se": "SE"}, about=((*KEY, "tau"), ""))


def _follow_up(everyone: pl.DataFrame) -> Iterator[pl.DataFrame]:
    want, keys = _wanted("followup_reverse_km"), list(KEY)
    for conf in CONFS:
        rows = want.filter(conf_type=conf)
        curve = curves(reversed_events(everyone, "event"), "time", "event", keys, conf)
        counts = curve.group_by(keys).agg(CENSORED=C("NEVENT").sum())
        yield beside(FOLLOW_UP, rows, counts, {"n_censored": "CENSORED"}, 0, (KEY, conf))
        three = {"median_followup": "ESTIMATE", "lcl": "LOWER", "ucl": "UPPER"}
        yield beside(FOLLOW_UP, rows, medians(curve, keys), three, about=(KEY, conf))
        found = quartiles(curve, keys)
        for q in ("q25", "q50", "q75"):
            of_q = found.filter(STAT=q.upper())
            yield beside(FOLLOW_UP, rows, of_q, {q: "ESTIMATE"}, about=(KEY, conf))


def by_group(everyone: pl.DataFrame, name: str) -> pl.DataFrame:
    """The subjects of one data set by its groups."""
    return everyone.filter(C("dataset") == name, C("group") != "ALL")


def named_numbers(
    of: Requirement, about: str, named: Mapping[str, tuple[Any, Any]], tolerance: float
) -> pl.DataFrame:
    """Checks of single numbers by name: expected and got."""
    rows = [(f"{about} {name}", _number(want), _number(got)) for name, (want, got) in named.items()]
    return pairs(of, rows, tolerance, least=1.0)


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def _logrank(everyone: pl.DataFrame) -> Iterator[pl.DataFrame]:
    groups = _wanted("logrank_groups")
    for row in _wanted("logrank").iter_rows(named=True):
        got = logrank(
            risk_sets(by_group(everyone, row["dataset"]), "time", "event", "group"), row["rho"]
        )
        about = f"{row['dataset']} rho {row['rho']}"
        tight = {"chisq": (row["chisq"], got.chisq), "df": (row["df"], got.df)}
        yield named_numbers(LOGRANK, about, tight, TIGHT)
        yield named_numbers(LOGRANK, about, {"p": (row["p"], got.p)}, LOOSE)
        mine = pl.DataFrame(
            {"group": got.groups, "N": got.n, "O": got.observed, "E": got.expected},
            schema_overrides={"group": pl.String},
        )
        rows = groups.filter(C("dataset") == row["dataset"], C("rho") == row["rho"])
        names = {"n": "N", "observed": "O", "expected": "E"}
        yield beside(LOGRANK, rows, mine, names, about=(("group",), about))


def _cox(everyone: pl.DataFrame) -> Iterator[pl.DataFrame]:
    terms = _wanted("cox_terms")
    for row in _wanted("cox_tests").iter_rows(named=True):
        rows = by_group(everyone, row["dataset"])
        wanted = terms.filter(C("dataset") == row["dataset"], C("ties") == row["ties"])
        got = cox(risk_sets(rows, "time", "event", "group"), wanted["reference"][0], row["ties"])
        about = f"{row['dataset']} {row['ties']}"
        named = {
            "n": (row["n"], got.n),
            "events": (row["events"], got.events),
            "lr_df": (row["lr_df"], got.df),
            "loglik_null": (row["loglik_null"], got.loglik_null),
            "lr_chisq": (row["lr_chisq"], got.lr_chisq),
            "score_chisq": (row["score_chisq"], got.score_chisq),
            "score_p": (row["score_p"], got.p_of(got.score_chisq)),
            "is a model (1) or says why it is none (0)": (
                int(row["status"] == "ok"),
                int(got.reason is None),
            ),
        }
        yield named_numbers(COX, about, named, LOOSE)
        if row["status"] == "ok" and got.reason is None:
            yield from _fit(got, row, wanted, rows)


def _fit(
    got: Cox, row: Mapping[str, Any], wanted: pl.DataFrame, rows: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    about = f"{row['dataset']} {row['ties']}"
    hazard = {got.reference: 0.0, **dict(zip(got.groups, got.coef.tolist(), strict=True))}
    c = concordance(rows, "time", "event", "group", hazard) or (None, None)
    named = {
        "loglik": (row["loglik"], got.loglik),
        "wald_chisq": (row["wald_chisq"], got.wald_chisq),
        "wald_p": (row["wald_p"], got.p_of(got.wald_chisq)),
        "lr_p": (row["lr_p"], got.p_of(got.lr_chisq)),
        "concordance": (row["concordance"], c[0]),
        "concordance_se": (row["concordance_se"], c[1]),
    }
    yield named_numbers(COX, about, named, LOOSE)
    table = got.table(0.95).rename({"GROUP": "group"})
    names = {"coef": "COEF", "hr": "HR", "se": "SE", "z": "Z", "p": "P"}
    names |= {"hr_lcl": "LOWER", "hr_ucl": "UPPER"}
    yield beside(COX, wanted, table, names, LOOSE, (("group",), about))


def _shares() -> pl.DataFrame:
    parts = []
    for row in _wanted("binomial_ci").iter_rows(named=True):
        exact = clopper_pearson(row["x"], row["n"], row["conf_level"])
        score = wilson(row["x"], row["n"], row["conf_level"])
        names = ("cp_lower", "cp_upper", "wilson_lower", "wilson_upper")
        named = {n: (row[n], v) for n, v in zip(names, (*exact, *score), strict=True)}
        parts.append(
            named_numbers(SHARE, f"{row['x']} of {row['n']}, {row['conf_level']:.4g}", named, TIGHT)
        )
    return pl.concat(parts)
