"""What a study declares beyond groups: when subjects came under observation, and competing events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pkpipe.finding.check import OWN_RULE, Check
from pkpipe.finding.table import all_findings, findings_at
from pkpipe.protocol.efficacy import SurvivalPlan
from pkpipe.schema.adam.survival import CIFCURVE, KMCIF, TTEENTRY
from pkpipe.survival.competing_events.incidence import incidences
from pkpipe.survival.competing_events.incidence_summary import EVENTS, incidence_summary
from pkpipe.survival.curves.curve_summary import few_counted
from pkpipe.survival.curves.curve_tables import every_group, in_order, reading_of, summarised
from pkpipe.survival.curves.observations import ENTRY

C: Final = pl.col
# Endpoints that events of several kinds end.
OF_SEVERAL_KINDS: Final = ("PFS", "DOR")
TOO_LATE: Final = Check(
    "TTE-ENTRY", "query",
    "under observation only from the end on: the subject is in no estimate of the endpoint",
    "Klein & Moeschberger 2003, section 4.6", allowed="an entry before the end",
    table="ADTTE", column="ENTRYDT",
)  # fmt: skip
ONE_GROUP: Final = Check(
    "TTE-STRATUM", "note", "a stratum with one of the groups compared: nothing is compared in it",
    OWN_RULE, allowed="two groups or more in a stratum, or other strata", table="ADSL",
)  # fmt: skip
NO_KIND: Final = Check(
    "TTE-KIND", "query", "an event of a kind that survival.competing does not name", OWN_RULE,
    allowed="a kind that survival.competing names", table="ADTTE", column="EVNTDESC",
)  # fmt: skip
CHECKS: Final = (TOO_LATE, NO_KIND, ONE_GROUP)


def with_entry(lead: pl.DataFrame, adsl: pl.DataFrame, plan: SurvivalPlan) -> pl.DataFrame:
    """The leading rows with the strata, and with ENTRY where the study declares it.

    A subject whose entry is not before its end was never at risk under observation: its AVAL is null here.
    """
    extra = [c for c in plan.strata if c not in lead.columns]
    entry = [] if plan.entry is None else [C(plan.entry).alias("ENTRYDT")]
    rows = lead.join(
        adsl.select("USUBJID", *extra, *entry), on="USUBJID", how="left", maintain_order="left"
    )
    if plan.entry is None:
        return rows
    days = (C("ENTRYDT") - C("STARTDT")).dt.total_days().cast(pl.Float64)
    rows = rows.with_columns(pl.when(days > 0).then(days).alias(ENTRY))
    late = (C(ENTRY) >= C("AVAL")).fill_null(value=False)
    return rows.with_columns(
        GIVEN="AVAL",
        AVAL=pl.when(~late).then("AVAL"),
        USEDFL=pl.when(late).then(pl.lit("N")).otherwise(pl.lit("Y")),
    )


def entries(watched: pl.DataFrame, plan: SurvivalPlan) -> pl.DataFrame:
    """TTEENTRY of the leading rows."""
    if plan.entry is None:
        return TTEENTRY.empty()
    return TTEENTRY.as_declared(watched.with_columns(AVAL="GIVEN"))


def incidence_table(
    watched: pl.DataFrame, subjects: pl.DataFrame, plan: SurvivalPlan, endpoints: Sequence[str]
) -> pl.DataFrame:
    """KMCIF: events and cumulative incidence of each competing kind, for everybody and each group."""
    codes = _of_several_kinds(plan, endpoints)
    if not codes:
        return KMCIF.empty()
    everyone = _with_kinds(watched, subjects, codes)
    kinds, reading = list(plan.competing), reading_of(plan)
    table = summarised(everyone, lambda frame: incidence_summary(frame, kinds, reading))
    counted = C("STAT") == EVENTS
    told = few_counted(table, C("N"), plan.min_n_curve, (EVENTS,)).with_columns(
        STAT=pl.when(counted).then(pl.lit("EVENTS")).otherwise("STAT"),
        UNIT=pl.when(counted).then(pl.lit("subjects")).otherwise(pl.lit("probability")),
    )
    return in_order(KMCIF.as_declared(told), endpoints, [])


def incidence_curves(
    watched: pl.DataFrame, subjects: pl.DataFrame, plan: SurvivalPlan, endpoints: Sequence[str]
) -> pl.DataFrame:
    """CIFCURVE: the cumulative incidence of each competing kind at every time, of groups with a curve."""
    codes = _of_several_kinds(plan, endpoints)
    if not codes:
        return CIFCURVE.empty()
    large = _with_kinds(watched, subjects, codes).filter(C("N") >= plan.min_n_curve)
    found = incidences(
        large, list(plan.competing), ("PARAMCD", "GROUP", "GROUPVAL"), plan.conf, plan.level
    )
    order = {kind: place for place, kind in enumerate(plan.competing)}
    placed = found.sort(C("KIND").replace_strict(order, return_dtype=pl.Int64), maintain_order=True)
    return in_order(CIFCURVE.as_declared(placed), endpoints, [])


def _of_several_kinds(plan: SurvivalPlan, endpoints: Sequence[str]) -> list[str]:
    """The endpoints whose kinds of event the study names."""
    return [code for code in endpoints if code in OF_SEVERAL_KINDS and plan.competing]


def _with_kinds(
    watched: pl.DataFrame, subjects: pl.DataFrame, codes: Sequence[str]
) -> pl.DataFrame:
    """The times of every group, each event with its kind."""
    own = watched.filter(C("PARAMCD").is_in(codes))
    everyone = every_group(own, subjects, codes, "EVNTDESC")
    return everyone.with_columns(KIND=pl.when(C("EVENT") == 1).then("EVNTDESC"))


def declared_findings(watched: pl.DataFrame, plan: SurvivalPlan) -> pl.DataFrame:
    """Who was watched only from the end on, kinds of event without a name, strata with one group."""
    found = []
    if plan.entry is not None:
        found.append(_found(watched.filter(C("USEDFL") == "N"), TOO_LATE))
    if plan.competing:
        ended = watched.filter(C("CNSR") == 0, C("PARAMCD").is_in(OF_SEVERAL_KINDS))
        other = ended.filter(~C("EVNTDESC").is_in(list(plan.competing)))
        found.append(_found(other, NO_KIND))
    found += _lone_strata(watched, plan)
    return all_findings(found)


def _found(rows: pl.DataFrame, check: Check) -> pl.DataFrame:
    value = C(str(check.column)).cast(pl.String)
    return findings_at(rows, check, row=pl.lit(None), subject=C("USUBJID"), value=value)


def _lone_strata(watched: pl.DataFrame, plan: SurvivalPlan) -> list[pl.DataFrame]:
    """Of each comparison the subjects of strata in which all are of one group."""
    found = []
    for comparison in plan.comparisons:
        strata = plan.strata_of(comparison)
        if not strata:
            continue
        rows = watched.filter(
            C("PARAMCD").is_in(comparison.endpoints), C("AVAL").is_not_null()
        ).drop_nulls([comparison.group, *strata])
        if comparison.against:
            rows = rows.filter(
                C(comparison.group).is_in([comparison.reference, *comparison.against])
            )
        alone = rows.filter(C(comparison.group).n_unique().over("PARAMCD", *strata) == 1)
        told = alone.unique("USUBJID", keep="first", maintain_order=True)
        found.append(
            findings_at(
                told,
                ONE_GROUP,
                row=pl.lit(None),
                subject=C("USUBJID"),
                column=", ".join(strata),
                value=pl.concat_str(strata, separator=", "),
            )
        )
    return found
