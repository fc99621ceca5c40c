"""What has not arrived yet and when it should: planned records overdue and due next (14.9.7)."""

from __future__ import annotations

import datetime
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import Words
from pkpipe.displays.builders import About, Field, Layout, listing, side_by_side
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.rows_behind import quoted
from pkpipe.displays.subjects.deviations import ENDPOINTS, ITEMS

C: Final = pl.col
WANTED, WINDOWS = "subjects/MISSING", "escalation/ADDLT"
SOON, LATER = 7, 28  # days after the cutoff
NO_CUTOFF: Final = Words("no data cutoff", "无数据截止日")
ALL_THERE: Final = Words(
    "nothing that is planned is overdue or due next", "无逾期或即将到期的计划记录"
)
WHAT_IS_DUE: Final = Words(
    "Planned records without a result: those whose window is over, and of each subject and endpoint the "
    "next one.",
    "计划内尚无结果的记录：时间窗已过者，以及每名受试者每个终点的下一条。",
)
WHEN: Final = {
    "OVERDUE": Words("Overdue", "逾期"),
    "SOON": Words(f"Due within {SOON} days", f"{SOON}天内到期"),
    "LATER": Words(f"Due in {SOON + 1} to {LATER} days", f"{SOON + 1}至{LATER}天内到期"),
    "AFTER": Words(f"Due after {LATER} days", f"{LATER}天后到期"),
}


def _forecast(material: Material) -> Content:
    cutoff = material.study.cutoff
    if cutoff is None:
        return Nothing(NO_CUTOFF)
    wanted = material["MISSING"]
    if wanted.is_empty():
        return Nothing(ALL_THERE)
    owed = _owed(material)
    return (_counts(wanted, cutoff), *([] if owed is None else [owed]))


def _conditions(cutoff: datetime.date) -> dict[str, tuple[pl.Expr, str]]:
    soon, later = (cutoff + datetime.timedelta(days=days) for days in (SOON, LATER))
    due = C("STATUS") == "DUE"
    date = C("DUEDT")
    return {
        "OVERDUE": (C("STATUS") == "OVERDUE", "STATUS = 'OVERDUE'"),
        "SOON": (due & (date <= soon), f"STATUS = 'DUE' AND DUEDT <= '{soon}'"),
        "LATER": (
            due & (date > soon) & (date <= later),
            f"STATUS = 'DUE' AND DUEDT > '{soon}' AND DUEDT <= '{later}'",
        ),
        "AFTER": (due & (date > later), f"STATUS = 'DUE' AND DUEDT > '{later}'"),
    }


def _counts(wanted: pl.DataFrame, cutoff: datetime.date) -> Sheet:
    endpoints = [code for code in ENDPOINTS if (wanted["ENDPOINT"] == code).any()]
    cells = [
        {
            "ENDPOINT": code,
            "WHAT": ENDPOINTS[code].en,
            "WHEN": when,
            "STAT": "records",
            "VALUE": float(wanted.filter((C("ENDPOINT") == code) & holds).height),
            "TABLES": WANTED,
            "ROWS": f"ENDPOINT = {quoted(code)} AND {sql}",
        }
        for code in endpoints
        for when, (holds, sql) in _conditions(cutoff).items()
    ]
    layout = Layout(
        ("ENDPOINT",),
        {"WHAT": Words("Planned record", "计划记录")},
        "WHEN",
        list(WHEN.items()),
        {words.en: words for words in ENDPOINTS.values()},
    )
    title = Words("Records that have not arrived", "尚未收到的记录")
    return side_by_side(pl.DataFrame(cells), layout, About("COUNTS", title, (WHAT_IS_DUE,)))


def _owed(material: Material) -> Sheet | None:
    """What is still to come of the subjects in the DLT window, before it closes."""
    pending = (
        material["ADDLT"].filter(C("STATE") == "PENDING").select("USUBJID", "LEVEL", "WINENDT")
    )
    rows = (
        material["MISSING"]
        .join(pending, on="USUBJID", how="inner", maintain_order="left")
        .filter(C("DUEDT") <= C("WINENDT"))
    )
    if rows.is_empty():
        return None
    fields = (
        Field("LEVEL", Words("Level", "剂量水平")),
        Field("USUBJID", Words("Subject", "受试者")),
        Field("WINENDT", Words("DLT window closes", "DLT观察窗结束")),
        Field("ENDPOINT", Words("What", "项目"), words=ENDPOINTS),
        Field("ITEM", Words("Of", "对象"), words=ITEMS),
        Field("CYCLE", Words("Cycle", "周期")),
        Field("TIMEPT", Words("Time point", "时间点")),
        Field("DUEDT", Words("Planned", "计划日期")),
    )
    key = ("USUBJID", "ENDPOINT", "ITEM", "CYCLE", "TIMEPT")
    title = Words(
        "Of subjects in the DLT window, before it closes",
        "DLT观察窗内受试者在观察窗结束前应有的记录",
    )
    return listing(rows, fields, WANTED, key, About("PENDING", title), (*key, "DUEDT"))


DISPLAYS: Final = (
    Display(
        "T14.9.7",
        Words("Data Overdue and Due Next", "逾期及即将到期的数据"),
        "ALL",
        _forecast,
        (WANTED, WINDOWS),
        config=("schedule",),
    ),
)
