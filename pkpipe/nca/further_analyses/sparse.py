"""Sparse and destructive sampling: one area of the mean curve of a group, with its standard error.

Area: the linear rule on the means at each time (Bailer, J Pharmacokinet Biopharm 1988, 16:303). It is a sum
of the means with weights, so its variance is that of the weighted sums of the animals: those sampled at the
same times are one batch (serial design: one batch a time), and a batch of n with sums y adds var(y)/n
(Holder, J Biopharm Stat 2001, 11:75; Jaki and Wolfsegger, Stat Med 2012, 31:1059). Degrees of freedom by
Satterthwaite over the batches (Nedelman and Jia, J Biopharm Stat 1998, 8:317).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.errors import ConfigError, DataError
from pkpipe.nca.further_analyses.sparse_bootstrap import (
    BLQ_SHARE,
    CODES,
    LEVEL,
    Bootstrap,
    bootstrapped,
)
from pkpipe.nca.laid_out.sorted_arrays import SAME_TIME

C: Final = pl.col


@dataclass(frozen=True)
class SparseParameter:
    """One parameter of a group that was sampled sparsely."""

    code: str
    label: str
    kind: str  # conc, time, area, number
    formula: str


SPARSE: Final = (
    SparseParameter("CMAX", "Max Conc", "conc", "largest mean"),
    SparseParameter("TMAX", "Time of CMAX", "time", "its time, the first of several"),
    SparseParameter("TLST", "Time of Last Nonzero Conc", "time", "last time whose mean is above 0"),
    SparseParameter("AUCLST", "AUC to Last Nonzero Conc", "area",
        "linear rule on the means, up to the last one above 0"),
    SparseParameter("AUCLSTSE", "Standard Error of AUCLST", "area",
        "root of the sum over batches of var(weighted sums) / n"),
    SparseParameter("AUCLSTDF", "Degrees of Freedom of AUCLST", "number",
        "(sum of variances)^2 / sum of variance^2 / (n - 1)"),
    SparseParameter("AUCLSTLO", "AUCLST Lower 90% Confidence Limit", "area", "AUCLST - t SE"),
    SparseParameter("AUCLSTUP", "AUCLST Upper 90% Confidence Limit", "area", "AUCLST + t SE"),
    SparseParameter("AUCALL", "AUC All", "area", "linear rule on all means"),
    SparseParameter("NSUBJ", "Number of Subjects", "number", "subjects with a result"),
)  # fmt: skip
OF_BOOTSTRAP: Final = (
    SparseParameter("AUCLSTBB", "Bootstrap Bias of AUCLST", "area", "mean of the drawn areas - AUCLST"),
    SparseParameter("AUCLSTBS", "Bootstrap Standard Error of AUCLST", "area", "SD of the drawn areas"),
    SparseParameter("AUCLSTBL", "AUCLST Lower 90% Bootstrap Limit", "area",
        "5th percentile of the drawn areas"),
    SparseParameter("AUCLSTBU", "AUCLST Upper 90% Bootstrap Limit", "area",
        "95th percentile of the drawn areas"),
)  # fmt: skip
ONE_EACH: Final = "a batch has a single subject: no variance between subjects"
NOTHING: Final = "every mean is zero"
ONE_TIME: Final = "a single time makes no area"
NO_START: Final = "no sample at the time of a bolus, and nothing is extrapolated back"


def sparse(
    conc: pl.DataFrame,
    keys: Sequence[str],
    subject: str,
    *,
    from_zero: bool = True,
    bootstrap: Bootstrap | None = None,
) -> pl.DataFrame:
    """One row a group: every parameter of SPARSE, and WHY_ with the reason where it has no value.

    conc: keys, the subject, TIME after the dose, CONC with a BLQ as 0, one row a subject and time.
    from_zero: a group without a sample at the dose begins at zero there; false: it has no area.
    bootstrap: also the parameters of OF_BOOTSTRAP.

    Raises:
        DataError: a subject has two results at one time.
        ConfigError: there is no column of subjects.
    """
    if subject not in conc.columns:
        raise ConfigError(f"--sparse: no column {subject} says whose sample it is")
    own = list(keys) or ["_ALL"]
    rows = conc if keys else conc.with_columns(_ALL=pl.lit(0))
    rows = rows.drop_nulls(["CONC", "TIME"]).sort([*own, "TIME", subject], maintain_order=True)
    twice = rows.filter(pl.struct(*own, subject, "TIME").is_duplicated())
    if twice.height:
        first = twice.select(*own, subject, "TIME").row(0)
        raise DataError(
            f"two results of one subject at one time: {' '.join(map(str, first))} (--sparse wants one)"
        )
    means = _means(rows, own)
    until = (
        means.filter(C("MEAN") > 0).group_by(own, maintain_order=True).agg(TLST=C("TIME").last())
    )
    means = means.join(until, on=own, how="left", nulls_equal=True, maintain_order="left")
    weighted = _weights(means, own)
    begins = from_zero | (C("TIME").min() <= SAME_TIME)
    spread = _variance(rows, weighted, own, subject)
    found = weighted.group_by(own, maintain_order=True).agg(
        CMAX=C("MEAN").max(),
        TMAX=C("TIME").filter(C("MEAN") == C("MEAN").max()).first(),
        TLST=C("TLST").first(),
        AUCLST=(C("WEIGHT") * C("MEAN")).sum(),
        AUCALL=(C("WHOLE") * C("MEAN")).sum(),
        TIMES=pl.len() + (C("TIME").min() > SAME_TIME).cast(pl.Int64) * int(from_zero),
        FROM0=begins,
    )
    counted = rows.group_by(own, maintain_order=True).agg(
        NSUBJ=C(subject).n_unique().cast(pl.Float64)
    )
    found = found.join(counted, on=own, how="left", nulls_equal=True, maintain_order="left")
    found = found.join(spread, on=own, how="left", nulls_equal=True, maintain_order="left")
    made = _with_limits(found)
    if bootstrap is not None:
        drawn = bootstrapped(rows, own, subject, bootstrap, from_zero=from_zero)
        made = made.join(drawn, on=own, how="left", nulls_equal=True, maintain_order="left")
        known = C("AUCLST").is_not_null()
        made = made.with_columns(
            *(pl.when(known).then(code).alias(code) for code in CODES),
            **{f"WHY_{code}": C("WHY_AUCLSTSE") for code in CODES},
        )
    return made.drop("_ALL", strict=False)


def _means(rows: pl.DataFrame, own: list[str]) -> pl.DataFrame:
    """The mean of each time; 0 where more than half of the results are BLQ."""
    mostly_blq = (C("CONC") == 0).mean() > BLQ_SHARE
    return rows.group_by([*own, "TIME"], maintain_order=True).agg(
        MEAN=pl.when(mostly_blq).then(0.0).otherwise(C("CONC").mean()), N=pl.len()
    )


def _weights(means: pl.DataFrame, own: list[str]) -> pl.DataFrame:
    """By what each mean enters the area: half of the time to both neighbours; up to TLST, and of all."""
    before = C("TIME") - C("TIME").shift().over(own).fill_null(0.0)
    after = (C("TIME").shift(-1).over(own) - C("TIME")).fill_null(0.0)
    has = C("TIME") <= C("TLST")
    return means.with_columns(
        WHOLE=(before + after) / 2,
        WEIGHT=pl.when(has).then((before + pl.when(C("TIME") < C("TLST")).then(after).otherwise(0.0)) / 2)
        .otherwise(0.0),
    )  # fmt: skip


def _variance(
    rows: pl.DataFrame, weighted: pl.DataFrame, own: list[str], subject: str
) -> pl.DataFrame:
    """Variance of the area and its degrees of freedom."""
    each = rows.join(
        weighted.select(*own, "TIME", "WEIGHT"),
        on=[*own, "TIME"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    sums = each.group_by([*own, subject], maintain_order=True).agg(
        BATCH=C("TIME"), Y=(C("WEIGHT") * C("CONC")).sum()
    )
    batches = sums.group_by([*own, "BATCH"], maintain_order=True).agg(V=C("Y").var(), NB=pl.len())
    part = C("V") / C("NB")
    return batches.group_by(own, maintain_order=True).agg(
        VAR=pl.when((C("NB") > 1).all()).then(part.sum()),
        DF=pl.when((C("NB") > 1).all()).then(part.sum() ** 2 / (part**2 / (C("NB") - 1)).sum()),
    )


def _with_limits(found: pl.DataFrame) -> pl.DataFrame:
    """Standard error and limits of the area, and why there is none."""
    from scipy.special import stdtrit  # noqa: PLC0415 (0.16 s, only for sparse data)

    df = found["DF"].fill_null(float("nan")).to_numpy()
    quantile = pl.Series(stdtrit(df, (1 + LEVEL) / 2)).fill_nan(None)
    error = C("VAR").sqrt()
    why_area = (
        pl.when(C("TIMES") < 2).then(pl.lit(ONE_TIME))
        .when(~C("FROM0")).then(pl.lit(NO_START))
        .when(C("TLST").is_null()).then(pl.lit(NOTHING))
    )  # fmt: skip
    made = found.with_columns(_T=quantile, _WHY=why_area).with_columns(
        AUCLST=pl.when(C("_WHY").is_null()).then("AUCLST"),
        AUCALL=pl.when(C("TIMES") >= 2, C("FROM0")).then("AUCALL"),
        TMAX=pl.when(C("CMAX") > 0).then("TMAX"),
        AUCLSTSE=pl.when(C("_WHY").is_null()).then(error),
        AUCLSTDF=pl.when(C("_WHY").is_null()).then(C("DF").fill_nan(None)),
    )
    half = C("_T") * C("AUCLSTSE")
    why_error = pl.coalesce("_WHY", pl.lit(ONE_EACH))
    return made.with_columns(
        AUCLSTLO=C("AUCLST") - half,
        AUCLSTUP=C("AUCLST") + half,
        WHY_CMAX=pl.lit(None, dtype=pl.String),
        WHY_NSUBJ=pl.lit(None, dtype=pl.String),
        **{f"WHY_{c}": pl.lit(NOTHING) for c in ("TMAX", "TLST")},
        **{f"WHY_{c}": C("_WHY") for c in ("AUCLST", "AUCALL")},
        **{f"WHY_{c}": why_error for c in ("AUCLSTSE", "AUCLSTDF", "AUCLSTLO", "AUCLSTUP")},
    )
