"""Duration of response, time to response, progression-free and overall survival (14.2.2.1 to 14.2.2.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import polars as pl

from pkpipe.clinical.response import time_to
from pkpipe.displays.bilingual import Words, lost
from pkpipe.displays.builders import About, Layout, side_by_side
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.efficacy.efficacy_words import NOT_PLANNED, REASONS
from pkpipe.displays.efficacy.groups_compared import comparisons
from pkpipe.displays.efficacy.incidences import incidences
from pkpipe.displays.efficacy.response_rates import TREATED, telling
from pkpipe.displays.efficacy.time_to_event_words import (
    READ_OFF,
    SUBJECTS,
    TIME_HEAD,
    Part,
    kinds_of_end,
    notes_of,
    reached,
    title_of,
    words_of,
)
from pkpipe.displays.groups_side_by_side import group_columns
from pkpipe.displays.number_text import DASH
from pkpipe.protocol.efficacy import SurvivalPlan
from pkpipe.schema.adam.common import ALL

C: Final = pl.col
TIMES: Final = "survival/ADTTE"
NOBODY: Final = "no subject with this endpoint"


def times(*endpoints: str) -> Callable[[Material], Content]:
    """The display of endpoints: a table of each, by cohort and by the groups that say more."""

    def make(material: Material) -> Content:
        plan = material.study.survival
        asked = [e for e in endpoints if plan is not None and e in plan.endpoints]
        if plan is None or not asked:
            return Nothing(NOT_PLANNED)
        sheets: list[Sheet] = []
        reasons = []
        for endpoint in asked:
            reason = material.known.reason(*time_to(endpoint, material.study))
            if reason is None:
                sheets += _sheets(material, plan, endpoint)
            else:
                reasons.append(reason)
        return tuple(sheets) or Nothing(lost(reasons[0]) if reasons else REASONS[NOBODY])

    return make


def _sheets(material: Material, plan: SurvivalPlan, endpoint: str) -> Iterator[Sheet]:
    summed = material["KMSUM"].filter(C("PARAMCD") == endpoint)
    leading = material["ADTTE"].filter(C("PARAMCD") == endpoint, C("ANL01FL") == "Y")
    if leading.is_empty():
        return
    for grouping in ("COHORT", *telling(material, TREATED)):
        by = [ALL, "COHORT"] if grouping == "COHORT" else [grouping]
        rows = summed.filter(C("GROUP").is_in(by))
        parts = [leading.with_columns(GROUPVAL=C(grouping))]
        if grouping == "COHORT":
            parts.append(leading.with_columns(GROUPVAL=pl.lit(ALL)))
        yield _sheet(material, Part(endpoint, grouping, plan, rows, pl.concat(parts)))
    yield from incidences(material, plan, endpoint)
    yield from comparisons(material, endpoint)


def _sheet(material: Material, part: Part) -> Sheet:
    columns = group_columns(material, part.grouping, TREATED, TREATED)
    lines = [*_counts(part), *_times(part)]
    cells = pl.concat(lines, how="diagonal").join(
        part.rows.filter(STAT="N").select("GROUPVAL", _SIZE="ESTIMATE", _WHY="NOTE"),
        on="GROUPVAL",
        how="left",
        maintain_order="left",
    )
    nobody = C("_SIZE").fill_null(0) == 0
    cells = cells.with_columns(
        N=C("_SIZE").cast(pl.Int64),
        TEXT=pl.when(nobody & (C("CODE") != "N")).then(pl.lit(DASH)),
        REASON=pl.when(nobody).then(pl.lit(NOBODY)).otherwise("REASON"),
        TABLES=pl.lit(TIMES),
        ROWS=pl.concat_str(
            pl.lit(f"PARAMCD = '{part.endpoint}' AND ANL01FL = 'Y'"), "WHICH", _in(part.grouping)
        ),
    )
    layout = Layout(
        ("CODE",),
        {"HEAD": Words("About", "内容"), "PARAM": Words("Statistic", "统计量")},
        "GROUPVAL",
        columns,
        words_of(part),
    )
    own = "" if part.grouping == "COHORT" else f"/{part.grouping}"
    about = About(f"{part.endpoint}{own}", title_of(part), tuple(notes_of(part)))
    return side_by_side(cells, layout, about)


def _in(grouping: str) -> pl.Expr:
    value = C("GROUPVAL").str.replace_all("'", "''", literal=True)
    named = pl.concat_str(pl.lit(f" AND {grouping} = '"), value, pl.lit("'"))
    return pl.when(C("GROUPVAL") == ALL).then(pl.lit("")).otherwise(named)


def _counts(part: Part) -> Iterator[pl.DataFrame]:
    """Subjects, events by kind, censored by reason."""
    size = part.rows.filter(STAT="N").select("GROUPVAL", _N="ESTIMATE")
    yield size.select(
        "GROUPVAL",
        CODE=pl.lit("N"),
        HEAD=pl.lit(SUBJECTS.en),
        PARAM=pl.lit("Subjects with a time"),
        STAT=pl.lit("count"),
        VALUE="_N",
        UNIT=pl.lit("subjects"),
        WHICH=pl.lit(""),
    )
    lines = [*_lines(part)]
    codes = [code for code, *_ in lines]
    counted = part.times.group_by("GROUPVAL").agg(
        C("USUBJID").filter(holds).n_unique().alias(code) for code, _, holds, _ in lines
    )
    every = size.join(counted, on="GROUPVAL", how="left", maintain_order="left")
    long = every.unpivot(codes, index=["GROUPVAL", "_N"], variable_name="CODE", value_name="_X")
    yield long.with_columns(X=C("_X").fill_null(0).cast(pl.Float64)).select(
        *("GROUPVAL", "X", "CODE"),
        HEAD=pl.lit(""),
        PARAM=C("CODE").replace_strict({code: words.en for code, words, _, _ in lines}),
        STAT=pl.lit("share"),
        VALUE=pl.when(C("_N") > 0).then(100 * C("X") / C("_N")),
        UNIT=pl.lit("subjects"),
        WHICH=C("CODE").replace_strict({code: sql for code, _, _, sql in lines}),
    )


def _lines(part: Part) -> Iterator[tuple[str, Words, pl.Expr, str]]:
    """Code and words of each count, and whom it counts, in polars and in SQL."""
    lines = kinds_of_end(part.times)
    yield from (line for line in lines if part.endpoint != "TTR" or line[0].startswith("EVENTS"))


def _times(part: Part) -> Iterator[pl.DataFrame]:
    """Median and quartiles, landmarks that somebody reaches, restricted means, follow-up."""
    days = part.plan.month_days
    for stat, (name, words) in READ_OFF.items():
        if stat == "FOLLOWUP":
            yield from _at_landmarks(part)
            if part.endpoint == "TTR":
                return
        yield _read(part.rows.filter(STAT=stat), stat, name, words.en, days).with_columns(
            HEAD=pl.lit(TIME_HEAD.en if stat == "Q25" else ""),
            UNIT=pl.lit("months"),
        )


def _read(rows: pl.DataFrame, code: str, stat: str, words: str, days: float) -> pl.DataFrame:
    return rows.select(
        "GROUPVAL",
        CODE=pl.lit(code),
        PARAM=pl.lit(words),
        STAT=pl.lit(stat),
        VALUE=C("ESTIMATE") / days,
        LOWER=C("LOWER") / days,
        UPPER=C("UPPER") / days,
        REASON="NOTE",
        WHICH=pl.lit(""),
    )


def _at_landmarks(part: Part) -> Iterator[pl.DataFrame]:
    if part.endpoint == "TTR":
        return
    for month in reached(part):
        at = part.rows.filter((C("AT") - month * part.plan.month_days).abs() < 1e-6)
        surv = at.filter(STAT="SURV")
        # A curve without an event yet is 1 without limits, whatever scale they are on.
        sure = C("VALUE") == 1
        yield _read(surv, f"SURV/{month:g}", "km_survival", f"At {month:g} months", 1).with_columns(
            HEAD=pl.lit("Probability" if month == reached(part)[0] else ""),
            UNIT=pl.lit("probability"),
            LOWER=pl.when(~sure).then("LOWER"),
            UPPER=pl.when(~sure).then("UPPER"),
        )
        risk = at.filter(STAT="NRISK")
        day = month * part.plan.month_days
        yield _read(
            risk, f"NRISK/{month:g}", "count", f"At risk at {month:g} months", 1
        ).with_columns(
            HEAD=pl.lit(""), UNIT=pl.lit("subjects"), WHICH=pl.lit(f" AND AVAL >= {day!r}")
        )
    for month in reached(part):
        rows = part.rows.filter((C("AT") - month * part.plan.month_days).abs() < 1e-6)
        words = f"Restricted mean up to {month:g} months"
        yield _read(
            rows.filter(STAT="RMST"), f"RMST/{month:g}", "km_rmst", words, part.plan.month_days
        ).with_columns(
            HEAD=pl.lit(TIME_HEAD.en if month == reached(part)[0] else ""), UNIT=pl.lit("months")
        )


def _display(number: str, en: str, zh: str, *endpoints: str) -> Display:
    rules = {"PFS": "EFF-PFS", "OS": "EFF-OS", "DOR": "EFF-DOR", "TTR": "EFF-TTR"}
    return Display(
        number,
        Words(en, zh),
        "EFF",
        times(*endpoints),
        ("survival/KMSUM", "survival/ADTTE", "survival/KMTEST", "survival/KMCIF"),
        (),
        tuple(rules[e] for e in endpoints),
        ("survival",),
    )


DISPLAYS: Final = (
    _display(
        "T14.2.2.1",
        "Duration of Response and Time to Response",
        "缓解持续时间和至缓解时间",
        "DOR",
        "TTR",
    ),
    _display("T14.2.2.2", "Progression-Free Survival", "无进展生存期", "PFS"),
    _display("T14.2.2.3", "Overall Survival", "总生存期", "OS"),
)
