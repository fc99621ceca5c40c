"""ADAEXPO: exposure by dose and ADA status, with and without the affected profiles (ADA-14)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl
from scipy.special import stdtrit

from pkpipe.immunogenicity.exposure.pk_by_ada_status import (
    AFTER,
    BEFORE,
    NEGATIVE,
    UNAFFECTED,
    UNKNOWN,
)
from pkpipe.sentences import sentence

PARAMETERS: Final = ("CTROUGH", "CMAX", "AUCTAU", "AUCIFO", "AUCLST", "CLO", "CLSS", "CLFO")
ALL, WITHOUT = "ALL", "WITHOUT"
STATUSES: Final = (NEGATIVE, UNAFFECTED, BEFORE, AFTER, UNKNOWN, ALL, WITHOUT)
# Each status is set against the subjects without antibodies; who is left against everybody.
AGAINST: Final = {UNAFFECTED: NEGATIVE, BEFORE: NEGATIVE, AFTER: NEGATIVE, WITHOUT: ALL}
GROUP: Final = ("DRUG", "PARCAT1", "MATRIX", "PARAMCD", "CYCLE")
MIN_EACH: Final = 2
SCHEMA: Final = pl.Schema(
    dict.fromkeys(("DRUG", "PARCAT1", "MATRIX", "PARAMCD"), pl.String())
    | {"CYCLE": pl.Int64(), "LEVEL": pl.String(), "STATUS": pl.String(), "PARAM": pl.String()}
    | {"N": pl.Int64(), "NBLQ": pl.Int64()}
    | dict.fromkeys(("GMEAN", "GCV", "MEDIAN", "MIN", "MAX"), pl.Float64())
    | {"AVALU": pl.String(), "REASON": pl.String(), "AGAINST": pl.String()}
    | {"NCOMP": pl.Int64(), "NREF": pl.Int64()}
    | dict.fromkeys(("RATIO", "LOWER", "UPPER", "DF", "LEVELCI"), pl.Float64())
    | {"RATIORSN": pl.String()}
)


def adaexpo_of(adapk: pl.DataFrame, confidence: float, blq_share_max: float) -> pl.DataFrame:
    """One row an analyte, parameter, cycle, level and status.

    Values that enter summaries, one a subject and cycle. RATIO of geometric means with t limits on the
    logarithms: within a level two samples of one variance; LEVEL `ALL` a common ratio over the levels that
    have both, each level with a mean of its own (least squares). A trough below quantification is counted
    and has no logarithm; where more than the stated share are, there is neither mean nor ratio.
    """
    values = _values(adapk)
    if values.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    cells = _described(values, blq_share_max)
    pooled = cells.group_by(*GROUP, "STATUS", maintain_order=True).agg(
        *(pl.col(c).first() for c in ("PARAM", "AVALU")), pl.col("N", "NBLQ").sum()
    )
    pooled = pooled.with_columns(
        LEVEL=pl.lit(ALL), REASON=pl.lit("levels differ in dose: only the ratio is pooled")
    )
    rows = pl.concat([cells, pooled], how="diagonal_relaxed")
    ratios = pl.concat(
        [_ratios(cells, ("LEVEL",)), _ratios(cells, ()).with_columns(LEVEL=pl.lit(ALL))],
        how="diagonal_relaxed",
    )
    joined = rows.join(
        ratios, on=[*GROUP, "LEVEL", "STATUS"], how="left", nulls_equal=True, maintain_order="left"
    )
    return _ordered(_with_limits(joined, confidence))


def _values(adapk: pl.DataFrame) -> pl.DataFrame:
    """Values under every status they count for."""
    used = (
        adapk.filter(
            pl.col("PARAMCD").is_in(PARAMETERS) & (pl.col("SUMFL") == "Y") & (pl.col("AVAL") >= 0)
        )
        .sort("USUBJID", "DOSENO", "PROFILE")
        .unique([*GROUP, "LEVEL", "USUBJID"], keep="first", maintain_order=True)
    )
    return pl.concat(
        [
            used.with_columns(STATUS="ADATAG"),
            used.with_columns(STATUS=pl.lit(ALL)),
            used.filter(pl.col("ADATAG") != AFTER).with_columns(STATUS=pl.lit(WITHOUT)),
        ]
    )


def _described(values: pl.DataFrame, blq_share_max: float) -> pl.DataFrame:
    """Geometric mean and its companions of each cell, the logarithms' mean (LMEAN) and squares (SS)."""
    logs = pl.col("AVAL").filter(pl.col("AVAL") > 0).log()
    wide = values.group_by(*GROUP, "LEVEL", "STATUS", maintain_order=True).agg(
        pl.col("PARAM").first(),
        pl.col("AVALU").drop_nulls().first(),
        N=pl.len().cast(pl.Int64),
        NBLQ=(pl.col("AVAL") == 0).sum().cast(pl.Int64),
        NLOG=logs.len().cast(pl.Int64),
        LMEAN=logs.mean(),
        SS=logs.var(ddof=0) * logs.len(),
        MEDIAN=pl.col("AVAL").median(),
        MIN=pl.col("AVAL").min(),
        MAX=pl.col("AVAL").max(),
    )
    share = (pl.col("NBLQ") / pl.col("N")).round(4)
    why = (
        pl.when(share > round(blq_share_max, 4))
        .then(pl.lit(f"more than {100 * blq_share_max:.3g} % of the values are BLQ"))
        .when(pl.col("NLOG") == 0)
        .then(pl.lit("no quantifiable value"))
    )
    spread = (pl.col("SS") / (pl.col("NLOG") - 1)).exp() - 1
    return wide.with_columns(
        REASON=why,
        GMEAN=pl.when(why.is_null()).then(pl.col("LMEAN").exp()),
        GCV=pl.when(why.is_null() & (pl.col("NLOG") > 2)).then(100 * spread.sqrt()),
    )


def _ratios(cells: pl.DataFrame, within: Sequence[str]) -> pl.DataFrame:
    """Log ratio D with the sum of its weights W, the squares about the fit RSS and their degrees of freedom.

    `within`: LEVEL for ratios at each level, nothing for the ratio over all levels that have both. N1, N0:
    quantifiable values of the status and of what it is set against.
    """
    keys = [*GROUP, *within, "STATUS", "AGAINST"]
    pairs = _pairs(cells)
    summed = (pairs if within else pairs.filter("OK")).group_by(keys, maintain_order=True)
    totals = summed.agg(
        pl.col("N1", "N0", "W", "S", "NCOMP", "NREF", "NBLQR").sum(),
        pl.col("OK").all(),
        WD=(pl.col("W") * pl.col("D")).sum(),
        WDD=(pl.col("W") * pl.col("D") ** 2).sum(),
        STRATA=pl.len().cast(pl.Int64),
    )
    between = (pl.col("WDD") - pl.col("WD") ** 2 / pl.col("W")).clip(lower_bound=0.0)
    return totals.select(
        *(*keys, "N1", "N0", "W", "NCOMP", "NREF", "NBLQR", "OK"),
        D=pl.col("WD") / pl.col("W"),
        # one stratum is fitted exactly: what is left over would be rounding
        RSS=pl.col("S") + pl.when(pl.col("STRATA") > 1).then(between).otherwise(0.0),
        DF=(pl.col("N1") + pl.col("N0") - pl.col("STRATA") - 1).cast(pl.Float64),
    )


def _pairs(cells: pl.DataFrame) -> pl.DataFrame:
    """Each cell beside the one it is set against at the same level; that one may be missing."""
    facts = cells.select(
        *(*GROUP, "LEVEL", "STATUS", "N", "NLOG", "NBLQ", "LMEAN"),
        SS=pl.col("SS").fill_null(0.0),
        OK=pl.col("REASON").is_null(),
    )
    named = facts.with_columns(AGAINST=_against()).filter(pl.col("AGAINST").is_not_null())
    both = named.join(
        facts.rename({"STATUS": "AGAINST"}),
        on=[*GROUP, "LEVEL", "AGAINST"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
        suffix="_0",
    )
    other = pl.col("NLOG_0").fill_null(0)
    return both.select(
        *(*GROUP, "LEVEL", "STATUS", "AGAINST"),
        N1="NLOG",
        N0=other,
        W=pl.col("NLOG") * other / (pl.col("NLOG") + other),
        D=pl.col("LMEAN") - pl.col("LMEAN_0"),
        S=pl.col("SS") + pl.col("SS_0").fill_null(0.0),
        NCOMP="N",
        NREF=pl.col("N_0").fill_null(0),
        NBLQR=pl.col("NBLQ") + pl.col("NBLQ_0").fill_null(0),
        OK=pl.col("OK") & pl.col("OK_0").fill_null(value=False),
    )


def _against() -> pl.Expr:
    return pl.col("STATUS").replace_strict(AGAINST, default=None, return_dtype=pl.String)


def _with_limits(rows: pl.DataFrame, confidence: float) -> pl.DataFrame:
    """RATIO, LOWER, UPPER and, where one of them is missing or doubted, RATIORSN."""
    rows = rows.with_columns(pl.col("NCOMP", "NREF").fill_null(0), AGAINST=_against())
    rows = rows.with_columns(WHY=_no_ratio())
    df = rows["DF"].fill_null(1.0).clip(lower_bound=1.0)
    quantile = pl.Series(stdtrit(df.to_numpy(), 0.5 + confidence / 2))
    half = quantile * (rows["RSS"] / df / rows["W"]).sqrt()
    fine, subset = pl.col("WHY").is_null(), pl.col("STATUS") == WITHOUT
    note = (
        pl.when(fine & subset)
        .then(pl.lit("largely the same subjects: no interval"))
        .when(fine & (pl.col("NBLQR") > 0))
        .then(sentence("BLQ values that are not in it: {}", "NBLQR"))
    )
    compared = [
        pl.when(pl.col("AGAINST").is_not_null()).then(c).alias(c) for c in ("NCOMP", "NREF")
    ]
    return rows.with_columns(half.alias("HALF"), *compared).with_columns(
        RATIO=pl.when(fine).then(pl.col("D").exp()),
        LOWER=pl.when(fine & ~subset).then((pl.col("D") - pl.col("HALF")).exp()),
        UPPER=pl.when(fine & ~subset).then((pl.col("D") + pl.col("HALF")).exp()),
        DF=pl.when(fine & ~subset).then("DF"),
        LEVELCI=pl.when(fine & ~subset).then(pl.lit(confidence)),
        RATIORSN=pl.coalesce("WHY", note),
    )


def _no_ratio() -> pl.Expr:
    """Why there is no ratio; null where there is one."""
    few = pl.min_horizontal("N1", "N0") < MIN_EACH
    return (
        pl.when(pl.col("AGAINST").is_null())
        .then(pl.lit("set against nothing"))
        .when(pl.col("N1").is_null())
        .then(pl.lit("no level with a mean of both"))
        .when(pl.col("NREF") == 0)
        .then(pl.lit("no ADA-negative value at this dose and cycle"))
        .when(~pl.col("OK"))
        .then(pl.lit("no geometric mean in a group"))
        .when((pl.col("STATUS") != WITHOUT) & few)
        .then(pl.lit(f"fewer than {MIN_EACH} values in a group"))
    )


def _ordered(rows: pl.DataFrame) -> pl.DataFrame:
    codes = {code: i for i, code in enumerate(PARAMETERS)}
    statuses = {status: i for i, status in enumerate(STATUSES)}
    return rows.sort(
        *("DRUG", "PARCAT1", "MATRIX"),
        pl.col("PARAMCD").replace_strict(codes, return_dtype=pl.Int8),
        "CYCLE",
        pl.col("LEVEL") == ALL,
        "LEVEL",
        pl.col("STATUS").replace_strict(statuses, return_dtype=pl.Int8),
        nulls_last=True,
    ).select(pl.col(c).cast(t) for c, t in SCHEMA.items())
