"""PDEMAX and PDCURVE: a biomarker's mean curve on concentration, or the reason why there is none."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from scipy.special import stdtrit

from pkpipe.biomarkers.concentration_pairs import SCHEMA as PAIR_SCHEMA
from pkpipe.biomarkers.concentration_pairs import WHAT, marker_pairs
from pkpipe.biomarkers.emax import (
    MODEL_PARAMETERS,
    ON_LOG,
    Fit,
    Floats,
    Model,
    Points,
    constant,
    curve,
    fitted,
    slopes,
)
from pkpipe.biomarkers.marker_sentences import (
    AT_BOUND,
    FEW_LEVELS,
    FEW_RESULTS,
    FEW_SUBJECTS,
    NO_EFFECT,
    NO_FIT,
    NO_MAXIMUM,
    NOT_ABOVE,
    NOT_APART,
    NOT_BELOW,
    SAME,
    WIDE,
)
from pkpipe.protocol.exposure_response import MarkerCurves
from pkpipe.protocol.study import Study

MODELS: Final = {"NONE": 0, "EMAX": 1, "SIGEMAX": 2}
STATS: Final = {"E0": 0, "EMAX": 1, "EC50": 2, "HILL": 3, "RSD": 4, "AICC": 5}
LABELS: Final = {
    "E0": "Result without drug",
    "EMAX": "Maximum effect",
    "EC50": "Concentration of half the maximum effect",
    "HILL": "Hill coefficient",
    "RSD": "Residual SD",
    "AICC": "Akaike criterion, corrected for few points",
}
EMAX_SCHEMA: Final = pl.Schema(
    dict.fromkeys((*WHAT, "KIND", "MODEL", "STAT", "PARAM", "DRUG", "LABEL"), pl.String())
    | dict.fromkeys(("N", "NOBS", "NCUT"), pl.Int64())
    | {"CONCLO": pl.Float64(), "CONCHI": pl.Float64(), "CONCU": pl.String()}
    | {"AVAL": pl.Float64(), "AVALU": pl.String()}
    | dict.fromkeys(("SE", "DF", "LOWER", "UPPER", "LEVELCI"), pl.Float64())
    | dict.fromkeys(("CHOSENFL", "STATUS", "REASON"), pl.String())
)
CURVE_SCHEMA: Final = pl.Schema(
    dict.fromkeys((*WHAT, "KIND"), pl.String())
    | {"CONC": pl.Float64(), "CONCU": pl.String(), "MODEL": pl.String()}
    | dict.fromkeys(("FITTED", "LOWER", "UPPER"), pl.Float64())
    | {"AVALU": pl.String(), "LEVELCI": pl.Float64()}
)
CURVE_POINTS: Final = 81
NO_LIMITS: Final = "not a parameter of the curve: no limits"


@dataclass(frozen=True)
class Failure:
    """Why a model gives no numbers."""

    status: str
    reason: str


@dataclass(frozen=True)
class Judged:
    """A model with its limits, or its failure."""

    model: Model
    fit: Fit | None
    failure: Failure | None
    chosen: bool = False


def marker_response(
    adpd: pl.DataFrame, adpc: pl.DataFrame, study: Study
) -> dict[str, pl.DataFrame]:
    """PDPAIR, PDEMAX, PDCURVE; all empty without `exposure_response.markers` in the study file."""
    plan = study.exposure_response.markers if study.exposure_response else None
    if plan is None:
        tables = {"PDPAIR": PAIR_SCHEMA, "PDEMAX": EMAX_SCHEMA, "PDCURVE": CURVE_SCHEMA}
        return {name: pl.DataFrame(schema=schema) for name, schema in tables.items()}
    pairs = marker_pairs(adpd, adpc, study, plan)
    table, drawn = marker_curves(pairs, plan)
    return {"PDPAIR": pairs, "PDEMAX": table, "PDCURVE": drawn}


def marker_curves(pairs: pl.DataFrame, plan: MarkerCurves) -> tuple[pl.DataFrame, pl.DataFrame]:
    """PDEMAX, a row a marker, analyte, model and parameter, and PDCURVE, the chosen model drawn.

    The points of one subject are not independent: limits rest on subjects, not points (see `emax`).
    """
    if pairs.is_empty():
        return pl.DataFrame(schema=EMAX_SCHEMA), pl.DataFrame(schema=CURVE_SCHEMA)
    parts = pairs.sort(*WHAT, "USUBJID", "ADTM", "SRCROW", nulls_last=True).partition_by(
        WHAT, maintain_order=True
    )
    rows: list[dict[str, object]] = []
    drawn: list[pl.DataFrame] = []
    for part in parts:
        used = part.filter(pl.col("USEDFL") == "Y")
        points = _points(used)
        judged = _chosen(_judged(points, plan), plan)
        facts = _facts(part, used, plan)
        rows.extend(row for one in judged for row in _rows(one, points, plan, facts))
        drawn.extend(_drawn(one, points, plan, facts) for one in judged if one.chosen)
    table = pl.DataFrame(rows, schema=EMAX_SCHEMA, orient="row").sort(
        *WHAT,
        pl.col("MODEL").replace_strict(MODELS, return_dtype=pl.Int8),
        pl.col("STAT").replace_strict(STATS, return_dtype=pl.Int8),
    )
    return table, pl.concat([pl.DataFrame(schema=CURVE_SCHEMA), *drawn])


def _points(used: pl.DataFrame) -> Points:
    subject = used["USUBJID"].rank("dense").cast(pl.Int64).to_numpy() - 1
    side = used["CUTOFF"].replace_strict({"LOW": -1, "HIGH": 1}, default=0, return_dtype=pl.Int64)
    return Points(used["CONC"].to_numpy(), used["AVAL"].to_numpy(), subject, side.to_numpy())


def _facts(part: pl.DataFrame, used: pl.DataFrame, plan: MarkerCurves) -> dict[str, object]:
    positive = used.filter(pl.col("CONC") > 0)["CONC"]
    return {k: part[k][0] for k in (*WHAT, "KIND", "PARAM", "DRUG", "CONCU")} | {
        "N": used["USUBJID"].n_unique(),
        "NOBS": used.height,
        "NCUT": used["CUTOFF"].count(),
        "CONCLO": positive.min(),
        "CONCHI": positive.max(),
        "UNIT": part["AVALU"].drop_nulls().first(),
        "LEVELCI": plan.confidence,
    }


def _judged(points: Points, plan: MarkerCurves) -> list[Judged]:
    models = [m for m in MODEL_PARAMETERS if m == "NONE" or m in plan.models]
    few = _too_few(points, plan)
    if few is not None:
        return [Judged(m, None, few) for m in models]
    flat = constant(points, plan)
    fits = [flat if m == "NONE" else fitted(m, points, plan) for m in models]
    return [Judged(f.model, f, _failure(f, flat, points, plan)) for f in fits]


def _too_few(points: Points, plan: MarkerCurves) -> Failure | None:
    """What is seen before any fit, the first that holds."""
    n, subjects = len(points.value) - points.cut, points.subjects
    levels = len(np.unique(points.positive))
    checks = (
        (
            n < plan.min_points,
            Failure("FEWPOINTS", FEW_RESULTS.en.format(n, plan.min_points)),
        ),
        (
            subjects < plan.min_subjects,
            Failure("FEWSUBJ", FEW_SUBJECTS.en.format(subjects, plan.min_subjects)),
        ),
        (
            levels < len(MODEL_PARAMETERS["SIGEMAX"]),
            Failure("FEWCONC", FEW_LEVELS.en.format(levels)),
        ),
        (n > 0 and np.ptp(points.value) == 0, Failure("NOEFFECT", SAME.en)),
    )
    return next((failure for holds, failure in checks if holds), None)


def _failure(fit: Fit, flat: Fit, points: Points, plan: MarkerCurves) -> Failure | None:
    """What is seen after the fit, in reading order."""
    if fit.model == "NONE":
        return None
    if flat.aicc < fit.aicc + plan.min_gain:
        return Failure(
            "NOEFFECT",
            NO_EFFECT.en,
        )
    if not fit.converged:
        return Failure("NOCONV", NO_FIT.en)
    if (outside := _range_failure(fit, points, plan)) is not None:
        return outside
    if fit.at_bound is not None:
        return Failure("BOUND", AT_BOUND.en.format(fit.at_bound))
    return _limits_failure(fit, points, plan)


def _range_failure(fit: Fit, points: Points, plan: MarkerCurves) -> Failure | None:
    """Concentrations above 0 must lie on either side of EC50, and not of one subject only."""
    ec50, there = math.exp(fit.beta[2]), points.conc > 0
    for side, words in ((points.conc < ec50, NOT_BELOW), (points.conc >= ec50, NOT_ABOVE)):
        subjects = len(np.unique(points.subject[there & side]))
        if subjects < plan.min_each_side:
            return Failure(
                "RANGE",
                words.en.format(subjects, plan.min_each_side),
            )
    return None


def _limits_failure(fit: Fit, points: Points, plan: MarkerCurves) -> Failure | None:
    if fit.cov is None:
        return Failure("NOIDENT", NOT_APART.en)
    half = _half(fit, points, plan)
    if abs(fit.beta[1]) <= half[1]:
        return Failure("NOIDENT", NO_MAXIMUM.en)
    if 2 * half[2] > math.log(plan.max_fold):
        return Failure(
            "NOIDENT",
            WIDE.en.format(f"{plan.max_fold:g}"),
        )
    return None


def _chosen(judged: list[Judged], plan: MarkerCurves) -> list[Judged]:
    """From the fewest parameters upwards, a model is taken if AICc gains enough over the one so far.

    Burnham & Anderson, Model Selection and Multimodel Inference, 2002, section 2.6: models within 2 are
    supported alike.
    """
    best: Fit | None = None
    for one in judged:
        fit = one.fit
        if one.model == "NONE" or one.failure is not None or fit is None:
            continue
        if best is None or fit.aicc < best.aicc - plan.min_gain:
            best = fit
    return [Judged(j.model, j.fit, j.failure, best is not None and j.fit is best) for j in judged]


def _half(fit: Fit, points: Points, plan: MarkerCurves) -> Floats:
    """Half the length of the t limits of each parameter; degrees of freedom: subjects less parameters."""
    cov = np.zeros((len(fit.beta), len(fit.beta))) if fit.cov is None else fit.cov
    return np.asarray(_quantile(fit, points, plan) * np.sqrt(np.diag(cov)))


def _quantile(fit: Fit, points: Points, plan: MarkerCurves) -> float:

    return float(stdtrit(points.subjects - len(fit.beta), 0.5 + plan.confidence / 2))


def _rows(
    one: Judged, points: Points, plan: MarkerCurves, facts: dict[str, object]
) -> Iterator[dict[str, object]]:
    fit, failure = one.fit, one.failure
    names = MODEL_PARAMETERS[one.model]
    units = {"EC50": facts["CONCU"], "HILL": "1", "AICC": "1"}
    for i, name in enumerate((*names, "RSD", "AICC")):
        row: dict[str, object] = {k: v for k, v in facts.items() if k != "UNIT"} | {
            "MODEL": one.model,
            "STAT": name,
            "LABEL": LABELS[name],
            "AVALU": units.get(name, facts["UNIT"]),
            "CHOSENFL": "Y" if one.chosen else "N",
            "STATUS": failure.status if failure else "OK",
            "REASON": failure.reason if failure else None,
        }
        if fit is None or failure is not None:
            yield row
        elif i < len(names):
            yield row | _parameter(fit, points, plan, i)
        else:
            n, p = len(points.value), len(names)
            value = fit.aicc if name == "AICC" else math.sqrt(fit.rss / (n - p))
            yield row | {"AVAL": value, "REASON": NO_LIMITS}


def _parameter(fit: Fit, points: Points, plan: MarkerCurves, i: int) -> dict[str, object]:
    """SE and limits of EC50 and Hill are of their natural logarithm; the limits are turned back."""
    value, half = float(fit.beta[i]), float(_half(fit, points, plan)[i])
    cov = fit.cov
    turn = math.exp if fit.names[i] in ON_LOG else float
    return {
        "AVAL": turn(value),
        "SE": math.sqrt(float(cov[i, i])) if cov is not None else None,
        "DF": float(points.subjects - len(fit.beta)),
        "LOWER": turn(value - half),
        "UPPER": turn(value + half),
    }


def _drawn(
    one: Judged, points: Points, plan: MarkerCurves, facts: dict[str, object]
) -> pl.DataFrame:
    """The chosen curve from the lowest to the highest concentration, with pointwise limits of the mean."""
    fit = one.fit
    if fit is None or fit.cov is None:
        return pl.DataFrame(schema=CURVE_SCHEMA)
    grid = np.geomspace(points.positive.min(), points.positive.max(), CURVE_POINTS)
    grid = np.concatenate([[0.0], grid]) if (points.conc == 0).any() else grid
    mean, steep = curve(fit.model, fit.beta, grid), slopes(fit.model, fit.beta, grid)
    spread = np.sqrt(np.einsum("ij,jk,ik->i", steep, fit.cov, steep))
    half = _quantile(fit, points, plan) * spread
    frame = pl.DataFrame({"CONC": grid, "FITTED": mean, "LOWER": mean - half, "UPPER": mean + half})
    return frame.with_columns(
        MODEL=pl.lit(one.model),
        AVALU=pl.lit(facts["UNIT"], dtype=pl.String),
        LEVELCI=pl.lit(plan.confidence),
        **{k: pl.lit(facts[k], dtype=pl.String) for k in (*WHAT, "KIND", "CONCU")},
    ).select(pl.col(c).cast(t) for c, t in CURVE_SCHEMA.items())
