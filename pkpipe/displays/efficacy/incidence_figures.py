"""Cumulative incidence of competing events as curves (F14.2.7), where a study declares them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from pkpipe.clinical.response import time_to
from pkpipe.displays.bilingual import Words, lost
from pkpipe.displays.display import Content, Display, Material, Nothing, Picture
from pkpipe.displays.efficacy.efficacy_figures import TOO_FEW, cohort_names, since
from pkpipe.displays.efficacy.efficacy_words import ENDPOINTS, NOT_PLANNED
from pkpipe.displays.efficacy.incidences import kind_words
from pkpipe.displays.figures.colours import Colours, group_colours
from pkpipe.displays.figures.cumulative_incidence import Line, Panel, incidence_figure
from pkpipe.protocol.efficacy import SurvivalPlan
from pkpipe.schema.adam.common import ALL

C: Final = pl.col
CODE: Final = "survival.competing"
NO_KINDS: Final = Nothing(
    Words(f"not planned: the study file has no {CODE}", f"未计划：研究文件未设定 {CODE}")
)


def incidence_curves(material: Material) -> Content:
    """Of each endpoint all kinds of event of everybody, then each kind by cohort."""
    plan = material.study.survival
    if plan is None:
        return Nothing(NOT_PLANNED)
    if not plan.competing:
        return NO_KINDS
    reasons, pictures = [], list[Picture]()
    for endpoint in plan.endpoints:
        rows = material["CIFCURVE"].filter(C("PARAMCD") == endpoint)
        reason = material.known.reason(*time_to(endpoint, material.study))
        if reason is not None:
            reasons.append(reason)
        elif rows.height:
            pictures += [incidence_figure(p, plan) for p in _panels(material, plan, endpoint, rows)]
    if pictures:
        return tuple(pictures)
    return Nothing(lost(reasons[0])) if reasons else Nothing(TOO_FEW)


def _panels(
    material: Material, plan: SurvivalPlan, endpoint: str, rows: pl.DataFrame
) -> Iterator[Panel]:
    kinds, name, start = kind_words(plan), ENDPOINTS[endpoint], since(material.study, endpoint)
    of_kind, stem = Colours(kinds), f"cif-{endpoint.lower()}"
    everybody = _parts(rows.filter(C("GROUP") == ALL), "KIND")
    lines = [
        Line(everybody[k], w, of_kind[k], limits=True) for k, w in kinds.items() if k in everybody
    ]
    if lines:
        title = Words(f"{name.en}, all subjects", f"{name.zh}，全部受试者")
        yield Panel(stem, title, start, lines, {ALL: lines[0].rows})
    colours = group_colours(material.tables, material.study)
    cohorts = {code: Words(n, n) for code, n in cohort_names(material.study).items()}
    for place, (kind, words) in enumerate(kinds.items(), start=1):
        parts = _parts(rows.filter(C("GROUP") == "COHORT", C("KIND") == kind), "GROUPVAL")
        shown = [code for code in cohorts if code in parts]
        if shown:
            title = Words(f"{name.en}: {words.en}, by cohort", f"{name.zh}：{words.zh}，按队列")
            own = [Line(parts[code], cohorts[code], colours[code]) for code in shown]
            yield Panel(f"{stem}-{place}", title, start, own, {c: parts[c] for c in shown})


def _parts(rows: pl.DataFrame, column: str) -> dict[str, pl.DataFrame]:
    return {str(key[0]): part for key, part in rows.group_by(column, maintain_order=True)}


DISPLAYS: Final = (
    Display(
        "F14.2.7",
        Words("Cumulative Incidence of Competing Events", "竞争事件的累积发生率曲线"),
        "EFF",
        incidence_curves,
        ("survival/CIFCURVE",),
        (),
        ("KM-10",),
        (CODE,),
        if_planned=True,
    ),
)
