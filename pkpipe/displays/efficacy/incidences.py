"""Competing events of a time to event: how many of each kind, and its cumulative incidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import Words
from pkpipe.displays.builders import About, Layout, side_by_side
from pkpipe.displays.display import Material, Sheet
from pkpipe.displays.efficacy.efficacy_words import ENDED, ENDPOINTS
from pkpipe.displays.efficacy.response_rates import TREATED
from pkpipe.displays.groups_side_by_side import group_columns, in_cohort
from pkpipe.displays.rows_behind import quoted_each
from pkpipe.protocol.efficacy import SurvivalPlan
from pkpipe.schema.adam.common import ALL

C: Final = pl.col
EVENTS: Final = Words("Events", "事件数")
READ: Final = Words(
    "Cumulative incidence (Aalen–Johansen): the probability of having had the event by then, the others "
    "being events too. Limits from the standard error of the infinitesimal jackknife; none before the "
    "first event of a kind. NE: not estimable.",
    "累积发生率（Aalen–Johansen 法）：在其他事件亦视为事件的情况下，至该时间已发生该事件的概率。"
    "置信限由无穷小刀切法标准误得出；该类事件首次发生前无置信限。NE：不可估计。",
)


def incidences(material: Material, plan: SurvivalPlan, endpoint: str) -> Iterator[Sheet]:
    """One table of the kinds of event of an endpoint, by cohort; none where the study names no kinds."""
    if not plan.competing:
        return
    rows = material["KMCIF"].filter(C("PARAMCD") == endpoint, C("GROUP").is_in([ALL, "COHORT"]))
    if rows.is_empty():
        return
    # landmarks at which no group has an estimate are left out, as beside the curves
    told = rows.filter(C("STAT") == "CIF", C("ESTIMATE").is_not_null())["AT"].unique().to_list()
    known = [m for m in plan.landmarks_months if m * plan.month_days in told]
    months = {m * plan.month_days: f"{m:g}" for m in known}
    rows = rows.filter((C("STAT") == "EVENTS") | C("AT").is_in(list(months)))
    kinds = kind_words(plan)
    lines = {"EVENTS": EVENTS} | {
        f"CIF/{label}": Words(f"By {label} months (limits)", f"至 {label} 个月（置信限）")
        for label in months.values()
    }
    closest = C("AT").replace_strict(months, default=None, return_dtype=pl.String)
    cells = rows.with_columns(
        LINE=pl.when(C("STAT") == "EVENTS")
        .then(pl.lit("EVENTS"))
        .otherwise(pl.lit("CIF/") + closest)
    )
    counted = C("LINE") == "EVENTS"
    which = pl.concat_str(pl.lit(" AND CNSR = 0 AND EVNTDESC = "), quoted_each(C("KIND")))
    cells = cells.with_columns(
        CODE=pl.concat_str("KIND", "LINE", separator="/"),
        HEAD=pl.when(counted).then(C("KIND").replace_strict({k: w.en for k, w in kinds.items()})),
        PARAM=C("LINE").replace_strict({code: w.en for code, w in lines.items()}),
        STAT=pl.when(counted).then(pl.lit("count")).otherwise(pl.lit("km_survival")),
        VALUE="ESTIMATE",
        REASON="NOTE",
        TABLES=pl.lit("survival/ADTTE"),
        ROWS=pl.concat_str(
            pl.lit(f"PARAMCD = '{endpoint}' AND ANL01FL = 'Y'"),
            pl.when(counted).then(which).otherwise(pl.lit("")),
            in_cohort("GROUPVAL"),
        ),
    ).with_columns(C("HEAD").fill_null(""))
    name = ENDPOINTS[endpoint]
    title = Words(f"{name.en}: competing events", f"{name.zh}：竞争事件")
    layout = Layout(
        ("CODE",),
        {"HEAD": Words("Event", "事件"), "PARAM": Words("Statistic", "统计量")},
        "GROUPVAL",
        group_columns(material, "COHORT", TREATED, TREATED),
        {w.en: w for w in (*kinds.values(), *lines.values())},
    )
    order = {k: i for i, k in enumerate(plan.competing)}
    place = C("KIND").replace_strict(order, return_dtype=pl.Int64)
    cells = cells.sort(place, ~counted, "AT", nulls_last=True, maintain_order=True)
    yield side_by_side(cells, layout, About(f"{endpoint}/KINDS", title, (READ,)))


def kind_words(plan: SurvivalPlan) -> dict[str, Words]:
    """The kinds of event in both languages, in the order of the study file."""
    return {
        kind: Words(name, ENDED[kind].zh if kind in ENDED else name)
        for kind, name in plan.competing.items()
    }
