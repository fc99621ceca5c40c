"""Ratios of geometric means between treatments: relative bioavailability, food effect, formulations.

Parallel groups: two samples of logarithms, t limits with a variance each (Welch, Biometrika 1947, 34:28, with
Satterthwaite's degrees of freedom) or with one variance. Subjects with several treatments: least squares of
the logarithm on subject, period and treatment, all fixed (EMA, CPMP/EWP/QWP/1401/98 Rev. 1, and its questions
and answers, method A). The sequence lies between subjects and adds nothing to the ratio. Without periods, and
with one value a treatment, that is the paired t test. Each treatment is set against the reference by itself:
data of a third one are left out (EMA, section 4.1.8).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from pkpipe.nca.registry.parameters import PARAMETERS
from pkpipe.protocol.ratio_options import Design, RatioOptions, Variances
from pkpipe.sentences import Words

C: Final = pl.col
Floats = npt.NDArray[np.float64]
FEW: Final = 2  # values of a treatment that a variance needs
SCHEMA: Final = pl.Schema(
    dict.fromkeys(("TEST", "REFERENCE", "DESIGN"), pl.String())
    | dict.fromkeys(("NTEST", "NREF", "NBOTH", "NOTUSED"), pl.Int64())
    | dict.fromkeys(("GMTEST", "GMREF", "RATIO", "LOWER", "UPPER"), pl.Float64())
    | dict.fromkeys(("LEVEL", "DF", "CV"), pl.Float64())
    | {"REASON": pl.String()}
)
NO_VALUE: Final = Words(
    "fewer than {} subjects with a value above 0 under {}", "不足{}例受试者有大于0的值：{}"
)
THE_TREATMENT: Final = Words("the treatment", "受试处理")
THE_REFERENCE: Final = Words("the reference", "参比处理")
NOBODY: Final = Words("fewer than {} subjects have both treatments", "接受两种处理的受试者不足{}例")
ALIASED: Final = Words(
    "treatment and period change together, so one cannot be told from the other (without periods it is a "
    "comparison within subjects)",
    "处理与周期同时变化，无法区分（不含周期时为受试者内比较）",
)
NO_REST: Final = Words("no degree of freedom is left for the variance", "方差没有剩余自由度")
SEVERAL: Final = Words(
    "subjects have several treatments: their values are no independent groups",
    "受试者接受了多种处理，其值不是相互独立的组",
)


@dataclass(frozen=True)
class Question:
    """How treatments are compared; confidence: two-sided, of the limits."""

    design: Design
    variances: Variances = "unequal"
    confidence: float = 0.9

    @classmethod
    def of(cls, options: RatioOptions, design: Design) -> Question:
        """The options, with the design as it is asked for or as the values have it."""
        return cls(options.design or design, options.variances, options.confidence)


def with_several(values: pl.DataFrame, keys: Sequence[str]) -> int:
    """How many subjects have several treatments in a group; none: the groups are parallel."""
    several = values.group_by(*keys, "SUBJECT").agg(C("TREATMENT").n_unique().alias("N"))
    return several.filter(C("N") > 1)["SUBJECT"].n_unique()


def used_of(two: pl.DataFrame, keys: Sequence[str], design: Design) -> pl.DataFrame:
    """Of a treatment and the reference the values above 0, in a crossover not the only one of a subject."""
    used = two.filter((C("VALUE") > 0) & C("VALUE").is_finite())
    return used.filter(pl.len().over(*keys, "SUBJECT") > 1) if design == "crossover" else used


def compared(there: Sequence[str], options: RatioOptions) -> list[str]:
    """Codes of parameters that are compared: those named, else those whose summary is a geometric mean."""
    geometric = {p.code for p in PARAMETERS if p.summary == "geometric"}
    return [*(options.parameters or (code for code in there if code in geometric))]


@dataclass(frozen=True)
class _Line:
    """A difference of logarithms: its value, standard error, degrees of freedom, residual variance."""

    value: float
    error: float
    df: float
    variance: float


def treatment_ratios(
    values: pl.DataFrame, keys: Sequence[str], reference: str, of: Question
) -> pl.DataFrame:
    """One row a group and treatment beside the reference; RATIO, LOWER and UPPER in percent.

    values: keys of the group, SUBJECT, TREATMENT, PERIOD (null: not asked), VALUE; a value that is null or
    not above 0 has no logarithm and is counted in NOTUSED. Crossover: so is the only value of a subject,
    which says nothing; several values of one treatment say something of periods and variance, and stay.
    """
    found = []
    for part in values.partition_by(keys, maintain_order=True) if keys else [values]:
        tests = part["TREATMENT"].unique(maintain_order=True).to_list()
        for test in (t for t in tests if t != reference):
            two = part.filter(C("TREATMENT").is_in([test, reference]))
            row = {key: part[key][0] for key in keys} | {"TEST": test, "REFERENCE": reference}
            found.append(row | _compared(two, test, of))
    schema = pl.Schema({key: values.schema[key] for key in keys} | dict(SCHEMA))
    return pl.DataFrame(found, schema=schema, orient="row")


def _compared(two: pl.DataFrame, test: str, of: Question) -> dict[str, object]:
    used = used_of(two, (), of.design)
    told: dict[str, object] = {"DESIGN": of.design, "LEVEL": of.confidence}
    told["NOTUSED"] = two.height - used.height
    both = used.group_by("SUBJECT").agg(C("TREATMENT").n_unique()).filter(C("TREATMENT") > 1)
    if of.design == "crossover":
        told["NBOTH"] = both.height
    is_test = C("TREATMENT") == test
    sides = {"TEST": used.filter(is_test), "REF": used.filter(~is_test)}
    for side, rows in sides.items():
        told[f"N{side}"] = rows["SUBJECT"].n_unique()
        logs = rows["VALUE"].log().to_numpy()
        told[f"GM{side}"] = float(np.exp(logs.mean())) if rows.height else None
    line = _of_parallel(sides, of) if of.design == "parallel" else _within(used, test, both.height)
    if isinstance(line, str):
        return told | {"REASON": line}
    from scipy.special import stdtrit  # noqa: PLC0415 (a fifth of a second, not for the help of a verb)

    half = float(stdtrit(line.df, 0.5 + of.confidence / 2)) * line.error
    limits = {"RATIO": line.value, "LOWER": line.value - half, "UPPER": line.value + half}
    cv = 100 * float(np.sqrt(np.expm1(line.variance)))
    return told | {k: 100 * float(np.exp(v)) for k, v in limits.items()} | {"DF": line.df, "CV": cv}


def _of_parallel(sides: dict[str, pl.DataFrame], of: Question) -> _Line | str:
    """Two groups of subjects. CV is that of all subjects within their group."""
    test, ref = (sides[s]["VALUE"].log().to_numpy() for s in ("TEST", "REF"))
    for logs, said in ((test, THE_TREATMENT), (ref, THE_REFERENCE)):
        if len(logs) < FEW:
            return NO_VALUE.en.format(FEW, said.en)
    sizes = np.array([len(test), len(ref)], dtype=np.float64)
    own = np.array([test.var(ddof=1), ref.var(ddof=1)])
    pooled = float((sizes - 1) @ own / (sizes.sum() - 2))
    difference = float(test.mean() - ref.mean())
    if of.variances == "equal":
        error = float(np.sqrt(pooled * (1 / sizes).sum()))
        return _Line(difference, error, float(sizes.sum() - 2), pooled)
    parts = own / sizes
    if not parts.sum():
        return _Line(difference, 0.0, float(sizes.sum() - 2), pooled)
    df = float(parts.sum() ** 2 / (parts**2 / (sizes - 1)).sum())
    return _Line(difference, float(np.sqrt(parts.sum())), df, pooled)


def _within(used: pl.DataFrame, test: str, both: int) -> _Line | str:
    """Least squares within subjects; CV is that within a subject."""
    if both < FEW:
        return NOBODY.en.format(FEW)
    subject = used["SUBJECT"].rank("dense").to_numpy().astype(np.int64) - 1
    treated = (used["TREATMENT"] == test).to_numpy().astype(np.float64)
    others = _indicators(used["PERIOD"])
    x = _centred(np.column_stack([treated, *others]), subject)
    y = _centred(used["VALUE"].log().to_numpy()[:, None], subject)[:, 0]
    rank = int(np.linalg.matrix_rank(x))
    if int(np.linalg.matrix_rank(x[:, 1:])) == rank:
        return ALIASED.en
    df = len(y) - int(subject.max()) - 1 - rank
    if df < 1:
        return NO_REST.en
    inverse = np.linalg.pinv(x.T @ x)
    beta = inverse @ (x.T @ y)
    rest = y - x @ beta
    variance = float(rest @ rest) / df
    return _Line(float(beta[0]), float(np.sqrt(variance * inverse[0, 0])), float(df), variance)


def _indicators(period: pl.Series) -> list[Floats]:
    """A column for each period but the first; none without periods."""
    names = period.unique().drop_nulls().sort().to_list()
    return [(period == name).fill_null(value=False).to_numpy().astype(float) for name in names[1:]]


def _centred(x: Floats, subject: npt.NDArray[np.int64]) -> Floats:
    """Each column less the mean of its subject: what is left when a subject has a mean of its own."""
    sizes = np.bincount(subject)
    sums = np.zeros((len(sizes), x.shape[1]))
    np.add.at(sums, subject, x)
    return x - (sums / sizes[:, None])[subject]
