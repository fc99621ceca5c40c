"""STEADY: whether troughs have stopped rising from dose to dose (methods PK-SS)."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import polars as pl

from pkpipe.nca import PARAMETERS
from pkpipe.nca.further_analyses.log_linear_models import fitted_line_by_subject
from pkpipe.pk import pk_sentences as said
from pkpipe.protocol.nca import SteadyState

GROUP: Final = ("PARCAT1", "MATRIX", "LEVEL")
SCHEMA: Final = pl.Schema(
    dict.fromkeys((*GROUP, "SCOPE"), pl.String())
    | dict.fromkeys(("FROMDOSE", "LASTDOSE", "N", "NOBS"), pl.Int64())
    | dict.fromkeys(("SLOPE", "SE", "DF", "LOWER", "UPPER", "CHGPCT"), pl.Float64())
    | dict.fromkeys(("STEADYFL", "REASON"), pl.String())
)
# Parameters whose meaning rests on steady state.
RESTING: Final = tuple(p.code for p in PARAMETERS if p.kinds == frozenset({"MD"}))


def steady_state(adpp: pl.DataFrame, plan: SteadyState | None) -> pl.DataFrame:
    """Per analyte and level: a row for each dose from which the trend is fitted, and the verdict.

    SCOPE `FROM`: ln CTROUGH on the number of the dose, from FROMDOSE to the last, random intercept per
    subject; degrees of freedom are observations - subjects - 1, since the slope lies within subjects.
    `LEVEL`: FROMDOSE is the first dose from which the limits of the slope contain 0 and the change per dose
    is small. Troughs of a subject after a change of its level are left out.
    """
    if plan is None or adpp.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    rows = troughs(adpp)
    found: list[dict[str, object]] = []
    for part in rows.partition_by(*GROUP, maintain_order=True):
        found += _of_level(part, plan)
    return pl.DataFrame(found, schema=SCHEMA, orient="row").sort(
        *GROUP, "SCOPE", "FROMDOSE", nulls_last=True
    )


def troughs(adpp: pl.DataFrame) -> pl.DataFrame:
    """The troughs that show the trend: those of a subject at the level of its first dose."""
    first = (
        adpp.filter(pl.col("DOSENO") == 1)
        .select("USUBJID", "PARCAT1", "MATRIX", LEVEL1="LEVEL")
        .unique(["USUBJID", "PARCAT1", "MATRIX"], keep="first", maintain_order=True)
    )
    return (
        adpp.filter((pl.col("PARAMCD") == "CTROUGH") & (pl.col("SUMFL") == "Y"))
        .filter(pl.col("AVAL") > 0)
        .join(first, on=["USUBJID", "PARCAT1", "MATRIX"], how="left", maintain_order="left")
        .filter(pl.col("LEVEL1").is_null() | pl.col("LEVEL").eq_missing(pl.col("LEVEL1")))
        .sort(*GROUP, "USUBJID", "DOSENO", nulls_last=True)
    )


def _of_level(part: pl.DataFrame, plan: SteadyState) -> list[dict[str, object]]:
    doses = part["DOSENO"].unique().sort().to_list()
    tried = [_from_dose(part, int(m), plan) for m in doses[: 1 - plan.min_troughs]]
    fits = [t for t in tried if t is not None]
    first = next((f for f in fits if f["STEADYFL"] == "Y"), None)
    head = _head(part, "LEVEL") | {"LASTDOSE": doses[-1]}
    if first is not None:
        verdict = first | {"SCOPE": "LEVEL"}
    elif fits:
        verdict = head | {"STEADYFL": "N", "REASON": said.STILL_CHANGE.en}
    else:
        few = said.NOT_ASSESSABLE.en.format(plan.min_subjects, plan.min_troughs)
        verdict = head | {"REASON": few}
    return [*fits, verdict]


def _head(part: pl.DataFrame, scope: str) -> dict[str, object]:
    return {
        **{k: part[k][0] for k in GROUP},
        "SCOPE": scope,
        "N": part["USUBJID"].n_unique(),
        "NOBS": part.height,
    }


def _from_dose(part: pl.DataFrame, dose: int, plan: SteadyState) -> dict[str, object] | None:
    """The trend from one dose on; null where too few subjects have enough troughs."""
    used = part.filter(pl.col("DOSENO") >= dose)
    counts = used.group_by("USUBJID").len()["len"]
    if int((counts >= plan.min_troughs).sum()) < plan.min_subjects:
        return None
    subject = used["USUBJID"].rank("dense").to_numpy().astype(np.int64)
    line = fitted_line_by_subject(
        used["AVAL"].log().to_numpy(),
        used["DOSENO"].to_numpy().astype(np.float64),
        subject,
        plan.confidence,
        used.height - int(subject.max()) - 1,
    )
    small = abs(line.value) <= math.log(1 + plan.max_change_percent / 100)
    holds = line.lower <= 0 <= line.upper
    return _head(used, "FROM") | {
        "FROMDOSE": dose,
        "LASTDOSE": used["DOSENO"].max(),
        "SLOPE": line.value,
        "SE": line.error,
        "DF": float(line.df),
        "LOWER": line.lower,
        "UPPER": line.upper,
        "CHGPCT": 100 * math.expm1(line.value),
        "STEADYFL": "Y" if small and holds else "N",
        "REASON": _why(small=small, holds=holds, limit=plan.max_change_percent),
    }


def _why(*, small: bool, holds: bool, limit: float) -> str | None:
    words = []
    if not holds:
        words.append(said.NOT_ZERO.en)
    if not small:
        words.append(said.CHANGES.en.format(f"{limit:g}"))
    return "; ".join(words) or None


def with_apparent(
    adpp: pl.DataFrame, steady: pl.DataFrame, plan: SteadyState | None
) -> pl.DataFrame:
    """Parameters that rest on steady state are flagged where it is not shown at that dose (SEED-5)."""
    if plan is None:
        return adpp
    shown = steady.filter((pl.col("SCOPE") == "LEVEL") & (pl.col("STEADYFL") == "Y")).select(
        *GROUP, "FROMDOSE"
    )
    joined = adpp.join(shown, on=list(GROUP), how="left", maintain_order="left", nulls_equal=True)
    doubted = (
        pl.col("PARAMCD").is_in(RESTING)
        & pl.col("AVAL").is_not_null()
        & ~(pl.col("DOSENO") >= pl.col("FROMDOSE")).fill_null(value=False)
    )
    return joined.with_columns(
        STATUS=pl.when(doubted & (pl.col("STATUS") == "OK"))
        .then(pl.lit("FLAG"))
        .otherwise("STATUS"),
        REASON=pl.when(doubted)
        .then(pl.concat_str("REASON", pl.lit(said.NOT_SHOWN.en), separator="; ", ignore_nulls=True))
        .otherwise("REASON"),
    ).drop("FROMDOSE")
