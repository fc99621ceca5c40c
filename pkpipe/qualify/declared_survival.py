"""Survival with strata, delayed entry and competing events: every number of R survival, twelve data sets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from pkpipe.qualify.answers import ANSWERS, answers_of
from pkpipe.qualify.compared_answers import Requirement
from pkpipe.qualify.r_survival import AREA, LOOSE, NEAR, TIGHT, WIDE, R, beside, named_numbers
from pkpipe.survival.comparisons.cox import cox
from pkpipe.survival.comparisons.log_rank import logrank, risk_sets
from pkpipe.survival.competing_events.incidence import incidences
from pkpipe.survival.curves.km import CONFS, curves
from pkpipe.survival.curves.quantiles import medians

C: Final = pl.col
FOLDER: Final = "survival_declared"
ANY: Final = "any"  # kind of event of a test that takes all of them


def _asked(place: int, words: str, tolerance: str = NEAR) -> Requirement:
    return Requirement(f"OQ-SURV-{place}", AREA, words, R, tolerance)


CURVE: Final = _asked(9, "Every point of every curve with delayed entry, with its limits, is R's")
MEDIAN: Final = _asked(10, "Medians with delayed entry and their limits are R's")
INCIDENCE: Final = _asked(
    11, "Cumulative incidences of competing events, their errors and limits are R's"
)
LOGRANK: Final = _asked(
    12, "Stratified log-rank tests, of all and of one kind of event, are R's", WIDE
)
COX: Final = _asked(13, "Stratified Cox models, with Efron's and Breslow's ties, are R's", WIDE)


def checks() -> Iterator[pl.DataFrame]:
    """Every check, data set by data set."""
    for path in sorted((ANSWERS / FOLDER / "data").glob("*.csv")):
        rows = subjects(path.stem)
        yield from _curves(path.stem, rows)
        yield from _incidences(path.stem, rows)
        yield from _logrank(path.stem, rows)
        yield from _cox(path.stem, rows)


def subjects(dataset: str) -> pl.DataFrame:
    """One data set: entry, time, event and its kind, group and stratum."""
    rows = answers_of(f"{FOLDER}/data", f"{dataset}.csv")
    happened = C("status") > 0
    return rows.select(
        C("group").cast(pl.String),
        C("stratum").cast(pl.String),
        ENTRY=C("entry").cast(pl.Float64),
        TIME=C("time").cast(pl.Float64),
        EVENT=happened.cast(pl.Int64),
        KIND=pl.when(happened).then(C("status").cast(pl.String)),
    )


def wanted(name: str, dataset: str) -> pl.DataFrame:
    """R's answers of one table for one data set."""
    texts = ("dataset", "group", "kind", "ties")
    table = answers_of(FOLDER, f"{name}.csv")
    numbers = [n for n in table.columns if n not in texts]
    words = [n for n in table.columns if n in texts]
    return table.with_columns(C(words).cast(pl.String), C(numbers).cast(pl.Float64)).filter(
        C("dataset") == dataset
    )


def _curves(dataset: str, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    want, keys = wanted("curves", dataset), ("dataset", "group", "time")
    counts = {"n_risk": "NRISK", "n_event": "NEVENT", "n_censor": "NCENSOR"}
    for conf in CONFS:
        got = _of(dataset, curves(rows, by=["group"], conf=conf)).rename({"TIME": "time"})
        if conf == CONFS[0]:
            yield beside(CURVE, want, got, counts, 0, (keys, ""))
            yield beside(CURVE, want, got, {"surv": "SURV", "se": "SE"}, TIGHT, (keys, ""))
        yield beside(CURVE, want, got, _limits(conf), TIGHT, (keys, ""))
    middle = wanted("medians", dataset)
    three = {"median": "ESTIMATE", "lower": "LOWER", "upper": "UPPER"}
    found = _of(dataset, medians(curves(rows, by=["group"]), ["group"]))
    yield beside(MEDIAN, middle, found, three, TIGHT, (("dataset", "group"), ""))


def _limits(conf: str) -> dict[str, str]:
    short = conf.replace("-", "")
    return {f"lower_{short}": "LOWER", f"upper_{short}": "UPPER"}


def _of(dataset: str, got: pl.DataFrame) -> pl.DataFrame:
    return got.with_columns(dataset=pl.lit(dataset))


def _incidences(dataset: str, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """R has limits 0 to 0 on the plain scale before the first event of a kind; pkpipe has none there."""
    want = wanted("incidence", dataset)
    if want.is_empty():
        return
    kinds = want["kind"].unique().sort().to_list()
    keys = ("dataset", "group", "kind", "time")
    for conf in CONFS:
        got = _of(dataset, incidences(rows, kinds, ["group"], conf))
        got = got.rename({"TIME": "time", "KIND": "kind"})
        if conf == CONFS[0]:
            counts = {"n_risk": "NRISK", "n_event": "NEVENT"}
            yield beside(INCIDENCE, want, got, counts, 0, (keys, ""))
            yield beside(INCIDENCE, want, got, {"cif": "CIF", "se": "SE"}, TIGHT, (keys, ""))
        begun = want.filter(C("cif") > 0)
        yield beside(INCIDENCE, begun, got, _limits(conf), TIGHT, (keys, ""))


def _logrank(dataset: str, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for row in wanted("logrank", dataset).iter_rows(named=True):
        kind = pl.lit(row["kind"] == ANY) | (C("KIND") == row["kind"]).fill_null(value=False)
        of_kind = rows.with_columns(EVENT=((C("EVENT") == 1) & kind).cast(pl.Int64))
        got = logrank(risk_sets(of_kind, "TIME", "EVENT", "group", ["stratum"]), row["rho"])
        about = f"{dataset} {row['kind']} rho {row['rho']:g}"
        tight = {"chisq": (row["chisq"], got.chisq), "df": (row["df"], got.df)}
        yield named_numbers(LOGRANK, about, tight, TIGHT)
        yield named_numbers(LOGRANK, about, {"p": (row["p"], got.p)}, LOOSE)


def _cox(dataset: str, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    table = wanted("cox", dataset)
    for (ties,), want in table.group_by("ties", maintain_order=True):
        sets = risk_sets(rows, "TIME", "EVENT", "group", ["stratum"])
        got = cox(sets, sets.groups[0], "efron" if ties == "efron" else "breslow")
        first, about = want.row(0, named=True), f"{dataset} {ties}"
        named = {
            "loglik_null": (first["loglik_null"], got.loglik_null),
            "loglik": (first["loglik"], got.loglik),
            "score": (first["score"], got.score_chisq),
            "wald": (first["wald"], got.wald_chisq),
        }
        yield named_numbers(COX, about, named, LOOSE)
        mine = got.table(0.95).rename({"GROUP": "group"})
        names = {"coef": "COEF", "se": "SE", "p": "P", "lower": "LOWER", "upper": "UPPER"}
        yield beside(COX, want, mine, names, LOOSE, (("group",), about))
