"""Records of EX that are parts of one infusion: two bags, or an infusion that was stopped and went on.

SDTMIG 3.4 (EX) has a record for every constant administration, so an infusion whose rate falls to zero, or
that is given from two bags, is delivered in several. It is one administration: one start, one stop, the time
between them includes the breaks (methods DOSE-1), and the doses of its parts add up.

Records belong together if they are infusions of one subject and drug, in one unit, of the same cycle and
visit where these are recorded, start within half a planned interval of each other, and the next begins

* together with the one before, as another bag (`parallel_bags`), or
* on the day the one before ends, or within an hour after it (another bag is hung in minutes), or
* within 24 hours, if one of the two says that the infusion was interrupted (CTCAE v5.0, infusion related
  reaction grade 2: an interrupted infusion that goes on within the 24 hours of prophylactic treatment), or
* within `drugs.part_gap_hours`, where the study file gives that bound, instead of both.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.dose_frequency import FREQUENCY, of_frequency, planned_interval
from pkpipe.clinical.parallel_bags import starts_together
from pkpipe.protocol.study import Study
from pkpipe.schema import dates

C: Final = pl.col
BAG_HOURS: Final = 1.0
INTERRUPTED_HOURS: Final = 24.0
PLACEBO: Final = "(?i)placebo"


def given(dose: str = "EXDOSE", drug: str = "EXTRT") -> pl.Expr:
    """True for a record of something given: a dose above 0, or the 0 mg of a placebo."""
    nothing_in_it = (C(dose) == 0) & C(drug).str.contains(PLACEBO)
    return ((C(dose) > 0) | nothing_in_it).fill_null(value=False)


def of_drug(values: dict[str, float | None], drug: str = "EXTRT") -> pl.Expr:
    """A number of the study file that belongs to the drug of the row."""
    known = {code: value for code, value in values.items() if value is not None}
    return C(drug).replace_strict(known, default=None, return_dtype=pl.Float64)


def is_infusion(study: Study, drug: str = "EXTRT") -> pl.Expr:
    """True where the drug of the row is infused."""
    return C(drug).is_in([d.code for d in study.drugs if d.route == "iv_infusion"])


def in_order(ex: pl.DataFrame) -> pl.DataFrame:
    """EX by subject, drug and time with the moments of each record.

    START and END are midnight where only the day is known; SINGLE: no frequency, or one that says one dose.
    """
    start, end = C("EXSTDTC"), C("EXENDTC")
    term = FREQUENCY.term(C("EXDOSFRQ"))
    return (
        ex.with_columns(
            START=dates.moment_or_midnight(start),
            END=dates.moment_or_midnight(end),
            STTIMED=dates.has_time(start).fill_null(value=False),
            ENTIMED=dates.has_time(end).fill_null(value=False),
            TERM=term,
            **of_frequency(term),
        )
        .with_columns(SINGLE=(C("COUNTED") == "ONE") | C("EXDOSFRQ").is_null())
        .sort("USUBJID", "EXTRT", "START", "SRCROW", nulls_last=True)
    )


def joined(rows: pl.DataFrame, study: Study) -> pl.DataFrame:
    """One row an infusion: PARTS of it, NINTR times it was interrupted, PLANSUM, the sum of what was planned.

    rows: as `in_order` gives them. Every other record stays as it is, with one part.
    """
    marked = C("EXINTRFL") == "Y"
    first = ~_goes_on(study)
    beside = rows.with_columns(FIRST=first.fill_null(value=True))
    alone = {
        "PARTS": pl.lit(1, dtype=pl.Int64),
        "NINTR": marked.fill_null(value=False).cast(pl.Int64),
        "PLANSUM": C("EXPDOSE"),
    }
    if beside["FIRST"].all():
        return beside.with_columns(**alone).drop("FIRST")
    numbered = beside.with_columns(INFUSION=C("FIRST").cum_sum())
    several = C("INFUSION").is_duplicated()
    one = numbered.filter(~several).with_columns(**alone)
    parts = numbered.filter(several).group_by("INFUSION", maintain_order=True)
    together = parts.agg(**_of_all(rows.columns)).with_columns(FIRST=True)
    return pl.concat([one, together.select(one.columns)]).sort("INFUSION").drop("FIRST", "INFUSION")


def _goes_on(study: Study) -> pl.Expr:
    """True for a record that is a further part of the infusion in the row before."""

    def same(name: str, *, if_known: bool = False) -> pl.Expr:
        now, before = C(name), C(name).shift()
        alike = now.eq_missing(before)
        return alike | now.is_null() | before.is_null() if if_known else alike

    bound = of_drug({d.code: d.part_gap_hours for d in study.drugs})
    half = of_drug({d.code: 12 * planned_interval(d) for d in study.drugs})
    timed = C("STTIMED") & C("ENTIMED").shift()
    end = pl.coalesce(C("END").shift(), C("START").shift())
    gap = (C("START") - end).dt.total_seconds() / 3600
    same_day = C("START").dt.date() == end.dt.date()
    says = ((C("EXINTRFL") == "Y") | (C("EXINTRFL").shift() == "Y")).fill_null(value=False)
    near = same_day | (timed & (gap <= pl.when(says).then(INTERRUPTED_HOURS).otherwise(BAG_HOURS)))
    within = pl.when(bound.is_not_null() & timed).then(gap <= bound).otherwise(near)
    both_single = C("SINGLE") | (C("START").dt.date() == C("END").dt.date())
    since = (C("START") - C("START").shift()).dt.total_seconds() / 3600
    return (
        same("USUBJID")
        & same("EXTRT")
        & same("EXDOSU")
        & same("CYCLE", if_known=True)
        & same("VISIT", if_known=True)
        & is_infusion(study)
        & (C("EXDOSE") > 0)
        & (C("EXDOSE").shift() > 0)
        & both_single
        & both_single.shift()
        & (since < half)
        & (starts_together() | ((~timed | (gap >= 0)) & within))
    ).fill_null(value=False)


def _of_all(columns: list[str]) -> dict[str, pl.Expr]:
    """Each column of an infusion from those of its parts; of most the first that is known."""

    def total(name: str) -> pl.Expr:
        return pl.when(C(name).is_not_null().all()).then(C(name).sum())

    timed_start = C("START").filter(C("STTIMED")).min()
    marked = (C("EXINTRFL") == "Y").any()
    own = {
        "EXDOSE": total("EXDOSE"),
        "EXDOSEMG": total("EXDOSEMG"),
        "EXPDOSE": C("EXPDOSE").max(),
        "EXINTRFL": pl.when(marked).then(pl.lit("Y")).otherwise(C("EXINTRFL").drop_nulls().first()),
        "START": pl.coalesce(timed_start, C("START").min()),
        "END": C("END").max(),
        "STTIMED": C("STTIMED").any(),
        "ENTIMED": C("ENTIMED").sort_by(C("END"), nulls_last=False).last() & C("STTIMED").all(),
    }
    first = {
        name: C(name).first() if name.startswith("SRC") else C(name).drop_nulls().first()
        for name in columns
        if name not in own
    }
    return (
        first
        | own
        | {
            "EXENDTC": C("EXENDTC").sort_by(C("END"), nulls_last=False).last(),
            "PARTS": pl.len().cast(pl.Int64),
            # a break between bags that nobody called an interruption is none
            "NINTR": pl.when(marked).then(pl.len() - 1).otherwise(0).cast(pl.Int64),
            "PLANSUM": total("EXPDOSE"),
        }
    )
