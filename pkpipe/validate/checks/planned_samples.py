"""Checks of samples against the schedule: time points that it does not plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import polars as pl

from pkpipe.clinical import sample_schedule
from pkpipe.clinical.sample_schedule import SAMPLE_KINDS, Kind
from pkpipe.finding.check import Check
from pkpipe.finding.rows import found
from pkpipe.protocol.study import Study
from pkpipe.validate.row_and_cross_checks import CrossCheck, Tables

C: Final = pl.col
NOT_IN_SCHEDULE: Final = "a time point the schedule does not plan"
SAYS_PREDOSE: Final = (
    "; its name says before the dose, the schedule does not: taken as drawn at its time"
)
# The kind of sample in each domain, and the column that says what is measured.
SAMPLED: Final[dict[str, tuple[Kind, str]]] = {
    "PC": ("pk", "PCTESTCD"),
    "IS": ("ada", "ISTESTCD"),
    "CP": ("biomarker", "CPTESTCD"),
}


def _unplanned(code: str, check: Check) -> Callable[[Tables, Study], Iterable[pl.DataFrame]]:
    def find(tables: Tables, study: Study) -> Iterable[pl.DataFrame]:
        kind, test = SAMPLED[code]
        name, frame = f"{code}TPT", tables[code]
        once = [c for c in ("SRCFILE", test, f"{code}SPEC", name) if c in frame.columns]
        first = frame.drop_nulls(name).unique(once, keep="first", maintain_order=True)
        if code == "PC":
            first = first.filter(
                pl.any_horizontal(
                    pl.lit(value=False),
                    *(
                        (C("PCTESTCD") == a.code) & C("PCSPEC").eq_missing(pl.lit(a.matrix))
                        for a in study.analytes
                    ),
                )
            )
        # concentrations have a plan of their own; the same tube serves antibodies and biomarkers
        kinds: tuple[Kind, ...] = ("pk",) if code == "PC" else SAMPLE_KINDS
        names = sample_schedule.names(study, kinds)
        known = sample_schedule.keys(first[name]).is_in(sample_schedule.keys(names).implode())
        strange = first.filter(~known.fill_null(value=False))
        says = sample_schedule.says_predose(C(name)).fill_null(value=False)
        if not getattr(
            study.schedule, kind
        ):  # nothing is planned: only what a name pretends is asked
            strange = strange.filter(says)
        told = strange.with_columns(
            _MESSAGE=pl.lit(NOT_IN_SCHEDULE)
            + pl.when(says).then(pl.lit(SAYS_PREDOSE)).otherwise(pl.lit(""))
        )
        listed = ", ".join(names.unique(maintain_order=True)) or "none planned"
        yield found(check, told, allowed=f"{listed}; or a sample in schedule.{kind}")

    return find


CHECKS: Final = {
    code: Check(
        f"{code}-TIMEPOINT",
        "query",
        NOT_IN_SCHEDULE,
        f"schedule.{kind}, methods TIME-2",
        table=code,
        column=f"{code}TPT",
    )
    for code, (kind, _) in SAMPLED.items()
}
SCHEDULE: Final[tuple[CrossCheck, ...]] = tuple(
    CrossCheck((check,), (code,), _unplanned(code, check)) for code, check in CHECKS.items()
)
