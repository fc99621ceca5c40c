"""A doubted value stays, gains a status and a reason, and the reason reaches all that depends on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import polars as pl

from pkpipe.nca.registry.parameter_registry import Parameter, computing_levels
from pkpipe.protocol.nca_options import Acceptance
from pkpipe.sentences import Words

Status = Literal["OK", "FLAG", "NR"]  # NR: not reported in summaries
STATUSES: Final[tuple[Status, ...]] = ("OK", "FLAG", "NR")
SPAN: Final = Words("terminal points span less than {} half-lives", "末端点跨度不足{}个半衰期")
FEW: Final = Words("fewer than {} quantifiable samples", "可定量样本少于{}个")
FIT: Final = Words("adjusted R² below {}", "校正决定系数低于{}")
EXTRAPOLATED: Final = Words("over {} % of the area extrapolated", "面积外推超过{} %")
BEYOND: Final = Words("half-life exceeds the sampling window", "半衰期超出采样时间窗")
C = pl.col


@dataclass(frozen=True)
class Criterion:
    """A limit of the analysis plan: when it is broken, what it taints at first hand, the words."""

    needs: tuple[str, ...]
    broken: pl.Expr
    taints: tuple[str, ...]  # "SLOPE", "AREA", "WINDOW", "LEVEL": all that the kernel gives of it
    status: Status
    words: str


def criteria(limits: Acceptance) -> tuple[Criterion, ...]:
    """The limits that are set, in reading order."""
    all_of_them = (
        _below(
            "NCONCM",
            limits.samples_min,
            ("AREA", "WINDOW", "LEVEL"),
            "NR",
            FEW,
        ),
        _below("R2ADJ", limits.r2adj_min, ("SLOPE",), "NR", FIT),
        _below("LAMZSPN", limits.span_reject, ("SLOPE",), "NR", SPAN),
        _below("LAMZSPN", limits.span_min, ("SLOPE",), "FLAG", SPAN),
        _beyond_window() if limits.half_life_within_window else None,
        _over("AUCPEO", limits.extrapolated_reject, "AUCIFO", "NR"),
        _over("AUCPEO", limits.extrapolated_max, "AUCIFO", "FLAG"),
        _over("AUCPEP", limits.extrapolated_reject, "AUCIFP", "NR"),
        _over("AUCPEP", limits.extrapolated_max, "AUCIFP", "FLAG"),
    )
    return tuple(c for c in all_of_them if c is not None)


def _below(
    code: str, limit: float | None, taints: tuple[str, ...], status: Status, words: Words
) -> Criterion | None:
    if limit is None:
        return None
    return Criterion((code,), C(code) < limit, taints, status, words.en.format(f"{limit:g}"))


def _over(percent: str, limit: float | None, area: str, status: Status) -> Criterion | None:
    if limit is None:
        return None
    words = EXTRAPOLATED.en.format(f"{limit:g}")
    return Criterion((percent,), C(percent) > limit, (area, percent), status, words)


def _beyond_window() -> Criterion:
    beyond = C("LAMZHL") > C("TLST")
    return Criterion(("LAMZHL", "TLST"), beyond, ("SLOPE",), "FLAG", BEYOND.en)


@dataclass(frozen=True)
class Judgement:
    """Per parameter and unit: the criteria broken, one bit each."""

    criteria: tuple[Criterion, ...]
    bits: Mapping[str, np.ndarray]

    def statuses(self) -> list[str]:
        """The status of every combination of criteria."""
        return [max(self._of(n, "status"), key=STATUSES.index, default="OK") for n in self._range()]

    def reasons(self) -> list[str | None]:
        """The words of every combination of criteria; a stricter limit speaks for a milder one."""
        return ["; ".join(dict.fromkeys(self._spoken(n))) or None for n in self._range()]

    def _range(self) -> range:
        return range(1 << len(self.criteria))

    def _broken(self, number: int) -> list[Criterion]:
        return [c for i, c in enumerate(self.criteria) if number >> i & 1]

    def _of(self, number: int, what: str) -> list[str]:
        return [getattr(c, what) for c in self._broken(number)]

    def _spoken(self, number: int) -> list[str]:
        broken = self._broken(number)
        rejecting = {c.needs for c in broken if c.status == "NR"}
        return [c.words for c in broken if c.status == "NR" or c.needs not in rejecting]


def judged(values: pl.DataFrame, parameters: Sequence[Parameter], limits: Acceptance) -> Judgement:
    """Which criteria each value breaks, directly or through what it was computed from."""
    known = {p.code: p for p in parameters}
    used = tuple(c for c in criteria(limits) if all(n in values.columns for n in c.needs))
    broken = [
        values.select(c.broken.fill_null(value=False).alias("b")).to_series().to_numpy()
        for c in used
    ]
    if not used:
        return Judgement(used, dict.fromkeys(known, np.zeros(values.height, np.uint8)))
    extended = values.get_column("EXTENDED").to_numpy()
    bits: dict[str, np.ndarray] = {}
    for level in computing_levels(known):
        for code in level:
            bits[code] = _bits(known[code], used, broken, extended, bits)
    return Judgement(used, bits)


def _bits(
    parameter: Parameter,
    used: Sequence[Criterion],
    broken: Sequence[np.ndarray],
    extended: np.ndarray,
    known: Mapping[str, np.ndarray],
) -> np.ndarray:
    found = np.zeros(len(extended), np.uint8)
    for number, (criterion, breaks) in enumerate(zip(used, broken, strict=True)):
        if parameter.code in criterion.taints or parameter.why in criterion.taints:
            found |= breaks.astype(np.uint8) << number
        # An area that had to be extended to its end stands on the slope, one within the samples does not.
        elif "SLOPE" in criterion.taints and parameter.why == "WINDOW" and parameter.uses_slope:
            found |= (breaks & extended).astype(np.uint8) << number
    for need in parameter.needs:
        if need in known:
            found = found | known[need]
    return found
