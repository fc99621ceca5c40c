"""The power model ln P = a + b ln D, with both regions of proportionality (methods 6.2).

Two rooms ask it: pk for all profiles, immunogenicity with and without those that antibodies affect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pkpipe.nca.further_analyses.log_linear_models import Line, fitted_line, fitted_line_by_subject
from pkpipe.protocol.nca import DoseProportionality
from pkpipe.sentences import Words

# Strict: Smith et al., Pharm Res 2000;17:1278. Exploratory, over the whole range of doses: Hummel et al.,
# Pharm Stat 2009;8:38.
STRICT: Final = (0.8, 1.25)
EXPLORATORY: Final = (0.5, 2.0)
KEYS: Final = ("PARCAT1", "MATRIX", "PARAMCD", "MODEL", "SCOPE", "CYCLE")
SCHEMA: Final = pl.Schema(
    dict.fromkeys(("PARCAT1", "MATRIX", "PARAMCD", "MODEL", "SCOPE"), pl.String())
    | {"CYCLE": pl.Int64(), "PARAM": pl.String(), "FIRSTFL": pl.String()}
    | dict.fromkeys(("N", "NOBS", "NDOSE"), pl.Int64())
    | dict.fromkeys(("DMIN", "DMAX"), pl.Float64())
    | {"DOSEU": pl.String()}
    | dict.fromkeys(
        ("RATIO", "ALPHA", "BETA", "SE", "DF", "LOWER", "UPPER", "RDNM", "RDNMLO", "RDNMHI"),
        pl.Float64(),
    )
    | {"STRLO": pl.Float64(), "STRHI": pl.Float64(), "STRICT": pl.String()}
    | {"EXPLO": pl.Float64(), "EXPHI": pl.Float64(), "EXPLOR": pl.String(), "REASON": pl.String()}
)


@dataclass(frozen=True)
class Region:
    """Slopes that count as proportional over a range of doses, and where the limits of a slope lie."""

    lower: float
    upper: float
    verdict: str


def region(line: tuple[float, float], ratio: float, theta: tuple[float, float]) -> Region:
    """1 + ln θ / ln r at both ends; `inside`, `outside` or `inconclusive`.

    `line`: limits of the slope. `ratio`: largest dose over smallest.
    """
    low, high = (1 + float(np.log(t)) / float(np.log(ratio)) for t in theta)
    if low <= line[0] and line[1] <= high:
        return Region(low, high, "inside")
    if line[1] < low or high < line[0]:
        return Region(low, high, "outside")
    return Region(low, high, "inconclusive")


def power_models(
    adpp: pl.DataFrame,
    profiles: pl.DataFrame,
    levels: Sequence[str],
    plan: DoseProportionality | None,
) -> pl.DataFrame:
    """One row a parameter, model and scope (DOSEPROP); `levels`: codes of the dose levels in order.

    MODEL `FIRST`: one observation a subject, each cycle with full profiles by itself, FIRSTFL marking the
    earliest; least squares. `REPEAT`: all cycles together, each with an intercept of its own, and a random
    intercept per subject; degrees of freedom are subjects - 2. SCOPE `UPPER`: from the stated level upwards.
    """
    if plan is None or adpp.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    parts = fitted_parts(adpp, profiles, levels, plan)
    found = [_fitted(part, model, scope, plan) for scope, model, part in parts]
    frame = pl.DataFrame(found, schema=SCHEMA, orient="row")
    order = {code: i for i, code in enumerate(plan.parameters)}
    return frame.sort(
        *("PARCAT1", "MATRIX"), pl.col("PARAMCD").replace_strict(order), *KEYS[3:], nulls_last=True
    )


def fitted_parts(
    adpp: pl.DataFrame,
    profiles: pl.DataFrame,
    levels: Sequence[str],
    plan: DoseProportionality | None,
) -> list[tuple[str, str, pl.DataFrame]]:
    """SCOPE, MODEL and the values, of every model that is looked at."""
    if plan is None or adpp.is_empty():
        return []
    rows = _observations(adpp, profiles, plan)
    scopes = [("ALL", rows)]
    if plan.subset_from is not None:
        scopes.append(("UPPER", _from_level(rows, levels, plan.subset_from)))
    return [
        (scope, model, part)
        for scope, chosen in scopes
        for model, split in (("FIRST", _by_cycle(chosen)), ("REPEAT", _repeated(chosen)))
        for part in split
    ]


def _observations(
    adpp: pl.DataFrame, profiles: pl.DataFrame, plan: DoseProportionality
) -> pl.DataFrame:
    """Values of full profiles that enter summaries, with the dose as given in the unit it is planned in."""
    doses = profiles.filter(pl.col("PRFLFL") == "RICH").select(
        "PROFILE",
        "DOSEG",
        "DOSEGU",
        PLANNED=(100 * pl.col("DOSEG") / pl.col("DOSEPCT")).round_sig_figs(6),
    )
    return (
        adpp.filter(pl.col("PARAMCD").is_in(plan.parameters) & (pl.col("SUMFL") == "Y"))
        .filter(pl.col("AVAL") > 0)
        .join(doses, on="PROFILE", how="inner", maintain_order="left")
        .filter(pl.col("DOSEG") > 0)
        .with_columns(PLANNED=pl.coalesce("PLANNED", "DOSEG"))
    )


def _from_level(rows: pl.DataFrame, levels: Sequence[str], code: str) -> pl.DataFrame:
    wanted = levels[levels.index(code) :] if code in levels else ()
    return rows.filter(pl.col("LEVEL").is_in(wanted))


def _by_cycle(rows: pl.DataFrame) -> list[pl.DataFrame]:
    first = rows.group_by("PARCAT1", "MATRIX").agg(FIRST=pl.col("CYCLE").min())
    marked = rows.join(first, on=["PARCAT1", "MATRIX"], how="left", maintain_order="left")
    once = marked.sort("USUBJID", "DOSENO").unique(
        ["PARCAT1", "MATRIX", "PARAMCD", "CYCLE", "USUBJID"], keep="first", maintain_order=True
    )
    return once.partition_by("PARCAT1", "MATRIX", "PARAMCD", "CYCLE", maintain_order=True)


def _repeated(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """Groups in which somebody was observed more than once."""
    groups = rows.sort("USUBJID", "DOSENO").partition_by(
        "PARCAT1", "MATRIX", "PARAMCD", maintain_order=True
    )
    return [g for g in groups if g["USUBJID"].is_duplicated().any()]


def _fitted(
    part: pl.DataFrame, model: str, scope: str, plan: DoseProportionality
) -> dict[str, object]:
    facts = _facts(part, model, scope)
    reason = _why_not(part, plan)
    if reason is not None:
        return facts | {"REASON": reason}
    dose = part["DOSEG"].to_numpy()
    return facts | _told(_line(part, model, plan.confidence), float(dose.max() / dose.min()))


def _facts(part: pl.DataFrame, model: str, scope: str) -> dict[str, object]:
    once = model == "FIRST"
    first = part.select(pl.col("FIRST") == pl.col("CYCLE")).item(0, 0) if once else None
    return {
        "PARCAT1": part["PARCAT1"][0],
        "MATRIX": part["MATRIX"][0],
        "PARAMCD": part["PARAMCD"][0],
        "MODEL": model,
        "SCOPE": scope,
        "CYCLE": part["CYCLE"][0] if once else None,
        "PARAM": part["PARAM"][0],
        "FIRSTFL": "Y" if first else None,
        "N": part["USUBJID"].n_unique(),
        "NOBS": part.height,
        "NDOSE": part["PLANNED"].n_unique(),
        "DMIN": part["DOSEG"].min(),
        "DMAX": part["DOSEG"].max(),
        "DOSEU": part["DOSEGU"][0],
    }


UNITS: Final = Words("doses are given in more than one unit", "剂量单位不一致")
FEW_DOSES: Final = Words("fewer than {} planned doses", "计划剂量少于{}个")
FEW_SUBJECTS: Final = Words("fewer than {} subjects", "受试者少于{}例")
SAME_DOSES: Final = Words("doses do not differ within a cycle", "周期内剂量无差异")


def _why_not(part: pl.DataFrame, plan: DoseProportionality) -> str | None:
    """Why no line is fitted; null where one is."""
    checks = (
        (part["DOSEGU"].n_unique() > 1, UNITS.en),
        (
            part["PLANNED"].n_unique() < plan.min_levels,
            FEW_DOSES.en.format(plan.min_levels),
        ),
        (
            part["USUBJID"].n_unique() < plan.min_subjects,
            FEW_SUBJECTS.en.format(plan.min_subjects),
        ),
    )
    within = pl.col("DOSEG").log() - pl.col("DOSEG").log().mean().over("CYCLE")
    if part.select(within.abs().max() < 1e-9).item():
        return SAME_DOSES.en
    return next((words for broken, words in checks if broken), None)


def _line(part: pl.DataFrame, model: str, confidence: float) -> Line:
    y, x = part["AVAL"].log().to_numpy(), part["DOSEG"].log().to_numpy()
    if model == "FIRST":
        return fitted_line(y, x, confidence)
    subject = part["USUBJID"].rank("dense").to_numpy().astype(np.int64)
    cycles = part["CYCLE"].unique().sort().to_list()[1:]
    own = np.column_stack([part["CYCLE"].eq(c).to_numpy().astype(float) for c in cycles] or [[]])
    return fitted_line_by_subject(
        y, x, subject, confidence, int(subject.max()) - 2, own if cycles else None
    )


def _told(line: Line, ratio: float) -> dict[str, object]:
    """The slope, the dose-normalised ratio of the extreme doses, and both verdicts."""
    limits = (line.lower, line.upper)
    strict, wide = region(limits, ratio, STRICT), region(limits, ratio, EXPLORATORY)
    return {
        "RATIO": ratio,
        "ALPHA": line.intercept,
        "BETA": line.value,
        "SE": line.error,
        "DF": float(line.df),
        "LOWER": line.lower,
        "UPPER": line.upper,
        "RDNM": ratio ** (line.value - 1),
        "RDNMLO": ratio ** (line.lower - 1),
        "RDNMHI": ratio ** (line.upper - 1),
        "STRLO": strict.lower,
        "STRHI": strict.upper,
        "STRICT": strict.verdict,
        "EXPLO": wide.lower,
        "EXPHI": wide.upper,
        "EXPLOR": wide.verdict,
        "REASON": None,
    }
