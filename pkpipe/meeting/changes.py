"""What changed since the last meeting, as the display 14.9.3: made of `pkpipe diff` between two runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from pkpipe.clinical.collected import EVERYTHING
from pkpipe.differences import Differences
from pkpipe.differences.differences_page import by_cause, rarest_first
from pkpipe.displays.bilingual import Words, each_in_chinese
from pkpipe.displays.builders import About, Field, listing
from pkpipe.displays.catalogue import CATALOGUE
from pkpipe.displays.display import Content, Material, Sheet
from pkpipe.displays.dose_finding.dose_decision import ABOUT
from pkpipe.displays.dose_finding.dose_levels import ITEMS, VERDICT
from pkpipe.displays.result_rows import contents, tables_of
from pkpipe.meeting import package_wording
from pkpipe.meeting.decision_page import LEVELS
from pkpipe.meeting.refusal import DECISION

C: Final = pl.col
NUMBER: Final = "T14.9.3"
DATA, SHOWN = "changes/data", "changes/shown"  # in the package, as `pkpipe diff -o` writes them
MOST: Final = 60  # rows of a table; the files beside it hold all of them
EXPECTED: Final = ("data new", "cut date")  # what a later cutoff brings by itself
CAUSE: Final = Field("CAUSE", Words("Cause", "原因"), chinese="CAUSEZH")
COUNT: Final = Field("N", Words("Changes", "变化数"))
DISPLAY: Final = next(display for display in CATALOGUE if display.number == NUMBER)
OLD_NEW: Final = (Field("OLD", Words("Before", "变化前")), Field("NEW", Words("Now", "变化后")))
SHOWN_THEN: Final = tuple(replace(one, chinese=f"{one.name}ZH") for one in OLD_NEW)


def changed(
    found: Differences, tables: Mapping[str, pl.DataFrame], earlier: pl.DataFrame, code: str
) -> dict[str, pl.DataFrame]:
    """The tables of displays with what changed in the place of what a run alone can say of it.

    tables: ARD, DISPLAYS, COLUMNS, FIGURES and ADSL of the later run; earlier: ARD of the earlier run;
    code: hash of what makes it.
    """
    told = _in_chinese(found, earlier, tables["ARD"])
    display = replace(DISPLAY, make=lambda _: _content(told), sources=(DATA, SHOWN))
    material = Material({"ADSL": tables["ADSL"]}, found.after.study, EVERYTHING)
    made = tables_of(contents([display], material), material, code)
    return {name: _instead(name, tables[name], made[name]) for name in made}


def _instead(name: str, before: pl.DataFrame, made: pl.DataFrame) -> pl.DataFrame:
    key = "number" if name == "DISPLAYS" else "DISPLAY"
    kept = before.filter(C(key) != NUMBER)
    if name == "DISPLAYS" and kept.height < before.height:
        place = before.filter(C(key) == NUMBER)["ORD"]
        made = made.with_columns(ORD=pl.lit(place[0]))
    return pl.concat([kept, made.select(kept.columns).cast(kept.schema)])


def _in_chinese(found: Differences, earlier: pl.DataFrame, now: pl.DataFrame) -> Differences:
    """Causes, and printed texts as the results of each run say them in Chinese, in columns of their own."""
    shown = found.shown
    for name, results in {"OLD": earlier, "NEW": now}.items():
        texts = results.select("ID", C("TEXTZH").alias(f"{name}ZH")).unique("ID", keep="first")
        shown = shown.join(texts, on="ID", how="left", maintain_order="left")
    cause = each_in_chinese(C("CAUSE"), package_wording.CAUSES.values()).alias("CAUSEZH")
    return replace(found, data=found.data.with_columns(cause), shown=shown.with_columns(cause))


def _content(found: Differences) -> Content:
    before, after = found.before.name, found.after.name
    title = Words(f"From {before} to {after}", f"自{before}至{after}")
    sheets = (
        _decision(found),
        _counts(found.shown, SHOWN, "SHOWN", Words(
            f"Shown numbers that differ, by cause: {before} to {after}",
            f"变化的结果数值（按原因）：{before}至{after}",
        )),
        _counts(found.data, DATA, "DATA", Words(
            f"Changes in the data, by cause: {before} to {after}", f"数据变化（按原因）：{before}至{after}"
        )),
        _corrections(found, title),
    )  # fmt: skip
    return tuple(sheet for sheet in sheets if sheet is not None)


def _counts(changes: pl.DataFrame, table: str, code: str, title: Words) -> Sheet | None:
    if changes.is_empty():
        return None
    counted = by_cause(changes).with_columns(
        C("N").cast(pl.Int64), CAUSEZH=each_in_chinese(C("CAUSE"), package_wording.CAUSES.values())
    )
    return listing(counted, (CAUSE, COUNT), table, ("CAUSE",), About(code, title))


def _decision(found: Differences) -> Sheet | None:
    """What the decision and the counts it rests on said before and say now, as people read them."""
    lines = {f"{DECISION}|{code}|VALUE": words for code, words in ABOUT.items()}
    named = found.shown.with_columns(WHAT=pl.concat_str("DISPLAY", "ROW", "COL", separator="|"))
    count = (C("DISPLAY") == LEVELS) & C("COL").is_in(list(COUNTS))
    rows = named.filter(C("WHAT").is_in(list(lines)) | count)
    if rows.is_empty():
        return None
    first = rows.sort(C("DISPLAY") != DECISION, maintain_order=True).head(MOST)
    levels = {what: _of_level(what) for what in first["WHAT"] if what not in lines}
    fields = (Field("WHAT", Words("What", "项目"), words=lines | levels), *SHOWN_THEN, CAUSE)
    about = About("DECISION", Words("The decision and its counts", "决定及其计数"))
    return listing(first, fields, SHOWN, ("ID",), about)


def _of_level(what: str) -> Words:
    _, level, column = what.split("|")
    head = COUNTS[column]
    return Words(f"Level {level}: {head.en}", f"剂量水平{level}：{head.zh}")


COUNTS: Final = {code: item.head for code, item in ITEMS.items()} | {"VERDICT": VERDICT}


def _corrections(found: Differences, title: Words) -> Sheet | None:
    """Records known before that are another now, or gone; what a later cutoff brings is no correction."""
    moved = found.data.filter(~C("CAUSE").is_in(EXPECTED))
    if moved.is_empty():
        return None
    fields = (
        Field("TABLE", Words("Table", "数据表")),
        Field("RECORD", Words("Record", "记录")),
        Field("CHANGE", Words("Change", "变化"), words=CHANGES_IN_WORDS),
        Field("FIELD", Words("Field", "变量")),
        *OLD_NEW,
        CAUSE,
    )
    about = About(
        "RECORDS",
        Words(f"Records changed or gone: {title.en}", f"已变更或删除的记录：{title.zh}"),
        (RARE,),
    )
    return listing(rarest_first(moved, MOST), fields, DATA, ("TABLE", "RECORD", "FIELD"), about)


CHANGES_IN_WORDS: Final = {
    "changed": Words("Changed", "已变更"),
    "removed": Words("Gone", "已删除"),
    "added": Words("Came", "新增"),
    "re-keyed": Words("Under another key", "主键变更"),
}
RARE: Final = Words(
    f"At most {MOST} rows, those of rare causes first; all of them are in changes/data.csv.",
    f"最多{MOST}行，少见原因在前；全部见 changes/data.csv。",
)
